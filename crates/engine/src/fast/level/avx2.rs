//! The level of processors with AVX2: a block is two registers.
#![allow(unsafe_code, reason = "the processor's instructions, and a list that is written 8 places at a time")]

use std::arch::x86_64::{
    __m256i, _bzhi_u64, _mm_loadu_si128, _mm256_and_si256, _mm256_broadcastsi128_si256, _mm256_cmpeq_epi8,
    _mm256_loadu_si256, _mm256_max_epu8, _mm256_movemask_epi8, _mm256_or_si256, _mm256_set1_epi8,
    _mm256_setzero_si256, _mm256_shuffle_epi8, _mm256_srli_epi16, _mm256_sub_epi8,
};

use std::ops::Range;

use super::{Kinds, Level, escaped};
use crate::compile::{Block, Blocks, Field, Form, Frame, Row, Scan, Table};
use crate::fast::check::{Base, Proof};
use crate::fast::index::Marks;
use crate::fast::lines::{self, Line, Lines};
use crate::fast::steps::{self, BLOCK, Few, MAX_TABLES, Step};
use crate::fast::text;
use crate::fast::walk::Spot;
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

/// [`lines::prove_text`] for this level.
pub(super) fn prove(fast: &Fast, scratch: &mut Scratch, length: usize) -> Option<usize> {
    // SAFETY: the level is chosen only where `is_there`.
    unsafe { prove_with(fast, scratch, length) }
}

#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
fn prove_with(fast: &Fast, scratch: &mut Scratch, length: usize) -> Option<usize> {
    lines::prove_text::<Avx2>(fast, scratch, length)
}

/// [`lines::prove`] for this level.
pub(super) fn prove_lines(
    fast: &Fast,
    scratch: &mut Scratch,
    lines: &Lines<'_>,
    unproven: &mut dyn FnMut(Line),
) -> u64 {
    // SAFETY: the level is chosen only where `is_there`.
    unsafe { prove_lines_with(fast, scratch, lines, unproven) }
}

#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
fn prove_lines_with(
    fast: &Fast,
    scratch: &mut Scratch,
    lines: &Lines<'_>,
    unproven: &mut dyn FnMut(Line),
) -> u64 {
    lines::prove::<Avx2>(fast, scratch, lines, unproven)
}

#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
fn proves_other_with(proof: &mut Proof<'_, '_>, field: &Field, spot: Spot) -> bool {
    proof.proves_other::<Avx2>(field, spot)
}

#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
#[inline(never)]
fn answers_with(proof: &mut Proof<'_, '_>, frame: &Frame, base: Base) -> bool {
    proof.answers::<Avx2>(frame, base)
}

#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
#[inline(never)]
fn rare_with(
    proof: &mut Proof<'_, '_>,
    frame: usize,
    step: &Step,
    at: usize,
    mark: usize,
    end: usize,
) -> Option<(usize, usize)> {
    steps::rare::<Avx2>(proof, frame, step, at, mark, end)
}

#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
#[inline(never)]
fn is_of_form_with(form: &Form, block: &[u8; 64], length: usize) -> bool {
    text::is_of_form::<Avx2>(form, block, length)
}

#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
#[inline(never)]
fn is_plain_with(text: &[u8], start: usize, end: usize, lengths: (u32, u32), scan: Scan) -> bool {
    text::is_plain::<Avx2>(text, start, end, lengths, scan)
}

#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
#[inline(never)]
fn stands_with(step: &Step, tables: &Few<Table, MAX_TABLES>, window: &[u8; 2 * BLOCK]) -> bool {
    steps::stands::<Avx2>(step, tables, window)
}

#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
#[inline(never)]
fn event_with(proof: &mut Proof<'_, '_>, range: Range<usize>) -> Option<usize> {
    proof.event::<Avx2>(range)
}

/// The level. Its operations are reached only through [`prove`] and what that calls.
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

