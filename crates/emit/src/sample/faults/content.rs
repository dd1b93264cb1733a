//! What is wrong with one event by itself: its text, its envelope, its schema, what it gives away.

use tidings_catalog::{Catalog, EventType, PrivacyClass, SchemaRef};
use tidings_json::{Kind, Pointer, Value};

use super::Fault;
use super::schema::{self, UNPLANNED, collect, set, string};
use super::verdict::{Patterns, Violation, violations};
use crate::sample::json;
use crate::sample::random::Random;

/// Deeper than an event may nest.
const TOO_DEEP: usize = 140;

/// Larger than an event may be, in bytes.
const TOO_LARGE: usize = 1 << 20;

/// Personal data that belongs to nobody: a name of RFC 2606 (section 2), in which no mailbox is.
const PERSONAL: &str = "write to jane.roe@example.com";

/// The shape of a secret that opens nothing: the key that its issuer uses in its documentation.
const SECRET: &str = "the key is AKIAIOSFODNN7EXAMPLE";

/// An event with a fault in it, and what is wrong with it then.
#[derive(Debug)]
pub(super) struct Broken {
    pub(super) bytes: Vec<u8>,
    pub(super) found: Vec<Fault>,
}

/// What breaking an event takes.
pub(super) struct Breaker<'b> {
    pub(super) catalog: &'b Catalog,
    pub(super) event_type: &'b EventType,
    /// The places whose values the stream decides.
    pub(super) slots: &'b [Pointer],
    pub(super) patterns: &'b Patterns,
    pub(super) random: &'b mut Random,
}

