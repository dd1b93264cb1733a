//! What the page is made of: the catalog with everything looked up once.
//!
//! In goes a catalog; out comes a [`View`] with the fields of each event type, its examples and near misses, and the
//! anchors of all headings.

use tidings_catalog::{Aggregate, Catalog, EventType, NearMiss, Transition};
use tidings_json::{Pointer, Value};

use super::fields::{Field, Fields, Path, fields_of};
use super::markdown::{Anchors, code};

/// The headings that every page may have, besides those for aggregates and event types.
pub(super) const EVENT_TYPES: &str = "Event types";
pub(super) const ENVELOPE: &str = "Envelope";
pub(super) const ROLES: &str = "Roles";
pub(super) const OTHER_EVENTS: &str = "Other events";
pub(super) const OTHER_NEAR_MISSES: &str = "Refused before the event type is known";
pub(super) const PRIVACY: &str = "Privacy and redaction";
pub(super) const VERSIONS: &str = "Versions";

/// How deep an example may be nested.
const MAX_DEPTH: usize = 128;

/// A catalog, ready to be written about.
#[derive(Debug)]
pub(super) struct View<'c> {
    pub(super) catalog: &'c Catalog,
    pub(super) envelope: Option<Fields<'c>>,
    /// The families in the manifest's order; those event types that are about no aggregate come last.
    pub(super) families: Vec<Family<'c>>,
    /// The near misses whose event type can't be told.
    pub(super) other_near_misses: Vec<&'c NearMiss>,
    /// The headings of level 2 and their anchors.
    pub(super) sections: Vec<(String, String)>,
}

/// The event types of one aggregate, or those of none.
#[derive(Debug)]
pub(super) struct Family<'c> {
    pub(super) aggregate: Option<&'c Aggregate>,
    pub(super) heading: String,
    pub(super) anchor: String,
    pub(super) events: Vec<Event<'c>>,
}

/// One event type.
#[derive(Debug)]
pub(super) struct Event<'c> {
    pub(super) kind: &'c EventType,
    pub(super) anchor: String,
    /// All of its fields, those of the envelope included.
    pub(super) fields: Fields<'c>,
    /// What it does to its aggregate.
    pub(super) transitions: Vec<&'c Transition>,
    /// Its examples: the path and the event. The plainest comes first.
    pub(super) examples: Vec<(&'c str, Value<'c>)>,
    pub(super) near_misses: Vec<&'c NearMiss>,
}

impl<'c> View<'c> {
    pub(super) fn of(catalog: &'c Catalog) -> Self {
        let mut view = Self {
            catalog,
            envelope: catalog.envelope().map(fields_of),
            families: families(catalog),
            other_near_misses: Vec::new(),
            sections: Vec::new(),
        };
        view.add_examples();
        view.add_near_misses();
        view.add_anchors();
        view
    }

    /// All event types, by family.
    pub(super) fn events(&self) -> impl Iterator<Item = (&Family<'c>, &Event<'c>)> {
        self.families.iter().flat_map(|family| family.events.iter().map(move |event| (family, event)))
    }

