//! Nothing that the manifest declares about a stream can be left out without the audit of one stream showing it.

use tidings_audit::Options;

use crate::rooms::{MANIFEST, audit_with, lines};

/// A stream in which each declaration of the manifest matters: for what is found, or for what isn't.
const STREAM: &[&str] = &[
    "room-built a1 h room=r at=2025-01-01T10:00:00Z key=k",
    "room-built a2 h room=s at=2025-01-01T10:00:00Z key=k",
    "room-built a1 h room=t",
    "room-shut a3 h room=r at=2025-01-01T09:00:00Z",
    "lamp-hung a4 h room=r lamp=l hook=1",
    "room-opened a5 h room=r",
    "lamp-hung a6 h room=r lamp=m hook=1",
    "lamp-hung a7 h room=r lamp=n hook=2",
    "lamp-lit a8 h lamp=n",
    "lamp-broke a9 h lamp=n",
    "lamp-lit b1 h lamp=n",
    "lamp-hung b2 g room=r lamp=o hook=2",
    "lamp-hung b3 h room=x lamp=p hook=3",
    "guest-came b4 h room=r guest=x",
    "guest-came b5 h room=r guest=x",
    "guest-went b6 h room=r guest=x",
    "guest-went b7 h room=r guest=x",
    "room-razed b8 h room=r",
    "room-opened b9 h room=r",
    "lamp-hung c1 h room=r lamp=q hook=4",
    "room-built c2 h room=u door=d",
    "room-built c3 h room=v door=d",
    "room-razed c4 h room=u",
    "room-razed c5 h room=v",
    "room-built c6 h room=w door=d",
];

fn told(manifest: &str) -> Vec<String> {
    let audited = audit_with(manifest, &lines(STREAM), Options::default(), 1);
    // The totals too: a transition that nobody misses in the findings is missed there.
    let mut told = audited.told();
    told.push(format!("{:?}", audited.summary.stream));
    told
}

#[test]
fn a_manifest_without_any_one_of_its_rules_is_noticed() {
    let whole = told(MANIFEST);
    let is_rule = |line: &str| {
        [
            "  { event =",
            "  { field =",
            "  { name =",
            "identity =",
            "final =",
            "live =",
            "event_id =",
            "occurred_at =",
            "idempotency_key =",
            "scope =",
        ]
        .iter()
        .any(|start| line.starts_with(start))
    };
    let rules: Vec<&str> = MANIFEST.lines().filter(|line| is_rule(line)).collect();
    assert_eq!(rules.len(), 20, "{rules:#?}");
    for rule in rules {
        let mutant = MANIFEST.replacen(&format!("{rule}\n"), "", 1);
        assert_ne!(told(&mutant), whole, "without `{rule}` nothing changes");
    }
}

#[test]
fn a_transition_that_leads_elsewhere_is_noticed() {
    let whole = told(MANIFEST);
    for (from, to) in [
        ("creates = \"open\"", "creates = \"shut\""),
        ("from = [\"open\"], to = \"shut\"", "from = [\"open\"], to = \"open\""),
        ("from = [\"shut\"], to = \"open\"", "from = [\"shut\"], to = \"shut\""),
        ("from = [\"open\", \"shut\"], to = \"razed\"", "from = [\"shut\"], to = \"razed\""),
        ("from = [\"open\", \"shut\"], to = \"razed\"", "from = [\"open\", \"shut\"], to = \"open\""),
        ("add = \"guest-came\", remove = \"guest-went\"", "add = \"guest-went\", remove = \"guest-came\""),
        ("identity = [\"/room\", \"/hook\"]", "identity = [\"/room\"]"),
        ("live = [\"open\"]", "live = [\"open\", \"shut\", \"razed\"]"),
        ("{ field = \"/room\", to = \"room\" }", "{ field = \"/room\", to = \"lamp\" }"),
    ] {
        let mutant = MANIFEST.replacen(from, to, 1);
        assert_ne!(mutant, MANIFEST, "{from} is in the manifest");
        assert_ne!(told(&mutant), whole, "with `{to}` instead of `{from}` nothing changes");
    }
}
