//! The level of processors with AVX2: a block is two registers.
#![allow(unsafe_code, reason = "the processor's instructions, and a list that is written 8 places at a time")]

use std::arch::x86_64::{
    __m256i, _bzhi_u64, _mm_loadu_si128, _mm256_and_si256, _mm256_broadcastsi128_si256, _mm256_cmpeq_epi8,
    _mm256_loadu_si256, _mm256_max_epu8, _mm256_min_epu8, _mm256_movemask_epi8, _mm256_or_si256,
    _mm256_set1_epi8, _mm256_setzero_si256, _mm256_shuffle_epi8, _mm256_srli_epi16, _mm256_sub_epi8,
    _mm256_testz_si256, _mm256_xor_si256,
};

use std::ops::Range;

use super::registers::{self, Registers};
use super::{Found, Kinds, Level};
use crate::compile::{Block, Blocks, Field, Form, Frame, Row, Scan, Table, Tree};
use crate::fast::check::{Base, Proof};
use crate::fast::index::Marks;
use crate::fast::lines::{self, Line, Lines, Seen};
use crate::fast::steps::{self, BLOCK, Few, MAX_TABLES, Step};
use crate::fast::text;
use crate::fast::walk::{Cursor, Depth, Spot};
use crate::fast::{Fast, Scratch};

/// The highest halves of ASCII bytes as bits, to meet the entries of a [`Row`].
const HALVES: [u8; 16] = [1, 2, 4, 8, 16, 32, 64, 128, 0, 0, 0, 0, 0, 0, 0, 0];

/// Whether this processor has it.
pub(super) fn is_there() -> bool {
    is_x86_feature_detected!("avx2")
        && is_x86_feature_detected!("bmi1")
        && is_x86_feature_detected!("bmi2")
        && is_x86_feature_detected!("lzcnt")
        && is_x86_feature_detected!("popcnt")
}

/// The level. Its operations are reached only through what is compiled for it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Avx2;

/// A block.
type Halves = [__m256i; 2];

#[inline(always)]
fn load(block: &[u8; 64]) -> Halves {
    // SAFETY: 64 bytes are readable; the level is chosen only where its instructions are.
    unsafe { [_mm256_loadu_si256(block.as_ptr().cast()), _mm256_loadu_si256(block.as_ptr().add(32).cast())] }
}

/// The highest bits of all bytes.
#[inline(always)]
fn bits([low, high]: Halves) -> u64 {
    // SAFETY: the level is chosen only where its instructions are.
    let (low, high) = unsafe { (_mm256_movemask_epi8(low), _mm256_movemask_epi8(high)) };
    u64::from(low.cast_unsigned()) | u64::from(high.cast_unsigned()) << 32
}

#[inline(always)]
fn equal([low, high]: Halves, byte: u8) -> u64 {
    // SAFETY: the level is chosen only where its instructions are.
    unsafe {
        let byte = _mm256_set1_epi8(byte.cast_signed());
        bits([_mm256_cmpeq_epi8(low, byte), _mm256_cmpeq_epi8(high, byte)])
    }
}

/// Which bytes are less than one, by saying which are not at least it.
#[inline(always)]
fn below([low, high]: Halves, byte: u8) -> u64 {
    // SAFETY: the level is chosen only where its instructions are.
    unsafe {
        let byte = _mm256_set1_epi8(byte.cast_signed());
        let (low_most, high_most) = (_mm256_max_epu8(low, byte), _mm256_max_epu8(high, byte));
        !bits([_mm256_cmpeq_epi8(low_most, low), _mm256_cmpeq_epi8(high_most, high)])
    }
}

/// All bytes with some bits added, and then so much less.
#[inline(always)]
fn shifted([low, high]: Halves, by: u8, or: u8) -> Halves {
    // SAFETY: the level is chosen only where its instructions are.
    unsafe {
        let (by, or) = (_mm256_set1_epi8(by.cast_signed()), _mm256_set1_epi8(or.cast_signed()));
        [_mm256_sub_epi8(_mm256_or_si256(low, or), by), _mm256_sub_epi8(_mm256_or_si256(high, or), by)]
    }
}

