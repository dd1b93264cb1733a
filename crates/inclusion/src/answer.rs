//! What is asked of the prover and what it answers.

use serde_json::Value;

use crate::Schema;

/// One of the two schemas of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// The schema whose values must all be accepted by the other.
    Left,
    /// The schema that must accept them.
    Right,
}

/// Who has the last word about a value: a validator that asserts formats, under the same views as the two schemas.
pub trait Oracle {
    /// Whether the schema of this side accepts the value.
    fn accepts(&self, side: Side, value: &Value) -> bool;

    /// Whether a text is of a format; `None` if the oracle can't tell. It is asked only where the prover's own
    /// knowledge of the format leaves it open, and helps to decide more.
    fn is_format(&self, format: &str, text: &str) -> Option<bool> {
        let _ = (format, text);
        None
    }
}

/// A comparison to make: does the right schema accept all that the left one does?
#[derive(Clone, Copy, Debug)]
pub struct Question<'q> {
    /// The schema whose values must all be accepted.
    pub left: Schema,
    /// The schema that must accept them.
    pub right: Schema,
    /// A value that witnesses should be like: an example that the left schema accepts.
    pub near: Option<&'q Value>,
    /// How many differences to look for.
    pub at_most: usize,
}

impl Question<'_> {
    /// Asks for up to sixteen differences, like no value in particular.
    pub fn new(left: Schema, right: Schema) -> Self {
        Self { left, right, near: None, at_most: 16 }
    }
}

/// What a comparison came to, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// Everything that the left schema accepts, the right one accepts: proven.
    Compatible,
    /// There is a value that the left schema accepts and the right one refuses: confirmed by the oracle.
    Breaking,
    /// Neither could be shown.
    Unproven,
}

/// The differences that a comparison found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Comparison {
    /// Values that the left schema accepts and the right one refuses, a cause each, in the order of the right schema.
    pub witnesses: Vec<Witness>,
    /// What could not be decided.
    pub unproven: Vec<Unproven>,
}

impl Comparison {
    /// What it came to. A witness settles it, whatever else is undecided.
    pub fn verdict(&self) -> Verdict {
        if !self.witnesses.is_empty() {
            Verdict::Breaking
        } else if self.unproven.is_empty() {
            Verdict::Compatible
        } else {
            Verdict::Unproven
        }
    }
}

/// A value that the left schema accepts and the right one refuses.
#[derive(Clone, Debug, PartialEq)]
pub struct Witness {
    /// The value, whole.
    pub value: Value,
    /// The place in it that the right schema refuses, as a JSON Pointer.
    pub pointer: String,
    /// The keyword of the right schema that refuses it.
    pub keyword: &'static str,
}

/// Something that could not be decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unproven {
    /// Why, as a lower-case phrase.
    pub reason: String,
    /// The place in a value that it is about, as a JSON Pointer.
    pub pointer: String,
    /// The keyword of the right schema that it is about.
    pub keyword: &'static str,
}
