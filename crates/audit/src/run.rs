//! Audits sources: validation and the audit together, in delivery order or in the order in which events happened.

use std::io;
use std::sync::Arc;

use tidings_catalog::EventType;
use tidings_engine::{Checked, Engine, Frame, Observer, Source, follow};
use tidings_finding::{AggregateTotals, Finding, StreamTotals, Summary, TransitionTotals};

use tidings_json::Value;

use crate::auditor::Auditor;
use crate::facts::{self, Facts, Id};
use crate::machine::{Machine, States};
use crate::state::Place;
use crate::time::Moment;
use crate::trace::TraceEntry;

/// How a stream is audited.
#[derive(Clone, Debug)]
pub struct Options {
    /// The order in which events are taken.
    pub order: Order,
    /// How far a ULID's time may be from the event's own, in milliseconds, without a warning.
    pub max_skew: u64,
    /// Whether aggregates that are not known are taken to have been there before the stream.
    pub starts_mid_stream: bool,
    /// The id of the aggregates whose timeline is wanted.
    pub trace: Option<String>,
}

impl Default for Options {
    /// Delivery order, five minutes, a stream from its beginning.
    fn default() -> Self {
        Self { order: Order::Delivery, max_skew: 5 * 60 * 1000, starts_mid_stream: false, trace: None }
    }
}

/// The order in which events are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// As they come.
    Delivery,
    /// By when they happened, then by event id. All events are kept in memory.
    Occurred,
}

/// An audit of a catalog's streams.
#[derive(Debug)]
struct Audit<'e> {
    engine: &'e Engine,
    machine: Machine,
    options: Options,
}

/// Audits all events of the sources.
///
/// With [`Options::trace`] the timeline of the aggregates of that id comes back too, in the order in which the events were
/// taken. What an [`Observer`] is told comes in the order of the input, for each event sorted by pointer, then rule: what
/// validation finds and what the audit finds. The summary's `stream` has the totals of the audit.
///
/// # Errors
/// The observer's.
pub fn audit(
    engine: &Engine,
    sources: impl Iterator<Item = Source> + Send,
    threads: usize,
    options: Options,
    observer: &mut dyn Observer,
) -> io::Result<(Summary, Vec<TraceEntry>)> {
    Audit { engine, machine: Machine::new(engine.catalog()), options }.run(sources, threads, observer)
}

/// An event that waits for its turn.
struct Waiting {
    facts: Facts,
    frame: OwnedFrame,
    /// Its number in the input.
    number: usize,
}

/// A frame that outlives its batch.
struct OwnedFrame {
    bytes: Vec<u8>,
    source: Option<Arc<str>>,
    line: u64,
    column: u64,
}

/// An observer that is told of no findings, since they are told later.
struct Quiet<'o>(&'o mut dyn Observer);

impl Observer for Quiet<'_> {
    fn finding(&mut self, _: &Finding) -> io::Result<()> {
        Ok(())
    }

    fn unreadable(&mut self, source: &str, error: &io::Error) {
        self.0.unreadable(source, error);
    }

    fn empty(&mut self, source: &str) {
        self.0.empty(source);
    }

    fn progress(&mut self, summary: &Summary) {
        self.0.progress(summary);
    }
}

