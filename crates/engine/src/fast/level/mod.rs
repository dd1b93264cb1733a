//! Levels: what a processor can do at once. The same small operations, each in the widest form that it has.
//!
//! The level is chosen when the engine is made, by what the processor says of itself, so one build runs everywhere. All
//! levels give the same answers; `scalar` says what they are.

mod scalar;

use super::{Fast, Scratch, check};
use crate::compile::Row;

/// Which bytes of a block are of which kind, a bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Kinds {
    /// Backslashes, quotes and control characters.
    pub(super) broken: u64,
    /// Not ASCII.
    pub(super) high: u64,
    pub(super) at: u64,
    pub(super) digit: u64,
    pub(super) letter: u64,
    /// Letters, digits and `._~+/-`, of which tokens are made.
    pub(super) token: u64,
    /// Where `eyJ`, `xox` or `---` begins.
    pub(super) sign: u64,
}

/// Operations on blocks of 64 bytes. `length` says how many of them count; what a level says of the others is anything.
pub(super) trait Level {
    /// Adds the places of the quotes between two places that begin and end strings: not those behind a backslash.
    fn index(text: &[u8], start: usize, end: usize, quotes: &mut Vec<u32>);

    /// Which bytes belong to a class.
    fn members(block: &[u8; 64], row: &Row, length: usize) -> u64;

    /// Which bytes are of which kind.
    fn kinds(block: &[u8; 64], length: usize) -> Kinds;
}

/// Which level an engine uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    /// Whatever the language gives.
    Scalar,
}

impl Choice {
    /// The level of this name that is asked for, or the best below it that this processor has.
    pub(crate) fn of(wanted: crate::Level) -> Self {
        match wanted {
            _ => Self::Scalar,
        }
    }
}

/// Proves an event with the level of the engine.
#[inline]
pub(super) fn prove(fast: &Fast, scratch: &mut Scratch, text: &[u8], start: usize, end: usize) -> Option<usize> {
    match fast.level {
        Choice::Scalar => check::prove::<scalar::Scalar>(fast, scratch, text, start, end),
    }
}
