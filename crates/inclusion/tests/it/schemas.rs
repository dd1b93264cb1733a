//! Random schemas, edits of them, and values that are likely to be accepted; each the same for the same seed.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};
use serde_json::{Map, Value, json};

/// The keywords that pairs are made about, each as often as any other.
pub(crate) const KEYWORDS: [&str; 32] = [
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
    "$ref",
];

const NAMES: [&str; 5] = ["a", "b", "c", "x-a", "kind"];
const PATTERNS: [&str; 10] = [
    "^[a-c]+$",
    "a",
    "^x-",
    "^[0-9]{1,3}$",
    "b$",
    "^(?:a|ab)*$",
    "^[^a]*$",
    "^.{2,4}$",
    "^(?!a)[a-z]*$",
    "^\\w+$",
];
const FORMATS: [&str; 7] = ["date", "date-time", "email", "ipv4", "uri", "json-pointer", "x-unknown"];
const STRINGS: [&str; 18] = [
    "",
    "a",
    "b",
    "c",
    "ab",
    "aa",
    "aba",
    "abc",
    "x-a",
    "1",
    "12",
    "1234",
    "2025-11-05",
    "2025-11-05T14:00:00Z",
    "a@example.com",
    "http://example.com/a",
    "192.0.2.1",
    "é b",
];
const NUMBERS: [&str; 13] = ["-1", "0", "0.5", "1", "1.0", "1.5", "2", "3", "4", "5", "6", "10", "100"];

/// A source of chance.
pub(crate) struct Chance(ChaCha8Rng);

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.0.next_u64() % end as u64).expect("it is below one")
    }

    pub(crate) fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    pub(crate) fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }
}

fn number(text: &str) -> Value {
    serde_json::from_str(text).expect("a number")
}

/// A value of any kind.
pub(crate) fn value(chance: &mut Chance, depth: usize) -> Value {
    match chance.below(if depth == 0 { 5 } else { 9 }) {
        0 => Value::Null,
        1 => Value::Bool(chance.one_in(2)),
        2 => number(chance.pick(&NUMBERS)),
        3 | 4 => chance.pick(&STRINGS).into(),
        5 | 6 => (0..chance.below(4)).map(|_| value(chance, depth - 1)).collect(),
        _ => {
            let mut members = Map::new();
            for _ in 0..chance.below(5) {
                members.insert(chance.pick(&NAMES).to_owned(), value(chance, depth - 1));
            }
            Value::Object(members)
        }
    }
}

/// A value with something in it replaced, left out or added.
pub(crate) fn altered(chance: &mut Chance, original: &Value) -> Value {
    let mut altered = original.clone();
    match &mut altered {
        Value::Array(items) if !items.is_empty() && !chance.one_in(5) => {
            let at = chance.below(items.len());
            match chance.below(5) {
                0 => drop(items.remove(at)),
                1 => items.insert(at, value(chance, 1)),
                2 => items.push(items[at].clone()),
                _ => items[at] = self::altered(chance, &items[at]),
            }
        }
        Value::Object(members) if !chance.one_in(5) => {
            let name = chance.pick(&NAMES);
            match members.get_mut(name) {
                Some(member) if chance.below(4) > 0 => *member = self::altered(chance, member),
                Some(_) => drop(members.shift_remove(name)),
                None => drop(members.insert(name.to_owned(), value(chance, 1))),
            }
        }
        whole => *whole = value(chance, 1),
    }
    altered
}

/// A schema that has one keyword, and perhaps others.
pub(crate) fn schema(chance: &mut Chance, keyword: &str, depth: usize) -> Value {
    let mut schema = Map::new();
    if chance.one_in(2)
        && let Some(kind) = kind_of(keyword)
    {
        schema.insert("type".to_owned(), kind.into());
    }
    add(chance, keyword, depth, &mut schema);
    for _ in 0..chance.below(3) {
        let keyword = chance.pick(&KEYWORDS);
        if keyword != "$ref" {
            add(chance, keyword, depth, &mut schema);
        }
    }
    Value::Object(schema)
}

fn kind_of(keyword: &str) -> Option<&'static str> {
    Some(match keyword {
        "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" | "multipleOf" => "number",
        "minLength" | "maxLength" | "pattern" | "format" => "string",
        "items" | "additionalItems" | "contains" | "minItems" | "maxItems" | "uniqueItems" => "array",
        "properties"
        | "patternProperties"
        | "additionalProperties"
        | "required"
        | "propertyNames"
        | "minProperties"
        | "maxProperties"
        | "dependencies" => "object",
        _ => return None,
    })
}

fn any(chance: &mut Chance, depth: usize) -> Value {
    if depth == 0 || chance.one_in(8) {
        return match chance.below(6) {
            0 => Value::Bool(chance.one_in(3)),
            1 => json!({"const": value(chance, 1)}),
            2 => json!({"minimum": number(chance.pick(&NUMBERS)), "type": "number"}),
            3 => json!({"type": "string", "maxLength": chance.below(5)}),
            _ => json!({"type": chance.pick(&["string", "integer", "object", "array", "boolean", "null"])}),
        };
    }
    let keyword = chance.pick(&KEYWORDS[..31]);
    schema(chance, keyword, depth - 1)
}

