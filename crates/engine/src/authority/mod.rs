//! The authority: everything that is wrong with one event, with its place and what to do about it.
//!
//! ```text
//! bytes ─→ strict JSON ─→ event type ─→ schema, formats asserted ─→ known fields, privacy classes
//!                                      ─→ envelope ─→ personal data, secrets ─→ findings, sorted
//! ```
//!
//! Its word is final. It is slow and plain on purpose: whatever will be fast later may only say that an event is valid,
//! and is held to this.

mod envelope;
mod event;
mod fields;
mod hide;
mod messages;
mod place;
mod privacy;
mod room;
mod schema;
mod values;

use std::collections::HashSet;
use std::sync::{Arc, OnceLock};

use tidings_catalog::{Catalog, EventType, LoadError};
use tidings_finding::{Finding, Rule, Severity};
use tidings_json::{Span, Value};

use crate::frames::Frame;
use crate::rules::schema as schema_rule;
use crate::{Limits, Options, UnknownFields, show};
use event::{Event, Head};
use fields::{Fields, NodeId, Walk};
pub(crate) use place::{Origin, Places};
pub use schema::BareSchema;
use schema::{SchemaValidator, Validators};

/// For how many unknown fields of an event a name is looked for that was meant.
const MOST_MEANT: usize = 100;

/// The compiled authority of a catalog.
#[derive(Clone, Debug)]
pub(crate) struct Authority {
    catalog: Arc<Catalog>,
    options: Options,
    compiled: Arc<Schemas>,
}

/// The compiled schemas of a catalog, whatever the options.
#[derive(Debug)]
struct Schemas {
    validators: Validators,
    fields: Fields,
    envelope: Option<Compiled>,
    /// By the index of the event type in the catalog.
    event_types: Vec<Compiled>,
    /// The names of the event types as findings may show them, by the same index.
    names: Vec<Option<Arc<str>>>,
    memory: messages::Memory,
    /// Made when they are needed.
    known_words: OnceLock<HashSet<String>>,
}

impl Schemas {
    /// What an event is held to: its event type, or the envelope if it has none.
    fn of(&self, event_type: Type<'_>) -> Option<&Compiled> {
        match event_type {
            Ok((index, _)) => Some(&self.event_types[index]),
            Err(_) => self.envelope.as_ref(),
        }
    }
}

#[derive(Debug)]
struct Compiled {
    /// Compiled when it is needed: a catalog has many event types, and of few events most are none of these.
    validator: OnceLock<SchemaValidator>,
    root: NodeId,
}

impl Authority {
    pub(crate) fn compile(catalog: Arc<Catalog>, options: Options) -> Result<Self, LoadError> {
        let validators = Validators::new(&catalog.schemas)?;
        let roots: Vec<_> =
            catalog.event_types.values().map(|event_type| catalog.schema(event_type)).collect();
        let envelope = catalog.envelope();
        let schemas: Vec<_> = envelope.into_iter().chain(roots.iter().copied()).collect();
        validators.check(&schemas, &catalog.schemas)?;
        let mut fields = Fields::default();
        let mut compile =
            |schema| Compiled { validator: OnceLock::new(), root: fields.compile(&catalog, schema) };
        let envelope = envelope.map(&mut compile);
        let event_types = roots.into_iter().map(&mut compile).collect();
        let names = catalog.event_types.keys().map(|name| shown_name(name)).collect();
        let memory = messages::Memory::default();
        let compiled = Schemas {
            validators,
            fields,
            envelope,
            event_types,
            names,
            memory,
            known_words: OnceLock::new(),
        };
        Ok(Self { catalog, options, compiled: Arc::new(compiled) })
    }

    /// The same, in another view.
    pub(crate) fn with_unknown_fields(&self, unknown_fields: UnknownFields) -> Self {
        let mut other = self.clone();
        other.options.unknown_fields = unknown_fields;
        other
    }

    pub(crate) fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// The words that the catalog itself uses.
    fn known_words(&self) -> &HashSet<String> {
        self.compiled.known_words.get_or_init(|| hide::known_words(&self.catalog))
    }

