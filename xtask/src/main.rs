//! `cargo xtask`: what is generated, the test runs, short and long, and the benchmark.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a tool for people at a terminal")]

mod apart;
mod bench;
mod generate;
mod mutants;
mod quickstart;
mod run;
mod soak;
mod tests;
mod tools;

use clap::{Parser, Subcommand};

/// Generators and the test run.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask")]
struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write every generated file
    Gen {
        /// Change nothing, but fail if a file is stale
        #[arg(long)]
        check: bool,
    },
    /// Run every test; sets up what it needs from the package registries
    Test {
        /// Only the steps whose names contain this
        #[arg(value_name = "STEP")]
        only: Option<String>,
    },
    /// Negate each step of the audit, one at a time, and want a test to fail
    Mutants,
    /// Measure Tidings beside other validators and parsers, on the same events; takes a quiet machine and half an hour
    Bench(bench::Options),
    /// Run the tests that take hours, and log them in `docs/soak.log.md`
    Soak(soak::Options),
    /// What CI runs: every test, the mutants, and the licences of all dependencies
    Ci,
}

fn main() -> anyhow::Result<()> {
    match Args::parse().command {
        Command::Gen { check } => generate::run(check),
        Command::Test { only } => tests::run(only.as_deref()),
        Command::Mutants => mutants::run(),
        Command::Bench(options) => bench::run(&options),
        Command::Soak(options) => soak::run(&options),
        Command::Ci => {
            tests::run(None)?;
            mutants::run()?;
            tools::cargo_deny()
        }
    }
}
