//! Forms: shapes as the fast path looks for them in a block of 64 bytes.

use std::ops::RangeInclusive;

use super::block::Table;
use super::keys::{Keys, stands_plain};
use super::program::{Part, Row, Sequence, Shape};

/// A shape as the fast path looks for it: texts of at most 64 bytes.
#[derive(Debug)]
pub(crate) struct Form {
    /// Sequences that have one text only.
    pub(crate) words: Option<Keys>,
    /// The others.
    pub(crate) sequences: Vec<FormSequence>,
    /// The classes of the parts, and a table of them, a bit each in this order.
    pub(crate) rows: Vec<Row>,
    pub(crate) table: Table,
    /// The same, if there are few operations for it.
    pub(crate) simple: Option<Box<Simple>>,
}

/// Forms that a few operations on all bytes at once tell.
#[derive(Debug)]
pub(crate) enum Simple {
    Split(Split),
    Words(Words),
}

/// Words with single separators between, which stand neither first nor last: `some_name`.
#[derive(Debug)]
pub(crate) struct Words {
    /// The classes of the first character, of others in words, and of these and the separator.
    pub(crate) rows: [Row; 3],
    /// A table of these, a bit each in this order.
    pub(crate) table: Table,
}

/// Two parts with a separator between that stands in neither: `kind:name`.
#[derive(Debug)]
pub(crate) struct Split {
    /// The classes of the first part's first character and of its others, the separator, and those of the second part.
    pub(crate) rows: [Row; 5],
    /// A table of these, a bit each in this order.
    pub(crate) table: Table,
    /// How long the parts must be, and how much longer they may be.
    pub(crate) head: (u32, u32),
    pub(crate) tail: (u32, u32),
    /// A word of at most eight bytes that will do as well: its bytes, those that count, and its length. It is of no length
    /// if there is none.
    pub(crate) word: (u64, u64, usize),
}

/// A sequence of a form: a few bytes that it always begins with, and parts.
#[derive(Debug, Default)]
pub(crate) struct FormSequence {
    /// These bytes, at most eight, and the bits that count.
    pub(crate) literal: u64,
    pub(crate) mask: u64,
    /// How many they are.
    pub(crate) length: u32,
    pub(crate) parts: Vec<FormPart>,
}

impl FormSequence {
    /// Adds bytes to those that it begins with; whether there is room.
    fn add(&mut self, byte: u8, count: u32) -> bool {
        if count > 8 - self.length || !self.parts.is_empty() {
            return false;
        }
        for _ in 0..count {
            self.literal |= u64::from(byte) << (8 * self.length);
            self.mask |= 0xFF << (8 * self.length);
            self.length += 1;
        }
        true
    }
}

/// A part of a form, with classes by their index.
#[derive(Clone, Copy, Debug)]
pub(crate) enum FormPart {
    Run { row: u8, min: u32, max: u32 },
    Joined { row: u8, with_separator: u8, open: bool },
}

impl Simple {
    fn new(shape: &Shape) -> Option<Self> {
        let words = || Words::new(shape).map(Self::Words);
        Split::new(shape).map(Self::Split).or_else(words)
    }
}

impl Words {
    /// `None` if the shape is anything else.
    fn new(shape: &Shape) -> Option<Self> {
        let [sequence] = shape.sequences.as_slice() else { return None };
        let (first, row, with_separator) = match sequence.parts.as_slice() {
            [
                Part::Run { row: first, min: 1, max: Some(1) },
                Part::Joined { row, with_separator, open: true },
            ] => (*first, *row, *with_separator),
            _ => return None,
        };
        let rows = [first, row, with_separator];
        Some(Self { table: Table::of(&rows), rows })
    }
}

impl Split {
    /// `None` if the shape isn't one such sequence, or has more words than one, or a long one.
    fn new(shape: &Shape) -> Option<Self> {
        let (words, sequences): (Vec<&Sequence>, Vec<&Sequence>) =
            shape.sequences.iter().partition(|sequence| sequence.word().is_some());
        let ([] | [_], [sequence]) = (words.as_slice(), sequences.as_slice()) else {
            return None;
        };
        let (first, others, head, rest) = leading(&sequence.parts)?;
        let (separator, rest) = match rest {
            [Part::Run { row, min: 1, max: Some(1) }, rest @ ..] => (*row, rest),
            _ => return None,
        };
        let (tail_first, tail_others, tail, []) = leading(rest)? else { return None };
        if separator.meets(&first) || separator.meets(&others) {
            return None;
        }
        let rows = [first, others, separator, tail_first, tail_others];
        let word = match words.first() {
            Some(word) => short(&word.word()?)?,
            None => (0, 0, usize::MAX),
        };
        // A part that must be longer than a block has no length that fits.
        let least_and_more =
            |range: RangeInclusive<u32>| Some((*range.start(), range.end().checked_sub(*range.start())?));
        let (head, tail) = (least_and_more(head)?, least_and_more(tail)?);
        Some(Self { table: Table::of(&rows), rows, head, tail, word })
    }
}

/// The classes of the first character and the others that parts begin with, how many they may be together, and the other
/// parts.
fn leading(parts: &[Part]) -> Option<(Row, Row, RangeInclusive<u32>, &[Part])> {
    match parts {
        [Part::Run { row: first, min: 1, max: Some(1) }, Part::Run { row, min, max }, rest @ ..]
            if *max != Some(1) =>
        {
            Some((*first, *row, min.saturating_add(1)..=max.map_or(64, |max| max.saturating_add(1)), rest))
        }
        [Part::Run { row, min: min @ 1.., max }, rest @ ..] => {
            Some((*row, *row, *min..=max.unwrap_or(64), rest))
        }
        _ => None,
    }
}