    pub(crate) fn limits(&self) -> Limits {
        self.options.limits
    }

    /// Checks the event in a frame. What is found comes sorted by pointer, then rule. `then` is called with the event if it
    /// is of a known type, and with whether it is sound: without an error but that it has unknown fields.
    pub(crate) fn check(
        &self,
        frame: &Frame<'_>,
        findings: &mut Vec<Finding>,
        then: &mut dyn FnMut(&EventType, &Value<'_>, bool),
    ) {
        let excerpts = self.options.excerpts;
        if let Some(problem) = &frame.problem {
            let mut event = Event::new(self, frame, None);
            event.problem(problem);
            return event.finish(excerpts, findings);
        }
        let parsed = tidings_json::parse(frame.bytes, self.options.limits.max_depth);
        let (value, problems) = match &parsed {
            Ok(parsed) => (Some(&parsed.value), &parsed.problems),
            Err(problems) => (None, problems),
        };
        let mut event = Event::new(self, frame, value);
        let Some(value) = value else {
            event.problems(problems);
            return event.finish(excerpts, findings);
        };
        let event_type = envelope::event_type(&self.catalog, value);
        let mut walk = self.walk(value, event_type);
        event.restrict(std::mem::take(&mut walk.hidden));
        event.problems(problems);
        self.check_value(&mut event, value, event_type, &walk);
        let bearable =
            |rule: &Rule| rule.severity == Severity::Warning || *rule == schema_rule::UNKNOWN_FIELD;
        let sound = event.found.iter().all(|found| bearable(found.rule));
        if let Ok((_, event_type)) = event_type {
            then(event_type, value, sound);
        }
        if !event.found.is_empty() && value.as_object().is_some() {
            event.head = self.head(value, event_type);
        }
        event.finish(excerpts, findings);
    }

    /// A finding about the event in a frame, which must be a sound one: with its place, masked as it must be.
    pub(crate) fn finding(&self, frame: &Frame<'_>, about: About) -> Finding {
        let parsed = tidings_json::parse(frame.bytes, self.options.limits.max_depth);
        let value = parsed.as_ref().ok().map(|parsed| &parsed.value);
        let mut event = Event::new(self, frame, value);
        if let Some(value) = value {
            let event_type = envelope::event_type(&self.catalog, value);
            event.head = self.head(value, event_type);
            event.restrict(self.walk(value, event_type).hidden);
        }
        let place = value.and_then(|value| value.pointer(&about.pointer));
        let span = place.or(value).map_or(Span::default(), |value| value.span);
        event.report(about.rule, &about.pointer, span, |_| (about.message, about.help));
        let mut findings = Vec::with_capacity(1);
        event.finish(self.options.excerpts, &mut findings);
        findings.remove(0)
    }

    /// Which fields of an event the catalog knows, and what must not be shown of it.
    fn walk<'e>(&self, event: &'e Value<'e>, event_type: Type<'_>) -> Walk<'e> {
        if let Some(compiled) = self.compiled.of(event_type).filter(|_| event.as_object().is_some()) {
            return self.compiled.fields.walk(compiled.root, event);
        }
        // Of an event that nobody knows only its name may be shown.
        let name = self.catalog.roles.event_name.as_ref().and_then(|role| event.at(role));
        let mut walk = Walk::default();
        walk.hidden = hide::all_values(event, name.map(|name| name.span));
        walk
    }

    fn check_value(&self, event: &mut Event<'_>, value: &Value<'_>, event_type: Type<'_>, walk: &Walk<'_>) {
        if value.as_object().is_none() {
            event.report(&schema_rule::TYPE, "", value.span, |_| {
                (
                    format!("an event is a JSON object, not {}", messages::with_article(value.type_name())),
                    None,
                )
            });
            return;
        }
        if let Some(compiled) = self.compiled.of(event_type) {
            let discriminator = self.catalog.roles.event_name.as_ref();
            let deduplicated = event.has_duplicates().then(|| values::without_duplicates(value));
            for violation in self
                .validator(compiled, event_type.ok().map(|(_, known)| known))
                .violations(deduplicated.as_ref().unwrap_or(value))
            {
                // An unknown name is one finding, not also one for each thing that the envelope says of names.
                if event_type.is_err() && messages::is_about(&violation, discriminator) {
                    continue;
                }
                let knowledge = (&*self.catalog, &self.compiled.memory);
                messages::report(knowledge, event_type.ok(), &violation, value, event);
            }
        }
        match event_type {
            Err(unknown) => envelope::report_unknown(&self.catalog, unknown, value, event),
            Ok((_, event_type)) => {
                if self.options.unknown_fields == UnknownFields::Refuse {
                    self.report_unknown_fields(walk, event);
                }
                envelope::check(&self.catalog, event_type, value, event);
                privacy::check(&self.catalog, walk, value, event);
            }
        }
    }

    /// Compiles the validators that nobody asked for yet.
    pub(crate) fn prepare(&self) {
        for (event_type, compiled) in self.catalog.event_types.values().zip(&self.compiled.event_types) {
            self.validator(compiled, Some(event_type));
        }
        if let Some(envelope) = &self.compiled.envelope {
            self.validator(envelope, None);
        }
    }

    /// The validator of what an event of a type is held to, or one of no known type.
    fn validator<'c>(&self, compiled: &'c Compiled, event_type: Option<&EventType>) -> &'c SchemaValidator {
        compiled.validator.get_or_init(|| {
            let schema = match event_type {
                Some(event_type) => Some(self.catalog.schema(event_type)),
                None => self.catalog.envelope(),
            };
            self.compiled.validators.compile_checked(schema)
        })
    }

    fn report_unknown_fields(&self, walk: &Walk<'_>, event: &mut Event<'_>) {
        for (number, unknown) in walk.unknown.iter().enumerate() {
            event.report(&schema_rule::UNKNOWN_FIELD, &unknown.pointer, unknown.member.name_span, |event| {
                let name = event.name(&unknown.pointer);
                let known = self.compiled.fields.names(&unknown.nodes);
                // To look for what was meant takes long, and nobody reads so many.
                let wanted = known.iter().copied().filter(|_| number < MOST_MEANT);
                let help = match show::nearest(&unknown.member.name, wanted) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "remove it, or add it to the schema as an optional field (a compatible change)"
                        .to_owned(),
                };
                (format!("the catalog does not know the field {name}"), Some(help))
            });
        }
    }

    /// The event's name and id, as far as they may be shown.
    fn head(&self, event: &Value<'_>, event_type: Type<'_>) -> Head {
        let roles = &self.catalog.roles;
        let text = |role: Option<&tidings_json::Pointer>| shown_name(event.at(role?)?.as_str()?);
        let name = match event_type {
            Ok((index, _)) if roles.event_name.is_some() => self.compiled.names[index].clone(),
            _ => text(roles.event_name.as_ref()),
        };
        let only = || self.catalog.only_event_type().map(|event_type| Arc::from(event_type.name.as_str()));
        Head { name: name.or_else(only), id: text(roles.event_id.as_ref()) }
    }
}

/// What is wrong with an event that was found sound by itself.
#[derive(Clone, Debug)]
pub struct About {
    /// The rule that was broken.
    pub rule: &'static Rule,
    /// The place in the event, as a JSON Pointer.
    pub pointer: String,
    /// What is wrong: a lower-case phrase without a full stop, names in backticks, with nothing in it that must not be
    /// shown.
    pub message: String,
    /// The next step, where there is one to name.
    pub help: Option<String>,
}

/// An event's name or id as a finding may show it.
fn shown_name(text: &str) -> Option<Arc<str>> {
    (!crate::detect::is_suspect(text)).then(|| Arc::from(show::plain(text)))
}

/// An event type with its index in the catalog.
type Known<'c> = (usize, &'c EventType);

/// The event type of an event, or why it has none.
type Type<'c> = Result<Known<'c>, envelope::Unknown>;
