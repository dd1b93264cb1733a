//! The events that may happen in a stream: each type's for each aggregate that takes part, as they should be, and with one
//! thing otherwise, which only the last event of a stream has.

use std::collections::VecDeque;

use serde_json::Value;
use tidings_audit::Act;
use tidings_catalog::{Aggregate, Catalog, Effect};

use super::cast::{Cast, Role};
use super::scene::{Scene, put, remove};
use super::vary::variants;
use super::{Goal, Mark};

/// How many events are tried at most at each step.
const MOST: usize = 400;

/// An event that may happen next.
#[derive(Debug)]
pub(super) struct Candidate {
    pub(super) event_type: String,
    pub(super) value: Value,
    /// As the left side sees it, and as the right side does.
    pub(super) before: Act,
    pub(super) after: Act,
    /// Whether it is of what the goal is about first.
    pub(super) is_of_first: bool,
    /// Whether it may only come last.
    pub(super) is_last: bool,
}

/// All that may happen.
pub(super) fn of(scene: &Scene<'_>, goal: &Goal, cast: &Cast<'_>) -> Vec<Candidate> {
    let mut all = All { scene, goal, cast, candidates: Vec::new() };
    for role in 0..cast.roles.len() {
        all.of_role(role);
    }
    all.of_no_aggregate();
    // What is as it should be comes first: it is the plainer witness.
    all.candidates.sort_by_key(|candidate| candidate.is_last);
    all.candidates
}

struct All<'a, 'c> {
    scene: &'a Scene<'c>,
    goal: &'a Goal,
    cast: &'a Cast<'c>,
    candidates: Vec<Candidate>,
}

impl All<'_, '_> {
    fn of_role(&mut self, at: usize) {
        let (scene, cast) = (self.scene, self.cast);
        let role = &cast.roles[at];
        let events = self.goal.events(scene, role.aggregate);
        for event_type in events {
            for template in self.goal.templates(scene, &event_type.name) {
                let event = self.as_it_should_be(template, &event_type.name, role);
                self.add(&event_type.name, Some(at), event.clone(), false);
                if self.goal.is_about(role.aggregate) {
                    self.otherwise(&event, &event_type.name, at);
                }
            }
        }
    }

    /// Events of types that are about no aggregate on the left side, if the goal is about one.
    fn of_no_aggregate(&mut self) {
        let Mark::Event(name, _) = &self.goal.mark else { return };
        let event_type = self.scene.left.catalog.event_types.get(name);
        if event_type.is_some_and(|event_type| event_type.aggregate.is_none()) {
            for template in self.scene.templates(name) {
                self.add(name, None, template.clone(), false);
            }
        }
    }

    fn add(&mut self, event_type: &str, role: Option<usize>, value: Value, is_last: bool) {
        if self.candidates.len() == MOST || self.candidates.iter().any(|known| known.value == value) {
            return;
        }
        let text = value.to_string();
        let before = self.scene.before.event(text.as_bytes());
        if !before.errors().is_empty() {
            return;
        }
        let after = self.scene.after.event(text.as_bytes());
        let first = self.goal.about.first();
        let is_of_first = role.is_some_and(|at| Some(&self.cast.roles[at].aggregate.name) == first);
        let event_type = event_type.to_owned();
        self.candidates.push(Candidate { event_type, value, before, after, is_of_first, is_last });
    }

    fn as_it_should_be(&self, template: &Value, event_type: &str, role: &Role<'_>) -> Value {
        let (scene, cast) = (self.scene, self.cast);
        let mut event = template.clone();
        for place in scopes(scene) {
            if let Some(scope) = scene.scopes.get(role.scope) {
                put(&mut event, &place, scope);
            }
        }
        for (field, to) in &role.refers {
            put(&mut event, field, &cast.roles[*to].id);
        }
        for (field, value) in self.members(event_type, role.aggregate) {
            if role.refers.iter().all(|(own, _)| *own != field) {
                put(&mut event, &field, &value);
            }
        }
        for place in ids(&scene.left.catalog, role.aggregate) {
            put(&mut event, &place, &role.id);
        }
        event
    }

    /// The member that comes and goes, the same in all events, at each side's places for it.
    fn members(&self, event_type: &str, aggregate: &Aggregate) -> Vec<(String, Value)> {
        let sides = [&self.scene.left.catalog, &self.scene.right.catalog];
        let aggregates = sides.into_iter().filter_map(|catalog| catalog.aggregates.get(&aggregate.name));
        let sets = aggregates.flat_map(|aggregate| &aggregate.members);
        let own = sets.filter(|set| [&set.add, &set.remove].into_iter().any(|own| own == event_type));
        own.filter_map(|set| {
            let field = set.field.to_string();
            let mut templates = [&set.add, &set.remove].into_iter().flat_map(|own| self.scene.templates(own));
            let value = templates.find_map(|template| template.pointer(&field))?.clone();
            Some((field, value))
        })
        .collect()
    }

