//! `breaking/event-moved`: an event is about another aggregate, or creates one where it did not.

use tidings_finding::{Rule, Severity};

use super::Breaking;
use super::behaviour::{Changed, a, list, of_event, place};
use super::context::{Context, Direction, Pair};
use super::families::creates;
use super::sink::Sink;
use crate::lint::support::Target;

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
        let entry = context.manifest().and_then(|manifest| {
            manifest.events.iter().find(|(key, _)| key.as_str() == name)?.1.aggregate.as_ref()
        });
        let target = entry.map_or_else(|| context.entry(name), Target::key).of_event_named(name);
        report(context, sink, &[pair], target, format!("`{name}` {message}"));
    }
    // A new aggregate type that takes events to itself that were about none is one cause.
    for aggregate in context.new.catalog.aggregates.keys() {
        let taken = |pair: &&Pair<'_>| {
            pair.new.aggregate.as_ref() == Some(aggregate) && is_about_a_new_one(context, pair)
        };
        let pairs: Vec<&Pair<'_>> = context.pairs.iter().filter(taken).collect();
        if !pairs.is_empty() {
            let names = list(pairs.iter().map(|pair| pair.new.name.as_str()), "and");
            let (are, were) = if pairs.len() == 1 { ("is", "was") } else { ("are", "were") };
            let message = format!("{names} {are} about {} now, and {were} about nothing", a(aggregate));
            report(context, sink, &pairs, place(context, aggregate), message);
        }
    }
}

fn report(context: &Context<'_>, sink: &mut Sink<'_>, pairs: &[&Pair<'_>], target: Target, message: String) {
    Changed {
        target,
        message,
        help: "leave it as it was, and make a new event type".to_owned(),
        ways: vec![
            (Direction::Backward, pairs.iter().map(|pair| of_event(pair.old)).collect()),
            (Direction::Forward, pairs.iter().map(|pair| of_event(pair.new)).collect()),
        ],
    }
    .report(context, sink);
}

/// Whether an event that was about no aggregate is about one of a type that is new.
fn is_about_a_new_one(context: &Context<'_>, pair: &Pair<'_>) -> bool {
    let new = pair.new.aggregate.as_deref();
    pair.old.aggregate.is_none() && new.is_some_and(|new| !context.old.catalog.aggregates.contains_key(new))
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
    if families.lost_its_aggregate(pair.old) || is_about_a_new_one(context, pair) {
        return None;
    }
    let was =
        |text: &str| pair.old.aggregate.as_ref().map_or(String::new(), |old| format!("{text} {}", a(old)));
    Some(match &pair.new.aggregate {
        Some(new) => format!("is about {} now{}", a(new), was(", was about")),
        None => format!("is no longer about{}", was("")),
    })
}
