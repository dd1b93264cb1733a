//! Random schemas: each keyword that the compiler knows, alone and with others, and some that it doesn't.

use serde_json::{Map, Value, json};

use super::words::{FORMATS, LENGTHS, NAMES, NUMBERS, PATTERNS, SUSPECT, TEXTS};
use crate::chance::Chance;

/// The keywords, each of which must be met in events of both kinds.
pub(crate) const KEYWORDS: [&str; 35] = [
    "type",
    "const",
    "enum",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "pattern",
    "format",
    "items",
    "additionalItems",
    "contains",
    "minItems",
    "maxItems",
    "uniqueItems",
    "properties",
    "patternProperties",
    "additionalProperties",
    "required",
    "propertyNames",
    "minProperties",
    "maxProperties",
    "dependencies",
    "allOf",
    "anyOf",
    "oneOf",
    "not",
    "if",
    "then",
    "else",
    "$ref",
    "x-privacy",
];

const TYPES: [&str; 7] = ["null", "boolean", "integer", "number", "string", "array", "object"];

pub(crate) fn number(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

pub(crate) fn text(chance: &mut Chance) -> String {
    match chance.below(12) {
        0 => "a".repeat(chance.pick(&LENGTHS)),
        1 => "é".repeat(chance.pick(&LENGTHS) / 2),
        2 => belonging(chance, PATTERNS),
        3 => belonging(chance, FORMATS),
        4 => chance.pick(SUSPECT).to_owned(),
        _ => chance.pick(TEXTS).to_owned(),
    }
}

/// A text that belongs to one of some patterns or formats.
fn belonging(chance: &mut Chance, list: &[(&str, &'static [&'static str])]) -> String {
    let (_, texts) = chance.pick(list);
    chance.pick(texts).to_owned()
}

/// A value of any kind.
pub(crate) fn value(chance: &mut Chance, depth: usize) -> Value {
    match chance.below(if depth == 0 { 6 } else { 9 }) {
        0 => Value::Null,
        1 => Value::Bool(chance.one_in(2)),
        2 => number(chance.pick(&NUMBERS)),
        3..=5 => text(chance).into(),
        6 | 7 => (0..chance.below(4)).map(|_| value(chance, depth - 1)).collect(),
        _ => {
            let mut members = Map::new();
            for _ in 0..chance.below(4) {
                members.insert(chance.pick(&NAMES).to_owned(), value(chance, depth - 1));
            }
            Value::Object(members)
        }
    }
}

/// A schema of any kind.
pub(crate) fn schema(chance: &mut Chance, depth: usize) -> Value {
    let mut schema = match chance.below(if depth == 0 { 9 } else { 18 }) {
        0..=3 => of_strings(chance),
        4 | 5 => of_numbers(chance),
        6 => constants(chance, depth),
        7 => json!({"type": types(chance)}),
        8 => match chance.below(4) {
            0 => Value::Bool(!chance.one_in(4)),
            1 => json!({}),
            _ => json!({"$ref": reference(chance)}),
        },
        9..=11 => of_arrays(chance, depth),
        12..=14 => of_objects(chance, depth),
        _ => combined(chance, depth),
    };
    if let Value::Object(members) = &mut schema {
        if chance.one_in(6) && !members.contains_key("$ref") {
            let class = chance.pick(&["free-text", "free-text", "contact-address", "identifier", "public"]);
            members.insert("x-privacy".to_owned(), class.into());
        }
        if chance.one_in(12) {
            members.remove("type");
        }
        if chance.one_in(20) {
            members.insert("description".to_owned(), "said of it".into());
        }
    }
    schema
}

fn reference(chance: &mut Chance) -> &'static str {
    chance.pick(&[
        "#/definitions/d0",
        "#/definitions/d1",
        "#/definitions/tree",
        "#/definitions/list",
        "common.schema.json#/definitions/id",
        "common.schema.json#/definitions/note",
    ])
}

fn types(chance: &mut Chance) -> Value {
    if chance.one_in(3) {
        let (one, other) = (chance.pick(&TYPES), chance.pick(&TYPES));
        if one == other { json!([one]) } else { json!([one, other]) }
    } else {
        chance.pick(&TYPES).into()
    }
}

