//! Arrays: runs of places that the same is asked of, elements that must be somewhere, and whether they differ.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Found, Search};
use crate::formula::{Statement, Term};
use crate::json::Json;

/// Arrays are not made longer than this.
const MAX_ITEMS: u64 = 5_000;

/// Values are matched with places where there are no more places than this.
const MAX_DISTINCT: usize = 64;

/// A run of places of which the same is asked.
#[derive(Debug)]
struct Run {
    from: u64,
    to: Option<u64>,
    goal: Vec<Term>,
}

/// An element that must be in some range of places.
#[derive(Clone, Copy, Debug)]
struct Sought {
    from: u64,
    to: Option<u64>,
    schema: Term,
}

/// What an array must be.
#[derive(Debug)]
struct Plan {
    runs: Vec<Run>,
    /// Whether its elements must differ, or must not.
    unique: Option<bool>,
    /// How many elements there can be.
    most: u64,
}

impl Plan {
    fn goal(&self, at: u64, needs: Option<&Vec<Term>>) -> Vec<Term> {
        let run = self.runs.iter().find(|run| run.from <= at && run.to.is_none_or(|to| at < to));
        let mut goal = run.map(|run| run.goal.clone()).unwrap_or_default();
        goal.extend(needs.into_iter().flatten());
        goal
    }
}

type Needs = BTreeMap<u64, Vec<Term>>;

