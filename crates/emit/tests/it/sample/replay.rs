//! A small, plain audit of a whole stream by what the manifest says, to hold sample streams to.

use std::collections::{HashMap, HashSet};

use tidings_catalog::{Aggregate, Catalog, Effect, EventType};
use tidings_json::{Pointer, Value};

/// What is known of one aggregate.
struct Known {
    state: String,
    scope: Option<String>,
    identity: Option<Vec<String>>,
    sets: HashMap<String, HashSet<String>>,
    record: HashMap<String, String>,
    last: Option<jiff::Timestamp>,
}

/// The replay of one stream.
pub(super) struct Replay<'c> {
    catalog: &'c Catalog,
    aggregates: HashMap<(String, String), Known>,
    identities: HashSet<(String, Vec<String>)>,
    events: HashMap<String, Value<'static>>,
    keys: HashMap<(Option<String>, String, String), Option<String>>,
    pub(super) counts: HashMap<String, u64>,
    pub(super) transitions: HashSet<(String, Option<String>)>,
    pub(super) redelivered: u64,
    /// What is wrong, in words.
    pub(super) problems: Vec<String>,
}

impl<'c> Replay<'c> {
    pub(super) fn new(catalog: &'c Catalog) -> Self {
        Self {
            catalog,
            aggregates: HashMap::new(),
            identities: HashSet::new(),
            events: HashMap::new(),
            keys: HashMap::new(),
            counts: HashMap::new(),
            transitions: HashSet::new(),
            redelivered: 0,
            problems: Vec::new(),
        }
    }

    pub(super) fn event(&mut self, text: &[u8]) {
        let event = tidings_json::parse(text, 128).expect("an event is JSON").value.into_owned();
        let roles = &self.catalog.roles;
        let name = roles.event_name.as_ref().map(|role| string(&event, role).expect("a name"));
        let event_type = match &name {
            Some(name) => &self.catalog.event_types[name.as_str()],
            None => self.catalog.only_event_type().expect("one event type"),
        };
        let scope = roles.scope.as_ref().and_then(|role| json(&event, role));
        let id = roles.event_id.as_ref().and_then(|role| json(&event, role));
        if let Some(id) = &id {
            if let Some(earlier) = self.events.get(id) {
                self.redelivered += 1;
                self.hold(earlier.same_as(&event), "an event id stands for two events", text);
                return;
            }
            self.events.insert(id.clone(), event.clone());
        }
        *self.counts.entry(event_type.name.clone()).or_default() += 1;
        if let Some(key) = roles.idempotency_key.as_ref().and_then(|role| json(&event, role)) {
            let known = self.keys.insert((scope.clone(), event_type.name.clone(), key), id.clone());
            self.hold(known.is_none(), "an idempotency key stands for two events", text);
        }
        let time = roles.occurred_at.as_ref().and_then(|role| string(&event, role));
        let time: Option<jiff::Timestamp> = time.map(|time| time.parse().expect("a time"));
        if let (Some(time), Some(id)) = (time, roles.event_id.as_ref().and_then(|role| string(&event, role)))
            && let Some(own) = ulid_time(&id)
        {
            self.hold(own == time.as_millisecond(), "a ULID tells another time", text);
        }
        if let Some(aggregate) = self.catalog.aggregate_of(event_type) {
            self.aggregate_event(event_type, aggregate, &event, scope, time, text);
        }
    }

