//! Bytes become frames, frames become verdicts.
//!
//! ```text
//! paths ─→ frames (one event each, with its place) ─→ authority (strict JSON, schema, envelope, privacy) ─→ findings
//! ```
//!
//! An [`Engine`] is compiled once from a catalog and is immutable; it can be shared by threads. It never prints: what it
//! finds it hands over as [`Finding`]s, whose texts show nothing that must not be shown.
//!
//! ```
//! use std::sync::Arc;
//! use tidings_catalog::{Catalog, MemoryTree};
//! use tidings_engine::{Engine, Options};
//!
//! let manifest = r#"
//!     [catalog]
//!     name = "lamps"
//!     title = "Lamps"
//!     version = "1.0.0"
//!     [events.lit]
//!     schema = "lit.schema.json"
//!     version = 1
//!     purpose = "A lamp was lit."
//! "#;
//! let schema = r#"{"type": "object", "properties": {"lamp": {"type": "string"}}, "required": ["lamp"]}"#;
//! let tree = MemoryTree::new().with("catalog.toml", manifest).with("lit.schema.json", schema);
//! let engine = Engine::new(Arc::new(Catalog::from_tree(&tree)?), Options::default())?;
//!
//! assert!(engine.validate(br#"{"lamp": "hall"}"#).is_valid());
//! let verdict = engine.validate(br#"{"lamp": 7}"#);
//! assert_eq!(verdict.findings()[0].rule.id, "schema/type");
//! assert_eq!(verdict.findings()[0].message, "`lamp` must be a string, not a number");
//! # Ok::<(), tidings_catalog::LoadError>(())
//! ```

mod authority;
mod detect;
mod formats;
mod frames;
mod rules;
mod run;
mod shape;
mod show;
mod time;
mod unwrap;

use std::sync::Arc;

use tidings_catalog::{Catalog, EventType, LoadError};
use tidings_finding::{Finding, Severity};
use tidings_json::{Pointer, Value};

pub use authority::{About, BareSchema};
pub use frames::{Compression, Frame, Source, SourceError, SourceKind, find_sources};
pub use rules::RULES;
pub use run::{Checked, Observer, follow, run, survey};

use authority::Authority;

/// A compiled catalog: validates events.
#[derive(Debug)]
pub struct Engine {
    authority: Authority,
    event_at: Option<Pointer>,
}

/// What an engine looks for and how much it bears.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Whether fields that the catalog does not know are findings.
    pub unknown_fields: UnknownFields,
    /// How large and how deep an event may be.
    pub limits: Limits,
    /// Whether findings come with an excerpt of the source, for people.
    pub excerpts: bool,
    /// Where the event stands in a wrapper, if it comes in one. A string there is parsed.
    pub event_at: Option<Pointer>,
}

/// What to do about fields that the catalog does not know.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UnknownFields {
    /// They are errors: the closed view, a producer's.
    #[default]
    Refuse,
    /// They may be there: the open view, a consumer's.
    Allow,
}

/// How large and how deep an event may be.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// In bytes. 1 MiB unless told otherwise, which is what the common brokers take.
    pub max_event_bytes: usize,
    /// How deep arrays and objects may be nested. 128 unless told otherwise, as in most parsers.
    pub max_depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_event_bytes: 1 << 20, max_depth: 128 }
    }
}

impl Engine {
    /// Compiles a catalog.
    ///
    /// # Errors
    /// If a schema of it is not good Draft-07, with file, line and column.
    pub fn new(catalog: Arc<Catalog>, mut options: Options) -> Result<Self, LoadError> {
        let event_at = options.event_at.take().filter(|pointer| !pointer.is_root());
        Ok(Self { authority: Authority::compile(catalog, options)?, event_at })
    }

    /// The same engine in another view. It shares what was compiled.
    #[must_use]
    pub fn with_unknown_fields(&self, unknown_fields: UnknownFields) -> Self {
        let authority = self.authority.with_unknown_fields(unknown_fields);
        Self { authority, event_at: self.event_at.clone() }
    }

