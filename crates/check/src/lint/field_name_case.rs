//! `lint/field-name-case`: a field's name is not in the catalog's form.

use tidings_emit::docs::fields::Step;
use tidings_finding::{Rule, Severity};

use super::support::{Context, Sink, names};
use super::{Category, Lint};

pub(crate) static RULE: Lint = Lint {
    rule: Rule {
        id: "lint/field-name-case",
        severity: Severity::Warning,
        summary: "a field's name is not in the catalog's form",
        explanation: include_str!("field_name_case.md"),
    },
    category: Category::Naming,
    check,
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    let Some(catalog) = context.catalog else { return };
    let form = names::of_fields(catalog.policy.field_names);
    for (event_type, fields) in &context.fields {
        for field in &fields.list {
            let Some(Step::Member(name)) = field.path.steps().last() else { continue };
            if (form.is)(name) {
                continue;
            }
            let target = context.field(event_type, field);
            let Some(found) =
                sink.report_once(target, format!("the field's name `{name}` is not in {}", form.title))
            else {
                continue;
            };
            let better = (form.make)(name);
            if (form.is)(&better) {
                found.help(format!(
                    "`\"{better}\"`; once events with it are out, another name is a breaking change"
                ));
            }
        }
    }
}
