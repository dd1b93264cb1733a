//! When a part of a schema counts: conditions as data, in words, and as `if` says them.

use std::fmt;

use tidings_catalog::SchemaRef;
use tidings_json::Value;

use super::literal::{all_of, literal, one_of};
use super::path::Path;
use super::words;
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

/// What an `if` asks of the value at `path`, in which members named in `required` are always there.
pub(super) fn tests_of(schema: SchemaRef<'_>, path: &Path, required: &[&str]) -> Vec<Test> {
    let mut tests = Vec::new();
    for (part, always) in schema.applied_in_place() {
        if !always || part.reference().is_some() {
            continue;
        }
        let needed = words::strings(part, "required");
        let is_there = |name: &str| needed.contains(&name) || required.contains(&name);
        let properties = part.named_subschemas("properties");
        for (name, property) in &properties {
            let subject = path.member(name);
            let Some(what) = what_of(*property, &subject) else { continue };
            tests.push(Test { subject, what, or_absent: !is_there(name) });
        }
        for name in needed {
            let tested = tests.iter().any(|test: &Test| test.subject == path.member(name));
            if !tested && !required.contains(&name) {
                tests.push(Test { subject: path.member(name), what: What::There, or_absent: false });
            }
        }
        if properties.is_empty()
            && let Some(what) = what_of(part, path)
            && !matches!(&what, What::Like(text) if text == "object")
        {
            tests.push(Test { subject: path.clone(), what, or_absent: false });
        }
        for keyword in ["anyOf", "oneOf"] {
            let groups: Vec<Vec<Test>> = part
                .subschema_list(keyword)
                .into_iter()
                .map(|branch| tests_of(branch, path, required))
                .collect();
            if !groups.is_empty() {
                tests.push(Test { subject: path.clone(), what: What::Any(groups), or_absent: false });
            }
        }
        if let Some(not) = part.subschema("not") {
            let what = What::Not(tests_of(not, path, required));
            tests.push(Test { subject: path.clone(), what, or_absent: false });
        }
    }
    tests
}

/// What a property's schema asks of its value; nothing if it takes any.
fn what_of(schema: SchemaRef<'_>, path: &Path) -> Option<What> {
    let parts: Vec<SchemaRef<'_>> = words::always(&[schema]);
    if let Some(values) = words::values(&parts) {
        return Some(What::Is(values.into_iter().map(literal).collect()));
    }
    if parts.iter().any(|part| part.keyword("properties").is_some() || part.keyword("required").is_some()) {
        return Some(What::Any(vec![tests_of(schema, path, &[])]));
    }
    let text = words::scalar(&parts);
    (!text.is_empty()).then_some(What::Like(text))
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

/// The condition of one of several alternatives (`anyOf`, `oneOf`) for the value at `path`: what tells it apart from
/// the others.
pub(super) fn alternative(branches: &[SchemaRef<'_>], index: usize, path: &Path) -> Condition {
    let parts: Vec<Vec<SchemaRef<'_>>> = branches.iter().map(|branch| words::always(&[*branch])).collect();
    if let Some((name, values)) = discriminator(&parts, index) {
        let what = What::Is(values.into_iter().map(literal).collect());
        return Condition::when(vec![Test { subject: path.member(name), what, or_absent: false }]);
    }
    let kinds: Vec<String> = parts.iter().map(|parts| words::kind(parts)).collect();
    let unique = |texts: &[String]| {
        let text = &texts[index];
        (!text.is_empty() && texts.iter().filter(|other| *other == text).count() == 1).then(|| text.clone())
    };
    let text = unique(&kinds).unwrap_or_else(|| format!("of its form {} of {}", index + 1, branches.len()));
    Condition::when(vec![Test { subject: path.clone(), what: What::Like(text), or_absent: false }])
}

/// The member whose value tells which of the alternatives it is, with its values in this one.
fn discriminator<'c>(
    alternatives: &[Vec<SchemaRef<'c>>],
    index: usize,
) -> Option<(&'c str, Vec<&'c Value<'static>>)> {
    let values_in = |parts: &[SchemaRef<'c>], name: &str| {
        let named: Vec<SchemaRef<'c>> =
            parts.iter().filter_map(|part| part.named_subschema("properties", name)).collect();
        words::values(&words::always(&named))
    };
    let names = alternatives.first()?.iter().flat_map(|part| part.named_subschemas("properties"));
    names.map(|(name, _)| name).find_map(|name| {
        let values: Vec<Vec<&Value<'static>>> =
            alternatives.iter().map(|parts| values_in(parts, name)).collect::<Option<_>>()?;
        let apart = values.iter().enumerate().all(|(at, own)| {
            own.iter().all(|value| !values[..at].iter().flatten().any(|other| value.same_as(other)))
        });
        apart.then(|| (name, values[index].clone()))
    })
}
