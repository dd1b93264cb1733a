//! Makes a stream of the events that were found: each gets an id of its own, and a time not before the one before it.

use jiff::Timestamp;
use serde_json::Value;

use super::Goal;
use super::candidates::Candidate;
use super::scene::{Scene, put, remove};
use super::vary;

/// An event of the stream with the name of its type.
pub(super) type Dressed = (String, Value);

/// The stream; `None` if no id is left that the left side accepts.
pub(super) fn dress(scene: &Scene<'_>, goal: &Goal, events: &[&Candidate]) -> Option<Vec<Dressed>> {
    let roles = &scene.left.catalog.roles;
    let place = |role: &Option<tidings_json::Pointer>| role.as_ref().map(ToString::to_string);
    let (id, time, key) = (place(&roles.event_id), place(&roles.occurred_at), place(&roles.idempotency_key));
    let mut dresser = Dresser { scene, latest: None, ids: Vec::new(), keys: Vec::new() };
    let mut stream: Vec<Dressed> = Vec::new();
    for candidate in events {
        let mut event = candidate.value.clone();
        if let Some(time) = &time {
            event = dresser.time(event, time, id.as_deref(), &candidate.event_type);
        }
        if let Some(id) = &id {
            event = dresser.id(event, id)?;
        }
        if let Some(key) = &key {
            event = dresser.key(event, key)?;
        }
        if let Some(same) = &goal.same
            && let Some((_, first)) = stream.first()
        {
            let value = first.pointer(same)?.clone();
            put(&mut event, same, &value);
        }
        stream.push((candidate.event_type.clone(), event));
    }
    Some(stream)
}

struct Dresser<'a, 'c> {
    scene: &'a Scene<'c>,
    latest: Option<Timestamp>,
    ids: Vec<Value>,
    keys: Vec<Value>,
}

impl Dresser<'_, '_> {
    /// The event at its own time, or a second after the one before it if that is later.
    fn time(&mut self, event: Value, place: &str, id: Option<&str>, event_type: &str) -> Value {
        let Some(text) = event.pointer(place).and_then(Value::as_str) else { return event };
        let Ok(own) = text.parse::<Timestamp>() else { return event };
        let Some(latest) = self.latest.filter(|latest| own <= *latest) else {
            self.latest = Some(own);
            return event;
        };
        let Some((written, time)) = vary::later(text, latest) else { return event };
        let mut later = event.clone();
        put(&mut later, place, &Value::from(written));
        let event_type = self.scene.left.catalog.event_types.get(event_type);
        if event_type.is_some_and(|own| self.scene.left.closed.event_ids_are_ulids(own))
            && let Some(id) = id
            && let Some(ulid) = later.pointer(id).and_then(Value::as_str)
            && let Some(ulid) = vary::ulid_at(ulid, time)
        {
            put(&mut later, id, &Value::from(ulid));
        }
        if self.is_good(&later, &event) {
            self.latest = Some(time);
            return later;
        }
        event
    }

    fn id(&mut self, event: Value, place: &str) -> Option<Value> {
        let Some(own) = event.pointer(place).cloned() else { return Some(event) };
        let (event, id) = self.unlike(&self.ids, event, place, own)?;
        self.ids.push(id);
        Some(event)
    }

    fn key(&mut self, mut event: Value, place: &str) -> Option<Value> {
        let Some(own) = event.pointer(place).cloned() else { return Some(event) };
        let mut without = event.clone();
        // The first has its own; others do without if they can.
        if self.keys.contains(&own) && remove(&mut without, place) && self.is_good(&without, &event) {
            event = without;
            return Some(event);
        }
        let (event, key) = self.unlike(&self.keys, event, place, own)?;
        self.keys.push(key);
        Some(event)
    }

    /// The event with a value that isn't among the known ones at a place.
    fn unlike(&self, known: &[Value], event: Value, place: &str, own: Value) -> Option<(Value, Value)> {
        if !known.contains(&own) {
            return Some((event, own));
        }
        vary::variants(&own).into_iter().filter(|value| !known.contains(value)).find_map(|value| {
            let mut other = event.clone();
            put(&mut other, place, &value);
            self.is_good(&other, &event).then_some((other, value))
        })
    }

    /// Whether the left side accepts an event, and the right side too if it accepts the one that it was.
    fn is_good(&self, event: &Value, was: &Value) -> bool {
        let (left, right) = self.scene.accepts(event);
        left && (right || !self.scene.accepts(was).1)
    }
}
