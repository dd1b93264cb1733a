//! What a schema says of the members and elements of one value, and the words for the value with them.

use std::fmt::Write as _;

use tidings_catalog::{PrivacyClass, SchemaRef};
use tidings_json::{Kind, Value};

use super::facts;
use super::literal::all_of;
use super::parts::{Part, Parts};
use super::path::{Path, Step};
use super::when::tests_of;
use super::words::{self, Elements, Members, Words};
use crate::docs::markdown::code;

/// The names of the members that the parts describe, in the order of the schema. What always applies comes first.
pub(super) fn names<'c>(parts: &Parts<'c>) -> Vec<&'c str> {
    let mut names = Vec::new();
    for part in &parts.list {
        for (name, schema) in part.schema.named_subschemas("properties") {
            let says_nothing =
                matches!(schema.value().kind, Kind::Bool(_)) && !part.when.is_always() && !part.is_test;
            if !says_nothing && !names.contains(&name) {
                names.push(name);
            }
        }
    }
    names
}

/// What applies to the members that have no name in the schema: what there is to say of their names, and the schema.
pub(super) fn maps<'c>(parts: &Parts<'c>) -> Vec<(String, Part<'c>)> {
    let mut found = Vec::new();
    for part in &parts.list {
        let patterns = part.schema.named_subschemas("patternProperties");
        let listed = !patterns.is_empty();
        for (pattern, schema) in patterns {
            if schema.value().as_object().is_some() {
                found.push((format!("name matching {}", code(pattern)), Part { schema, ..part.clone() }));
            }
        }
        let additional = part.schema.subschema("additionalProperties");
        if let Some(schema) = additional.filter(|schema| schema.value().as_object().is_some()) {
            let names = parts.list.iter().filter_map(|part| part.schema.subschema("propertyNames"));
            let names = words::scalar(&facts::always(&names.collect::<Vec<_>>()));
            let names = match (names.is_empty(), listed) {
                (true, false) => "any name".to_owned(),
                (true, true) => "any other name".to_owned(),
                (false, _) => names
                    .strip_prefix("string")
                    .map_or(format!("name: {names}"), |rest| format!("name{rest}")),
            };
            found.push((names, Part { schema, ..part.clone() }));
        }
    }
    found
}

/// What applies to every element of an array, and what to the first, the second and so on.
pub(super) fn elements<'c>(parts: &Parts<'c>) -> (Vec<Part<'c>>, Vec<Vec<Part<'c>>>) {
    let mut each = Vec::new();
    let mut places: Vec<Vec<Part<'c>>> = Vec::new();
    for part in &parts.list {
        let listed = part.schema.subschema_list("items");
        // Without a list of items, `additionalItems` says nothing.
        let keyword = if listed.is_empty() { "items" } else { "additionalItems" };
        let schema = part.schema.subschema(keyword).filter(|schema| schema.value().as_object().is_some());
        each.extend(schema.map(|schema| Part { schema, ..part.clone() }));
        for (index, schema) in listed.into_iter().enumerate() {
            if places.len() <= index {
                places.push(Vec::new());
            }
            places[index].push(Part { schema, ..part.clone() });
        }
    }
    (each, places)
}

