//! Catalogs with lifecycles thrown together by chance: what can be sampled at all is sampled clean.

use std::fmt::Write as _;
use std::sync::Arc;

use serde_json::{Value, json};
use tidings_catalog::{Catalog, MemoryTree};
use tidings_emit::sample::{Options, Sampler};

use super::problems;

/// A small source of chance (Knuth's MMIX).
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % bound
    }

    fn one_in(&mut self, bound: usize) -> bool {
        self.below(bound) == 0
    }
}

/// A field of the kind at an index, which refers to another.
struct Reference {
    field: String,
    to: usize,
    required: bool,
}

struct Kind {
    states: usize,
    references: Vec<Reference>,
    identity: bool,
    members: bool,
}

/// Whether, and how, events have a scope.
#[derive(Clone, Copy, PartialEq)]
enum Scope {
    None,
    /// The id of the first kind.
    Owned,
    /// A field of its own.
    Free,
}

fn kinds(chance: &mut Chance, count: usize) -> Vec<Kind> {
    (0..count)
        .map(|index| {
            let references = (0..chance.below(3))
                .map(|number| Reference {
                    field: format!("ref_{number}"),
                    to: if chance.one_in(4) { chance.below(count) } else { chance.below(index + 1) },
                    required: index > 0 && !chance.one_in(3),
                })
                .collect();
            Kind {
                states: 1 + chance.below(4),
                references,
                identity: chance.one_in(3),
                members: chance.one_in(3),
            }
        })
        .collect()
}

fn catalog(chance: &mut Chance) -> Option<Arc<Catalog>> {
    let count = 1 + chance.below(4);
    let kinds = kinds(chance, count);
    let scope = [Scope::None, Scope::Owned, Scope::Free][chance.below(3)];
    let mut manifest =
        String::from("[catalog]\nname = \"chance\"\ntitle = \"Chance\"\nversion = \"1.0.0\"\n[roles]\n");
    manifest.push_str(
        "event_name = \"/name\"\nevent_id = \"/event\"\noccurred_at = \"/at\"\naggregate_id = \"/about\"\n",
    );
    match scope {
        Scope::None => {}
        Scope::Owned => manifest.push_str("scope = \"/kind0_id\"\n"),
        Scope::Free => manifest.push_str("scope = \"/tenant\"\n"),
    }
    let mut tree = MemoryTree::new();
    for (index, kind) in kinds.iter().enumerate() {
        let events = write_kind(chance, index, kind, scope, &mut manifest);
        for event in events {
            let _ = write!(
                manifest,
                "[events.{event}]\nschema = \"{event}.json\"\nversion = 2\naggregate = \"kind{index}\"\npurpose = \"It.\"\n"
            );
            tree = tree.with(format!("{event}.json"), schema(&event, index, kind, scope).to_string());
        }
    }
    Catalog::from_tree(&tree.with("catalog.toml", manifest)).ok().map(Arc::new)
}

