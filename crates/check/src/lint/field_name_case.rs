//! `lint/field-name-case`: a field's name is not in the catalog's form.

use tidings_catalog::manifest::FieldNames;
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
    let (form, is, make): (_, fn(&str) -> bool, fn(&str) -> String) = match catalog.policy.field_names {
        FieldNames::Snake => ("snake_case", names::is_snake, names::snake),
        FieldNames::Camel => ("camelCase", names::is_camel, names::camel),
    };
    for (event_type, fields) in &context.fields {
        for field in &fields.list {
            let Some(Step::Member(name)) = field.path.steps().last() else { continue };
            if is(name) {
                continue;
            }
            let target = context.field(event_type, field);
            let Some(found) = sink.report_once(target, format!("the field's name `{name}` is not in {form}"))
            else {
                continue;
            };
            let better = make(name);
            if is(&better) {
                found.help(format!(
                    "`\"{better}\"`; once events with it are out, another name is a breaking change"
                ));
            }
        }
    }
}
