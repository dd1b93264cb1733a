//! `lint/unsatisfiable-schema`: nothing can satisfy a schema.

use tidings_catalog::SchemaRef;
use tidings_finding::{Rule, Severity};

use super::support::{Context, Sink, Target, satisfiable};
use super::{Category, Lint};

pub(crate) static RULE: Lint = Lint {
    rule: Rule {
        id: "lint/unsatisfiable-schema",
        severity: Severity::Error,
        summary: "nothing can satisfy a schema",
        explanation: include_str!("unsatisfiable_schema.md"),
    },
    category: Category::Schema,
    check,
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    let mut told: Vec<SchemaRef<'_>> = Vec::new();
    for node in &context.nodes {
        let Some((keyword, why)) = satisfiable::contradiction(node.schema) else { continue };
        let target = context.of_owner(Target::keyword(node.schema, keyword), node.schema);
        sink.report(target, why).help(HELP);
        told.push(node.schema);
    }
    for (event_type, root) in context.event_schemas() {
        for place in context.places_of(event_type) {
            let Some((schema, keyword, why)) = satisfiable::conflict(place) else { continue };
            let target = context.of_owner(Target::keyword(schema, keyword), schema);
            if let Some(found) = sink.report_once(target, why) {
                found.help(HELP);
            }
            told.extend([schema, root]);
        }
    }
    // What the prover sees besides, from the inside out: what is around a schema that nothing satisfies is not told of.
    let Some(catalog) = context.catalog.filter(|_| context.faults.is_empty()) else { return };
    let mut schemas: Vec<SchemaRef<'_>> =
        context.nodes.iter().filter(|node| !node.is_test).map(|node| node.schema).collect();
    schemas.sort_by_key(|schema| std::cmp::Reverse(schema.pointer().matches('/').count()));
    for schema in satisfiable::never(catalog, &schemas) {
        let around = |inner: &SchemaRef<'_>| {
            let same_file = inner.document().path == schema.document().path;
            same_file && inner.pointer().starts_with(&schema.pointer())
        };
        if !told.iter().any(around) {
            let target = context.of_owner(Target::schema(schema), schema);
            sink.report(target, "no value can satisfy all that this schema says").help(HELP);
        }
        told.push(schema);
    }
}

const HELP: &str = "change one of the two, so that there is a value that both let through";
