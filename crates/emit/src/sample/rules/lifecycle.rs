//! Lifecycles: the states of each kind of aggregate, and which event leads where.

use std::collections::VecDeque;

use tidings_catalog::{Aggregate, Catalog, Effect, EventType};

use super::{Role, TypeRules, no_plan};
use crate::sample::error::Error;

/// What an event type does to its aggregate.
#[derive(Clone, Debug, Default)]
pub(crate) struct Effects {
    /// The state in which it creates one.
    pub(crate) creates: Option<usize>,
    /// The state that it leads to from each state in which it is allowed.
    pub(crate) leads: Vec<Option<usize>>,
    /// The set that it adds a member to.
    pub(crate) adds: Option<usize>,
    /// The set that it removes one from.
    pub(crate) removes: Option<usize>,
}

/// How many members a set has at most.
const MAX_MEMBERS: usize = 6;

impl Effects {
    /// Whether no member would be added to a full set.
    pub(crate) fn may_add(&self, sets: &[Vec<Box<str>>]) -> bool {
        self.adds.and_then(|set| sets.get(set)).is_none_or(|members| members.len() < MAX_MEMBERS)
    }

    /// Whether no member would be removed from an empty set.
    pub(crate) fn may_remove(&self, sets: &[Vec<Box<str>>]) -> bool {
        self.removes.and_then(|set| sets.get(set)).is_none_or(|members| !members.is_empty())
    }
}

/// A kind of aggregate.
#[derive(Debug)]
pub(crate) struct KindRules {
    pub(crate) name: String,
    /// By state: whether new aggregates may refer to one in it.
    pub(crate) live: Vec<bool>,
    /// By state: whether it allows nothing more.
    pub(crate) ended: Vec<bool>,
    /// The event types that create one.
    pub(crate) creators: Vec<usize>,
    /// By state: what may happen in it.
    pub(crate) options: Vec<Vec<Step>>,
    /// By state: the next step to a live state.
    to_live: Vec<Option<usize>>,
    /// By state to come to, and state: the next step.
    to_state: Vec<Vec<Option<usize>>>,
    pub(crate) scope: ScopeRule,
    /// How many places its creating event is remembered for.
    pub(crate) recorded: usize,
    /// The sets of members: the name of the field of each.
    pub(crate) sets: Vec<String>,
    /// How often something new of the kind is made, compared with others: what refers to much is made most.
    pub(crate) weight: u64,
}

/// Something that may happen in a state.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step {
    pub(crate) event: usize,
    pub(crate) to: usize,
}

/// Where the scope of an aggregate comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ScopeRule {
    /// It has none.
    None,
    /// Its own id.
    Own,
    /// The aggregate of this kind that it refers to.
    Reference(usize),
    /// Any.
    Free,
}

impl KindRules {
    pub(crate) fn is_scoped(&self) -> bool {
        self.scope != ScopeRule::None
    }

    /// The event type that leads an aggregate nearer to a live state.
    pub(crate) fn toward_live(&self, state: usize) -> Option<usize> {
        self.to_live.get(state).copied().flatten()
    }

    /// The event type that leads an aggregate nearer to a state.
    pub(crate) fn toward(&self, target: usize, state: usize) -> Option<usize> {
        self.to_state.get(target)?.get(state).copied().flatten()
    }
}

/// What an event type does.
pub(super) fn effects(catalog: &Catalog, event_type: &EventType) -> Result<Effects, Error> {
    let mut effects = Effects::default();
    let Some(aggregate) = catalog.aggregate_of(event_type) else { return Ok(effects) };
    let state = |name: &String| aggregate.states.iter().position(|known| known == name);
    effects.leads = vec![None; aggregate.states.len()];
    for transition in aggregate.transitions.iter().filter(|transition| transition.event == event_type.name) {
        match &transition.effect {
            Effect::Creates(initial) => effects.creates = state(initial),
            Effect::Moves { from, to } => {
                from.iter().filter_map(state).for_each(|at| effects.leads[at] = state(to));
            }
            Effect::Keeps { from } => {
                from.iter().filter_map(state).for_each(|at| effects.leads[at] = Some(at));
            }
        }
    }
    effects.adds = aggregate.members.iter().position(|set| set.add == event_type.name);
    effects.removes = aggregate.members.iter().position(|set| set.remove == event_type.name);
    if effects.creates.is_none() && effects.leads.iter().all(Option::is_none) {
        let why =
            format!("no transition of `{}` is of this event type, so it can never happen", aggregate.name);
        return Err(no_plan(event_type, "", &why));
    }
    Ok(effects)
}

