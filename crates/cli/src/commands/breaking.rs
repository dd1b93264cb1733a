//! `tidings breaking`: what a change of the catalog would break, with proof.

use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context as _, anyhow, bail};
use serde_json::{Value, json};
use tidings::check::breaking::{
    self, Consumers, Corpus, Options, Outcome as Comparison, Verdict, Version, Witness,
};
use tidings::check::waivers::Waivers;
use tidings::render::Format;
use tidings::{Catalog, Compared, Finding, GitTree, Observer as _, Severity, SourceKind, Summary};

use crate::args::{Args, Breaking};
use crate::commands::lint::today;
use crate::console::Console;
use crate::exit::{self, Outcome};
use crate::{catalog, output, reading};

pub(crate) fn run(args: &Args, command: &Breaking) -> anyhow::Result<Outcome> {
    let started = Instant::now();
    let options = Options { mode: command.mode(), ..Options::default() };
    let mut console = Console::new(args, &command.output, !command.all)?;
    if let [old, new] = command.schema.as_slice() {
        let read = |path: &Path| std::fs::read(path).with_context(|| path.display().to_string());
        let (old_text, new_text) = (read(old)?, read(new)?);
        let names = [old, new].map(|path| path.display().to_string());
        let report = breaking::compare_schemas((&names[0], &old_text), (&names[1], &new_text), options)
            .map_err(|error| {
                anyhow!("the schemas can't be compared:\n{}", catalog::problems(&error, Path::new("")))
            })?;
        let result = Findings { outcomes: report.outcomes, all_found: true, ..Findings::default() };
        return result.show(console, command, started);
    }
    let folder = catalog::folder(args)?;
    let folder = folder.as_deref();
    let tree = catalog::tree(folder);
    let new = Catalog::from_tree(tree.as_ref()).map_err(|error| catalog::unusable(&error, folder))?;
    let new = version("the new catalog", new, folder)?;
    let earlier = earlier(command, folder)?;
    let Some(latest) = earlier.first() else {
        bail!("there is nothing to compare with: no tag of the repository has the catalog");
    };
    let report = breaking::compare(tree.as_ref(), &new, &earlier.iter().collect::<Vec<_>>(), options);
    let mut result = Findings { outcomes: report.outcomes, all_found: true, ..Findings::default() };
    if !command.corpus.is_empty() {
        let (sources, all_found) = reading::sources_at(&command.corpus, SourceKind::Lines);
        let (sources, at) = (sources.into_iter(), command.event_at.as_ref());
        let corpus = breaking::replay(latest, &new, sources, at, reading::cores(), &mut console)?;
        console.has_read();
        result.all_found = all_found && !corpus.incomplete;
        result.others = corpus.findings(Consumers::load(tree.as_ref()).as_ref());
        result.corpus = Some(corpus);
    }
    let waivers = Waivers::load(tree.as_ref());
    let mut judged = waivers.judge(command.today.unwrap_or_else(today));
    result.outcomes.retain(|outcome| outcome.finding.as_ref().is_none_or(|finding| !judged.waives(finding)));
    result.others.retain(|finding| !judged.waives(finding));
    let (waived, mut own) = judged.finish(&|rule| rule.starts_with("breaking/"));
    result.waived = waived;
    // What recorded events break stands in their files, not in the catalog's.
    let found = result.outcomes.iter_mut().filter_map(|outcome| outcome.finding.as_mut());
    found.chain(&mut own).for_each(|finding| catalog::place(finding, folder));
    result.others.extend(own);
    // The process is about to end. To take large catalogs apart first costs a tenth of the time.
    std::mem::forget((new, earlier));
    result.show(console, command, started)
}

/// What comparisons came to, whatever was compared.
#[derive(Default)]
struct Findings {
    outcomes: Vec<Comparison>,
    /// Findings that are about no comparison: of recorded events, of waivers.
    others: Vec<Finding>,
    corpus: Option<Corpus>,
    waived: u64,
    all_found: bool,
}

impl Findings {
    fn show(mut self, mut console: Console, command: &Breaking, started: Instant) -> anyhow::Result<Outcome> {
        if let Some(folder) = &command.witness_dir {
            write_witnesses(folder, &self.outcomes)?;
        }
        let compared = Some(counts(&self.outcomes));
        self.outcomes.retain(|outcome| outcome.finding.as_ref().is_none_or(|found| console.wants(found)));
        self.others.retain(|finding| console.wants(finding));
        let mut findings: Vec<Finding> =
            self.outcomes.iter().filter_map(|outcome| outcome.finding.clone()).collect();
        findings.extend(self.others.iter().cloned());
        let mut summary =
            Summary { waived: self.waived, compared, incomplete: !self.all_found, ..Summary::default() };
        summary.count(false, &findings);
        summary.seconds = started.elapsed().as_secs_f64();
        if command.output.format == Format::Json {
            summary.known = console.known();
            self.write_json(&summary)?;
            return console.conclude(&summary, &command.output);
        }
        if let (Format::Human, Some(corpus)) = (command.output.format, &self.corpus) {
            let mut out = output::stdout();
            writeln!(out, "{}", corpus.describe()).inspect_err(exit::if_broken_pipe)?;
            out.flush().inspect_err(exit::if_broken_pipe)?;
        }
        for finding in &findings {
            console.finding(finding)?;
        }
        console.finish(summary, self.all_found, &command.output)
    }

