//! Schemas as formulas: what a value must be, in a few kinds of statement.
//!
//! A [`Term`] is a statement or its negation. Statements are interned, so that schemas of the same structure are the
//! same term, wherever they stand. A keyword speaks of one type, and is true of values of any other.

use std::collections::HashMap;
use std::ops::Not;
use std::sync::Arc;

use crate::json::{Json, Type};
use crate::number::Number;

/// A statement about a value, or its negation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Term(u32);

impl Term {
    /// What every value is.
    pub(crate) const TRUE: Self = Self(0);
    /// What no value is.
    pub(crate) const FALSE: Self = Self(1);

    /// Whether it is the negation of a statement.
    pub(crate) fn is_negated(self) -> bool {
        self.0 & 1 == 1
    }
}

impl Not for Term {
    type Output = Self;

    fn not(self) -> Self {
        Self(self.0 ^ 1)
    }
}

/// A set of types.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Types(u8);

impl Types {
    pub(crate) fn with(self, kind: Type) -> Self {
        Self(self.0 | 1 << kind as u8)
    }

    pub(crate) fn has(self, kind: Type) -> bool {
        self.0 & 1 << kind as u8 != 0
    }
}

/// A statement.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Statement {
    /// True of every value.
    True,
    /// All of these hold.
    All(Arc<[Term]>),
    /// Exactly one of these holds.
    One(Arc<[Term]>),
    /// A definition that refers to itself, by its number.
    Defined(usize),
    /// The value is of one of these types.
    Type(Types),
    /// The value is one of these.
    Enum(Arc<[Json]>),
    /// A number is at least this, or more than this.
    AtLeast { bound: Number, strict: bool },
    /// A number is at most this, or less than this.
    AtMost { bound: Number, strict: bool },
    /// A number is a multiple of this.
    MultipleOf(Number),
    /// A string has at least so many characters.
    MinLength(u64),
    /// A string has at most so many characters.
    MaxLength(u64),
    /// A string matches this ECMA-262 pattern.
    Pattern(Arc<str>),
    /// A string is of this format, or of an encoding or media type: `contentEncoding base64`.
    Format(Arc<str>),
    /// The elements from one index to before another are of this schema.
    Elements { from: u64, to: Option<u64>, schema: Term },
    /// Some element from one index to before another is of this schema.
    Contains { from: u64, to: Option<u64>, schema: Term },
    /// No two elements are equal.
    Unique,
    /// The members whose names are of one schema have values of another.
    Members { names: Term, schema: Term },
    /// An object has a member of this name.
    Required(Arc<str>),
    /// An object has at least so many members.
    MinMembers(u64),
    /// An object has at most so many members.
    MaxMembers(u64),
    /// Something that is not looked into: equal ones are the same, nothing else is known.
    Opaque(Arc<str>),
}

impl Statement {
    /// The one type that the statement speaks of, if there is one.
    pub(crate) fn speaks_of(&self) -> Option<Type> {
        Some(match self {
            Self::AtLeast { .. } | Self::AtMost { .. } | Self::MultipleOf(_) => Type::Number,
            Self::MinLength(_) | Self::MaxLength(_) | Self::Pattern(_) | Self::Format(_) => Type::String,
            Self::Elements { .. } | Self::Contains { .. } | Self::Unique => Type::Array,
            Self::Members { .. } | Self::Required(_) | Self::MinMembers(_) | Self::MaxMembers(_) => {
                Type::Object
            }
            _ => return None,
        })
    }
}

/// All statements that were made.
#[derive(Debug)]
pub(crate) struct Formulas {
    statements: Vec<Statement>,
    known: HashMap<Statement, u32>,
    /// What self-referring definitions say, once they are complete.
    definitions: Vec<Term>,
    /// The keyword that a term was first made for.
    labels: HashMap<Term, &'static str>,
}

impl Default for Formulas {
    fn default() -> Self {
        let known = HashMap::from([(Statement::True, 0)]);
        Self { statements: vec![Statement::True], known, definitions: Vec::new(), labels: HashMap::new() }
    }
}

impl Formulas {
    /// The statement of a term, which the term may negate.
    pub(crate) fn statement(&self, term: Term) -> &Statement {
        &self.statements[(term.0 >> 1) as usize]
    }

