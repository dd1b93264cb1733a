//! The schema of the new event type, made after that of another: the whole of it, or only what every event has, its
//! envelope's fields and its aggregate's id.

use serde_json::{Map, Value as Json, json};
use tidings_catalog::{Catalog, EventType, Tree};
use tidings_json::Pointer;

use super::place::Plan;
use crate::edits::Edits;
use crate::error::Kind;
use crate::insert::{self, Where};
use crate::names::{stem, words};
use crate::{Error, json_file};

/// What a schema is made after.
#[derive(Clone, Copy, Debug)]
pub(super) struct Model<'c> {
    pub(super) event_type: &'c EventType,
    /// Whether the payload is taken over.
    pub(super) with_payload: bool,
}

/// The places that any event of the plan has, if the catalog has them at all.
pub(super) fn common_places(catalog: &Catalog, plan: &Plan<'_>) -> Vec<Pointer> {
    let roles = &catalog.roles;
    let roles = [
        &roles.event_name,
        &roles.event_id,
        &roles.aggregate_type,
        &roles.aggregate_id,
        &roles.occurred_at,
        &roles.actor,
        &roles.version,
        &roles.scope,
    ];
    let id = plan.aggregate.map(|aggregate| &aggregate.id);
    let mut places: Vec<Pointer> = roles.into_iter().flatten().chain(id).cloned().collect();
    let mut seen = Vec::new();
    places.retain(|place| {
        let new = !seen.contains(place);
        seen.push(place.clone());
        new
    });
    places
}

/// Adds the schema to the edits, and gives the reference to it that the manifest has.
pub(super) fn add(
    tree: &dyn Tree,
    catalog: &Catalog,
    plan: &Plan<'_>,
    model: Model<'_>,
    edits: &mut Edits,
) -> Result<String, Error> {
    let reference = &model.event_type.schema_path;
    let shared = catalog.event_types.values().filter(|other| other.schema_path == *reference).count() > 1;
    if shared {
        // One schema for many event types is one for this too.
        return Ok(reference.clone());
    }
    let schema = schema(catalog, plan, model)?;
    let (path, fragment) = reference.split_once('#').unwrap_or((reference, ""));
    let old_stem = stem(&model.event_type.name);
    if fragment.is_empty() {
        let (folder, file) = path.rsplit_once('/').map_or(("", path), |(folder, file)| (folder, file));
        let file = match file.find(&old_stem) {
            Some(_) => file.replacen(&old_stem, &plan.stem, 1),
            None => format!("{}.schema.json", plan.stem),
        };
        let path = if folder.is_empty() { file } else { format!("{folder}/{file}") };
        if tree.list().is_ok_and(|paths| paths.contains(&path)) {
            return Err(Kind::request(format!("`{path}` is there already; the schema would be called so")));
        }
        edits.create(path.clone(), json_file(&schema));
        return Ok(path);
    }
    let unreadable = |error| Kind::Read { path: path.to_owned(), error };
    let text = String::from_utf8(tree.read(path).map_err(unreadable)?).unwrap_or_default();
    let place: Pointer = fragment.parse().unwrap_or_default();
    let tokens = place.tokens();
    let (last, parents) = tokens.split_last().ok_or_else(|| no_place(reference))?;
    let name =
        if last.contains(&old_stem) { last.replacen(&old_stem, &plan.stem, 1) } else { plan.stem.clone() };
    let parent: Pointer = parents.iter().collect();
    let text = insert::member(&text, &parent, Where::Behind(last), &name, &schema);
    let text = text.ok_or_else(|| no_place(reference))?;
    let new_fragment = format!("{parent}/{}", tidings_json::escape_token(&name));
    edits.change(path, listed_at_root(text, fragment, &new_fragment));
    Ok(format!("{path}#{new_fragment}"))
}

fn no_place(reference: &str) -> Error {
    Kind::result(format!("there is no place for another schema beside `{reference}`"))
}

/// Where the document's root lists its event types as alternatives, the new one is one more.
fn listed_at_root(text: String, fragment: &str, new: &str) -> String {
    for keyword in ["oneOf", "anyOf"] {
        let parsed = tidings_json::parse(text.as_bytes(), 128);
        let index = parsed.ok().and_then(|parsed| {
            let wanted = format!("#{fragment}");
            let items = parsed.value.get(keyword)?.as_array()?;
            items.iter().position(|item| item.get("$ref").and_then(|place| place.as_str()) == Some(&wanted))
        });
        let place = Pointer::from_iter([keyword]);
        let reference = json!({"$ref": format!("#{new}")});
        if let Some(index) = index
            && let Some(text) = insert::element(&text, &place, index, &reference)
        {
            return text;
        }
    }
    text
}

