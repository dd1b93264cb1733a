//! The examples of a catalog as the engine and the audit see them: each by itself, and all as one story.

use std::io;

use tidings_audit::{Options as AuditOptions, Order, audit};
use tidings_catalog::EventType;
use tidings_engine::{Engine, Frame, Observer, Source, SourceKind};
use tidings_finding::{Finding, StreamTotals, Summary};
use tidings_json::Value;

/// How deep an example may be nested.
const MAX_DEPTH: usize = 128;

/// One example.
pub(crate) struct Example<'c> {
    /// Its path in the catalog.
    pub(crate) path: &'c str,
    /// The event, if it is JSON.
    pub(crate) event: Option<Value<'c>>,
    /// The type of the event, if it is one that the catalog has.
    pub(crate) event_type: Option<&'c EventType>,
    /// What the engine finds.
    pub(crate) findings: Vec<Finding>,
}

/// The examples as one stream, in the order in which they happened.
pub(crate) struct Story {
    /// What the audit finds, each with the path of its example as the source.
    pub(crate) findings: Vec<Finding>,
    /// How often each transition is exercised.
    pub(crate) totals: StreamTotals,
}

/// Checks every example by itself.
pub(crate) fn check_all(engine: &Engine) -> Vec<Example<'_>> {
    let catalog = engine.catalog();
    let each = catalog.examples.iter().map(|example| {
        let mut findings = Vec::new();
        let source = Some(example.path.as_str().into());
        engine.check(&Frame::new(&example.content, source, 1, 1), &mut findings);
        let event = tidings_json::parse(&example.content, MAX_DEPTH).ok().map(|parsed| parsed.value);
        let named = |event: &Value<'_>| catalog.event_type_of(|role| event.at(role)?.as_str());
        let event_type = event.as_ref().and_then(named);
        Example { path: &example.path, event, event_type, findings }
    });
    each.collect()
}

/// Audits all examples as one stream. Where one is invalid, what the others miss is no fault of theirs: then there is no
/// story.
pub(crate) fn story(engine: &Engine, examples: &[Example<'_>]) -> Option<Story> {
    if examples.iter().any(|example| !example.findings.is_empty()) {
        return None;
    }
    let sources = engine.catalog().examples.iter();
    let sources: Vec<Source> = sources
        .map(|example| Source::memory(&example.path, &example.content, SourceKind::Document))
        .collect();
    let options = AuditOptions { order: Order::Occurred, ..AuditOptions::default() };
    let mut keeper = Keeper::default();
    let (summary, _) = audit(engine, sources.into_iter(), 1, options, &mut keeper).ok()?;
    Some(Story { findings: keeper.0, totals: summary.stream? })
}

/// Keeps what it is told.
#[derive(Default)]
struct Keeper(Vec<Finding>);

impl Observer for Keeper {
    fn finding(&mut self, finding: &Finding) -> io::Result<()> {
        self.0.push(finding.clone());
        Ok(())
    }

    fn unreadable(&mut self, _: &str, _: &io::Error) {}

    fn empty(&mut self, _: &str) {}

    fn progress(&mut self, _: &Summary) {}
}
