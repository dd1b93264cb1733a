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
mod fields;
mod hide;
mod messages;
mod place;
mod privacy;
mod schema;

use std::sync::Arc;

use tidings_catalog::{Catalog, EventType, LoadError};
use tidings_finding::{Finding, Rule, Severity};
use tidings_json::{Problem, ProblemKind, Span, Value};

use crate::frames::Frame;
use crate::rules::{json as json_rule, schema as schema_rule};
use crate::{Limits, Options, UnknownFields, show};
use fields::{Fields, NodeId, Walk};
pub(crate) use place::{Origin, Places};
use schema::{SchemaValidator, Validators};

/// The compiled authority of a catalog.
#[derive(Debug)]
pub(crate) struct Authority {
    catalog: Arc<Catalog>,
    options: Options,
    fields: Fields,
    envelope: Option<Compiled>,
    /// By the index of the event type in the catalog.
    event_types: Vec<Compiled>,
}

#[derive(Debug)]
struct Compiled {
    validator: SchemaValidator,
    root: NodeId,
}

/// What is known of an event besides its findings.
#[derive(Clone, Debug, Default)]
struct Head {
    name: Option<Arc<str>>,
    id: Option<Arc<str>>,
}

/// A finding before it has its line, its column and its excerpt.
struct Raw {
    rule: &'static Rule,
    pointer: Option<String>,
    span: Span,
    message: String,
    help: Option<String>,
}

impl Authority {
    pub(crate) fn compile(catalog: Arc<Catalog>, options: Options) -> Result<Self, LoadError> {
        let validators = Validators::new(&catalog)?;
        let mut fields = Fields::default();
        let mut compile = |schema| -> Result<Compiled, LoadError> {
            Ok(Compiled { validator: validators.compile(schema)?, root: fields.compile(&catalog, schema) })
        };
        let envelope = catalog.envelope().map(&mut compile).transpose()?;
        let event_types = catalog
            .event_types
            .values()
            .map(|event_type| compile(catalog.schema(event_type)))
            .collect::<Result<_, _>>()?;
        Ok(Self { catalog, options, fields, envelope, event_types })
    }

    pub(crate) fn catalog(&self) -> &Catalog {
        &self.catalog
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
        let origin = Origin { line: frame.line, column: frame.column, exact: frame.exact };
        let mut event = Event::new(frame, origin);
        if let Some(problem) = &frame.problem {
            event.problem(problem);
            return event.finish(self, None, findings);
        }
        match tidings_json::parse(frame.bytes, self.options.limits.max_depth) {
            Ok(parsed) => {
                event.problems(&parsed.problems);
                self.check_value(&mut event, &parsed.value);
                let sound = event.found.iter().all(|found| {
                    found.rule.severity == Severity::Warning || *found.rule == schema_rule::UNKNOWN_FIELD
                });
                if let Ok((_, event_type)) = envelope::event_type(&self.catalog, &parsed.value) {
                    then(event_type, &parsed.value, sound);
                }
                event.finish(self, Some(&parsed.value), findings);
            }
            Err(problems) => {
                event.problems(&problems);
                event.finish(self, None, findings);
            }
        }
    }

    /// A finding about the event in a frame, which must be a sound one: with its place, masked as it must be.
    pub(crate) fn finding(&self, frame: &Frame<'_>, about: About) -> Finding {
        let origin = Origin { line: frame.line, column: frame.column, exact: frame.exact };
        let mut event = Event::new(frame, origin);
        let mut findings = Vec::with_capacity(1);
        let parsed = tidings_json::parse(frame.bytes, self.options.limits.max_depth);
        let value = parsed.as_ref().ok().map(|parsed| &parsed.value);
        if let Some(value) = value {
            event.head = self.head(value);
            let hidden = match envelope::event_type(&self.catalog, value) {
                Ok((index, _)) => self.fields.walk(self.event_types[index].root, value).hidden,
                Err(_) => vec![value.span],
            };
            event.hide(&hidden, value);
        }
        let place = value.and_then(|value| value.pointer(&about.pointer));
        let span = place.or(value).map_or(Span::default(), |value| value.span);
        event.report(about.rule, &about.pointer, span, |_| (about.message, about.help));
        event.finish(self, value, &mut findings);
        findings.remove(0)
    }

