//! `lint/no-creating-event`: no event creates an aggregate.

use tidings_finding::{Rule, Severity};

use super::support::{Context, Sink, Target};
use super::{Category, Lint};

pub(crate) static RULE: Lint = Lint {
    rule: Rule {
        id: "lint/no-creating-event",
        severity: Severity::Error,
        summary: "no event creates an aggregate",
        explanation: include_str!("no_creating_event.md"),
    },
    category: Category::Lifecycle,
    check,
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    for (name, aggregate) in context.manifest.into_iter().flat_map(|manifest| &manifest.aggregates) {
        if aggregate.transitions.iter().any(|transition| transition.creates.is_some()) {
            continue;
        }
        let first = aggregate.states.first().map_or("…", |state| state.as_str());
        sink.report(Target::key(name), format!("no event creates a {}", name.as_str()))
            .help(format!("`{{ event = \"…\", creates = \"{first}\" }}`"));
    }
}
