//! `lint/closed-schema`: a schema refuses fields that it does not list.

use std::collections::HashSet;

use tidings_catalog::{SchemaKey, SchemaRef};
use tidings_finding::{Rule, Severity};
use tidings_json::Kind;

use super::support::{Context, Sink, Target};
use super::{Category, Lint};

pub(crate) static RULE: Lint = Lint {
    rule: Rule {
        id: "lint/closed-schema",
        severity: Severity::Error,
        summary: "a schema refuses fields that it does not list",
        explanation: include_str!("closed_schema.md"),
    },
    category: Category::Schema,
    check,
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    let Some(catalog) = context.catalog else { return };
    // What applies to events themselves: there, it is never right.
    let roots = context.event_schemas().map(|(_, schema)| schema).chain(catalog.envelope());
    let of_events: HashSet<SchemaKey> =
        roots.flat_map(SchemaRef::applied_in_place).map(|(schema, _)| schema.key()).collect();
    for node in context.nodes.iter().filter(|node| !node.is_test) {
        let of_event = of_events.contains(&node.schema.key());
        if !of_event && catalog.policy.closed_values {
            continue;
        }
        let closes = |keyword: &str| {
            node.schema.keyword(keyword).is_some_and(|value| matches!(value.kind, Kind::Bool(false)))
        };
        if closes("additionalProperties") {
            let target = context.of_owner(Target::keyword(node.schema, "additionalProperties"), node.schema);
            let what = if of_event { "the event" } else { "the object" };
            let found = sink.report(target, format!("{what} refuses fields that the schema does not list"));
            found.help(if of_event {
                "remove it: `tidings validate` refuses unknown fields of producers by itself"
            } else {
                "remove it; or, if no such object will ever get another field, `policy.closed_values = true` in the manifest"
            });
        }
    }
}
