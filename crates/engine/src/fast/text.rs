//! Strings: quick checks of texts as they stand in the event, and the exact ones of decoded texts.

use super::check::Proof;
use super::level::Level;
use super::scan;
use super::walk::Spot;
use crate::compile::{Form, FormPart, Format, Program, QuickCheck, Scan, Text, Values, is_surely};
use crate::formats;

/// What a field's text says of a decoded string.
pub(super) fn exact(values: Option<&Values>, text: &Text, string: &str, program: &Program) -> Option<bool> {
    let mut answer = Some(true);
    if let Some(values) = values
        && !values.strings.iter().any(|value| **value == *string.as_bytes())
    {
        return Some(false);
    }
    if text.min > 0 || text.max.is_some() {
        let length = string.chars().count();
        if length < text.min as usize || text.max.is_some_and(|max| length > max as usize) {
            return Some(false);
        }
    }
    for pattern in &text.patterns {
        match program.patterns[*pattern].matches(string.as_bytes()) {
            Some(true) => {}
            Some(false) => return Some(false),
            None => answer = None,
        }
    }
    for format in &text.formats {
        match (is_surely(*format, string, &program.patterns), format) {
            (true, _) => {}
            (false, Format::Surely(_)) => answer = None,
            (false, _) => return Some(false),
        }
    }
    if text.scan.finds(string) { Some(false) } else { answer }
}

/// Whether a text of this length in front of a block is surely of a form.
#[inline(always)]
pub(super) fn is_of_form<L: Level>(form: &Form, block: &[u8; 64], length: usize) -> bool {
    // So a place behind the last byte is still a place in a mask.
    if length >= 64 {
        return false;
    }
    let mut masks = [0; 8];
    L::classes(block, &form.rows, &form.table, length, &mut masks);
    let mut fits = false;
    for parts in &form.sequences {
        fits |= follows(parts, &masks, length);
    }
    fits || form.words.as_ref().is_some_and(|words| words.find_in(block, length).is_some())
}

/// Whether a text of this length, less than 64, follows the parts, by the places of the characters of each class.
#[inline(always)]
fn follows(parts: &[FormPart], masks: &[u64; 8], length: usize) -> bool {
    let valid = mask(length);
    let mut at = 0u32;
    let mut fits = true;
    for part in parts {
        match *part {
            FormPart::Run { row, min, max } => {
                let rest = (masks[usize::from(row % 8)] & valid) >> (at % 64);
                let count = (!rest).trailing_zeros().min(max);
                fits &= count >= min;
                at += count;
            }
            FormPart::Joined { row, with_separator, open } => {
                let rest = valid & (u64::MAX << (at % 64));
                let all = masks[usize::from(with_separator % 8)] & rest;
                let separators = all & !masks[usize::from(row % 8)];
                let last = valid & !(valid >> 1);
                let first = (1u64 << (at % 64)) & rest;
                return fits
                    && all == rest
                    && separators & (separators >> 1) == 0
                    && separators & last == 0
                    && (open || separators & first == first);
            }
        }
    }
    fits && at as usize == length
}

/// Whether a string without escapes between two places is of a number of code points and surely passes a scan.
#[inline(always)]
pub(super) fn is_plain<L: Level>(
    text: &[u8],
    start: usize,
    end: usize,
    (min, max): (u32, u32),
    scan: Scan,
) -> bool {
    let (Some(raw), Some(look)) = (text.get(start..end), scan::look::<L>(text, start..end)) else {
        return false;
    };
    let mut length = raw.len();
    if look.has_high {
        let Some(count) = count(raw) else { return false };
        length = count;
    }
    length >= min as usize
        && length <= max as usize
        && match scan {
            Scan::Nothing => true,
            Scan::Email => !look.has_at,
            Scan::All => !look.is_suspicious,
        }
}

/// How many code points a text has, if it is UTF-8.
#[inline(never)]
fn count(text: &[u8]) -> Option<usize> {
    std::str::from_utf8(text).ok().map(|text| text.chars().count())
}

/// The lowest bits.
#[inline(always)]
pub(super) fn mask(length: usize) -> u64 {
    if length >= 64 { u64::MAX } else { (1 << length) - 1 }
}