    /// The term of a statement, trivial ones made simple.
    pub(crate) fn term(&mut self, statement: Statement) -> Term {
        match &statement {
            Statement::Type(types) if types.0 == 0 => return Term::FALSE,
            Statement::Type(types) if types.0 == 0b11_1111 => return Term::TRUE,
            Statement::Enum(values) if values.is_empty() => return Term::FALSE,
            Statement::MinLength(0)
            | Statement::MinMembers(0)
            | Statement::MaxLength(u64::MAX)
            | Statement::MaxMembers(u64::MAX)
            | Statement::Elements { schema: Term::TRUE, .. }
            | Statement::Members { schema: Term::TRUE, .. }
            | Statement::Members { names: Term::FALSE, .. } => return Term::TRUE,
            Statement::Elements { from, to: Some(to), .. } if from >= to => return Term::TRUE,
            _ => {}
        }
        if let Some(known) = self.known.get(&statement) {
            return Term(known << 1);
        }
        let index = u32::try_from(self.statements.len()).unwrap_or(u32::MAX >> 1);
        self.statements.push(statement.clone());
        self.known.insert(statement, index);
        Term(index << 1)
    }

    /// All of these hold.
    pub(crate) fn all(&mut self, terms: impl IntoIterator<Item = Term>) -> Term {
        let mut terms: Vec<Term> = terms.into_iter().filter(|term| *term != Term::TRUE).collect();
        terms.sort_unstable();
        terms.dedup();
        // A term and its negation stand side by side.
        if terms.contains(&Term::FALSE) || terms.windows(2).any(|pair| pair[0] == !pair[1]) {
            return Term::FALSE;
        }
        match terms.as_slice() {
            [] => Term::TRUE,
            [term] => *term,
            _ => self.term(Statement::All(terms.into())),
        }
    }

    /// One of these holds, or several.
    pub(crate) fn any(&mut self, terms: impl IntoIterator<Item = Term>) -> Term {
        let negated: Vec<Term> = terms.into_iter().map(|term| !term).collect();
        !self.all(negated)
    }

    /// Exactly one of these holds.
    pub(crate) fn one(&mut self, terms: Vec<Term>) -> Term {
        let mut terms: Vec<Term> = terms.into_iter().filter(|term| *term != Term::FALSE).collect();
        terms.sort_unstable();
        match terms.as_slice() {
            [] => Term::FALSE,
            [term] => *term,
            _ => self.term(Statement::One(terms.into())),
        }
    }

    /// The value is one of these.
    pub(crate) fn one_of(&mut self, values: impl IntoIterator<Item = Json>) -> Term {
        let mut values: Vec<Json> = values.into_iter().collect();
        values.sort();
        values.dedup();
        self.term(Statement::Enum(values.into()))
    }

    /// The value is this string.
    pub(crate) fn text(&mut self, text: &str) -> Term {
        self.one_of([Json::String(text.to_owned())])
    }

    pub(crate) fn types(&mut self, kinds: &[Type]) -> Term {
        let types = kinds.iter().fold(Types::default(), |types, kind| types.with(*kind));
        self.term(Statement::Type(types))
    }

    /// The string that a schema of names is all about, if it is one.
    pub(crate) fn single_name(&self, names: Term) -> Option<&str> {
        match self.statement(names) {
            Statement::Enum(values) if !names.is_negated() => match &**values {
                [Json::String(name)] => Some(name),
                _ => None,
            },
            _ => None,
        }
    }

    /// Makes room for a definition that refers to itself.
    pub(crate) fn declare(&mut self) -> usize {
        self.definitions.push(Term::TRUE);
        self.definitions.len() - 1
    }

    pub(crate) fn define(&mut self, number: usize, term: Term) {
        self.definitions[number] = term;
    }

    pub(crate) fn definition(&self, number: usize) -> Term {
        self.definitions[number]
    }

    /// Remembers the keyword that a term was made for, the first one if there are several.
    pub(crate) fn label(&mut self, term: Term, keyword: &'static str) {
        self.labels.entry(term).or_insert(keyword);
    }

    /// The keyword that a term was made for.
    pub(crate) fn keyword(&self, term: Term) -> &'static str {
        self.labels.get(&term).copied().unwrap_or_default()
    }
}
