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
//! use std::sync::{Arc, Mutex};
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
mod bytes;
#[expect(clippy::inline_always, reason = "the fast path calls it for each value")]
mod compile;
mod detect;
#[expect(
    clippy::inline_always,
    reason = "what a level is compiled for must be inlined into it, and this is the hot path"
)]
mod fast;
mod formats;
mod frames;
mod rules;
mod run;
mod shape;
mod show;
#[cfg(test)]
mod small;
mod time;
mod unwrap;

use std::sync::{Arc, Mutex};

use tidings_catalog::{Catalog, EventType, LoadError};
use tidings_finding::{Finding, Severity};
use tidings_json::{Pointer, Value};

pub use authority::{About, BareSchema};
pub use formats::is_date;
pub use frames::{Compression, Frame, Source, SourceError, SourceKind, find_sources};
pub use rules::RULES;
pub use run::{Checked, Observer, follow, run, survey};

use authority::Authority;
use fast::{Fast, Line, Lines, Pending, Scratch, Seen};

/// A compiled catalog: validates events.
#[derive(Debug)]
pub struct Engine {
    authority: Authority,
    /// Proves most valid events valid, so that the authority needn't look at them.
    fast: Option<Arc<Pending>>,
    /// What threads work in that are done.
    scratches: Mutex<Vec<Scratch>>,
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
    /// Which ways through the engine may be taken. Findings are the same whichever; tests compare.
    #[doc(hidden)]
    pub paths: Paths,
}

/// Which ways through the engine may be taken.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Paths {
    /// How far an event may be proven valid without the authority.
    pub fast: FastPath,
    /// Which instructions may be used for it.
    pub level: Level,
}

/// How far an event may be proven valid without the authority.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FastPath {
    /// With whatever helps, after so many events that it is worth to be made.
    #[default]
    WhenItPays,
    /// The same from the first event on.
    All,
    /// The same without what is learned of whole lines, but with what is learned of the order of members, however little that
    /// pays.
    Steps,
    /// The same without what is learned.
    OrderFree,
    /// Not at all: the authority looks at every event.
    AuthorityOnly,
}

