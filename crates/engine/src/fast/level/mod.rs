//! Levels: what a processor can do at once. The same small operations, each in the widest form that it has.
//!
//! The level is chosen when the engine is made, by what the processor says of itself, so one build runs everywhere. All
//! levels give the same answers; `scalar` says what they are, and the tests compare. Only the modules of the levels are
//! allowed `unsafe`, for the processor's own instructions.

#[cfg(any(target_arch = "x86_64", all(target_arch = "aarch64", target_endian = "little")))]
#[cfg_attr(target_arch = "x86_64", macro_use)]
mod registers;

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
#[cfg(all(target_arch = "aarch64", target_endian = "little"))]
mod neon;
mod scalar;
#[cfg(test)]
pub(super) use scalar::Scalar;
#[cfg(test)]
pub(super) mod tests;

use std::ops::Range;

use super::check::{Base, Proof};
use super::index::Marks;
use super::lines::{self, Line, Lines, Seen};
use super::steps::{self, BLOCK, Few, MAX_TABLES, Step};
use super::text;
use super::walk::{Cursor, Depth, Spot};
use super::{Fast, Scratch};
use crate::compile::{Block, Blocks, Field, Form, Frame, Row, Scan, Table, Tree};

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

/// Whether bytes of many blocks are not what is wanted there.
pub(super) trait Found<L>: Copy {
    /// Nothing was found yet.
    const NOTHING: Self;

    /// This, and the bits, of those of a mask, in which a block is not as another.
    fn and_unlike(self, block: &[u8; 64], other: &[u8; 64], mask: &[u8; 64]) -> Self;

    /// This, and what [`Level::differing`] finds.
    fn and_differing(self, block: &[u8; 64], other: &[u8; 64], places: u64) -> Self;

    /// This, and what [`Level::outside`] finds. Where no class is required there is none, and there are ones in `mask` where
    /// one is.
    fn and_misfit(self, block: &[u8; 64], required: &[u8; 64], table: &Table, mask: &[u8; 64]) -> Self;

    /// This, and what [`Level::outside`] finds. All places have a class.
    fn and_outside(self, block: &[u8; 64], required: &[u8; 64], table: &Table, places: u64) -> Self;

    /// Whether anything was found.
    fn is_any(self) -> bool;
}

/// The places where something was found, of all blocks together.
impl<L: Level> Found<L> for u64 {
    const NOTHING: Self = 0;

    #[inline(always)]
    fn and_unlike(self, block: &[u8; 64], other: &[u8; 64], mask: &[u8; 64]) -> Self {
        let mut unlike = 0;
        for at in 0..64 {
            unlike |= (block[at] ^ other[at]) & mask[at];
        }
        self | u64::from(unlike)
    }

    #[inline(always)]
    fn and_differing(self, block: &[u8; 64], other: &[u8; 64], places: u64) -> Self {
        self | L::differing(block, other, places)
    }

    #[inline(always)]
    fn and_misfit(self, block: &[u8; 64], required: &[u8; 64], table: &Table, mask: &[u8; 64]) -> Self {
        let places = L::differing(mask, &[0; 64], u64::MAX);
        self | L::outside(block, required, table, places)
    }

    #[inline(always)]
    fn and_outside(self, block: &[u8; 64], required: &[u8; 64], table: &Table, places: u64) -> Self {
        self | L::outside(block, required, table, places)
    }

    #[inline(always)]
    fn is_any(self) -> bool {
        self != 0
    }
}

/// Operations on blocks of 64 bytes. `length` says how many of them count; what a level says of the others is anything.
pub(super) trait Level: Sized {
    /// What is found of many blocks.
    type Found: Found<Self>;

    /// The lowest bits, so many of them. Of more than 255 it is anything.
    #[inline(always)]
    fn mask(length: usize) -> u64 {
        text::mask(length)
    }

    /// Replaces the marks by those of a piece of text, from a place to another; of line feeds only if it is of `lines`. The
    /// text goes on for a block behind the end.
    fn index(text: &[u8], start: usize, end: usize, lines: bool, marks: &mut Marks);

    /// Which bytes are not what they are expected to be.
    #[inline(always)]
    fn mismatches(block: &[u8; 64], expected: &Block, blocks: &Blocks) -> u64 {
        Self::differing(block, &expected.literal, expected.fixed)
            | Self::outside(block, &expected.required, blocks.table_of(expected), expected.classed)
    }

    /// Which bytes, of those at the places of a mask, are not the same as in another block.
    fn differing(block: &[u8; 64], other: &[u8; 64], places: u64) -> u64;

    /// Which bytes, of those at the places of a mask, belong to none of the classes that are required there, by a table of
    /// the classes of each byte.
    fn outside(block: &[u8; 64], required: &[u8; 64], table: &Table, places: u64) -> u64;

