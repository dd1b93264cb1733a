//! Compiles schemas to formulas.
//!
//! In goes a [`Place`] in a library of documents; out comes the [`Term`] that says the same. What refers to itself
//! becomes a definition. Annotations leave no trace, so that they can't make a difference.

mod closed;
mod keywords;

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::automaton::Automaton;
use crate::documents::{Documents, Place, SchemaError, Target};
use crate::formula::{Formulas, Statement, Term};
use crate::patterns::Patterns;
use crate::prover::Library;

/// How deep schemas may nest.
const MAX_DEPTH: usize = 128;

/// What was compiled.
#[derive(Debug, Default)]
pub(crate) struct Compiled {
    schemas: HashMap<(Library, Place), Progress>,
    closed: closed::Memory,
}

#[derive(Clone, Copy, Debug)]
enum Progress {
    /// It is being compiled.
    Begun,
    /// It is being compiled and refers to itself.
    Recursive(usize),
    Done(Term),
}

/// Compiles the schemas of one library.
pub(crate) struct Compiler<'c> {
    pub(crate) library: Library,
    pub(crate) documents: &'c Documents,
    pub(crate) formulas: &'c mut Formulas,
    pub(crate) patterns: &'c mut Patterns,
    pub(crate) compiled: &'c mut Compiled,
    pub(crate) depth: usize,
}

impl Compiler<'_> {
    /// The schema at a URI.
    pub(crate) fn at(&mut self, uri: &str) -> Result<Term, SchemaError> {
        match self.target(uri)? {
            Target::Place(place) => self.place(&place),
            Target::MetaSchema(fragment) => Ok(self.meta_schema(&fragment)),
        }
    }

    /// The schema at a URI, without the values that have fields which it doesn't know.
    pub(crate) fn closed_at(&mut self, uri: &str) -> Result<Term, SchemaError> {
        let open = self.at(uri)?;
        let Target::Place(place) = self.target(uri)? else { return Ok(open) };
        let known = self.only_known(&place)?;
        Ok(self.formulas.all([open, known]))
    }

    fn target(&self, uri: &str) -> Result<Target, SchemaError> {
        self.documents
            .at(uri)
            .ok_or_else(|| SchemaError::Reference { reference: uri.to_owned(), place: String::new() })
    }

    fn meta_schema(&mut self, fragment: &str) -> Term {
        let part = if fragment.is_empty() { String::new() } else { format!(", `#{fragment}`") };
        self.formulas.term(Statement::Opaque(format!("the schema of Draft-07{part}").into()))
    }

    /// The schema at a place.
    pub(crate) fn place(&mut self, place: &Place) -> Result<Term, SchemaError> {
        let key = (self.library, place.clone());
        match self.compiled.schemas.get(&key) {
            Some(Progress::Done(term)) => return Ok(*term),
            Some(Progress::Recursive(number)) => {
                let number = *number;
                return Ok(self.formulas.term(Statement::Defined(number)));
            }
            Some(Progress::Begun) => {
                let number = self.formulas.declare();
                self.compiled.schemas.insert(key, Progress::Recursive(number));
                return Ok(self.formulas.term(Statement::Defined(number)));
            }
            None => {}
        }
        if self.depth >= MAX_DEPTH {
            return Err(SchemaError::TooDeep(self.documents.uri(place)));
        }
        self.compiled.schemas.insert(key.clone(), Progress::Begun);
        self.depth += 1;
        let term = self.schema(place);
        self.depth -= 1;
        let term = match term {
            Ok(term) => term,
            Err(error) => {
                self.compiled.schemas.remove(&key);
                return Err(error);
            }
        };
        if let Some(Progress::Recursive(number)) = self.compiled.schemas.insert(key, Progress::Done(term)) {
            self.formulas.define(number, term);
        }
        Ok(term)
    }

    fn schema(&mut self, place: &Place) -> Result<Term, SchemaError> {
        let documents = self.documents;
        let schema = match documents.value(place) {
            Value::Bool(true) => return Ok(Term::TRUE),
            Value::Bool(false) => return Ok(Term::FALSE),
            Value::Object(schema) => schema,
            _ => return Err(self.malformed(place, "$ref")),
        };
        match schema.get("$ref") {
            Some(Value::String(reference)) => match documents.resolve(place, reference) {
                Some(Target::Place(target)) => self.place(&target),
                Some(Target::MetaSchema(fragment)) => Ok(self.meta_schema(&fragment)),
                None => {
                    Err(SchemaError::Reference { reference: reference.clone(), place: documents.uri(place) })
                }
            },
            Some(_) => Err(self.malformed(place, "$ref")),
            None => {
                let mut terms = Vec::new();
                for keyword in schema.keys() {
                    self.keyword(place, schema, keyword, &mut terms)?;
                }
                Ok(self.formulas.all(terms))
            }
        }
    }

    fn malformed(&self, place: &Place, keyword: &str) -> SchemaError {
        SchemaError::Keyword { keyword: keyword.to_owned(), place: self.documents.uri(place) }
    }

    /// The term of a pattern; what look-around at its ends asks for becomes patterns of their own.
    pub(crate) fn pattern(&mut self, ecma: &str) -> Term {
        if !self.patterns.is_regular(ecma)
            && let Some(split) = crate::ecma::split(ecma)
            && std::iter::once(&split.rest)
                .chain(split.beside.iter().map(|(_, pattern)| pattern))
                .all(|pattern| Automaton::new(pattern).is_some())
        {
            let mut terms = vec![self.formulas.term(Statement::Pattern(split.rest.into()))];
            for (wanted, pattern) in split.beside {
                let term = self.formulas.term(Statement::Pattern(pattern.into()));
                // The negation of a pattern speaks of strings only.
                let other = !self.formulas.types(&[crate::json::Type::String]);
                terms.push(if wanted { term } else { self.formulas.any([other, !term]) });
            }
            return self.formulas.all(terms);
        }
        self.formulas.term(Statement::Pattern(ecma.into()))
    }
}

/// The members of an object that is a keyword's value.
fn named(value: &Value) -> Option<&Map<String, Value>> {
    value.as_object()
}
