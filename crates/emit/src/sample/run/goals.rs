//! Goals: every event type from every state in which it is allowed, so that a stream shows all of them early.

use super::{Action, Run, Target};
use crate::sample::rules::Rules;

/// How often a goal is worked on before it is dropped.
const PATIENCE: u32 = 24;

/// How many aggregates are looked at for one in the right state.
const LOOKS: usize = 256;

/// One event type from one state.
#[derive(Clone, Copy, Debug)]
struct Goal {
    event: usize,
    from: Option<usize>,
    open: bool,
    tries: u32,
}

/// The goals of a stream.
#[derive(Debug)]
pub(super) struct Goals {
    all: Vec<Goal>,
    cursor: usize,
    open: usize,
    /// The event types that did not occur yet.
    unseen: Vec<bool>,
    unseen_count: usize,
}

impl Goals {
    pub(super) fn new(rules: &Rules) -> Self {
        let mut all = Vec::new();
        for (event, event_type) in rules.types.iter().enumerate() {
            let effects = &event_type.effects;
            let mut add = |from| all.push(Goal { event, from, open: true, tries: 0 });
            if event_type.kind.is_none() || effects.creates.is_some() {
                add(None);
            }
            (0..effects.leads.len())
                .filter(|state| effects.leads[*state].is_some())
                .for_each(|state| add(Some(state)));
        }
        let count = rules.types.len();
        Self { cursor: 0, open: all.len(), all, unseen: vec![true; count], unseen_count: count }
    }

    /// Whether some event type did not occur yet and may still.
    pub(super) fn are_urgent(&self) -> bool {
        self.unseen_count > 0 && self.open > 0
    }

    pub(super) fn are_open(&self) -> bool {
        self.open > 0
    }

    /// Opens the goals of the event types that are wanted once more.
    pub(super) fn reopen(&mut self, wanted: impl Fn(usize) -> bool) {
        for goal in &mut self.all {
            goal.open = wanted(goal.event);
            goal.tries = 0;
        }
        self.open = self.all.iter().filter(|goal| goal.open).count();
    }

    /// Notes what happened.
    pub(super) fn reached(&mut self, event: usize, from: Option<usize>) {
        if std::mem::take(&mut self.unseen[event]) {
            self.unseen_count -= 1;
        }
        if self.open == 0 {
            return;
        }
        if let Some(goal) =
            self.all.iter_mut().find(|goal| goal.event == event && goal.from == from && goal.open)
        {
            goal.open = false;
            self.open -= 1;
        }
    }

    /// The next goal to work on: those of event types that did not occur yet come first.
    fn next(&mut self) -> Option<Goal> {
        let urgent = self.are_urgent();
        let order = (self.cursor..self.all.len()).chain(0..self.cursor);
        let wanted = |at: &usize| self.all[*at].open && (!urgent || self.unseen[self.all[*at].event]);
        let mut order = order.filter(wanted);
        let Some(at) = order.next() else {
            // What is unseen was given up.
            self.unseen.fill(false);
            self.unseen_count = 0;
            return None;
        };
        // It stays the one to work on till it is reached: two that need one aggregate in two states would never be.
        self.cursor = at;
        let goal = &mut self.all[at];
        goal.tries += 1;
        if goal.tries > PATIENCE {
            goal.open = false;
            self.open -= 1;
        }
        Some(*goal)
    }
}

impl Run {
    /// An action that reaches a goal or leads nearer to one.
    pub(super) fn pursue(&mut self, rules: &Rules) -> Option<Action> {
        let goal = self.goals.next()?;
        let event_type = &rules.types[goal.event];
        let Some(kind) = event_type.kind else {
            return Some(Action { event: goal.event, target: Target::Nothing });
        };
        let Some(state) = goal.from else { return self.plan_new(rules, kind, Some(goal.event), None, 0) };
        let kind_rules = &rules.kinds[kind];
        let list = self.world.of_kind(kind);
        let start = if list.is_empty() { 0 } else { self.random.skewed_index(list.len()) };
        let (before, after) = list.split_at(start);
        let around: Vec<_> = after.iter().chain(before).take(LOOKS).copied().collect();
        // One in the right state; else one on its way; for a removal, one with somebody to remove.
        let mut on_the_way = None;
        for key in around.iter().copied() {
            let Some(aggregate) = self.world.get(key) else { continue };
            if !event_type.effects.may_remove(&aggregate.sets) {
                continue;
            }
            if aggregate.state == state && event_type.effects.may_add(&aggregate.sets) {
                return self.ready(rules, Action { event: goal.event, target: Target::Old(key) }, 0);
            }
            let step = kind_rules.toward(state, aggregate.state);
            on_the_way = on_the_way.or(step.map(|event| Action { event, target: Target::Old(key) }));
        }
        if let Some(action) = on_the_way {
            return self.ready(rules, action, 0);
        }
        if let Some(set) = event_type.effects.removes {
            let add = (0..rules.types.len())
                .find(|at| rules.types[*at].kind == Some(kind) && rules.types[*at].effects.adds == Some(set));
            for key in around {
                let Some(aggregate) = self.world.get(key) else { continue };
                let adding = add.filter(|add| rules.types[*add].effects.leads[aggregate.state].is_some());
                if let Some(event) = adding {
                    return self.ready(rules, Action { event, target: Target::Old(key) }, 0);
                }
            }
        }
        self.plan_new(rules, kind, None, None, 0)
    }
}
