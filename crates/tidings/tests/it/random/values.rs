//! Random values that a schema is likely to accept, and texts of them.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::schemas::{number, text, value};
use super::words::{FORMATS, NUMBERS, PATTERNS, SUSPECT};
use crate::chance::Chance;

/// Where references lead.
pub(crate) struct Roots<'r> {
    pub(crate) own: &'r Value,
    pub(crate) common: &'r Value,
    pub(crate) shared: &'r Value,
}

impl<'r> Roots<'r> {
    fn target(&self, reference: &str) -> Option<&'r Value> {
        let (file, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        if file == "envelope.schema.json" {
            return Some(self.shared);
        }
        (if file.is_empty() { self.own } else { self.common }).pointer(fragment)
    }

    /// A value made along the keywords of a schema.
    pub(crate) fn value(&self, chance: &mut Chance, schema: &Value, depth: usize) -> Value {
        let Value::Object(members) = schema else { return value(chance, 1) };
        if depth == 0 || chance.one_in(40) {
            return value(chance, 1);
        }
        if let Some(reference) = members.get("$ref").and_then(Value::as_str) {
            return match self.target(reference) {
                Some(target) => self.value(chance, target, depth - 1),
                None => Value::Object(Map::new()),
            };
        }
        if let Some(constant) = members.get("const") {
            return constant.clone();
        }
        if let Some(Value::Array(values)) = members.get("enum") {
            return values[chance.below(values.len())].clone();
        }
        let mut made = Map::new();
        for keyword in ["allOf", "anyOf", "oneOf", "if", "then", "else"] {
            let branches: Vec<&Value> = match members.get(keyword) {
                Some(Value::Array(list)) if keyword == "allOf" => list.iter().collect(),
                Some(Value::Array(list)) if !list.is_empty() => vec![&list[chance.below(list.len())]],
                Some(one @ Value::Object(_)) if chance.one_in(2) => vec![one],
                _ => continue,
            };
            for branch in branches {
                match self.value(chance, branch, depth - 1) {
                    Value::Object(members) => made.extend(members),
                    value if !members.contains_key("properties") => return value,
                    _ => {}
                }
            }
        }
        match Self::kind(chance, members, &made) {
            "null" => Value::Null,
            "boolean" => Value::Bool(chance.one_in(2)),
            "integer" | "number" => self::number_for(chance, members),
            "string" => text_for(chance, members).into(),
            "array" => self.array(chance, members, depth),
            "object" => self.object(chance, members, made, depth),
            _ => value(chance, 1),
        }
    }

    fn kind<'s>(chance: &mut Chance, members: &'s Map<String, Value>, made: &Map<String, Value>) -> &'s str {
        match members.get("type") {
            Some(Value::String(kind)) => return kind,
            Some(Value::Array(kinds)) => return kinds[chance.below(kinds.len())].as_str().unwrap(),
            _ => {}
        }
        if !made.is_empty() || members.contains_key("properties") || members.contains_key("required") {
            return "object";
        }
        if members.contains_key("items") || members.contains_key("contains") {
            return "array";
        }
        if members.contains_key("pattern") || members.contains_key("format") { "string" } else { "any" }
    }

    fn array(&self, chance: &mut Chance, members: &Map<String, Value>, depth: usize) -> Value {
        let count = |keyword: &str| {
            members.get(keyword).and_then(Value::as_u64).map(|count| usize::try_from(count).unwrap())
        };
        let (min, max) = (count("minItems").unwrap_or(0), count("maxItems").unwrap_or(4));
        let count = if chance.one_in(8) {
            chance.below(5)
        } else {
            min + chance.below((max + 1).saturating_sub(min))
        };
        (0..count)
            .map(|at| {
                let own = match members.get("items") {
                    Some(Value::Array(list)) => list.get(at).or(members.get("additionalItems")),
                    other => other,
                };
                let own = if chance.one_in(3) { members.get("contains").or(own) } else { own };
                match own {
                    Some(schema) => self.value(chance, schema, depth - 1),
                    None => value(chance, 1),
                }
            })
            .collect()
    }

    fn object(
        &self,
        chance: &mut Chance,
        members: &Map<String, Value>,
        mut made: Map<String, Value>,
        depth: usize,
    ) -> Value {
        let required: Vec<&str> = members
            .get("required")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        if let Some(Value::Object(properties)) = members.get("properties") {
            for (name, schema) in properties {
                if required.contains(&name.as_str()) || chance.one_in(2) {
                    made.insert(name.clone(), self.value(chance, schema, depth - 1));
                }
            }
        }
        for name in required {
            if !made.contains_key(name) {
                made.insert(name.to_owned(), value(chance, 1));
            }
        }
        let patterned = members.get("patternProperties").and_then(Value::as_object).into_iter().flatten();
        for schema in patterned.map(|(_, schema)| schema).chain(members.get("additionalProperties")) {
            for name in ["a", "x-b", "b", "zz"] {
                if chance.one_in(4) && !made.contains_key(name) {
                    made.insert(name.to_owned(), self.value(chance, schema, depth - 1));
                }
            }
        }
        Value::Object(made)
    }
}

