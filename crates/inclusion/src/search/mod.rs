//! Looks for a value of which some terms hold, or finds that there is none.
//!
//! A goal is a set of terms. Type by type its terms are taken apart ([`facts`]) until only statements about that type
//! are left; then `number`, `string`, `array` or `object` builds a value. What elements and members must be are goals
//! again. A goal that comes up while it is looked for has no value *there*: a smallest value that meets a goal contains
//! no other that does. So the search ends, and *none* is a proof.

mod array;
mod facts;
mod number;
mod object;
mod string;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::answer::Oracle;
use crate::evaluate::Evaluator;
use crate::formula::{Formulas, Statement, Term};
use crate::json::{Json, Type};
use crate::patterns::Patterns;
use facts::Facts;

/// What a search came to.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Found {
    Value(Json),
    /// There is none.
    None,
    /// It could not be decided; why not.
    Unknown(Arc<str>),
}

type Goal = Arc<[Term]>;

/// What was found out about goals and holds for good.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    none: HashSet<Goal>,
    some: HashMap<Goal, Json>,
}

/// How deep goals and choices may nest.
const MAX_DEPTH: usize = 128;

/// One search.
pub(crate) struct Search<'s> {
    pub(crate) formulas: &'s mut Formulas,
    pub(crate) patterns: &'s mut Patterns,
    pub(crate) memory: &'s mut Memory,
    pub(crate) oracle: &'s dyn Oracle,
    /// How many steps are left.
    pub(crate) steps: u64,
    /// Something was relied on that could not be evaluated, so that a value that was found need not be one.
    pub(crate) doubt: bool,
    unknown: HashMap<Goal, Arc<str>>,
    /// The goals that are being looked for, outermost first.
    stack: Vec<Goal>,
    depth: usize,
    /// The outermost goal of the stack that came up again since this was reset.
    touched: usize,
}

impl<'s> Search<'s> {
    pub(crate) fn new(
        formulas: &'s mut Formulas,
        patterns: &'s mut Patterns,
        memory: &'s mut Memory,
        oracle: &'s dyn Oracle,
        steps: u64,
    ) -> Self {
        Self {
            formulas,
            patterns,
            memory,
            oracle,
            steps,
            doubt: false,
            unknown: HashMap::new(),
            stack: Vec::new(),
            depth: 0,
            touched: usize::MAX,
        }
    }

    /// Whether all terms hold of a value; `None` where that can't be told.
    pub(crate) fn all_hold(&mut self, terms: &[Term], value: &Json) -> Option<bool> {
        let mut evaluator = Evaluator {
            formulas: self.formulas,
            patterns: self.patterns,
            oracle: self.oracle,
            steps: &mut self.steps,
            depth: MAX_DEPTH,
        };
        evaluator.all(terms, value)
    }

    /// A value of which all terms hold; as near as possible to another, if there is one.
    pub(crate) fn solve(&mut self, terms: &[Term], near: Option<&Json>) -> Found {
        // What a definition says stands for it, so that a goal that comes up again is seen to be the same.
        let terms: Vec<Term> = terms.iter().map(|term| self.defined(*term)).collect();
        let Some(goal) = normal(&terms) else { return Found::None };
        if goal.is_empty() {
            return Found::Value(near.cloned().unwrap_or(Json::String("x".to_owned())));
        }
        if self.steps == 0 {
            return gave_up();
        }
        self.steps -= 1;
        if let Some(near) = near
            && self.all_hold(&goal, near) == Some(true)
        {
            return Found::Value(near.clone());
        }
        if self.memory.none.contains(&goal) {
            return Found::None;
        }
        if let Some(why) = self.unknown.get(&goal) {
            return Found::Unknown(why.clone());
        }
        if near.is_none()
            && let Some(value) = self.memory.some.get(&goal)
        {
            return Found::Value(value.clone());
        }
        if let Some(at) = self.stack.iter().position(|known| *known == goal) {
            self.touched = self.touched.min(at);
            return Found::None;
        }
        if self.depth >= MAX_DEPTH {
            return Found::Unknown("it nests too deep".into());
        }
        let own = self.stack.len();
        let outer = std::mem::replace(&mut self.touched, usize::MAX);
        self.stack.push(goal.clone());
        self.depth += 1;
        let found = self.search(&goal, near);
        self.depth -= 1;
        self.stack.pop();
        // What was found out about a goal while a goal around it counted as having no value holds only there.
        let inner = if self.touched < own { self.touched } else { usize::MAX };
        match &found {
            Found::None if inner == usize::MAX => {
                self.memory.none.insert(goal);
            }
            Found::Value(value) if near.is_none() && !self.doubt => {
                self.memory.some.insert(goal, value.clone());
            }
            Found::Unknown(why) => {
                self.unknown.insert(goal, why.clone());
            }
            _ => {}
        }
        self.touched = outer.min(inner);
        found
    }

    /// What a term says that is nothing but a definition.
    fn defined(&self, term: Term) -> Term {
        let mut said = term;
        for _ in 0..16 {
            let Statement::Defined(number) = self.formulas.statement(said) else { return said };
            let definition = self.formulas.definition(*number);
            said = if said.is_negated() { !definition } else { definition };
        }
        term
    }

