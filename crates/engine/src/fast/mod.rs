//! The fast path: proves events valid, or doesn't know.
//!
//! ```text
//! bytes ─→ index (where lines end and strings begin and end)
//!           ├→ steps (members in an order that was seen before) ───────────────────────┬→ checks of values
//!           └→ walk (members in any order: which value is in which slot), then learned ┘
//! ```
//!
//! It may say only *valid*, which means that the authority would find nothing, not even a warning. Whatever is odd about
//! an event (an escape in a name, an exponent, an unknown field, a detector's hit) it doesn't prove, and the authority
//! has it. It makes no finding and keeps nothing of an event but the order of its members.

mod check;
mod index;
mod inside;
mod learn;
mod level;
mod lines;
mod scan;
mod steps;
mod text;
mod walk;

use tidings_catalog::Catalog;

use crate::Limits;
use crate::compile::{self, Program};
use index::Marks;
pub(crate) use level::Choice;
pub(crate) use lines::{Line, Lines};
use steps::Steps;
use walk::Spot;

/// How many bytes behind a text may be read, though they are no part of it.
pub(crate) const PADDING: usize = 128;

/// How deep the fast path follows nested values at most, whatever the limits allow.
const MAX_DEPTH: usize = 128;

/// The fast path of a catalog.
#[derive(Debug)]
pub(crate) struct Fast {
    program: Program,
    limits: Limits,
    level: Choice,
    /// Whether the order of members is learned.
    learns: bool,
    /// For each event type what the learned order has to bring.
    demands: Vec<Option<learn::Demands>>,
}

/// What the fast path works in. Every thread has its own.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    marks: Marks,
    work: Work,
    /// A copy of a text that comes without padding.
    copy: Vec<u8>,
}

/// What one event after the other is proven in.
#[derive(Debug, Default)]
struct Work {
    /// What is in which slot: those of the event, and above them those of the elements that are being looked at.
    spots: Vec<Spot>,
    /// For each node which members were seen.
    seen: Vec<u128>,
    /// A date and hour that was proven to be one of the calendar: `2025-11-05T14:`.
    hour: [u8; 14],
    /// What was learned of the order of members.
    steps: Steps,
}

impl Fast {
    pub(crate) fn compile(catalog: &Catalog, limits: Limits, level: Choice, learns: bool) -> Self {
        let limits = Limits { max_depth: limits.max_depth.min(MAX_DEPTH), ..limits };
        let program = compile::compile(catalog);
        let demands = (0..program.events.len()).map(|event| learn::Demands::of(&program, event)).collect();
        Self { program, limits, level, learns, demands }
    }

    pub(crate) fn program(&self) -> &Program {
        &self.program
    }

    /// The index of the event type, if the event that is the text is surely valid.
    pub(crate) fn prove(&self, scratch: &mut Scratch, text: &[u8]) -> Option<usize> {
        if text.len() > self.limits.max_event_bytes || u32::try_from(text.len() + PADDING).is_err() {
            return None;
        }
        scratch.copy.clear();
        scratch.copy.reserve(text.len() + PADDING);
        scratch.copy.extend_from_slice(text);
        scratch.copy.resize(text.len() + PADDING, b' ');
        level::prove(self, scratch, text.len())
    }

    /// Tries to prove the lines of a text, and hands over those that it can't. Tells how many it could. Blank lines don't
    /// count.
    pub(crate) fn prove_lines(
        &self,
        scratch: &mut Scratch,
        lines: &Lines<'_>,
        unproven: &mut dyn FnMut(Line),
    ) -> u64 {
        if u32::try_from(lines.text.len()).is_err() {
            lines.all().for_each(unproven);
            return 0;
        }
        let (lines, last) = lines.with_padding();
        let mut proven = level::prove_lines(self, scratch, &lines, unproven);
        for line in last.into_iter().flat_map(Lines::all) {
            if self.prove(scratch, &lines.text[line.range.clone()]).is_some() {
                proven += 1;
            } else {
                unproven(line);
            }
        }
        proven
    }
}
