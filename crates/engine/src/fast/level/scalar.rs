//! The level without any special instruction. It says what the others have to say.

use super::{Kinds, Level};
use crate::compile::{Row, Table};
use crate::fast::index::Marks;

/// Letters, digits and `._~+/-`.
pub(super) const TOKEN: Row =
    Row([0xA8, 0xF8, 0xF8, 0xF8, 0xF8, 0xF8, 0xF8, 0xF8, 0xF8, 0xF8, 0xF0, 0x54, 0x50, 0x54, 0xD4, 0x74]);

/// Which of eight bytes are not the same as others.
#[inline(always)]
fn eight_differing(bytes: &[u8], others: &[u8]) -> u64 {
    const HIGHEST: u64 = 0x8080_8080_8080_8080;
    let number = |bytes: &[u8]| bytes.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes));
    let bits = number(bytes) ^ number(others);
    // The highest bit of each byte that has any, and those next to each other.
    let highest = ((bits & !HIGHEST).wrapping_add(!HIGHEST) | bits) & HIGHEST;
    (highest >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
}

/// The level.
#[derive(Clone, Copy, Debug)]
pub(in crate::fast) struct Scalar;

impl Level for Scalar {
    type Found = u64;

    fn index(text: &[u8], start: usize, end: usize, lines: bool, marks: &mut Marks) {
        marks.begin(start, lines);
        let mut is_escaped = false;
        for (at, byte) in text.get(start..end).unwrap_or_default().iter().enumerate() {
            let is_end = lines && *byte == b'\n';
            // Texts are no longer than their places can tell, which the caller saw to.
            let number = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
            if is_end {
                marks.ends.push(number(marks.places.len()));
            }
            if is_end || *byte == b'"' && !is_escaped {
                marks.places.push(number(start + at));
            }
            is_escaped = *byte == b'\\' && !is_escaped;
        }
    }

    fn differing(block: &[u8; 64], other: &[u8; 64], places: u64) -> u64 {
        let mut bits = 0;
        let (eights, others) = (block.chunks_exact(8), other.chunks_exact(8));
        for (at, (eight, other)) in eights.zip(others).enumerate() {
            if places >> (8 * at) & 0xFF != 0 {
                bits |= eight_differing(eight, other) << (8 * at);
            }
        }
        bits & places
    }

    fn outside(block: &[u8; 64], required: &[u8; 64], table: &Table, places: u64) -> u64 {
        let is_outside = |(byte, required): (&u8, &u8)| {
            table.0.get(usize::from(*byte)).is_none_or(|classes| classes & required == 0)
        };
        let bits = block.iter().zip(required).map(is_outside).map(u64::from);
        bits.zip(0..).fold(0, |all, (bit, at)| all | bit << at) & places
    }

    fn beyond(text: &[u8; 32], least: &[u8; 32], most: &[u8; 32]) -> u32 {
        let bits =
            text.iter().zip(least.iter().zip(most)).map(|(byte, (least, most))| byte < least || byte > most);
        bits.zip(0..).fold(0, |all, (bit, at)| all | u32::from(bit) << at)
    }

    fn classes(block: &[u8; 64], rows: &[Row], _: &Table, length: usize, masks: &mut [u64; 8]) {
        for (row, mask) in rows.iter().zip(masks) {
            let bits = block.iter().take(length).map(|byte| u64::from(row.has(*byte)));
            *mask = bits.zip(0..).fold(0, |all, (bit, at)| all | bit << at);
        }
    }

    fn kinds(block: &[u8; 64], length: usize) -> Kinds {
        let mut kinds = Kinds::default();
        for (at, byte) in block.iter().enumerate().take(length) {
            let bit = 1u64 << at;
            match byte {
                0..=0x1F | b'"' | b'\\' => kinds.broken |= bit,
                0x80.. => kinds.high |= bit,
                b'@' => kinds.at |= bit,
                b'0'..=b'9' => kinds.digit |= bit,
                b'a'..=b'z' | b'A'..=b'Z' => kinds.letter |= bit,
                _ => {}
            }
            if TOKEN.has(*byte) {
                kinds.token |= bit;
            }
            if matches!(block.get(at..at + 3), Some(b"eyJ" | b"xox" | b"---")) {
                kinds.sign |= bit;
            }
        }
        kinds
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_of_letters_digits_and_some_punctuation() {
        for byte in 0..=u8::MAX {
            let expected = byte.is_ascii_alphanumeric() || b"._~+/-".contains(&byte);
            assert_eq!(TOKEN.has(byte), expected, "{byte:#x}");
        }
    }
}