    fn check_value(&self, event: &mut Event<'_>, value: &Value<'_>) {
        if value.as_object().is_none() {
            event.report(&schema_rule::TYPE, "", value.span, |_| {
                (
                    format!("an event is a JSON object, not {}", messages::with_article(value.type_name())),
                    None,
                )
            });
            return;
        }
        event.head = self.head(value);
        let event_type = envelope::event_type(&self.catalog, value);
        let compiled = match event_type {
            Ok((index, _)) => Some(&self.event_types[index]),
            Err(_) => self.envelope.as_ref(),
        };
        let walk = match compiled {
            Some(compiled) => self.fields.walk(compiled.root, value),
            None => Walk { hidden: vec![value.span], ..Walk::default() },
        };
        event.hide(&walk.hidden, value);

        if let Some(compiled) = compiled {
            let discriminator = self.catalog.roles.event_name.as_ref();
            for violation in compiled.validator.violations(&value.to_serde()) {
                // An unknown name is one finding, not also one for each thing that the envelope says of names.
                if event_type.is_err() && messages::is_about(&violation, discriminator) {
                    continue;
                }
                messages::report(&self.catalog, event_type.ok(), &violation, value, event);
            }
        }
        match event_type {
            Err(unknown) => envelope::report_unknown(&self.catalog, unknown, value, event),
            Ok((_, event_type)) => {
                if self.options.unknown_fields == UnknownFields::Refuse {
                    self.report_unknown_fields(&walk, event);
                }
                envelope::check(&self.catalog, event_type, value, event);
                privacy::check(&self.catalog, &walk, value, event);
            }
        }
    }

    fn report_unknown_fields(&self, walk: &Walk<'_>, event: &mut Event<'_>) {
        for unknown in &walk.unknown {
            event.report(&schema_rule::UNKNOWN_FIELD, &unknown.pointer, unknown.member.name_span, |_| {
                let name = shown_name(&unknown.member.name);
                let known = self.fields.names(&unknown.nodes);
                let help = match show::nearest(&unknown.member.name, known.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "remove it, or add it to the schema as an optional field (a compatible change)"
                        .to_owned(),
                };
                (format!("the catalog does not know the field {name}"), Some(help))
            });
        }
    }

    /// The event's name and id, as far as they may be shown.
    fn head(&self, event: &Value<'_>) -> Head {
        let text = |role: Option<&tidings_json::Pointer>| {
            let text = event.at(role?)?.as_str()?;
            (!crate::detect::is_suspect(text)).then(|| Arc::from(show::plain(text)))
        };
        let only = self.catalog.only_event_type().map(|event_type| Arc::from(event_type.name.as_str()));
        Head {
            name: text(self.catalog.roles.event_name.as_ref()).or(only),
            id: text(self.catalog.roles.event_id.as_ref()),
        }
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

/// One event while it is being checked.
struct Event<'f> {
    frame: &'f Frame<'f>,
    origin: Origin,
    head: Head,
    found: Vec<Raw>,
    /// What is never shown of it, sorted, without overlaps.
    hidden: Vec<Span>,
}

impl<'f> Event<'f> {
    fn new(frame: &'f Frame<'f>, origin: Origin) -> Self {
        Self { frame, origin, head: Head::default(), found: Vec::new(), hidden: Vec::new() }
    }

    /// Notes what is never shown: these places, and whatever else in the event looks like personal data or a secret.
    fn hide(&mut self, places: &[Span], event: &Value<'_>) {
        self.hidden = places.to_vec();
        hide::suspects(event, &mut self.hidden);
        hide::normalise(&mut self.hidden);
    }

    /// A value as a message may show it: `None` if it must not be shown.
    fn shown(&self, value: &Value<'_>) -> Option<String> {
        let after = self.hidden.partition_point(|span| span.end <= value.span.start);
        let overlaps = self.hidden.get(after).is_some_and(|span| span.start < value.span.end);
        if overlaps {
            return None;
        }
        Some(match value.as_str() {
            Some(text) => show::quoted(text),
            None => show::quoted(&String::from_utf8_lossy(&self.frame.bytes[value.span.range()])),
        })
    }

    /// Whether something was found at this very place by a rule of this group.
    fn has_found(&self, group: &str, pointer: &str) -> bool {
        self.found
            .iter()
            .any(|found| found.pointer.as_deref() == Some(pointer) && found.rule.group() == group)
    }