    /// The event with one thing otherwise.
    fn otherwise(&mut self, event: &Value, event_type: &str, at: usize) {
        let (scene, cast) = (self.scene, self.cast);
        let role = &cast.roles[at];
        let mut others: Vec<Value> = Vec::new();
        let mut with = |place: &str, value: &Value| {
            let mut other = event.clone();
            put(&mut other, place, value);
            others.push(other);
        };
        let references =
            if self.goal.is_of_states() { Vec::new() } else { scene.reference_fields(event_type) };
        for field in references {
            for id in self.other_ids(role, &field) {
                with(&field, &id);
            }
        }
        if self.goal.scopes
            && let Some(scope) = scene.scopes.get(1 - role.scope.min(1))
        {
            for place in scopes(scene) {
                with(&place, scope);
            }
        }
        // Where the right side finds the id elsewhere.
        let right = scene.right.catalog.event_types.get(event_type);
        let right = right.and_then(|right| scene.right.catalog.aggregate_of(right));
        let left_ids = ids(&scene.left.catalog, role.aggregate);
        let right_ids = right.map(|right| ids(&scene.right.catalog, right)).unwrap_or_default();
        for place in right_ids.iter().filter(|place| !left_ids.contains(place)) {
            let of_kind =
                cast.roles.iter().filter(|other| other.aggregate.name == role.aggregate.name).count();
            for id in [Some(&role.id), scene.id(&role.aggregate.name, of_kind)].into_iter().flatten() {
                with(place, id);
            }
        }
        // An aggregate type that only the right side reads.
        if let Some(place) = scene.right.catalog.roles.aggregate_type.as_ref()
            && scene.left.catalog.roles.aggregate_type.as_ref() != Some(place)
        {
            for other in scene.right.catalog.aggregates.keys() {
                with(&place.to_string(), &Value::from(other.as_str()));
            }
        }
        if cast.second == Some(at) {
            let same = right.map(|right| right.identity.as_slice()).unwrap_or_default();
            for field in role.aggregate.identity.iter().filter(|field| !same.contains(field)) {
                let place = field.to_string();
                for value in event.pointer(&place).map(variants).unwrap_or_default().into_iter().take(8) {
                    with(&place, &value);
                }
            }
            // Without what only the left side's identity needs.
            for field in right.iter().flat_map(|_| &role.aggregate.identity) {
                let mut other = event.clone();
                if remove(&mut other, &field.to_string()) {
                    others.push(other);
                }
            }
        }
        for other in others {
            self.add(event_type, Some(at), other, true);
        }
    }

    /// What a field may name that it shouldn't: another aggregate that takes part, or one that nobody knows.
    fn other_ids(&self, role: &Role<'_>, field: &str) -> Vec<Value> {
        let (scene, cast) = (self.scene, self.cast);
        let mut ids = Vec::new();
        for catalog in [&scene.left.catalog, &scene.right.catalog] {
            let aggregate = catalog.aggregates.get(&role.aggregate.name);
            let references = aggregate.map(|aggregate| aggregate.references.as_slice()).unwrap_or_default();
            for reference in references.iter().filter(|reference| reference.field.to_string() == field) {
                let of_kind = || cast.roles.iter().filter(|other| other.aggregate.name == reference.to);
                ids.extend(of_kind().map(|other| other.id.clone()));
                ids.extend(scene.id(&reference.to, of_kind().count()).cloned());
            }
        }
        ids
    }
}

/// The places where a catalog has the id of an aggregate.
fn ids(catalog: &Catalog, aggregate: &Aggregate) -> Vec<String> {
    let places = catalog.roles.aggregate_id.iter().chain([&aggregate.id]);
    places.map(ToString::to_string).collect()
}

/// The places of the scope, by either side.
fn scopes(scene: &Scene<'_>) -> Vec<String> {
    let roles = [&scene.left.catalog.roles.scope, &scene.right.catalog.roles.scope];
    roles.into_iter().flatten().map(ToString::to_string).collect()
}

/// The events that bring an aggregate to where new ones may refer to it, by the left side and by both.
pub(super) fn to_life<'c>(aggregate: &'c Aggregate, right: Option<&Aggregate>) -> Vec<&'c str> {
    let is_live = |state: &str| aggregate.live.iter().any(|live| live == state);
    let in_both =
        |state: &str| is_live(state) && right.is_none_or(|right| right.live.iter().any(|live| live == state));
    let mut events = way(aggregate, &|_| true);
    events.extend(way(aggregate, &is_live));
    events.extend(way(aggregate, &in_both));
    events
}

/// The shortest way to a state that will do.
fn way<'c>(aggregate: &'c Aggregate, will_do: &dyn Fn(&str) -> bool) -> Vec<&'c str> {
    let mut seen: Vec<&str> = Vec::new();
    let mut pending: VecDeque<(&str, Vec<&str>)> = VecDeque::new();
    for transition in &aggregate.transitions {
        if let Effect::Creates(state) = &transition.effect {
            pending.push_back((state, vec![&transition.event]));
        }
    }
    while let Some((state, events)) = pending.pop_front() {
        if will_do(state) {
            return events;
        }
        if seen.contains(&state) {
            continue;
        }
        seen.push(state);
        for transition in &aggregate.transitions {
            if let Effect::Moves { from, to } = &transition.effect
                && from.iter().any(|from| from == state)
            {
                let mut events = events.clone();
                events.push(&transition.event);
                pending.push_back((to, events));
            }
        }
    }
    Vec::new()
}
