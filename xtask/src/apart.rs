//! A copy of the tree that is built apart from it, so that neither overwrites the other's programs.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Context;

use crate::run::{command, root, succeed, target};

/// A clone, and the folder for what is built of it.
#[derive(Debug)]
pub(crate) struct Apart {
    pub(crate) clone: PathBuf,
    pub(crate) target: PathBuf,
}

/// Clones the tree as it is into `work`. What of other people's crates this tree has built needn't be built again there.
pub(crate) fn apart(work: &Path) -> anyhow::Result<Apart> {
    let apart = Apart { clone: work.join("clone"), target: work.join("target") };
    clone_working_tree(&apart.clone)?;
    if !apart.target.exists() {
        let (from, to) = (target().join("debug"), apart.target.join("debug"));
        // Cargo writes over its notes, but what it has compiled it replaces.
        for (folder, put) in [(".fingerprint", copy as Put), ("build", copy), ("deps", link)] {
            take_dependencies(&from.join(folder), &to.join(folder), put)
                .with_context(|| format!("{} can't be taken along", from.join(folder).display()))?;
        }
    }
    Ok(apart)
}

/// How a file gets to another place.
type Put = fn(&Path, &Path) -> io::Result<()>;

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::copy(from, to)?;
    // Cargo goes by which is newer.
    fs::File::options().write(true).open(to)?.set_modified(from.metadata()?.modified()?)
}

fn link(from: &Path, to: &Path) -> io::Result<()> {
    fs::hard_link(from, to).or_else(|_| copy(from, to))
}

/// Takes along what cargo has in a folder of other people's crates.
fn take_dependencies(from: &Path, to: &Path, put: Put) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let name = name.strip_prefix("lib").unwrap_or(&name);
        if !name.starts_with("tidings") && !name.starts_with("xtask") {
            take(&entry.path(), &to.join(entry.file_name()), put)?;
        }
    }
    Ok(())
}

fn take(from: &Path, to: &Path, put: Put) -> io::Result<()> {
    if !from.is_dir() {
        return put(from, to);
    }
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        take(&entry.path(), &to.join(entry.file_name()), put)?;
    }
    Ok(())
}

/// A clone of the tree as it is, also of what is not committed yet.
fn clone_working_tree(clone: &Path) -> anyhow::Result<()> {
    if clone.exists() {
        fs::remove_dir_all(clone)?;
    }
    let listed =
        command("git", &["ls-files", "-z", "--cached", "--others", "--exclude-standard"]).output()?;
    let listed = String::from_utf8(listed.stdout).context("a file's name is not UTF-8")?;
    for file in listed.split('\0').filter(|file| !file.is_empty()) {
        let (from, to) = (root().join(file), clone.join(file));
        // What git knows but is not there was deleted and not committed yet.
        if from.is_file() {
            fs::create_dir_all(to.parent().unwrap_or(clone))?;
            fs::copy(from, to)?;
        }
    }
    let git =
        |args: &[&str]| succeed(Command::new("git").args(args).current_dir(clone).stdout(Stdio::null()));
    git(&["init", "--quiet"])?;
    git(&["add", "--all"])?;
    git(&[
        "-c",
        "user.name=quickstart",
        "-c",
        "user.email=quickstart@example.com",
        "commit",
        "--quiet",
        "-m",
        "a clone",
    ])
}
