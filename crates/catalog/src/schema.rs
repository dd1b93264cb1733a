//! The schema documents of a catalog, and how one subschema leads to another.
//!
//! A [`SchemaRef`] is one subschema with its base URI; from it one reaches the subschemas that apply in place, and the
//! targets of references, by the rules of Draft-07 (core, sections 8 and 9): `$id` changes the base URI, `$ref` makes a
//! schema ignore everything beside it.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::fmt;

use fluent_uri::pct_enc::EStr;
use fluent_uri::{Uri, UriRef};
use tidings_json::{Kind, LineIndex, Pointer, Value};

/// The schemas of a catalog.
#[derive(Debug, Default)]
pub struct Schemas {
    documents: Vec<Document>,
    /// Where an absolute URI leads: without a fragment to the resource, with one to a location-independent identifier.
    resources: HashMap<String, SchemaKey>,
    /// The base URI of every subschema that changes it.
    bases: HashMap<SchemaKey, Uri<String>>,
    /// The subschemas that stand where Draft-07 has some.
    reached: HashSet<SchemaKey>,
}

/// A schema file.
#[derive(Debug)]
pub struct Document {
    /// The path in the catalog folder.
    pub path: String,
    /// The URI that it is known by: its `$id`, or else one that is made of its path.
    pub uri: String,
    /// The URI that is made of its path, by which other files may refer to it all the same.
    path_uri: String,
    /// The parsed file.
    pub root: Value<'static>,
    text: Vec<u8>,
    lines: LineIndex,
}

impl Document {
    /// The file as it is written.
    pub fn text(&self) -> &[u8] {
        &self.text
    }

    /// The line and column, from 1, of a byte offset in the file.
    pub fn place(&self, offset: usize) -> (u64, u64) {
        self.lines.place(&self.text, offset)
    }
}

/// Names one subschema of a catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SchemaKey {
    document: usize,
    /// The offset in the document at which it begins; no two values begin at the same.
    start: usize,
}

/// How sensitive a field is: the value of `x-privacy` in its schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PrivacyClass {
    /// An opaque, stable identifier.
    Identifier,
    /// Anyone may see it.
    Public,
    /// Text that a person wrote; it may hold anything.
    FreeText,
    /// An address at which a person can be reached.
    ContactAddress,
}

impl PrivacyClass {
    /// Every class, with its name in schemas.
    pub const ALL: [(&'static str, Self); 4] = [
        ("identifier", Self::Identifier),
        ("public", Self::Public),
        ("free-text", Self::FreeText),
        ("contact-address", Self::ContactAddress),
    ];

    /// The class of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, class)| *class)
    }

    /// Its name in schemas.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, class)| *class == self).map_or("", |(name, _)| name)
    }

    /// Whether values of the class are never shown and never part of a broadly shared stream.
    pub fn is_restricted(self) -> bool {
        matches!(self, Self::FreeText | Self::ContactAddress)
    }
}

/// Where a reference leads.
#[derive(Clone, Debug)]
pub enum Resolved<'c> {
    /// To a subschema of this catalog.
    Schema(SchemaRef<'c>),
    /// To Draft-07's own meta-schema, which validators bring along, or into it: the fragment of the reference.
    MetaSchema(String),
}

/// One subschema of a catalog.
#[derive(Clone, Copy)]
pub struct SchemaRef<'c> {
    schemas: &'c Schemas,
    document: usize,
    value: &'c Value<'static>,
    base: &'c Uri<String>,
}

const META_SCHEMA: &str = "http://json-schema.org/draft-07/schema";

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
const LATER: [&str; 2] = ["$defs", "dependentSchemas"];

impl Schemas {
    /// The schema files, sorted by path.
    pub fn documents(&self) -> &[Document] {
        &self.documents
    }