/// A word of at most eight bytes that stands in JSON as it is.
fn short(word: &str) -> Option<(u64, u64, usize)> {
    let mut bytes = [[0; 8]; 2];
    bytes[0].get_mut(..word.len())?.copy_from_slice(word.as_bytes());
    bytes[1][..word.len()].fill(u8::MAX);
    let [word_bytes, mask] = bytes.map(u64::from_le_bytes);
    stands_plain(word.as_bytes()).then_some((word_bytes, mask, word.len()))
}

impl Form {
    /// `None` if it has more than eight classes.
    pub(crate) fn new(shape: &Shape) -> Option<Self> {
        let mut words = Vec::new();
        let mut form = Self {
            words: None,
            sequences: Vec::new(),
            rows: Vec::new(),
            table: Table::default(),
            simple: Simple::new(shape).map(Box::new),
        };
        for sequence in &shape.sequences {
            if let Some(word) = sequence.word() {
                words.push(word);
                continue;
            }
            let mut own = FormSequence::default();
            for part in &sequence.parts {
                let always = match part {
                    Part::Run { row, min, max } if *max == Some(*min) => row.only().zip(Some(*min)),
                    _ => None,
                };
                if !always.is_some_and(|(byte, count)| own.add(byte, count)) {
                    own.parts.push(form.part(part)?);
                }
            }
            form.sequences.push(own);
        }
        words.sort_unstable();
        words.dedup();
        if !words.is_empty() {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            form.words = Some(Keys::new(&words)?);
        }
        form.table = Table::of(&form.rows);
        Some(form)
    }

    fn part(&mut self, part: &Part) -> Option<FormPart> {
        let mut index = |row: &Row| {
            let known = self.rows.iter().position(|known| known == row).unwrap_or_else(|| {
                self.rows.push(*row);
                self.rows.len() - 1
            });
            u8::try_from(known).ok().filter(|index| *index < 8)
        };
        Some(match part {
            Part::Run { row, min, max } => {
                FormPart::Run { row: index(row)?, min: *min, max: max.unwrap_or(64) }
            }
            Part::Joined { row, with_separator, open } => {
                FormPart::Joined { row: index(row)?, with_separator: index(with_separator)?, open: *open }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::pattern::Pattern;
    use super::*;

    fn simple(pattern: &str) -> Option<Simple> {
        Simple::new(&Pattern::new(pattern).expect("a pattern").shape?)
    }

    fn split(pattern: &str) -> Option<Split> {
        match simple(pattern)? {
            Simple::Split(split) => Some(split),
            Simple::Words(_) => None,
        }
    }

    #[test]
    fn words_begin_with_a_class_and_go_on_with_single_separators() {
        let is_words = |pattern: &str| matches!(simple(pattern), Some(Simple::Words(_)));
        assert!(is_words("^[a-z][a-z0-9]*(_[a-z0-9]+)*$"));
        assert!(!is_words("^[a-z0-9]+(_[a-z0-9]+)+$"));
        assert!(!is_words("^[a-z][a-z0-9](_[a-z0-9]+)*$"));
    }

    #[test]
    fn two_parts_with_a_separator_that_stands_in_neither_are_split() {
        let actor = split("^(system|[a-z][a-z0-9_]{0,31}:[A-Za-z0-9][A-Za-z0-9_-]{0,63})$").expect("parts");
        assert_eq!((actor.head, actor.tail, actor.word.2), ((1, 31), (1, 63), 6));
        let plain = split("^[a-z]+/[a-z]{2,3}$").expect("parts");
        assert_eq!((plain.head, plain.tail, plain.word.2), ((1, 63), (2, 1), usize::MAX));
        for other in [
            "^[a-z]+$",
            "^[a-z:]+:[a-z]+$",
            "^[a-z]*:[a-z]+$",
            "^[a-z]+:[a-z]+:[a-z]+$",
            "^(a|b|[a-z]+:[a-z]+)$",
            "^(abcdefghi|[a-z]+:[a-z]+)$",
            "^([a-z]+:[a-z]+|[a-z]+/[a-z]+)$",
            "^[a-z]{70,}:[a-z]+$",
            "^[a-z]+:[a-z]{65,}$",
        ] {
            assert!(split(other).is_none(), "{other}");
        }
    }

    #[test]
    fn what_a_sequence_always_begins_with_needs_no_class() {
        let form =
            |pattern: &str| Form::new(&Pattern::new(pattern).expect("a pattern").shape.expect("a shape"));
        let by = form("^(service|staff|holder)/[a-z0-9]+(-[a-z0-9]+)*$").expect("few classes");
        let lengths: Vec<u32> = by.sequences.iter().map(|sequence| sequence.length).collect();
        assert_eq!((lengths, by.rows.len()), (vec![8, 6, 7], 2));
        let staff = &by.sequences[1];
        assert_eq!((&staff.literal.to_le_bytes(), staff.mask), (b"staff/\0\0", 0xFFFF_FFFF_FFFF));
        // Those that are more than eight have classes.
        let long = form("^0123456789[a-z]*$").expect("few classes");
        assert_eq!((long.sequences[0].length, long.rows.len()), (8, 3));
    }

    #[test]
    fn counts_that_no_text_has_do_no_harm() {
        let shape = |pattern: &str| Pattern::new(pattern).expect("a pattern").shape;
        assert!(shape("^aa{4294967295}$").is_none());
        for pattern in
            ["^a{4294967295}$", "^a{4294967295}b*$", "^b*a{4294967295}$", "^[ab][bc]{4294967295}:[a-z]+$"]
        {
            let form = shape(pattern).as_ref().and_then(Form::new).expect("few classes");
            assert!(form.sequences.iter().all(|sequence| sequence.length == 0), "{pattern}");
        }
    }
}
