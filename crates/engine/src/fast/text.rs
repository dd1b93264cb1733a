//! Strings: quick checks of texts as they stand in the event, and the exact ones of decoded texts.

use super::check::Proof;
use super::level::Level;
use super::scan;
use super::walk::Spot;
use crate::compile::{Field, Format, Kind, Part, Program, Scan, Sequence, Shape, Text, Values, is_surely};
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

/// Whether a text of this length in front of a block is of a shape.
#[inline(always)]
pub(super) fn fits<L: Level>(shape: &Shape, block: &[u8; 64], length: usize) -> bool {
    shape.sequences.iter().any(|sequence| follows::<L>(sequence, block, length))
}

#[inline(always)]
fn follows<L: Level>(sequence: &Sequence, block: &[u8; 64], length: usize) -> bool {
    let valid = mask(length);
    let mut at = 0u32;
    for part in &sequence.parts {
        match part {
            Part::Run { row, min, max } => {
                let members = L::members(block, row, length) & valid;
                let rest = members.checked_shr(at).unwrap_or(0);
                let count = (!rest).trailing_zeros().min(max.unwrap_or(64));
                if count < *min {
                    return false;
                }
                at += count;
            }
            Part::Joined { row, with_separator, open } => {
                let all = L::members(block, with_separator, length) & valid;
                let separators = all & !L::members(block, row, length);
                let rest = valid.checked_shr(at).unwrap_or(0).checked_shl(at).unwrap_or(0);
                let (all, separators) = (all & rest, separators & rest);
                let last = (1u64 << 63).checked_shr(63 - length.clamp(1, 64) as u32 + 1).unwrap_or(0);
                let first = 1u64.checked_shl(at).unwrap_or(0) & rest;
                return all == rest
                    && separators & (separators >> 1) == 0
                    && separators & last == 0
                    && (*open || separators & first == first);
            }
        }
    }
    at as usize == length
}

/// The lowest bits.
#[inline(always)]
pub(super) fn mask(length: usize) -> u64 {
    if length >= 64 { u64::MAX } else { (1 << length) - 1 }
}

impl Proof<'_, '_> {
    /// Whether a string surely is what its field asks for.
    #[inline(always)]
    pub(super) fn proves_text<L: Level>(&mut self, field: &Field, spot: Spot) -> bool {
        let (start, end) = (spot.start as usize, spot.end as usize);
        let Some(block) = self.text.get(start..).and_then(|rest| rest.first_chunk::<64>()) else { return false };
        let length = end - start;
        let quick = match field.kind {
            Kind::Shape => {
                length <= 64 && field.text.shape.as_ref().is_some_and(|shape| fits::<L>(shape, block, length))
            }
            Kind::Time => self.is_time(field, block, length),
            Kind::Choice => {
                let raw = &self.text[start..end];
                field.values.as_ref().is_some_and(|values| values.strings.iter().any(|value| **value == *raw))
            }
            _ => self.is_text::<L>(&field.text, spot),
        };
        // A text may have an escape, or be too long for the quick look.
        quick || self.slowly(field, spot)
    }

    #[inline(never)]
    fn slowly(&self, field: &Field, spot: Spot) -> bool {
        self.exactly(field, spot) == Some(true)
    }

    /// Whether a text is a UTC timestamp of a day that exists.
    #[inline(always)]
    fn is_time(&mut self, field: &Field, block: &[u8; 64], length: usize) -> bool {
        let Some(head) = block.first_chunk::<14>() else { return false };
        let fraction = match length {
            20 => 0,
            22..=30 => length - 21,
            _ => return false,
        };
        if field.text.fractions >> fraction & 1 == 0 {
            return false;
        }
        let digit = |at: usize| block[at].is_ascii_digit();
        let rest = (b'0'..=b'5').contains(&block[14])
            && digit(15)
            && block[16] == b':'
            && (b'0'..=b'5').contains(&block[17])
            && digit(18)
            && block[length - 1] == b'Z'
            && (fraction == 0 || block[19] == b'.' && (20..20 + fraction).all(digit));
        rest && (*head == *self.hour || self.is_new_hour(head))
    }

    /// Whether a date and an hour are of the calendar; if so, they are remembered.
    #[inline(never)]
    fn is_new_hour(&mut self, head: &[u8; 14]) -> bool {
        let is_hour = std::str::from_utf8(head).is_ok_and(|text| formats::is_date_time(&format!("{text}00:00Z")))
            && head[10] == b'T';
        if is_hour {
            *self.hour = *head;
        }
        is_hour
    }

    /// Whether a text without escapes is of the right length and surely passes the scan.
    #[inline(always)]
    fn is_text<L: Level>(&self, text: &Text, spot: Spot) -> bool {
        let raw = &self.text[spot.range()];
        let Some(look) = scan::look::<L>(self.text, spot.range()) else { return false };
        let mut length = raw.len();
        if look.has_high {
            let Ok(decoded) = std::str::from_utf8(raw) else { return false };
            length = decoded.chars().count();
        }
        length >= text.min as usize
            && text.max.is_none_or(|max| length <= max as usize)
            && match text.scan {
                Scan::Nothing => true,
                Scan::Email => !look.has_at,
                Scan::All => !look.is_suspicious,
            }
    }
}
