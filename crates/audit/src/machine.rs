//! The lifecycles of a catalog, compiled: what each event type needs and does.
//!
//! Aggregate types, event types and states become indexes, sets of states become bits.

use std::collections::HashMap;

use tidings_catalog::{Catalog, Effect};
use tidings_json::Pointer;

/// A set of states of one aggregate type: bit *i* is the state of index *i* (a catalog allows 64).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct States(pub(crate) u64);

impl States {
    pub(crate) fn one(state: usize) -> Self {
        Self(1 << state)
    }

    pub(crate) fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(crate) fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(crate) fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = usize> {
        (0..64).filter(move |state| self.0 >> state & 1 == 1)
    }

    /// The one state, if it is exactly one.
    pub(crate) fn only(self) -> Option<usize> {
        self.0.is_power_of_two().then_some(self.0.trailing_zeros() as usize)
    }
}

/// The compiled lifecycles.
#[derive(Debug)]
pub(crate) struct Machine {
    pub(crate) kinds: Vec<Kind>,
    /// By the index of the event type in the catalog.
    pub(crate) events: Vec<EventRule>,
    indexes: HashMap<String, usize>,
}

/// An aggregate type.
#[derive(Debug)]
pub(crate) struct Kind {
    pub(crate) name: String,
    pub(crate) id: Pointer,
    pub(crate) states: Vec<String>,
    pub(crate) live: States,
    pub(crate) final_states: States,
    pub(crate) identity: Vec<Pointer>,
    /// The fields that name other aggregates, with the index of the aggregate type.
    pub(crate) references: Vec<(Pointer, usize)>,
    pub(crate) members: Vec<Members>,
}

/// A member set.
#[derive(Debug)]
pub(crate) struct Members {
    pub(crate) name: String,
    pub(crate) field: Pointer,
}

/// What an event type needs and does.
#[derive(Debug)]
pub(crate) struct EventRule {
    pub(crate) name: String,
    /// The index of its aggregate type, unless it has none or that has no lifecycle.
    pub(crate) kind: Option<usize>,
    /// The state in which it creates the aggregate, if it creates one.
    pub(crate) creates: Option<usize>,
    /// Where it leads from each state; nowhere if it isn't allowed there.
    pub(crate) next: Vec<Option<usize>>,
    /// Into which member sets it adds (`true`), and from which it removes.
    pub(crate) members: Vec<(usize, bool)>,
}

impl EventRule {
    /// The states in which it is allowed.
    pub(crate) fn allowed(&self) -> States {
        let states = self.next.iter().enumerate().filter(|(_, next)| next.is_some());
        states.fold(States::default(), |all, (state, _)| all.or(States::one(state)))
    }

    /// The states it leads to from these.
    pub(crate) fn step(&self, from: States) -> States {
        from.iter()
            .filter_map(|state| self.next[state])
            .fold(States::default(), |all, next| all.or(States::one(next)))
    }
}

impl Machine {
    pub(crate) fn new(catalog: &Catalog) -> Self {
        let kind_of = |name: &str| catalog.aggregates.get_index_of(name);
        let kinds = catalog
            .aggregates
            .values()
            .map(|aggregate| {
                let bits = |names: &[String]| {
                    let states = names
                        .iter()
                        .filter_map(|name| aggregate.states.iter().position(|state| state == name));
                    states.fold(States::default(), |all, state| all.or(States::one(state)))
                };
                Kind {
                    name: aggregate.name.clone(),
                    id: aggregate.id.clone(),
                    states: aggregate.states.clone(),
                    live: bits(&aggregate.live),
                    final_states: bits(&aggregate.final_states),
                    identity: aggregate.identity.clone(),
                    references: aggregate
                        .references
                        .iter()
                        .filter_map(|reference| Some((reference.field.clone(), kind_of(&reference.to)?)))
                        .collect(),
                    members: aggregate
                        .members
                        .iter()
                        .map(|set| Members { name: set.name.clone(), field: set.field.clone() })
                        .collect(),
                }
            })
            .collect();
        let events = catalog.event_types.values().map(|event_type| {
            let aggregate =
                catalog.aggregate_of(event_type).filter(|aggregate| !aggregate.transitions.is_empty());
            let mut rule = EventRule {
                name: event_type.name.clone(),
                kind: aggregate.and_then(|aggregate| kind_of(&aggregate.name)),
                creates: None,
                next: vec![None; aggregate.map_or(0, |aggregate| aggregate.states.len())],
                members: Vec::new(),
            };
            let Some(aggregate) = aggregate else { return rule };
            let state_of = |name: &str| aggregate.states.iter().position(|state| state == name);
            for transition in
                aggregate.transitions.iter().filter(|transition| transition.event == event_type.name)
            {
                match &transition.effect {
                    Effect::Creates(state) => rule.creates = state_of(state),
                    Effect::Moves { from, to } => {
                        from.iter()
                            .filter_map(|from| state_of(from))
                            .for_each(|from| rule.next[from] = state_of(to));
                    }
                    Effect::Keeps { from } => {
                        from.iter()
                            .filter_map(|from| state_of(from))
                            .for_each(|from| rule.next[from] = Some(from));
                    }
                }
            }
            for (index, set) in aggregate.members.iter().enumerate() {
                if set.add == event_type.name {
                    rule.members.push((index, true));
                }
                if set.remove == event_type.name {
                    rule.members.push((index, false));
                }
            }
            rule
        });
        let indexes =
            catalog.event_types.keys().enumerate().map(|(index, name)| (name.clone(), index)).collect();
        Self { kinds, events: events.collect(), indexes }
    }

    /// The index of an event type of the catalog.
    pub(crate) fn event(&self, name: &str) -> Option<usize> {
        self.indexes.get(name).copied()
    }

    /// The names of the event types of a kind that are allowed in all of these states, or that create one for no states.
    pub(crate) fn allowed_in(&self, kind: usize, states: States) -> Vec<&str> {
        let of_kind = self.events.iter().filter(|event| event.kind == Some(kind));
        let allowed = of_kind.filter(|event| {
            if states.is_empty() { event.creates.is_some() } else { event.allowed().and(states) == states }
        });
        allowed.map(|event| event.name.as_str()).collect()
    }

    /// The names of states, for people: `open` or `closed`.
    pub(crate) fn state_names(&self, kind: usize, states: States) -> String {
        let names: Vec<String> =
            states.iter().map(|state| format!("`{}`", self.kinds[kind].states[state])).collect();
        match names.as_slice() {
            [] => "nothing".to_owned(),
            [only] => only.clone(),
            [first @ .., last] => format!("{} or {last}", first.join(", ")),
        }
    }
}
