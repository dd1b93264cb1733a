//! What the benchmark and what it measures say to each other.
//!
//! Whoever is measured is a process of its own, so that each has its own build, allocator and language. It loads its
//! events and compiles its schemas, and says `{"version": …}`. For each line that it then reads it goes through all events
//! once, with the clock around nothing but that, and says `{"seconds": …, "events": …, "valid": …}`. At the end of its
//! input it ends. The programs in other languages, in `benches/scripts`, do the same.

use std::io::{self, BufRead as _, Write as _};
use std::time::Duration;

/// What one pass over all events came to.
#[derive(Clone, Copy, Debug)]
pub struct Pass {
    /// How long it took.
    pub time: Duration,
    /// How many events were seen; `None` where nobody looked for events.
    pub events: Option<u64>,
    /// How many of them were found valid (by a parser: well-formed); `None` where nobody judged them.
    pub valid: Option<u64>,
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
        let Pass { time, events, valid } = pass()?;
        let number = |number: Option<u64>| number.map_or("null".to_owned(), |number| number.to_string());
        let (seconds, events, valid) = (time.as_secs_f64(), number(events), number(valid));
        writeln!(out, r#"{{"seconds": {seconds}, "events": {events}, "valid": {valid}}}"#)?;
        out.flush()?;
    }
    Ok(())
}
