//! Values changed so that one keyword of a schema refuses them.

use std::collections::BTreeSet;

use tidings_catalog::{Resolved, SchemaRef};
use tidings_json::{Kind, Member, Pointer, Span, Value, escape_token};

use super::verdict::{Patterns, SNOWMAN, violations};
use crate::sample::number;
use crate::sample::random::Random;

/// Text that no pattern or format is likely to allow, and that looks like nothing that must not be shown.
pub(super) const GARBAGE: &str = "☃ ([";

/// The name of a field that a catalog hardly has.
pub(super) const UNPLANNED: &str = "unplanned";

/// The largest limit of a length or a number that is worth exceeding.
const MAX_LIMIT: usize = 20_000;

/// The keyword that a rule of the group `schema` is about.
pub(super) fn keyword(rule: &str) -> String {
    let name = rule.strip_prefix("schema/").unwrap_or(rule);
    let mut words = name.split('-');
    let mut keyword = words.next().unwrap_or_default().to_owned();
    for word in words {
        let (first, rest) = word.split_at(1.min(word.len()));
        keyword.push_str(&first.to_uppercase());
        keyword.push_str(rest);
    }
    keyword
}

/// The keywords that are said anywhere about events of a schema; `falseSchema` if a member is not allowed by being that.
pub(super) fn keywords(root: SchemaRef<'_>) -> BTreeSet<String> {
    let (mut said, mut seen, mut pending) = (BTreeSet::new(), BTreeSet::new(), vec![root]);
    while let Some(schema) = pending.pop() {
        if !seen.insert(schema.key()) {
            continue;
        }
        if let Some(Resolved::Schema(target)) = schema.resolve() {
            pending.push(target);
            continue;
        }
        if matches!(schema.value().kind, Kind::Bool(false)) {
            said.insert("falseSchema".to_owned());
        }
        for member in schema.value().as_object().unwrap_or_default() {
            said.insert(member.name.to_string());
        }
        for list in ["allOf", "anyOf", "oneOf", "items"] {
            pending.extend(schema.subschema_list(list));
        }
        for one in ["items", "additionalItems", "contains", "additionalProperties", "if", "then", "else"] {
            pending.extend(schema.subschema(one).filter(|one| one.value().as_array().is_none()));
        }
        for named in ["properties", "patternProperties", "dependencies"] {
            let schemas = schema.named_subschemas(named).into_iter().map(|(_, own)| own);
            pending.extend(schemas.filter(|own| own.value().as_array().is_none()));
        }
    }
    said
}

/// An event changed so that a rule is broken; `None` if none is found. Its name, if it has one, stays: by another it would
/// be an event of another type.
pub(super) fn broken(
    root: SchemaRef<'_>,
    name: Option<&Pointer>,
    event: &Value<'static>,
    rule: &str,
    patterns: &Patterns,
    random: &mut Random,
) -> Option<Value<'static>> {
    let keyword = keyword(rule);
    let mut places = Vec::new();
    collect(event, &mut String::new(), &mut places);
    let start = random.index(places.len());
    for place in places[start..].iter().chain(&places[..start]) {
        let Ok(pointer) = place.parse::<Pointer>() else { continue };
        let Some(value) = event.at(&pointer) else { continue };
        for schema in root.at(&pointer) {
            for candidate in candidates(&keyword, schema, value) {
                let mut changed = event.clone();
                let kept = set(&mut changed, pointer.tokens(), candidate)
                    && name.is_none_or(|name| match (event.at(name), changed.at(name)) {
                        (Some(old), Some(new)) => old.same_as(new),
                        (old, new) => old.is_none() && new.is_none(),
                    });
                if !kept {
                    continue;
                }
                if let Some(found) = violations(root, &changed, patterns)
                    && found.iter().any(|violation| violation.rule == rule)
                {
                    return Some(changed);
                }
            }
        }
    }
    None
}

/// The pointers of a value and of everything in it.
pub(super) fn collect(value: &Value<'_>, at: &mut String, places: &mut Vec<String>) {
    places.push(at.clone());
    let length = at.len();
    let mut child = |token: &str, value: &Value<'_>| {
        at.push('/');
        at.push_str(token);
        collect(value, at, places);
        at.truncate(length);
    };
    match &value.kind {
        Kind::Array(items) => items.iter().zip(0..).for_each(|(item, at): (_, u32)| {
            child(&at.to_string(), item);
        }),
        Kind::Object(members) => {
            for member in members {
                child(&escape_token(&member.name), &member.value);
            }
        }
        _ => {}
    }
}

