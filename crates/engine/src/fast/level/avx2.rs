//! The level of processors with AVX2: a block is two registers.
#![allow(unsafe_code, reason = "the processor's instructions, and a list that is written 8 places at a time")]

use std::arch::x86_64::{
    __m256i, _mm_loadu_si128, _mm256_and_si256, _mm256_broadcastsi128_si256, _mm256_cmpeq_epi8,
    _mm256_loadu_si256, _mm256_max_epu8, _mm256_movemask_epi8, _mm256_or_si256, _mm256_set1_epi8,
    _mm256_setzero_si256, _mm256_shuffle_epi8, _mm256_srli_epi16, _mm256_sub_epi8,
};

use super::{Kinds, Level, escaped};
use crate::compile::{Field, Row};
use crate::fast::check::{self, Proof};
use crate::fast::text::mask;
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

/// [`check::prove`] for this level.
pub(super) fn prove(
    fast: &Fast,
    scratch: &mut Scratch,
    text: &[u8],
    start: usize,
    end: usize,
) -> Option<usize> {
    // SAFETY: the level is chosen only where `is_there`.
    unsafe { prove_with(fast, scratch, text, start, end) }
}

#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
fn prove_with(fast: &Fast, scratch: &mut Scratch, text: &[u8], start: usize, end: usize) -> Option<usize> {
    check::prove::<Avx2>(fast, scratch, text, start, end)
}

#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
fn proves_other_with(proof: &mut Proof<'_, '_>, field: &Field, spot: Spot) -> bool {
    proof.proves_other::<Avx2>(field, spot)
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

impl Level for Avx2 {
    #[inline(always)]
    fn index(text: &[u8], start: usize, end: usize, quotes: &mut Vec<u32>) {
        quotes.reserve(end - start + 64);
        let mut count = quotes.len();
        let mut carry = 0;
        let mut at = start;
        while at < end {
            let Some(block) = text.get(at..).and_then(|rest| rest.first_chunk::<64>()) else { break };
            let data = load(block);
            let backslashes = equal(data, b'\\');
            let mut bits = equal(data, b'"');
            if backslashes | carry != 0 {
                bits &= !escaped(backslashes, &mut carry);
            }
            if end - at < 64 {
                bits &= (1 << (end - at)) - 1;
            }
            #[expect(
                clippy::cast_possible_truncation,
                reason = "texts are shorter than 4 GiB, which the caller saw to"
            )]
            let base = at as u32;
            let found = bits.count_ones() as usize;
            let mut written = 0;
            while written < found {
                for step in 0..8 {
                    // SAFETY: there is room for a quote a byte, and for the places behind the last that are written too.
                    unsafe {
                        *quotes.as_mut_ptr().add(count + written + step) =
                            base.wrapping_add(bits.trailing_zeros())
                    };
                    bits &= bits.wrapping_sub(1);
                }
                written += 8;
            }
            count += found;
            // SAFETY: so many were written.
            unsafe { quotes.set_len(count) };
            at += 64;
        }
    }

    #[inline(always)]
    fn members(block: &[u8; 64], row: &Row, _length: usize) -> u64 {
        in_row(load(block), row)
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
    fn begins(block: &[u8; 64], with: &[u8; 64], length: usize) -> bool {
        let ([a, b], [c, d]) = (load(block), load(with));
        // SAFETY: the level is chosen only where its instructions are.
        let same = bits(unsafe { [_mm256_cmpeq_epi8(a, c), _mm256_cmpeq_epi8(b, d)] });
        !same & mask(length) == 0
    }

    #[inline(always)]
    fn proves_other(proof: &mut Proof<'_, '_>, field: &Field, spot: Spot) -> bool {
        // SAFETY: the level is chosen only where `is_there`.
        unsafe { proves_other_with(proof, field, spot) }
    }
}
