//! The level of processors with AVX-512 (its parts F, BW, VL and VBMI2): a block is one register.
#![allow(
    unsafe_code,
    reason = "the processor's instructions, and a list that is written 16 places at a time"
)]

use std::arch::x86_64::{
    __m128i, __m512i, _mm_loadu_si128, _mm512_add_epi32, _mm512_and_si512, _mm512_broadcast_i32x4,
    _mm512_castsi512_si128, _mm512_cmpeq_epi8_mask, _mm512_cmplt_epu8_mask, _mm512_cmpneq_epi8_mask,
    _mm512_cvtepu8_epi32, _mm512_extracti32x4_epi32, _mm512_loadu_si512, _mm512_maskz_compress_epi8,
    _mm512_movepi8_mask, _mm512_or_si512, _mm512_permutex2var_epi8, _mm512_set1_epi8, _mm512_set1_epi32, _mm512_shuffle_epi8,
    _mm512_srli_epi16, _mm512_storeu_si512, _mm512_sub_epi8, _mm512_test_epi8_mask, _mm512_testn_epi8_mask,
};

use super::{Kinds, Level, escaped};
use crate::compile::{Block, Blocks, Field, Row};
use crate::fast::check::Proof;
use crate::fast::index::Index;
use crate::fast::lines::{self, Line, Lines};
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

/// The level. Its operations are reached only through [`prove`] and what that calls.
#[derive(Clone, Copy, Debug)]
pub(super) struct Avx512;

#[inline(always)]
fn load(block: &[u8; 64]) -> __m512i {
    // SAFETY: 64 bytes are readable; the level is chosen only where its instructions are.
    unsafe { _mm512_loadu_si512(block.as_ptr().cast()) }
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
    fn index(text: &[u8], start: usize, end: usize, index: &mut Index) {
        // Room for as many as there are bytes, and for the places behind the last that are written too.
        index.quotes.reserve(end - start + 64);
        index.newlines.reserve(end - start + 64);
        let (mut quotes, mut newlines) = (0, 0);
        let mut carry = 0;
        let mut at = start;
        while at < end {
            let Some(block) = text.get(at..).and_then(|rest| rest.first_chunk::<64>()) else { break };
            let data = load(block);
            let backslashes = equal(data, b'\\');
            let mut quote_bits = equal(data, b'"');
            let mut newline_bits = equal(data, b'\n');
            if backslashes | carry != 0 {
                quote_bits &= !escaped(backslashes, &mut carry);
            }
            if end - at < 64 {
                let valid = (1 << (end - at)) - 1;
                quote_bits &= valid;
                newline_bits &= valid;
            }
            #[expect(
                clippy::cast_possible_truncation,
                reason = "texts are shorter than 4 GiB, which the caller saw to"
            )]
            let (base, before) = (at as u32, quotes as u32);
            index.blocks.push((quote_bits, before));
            // SAFETY: there is room, and what the counts say was written.
            unsafe {
                quotes += put(index.quotes.as_mut_ptr().add(quotes), quote_bits, base);
                newlines += put(index.newlines.as_mut_ptr().add(newlines), newline_bits, base);
            }
            at += 64;
        }
        // SAFETY: so many were written.
        unsafe {
            index.quotes.set_len(quotes);
            index.newlines.set_len(newlines);
        }
    }

    #[inline(always)]
    fn members(block: &[u8; 64], row: &Row, _length: usize) -> u64 {
        in_row(load(block), row)
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
    fn mismatches(block: &[u8; 64], expected: &Block, blocks: &Blocks) -> u64 {
        let data = load(block);
        let (low, high) = blocks.table_of(expected).0.split_at(64);
        let (Some(low), Some(high)) = (low.first_chunk::<64>(), high.first_chunk::<64>()) else { return u64::MAX };
        // SAFETY: the level is chosen only where its instructions are.
        unsafe {
            let differing = _mm512_cmpneq_epi8_mask(data, load(&expected.literal));
            // The look-up takes no notice of the highest bit.
            let classes = _mm512_permutex2var_epi8(load(low), data, load(high));
            let outside = _mm512_testn_epi8_mask(classes, load(&expected.required)) | _mm512_movepi8_mask(data);
            differing & expected.fixed | outside & expected.classed
        }
    }

    #[inline(always)]
    fn proves_other(proof: &mut Proof<'_, '_>, field: &Field, spot: Spot) -> bool {
        // SAFETY: the level is chosen only where `is_there`.
        unsafe { proves_other_with(proof, field, spot) }
    }
}
