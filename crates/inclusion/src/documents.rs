//! Schema documents by their URIs, and where a reference in one leads.
//!
//! By the rules of Draft-07 (core, sections 8 and 9): `$id` changes the base URI for what stands below it, `$ref` makes
//! a schema ignore everything beside it. A [`Place`] names one subschema.

use std::collections::HashMap;

use fluent_uri::pct_enc::EStr;
use fluent_uri::{Uri, UriRef};
use serde_json::Value;
use tidings_json::{Pointer, escape_token};

/// A schema that can't be compared.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SchemaError {
    /// A URI that is none, or has a fragment where it must not.
    #[error("`{0}` is not an absolute URI without a fragment")]
    Uri(String),
    /// Two resources with one URI.
    #[error("`{0}` names two schemas")]
    Taken(String),
    /// A reference, or an operand, that leads nowhere.
    #[error("`{reference}` in `{place}` leads nowhere")]
    Reference {
        /// The reference, as it is written.
        reference: String,
        /// The URI of the schema that has it.
        place: String,
    },
    /// A schema that is neither an object nor a boolean, or a keyword whose value Draft-07 doesn't allow.
    #[error("`{keyword}` in `{place}` has a value that Draft-07 does not allow")]
    Keyword {
        /// The keyword.
        keyword: String,
        /// The URI of the schema that has it.
        place: String,
    },
    /// Schemas in schemas, without an end.
    #[error("`{0}` nests too deep")]
    TooDeep(String),
}

/// Schema documents, by their URIs.
#[derive(Clone, Debug, Default)]
pub struct Documents {
    documents: Vec<Document>,
    /// Where an absolute URI leads: without a fragment to the resource, with one to a location-independent identifier.
    resources: HashMap<String, Place>,
}

#[derive(Clone, Debug)]
struct Document {
    uri: String,
    root: Value,
    /// The base URIs of the subschemas that change it, the root's first.
    bases: Vec<(String, Uri<String>)>,
}

/// One subschema of some documents.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Place {
    document: usize,
    pointer: String,
}

/// Where a reference leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    Place(Place),
    /// To Draft-07's own schema, which validators bring along, or into it: the fragment.
    MetaSchema(String),
}

const META_SCHEMA: &str = "http://json-schema.org/draft-07/schema";

/// How a keyword's value holds subschemas.
enum Holds {
    One,
    Many,
    OneOrMany,
    Named,
}

/// Every keyword of Draft-07 that holds subschemas. Below others, such as `$defs`, an `$id` says nothing.
const APPLICATORS: [(&str, Holds); 16] = [
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
];

impl Documents {
    /// No documents.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a document under its URI; its `$id`s become known too. After an error nothing is added.
    pub fn add(&mut self, uri: &str, root: &Value) -> Result<(), SchemaError> {
        let base = Uri::parse(uri)
            .ok()
            .filter(|base| base.fragment().is_none_or(EStr::is_empty))
            .ok_or_else(|| SchemaError::Uri(uri.to_owned()))?;
        let mut base = base.to_owned();
        base.set_fragment(None);
        let index = self.documents.len();
        let mut bases = vec![(String::new(), base.clone())];
        let mut known = vec![(base.as_str().to_owned(), Place { document: index, pointer: String::new() })];
        let mut pending = vec![(root, String::new(), base.clone())];
        while let Some((value, pointer, mut base)) = pending.pop() {
            if let (Some(id), None) = (value.get("$id").and_then(Value::as_str), value.get("$ref")) {
                let resolved = UriRef::parse(id).ok().and_then(|id| id.resolve_against(&base).ok());
                let uri = resolved.ok_or_else(|| SchemaError::Uri(id.to_owned()))?;
                let place = Place { document: index, pointer: pointer.clone() };
                let fragment = uri.fragment().map(EStr::as_str).unwrap_or_default();
                // It would say that a pointer leads elsewhere than it does (section 8.2.3).
                if fragment.starts_with('/') {
                    let place = format!("{base}#{pointer}");
                    return Err(SchemaError::Keyword { keyword: "$id".to_owned(), place });
                }
                let anchor = !fragment.is_empty();
                let mut resource = uri.clone();
                if !anchor || !id.starts_with('#') {
                    resource.set_fragment(None);
                    base = resource.clone();
                    bases.push((pointer.clone(), base.clone()));
                }
                known.push((if anchor { uri.into_string() } else { resource.into_string() }, place));
            }
            subschemas(value, &mut |tokens, child| {
                pending.push((child, below(&pointer, tokens), base.clone()));
            });
        }
        let mut resources = HashMap::new();
        for (uri, place) in known {
            let taken = self.resources.get(&uri).or(resources.get(&uri));
            if taken.is_some_and(|taken| *taken != place) {
                return Err(SchemaError::Taken(uri));
            }
            resources.insert(uri, place);
        }
        self.resources.extend(resources);
        self.documents.push(Document { uri: base.into_string(), root: root.clone(), bases });
        Ok(())
    }