fn of_strings(chance: &mut Chance) -> Value {
    let mut members = Map::new();
    let kind = match chance.below(5) {
        0 => json!(["string", chance.pick(&["null", "integer", "array", "boolean"])]),
        _ => json!("string"),
    };
    members.insert("type".to_owned(), kind);
    for _ in 0..chance.below(3) {
        let limit = if chance.one_in(3) { chance.pick(&LENGTHS) } else { chance.below(6) };
        match chance.below(12) {
            0 if chance.one_in(2) => members.insert("contentEncoding".to_owned(), "base64".into()),
            0 => members.insert("contentMediaType".to_owned(), "application/json".into()),
            1 | 2 => members.insert("minLength".to_owned(), chance.below(4).into()),
            3 | 4 => members.insert("maxLength".to_owned(), limit.into()),
            5 | 6 => members.insert("format".to_owned(), chance.pick(FORMATS).0.into()),
            _ => members.insert("pattern".to_owned(), chance.pick(PATTERNS).0.into()),
        };
    }
    Value::Object(members)
}

fn of_numbers(chance: &mut Chance) -> Value {
    let mut members = Map::new();
    let kind = match chance.below(6) {
        0 => json!(["integer", "null"]),
        1 => json!(["number", "string"]),
        2 | 3 => json!("number"),
        _ => json!("integer"),
    };
    members.insert("type".to_owned(), kind);
    for _ in 0..chance.below(3) {
        let keyword =
            chance.pick(&["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"]);
        let at = if keyword == "multipleOf" {
            chance.pick(&["1", "2", "3", "0.5", "0.25", "1.5", "0.1", "0.01", "1e2", "1.0"])
        } else {
            chance.pick(&NUMBERS)
        };
        members.insert(keyword.to_owned(), number(at));
    }
    Value::Object(members)
}

fn constants(chance: &mut Chance, depth: usize) -> Value {
    if chance.one_in(2) {
        return json!({"const": value(chance, depth.min(1))});
    }
    let mut values: Vec<Value> = Vec::new();
    for _ in 0..=chance.below(4) {
        let value = if chance.one_in(2) { text(chance).into() } else { value(chance, depth.min(1)) };
        if !values.contains(&value) {
            values.push(value);
        }
    }
    json!({"enum": values})
}

fn of_arrays(chance: &mut Chance, depth: usize) -> Value {
    let below = depth - 1;
    let mut members = Map::new();
    members.insert("type".to_owned(), json!("array"));
    for _ in 0..=chance.below(3) {
        match chance.below(7) {
            0 | 1 => members.insert("items".to_owned(), schema(chance, below)),
            2 => {
                let list: Vec<Value> = (0..=chance.below(3)).map(|_| schema(chance, below)).collect();
                if chance.one_in(2) {
                    let rest = if chance.one_in(2) { Value::Bool(false) } else { schema(chance, below) };
                    members.insert("additionalItems".to_owned(), rest);
                }
                members.insert("items".to_owned(), list.into())
            }
            3 => members.insert("contains".to_owned(), schema(chance, below)),
            4 => members.insert("uniqueItems".to_owned(), (!chance.one_in(4)).into()),
            5 => members.insert("minItems".to_owned(), chance.below(3).into()),
            _ => members.insert("maxItems".to_owned(), (1 + chance.below(3)).into()),
        };
    }
    Value::Object(members)
}

fn named(chance: &mut Chance, depth: usize) -> Map<String, Value> {
    let count = 1 + chance.below(4);
    (0..count).map(|_| (chance.pick(&NAMES).to_owned(), schema(chance, depth))).collect()
}

fn names(chance: &mut Chance, of: &Map<String, Value>) -> Vec<String> {
    let mut names: Vec<String> = of.keys().filter(|_| chance.one_in(2)).cloned().collect();
    if chance.one_in(8) {
        names.push(chance.pick(&NAMES).to_owned());
    }
    names.sort_unstable();
    names.dedup();
    names
}