    fn search(&mut self, goal: &[Term], near: Option<&Json>) -> Found {
        if let Some(values) = goal.iter().find_map(|term| self.finite(*term, 4)) {
            return self.among(&values, goal);
        }
        let mut outcome = Found::None;
        let first = near.map(Json::kind);
        for kind in first.into_iter().chain(Type::ALL.into_iter().filter(|kind| Some(*kind) != first)) {
            let near = near.filter(|near| near.kind() == kind);
            let mut facts = Facts::new(kind);
            if !self.assume(&mut facts, goal.to_vec()) {
                continue;
            }
            match self.explore(facts, near) {
                Found::None => {}
                unknown @ Found::Unknown(_) => outcome = unknown,
                value @ Found::Value(_) => return value,
            }
        }
        outcome
    }

    /// The first of some values of which all terms hold.
    fn among(&mut self, values: &[Json], terms: &[Term]) -> Found {
        let mut open = None;
        for value in values {
            match self.all_hold(terms, value) {
                Some(true) => return Found::Value(value.clone()),
                Some(false) => {}
                None => open = open.or(Some(value)),
            }
        }
        match open {
            None => Found::None,
            Some(_) if self.steps == 0 => gave_up(),
            Some(value) => {
                self.doubt = true;
                Found::Value(value.clone())
            }
        }
    }

    /// The values that a term leaves, if it names them.
    fn finite(&self, term: Term, depth: usize) -> Option<Arc<[Json]>> {
        match self.formulas.statement(term) {
            Statement::Enum(values) if !term.is_negated() => Some(values.clone()),
            Statement::All(terms) if !term.is_negated() && depth > 0 => {
                terms.iter().find_map(|term| self.finite(*term, depth - 1))
            }
            _ => None,
        }
    }

    /// Builds a value of what is said for certain, and goes through the alternatives of a choice that it doesn't meet;
    /// those first that a near value meets. Where all choices happen to be met, it is done.
    fn explore(&mut self, mut facts: Facts, near: Option<&Json>) -> Found {
        if self.steps == 0 {
            return gave_up();
        }
        self.steps -= 1;
        if !self.simplify(&mut facts) {
            return Found::None;
        }
        let doubt = self.doubt;
        let built = self.build(&facts, near);
        let open: Vec<usize> = match &built {
            // Choices only ask for more.
            Found::None => return Found::None,
            Found::Value(value) => {
                (0..facts.choices.len()).filter(|at| !self.is_met(&facts.choices[*at], value)).collect()
            }
            Found::Unknown(_) => (0..facts.choices.len()).collect(),
        };
        let Some(at) = open.into_iter().min_by_key(|at| facts.choices[*at].len()) else { return built };
        self.doubt = doubt;
        if self.depth >= MAX_DEPTH {
            return Found::Unknown("it has too many alternatives".into());
        }
        let mut choice = facts.choices.remove(at);
        if let Some(near) = near {
            let met: Vec<bool> = choice.iter().map(|term| self.is_met(&[*term], near)).collect();
            let mut order: Vec<usize> = (0..choice.len()).collect();
            order.sort_by_key(|at| !met[*at]);
            choice = order.into_iter().map(|at| choice[at]).collect();
        }
        let mut outcome = Found::None;
        for term in choice {
            let mut facts = facts.clone();
            if !self.assume(&mut facts, vec![term]) {
                continue;
            }
            self.depth += 1;
            let found = self.explore(facts, near);
            self.depth -= 1;
            match found {
                Found::None => {}
                unknown @ Found::Unknown(_) => outcome = unknown,
                value @ Found::Value(_) => return value,
            }
        }
        outcome
    }

    /// Whether one of some terms surely holds of a value.
    fn is_met(&mut self, choice: &[Term], value: &Json) -> bool {
        choice.iter().any(|term| self.all_hold(&[*term], value) == Some(true))
    }

    /// Builds a value of what was said, whatever choices are left.
    fn build(&mut self, facts: &Facts, near: Option<&Json>) -> Found {
        if let Some(values) = facts.said.iter().find_map(|term| self.finite(*term, 0)) {
            // What was said speaks of one type only.
            let values: Vec<Json> =
                values.iter().filter(|value| value.kind() == facts.kind).cloned().collect();
            return self.among(&values, &facts.said);
        }
        if facts.said.iter().any(|term| matches!(self.formulas.statement(*term), Statement::Opaque(_))) {
            self.doubt = true;
        }
        let except = self.excepted(&facts.said);
        match facts.kind {
            Type::Null if except.contains(&Json::Null) => Found::None,
            Type::Null => Found::Value(Json::Null),
            Type::Bool => {
                let near = near.cloned().into_iter();
                near.chain([Json::Bool(true), Json::Bool(false)])
                    .find(|value| !except.contains(value))
                    .map_or(Found::None, Found::Value)
            }
            Type::Number => self.number(&facts.said, &except, near),
            Type::String => self.string(&facts.said, &except, near),
            Type::Array => self.array(&facts.said, near),
            Type::Object => self.object(&facts.said, near),
        }
    }

    /// The values that are excepted by what was said.
    fn excepted(&self, said: &[Term]) -> HashSet<Json> {
        let mut except = HashSet::new();
        for term in said.iter().filter(|term| term.is_negated()) {
            if let Statement::Enum(values) = self.formulas.statement(*term) {
                except.extend(values.iter().cloned());
            }
        }
        except
    }
}

/// The terms sorted, none twice; nothing if they contradict each other plainly.
fn normal(terms: &[Term]) -> Option<Goal> {
    let mut terms: Vec<Term> = terms.iter().copied().filter(|term| *term != Term::TRUE).collect();
    terms.sort_unstable();
    terms.dedup();
    let contradicts = terms.contains(&Term::FALSE) || terms.windows(2).any(|pair| pair[0] == !pair[1]);
    (!contradicts).then(|| terms.into())
}

fn gave_up() -> Found {
    Found::Unknown("it took more steps than the limit".into())
}
