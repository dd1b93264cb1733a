//! `lint/dead-end-state`: a state has no exit and is not final.

use super::support::lifecycles;
use tidings_finding::{Rule, Severity};

use super::support::{Context, Sink, Target};
use super::{Category, Lint};

pub(crate) static RULE: Lint = Lint {
    rule: Rule {
        id: "lint/dead-end-state",
        severity: Severity::Error,
        summary: "a state has no exit and is not final",
        explanation: include_str!("dead_end_state.md"),
    },
    category: Category::Lifecycle,
    check,
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    for (name, aggregate) in context.manifest.into_iter().flat_map(|manifest| &manifest.aggregates) {
        // An aggregate with one state has nowhere to go.
        if aggregate.states.len() < 2 || !lifecycles::is_whole(aggregate) {
            continue;
        }
        let reachable = lifecycles::reachable(aggregate);
        for state in aggregate.states.iter().filter(|state| reachable.contains(state.as_str())) {
            let is_final = aggregate.final_states.contains(state);
            let mut transitions = aggregate.transitions.iter();
            if is_final
                || transitions.any(|transition| transition.from.iter().flatten().any(|from| from == state))
            {
                continue;
            }
            let message = format!(
                "nothing can happen to a {} that is `{}`, and that is not a final state",
                name.as_str(),
                state.as_str()
            );
            sink.report(Target::key(state), message).help(format!(
                "`final = [\"{0}\"]`, or `{{ event = \"…\", from = [\"{0}\"], to = \"…\" }}`",
                state.as_str(),
            ));
        }
    }
}