    fn report(
        &mut self,
        rule: &'static Rule,
        pointer: &str,
        span: Span,
        text: impl FnOnce(&Self) -> (String, Option<String>),
    ) {
        let (message, help) = text(self);
        let pointer = Some(hide::pointer(pointer));
        self.found.push(Raw { rule, pointer, span, message, help });
    }

    fn problems(&mut self, problems: &[Problem]) {
        for problem in problems {
            let (rule, help) = match problem.kind {
                ProblemKind::Syntax => (&json_rule::SYNTAX, after_comma(&problem.message)),
                ProblemKind::InvalidUtf8 => (
                    &json_rule::INVALID_UTF8,
                    Some(if problem.message.contains("UTF-16") {
                        "convert it, for instance with `iconv -f UTF-16 -t UTF-8`"
                    } else {
                        "write events as UTF-8"
                    }),
                ),
                ProblemKind::ByteOrderMark => {
                    (&json_rule::BYTE_ORDER_MARK, Some("write the text as UTF-8 without a mark"))
                }
                ProblemKind::TrailingData => (
                    &json_rule::TRAILING_DATA,
                    Some("put each event on a line of its own, or all into one array"),
                ),
                ProblemKind::DuplicateKey => {
                    (&json_rule::DUPLICATE_KEY, Some("keep one: parsers differ in which of them they take"))
                }
                ProblemKind::TooDeep => {
                    (&json_rule::TOO_DEEP, Some("nothing that an event says needs so many levels"))
                }
            };
            let named = problem.kind == ProblemKind::DuplicateKey;
            self.found.push(Raw {
                rule,
                pointer: named.then(|| hide::pointer(&problem.pointer)),
                span: problem.span,
                message: if named { already_there(&problem.pointer) } else { problem.message.clone() },
                help: help.map(str::to_owned),
            });
        }
    }

    /// What the reader of frames has to say of this one.
    fn problem(&mut self, problem: &crate::frames::FrameProblem) {
        self.found.push(Raw {
            rule: problem.rule,
            pointer: None,
            span: problem.span,
            message: problem.message.clone(),
            help: problem.help.clone(),
        });
    }

    /// Sorts what was found and gives each its place. `value` is the event, if it could be parsed.
    fn finish(mut self, authority: &Authority, value: Option<&Value<'_>>, findings: &mut Vec<Finding>) {
        if self.found.is_empty() {
            return;
        }
        if value.is_none() {
            self.hidden = hide::all_but_known_words(self.frame.bytes, &authority.catalog);
        } else if self.hidden.is_empty()
            && let Some(value) = value
        {
            self.hide(&[], value);
        }
        self.found.sort_by(|a, b| {
            (&a.pointer, a.rule.id, a.span.start, &a.message).cmp(&(
                &b.pointer,
                b.rule.id,
                b.span.start,
                &b.message,
            ))
        });
        self.found.dedup_by(|a, b| a.pointer == b.pointer && a.rule == b.rule && a.message == b.message);
        let places = Places::new(self.frame.bytes, self.origin);
        for raw in self.found {
            let (line, column) = places.of(raw.span.start);
            let shows = authority.options.excerpts && !self.frame.bytes.is_empty();
            let excerpt = shows.then(|| places.excerpt(raw.span, &self.hidden));
            findings.push(Finding {
                rule: raw.rule,
                source: self.frame.source.clone(),
                line: Some(line),
                column: Some(column),
                event_name: self.head.name.clone(),
                event_id: self.head.id.clone(),
                pointer: raw.pointer,
                message: raw.message,
                help: raw.help,
                excerpt,
                cause: None,
            });
        }
    }
}

/// The likeliest cause of what the reader of JSON expected.
fn after_comma(message: &str) -> Option<&'static str> {
    let after = message.ends_with("found `}`") && message.starts_with("expected a member name in quotes,")
        || message == "expected a value, found `]`";
    after.then_some("remove the `,` before it")
}

/// That an object has two members of the name that the pointer ends in.
fn already_there(pointer: &str) -> String {
    let name = pointer.rsplit('/').next().unwrap_or_default().replace("~1", "/").replace("~0", "~");
    format!("the object already has a member {}", shown_name(&name))
}

/// A member's name as a message may show it.
fn shown_name(name: &str) -> String {
    if crate::detect::is_suspect(name) { "(a name not shown)".to_owned() } else { show::quoted(name) }
}

/// An event type with its index in the catalog.
type Known<'c> = (usize, &'c EventType);
