//! `lint/unsatisfiable-schema`: nothing can satisfy a schema.

use std::collections::HashSet;

use tidings_finding::{Rule, Severity};

use super::support::satisfiable::{self, Doubter};
use super::support::{Context, Sink, Target};
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
    let mut told = HashSet::new();
    for node in &context.nodes {
        let Some((keyword, why)) = satisfiable::contradiction(node.schema) else { continue };
        told.insert(node.schema.key());
        let target = context.of_owner(Target::keyword(node.schema, keyword), node.schema);
        sink.report(target, why).help(HELP);
    }
    for (event_type, _) in context.event_schemas() {
        for place in context.places_of(event_type) {
            let Some((schema, keyword, why)) = satisfiable::conflict(place) else { continue };
            told.extend(place.schemas.iter().filter(|(_, always)| *always).map(|(schema, _)| schema.key()));
            let target = context.of_owner(Target::keyword(schema, keyword), schema);
            if let Some(found) = sink.report_once(target, why) {
                found.help(HELP);
            }
        }
    }
    let doubter = context
        .catalog
        .filter(|_| context.faults.is_empty())
        .and_then(|catalog| Doubter::new(catalog, &context.nodes, told));
    if let Some(doubter) = doubter {
        prove(context, doubter, sink);
    }
}

/// What no two keywords tell.
fn prove<'c>(context: &'c Context<'c>, mut doubter: Doubter<'c>, sink: &mut Sink<'_>) {
    for (event_type, _) in context.event_schemas() {
        // What is further in comes first: what it is in follows from it.
        for place in context.places_of(event_type).iter().rev() {
            let Some(schema) = doubter.place(place) else { continue };
            let name = if place.path.is_root() { event_type.name.clone() } else { place.path.to_string() };
            let target = context.of_owner(Target::schema(schema), schema);
            let message = format!("no value satisfies all that applies to `{name}`");
            if let Some(found) = sink.report_once(target, message) {
                found.help(HELP);
            }
        }
    }
    for schema in doubter.nodes() {
        let target = context.of_owner(Target::schema(schema), schema);
        sink.report(target, "no value can satisfy all that this schema says").help(HELP);
    }
}

const HELP: &str = "change what contradicts each other, so that there is a value that all let through";