    /// The schema at an absolute URI: a document's, perhaps with a JSON Pointer as a fragment.
    pub(crate) fn at(&self, uri: &str) -> Option<Target> {
        if let Some(place) = self.resources.get(uri) {
            return Some(Target::Place(place.clone()));
        }
        let (resource, fragment) = uri.split_once('#').unwrap_or((uri, ""));
        match self.resources.get(resource) {
            Some(place) => self.follow(place, fragment).map(Target::Place),
            None if resource == META_SCHEMA => Some(Target::MetaSchema(fragment.to_owned())),
            None => None,
        }
    }

    /// Where the reference of the schema at a place leads.
    pub(crate) fn resolve(&self, place: &Place, reference: &str) -> Option<Target> {
        let document = &self.documents[place.document];
        let base = document
            .bases
            .iter()
            .filter(|(pointer, _)| {
                place
                    .pointer
                    .strip_prefix(pointer.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            })
            .max_by_key(|(pointer, _)| pointer.len())?;
        let target = UriRef::parse(reference).ok()?.resolve_against(&base.1).ok()?;
        self.at(target.as_str())
    }

    /// The schema at a place.
    pub(crate) fn value(&self, place: &Place) -> &Value {
        let mut value = &self.documents[place.document].root;
        for token in place.pointer.split('/').skip(1) {
            let next = match value {
                Value::Object(members) if token.contains('~') => {
                    members.get(&token.replace("~1", "/").replace("~0", "~"))
                }
                Value::Object(members) => members.get(token),
                Value::Array(items) => token.parse().ok().and_then(|at: usize| items.get(at)),
                _ => None,
            };
            // Every place was made from a pointer that led somewhere.
            let Some(next) = next else { return &Value::Null };
            value = next;
        }
        value
    }

    /// The URI of a place, for messages.
    pub(crate) fn uri(&self, place: &Place) -> String {
        format!("{}#{}", self.documents[place.document].uri, place.pointer)
    }

    fn follow(&self, place: &Place, fragment: &str) -> Option<Place> {
        let decoded =
            EStr::<fluent_uri::pct_enc::encoder::Fragment>::new(fragment)?.decode().to_string().ok()?;
        decoded.parse::<Pointer>().ok()?;
        let target = Place { document: place.document, pointer: format!("{}{decoded}", place.pointer) };
        self.documents[target.document].root.pointer(&target.pointer).map(|_| target)
    }
}

impl Place {
    /// The place of a value inside this one.
    pub(crate) fn child(&self, tokens: &[&str]) -> Self {
        Self { document: self.document, pointer: below(&self.pointer, tokens) }
    }
}

/// The pointer to a value that these tokens lead to from another.
fn below(pointer: &str, tokens: &[&str]) -> String {
    let length: usize = tokens.iter().map(|token| token.len() + 1).sum();
    let mut below = String::with_capacity(pointer.len() + length);
    below.push_str(pointer);
    for token in tokens {
        below.push('/');
        if token.contains(['~', '/']) {
            below.push_str(&escape_token(token));
        } else {
            below.push_str(token);
        }
    }
    below
}

/// Calls `each` with every direct subschema of a schema, and the tokens that lead to it.
fn subschemas<'v>(schema: &'v Value, each: &mut dyn FnMut(&[&str], &'v Value)) {
    for (keyword, holds) in &APPLICATORS {
        let Some(value) = schema.get(keyword) else { continue };
        match (holds, value) {
            (Holds::One | Holds::OneOrMany, Value::Object(_) | Value::Bool(_)) => each(&[keyword], value),
            (Holds::Many | Holds::OneOrMany, Value::Array(items)) => {
                for (at, item) in items.iter().enumerate() {
                    each(&[keyword, &at.to_string()], item);
                }
            }
            (Holds::Named, Value::Object(members)) => {
                for (name, member) in members {
                    if matches!(member, Value::Object(_) | Value::Bool(_)) {
                        each(&[keyword, name], member);
                    }
                }
            }
            _ => {}
        }
    }
}
