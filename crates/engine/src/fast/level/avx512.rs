//! The level of processors with AVX-512 (its parts F, BW, VL, VBMI and VBMI2): a block is one register.
#![allow(
    unsafe_code,
    reason = "the processor's instructions, and a list that is written 16 places at a time"
)]

use std::arch::x86_64::{
    __m128i, __m512i, _bzhi_u64, _mm256_cmpgt_epu8_mask, _mm256_cmplt_epu8_mask, _mm256_loadu_si256,
    _mm512_add_epi32, _mm512_castsi512_si128, _mm512_cmpeq_epi8_mask, _mm512_cvtepu8_epi32,
    _mm512_extracti32x4_epi32, _mm512_loadu_si512, _mm512_mask_cmpneq_epi8_mask, _mm512_maskz_compress_epi8,
    _mm512_maskz_loadu_epi8, _mm512_maskz_permutex2var_epi8, _mm512_movepi8_mask, _mm512_or_si512,
    _mm512_permutex2var_epi8, _mm512_set1_epi8, _mm512_set1_epi32, _mm512_storeu_si512,
    _mm512_ternarylogic_epi64, _mm512_test_epi8_mask, _mm512_testn_epi8_mask, _mm512_xor_si512,
};

use std::ops::Range;

use super::registers::{
    self, AT, BROKEN, DIGIT, FIRST, KINDS, LETTER, Registers, SECOND, THIRD, TOKEN, halves,
};
use super::{Found, Kinds, Level};
use crate::compile::{Field, Form, Frame, Row, Scan, Table, Tree};
use crate::fast::check::{Base, Proof};
use crate::fast::index::Marks;
use crate::fast::lines::{self, Line, Lines, Seen};
use crate::fast::steps::{self, BLOCK, Few, MAX_TABLES, Step};
use crate::fast::text;
use crate::fast::walk::{Cursor, Depth, Spot};
use crate::fast::{Fast, Scratch};

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

/// The level. Its operations are reached only through what is compiled for it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Avx512;

#[inline(always)]
fn load(block: &[u8; 64]) -> __m512i {
    // SAFETY: 64 bytes are readable; the level is chosen only where its instructions are.
    unsafe { _mm512_loadu_si512(block.as_ptr().cast()) }
}

#[inline(always)]
fn equal(data: __m512i, byte: u8) -> u64 {
    // SAFETY: the level is chosen only where its instructions are.
    unsafe { _mm512_cmpeq_epi8_mask(data, _mm512_set1_epi8(byte.cast_signed())) }
}

/// Which bytes are of one of these kinds.
#[inline(always)]
fn are(kinds: __m512i, wanted: u8) -> u64 {
    // SAFETY: the level is chosen only where its instructions are.
    unsafe { _mm512_test_epi8_mask(kinds, _mm512_set1_epi8(wanted.cast_signed())) }
}

impl Registers for Avx512 {
    #[inline(always)]
    fn equal(block: &[u8; 64], byte: u8) -> u64 {
        equal(load(block), byte)
    }

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
}

/// Bits in which something differs or is missing, and bytes in whose highest bit it shows that they are not ASCII.
#[derive(Clone, Copy, Debug)]
pub(super) struct Missing {
    bits: __m512i,
    bytes: __m512i,
}

impl Found<Avx512> for Missing {
    // SAFETY: any bits are a register.
    const NOTHING: Self = unsafe { std::mem::zeroed() };

    #[inline(always)]
    fn and_unlike(self, block: &[u8; 64], other: &[u8; 64], mask: &[u8; 64]) -> Self {
        // SAFETY: the level is chosen only where its instructions are.
        unsafe {
            let unlike = _mm512_xor_si512(load(block), load(other));
            Self { bits: _mm512_ternarylogic_epi64::<0b1111_1000>(self.bits, unlike, load(mask)), ..self }
        }
    }

    #[inline(always)]
    fn and_misfit(self, block: &[u8; 64], required: &[u8; 64], table: &Table, mask: &[u8; 64]) -> Self {
        let (low, high) = halves(table);
        let data = load(block);
        // SAFETY: the level is chosen only where its instructions are.
        unsafe {
            let classes = _mm512_permutex2var_epi8(load(low), data, load(high));
            Self {
                bits: _mm512_ternarylogic_epi64::<0b1111_0010>(self.bits, classes, load(required)),
                bytes: _mm512_ternarylogic_epi64::<0b1111_1000>(self.bytes, data, load(mask)),
            }
        }
    }

    #[inline(always)]
    fn and_differing(self, block: &[u8; 64], other: &[u8; 64], places: u64) -> Self {
        // SAFETY: 64 bytes are readable; the level is chosen only where its instructions are.
        unsafe {
            let data = _mm512_maskz_loadu_epi8(places, block.as_ptr().cast());
            let other = _mm512_maskz_loadu_epi8(places, other.as_ptr().cast());
            // What was found, and where one has a bit that the other hasn't.
            Self { bits: _mm512_ternarylogic_epi64::<0b1111_0110>(self.bits, data, other), ..self }
        }
    }

    #[inline(always)]
    fn and_outside(self, block: &[u8; 64], required: &[u8; 64], table: &Table, places: u64) -> Self {
        let (low, high) = halves(table);
        // SAFETY: 64 bytes are readable; the level is chosen only where its instructions are.
        unsafe {
            let data = _mm512_maskz_loadu_epi8(places, block.as_ptr().cast());
            let required = _mm512_maskz_loadu_epi8(places, required.as_ptr().cast());
            let classes = _mm512_permutex2var_epi8(load(low), data, load(high));
            Self {
                // What was found, and what is required but isn't there.
                bits: _mm512_ternarylogic_epi64::<0b1111_0010>(self.bits, classes, required),
                bytes: _mm512_or_si512(self.bytes, data),
            }
        }
    }

    #[inline(always)]
    fn is_any(self) -> bool {
        // SAFETY: the level is chosen only where its instructions are.
        unsafe { (_mm512_test_epi8_mask(self.bits, self.bits) | _mm512_movepi8_mask(self.bytes)) != 0 }
    }
}

impl Level for Avx512 {
    type Found = Missing;

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
    fn beyond(text: &[u8; 32], least: &[u8; 32], most: &[u8; 32]) -> u32 {
        // SAFETY: 32 bytes are readable; the level is chosen only where its instructions are.
        unsafe {
            let load = |bytes: &[u8; 32]| _mm256_loadu_si256(bytes.as_ptr().cast());
            let text = load(text);
            _mm256_cmplt_epu8_mask(text, load(least)) | _mm256_cmpgt_epu8_mask(text, load(most))
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
        let (low, high) = halves(&KINDS);
        // SAFETY: the level is chosen only where its instructions are.
        let (kinds, high) = unsafe {
            // The look-up takes no notice of the highest bit.
            let others = _mm512_movepi8_mask(data);
            (_mm512_maskz_permutex2var_epi8(!others, load(low), data, load(high)), others)
        };
        let mut sign = are(kinds, FIRST) & are(kinds, SECOND) >> 1 & are(kinds, THIRD) >> 2;
        if sign != 0 {
            sign = registers::sign::<Self>(block);
        }
        Kinds {
            broken: are(kinds, BROKEN),
            high,
            at: are(kinds, AT),
            digit: are(kinds, DIGIT),
            letter: are(kinds, LETTER),
            token: are(kinds, LETTER | DIGIT | TOKEN),
            sign,
        }
    }

    compiled_for!(Avx512, "avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,bmi1,bmi2,lzcnt,popcnt");
}
