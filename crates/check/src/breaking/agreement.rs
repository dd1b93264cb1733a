//! What a manifest says about single events that schemas can't say, as far as schemas can: an aggregate's type is that of
//! the event type, and its id has the form of both places that it stands in.

use serde_json::{Map, Value, json};
use tidings_catalog::{Catalog, EventType, Resolved, SchemaRef};
use tidings_json::Pointer;

/// The URI of the document that holds the agreements of a catalog.
pub(super) const URI: &str = "tidings-agreement:///catalog";

/// The URI of the agreement of an event type.
pub(super) fn uri(event_type: &EventType) -> String {
    // The name of an event type needs no escape but those of JSON Pointer and URIs.
    let token = tidings_json::escape_token(&event_type.name);
    let encoded: String = token
        .bytes()
        .map(|byte| {
            let plain = byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
            if plain { char::from(byte).to_string() } else { format!("%{byte:02X}") }
        })
        .collect();
    format!("{URI}#/definitions/{encoded}")
}

/// The document that holds the agreements of some event types of a catalog.
pub(super) fn document<'c>(catalog: &Catalog, event_types: impl Iterator<Item = &'c EventType>) -> Value {
    let agreements: Map<String, Value> =
        event_types.map(|event_type| (event_type.name.clone(), agreement(catalog, event_type))).collect();
    json!({"definitions": agreements})
}

fn agreement(catalog: &Catalog, event_type: &EventType) -> Value {
    let mut all = Vec::new();
    let roles = &catalog.roles;
    if let (Some(role), Some(aggregate)) = (&roles.aggregate_type, &event_type.aggregate) {
        all.push(at(role.tokens(), json!({"const": aggregate})));
    }
    if let (Some(role), Some(aggregate)) = (&roles.aggregate_id, catalog.aggregate_of(event_type)) {
        let root = catalog.schema(event_type);
        for (here, there) in [(role, &aggregate.id), (&aggregate.id, role)] {
            all.extend(
                always_at(root, there)
                    .into_iter()
                    .map(|schema| at(here.tokens(), json!({"$ref": schema.uri()}))),
            );
        }
    }
    json!({"allOf": all})
}

/// A schema that holds what another says of the place that these members lead to.
fn at(tokens: &[String], schema: Value) -> Value {
    tokens.iter().rev().fold(schema, |schema, token| json!({"properties": {token: schema}}))
}

/// The subschemas that apply to a place in every instance of a schema.
fn always_at<'c>(root: SchemaRef<'c>, pointer: &Pointer) -> Vec<SchemaRef<'c>> {
    let mut schemas = vec![root];
    for token in pointer.tokens() {
        schemas = schemas
            .into_iter()
            .flat_map(always)
            .filter_map(|schema| schema.named_subschema("properties", token))
            .collect();
    }
    schemas
}

/// A schema and what it always applies in place.
fn always(schema: SchemaRef<'_>) -> Vec<SchemaRef<'_>> {
    let applied = schema.applied_in_place().into_iter();
    applied
        .filter(|(schema, always)| *always && !matches!(schema.resolve(), Some(Resolved::MetaSchema(_))))
        .map(|(schema, _)| schema)
        .collect()
}