/// Puts a value in a place; false if there is no such place.
pub(super) fn set(root: &mut Value<'static>, tokens: &[String], new: Value<'static>) -> bool {
    let Some((token, rest)) = tokens.split_first() else {
        *root = new;
        return true;
    };
    let child = match &mut root.kind {
        Kind::Object(members) => {
            members.iter_mut().find(|member| member.name == *token).map(|member| &mut member.value)
        }
        Kind::Array(items) => token.parse().ok().and_then(|at: usize| items.get_mut(at)),
        _ => None,
    };
    child.is_some_and(|child| set(child, rest, new))
}

/// Values in place of `value` that a keyword might refuse.
fn candidates(keyword: &str, schema: SchemaRef<'_>, value: &Value<'static>) -> Vec<Value<'static>> {
    let Some(said) = schema.keyword(keyword) else {
        return match (keyword, &value.kind) {
            ("falseSchema", Kind::Object(members)) => {
                let barred = schema.named_subschemas("properties").into_iter();
                let barred = barred.filter(|(_, own)| matches!(own.value().kind, Kind::Bool(false)));
                barred.map(|(name, _)| with(members, name, of(Kind::Null))).collect()
            }
            _ => Vec::new(),
        };
    };
    match &value.kind {
        _ if keyword == "type" => samples(),
        _ if ["const", "enum", "anyOf", "oneOf", "not"].contains(&keyword) => {
            let mut all = near(value);
            all.extend(samples());
            all.extend(literals(said));
            all
        }
        Kind::String(text) => of_text(keyword, said, text),
        Kind::Number(_) => said.as_number().map(of_number).unwrap_or_default(),
        Kind::Array(items) => of_array(keyword, said, items),
        Kind::Object(members) => of_object(keyword, said, members),
        _ => Vec::new(),
    }
}

fn of_text(keyword: &str, said: &Value<'_>, text: &str) -> Vec<Value<'static>> {
    match keyword {
        "pattern" | "format" | "contentEncoding" | "contentMediaType" => {
            [format!("{text}☃"), GARBAGE.to_owned(), text.to_uppercase(), String::new()].map(string).into()
        }
        "minLength" => vec![string(text.chars().take(limit(said).saturating_sub(1)).collect())],
        "maxLength" => {
            let missing = limit(said).saturating_add(1).saturating_sub(text.chars().count());
            let longer = |with: char| {
                string(text.chars().chain(std::iter::repeat_n(with, missing.min(MAX_LIMIT + 1))).collect())
            };
            vec![longer(text.chars().last().unwrap_or('x')), longer(SNOWMAN)]
        }
        _ => Vec::new(),
    }
}

fn of_number(limit: &str) -> Vec<Value<'static>> {
    number::around(limit).into_iter().map(|number| of(Kind::Number(number.into()))).collect()
}

fn of_array(keyword: &str, said: &Value<'_>, items: &[Value<'static>]) -> Vec<Value<'static>> {
    let array = |items: Vec<Value<'static>>| of(Kind::Array(items));
    match keyword {
        "minItems" => vec![array(items.iter().take(limit(said).saturating_sub(1)).cloned().collect())],
        "maxItems" => {
            let most = limit(said).min(MAX_LIMIT);
            let Some(last) = items.last() else { return Vec::new() };
            let numbered = (items.len()..=most).map(|at| match last.as_str() {
                Some(text) => string(format!("{text}_{at}")),
                None => last.clone(),
            });
            let copied = (items.len()..=most).map(|_| last.clone());
            vec![
                array(items.iter().cloned().chain(numbered).collect()),
                array(items.iter().cloned().chain(copied).collect()),
            ]
        }
        "uniqueItems" => {
            let Some(first) = items.first() else { return Vec::new() };
            let mut fewer = items.to_vec();
            fewer.pop();
            fewer.push(first.clone());
            vec![array(items.iter().chain(Some(first)).cloned().collect()), array(fewer)]
        }
        "items" => {
            // One more than the list has, which `additionalItems` is about.
            let more = items.last().cloned().unwrap_or_else(|| of(Kind::Null));
            vec![array(items.iter().cloned().chain(Some(more)).collect())]
        }
        "contains" => {
            let mut all = vec![array(Vec::new())];
            all.extend(
                samples().into_iter().map(|sample| array(items.iter().map(|_| sample.clone()).collect())),
            );
            all
        }
        "additionalItems" => samples()
            .into_iter()
            .map(|more| array(items.iter().cloned().chain(Some(more)).collect()))
            .collect(),
        _ => Vec::new(),
    }
}

