//! `lint/privacy-class`: a field has no privacy class.

use tidings_catalog::{FaultKind, PrivacyClass};
use tidings_finding::{Rule, Severity};

use super::support::{Context, Sink, Target};
use super::{Category, Lint};

pub(crate) static RULE: Lint = Lint {
    rule: Rule {
        id: "lint/privacy-class",
        severity: Severity::Error,
        summary: "a field has no privacy class",
        explanation: include_str!("privacy_class.md"),
    },
    category: Category::Privacy,
    check,
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    let classes: Vec<String> = PrivacyClass::ALL.iter().map(|(name, _)| format!("`{name}`")).collect();
    let classes = classes.join(", ");
    for problem in context.faults_of(FaultKind::PrivacyClass) {
        sink.report(Target::problem(problem), problem.message.clone()).help(format!("one of {classes}"));
    }
    for (event_type, fields) in &context.fields {
        for field in fields.list.iter().filter(|field| !field.has_fields && field.class.is_none()) {
            let target = context.field(event_type, field);
            if let Some(found) =
                sink.report_once(target, format!("the field `{}` has no privacy class", field.path))
            {
                found.help(format!("`\"x-privacy\": \"…\"` with one of {classes}"));
            }
        }
    }
}
