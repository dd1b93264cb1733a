//! Compares two schemas statement by statement.
//!
//! The right schema is taken apart into statements that all must hold. Those that the left one makes too need no
//! search. For each other, a value is sought that the left schema accepts and of which the statement does not hold.

use std::borrow::Cow;
use std::collections::HashSet;

use serde_json::Value;
use tidings_json::escape_token;

use crate::answer::{Comparison, Oracle, Side, Unproven, Witness};
use crate::evaluate::Evaluator;
use crate::formula::{Formulas, Statement, Term};
use crate::json::Json;
use crate::patterns::Patterns;
use crate::search::{Found, Memory, Search};

/// How deep statements about members of members are taken apart.
const MAX_PARTS_DEPTH: usize = 24;
/// How many parts a schema may have, before what is left stays whole.
const MAX_PARTS: usize = 20_000;

/// How many other parts a witness of one is held to, so that it breaks nothing else.
const MAX_BESIDE: usize = 300;

/// Where in a schema a statement stands.
#[derive(Clone, Debug, Default)]
struct Place<'a> {
    /// The members and elements around it, outermost first.
    around: &'a [Statement],
    pointer: String,
    depth: usize,
    /// The same was met a step before, as a statement about members or elements.
    entered: bool,
}

/// A part of a schema: a statement that must hold.
#[derive(Clone, Debug)]
struct Part {
    term: Term,
    pointer: String,
    keyword: &'static str,
}

/// What a comparison works with.
pub(crate) struct Comparer<'c> {
    pub(crate) formulas: &'c mut Formulas,
    pub(crate) patterns: &'c mut Patterns,
    pub(crate) memory: &'c mut Memory,
    pub(crate) oracle: &'c dyn Oracle,
    pub(crate) steps: u64,
}