fn of_object(keyword: &str, said: &Value<'_>, members: &[Member<'static>]) -> Vec<Value<'static>> {
    let without =
        |name: &str| of(Kind::Object(members.iter().filter(|member| member.name != name).cloned().collect()));
    match keyword {
        "required" => {
            let names = said.as_array().unwrap_or_default().iter().filter_map(Value::as_str);
            names.map(without).collect()
        }
        "dependencies" => {
            let mut all: Vec<Value<'static>> = members.iter().map(|member| without(&member.name)).collect();
            let names = said.as_object().unwrap_or_default().iter();
            all.extend(names.map(|member| with(members, &member.name, string("x".to_owned()))));
            all
        }
        "additionalProperties" => vec![with(members, UNPLANNED, of(Kind::Bool(true)))],
        "propertyNames" => {
            let value = members.first().map_or_else(|| of(Kind::Null), |member| member.value.clone());
            [GARBAGE, "A", ""].into_iter().map(|name| with(members, name, value.clone())).collect()
        }
        "minProperties" => {
            let kept = limit(said).saturating_sub(1);
            vec![of(Kind::Object(members.iter().take(kept).cloned().collect()))]
        }
        "maxProperties" => {
            let most = limit(said).min(MAX_LIMIT);
            let value = members.last().map_or_else(|| of(Kind::Null), |member| member.value.clone());
            let stem = members.last().map_or("more", |member| member.name.as_ref());
            let mut all = members.to_vec();
            for at in members.len()..=most {
                all.push(member(&format!("{stem}_{at}"), value.clone()));
            }
            vec![of(Kind::Object(all))]
        }
        _ => Vec::new(),
    }
}

/// Values much like this one.
fn near(value: &Value<'static>) -> Vec<Value<'static>> {
    match &value.kind {
        Kind::String(text) => vec![string(format!("{text}x")), string(GARBAGE.to_owned())],
        Kind::Number(text) => of_number(text),
        Kind::Bool(value) => vec![of(Kind::Bool(!value))],
        Kind::Array(items) => (0..items.len())
            .map(|at| {
                let mut fewer = items.clone();
                fewer.remove(at);
                of(Kind::Array(fewer))
            })
            .collect(),
        Kind::Object(members) => (0..members.len())
            .map(|at| {
                let mut fewer = members.clone();
                fewer.remove(at);
                of(Kind::Object(fewer))
            })
            .collect(),
        Kind::Null => Vec::new(),
    }
}

/// A value of every type.
fn samples() -> Vec<Value<'static>> {
    vec![
        of(Kind::Null),
        of(Kind::Bool(true)),
        of(Kind::Number("0.5".into())),
        of(Kind::Number("-7".into())),
        string("x".to_owned()),
        of(Kind::Array(Vec::new())),
        of(Kind::Object(Vec::new())),
    ]
}

/// Every value that stands in a schema as a constant, an example or a member of a list.
fn literals(schema: &Value<'static>) -> Vec<Value<'static>> {
    let mut found = Vec::new();
    let mut pending = vec![schema];
    while let Some(next) = pending.pop() {
        match &next.kind {
            Kind::Object(members) => {
                for member in members {
                    match (member.name.as_ref(), member.value.as_array()) {
                        ("const", _) => found.push(member.value.clone()),
                        ("enum" | "examples", Some(values)) => found.extend(values.iter().cloned()),
                        _ => pending.push(&member.value),
                    }
                }
            }
            Kind::Array(items) => pending.extend(items),
            _ => {}
        }
    }
    found
}

pub(super) fn of(kind: Kind<'static>) -> Value<'static> {
    Value { span: Span::default(), kind }
}

pub(super) fn string(text: String) -> Value<'static> {
    of(Kind::String(text.into()))
}

fn member(name: &str, value: Value<'static>) -> Member<'static> {
    Member { name: name.to_owned().into(), name_span: Span::default(), value }
}

/// An object with one more member, or another value of one that it has.
pub(super) fn with(members: &[Member<'static>], name: &str, value: Value<'static>) -> Value<'static> {
    let mut all: Vec<Member<'static>> =
        members.iter().filter(|member| member.name != name).cloned().collect();
    all.push(member(name, value));
    of(Kind::Object(all))
}

/// A limit of a number of things.
fn limit(said: &Value<'_>) -> usize {
    let limit = said.as_number().and_then(tidings_json::Decimal::parse).and_then(|limit| limit.to_i64());
    limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(usize::MAX)
}