/// The kinds of aggregates of a catalog.
pub(super) fn kinds(catalog: &Catalog, types: &[TypeRules]) -> Result<Vec<KindRules>, Error> {
    let mut kinds = Vec::new();
    for (index, aggregate) in catalog.aggregates.values().enumerate() {
        let creators: Vec<usize> = (0..types.len())
            .filter(|at| types[*at].kind == Some(index) && types[*at].effects.creates.is_some())
            .collect();
        let family =
            catalog.event_types.values().find(|known| known.aggregate.as_ref() == Some(&aggregate.name));
        if let (Some(event_type), true) = (family, creators.is_empty()) {
            return Err(no_plan(event_type, "", &format!("no event creates a `{}`", aggregate.name)));
        }
        let rules = kind(catalog, index, aggregate, creators, types);
        if let Some(event_type) = unreachable(&rules, types).and_then(|at| catalog.event_types.get_index(at))
        {
            let why = format!("no `{}` ever comes to a state in which it is allowed", aggregate.name);
            return Err(no_plan(event_type.1, "", &why));
        }
        kinds.push(rules);
    }
    for (at, weight) in weights(catalog).into_iter().enumerate() {
        kinds[at].weight = weight;
    }
    Ok(kinds)
}

fn kind(
    catalog: &Catalog,
    index: usize,
    aggregate: &Aggregate,
    creators: Vec<usize>,
    types: &[TypeRules],
) -> KindRules {
    let is = |states: &[String]| {
        aggregate.states.iter().map(|state| states.contains(state)).collect::<Vec<bool>>()
    };
    let mut options = vec![Vec::new(); aggregate.states.len()];
    for (event, rules) in types.iter().enumerate().filter(|(_, rules)| rules.kind == Some(index)) {
        for (state, to) in rules.effects.leads.iter().enumerate() {
            options[state].extend(to.map(|to| Step { event, to }));
        }
    }
    let live = is(&aggregate.live);
    let scope = match &catalog.roles.scope {
        Some(role) if creators.iter().all(|at| types[*at].slot(|slot| slot.is(Role::Scope)).is_some()) => {
            let reference = aggregate.references.iter().find(|reference| reference.field == *role);
            let target = reference.and_then(|reference| catalog.aggregates.get_index_of(&reference.to));
            match target {
                _ if aggregate.id == *role => ScopeRule::Own,
                Some(kind) => ScopeRule::Reference(kind),
                None => ScopeRule::Free,
            }
        }
        _ => ScopeRule::None,
    };
    let to_state = (0..live.len()).map(|target| next_steps(&options, |state| state == target)).collect();
    let event_type = creators.first().and_then(|at| catalog.event_types.get_index(*at));
    KindRules {
        name: aggregate.name.clone(),
        to_live: next_steps(&options, |state| live[state]),
        to_state,
        live,
        ended: is(&aggregate.final_states),
        creators,
        options,
        scope,
        recorded: event_type.map_or(0, |(_, event_type)| super::slots::recorded(catalog, event_type).len()),
        sets: aggregate.members.iter().map(|set| set.field.last().unwrap_or(&set.name).to_owned()).collect(),
        weight: 1,
    }
}

/// An event type that is only allowed in states that nothing leads to.
fn unreachable(kind: &KindRules, types: &[TypeRules]) -> Option<usize> {
    let mut reached: Vec<usize> = kind.creators.iter().filter_map(|at| types[*at].effects.creates).collect();
    let mut at = 0;
    while let Some(state) = reached.get(at).copied() {
        for step in &kind.options[state] {
            if !reached.contains(&step.to) {
                reached.push(step.to);
            }
        }
        at += 1;
    }
    let possible = |event: usize| {
        reached.iter().any(|state| kind.options[*state].iter().any(|step| step.event == event))
    };
    kind.options.iter().flatten().map(|step| step.event).find(|event| !possible(*event))
}

/// From each state the event type of the first step on a shortest way to a state that is wanted.
fn next_steps(options: &[Vec<Step>], wanted: impl Fn(usize) -> bool) -> Vec<Option<usize>> {
    let mut steps = vec![None; options.len()];
    let mut reached: Vec<bool> = (0..options.len()).map(&wanted).collect();
    let mut pending: VecDeque<usize> = (0..options.len()).filter(|state| wanted(*state)).collect();
    while let Some(target) = pending.pop_front() {
        for state in 0..options.len() {
            let step = options[state].iter().find(|option| option.to == target && state != target);
            if let Some(option) = step.filter(|_| !reached[state]) {
                reached[state] = true;
                steps[state] = Some(option.event);
                pending.push_back(state);
            }
        }
    }
    steps
}

/// The weight of each kind: three times as much for each level of references below it.
fn weights(catalog: &Catalog) -> Vec<u64> {
    let mut levels = vec![0_u32; catalog.aggregates.len()];
    // As many rounds as there may be levels; references in a circle end there.
    for _ in 0..4 {
        for (at, aggregate) in catalog.aggregates.values().enumerate() {
            let targets = aggregate
                .references
                .iter()
                .filter_map(|reference| catalog.aggregates.get_index_of(&reference.to));
            let below = targets.filter(|target| *target != at).map(|target| levels[target] + 1).max();
            levels[at] = levels[at].max(below.unwrap_or(0)).min(4);
        }
    }
    levels.into_iter().map(|level| 3_u64.pow(level)).collect()
}
