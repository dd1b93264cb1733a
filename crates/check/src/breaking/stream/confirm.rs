//! The audit's own word about a stream, and streams without what is not needed.

use std::io;

use tidings_audit::{Options, Wrong, audit};
use tidings_engine::{Engine, Observer, Source, SourceKind};
use tidings_finding::{Finding, Rule, Severity, Summary};

use super::dress::Dressed;
use super::scene::Scene;
use super::{Goal, Shown, search};

/// The stream, if the left side audits it clean and the right side finds what it is to find; without events that it doesn't
/// need for that.
pub(super) fn confirmed(scene: &Scene<'_>, goal: &Goal, mut events: Vec<Dressed>) -> Option<Shown> {
    let mut rule = shows(scene, goal, &events)?;
    let mut at = 0;
    // The last event is what it ends in.
    while at + 1 < events.len() {
        let mut fewer = events.clone();
        fewer.remove(at);
        match shows(scene, goal, &fewer) {
            Some(other) => (events, rule) = (fewer, other),
            None => at += 1,
        }
    }
    let (names, events) = events.into_iter().unzip();
    Some(Shown { events, names, rule: rule.id })
}

/// The rule that the right side finds broken by a stream that the left side audits clean.
fn shows(scene: &Scene<'_>, goal: &Goal, events: &[Dressed]) -> Option<&'static Rule> {
    let events: Vec<&serde_json::Value> = events.iter().map(|(_, event)| event).collect();
    if !errors(&scene.left.closed, &events)?.is_empty() {
        return None;
    }
    let found = errors(&scene.right.open, &events)?.into_iter().find(|wrong| search::counts(goal, wrong));
    found.map(|wrong| wrong.rule)
}

/// The errors that validation and the audit find in a stream; `None` if it could not be audited.
pub(in crate::breaking) fn errors(engine: &Engine, events: &[&serde_json::Value]) -> Option<Vec<Wrong>> {
    let lines: Vec<String> = events.iter().map(ToString::to_string).collect();
    let lines = lines.join("\n");
    let source = Source::memory("witness", lines.as_bytes(), SourceKind::Lines);
    let mut keeper = Keeper::default();
    audit(engine, std::iter::once(source), 1, Options::default(), &mut keeper).ok()?;
    Some(keeper.0)
}

/// Keeps the errors that it is told of.
#[derive(Default)]
struct Keeper(Vec<Wrong>);

impl Observer for Keeper {
    fn finding(&mut self, finding: &Finding) -> io::Result<()> {
        if finding.severity() == Severity::Error {
            let pointer = finding.pointer.clone().unwrap_or_default();
            self.0.push(Wrong { rule: finding.rule, pointer });
        }
        Ok(())
    }

    fn unreadable(&mut self, _: &str, _: &io::Error) {}

    fn empty(&mut self, _: &str) {}

    fn progress(&mut self, _: &Summary) {}
}
