//! When a part of a schema counts: conditions as data and in words.

use std::fmt;

use super::literal::{all_of, one_of};
use super::path::Path;
use crate::docs::markdown::code;

/// When something holds: always, or when (unless) tests hold. Shown in words: ``when `reason` is `lost` or
/// `sold` ``.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Condition {
    clauses: Vec<Clause>,
}

/// One clause of a condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Clause {
    /// All tests hold.
    When(Vec<Test>),
    /// Not all of the tests hold.
    Unless(Vec<Test>),
}

/// A test of one place in the event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Test {
    /// The place.
    pub subject: Path,
    /// What must be so there.
    pub what: What,
    /// Whether it holds as well when there is nothing at the place.
    pub or_absent: bool,
}

/// What a test asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// The value is one of these, which are Markdown.
    Is(Vec<String>),
    /// There is a value.
    There,
    /// The value is as these words say, which are Markdown.
    Like(String),
    /// One of these groups of tests holds.
    Any(Vec<Vec<Test>>),
    /// Not all of these tests hold.
    Not(Vec<Test>),
}

impl Condition {
    /// When a test holds.
    pub fn when(tests: Vec<Test>) -> Self {
        Self { clauses: vec![Clause::When(tests)] }
    }

    /// When not all of these tests hold.
    pub fn unless(tests: Vec<Test>) -> Self {
        Self { clauses: vec![Clause::Unless(tests)] }
    }

    /// Whether it holds always.
    pub fn is_always(&self) -> bool {
        self.clauses.is_empty()
    }

    /// What must hold: all of these.
    pub fn clauses(&self) -> &[Clause] {
        &self.clauses
    }

    /// Whether all that counts is the value at this place.
    pub fn is_only_about(&self, place: &Path) -> bool {
        self.clauses.iter().all(|clause| match clause {
            Clause::When(tests) | Clause::Unless(tests) => tests.iter().all(|test| test.subject == *place),
        })
    }

    /// Whether one holds exactly when the other doesn't.
    pub fn is_opposite_of(&self, other: &Self) -> bool {
        matches!(
            (self.clauses.as_slice(), other.clauses.as_slice()),
            ([Clause::When(a)], [Clause::Unless(b)]) | ([Clause::Unless(a)], [Clause::When(b)]) if a == b
        )
    }

    /// When both hold. Two tests of one place for its value become one.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        let mut clauses = self.clauses.clone();
        for clause in &other.clauses {
            if let (Some(Clause::When(known)), Clause::When(tests)) = (clauses.last_mut(), clause) {
                for test in tests {
                    add(known, test);
                }
            } else if !clauses.contains(clause) {
                clauses.push(clause.clone());
            }
        }
        Self { clauses }
    }
}

/// Adds a test to those that must hold.
fn add(known: &mut Vec<Test>, test: &Test) {
    for other in known.iter_mut() {
        if other.subject == test.subject
            && let (What::Is(a), What::Is(b)) = (&mut other.what, &test.what)
        {
            let both: Vec<String> = a.iter().filter(|value| b.contains(value)).cloned().collect();
            if !both.is_empty() {
                *a = both;
                other.or_absent &= test.or_absent;
                return;
            }
        }
    }
    if !known.contains(test) {
        known.push(test.clone());
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let clauses: Vec<String> = self.clauses.iter().map(Clause::to_string).collect();
        f.write_str(&all_of(&clauses))
    }
}

impl fmt::Display for Clause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::When(tests) => write!(f, "when {}", conjunction(tests)),
            Self::Unless(tests) => write!(f, "unless {}", conjunction(tests)),
        }
    }
}

impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let subject =
            if self.subject.is_root() { "the event".to_owned() } else { code(&self.subject.to_string()) };
        let absent = if self.or_absent { "absent or " } else { "" };
        match &self.what {
            What::Is(values) => write!(f, "{subject} is {absent}{}", one_of(values)),
            What::There => write!(f, "{subject} is there"),
            What::Like(words) => write!(f, "{subject} is {absent}{words}"),
            What::Any(groups) => {
                let groups: Vec<String> = groups.iter().map(|tests| conjunction(tests)).collect();
                f.write_str(&one_of(&groups))
            }
            What::Not(tests) => write!(f, "not ({})", conjunction(tests)),
        }
    }
}

fn conjunction(tests: &[Test]) -> String {
    if tests.is_empty() {
        return "anything is there".to_owned();
    }
    let tests: Vec<String> = tests.iter().map(Test::to_string).collect();
    all_of(&tests)
}
