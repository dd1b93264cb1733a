//! The level of processors with AVX-512 (its parts F, BW, VL and VBMI2): a block is one register.
#![allow(
    unsafe_code,
    reason = "the processor's instructions, and a list that is written 16 places at a time"
)]

use std::arch::x86_64::{
    __m128i, __m512i, _bzhi_u64, _mm_loadu_si128, _mm512_add_epi32, _mm512_and_si512, _mm512_broadcast_i32x4,
    _mm512_castsi512_si128, _mm512_cmpeq_epi8_mask, _mm512_cmplt_epu8_mask, _mm512_cvtepu8_epi32,
    _mm512_extracti32x4_epi32, _mm512_loadu_si512, _mm512_mask_cmpneq_epi8_mask, _mm512_maskz_compress_epi8,
    _mm512_movepi8_mask, _mm512_or_si512, _mm512_permutex2var_epi8, _mm512_set1_epi8, _mm512_set1_epi32,
    _mm512_shuffle_epi8, _mm512_srli_epi16, _mm512_storeu_si512, _mm512_sub_epi8, _mm512_test_epi8_mask,
    _mm512_testn_epi8_mask,
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

/// The places in a block.
const PLACES: [u8; 64] = {
    let mut places = [0; 64];
    let mut at = 0;
    while at < 64 {
        #[expect(clippy::cast_possible_truncation, reason = "less than 64")]
        let place = at as u8;
        places[at] = place;
        at += 1;
    }
    places
};

/// Letters, digits and `._~+/-`.
const TOKEN: Row = super::scalar::TOKEN;

/// Whether this processor has it.
pub(super) fn is_there() -> bool {
    is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512bw")
        && is_x86_feature_detected!("avx512vl")
        && is_x86_feature_detected!("avx512vbmi")
        && is_x86_feature_detected!("avx512vbmi2")
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

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,bmi1,bmi2,lzcnt,popcnt")]
fn prove_with(fast: &Fast, scratch: &mut Scratch, length: usize) -> Option<usize> {
    lines::prove_text::<Avx512>(fast, scratch, length)
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

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,bmi1,bmi2,lzcnt,popcnt")]
fn prove_lines_with(
    fast: &Fast,
    scratch: &mut Scratch,
    lines: &Lines<'_>,
    unproven: &mut dyn FnMut(Line),
) -> u64 {
    lines::prove::<Avx512>(fast, scratch, lines, unproven)
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,bmi1,bmi2,lzcnt,popcnt")]
fn proves_other_with(proof: &mut Proof<'_, '_>, field: &Field, spot: Spot) -> bool {
    proof.proves_other::<Avx512>(field, spot)
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,bmi1,bmi2,lzcnt,popcnt")]
#[inline(never)]
fn answers_with(proof: &mut Proof<'_, '_>, frame: &Frame, base: Base) -> bool {
    proof.answers::<Avx512>(frame, base)
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,bmi1,bmi2,lzcnt,popcnt")]
#[inline(never)]
fn rare_with(
    proof: &mut Proof<'_, '_>,
    frame: usize,
    step: &Step,
    at: usize,
    mark: usize,
    end: usize,
) -> Option<(usize, usize)> {
    steps::rare::<Avx512>(proof, frame, step, at, mark, end)
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,bmi1,bmi2,lzcnt,popcnt")]
#[inline(never)]
fn is_of_form_with(form: &Form, block: &[u8; 64], length: usize) -> bool {
    text::is_of_form::<Avx512>(form, block, length)
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,bmi1,bmi2,lzcnt,popcnt")]
#[inline(never)]
fn is_plain_with(text: &[u8], start: usize, end: usize, lengths: (u32, u32), scan: Scan) -> bool {
    text::is_plain::<Avx512>(text, start, end, lengths, scan)
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,bmi1,bmi2,lzcnt,popcnt")]
#[inline(never)]
fn stands_with(step: &Step, tables: &Few<Table, MAX_TABLES>, window: &[u8; 2 * BLOCK]) -> bool {
    steps::stands::<Avx512>(step, tables, window)
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,bmi1,bmi2,lzcnt,popcnt")]
#[inline(never)]
fn event_with(proof: &mut Proof<'_, '_>, range: Range<usize>) -> Option<usize> {
    proof.event::<Avx512>(range)
}

/// The level. Its operations are reached only through [`prove`] and what that calls.
#[derive(Clone, Copy, Debug)]
pub(super) struct Avx512;

#[inline(always)]
fn load(block: &[u8; 64]) -> __m512i {
    // SAFETY: 64 bytes are readable; the level is chosen only where its instructions are.
    unsafe { _mm512_loadu_si512(block.as_ptr().cast()) }
}

/// The two halves of a table.
#[inline(always)]
fn halves(table: &Table) -> (&[u8; 64], &[u8; 64]) {
    let (low, high) = table.0.split_at(64);
    match (low.first_chunk::<64>(), high.first_chunk::<64>()) {
        (Some(low), Some(high)) => (low, high),
        _ => (&PLACES, &PLACES),
    }
}

/// One table in each quarter of a register.
#[inline(always)]
fn table(row: &[u8; 16]) -> __m512i {
    // SAFETY: 16 bytes are readable; the level is chosen only where its instructions are.
    unsafe { _mm512_broadcast_i32x4(_mm_loadu_si128(row.as_ptr().cast())) }
}

#[inline(always)]
fn equal(data: __m512i, byte: u8) -> u64 {
    // SAFETY: the level is chosen only where its instructions are.
    unsafe { _mm512_cmpeq_epi8_mask(data, _mm512_set1_epi8(byte.cast_signed())) }
}

#[inline(always)]
fn below(data: __m512i, byte: u8) -> u64 {
    // SAFETY: the level is chosen only where its instructions are.
    unsafe { _mm512_cmplt_epu8_mask(data, _mm512_set1_epi8(byte.cast_signed())) }
}

#[inline(always)]
fn in_row(data: __m512i, row: &Row) -> u64 {
    // SAFETY: the level is chosen only where its instructions are.
    unsafe {
        let high = _mm512_and_si512(_mm512_srli_epi16(data, 4), _mm512_set1_epi8(15));
        let low = _mm512_shuffle_epi8(table(&row.0), data);
        _mm512_test_epi8_mask(low, _mm512_shuffle_epi8(table(&HALVES), high))
    }
}

/// Writes the places of these bits, and tells how many there are.
///
/// # Safety
/// There is room for 64 places at the target.
#[inline(always)]
unsafe fn put(target: *mut u32, bits: u64, base: u32) -> usize {
    let count = bits.count_ones() as usize;
    // SAFETY: the caller's, and the level is chosen only where its instructions are.
    unsafe {
        let places = _mm512_maskz_compress_epi8(bits, load(&PLACES));
        let base = _mm512_set1_epi32(base.cast_signed());
        let write = |target: *mut u32, places: __m128i| {
            _mm512_storeu_si512(target.cast(), _mm512_add_epi32(_mm512_cvtepu8_epi32(places), base));
        };
        write(target, _mm512_castsi512_si128(places));
        if count > 16 {
            write(target.add(16), _mm512_extracti32x4_epi32::<1>(places));
            if count > 32 {
                write(target.add(32), _mm512_extracti32x4_epi32::<2>(places));
                write(target.add(48), _mm512_extracti32x4_epi32::<3>(places));
            }
        }
    }
    count
}

impl Level for Avx512 {
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
        let table = blocks.table_of(expected);
        Self::differing(block, &expected.literal, expected.fixed)
            | Self::outside(block, &expected.required, table, expected.classed)
    }

    #[inline(always)]
    fn differing(block: &[u8; 64], other: &[u8; 64], places: u64) -> u64 {
        // SAFETY: the level is chosen only where its instructions are.
        unsafe { _mm512_mask_cmpneq_epi8_mask(places, load(block), load(other)) }
    }

    #[inline(always)]
    fn outside(block: &[u8; 64], required: &[u8; 64], table: &Table, places: u64) -> u64 {
        let data = load(block);
        let (low, high) = halves(table);
        // SAFETY: the level is chosen only where its instructions are.
        unsafe {
            // The look-up takes no notice of the highest bit.
            let classes = _mm512_permutex2var_epi8(load(low), data, load(high));
            (_mm512_testn_epi8_mask(classes, load(required)) | _mm512_movepi8_mask(data)) & places
        }
    }

    #[inline(always)]
    fn classes(block: &[u8; 64], rows: &[Row], table: &Table, _length: usize, masks: &mut [u64; 8]) {
        let data = load(block);
        let (low, high) = halves(table);
        // SAFETY: the level is chosen only where its instructions are.
        unsafe {
            // The look-up takes no notice of the highest bit.
            let classes = _mm512_permutex2var_epi8(load(low), data, load(high));
            let ascii = !_mm512_movepi8_mask(data);
            for (bit, mask) in (0u32..).zip(&mut masks[..rows.len().min(8)]) {
                *mask = _mm512_test_epi8_mask(classes, _mm512_set1_epi8(1i8.wrapping_shl(bit))) & ascii;
            }
        }
    }

    #[inline(always)]
    fn kinds(block: &[u8; 64], _length: usize) -> Kinds {
        let data = load(block);
        // SAFETY: the level is chosen only where its instructions are.
        let (high, digit, letter) = unsafe {
            let lower = _mm512_or_si512(data, _mm512_set1_epi8(0x20));
            let from_zero = _mm512_sub_epi8(data, _mm512_set1_epi8(b'0'.cast_signed()));
            let from_a = _mm512_sub_epi8(lower, _mm512_set1_epi8(b'a'.cast_signed()));
            (_mm512_movepi8_mask(data), below(from_zero, 10), below(from_a, 26))
        };
        let hyphens = equal(data, b'-');
        let (x, o) = (equal(data, b'x'), equal(data, b'o'));
        Kinds {
            broken: below(data, 0x20) | equal(data, b'"') | equal(data, b'\\'),
            high,
            at: equal(data, b'@'),
            digit,
            letter,
            token: in_row(data, &TOKEN),
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