fn list(chance: &mut Chance, depth: usize) -> Value {
    (0..=chance.below(3)).map(|_| any(chance, depth)).collect()
}

fn add(chance: &mut Chance, keyword: &str, depth: usize, schema: &mut Map<String, Value>) {
    let below = depth.saturating_sub(1);
    let said = match keyword {
        "type" => {
            let kinds = ["null", "boolean", "integer", "number", "string", "array", "object"];
            if chance.one_in(3) {
                let (one, other) = (chance.pick(&kinds), chance.pick(&kinds));
                if one == other { one.into() } else { json!([one, other]) }
            } else {
                chance.pick(&kinds).into()
            }
        }
        "const" => value(chance, 1),
        "enum" => {
            let mut values: Vec<Value> = Vec::new();
            for _ in 0..=chance.below(4) {
                let value = value(chance, 1);
                if !values.contains(&value) {
                    values.push(value);
                }
            }
            Value::Array(values)
        }
        "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" => number(chance.pick(&NUMBERS)),
        "multipleOf" => number(chance.pick(&["0.5", "1", "1.5", "2", "3", "4", "0.1"])),
        "minLength" | "maxLength" | "minItems" | "maxItems" | "minProperties" | "maxProperties" => {
            chance.below(5).into()
        }
        "pattern" => chance.pick(&PATTERNS).into(),
        "format" => chance.pick(&FORMATS).into(),
        "uniqueItems" => Value::Bool(!chance.one_in(5)),
        "items" => {
            if chance.one_in(2) {
                any(chance, below)
            } else {
                list(chance, below)
            }
        }
        "additionalItems" => {
            schema.insert("items".to_owned(), list(chance, below));
            any(chance, below)
        }
        "contains" | "not" | "additionalProperties" => any(chance, below),
        "propertyNames" => json!({chance.pick(&["pattern", "pattern", "not"]): null}),
        "required" => {
            let mut names: Vec<&str> = (0..=chance.below(3)).map(|_| chance.pick(&NAMES)).collect();
            names.sort_unstable();
            names.dedup();
            json!(names)
        }
        "properties" | "patternProperties" => {
            let mut members = Map::new();
            for _ in 0..=chance.below(3) {
                let name = if keyword == "properties" { chance.pick(&NAMES) } else { chance.pick(&PATTERNS) };
                members.insert(name.to_owned(), any(chance, below));
            }
            Value::Object(members)
        }
        "dependencies" => {
            let needed = if chance.one_in(2) { json!([chance.pick(&NAMES)]) } else { any(chance, below) };
            json!({chance.pick(&NAMES): needed})
        }
        "allOf" | "anyOf" | "oneOf" => list(chance, below),
        "if" => {
            if !chance.one_in(4) {
                schema.insert("then".to_owned(), any(chance, below));
            }
            if chance.one_in(2) {
                schema.insert("else".to_owned(), any(chance, below));
            }
            any(chance, below)
        }
        "$ref" => {
            let mut definitions = Map::new();
            definitions.insert("one".to_owned(), any(chance, below));
            definitions.insert("many".to_owned(), circular(chance, below));
            schema.clear();
            schema.insert("definitions".to_owned(), Value::Object(definitions));
            let target = chance.pick(&["#/definitions/one", "#/definitions/many"]);
            schema.insert("allOf".to_owned(), json!([{"$ref": target}]));
            return;
        }
        _ => panic!("{keyword}"),
    };
    let said = match (keyword, said) {
        ("propertyNames", Value::Object(what)) if what.contains_key("pattern") => {
            json!({"pattern": chance.pick(&PATTERNS)})
        }
        ("propertyNames", _) => match chance.below(3) {
            0 => json!({"enum": [chance.pick(&NAMES), chance.pick(&["c", "d", "e"])]}),
            1 => json!({"maxLength": chance.below(4)}),
            _ => json!({"not": {"const": chance.pick(&NAMES)}}),
        },
        (_, said) => said,
    };
    schema.insert(keyword.to_owned(), said);
}

/// A schema that refers to itself, in a way that ends.
fn circular(chance: &mut Chance, depth: usize) -> Value {
    let inner = any(chance, depth);
    match chance.below(3) {
        0 => json!({"type": "object", "properties": {"a": {"$ref": "#/definitions/many"}, "b": inner}}),
        1 => json!({"items": {"$ref": "#/definitions/many"}, "maxItems": 2}),
        _ => {
            json!({"anyOf": [inner, {"type": "object", "required": ["a"], "properties": {"a": {"$ref": "#/definitions/many"}}}]})
        }
    }
}

/// The schema with one or two things changed, somewhere.
pub(crate) fn edit(chance: &mut Chance, schema: &Value, keyword: &str) -> Value {
    let mut edited = schema.clone();
    for _ in 0..=chance.below(2) {
        change(chance, &mut edited, keyword);
    }
    edited
}

