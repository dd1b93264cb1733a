//! Levels: what a processor can do at once. The same small operations, each in the widest form that it has.
//!
//! The level is chosen when the engine is made, by what the processor says of itself, so one build runs everywhere. All
//! levels give the same answers; `scalar` says what they are, and the tests compare. Only the modules of the levels are
//! allowed `unsafe`, for the processor's own instructions.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod scalar;
#[cfg(test)]
mod tests;

use std::ops::Range;

use super::check::{Base, Proof};
use super::index::Marks;
use super::lines::{self, Line, Lines};
use super::steps::{BLOCK, Few, MAX_TABLES, Step};
use super::text;
use super::walk::Spot;
use super::{Fast, Scratch};
use crate::compile::{Block, Blocks, Field, Form, Frame, Row, Scan, Table};

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
pub(super) trait Level: Sized {
    /// The lowest bits, so many of them. Of more than 255 it is anything.
    #[inline(always)]
    fn mask(length: usize) -> u64 {
        text::mask(length)
    }

    /// Replaces the marks by those of a piece of text, from a place to another; of line feeds only if it is of `lines`. The
    /// text goes on for a block behind the end.
    fn index(text: &[u8], start: usize, end: usize, lines: bool, marks: &mut Marks);

    /// Which bytes are not what they are expected to be.
    fn mismatches(block: &[u8; 64], expected: &Block, blocks: &Blocks) -> u64;

    /// Which bytes, of those at the places of a mask, are not the same as in another block.
    fn differing(block: &[u8; 64], other: &[u8; 64], places: u64) -> u64;

    /// Which bytes, of those at the places of a mask, belong to none of the classes that are required there, by a table of
    /// the classes of each byte.
    fn outside(block: &[u8; 64], required: &[u8; 64], table: &Table, places: u64) -> u64;

    /// Which bytes belong to each of some classes, which a table has as bits in their order.
    fn classes(block: &[u8; 64], rows: &[Row], table: &Table, length: usize, masks: &mut [u64; 8]);

    /// Which bytes are of which kind.
    fn kinds(block: &[u8; 64], length: usize) -> Kinds;

    /// [`Proof::proves_other`], compiled for the level.
    fn proves_other(proof: &mut Proof<'_, '_>, field: &Field, spot: Spot) -> bool;

    /// [`Proof::answers`], compiled for the level.
    fn answers(proof: &mut Proof<'_, '_>, frame: &Frame, base: Base) -> bool;

    /// [`rare`](super::steps::rare), compiled for the level.
    fn rare(
        proof: &mut Proof<'_, '_>,
        frame: usize,
        step: &Step,
        at: usize,
        mark: usize,
        end: usize,
    ) -> Option<(usize, usize)>;

    /// [`text::is_of_form`], compiled for the level.
    fn is_of_form(form: &Form, block: &[u8; 64], length: usize) -> bool;

    /// [`text::is_plain`], compiled for the level.
    fn is_plain(text: &[u8], start: usize, end: usize, lengths: (u32, u32), scan: Scan) -> bool;

    /// [`stands`](super::steps::stands), compiled for the level.
    fn stands(step: &Step, tables: &Few<Table, MAX_TABLES>, window: &[u8; 2 * BLOCK]) -> bool;

    /// [`Proof::event`], compiled for the level.
    fn event(proof: &mut Proof<'_, '_>, range: Range<usize>) -> Option<usize>;
}

/// Which level an engine uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    /// Whatever the language gives.
    Scalar,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

impl Choice {
    /// The level that is asked for, or the best below it that this processor has.
    pub(crate) fn of(wanted: crate::Level) -> Self {
        #[cfg(target_arch = "x86_64")]
        {
            if wanted == crate::Level::Best && avx512::is_there() {
                return Self::Avx512;
            }
            if wanted != crate::Level::Scalar && avx2::is_there() {
                return Self::Avx2;
            }
        }
        let _ = wanted;
        Self::Scalar
    }
}

/// [`lines::prove_text`] with the level of the engine, of the text of this length in the scratch.
#[inline]
pub(super) fn prove(fast: &Fast, scratch: &mut Scratch, length: usize) -> Option<usize> {
    match fast.level {
        Choice::Scalar => lines::prove_text::<scalar::Scalar>(fast, scratch, length),
        #[cfg(target_arch = "x86_64")]
        Choice::Avx2 => avx2::prove(fast, scratch, length),
        #[cfg(target_arch = "x86_64")]
        Choice::Avx512 => avx512::prove(fast, scratch, length),
    }
}

/// [`lines::prove`] with the level of the engine.
pub(super) fn prove_lines(
    fast: &Fast,
    scratch: &mut Scratch,
    lines: &Lines<'_>,
    unproven: &mut dyn FnMut(Line),
) -> u64 {
    match fast.level {
        Choice::Scalar => lines::prove::<scalar::Scalar>(fast, scratch, lines, unproven),
        #[cfg(target_arch = "x86_64")]
        Choice::Avx2 => avx2::prove_lines(fast, scratch, lines, unproven),
        #[cfg(target_arch = "x86_64")]
        Choice::Avx512 => avx512::prove_lines(fast, scratch, lines, unproven),
    }
}

/// Which characters of a block stand behind a backslash that counts. `carry` is whether one stands at the end of the
/// block before, and becomes that of this one.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn escaped(backslashes: u64, carry: &mut u64) -> u64 {
    const EVEN: u64 = 0x5555_5555_5555_5555;
    if backslashes == 0 {
        return std::mem::take(carry);
    }
    let starting = backslashes & !*carry;
    let behind = starting << 1 | *carry;
    let odd_starts = starting & !EVEN & !behind;
    let (even_runs, overflow) = odd_starts.overflowing_add(starting);
    *carry = u64::from(overflow);
    (EVEN ^ (even_runs << 1)) & behind
}
