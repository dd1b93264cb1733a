//! Takes over a bundle of Draft-07 schemas: each event type is one of its `definitions`. What the bundle says is kept as it
//! is; what it doesn't say, such as lifecycles and privacy classes, is left out, so that it is seen to be missing.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use tidings_catalog::{Catalog, EventType, LoadError, MANIFEST, MemoryTree, SchemaRef};
use tidings_engine::{Engine, Frame, Options};
use tidings_json::{Pointer, Value, escape_token};
use toml_edit::{DocumentMut, Item, Table, value};

use super::{Naming, add_page};
use crate::edits::Edits;
use crate::error::Kind;
use crate::names::stem;
use crate::{Error, format, json_file};

/// What the bundle is called in the catalog.
const FILE: &str = "events.schema.json";

/// How deep in an event its name is looked for, and at how many places: a schema may go round in circles.
const DEPTH: usize = 4;
const MOST_PLACES: usize = 4_000;

/// A bundle of schemas.
#[derive(Clone, Copy, Debug)]
pub struct Bundle<'b> {
    /// What it is called in messages.
    pub name: &'b str,
    /// The JSON text.
    pub text: &'b [u8],
    /// Where events have the name of their type. Without it, the one place is taken where each definition has a constant
    /// of its own.
    pub event_name: Option<&'b Pointer>,
}

/// The files of a catalog that takes over a bundle. Its name is made of the words of `name`.
///
/// ```
/// use tidings_author::{Bundle, adopt};
///
/// let text = br##"{"definitions": {
///   "lit": {"properties": {"kind": {"const": "lamp-lit"}, "lamp": {"$ref": "#/definitions/lamp"}}},
///   "dimmed": {"properties": {"kind": {"const": "lamp-dimmed"}}},
///   "lamp": {"type": "string"}
/// }}"##;
/// let edits = adopt("lamps", Bundle { name: "lamps.json", text, event_name: None })?;
/// let manifest = edits.iter().find(|(path, _)| *path == "catalog.toml").unwrap().1;
/// let manifest = std::str::from_utf8(manifest)?;
/// assert!(manifest.contains("event_name = \"/kind\""));
/// assert!(manifest.contains("[events.lamp-lit]\nschema = \"events.schema.json#/definitions/lit\"\n"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// If the bundle is no JSON, has no definitions, can't be loaded as Draft-07, or doesn't tell its event types apart.
pub fn adopt(name: &str, bundle: Bundle<'_>) -> Result<Edits, Error> {
    let text = formatted(bundle)?;
    let root = tidings_json::parse(text.as_bytes(), 128).map_err(|_| no_json(bundle.name))?.value;
    let definitions = definitions(&root, bundle.name)?;
    let catalog = Arc::new(provisional(&text, &definitions, bundle.name)?);
    Engine::new(Arc::clone(&catalog), Options::default())
        .map_err(|error| unusable(&error.to_string(), bundle.name))?;

    let place = event_name(&catalog, bundle)?;
    let mut names = BTreeMap::new();
    for (definition, event_type) in definitions.iter().zip(catalog.event_types.values()) {
        let constant = place.as_ref().and_then(|place| constant(catalog.schema(event_type), place));
        let name = constant.unwrap_or_else(|| definition.clone());
        if let Some(other) = names.insert(name.clone(), definition) {
            return Err(Kind::request(format!(
                "`{}`: `{other}` and `{definition}` are both the event type `{name}`",
                bundle.name
            )));
        }
    }
    // In the bundle's order again.
    let names: Vec<(&String, &str)> = definitions
        .iter()
        .filter_map(|definition| names.iter().find(|(_, own)| **own == definition))
        .map(|(name, definition)| (name, definition.as_str()))
        .collect();

    let mut edits = Edits::default();
    let naming = Naming::of(name);
    edits.create(MANIFEST, manifest(&naming, &catalog, &names, place.as_ref()));
    edits.create(FILE, text.clone());
    edits.create("CHANGELOG.md", changelog(&names));
    add_examples(&root, &names, &mut edits)?;
    add_page(&mut edits)?;
    Ok(edits)
}

fn no_json(name: &str) -> Error {
    Kind::request(format!("`{name}` is no JSON"))
}

fn unusable(error: &str, name: &str) -> Error {
    // The bundle is known by its own name as yet.
    Kind::request(format!("the bundle can't be used:\n{}", error.replace(FILE, name)))
}

/// The text in the one form that catalogs have.
fn formatted(bundle: Bundle<'_>) -> Result<String, Error> {
    let tree = MemoryTree::new().with(FILE, bundle.text);
    let formatting = format(&tree).map_err(|_| no_json(bundle.name))?;
    if let Some(problem) = formatting.problems.first() {
        return Err(unusable(&problem.to_string(), bundle.name));
    }
    let text = formatting.edits.iter().next().map_or(bundle.text, |(_, text)| text);
    String::from_utf8(text.to_vec()).map_err(|_| no_json(bundle.name))
}

