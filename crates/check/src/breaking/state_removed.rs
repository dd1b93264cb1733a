//! `breaking/state-removed`: a state is no longer there.

use tidings_finding::{Rule, Severity};

use super::Breaking;
use super::behaviour::{Changed, list, of_states, place};
use super::context::{Context, Direction};
use super::families::{has, reachable, transitions};
use super::sink::Sink;
use super::stream::{Goal, Mark};

pub(super) static RULE: Breaking = Breaking {
    rule: Rule {
        id: "breaking/state-removed",
        severity: Severity::Error,
        summary: "a state is no longer there",
        explanation: include_str!("state_removed.md"),
    },
    check,
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    for family in &context.families.both {
        let (old, new) = (family.old, family.new);
        // What only event types that are gone led to is gone with them, and nothing was ever in what nothing led to.
        let stays = |event: &str| context.new.catalog.event_types.contains_key(event);
        let reached = reachable(old, stays);
        let states = old.states.iter().map(String::as_str);
        let gone: Vec<&str> =
            states.filter(|state| !has(&new.states, state) && reached.contains(state)).collect();
        if gone.is_empty() {
            continue;
        }
        let mark = Mark::State(gone.iter().map(|state| (*state).to_owned()).collect());
        // The other way round, what led to it leads elsewhere.
        let led = transitions(old).into_iter().filter(|(_, to)| gone.contains(to));
        let elsewhere: Vec<Goal> = led
            .flat_map(|((event, from), _)| {
                let mark = Mark::Event(event.to_owned(), vec![from.map(str::to_owned)]);
                of_states(&context.new.catalog, &new.name, &mark)
            })
            .collect();
        let (states, are) = if gone.len() == 1 { ("state", "is") } else { ("states", "are") };
        Changed {
            target: place(context, &new.name),
            message: format!("the {states} {} of `{}` {are} no longer there", list(gone, "and"), new.name),
            help: "keep the state with what is allowed in it; another one is reached by new event types"
                .to_owned(),
            ways: vec![
                (Direction::Backward, of_states(&context.old.catalog, &old.name, &mark)),
                (Direction::Forward, elsewhere),
            ],
        }
        .report(context, sink);
    }
}
