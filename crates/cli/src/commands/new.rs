//! `tidings new`: adds an event type to a catalog.

use std::io::Write as _;
use std::path::Path;

use tidings::DiskTree;
use tidings::author::{About, Edits, Effect, NewEvent, new_event};
use tidings::render::sanitize;

use crate::args::{Args, New};
use crate::exit::Outcome;
use crate::{catalog, output};

pub(crate) fn run(args: &Args, command: &New) -> anyhow::Result<Outcome> {
    let folder = catalog::writable(args)?;
    let about = match &command.aggregate {
        _ if command.no_aggregate => About::Nothing,
        Some(aggregate) => About::Aggregate(aggregate.clone()),
        None => About::Inferred,
    };
    let creates = command.creates.iter().cloned().map(Effect::Creates);
    let request = NewEvent {
        name: command.name.clone(),
        about,
        effects: creates.chain(command.transitions.iter().cloned()).collect(),
        from: command.from.clone(),
        purpose: command.purpose.clone(),
    };
    let edits = new_event(&DiskTree::new(&folder), &request)?;
    edits.write(&folder)?;
    show(&folder, &edits)?;
    if command.purpose.is_none() {
        output::note("its purpose is made of its name: say in the manifest and the schema what it means");
    }
    Ok(Outcome::Clean)
}

/// Lists the files that were written.
pub(crate) fn show(folder: &Path, edits: &Edits) -> std::io::Result<()> {
    let mut out = output::stdout();
    for (path, _) in edits.iter() {
        let what = if edits.is_new(path) { "new" } else { "changed" };
        writeln!(out, "{what:8} {}", sanitize(&folder.join(path).display().to_string()))?;
    }
    out.flush()
}
