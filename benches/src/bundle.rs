//! A catalog in forms that other validators can use.

use serde_json::{Map, Value, json};
use tidings::Catalog;

/// The URI of each event type's schema, the documents by URI, and where an event's type stands.
pub(crate) fn of(catalog: &Catalog) -> anyhow::Result<Value> {
    let events: Map<String, Value> = events(catalog).collect();
    let documents: Map<String, Value> = documents(catalog).collect();
    Ok(
        json!({"discriminator": format!("/{}", discriminator(catalog)?.join("/")), "events": events, "documents": documents}),
    )
}

/// One schema for all event types, for a validator that takes only one: the event's type decides which one holds.
pub(crate) fn single(catalog: &Catalog) -> anyhow::Result<Value> {
    let path = discriminator(catalog)?;
    let at = |schema: Value| {
        path.iter().rev().fold(schema, |inner, key| json!({"properties": {key: inner}, "required": [key]}))
    };
    let names: Vec<&String> = catalog.event_types.keys().collect();
    let mut all = vec![at(json!({"enum": names}))];
    all.extend(
        events(catalog).map(|(name, uri)| json!({"if": at(json!({"const": name})), "then": {"$ref": uri}})),
    );
    let definitions: Map<String, Value> = documents(catalog)
        .enumerate()
        .map(|(at, (_, document))| (format!("document_{at}"), document))
        .collect();
    Ok(json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": "https://bench.example/all.schema.json",
        "allOf": all,
        "definitions": definitions,
    }))
}

/// The keys that lead to an event's type.
fn discriminator(catalog: &Catalog) -> anyhow::Result<Vec<String>> {
    let pointer = catalog.roles.event_name.as_ref();
    let pointer = pointer.ok_or_else(|| anyhow::anyhow!("{} has no event names", catalog.name))?.to_string();
    anyhow::ensure!(!pointer.contains('~'), "{pointer} is more than these scripts read");
    Ok(pointer.split('/').skip(1).map(str::to_owned).collect())
}

fn events(catalog: &Catalog) -> impl Iterator<Item = (String, Value)> {
    catalog.event_types.values().map(|event| (event.name.clone(), catalog.schema(event).uri().into()))
}

fn documents(catalog: &Catalog) -> impl Iterator<Item = (String, Value)> {
    let documents = catalog.schemas.documents().iter();
    documents.map(|document| (document.uri.clone(), catalog.schemas.portable(document)))
}