impl Breaker<'_> {
    /// A valid event broken by a rule of a single event; `None` if this event can't be.
    pub(super) fn broken(&mut self, rule: &'static str, event: &Value<'static>) -> Option<Broken> {
        if rule.starts_with("json/") {
            return Self::text(rule, event);
        }
        let (changed, also) = match rule {
            "envelope/unknown-event" => return self.unknown_event(event),
            "envelope/aggregate-mismatch" => (self.other_aggregate(event)?, None),
            "envelope/version-newer" => (self.newer(event)?, None),
            "schema/unknown-field" => (self.unknown_field(event)?, None),
            "privacy/suspected-personal-data" | "privacy/suspected-secret" => {
                let text = if rule.ends_with("secret") { SECRET } else { PERSONAL };
                let (changed, pointer) = self.revealing(event, text)?;
                (changed, Some((rule, pointer)))
            }
            _ => {
                let root = self.catalog.schema(self.event_type);
                let name = self.catalog.roles.event_name.as_ref();
                (schema::broken(root, name, event, rule, self.patterns, self.random)?, None)
            }
        };
        let mut found = self.judge(&changed)?;
        found.extend(also.map(|(rule, pointer)| Fault { rule, pointer: Some(pointer) }));
        let is_broken = found.iter().any(|fault| fault.rule == rule);
        is_broken.then(|| Broken { bytes: json::text(&changed).into_bytes(), found })
    }

    fn root(&self) -> SchemaRef<'_> {
        self.catalog.schema(self.event_type)
    }

    /// What the schema and the envelope have against an event of the known type.
    fn judge(&self, event: &Value<'_>) -> Option<Vec<Fault>> {
        let violations = violations(self.root(), event, self.patterns)?;
        let roles = &self.catalog.roles;
        let mut found: Vec<Fault> = violations.iter().map(fault).collect();
        let unknown = unknown_fields(self.root(), event, self.patterns).into_iter();
        found.extend(unknown.map(|pointer| Fault { rule: "schema/unknown-field", pointer: Some(pointer) }));
        // What a schema has a word against is not also held against another place.
        let accepted = |role: Option<&Pointer>| {
            let value = event.at(role?)?;
            let pointer = role?.to_string();
            (!violations.iter().any(|violation| violation.pointer == pointer)).then_some((pointer, value))
        };
        let mismatch = |pointer| Fault { rule: "envelope/aggregate-mismatch", pointer: Some(pointer) };
        if let (Some((pointer, value)), Some(name)) =
            (accepted(roles.aggregate_type.as_ref()), &self.event_type.aggregate)
            && value.as_str() != Some(name)
        {
            found.push(mismatch(pointer));
        }
        let own = self.catalog.aggregate_of(self.event_type).map(|aggregate| &aggregate.id);
        if let (Some((pointer, value)), Some((_, own))) =
            (accepted(roles.aggregate_id.as_ref()), accepted(own))
            && !value.same_as(own)
        {
            found.push(mismatch(pointer));
        }
        if let Some((pointer, value)) = accepted(roles.version.as_ref())
            && let Some(version) = value.as_number().and_then(tidings_json::Decimal::parse)
            && version.to_i64().is_some_and(|version| {
                u64::try_from(version).is_ok_and(|version| version > self.event_type.version)
            })
        {
            found.push(Fault { rule: "envelope/version-newer", pointer: Some(pointer) });
        }
        Some(found)
    }

    /// An event that is no JSON, or no good JSON.
    fn text(rule: &'static str, event: &Value<'static>) -> Option<Broken> {
        let text = json::text(event);
        let open = text.strip_suffix('}')?;
        let members = event.as_object()?;
        let first = members.first()?;
        let mut pointer = None;
        let bytes = match rule {
            // It was cut off: the commonest way for JSON to end.
            "json/syntax" => open.as_bytes().to_vec(),
            "json/trailing-data" => format!("{text} {{}}").into_bytes(),
            "json/byte-order-mark" => [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
            "json/duplicate-key" => {
                pointer = Some(format!("/{}", tidings_json::escape_token(&first.name)));
                format!("{open},{}:{}}}", json::string(&first.name), json::text(&first.value)).into_bytes()
            }
            "json/invalid-utf8" => {
                let mut bytes = format!("{open},\"{UNPLANNED}\":\"_\"}}").into_bytes();
                let at = bytes.len() - 3;
                bytes[at] = 0xE9;
                bytes
            }
            "json/too-deep" => {
                let (down, up) = ("[".repeat(TOO_DEEP), "]".repeat(TOO_DEEP));
                format!("{open},\"{UNPLANNED}\":{down}{up}}}").into_bytes()
            }
            "json/too-large" => {
                format!("{open},\"{UNPLANNED}\":\"{}\"}}", "x".repeat(TOO_LARGE)).into_bytes()
            }
            _ => return None,
        };
        Some(Broken { bytes, found: vec![Fault { rule, pointer }] })
    }

    fn unknown_event(&mut self, event: &Value<'static>) -> Option<Broken> {
        let role = self.catalog.roles.event_name.as_ref()?;
        let name = format!("{}Unheard", self.event_type.name);
        if self.catalog.event_types.contains_key(&name) {
            return None;
        }
        let mut changed = event.clone();
        set(&mut changed, role.tokens(), string(name)).then_some(())?;
        let pointer = role.to_string();
        let envelope = match self.catalog.envelope() {
            Some(envelope) => violations(envelope, &changed, self.patterns)?,
            None => Vec::new(),
        };
        // Of the name itself nothing more is said.
        let mut found: Vec<Fault> =
            envelope.iter().filter(|violation| violation.pointer != pointer).map(fault).collect();
        found.push(Fault { rule: "envelope/unknown-event", pointer: Some(pointer) });
        Some(Broken { bytes: json::text(&changed).into_bytes(), found })
    }

    /// Another type or another id of the aggregate than the event is about.
    fn other_aggregate(&mut self, event: &Value<'static>) -> Option<Value<'static>> {
        let roles = &self.catalog.roles;
        let others: Vec<String> = self.catalog.aggregates.keys().cloned().collect();
        let other = self.random.pick(&others)?.clone();
        let mut options = Vec::new();
        if let Some(role) = &roles.aggregate_type {
            options.push((role, string(other)));
        }
        if let Some(role) = &roles.aggregate_id
            && let Some(Kind::String(id)) = event.at(role).map(|id| &id.kind)
        {
            // The last character is another one.
            let mut id = id.to_string();
            let last = id.pop()?;
            id.push(if last == '1' { '2' } else { '1' });
            options.push((role, string(id)));
        }
        let (role, value) = self.random.pick(&options)?.clone();
        let mut changed = event.clone();
        set(&mut changed, role.tokens(), value).then_some(changed)
    }

    fn newer(&self, event: &Value<'static>) -> Option<Value<'static>> {
        let role = self.catalog.roles.version.as_ref()?;
        let newer = (self.event_type.version + 1).to_string();
        let mut changed = event.clone();
        set(&mut changed, role.tokens(), schema::of(Kind::Number(newer.into()))).then_some(changed)
    }

    /// A field that the catalog does not know, in one of the objects whose fields it lists.
    fn unknown_field(&mut self, event: &Value<'static>) -> Option<Value<'static>> {
        let mut places = Vec::new();
        collect(event, &mut String::new(), &mut places);
        let start = self.random.index(places.len());
        for place in places[start..].iter().chain(&places[..start]) {
            let pointer: Pointer = place.parse().ok()?;
            let Some(Kind::Object(members)) = event.at(&pointer).map(|value| &value.kind) else { continue };
            let object = schema::with(members, UNPLANNED, schema::of(Kind::Bool(true)));
            let mut changed = event.clone();
            // Nothing but that it is unknown may be wrong with it: such an event counts.
            if set(&mut changed, pointer.tokens(), object)
                && violations(self.root(), &changed, self.patterns).is_some_and(|found| found.is_empty())
                && !unknown_fields(self.root(), &changed, self.patterns).is_empty()
            {
                return Some(changed);
            }
        }
        None
    }

    /// A text in a field that holds free text.
    fn revealing(&mut self, event: &Value<'static>, text: &str) -> Option<(Value<'static>, String)> {
        let mut places = Vec::new();
        collect(event, &mut String::new(), &mut places);
        let start = self.random.index(places.len());
        for place in places[start..].iter().chain(&places[..start]) {
            let pointer: Pointer = place.parse().ok()?;
            let is_text = event.at(&pointer).is_some_and(|value| value.as_str().is_some());
            let classes: Vec<PrivacyClass> =
                self.root().at(&pointer).iter().filter_map(|schema| schema.privacy()).collect();
            if !is_text
                || self.slots.contains(&pointer)
                || classes.iter().max() != Some(&PrivacyClass::FreeText)
            {
                continue;
            }
            let mut changed = event.clone();
            if set(&mut changed, pointer.tokens(), string(text.to_owned()))
                && violations(self.root(), &changed, self.patterns).is_some_and(|found| found.is_empty())
            {
                return Some((changed, place.clone()));
            }
        }
        None
    }
}

/// The fields of an event that its schema does not know, where the schemas of an object can be told by its place alone.
fn unknown_fields(root: SchemaRef<'_>, event: &Value<'_>, known_patterns: &Patterns) -> Vec<String> {
    let mut places = Vec::new();
    collect(event, &mut String::new(), &mut places);
    let mut unknown = Vec::new();
    for place in places {
        let Ok(pointer) = place.parse::<Pointer>() else { continue };
        let Some(members) = event.at(&pointer).and_then(Value::as_object) else { continue };
        let applied = root.at(&pointer);
        if applied.iter().all(|schema| schema.named_subschemas("properties").is_empty()) {
            continue;
        }
        for member in members {
            let known = applied.iter().any(|schema| {
                let is_object = |rest: &SchemaRef<'_>| rest.value().as_object().is_some();
                let mut patterns = schema.named_subschemas("patternProperties").into_iter();
                schema.named_subschema("properties", &member.name).is_some()
                    || schema.subschema("additionalProperties").as_ref().is_some_and(is_object)
                    || patterns
                        .any(|(pattern, _)| known_patterns.matches(pattern, &member.name) != Some(false))
            });
            if !known {
                unknown.push(format!("{place}/{}", tidings_json::escape_token(&member.name)));
            }
        }
    }
    unknown
}

fn fault(violation: &Violation) -> Fault {
    Fault { rule: violation.rule, pointer: Some(violation.pointer.clone()) }
}
