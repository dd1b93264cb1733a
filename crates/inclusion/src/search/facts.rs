//! What is known of a value of one type: terms taken apart, choices narrowed down by what is known already.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use super::Search;
use crate::formula::{Statement, Term};
use crate::json::{Json, Type};

/// What must hold of a value of one type.
#[derive(Clone, Debug)]
pub(crate) struct Facts {
    pub(crate) kind: Type,
    /// Every term that must hold.
    seen: HashSet<Term>,
    /// Those that speak of the type, negated or not.
    pub(crate) said: Vec<Term>,
    /// One of each must hold.
    pub(crate) choices: Vec<Vec<Term>>,
    /// The members that must be there, or must not.
    present: BTreeMap<Arc<str>, bool>,
    /// The values that members may have, where they are named.
    values: BTreeMap<Arc<str>, Vec<Json>>,
}

impl Facts {
    pub(crate) fn new(kind: Type) -> Self {
        Self {
            kind,
            seen: HashSet::new(),
            said: Vec::new(),
            choices: Vec::new(),
            present: BTreeMap::new(),
            values: BTreeMap::new(),
        }
    }

    /// Notes that a member must be there or must not; tells whether that can be.
    fn note(&mut self, name: Arc<str>, present: bool) -> bool {
        *self.present.entry(name).or_insert(present) == present
    }
}

/// From how many alternatives on `oneOf` is negated clause by clause.
const MANY: usize = 6;

