//! The schema documents of a catalog, and how one subschema leads to another.
//!
//! A [`SchemaRef`] is one subschema with its base URI; from it one reaches the subschemas that apply in place, and the
//! targets of references, by the rules of Draft-07 (core, sections 8 and 9): `$id` changes the base URI, `$ref` makes a
//! schema ignore everything beside it.

mod applicators;
mod identifiers;
mod subschema;
mod uri;

use std::collections::{BTreeSet, HashMap, HashSet};

use fluent_uri::Uri;
use tidings_json::{LineIndex, Value};

use applicators::subschemas;
use identifiers::Identifiers;
use uri::path_uri;

pub use subschema::SchemaRef;

/// The URI of Draft-07's own schema.
const META_SCHEMA: &str = "http://json-schema.org/draft-07/schema";

/// The schemas of a catalog.
#[derive(Debug, Default)]
pub struct Schemas {
    documents: Vec<Document>,
    /// Where an absolute URI leads: without a fragment to the resource, with one to a location-independent identifier.
    resources: HashMap<String, SchemaKey>,
    /// The base URI of every subschema that changes it.
    bases: HashMap<SchemaKey, Uri<String>>,
    /// The subschemas that stand where Draft-07 has some.
    known: HashSet<SchemaKey>,
    /// The others that references or the manifest lead to.
    elsewhere: BTreeSet<SchemaKey>,
    /// Of all these, and of what stands below them, what has no `$id` and stands below none, but for a file's own; where Draft-07
    /// has schemas, plain names don't count either.
    plain: HashSet<SchemaKey>,
    /// Where the references lead, worked out once.
    targets: HashMap<SchemaKey, Target>,
}

/// Where a reference leads.
#[derive(Debug)]
enum Target {
    Schema(SchemaKey),
    MetaSchema(String),
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

impl Schemas {
    /// The schema files, sorted by path.
    pub fn documents(&self) -> &[Document] {
        &self.documents
    }

    /// The subschema of this key, which must come from this catalog.
    pub fn schema(&self, key: SchemaKey) -> SchemaRef<'_> {
        let mut schema = self.root(key.document);
        while schema.value.span.start != key.start {
            let Some((_, next)) = applicators::child_around(schema.value, key.start) else { return schema };
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

    /// Reads the `$id`s of all documents. The errors are schemas, offsets in their files, and lower-case phrases.
    pub(crate) fn register(&mut self) -> Vec<(SchemaKey, usize, String)> {
        let Identifiers { resources, bases, known, plain, problems } = Identifiers::read(&self.documents);
        for (index, document) in self.documents.iter_mut().enumerate() {
            if let Some(base) = bases.get(&SchemaKey { document: index, start: document.root.span.start }) {
                base.as_str().clone_into(&mut document.uri);
            }
        }
        (self.resources, self.bases, self.known, self.plain) = (resources, bases, known, plain);
        let offset = |key: SchemaKey| {
            let schema = self.schema(key).value();
            schema.get("$id").unwrap_or(schema).span.start
        };
        problems.into_iter().map(|(key, what)| (key, offset(key), what)).collect()
    }

    /// Follows all references, and looks for schemas where Draft-07 has none, below keywords of one's own, say: those of the
    /// manifest, and those that references lead to, from there too.
    pub(crate) fn follow_references(&mut self, named: impl Iterator<Item = SchemaKey>) {
        let mut elsewhere: BTreeSet<SchemaKey> = named.filter(|key| !self.known.contains(key)).collect();
        let mut pending: Vec<SchemaRef<'_>> =
            (0..self.documents.len()).map(|index| self.root(index)).collect();
        pending.extend(elsewhere.iter().map(|key| self.schema(*key)));
        let mut seen = HashSet::new();
        let mut targets = HashMap::new();
        while let Some(schema) = pending.pop() {
            if !seen.insert(schema.key()) {
                continue;
            }
            subschemas(schema.value, &[], &mut |child| pending.push(schema.child(child)));
            match schema.resolve() {
                Some(Resolved::Schema(target)) => {
                    targets.insert(schema.key(), Target::Schema(target.key()));
                    if !self.known.contains(&target.key()) {
                        elsewhere.insert(target.key());
                    }
                    pending.push(target);
                }
                Some(Resolved::MetaSchema(fragment)) => {
                    targets.insert(schema.key(), Target::MetaSchema(fragment));
                }
                None => {}
            }
        }
        let plain: Vec<SchemaKey> = elsewhere.iter().flat_map(|key| self.schema(*key).plain_tree()).collect();
        self.plain.extend(plain);
        self.elsewhere = elsewhere;
        self.targets = targets;
    }

    /// The schemas in a document that stand where Draft-07 has none, so that its own schema says nothing of them, but to which
    /// references or the manifest lead, in order.
    pub fn elsewhere(&self, document: &Document) -> impl Iterator<Item = SchemaRef<'_>> {
        self.position(&document.path).into_iter().flat_map(|index| self.elsewhere_in(index))
    }

    fn elsewhere_in(&self, document: usize) -> impl Iterator<Item = SchemaRef<'_>> {
        let from = |document| SchemaKey { document, start: 0 };
        self.elsewhere.range(from(document)..from(document + 1)).map(|key| self.schema(*key))
    }

    /// A document as any validator reads it that knows each document by its one URI: references that go by the path of
    /// a file that has an `$id` go by that instead, and that `$id` is absolute. The reference that is empty, which some
    /// validators take for none, is written as `#`.
    pub fn portable(&self, document: &Document) -> serde_json::Value {
        let mut portable = document.root.to_serde();
        if let Some(id) = document.root.get("$id").and_then(Value::as_str)
            && document.root.get("$ref").is_none()
            && !id.starts_with('#')
        {
            // Who knows the document by its URI would resolve a relative one against that once more.
            let name = id.find('#').map(|at| &id[at..]).unwrap_or_default();
            portable["$id"] = format!("{}{name}", document.uri).into();
        }
        let Some(index) = self.position(&document.path) else { return portable };
        for schema in self.all_of(index) {
            let Some(uri) = schema.absolute_reference() else { continue };
            if schema.reference() == Some("")
                && let Some(place) = portable.pointer_mut(&schema.pointer())
            {
                place["$ref"] = "#".into();
                continue;
            }
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

    /// Every subschema in all documents: at a place where Draft-07 has one, or where references or the manifest lead to one.
    pub fn all(&self) -> Vec<SchemaRef<'_>> {
        (0..self.documents.len()).flat_map(|index| self.all_of(index)).collect()
    }

    /// The same in one document.
    fn all_of(&self, document: usize) -> Vec<SchemaRef<'_>> {
        let mut found = Vec::new();
        let mut seen = HashSet::new();
        let mut pending: Vec<SchemaRef<'_>> = self.elsewhere_in(document).collect();
        pending.push(self.root(document));
        while let Some(schema) = pending.pop() {
            if seen.insert(schema.key()) {
                found.push(schema);
                subschemas(schema.value, &[], &mut |child| pending.push(schema.child(child)));
            }
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
