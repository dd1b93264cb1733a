//! Exit codes: 0 is no error, 1 an error found, 2 a bad call or input that can't be read.

use std::io::{self, Write};
use std::process::ExitCode;

/// How a command ended that could do its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Nothing is wrong.
    Clean,
    /// Something is wrong.
    Found,
    /// Some of the input could not be read.
    Incomplete,
}

/// The exit code of an outcome. An error is told on standard error, once, with its causes.
pub(crate) fn code(outcome: anyhow::Result<Outcome>) -> ExitCode {
    match outcome {
        Ok(Outcome::Clean) => ExitCode::SUCCESS,
        Ok(Outcome::Found) => ExitCode::from(1),
        Ok(Outcome::Incomplete) => ExitCode::from(2),
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            let text = format!("{error:#}");
            let lines = text.lines().map(tidings::render::sanitize);
            let mut stderr = io::stderr().lock();
            for (at, line) in lines.enumerate() {
                let _ = writeln!(stderr, "{}{line}", if at == 0 { "error: " } else { "       " });
            }
            ExitCode::from(2)
        }
    }
}

/// Ends the process if the reader of the output is gone. Threads may still wait for input that never comes, so there is
/// no gentler way; nothing is lost, since nobody reads any more.
#[expect(clippy::exit, reason = "the one place that ends the process early")]
pub(crate) fn if_broken_pipe(error: &io::Error) {
    if error.kind() == io::ErrorKind::BrokenPipe {
        std::process::exit(0);
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause.downcast_ref::<io::Error>().is_some_and(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
    })
}
