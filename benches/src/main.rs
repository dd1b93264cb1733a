//! The benchmark: Tidings beside other validators and parsers, on the same events, in one go.
//!
//! ```text
//! tidings sample ─→ data (the same events for all, and how many of them are valid by the sampler's own word)
//! data, peers ─→ measure (in memory: interleaved passes) ──┐
//!             ─→ process (whole processes, memory, start) ─┴→ goals ─→ report (tables, JSON)
//! ```
//!
//! `cargo xtask bench` builds and installs whatever is measured, and calls this. Whoever can't be run, or counts other
//! numbers of events than the sampler told, makes the benchmark fail: no peer is left out silently.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a tool for people at a terminal")]
#![allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts of bytes and events are far below 2^52, and what they are divided to is only shown"
)]

mod bundle;
mod cache;
mod data;
mod goals;
mod machine;
mod measure;
mod peers;
mod process;
mod report;
mod selection;
mod worker;

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, bail};
use clap::Parser;

use data::{Name, Scale};
use peers::Tools;
use selection::Selection;

/// Tidings beside other validators and parsers.
#[derive(Debug, Parser)]
struct Args {
    /// A smoke run: fewer events and runs. Its numbers say little
    #[arg(long)]
    quick: bool,
    /// Only these peers (`tidings`, `newlines`, …; `processes` for whole processes)
    #[arg(long, value_delimiter = ',', value_name = "PEERS")]
    only: Vec<String>,
    /// Only these events (`ordered`, `shuffled`, …)
    #[arg(long, value_delimiter = ',', value_name = "SETS")]
    input: Vec<String>,
    /// The repository
    #[arg(long)]
    root: PathBuf,
    /// Where events and results are written
    #[arg(long)]
    work: PathBuf,
    /// The `tidings` command, which is built when something is asked of it
    #[arg(long)]
    tidings: PathBuf,
    /// The program that measures Tidings' library
    #[arg(long)]
    library: PathBuf,
    /// The program with the peers that are crates
    #[arg(long)]
    crates: PathBuf,
    /// A Python with the peers from `PyPI`
    #[arg(long)]
    python: PathBuf,
    /// Where npm put the other peers; the script for AJV is beside it
    #[arg(long)]
    node_modules: PathBuf,
}

fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let scale = if args.quick { Scale::QUICK } else { Scale::FULL };
    let selection = Selection::new(&args.only, &args.input)?;
    let work = args.work.join(scale.events.to_string());
    fs::create_dir_all(&work).with_context(|| work.display().to_string())?;
    let tools = Tools::new(&args);
    let machine = machine::describe(&args.root);
    report::head(&machine, &scale);

    let mut measured = Vec::new();
    let peers = |set: &data::Set| selection.peers.iter().any(|peer| peer.takes(set));
    for name in &selection.sets {
        let set = data::make(&tools, &args.root, &work, scale.events, *name)?;
        if !peers(&set) {
            continue;
        }
        let canary = data::canary(&tools, &args.root, &work, *name)?;
        let results = measure::in_memory(&tools, &selection, &set, &canary, &work, scale.runs)?;
        report::set(&set, &results);
        measured.push((set, results));
    }
    let mut processes = None;
    if selection.processes {
        let set = data::make(&tools, &args.root, &work, scale.events, Name::Ordered)?;
        let measured = process::compare(&tools, &set, &args.root, &work, &scale)?;
        report::processes(&measured);
        processes = Some(measured);
    }

    let goals = goals::reached(&measured, processes.as_ref());
    if let Some(goal) = goals.iter().find(|goal| goal.reached.is_none())
        && selection.is_whole()
    {
        bail!("nothing was measured that says whether this is reached: {}", goal.title);
    }
    report::goals(&goals);
    let out = args.work.join(if selection.is_whole() { "result.json" } else { "partial.json" });
    let json = report::json(&machine, &scale, &measured, processes.as_ref(), &goals);
    fs::write(&out, format!("{json:#}\n")).with_context(|| out.display().to_string())?;
    println!("\nAll numbers are in {}.", out.display());
    report::warn_if_busy(&machine);
    Ok(())
}