/// Whether all there is to say of an element or member fits the words of the array or map.
pub(super) fn is_folded(starts: &[Part<'_>], path: &Path, step: Step, class: Option<PrivacyClass>) -> bool {
    let parts = Parts::of(starts, &path.join(step));
    let own = class_of(&parts, None);
    let schemas = parts.always();
    parts.list.iter().all(|part| part.when.is_always())
        && !has_inside(&parts)
        && !parts.or_null
        && description(&schemas).is_none()
        && words::of(&schemas, &Elements::Any, &Members::default()).long_patterns.is_empty()
        && (own.is_none() || class.is_none() || own == class)
}

/// Whether anything is said of members or elements.
pub(super) fn has_inside(parts: &Parts<'_>) -> bool {
    let keywords = ["properties", "patternProperties", "items"];
    parts.list.iter().any(|part| keywords.iter().any(|keyword| part.schema.keyword(keyword).is_some()))
        || !maps(parts).is_empty()
}

/// Whether the value, if it is there, is sure to be of one type.
pub(super) fn has_one_type(parts: &Parts<'_>) -> bool {
    let mut kinds = vec![facts::kind(&parts.always())];
    if kinds[0].is_empty() {
        kinds =
            parts.list.iter().filter(|part| !part.is_test).map(|part| facts::kind(&[part.schema])).collect();
        kinds.retain(|kind| !kind.is_empty());
        kinds.dedup();
    }
    kinds.len() == 1 && !kinds[0].contains(" or ") && !parts.or_null
}

/// The words for a value to which these schemas, some of its parts, apply.
pub(super) fn words<'c>(
    parts: &Parts<'c>,
    schemas: &[SchemaRef<'c>],
    path: &Path,
    class: Option<PrivacyClass>,
) -> Words<'c> {
    let (each, places) = elements(parts);
    let told = |starts: &[Part<'c>], step: Step| {
        let folded = is_folded(starts, path, step.clone(), class);
        let inner = Parts::of(starts, &path.join(step)).always();
        if folded { Elements::Each(words::scalar(&inner)) } else { Elements::Listed(facts::kind(&inner)) }
    };
    let elements = match (places.is_empty(), each.is_empty()) {
        (true, true) => Elements::Any,
        (true, false) => told(&each, Step::AnyElement),
        (false, no_more) => {
            let places = places.iter().enumerate().map(|(index, starts)| told(starts, Step::Element(index)));
            let more = (!no_more).then(|| told(&each, Step::AnyElement));
            Elements::Places(places.chain(more).map(Elements::into_words).collect())
        }
    };
    let maps = maps(parts)
        .into_iter()
        .map(|(names, part)| match told(&[part], Step::AnyMember) {
            Elements::Each(words) => (names, Some(words).filter(|words| !words.is_empty())),
            _ => (names, None),
        })
        .collect();
    let members = Members { named: !names(parts).is_empty(), maps };
    let mut words = words::of(schemas, &elements, &members);
    for contains in schemas.iter().filter_map(|schema| schema.subschema("contains")) {
        let tests = tests_of(contains, &path.join(Step::AnyElement), &[]);
        let tests: Vec<String> = tests.iter().map(ToString::to_string).collect();
        if !tests.is_empty() {
            let _ = write!(words.text, ", at least one where {}", all_of(&tests));
        }
    }
    words
}

/// The most sensitive class that is stated for a value, or that its surroundings have.
pub(super) fn class_of(parts: &Parts<'_>, around: Option<PrivacyClass>) -> Option<PrivacyClass> {
    parts.class.into_iter().chain(around).max()
}

/// The same for a value whose elements or members are told in its words: their class counts as well.
pub(super) fn class_with_folded(
    parts: &Parts<'_>,
    path: &Path,
    around: Option<PrivacyClass>,
) -> Option<PrivacyClass> {
    let class = class_of(parts, around);
    let (each, places) = elements(parts);
    let mut inner: Vec<(Step, Vec<Part<'_>>)> =
        maps(parts).into_iter().map(|(_, part)| (Step::AnyMember, vec![part])).collect();
    inner.push((Step::AnyElement, each));
    inner.extend(places.into_iter().enumerate().map(|(at, starts)| (Step::Element(at), starts)));
    let folded = inner.into_iter().filter(|(step, starts)| is_folded(starts, path, step.clone(), class));
    folded.filter_map(|(step, starts)| Parts::of(&starts, &path.join(step)).class).chain(class).max()
}

pub(super) fn description<'c>(schemas: &[SchemaRef<'c>]) -> Option<&'c str> {
    schemas.iter().find_map(|schema| schema.keyword("description")?.as_str())
}

pub(super) fn examples<'c>(schemas: &[SchemaRef<'c>]) -> Vec<&'c Value<'static>> {
    let examples = schemas.iter().find_map(|schema| schema.keyword("examples")?.as_array());
    examples.unwrap_or_default().iter().collect()
}