    /// One object a comparison, then what recorded events came to, then the summary.
    fn write_json(&self, summary: &Summary) -> anyhow::Result<()> {
        let mut out = output::stdout();
        let mut write = |value: &Value| writeln!(out, "{value}").inspect_err(exit::if_broken_pipe);
        for outcome in &self.outcomes {
            write(&comparison(outcome))?;
        }
        for finding in &self.others {
            write(&other(finding))?;
        }
        if let Some(corpus) = &self.corpus {
            write(&json!({ "corpus": corpus }))?;
        }
        let compared = summary.compared.unwrap_or_default();
        write(&json!({"summary": {
            "comparisons": compared.compatible + compared.breaking + compared.unproven,
            "compatible": compared.compatible, "breaking": compared.breaking, "unproven": compared.unproven,
            "findings": summary.findings, "known": summary.known, "waived": summary.waived,
            "seconds": summary.seconds, "incomplete": summary.incomplete,
        }}))?;
        Ok(out.flush().inspect_err(exit::if_broken_pipe)?)
    }
}

/// A finding that is about no comparison, with the same keys.
fn other(finding: &Finding) -> Value {
    json!({
        "event_name": finding.event_name.as_deref(), "mode": null, "verdict": null, "rule": finding.rule.id,
        "pointer": finding.pointer, "witness": null, "message": finding.message,
        "severity": finding.severity().as_str(), "source": finding.source.as_deref(), "line": finding.line,
        "column": finding.column, "help": finding.help, "hurts": null,
    })
}

fn version(name: &str, catalog: Catalog, folder: Option<&Path>) -> anyhow::Result<Version> {
    Version::new(name, Arc::new(catalog)).map_err(|error| catalog::unusable(&error, folder))
}

/// The versions to compare with, the latest first.
fn earlier(command: &Breaking, folder: Option<&Path>) -> anyhow::Result<Vec<Version>> {
    let mut versions = Vec::new();
    for against in &command.against {
        let Some((reference, path)) = GitTree::address(against) else {
            let path = Path::new(against);
            if !path.is_dir() {
                bail!(
                    "there is no catalog folder `{against}` to compare with; a version in git is `git:REF`"
                );
            }
            let catalog = Catalog::load(path).map_err(|error| catalog::unusable(&error, Some(path)))?;
            versions.push(version(against, catalog, Some(path))?);
            continue;
        };
        let Some(folder) = folder else {
            bail!("the built-in catalog has no history: name a catalog's folder with `--catalog`");
        };
        let tree = GitTree::open(folder, reference, path)?;
        versions.push(of_git(against, &tree)?);
    }
    if command.transitive {
        let Some(folder) = folder else {
            bail!("the built-in catalog has no history: name a catalog's folder with `--catalog`");
        };
        for tag in tidings::tags(folder)?.iter().rev() {
            match GitTree::open(folder, tag, None) {
                Ok(tree) => versions.push(of_git(&format!("git:{tag}"), &tree)?),
                // Tags from before the catalog, or of something else.
                Err(error) if error.is_no_catalog() => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
    Ok(versions)
}

fn of_git(name: &str, tree: &GitTree) -> anyhow::Result<Version> {
    version(name, tree.load().map_err(|error| catalog::unusable(&error, None))?, None)
}

/// How many outcomes there are of each verdict.
fn counts(outcomes: &[Comparison]) -> Compared {
    let count = |verdict| outcomes.iter().filter(|outcome| outcome.verdict == verdict).count() as u64;
    Compared {
        compatible: count(Verdict::Compatible),
        breaking: count(Verdict::Breaking),
        unproven: count(Verdict::Unproven),
    }
}

/// A file a witness, named by its event type and rule: one event a line.
fn write_witnesses(folder: &Path, outcomes: &[Comparison]) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("{} can't be made", folder.display()))?;
    let mut number = 0;
    for outcome in outcomes {
        let (Some(witness), Some(finding)) = (&outcome.witness, &outcome.finding) else { continue };
        number += 1;
        let events = match witness {
            Witness::Event(event) => std::slice::from_ref(event),
            Witness::Stream(events) => events,
        };
        let mut lines = events.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
        lines.push('\n');
        let plain = |text: &str| text.replace(|c: char| !c.is_ascii_alphanumeric() && c != '-', "_");
        let about = outcome.event_name.as_deref().map_or("catalog".to_owned(), plain);
        let rule = finding.rule.id.rsplit('/').next().unwrap_or_default();
        let path = folder.join(format!("{number:03}-{about}-{rule}.ndjson"));
        std::fs::write(&path, lines).with_context(|| format!("{} can't be written", path.display()))?;
    }
    Ok(())
}

fn comparison(outcome: &Comparison) -> Value {
    let finding = outcome.finding.as_ref();
    let witness = match &outcome.witness {
        Some(Witness::Event(event)) => event.clone(),
        Some(Witness::Stream(events)) => Value::Array(events.clone()),
        None => Value::Null,
    };
    json!({
        "event_name": outcome.event_name,
        "mode": outcome.direction.map(breaking::Direction::as_str),
        "verdict": outcome.verdict.as_str(),
        "rule": finding.map(|finding| finding.rule.id),
        "pointer": outcome.pointer,
        "witness": witness,
        "message": finding.map(|finding| &finding.message),
        "severity": finding.map(Finding::severity).map(Severity::as_str),
        "source": finding.and_then(|finding| finding.source.as_deref()),
        "line": finding.and_then(|finding| finding.line),
        "column": finding.and_then(|finding| finding.column),
        "help": finding.and_then(|finding| finding.help.as_deref()),
        "hurts": outcome.hurts,
    })
}
