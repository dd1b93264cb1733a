//! `lint/missing-description`: nothing says what a field or an event type means.

use tidings_catalog::SchemaRef;
use tidings_emit::docs::fields::Step;
use tidings_finding::{Rule, Severity};

use super::support::{Context, Sink, Target};
use super::{Category, Lint};

pub(crate) static RULE: Lint = Lint {
    rule: Rule {
        id: "lint/missing-description",
        severity: Severity::Warning,
        summary: "nothing says what a field or an event type means",
        explanation: include_str!("missing_description.md"),
    },
    category: Category::Schema,
    check,
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    for (event_type, schema) in context.event_schemas() {
        let described =
            |schema: &(SchemaRef<'_>, bool)| schema.1 && schema.0.keyword("description").is_some();
        if !schema.applied_in_place().iter().any(described) {
            sink.report_once(
                Target::schema(schema).of_event(event_type),
                format!("the schema of `{}` has no description", event_type.name),
            )
            .map(|found| found.help("`\"description\": \"…\"`: what happened, in a sentence"));
        }
    }
    for (event_type, fields) in &context.fields {
        for field in fields.list.iter().filter(|field| field.description.is_none() && !field.has_fields) {
            // Elements are told of in the field that they are in.
            if !matches!(field.path.steps().last(), Some(Step::Member(_))) {
                continue;
            }
            let schemas = context.schemas_at(event_type, &field.path);
            let says = |keyword: &str| schemas.iter().any(|schema| schema.keyword(keyword).is_some());
            // What must not be there has no meaning. Where each alternative has one value, the value is what tells them apart.
            if schemas.is_empty() || says("description") || says("const") {
                continue;
            }
            let target = context.field(event_type, field);
            if let Some(found) =
                sink.report_once(target, format!("the field `{}` has no description", field.path))
            {
                found.help("`\"description\": \"…\"`: what it means, in a sentence");
            }
        }
    }
}
