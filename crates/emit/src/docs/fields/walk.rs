//! Goes down a schema, member by member and element by element, and lists the fields.

use std::fmt::Write as _;

use tidings_catalog::{PrivacyClass, SchemaKey, SchemaRef};
use tidings_json::{Kind, Value};

use super::condition::Condition;
use super::inside::{
    class_of, class_with_folded, description, elements, examples, has_inside, has_one_type, is_folded, maps,
    names,
};
use super::literal::{literal, one_of};
use super::parts::{Part, Parts};
use super::path::{Path, Step};
use super::words::{self, Words};
use super::{Effect, Field, Fields, Presence, facts, inside};
use crate::docs::markdown::code;

/// How deep fields may be nested to be listed.
const DEPTH: usize = 32;

/// How many fields there may be until the fields of a schema that was listed before are not listed again: schemas that
/// contain each other in every combination would never come to an end.
const MANY: usize = 2_000;

pub(super) fn walk(schema: SchemaRef<'_>) -> Fields<'_> {
    let mut walk = Walk::default();
    let path = Path::default();
    let parts = Parts::of(&[Part::always(schema)], &path);
    let around = Around { presence: Presence::Always, class: class_of(&parts, None) };
    walk.inside(&path, &parts, around);
    walk.fields
}

#[derive(Default)]
struct Walk<'c> {
    fields: Fields<'c>,
    /// What the place and those around it are made of.
    open: Vec<(Path, Vec<SchemaKey>)>,
    /// What was listed before, with its first place.
    listed: Vec<(Path, Vec<SchemaKey>)>,
}

/// What a field takes over from what it is in.
#[derive(Clone, Copy)]
struct Around {
    presence: Presence,
    class: Option<PrivacyClass>,
}

impl<'c> Walk<'c> {
    /// Lists the fields in a value. Nothing if it is one that is listed around it (or was, if there are very many): then
    /// it comes back with the place of that.
    fn inside(&mut self, path: &Path, parts: &Parts<'c>, around: Around) -> Option<Path> {
        let mut keys: Vec<SchemaKey> = parts.list.iter().map(|part| part.schema.key()).collect();
        keys.sort_unstable();
        keys.dedup();
        let known = if self.fields.list.len() < MANY { &self.open } else { &self.listed };
        let again = known.iter().find(|(_, other)| *other == keys && has_inside(parts));
        if let Some((place, _)) = again {
            return Some(place.clone());
        }
        if self.open.len() >= DEPTH {
            return None;
        }
        self.open.push((path.clone(), keys.clone()));
        self.listed.push((path.clone(), keys));
        self.fields.rules.extend(parts.rules.iter().cloned());
        for name in names(parts) {
            self.member(path, parts, name, around);
        }
        // Elements and members without names are fields only if there is more to say than fits the field they are in.
        for (_, part) in maps(parts) {
            if !is_folded(std::slice::from_ref(&part), path, Step::AnyMember, around.class) {
                self.anonymous(path, Step::AnyMember, &[part], around);
            }
        }
        let (each, places) = elements(parts);
        if !places
            .iter()
            .enumerate()
            .all(|(at, starts)| is_folded(starts, path, Step::Element(at), around.class))
        {
            for (index, starts) in places.iter().enumerate() {
                self.anonymous(path, Step::Element(index), starts, around);
            }
        }
        if !is_folded(&each, path, Step::AnyElement, around.class) {
            self.anonymous(path, Step::AnyElement, &each, around);
        }
        self.open.pop();
        None
    }