    /// The same engine for events that stand there in a wrapper. It shares what was compiled.
    #[must_use]
    pub fn with_event_at(&self, event_at: Option<Pointer>) -> Self {
        Self { authority: self.authority.clone(), event_at: event_at.filter(|pointer| !pointer.is_root()) }
    }

    /// Validates one event, given as the bytes of its JSON text.
    pub fn validate(&self, event: &[u8]) -> Verdict {
        let mut findings = Vec::new();
        let frame = Frame::of_bytes(event);
        if event.len() > self.limits().max_event_bytes {
            self.authority.check(&frames::oversized(&frame, self.limits()), &mut findings, &mut |_, _, _| ());
        } else {
            self.check(&frame, &mut findings);
        }
        Verdict { findings }
    }

    /// Checks the event in a frame and adds what is found, sorted by pointer, then rule.
    pub fn check(&self, frame: &Frame<'_>, findings: &mut Vec<Finding>) {
        self.check_then(frame, findings, |_, _, _| ());
    }

    /// Checks the event in a frame like [`Engine::check`], and looks at it with `then` if it is of a known event type.
    /// `then` is also told whether it is *sound*: without an error but that it has unknown fields.
    pub fn check_then<T>(
        &self,
        frame: &Frame<'_>,
        findings: &mut Vec<Finding>,
        then: impl Fn(&EventType, &Value<'_>, bool) -> T,
    ) -> Option<T> {
        let mut seen = None;
        let mut look = |event_type: &EventType, event: &Value<'_>, sound: bool| {
            seen = Some(then(event_type, event, sound));
        };
        match &self.event_at {
            Some(pointer) if frame.problem.is_none() => {
                let check = |event: &Frame<'_>| self.authority.check(event, findings, &mut look);
                unwrap::with_event(frame, pointer, self.limits(), check);
            }
            _ => self.authority.check(frame, findings, &mut look),
        }
        seen
    }

    /// A finding about the sound event in a frame: with its place and its excerpt, masked as it must be.
    pub fn finding(&self, frame: &Frame<'_>, about: About) -> Finding {
        match &self.event_at {
            Some(pointer) => unwrap::with_event(frame, pointer, self.limits(), |frame| {
                self.authority.finding(frame, about)
            }),
            None => self.authority.finding(frame, about),
        }
    }

    /// Whether the ids of events of this type are ULIDs, going by the pattern that their schema has at the event id's place.
    pub fn event_ids_are_ulids(&self, event_type: &EventType) -> bool {
        let catalog = self.catalog();
        let Some(pointer) = &catalog.roles.event_id else { return false };
        let patterns = catalog.schema(event_type).at(pointer);
        patterns.into_iter().filter_map(|schema| schema.keyword("pattern")?.as_str()).any(shape::is_ulid)
    }

    /// The catalog that it was compiled from.
    pub fn catalog(&self) -> &Catalog {
        self.authority.catalog()
    }

    /// How large and how deep an event may be.
    pub fn limits(&self) -> Limits {
        self.authority.limits()
    }
}

/// A value of an event as a message may show it: in backticks, cut, escaped; masked if it looks like personal data or a
/// secret.
pub fn shown(value: &str) -> String {
    if detect::is_suspect(value) { "(a value not shown)".to_owned() } else { show::quoted(value) }
}

/// The kind of personal data or secret that a text looks as if it held, in words with their article: `an e-mail address`.
pub fn suspicion(text: &str) -> Option<&'static str> {
    detect::personal_data(text).map(detect::PersonalData::name).or_else(|| detect::secret(text))
}

/// The one of the names that was probably meant, if any is near enough.
pub fn nearest<'n>(name: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    show::nearest(name, names)
}

/// What validation says of one event.
#[derive(Clone, Debug)]
pub struct Verdict {
    findings: Vec<Finding>,
}

impl Verdict {
    /// Whether the event has no error. It may have warnings.
    pub fn is_valid(&self) -> bool {
        self.findings.iter().all(|finding| finding.severity() == Severity::Warning)
    }

    /// Everything that was found, sorted by pointer, then rule.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Everything that was found, sorted by pointer, then rule.
    pub fn into_findings(self) -> Vec<Finding> {
        self.findings
    }
}
