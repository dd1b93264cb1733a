//! `breaking/state-final`: a state became final, or is no longer.

use tidings_finding::{Rule, Severity};

use super::Breaking;
use super::behaviour::{Changed, of_states, place_in};
use super::context::{Context, Direction};
use super::families::has;
use super::sink::Sink;
use super::stream::Mark;

pub(super) static RULE: Breaking = Breaking {
    rule: Rule {
        id: "breaking/state-final",
        severity: Severity::Error,
        summary: "a state became final, or is no longer",
        explanation: include_str!("state_final.md"),
    },
    check,
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    for family in &context.families.both {
        let (old, new) = (family.old, family.new);
        for state in new.states.iter().filter(|state| family.both_have(state)) {
            let (was, is) = (has(&old.final_states, state), has(&new.final_states, state));
            if was == is {
                continue;
            }
            let (message, help) = if is {
                (
                    "final now: what was allowed in it no longer is, and its identity is free",
                    "take it out of `final`",
                )
            } else {
                (
                    "no longer final: its identity is not free, and more may happen in it",
                    "put it back into `final`",
                )
            };
            let mark = Mark::State(vec![state.clone()]);
            Changed {
                target: place_in(context, &new.name, |written| {
                    written.final_states.iter().chain(&written.states).find(|own| own.as_str() == state)
                }),
                message: format!("the state `{state}` of `{}` is {message}", new.name),
                help: format!("{help}; another end is another state, which a new event type leads to"),
                ways: vec![
                    (Direction::Backward, of_states(&context.old.catalog, &old.name, &mark)),
                    (Direction::Forward, of_states(&context.new.catalog, &new.name, &mark)),
                ],
            }
            .report(context, sink);
        }
    }
}
