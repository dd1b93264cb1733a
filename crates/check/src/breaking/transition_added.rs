//! `breaking/transition-added`: an event is allowed in a state in which it was not.

use tidings_finding::{Rule, Severity};

use super::Breaking;
use super::behaviour::{Changed, a, list, of_difference, place_of_transition};
use super::context::{Context, Direction};
use super::sink::Sink;
use super::transitions::differences;

pub(super) static RULE: Breaking = Breaking {
    rule: Rule {
        id: "breaking/transition-added",
        severity: Severity::Error,
        summary: "an event is allowed in a state in which it was not",
        explanation: include_str!("transition_added.md"),
    },
    check,
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    for found in differences(context, |change| change.was.is_none()) {
        let (new, event) = (found.family.new, found.event);
        let states: Vec<&str> = found.changes.iter().filter_map(|change| change.from).collect();
        let goal = of_difference(&found, &new.name);
        Changed {
            target: place_of_transition(context, &new.name, event),
            message: format!(
                "`{event}` is allowed while {} is {}, and was not before",
                a(&new.name),
                list(states, "or")
            ),
            help: "make a new event type for what could not happen before: who has the old catalog doesn't expect it"
                .to_owned(),
            ways: vec![(Direction::Forward, vec![goal])],
        }
        .report(context, sink);
    }
}
