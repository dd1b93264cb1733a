//! `tidings lint`: checks the catalog itself.

use std::path::Path;
use std::time::Instant;

use anyhow::bail;
use tidings::author::Edits;
use tidings::check::lint::{self, Report, Selection};
use tidings::check::waivers::Date;
use tidings::render::Format;
use tidings::{Observer as _, Summary, Tree};

use crate::args::{Args, Lint};
use crate::console::Console;
use crate::exit::Outcome;
use crate::{catalog, output};

pub(crate) fn run(args: &Args, command: &Lint) -> anyhow::Result<Outcome> {
    let started = Instant::now();
    let selection = Selection::new(&command.select, &command.ignore)?;
    let today = command.today.unwrap_or_else(today);
    let folder = catalog::folder(args)?;
    let folder = folder.as_deref();
    let tree = catalog::tree(folder);
    if folder.is_none() {
        output::note("checking the built-in catalog");
    }
    if command.fix {
        fix(tree.as_ref(), folder, &selection, today)?;
    }
    let report =
        lint::lint(tree.as_ref(), &selection, today).map_err(|error| catalog::unusable(&error, folder))?;
    let Report { mut findings, waived, fixable } = report;
    let mut console = Console::new(args, &command.output, false)?;
    let mut summary = Summary { waived, ..Summary::default() };
    for finding in &mut findings {
        catalog::place(finding, folder);
    }
    findings.retain(|finding| console.wants(finding));
    summary.count(false, &findings);
    for finding in &findings {
        console.finding(finding)?;
    }
    summary.seconds = started.elapsed().as_secs_f64();
    let outcome = console.finish(summary, true, &command.output)?;
    if fixable > 0 && command.output.format == Format::Human {
        let what = if fixable == 1 { "1 finding".to_owned() } else { format!("{fixable} findings") };
        output::note(&format!("`--fix` mends {what}"));
    }
    Ok(outcome)
}

/// Mends what is mechanical, on disk.
fn fix(tree: &dyn Tree, folder: Option<&Path>, selection: &Selection, today: Date) -> anyhow::Result<()> {
    let Some(folder) = folder else {
        bail!("the built-in catalog can't be changed; name one with `--catalog`")
    };
    let fixed = lint::fix(tree, selection, today).map_err(|error| catalog::unusable(&error, Some(folder)))?;
    let edits: Edits = fixed.files.into_iter().collect();
    edits.write(folder)?;
    for (path, _) in edits.iter() {
        output::note(&format!("mended {}", folder.join(path).display()));
    }
    Ok(())
}

/// The day that it is, in UTC.
pub(crate) fn today() -> Date {
    jiff::tz::Offset::UTC.to_datetime(jiff::Timestamp::now()).date()
}
