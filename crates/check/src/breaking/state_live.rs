//! `breaking/state-live`: a state became live, or is no longer.

use tidings_finding::{Rule, Severity};

use super::Breaking;
use super::behaviour::{Changed, a, of_references, place_in};
use super::context::{Context, Direction};
use super::families::has;
use super::sink::Sink;
use super::stream::Mark;

pub(super) static RULE: Breaking = Breaking {
    rule: Rule {
        id: "breaking/state-live",
        severity: Severity::Error,
        summary: "a state became live, or is no longer",
        explanation: include_str!("state_live.md"),
    },
    check,
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    for family in &context.families.both {
        let (old, new) = (family.old, family.new);
        for state in new.states.iter().filter(|state| family.both_have(state)) {
            let (was, is) = (has(&old.live, state), has(&new.live, state));
            if was == is {
                continue;
            }
            let mark = Mark::State(vec![state.clone()]);
            let name = a(&new.name);
            let (message, help, way) = if is {
                let goals = of_references(&context.new.catalog, &new.name, &mark);
                let message =
                    format!("new aggregates may refer to {name} that is `{state}`, and could not before");
                (message, "take it out of `live`", (Direction::Forward, goals))
            } else {
                let goals = of_references(&context.old.catalog, &old.name, &mark);
                let message = format!("new aggregates may not refer any more to {name} that is `{state}`");
                (message, "put it back into `live`", (Direction::Backward, goals))
            };
            Changed {
                target: place_in(context, &new.name, |written| {
                    let live = written.live.iter().filter(|_| is);
                    live.chain(&written.states).find(|own| own.as_str() == state)
                }),
                message,
                help: format!("{help}, or make a new state that a new event type leads to"),
                ways: vec![way],
            }
            .report(context, sink);
        }
    }
}
