//! The level of 64-bit ARM, which always has NEON (little-endian): a block is four registers.
#![allow(unsafe_code, reason = "the processor's instructions")]

use std::arch::aarch64::{
    uint8x16_t, uint8x16x4_t, vandq_u8, vbicq_u8, vceqq_u8, vcgtq_u8, vcltq_u8, vdupq_n_u8, vdupq_n_u64,
    veorq_u8, vgetq_lane_u64, vld1q_u8, vmaxvq_u8, vorrq_u8, vpaddq_u8, vqtbl1q_u8, vqtbl4q_u8,
    vreinterpretq_u8_u64, vreinterpretq_u64_u8, vtstq_u8,
};

use super::registers::{
    self, AT, BROKEN, DIGIT, FIRST, KINDS, LETTER, Registers, SECOND, THIRD, TOKEN, halves,
};
use super::{Found, Kinds, Level};
use crate::compile::{Row, Table};
use crate::fast::index::Marks;

/// The level.
#[derive(Clone, Copy, Debug)]
pub(super) struct Neon;

/// A block.
type Quarters = [uint8x16_t; 4];

/// The place of each byte in a group of eight, as a bit.
const PLACES: [u8; 16] = [1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128];

#[inline(always)]
fn load(block: &[u8; 64]) -> Quarters {
    // SAFETY: 64 bytes are readable; the processor has NEON.
    unsafe { [0, 16, 32, 48].map(|at| vld1q_u8(block.as_ptr().add(at))) }
}

#[inline(always)]
fn register(bytes: &[u8; 16]) -> uint8x16_t {
    // SAFETY: 16 bytes are readable; the processor has NEON.
    unsafe { vld1q_u8(bytes.as_ptr()) }
}

#[inline(always)]
fn all(byte: u8) -> uint8x16_t {
    // SAFETY: the processor has NEON.
    unsafe { vdupq_n_u8(byte) }
}

#[inline(always)]
fn and(a: uint8x16_t, b: uint8x16_t) -> uint8x16_t {
    // SAFETY: the processor has NEON.
    unsafe { vandq_u8(a, b) }
}

#[inline(always)]
fn or(a: uint8x16_t, b: uint8x16_t) -> uint8x16_t {
    // SAFETY: the processor has NEON.
    unsafe { vorrq_u8(a, b) }
}

/// The bits of one that the other hasn't.
#[inline(always)]
fn without(a: uint8x16_t, b: uint8x16_t) -> uint8x16_t {
    // SAFETY: the processor has NEON.
    unsafe { vbicq_u8(a, b) }
}

/// The bits in which two differ.
#[inline(always)]
fn unlike(a: uint8x16_t, b: uint8x16_t) -> uint8x16_t {
    // SAFETY: the processor has NEON.
    unsafe { veorq_u8(a, b) }
}

/// All ones for each byte that is the same in both, else zeros.
#[inline(always)]
fn same(a: uint8x16_t, b: uint8x16_t) -> uint8x16_t {
    // SAFETY: the processor has NEON.
    unsafe { vceqq_u8(a, b) }
}

/// All ones for each byte of which both have a bit, else zeros.
#[inline(always)]
fn meet(a: uint8x16_t, b: uint8x16_t) -> uint8x16_t {
    // SAFETY: the processor has NEON.
    unsafe { vtstq_u8(a, b) }
}

#[inline(always)]
fn each(a: Quarters, b: Quarters, both: impl Fn(uint8x16_t, uint8x16_t) -> uint8x16_t) -> Quarters {
    [both(a[0], b[0]), both(a[1], b[1]), both(a[2], b[2]), both(a[3], b[3])]
}

/// Of bytes that are all ones or all zeros a bit each.
#[inline(always)]
fn bits(quarters: Quarters) -> u64 {
    let places = register(&PLACES);
    let [a, b, c, d] = quarters.map(|quarter| and(quarter, places));
    // Each addition of neighbours puts twice as many bits into a byte.
    // SAFETY: the processor has NEON.
    unsafe {
        let fours = vpaddq_u8(vpaddq_u8(a, b), vpaddq_u8(c, d));
        vgetq_lane_u64::<0>(vreinterpretq_u64_u8(vpaddq_u8(fours, fours)))
    }
}

/// Of bits a byte each that is all ones or all zeros.
#[inline(always)]
fn spread(bits: u64) -> Quarters {
    const EIGHTS: [[u8; 16]; 4] = [
        [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1],
        [2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3],
        [4, 4, 4, 4, 4, 4, 4, 4, 5, 5, 5, 5, 5, 5, 5, 5],
        [6, 6, 6, 6, 6, 6, 6, 6, 7, 7, 7, 7, 7, 7, 7, 7],
    ];
    let places = register(&PLACES);
    // SAFETY: the processor has NEON.
    unsafe {
        let bits = vreinterpretq_u8_u64(vdupq_n_u64(bits));
        EIGHTS.map(|eights| meet(vqtbl1q_u8(bits, register(&eights)), places))
    }
}

