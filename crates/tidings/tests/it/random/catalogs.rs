//! Random catalogs: one to three event types, with an envelope or without, with names in one place or another, with roles.

use std::fmt::Write as _;
use std::sync::Arc;

use serde_json::{Map, Value, json};
use tidings::{Catalog, MemoryTree};

use super::schemas::{definitions, of_objects, schema};
use super::words::NAMES;
use crate::chance::Chance;

/// A catalog, and its schemas as they were written.
pub(crate) struct Made {
    pub(crate) catalog: Arc<Catalog>,
    pub(crate) types: Vec<MadeType>,
    pub(crate) common: Value,
    /// The schema of what all events have.
    pub(crate) shared: Value,
    /// The place of the name, if there is one.
    pub(crate) name_at: Option<&'static str>,
}

pub(crate) struct MadeType {
    pub(crate) name: String,
    pub(crate) schema: Value,
}

/// Names of event types. One has to be escaped, one is longer than a block.
const EVENTS: [&str; 6] = [
    "lamp.lit",
    "LampBroken",
    "lamp-é",
    "a\"b",
    "x",
    "an_event_type_with_a_name_that_is_longer_than_a_block_of_sixty_four_bytes",
];

/// A catalog, unless what was thrown together is none.
pub(crate) fn catalog(chance: &mut Chance) -> Option<Made> {
    let count = [1, 1, 2, 3][chance.below(4)];
    let name_at = (count > 1 || chance.one_in(2)).then(|| chance.pick(&["/name", "/name", "/meta/type"]));
    let has_envelope = chance.one_in(2);
    let mut roles: Vec<(&str, &str, &str)> = Vec::new();
    for role in [
        ("version", "/version", "version"),
        ("aggregate_type", "/kind", "kind"),
        ("aggregate_id", "/about", "about"),
        ("idempotency_key", "/key", "key"),
        ("event_id", "/id", "id"),
    ] {
        if chance.one_in(2) {
            roles.push(role);
        }
    }
    let mut manifest =
        "[catalog]\nname = \"random\"\ntitle = \"Random\"\nversion = \"1.0.0\"\n[roles]\n".to_owned();
    if let Some(place) = name_at {
        let _ = writeln!(manifest, "event_name = \"{place}\"");
    }
    for (role, place, _) in &roles {
        let _ = writeln!(manifest, "{role} = \"{place}\"");
    }
    let has_aggregate = chance.one_in(2);
    if has_aggregate {
        manifest.push_str("[aggregates.lamp]\nid = \"/lamp_id\"\nstates = [\"on\"]\nlive = [\"on\"]\n");
    }
    let mut tree = MemoryTree::new();
    // What is shared stands where Draft-07 has schemas, or elsewhere.
    let place = chance.pick(&["definitions", "definitions", "$defs", "x-shared"]);
    let written = |schema: &Value| schema.to_string().replace("definitions", place);
    let common = json!({"definitions": {
        "id": json!({"type": "string", "pattern": "^[a-z]{2,8}$"}),
        "note": json!({"type": ["string", "null"], "maxLength": 40, "x-privacy": "free-text"}),
        "d0": schema_here(chance),
        "d1": {"type": "object", "properties": {"a": {"type": "integer"}, "b": {"const": "b"}}}
    }});
    tree = tree.with("common.schema.json", written(&common));
    let shared = shared(chance, name_at, &roles, has_aggregate);
    let envelope = json!({"type": "object", "properties": shared, "required": required(chance, &shared)});
    if has_envelope {
        manifest.push_str("[envelope]\nschema = \"envelope.schema.json\"\n");
        tree = tree.with("envelope.schema.json", written(&envelope));
    }
    let mut types = Vec::new();
    for (number, name) in EVENTS.iter().skip(chance.below(4)).take(count).enumerate() {
        let schema = event(chance, name, name_at, &shared, has_envelope);
        let file = format!("e{number}.schema.json");
        tree = tree.with(file.clone(), written(&schema));
        let _ = write!(
            manifest,
            "[events.{name:?}]\nschema = \"{file}\"\nversion = {}\npurpose = \"It.\"\n",
            1 + chance.below(12)
        );
        if has_aggregate {
            manifest.push_str("aggregate = \"lamp\"\n");
        }
        types.push(MadeType { name: (*name).to_owned(), schema });
    }
    let catalog = Catalog::from_tree(&tree.with("catalog.toml", manifest.clone()));
    if let (Err(error), true) = (&catalog, std::env::var("TIDINGS_SHOW").is_ok()) {
        panic!("{error}\n{manifest}");
    }
    Some(Made { catalog: Arc::new(catalog.ok()?), types, common, shared: envelope, name_at })
}