/// Which instructions may be used. One that the processor lacks stands for the next that it has.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Level {
    /// The best that there are.
    #[default]
    Best,
    /// Those of AVX2.
    Avx2,
    /// None but those that every processor has.
    Scalar,
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
        let Options { paths, limits, .. } = options;
        let fast = Pending::new(&catalog, limits, paths).map(Arc::new);
        let authority = Authority::compile(catalog, options)?;
        Ok(Self { authority, fast, scratches: Mutex::default(), event_at })
    }

    /// The same engine in another view. It shares what was compiled.
    #[must_use]
    pub fn with_unknown_fields(&self, unknown_fields: UnknownFields) -> Self {
        self.with(self.authority.with_unknown_fields(unknown_fields), self.event_at.clone())
    }

    /// The same engine for events that stand there in a wrapper. It shares what was compiled.
    #[must_use]
    pub fn with_event_at(&self, event_at: Option<Pointer>) -> Self {
        self.with(self.authority.clone(), event_at.filter(|pointer| !pointer.is_root()))
    }

    fn with(&self, authority: Authority, event_at: Option<Pointer>) -> Self {
        Self { authority, fast: self.fast.clone(), scratches: Mutex::default(), event_at }
    }

    /// Makes all that is otherwise made when the first events need it, which takes some milliseconds: for who has time now
    /// and none when events come.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use tidings_catalog::{Catalog, MemoryTree};
    /// # use tidings_engine::{Engine, Options};
    /// # let manifest = "[catalog]\nname = \"lamps\"\ntitle = \"Lamps\"\nversion = \"1.0.0\"\n\
    /// #     [events.lit]\nschema = \"lit.schema.json\"\nversion = 1\npurpose = \"A lamp was lit.\"";
    /// # let tree = MemoryTree::new().with("catalog.toml", manifest).with("lit.schema.json", "{}");
    /// let engine = Engine::new(Arc::new(Catalog::from_tree(&tree)?), Options::default())?;
    /// engine.prepare();
    /// assert!(engine.validate(b"{}").is_valid());
    /// # Ok::<(), tidings_catalog::LoadError>(())
    /// ```
    pub fn prepare(&self) {
        if let Some(fast) = &self.fast {
            fast.at_once(self.catalog());
        }
        self.authority.prepare();
    }

    /// Validates one event, given as the bytes of its JSON text.
    pub fn validate(&self, event: &[u8]) -> Verdict {
        if self.proven(event).is_some() {
            Verdict { findings: Vec::new() }
        } else {
            self.validate_unproven(event)
        }
    }

    fn validate_unproven(&self, event: &[u8]) -> Verdict {
        let mut findings = Vec::new();
        let frame = Frame::of_bytes(event);
        if event.len() > self.limits().max_event_bytes {
            self.authority.check(&frames::oversized(&frame, self.limits()), &mut findings, &mut |_, _, _| ());
        } else {
            self.check_unproven(&frame, &mut findings);
        }
        Verdict { findings }
    }

    /// Validates events that stand one a line. `found` is told the number of a line, from 1, with what is wrong with it,
    /// for each event that something is found of. Tells how many events there are; blank lines are none.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use tidings_catalog::{Catalog, MemoryTree};
    /// # use tidings_engine::{Engine, Options};
    /// # let manifest = "[catalog]\nname = \"lamps\"\ntitle = \"Lamps\"\nversion = \"1.0.0\"\n\
    /// #     [events.lit]\nschema = \"lit.schema.json\"\nversion = 1\npurpose = \"A lamp was lit.\"";
    /// # let schema = r#"{"type": "object", "properties": {"lamp": {"type": "string"}}, "required": ["lamp"]}"#;
    /// # let tree = MemoryTree::new().with("catalog.toml", manifest).with("lit.schema.json", schema);
    /// # let engine = Engine::new(Arc::new(Catalog::from_tree(&tree)?), Options::default())?;
    /// let mut wrong = Vec::new();
    /// let events = engine.validate_lines(b"{\"lamp\": \"hall\"}\n\n{\"lamp\": 7}\n", |line, verdict| {
    ///     wrong.push((line, verdict.findings()[0].rule.id));
    /// });
    /// assert_eq!((events, wrong), (2, vec![(3, "schema/type")]));
    /// # Ok::<(), tidings_catalog::LoadError>(())
    /// ```
    pub fn validate_lines(&self, lines: &[u8], mut found: impl FnMut(u64, Verdict)) -> u64 {
        let all = Lines { text: lines, start: 0, end: lines.len(), first: 1 };
        let seen = self.prove_lines(&all, u64::MAX, &mut |line| {
            let verdict = self.validate_unproven(&lines[line.range]);
            if !verdict.findings.is_empty() {
                found(line.number, verdict);
            }
        });
        seen.proven + seen.unproven
    }

    /// Checks the event in a frame and adds what is found, sorted by pointer, then rule.
    pub fn check(&self, frame: &Frame<'_>, findings: &mut Vec<Finding>) {
        let can_prove = frame.problem.is_none() && self.event_at.is_none();
        if !(can_prove && self.proven(frame.bytes).is_some()) {
            self.check_unproven(frame, findings);
        }
    }

    /// The same without a try to prove the event valid first.
    pub(crate) fn check_unproven(&self, frame: &Frame<'_>, findings: &mut Vec<Finding>) {
        self.ask_authority(frame, findings, &mut |_, _, _| ());
    }

    /// Tries to prove lines, and hands over the others, but for blank ones. When these have become `most`, it soon stops.
    pub(crate) fn prove_lines(&self, lines: &Lines<'_>, most: u64, unproven: &mut dyn FnMut(Line)) -> Seen {
        let Some(fast) = self.fast_path(|| lines.count()) else {
            return lines.each(most, unproven);
        };
        let mut scratch = self.scratch();
        let seen = fast.prove_lines(&mut scratch, lines, most, unproven);
        self.give_back(scratch);
        seen
    }

    /// Whether the fast path proves that this event is valid, so that nothing at all would be found.
    #[doc(hidden)]
    pub fn is_proven(&self, event: &[u8]) -> bool {
        let fast = self.fast.as_ref().filter(|_| self.event_at.is_none());
        fast.is_some_and(|fast| self.prove(fast.at_once(self.catalog()), event).is_some())
    }

    /// The index of the event type of an event that is proven to be valid.
    fn proven(&self, event: &[u8]) -> Option<usize> {
        self.prove(self.fast_path(|| 1)?, event)
    }

    fn prove(&self, fast: &Fast, event: &[u8]) -> Option<usize> {
        let mut scratch = self.scratch();
        let proven = fast.prove(&mut scratch, event);
        self.give_back(scratch);
        proven
    }

    /// The fast path, if there is one for these events and it pays now that so many more are asked of.
    fn fast_path(&self, events: impl FnOnce() -> usize) -> Option<&Fast> {
        let fast = self.fast.as_ref().filter(|_| self.event_at.is_none())?;
        fast.for_events(events, self.catalog())
    }

    /// For each event type, in the catalog's order, what the fast path leaves to the authority.
    pub fn explain(&self) -> Vec<Explanation> {
        let Some(fast) = &self.fast else { return Vec::new() };
        let fast = fast.at_once(self.catalog());
        let events = self.catalog().event_types.keys().zip(&fast.program().events);
        let explanation = |(name, event): (&String, &compile::EventProgram)| Explanation {
            event_type: name.clone(),
            is_fast: event.frame.is_some(),
            places: fast.program().places(event),
            left: event.notes.iter().map(|note| (note.place.clone(), note.why.clone())).collect(),
        };
        events.map(explanation).collect()
    }

    fn scratch(&self) -> Scratch {
        self.scratches.lock().ok().and_then(|mut scratches| scratches.pop()).unwrap_or_default()
    }

    fn give_back(&self, scratch: Scratch) {
        if let Ok(mut scratches) = self.scratches.lock() {
            scratches.push(scratch);
        }
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
        if frame.problem.is_none()
            && self.event_at.is_none()
            && let Some(event_type) = self.proven(frame.bytes)
            && let Some((_, event_type)) = self.catalog().event_types.get_index(event_type)
            && let Ok(parsed) = tidings_json::parse(frame.bytes, self.limits().max_depth)
        {
            look(event_type, &parsed.value, true);
        } else {
            self.ask_authority(frame, findings, &mut look);
        }
        seen
    }

    fn ask_authority(
        &self,
        frame: &Frame<'_>,
        findings: &mut Vec<Finding>,
        look: &mut dyn FnMut(&EventType, &Value<'_>, bool),
    ) {
        match &self.event_at {
            Some(pointer) if frame.problem.is_none() => {
                let check = |event: &Frame<'_>| self.authority.check(event, findings, look);
                unwrap::with_event(frame, pointer, self.limits(), check);
            }
            _ => self.authority.check(frame, findings, look),
        }
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

/// What the fast path does about events of one type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The event type's name.
    pub event_type: String,
    /// Whether valid events of it can be proven without the authority.
    pub is_fast: bool,
    /// The places of its events that the fast path knows, as JSON Pointers, each with whether one quick check says all of
    /// it.
    pub places: Vec<(String, bool)>,
    /// What only the authority can tell, each with its place, a JSON Pointer in which `*` stands for elements and members
    /// without a name. An event that has something there goes to the authority. At most a hundred.
    pub left: Vec<(String, String)>,
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