fn text_for(chance: &mut Chance, members: &Map<String, Value>) -> String {
    if members.get("x-privacy").is_some_and(|class| class == "free-text") && chance.one_in(4) {
        return chance.pick(SUSPECT).to_owned();
    }
    if let Some(pattern) = members.get("pattern").and_then(Value::as_str)
        && let Some((_, texts)) = PATTERNS.iter().find(|(known, _)| *known == pattern)
        && !chance.one_in(12)
    {
        return chance.pick(texts).to_owned();
    }
    if let Some(format) = members.get("format").and_then(Value::as_str)
        && !chance.one_in(12)
    {
        let known: Vec<&[&str]> =
            FORMATS.iter().filter(|(known, _)| *known == format).map(|(_, texts)| *texts).collect();
        let texts = chance.pick(&known);
        // The first is of the format.
        return if chance.one_in(3) { chance.pick(texts) } else { texts[0] }.to_owned();
    }
    if members.contains_key("maxLength") && !chance.one_in(3) {
        let most = members["maxLength"].as_u64().unwrap();
        let length = usize::try_from(most).unwrap().saturating_sub(chance.below(2));
        return chance.pick(&["a", "é", "😀", "7"]).repeat(length);
    }
    text(chance)
}

fn number_for(chance: &mut Chance, members: &Map<String, Value>) -> Value {
    for bound in ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"] {
        if let Some(at) = members.get(bound)
            && chance.one_in(3)
        {
            return at.clone();
        }
    }
    if members.get("type").and_then(Value::as_str) == Some("integer") && !chance.one_in(6) {
        return chance.below(13).into();
    }
    number(chance.pick(&NUMBERS))
}

/// How an event is written.
pub(crate) struct Style {
    pub(crate) after_comma: &'static str,
    pub(crate) after_colon: &'static str,
    /// Whether members change places, and some characters and numbers are written in another way.
    pub(crate) odd: bool,
}

impl Style {
    pub(crate) fn any(chance: &mut Chance) -> Self {
        let odd = chance.one_in(4);
        match chance.below(4) {
            0 => Self { after_comma: " ", after_colon: " ", odd },
            1 if odd => Self { after_comma: "\t \r", after_colon: "  ", odd },
            _ => Self { after_comma: "", after_colon: "", odd },
        }
    }

    pub(crate) fn write(&self, chance: &mut Chance, value: &Value, out: &mut String) {
        match value {
            Value::String(text) => self.text(chance, text, out),
            Value::Number(number) if self.odd && chance.one_in(3) => {
                let text = number.to_string();
                let odd = match chance.below(3) {
                    0 if !text.contains(['.', 'e', 'E']) => format!("{text}.0"),
                    1 if !text.contains(['e', 'E']) => format!("{text}e0"),
                    _ => text,
                };
                out.push_str(&odd);
            }
            Value::Array(items) => {
                out.push('[');
                for (at, item) in items.iter().enumerate() {
                    if at > 0 {
                        out.push(',');
                        out.push_str(self.after_comma);
                    }
                    self.write(chance, item, out);
                }
                out.push(']');
            }
            Value::Object(members) => {
                let mut members: Vec<(&String, &Value)> = members.iter().collect();
                if self.odd {
                    for at in (1..members.len()).rev() {
                        members.swap(at, chance.below(at + 1));
                    }
                }
                out.push('{');
                for (at, (name, member)) in members.into_iter().enumerate() {
                    if at > 0 {
                        out.push(',');
                        out.push_str(self.after_comma);
                    }
                    self.text(chance, name, out);
                    out.push(':');
                    out.push_str(self.after_colon);
                    self.write(chance, member, out);
                }
                out.push('}');
            }
            plain => out.push_str(&plain.to_string()),
        }
    }

    fn text(&self, chance: &mut Chance, text: &str, out: &mut String) {
        if !(self.odd && chance.one_in(8)) {
            out.push_str(&Value::from(text).to_string());
            return;
        }
        out.push('"');
        for unit in text.encode_utf16() {
            match char::from_u32(unit.into()).filter(|c| c.is_ascii_alphanumeric() && !chance.one_in(3)) {
                Some(plain) => out.push(plain),
                None => drop(write!(out, "\\u{unit:04x}")),
            }
        }
        out.push('"');
    }
}