    /// Lists the elements of an array or the members of a map as a field.
    fn anonymous(&mut self, path: &Path, step: Step, starts: &[Part<'c>], around: Around) {
        let path = path.join(step);
        let parts = Parts::of(starts, &path);
        self.field(&path, &parts, around.presence, Vec::new(), around);
    }

    /// Lists a member of an object, and what is in it.
    fn member(&mut self, parent: &Path, parts: &Parts<'c>, name: &'c str, around: Around) {
        let path = parent.member(name);
        let mut conditions = Vec::new();
        let mut starts = Vec::new();
        let mut forbidding: Vec<&Part<'c>> = Vec::new();
        let mut required: Vec<&Part<'c>> = Vec::new();
        for part in parts.list.iter().filter(|part| !part.is_test) {
            if facts::strings(part.schema, "required").contains(&name) {
                required.push(part);
            }
            let Some(schema) = part.schema.named_subschema("properties", name) else { continue };
            match schema.value().kind {
                Kind::Bool(false) => forbidding.push(part),
                Kind::Bool(true) if !part.when.is_always() => {}
                _ => starts.push(Part { schema, ..part.clone() }),
            }
        }
        let always_there = Parts::cover(required.iter().copied());
        if !always_there {
            for part in required {
                add(&mut conditions, &part.when, Effect::Required);
            }
        }
        if !starts.is_empty() && !Parts::cover(&starts) {
            for part in &starts {
                add(&mut conditions, &part.when, Effect::Known);
            }
        }
        for part in forbidding {
            add(&mut conditions, &part.when, Effect::Forbidden);
        }
        if let [only] = starts.as_mut_slice() {
            // Its condition is told once, for the field as a whole.
            *only = Part::always(only.schema);
        }
        let presence = match (always_there, around.presence) {
            (true, Presence::Always) => Presence::Always,
            (true, _) => Presence::InParent,
            (false, _) => Presence::Optional,
        };
        let parts = Parts::of(&starts, &path);
        self.field(&path, &parts, presence, conditions, around);
    }

    fn field(
        &mut self,
        path: &Path,
        parts: &Parts<'c>,
        presence: Presence,
        mut conditions: Vec<(Condition, Effect<'c>)>,
        around: Around,
    ) {
        let schemas = parts.always();
        let class = class_of(parts, around.class);
        let mut words = inside::words(parts, &schemas, path, class);
        narrow(parts, path, class, &mut words, &mut conditions);
        if parts.or_null {
            words.text = words::alternatives(&[words.text, code("null")]);
        }
        let at = self.fields.list.len();
        let field = Field {
            path: path.clone(),
            presence,
            words,
            description: description(&schemas),
            examples: examples(&schemas),
            class: class_with_folded(parts, path, around.class),
            conditions,
            schemas,
            has_fields: false,
        };
        self.fields.list.push(field);
        // A value that may be something else than an object or array need not have what they have.
        let certain = presence == Presence::Always && has_one_type(parts);
        let presence = if certain { Presence::Always } else { Presence::InParent };
        let same = self.inside(path, parts, Around { presence, class });
        let has_fields = self.fields.list.len() > at + 1;
        let field = &mut self.fields.list[at];
        field.has_fields = has_fields || same.is_some();
        if let Some(same) = same {
            let place = if same.is_root() { "the event".to_owned() } else { code(&same.to_string()) };
            let _ = write!(field.words.text, ", with the fields of {place}");
        }
    }
}

/// Adds a condition that is not there yet.
fn add<'c>(conditions: &mut Vec<(Condition, Effect<'c>)>, when: &Condition, effect: Effect<'c>) {
    let kind = std::mem::discriminant(&effect);
    if !conditions.iter().any(|(known, other)| known == when && std::mem::discriminant(other) == kind) {
        conditions.push((when.clone(), effect));
    }
}

/// Adds what is said only under conditions: to the words if it is all there is, and as conditions.
fn narrow<'c>(
    parts: &Parts<'c>,
    path: &Path,
    class: Option<PrivacyClass>,
    words: &mut Words<'c>,
    conditions: &mut Vec<(Condition, Effect<'c>)>,
) {
    let mut groups: Vec<(&Condition, Vec<SchemaRef<'c>>)> = Vec::new();
    for part in parts.list.iter().filter(|part| !part.when.is_always() && !part.is_test) {
        match groups.iter_mut().find(|(when, _)| **when == part.when) {
            Some((_, schemas)) => schemas.push(part.schema),
            None => groups.push((&part.when, vec![part.schema])),
        }
    }
    if words.text.is_empty() {
        let values: Option<Vec<Vec<&Value<'static>>>> =
            groups.iter().map(|(_, schemas)| facts::values(schemas)).collect();
        if let Some(values) = values {
            // The value is what tells the alternatives apart: there is no more to say of each.
            words.text = one_of(&distinct(values.into_iter().flatten().map(literal)));
            return;
        }
        let told = groups.iter().map(|(_, schemas)| inside::words(parts, schemas, path, class));
        let told: Vec<Words<'c>> = told.filter(|words| !words.text.is_empty()).collect();
        words.long_patterns.extend(told.iter().flat_map(|words| words.long_patterns.iter().copied()));
        words.text = words::alternatives(&distinct(told.into_iter().map(|words| words.text)));
    }
    for (when, schemas) in groups {
        let mut narrowed = inside::words(parts, &schemas, path, class);
        if narrowed.text == words.text || when.is_only_about(path) {
            narrowed = Words::default();
        }
        let description = description(&schemas);
        if !narrowed.text.is_empty() || description.is_some() {
            let examples = examples(&schemas);
            conditions.push((when.clone(), Effect::Narrowed { words: narrowed, description, examples }));
        }
    }
}

fn distinct(texts: impl Iterator<Item = String>) -> Vec<String> {
    let mut found = Vec::new();
    for text in texts {
        if !found.contains(&text) {
            found.push(text);
        }
    }
    found
}
