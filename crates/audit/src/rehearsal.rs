//! An audit that is rehearsed: what would be found if this event came next? Whoever looks for a stream tries many events
//! after the same beginning.
//!
//! In goes one event after another; out comes what validation and the audit have against it. The audit is the one that
//! streams get. Only what tells one delivery from another is left out: in a rehearsal events have no id, no idempotency
//! key and no time, so that the same one may come again.

use tidings_catalog::EventType;
use tidings_engine::{Engine, Frame};
use tidings_finding::{Finding, Rule, Severity};
use tidings_json::Value;

use crate::auditor::Auditor;
use crate::facts::{self, Facts};
use crate::machine::Machine;
use crate::state::{Place, Standing};

/// A catalog under which streams are rehearsed.
#[derive(Debug)]
pub struct Rehearsal<'e> {
    engine: &'e Engine,
    machine: Machine,
}

/// An event that may come any number of times.
#[derive(Debug)]
pub struct Act {
    /// None where the event is of no known type.
    facts: Option<Facts>,
    errors: Vec<Wrong>,
}

/// An error: what is broken, and where in the event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// The rule.
    pub rule: &'static Rule,
    /// The place, as a JSON Pointer; empty for the whole event.
    pub pointer: String,
}

/// A stream so far.
#[derive(Clone, Debug)]
pub struct Stage<'r> {
    auditor: Auditor<'r>,
}

/// What a stream has come to: two streams of one rehearsal with the same snapshot go on alike.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Snapshot(Vec<Standing>);

impl<'e> Rehearsal<'e> {
    /// Compiles the lifecycles of an engine's catalog.
    pub fn new(engine: &'e Engine) -> Self {
        Self { engine, machine: Machine::new(engine.catalog()) }
    }

    /// An event, given as the bytes of its JSON text, as the engine sees it.
    pub fn event(&self, event: &[u8]) -> Act {
        let catalog = self.engine.catalog();
        let mut findings = Vec::new();
        let extract = |event_type: &EventType, event: &Value<'_>, sound: bool| {
            let facts = facts::extract(catalog, &self.machine, false, false, event_type, event, sound)?;
            Some(Facts { event_id: None, key: None, occurred_at: None, ..facts })
        };
        let facts = self.engine.check_then(&Frame::new(event, None, 1, 1), &mut findings, extract);
        let errors = findings.into_iter().filter(|finding| finding.severity() == Severity::Error);
        let wrong =
            |finding: Finding| Wrong { rule: finding.rule, pointer: finding.pointer.unwrap_or_default() };
        Act { facts: facts.flatten(), errors: errors.map(wrong).collect() }
    }

    /// A stream in which nothing has happened yet.
    pub fn begin(&self) -> Stage<'_> {
        Stage { auditor: Auditor::new(&self.machine, &self.engine.catalog().roles, i64::MAX, false) }
    }
}

impl Act {
    /// The errors that the event has by itself.
    pub fn errors(&self) -> &[Wrong] {
        &self.errors
    }
}

impl Stage<'_> {
    /// Lets an event come next. Out come all errors: the event's own, and what the audit finds.
    pub fn next(&mut self, act: &Act) -> Vec<Wrong> {
        let mut errors = act.errors.clone();
        if let Some(facts) = act.facts.as_ref().filter(|facts| facts.sound) {
            let found = self.auditor.step(facts, &Place { source: None, line: 1 });
            let found = found.into_iter().map(|found| found.about);
            let wrong = found.map(|about| Wrong { rule: about.rule, pointer: about.pointer });
            errors.extend(wrong.filter(|wrong| wrong.rule.severity == Severity::Error));
        }
        errors
    }

    /// The state of the aggregate that an event is about, if there is such an aggregate.
    pub fn state(&self, act: &Act) -> Option<&str> {
        let facts = act.facts.as_ref()?;
        let machine = self.auditor.machine();
        let kind = machine.events[facts.event].kind?;
        let state = self.auditor.state().aggregate(kind, facts.aggregate.as_ref()?)?.states.only()?;
        machine.kinds[kind].states.get(state).map(String::as_str)
    }

    /// What the stream has come to.
    pub fn snapshot(&self) -> Snapshot {
        let mut standing: Vec<Standing> = self.auditor.state().aggregates().collect();
        standing.sort_unstable();
        Snapshot(standing)
    }
}