fn change(chance: &mut Chance, schema: &mut Value, keyword: &str) {
    // Deeper, if there is something deeper.
    if chance.one_in(2)
        && let Value::Object(members) = &mut *schema
    {
        let mut inside: Vec<&mut Value> = Vec::new();
        for (name, value) in members.iter_mut() {
            match (name.as_str(), value) {
                (
                    "items"
                    | "additionalItems"
                    | "contains"
                    | "additionalProperties"
                    | "not"
                    | "if"
                    | "then"
                    | "else",
                    value @ Value::Object(_),
                ) => {
                    inside.push(value);
                }
                ("items" | "allOf" | "anyOf" | "oneOf", Value::Array(list)) => inside.extend(list.iter_mut()),
                ("properties" | "patternProperties" | "definitions", Value::Object(named)) => {
                    inside.extend(named.values_mut());
                }
                _ => {}
            }
        }
        inside.retain(|value| value.is_object() && value.get("$ref").is_none());
        if !inside.is_empty() {
            let at = chance.below(inside.len());
            let keyword = if chance.one_in(2) { keyword } else { chance.pick(&KEYWORDS[..31]) };
            return change(chance, inside[at], keyword);
        }
    }
    let Value::Object(members) = schema else { return };
    let removable: Vec<String> = members.keys().filter(|name| *name != "definitions").cloned().collect();
    match chance.below(6) {
        0 if members.len() > 1 && !removable.is_empty() => {
            let name = removable[chance.below(removable.len())].clone();
            members.remove(&name);
        }
        1 => {
            let whole = Value::Object(members.clone());
            if !members.contains_key("definitions") {
                let other = any(chance, 1);
                *schema = match chance.below(4) {
                    0 => json!({"anyOf": [whole, other]}),
                    1 => json!({"allOf": [whole, other]}),
                    2 => json!({"not": {"not": whole}}),
                    _ => json!({"oneOf": [whole, false]}),
                };
            }
        }
        _ => {
            let keyword = if keyword == "$ref" { chance.pick(&KEYWORDS[..31]) } else { keyword };
            add(chance, keyword, 2, members);
        }
    }
}

/// A value that one of the schemas may accept: made along its keywords.
pub(crate) fn guided(chance: &mut Chance, root: &Value, schema: &Value, depth: usize) -> Value {
    if depth == 0 || chance.one_in(12) {
        return value(chance, 1);
    }
    let Value::Object(members) = schema else { return value(chance, 1) };
    if let Some(pointer) = members.get("$ref").and_then(Value::as_str) {
        let target = root.pointer(pointer.trim_start_matches('#')).unwrap_or(&Value::Bool(true));
        return guided(chance, root, target, depth - 1);
    }
    if let Some(value) = members.get("const") {
        return value.clone();
    }
    if let Some(Value::Array(values)) = members.get("enum") {
        return values[chance.below(values.len())].clone();
    }
    let mut made = Map::new();
    // Of the alternatives one is followed, and what else is said is laid over it.
    for keyword in ["allOf", "anyOf", "oneOf", "if", "then", "else"] {
        let branch = match members.get(keyword) {
            Some(Value::Array(list)) if !list.is_empty() => &list[chance.below(list.len())],
            Some(one @ Value::Object(_)) => one,
            _ => continue,
        };
        match guided(chance, root, branch, depth - 1) {
            Value::Object(members) if chance.below(3) > 0 => made.extend(members),
            value if members.len() < 2 || chance.one_in(2) => return value,
            _ => {}
        }
    }
    let kinds: Vec<&str> = match members.get("type") {
        Some(Value::String(kind)) => vec![kind],
        Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => {
            let kind = members.keys().find_map(|keyword| kind_of(keyword));
            vec![if chance.one_in(4) {
                "any"
            } else {
                kind.unwrap_or(if made.is_empty() { "any" } else { "object" })
            }]
        }
    };
    match chance.pick(&kinds) {
        "null" => Value::Null,
        "boolean" => Value::Bool(chance.one_in(2)),
        "integer" if chance.one_in(8) => (-1).into(),
        "integer" => chance.below(11).into(),
        "number" => number(chance.pick(&NUMBERS)),
        "string" => chance.pick(&STRINGS).into(),
        "array" => {
            let count = chance.below(5);
            let item = |at: usize| match members.get("items") {
                Some(Value::Array(list)) => list.get(at).or(members.get("additionalItems")),
                other => other,
            };
            (0..count)
                .map(|at| {
                    let schema =
                        if chance.one_in(3) { members.get("contains").or(item(at)) } else { item(at) };
                    match schema {
                        Some(schema) => guided(chance, root, schema, depth - 1),
                        None => value(chance, 1),
                    }
                })
                .collect()
        }
        "object" => {
            for name in NAMES {
                let required =
                    members.get("required").is_some_and(|names| json!(names).to_string().contains(name));
                if !required && chance.one_in(2) {
                    continue;
                }
                let schema = members
                    .get("properties")
                    .and_then(|properties| properties.get(name))
                    .or(members.get("additionalProperties"))
                    .unwrap_or(&Value::Bool(true));
                let value = guided(chance, root, schema, depth - 1);
                made.insert(name.to_owned(), value);
            }
            Value::Object(made)
        }
        _ => value(chance, 2),
    }
}
