//! `tidings validate`: checks events one by one.

use std::io::{self, IsTerminal as _};
use std::num::NonZero;
use std::path::Path;

use anyhow::bail;
use tidings::render::{Format, Renderer};
use tidings::{Finding, Observer, Options, Source, SourceKind, Summary, find_sources};

use crate::args::{self, Args, Input, Validate};
use crate::exit::{self, Outcome};
use crate::progress::Progress;
use crate::{catalog, output};

/// How many findings people are shown unless they ask for more.
const SHOWN_TO_PEOPLE: u64 = 100;

pub(crate) fn run(args: &Args, command: &Validate) -> anyhow::Result<Outcome> {
    let loaded = catalog::load(args)?;
    let options = Options {
        unknown_fields: match command.unknown_fields {
            args::UnknownFields::Refuse => tidings::UnknownFields::Refuse,
            args::UnknownFields::Allow => tidings::UnknownFields::Allow,
        },
        excerpts: command.output.format == Format::Human,
        event_at: command.event_at.clone(),
        ..Options::default()
    };
    let engine = loaded.engine(options)?;
    let (sources, all_found) = sources(command)?;

    let limit = match (command.output.max_findings, command.output.format) {
        (Some(0), _) => u64::MAX,
        (Some(limit), _) => limit,
        (None, Format::Human) => SHOWN_TO_PEOPLE,
        (None, _) => u64::MAX,
    };
    let mut console = Console {
        renderer: output::renderer(args, &command.output),
        progress: Progress::new(),
        left: limit,
        not_shown: 0,
    };
    let threads = command
        .threads
        .unwrap_or_else(|| std::thread::available_parallelism().map_or(1, NonZero::get))
        .clamp(1, 256);
    let mut summary = tidings::run(&engine, sources.into_iter(), threads, &mut console)?;
    summary.not_shown = console.not_shown;
    summary.incomplete |= !all_found;
    console.progress.finish();
    console.renderer.finish(&summary).inspect_err(exit::if_broken_pipe)?;

    Ok(match summary {
        Summary { incomplete: true, .. } => Outcome::Incomplete,
        Summary { errors: 1.., .. } => Outcome::Found,
        Summary { warnings: 1.., .. } if command.output.deny_warnings => Outcome::Found,
        _ => Outcome::Clean,
    })
}

/// The sources that the paths stand for, and whether all paths stand for some.
fn sources(command: &Validate) -> anyhow::Result<(Vec<Source>, bool)> {
    let kind = match command.input {
        Input::Lines => SourceKind::Lines,
        Input::Json => SourceKind::Document,
    };
    if command.paths.is_empty() {
        if io::stdin().is_terminal() {
            bail!("no events given: name files or folders, or pipe events into standard input");
        }
        return Ok((vec![Source::stdin(kind)], true));
    }
    let mut sources = Vec::new();
    let mut failed = Vec::new();
    for path in &command.paths {
        if path == Path::new("-") {
            sources.push(Source::stdin(kind));
            continue;
        }
        match find_sources(path, kind, &mut failed) {
            Ok(found) => sources.extend(found),
            Err(error) => failed.push(error),
        }
    }
    for error in &failed {
        output::unreadable(&error.to_string());
    }
    Ok((sources, failed.is_empty()))
}

/// Shows what a run finds.
struct Console {
    renderer: Box<dyn Renderer>,
    progress: Progress,
    /// How many findings may still be shown.
    left: u64,
    not_shown: u64,
}

impl Observer for Console {
    fn finding(&mut self, finding: &Finding) -> io::Result<()> {
        if self.left == 0 {
            self.not_shown += 1;
            return Ok(());
        }
        self.left -= 1;
        self.progress.suspend(|| self.renderer.finding(finding)).inspect_err(exit::if_broken_pipe)
    }

    fn unreadable(&mut self, source: &str, error: &io::Error) {
        self.progress.suspend(|| output::unreadable(&format!("{source}: {error}")));
    }

    fn empty(&mut self, source: &str) {
        self.progress.suspend(|| output::note(&format!("{source} has no events")));
    }

    fn progress(&mut self, summary: &Summary) {
        self.progress.update(summary);
    }
}