/// The same table in both halves of a register.
#[inline(always)]
fn table(row: &[u8; 16]) -> __m256i {
    // SAFETY: 16 bytes are readable; the level is chosen only where its instructions are.
    unsafe { _mm256_broadcastsi128_si256(_mm_loadu_si128(row.as_ptr().cast())) }
}

/// For each byte whether it is *not* in a row.
#[inline(always)]
fn outside(half: __m256i, row: __m256i) -> __m256i {
    // SAFETY: the level is chosen only where its instructions are.
    unsafe {
        let high = _mm256_and_si256(_mm256_srli_epi16(half, 4), _mm256_set1_epi8(15));
        let meet =
            _mm256_and_si256(_mm256_shuffle_epi8(row, half), _mm256_shuffle_epi8(table(&HALVES), high));
        _mm256_cmpeq_epi8(meet, _mm256_setzero_si256())
    }
}

#[inline(always)]
fn in_row([low, high]: Halves, row: &Row) -> u64 {
    let row = table(&row.0);
    !bits([outside(low, row), outside(high, row)])
}

#[inline(always)]
fn zero() -> __m256i {
    // SAFETY: the level is chosen only where its instructions are.
    unsafe { _mm256_setzero_si256() }
}

/// Adds, for the bytes with this high half, the classes that a table has for their low halves.
#[inline(always)]
fn with_classes(within: Halves, data: Halves, classes: &[u8; 16], high: usize) -> Halves {
    let table = table(classes);
    let one = |within: __m256i, data: __m256i| {
        // SAFETY: the level is chosen only where its instructions are.
        unsafe {
            let halves = _mm256_and_si256(_mm256_srli_epi16(data, 4), _mm256_set1_epi8(15));
            #[expect(clippy::cast_possible_truncation, reason = "less than 8")]
            let here = _mm256_cmpeq_epi8(halves, _mm256_set1_epi8((high as u8).cast_signed()));
            _mm256_or_si256(within, _mm256_and_si256(here, _mm256_shuffle_epi8(table, data)))
        }
    };
    [one(within[0], data[0]), one(within[1], data[1])]
}

/// For which bytes two registers have no bit in common.
#[inline(always)]
fn both_zero(a: Halves, b: Halves) -> u64 {
    // SAFETY: the level is chosen only where its instructions are.
    unsafe {
        let none = |a, b| _mm256_cmpeq_epi8(_mm256_and_si256(a, b), _mm256_setzero_si256());
        bits([none(a[0], b[0]), none(a[1], b[1])])
    }
}

impl Registers for Avx2 {
    #[inline(always)]
    fn equal(block: &[u8; 64], byte: u8) -> u64 {
        equal(load(block), byte)
    }
}

/// Bits in which something is not as it has to be, and places.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wrong {
    bits: __m256i,
    places: u64,
}

impl Found<Avx2> for Wrong {
    // SAFETY: any bits are a register.
    const NOTHING: Self = unsafe { std::mem::zeroed() };

    #[inline(always)]
    fn and_unlike(self, block: &[u8; 64], other: &[u8; 64], mask: &[u8; 64]) -> Self {
        let ([a, b], [c, d], [low, high]) = (load(block), load(other), load(mask));
        // SAFETY: the level is chosen only where its instructions are.
        unsafe {
            let low = _mm256_and_si256(_mm256_xor_si256(a, c), low);
            let high = _mm256_and_si256(_mm256_xor_si256(b, d), high);
            Self { bits: _mm256_or_si256(self.bits, _mm256_or_si256(low, high)), ..self }
        }
    }

    #[inline(always)]
    fn and_differing(self, block: &[u8; 64], other: &[u8; 64], places: u64) -> Self {
        Self { places: self.places | Avx2::differing(block, other, places), ..self }
    }

    #[inline(always)]
    fn and_misfit(self, block: &[u8; 64], required: &[u8; 64], table: &Table, mask: &[u8; 64]) -> Self {
        self.and_outside(block, required, table, bits(load(mask)))
    }

