//! `cargo xtask soak`: the tests that run for hours. Each step has a budget, fails loudly where its tool is missing, and
//! leaves a row in `docs/soak.log.md`: what ran on which commit, how much of it, and how it ended.

mod log;
mod seeds;
mod steps;

use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, bail};
use clap::Args;

use crate::run::{command, root, succeed, target};
use log::Row;
use steps::STEPS;

/// The release of cargo-fuzz that is used.
const CARGO_FUZZ: &str = "0.13.2";

/// What is run of all that can be.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Only the steps whose names contain this
    #[arg(value_name = "STEP")]
    only: Option<String>,
    /// How much of each step's budget is spent; the log says so, and rows of several runs add up
    #[arg(long, default_value_t = 1.0, value_name = "0.01–10")]
    share: f64,
    /// Where random steps begin; another seed tries other things
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// What a step may spend, and where what is random in it begins.
#[derive(Clone, Copy, Debug)]
struct Budget {
    share: f64,
    seed: u64,
}

impl Budget {
    /// So much of a whole budget, at least one.
    #[allow(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "budgets are far below 2^52"
    )]
    fn of(self, whole: u64) -> u64 {
        ((whole as f64 * self.share) as u64).max(1)
    }
}

/// What a step ran.
#[derive(Debug)]
struct Ran {
    /// The commands, as one would type them.
    shown: Vec<String>,
    /// How much it was, in the step's own unit.
    count: String,
}

/// Runs the steps. All are run, also after one has failed; each leaves a row in the log.
pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    if !(0.0001..=10.0).contains(&options.share) {
        bail!("`--share {}`: from 0.0001 to 10, where 1 is a step's whole budget", options.share);
    }
    let budget = Budget { share: options.share, seed: options.seed };
    let chosen: Vec<_> = STEPS
        .iter()
        .filter(|step| options.only.as_deref().is_none_or(|only| step.name.contains(only)))
        .collect();
    if chosen.is_empty() {
        bail!("there is no such step; there are {}", STEPS.map(|step| step.name).join(", "));
    }
    let commit = commit()?;
    let (mut passed, mut failed) = (0, Vec::new());
    for step in chosen {
        println!("--- {}: {}", step.name, step.what);
        let started = Instant::now();
        let outcome = (step.run)(budget);
        let seconds = started.elapsed().as_secs();
        let (ran, result) = match outcome {
            Ok(ran) => {
                passed += 1;
                (ran, "passed".to_owned())
            }
            Err(error) => {
                failed.push(step.name);
                (Ran { shown: Vec::new(), count: "–".to_owned() }, format!("FAILED: {error:#}"))
            }
        };
        println!("--- {}: {result} in {seconds} s, {}", step.name, ran.count);
        log::add(&Row { commit: &commit, step: step.name, budget, ran: &ran, seconds, result: &result })?;
    }
    println!("{passed} passed, {} failed", failed.len());
    match failed.as_slice() {
        [] => Ok(()),
        failed => bail!("failed: {}", failed.join(", ")),
    }
}

/// The commit that is tested, and whether what is tested is really it.
fn commit() -> anyhow::Result<String> {
    let git = |args: &[&str]| -> anyhow::Result<String> {
        let output = command("git", args).output().context("git can't be run")?;
        if !output.status.success() {
            bail!("`git {}` failed", args.join(" "));
        }
        Ok(String::from_utf8(output.stdout)?.trim().to_owned())
    };
    let hash = git(&["rev-parse", "--short=12", "HEAD"])?;
    // The log itself changes with each step.
    let changed = git(&["status", "--porcelain", "--", ".", ":(exclude)docs/soak.log.md"])?;
    Ok(if changed.is_empty() { hash } else { format!("{hash}, changed") })
}

/// The `cargo fuzz` command, which is installed below `target` if it isn't there.
fn cargo_fuzz() -> anyhow::Result<PathBuf> {
    let home = root().join("target/tools/cargo-fuzz");
    let binary = home.join("bin/cargo-fuzz");
    let version = Command::new(&binary).arg("--version").output().map(|output| output.stdout);
    if !String::from_utf8_lossy(&version.unwrap_or_default()).contains(CARGO_FUZZ) {
        let build = target().join("cargo-fuzz-build");
        let mut install = command("cargo", &["install", "--quiet", "--locked", "cargo-fuzz"]);
        install.args(["--version", CARGO_FUZZ, "--root"]).arg(&home).arg("--target-dir").arg(&build);
        succeed(&mut install).with_context(|| format!("cargo-fuzz {CARGO_FUZZ} can't be installed"))?;
    }
    Ok(binary)
}