impl Search<'_> {
    pub(super) fn array(&mut self, said: &[Term], near: Option<&Json>) -> Found {
        let mut each: Vec<Sought> = Vec::new();
        let mut sought: Vec<Sought> = Vec::new();
        let mut unique = None;
        for term in said {
            match (self.formulas.statement(*term), term.is_negated()) {
                (Statement::Elements { from, to, schema }, false) => {
                    each.push(Sought { from: *from, to: *to, schema: *schema });
                }
                (Statement::Elements { from, to, schema }, true) => {
                    sought.push(Sought { from: *from, to: *to, schema: !*schema });
                }
                (Statement::Contains { from, to, schema }, false) => {
                    sought.push(Sought { from: *from, to: *to, schema: *schema });
                }
                (Statement::Contains { from, to, schema }, true) => {
                    each.push(Sought { from: *from, to: *to, schema: !*schema });
                }
                (Statement::Unique, negated) => unique = Some(!negated),
                _ => {}
            }
        }
        let mut bounds: Vec<u64> = each
            .iter()
            .chain(&sought)
            .flat_map(|range| [Some(range.from), range.to])
            .flatten()
            .chain([0])
            .collect();
        bounds.sort_unstable();
        bounds.dedup();
        let runs = bounds.iter().enumerate().map(|(at, from)| Run {
            from: *from,
            to: bounds.get(at + 1).copied(),
            goal: each
                .iter()
                .filter(|range| range.from <= *from && range.to.is_none_or(|to| *from < to))
                .map(|range| range.schema)
                .collect(),
        });
        let mut plan = Plan { runs: runs.collect(), unique, most: u64::MAX };
        // An array ends before the first place at which nothing can stand.
        let mut doubtful: Option<Arc<str>> = None;
        for at in 0..plan.runs.len() {
            let (from, goal) = (plan.runs[at].from, plan.runs[at].goal.clone());
            match self.solve(&goal, None) {
                Found::Value(_) => continue,
                Found::None => {}
                Found::Unknown(why) => doubtful = Some(why),
            }
            plan.most = from;
            break;
        }
        // The narrowest first: they have the least choice.
        sought.sort_by_key(|sought| sought.to.map_or(u64::MAX, |to| to - sought.from));
        let found = self.place_elements(&plan, &sought, &mut Needs::new(), near);
        match (found, doubtful) {
            (Found::None, Some(why)) => Found::Unknown(why),
            (found, _) => found,
        }
    }

    /// Finds places for the elements that must be somewhere.
    fn place_elements(
        &mut self,
        plan: &Plan,
        sought: &[Sought],
        needs: &mut Needs,
        near: Option<&Json>,
    ) -> Found {
        let Some((first, rest)) = sought.split_first() else { return self.fill_elements(plan, needs, near) };
        let inside = |at: u64| first.from <= at && first.to.is_none_or(|to| at < to) && at < plan.most;
        let mut options: Vec<u64> = Vec::new();
        for run in &plan.runs {
            let from = run.from.max(first.from);
            let end = run.to.unwrap_or(u64::MAX).min(first.to.unwrap_or(u64::MAX)).min(plan.most);
            options.extend((from..end).find(|at| !needs.contains_key(at)));
        }
        options.extend(needs.keys().copied().filter(|at| inside(*at)));
        let mut outcome = Found::None;
        for at in options {
            let before = needs.get(&at).cloned();
            needs.entry(at).or_default().push(first.schema);
            let goal = plan.goal(at, needs.get(&at));
            let found = match self.solve(&goal, element(near, at)) {
                Found::Value(_) => self.place_elements(plan, rest, needs, near),
                other => other,
            };
            match before {
                Some(before) => needs.insert(at, before),
                None => needs.remove(&at),
            };
            match found {
                Found::None => {}
                unknown @ Found::Unknown(_) => outcome = unknown,
                value @ Found::Value(_) => return value,
            }
        }
        outcome
    }

    /// Makes the array once it is known what must stand where.
    fn fill_elements(&mut self, plan: &Plan, needs: &Needs, near: Option<&Json>) -> Found {
        let least = needs.keys().next_back().map_or(0, |last| last + 1);
        if plan.unique == Some(false) {
            return self.fill_with_twins(plan, needs, near);
        }
        let wanted = if let Some(Json::Array(near)) = near { near.len() as u64 } else { 0 };
        let length = wanted.min(plan.most).max(least);
        self.elements(plan, needs, near, (least, length), &BTreeMap::new())
    }

    /// The same with two equal elements somewhere.
    fn fill_with_twins(&mut self, plan: &Plan, needs: &Needs, near: Option<&Json>) -> Found {
        let mut places: Vec<u64> = needs.keys().copied().collect();
        for run in &plan.runs {
            let end = run.to.unwrap_or(u64::MAX).min(plan.most);
            places.extend((run.from..end).filter(|at| !needs.contains_key(at)).take(2));
        }
        places.sort_unstable();
        let mut outcome = Found::None;
        for (index, one) in places.iter().enumerate() {
            for other in &places[index + 1..] {
                let mut goal = plan.goal(*one, needs.get(one));
                goal.extend(plan.goal(*other, needs.get(other)));
                let twin = match self.solve(&goal, element(near, *one)) {
                    Found::Value(twin) => twin,
                    Found::None => continue,
                    unknown @ Found::Unknown(_) => {
                        outcome = unknown;
                        continue;
                    }
                };
                let fixed = BTreeMap::from([(*one, twin.clone()), (*other, twin)]);
                let least = needs.keys().next_back().map_or(0, |last| last + 1).max(*other + 1);
                match self.elements(plan, needs, near, (least, least), &fixed) {
                    Found::None => {}
                    unknown @ Found::Unknown(_) => outcome = unknown,
                    value @ Found::Value(_) => return value,
                }
            }
        }
        outcome
    }

    /// Makes so many elements; from the first number on they may be left out.
    fn elements(
        &mut self,
        plan: &Plan,
        needs: &Needs,
        near: Option<&Json>,
        (least, length): (u64, u64),
        fixed: &BTreeMap<u64, Json>,
    ) -> Found {
        if least > MAX_ITEMS {
            return Found::Unknown("its shortest array is too long to write".into());
        }
        let length = length.min(MAX_ITEMS);
        let mut made: Vec<Json> = Vec::new();
        for at in 0..length {
            if let Some(value) = fixed.get(&at) {
                made.push(value.clone());
                continue;
            }
            let mut goal = plan.goal(at, needs.get(&at));
            if plan.unique == Some(true) && !made.is_empty() {
                let others = self.formulas.one_of(made.iter().cloned());
                goal.push(!others);
            }
            match self.solve(&goal, element(near, at)) {
                Found::Value(value) => made.push(value),
                // Elements that need not be there may be left out.
                _ if at >= least => break,
                Found::None if plan.unique == Some(true) => return self.distinct(plan, needs, least),
                other => return other,
            }
        }
        Found::Value(Json::Array(made))
    }

    /// Makes so many different elements where taking them one by one failed: by matching places with values.
    fn distinct(&mut self, plan: &Plan, needs: &Needs, length: u64) -> Found {
        let Some(count) = usize::try_from(length).ok().filter(|count| *count <= MAX_DISTINCT) else {
            return Found::Unknown("`uniqueItems` leaves too few values to choose from".into());
        };
        // As many values for each place as there are places are enough: one of them is then always left.
        let mut values: Vec<Vec<Json>> = Vec::with_capacity(count);
        for at in 0..length {
            let asked = plan.goal(at, needs.get(&at));
            let mut found: Vec<Json> = Vec::new();
            while found.len() < count {
                let mut goal = asked.clone();
                let others = self.formulas.one_of(found.iter().cloned());
                goal.push(!others);
                match self.solve(&goal, None) {
                    Found::Value(value) => found.push(value),
                    Found::None => break,
                    unknown @ Found::Unknown(_) => return unknown,
                }
            }
            values.push(found);
        }
        let mut taken: BTreeMap<&Json, usize> = BTreeMap::new();
        for at in 0..count {
            if !matched(at, &values, &mut taken, &mut BTreeSet::new()) {
                return Found::None;
            }
        }
        let mut made: Vec<(usize, Json)> = taken.into_iter().map(|(value, at)| (at, value.clone())).collect();
        made.sort_by_key(|(at, _)| *at);
        Found::Value(Json::Array(made.into_iter().map(|(_, value)| value).collect()))
    }
}

/// Finds a value for a place; another place that has it must then have another.
fn matched<'v>(
    at: usize,
    values: &'v [Vec<Json>],
    taken: &mut BTreeMap<&'v Json, usize>,
    seen: &mut BTreeSet<&'v Json>,
) -> bool {
    for value in &values[at] {
        if !seen.insert(value) {
            continue;
        }
        let free = match taken.get(value) {
            None => true,
            Some(other) => matched(*other, values, taken, seen),
        };
        if free {
            taken.insert(value, at);
            return true;
        }
    }
    false
}

fn element(near: Option<&Json>, at: u64) -> Option<&Json> {
    near.and_then(|near| near.element(usize::try_from(at).ok()?))
}