/// A schema without references.
fn schema_here(chance: &mut Chance) -> Value {
    loop {
        let schema = schema(chance, 1);
        if !schema.to_string().contains("$ref") {
            return schema;
        }
    }
}

/// What all events have.
fn shared(
    chance: &mut Chance,
    name_at: Option<&str>,
    roles: &[(&str, &str, &str)],
    has_aggregate: bool,
) -> Map<String, Value> {
    let mut shared = Map::new();
    match name_at {
        Some("/name") => drop(shared.insert("name".to_owned(), json!({"type": "string"}))),
        Some(_) => {
            let meta = json!({"type": "object", "properties": {"type": {"type": "string"}, "rev": {"type": "integer"}}, "required": ["type"]});
            shared.insert("meta".to_owned(), meta);
        }
        None => {}
    }
    let id = match chance.below(5) {
        4 => json!({"type": "string", "pattern": "^[0-9a-f]{64}$"}),
        0 => json!({"type": ["string", "integer"]}),
        1 => json!({}),
        2 => json!({"$ref": "common.schema.json#/definitions/id"}),
        _ => json!({"type": "string", "maxLength": 12}),
    };
    for (_, _, member) in roles {
        let said = match *member {
            "version" => chance.pick(&["integer", "number", "string"]).into(),
            "about" => {
                shared.insert("about".to_owned(), id.clone());
                continue;
            }
            _ => json!("string"),
        };
        let said = if chance.one_in(8) { json!({}) } else { json!({"type": said}) };
        shared.insert((*member).to_owned(), said);
    }
    if has_aggregate {
        shared.insert("lamp_id".to_owned(), id);
    }
    shared
}

fn required(chance: &mut Chance, members: &Map<String, Value>) -> Vec<String> {
    members.keys().filter(|_| chance.one_in(2)).cloned().collect()
}

fn event(
    chance: &mut Chance,
    name: &str,
    name_at: Option<&str>,
    shared: &Map<String, Value>,
    has_envelope: bool,
) -> Value {
    let mut properties = if has_envelope { Map::new() } else { shared.clone() };
    if name_at == Some("/name") && !chance.one_in(4) {
        properties.insert("name".to_owned(), json!({"const": name}));
    }
    let depth = chance.pick(&[0, 1, 1, 2]);
    for _ in 0..=chance.below(3) {
        properties.insert(chance.pick(&NAMES).to_owned(), schema(chance, depth));
    }
    let mut event = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "type": "object",
        "definitions": definitions(chance),
        "required": required(chance, &properties),
        "properties": properties
    });
    // What an object may say besides goes for the event, too.
    if chance.one_in(5) {
        let other = of_objects(chance, 2);
        for keyword in
            ["minProperties", "maxProperties", "dependencies", "patternProperties", "propertyNames"]
        {
            if let Some(said) = other.get(keyword).filter(|_| chance.one_in(2)) {
                event[keyword] = said.clone();
            }
        }
    }
    let mut all = Vec::new();
    if has_envelope {
        all.push(json!({"$ref": "envelope.schema.json"}));
    }
    if chance.one_in(6) {
        all.push(of_objects(chance, 1));
    }
    if !all.is_empty() {
        event["allOf"] = all.into();
    }
    if chance.one_in(12) {
        event["additionalProperties"] = Value::Bool(chance.one_in(2));
    }
    event
}
