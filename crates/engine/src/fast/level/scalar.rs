//! The level without any special instruction. It says what the others have to say.

use super::{Kinds, Level};
use crate::compile::{Block, Blocks, Field, Row};
use crate::fast::check::Proof;
use crate::fast::index::Index;
use crate::fast::walk::Spot;

/// Letters, digits and `._~+/-`.
pub(super) const TOKEN: Row =
    Row([0xA8, 0xF8, 0xF8, 0xF8, 0xF8, 0xF8, 0xF8, 0xF8, 0xF8, 0xF8, 0xF0, 0x54, 0x50, 0x54, 0xD4, 0x74]);

/// The level.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scalar;

impl Level for Scalar {
    fn index(text: &[u8], start: usize, end: usize, index: &mut Index) {
        let piece = text.get(start..end).unwrap_or_default();
        let mut is_escaped = false;
        for (number, block) in piece.chunks(64).enumerate() {
            let base = start + number * 64;
            let before = u32::try_from(index.quotes.len()).unwrap_or(u32::MAX);
            let mut quotes = 0u64;
            for (at, byte) in block.iter().enumerate() {
                // Texts are no longer than their places can tell, which the caller saw to.
                let place = u32::try_from(base + at).unwrap_or(u32::MAX);
                match byte {
                    b'"' if !is_escaped => {
                        quotes |= 1 << at;
                        index.quotes.push(place);
                    }
                    b'\n' => index.newlines.push(place),
                    _ => {}
                }
                is_escaped = *byte == b'\\' && !is_escaped;
            }
            index.blocks.push((quotes, before));
        }
    }

    fn mismatches(block: &[u8; 64], expected: &Block, blocks: &Blocks) -> u64 {
        let table = &blocks.table_of(expected).0;
        let mut differing = 0;
        for (at, byte) in block.iter().enumerate() {
            let is_class = table.get(usize::from(*byte)).is_some_and(|classes| classes & expected.required[at] != 0);
            let as_expected = (expected.fixed >> at & 1 == 0 || *byte == expected.literal[at])
                && (expected.classed >> at & 1 == 0 || is_class);
            differing |= u64::from(!as_expected) << at;
        }
        differing
    }

    fn members(block: &[u8; 64], row: &Row, length: usize) -> u64 {
        let bits = block.iter().take(length).map(|byte| u64::from(row.has(*byte)));
        bits.zip(0..).fold(0, |all, (bit, at)| all | bit << at)
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
    fn proves_other(proof: &mut Proof<'_, '_>, field: &Field, spot: Spot) -> bool {
        proof.proves_other::<Self>(field, spot)
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