/// What a table has for each byte: nothing for those that aren't ASCII.
#[inline(always)]
fn look_up(table: &Table, data: Quarters) -> Quarters {
    let registers = |half: &[u8; 64]| {
        let [a, b, c, d] = load(half);
        uint8x16x4_t(a, b, c, d)
    };
    let (low, high) = halves(table);
    let (low, high) = (registers(low), registers(high));
    data.map(|bytes| {
        // SAFETY: the processor has NEON. It finds nothing behind the 64 bytes of a half.
        unsafe { or(vqtbl4q_u8(low, bytes), vqtbl4q_u8(high, unlike(bytes, all(64)))) }
    })
}

/// Which bytes have one of these bits.
#[inline(always)]
fn are(kinds: Quarters, wanted: u8) -> u64 {
    bits(kinds.map(|kinds| meet(kinds, all(wanted))))
}

impl Registers for Neon {
    #[inline(always)]
    fn equal(block: &[u8; 64], byte: u8) -> u64 {
        bits(load(block).map(|data| same(data, all(byte))))
    }
}

/// Bits in which something is not as it has to be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wrong(uint8x16_t);

impl Wrong {
    #[inline(always)]
    fn and(self, [a, b, c, d]: Quarters) -> Self {
        Self(or(self.0, or(or(a, b), or(c, d))))
    }
}

impl Found<Neon> for Wrong {
    // SAFETY: any bits are a register.
    const NOTHING: Self = unsafe { std::mem::zeroed() };

    #[inline(always)]
    fn and_unlike(self, block: &[u8; 64], other: &[u8; 64], mask: &[u8; 64]) -> Self {
        self.and(each(each(load(block), load(other), unlike), load(mask), and))
    }

    #[inline(always)]
    fn and_differing(self, block: &[u8; 64], other: &[u8; 64], places: u64) -> Self {
        self.and(each(each(load(block), load(other), unlike), spread(places), and))
    }

    #[inline(always)]
    fn and_misfit(self, block: &[u8; 64], required: &[u8; 64], table: &Table, _mask: &[u8; 64]) -> Self {
        // What isn't ASCII has no class, so it lacks any that is required.
        self.and(each(load(required), look_up(table, load(block)), without))
    }

    #[inline(always)]
    fn and_outside(self, block: &[u8; 64], required: &[u8; 64], table: &Table, places: u64) -> Self {
        let required = each(load(required), spread(places), and);
        self.and(each(required, look_up(table, load(block)), without))
    }

    #[inline(always)]
    fn is_any(self) -> bool {
        // SAFETY: the processor has NEON.
        unsafe { vmaxvq_u8(self.0) != 0 }
    }
}

impl Level for Neon {
    type Found = Wrong;

    #[inline(always)]
    fn index(text: &[u8], start: usize, end: usize, lines: bool, marks: &mut Marks) {
        registers::index::<Self>(text, start, end, lines, marks);
    }

    #[inline(always)]
    fn differing(block: &[u8; 64], other: &[u8; 64], places: u64) -> u64 {
        !bits(each(load(block), load(other), same)) & places
    }

    #[inline(always)]
    fn outside(block: &[u8; 64], required: &[u8; 64], table: &Table, places: u64) -> u64 {
        if places == 0 {
            return 0;
        }
        !bits(each(look_up(table, load(block)), load(required), meet)) & places
    }

    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "the other half is zero")]
    fn beyond(text: &[u8; 32], least: &[u8; 32], most: &[u8; 32]) -> u32 {
        let halves = |text: &[u8; 32]| {
            // SAFETY: 32 bytes are readable; the processor has NEON.
            unsafe { [0, 16].map(|at| vld1q_u8(text.as_ptr().add(at))) }
        };
        let beyond = |text, least, most| {
            // SAFETY: the processor has NEON.
            unsafe { or(vcltq_u8(text, least), vcgtq_u8(text, most)) }
        };
        let ([a, b], [c, d], [e, f]) = (halves(text), halves(least), halves(most));
        bits([beyond(a, c, e), beyond(b, d, f), all(0), all(0)]) as u32
    }

    #[inline(always)]
    fn classes(block: &[u8; 64], rows: &[Row], table: &Table, _length: usize, masks: &mut [u64; 8]) {
        let classes = look_up(table, load(block));
        for (bit, mask) in (0u32..).zip(&mut masks[..rows.len().min(8)]) {
            *mask = are(classes, 1u8.wrapping_shl(bit));
        }
    }

    #[inline(always)]
    fn kinds(block: &[u8; 64], _length: usize) -> Kinds {
        let data = load(block);
        let kinds = look_up(&KINDS, data);
        let mut sign = are(kinds, FIRST) & are(kinds, SECOND) >> 1 & are(kinds, THIRD) >> 2;
        if sign != 0 {
            sign = registers::sign::<Self>(block);
        }
        Kinds {
            broken: are(kinds, BROKEN),
            high: are(data, 0x80),
            at: are(kinds, AT),
            digit: are(kinds, DIGIT),
            letter: are(kinds, LETTER),
            token: are(kinds, LETTER | DIGIT | TOKEN),
            sign,
        }
    }
}
