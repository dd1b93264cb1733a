//! What the benchmark and what it measures say to each other.
//!
//! Whoever is measured is a process of its own, so that each has its own build, allocator and language. It loads its
//! events and compiles its schemas, and says `{"version": …}`. For each line that it then reads it goes through all events
//! once, with the clock around nothing but that, and says `{"seconds": …, "cpu": …, "events": …, "valid": …}`; `cpu` are the
//! seconds that all its threads ran, which tell more than the others on a machine that isn't quiet. At the end of its input
//! it ends. The programs in other languages, in `benches/scripts`, do the same.

use std::io::{self, BufRead as _, Write as _};
use std::time::{Duration, Instant};

use cpu_time::ProcessTime;

/// What one pass over all events came to.
#[derive(Clone, Copy, Debug)]
pub struct Pass {
    /// How long it took.
    pub time: Duration,
    /// How long processors worked for it.
    pub cpu: Duration,
    /// How many events were seen; `None` where nobody looked for events.
    pub events: Option<u64>,
    /// How many of them were found valid (by a parser: well-formed); `None` where nobody judged them.
    pub valid: Option<u64>,
}

/// A running clock.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    started: Instant,
    cpu: ProcessTime,
}

impl Clock {
    /// Starts it.
    pub fn start() -> Self {
        Self { cpu: ProcessTime::now(), started: Instant::now() }
    }

    /// Stops it: a pass that took till now.
    pub fn stop(self, events: Option<u64>, valid: Option<u64>) -> Pass {
        Pass { time: self.started.elapsed(), cpu: self.cpu.elapsed(), events, valid }
    }
}

/// Answers until there is nothing more to answer.
///
/// # Errors
/// Those of `pass`, and those of the pipes.
pub fn serve<E>(version: &str, mut pass: impl FnMut() -> Result<Pass, E>) -> Result<(), E>
where
    E: From<io::Error>,
{
    let mut out = io::stdout().lock();
    writeln!(out, r#"{{"version": "{version}"}}"#)?;
    out.flush()?;
    for line in io::stdin().lock().lines() {
        line?;
        let Pass { time, cpu, events, valid } = pass()?;
        let number = |number: Option<u64>| number.map_or("null".to_owned(), |number| number.to_string());
        let (seconds, cpu) = (time.as_secs_f64(), cpu.as_secs_f64());
        let (events, valid) = (number(events), number(valid));
        writeln!(out, r#"{{"seconds": {seconds}, "cpu": {cpu}, "events": {events}, "valid": {valid}}}"#)?;
        out.flush()?;
    }
    Ok(())
}
