//! The story that a catalog's examples tell: which event happened when, and what state it left its aggregate in.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value as Json;
use tidings_catalog::{Catalog, Effect};
use tidings_json::Pointer;

/// An event of a story.
#[derive(Clone, Debug)]
pub(super) struct Told {
    pub(super) event: Json,
    pub(super) event_type: String,
    /// The aggregate's name and its id as JSON text, if it is about one.
    pub(super) about: Option<(String, String)>,
    pub(super) time: Option<Timestamp>,
    /// The aggregate's state before and after.
    pub(super) before: Option<String>,
    pub(super) after: Option<String>,
}

/// The events of the catalog's examples, in the order in which they happened.
pub(super) fn of_examples(catalog: &Catalog) -> Vec<Told> {
    let mut events = Vec::new();
    for example in &catalog.examples {
        match serde_json::from_slice(&example.content) {
            Ok(Json::Array(items)) => events.extend(items),
            Ok(event) => events.push(event),
            // Another reader's business.
            Err(_) => {}
        }
    }
    let mut story: Vec<Told> = events.into_iter().filter_map(|event| told(catalog, event)).collect();
    story.sort_by_key(|told| told.time);
    let mut states = States::default();
    for told in &mut story {
        states.follow(catalog, told);
    }
    story
}

/// The event with what it says of itself, if it is of a known event type. Its states are not known yet.
pub(super) fn told(catalog: &Catalog, event: Json) -> Option<Told> {
    let event_type = catalog.event_type_of(|role| at(&event, role)?.as_str())?;
    let about = catalog.aggregate_of(event_type).and_then(|aggregate| {
        let id = at(&event, &aggregate.id)?;
        Some((aggregate.name.clone(), id.to_string()))
    });
    let time = catalog.roles.occurred_at.as_ref().and_then(|place| at(&event, place)?.as_str()?.parse().ok());
    Some(Told { event_type: event_type.name.clone(), about, time, before: None, after: None, event })
}

/// The states of the aggregates of a story.
#[derive(Debug, Default)]
pub(super) struct States(BTreeMap<(String, String), String>);

impl States {
    /// Applies an event, and writes down what the state was and is.
    pub(super) fn follow(&mut self, catalog: &Catalog, told: &mut Told) {
        let Some(about) = &told.about else { return };
        told.before = self.0.get(about).cloned();
        let transitions = catalog.aggregates.get(&about.0).map(|aggregate| &aggregate.transitions);
        let effects: Vec<&Effect> = transitions
            .into_iter()
            .flatten()
            .filter(|transition| transition.event == told.event_type)
            .map(|transition| &transition.effect)
            .collect();
        told.after = next(&effects, told.before.as_deref());
        if let Some(after) = &told.after {
            self.0.insert(about.clone(), after.clone());
        }
    }
}

/// The state after an event with these effects; `None` where it isn't allowed.
pub(super) fn next(effects: &[&Effect], before: Option<&str>) -> Option<String> {
    effects.iter().find_map(|effect| match (effect, before) {
        (Effect::Creates(state), None) => Some(state.clone()),
        (Effect::Moves { from, to }, Some(before)) if from.iter().any(|state| state == before) => {
            Some(to.clone())
        }
        (Effect::Keeps { from }, Some(before)) if from.iter().any(|state| state == before) => {
            Some(before.to_owned())
        }
        _ => None,
    })
}

/// The value at a place of an event.
pub(super) fn at<'e>(event: &'e Json, place: &Pointer) -> Option<&'e Json> {
    event.pointer(&place.to_string())
}

/// Puts a value at a place of an event. The objects that lead there are made if they aren't there.
pub(super) fn set(event: &mut Json, place: &Pointer, value: Json) {
    let mut target = event;
    for token in place.tokens() {
        if target.is_array() {
            let Some(next) = token.parse::<usize>().ok().and_then(|index| target.get_mut(index)) else {
                return;
            };
            target = next;
            continue;
        }
        if !target.is_object() {
            *target = Json::Object(serde_json::Map::new());
        }
        let Some(members) = target.as_object_mut() else { return };
        target = members.entry(token.as_str()).or_insert(Json::Null);
    }
    *target = value;
}

/// Takes a member out of an event.
pub(super) fn remove(event: &mut Json, place: &Pointer) -> Option<Json> {
    let (last, _) = place.tokens().split_last()?;
    let text = place.to_string();
    let parent = &text[..text.rfind('/')?];
    // Not the quicker way, which would put the last member in its place.
    event.pointer_mut(parent)?.as_object_mut()?.shift_remove(last)
}
