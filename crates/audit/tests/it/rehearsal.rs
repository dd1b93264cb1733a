//! A rehearsal finds what the audit finds.

use std::sync::Arc;

use tidings_audit::Rehearsal;
use tidings_engine::Engine;
use tidings_finding::Severity;

use crate::rooms::{MANIFEST, audited, catalog, lines};

const STREAM: &[&str] = &[
    "room-built a h room=r door=front",
    "room-built b h room=s door=front",
    "room-opened c h room=r",
    "room-shut d h room=r",
    "lamp-hung e h room=r lamp=l hook=1",
    "room-opened f h room=r",
    "lamp-hung g h room=r lamp=l hook=1",
    "lamp-hung i other room=r lamp=m hook=2",
    "guest-came j h room=r guest=x",
    "guest-came k h room=r guest=x",
    "guest-went m h room=r guest=x",
    "room-razed n h room=r",
    "room-shut o h room=r",
    "lamp-lit p h lamp=nowhere",
    "no-such-event q h",
];

#[test]
fn a_rehearsal_finds_the_errors_that_an_audit_finds() {
    let engine = Engine::new(Arc::new(catalog(MANIFEST)), tidings_engine::Options::default()).unwrap();
    let rehearsal = Rehearsal::new(&engine);
    let mut stage = rehearsal.begin();
    let mut found = Vec::new();
    for (line, event) in lines(STREAM).lines().zip(1..) {
        let act = rehearsal.event(line.as_bytes());
        for wrong in stage.next(&act) {
            found.push(format!("{event} {} {}", wrong.rule.id, wrong.pointer));
        }
    }
    let audited = audited(STREAM);
    let errors = audited.findings.iter().filter(|finding| finding.severity() == Severity::Error);
    let told = |finding: &tidings_finding::Finding| {
        let (line, pointer) = (finding.line.unwrap(), finding.pointer.as_deref().unwrap());
        format!("{line} {} {pointer}", finding.rule.id)
    };
    let mut expected: Vec<String> = errors.map(told).collect();
    assert!(expected.len() > 8, "{expected:?}");
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
}

#[test]
fn streams_that_go_on_alike_have_the_same_snapshot_and_others_have_not() {
    let engine = Engine::new(Arc::new(catalog(MANIFEST)), tidings_engine::Options::default()).unwrap();
    let rehearsal = Rehearsal::new(&engine);
    let after = |short: &[&str]| {
        let mut stage = rehearsal.begin();
        for line in lines(short).lines() {
            assert_eq!(stage.next(&rehearsal.event(line.as_bytes())), [], "{line}");
        }
        stage.snapshot()
    };
    let (built, shut, opened) = ("room-built a h room=r", "room-shut b h room=r", "room-opened c h room=r");
    assert_eq!(after(&[built]), after(&[built, shut, opened]));
    assert_eq!(after(&[built, "room-built d h room=s"]), after(&["room-built d h room=s", built]));
    let unlike = [
        after(&[]),
        after(&[built]),
        after(&[built, shut]),
        after(&["room-built a other room=r"]),
        after(&["room-built a h room=r door=front"]),
        after(&[built, "guest-came d h room=r guest=x"]),
        after(&[built, "guest-came d h room=r guest=x", "guest-went e h room=r guest=x"]),
    ];
    for (at, one) in unlike.iter().enumerate() {
        assert!(unlike[..at].iter().all(|other| one != other), "{at}");
    }
}

#[test]
fn the_state_of_what_an_event_is_about_is_that_of_the_stream_so_far() {
    let engine = Engine::new(Arc::new(catalog(MANIFEST)), tidings_engine::Options::default()).unwrap();
    let rehearsal = Rehearsal::new(&engine);
    let act = |short: &str| rehearsal.event(lines(&[short]).trim().as_bytes());
    let (built, shut) = (act("room-built a h room=r"), act("room-shut b h room=r"));
    let mut stage = rehearsal.begin();
    assert_eq!(stage.state(&shut), None);
    stage.next(&built);
    assert_eq!(stage.state(&shut), Some("open"));
    // A stage that is copied goes its own way.
    let mut other = stage.clone();
    other.next(&shut);
    assert_eq!((other.state(&shut), stage.state(&shut)), (Some("shut"), Some("open")));
}
