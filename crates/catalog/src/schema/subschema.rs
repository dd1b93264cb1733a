//! One subschema with its base URI: its keywords, its subschemas, and where its reference leads.

use std::collections::HashSet;
use std::fmt;

use fluent_uri::Uri;
use fluent_uri::pct_enc::EStr;
use tidings_json::{Kind, Pointer, Value};

use super::applicators::{child_around, subschemas};
use super::identifiers::absolute;
use super::uri::{percent_decode, percent_encode};
use super::{Document, META_SCHEMA, PrivacyClass, Resolved, SchemaKey, Schemas, Target};

/// One subschema of a catalog.
#[derive(Clone, Copy)]
pub struct SchemaRef<'c> {
    pub(super) schemas: &'c Schemas,
    pub(super) document: usize,
    pub(super) value: &'c Value<'static>,
    pub(super) base: &'c Uri<String>,
}

impl<'c> SchemaRef<'c> {
    /// The key that names it.
    pub fn key(self) -> SchemaKey {
        SchemaKey { document: self.document, start: self.value.span.start }
    }

    /// The schema as it is written.
    pub fn value(self) -> &'c Value<'static> {
        self.value
    }

    /// The file it stands in.
    pub fn document(self) -> &'c Document {
        &self.schemas.documents[self.document]
    }

    /// A URI reference that leads to it in any validator that has the catalog's documents under their URIs: the URI of
    /// its file and a JSON Pointer.
    pub fn uri(self) -> String {
        let pointer: Vec<String> = self.pointer().split('/').map(percent_encode).collect();
        let pointer = pointer.join("/");
        let uri = &self.document().uri;
        if pointer.is_empty() { uri.clone() } else { format!("{uri}#{pointer}") }
    }

    /// Its place in the file, as a JSON Pointer.
    pub fn pointer(self) -> String {
        let mut pointer = String::new();
        let mut value = &self.document().root;
        while value.span.start != self.value.span.start {
            let Some((token, next)) = child_around(value, self.value.span.start) else { break };
            pointer.push('/');
            pointer.push_str(&token.to_string());
            value = next;
        }
        pointer
    }

    /// The value of a keyword; none beside a `$ref`, where Draft-07 ignores it.
    pub fn keyword(self, name: &str) -> Option<&'c Value<'static>> {
        if self.value.get("$ref").is_some() { None } else { self.value.get(name) }
    }

    /// The subschema that is the value of a keyword, such as `items`.
    pub fn subschema(self, keyword: &str) -> Option<Self> {
        self.keyword(keyword).map(|value| self.child(value))
    }

    /// The same, if it is an object: `true` and `false` describe nothing.
    pub fn object_subschema(self, keyword: &str) -> Option<Self> {
        self.subschema(keyword).filter(|schema| schema.value().as_object().is_some())
    }

    /// The subschemas in a keyword that holds a list, such as `allOf`.
    pub fn subschema_list(self, keyword: &str) -> Vec<Self> {
        let items = self.keyword(keyword).and_then(Value::as_array).unwrap_or_default();
        items.iter().map(|value| self.child(value)).collect()
    }

    /// The named subschemas in a keyword that holds an object of them, such as `properties`.
    pub fn named_subschemas(self, keyword: &str) -> Vec<(&'c str, Self)> {
        let members = self.keyword(keyword).and_then(Value::as_object).unwrap_or_default();
        members.iter().map(|member| (member.name.as_ref(), self.child(&member.value))).collect()
    }

    /// The subschema of one name in a keyword such as `properties`.
    pub fn named_subschema(self, keyword: &str, name: &str) -> Option<Self> {
        self.keyword(keyword)?.get(name).map(|value| self.child(value))
    }

    /// The privacy class that stands in this very schema. It counts beside a `$ref` too: better one too many than a
    /// value shown.
    pub fn privacy(self) -> Option<PrivacyClass> {
        PrivacyClass::from_name(self.value.get("x-privacy")?.as_str()?)
    }

    /// The reference of the schema, if it is one.
    pub fn reference(self) -> Option<&'c str> {
        self.value.get("$ref")?.as_str()
    }

    /// Where the schema's reference leads, if it is a reference that leads somewhere. In a loaded catalog all do.
    pub fn resolve(self) -> Option<Resolved<'c>> {
        self.reference()?;
        match self.schemas.targets.get(&self.key()) {
            Some(Target::Schema(key)) => return Some(Resolved::Schema(self.schemas.schema(*key))),
            Some(Target::MetaSchema(fragment)) => return Some(Resolved::MetaSchema(fragment.clone())),
            None => {}
        }
        let uri = self.absolute_reference()?;
        if let Some(key) = self.schemas.resources.get(uri.as_str()) {
            return Some(Resolved::Schema(self.schemas.schema(*key)));
        }
        let fragment = uri.fragment().map(EStr::as_str).unwrap_or_default();
        let resource = uri.strip_fragment();
        match self.schemas.resources.get(resource.as_str()) {
            Some(key) => self.schemas.schema(*key).follow(fragment).map(Resolved::Schema),
            None if resource.as_str() == META_SCHEMA => Some(Resolved::MetaSchema(fragment.to_owned())),
            None => None,
        }
    }

    /// Whether all readers take it for the same: it neither has an `$id` nor stands below one, but for that of its file and for
    /// plain names.
    pub fn is_plain(self) -> bool {
        self.schemas.plain.contains(&self.key())
    }

    /// A schema that stands where Draft-07 has none, and all below it; nothing if there is an `$id` there, or above it.
    pub(super) fn plain_tree(self) -> Vec<SchemaKey> {
        let mut found = Vec::new();
        let mut pending = vec![self];
        let mut is_plain = !self.stands_below_an_id();
        while let Some(schema) = pending.pop() {
            is_plain &= schema.value.get("$id").is_none();
            found.push(schema.key());
            subschemas(schema.value, &[], &mut |child| pending.push(schema.child(child)));
        }
        if is_plain { found } else { Vec::new() }
    }

    /// Whether it stands below something with an `$id`, but for that of the file.
    fn stands_below_an_id(self) -> bool {
        let root = self.schemas.root(self.document);
        if !root.is_plain() {
            return true;
        }
        let mut value = root.value;
        while value.span.start != self.value.span.start {
            let Some((_, next)) = child_around(value, self.value.span.start) else { return true };
            if next.get("$id").is_some() {
                return true;
            }
            value = next;
        }
        false
    }

    /// The absolute URI of its reference, if it is one.
    pub(super) fn absolute_reference(self) -> Option<Uri<String>> {
        absolute(self.reference()?, self.base)
    }

    /// The subschemas that apply in place, this one first: through `$ref`, `allOf`, and, whichever branch matches,
    /// `anyOf`, `oneOf`, `if`, `then`, `else` and `dependencies`. Each once. With each comes whether it always applies
    /// or only when a condition holds.
    pub fn applied_in_place(self) -> Vec<(Self, bool)> {
        let mut found: Vec<(Self, bool)> = Vec::new();
        let mut seen = HashSet::new();
        // Those that always apply come first, so that one reached both ways counts as always.
        let mut conditional = Vec::new();
        let mut pending = vec![self];
        let mut always = true;
        loop {
            let Some(schema) = pending.pop() else {
                if !always && conditional.is_empty() {
                    return found;
                }
                always = false;
                pending.append(&mut conditional);
                if pending.is_empty() {
                    return found;
                }
                continue;
            };
            if !seen.insert(schema.key()) {
                continue;
            }
            found.push((schema, always));
            if let Some(Resolved::Schema(target)) = schema.resolve() {
                pending.push(target);
                continue;
            }
            pending.extend(schema.subschema_list("allOf").into_iter().rev());
            conditional.extend(schema.conditional_in_place());
        }
    }

    /// The subschemas that apply in place when some condition holds.
    fn conditional_in_place(self) -> Vec<Self> {
        let mut found = self.subschema_list("anyOf");
        found.extend(self.subschema_list("oneOf"));
        found.extend(["if", "then", "else"].into_iter().filter_map(|keyword| self.subschema(keyword)));
        found.extend(
            self.named_subschemas("dependencies")
                .into_iter()
                .map(|(_, schema)| schema)
                .filter(|schema| schema.value.as_array().is_none()),
        );
        found
    }

    /// The subschemas that apply in place to the value at a pointer into an instance of this schema, those that always
    /// apply first; where the schema says nothing about that place, none.
    pub fn at(self, pointer: &Pointer) -> Vec<Self> {
        let mut schemas = vec![self];
        for token in pointer.tokens() {
            schemas = schemas
                .into_iter()
                .flat_map(Self::applied_in_place)
                .flat_map(|(schema, _)| schema.child_schemas(token))
                .collect();
            // Schemas that lead back to themselves in two ways would be twice as many at each step.
            let mut seen = HashSet::new();
            schemas.retain(|schema| seen.insert(schema.key()));
        }
        let mut applied: Vec<(Self, bool)> = schemas.into_iter().flat_map(Self::applied_in_place).collect();
        applied.sort_by_key(|(_, always)| !always);
        applied.into_iter().map(|(schema, _)| schema).collect()
    }

    /// What the schema itself says about the member or element of this name or index.
    fn child_schemas(self, token: &str) -> Vec<Self> {
        let mut found: Vec<Self> = self.named_subschema("properties", token).into_iter().collect();
        if !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_digit()) {
            found.extend(self.subschema("items").filter(|items| items.value.as_object().is_some()));
        }
        found
    }

    /// The subschemas that are applied to the same value directly, without a step through another.
    pub(crate) fn next_in_place(self) -> Vec<Self> {
        if self.value.get("$ref").is_some() {
            return match self.resolve() {
                Some(Resolved::Schema(target)) => vec![target],
                _ => Vec::new(),
            };
        }
        let mut found = self.subschema_list("allOf");
        found.extend(self.conditional_in_place());
        found.extend(self.subschema("not"));
        found
    }

    /// Follows a fragment (a percent-encoded JSON Pointer) down from here.
    pub(super) fn follow(self, fragment: &str) -> Option<Self> {
        let pointer: Pointer = percent_decode(fragment)?.parse().ok()?;
        let mut schema = self;
        for token in pointer.tokens() {
            let next = match &schema.value.kind {
                Kind::Object(_) => schema.value.get(token)?,
                Kind::Array(items) => items.get(token.parse::<usize>().ok()?)?,
                _ => return None,
            };
            schema = schema.child(next);
        }
        Some(schema)
    }

    pub(super) fn child(self, value: &'c Value<'static>) -> Self {
        let key = SchemaKey { document: self.document, start: value.span.start };
        let base = self.schemas.bases.get(&key).unwrap_or(self.base);
        SchemaRef { value, base, ..self }
    }
}

impl fmt::Debug for SchemaRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SchemaRef").field(&self.uri()).finish()
    }
}
