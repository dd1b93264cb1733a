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
mod data;
mod goals;
mod machine;
mod measure;
mod peers;
mod process;
mod report;
mod worker;

use std::fs;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::Parser;

use data::Scale;
use peers::Tools;

/// Tidings beside other validators and parsers.
#[derive(Debug, Parser)]
struct Args {
    /// A smoke run: fewer events and runs. Its numbers say little
    #[arg(long)]
    quick: bool,
    /// The repository
    #[arg(long)]
    root: PathBuf,
    /// Where events and results are written
    #[arg(long)]
    work: PathBuf,
    /// The `tidings` command
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
    fs::create_dir_all(&args.work).with_context(|| args.work.display().to_string())?;
    let tools = Tools::new(&args)?;
    let machine = machine::describe(&args.root);
    report::head(&machine, &scale);

    let sets = data::make(&tools, &args.root, &args.work, &scale)?;
    let mut measured = Vec::new();
    for set in &sets {
        let results = measure::in_memory(&tools, set, &args.work, scale.runs)?;
        report::set(set, &results);
        measured.push(results);
    }
    let processes = process::compare(&tools, &sets, &args.root, &args.work, &scale)?;
    report::processes(&processes);

    let goals = goals::reached(&sets, &measured, &processes)?;
    report::goals(&goals);
    let out = args.work.join("result.json");
    let json = report::json(&machine, &scale, &sets, &measured, &processes, &goals);
    fs::write(&out, format!("{json:#}\n")).with_context(|| out.display().to_string())?;
    println!("\nAll numbers are in {}.", out.display());
    report::warn_if_busy(&machine);
    Ok(())
}