/// The names of the definitions that are event types: those that the root has as alternatives, or else those that no other
/// refers to.
fn definitions(root: &Value<'_>, name: &str) -> Result<Vec<String>, Error> {
    let all = root.get("definitions").and_then(Value::as_object).unwrap_or_default();
    if all.is_empty() {
        return Err(Kind::request(format!(
            "`{name}` has no `definitions`, of which each would be an event type"
        )));
    }
    let definition = |reference: &str| {
        let wanted = reference.strip_prefix("#/definitions/")?;
        all.iter().find(|member| escape_token(&member.name) == wanted).map(|member| member.name.to_string())
    };
    for keyword in ["oneOf", "anyOf"] {
        let alternatives = root.get(keyword).and_then(Value::as_array).unwrap_or_default();
        let listed: Vec<String> = alternatives
            .iter()
            .filter_map(|alternative| definition(alternative.get("$ref")?.as_str()?))
            .collect();
        if !listed.is_empty() {
            return Ok(listed);
        }
    }
    let mut referred = BTreeSet::new();
    for member in all {
        references(&member.value, &mut |reference| {
            referred.extend(definition(reference).filter(|other| *other != member.name));
        });
    }
    let free = all.iter().map(|member| member.name.to_string()).filter(|name| !referred.contains(name));
    let free: Vec<String> = free.collect();
    if free.is_empty() {
        return Err(Kind::request(format!(
            "`{name}` has only definitions that others refer to, so no event type"
        )));
    }
    Ok(free)
}

fn references(value: &Value<'_>, each: &mut dyn FnMut(&str)) {
    if let Some(reference) = value.get("$ref").and_then(Value::as_str) {
        each(reference);
    }
    for member in value.as_object().unwrap_or_default() {
        references(&member.value, each);
    }
    for item in value.as_array().unwrap_or_default() {
        references(item, each);
    }
}

/// A catalog of the definitions under their own names, only to look into their schemas.
fn provisional(text: &str, definitions: &[String], name: &str) -> Result<Catalog, Error> {
    let mut manifest = head(&Naming::of("provisional"));
    manifest["roles"]["event_name"] = value("/provisional");
    for definition in definitions {
        manifest["events"][definition] = Item::Table(event(definition, ""));
    }
    let tree = MemoryTree::new().with(MANIFEST, manifest.to_string()).with(FILE, text);
    Catalog::from_tree(&tree).map_err(|error| unusable(&error.to_string(), name))
}

/// Where events have the name of their type; `None` if there is one event type that needn't say which it is.
fn event_name(catalog: &Catalog, bundle: Bundle<'_>) -> Result<Option<Pointer>, Error> {
    if let Some(place) = bundle.event_name {
        return Ok(Some(place.clone()));
    }
    let mut constants: Vec<BTreeMap<String, String>> = Vec::new();
    for event_type in catalog.event_types.values() {
        let mut found = BTreeMap::new();
        collect(catalog, event_type, &mut found);
        constants.push(found);
    }
    let places: Vec<&String> = match constants.first() {
        Some(first) => first
            .keys()
            .filter(|place| {
                let values: BTreeSet<&String> =
                    constants.iter().filter_map(|found| found.get(*place)).collect();
                values.len() == constants.len()
            })
            .collect(),
        None => Vec::new(),
    };
    match places.as_slice() {
        [place] => Ok(place.parse().ok()),
        _ if catalog.event_types.len() == 1 => Ok(None),
        [] => Err(Kind::request(format!(
            "`{}` doesn't tell its event types apart: there is no place where each definition has a constant of its own; \
             say with `--event-name POINTER` where events have the name of their type",
            bundle.name
        ))),
        places => Err(Kind::request(format!(
            "`{}` has a constant of its own in each definition at more than one place: {}; say with `--event-name POINTER` \
             which of them is the name of the event type",
            bundle.name,
            places.iter().map(|place| format!("`{place}`")).collect::<Vec<_>>().join(", ")
        ))),
    }
}

/// The texts that an event type's schema has as constants, by their places.
fn collect(catalog: &Catalog, event_type: &EventType, found: &mut BTreeMap<String, String>) {
    let mut pending = VecDeque::from([(Pointer::default(), 0)]);
    let root = catalog.schema(event_type);
    let mut left = MOST_PLACES;
    while let Some((place, depth)) = pending.pop_front() {
        left -= 1;
        if left == 0 {
            return;
        }
        if let Some(text) = constant(root, &place).filter(|_| depth > 0) {
            found.insert(place.to_string(), text);
        }
        if depth == DEPTH {
            continue;
        }
        let names: BTreeSet<&str> = at(root, &place)
            .into_iter()
            .flat_map(|schema| schema.named_subschemas("properties"))
            .map(|(name, _)| name)
            .collect();
        for name in names {
            if let Ok(place) = format!("{place}/{}", escape_token(name)).parse() {
                pending.push_back((place, depth + 1));
            }
        }
    }
}

