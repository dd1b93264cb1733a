//! `breaking/transition-removed`: an event is no longer allowed in a state.

use tidings_finding::{Rule, Severity};

use super::Breaking;
use super::behaviour::{Changed, a, list, of_difference, place_of_transition};
use super::context::{Context, Direction};
use super::sink::Sink;
use super::transitions::differences;

pub(super) static RULE: Breaking = Breaking {
    rule: Rule {
        id: "breaking/transition-removed",
        severity: Severity::Error,
        summary: "an event is no longer allowed in a state",
        explanation: include_str!("transition_removed.md"),
    },
    check,
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    for found in differences(context, |change| change.is.is_none()) {
        let (old, new, event) = (found.family.old, found.family.new, found.event);
        let states: Vec<&str> = found.changes.iter().filter_map(|change| change.from).collect();
        let goal = of_difference(&found, &old.name);
        Changed {
            target: place_of_transition(context, &new.name, event),
            message: format!(
                "`{event}` is not allowed any more while {} is {}",
                a(&new.name),
                list(states.iter().copied(), "or")
            ),
            help: format!(
                "allow it again (`from = [{}]`), or make a new event type that is not allowed there",
                states.iter().map(|state| format!("\"{state}\"")).collect::<Vec<_>>().join(", ")
            ),
            ways: vec![(Direction::Backward, vec![goal])],
        }
        .report(context, sink);
    }
}
