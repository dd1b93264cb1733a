//! `cargo xtask bench`: builds Tidings and its peers, installs those from `PyPI` and npm, and measures them all.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;

use crate::run::{cargo, command, root, succeed, target};

/// What is measured of all that can be.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Fewer events, which takes minutes; the numbers say less
    #[arg(long)]
    quick: bool,
    /// Only these peers: `tidings`, `newlines`, `sonic-value`, …; `processes` for whole processes
    #[arg(long, value_name = "PEER,…")]
    only: Option<String>,
    /// Only these events: `ordered`, `shuffled`, `spaced`, `faulty`, `wallet`, `parcel`
    #[arg(long, value_name = "SET,…")]
    input: Option<String>,
}

/// Builds and installs everything, and measures. Whatever can't be built or installed makes it fail.
pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    let work = root().join("target/bench");
    fs::create_dir_all(&work)?;
    println!("--- building and installing what is measured");
    // What only looks on needs no optimisation; it builds the command itself when it needs it.
    cargo(&["build", "--quiet", "--package", "tidings-bench", "--bin", "bench"])?;
    cargo(&["build", "--release", "--quiet", "--package", "tidings-bench", "--bin", "bench-tidings"])?;
    let crates = crates()?;
    let python = python(&work)?;
    let node_modules = node_modules(&work)?;
    println!("--- measuring");
    let release = target().join("release");
    let mut bench = command(target().join("debug/bench"), &[]);
    for (option, path) in [
        ("--root", &root()),
        ("--work", &work),
        ("--tidings", &release.join("tidings")),
        ("--library", &release.join("bench-tidings")),
        ("--crates", &crates),
        ("--python", &python),
        ("--node-modules", &node_modules),
    ] {
        bench.arg(option).arg(path);
    }
    bench.args(options.quick.then_some("--quick"));
    for (option, names) in [("--only", &options.only), ("--input", &options.input)] {
        bench.args(names.iter().flat_map(|names| [option, names]));
    }
    succeed(&mut bench)
}

/// The peers that are crates, built for this processor, as sonic-rs wants it.
fn crates() -> anyhow::Result<PathBuf> {
    let target = root().join("target/bench-peers");
    let manifest = "benches/peers/Cargo.toml";
    let mut build = command(
        std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()),
        &["build", "--release", "--quiet", "--locked", "--manifest-path", manifest],
    );
    build.arg("--target-dir").arg(&target).env("RUSTFLAGS", "-C target-cpu=native");
    succeed(&mut build)?;
    Ok(target.join("release/bench-peers"))
}

/// A Python with the peers from `PyPI`.
fn python(work: &Path) -> anyhow::Result<PathBuf> {
    let venv = work.join("venv");
    let python = venv.join("bin/python");
    let requirements = "benches/scripts/requirements.txt";
    unless_done(work, "venv.stamp", requirements, &python, || {
        succeed(command("python3", &["-m", "venv", "--clear"]).arg(&venv))
            .context("Python 3.11 or newer with venv is needed")?;
        succeed(&mut command(&python, &["-m", "pip", "install", "--quiet", "-r", requirements]))
    })?;
    Ok(python)
}

/// The peers from npm. They are beside the scripts, where Node looks for them.
fn node_modules(work: &Path) -> anyhow::Result<PathBuf> {
    let folder = root().join("benches/scripts");
    let modules = folder.join("node_modules");
    unless_done(work, "node.stamp", "benches/scripts/package-lock.json", &modules, || {
        succeed(command("npm", &["ci", "--silent", "--no-audit", "--no-fund", "--prefix"]).arg(&folder))
            .context("Node 20 or newer with npm is needed")
    })?;
    Ok(modules)
}

/// Does it unless it was done for what stands in the file now, and what it made is still there.
fn unless_done(
    work: &Path,
    stamp: &str,
    file: &str,
    made: &Path,
    install: impl FnOnce() -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let wanted = fs::read_to_string(root().join(file)).with_context(|| file.to_owned())?;
    let stamp = work.join(stamp);
    if fs::read_to_string(&stamp).unwrap_or_default() != wanted || !made.exists() {
        install()?;
        fs::write(&stamp, wanted)?;
    }
    Ok(())
}
