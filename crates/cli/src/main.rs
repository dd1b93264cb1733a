//! The `tidings` command: a thin front end of the `tidings` library.
//!
//! `main` reads the arguments, runs one command and turns its outcome into an exit code. Only this crate prints, reads the
//! environment or exits.

mod args;
mod catalog;
mod commands;
mod console;
mod exit;
mod output;
mod progress;
mod reading;

use std::process::ExitCode;

use clap::Parser;

use args::{Args, Command};

/// An event with findings takes some hundred pieces of memory for a few microseconds.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let args = Args::parse();
    let outcome = match &args.command {
        Command::Validate(validate) => commands::validate::run(&args, validate),
        Command::Audit(audit) => commands::audit::run(&args, audit),
        Command::Lint(lint) => commands::lint::run(&args, lint),
        Command::Breaking(breaking) => commands::breaking::run(&args, breaking),
        Command::Sample(sample) => commands::sample::run(&args, sample),
        Command::Init(init) => commands::init::run(&args, init),
        Command::New(new) => commands::new::run(&args, new),
        Command::Fmt(fmt) => commands::fmt::run(&args, fmt),
        Command::Rules(rules) => commands::rules::run(&args, rules),
    };
    exit::code(outcome)
}
