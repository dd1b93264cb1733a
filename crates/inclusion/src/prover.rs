//! The prover: it holds documents and compiled schemas, and answers questions about them.

use crate::answer::{Comparison, Oracle, Question, Side};
use crate::compare::Comparer;
use crate::compile::{Compiled, Compiler};
use crate::documents::{Documents, SchemaError};
use crate::formula::{Formulas, Term};
use crate::patterns::Patterns;
use crate::search::{Found, Memory};

/// How much work a question may take. Work is counted, not timed, so that answers are the same on every machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// How many steps a question may take.
    pub steps: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { steps: 2_000_000 }
    }
}

/// Names the documents that were given to a [`Prover`] together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Library(usize);

/// A compiled schema of a [`Prover`], which alone knows it. Schemas of the same structure are equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Schema(Term);

/// Whether fields that a schema doesn't list may be there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum View {
    /// As the schema is written: Draft-07 allows unknown fields.
    #[default]
    Open,
    /// An unknown field is refused at every depth. A member is known if any subschema that is applied in place, by
    /// whichever branch, names it in `properties` or matches it by `patternProperties`, or if an `additionalProperties`
    /// there is an object. An object of which no applied subschema names a member is a free map.
    Closed,
}

/// A schema, how it is to be read, and what else must hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operand<'u> {
    /// The documents it is in.
    pub library: Library,
    /// The schema's absolute URI, perhaps with a JSON Pointer as its fragment.
    pub root: &'u str,
    /// Whether unknown fields are refused.
    pub view: View,
    /// The URIs of schemas that must accept the value too. They are read as written, whatever the view.
    pub also: Vec<&'u str>,
}

impl<'u> Operand<'u> {
    /// A schema as it is written.
    pub fn open(library: Library, root: &'u str) -> Self {
        Self { library, root, view: View::Open, also: Vec::new() }
    }

    /// A schema that refuses unknown fields.
    pub fn closed(library: Library, root: &'u str) -> Self {
        Self { view: View::Closed, ..Self::open(library, root) }
    }
}

/// Compiles schemas and compares them. What it learnt of one pair it uses for the next.
#[derive(Debug)]
pub struct Prover {
    limits: Limits,
    libraries: Vec<Documents>,
    formulas: Formulas,
    patterns: Patterns,
    compiled: Compiled,
    memory: Memory,
}

impl Prover {
    /// A prover that knows no documents.
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            libraries: Vec::new(),
            formulas: Formulas::default(),
            patterns: Patterns::default(),
            compiled: Compiled::default(),
            memory: Memory::default(),
        }
    }

    /// Takes documents that refer to each other.
    pub fn add(&mut self, documents: Documents) -> Library {
        self.libraries.push(documents);
        Library(self.libraries.len() - 1)
    }

    /// Compiles a schema.
    pub fn schema(&mut self, operand: &Operand<'_>) -> Result<Schema, SchemaError> {
        let nowhere = || SchemaError::Reference { reference: operand.root.to_owned(), place: String::new() };
        let mut compiler = Compiler {
            library: operand.library,
            documents: self.libraries.get(operand.library.0).ok_or_else(nowhere)?,
            formulas: &mut self.formulas,
            patterns: &mut self.patterns,
            compiled: &mut self.compiled,
            depth: 0,
        };
        let mut terms = vec![match operand.view {
            View::Open => compiler.at(operand.root)?,
            View::Closed => compiler.closed_at(operand.root)?,
        }];
        for uri in &operand.also {
            terms.push(compiler.at(uri)?);
        }
        Ok(Schema(self.formulas.all(terms)))
    }

    /// Whether the right schema accepts all that the left one does; if not, with values that prove it.
    pub fn compare(&mut self, question: &Question<'_>, oracle: &dyn Oracle) -> Comparison {
        let Question { left, right, near, at_most } = *question;
        self.comparer(oracle).compare(left.0, right.0, near, at_most)
    }

    /// Whether two schemas accept the same values: by a proof, without witnesses, so *unproven* is `None`.
    pub fn equivalent(&mut self, one: Schema, other: Schema) -> Option<bool> {
        if one == other {
            return Some(true);
        }
        match (self.is_possible(&[one.0, !other.0]), self.is_possible(&[other.0, !one.0])) {
            (Some(false), Some(false)) => Some(true),
            (Some(true), _) | (_, Some(true)) => Some(false),
            _ => None,
        }
    }

    /// Whether a schema accepts any value at all; `None` if that could not be decided.
    pub fn satisfiable(&mut self, schema: Schema) -> Option<bool> {
        self.is_possible(&[schema.0])
    }

    fn is_possible(&mut self, goal: &[Term]) -> Option<bool> {
        match self.comparer(&Nobody).solve(goal, None) {
            (Found::None, _) => Some(false),
            (Found::Value(_), false) => Some(true),
            _ => None,
        }
    }

    fn comparer<'c>(&'c mut self, oracle: &'c dyn Oracle) -> Comparer<'c> {
        Comparer {
            formulas: &mut self.formulas,
            patterns: &mut self.patterns,
            memory: &mut self.memory,
            oracle,
            steps: self.limits.steps,
        }
    }
}

/// Nobody to ask.
struct Nobody;

impl Oracle for Nobody {
    fn accepts(&self, _: Side, _: &serde_json::Value) -> bool {
        false
    }
}
