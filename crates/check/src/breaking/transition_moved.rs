//! `breaking/transition-moved`: an event leads to another state.

use tidings_finding::{Rule, Severity};

use super::Breaking;
use super::behaviour::{Changed, a, of_states, place_of_transition};
use super::context::{Context, Direction};
use super::sink::Sink;
use super::stream::Mark;
use super::transitions::{Change, differences};

pub(super) static RULE: Breaking = Breaking {
    rule: Rule {
        id: "breaking/transition-moved",
        severity: Severity::Error,
        summary: "an event leads to another state",
        explanation: include_str!("transition_moved.md"),
    },
    check,
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    for found in differences(context, |change| change.is.is_some() && change.was.is_some()) {
        let (old, new, event) = (found.family.old, found.family.new, found.event);
        let states = found.changes.iter().map(|change| change.from.map(str::to_owned)).collect();
        let mark = Mark::Event(event.to_owned(), states);
        let what: Vec<String> = found.changes.iter().map(|change| in_words(change, &new.name)).collect();
        Changed {
            target: place_of_transition(context, &new.name, event),
            message: format!("`{event}` {}", what.join(", and ")),
            help: "let it lead where it led, and make a new event type that leads elsewhere".to_owned(),
            ways: vec![
                (Direction::Backward, of_states(&context.old.catalog, &old.name, &mark)),
                (Direction::Forward, of_states(&context.new.catalog, &new.name, &mark)),
            ],
        }
        .report(context, sink);
    }
}

fn in_words(change: &Change<'_>, aggregate: &str) -> String {
    let (was, is) = (change.was.unwrap_or_default(), change.is.unwrap_or_default());
    match change.from {
        None => format!("creates {} that is `{is}`, not `{was}`", a(aggregate)),
        Some(from) if from == is => format!("leaves {} `{from}` that it made `{was}`", a(aggregate)),
        Some(from) => format!("makes {} that is `{from}` `{is}`, not `{was}`", a(aggregate)),
    }
}