/// The schema itself.
fn schema(catalog: &Catalog, plan: &Plan<'_>, model: Model<'_>) -> Result<Json, Error> {
    let old = model.event_type;
    let source = catalog.schema(old).value().to_serde();
    let Json::Object(mut schema) = source else {
        return Err(Kind::result(format!("the schema of `{}` is no object", old.name)));
    };
    let places = common_places(catalog, plan);
    if !model.with_payload {
        let envelope = catalog.envelope().is_some();
        let paths: Vec<&[String]> = places.iter().map(Pointer::tokens).collect();
        schema = reduced(&schema, &paths, envelope);
    }
    if schema.get("title").is_some_and(|title| title.as_str() == Some(&old.name)) {
        schema.insert("title".to_owned(), plan.name.as_str().into());
    }
    if let Some(Json::String(id)) = schema.get("$id") {
        let id = renamed_id(id, old, plan);
        schema.insert("$id".to_owned(), id.into());
    }
    schema.insert("description".to_owned(), plan.purpose.as_str().into());
    let mut schema = Json::Object(schema);
    if let Some(place) = &catalog.roles.event_name {
        each_at(&mut schema, place.tokens(), &mut |field| rename(field, &old.name, &plan.name));
    }
    if let Some(aggregate) = plan.aggregate
        && catalog.schema(old).at(&aggregate.id).is_empty()
    {
        let field = json!({
            "description": format!("The id of the {}.", words(&aggregate.name).join(" ")),
            "x-privacy": "identifier",
            "type": "string",
            "minLength": 1,
            "maxLength": 64,
        });
        require(&mut schema, aggregate.id.tokens(), field);
    }
    Ok(schema)
}

/// What a schema says about some places alone.
fn reduced(schema: &Map<String, Json>, paths: &[&[String]], envelope: bool) -> Map<String, Json> {
    let first = |name: &str| paths.iter().any(|path| path.first().is_some_and(|first| first == name));
    let mut out = Map::new();
    for (keyword, value) in schema {
        let kept = match (keyword.as_str(), value) {
            ("$schema" | "$id" | "$ref" | "title" | "description" | "type" | "x-privacy", _)
            | ("additionalProperties", Json::Bool(_)) => Some(value.clone()),
            ("properties", Json::Object(fields)) => {
                let kept = fields.iter().filter(|(name, _)| first(name)).map(|(name, field)| {
                    let below: Vec<&[String]> = paths
                        .iter()
                        .filter(|path| path.first() == Some(name))
                        .map(|path| &path[1..])
                        .collect();
                    let field = match field {
                        Json::Object(inner) if !below.iter().any(|path| path.is_empty()) => {
                            Json::Object(reduced(inner, &below, envelope))
                        }
                        other => other.clone(),
                    };
                    (name.clone(), field)
                });
                Some(Json::Object(kept.collect()))
            }
            ("required", Json::Array(names)) => {
                let kept = names.iter().filter(|name| name.as_str().is_some_and(first)).cloned();
                Some(Json::Array(kept.collect())).filter(|names| *names != json!([]))
            }
            // The envelope, or what plays its part.
            ("allOf", Json::Array(parts)) => {
                let kept: Vec<Json> =
                    parts.iter().filter(|part| part.get("$ref").is_some()).cloned().collect();
                let most = if envelope { 1 } else { kept.len() };
                Some(Json::Array(kept.into_iter().take(most).collect())).filter(|parts| *parts != json!([]))
            }
            _ => None,
        };
        if let Some(kept) = kept {
            out.insert(keyword.clone(), kept);
        }
    }
    out
}

/// Calls `each` with what a schema itself says about a place, directly and in its `allOf`.
fn each_at(schema: &mut Json, path: &[String], each: &mut dyn FnMut(&mut Json)) {
    let Some((first, rest)) = path.split_first() else { return each(schema) };
    if let Some(Json::Array(parts)) = schema.get_mut("allOf") {
        for part in parts {
            each_at(part, path, each);
        }
    }
    if let Some(field) = schema.get_mut("properties").and_then(|fields| fields.get_mut(first)) {
        each_at(field, rest, each);
    }
}

/// Puts the new name in place of the old one in all texts of a schema.
fn rename(value: &mut Json, old: &str, new: &str) {
    match value {
        Json::String(text) if text == old => new.clone_into(text),
        Json::String(text) => *text = text.replace(&format!("`{old}`"), &format!("`{new}`")),
        Json::Array(items) => items.iter_mut().for_each(|item| rename(item, old, new)),
        Json::Object(members) => members.values_mut().for_each(|member| rename(member, old, new)),
        _ => {}
    }
}

/// The `$id` of the old schema, with the new name in its last part.
fn renamed_id(id: &str, old: &EventType, plan: &Plan<'_>) -> String {
    let start = id.rfind('/').map_or(0, |at| at + 1);
    let (folder, file) = id.split_at(start);
    for (old, new) in [(old.name.clone(), &plan.name), (stem(&old.name), &plan.stem)] {
        if file.contains(&old) {
            return format!("{folder}{}", file.replacen(&old, new, 1));
        }
    }
    format!("{folder}{}.schema.json", plan.stem)
}

/// Adds a required field at a place of an object's schema.
fn require(schema: &mut Json, path: &[String], field: Json) {
    let (Some((first, rest)), Some(schema)) = (path.split_first(), schema.as_object_mut()) else { return };
    let required = schema.entry("required").or_insert_with(|| json!([]));
    if let Some(names) = required.as_array_mut()
        && !names.iter().any(|name| name.as_str() == Some(first))
    {
        names.push(first.as_str().into());
    }
    let fields = schema.entry("properties").or_insert_with(|| json!({}));
    let Some(fields) = fields.as_object_mut() else { return };
    if rest.is_empty() {
        fields.insert(first.clone(), field);
    } else {
        require(fields.entry(first.as_str()).or_insert_with(|| json!({"type": "object"})), rest, field);
    }
}
