//! UTC timestamps: a date and an hour that were proven once, and what may follow them.

use super::level::Level;
use super::text::mask;
use crate::formats;

/// How many bytes tell the date and the hour: `2025-11-05T14:`.
const HEAD: usize = 14;

/// The timestamps of the hour that was proven last, as the least and the most that may stand at each place. What is behind
/// the hour may always be the same.
#[derive(Debug)]
pub(super) struct Hour {
    least: [u8; 32],
    most: [u8; 32],
}

impl Default for Hour {
    fn default() -> Self {
        // Nothing is at least the first and at most the other.
        Self {
            least: *b"\xff-------------00:00.000000000\0\0\0",
            most: *b"\0-------------59:59.999999999\0\0\0",
        }
    }
}

/// Which lengths timestamps may have, a bit each, if their fractions may have these numbers of digits, a bit each, up to
/// nine. Without a fraction nothing stands between the seconds and the end, otherwise a point and digits.
#[inline(always)]
pub(super) fn lengths(fractions: u16) -> u32 {
    u32::from(fractions & 1) << 20 | u32::from(fractions & 0x3FE) << 21
}

impl Hour {
    /// Whether a block begins with a UTC timestamp of this length, of a day that exists, which is one of these lengths.
    #[inline(always)]
    pub(super) fn has<L: Level>(&mut self, lengths: u32, block: &[u8; 64], length: usize) -> bool {
        if length >= 32 || lengths >> (length % 32) & 1 == 0 || block[length.wrapping_sub(1) % 64] != b'Z' {
            return false;
        }
        let Some(text) = block.first_chunk::<32>() else { return false };
        let beyond = u64::from(L::beyond(text, &self.least, &self.most)) & mask(length - 1);
        beyond == 0 || beyond >> HEAD == 0 && self.is_new(text)
    }

    /// Whether a date and an hour are of the calendar; if so, they are remembered.
    #[inline(never)]
    fn is_new(&mut self, text: &[u8; 32]) -> bool {
        let head = &text[..HEAD];
        let is_hour = formats::is_hour(head);
        if is_hour {
            self.least[..HEAD].copy_from_slice(head);
            self.most[..HEAD].copy_from_slice(head);
        }
        is_hour
    }
}

#[cfg(test)]
mod tests {
    use super::super::level::Scalar;
    use super::*;

    fn is_time(hour: &mut Hour, fractions: u16, text: &str) -> bool {
        let mut block = [b' '; 64];
        block[..text.len()].copy_from_slice(text.as_bytes());
        hour.has::<Scalar>(lengths(fractions), &block, text.len())
    }

    #[test]
    fn timestamps_are_of_the_calendar_and_have_as_many_digits_as_they_may() {
        let mut hour = Hour::default();
        for _ in 0..2 {
            for (fractions, text, expected) in [
                (1, "2025-11-05T14:00:00Z", true),
                (1, "2025-11-05T14:59:59Z", true),
                (1, "2025-11-05T14:60:00Z", false),
                (1, "2025-11-05T14:00:60Z", false),
                (1, "2025-11-05T14:00:0/Z", false),
                (1, "2025-11-05T14:00:00z", false),
                (1, "2025-11-05t14:00:00Z", false),
                (1, "2025-02-29T14:00:00Z", false),
                (1, "2024-02-29T23:00:00Z", true),
                (1, "2024-02-29T24:00:00Z", false),
                (1, "2025-11-05T14:00:00.Z", false),
                (1, "2025-11-05T14:00:00.1Z", false),
                (0x3FF, "2025-11-05T14:00:00.Z", false),
                (0x3FF, "2025-11-05T14:00:00.1Z", true),
                (0x3FF, "2025-11-05T14:00:00.123456789Z", true),
                (0x3FF, "2025-11-05T14:00:00.12345678:Z", false),
                (0x3FF, "2025-11-05T14:00:00.1234567890Z", false),
                (0x1FF, "2025-11-05T14:00:00.123456789Z", false),
                (0x3FE, "2025-11-05T14:00:00Z", false),
                (0x3FF, "Z", false),
                (0x3FF, "", false),
            ] {
                assert_eq!(is_time(&mut hour, fractions, text), expected, "{fractions:#x} {text}");
            }
        }
    }
}
