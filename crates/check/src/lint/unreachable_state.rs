//! `lint/unreachable-state`: a state can't be reached.

use super::support::lifecycles;
use tidings_finding::{Rule, Severity};

use super::support::{Context, Sink, Target};
use super::{Category, Lint};

pub(crate) static RULE: Lint = Lint {
    rule: Rule {
        id: "lint/unreachable-state",
        severity: Severity::Error,
        summary: "a state can't be reached",
        explanation: include_str!("unreachable_state.md"),
    },
    category: Category::Lifecycle,
    check,
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    for (name, aggregate) in context.manifest.into_iter().flat_map(|manifest| &manifest.aggregates) {
        let reachable = lifecycles::reachable(aggregate);
        // Where nothing is created, that is what is wrong.
        if reachable.is_empty() || !lifecycles::is_whole(aggregate) {
            continue;
        }
        for state in aggregate.states.iter().filter(|state| !reachable.contains(state.as_str())) {
            let message = format!("no events lead a {} to the state `{}`", name.as_str(), state.as_str());
            sink.report(Target::key(state), message).help(format!(
                "`{{ event = \"…\", from = [\"…\"], to = \"{}\" }}`, or remove the state",
                state.as_str()
            ));
        }
    }
}