/// Whether a text begins with so many bytes, at most 15, of `59:59.999999999`, as far as they go, or of what comes before
/// that in time. All bytes are compared at once.
#[inline(always)]
fn ends_an_hour(text: &[u8; 16], count: usize) -> bool {
    const HIGH: u128 = u128::from_le_bytes([0x80; 16]);
    const LEAST: u128 = u128::from_le_bytes(*b"00:00.000000000\0");
    const MOST: u128 = u128::from_le_bytes(*b"59:59.999999999\x7f");
    let text = u128::from_le_bytes(*text);
    // No byte lends to or borrows from the next.
    let above = (text & !HIGH) + (!HIGH - MOST);
    let not_below = (text | HIGH) - LEAST;
    let wrong = (text | above | !not_below) & HIGH;
    wrong & ((1u128 << (8 * (count & 15))) - 1) == 0
}

impl Proof<'_, '_> {
    /// Whether the value in a slot passes a quick check; the text goes on behind it.
    #[inline(always)]
    pub(super) fn passes<L: Level>(&mut self, check: QuickCheck, spot: Spot) -> bool {
        let (start, end) = (spot.start(), spot.end());
        if let QuickCheck::Digit(first, last) = check {
            return end - start == 1 && (first..=last).contains(&spot.kind().wrapping_sub(b'0'));
        }
        if spot.kind() != b'"' {
            return false;
        }
        let Some(block) = self.text.get(start..).and_then(|rest| rest.first_chunk::<64>()) else {
            return false;
        };
        let length = end - start;
        match check {
            QuickCheck::Class { block: expected, min, max } => {
                let (min, max) = (usize::from(min), usize::from(max));
                let Some(expected) = self.fast.program.blocks.get(expected) else { return false };
                let differing = L::mismatches(block, expected, &self.fast.program.blocks);
                length.wrapping_sub(min) <= max - min && differing & mask(length) == 0
            }
            QuickCheck::Shape { form, min, max } => {
                let Some(form) = self.fast.program.forms.get(form as usize) else { return false };
                (usize::from(min)..=usize::from(max)).contains(&length)
                    && is_of_form::<L>(form, block, length)
            }
            QuickCheck::Time { fractions } => self.is_time(fractions, block, length),
            QuickCheck::Text { min, max, scan } => is_plain::<L>(self.text, start, end, (min, max), scan),
            QuickCheck::Choice(choice) => {
                self.fast.program.choices[choice as usize].find(self.text, start, end).is_some()
            }
            QuickCheck::Digit(..) | QuickCheck::None => false,
        }
    }

    /// Whether a block begins with a UTC timestamp of this length, of a day that exists, with one of these numbers of digits
    /// in its fraction, a bit each.
    #[inline(always)]
    pub(super) fn is_time(&mut self, fractions: u16, block: &[u8; 64], length: usize) -> bool {
        // Without a fraction nothing stands between the seconds and the end, otherwise a point and digits.
        let digits = if length == 20 { 0 } else { length.wrapping_sub(21) };
        let is_long_enough =
            (20..=30).contains(&length) && length != 21 && fractions >> (digits & 15) & 1 == 1;
        let (Some(head), Some(rest)) = (block.first_chunk::<14>(), block[14..].first_chunk::<16>()) else {
            return false;
        };
        is_long_enough
            && block[length.wrapping_sub(1) % 64] == b'Z'
            && ends_an_hour(rest, length.wrapping_sub(15))
            && (*head == *self.hour || self.is_new_hour(head))
    }

    /// Whether a date and an hour are of the calendar; if so, they are remembered.
    #[inline(never)]
    fn is_new_hour(&mut self, head: &[u8; 14]) -> bool {
        let is_hour = std::str::from_utf8(head)
            .is_ok_and(|text| formats::is_date_time(&format!("{text}00:00Z")))
            && head[10] == b'T';
        if is_hour {
            *self.hour = *head;
        }
        is_hour
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ends_an_hour_is_told_byte_by_byte() {
        let text = *b"59:09.012345678Z";
        assert!((0..16).all(|count| ends_an_hour(&text, count)));
        for (at, least, most) in [(0, b'0', b'5'), (1, b'0', b'9'), (2, b':', b':'), (3, b'0', b'5')]
            .into_iter()
            .chain([(4, b'0', b'9'), (5, b'.', b'.')])
            .chain((6..15).map(|at| (at, b'0', b'9')))
        {
            for byte in 0..=u8::MAX {
                let mut text = text;
                text[at] = byte;
                for count in 0..16 {
                    let expected = count <= at || (least..=most).contains(&byte);
                    assert_eq!(ends_an_hour(&text, count), expected, "{byte:#x} at {at} of {count}");
                }
            }
        }
    }
}