impl Search<'_> {
    /// Adds terms to the facts, taken apart. `false` if they contradict what is known.
    pub(super) fn assume(&mut self, facts: &mut Facts, mut pending: Vec<Term>) -> bool {
        // Taken from the end; the order in which schemas say things should stay.
        pending.reverse();
        while let Some(term) = pending.pop() {
            self.steps = self.steps.saturating_sub(1);
            if term == Term::FALSE || facts.seen.contains(&!term) {
                return false;
            }
            if term == Term::TRUE || !facts.seen.insert(term) {
                continue;
            }
            let statement = self.formulas.statement(term).clone();
            let negated = term.is_negated();
            if let Some(kind) = statement.speaks_of()
                && kind != facts.kind
            {
                if negated {
                    return false;
                }
                continue;
            }
            match statement {
                Statement::True => {}
                Statement::All(terms) if negated => facts.choices.push(terms.iter().map(|t| !*t).collect()),
                Statement::All(terms) => pending.extend(terms.iter().rev()),
                Statement::One(terms) => self.assume_one(facts, &terms, negated),
                Statement::Defined(number) => {
                    let definition = self.formulas.definition(number);
                    pending.push(if negated { !definition } else { definition });
                }
                Statement::Type(types) => {
                    if types.has(facts.kind) == negated {
                        return false;
                    }
                }
                Statement::Enum(values) => {
                    let values = values.iter().filter(|value| value.kind() == facts.kind);
                    if !negated {
                        if values.count() == 0 {
                            return false;
                        }
                        facts.said.push(term);
                    } else if matches!(facts.kind, Type::Array | Type::Object) {
                        for value in values {
                            let differs = self.differs(value);
                            facts.choices.push(differs);
                        }
                    } else if values.count() > 0 {
                        facts.said.push(term);
                    }
                }
                Statement::Required(name) => {
                    if !facts.note(name, !negated) {
                        return false;
                    }
                    facts.said.push(term);
                }
                Statement::Members { names, schema } => {
                    if !self.note_member(facts, names, schema, negated) {
                        return false;
                    }
                    facts.said.push(term);
                }
                _ => facts.said.push(term),
            }
        }
        true
    }

    fn note_member(&mut self, facts: &mut Facts, names: Term, schema: Term, negated: bool) -> bool {
        let Some(name) = self.formulas.single_name(names) else { return true };
        let name: Arc<str> = name.into();
        if negated {
            return facts.note(name, true);
        }
        if schema == Term::FALSE {
            return facts.note(name, false);
        }
        if let Some(values) = self.finite(schema, 4) {
            let narrowed: Vec<Json> = match facts.values.get(&name) {
                Some(known) => known.iter().filter(|value| values.contains(value)).cloned().collect(),
                None => values.to_vec(),
            };
            if narrowed.is_empty() && !facts.note(name.clone(), false) {
                return false;
            }
            facts.values.insert(name, narrowed);
        }
        true
    }

    /// Exactly one of the terms holds; or, negated, none or several.
    fn assume_one(&mut self, facts: &mut Facts, terms: &[Term], negated: bool) {
        if !negated {
            let alternatives = (0..terms.len()).map(|chosen| {
                let only =
                    terms.iter().enumerate().map(|(at, term)| if at == chosen { *term } else { !*term });
                self.formulas.all(only)
            });
            let alternatives = alternatives.collect();
            facts.choices.push(alternatives);
        } else if terms.len() <= MANY {
            let mut alternatives = vec![self.formulas.all(terms.iter().map(|term| !*term))];
            for (at, one) in terms.iter().enumerate() {
                for other in &terms[at + 1..] {
                    alternatives.push(self.formulas.all([*one, *other]));
                }
            }
            facts.choices.push(alternatives);
        } else {
            for (at, one) in terms.iter().enumerate() {
                let others =
                    terms.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, term)| *term);
                facts.choices.push(std::iter::once(!*one).chain(others).collect());
            }
        }
    }

    /// The ways in which an array or an object can differ from a value of its type.
    fn differs(&mut self, value: &Json) -> Vec<Term> {
        let mut ways = Vec::new();
        match value {
            Json::Array(items) => {
                let length = items.len() as u64;
                for (at, item) in items.iter().enumerate() {
                    let same = self.formulas.one_of([item.clone()]);
                    let (from, to) = (at as u64, Some(at as u64 + 1));
                    ways.push(self.formulas.term(Statement::Contains { from, to, schema: !same }));
                }
                if length > 0 {
                    let (from, to) = (length - 1, Some(length));
                    ways.push(!self.formulas.term(Statement::Contains { from, to, schema: Term::TRUE }));
                }
                let (from, to) = (length, Some(length + 1));
                ways.push(self.formulas.term(Statement::Contains { from, to, schema: Term::TRUE }));
            }
            Json::Object(members) => {
                for (name, member) in members {
                    let (names, same) = (self.formulas.text(name), self.formulas.one_of([member.clone()]));
                    ways.push(!self.formulas.term(Statement::Members { names, schema: same }));
                    ways.push(!self.formulas.term(Statement::Required(name.as_str().into())));
                }
                let names = !self.formulas.one_of(members.keys().map(|name| Json::String(name.clone())));
                ways.push(!self.formulas.term(Statement::Members { names, schema: Term::FALSE }));
            }
            _ => {}
        }
        ways
    }

    /// Drops the alternatives that can't be and the choices that are made already. `false` if nothing is left.
    pub(super) fn simplify(&mut self, facts: &mut Facts) -> bool {
        loop {
            let mut changed = false;
            let choices = std::mem::take(&mut facts.choices);
            let mut kept = Vec::with_capacity(choices.len());
            for choice in choices {
                self.steps = self.steps.saturating_sub(1);
                let mut left = Vec::with_capacity(choice.len());
                let mut met = false;
                for term in &choice {
                    match self.status(facts, *term, 6) {
                        Some(true) => {
                            met = true;
                            break;
                        }
                        Some(false) => {}
                        None => left.push(*term),
                    }
                }
                if met {
                    continue;
                }
                match left.as_slice() {
                    [] => return false,
                    [only] => {
                        if !self.assume(facts, vec![*only]) {
                            return false;
                        }
                        changed = true;
                    }
                    _ => kept.push(left),
                }
            }
            kept.append(&mut facts.choices);
            facts.choices = kept;
            if !changed {
                return true;
            }
        }
    }

    /// Whether what is known already settles a term.
    fn status(&mut self, facts: &Facts, term: Term, depth: usize) -> Option<bool> {
        if term == Term::TRUE || facts.seen.contains(&term) {
            return Some(true);
        }
        if term == Term::FALSE || facts.seen.contains(&!term) {
            return Some(false);
        }
        let said = self.settled(facts, term, depth);
        if term.is_negated() { said.map(|said| !said) } else { said }
    }

    fn settled(&mut self, facts: &Facts, term: Term, depth: usize) -> Option<bool> {
        let statement = self.formulas.statement(term);
        if let Some(kind) = statement.speaks_of()
            && kind != facts.kind
        {
            return Some(true);
        }
        match statement {
            Statement::Type(types) => Some(types.has(facts.kind)),
            Statement::Enum(values) if !values.iter().any(|value| value.kind() == facts.kind) => Some(false),
            Statement::All(terms) if depth > 0 => {
                let mut open = false;
                for term in terms.clone().iter() {
                    match self.status(facts, *term, depth - 1) {
                        Some(true) => {}
                        Some(false) => return Some(false),
                        None => open = true,
                    }
                }
                (!open).then_some(true)
            }
            Statement::Required(name) => facts.present.get(name).copied(),
            Statement::Members { names, schema } => {
                let schema = *schema;
                let name = self.formulas.single_name(*names)?;
                let present = facts.present.get(name).copied();
                if present == Some(false) {
                    return Some(true);
                }
                if schema == Term::FALSE {
                    return if present == Some(true) { Some(false) } else { None };
                }
                let values = facts.values.get(name)?.clone();
                let held: Vec<Option<bool>> =
                    values.iter().map(|value| self.all_hold(&[schema], value)).collect();
                if held.iter().all(|held| *held == Some(true)) {
                    Some(true)
                } else if present == Some(true) && held.iter().all(|held| *held == Some(false)) {
                    Some(false)
                } else {
                    None
                }
            }
            _ => None,
        }
    }
}
