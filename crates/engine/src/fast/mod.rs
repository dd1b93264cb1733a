//! The fast path: proves events valid, or doesn't know.
//!
//! ```text
//! bytes ─→ index (where the quotes are) ─┬→ template (members in an order that was seen before) ─┬→ checks of values
//!                                        └→ walk (members in any order: which value is in which slot) ┘
//! ```
//!
//! It may say only *valid*, which means that the authority would find nothing, not even a warning. Whatever is odd about
//! an event (an escape in a name, an exponent, an unknown field, a detector's hit) it doesn't prove, and the authority
//! has it. It makes no finding and keeps nothing of an event.

mod check;
mod level;
mod scan;
mod template;
mod text;
mod walk;

use tidings_catalog::Catalog;

use crate::Limits;
use crate::compile::{self, Program};
pub(crate) use level::Choice;
use template::Templates;
use walk::Spot;

/// How many bytes behind a text may be read, though they are no part of it.
pub(crate) const PADDING: usize = 64;

/// How deep the fast path follows nested values at most, whatever the limits allow.
const MAX_DEPTH: usize = 128;

/// The fast path of a catalog.
#[derive(Debug)]
pub(crate) struct Fast {
    program: Program,
    max_depth: usize,
    level: Choice,
    /// Whether the order of members is learned.
    templates: bool,
}

/// What the fast path works in. Every thread has its own.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    /// Places of the quotes that begin and end strings.
    quotes: Vec<u32>,
    /// What is in which slot: those of the event, and above them those of the elements that are being looked at.
    spots: Vec<Spot>,
    /// For each node which members were seen.
    seen: Vec<u128>,
    /// A copy of a text that comes without padding.
    copy: Vec<u8>,
    /// A date and hour that was proven to be one of the calendar: `2025-11-05T14:`.
    hour: [u8; 14],
    /// What was learned of the order of members.
    templates: Templates,
}

impl Fast {
    pub(crate) fn compile(catalog: &Catalog, limits: Limits, level: Choice, templates: bool) -> Self {
        let max_depth = limits.max_depth.min(MAX_DEPTH);
        Self { program: compile::compile(catalog), max_depth, level, templates }
    }

    pub(crate) fn program(&self) -> &Program {
        &self.program
    }

    /// The index of the event type, if the event that is the text is surely valid.
    pub(crate) fn prove(&self, scratch: &mut Scratch, text: &[u8]) -> Option<usize> {
        let mut copy = std::mem::take(&mut scratch.copy);
        copy.clear();
        copy.reserve(text.len() + PADDING);
        copy.extend_from_slice(text);
        copy.resize(text.len() + PADDING, b' ');
        let proven = self.prove_padded(scratch, &copy, 0, text.len());
        scratch.copy = copy;
        proven
    }

    /// The same for an event that is a part of a longer text, which goes on for [`PADDING`] bytes behind it.
    pub(crate) fn prove_padded(
        &self,
        scratch: &mut Scratch,
        text: &[u8],
        start: usize,
        end: usize,
    ) -> Option<usize> {
        if end + PADDING > text.len() || text.len() > u32::MAX as usize {
            return None;
        }
        level::prove(self, scratch, text, start, end)
    }
}
