//! One that is measured: a process that goes through its events whenever it is told to (see `benches/protocol`).

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context as _, bail};
use serde_json::Value;

/// A running process that waits to be told.
#[derive(Debug)]
pub(crate) struct Worker {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    /// The version of what is measured.
    pub(crate) version: String,
}

/// What it says of one pass.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Pass {
    pub(crate) seconds: f64,
    /// How many seconds its threads ran.
    pub(crate) cpu: f64,
    pub(crate) events: Option<u64>,
    pub(crate) valid: Option<u64>,
}

impl Worker {
    /// Starts it, and waits until it has loaded its events.
    pub(crate) fn start(command: &mut Command) -> anyhow::Result<Self> {
        let shown = format!("{command:?}");
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("{shown} can't be run"))?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            bail!("{shown} has no pipes")
        };
        let mut worker = Self { child, input, output: BufReader::new(output), version: String::new() };
        let ready = worker.read().with_context(|| format!("{shown} did not get ready"))?;
        let version = ready["version"].as_str().filter(|version| !version.is_empty());
        version.with_context(|| format!("{shown} told no version"))?.clone_into(&mut worker.version);
        Ok(worker)
    }

    /// Goes through all events once.
    pub(crate) fn pass(&mut self) -> anyhow::Result<Pass> {
        self.input.write_all(b"\n")?;
        self.input.flush()?;
        let told = self.read()?;
        let time = |name: &str| told[name].as_f64().filter(|seconds| *seconds > 0.0);
        let (seconds, cpu) =
            time("seconds").zip(time("cpu")).with_context(|| format!("no times in {told}"))?;
        Ok(Pass { seconds, cpu, events: told["events"].as_u64(), valid: told["valid"].as_u64() })
    }

    fn read(&mut self) -> anyhow::Result<Value> {
        let mut line = String::new();
        if self.output.read_line(&mut line)? == 0 {
            bail!("it ended: {}", self.child.wait()?);
        }
        Ok(serde_json::from_str(&line)?)
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // It holds a file's worth of memory that the next ones need.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