impl Audit<'_> {
    fn run(
        &self,
        sources: impl Iterator<Item = Source> + Send,
        threads: usize,
        observer: &mut dyn Observer,
    ) -> io::Result<(Summary, Vec<TraceEntry>)> {
        let max_skew = i64::try_from(self.options.max_skew).unwrap_or(i64::MAX);
        let catalog = self.engine.catalog();
        let mut auditor =
            Auditor::new(&self.machine, &catalog.roles, max_skew, self.options.starts_mid_stream);
        let ulids: Vec<bool> = catalog
            .event_types
            .values()
            .map(|event_type| self.engine.event_ids_are_ulids(event_type))
            .collect();
        let traced = self.options.trace.is_some();
        let extract = |event_type: &EventType, event: &Value<'_>, sound: bool| {
            let index = self.machine.event(&event_type.name)?;
            facts::extract(catalog, &self.machine, ulids[index], traced, event_type, event, sound)
        };
        let mut trace = Vec::new();
        let mut summary = match self.options.order {
            Order::Delivery => {
                follow(self.engine, sources, threads, observer, extract, |checked, findings| {
                    let Checked { frame, findings: found, facts } = checked;
                    findings.extend(found);
                    if let Some(facts) = facts.flatten() {
                        trace.extend(self.apply(&mut auditor, &facts, &frame, findings));
                    }
                })?
            }
            Order::Occurred => {
                self.run_sorted(&mut auditor, sources, threads, observer, extract, &mut trace)?
            }
        };
        summary.stream = Some(self.totals(&auditor));
        Ok((summary, trace))
    }

    /// Reads everything first, then applies the events in the order in which they happened, then tells in the order of
    /// the input.
    fn run_sorted(
        &self,
        auditor: &mut Auditor<'_>,
        sources: impl Iterator<Item = Source> + Send,
        threads: usize,
        observer: &mut dyn Observer,
        extract: impl Fn(&EventType, &Value<'_>, bool) -> Option<Facts> + Sync,
        trace: &mut Vec<TraceEntry>,
    ) -> io::Result<Summary> {
        let mut waiting: Vec<Waiting> = Vec::new();
        let mut all: Vec<(bool, Vec<Finding>)> = Vec::new();
        let quiet = &mut Quiet(observer);
        let read = follow(self.engine, sources, threads, quiet, extract, |checked, told| {
            let Checked { frame, findings, facts } = checked;
            let is_event = frame.is_event();
            if !is_event {
                // So that nobody says of a source that it has nothing.
                told.extend(findings.iter().cloned());
            }
            if let Some(facts) = facts.flatten() {
                let frame = OwnedFrame {
                    bytes: frame.bytes.to_vec(),
                    source: frame.source.clone(),
                    line: frame.line,
                    column: frame.column,
                };
                waiting.push(Waiting { facts, frame, number: all.len() });
            }
            all.push((is_event, findings));
        })?;
        let key = |waiting: &Waiting| -> (Option<Moment>, Option<Id>) {
            (waiting.facts.occurred_at.clone(), waiting.facts.event_id.clone())
        };
        waiting.sort_by_cached_key(key);
        for event in &waiting {
            let OwnedFrame { bytes, source, line, column } = &event.frame;
            let frame = Frame::new(bytes, source.clone(), *line, *column);
            trace.extend(self.apply(auditor, &event.facts, &frame, &mut all[event.number].1));
        }
        // What was counted while reading had few of the findings.
        let Summary { bytes, sources, incomplete, seconds, .. } = read;
        let mut summary = Summary { bytes, sources, incomplete, seconds, ..Summary::default() };
        for (is_event, findings) in &mut all {
            findings.retain(|finding| observer.wants(finding));
            summary.count(*is_event, findings);
            findings.iter().try_for_each(|finding| observer.finding(finding))?;
        }
        Ok(summary)
    }

    /// Applies an event and adds what is found. Gives its entry in the timeline, if it belongs there.
    fn apply(
        &self,
        auditor: &mut Auditor<'_>,
        facts: &Facts,
        frame: &Frame<'_>,
        findings: &mut Vec<Finding>,
    ) -> Option<TraceEntry> {
        let wanted = self.options.trace.as_ref();
        let is_traced =
            wanted.is_some_and(|id| facts.aggregate.as_ref().is_some_and(|own| own.to_string() == *id));
        let entry = if is_traced { auditor.entry(facts, frame) } else { None };
        if facts.sound {
            let place = Place { source: frame.source.clone(), line: frame.line };
            let found = auditor.step(facts, &place);
            if !found.is_empty() {
                for found in found {
                    let mut finding = self.engine.finding(frame, found.about);
                    finding.cause = found.cause;
                    findings.push(finding);
                }
                findings.sort_by(|a, b| (&a.pointer, a.rule.id).cmp(&(&b.pointer, b.rule.id)));
            }
        }
        entry.map(|entry| TraceEntry { after: auditor.state_of(facts), findings: findings.clone(), ..entry })
    }

    fn totals(&self, auditor: &Auditor<'_>) -> StreamTotals {
        let state = auditor.state();
        let aggregates = self.machine.kinds.iter().enumerate().map(|(index, kind)| AggregateTotals {
            name: kind.name.clone(),
            states: (kind.states.iter().enumerate())
                .map(|(at, name)| (name.clone(), state.count(index, States::one(at))))
                .collect(),
            unsure: state.count_unsure(index),
            transitions: self.transitions(auditor, index),
        });
        StreamTotals {
            redelivered: auditor.totals.redelivered,
            adopted: auditor.totals.adopted,
            aggregates: aggregates.collect(),
        }
    }

    fn transitions(&self, auditor: &Auditor<'_>, kind: usize) -> Vec<TransitionTotals> {
        let states = &self.machine.kinds[kind].states;
        let mut transitions = Vec::new();
        for (index, event) in
            self.machine.events.iter().enumerate().filter(|(_, event)| event.kind == Some(kind))
        {
            let count = |from| auditor.totals.exercised.get(&(index, from)).copied().unwrap_or_default();
            if let Some(to) = event.creates {
                let to = states[to].clone();
                transitions.push(TransitionTotals {
                    event: event.name.clone(),
                    from: None,
                    to,
                    count: count(None),
                });
            }
            for (from, to) in event.next.iter().enumerate() {
                if let Some(to) = to {
                    transitions.push(TransitionTotals {
                        event: event.name.clone(),
                        from: Some(states[from].clone()),
                        to: states[*to].clone(),
                        count: count(Some(from)),
                    });
                }
            }
        }
        transitions
    }
}
