//! What streams are made of: events like the examples of the left side, one for each way in which its references may be
//! there or not, and ids that both sides accept.

use std::sync::Arc;

use serde_json::Value;
use tidings_audit::Rehearsal;
use tidings_catalog::{Aggregate, Catalog, EventType};
use tidings_emit::sample::{Options, Sampler};

use super::vary::variants;
use crate::breaking::Version;

/// How many ids of an aggregate type there are.
const IDS: usize = 5;

/// How many sampled events are looked at where examples lack something.
const SAMPLED: u64 = 400;

/// What streams of the left side are made of.
#[derive(Debug)]
pub(in crate::breaking) struct Scene<'c> {
    pub(super) left: &'c Version,
    pub(super) right: &'c Version,
    /// A producer's view of the left side.
    pub(super) before: Rehearsal<'c>,
    /// A consumer's view of the right side.
    pub(super) after: Rehearsal<'c>,
    /// By event type of the left side: events to begin from.
    templates: Vec<(&'c EventType, Vec<Value>)>,
    /// By aggregate type of the left side.
    ids: Vec<(&'c str, Vec<Value>)>,
    /// Two scopes.
    pub(super) scopes: Vec<Value>,
}

impl<'c> Scene<'c> {
    pub(in crate::breaking) fn new(left: &'c Version, right: &'c Version) -> Self {
        let (before, after) = (Rehearsal::new(&left.closed), Rehearsal::new(&right.open));
        let mut scene =
            Self { left, right, before, after, templates: Vec::new(), ids: Vec::new(), scopes: Vec::new() };
        scene.templates = scene.all_templates();
        let aggregates = left.catalog.aggregates.values();
        scene.ids = aggregates.map(|aggregate| (aggregate.name.as_str(), scene.all_ids(aggregate))).collect();
        scene.scopes = scene.all_scopes();
        scene
    }

    /// Events of a type to begin from.
    pub(super) fn templates(&self, event_type: &str) -> &[Value] {
        let own = self.templates.iter().find(|(own, _)| own.name == event_type);
        own.map_or(&[], |(_, templates)| templates)
    }

    /// An id of an aggregate type.
    pub(super) fn id(&self, aggregate: &str, number: usize) -> Option<&Value> {
        let own = self.ids.iter().find(|(own, _)| *own == aggregate);
        own.and_then(|(_, ids)| ids.get(number))
    }

    /// Whether the left side has nothing against an event, and whether neither side has.
    pub(super) fn accepts(&self, event: &Value) -> (bool, bool) {
        let text = event.to_string();
        let accepts = |side: &Rehearsal<'_>| side.event(text.as_bytes()).errors().is_empty();
        let left = accepts(&self.before);
        (left, left && accepts(&self.after))
    }

    /// The places where events of a type name aggregates, by either side.
    pub(super) fn reference_fields(&self, event_type: &str) -> Vec<String> {
        let mut fields = Vec::new();
        for catalog in [&self.left.catalog, &self.right.catalog] {
            let event_type = catalog.event_types.get(event_type);
            let aggregate = event_type.and_then(|event_type| catalog.aggregate_of(event_type));
            for reference in aggregate.iter().flat_map(|aggregate| &aggregate.references) {
                let field = reference.field.to_string();
                if !fields.contains(&field) {
                    fields.push(field);
                }
            }
        }
        fields
    }

    fn all_templates(&self) -> Vec<(&'c EventType, Vec<Value>)> {
        let catalog = &self.left.catalog;
        let mut examples: Vec<Value> = Vec::new();
        for example in [catalog, &self.right.catalog].into_iter().flat_map(|catalog| &catalog.examples) {
            if let Ok(example) = serde_json::from_slice(&example.content)
                && !examples.contains(&example)
            {
                examples.push(example);
            }
        }
        let mut all: Vec<(&EventType, Templates)> = Vec::new();
        for event_type in catalog.event_types.values() {
            let mut templates = Templates::new(self.reference_fields(&event_type.name));
            for example in examples.iter().filter(|example| is_of(catalog, example, event_type)) {
                templates.add(self, example.clone());
            }
            templates.take_out(self);
            all.push((event_type, templates));
        }
        if all.iter().any(|(event_type, templates)| templates.lacks(catalog, event_type)) {
            self.sample(&mut all);
        }
        all.into_iter().map(|(event_type, templates)| (event_type, templates.values())).collect()
    }

    /// Sampled events where the examples lack something.
    fn sample(&self, all: &mut [(&EventType, Templates)]) {
        let options = Options { events: SAMPLED, ..Options::default() };
        let Ok(mut sampler) = Sampler::new(&Arc::clone(&self.left.catalog), &options) else { return };
        while let Ok(Some(event)) = sampler.next_event() {
            let Ok(event) = serde_json::from_slice::<Value>(event) else { continue };
            for (event_type, templates) in all.iter_mut() {
                if is_of(&self.left.catalog, &event, event_type) && templates.is_new(&event) {
                    templates.add(self, event.clone());
                }
            }
        }
    }

    fn all_ids(&self, aggregate: &Aggregate) -> Vec<Value> {
        let catalog = &self.left.catalog;
        let creates = |event_type: &EventType| {
            aggregate.transitions.iter().any(|t| t.event == event_type.name && t.effect.from().is_empty())
        };
        let own = || {
            let own = |(event_type, _): &&(&EventType, Vec<Value>)| {
                event_type.aggregate.as_deref() == Some(&aggregate.name)
            };
            self.templates.iter().filter(own)
        };
        let mut places = vec![aggregate.id.to_string()];
        places.extend(catalog.roles.aggregate_id.iter().map(ToString::to_string));
        let creating = own().find(|(event_type, _)| creates(event_type));
        let template = creating.or_else(|| own().next()).and_then(|(_, templates)| templates.first());
        let known: Vec<&Value> = own()
            .flat_map(|(_, templates)| templates)
            .filter_map(|template| template.pointer(&places[0]))
            .collect();
        self.like(template, &places, &known, IDS)
    }

    /// Values that may stand at these places of an event: those that are known, and others like them.
    fn like(
        &self,
        template: Option<&Value>,
        places: &[String],
        known: &[&Value],
        wanted: usize,
    ) -> Vec<Value> {
        let (Some(template), Some(first)) = (template, known.first()) else { return Vec::new() };
        let as_good = self.accepts(template);
        let mut values: Vec<Value> = Vec::new();
        for value in known.iter().copied().cloned().chain(variants(first)) {
            if values.len() == wanted {
                break;
            }
            let mut event = template.clone();
            for place in places {
                put(&mut event, place, &value);
            }
            if !values.contains(&value) && self.accepts(&event) == as_good {
                values.push(value);
            }
        }
        values
    }

    fn all_scopes(&self) -> Vec<Value> {
        let catalog = &self.left.catalog;
        // Either side's: where the left side has none, two values still stand at the right side's place.
        let Some(role) = catalog.roles.scope.as_ref().or(self.right.catalog.roles.scope.as_ref()) else {
            return Vec::new();
        };
        let place = role.to_string();
        // The scope is an aggregate of its own, or just a name.
        let own = catalog.aggregates.values().find(|aggregate| aggregate.id == *role);
        if let Some(own) = own {
            return (0..2).filter_map(|number| self.id(&own.name, number).cloned()).collect();
        }
        let templates = || self.templates.iter().flat_map(|(_, templates)| templates);
        let known: Vec<&Value> = templates().filter_map(|template| template.pointer(&place)).collect();
        let template = templates().find(|template| template.pointer(&place).is_some());
        self.like(template, std::slice::from_ref(&place), &known, 2)
    }
}

/// Events of one type, one for each set of references that are there.
struct Templates {
    fields: Vec<String>,
    /// Whether each reference is there, the event, and whether the right side accepts it.
    events: Vec<(Vec<bool>, Value, bool)>,
}

impl Templates {
    fn new(fields: Vec<String>) -> Self {
        Self { fields, events: Vec::new() }
    }

    fn present(&self, event: &Value) -> Vec<bool> {
        self.fields.iter().map(|field| event.pointer(field).is_some()).collect()
    }

    fn is_new(&self, event: &Value) -> bool {
        let present = self.present(event);
        self.events.iter().all(|(own, _, _)| *own != present)
    }

    fn add(&mut self, scene: &Scene<'_>, event: Value) {
        let present = self.present(&event);
        if self.events.iter().any(|(own, _, good)| *own == present && *good) {
            return;
        }
        let (true, good) = scene.accepts(&event) else { return };
        match self.events.iter_mut().find(|(own, _, _)| *own == present) {
            None => self.events.push((present, event, good)),
            Some(own) if good && !own.2 => *own = (present, event, good),
            Some(_) => {}
        }
    }

    /// Adds events without the references that may be missing.
    fn take_out(&mut self, scene: &Scene<'_>) {
        let mut at = 0;
        while at < self.events.len() {
            for field in self.fields.clone() {
                let mut event = self.events[at].1.clone();
                if remove(&mut event, &field) && self.is_new(&event) {
                    self.add(scene, event);
                }
            }
            at += 1;
        }
    }

    /// Whether there is no event, or none with a reference that events of the type may have.
    fn lacks(&self, catalog: &Catalog, event_type: &EventType) -> bool {
        let root = catalog.schema(event_type);
        let missing = |(at, field): (usize, &String)| {
            self.events.iter().all(|(present, _, _)| !present[at])
                && field.parse().is_ok_and(|pointer| !root.at(&pointer).is_empty())
        };
        self.events.is_empty() || self.fields.iter().enumerate().any(missing)
    }

    /// Those with the fewest references first: they need the least before them.
    fn values(mut self) -> Vec<Value> {
        self.events.sort_by_key(|(present, _, _)| present.iter().filter(|there| **there).count());
        self.events.into_iter().map(|(_, event, _)| event).collect()
    }
}

fn is_of(catalog: &Catalog, event: &Value, event_type: &EventType) -> bool {
    let found = catalog.event_type_of(|role| event.pointer(&role.to_string())?.as_str());
    found.is_some_and(|found| found.name == event_type.name)
}

/// Puts a value in a place, if the place is there.
pub(super) fn put(event: &mut Value, place: &str, value: &Value) {
    if let Some(own) = event.pointer_mut(place) {
        own.clone_from(value);
    }
}

/// Takes a member out. Whether there was one.
pub(super) fn remove(event: &mut Value, place: &str) -> bool {
    let Some((parent, token)) = place.rsplit_once('/') else { return false };
    let name = token.replace("~1", "/").replace("~0", "~");
    let parent = event.pointer_mut(parent).and_then(Value::as_object_mut);
    parent.is_some_and(|parent| parent.remove(&name).is_some())
}
