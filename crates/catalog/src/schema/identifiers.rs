//! What `$id`s say: which URI leads where, and what references below them are relative to (Draft-07 core, section 8.2).

use std::collections::{HashMap, HashSet};

use fluent_uri::pct_enc::EStr;
use fluent_uri::{Uri, UriRef};
use tidings_json::Value;

use super::applicators::{LATER, subschemas};
use super::{Document, META_SCHEMA, SchemaKey};

/// The scheme of the URIs that the validator gives to schemas that have none.
const RESERVED: &str = "json-schema";

/// What the `$id`s of all documents say.
#[derive(Default)]
pub(super) struct Identifiers {
    /// Where an absolute URI leads.
    pub(super) resources: HashMap<String, SchemaKey>,
    /// The base URI of every subschema that changes it.
    pub(super) bases: HashMap<SchemaKey, Uri<String>>,
    /// Every subschema that was met: all that stand where Draft-07 has some.
    pub(super) known: HashSet<SchemaKey>,
    /// Those of them that neither have an `$id` nor stand below one, but for the one of a file, and for plain names.
    pub(super) plain: HashSet<SchemaKey>,
    /// What is wrong with them: places and lower-case phrases.
    pub(super) problems: Vec<(SchemaKey, String)>,
}

/// A subschema and where it was met.
struct Met<'d> {
    value: &'d Value<'static>,
    base: Uri<String>,
    is_plain: bool,
}

impl Identifiers {
    /// Reads those of all documents.
    pub(super) fn read(documents: &[Document]) -> Self {
        let mut all = Self::default();
        let mut roots = Vec::new();
        for (index, document) in documents.iter().enumerate() {
            let key = SchemaKey { document: index, start: document.root.span.start };
            if let Ok(base) = Uri::parse(document.path_uri.clone()) {
                roots.push((key, document, base));
            } else {
                let what = format!("`{}` can't be made part of a URI", document.path);
                all.problems.push((key, what));
            }
        }
        // Every file is known by its path, so no `$id` may be that of another.
        for (key, document, base) in &roots {
            all.resources.insert(document.path_uri.clone(), *key);
            all.bases.insert(*key, base.clone());
        }
        let mut beside_references = Vec::new();
        for (root, document, base) in roots {
            let mut pending = vec![Met { value: &document.root, base, is_plain: true }];
            while let Some(mut met) = pending.pop() {
                let key = SchemaKey { start: met.value.span.start, ..root };
                if let Some(id) = met.value.get("$id").and_then(Value::as_str) {
                    if met.value.get("$ref").is_none() {
                        all.identify(id, key, root, &mut met, documents);
                    } else if id.starts_with('#') {
                        beside_references.extend(absolute(id, &met.base).map(|uri| (uri, key)));
                    }
                }
                all.known.insert(key);
                if met.is_plain {
                    all.plain.insert(key);
                }
                let Met { value, base, is_plain } = met;
                subschemas(value, &LATER, &mut |value| {
                    pending.push(Met { value, base: base.clone(), is_plain });
                });
            }
        }
        // Beside a reference a name says nothing, but not all validators leave it alone.
        for (uri, key) in beside_references {
            if let Some(other) = all.resources.get(uri.as_str()) {
                all.problems.push((key, taken(uri.as_str(), key, *other, documents)));
            }
        }
        all
    }

    /// Reads the `$id` of a subschema.
    fn identify(
        &mut self,
        id: &str,
        key: SchemaKey,
        root: SchemaKey,
        met: &mut Met<'_>,
        documents: &[Document],
    ) {
        let Some(uri) = absolute(id, &met.base) else {
            self.problems.push((key, format!("`$id` `{id}` is not a URI reference")));
            return;
        };
        let fragment = uri.fragment().map(EStr::as_str).unwrap_or_default();
        let is_name = !fragment.is_empty();
        let is_only_a_name = is_name && id.starts_with('#');
        // It would say that a pointer leads elsewhere than it does (Draft-07, section 8.2.3).
        if fragment.starts_with('/') {
            let what = format!("`$id` `{id}` ends in a JSON Pointer, which is no name");
            self.problems.push((key, what));
        }
        if uri.scheme().as_str() == RESERVED {
            let what = format!("`$id` `{id}` has the scheme `{RESERVED}`, which is the validator's own");
            self.problems.push((key, what));
        }
        met.is_plain &= is_only_a_name || (key == root && !is_name);
        let resource = uri.strip_fragment().to_owned();
        if resource.as_str() == META_SCHEMA {
            let what = format!("`$id` `{id}` is Draft-07's own schema, which validators bring along");
            self.problems.push((key, what));
        }
        if !is_only_a_name {
            met.base = resource.clone();
            self.bases.insert(key, resource.clone());
        }
        let known = if is_name { uri.as_str() } else { resource.as_str() };
        // A file with a name behind its URI has both.
        let also = (key == root && is_name && !is_only_a_name).then_some(resource.as_str());
        for known in also.into_iter().chain([known]) {
            if let Some(other) = self.resources.insert(known.to_owned(), key)
                && other != key
            {
                self.problems.push((key, taken(known, key, other, documents)));
                return;
            }
        }
    }
}

/// The absolute URI of a reference, in normal form: those that mean the same are the same.
pub(super) fn absolute(reference: &str, base: &Uri<String>) -> Option<Uri<String>> {
    Some(UriRef::parse(reference).ok()?.resolve_against(&base.borrow()).ok()?.normalize())
}

fn taken(uri: &str, key: SchemaKey, other: SchemaKey, documents: &[Document]) -> String {
    let by = documents.get(other.document).filter(|_| other.document != key.document);
    let by = by.map(|document| format!(", by `{}`", document.path)).unwrap_or_default();
    format!("`$id` `{uri}` is already taken in this catalog{by}")
}
