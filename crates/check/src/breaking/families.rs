//! The aggregate types of two versions, each with what it is now; also where it has another name.

use std::collections::{BTreeMap, BTreeSet};

use tidings_catalog::{Aggregate, Catalog, Effect, EventType};

use super::Version;

/// An aggregate type that both versions have.
#[derive(Clone, Copy, Debug)]
pub(super) struct Family<'c> {
    pub(super) old: &'c Aggregate,
    pub(super) new: &'c Aggregate,
}

/// The aggregate types of two versions.
#[derive(Debug)]
pub(super) struct Families<'c> {
    old: &'c Catalog,
    new: &'c Catalog,
    /// Those that both have, in the new order; also those that were renamed.
    pub(super) both: Vec<Family<'c>>,
    /// Those that are no longer there, with what they are called now if they were renamed.
    pub(super) removed: Vec<(&'c Aggregate, Option<&'c Aggregate>)>,
}

/// By event type and state (none before there is an aggregate): where an event leads.
pub(super) type Transitions<'c> = BTreeMap<(&'c str, Option<&'c str>), &'c str>;

impl<'c> Families<'c> {
    pub(super) fn new(old: &'c Version, new: &'c Version) -> Self {
        let (old, new): (&Catalog, &Catalog) = (&old.catalog, &new.catalog);
        let gone = old.aggregates.values().filter(|old| !new.aggregates.contains_key(&old.name));
        let removed: Vec<_> = gone.map(|gone| (gone, renamed(old, new, gone))).collect();
        let both = new.aggregates.values().filter_map(|now| {
            let was = removed.iter().find(|(_, name)| name.is_some_and(|name| name.name == now.name));
            let old = old.aggregates.get(&now.name).or(was.map(|(was, _)| *was))?;
            Some(Family { old, new: now })
        });
        Self { old, new, both: both.collect(), removed }
    }

    /// What an aggregate type of the old version is called now; the same if it is there no more.
    pub(super) fn now<'n>(&self, name: &'n str) -> &'n str
    where
        'c: 'n,
    {
        let renamed = self.removed.iter().find(|(was, _)| was.name == name);
        renamed.and_then(|(_, now)| *now).map_or(name, |now| now.name.as_str())
    }

    /// Whether an event type is in both versions, about the same aggregate type.
    pub(super) fn stays(&self, event: &str) -> bool {
        let (Some(old), Some(new)) = (self.old.event_types.get(event), self.new.event_types.get(event))
        else {
            return false;
        };
        old.aggregate.as_deref().map(|old| self.now(old)) == new.aggregate.as_deref()
    }

    /// Whether an event type is about an aggregate type that is there no more, under whatever name.
    pub(super) fn lost_its_aggregate(&self, event: &EventType) -> bool {
        self.removed.iter().any(|(was, _)| Some(was.name.as_str()) == event.aggregate.as_deref())
    }
}

/// The new aggregate type to which all events of one that is gone belong now.
fn renamed<'c>(old: &Catalog, new: &'c Catalog, gone: &Aggregate) -> Option<&'c Aggregate> {
    let own = old.event_types.values().filter(|event| event.aggregate.as_deref() == Some(&gone.name));
    let mut names =
        own.filter_map(|event| new.event_types.get(&event.name)).map(|event| event.aggregate.as_deref());
    let name = names.next()??;
    let is_one = names.all(|other| other == Some(name));
    new.aggregates.get(name).filter(|_| is_one && !old.aggregates.contains_key(name))
}

/// What the events of an aggregate type do.
pub(super) fn transitions(aggregate: &Aggregate) -> Transitions<'_> {
    let mut all = BTreeMap::new();
    for transition in &aggregate.transitions {
        let event = transition.event.as_str();
        match &transition.effect {
            Effect::Creates(state) => {
                all.insert((event, None), state.as_str());
            }
            Effect::Moves { from, to } => {
                all.extend(from.iter().map(|from| ((event, Some(from.as_str())), to.as_str())));
            }
            Effect::Keeps { from } => {
                all.extend(from.iter().map(|from| ((event, Some(from.as_str())), from.as_str())));
            }
        }
    }
    all
}

/// The states that an aggregate can come to be in through these events.
pub(super) fn reachable(aggregate: &Aggregate, through: impl Fn(&str) -> bool) -> BTreeSet<&str> {
    let mut transitions = transitions(aggregate);
    transitions.retain(|(event, _), _| through(event));
    let mut reached = BTreeSet::new();
    loop {
        let before = reached.len();
        for ((_, from), to) in &transitions {
            if from.is_none_or(|from| reached.contains(from)) {
                reached.insert(*to);
            }
        }
        if reached.len() == before {
            return reached;
        }
    }
}

/// Whether an event creates an aggregate.
pub(super) fn creates(aggregate: &Aggregate, event: &str) -> bool {
    aggregate.transitions.iter().any(|own| own.event == event && matches!(own.effect, Effect::Creates(_)))
}

impl Family<'_> {
    /// Whether both versions say what the events do.
    pub(super) fn has_lifecycles(&self) -> bool {
        !self.old.transitions.is_empty() && !self.new.transitions.is_empty()
    }

    /// Whether both versions have a state.
    pub(super) fn both_have(&self, state: &str) -> bool {
        has(&self.old.states, state) && has(&self.new.states, state)
    }
}

/// Whether a name is among others.
pub(super) fn has(names: &[String], name: &str) -> bool {
    names.iter().any(|own| own == name)
}