pub(crate) fn of_objects(chance: &mut Chance, depth: usize) -> Value {
    let below = depth - 1;
    let mut members = Map::new();
    let kind = if chance.one_in(6) { json!(["object", "null"]) } else { json!("object") };
    members.insert("type".to_owned(), kind);
    let properties = if chance.one_in(4) { Map::new() } else { named(chance, below) };
    if !properties.is_empty() {
        members.insert("properties".to_owned(), properties.clone().into());
    }
    for _ in 0..chance.below(4) {
        match chance.below(9) {
            0 | 1 => members.insert("required".to_owned(), json!(names(chance, &properties))),
            2 | 3 => {
                let rest = match chance.below(3) {
                    0 => Value::Bool(false),
                    1 => Value::Bool(true),
                    _ => schema(chance, below),
                };
                members.insert("additionalProperties".to_owned(), rest)
            }
            4 => {
                if chance.one_in(2) {
                    members.insert("additionalProperties".to_owned(), false.into());
                }
                let pattern = chance.pick(&["^[a-c]$", "^x-", "^[a-z_]+$", "é", "", "^.$"]);
                members.insert("patternProperties".to_owned(), json!({pattern: schema(chance, below)}))
            }
            5 => {
                let said = match chance.below(4) {
                    0 => json!({"pattern": chance.pick(PATTERNS).0}),
                    1 => json!({"maxLength": 1 + chance.below(12)}),
                    2 => json!({"minLength": 1}),
                    _ => json!({"not": {"const": chance.pick(&NAMES)}}),
                };
                members.insert("propertyNames".to_owned(), said)
            }
            6 => members.insert("minProperties".to_owned(), chance.below(3).into()),
            7 => members.insert("maxProperties".to_owned(), (1 + chance.below(4)).into()),
            _ => {
                let needed =
                    if chance.one_in(2) { json!([chance.pick(&NAMES)]) } else { schema(chance, below) };
                let name = properties.keys().next().map_or("a", String::as_str);
                members.insert("dependencies".to_owned(), json!({name: needed}))
            }
        };
    }
    Value::Object(members)
}

fn combined(chance: &mut Chance, depth: usize) -> Value {
    let below = depth - 1;
    let list = |chance: &mut Chance| -> Vec<Value> {
        (0..=chance.below(3)).map(|_| schema(chance, below)).collect()
    };
    match chance.below(7) {
        0 => json!({"allOf": list(chance)}),
        1 => json!({"anyOf": list(chance)}),
        2 => json!({"oneOf": list(chance)}),
        3 => json!({"not": schema(chance, below)}),
        4 => {
            // What unions usually are: told apart by a constant.
            let part = |chance: &mut Chance, kind: &str| {
                let mut part = of_objects(chance, depth);
                part["properties"]["kind"] = json!({"const": kind});
                part["required"] = json!(["kind"]);
                part
            };
            let (one, other) = (part(chance, "one"), part(chance, "other"));
            json!({chance.pick(&["oneOf", "anyOf"]): [one, other]})
        }
        _ => {
            let mut members = Map::new();
            let inside = usize::from(chance.one_in(3));
            let mut named = named(chance, inside);
            let first = named.keys().next().cloned().unwrap();
            let condition = match chance.below(5) {
                0 => json!({"properties": {first: {"required": [chance.pick(&NAMES)]}}}),
                1 => json!({"properties": {first: {"minProperties": 1}}}),
                2 => json!({"properties": {first: constants(chance, 0)}}),
                _ => json!({"properties": {first.as_str(): constants(chance, 0)}, "required": [first]}),
            };
            members.insert("if".to_owned(), condition);
            named.insert("b".to_owned(), schema(chance, below));
            let dependent = |chance: &mut Chance, named: &Map<String, Value>| match chance.below(3) {
                0 => json!({"required": names(chance, named)}),
                1 => json!({"properties": {"b": schema(chance, below)}}),
                _ => schema(chance, below),
            };
            if !chance.one_in(4) {
                members.insert("then".to_owned(), dependent(chance, &named));
            }
            if chance.one_in(2) {
                members.insert("else".to_owned(), dependent(chance, &named));
            }
            members.insert("properties".to_owned(), named.into());
            Value::Object(members)
        }
    }
}

/// Definitions that the schemas refer to: two of any kind, and two that refer to themselves.
pub(crate) fn definitions(chance: &mut Chance) -> Value {
    let definitions = json!({
        "d0": schema(chance, 1),
        "d1": schema(chance, 0),
        "tree": {
            "type": "object",
            "properties": {"value": schema(chance, 0), "next": {"$ref": "#/definitions/tree"}}
        },
        "list": {"type": ["array", "integer"], "items": {"$ref": "#/definitions/list"}, "maxItems": 3}
    });
    // No definition may lead back to itself for the same value.
    let text = definitions.to_string().replace("#/definitions/d", "common.schema.json#/definitions/d");
    serde_json::from_str(&text).unwrap()
}
