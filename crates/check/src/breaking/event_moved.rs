//! `breaking/event-moved`: an event is about another aggregate, or creates one where it did not.

use tidings_catalog::EventType;
use tidings_finding::{Rule, Severity};

use super::Breaking;
use super::behaviour::{ANY, Changed, a};
use super::context::{Context, Direction, Pair};
use super::families::creates;
use super::sink::Sink;
use super::stream::{Goal, Mark};

pub(super) static RULE: Breaking = Breaking {
    rule: Rule {
        id: "breaking/event-moved",
        severity: Severity::Error,
        summary: "an event is about another aggregate, or creates one where it did not",
        explanation: include_str!("event_moved.md"),
    },
    check,
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    for pair in &context.pairs {
        let Some(message) = moved(context, pair) else { continue };
        let name = &pair.new.name;
        let goal = |event: &EventType| Goal {
            about: event.aggregate.iter().cloned().collect(),
            mark: Mark::Event(name.clone(), Vec::new()),
            rules: ANY,
            ..Goal::default()
        };
        let manifest = context.manifest().and_then(|manifest| {
            manifest.events.iter().find(|(key, _)| key.as_str() == name)?.1.aggregate.as_ref()
        });
        Changed {
            target: manifest.map_or_else(
                || context.entry(name),
                |key| crate::lint::support::Target::key(key).of_event_named(name),
            ),
            message: format!("`{name}` {message}"),
            help: "leave it as it was, and make a new event type".to_owned(),
            ways: vec![
                (Direction::Backward, vec![goal(pair.old)]),
                (Direction::Forward, vec![goal(pair.new)]),
            ],
        }
        .report(context, sink);
    }
}

/// How an event moved, in words; none if it didn't, or if that follows from a change of the aggregate type.
fn moved(context: &Context<'_>, pair: &Pair<'_>) -> Option<String> {
    let families = &context.families;
    if families.stays(&pair.new.name) {
        let family =
            families.both.iter().find(|family| Some(&family.new.name) == pair.new.aggregate.as_ref())?;
        let (was, is) = (creates(family.old, &pair.old.name), creates(family.new, &pair.new.name));
        return match (was, is) {
            _ if !family.has_lifecycles() => {
                let begins = family.old.transitions.is_empty() && !family.new.transitions.is_empty();
                begins.then(|| {
                    format!("is held to the lifecycle of `{}` now, and was held to none", family.new.name)
                })
            }
            (true, false) => Some(format!("creates no `{}` any more", family.new.name)),
            (false, true) => Some(format!("creates {} now", a(&family.new.name))),
            _ => None,
        };
    }
    if families.lost_its_aggregate(pair.old) {
        return None;
    }
    let was =
        |text: &str| pair.old.aggregate.as_ref().map_or(String::new(), |old| format!("{text} {}", a(old)));
    Some(match &pair.new.aggregate {
        Some(new) => format!("is about {} now{}", a(new), was(", was about")),
        None => format!("is no longer about{}", was("")),
    })
}