impl Comparer<'_> {
    /// Up to so many values that the left term holds of and the right one doesn't.
    pub(crate) fn compare(
        &mut self,
        left: Term,
        right: Term,
        near: Option<&Value>,
        at_most: usize,
    ) -> Comparison {
        let mut comparison = Comparison::default();
        if left == right {
            return comparison;
        }
        let (mut seen, mut parts) = (HashSet::new(), Vec::new());
        self.add_parts(left, &Place::default(), &mut seen, &mut Vec::new());
        self.add_parts(right, &Place::default(), &mut seen, &mut parts);
        let hint = near.and_then(Json::read);
        let mut written_before: Vec<Value> = Vec::new();
        for part in &parts {
            if comparison.witnesses.len() >= at_most {
                break;
            }
            match self.difference(left, part, &parts, near, hint.as_ref()) {
                Outcome::None => {}
                Outcome::Witness(value) => {
                    let written = value.write(near);
                    if !written_before.contains(&written) {
                        written_before.push(written.clone());
                        let (pointer, keyword) = self.blame(part, &value);
                        comparison.witnesses.push(Witness { value: written, pointer, keyword });
                    }
                }
                Outcome::Unknown(reason) => comparison.unproven.push(Unproven {
                    reason,
                    pointer: part.pointer.clone(),
                    keyword: part.keyword,
                }),
            }
        }
        comparison
    }

    /// A value that the left schema accepts and of which a part of the right one does not hold; if there is one that
    /// breaks nothing else, such a one.
    fn difference(
        &mut self,
        left: Term,
        part: &Part,
        parts: &[Part],
        near: Option<&Value>,
        hint: Option<&Json>,
    ) -> Outcome {
        let goal = [left, !part.term];
        let (found, mut doubt) = self.solve(&goal, hint);
        let value = match found {
            Found::None => return Outcome::None,
            Found::Unknown(why) => return Outcome::Unknown(why.to_string()),
            Found::Value(value) => value,
        };
        let others: Vec<Term> =
            parts.iter().map(|part| part.term).filter(|term| *term != part.term).take(MAX_BESIDE).collect();
        let breaks_more = others.iter().any(|term| self.holds(*term, &value) == Some(false));
        if breaks_more {
            let alone: Vec<Term> = goal.iter().copied().chain(others).collect();
            if let (Found::Value(alone), _) = self.solve(&alone, hint)
                && self.confirms(&alone, near)
            {
                return Outcome::Witness(alone);
            }
        }
        if self.confirms(&value, near) {
            return Outcome::Witness(value);
        }
        // The validator sees it otherwise. Perhaps of another value it doesn't.
        let mut tried = vec![value];
        for _ in 0..6 {
            let except = self.formulas.one_of(tried.clone());
            let (found, doubtful) = self.solve(&[left, !part.term, !except], None);
            doubt |= doubtful;
            match found {
                Found::Value(value) if self.confirms(&value, near) => return Outcome::Witness(value),
                Found::Value(value) => tried.push(value),
                _ => break,
            }
        }
        let shown = tried.first().map(|value| value.write(None).to_string()).unwrap_or_default();
        let shown: String = shown.chars().take(200).collect();
        Outcome::Unknown(if doubt {
            "part of the schema is not looked into, and no value was found that proves a difference"
                .to_owned()
        } else {
            format!("the validator does not confirm `{shown}`")
        })
    }

    pub(crate) fn solve(&mut self, goal: &[Term], near: Option<&Json>) -> (Found, bool) {
        let mut search = Search::new(self.formulas, self.patterns, self.memory, self.oracle, self.steps);
        let found = search.solve(goal, near);
        let (steps, doubt) = (search.steps, search.doubt);
        // A part that has used up its steps leaves some to the others.
        self.steps = steps.max(self.steps / 2);
        (found, doubt)
    }

    fn holds(&mut self, term: Term, value: &Json) -> Option<bool> {
        let mut steps = 100_000;
        let mut evaluator = Evaluator {
            formulas: self.formulas,
            patterns: self.patterns,
            oracle: self.oracle,
            steps: &mut steps,
            depth: 128,
        };
        evaluator.holds(term, value)
    }

    fn confirms(&self, value: &Json, near: Option<&Value>) -> bool {
        let value = value.write(near);
        self.oracle.accepts(Side::Left, &value) && !self.oracle.accepts(Side::Right, &value)
    }

    /// Takes a term apart into the statements that all must hold, of members and elements too. What is in `seen` is
    /// passed over; what is met is added to it. `around` are the members and elements in which the term stands.
    fn add_parts(&mut self, term: Term, place: &Place<'_>, seen: &mut HashSet<Term>, found: &mut Vec<Part>) {
        let whole = self.wrap(place.around, term);
        if whole == Term::TRUE || !(place.entered || seen.insert(whole)) {
            return;
        }
        let goes_on = place.depth < MAX_PARTS_DEPTH && found.len() < MAX_PARTS && !term.is_negated();
        let statement = self.formulas.statement(term).clone();
        match &statement {
            Statement::All(terms) if goes_on => {
                for term in terms.iter() {
                    let place = Place { depth: place.depth + 1, entered: false, ..place.clone() };
                    self.add_parts(*term, &place, seen, found);
                }
            }
            Statement::Members { schema, .. } | Statement::Elements { schema, .. }
                if goes_on && self.is_compound(*schema) =>
            {
                let pointer = match &statement {
                    Statement::Members { names, .. } => self.formulas.single_name(*names).map(escape_token),
                    Statement::Elements { from, to: Some(to), .. } if from + 1 == *to => {
                        Some(Cow::from(from.to_string()))
                    }
                    _ => None,
                };
                let pointer =
                    pointer.map_or_else(|| place.pointer.clone(), |t| format!("{}/{t}", place.pointer));
                let mut around = place.around.to_vec();
                around.push(statement.clone());
                let place = Place { around: &around, pointer, depth: place.depth + 1, entered: true };
                self.add_parts(*schema, &place, seen, found);
            }
            _ => {
                let pointer = match &statement {
                    Statement::Members { names, .. } => self.formulas.single_name(*names).map(escape_token),
                    _ => None,
                };
                let pointer =
                    pointer.map_or_else(|| place.pointer.clone(), |t| format!("{}/{t}", place.pointer));
                let keyword = match &statement {
                    Statement::Members { schema, .. } | Statement::Elements { schema, .. }
                        if !self.formulas.keyword(*schema).is_empty() =>
                    {
                        self.formulas.keyword(*schema)
                    }
                    _ => self.formulas.keyword(term),
                };
                found.push(Part { term: whole, pointer, keyword });
            }
        }
    }

    /// Whether a schema can be taken apart further.
    fn is_compound(&self, schema: Term) -> bool {
        !schema.is_negated()
            && matches!(
                self.formulas.statement(schema),
                Statement::All(_) | Statement::Members { .. } | Statement::Elements { .. }
            )
    }

    /// The statement that a term holds of the members and elements that are around it.
    fn wrap(&mut self, around: &[Statement], term: Term) -> Term {
        around.iter().rev().fold(term, |schema, statement| match statement {
            Statement::Members { names, .. } => {
                self.formulas.term(Statement::Members { names: *names, schema })
            }
            Statement::Elements { from, to, .. } => {
                self.formulas.term(Statement::Elements { from: *from, to: *to, schema })
            }
            _ => schema,
        })
    }

    /// The place in a value, and the keyword, that keep a part from holding.
    fn blame(&mut self, part: &Part, value: &Json) -> (String, &'static str) {
        let (mut term, mut value, mut pointer) = (part.term, value, String::new());
        for _ in 0..64 {
            if term.is_negated() {
                break;
            }
            let statement = self.formulas.statement(term).clone();
            let next = match (&statement, value) {
                (Statement::All(terms), _) => terms
                    .iter()
                    .find(|term| self.holds(**term, value) == Some(false))
                    .map(|term| (*term, value)),
                (Statement::Defined(number), _) => Some((self.formulas.definition(*number), value)),
                (Statement::Members { names, schema }, Json::Object(members)) => {
                    let refused = members.iter().find(|(name, value)| {
                        self.holds(*names, &Json::String((*name).clone())) == Some(true)
                            && self.holds(*schema, value) == Some(false)
                    });
                    refused.map(|(name, value)| {
                        pointer.push('/');
                        pointer.push_str(&escape_token(name));
                        (*schema, value)
                    })
                }
                (Statement::Elements { from, to, schema }, Json::Array(items)) => {
                    let refused = (0_u64..).zip(items).find(|(at, item)| {
                        from <= at && to.is_none_or(|to| *at < to) && self.holds(*schema, item) == Some(false)
                    });
                    match refused {
                        // An array that is too long is itself at fault.
                        Some(_) if *schema == Term::FALSE => None,
                        Some((at, item)) => {
                            pointer.push('/');
                            pointer.push_str(&at.to_string());
                            Some((*schema, item))
                        }
                        None => None,
                    }
                }
                _ => None,
            };
            match next {
                // The schema `false` has no keyword of its own.
                Some(next) if next.0 != Term::FALSE => (term, value) = next,
                _ => break,
            }
        }
        let keyword = self.formulas.keyword(term);
        (pointer, if keyword.is_empty() { part.keyword } else { keyword })
    }
}

/// What a search for a difference came to.
enum Outcome {
    None,
    Witness(Json),
    Unknown(String),
}
