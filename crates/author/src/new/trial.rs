//! Tries examples: whether the catalog's examples with some more are as good a story as without.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use serde_json::Value as Json;
use tempfile::TempDir;
use tidings_audit::{Options, Order, audit};
use tidings_catalog::Catalog;
use tidings_engine::{Engine, Observer, SourceKind, find_sources};
use tidings_finding::{Finding, Summary};

use crate::json_file;

/// The examples in a folder of their own, to be audited with others.
#[derive(Debug)]
pub(super) struct Trial<'e> {
    engine: &'e Engine,
    folder: TempDir,
    /// What was found without any more examples, and which transitions they made.
    known: Findings,
    made: BTreeSet<Made>,
}

/// A transition that some example makes: the event type and the state before.
type Made = (String, Option<String>);

/// How often something was found.
type Findings = BTreeMap<(&'static str, Option<String>, Option<u64>, Option<String>), u64>;

/// Keeps what it is told.
#[derive(Default)]
struct Keeper {
    findings: Findings,
}

impl Observer for Keeper {
    fn finding(&mut self, finding: &Finding) -> io::Result<()> {
        let source = finding.source.as_ref().map(ToString::to_string);
        let key = (finding.rule.id, source, finding.line, finding.pointer.clone());
        *self.findings.entry(key).or_default() += 1;
        Ok(())
    }

    fn unreadable(&mut self, source: &str, _: &io::Error) {
        *self.findings.entry(("unreadable", Some(source.to_owned()), None, None)).or_default() += 1;
    }

    fn empty(&mut self, _: &str) {}

    fn progress(&mut self, _: &Summary) {}
}

impl<'e> Trial<'e> {
    /// The examples of the engine's catalog.
    pub(super) fn new(engine: &'e Engine, catalog: &Catalog) -> io::Result<Self> {
        let folder = tempfile::tempdir()?;
        std::fs::create_dir(folder.path().join("examples"))?;
        for example in &catalog.examples {
            let path = folder.path().join(&example.path);
            if let Some(parent) = path.parent() {
                std::fs::create_dir_all(parent)?;
            }
            std::fs::write(path, &example.content)?;
        }
        let mut trial = Self { engine, folder, known: Findings::default(), made: BTreeSet::new() };
        if !catalog.examples.is_empty() {
            (trial.known, trial.made) = trial.run()?;
        }
        Ok(trial)
    }

    /// Whether nothing more is found with some more examples, path → event. If so they stay.
    pub(super) fn accepts(&self, more: &[(String, Json)]) -> io::Result<bool> {
        if more
            .iter()
            .any(|(_, event)| !self.engine.validate(event.to_string().as_bytes()).findings().is_empty())
        {
            return Ok(false);
        }
        for (path, event) in more {
            std::fs::write(self.folder.path().join(path), json_file(event))?;
        }
        let accepted = self.holds(&[])?;
        if !accepted {
            for (path, _) in more {
                std::fs::remove_file(self.folder.path().join(path))?;
            }
        }
        Ok(accepted)
    }

    /// Whether an example is not needed for these transitions, nor for any that were made before. If so it is gone.
    pub(super) fn can_do_without(&self, path: &str, transitions: &[Made]) -> io::Result<bool> {
        let full = self.folder.path().join(path);
        let content = std::fs::read(&full)?;
        std::fs::remove_file(&full)?;
        let holds = self.holds(transitions)?;
        if !holds {
            std::fs::write(&full, content)?;
        }
        Ok(holds)
    }

    /// Whether no more is found than was known, and every transition is made that was, and these too.
    pub(super) fn holds(&self, transitions: &[Made]) -> io::Result<bool> {
        let (found, made) = self.run()?;
        // An event in the midst of a story can take away the state in which another was to be shown.
        Ok(made.is_superset(&self.made)
            && transitions.iter().all(|transition| made.contains(transition))
            && found.iter().all(|(key, count)| self.known.get(key).is_some_and(|known| count <= known)))
    }

    /// Audits what is there.
    fn run(&self) -> io::Result<(Findings, BTreeSet<Made>)> {
        let examples = self.folder.path().join("examples");
        let sources = match find_sources(&examples, SourceKind::Document, &mut Vec::new()) {
            Ok(sources) => sources,
            Err(error) => return Err(io::Error::other(error)),
        };
        let options = Options { order: Order::Occurred, ..Options::default() };
        let mut keeper = Keeper::default();
        let (summary, _) = audit(self.engine, sources.into_iter(), 1, options, &mut keeper)?;
        let aggregates = summary.stream.unwrap_or_default().aggregates;
        let made = aggregates
            .into_iter()
            .flat_map(|aggregate| aggregate.transitions)
            .filter(|transition| transition.count > 0)
            .map(|transition| (transition.event, transition.from));
        Ok((keeper.findings, made.collect()))
    }
}
