//! `tidings init`: makes a small catalog, or one that takes over a bundle of schemas.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use tidings::author::{Bundle, adopt, init};

use super::new::show;
use crate::args::{Args, Init};
use crate::catalog::{self, CONFIG};
use crate::exit::Outcome;
use crate::output;

pub(crate) fn run(_: &Args, command: &Init) -> anyhow::Result<Outcome> {
    let folder = &command.folder;
    must_be_empty(folder)?;
    let here = std::env::current_dir().context("the current folder can't be found")?;
    let full = here.join(folder);
    let name = full.components().rev().find_map(|part| match part {
        std::path::Component::Normal(name) => Some(name.to_string_lossy().into_owned()),
        _ => None,
    });
    let name = name.unwrap_or_default();
    let edits = match &command.from {
        None => init(&name)?,
        Some(file) => {
            let text = std::fs::read(file).with_context(|| file.display().to_string())?;
            let shown = file.display().to_string();
            adopt(&name, Bundle { name: &shown, text: &text, event_name: command.event_name.as_ref() })?
        }
    };
    edits.write(folder)?;
    show(folder, &edits)?;
    if catalog::config(&here).is_none() {
        write_config(&here, folder)?;
    }
    Ok(Outcome::Clean)
}

fn must_be_empty(folder: &Path) -> anyhow::Result<()> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error).with_context(|| folder.display().to_string()),
    };
    let mut names = Vec::new();
    for entry in entries {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    // What is hidden, such as git's folder, is no part of a catalog.
    match names.iter().filter(|name| !name.starts_with('.')).min() {
        Some(name) => bail!("`{}` is not empty: there is `{name}`", folder.display()),
        None => Ok(()),
    }
}

/// Makes the file that says which catalog is used here and below.
fn write_config(here: &Path, folder: &Path) -> anyhow::Result<()> {
    let file = PathBuf::from(CONFIG);
    // With `/`, which every system reads, where it is a path from here.
    let folder = folder.strip_prefix(here).unwrap_or(folder);
    let folder = folder.display().to_string();
    let folder = if cfg!(windows) { folder.replace('\\', "/") } else { folder };
    let folder = if folder.is_empty() { ".".to_owned() } else { folder };
    let text = format!("# Which catalog `tidings` uses here.\ncatalog = {}\n", toml::Value::from(folder));
    let mut options = std::fs::OpenOptions::new();
    let written = options
        .write(true)
        .create_new(true)
        .open(&file)
        .and_then(|mut file| std::io::Write::write_all(&mut file, text.as_bytes()));
    written.with_context(|| format!("{CONFIG} can't be written"))?;
    output::note(&format!("{CONFIG} says that this catalog is used here"));
    Ok(())
}
