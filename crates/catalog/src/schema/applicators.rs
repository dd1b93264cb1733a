//! Where schemas hold others.

use std::fmt;

use tidings_json::{Kind, Value};

/// How a keyword's value holds subschemas.
enum Holds {
    One,
    Many,
    OneOrMany,
    Named,
}

/// Every keyword of Draft-07 that holds subschemas.
const APPLICATORS: [(&str, Holds); 18] = [
    ("additionalItems", Holds::One),
    ("additionalProperties", Holds::One),
    ("allOf", Holds::Many),
    ("anyOf", Holds::Many),
    ("contains", Holds::One),
    ("definitions", Holds::Named),
    ("dependencies", Holds::Named),
    ("else", Holds::One),
    ("if", Holds::One),
    ("items", Holds::OneOrMany),
    ("not", Holds::One),
    ("oneOf", Holds::Many),
    ("patternProperties", Holds::Named),
    ("properties", Holds::Named),
    ("propertyNames", Holds::One),
    ("then", Holds::One),
    // Not of Draft-07, but where files made for later drafts keep definitions that references may name.
    (LATER[0], Holds::Named),
    (LATER[1], Holds::Named),
];

/// Keywords of later drafts among them. An `$id` below them says nothing in Draft-07.
pub(super) const LATER: [&str; 2] = ["$defs", "dependentSchemas"];

/// The member or element that an offset of the file stands in, with the token of a JSON Pointer that leads there.
pub(super) fn child_around<'v>(
    value: &'v Value<'static>,
    offset: usize,
) -> Option<(Token<'v>, &'v Value<'static>)> {
    // They stand in the order of the text.
    let around = match &value.kind {
        Kind::Object(members) => {
            let at = members.partition_point(|member| member.value.span.end <= offset);
            members.get(at).map(|member| (Token::Name(&member.name), &member.value))
        }
        Kind::Array(items) => {
            let at = items.partition_point(|item| item.span.end <= offset);
            items.get(at).map(|item| (Token::Index(at), item))
        }
        _ => None,
    };
    around.filter(|(_, value)| value.span.range().contains(&offset))
}

/// One step of a JSON Pointer.
pub(super) enum Token<'v> {
    Name(&'v str),
    Index(usize),
}

impl fmt::Display for Token<'_> {
    /// As a pointer has it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(&tidings_json::escape_token(name)),
            Self::Index(index) => index.fmt(f),
        }
    }
}

/// Calls `each` with every direct subschema of a schema but those of some keywords.
pub(super) fn subschemas<'v>(
    schema: &'v Value<'static>,
    without: &[&str],
    each: &mut dyn FnMut(&'v Value<'static>),
) {
    for (keyword, holds) in APPLICATORS.iter().filter(|(keyword, _)| !without.contains(keyword)) {
        let Some(value) = schema.get(keyword) else { continue };
        match (holds, &value.kind) {
            (Holds::One | Holds::OneOrMany, Kind::Object(_) | Kind::Bool(_)) => each(value),
            (Holds::Many | Holds::OneOrMany, Kind::Array(items)) => items.iter().for_each(&mut *each),
            (Holds::Named, Kind::Object(members)) => members
                .iter()
                .map(|member| &member.value)
                .filter(|value| matches!(value.kind, Kind::Object(_) | Kind::Bool(_)))
                .for_each(&mut *each),
            _ => {}
        }
    }
}
