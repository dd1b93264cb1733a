//! Objects: members that must be there, members that must be somewhere among many names, and how many there are.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Found, Search};
use crate::formula::{Statement, Term};
use crate::json::{Json, Type};

/// Objects are not made larger than this.
const MAX_MEMBERS: u64 = 2_000;

/// What an object must be.
#[derive(Debug, Default)]
struct Plan {
    /// What the values of members with certain names must be.
    each: Vec<(Term, Term)>,
    /// Members that must be there, by the names they may have, and what their values must be.
    sought: Vec<(Term, Term)>,
    min: u64,
    max: u64,
    /// The names that anything speaks of.
    mentioned: BTreeSet<String>,
    /// The schemas of names that leave more than such names, with what they ask of values.
    classes: Vec<(Term, Vec<Term>)>,
}

type Needs = BTreeMap<String, Vec<Term>>;

/// What keeps a search from being a proof.
type Doubt = Option<Arc<str>>;

impl Search<'_> {
    pub(super) fn object(&mut self, said: &[Term], near: Option<&Json>) -> Found {
        let (plan, mut needs) = self.plan(said, near);
        if plan.min > plan.max || needs.len() as u64 > plan.max {
            return Found::None;
        }
        if plan.min > MAX_MEMBERS {
            return Found::Unknown("its smallest object is too large to write".into());
        }
        let mut made = BTreeMap::new();
        let mut unknown = None;
        for (name, wanted) in &needs {
            match self.member(&plan, name, wanted, near) {
                Found::Value(value) => {
                    made.insert(name.clone(), value);
                }
                Found::None => return Found::None,
                Found::Unknown(why) => unknown = Some(why),
            }
        }
        if let Some(why) = unknown {
            return Found::Unknown(why);
        }
        let sought = plan.sought.clone();
        self.place_members(&plan, &sought, &mut needs, &mut made, near)
    }

    fn plan(&mut self, said: &[Term], near: Option<&Json>) -> (Plan, Needs) {
        let mut plan = Plan { max: u64::MAX, ..Plan::default() };
        let mut needs = Needs::new();
        for term in said {
            match (self.formulas.statement(*term), term.is_negated()) {
                (Statement::Members { names, schema }, false) => plan.each.push((*names, *schema)),
                (Statement::Members { names, schema }, true) => match self.formulas.single_name(*names) {
                    Some(name) => needs.entry(name.to_owned()).or_default().push(!*schema),
                    None => plan.sought.push((*names, !*schema)),
                },
                (Statement::Required(name), false) => {
                    needs.entry(name.to_string()).or_default();
                }
                (Statement::Required(name), true) => {
                    let names = Json::String(name.to_string());
                    let names = self.formulas.one_of([names]);
                    plan.each.push((names, Term::FALSE));
                }
                (Statement::MinMembers(least), false) => plan.min = plan.min.max(*least),
                (Statement::MinMembers(least), true) => plan.max = plan.max.min(least.saturating_sub(1)),
                (Statement::MaxMembers(most), false) => plan.max = plan.max.min(*most),
                (Statement::MaxMembers(most), true) => plan.min = plan.min.max(most.saturating_add(1)),
                _ => {}
            }
        }
        for (names, _) in plan.each.iter().chain(&plan.sought) {
            self.mention(*names, &mut plan.mentioned, 8);
        }
        plan.mentioned.extend(needs.keys().cloned());
        if let Some(Json::Object(near)) = near {
            plan.mentioned.extend(near.keys().cloned());
        }
        for (names, schema) in &plan.each {
            if self.formulas.single_name(*names).is_some() {
                continue;
            }
            match plan.classes.iter_mut().find(|(known, _)| known == names) {
                Some((_, schemas)) => schemas.push(*schema),
                None => plan.classes.push((*names, vec![*schema])),
            }
        }
        (plan, needs)
    }

    /// The strings that a schema of names speaks of.
    fn mention(&self, names: Term, found: &mut BTreeSet<String>, depth: usize) {
        match self.formulas.statement(names) {
            Statement::Enum(values) => found.extend(values.iter().filter_map(|value| match value {
                Json::String(name) => Some(name.clone()),
                _ => None,
            })),
            Statement::All(terms) | Statement::One(terms) if depth > 0 => {
                for term in terms.iter() {
                    self.mention(*term, found, depth - 1);
                }
            }
            _ => {}
        }
    }

    /// What the value of the member of a name must be. Where it can't be told whether a statement is about the name, it
    /// is taken to be, and that is a doubt.
    fn goal(&mut self, plan: &Plan, name: &str, doubt: &mut Doubt) -> Vec<Term> {
        let mut goal = Vec::new();
        let text = Json::String(name.to_owned());
        for (names, schema) in &plan.each {
            let about = match self.formulas.single_name(*names) {
                Some(single) => Some(single == name),
                None => self.all_hold(&[*names], &text),
            };
            match about {
                Some(false) => {}
                Some(true) => goal.push(*schema),
                None => {
                    goal.push(*schema);
                    *doubt = Some("it can't be told whether a schema is about a member's name".into());
                }
            }
        }
        goal
    }

    /// A value for the member of a name.
    fn member(&mut self, plan: &Plan, name: &str, wanted: &[Term], near: Option<&Json>) -> Found {
        let mut doubt = None;
        let mut goal = self.goal(plan, name, &mut doubt);
        goal.extend(wanted);
        match (self.solve(&goal, near.and_then(|near| near.member(name))), doubt) {
            (Found::None, Some(why)) => Found::Unknown(why),
            (found, _) => found,
        }
    }

    /// Finds names for the members that must be somewhere.
    fn place_members(
        &mut self,
        plan: &Plan,
        sought: &[(Term, Term)],
        needs: &mut Needs,
        made: &mut BTreeMap<String, Json>,
        near: Option<&Json>,
    ) -> Found {
        let Some(((names, schema), rest)) = sought.split_first() else {
            return self.fill_members(plan, made.clone(), near);
        };
        let mut outcome = Found::None;
        let present: Vec<String> = needs.keys().cloned().collect();
        let absent: Vec<String> =
            plan.mentioned.iter().filter(|name| !needs.contains_key(*name)).cloned().collect();
        // A member of the near value is changed rather than another added.
        let is_near = |name: &String| near.is_some_and(|near| near.member(name).is_some());
        let (likely, others): (Vec<String>, Vec<String>) =
            present.into_iter().chain(absent).partition(is_near);
        for name in likely.into_iter().chain(others) {
            match self.all_hold(&[*names], &Json::String(name.clone())) {
                Some(true) => {}
                Some(false) => continue,
                None => {
                    outcome =
                        Found::Unknown("it can't be told whether a schema is about a member's name".into());
                    continue;
                }
            }
            let before = needs.get(&name).cloned();
            needs.entry(name.clone()).or_default().push(*schema);
            let wanted = needs.get(&name).cloned().unwrap_or_default();
            let found = if needs.len() as u64 > plan.max {
                Found::None
            } else {
                match self.member(plan, &name, &wanted, near) {
                    Found::Value(value) => {
                        let old = made.insert(name.clone(), value);
                        let found = self.place_members(plan, rest, needs, made, near);
                        match old {
                            Some(old) => made.insert(name.clone(), old),
                            None => made.remove(&name),
                        };
                        found
                    }
                    other => other,
                }
            };
            match before {
                Some(before) => needs.insert(name, before),
                None => needs.remove(&name),
            };
            match found {
                Found::None => {}
                unknown @ Found::Unknown(_) => outcome = unknown,
                value @ Found::Value(_) => return value,
            }
        }
        if needs.len() as u64 >= plan.max {
            return outcome;
        }
        // The names that are sought later tell new names apart too.
        let mut classes = plan.classes.clone();
        classes.extend(rest.iter().map(|(names, _)| (*names, Vec::new())));
        let goal = self.new_name(plan, Some(*names), needs.keys().cloned());
        let found = self.cells(&classes, goal, vec![*schema], &mut |search, name, value| {
            needs.insert(name.clone(), vec![*schema]);
            made.insert(name.clone(), value);
            let found = search.place_members(plan, rest, needs, made, near);
            needs.remove(&name);
            made.remove(&name);
            found
        });
        if found == Found::None { outcome } else { found }
    }

    /// The goal for a name that nothing mentions.
    fn new_name(
        &mut self,
        plan: &Plan,
        names: Option<Term>,
        taken: impl Iterator<Item = String>,
    ) -> Vec<Term> {
        let except = plan.mentioned.iter().cloned().chain(taken).map(Json::String);
        let except = self.formulas.one_of(except);
        let mut goal = vec![self.formulas.types(&[Type::String]), !except];
        goal.extend(names);
        goal
    }

    /// Goes through the ways in which a name can belong to the classes or not: the fewer it belongs to, the less is
    /// asked of its value. Names that belong to the same are alike. Gives what `each` finds for one of them.
    fn cells(
        &mut self,
        classes: &[(Term, Vec<Term>)],
        mut name_goal: Vec<Term>,
        mut value_goal: Vec<Term>,
        each: &mut dyn FnMut(&mut Self, String, Json) -> Found,
    ) -> Found {
        let like = Json::String("extra".to_owned());
        let name = match self.solve(&name_goal, Some(&like)) {
            Found::Value(Json::String(name)) => name,
            Found::Value(_) => return Found::None,
            other => return other,
        };
        let Some(((class, schemas), rest)) = classes.split_first() else {
            return match self.solve(&value_goal, None) {
                Found::Value(value) => each(self, name, value),
                other => other,
            };
        };
        name_goal.push(!*class);
        let outcome = match self.cells(rest, name_goal.clone(), value_goal.clone(), each) {
            value @ Found::Value(_) => return value,
            outcome => outcome,
        };
        if schemas.contains(&Term::FALSE) {
            return outcome;
        }
        name_goal.pop();
        name_goal.push(*class);
        value_goal.extend(schemas);
        match self.cells(rest, name_goal, value_goal, each) {
            Found::None => outcome,
            found => found,
        }
    }

    /// Makes the object once it is known what must be there: adds what the near value has, and as many as are needed.
    fn fill_members(&mut self, plan: &Plan, mut made: BTreeMap<String, Json>, near: Option<&Json>) -> Found {
        if let Some(Json::Object(near)) = near {
            for (name, value) in near {
                if made.len() as u64 >= plan.max || made.contains_key(name) {
                    continue;
                }
                let mut doubt = None;
                let goal = self.goal(plan, name, &mut doubt);
                if self.all_hold(&goal, value) == Some(true) {
                    made.insert(name.clone(), value.clone());
                }
            }
        }
        let mut unknown = None;
        if (made.len() as u64) < plan.min {
            for name in &plan.mentioned {
                if made.len() as u64 >= plan.min {
                    break;
                }
                if !made.contains_key(name) {
                    match self.member(plan, name, &[], near) {
                        Found::Value(value) => {
                            made.insert(name.clone(), value);
                        }
                        Found::None => {}
                        Found::Unknown(why) => unknown = Some(why),
                    }
                }
            }
        }
        while (made.len() as u64) < plan.min {
            let goal = self.new_name(plan, None, made.keys().cloned());
            let mut added = None;
            let found = self.cells(&plan.classes, goal, Vec::new(), &mut |_, name, value| {
                added = Some((name, value));
                Found::Value(Json::Null)
            });
            match (found, added) {
                (Found::Value(_), Some((name, value))) => {
                    made.insert(name, value);
                }
                (unknown @ Found::Unknown(_), _) => return unknown,
                _ => return unknown.map_or(Found::None, Found::Unknown),
            }
        }
        Found::Value(Json::Object(made))
    }
}