/// Writes the places of these bits, and tells how many there are.
///
/// # Safety
/// There is room for 64 places at the target.
#[inline(always)]
unsafe fn put(target: *mut u32, mut bits: u64, base: u32) -> usize {
    let count = bits.count_ones() as usize;
    let mut written = 0;
    while written < count {
        for step in 0..8 {
            // SAFETY: the caller's; what is written behind the last place lies within the same eight.
            unsafe { *target.add(written + step) = base.wrapping_add(bits.trailing_zeros()) };
            bits &= bits.wrapping_sub(1);
        }
        written += 8;
    }
    count
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

impl Level for Avx2 {
    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "only the lowest byte counts")]
    fn mask(length: usize) -> u64 {
        // SAFETY: the level is chosen only where its instructions are.
        unsafe { _bzhi_u64(u64::MAX, length as u32) }
    }

    #[inline(always)]
    fn index(text: &[u8], start: usize, end: usize, lines: bool, marks: &mut Marks) {
        marks.clear();
        // Room for as many as there are bytes, and for the places behind the last that are written too.
        marks.reserve(end - start + 64);
        let line_feed = if lines { b'\n' } else { b'"' };
        let mut count = 0;
        let mut carry = 0;
        let mut at = start;
        while at < end {
            let Some(block) = text.get(at..).and_then(|rest| rest.first_chunk::<64>()) else { break };
            let data = load(block);
            let backslashes = equal(data, b'\\');
            let quotes = equal(data, b'"');
            let mut bits = quotes | equal(data, line_feed);
            if carry != 0 || backslashes != 0 {
                bits = quotes & !escaped(backslashes, &mut carry);
                if lines {
                    bits |= equal(data, b'\n');
                }
            }
            if end - at < 64 {
                bits &= (1 << (end - at)) - 1;
            }
            #[expect(
                clippy::cast_possible_truncation,
                reason = "texts are shorter than 4 GiB, which the caller saw to"
            )]
            let base = at as u32;
            // SAFETY: there is room, since there are no more marks than bytes.
            count += unsafe { put(marks.as_mut_ptr().add(count), bits, base) };
            at += 64;
        }
        // SAFETY: so many were written.
        unsafe { marks.set_len(count) };
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
    fn classes(block: &[u8; 64], rows: &[Row], _: &Table, _length: usize, masks: &mut [u64; 8]) {
        let data = load(block);
        for (row, mask) in rows.iter().zip(masks) {
            *mask = in_row(data, row);
        }
    }

    #[inline(always)]
    fn kinds(block: &[u8; 64], _length: usize) -> Kinds {
        let data = load(block);
        let hyphens = equal(data, b'-');
        let (x, o) = (equal(data, b'x'), equal(data, b'o'));
        Kinds {
            broken: below(data, 0x20) | equal(data, b'"') | equal(data, b'\\'),
            high: bits(data),
            at: equal(data, b'@'),
            digit: below(shifted(data, b'0', 0), 10),
            letter: below(shifted(data, b'a', 0x20), 26),
            token: in_row(data, &super::scalar::TOKEN),
            sign: (equal(data, b'e') & equal(data, b'y') >> 1 & equal(data, b'J') >> 2)
                | (x & o >> 1 & x >> 2)
                | (hyphens & hyphens >> 1 & hyphens >> 2),
        }
    }

    #[inline(always)]
    fn proves_other(proof: &mut Proof<'_, '_>, field: &Field, spot: Spot) -> bool {
        // SAFETY: the level is chosen only where `is_there`.
        unsafe { proves_other_with(proof, field, spot) }
    }

    #[inline(always)]
    fn answers(proof: &mut Proof<'_, '_>, frame: &Frame, base: Base) -> bool {
        // SAFETY: the level is chosen only where `is_there`.
        unsafe { answers_with(proof, frame, base) }
    }

    #[inline(always)]
    fn rare(
        proof: &mut Proof<'_, '_>,
        frame: usize,
        step: &Step,
        at: usize,
        mark: usize,
        end: usize,
    ) -> Option<(usize, usize)> {
        // SAFETY: the level is chosen only where `is_there`.
        unsafe { rare_with(proof, frame, step, at, mark, end) }
    }

    #[inline(always)]
    fn is_of_form(form: &Form, block: &[u8; 64], length: usize) -> bool {
        // SAFETY: the level is chosen only where `is_there`.
        unsafe { is_of_form_with(form, block, length) }
    }

    #[inline(always)]
    fn is_plain(text: &[u8], start: usize, end: usize, lengths: (u32, u32), scan: Scan) -> bool {
        // SAFETY: the level is chosen only where `is_there`.
        unsafe { is_plain_with(text, start, end, lengths, scan) }
    }

    #[inline(always)]
    fn stands(step: &Step, tables: &Few<Table, MAX_TABLES>, window: &[u8; 2 * BLOCK]) -> bool {
        // SAFETY: the level is chosen only where `is_there`.
        unsafe { stands_with(step, tables, window) }
    }

    #[inline(always)]
    fn event(proof: &mut Proof<'_, '_>, range: Range<usize>) -> Option<usize> {
        // SAFETY: the level is chosen only where `is_there`.
        unsafe { event_with(proof, range) }
    }
}
