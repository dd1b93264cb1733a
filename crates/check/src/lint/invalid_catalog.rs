//! `lint/invalid-catalog`: the catalog can't be used as it is.

use tidings_catalog::FaultKind;
use tidings_finding::{Rule, Severity};

use super::support::{Context, Sink, Target};
use super::{Category, Lint};

pub(crate) static RULE: Lint = Lint {
    rule: Rule {
        id: "lint/invalid-catalog",
        severity: Severity::Error,
        summary: "the catalog can't be used as it is",
        explanation: include_str!("invalid_catalog.md"),
    },
    category: Category::Catalog,
    check,
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    for kind in [FaultKind::Other, FaultKind::Circle, FaultKind::NoCatalog] {
        for problem in context.faults_of(kind) {
            sink.report(Target::problem(problem), problem.message.clone());
        }
    }
}
