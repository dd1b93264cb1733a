//! The subschemas that apply to one place, taken apart into branches without any choice left in them.
//!
//! ```text
//! $ref, allOf ─→ atoms        anyOf, oneOf, if/then/else, dependencies, not ─→ choices ─→ one branch for each way to choose
//! ```
//!
//! Every value that fits a branch fits the schemas, so nothing has to be tried and thrown away. A branch that contradicts
//! itself is dropped as soon as that shows.

use std::collections::VecDeque;

use tidings_catalog::{Resolved, SchemaRef};
use tidings_json::{Kind, Value};

use super::finite;
use super::negate::{self, Negation};
use super::types::Types;

/// How many branches of one place are kept, and how many are looked at.
const MAX_BRANCHES: usize = 64;
const MAX_LOOKS: usize = 4096;

/// One way to satisfy everything that applies to a place.
#[derive(Clone, Debug)]
pub(crate) struct Branch<'c> {
    /// The schemas of which the keywords without a choice apply, the envelope's first.
    pub(crate) atoms: Vec<SchemaRef<'c>>,
    pub(crate) types: Types,
    pub(crate) required: Vec<&'c str>,
    pub(crate) forbidden: Vec<&'c str>,
    /// Schemas that a member must not match.
    pub(crate) member_not: Vec<(&'c str, SchemaRef<'c>)>,
    pub(crate) not_values: Vec<&'c Value<'static>>,
    pub(crate) not_patterns: Vec<&'c str>,
    /// Keywords with numbers that follow from what must not match.
    pub(crate) bounds: Vec<(&'static str, String)>,
    /// The schemas that lead here by a reference; what stands beside it still says how sensitive the place is.
    pub(crate) passed: Vec<SchemaRef<'c>>,
    /// Something that applies is not in this branch.
    pub(crate) inexact: bool,
}