    /// The subschema of this key, which must come from this catalog.
    pub fn schema(&self, key: SchemaKey) -> SchemaRef<'_> {
        let mut schema = self.root(key.document);
        while schema.value.span.start != key.start {
            let next = match &schema.value.kind {
                Kind::Object(members) => members
                    .iter()
                    .map(|member| &member.value)
                    .find(|value| value.span.range().contains(&key.start)),
                Kind::Array(items) => items.iter().find(|value| value.span.range().contains(&key.start)),
                _ => None,
            };
            let Some(next) = next else { return schema };
            schema = schema.child(next);
        }
        schema
    }

    /// The subschema at an absolute URI: that of a document, perhaps with a JSON Pointer as a fragment.
    pub fn at(&self, uri: &str) -> Option<SchemaRef<'_>> {
        let (resource, fragment) = uri.split_once('#').unwrap_or((uri, ""));
        self.schema(*self.resources.get(resource)?).follow(fragment)
    }

    /// The subschema that `path#pointer` of the manifest names: a file of the catalog, perhaps with a JSON Pointer as a
    /// fragment. The error is a lower-case phrase.
    pub(crate) fn locate(&self, reference: &str) -> Result<SchemaKey, String> {
        let (path, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        let document =
            self.position(path).ok_or_else(|| format!("there is no schema file `{path}` in the catalog"))?;
        let root = self.root(document);
        let target = root.follow(fragment).ok_or_else(|| format!("`{path}` has no `#{fragment}`"))?;
        Ok(target.key())
    }

    /// Where a file stands among the documents, which are sorted.
    fn position(&self, path: &str) -> Option<usize> {
        self.documents.binary_search_by(|document| document.path.as_str().cmp(path)).ok()
    }

    /// Adds a file; files come sorted by path.
    pub(crate) fn add(&mut self, path: &str, text: Vec<u8>, root: Value<'static>) -> usize {
        self.documents.push(Document {
            path: path.to_owned(),
            uri: path_uri(path),
            path_uri: path_uri(path),
            root,
            lines: LineIndex::new(&text),
            text,
        });
        self.documents.len() - 1
    }

    /// Reads the `$id`s of all documents. The errors are places and lower-case phrases.
    pub(crate) fn register(&mut self) -> Vec<(SchemaKey, String)> {
        let mut problems = Vec::new();
        let mut resources = HashMap::new();
        let mut bases = HashMap::new();
        let mut reached = HashSet::new();
        for (index, document) in self.documents.iter().enumerate() {
            let root = SchemaKey { document: index, start: document.root.span.start };
            let Ok(base) = Uri::parse(document.path_uri.clone()) else {
                problems.push((root, format!("`{}` can't be made part of a URI", document.path)));
                continue;
            };
            resources.insert(document.path_uri.clone(), root);
            bases.insert(root, base.clone());
            let mut pending = vec![(&document.root, base)];
            while let Some((value, mut base)) = pending.pop() {
                reached.insert(SchemaKey { document: index, start: value.span.start });
                if let (Some(id), None) = (value.get("$id").and_then(Value::as_str), value.get("$ref")) {
                    let key = SchemaKey { document: index, start: value.span.start };
                    match UriRef::parse(id).ok().and_then(|id| id.resolve_against(&base.borrow()).ok()) {
                        Some(uri) => {
                            let fragment = uri.fragment().map(EStr::as_str).unwrap_or_default();
                            // It would say that a pointer leads elsewhere than it does (Draft-07, section 8.2.3).
                            if fragment.starts_with('/') {
                                let what = format!("`$id` `{id}` ends in a JSON Pointer, which is no name");
                                problems.push((key, what));
                            }
                            let anchor = !fragment.is_empty();
                            let mut resource = uri.clone();
                            if !anchor || !id.starts_with('#') {
                                resource.set_fragment(None);
                                base = resource.clone();
                                bases.insert(key, base.clone());
                            }
                            let known = if anchor { uri.as_str() } else { resource.as_str() };
                            if let Some(other) = resources.insert(known.to_owned(), key)
                                && other != key
                            {
                                problems
                                    .push((key, format!("`$id` `{known}` is already taken in this catalog")));
                            }
                        }
                        None => problems.push((key, format!("`$id` `{id}` is not a URI reference"))),
                    }
                }
                subschemas(value, &LATER, &mut |child| pending.push((child, base.clone())));
            }
        }
        self.resources = resources;
        self.reached = reached;
        for (index, document) in self.documents.iter_mut().enumerate() {
            if let Some(base) = bases.get(&SchemaKey { document: index, start: document.root.span.start }) {
                base.as_str().clone_into(&mut document.uri);
            }
        }
        self.bases = bases;
        problems
    }

    /// A document as any validator reads it that knows each document by its one URI: references that go by the path of
    /// a file that has an `$id` go by that instead.
    pub fn portable(&self, document: &Document) -> serde_json::Value {
        let mut portable = document.root.to_serde();
        let Some(index) = self.position(&document.path) else { return portable };
        for schema in self.all_of(index) {
            let Some(uri) = schema.absolute_reference() else { continue };
            let resource = uri.strip_fragment();
            let Some(target) = self.resources.get(resource.as_str()) else { continue };
            let target = &self.documents[target.document];
            if target.path_uri == resource.as_str()
                && target.uri != target.path_uri
                && let Some(place) = portable.pointer_mut(&schema.pointer())
            {
                let fragment = uri.fragment().map(|fragment| format!("#{fragment}")).unwrap_or_default();
                place["$ref"] = format!("{}{fragment}", target.uri).into();
            }
        }
        portable
    }

    /// Every subschema at a place where Draft-07 has one, in all documents.
    pub fn all(&self) -> Vec<SchemaRef<'_>> {
        (0..self.documents.len()).flat_map(|index| self.all_of(index)).collect()
    }

    /// The same in one document.
    fn all_of(&self, document: usize) -> Vec<SchemaRef<'_>> {
        let mut found = Vec::new();
        let mut pending = vec![self.root(document)];
        while let Some(schema) = pending.pop() {
            found.push(schema);
            subschemas(schema.value, &[], &mut |child| pending.push(schema.child(child)));
        }
        found
    }

    /// The files that some schemas stand in, and those that references lead to from there, sorted.
    pub fn reached(&self, schemas: impl Iterator<Item = SchemaKey>) -> Vec<&Document> {
        let mut reached: BTreeSet<usize> = schemas.map(|schema| schema.document).collect();
        let mut pending: Vec<usize> = reached.iter().copied().collect();
        while let Some(document) = pending.pop() {
            for schema in self.all_of(document) {
                if let Some(Resolved::Schema(target)) = schema.resolve()
                    && reached.insert(target.document)
                {
                    pending.push(target.document);
                }
            }
        }
        reached.into_iter().map(|document| &self.documents[document]).collect()
    }

    pub(crate) fn root(&self, document: usize) -> SchemaRef<'_> {
        let value = &self.documents[document].root;
        // `register` gave every document's root a base.
        let base = &self.bases[&SchemaKey { document, start: value.span.start }];
        SchemaRef { schemas: self, document, value, base }
    }
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
            let inside = |child: &Value<'_>| child.span.range().contains(&self.value.span.start);
            let next = match &value.kind {
                Kind::Object(members) => members
                    .iter()
                    .find(|member| inside(&member.value))
                    .map(|member| (tidings_json::escape_token(&member.name), &member.value)),
                Kind::Array(items) => items
                    .iter()
                    .enumerate()
                    .find(|(_, item)| inside(item))
                    .map(|(at, item)| (at.to_string(), item)),
                _ => None,
            };
            let Some((token, next)) = next else { break };
            pointer.push('/');
            pointer.push_str(&token);
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

    /// Whether it stands where Draft-07 has a schema, so that Draft-07's own schema checks it. A reference, or the manifest,
    /// may also lead to one that nothing checks: below `$defs`, say.
    pub fn is_known_to_draft_07(self) -> bool {
        self.schemas.reached.contains(&self.key())
    }

    /// The absolute URI of its reference, if it is one.
    fn absolute_reference(self) -> Option<Uri<String>> {
        UriRef::parse(self.reference()?).ok()?.resolve_against(&self.base.borrow()).ok()
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
    fn follow(self, fragment: &str) -> Option<Self> {
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

    fn child(self, value: &'c Value<'static>) -> Self {
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

/// Calls `each` with every direct subschema of a schema but those of some keywords.
fn subschemas<'v>(schema: &'v Value<'static>, without: &[&str], each: &mut dyn FnMut(&'v Value<'static>)) {
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

/// The URI of a file of a catalog that has no `$id`.
fn path_uri(path: &str) -> String {
    let encoded: Vec<String> = path.split('/').map(percent_encode).collect();
    format!("tidings-catalog:///{}", encoded.join("/"))
}

/// Percent-encodes all but the unreserved characters of RFC 3986 (section 2.3).
fn percent_encode(text: &str) -> String {
    use std::fmt::Write as _;
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

/// The text that a percent-encoded one stands for; `None` if that isn't UTF-8 or the encoding is broken.
fn percent_decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        if first == b'%' {
            let (digits, tail) = (tail.get(..2)?, tail.get(2..)?);
            bytes.push(u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?);
            rest = tail;
        } else {
            bytes.push(first);
            rest = tail;
        }
    }
    String::from_utf8(bytes).ok()
}