    /// The heading of what stands for the envelope.
    pub(super) fn common_heading(&self) -> &'static str {
        if self.envelope.is_some() { ENVELOPE } else { ROLES }
    }

    /// A link to the section of an event type.
    pub(super) fn event_link(&self, name: &str) -> String {
        match self.events().find(|(_, event)| event.kind.name == name) {
            Some((_, event)) => format!("[{}](#{})", code(name), event.anchor),
            None => code(name),
        }
    }

    /// A link to the section of an aggregate.
    pub(super) fn aggregate_link(&self, name: &str) -> String {
        let is_it = |family: &&Family<'c>| family.aggregate.is_some_and(|aggregate| aggregate.name == name);
        match self.families.iter().find(is_it) {
            Some(family) => format!("[{}](#{})", super::markdown::prose(name), family.anchor),
            None => super::markdown::prose(name),
        }
    }

    /// The fields of an event type that the envelope doesn't tell about: its payload, and fields of the envelope of
    /// which the event type asks more. That the discriminator and the aggregate type are given is no news.
    pub(super) fn payload<'e>(&self, event: &'e Event<'c>) -> Vec<&'e Field<'c>> {
        let roles = &self.catalog.roles;
        let given: Vec<Path> =
            [&roles.event_name, &roles.aggregate_type].into_iter().flatten().map(Path::from).collect();
        let is_news = |field: &&Field<'c>| {
            let Some(known) = self.envelope.as_ref().and_then(|envelope| envelope.get(&field.path)) else {
                return true;
            };
            let facts = |field: &Field<'c>| (field.presence, field.class, field.conditions.len());
            let same = known.words == field.words && facts(known) == facts(field);
            !same && !given.contains(&field.path)
        };
        event.fields.list.iter().filter(is_news).collect()
    }

    fn event_mut(&mut self, name: &str) -> Option<&mut Event<'c>> {
        self.families.iter_mut().flat_map(|family| &mut family.events).find(|event| event.kind.name == name)
    }

    fn add_examples(&mut self) {
        for example in &self.catalog.examples {
            for event in events_in(&example.content) {
                let Some(name) = self.name_in(&event) else { continue };
                if let Some(known) = self.event_mut(&name) {
                    known.examples.push((&example.path, event));
                }
            }
        }
        for event in self.families.iter_mut().flat_map(|family| &mut family.events) {
            event.examples.sort_by_key(|(path, _)| path.len());
        }
    }

    fn add_near_misses(&mut self) {
        for near_miss in &self.catalog.near_misses {
            let event = events_in(&near_miss.content).into_iter().next();
            let name = event.and_then(|event| self.name_in(&event)).unwrap_or_default();
            match self.event_mut(&name) {
                Some(known) => known.near_misses.push(near_miss),
                None => self.other_near_misses.push(near_miss),
            }
        }
    }

    /// The event type that an event says it is of.
    fn name_in(&self, event: &Value<'_>) -> Option<String> {
        match (&self.catalog.roles.event_name, self.catalog.only_event_type()) {
            (Some(role), _) => event.at(role)?.as_str().map(str::to_owned),
            (None, only) => only.map(|event_type| event_type.name.clone()),
        }
    }

    /// The anchors, in the order in which the headings stand on the page.
    fn add_anchors(&mut self) {
        let mut anchors = Anchors::default();
        anchors.next(&self.catalog.title);
        let mut sections = Vec::new();
        let mut section = |anchors: &mut Anchors, heading: &str| {
            let anchor = anchors.next(heading);
            sections.push((heading.to_owned(), anchor.clone()));
            anchor
        };
        section(&mut anchors, EVENT_TYPES);
        section(&mut anchors, self.common_heading());
        for family in &mut self.families {
            family.anchor = section(&mut anchors, &family.heading);
            for event in &mut family.events {
                event.anchor = anchors.next(&event.kind.name);
            }
        }
        if !self.other_near_misses.is_empty() {
            section(&mut anchors, OTHER_NEAR_MISSES);
        }
        section(&mut anchors, PRIVACY);
        section(&mut anchors, VERSIONS);
        self.sections = sections;
    }
}

fn families(catalog: &Catalog) -> Vec<Family<'_>> {
    let family = |aggregate: Option<&'_ Aggregate>| -> Vec<Event<'_>> {
        let name = aggregate.map(|aggregate| aggregate.name.as_str());
        let of_family =
            catalog.event_types.values().filter(|event_type| event_type.aggregate.as_deref() == name);
        let transitions = |event_type: &EventType| {
            let all = catalog.aggregate_of(event_type).map_or(&[][..], |aggregate| &aggregate.transitions);
            all.iter().filter(|transition| transition.event == event_type.name).collect()
        };
        of_family
            .map(|event_type| Event {
                kind: event_type,
                anchor: String::new(),
                fields: fields_of(catalog.schema(event_type)),
                transitions: transitions(event_type),
                examples: Vec::new(),
                near_misses: Vec::new(),
            })
            .collect()
    };
    let mut families: Vec<Family<'_>> = catalog
        .aggregates
        .values()
        .map(|aggregate| {
            let taken = [EVENT_TYPES, ENVELOPE, ROLES, OTHER_EVENTS, OTHER_NEAR_MISSES, PRIVACY, VERSIONS];
            let heading = match aggregate.name.as_str() {
                name if taken.contains(&name) => format!("{name} (aggregate)"),
                name => name.to_owned(),
            };
            Family {
                aggregate: Some(aggregate),
                heading,
                anchor: String::new(),
                events: family(Some(aggregate)),
            }
        })
        .collect();
    let others = family(None);
    if !others.is_empty() {
        let heading = OTHER_EVENTS.to_owned();
        families.push(Family { aggregate: None, heading, anchor: String::new(), events: others });
    }
    families
}

/// The events in a file: one, or an array of them. None if it isn't JSON.
fn events_in(content: &[u8]) -> Vec<Value<'_>> {
    let Ok(parsed) = tidings_json::parse(content, MAX_DEPTH) else { return Vec::new() };
    match parsed.value.kind {
        tidings_json::Kind::Array(items) => items,
        _ => vec![parsed.value],
    }
}

/// A place that the manifest names, as code.
pub(super) fn place(pointer: &Pointer) -> String {
    code(&Path::from(pointer).to_string())
}