/// The subschemas that always apply at a place.
fn at<'c>(root: SchemaRef<'c>, place: &Pointer) -> Vec<SchemaRef<'c>> {
    let mut schemas = always(root);
    for token in place.tokens() {
        schemas = schemas
            .into_iter()
            .filter_map(|schema| schema.named_subschema("properties", token))
            .flat_map(always)
            .collect();
    }
    schemas
}

fn always(schema: SchemaRef<'_>) -> Vec<SchemaRef<'_>> {
    schema.applied_in_place().into_iter().filter(|(_, always)| *always).map(|(schema, _)| schema).collect()
}

/// The text that is the only one allowed at a place.
fn constant(root: SchemaRef<'_>, place: &Pointer) -> Option<String> {
    at(root, place).into_iter().find_map(|schema| {
        let only = match schema.keyword("enum").and_then(Value::as_array) {
            Some([only]) => Some(only),
            _ => schema.keyword("const"),
        };
        only?.as_str().map(str::to_owned)
    })
}

fn head(naming: &Naming) -> DocumentMut {
    let mut manifest = DocumentMut::new();
    let mut catalog = Table::new();
    catalog.insert("name", value(&naming.name));
    catalog.insert("title", value(&naming.title));
    catalog.insert("version", value("0.1.0"));
    manifest.insert("catalog", Item::Table(catalog));
    for name in ["roles", "events"] {
        let mut table = Table::new();
        table.set_implicit(name == "events");
        manifest.insert(name, Item::Table(table));
    }
    manifest
}

fn event(definition: &str, purpose: &str) -> Table {
    let mut table = Table::new();
    table.insert("schema", value(format!("{FILE}#/definitions/{}", escape_token(definition))));
    table.insert("version", value(1));
    table.insert("purpose", value(purpose));
    table
}

fn manifest(
    naming: &Naming,
    catalog: &Catalog,
    names: &[(&String, &str)],
    place: Option<&Pointer>,
) -> String {
    let mut manifest = head(naming);
    if let Some(place) = place {
        manifest["roles"]["event_name"] = value(place.to_string());
    }
    for (name, definition) in names {
        let schema = catalog.event_types.get(*definition).map(|event_type| catalog.schema(event_type));
        let described = schema.and_then(|schema| schema.keyword("description")?.as_str());
        let purpose = described.map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "));
        let mut table = event(definition, &purpose.unwrap_or_default());
        table.decor_mut().set_prefix("\n");
        manifest["events"][name.as_str()] = Item::Table(table);
    }
    for name in ["roles"] {
        if let Some(table) = manifest.get_mut(name).and_then(Item::as_table_mut) {
            table.decor_mut().set_prefix("\n");
        }
    }
    if place.is_none() {
        manifest.remove("roles");
    }
    manifest.to_string()
}

fn changelog(names: &[(&String, &str)]) -> String {
    let mut text = String::from("# Changelog\n\n## Unreleased\n\n## 0.1.0\n\n");
    for (name, _) in names {
        text.extend(["- `", name, "`.\n"]);
    }
    text
}

/// What definitions give as `examples`, as far as it is valid.
fn add_examples(root: &Value<'_>, names: &[(&String, &str)], edits: &mut Edits) -> Result<(), Error> {
    let empty = MemoryTree::new();
    let failed = |error: LoadError| Kind::result(format!("the catalog could not be used:\n{error}"));
    let catalog = Catalog::from_tree(&edits.over(&empty)).map_err(failed)?;
    let engine = Engine::new(Arc::new(catalog), Options::default()).map_err(failed)?;
    for (name, definition) in names {
        let schema = root.get("definitions").and_then(|all| all.get(definition));
        let examples = schema.and_then(|schema| schema.get("examples")?.as_array()).unwrap_or_default();
        let texts = examples.iter().map(|example| json_file(&example.to_serde()));
        // An example of another event type is valid as well, but not here.
        let valid = texts.filter(|text| {
            let frame = Frame::of_bytes(text.as_bytes());
            let mut findings = Vec::new();
            let own = engine.check_then(&frame, &mut findings, |event_type, _, _| event_type.name == **name);
            own == Some(true) && findings.is_empty()
        });
        for (at, text) in valid.enumerate() {
            let what = if at == 0 { String::new() } else { format!(".{}", at + 1) };
            edits.create(format!("examples/{}{what}.example.json", stem(name)), text);
        }
    }
    Ok(())
}
