//! Progress on standard error, when it is a terminal and the work is long.

use std::time::{Duration, Instant};

use indicatif::{HumanBytes, HumanCount, ProgressBar, ProgressStyle};
use tidings::Summary;

/// How long a run takes before anything is shown.
const LONG: Duration = Duration::from_secs(1);

/// A line that tells how far a run is.
pub(crate) struct Progress {
    started: Instant,
    line: Option<ProgressBar>,
}

impl Progress {
    pub(crate) fn new() -> Self {
        Self { started: Instant::now(), line: None }
    }

    pub(crate) fn update(&mut self, summary: &Summary) {
        let elapsed = self.started.elapsed();
        if elapsed < LONG {
            return;
        }
        // Hidden by itself where standard error is no terminal.
        let line = self.line.get_or_insert_with(|| {
            let line = ProgressBar::new_spinner();
            line.set_style(ProgressStyle::default_spinner());
            line
        });
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a rough figure"
        )]
        let speed = (summary.bytes as f64 / elapsed.as_secs_f64()) as u64;
        line.set_message(format!("{} events, {}/s", HumanCount(summary.events), HumanBytes(speed)));
        line.tick();
    }

    /// Runs something that prints, with the line out of its way.
    pub(crate) fn suspend<T>(&self, print: impl FnOnce() -> T) -> T {
        match &self.line {
            Some(line) => line.suspend(print),
            None => print(),
        }
    }

    pub(crate) fn finish(&self) {
        if let Some(line) = &self.line {
            line.finish_and_clear();
        }
    }
}
