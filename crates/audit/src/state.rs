//! What is remembered of a stream: the seam behind which it may one day be kept elsewhere than in memory.

use std::collections::HashMap;
use std::sync::Arc;

use crate::facts::Id;
use crate::machine::States;
use crate::time::Moment;

/// Where an event stood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) source: Option<Arc<str>>,
    pub(crate) line: u64,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.source {
            Some(source) => write!(f, "{source}:{}", self.line),
            None => write!(f, "line {}", self.line),
        }
    }
}

/// An aggregate as the stream has left it.
#[derive(Clone, Debug)]
pub(crate) struct Aggregate {
    /// The states it may be in: one, unless it was adopted.
    pub(crate) states: States,
    pub(crate) scope: Option<Id>,
    /// The latest time of the events applied to it.
    pub(crate) latest: Option<Moment>,
    /// The event that created it, or through which it was adopted.
    pub(crate) created: Place,
    /// The event that put it in its state.
    pub(crate) placed: Place,
    pub(crate) identity: Option<Vec<Id>>,
    /// Whether it was there before the stream.
    pub(crate) adopted: bool,
}

impl Aggregate {
    pub(crate) fn new(states: States, scope: Option<Id>, place: Place, adopted: bool) -> Self {
        Self { states, scope, latest: None, created: place.clone(), placed: place, identity: None, adopted }
    }

    /// Where it came into the stream, in words.
    pub(crate) fn origin(&self) -> String {
        let how = if self.adopted { "first met" } else { "created" };
        format!("it was {how} at {}", self.created)
    }
}

/// An event that was seen.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) digest: [u8; 32],
    pub(crate) place: Place,
}

/// Scope, event type and idempotency key.
type Key = (Option<Id>, usize, Id);

/// What is remembered of a stream.
#[derive(Clone, Debug, Default)]
pub(crate) struct State {
    events: HashMap<Id, Seen>,
    keys: HashMap<Key, Place>,
    aggregates: HashMap<(usize, Id), Aggregate>,
    /// Who is known to be in (`true`) or out of a set of an aggregate. Not in the aggregate, which is copied for each event.
    members: HashMap<(usize, Id), HashMap<(usize, Id), bool>>,
    /// For each kind and identity tuple the aggregates outside a final state that have it.
    identities: HashMap<(usize, Vec<Id>), Vec<Id>>,
    /// For each kind how many aggregates may be in each set of states.
    counts: HashMap<(usize, u64), u64>,
}

/// An aggregate: its kind, its id, the states it may be in, its scope, the identity that it holds, and who is known to be in
/// or out of its sets, sorted.
pub(crate) type Standing = (usize, Id, u64, Option<Id>, Option<Vec<Id>>, Vec<(usize, Id, bool)>);

impl State {
    /// The event seen first under this id.
    pub(crate) fn seen(&self, event_id: &Id) -> Option<&Seen> {
        self.events.get(event_id)
    }

    pub(crate) fn remember_event(&mut self, event_id: Id, seen: Seen) {
        self.events.insert(event_id, seen);
    }

    /// Where a logical event was seen first.
    pub(crate) fn key(&self, key: &Key) -> Option<&Place> {
        self.keys.get(key)
    }

    pub(crate) fn remember_key(&mut self, key: Key, place: Place) {
        self.keys.insert(key, place);
    }

    pub(crate) fn aggregate(&self, kind: usize, id: &Id) -> Option<&Aggregate> {
        self.aggregates.get(&(kind, id.clone()))
    }

    /// Puts an aggregate in its place, new or changed.
    pub(crate) fn put(&mut self, kind: usize, id: Id, aggregate: Aggregate) {
        *self.counts.entry((kind, aggregate.states.0)).or_default() += 1;
        if let Some(before) = self.aggregates.insert((kind, id), aggregate) {
            let count = self.counts.entry((kind, before.states.0)).or_default();
            *count = count.saturating_sub(1);
        }
    }

    /// Whether a member is in a set of an aggregate, if an event said so. Of an aggregate that wasn't adopted all others are out.
    pub(crate) fn has_member(&self, kind: usize, id: &Id, set: usize, member: &Id) -> Option<bool> {
        self.members.get(&(kind, id.clone()))?.get(&(set, member.clone())).copied()
    }

    pub(crate) fn set_member(&mut self, kind: usize, id: &Id, set: usize, member: Id, is_in: bool) {
        self.members.entry((kind, id.clone())).or_default().insert((set, member), is_in);
    }

    /// Every aggregate as far as what comes depends on it, in no particular order.
    pub(crate) fn aggregates(&self) -> impl Iterator<Item = Standing> {
        self.aggregates.iter().map(|(key @ (kind, id), aggregate)| {
            let members = self.members.get(key).into_iter().flatten();
            let mut members: Vec<(usize, Id, bool)> =
                members.map(|((set, id), is_in)| (*set, id.clone(), *is_in)).collect();
            members.sort_unstable();
            let (scope, identity) = (aggregate.scope.clone(), aggregate.identity.clone());
            (*kind, id.clone(), aggregate.states.0, scope, identity, members)
        })
    }

    /// The first aggregate outside a final state that has an identity.
    pub(crate) fn holder(&self, kind: usize, identity: &[Id]) -> Option<&Id> {
        self.identities.get(&(kind, identity.to_vec()))?.first()
    }

    pub(crate) fn hold(&mut self, kind: usize, identity: Vec<Id>, id: Id) {
        self.identities.entry((kind, identity)).or_default().push(id);
    }

    pub(crate) fn release(&mut self, kind: usize, identity: &[Id], id: &Id) {
        let key = (kind, identity.to_vec());
        if let Some(holders) = self.identities.get_mut(&key) {
            holders.retain(|holder| holder != id);
            if holders.is_empty() {
                self.identities.remove(&key);
            }
        }
    }

    /// How many aggregates of a kind may be in exactly these states.
    pub(crate) fn count(&self, kind: usize, states: States) -> u64 {
        self.counts.get(&(kind, states.0)).copied().unwrap_or_default()
    }

    /// How many aggregates of a kind may be in more than one state.
    pub(crate) fn count_unsure(&self, kind: usize) -> u64 {
        let of_kind =
            self.counts.iter().filter(|((of, states), _)| *of == kind && States(*states).only().is_none());
        of_kind.map(|(_, count)| count).sum()
    }
}
