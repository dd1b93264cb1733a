//! Shows what a run finds, as much of it as is wanted.

use std::collections::HashMap;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, anyhow};
use tidings::render::{Format, Renderer};
use tidings::{Baseline, Finding, Observer, Summary};

use crate::args::{Args, Output};
use crate::exit::{self, Outcome};
use crate::output;
use crate::progress::Progress;

/// How many findings people are shown unless they ask for more.
const SHOWN_TO_PEOPLE: u64 = 100;

/// Shows findings as they come, up to a limit; or, where consequences are grouped, at the end, each cause with how many
/// more follow from it.
pub(crate) struct Console {
    renderer: Box<dyn Renderer>,
    progress: Progress,
    /// How many findings may still be shown.
    left: u64,
    not_shown: u64,
    groups: Option<Groups>,
    known: Known,
    known_count: u64,
}

/// What to do about a baseline.
enum Known {
    /// There is none.
    Nothing,
    /// What it knows is left out.
    LeftOut(Baseline),
    /// It is written anew.
    Written(Baseline, PathBuf),
}

/// Findings that wait for the end, so that each can tell how many follow from its cause.
#[derive(Default)]
struct Groups {
    waiting: Vec<Finding>,
    /// By cause: the place of the first in `waiting` (none if it is not shown), and how many more there are.
    causes: HashMap<Arc<str>, (Option<usize>, u64)>,
}

impl Console {
    /// A console for what the arguments ask for. With `grouped`, people are shown one finding for each cause.
    ///
    /// # Errors
    /// If there is a baseline that can't be read.
    pub(crate) fn new(args: &Args, output: &Output, grouped: bool) -> anyhow::Result<Self> {
        let known = match &output.baseline {
            None => Known::Nothing,
            Some(file) if output.write_baseline => Known::Written(Baseline::default(), file.clone()),
            Some(file) => {
                let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
                Known::LeftOut(
                    Baseline::from_json(&text).map_err(|why| anyhow!("{}: {why}", file.display()))?,
                )
            }
        };
        let left = match (output.max_findings, output.format) {
            (Some(0), _) => u64::MAX,
            (Some(limit), _) => limit,
            (None, Format::Human) => SHOWN_TO_PEOPLE,
            (None, _) => u64::MAX,
        };
        Ok(Self {
            renderer: output::renderer(args, output),
            progress: Progress::new(),
            left,
            not_shown: 0,
            groups: (grouped && output.format == Format::Human).then(Groups::default),
            known,
            known_count: 0,
        })
    }

    /// All events are read: takes away the line that told how far that was.
    pub(crate) fn has_read(&self) {
        self.progress.finish();
    }

    /// Shows the summary, and says how the command ends. `all_found` says whether all input could be found.
    pub(crate) fn finish(
        mut self,
        mut summary: Summary,
        all_found: bool,
        output: &Output,
    ) -> anyhow::Result<Outcome> {
        self.progress.finish();
        if let Some(groups) = self.groups.take() {
            for finding in groups.told() {
                self.renderer.finding(&finding).inspect_err(exit::if_broken_pipe)?;
            }
        }
        summary.not_shown = self.not_shown;
        summary.known = self.known_count;
        summary.incomplete |= !all_found;
        self.renderer.finish(&summary).inspect_err(exit::if_broken_pipe)?;
        self.known.conclude(&summary, output)
    }

    /// How the command ends if its findings and its summary were shown otherwise, the summary with `known`.
    pub(crate) fn conclude(self, summary: &Summary, output: &Output) -> anyhow::Result<Outcome> {
        self.known.conclude(summary, output)
    }

    /// How many findings the baseline knew.
    pub(crate) fn known(&self) -> u64 {
        self.known_count
    }
}

impl Known {
    /// Writes the baseline if it is to be written, and says how the command ends.
    fn conclude(&self, summary: &Summary, output: &Output) -> anyhow::Result<Outcome> {
        if let Self::Written(baseline, file) = self {
            std::fs::write(file, baseline.to_json()).with_context(|| file.display().to_string())?;
        }
        Ok(match summary {
            Summary { incomplete: true, .. } => Outcome::Incomplete,
            _ if output.write_baseline => Outcome::Clean,
            Summary { errors: 1.., .. } => Outcome::Found,
            Summary { warnings: 1.., .. } if output.deny_warnings => Outcome::Found,
            _ => Outcome::Clean,
        })
    }
}

impl Groups {
    /// The findings, each with what follows from its cause.
    fn told(mut self) -> Vec<Finding> {
        let more = self
            .causes
            .into_values()
            .filter_map(|(first, more)| Some((first?, more)))
            .filter(|(_, more)| *more > 0);
        for (first, more) in more.collect::<std::collections::BTreeMap<_, _>>() {
            let finding = &mut self.waiting[first];
            // A change of something shared breaks event types; a cause in a stream spoils events.
            let what = if finding.rule.group() == "breaking" { "event type" } else { "event" };
            let events = format!("{what}{}", if more == 1 { "" } else { "s" });
            let follows = format!("{more} more {events} for the same reason (`--all` shows each)");
            finding.help = Some(match finding.help.take() {
                Some(help) => format!("{help}; {follows}"),
                None => follows,
            });
        }
        self.waiting
    }
}

impl Observer for Console {
    fn wants(&mut self, finding: &Finding) -> bool {
        match &mut self.known {
            Known::Nothing => true,
            Known::LeftOut(baseline) => {
                let known = baseline.take(finding);
                self.known_count += u64::from(known);
                !known
            }
            Known::Written(baseline, _) => {
                baseline.add(finding);
                true
            }
        }
    }

    fn finding(&mut self, finding: &Finding) -> io::Result<()> {
        if let (Some(groups), Some(cause)) = (&mut self.groups, &finding.cause)
            && let Some((_, more)) = groups.causes.get_mut(cause)
        {
            *more += 1;
            return Ok(());
        }
        let shown = self.left > 0;
        if let (Some(groups), Some(cause)) = (&mut self.groups, &finding.cause) {
            groups.causes.insert(Arc::clone(cause), (shown.then_some(groups.waiting.len()), 0));
        }
        if !shown {
            self.not_shown += 1;
            return Ok(());
        }
        self.left -= 1;
        match &mut self.groups {
            Some(groups) => {
                groups.waiting.push(finding.clone());
                Ok(())
            }
            None => {
                self.progress.suspend(|| self.renderer.finding(finding)).inspect_err(exit::if_broken_pipe)
            }
        }
    }

    fn unreadable(&mut self, source: &str, error: &io::Error) {
        self.progress.suspend(|| output::unreadable(&format!("{source}: {error}")));
    }

    fn empty(&mut self, source: &str) {
        self.progress.suspend(|| {
            output::note(&format!("{} has no events", if source == "-" { "standard input" } else { source }));
        });
    }

    fn progress(&mut self, summary: &Summary) {
        self.progress.update(summary);
    }
}
