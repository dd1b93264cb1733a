//! The level without any special instruction. It says what the others have to say.

use super::{Kinds, Level};
use crate::compile::{Field, Row};
use crate::fast::check::Proof;
use crate::fast::walk::Spot;

/// Letters, digits and `._~+/-`.
pub(super) const TOKEN: Row =
    Row([0xA8, 0xF8, 0xF8, 0xF8, 0xF8, 0xF8, 0xF8, 0xF8, 0xF8, 0xF8, 0xF0, 0x54, 0x50, 0x54, 0xD4, 0x74]);

/// The level.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scalar;

impl Level for Scalar {
    fn index(text: &[u8], start: usize, end: usize, quotes: &mut Vec<u32>) {
        let mut at = start;
        while let Some(found) = text.get(at..end).and_then(|rest| memchr::memchr2(b'"', b'\\', rest)) {
            let place = at + found;
            if text[place] == b'"' {
                // Texts are no longer than their places can tell, which the caller saw to.
                quotes.push(u32::try_from(place).unwrap_or(u32::MAX));
                at = place + 1;
            } else {
                at = place + 2;
            }
        }
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
    fn begins(block: &[u8; 64], with: &[u8; 64], length: usize) -> bool {
        block[..length.min(64)] == with[..length.min(64)]
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
