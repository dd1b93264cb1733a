//! The timeline of one aggregate: each event about it, what state it found and left, and what was wrong with it.

use std::sync::Arc;

use tidings_engine::Frame;
use tidings_finding::Finding;

use crate::auditor::Auditor;
use crate::facts::Facts;

/// One event in the timeline of an aggregate.
#[derive(Clone, Debug)]
pub struct TraceEntry {
    /// The aggregate's type.
    pub aggregate_type: String,
    /// Where the event came from: a path, or `-`.
    pub source: Option<Arc<str>>,
    /// Its line, from 1.
    pub line: u64,
    /// The event type's name.
    pub event_name: String,
    /// The event's id, as far as it may be shown.
    pub event_id: Option<String>,
    /// When it happened, as it is written.
    pub occurred_at: Option<String>,
    /// The aggregate's state before; several where it is not known; `None` if there was no aggregate.
    pub before: Option<String>,
    /// The aggregate's state after.
    pub after: Option<String>,
    /// What was wrong with the event.
    pub findings: Vec<Finding>,
}

impl Auditor<'_> {
    /// The state of the aggregate that an event is about, in words; `None` if there is none.
    pub(crate) fn state_of(&self, facts: &Facts) -> Option<String> {
        let kind = self.machine().events[facts.event].kind?;
        let states = self.state().aggregate(kind, facts.aggregate.as_ref()?)?.states;
        Some(self.machine().state_names(kind, states).replace('`', ""))
    }

    /// The entry of an event, before what it does is known.
    pub(crate) fn entry(&self, facts: &Facts, frame: &Frame<'_>) -> Option<TraceEntry> {
        let event = &self.machine().events[facts.event];
        Some(TraceEntry {
            aggregate_type: self.machine().kinds[event.kind?].name.clone(),
            source: frame.source.clone(),
            line: frame.line,
            event_name: event.name.clone(),
            event_id: facts
                .event_id
                .as_ref()
                .map(|id| tidings_engine::shown(&id.to_string()).replace('`', "")),
            occurred_at: facts
                .occurred_at_text
                .as_ref()
                .map(|time| tidings_engine::shown(time).replace('`', "")),
            before: self.state_of(facts),
            after: None,
            findings: Vec::new(),
        })
    }
}
