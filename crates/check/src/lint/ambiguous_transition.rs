//! `lint/ambiguous-transition`: an event type has two transitions for one state.

use tidings_catalog::FaultKind;
use tidings_finding::{Rule, Severity};

use super::support::{Context, Sink, Target};
use super::{Category, Lint};

pub(crate) static RULE: Lint = Lint {
    rule: Rule {
        id: "lint/ambiguous-transition",
        severity: Severity::Error,
        summary: "an event type has two transitions for one state",
        explanation: include_str!("ambiguous_transition.md"),
    },
    category: Category::Lifecycle,
    check,
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    for problem in context.faults_of(FaultKind::Ambiguous) {
        sink.report(Target::problem(problem), problem.message.clone())
            .help("keep one of them; if either may happen, these are two event types");
    }
}
