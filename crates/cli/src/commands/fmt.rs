//! `tidings fmt`: brings the files of a catalog into one form.

use std::io::Write as _;

use anyhow::{Context as _, bail};
use tidings::DiskTree;
use tidings::author::format;
use tidings::render::sanitize;

use crate::args::{Args, Fmt};
use crate::exit::Outcome;
use crate::{catalog, output};

pub(crate) fn run(args: &Args, command: &Fmt) -> anyhow::Result<Outcome> {
    let folder = match &command.folder {
        Some(folder) if folder.is_dir() => folder.clone(),
        Some(folder) => bail!("there is no folder `{}`", folder.display()),
        None => catalog::writable(args)?,
    };
    let formatting = format(&DiskTree::new(&folder)).with_context(|| folder.display().to_string())?;
    for problem in &formatting.problems {
        output::unreadable(&folder.join(problem.to_string()).display().to_string());
    }
    if !command.check {
        formatting.edits.write(&folder)?;
    }
    let mut out = output::stdout();
    for (path, _) in formatting.edits.iter() {
        writeln!(out, "{}", sanitize(&folder.join(path).display().to_string()))?;
    }
    out.flush()?;
    let (changed, files) = (formatting.edits.iter().count(), formatting.files);
    output::note(&match (changed, command.check) {
        (0, _) => format!("{files} files looked at, none has another form"),
        (_, false) => format!("{changed} of {files} files changed"),
        (_, true) => format!("{changed} of {files} files would change: `tidings fmt` does it"),
    });
    Ok(match (formatting.problems.is_empty(), changed) {
        (false, _) => Outcome::Incomplete,
        (true, 1..) if command.check => Outcome::Found,
        _ => Outcome::Clean,
    })
}