    /// Which bytes are less than those of another text, or more than those of a third.
    fn beyond(text: &[u8; 32], least: &[u8; 32], most: &[u8; 32]) -> u32;

    /// Which bytes belong to each of some classes, which a table has as bits in their order.
    fn classes(block: &[u8; 64], rows: &[Row], table: &Table, length: usize, masks: &mut [u64; 8]);

    /// Which bytes are of which kind.
    fn kinds(block: &[u8; 64], length: usize) -> Kinds;

    /// [`lines::prove_text`], compiled for the level, as all that follow are.
    fn prove_text(fast: &Fast, scratch: &mut Scratch, length: usize) -> Option<usize> {
        lines::prove_text::<Self>(fast, scratch, length)
    }

    /// [`lines::prove`].
    fn prove_lines(
        fast: &Fast,
        scratch: &mut Scratch,
        lines: &Lines<'_>,
        most: u64,
        unproven: &mut dyn FnMut(Line),
    ) -> Seen {
        lines::prove::<Self>(fast, scratch, lines, most, unproven)
    }

    /// [`Proof::event`].
    fn event(proof: &mut Proof<'_, '_>, range: Range<usize>) -> Option<usize> {
        proof.event::<Self>(range)
    }

    /// [`Cursor::fill`].
    fn fill(
        cursor: &mut Cursor<'_>,
        tree: &Tree,
        place: (u16, Option<u16>),
        depth: Depth,
        spots: &mut [Spot],
        seen: &mut [u128],
    ) -> Option<()> {
        cursor.fill::<Self>(tree, place, depth, spots, seen)
    }

    /// [`Proof::proves_other`].
    fn proves_other(proof: &mut Proof<'_, '_>, field: &Field, spot: Spot) -> bool {
        proof.proves_other::<Self>(field, spot)
    }

    /// [`Proof::answers`].
    fn answers(proof: &mut Proof<'_, '_>, frame: &Frame, base: Base) -> bool {
        proof.answers::<Self>(frame, base)
    }

    /// [`steps::rare`].
    fn rare(
        proof: &mut Proof<'_, '_>,
        frame: usize,
        step: &Step,
        at: usize,
        mark: usize,
        end: usize,
    ) -> Option<(usize, usize)> {
        steps::rare::<Self>(proof, frame, step, at, mark, end)
    }

    /// [`steps::stands`].
    fn stands(step: &Step, tables: &Few<Table, MAX_TABLES>, window: &[u8; 2 * BLOCK]) -> bool {
        steps::stands::<Self>(step, tables, window)
    }

    /// [`text::is_of_form`].
    fn is_of_form(form: &Form, block: &[u8; 64], length: usize) -> bool {
        text::is_of_form::<Self>(form, block, length)
    }

    /// [`text::is_plain`].
    fn is_plain(text: &[u8], start: usize, end: usize, lengths: (u32, u32), scan: Scan) -> bool {
        text::is_plain::<Self>(text, start, end, lengths, scan)
    }
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
    #[cfg(all(target_arch = "aarch64", target_endian = "little"))]
    Neon,
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
        #[cfg(all(target_arch = "aarch64", target_endian = "little"))]
        if wanted != crate::Level::Scalar {
            return Self::Neon;
        }
        let _ = wanted;
        Self::Scalar
    }
}

/// [`lines::prove_text`] with the level of the engine, of the text of this length in the scratch.
#[inline]
pub(super) fn prove(fast: &Fast, scratch: &mut Scratch, length: usize) -> Option<usize> {
    match fast.level {
        Choice::Scalar => scalar::Scalar::prove_text(fast, scratch, length),
        #[cfg(target_arch = "x86_64")]
        Choice::Avx2 => avx2::Avx2::prove_text(fast, scratch, length),
        #[cfg(target_arch = "x86_64")]
        Choice::Avx512 => avx512::Avx512::prove_text(fast, scratch, length),
        #[cfg(all(target_arch = "aarch64", target_endian = "little"))]
        Choice::Neon => neon::Neon::prove_text(fast, scratch, length),
    }
}

/// [`lines::prove`] with the level of the engine.
pub(super) fn prove_lines(
    fast: &Fast,
    scratch: &mut Scratch,
    lines: &Lines<'_>,
    most: u64,
    unproven: &mut dyn FnMut(Line),
) -> Seen {
    match fast.level {
        Choice::Scalar => scalar::Scalar::prove_lines(fast, scratch, lines, most, unproven),
        #[cfg(target_arch = "x86_64")]
        Choice::Avx2 => avx2::Avx2::prove_lines(fast, scratch, lines, most, unproven),
        #[cfg(target_arch = "x86_64")]
        Choice::Avx512 => avx512::Avx512::prove_lines(fast, scratch, lines, most, unproven),
        #[cfg(all(target_arch = "aarch64", target_endian = "little"))]
        Choice::Neon => neon::Neon::prove_lines(fast, scratch, lines, most, unproven),
    }
}