    fn aggregate_event(
        &mut self,
        event_type: &EventType,
        aggregate: &Aggregate,
        event: &Value<'static>,
        scope: Option<String>,
        time: Option<jiff::Timestamp>,
        text: &[u8],
    ) {
        let id = json(event, &aggregate.id).expect("the aggregate's id");
        let key = (aggregate.name.clone(), id);
        let transitions =
            aggregate.transitions.iter().filter(|transition| transition.event == event_type.name);
        let effects: Vec<&Effect> = transitions.map(|transition| &transition.effect).collect();
        let Some(known) = self.aggregates.get(&key) else {
            let initial = effects.iter().find_map(|effect| match effect {
                Effect::Creates(state) => Some(state.clone()),
                _ => None,
            });
            self.hold(initial.is_some(), "an aggregate is not known", text);
            self.transitions.insert((event_type.name.clone(), None));
            self.references(aggregate, event, scope.as_ref(), &key, true, text);
            let identity: Vec<String> = aggregate
                .identity
                .iter()
                .map(|field| json(event, field).expect("a part of an identity"))
                .collect();
            let identity = (!identity.is_empty()).then_some(identity);
            if let Some(identity) = &identity {
                let is_new = self.identities.insert((aggregate.name.clone(), identity.clone()));
                self.hold(is_new, "an identity is taken", text);
            }
            let record =
                aggregate.references.iter().map(|reference| &reference.field).chain(&aggregate.identity);
            let record = record.filter_map(|field| Some((field.to_string(), json(event, field)?))).collect();
            let state = initial.unwrap_or_default();
            let known = Known { state, scope, identity, sets: HashMap::new(), record, last: time };
            self.aggregates.insert(key, known);
            return;
        };
        let from = known.state.clone();
        let known_scope = known.scope.clone();
        let is_later = known.last <= time;
        let member_fields: Vec<&Pointer> = aggregate.members.iter().map(|set| &set.field).collect();
        let same = known.record.iter().all(|(field, value)| {
            let field: Pointer = field.parse().expect("a pointer");
            member_fields.contains(&&field) || json(event, &field).is_none_or(|now| now == *value)
        });
        self.hold(is_later, "a time goes back", text);
        self.hold(known_scope == scope, "an aggregate changes its scope", text);
        self.hold(same, "an aggregate changes what it was created with", text);
        let to = effects.iter().find_map(|effect| match effect {
            Effect::Moves { from: states, to } if states.contains(&from) => Some(to.clone()),
            Effect::Keeps { from: states } if states.contains(&from) => Some(from.clone()),
            _ => None,
        });
        self.hold(to.is_some(), "a transition is not allowed", text);
        self.transitions.insert((event_type.name.clone(), Some(from)));
        self.references(aggregate, event, scope.as_ref(), &key, false, text);
        self.members(event_type, aggregate, event, &key, text);
        let known = self.aggregates.get_mut(&key).expect("it was there");
        known.last = time;
        known.state = to.unwrap_or_default();
        if aggregate.final_states.contains(&known.state)
            && let Some(identity) = known.identity.take()
        {
            self.identities.remove(&(aggregate.name.clone(), identity));
        }
    }

    fn references(
        &mut self,
        aggregate: &Aggregate,
        event: &Value<'static>,
        scope: Option<&String>,
        itself: &(String, String),
        creating: bool,
        text: &[u8],
    ) {
        for reference in aggregate.references.iter().filter(|reference| reference.field != aggregate.id) {
            let Some(id) = json(event, &reference.field) else { continue };
            let key = (reference.to.clone(), id);
            let target = self.aggregates.get(&key);
            let live = &self.catalog.aggregates[&reference.to].live;
            let exists = target.is_some();
            let shares = target.is_some_and(|target| target.scope.as_ref() == scope);
            let lives = target.is_some_and(|target| live.contains(&target.state));
            self.hold(exists, "a reference leads nowhere", text);
            self.hold(shares, "a reference leaves its scope", text);
            self.hold(!creating || lives, "a creating event refers to what is not live", text);
            self.hold(key != *itself, "an aggregate refers to itself", text);
        }
    }

    fn members(
        &mut self,
        event_type: &EventType,
        aggregate: &Aggregate,
        event: &Value<'static>,
        key: &(String, String),
        text: &[u8],
    ) {
        for set in &aggregate.members {
            let (adds, removes) = (set.add == event_type.name, set.remove == event_type.name);
            if !adds && !removes {
                continue;
            }
            let member = json(event, &set.field).expect("a member");
            let known = self.aggregates.get_mut(key).expect("it was there");
            let members = known.sets.entry(set.name.clone()).or_default();
            let changed = if adds { members.insert(member) } else { members.remove(&member) };
            self.hold(changed, "a member is added who is in, or removed who is out", text);
        }
    }

    fn hold(&mut self, holds: bool, problem: &str, text: &[u8]) {
        if !holds {
            self.problems.push(format!("{problem}: {}", String::from_utf8_lossy(text)));
        }
    }
}

/// The value at a place as JSON text.
fn json(event: &Value<'_>, place: &Pointer) -> Option<String> {
    event.at(place).map(|value| value.to_serde().to_string())
}

fn string(event: &Value<'_>, place: &Pointer) -> Option<String> {
    event.at(place)?.as_str().map(str::to_owned)
}

/// The time that a ULID tells, in milliseconds.
fn ulid_time(id: &str) -> Option<i64> {
    const CROCKFORD: &str = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let digits: Option<Vec<usize>> = id.chars().map(|c| CROCKFORD.find(c)).collect();
    let digits = digits.filter(|digits| digits.len() == 26)?;
    digits[..10].iter().try_fold(0, |time, digit| Some(time * 32 + i64::try_from(*digit).ok()?))
}
