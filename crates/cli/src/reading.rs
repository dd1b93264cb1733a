//! Which events a command reads, and how: what `validate` and `audit` share.

use std::io::{self, IsTerminal as _};
use std::mem::ManuallyDrop;
use std::num::NonZero;
use std::path::{Path, PathBuf};

use anyhow::bail;
use tidings::render::Format;
use tidings::{Engine, Options, Source, SourceKind, find_sources};

use crate::args::{self, Args, Input, Output, Reading};
use crate::{catalog, output};

/// The engine that the arguments ask for. The process ends when its work is done, which gives its memory back faster than
/// it could itself.
pub(crate) fn engine(
    args: &Args,
    reading: &Reading,
    output: &Output,
) -> anyhow::Result<ManuallyDrop<Engine>> {
    let options = Options {
        unknown_fields: match reading.unknown_fields {
            args::UnknownFields::Refuse => tidings::UnknownFields::Refuse,
            args::UnknownFields::Allow => tidings::UnknownFields::Allow,
        },
        excerpts: output.format == Format::Human,
        event_at: reading.event_at.clone(),
        paths: reading.engine_way.paths(),
        ..Options::default()
    };
    catalog::load(args)?.engine(options).map(ManuallyDrop::new)
}

/// How many threads the arguments ask for.
pub(crate) fn threads(reading: &Reading) -> usize {
    reading.threads.unwrap_or_else(cores).clamp(1, 256)
}

/// How many threads the machine runs at once.
pub(crate) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, NonZero::get)
}

/// The sources that the paths stand for, and whether all paths stand for some.
pub(crate) fn sources(reading: &Reading) -> anyhow::Result<(Vec<Source>, bool)> {
    let kind = match reading.input {
        Input::Lines => SourceKind::Lines,
        Input::Json => SourceKind::Document,
    };
    if reading.paths.is_empty() {
        if io::stdin().is_terminal() {
            bail!("no events given: name files or folders, or pipe events into standard input");
        }
        return Ok((vec![Source::stdin(kind)], true));
    }
    Ok(sources_at(&reading.paths, kind))
}

/// The sources that some paths stand for, and whether all paths stand for some.
pub(crate) fn sources_at(paths: &[PathBuf], kind: SourceKind) -> (Vec<Source>, bool) {
    let mut sources = Vec::new();
    let mut failed = Vec::new();
    for path in paths {
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
    (sources, failed.is_empty())
}
