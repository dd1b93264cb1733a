//! Tidings makes a domain-event catalog enforceable.
//!
//! A *catalog* is a folder of plain JSON Schemas (Draft-07), examples and one manifest. This library reads it and holds
//! events to it; the `tidings` command is a thin front end of it.
//!
//! ```text
//! catalog folder ─→ load ─→ Catalog (the model, checked once) ─→ Engine ─→ validate ─→ findings ─→ render
//! bytes (file, folder, stdin, .gz, .zst) ─→ frames (one event each, with place) ─┘
//! ```
//!
//! # One event
//!
//! The messaging catalog is compiled in. [`Catalog::load`] reads one from a folder.
//!
//! ```
//! use std::sync::Arc;
//! use tidings::{Catalog, Engine, Options};
//!
//! let catalog = Arc::new(Catalog::messaging()?);
//! let engine = Engine::new(catalog, Options::default())?;
//!
//! let event = br#"{
//!   "event_name": "ConversationClosed",
//!   "event_id": "01K9A5E8R0ABCDEFGHJKMNPQRS",
//!   "aggregate_type": "Conversation",
//!   "aggregate_id": "conv_777",
//!   "occurred_at": "2025-11-05T14:00:00Z",
//!   "actor": "admin:user_42",
//!   "version": 1,
//!   "conversation_id": "conv_777",
//!   "customer_id": "cust_42"
//! }"#;
//! assert!(engine.validate(event).is_valid());
//! # Ok::<(), tidings::LoadError>(())
//! ```
//!
//! What is wrong comes as findings, sorted by place, each with a rule, a message and a help:
//!
//! ```
//! # use std::sync::Arc;
//! # use tidings::{Catalog, Engine, Options};
//! # let engine = Engine::new(Arc::new(Catalog::messaging()?), Options::default())?;
//! let verdict = engine.validate(br#"{"event_name": "ConversationClose"}"#);
//! assert!(!verdict.is_valid());
//! let finding = verdict.findings().iter().find(|f| f.pointer.as_deref() == Some("/event_name")).unwrap();
//! assert_eq!(finding.rule.id, "envelope/unknown-event");
//! assert_eq!(finding.message, "the catalog has no event type `ConversationClose`");
//! assert_eq!(finding.help.as_deref(), Some("did you mean `ConversationClosed`?"));
//! # Ok::<(), tidings::LoadError>(())
//! ```
//!
//! # The consumer's view
//!
//! A producer's events may have no field that the catalog does not know. A consumer has to bear them:
//!
//! ```
//! # use std::sync::Arc;
//! # use tidings::{Catalog, Engine, Options, UnknownFields};
//! # let catalog = Arc::new(Catalog::messaging()?);
//! let open = Options { unknown_fields: UnknownFields::Allow, ..Options::default() };
//! let consumer = Engine::new(catalog, open)?;
//! # Ok::<(), tidings::LoadError>(())
//! ```
//!
//! # Streams
//!
//! [`run`] checks whole files and folders with several threads and constant memory, and tells an [`Observer`] what it
//! finds in the order of the input. [`render`] shows findings to people and to other systems.
//!
//! # Writing a catalog
//!
//! [`author`] makes a catalog, adds event types to one, and brings its files into one form. It gives edits, which write all
//! files or none.
//!
//! ```
//! use tidings::MemoryTree;
//! use tidings::author::{NewEvent, init, new_event};
//!
//! let mut tree = MemoryTree::new();
//! for (path, content) in init("tasks")?.iter() {
//!     tree = tree.with(path, content);
//! }
//! let request = NewEvent { name: "TaskPostponed".to_owned(), ..NewEvent::default() };
//! let edits = new_event(&tree, &request)?;
//! assert!(edits.is_new("schemas/task_postponed.schema.json"));
//! # Ok::<(), tidings::author::Error>(())
//! ```

pub use tidings_audit::{Options as AuditOptions, Order, TraceEntry, audit};
pub use tidings_catalog::{
    Catalog, DiskTree, EmbeddedTree, EventType, GitError, GitTree, LoadError, MemoryTree, Problem, Tree, tags,
};
pub use tidings_engine::{
    Compression, Engine, Explanation, Frame, Limits, Observer, Options, Source, SourceError, SourceKind,
    UnknownFields, Verdict, find_sources, run,
};
#[doc(hidden)]
pub use tidings_engine::{FastPath, Level, Paths};
pub use tidings_finding::{
    AggregateTotals, Baseline, Compared, Excerpt, Finding, Rule, Severity, StreamTotals, Summary,
    TransitionTotals, render,
};
pub use tidings_json::{Pointer, PointerError};

/// What a catalog gives its readers.
pub mod emit {
    pub use tidings_emit::{docs, sample};
}

/// What writes catalog files.
pub mod author {
    pub use tidings_author::*;
}

/// What is wrong with a catalog.
///
/// ```
/// use tidings::check::{lint, waivers};
/// use tidings::Catalog;
///
/// let today = waivers::Date::constant(2026, 11, 24);
/// let report = lint::lint(Catalog::messaging_tree(), &lint::Selection::default(), today)?;
/// assert!(report.findings.is_empty());
/// # Ok::<(), tidings::LoadError>(())
/// ```
pub mod check {
    pub use tidings_check::{breaking, lint, waivers};
}

/// The model of a catalog, part by part.
pub mod catalog {
    pub use tidings_catalog::*;
}

/// Every rule, sorted by id.
pub fn rules() -> Vec<&'static Rule> {
    // One table for each crate that has rules; ids are unique across them.
    let mut rules = [tidings_engine::RULES, tidings_audit::RULES, &tidings_check::rules()].concat();
    rules.sort_by_key(|rule| rule.id);
    rules
}