/// Something that a branch is to satisfy.
#[derive(Clone, Debug)]
pub(crate) enum Literal<'c> {
    Is(SchemaRef<'c>),
    Atom(SchemaRef<'c>),
    Not(SchemaRef<'c>),
    Types(Types),
    Require(&'c str),
    Forbid(&'c str),
    MemberNot(&'c str, SchemaRef<'c>),
    NotValues(Vec<&'c Value<'static>>),
    NotPattern(&'c str),
    Bound(&'static str, String),
}

/// The alternatives to choose one of.
pub(crate) type Choice<'c> = Vec<Vec<Literal<'c>>>;

/// Why a branch can't be satisfied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Contradiction {
    pub(crate) why: &'static str,
    /// The member that it is about, if it is about one.
    pub(crate) member: Option<String>,
}

impl Contradiction {
    fn here(why: &'static str) -> Self {
        Self { why, member: None }
    }

    fn of_member(why: &'static str, name: &str) -> Self {
        Self { why, member: Some(name.to_owned()) }
    }
}

#[derive(Clone)]
struct State<'c> {
    branch: Branch<'c>,
    literals: VecDeque<Literal<'c>>,
    choices: VecDeque<Choice<'c>>,
    nots: VecDeque<SchemaRef<'c>>,
}

/// The branches of a place to which `is` applies and which must match none of `not`. The error says why there is none.
pub(crate) fn branches<'c>(
    is: &[SchemaRef<'c>],
    not: &[SchemaRef<'c>],
) -> Result<Vec<Branch<'c>>, Contradiction> {
    let mut pending = vec![State {
        branch: Branch::new(),
        literals: is.iter().map(|schema| Literal::Is(*schema)).collect(),
        choices: VecDeque::new(),
        nots: not.iter().copied().collect(),
    }];
    let mut found = Vec::new();
    let mut why = None;
    for _ in 0..MAX_LOOKS {
        let Some(mut state) = pending.pop() else { break };
        if let Err(contradiction) = state.settle() {
            why = why.or(Some(contradiction));
        } else if let Some(choice) = state.choices.pop_front() {
            state.choose(choice, &mut pending);
        } else if let Some(schema) = state.nots.pop_front() {
            if finite::excludes(&state.branch, schema) {
                pending.push(state);
                continue;
            }
            match negate::negate(schema) {
                Negation::Holds => pending.push(state),
                Negation::Never => {
                    why = why
                        .or(Some(Contradiction::here("what must match and what `not` refuses are the same")));
                }
                Negation::Choice(choice) => state.choose(choice, &mut pending),
                Negation::Unknown => {
                    state.branch.inexact = true;
                    pending.push(state);
                }
            }
        } else {
            found.push(state.branch);
            if found.len() == MAX_BRANCHES {
                break;
            }
        }
    }
    if found.is_empty() {
        Err(why.unwrap_or(Contradiction::here("too many alternatives contradict each other")))
    } else {
        Ok(found)
    }
}

impl<'c> State<'c> {
    /// Puts a state for each alternative on the pile, the first on top.
    fn choose(self, choice: Choice<'c>, pending: &mut Vec<Self>) {
        for alternative in choice.into_iter().rev() {
            let mut state = self.clone();
            state.literals.extend(alternative);
            pending.push(state);
        }
    }

    /// Works off the literals.
    fn settle(&mut self) -> Result<(), Contradiction> {
        while let Some(literal) = self.literals.pop_front() {
            self.add(literal)?;
        }
        self.branch.check()
    }

    fn add(&mut self, literal: Literal<'c>) -> Result<(), Contradiction> {
        let branch = &mut self.branch;
        match literal {
            Literal::Is(schema) => return self.open(schema),
            Literal::Atom(schema) => self.atom(schema),
            Literal::Not(schema) => self.nots.push_back(schema),
            Literal::Types(types) => branch.types = branch.types.and(types),
            Literal::Require(name) => push_new(&mut branch.required, name),
            Literal::Forbid(name) => push_new(&mut branch.forbidden, name),
            Literal::MemberNot(name, schema) => branch.member_not.push((name, schema)),
            Literal::NotValues(values) => branch.not_values.extend(values),
            Literal::NotPattern(pattern) => branch.not_patterns.push(pattern),
            Literal::Bound(keyword, number) => branch.bounds.push((keyword, number)),
        }
        Ok(())
    }

    /// Opens a schema: what it refers to comes first, then itself, then what it holds inline.
    fn open(&mut self, schema: SchemaRef<'c>) -> Result<(), Contradiction> {
        if let Kind::Bool(allowed) = schema.value().kind {
            let nothing = "the schema is `false` here: nothing may stand in this place";
            return if allowed { Ok(()) } else { Err(Contradiction::here(nothing)) };
        }
        if schema.reference().is_some() {
            self.branch.passed.push(schema);
            match schema.resolve() {
                Some(Resolved::Schema(target)) => self.literals.push_front(Literal::Is(target)),
                _ => self.branch.inexact = true,
            }
            return Ok(());
        }
        let (referring, inline): (Vec<_>, Vec<_>) =
            schema.subschema_list("allOf").into_iter().partition(|part| part.reference().is_some());
        let order = referring.into_iter().map(Literal::Is).chain([Literal::Atom(schema)]);
        let order: Vec<Literal<'c>> = order.chain(inline.into_iter().map(Literal::Is)).collect();
        order.into_iter().rev().for_each(|literal| self.literals.push_front(literal));
        Ok(())
    }

    fn atom(&mut self, schema: SchemaRef<'c>) {
        if self.branch.atoms.iter().any(|known| known.key() == schema.key()) {
            return;
        }
        self.branch.atoms.push(schema);
        if let Some(types) = schema.keyword("type") {
            self.branch.types = self.branch.types.and(Types::of_keyword(types));
        }
        names(schema.keyword("required")).for_each(|name| push_new(&mut self.branch.required, name));
        if let Some(not) = schema.subschema("not") {
            self.nots.push_back(not);
        }
        self.add_choices(schema);
    }

    fn add_choices(&mut self, schema: SchemaRef<'c>) {
        let any = schema.subschema_list("anyOf");
        if !any.is_empty() {
            self.choices.push_back(any.into_iter().map(|part| vec![Literal::Is(part)]).collect());
        }
        let one = schema.subschema_list("oneOf");
        if !one.is_empty() {
            let others = |chosen: usize| one.iter().enumerate().filter(move |(at, _)| *at != chosen);
            let alternative = |(at, part): (usize, &SchemaRef<'c>)| {
                let others = others(at).map(|(_, part)| Literal::Not(*part));
                [Literal::Is(*part)].into_iter().chain(others).collect()
            };
            self.choices.push_back(one.iter().enumerate().map(alternative).collect());
        }
        if let Some(condition) = schema.subschema("if") {
            let with = |literal, keyword| -> Vec<Literal<'c>> {
                [literal].into_iter().chain(schema.subschema(keyword).map(Literal::Is)).collect()
            };
            self.choices
                .push_back(vec![with(Literal::Is(condition), "then"), with(Literal::Not(condition), "else")]);
        }
        for (name, dependency) in schema.named_subschemas("dependencies") {
            let mut with = vec![Literal::Require(name)];
            match &dependency.value().kind {
                Kind::Array(_) => with.extend(names(Some(dependency.value())).map(Literal::Require)),
                _ => with.push(Literal::Is(dependency)),
            }
            self.choices.push_back(vec![vec![Literal::Forbid(name)], with]);
        }
    }
}

impl Branch<'_> {
    fn new() -> Self {
        Self {
            atoms: Vec::new(),
            types: Types::ALL,
            required: Vec::new(),
            forbidden: Vec::new(),
            member_not: Vec::new(),
            not_values: Vec::new(),
            not_patterns: Vec::new(),
            bounds: Vec::new(),
            passed: Vec::new(),
            inexact: false,
        }
    }

    /// Whether the branch contradicts itself, as far as that is cheap to see.
    fn check(&self) -> Result<(), Contradiction> {
        if self.types.is_empty() {
            return Err(Contradiction::here("no type is allowed by all that applies here"));
        }
        if finite::values(self).is_some_and(|values| values.is_empty()) {
            return Err(Contradiction::here("no value is allowed by all that applies here"));
        }
        if self.types.but(Types::OBJECT).is_empty() {
            for name in &self.required {
                if self.forbidden.contains(name) {
                    return Err(Contradiction::of_member("it is asked for and refused at once", name));
                }
                if finite::member_values(self, name).is_some_and(|values| values.is_empty()) {
                    return Err(Contradiction::of_member(
                        "no value is allowed by all that applies here",
                        name,
                    ));
                }
            }
        }
        Ok(())
    }
}

/// The names in a list of names.
pub(crate) fn names<'c>(list: Option<&'c Value<'static>>) -> impl Iterator<Item = &'c str> {
    list.and_then(Value::as_array).unwrap_or_default().iter().filter_map(Value::as_str)
}

fn push_new<'c>(names: &mut Vec<&'c str>, name: &'c str) {
    if !names.contains(&name) {
        names.push(name);
    }
}
