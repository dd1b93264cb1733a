//! What a schema asks of one value, in words: `string of 1–200 characters`, `integer from 1 to 400 or null`.
//!
//! In go the subschemas that always apply to the value, out come words in Markdown: literals and patterns are code. What
//! the members and elements of the value are is told by others; here only how many there are.

use std::fmt::Write as _;

use tidings_catalog::SchemaRef;
use tidings_json::{Kind, Value};

use super::literal::{all_of, literal, one_of};
use super::{facts, numbers};
use crate::docs::markdown::code;

/// How long a pattern may be to stand among the words.
const SHORT: usize = 48;

/// Words for what a schema asks of a value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words<'c> {
    /// The words, in Markdown.
    pub text: String,
    /// The patterns that are too long to stand among the words, which then say "the pattern below".
    pub long_patterns: Vec<&'c str>,
}

/// What is known of the elements of an array.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Elements {
    /// Nothing.
    #[default]
    Any,
    /// They have fields of their own in the list; this is their type.
    Listed(String),
    /// All that there is to say of each.
    Each(String),
    /// What there is to say of the first, the second and so on.
    Places(Vec<String>),
}

impl Elements {
    /// What there is to say of one.
    pub(super) fn into_words(self) -> String {
        match self {
            Self::Listed(words) | Self::Each(words) => words,
            Self::Any | Self::Places(_) => String::new(),
        }
    }
}

/// What is known of the members of an object besides how many there are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Members {
    /// Whether some have names that the schema lists. Those are fields.
    pub(super) named: bool,
    /// Those with other names: what there is to say of the name, and of the value unless that is a field in the list.
    pub(super) maps: Vec<(String, Option<String>)>,
}

/// What the schemas ask of a value, long patterns and all; nothing if they ask nothing.
pub(super) fn scalar(parts: &[SchemaRef<'_>]) -> String {
    describe(parts, &Elements::Any, &Members::default(), usize::MAX).text
}

/// What the schemas ask of a value; nothing if they ask nothing.
pub(super) fn of<'c>(parts: &[SchemaRef<'c>], elements: &Elements, members: &Members) -> Words<'c> {
    describe(parts, elements, members, SHORT)
}

fn describe<'c>(parts: &[SchemaRef<'c>], elements: &Elements, members: &Members, short: usize) -> Words<'c> {
    let mut long_patterns = Vec::new();
    let mut text = match facts::values(parts).as_deref() {
        Some([]) => "no value at all".to_owned(),
        Some([one]) => format!("always {}", literal(one)),
        Some(several) => one_of(&several.iter().map(|value| literal(value)).collect::<Vec<_>>()),
        None => {
            let types: Vec<String> = facts::types(parts)
                .iter()
                .map(|name| match name.as_str() {
                    "string" => string(parts, short, &mut long_patterns),
                    "integer" | "number" => numbers::number(parts, name),
                    "array" => array(parts, elements),
                    "object" => object(parts, members),
                    "null" => code("null"),
                    other => other.to_owned(),
                })
                .collect();
            alternatives(&types)
        }
    };
    for part in parts {
        if let Some(not) = part.subschema("not").and_then(|not| facts::values(&facts::always(&[not]))) {
            let values: Vec<String> = not.into_iter().map(literal).collect();
            let _ = write!(text, ", not {}", one_of(&values));
        }
    }
    if let Some(default) = parts.iter().find_map(|part| part.keyword("default")) {
        let _ = write!(text, ", default {}", literal(default));
    }
    Words { text: text.trim_start_matches(", ").to_owned(), long_patterns }
}

/// `a or b`, with a comma where one of them has commas itself.
pub(super) fn alternatives(texts: &[String]) -> String {
    match texts {
        [first @ .., last] if !first.is_empty() && first.iter().any(|text| text.contains(',')) => {
            format!("{}, or {last}", first.join(", "))
        }
        _ => one_of(texts),
    }
}

fn string<'c>(parts: &[SchemaRef<'c>], short: usize, long_patterns: &mut Vec<&'c str>) -> String {
    let format = parts.iter().find_map(|part| part.keyword("format")?.as_str());
    let mut text = match format {
        None => "string".to_owned(),
        Some("date-time") => "date and time (RFC 3339)".to_owned(),
        Some("date") => "date (`YYYY-MM-DD`)".to_owned(),
        Some("time") => "time of day (RFC 3339)".to_owned(),
        Some("email" | "idn-email") => "e-mail address".to_owned(),
        Some("hostname" | "idn-hostname") => "host name".to_owned(),
        Some("ipv4") => "IPv4 address".to_owned(),
        Some("ipv6") => "IPv6 address".to_owned(),
        Some("uri" | "iri") => "URI".to_owned(),
        Some("uuid") => "UUID".to_owned(),
        Some(other) => format!("string in the format {}", code(other)),
    };
    text.push_str(&numbers::range(parts, "minLength", "maxLength", " of ", "character"));
    let mut patterns: Vec<&'c str> = Vec::new();
    for pattern in parts.iter().filter_map(|part| part.keyword("pattern")?.as_str()) {
        if !patterns.contains(&pattern) {
            patterns.push(pattern);
        }
    }
    let (shown, long): (Vec<&str>, Vec<&str>) =
        patterns.into_iter().partition(|pattern| pattern.chars().count() <= short);
    let mut matching: Vec<String> = shown.into_iter().map(code).collect();
    match long.len() {
        0 => {}
        1 => matching.push("the pattern below".to_owned()),
        _ => matching.push("the patterns below".to_owned()),
    }
    long_patterns.extend(long);
    if !matching.is_empty() {
        let _ = write!(text, " matching {}", all_of(&matching));
    }
    if let Some(encoding) = parts.iter().find_map(|part| part.keyword("contentEncoding")?.as_str()) {
        let _ = write!(text, ", encoded as {}", code(encoding));
    }
    if let Some(media_type) = parts.iter().find_map(|part| part.keyword("contentMediaType")?.as_str()) {
        let _ = write!(text, ", holding {}", code(media_type));
    }
    text
}

fn array(parts: &[SchemaRef<'_>], elements: &Elements) -> String {
    let is_true = |value: &Value<'_>| matches!(value.kind, Kind::Bool(true));
    let unique = parts.iter().any(|part| part.keyword("uniqueItems").is_some_and(is_true));
    let noun = match elements {
        Elements::Listed(kind) if kind == "object" => "object",
        _ => "item",
    };
    let mut text = match numbers::range(parts, "minItems", "maxItems", "", noun) {
        count if count.is_empty() => format!("array of {noun}s"),
        count => format!("array of {count}"),
    };
    if unique {
        text.push_str(", all different");
    }
    match elements {
        Elements::Any | Elements::Listed(_) => text,
        Elements::Each(words) => format!("{text}: {words}"),
        Elements::Places(words) => format!("{text}: {}", words.join(", then ")),
    }
}

fn object(parts: &[SchemaRef<'_>], members: &Members) -> String {
    let count = |noun: &str| numbers::range(parts, "minProperties", "maxProperties", " of ", noun);
    let maps: Vec<String> = members
        .maps
        .iter()
        .map(|(names, values)| match values {
            Some(values) => format!("{names} → {values}"),
            None => names.clone(),
        })
        .collect();
    match (maps.is_empty(), members.named) {
        (true, _) => format!("object{}", count("field")),
        (false, true) => format!("object{}, and besides {}", count("field"), maps.join("; ")),
        (false, false) => format!("map{}: {}", count("entry"), maps.join("; ")),
    }
}
