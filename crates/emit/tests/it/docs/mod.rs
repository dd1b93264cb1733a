//! The reference page of a catalog, and the view of a schema that it is made of.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, also in what its tests share"
)]

mod alternatives;
mod fields;
mod odd;
mod pages;

use tidings_catalog::{Catalog, MemoryTree};
use tidings_emit::docs::fields::{Effect, Field, Fields, Presence, fields_of};

/// The catalogs of this repository, with their folders.
fn catalogs() -> Vec<(String, Catalog)> {
    ["specs/004-create-domain-events/contracts/events", "tests/catalogs/wallet", "tests/catalogs/parcel"]
        .into_iter()
        .map(|folder| format!("{}/../../{folder}", env!("CARGO_MANIFEST_DIR")))
        .map(|folder| (folder.clone(), Catalog::load(folder).unwrap_or_else(|error| panic!("{error}"))))
        .collect()
}

/// A catalog with one event type of this schema.
fn catalog_of(schema: &str) -> Catalog {
    let manifest = r#"
        [catalog]
        name = "lamps"
        title = "Lamps"
        version = "1.0.0"
        [events.lit]
        schema = "lit.schema.json"
        version = 1
        purpose = "A lamp was lit."
    "#;
    let tree = MemoryTree::new().with("catalog.toml", manifest).with("lit.schema.json", schema);
    Catalog::from_tree(&tree).unwrap_or_else(|error| panic!("{error}"))
}

/// The fields of a schema, a line each, and the rules after them.
fn listed(schema: &str) -> Vec<String> {
    let catalog = catalog_of(schema);
    let fields = fields_of(catalog.schema(&catalog.event_types["lit"]));
    let mut lines: Vec<String> = fields.list.iter().map(line).collect();
    lines.extend(fields.rules);
    lines
}

/// `path (presence): words [class]`, then what is so under conditions.
fn line(field: &Field<'_>) -> String {
    let presence = match field.presence {
        Presence::Always => "",
        Presence::InParent => " (in parent)",
        Presence::Optional => "?",
    };
    let class = field.class.map_or_else(String::new, |class| format!(" [{}]", class.name()));
    let mut line = format!("{}{presence}: {}{class}", field.path, field.words.text);
    for (when, effect) in &field.conditions {
        let effect = match effect {
            Effect::Required => "required".to_owned(),
            Effect::Forbidden => "forbidden".to_owned(),
            Effect::Known => "known".to_owned(),
            Effect::Narrowed { words, description, .. } => {
                format!("{} {}", words.text, description.unwrap_or_default()).trim().to_owned()
            }
        };
        line = format!("{line}; {when}: {effect}");
    }
    line
}

fn paths(fields: &Fields<'_>) -> Vec<String> {
    fields.list.iter().map(|field| field.path.to_string()).collect()
}