    #[inline(always)]
    fn and_outside(self, block: &[u8; 64], required: &[u8; 64], table: &Table, places: u64) -> Self {
        Self { places: self.places | Avx2::outside(block, required, table, places), ..self }
    }

    #[inline(always)]
    fn is_any(self) -> bool {
        // SAFETY: the level is chosen only where its instructions are.
        self.places != 0 || unsafe { _mm256_testz_si256(self.bits, self.bits) == 0 }
    }
}

impl Level for Avx2 {
    type Found = Wrong;

    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "only the lowest byte counts")]
    fn mask(length: usize) -> u64 {
        // SAFETY: the level is chosen only where its instructions are.
        unsafe { _bzhi_u64(u64::MAX, length as u32) }
    }

    #[inline(always)]
    fn index(text: &[u8], start: usize, end: usize, lines: bool, marks: &mut Marks) {
        registers::index::<Self>(text, start, end, lines, marks);
    }

    #[inline(always)]
    fn mismatches(block: &[u8; 64], expected: &Block, blocks: &Blocks) -> u64 {
        let data = load(block);
        let mut differing = 0;
        if expected.fixed != 0 {
            differing = Self::differing(block, &expected.literal, expected.fixed);
        }
        for (row, places) in blocks.rows_of(expected) {
            differing |= !in_row(data, row) & places;
        }
        differing
    }

    #[inline(always)]
    fn differing(block: &[u8; 64], other: &[u8; 64], places: u64) -> u64 {
        let ([a, b], [c, d]) = (load(block), load(other));
        // SAFETY: the level is chosen only where its instructions are.
        let same = bits(unsafe { [_mm256_cmpeq_epi8(a, c), _mm256_cmpeq_epi8(b, d)] });
        !same & places
    }

    #[inline(always)]
    fn outside(block: &[u8; 64], required: &[u8; 64], table: &Table, places: u64) -> u64 {
        if places == 0 {
            return 0;
        }
        let data = load(block);
        let required = load(required);
        let mut within = [zero(), zero()];
        // The classes of the characters with each high half, for those bytes that have it.
        for (high, classes) in table.0.chunks_exact(16).enumerate() {
            let Some(classes) = classes.first_chunk::<16>() else { continue };
            within = with_classes(within, data, classes, high);
        }
        both_zero(within, required) & places
    }

    #[inline(always)]
    fn beyond(text: &[u8; 32], least: &[u8; 32], most: &[u8; 32]) -> u32 {
        // SAFETY: 32 bytes are readable; the level is chosen only where its instructions are.
        unsafe {
            let load = |bytes: &[u8; 32]| _mm256_loadu_si256(bytes.as_ptr().cast());
            let text = load(text);
            let is_least = _mm256_cmpeq_epi8(_mm256_max_epu8(text, load(least)), text);
            let is_most = _mm256_cmpeq_epi8(_mm256_min_epu8(text, load(most)), text);
            !_mm256_movemask_epi8(_mm256_and_si256(is_least, is_most)).cast_unsigned()
        }
    }

    #[inline(always)]
    fn classes(block: &[u8; 64], rows: &[Row], _: &Table, _length: usize, masks: &mut [u64; 8]) {
        let data = load(block);
        for (row, mask) in rows.iter().zip(masks) {
            *mask = in_row(data, row);
        }
    }

    #[inline(always)]
    fn kinds(block: &[u8; 64], _length: usize) -> Kinds {
        let data = load(block);
        Kinds {
            broken: below(data, 0x20) | equal(data, b'"') | equal(data, b'\\'),
            high: bits(data),
            at: equal(data, b'@'),
            digit: below(shifted(data, b'0', 0), 10),
            letter: below(shifted(data, b'a', 0x20), 26),
            token: in_row(data, &super::scalar::TOKEN),
            sign: registers::sign::<Self>(block),
        }
    }

    compiled_for!(Avx2, "avx2,bmi1,bmi2,lzcnt,popcnt");
}