/// Writes a kind and says which events it has: one that creates, and some that move, keep, or change its members.
fn write_kind(
    chance: &mut Chance,
    index: usize,
    kind: &Kind,
    scope: Scope,
    manifest: &mut String,
) -> Vec<String> {
    let state = |at: usize| format!("\"s{at}\"");
    let list = |states: &[usize]| states.iter().map(|at| state(*at)).collect::<Vec<_>>().join(", ");
    let all: Vec<usize> = (0..kind.states).collect();
    let ended: Vec<usize> = all.iter().copied().skip(1).filter(|_| chance.one_in(4)).collect();
    let open: Vec<usize> = all.iter().copied().filter(|at| !ended.contains(at)).collect();
    let mut live: Vec<usize> = open.iter().copied().filter(|_| !chance.one_in(3)).collect();
    if live.is_empty() {
        live.push(open[chance.below(open.len())]);
    }
    let _ = write!(
        manifest,
        "[aggregates.kind{index}]\nid = \"/kind{index}_id\"\nstates = [{}]\nlive = [{}]\nfinal = [{}]\n",
        list(&all),
        list(&live),
        list(&ended)
    );
    if kind.identity {
        manifest.push_str("identity = [\"/code\"]\n");
    }
    let mut events = vec![format!("k{index}-made")];
    let mut transitions = vec![format!("{{ event = \"k{index}-made\", creates = \"s0\" }}")];
    let mut reached = vec![0];
    for number in 0..chance.below(4) {
        let event = format!("k{index}-moved{number}");
        let from = reached[chance.below(reached.len())];
        let to = chance.below(kind.states);
        if open.contains(&to) {
            reached.push(to);
        }
        transitions.push(format!("{{ event = \"{event}\", from = [{}], to = {} }}", state(from), state(to)));
        events.push(event);
    }
    if kind.members {
        for what in ["joined", "left"] {
            let event = format!("k{index}-{what}");
            transitions.push(format!("{{ event = \"{event}\", from = [{}] }}", list(&open)));
            events.push(event);
        }
        let _ = writeln!(
            manifest,
            "members = [{{ name = \"all\", field = \"/member\", add = \"k{index}-joined\", remove = \"k{index}-left\" }}]"
        );
    }
    let mut references: Vec<String> = kind
        .references
        .iter()
        .map(|reference| format!("{{ field = \"/{}\", to = \"kind{}\" }}", reference.field, reference.to))
        .collect();
    if scope == Scope::Owned && index > 0 {
        references.push("{ field = \"/kind0_id\", to = \"kind0\" }".to_owned());
    }
    let _ = writeln!(
        manifest,
        "transitions = [{}]\nreferences = [{}]",
        transitions.join(", "),
        references.join(", ")
    );
    events
}

fn schema(event: &str, index: usize, kind: &Kind, scope: Scope) -> Value {
    let own = format!("kind{index}_id");
    let id = json!({"type": "string", "pattern": "^[A-Za-z0-9_-]{2,40}$"});
    let mut schema = json!({"type": "object", "required": ["name", "event", "at", "about", own], "properties": {
        "name": {"const": event}, "event": {"type": "string"}, "at": {"type": "string", "format": "date-time"},
        "about": id, own: id}});
    let mut add = |name: &str, value: &Value, required: bool| {
        schema["properties"][name] = value.clone();
        if required {
            schema["required"].as_array_mut().expect("a list").push(json!(name));
        }
    };
    for reference in &kind.references {
        let creating = event.ends_with("made");
        if creating || event.ends_with("moved0") {
            add(&reference.field, &id, reference.required && creating);
        }
    }
    match scope {
        Scope::Owned if index > 0 => add("kind0_id", &id, true),
        Scope::Free => add("tenant", &json!({"type": "string", "pattern": "^t[0-9]{2}$"}), true),
        Scope::None | Scope::Owned => {}
    }
    if kind.identity {
        add("code", &json!({"type": "string", "pattern": "^[A-Z]{2}$"}), event.ends_with("made"));
    }
    if event.ends_with("joined") || event.ends_with("left") {
        add("member", &id, true);
    }
    schema
}

#[test]
fn whatever_can_be_sampled_is_sampled_clean() {
    let mut count = 0;
    for seed in 0..40 {
        let mut chance = Chance(seed * 7919 + 1);
        let Some(catalog) = catalog(&mut chance) else { continue };
        let options = Options { events: 400, seed, redelivered: 0.05, ..Options::default() };
        let Ok(sampler) = Sampler::new(&catalog, &options) else { continue };
        // Identities and scopes are few here, so a stream may come to its end.
        let events: Vec<Vec<u8>> = sampler.map_while(Result::ok).collect();
        let found = problems(&catalog, &events);
        assert!(found.is_empty(), "seed {seed}: {:#?}", &found[..found.len().min(3)]);
        assert!(events.len() > 100, "seed {seed}: {} events", events.len());
        count += 1;
    }
    assert!(count > 15, "only {count} catalogs were sampled");
}
