//! Strings: quick checks of texts as they stand in the event, and the exact ones of decoded texts.

use super::check::Proof;
use super::level::Level;
use super::walk::Spot;
use super::{scan, times};
use crate::compile::{
    Form, FormPart, FormSequence, Format, Program, QuickCheck, Scan, Simple, Split, Text, Values, Words,
    is_surely,
};

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
    match form.simple.as_deref() {
        Some(Simple::Split(split)) => return is_split::<L>(split, block, length),
        Some(Simple::Words(words)) => return are_words::<L>(words, block, length),
        None => {}
    }
    let mut masks = [0; 8];
    L::classes(block, &form.rows, &form.table, length, &mut masks);
    let begins = eight_at(block, 0);
    let mut fits = false;
    for sequence in &form.sequences {
        fits |= follows(sequence, begins, &masks, length);
    }
    fits || form.words.as_ref().is_some_and(|words| words.find_in(block, length).is_some())
}

/// Whether a text of this length, less than 64, is what a split says.
#[inline(always)]
fn is_split<L: Level>(split: &Split, block: &[u8; 64], length: usize) -> bool {
    let mut masks = [0; 8];
    L::classes(block, &split.rows, &split.table, length, &mut masks);
    let [first, others, separator, tail_first, tail_others, ..] = masks;
    let valid = L::mask(length);
    let at = (separator & valid).trailing_zeros();
    // Without a separator the mark of it is behind the text, and so the second part is too short.
    let mark = 1u64 << (at % 64);
    let before = mark.wrapping_sub(1) & valid;
    let behind = valid & !before & !mark;
    let wrong = before & !(first & 1 | others & !1)
        | behind & !(tail_first & (mark << 1) | tail_others & !(mark << 1));
    #[expect(clippy::cast_possible_truncation, reason = "less than 64")]
    let rest = (length as u32).wrapping_sub(at).wrapping_sub(1);
    let (word, counting, word_length) = split.word;
    let text = eight_at(block, 0);
    let fits = |length: u32, (least, more): (u32, u32)| length.wrapping_sub(least) <= more;
    // Which of the two it is can't be guessed, so both are looked at.
    let is_split = u8::from(wrong == 0) & u8::from(fits(at, split.head)) & u8::from(fits(rest, split.tail));
    let is_word = u8::from((text ^ word) & counting == 0) & u8::from(length == word_length);
    is_split | is_word != 0
}

/// Whether a text of this length, less than 64, is such words.
#[inline(always)]
fn are_words<L: Level>(words: &Words, block: &[u8; 64], length: usize) -> bool {
    let mut masks = [0; 8];
    L::classes(block, &words.rows, &words.table, length, &mut masks);
    let [first, others, all, ..] = masks;
    let valid = L::mask(length);
    let separators = all & !others & valid & !1;
    let last = valid & !(valid >> 1);
    // Of no bytes the first isn't valid.
    let wrong = !(first & valid) & 1 | valid & !1 & !all | separators & (separators >> 1 | last);
    wrong == 0
}

/// Whether a text of this length, less than 64, follows a sequence, by how it begins and the places of the characters of each
/// class.
#[inline(always)]
fn follows(sequence: &FormSequence, begins: u64, masks: &[u64; 8], length: usize) -> bool {
    let valid = mask(length);
    let mut at = sequence.length;
    let mut fits = (begins ^ sequence.literal) & sequence.mask == 0 && length >= at as usize;
    for part in &sequence.parts {
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

/// So many bytes at a place.
#[inline(always)]
pub(super) fn bytes_at<const N: usize>(text: &[u8], at: usize) -> Option<&[u8; N]> {
    text.get(at..at.wrapping_add(N))?.first_chunk()
}

/// Eight bytes at a place; none of them is anything where the text ends before.
#[inline(always)]
pub(super) fn eight_at(text: &[u8], at: usize) -> u64 {
    bytes_at(text, at).map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

/// The lowest bits.
#[inline(always)]
pub(super) fn mask(length: usize) -> u64 {
    if length >= 64 { u64::MAX } else { (1 << length) - 1 }
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
        let Some(block) = bytes_at(self.text, start) else { return false };
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
            QuickCheck::Time { fractions } => self.hour.has::<L>(times::lengths(fractions), block, length),
            QuickCheck::Text { min, max, scan } => is_plain::<L>(self.text, start, end, (min, max), scan),
            QuickCheck::Choice(choice) => {
                self.fast.program.choices[choice as usize].find(self.text, start, end).is_some()
            }
            QuickCheck::Digit(..) | QuickCheck::None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::level::Scalar;
    use super::*;
    use crate::compile::Pattern;

    #[test]
    fn what_is_of_a_form_is_matched_by_its_pattern() {
        let texts = [
            "",
            "a",
            "staff/",
            "staff/a",
            "staff/desk-4",
            "staff/-4",
            "staff/4-",
            "staff/a--b",
            "service/ledger",
            "holder/h",
            "Staff/a",
            "staff",
            "holder/hld-3kq9x0va",
            "service/x!",
            "key\"s",
            "key\\s",
            "a@b",
            "0123456789",
            "0123456789z",
            "012345678az",
            "a~b c",
            "caf\u{e9}",
        ];
        let mut counts = [0; 2];
        for pattern in [
            "^(service|staff|holder)/[a-z0-9]+(-[a-z0-9]+)*$",
            "^[!-~]+$",
            "^[^\\x00-\\x1f]*$",
            "^0123456789[a-z]*$",
            "^[0-9]{0,5}(staff|[a-z]+)$",
        ] {
            let pattern = Pattern::new(pattern).expect("a pattern");
            let form = pattern.shape.as_ref().and_then(Form::new).unwrap_or_else(|| panic!("{pattern:?}"));
            for text in texts {
                let mut block = [b' '; 64];
                block[..text.len()].copy_from_slice(text.as_bytes());
                let is_of_form = is_of_form::<Scalar>(&form, &block, text.len());
                let matches = pattern.matches(text.as_bytes()) == Some(true);
                counts[usize::from(is_of_form)] += 1;
                assert!(matches || !is_of_form, "{text:?} {pattern:?}");
                // What JSON has with an escape and what isn't ASCII is left to the pattern itself.
                let is_plain = text.bytes().all(|byte| byte.is_ascii() && !matches!(byte, b'"' | b'\\'));
                assert!(is_of_form || !matches || !is_plain, "{text:?} {pattern:?}");
            }
        }
        assert!(counts.iter().all(|count| *count > 25), "{counts:?}");
        // Where one part ends and the next begins can't be told without looking back.
        assert!(Pattern::new("^[ -~]{0,5}(staff|[a-z]+)$").expect("a pattern").shape.is_none());
    }
}
