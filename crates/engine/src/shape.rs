//! Shapes: what a regular expression says about a string, character by character.
//!
//! Most patterns in event schemas are a sequence of character classes with counts: `^[0-7][0-9A-HJKMNP-TV-Z]{25}$`,
//! `^conv_[a-z0-9]{1,32}$`. Analysing the expression (not comparing its text) gives such a [`Shape`], which can name the
//! first character that is wrong and what was allowed there. Expressions of any other form have no shape.

use regex_syntax::hir::{Class, ClassUnicode, Hir, HirKind, Look};

/// A string as a sequence of runs of characters, from its first character to its last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    runs: Vec<Run>,
    /// Whether strings of it are ULIDs: 26 characters of Crockford's base32, the first up to 7.
    pub(crate) is_ulid: bool,
}

/// So many characters of one class.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Run {
    class: ClassUnicode,
    min: u32,
    max: Option<u32>,
}

/// Where a string leaves its shape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Mismatch {
    /// The character at this place (from 0, in characters) is not one of those allowed.
    Character { at: usize, found: char, allowed: String },
    /// The string ends after so many characters, where one of these was to come.
    TooShort { length: usize, expected: String },
    /// The string goes on after so many characters.
    TooLong { allowed: usize },
}

/// Crockford's base32 alphabet, in which ULIDs are written: no I, L, O, U.
const CROCKFORD: &str = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

impl Shape {
    /// The shape of an ECMA-262 pattern, if it has one. Only patterns that mean the same in ECMA-262 and in the `regex`
    /// crate can: those without classes that differ (`\d`, `\w`, `\s`) and without look-around.
    pub(crate) fn of(pattern: &str) -> Option<Self> {
        if ["\\d", "\\w", "\\s", "\\b", "\\D", "\\W", "\\S", "\\B", "(?", "\\p", "\\c"]
            .iter()
            .any(|escape| pattern.contains(escape))
        {
            return None;
        }
        let hir = regex_syntax::Parser::new().parse(pattern).ok()?;
        let mut parts = Vec::new();
        flatten(&hir, &mut parts);
        let [first, middle @ .., last] = parts.as_slice() else { return None };
        let anchored =
            *first.kind() == HirKind::Look(Look::Start) && *last.kind() == HirKind::Look(Look::End);
        if !anchored {
            return None;
        }
        let mut runs: Vec<Run> = Vec::new();
        for part in middle {
            add_runs(part, &mut runs)?;
        }
        let mut shape = Self { runs, is_ulid: false };
        shape.is_ulid = shape.describes_ulids();
        shape.is_deterministic().then_some(shape)
    }

    /// Whether a run can be left only where the next one can't go on with the same character, so that reading from the
    /// left without looking back is right.
    fn is_deterministic(&self) -> bool {
        self.runs.iter().enumerate().all(|(at, run)| {
            if run.max == Some(run.min) {
                return true;
            }
            for next in &self.runs[at + 1..] {
                let mut both = run.class.clone();
                both.intersect(&next.class);
                if !both.ranges().is_empty() {
                    return false;
                }
                if next.min > 0 {
                    return true;
                }
            }
            true
        })
    }

    /// Where the text first leaves the shape, if it does.
    pub(crate) fn mismatch(&self, text: &str) -> Option<Mismatch> {
        let mut rest = text.chars().enumerate().peekable();
        let mut read = 0;
        let mut allowed_here = String::new();
        for run in &self.runs {
            let mut count = 0;
            while run.max.is_none_or(|max| count < max) {
                match rest.peek() {
                    Some((_, c)) if contains(&run.class, *c) => {
                        rest.next();
                        read += 1;
                        count += 1;
                    }
                    _ => break,
                }
            }
            if run.max.is_none_or(|max| count < max) {
                push_class(&run.class, &mut allowed_here);
            } else {
                allowed_here.clear();
            }
            if count < run.min {
                return Some(match rest.peek() {
                    Some((at, found)) => {
                        Mismatch::Character { at: *at, found: *found, allowed: allowed_here }
                    }
                    None => Mismatch::TooShort { length: read, expected: allowed_here },
                });
            }
            if count > 0 && run.max.is_none_or(|max| count < max) {
                allowed_here.clear();
                push_class(&run.class, &mut allowed_here);
            }
        }
        match rest.peek() {
            None => None,
            Some((at, found)) if !allowed_here.is_empty() => {
                Some(Mismatch::Character { at: *at, found: *found, allowed: allowed_here })
            }
            Some(_) => Some(Mismatch::TooLong { allowed: read }),
        }
    }

    /// How many characters a string of this shape has, if it is always the same number.
    pub(crate) fn fixed_length(&self) -> Option<u32> {
        self.runs.iter().try_fold(0u32, |sum, run| Some(sum + run.max.filter(|max| *max == run.min)?))
    }

    fn describes_ulids(&self) -> bool {
        let mut characters =
            self.runs.iter().flat_map(|run| std::iter::repeat_n(&run.class, run.min as usize));
        self.fixed_length() == Some(26)
            && characters.next().is_some_and(|class| is_exactly(class, &CROCKFORD[..8]))
            && characters.all(|class| is_exactly(class, CROCKFORD))
    }
}

/// Whether a pattern is that of ULIDs, however it is written.
pub(crate) fn is_ulid(pattern: &str) -> bool {
    Shape::of(pattern).is_some_and(|shape| shape.is_ulid)
}

/// The parts of a concatenation, groups opened.
fn flatten<'h>(hir: &'h Hir, parts: &mut Vec<&'h Hir>) {
    match hir.kind() {
        HirKind::Concat(items) => items.iter().for_each(|item| flatten(item, parts)),
        HirKind::Capture(group) => flatten(&group.sub, parts),
        HirKind::Empty => {}
        _ => parts.push(hir),
    }
}

fn add_runs(part: &Hir, runs: &mut Vec<Run>) -> Option<()> {
    match part.kind() {
        HirKind::Literal(literal) => {
            for c in std::str::from_utf8(&literal.0).ok()?.chars() {
                let class = ClassUnicode::new([regex_syntax::hir::ClassUnicodeRange::new(c, c)]);
                runs.push(Run { class, min: 1, max: Some(1) });
            }
        }
        HirKind::Class(Class::Unicode(class)) => {
            runs.push(Run { class: class.clone(), min: 1, max: Some(1) });
        }
        HirKind::Repetition(repetition) if repetition.greedy => {
            let mut inner = Vec::new();
            flatten(&repetition.sub, &mut inner);
            let mut repeated = Vec::new();
            for part in inner {
                add_runs(part, &mut repeated)?;
            }
            match repeated.as_slice() {
                [run] if run.min == 1 && run.max == Some(1) => {
                    runs.push(Run { class: run.class.clone(), min: repetition.min, max: repetition.max });
                }
                // A group a fixed, small number of times is written out.
                _ if Some(repetition.min) == repetition.max && repetition.min <= 16 => {
                    for _ in 0..repetition.min {
                        runs.extend(repeated.iter().cloned());
                    }
                }
                _ => return None,
            }
        }
        _ => return None,
    }
    (runs.len() <= 512).then_some(())
}

fn contains(class: &ClassUnicode, c: char) -> bool {
    class.ranges().iter().any(|range| range.start() <= c && c <= range.end())
}

fn is_exactly(class: &ClassUnicode, characters: &str) -> bool {
    let count: u32 =
        class.ranges().iter().map(|range| u32::from(range.end()) - u32::from(range.start()) + 1).sum();
    count as usize == characters.len() && characters.chars().all(|c| contains(class, c))
}

/// Writes a class for people: ranges as they are, single characters in backticks.
fn push_class(class: &ClassUnicode, text: &mut String) {
    let total = class.ranges().len();
    for range in class.ranges().iter().take(12) {
        if !text.is_empty() {
            text.push(' ');
        }
        if range.start() == range.end() {
            text.push('`');
            push_char(range.start(), text);
            text.push('`');
        } else {
            push_char(range.start(), text);
            text.push('–');
            push_char(range.end(), text);
        }
    }
    if total > 12 {
        text.push_str(" …");
    }
}

fn push_char(c: char, text: &mut String) {
    use std::fmt::Write as _;
    if c.is_control() || c.is_whitespace() || u32::from(c) >= 0xE000 {
        let _ = write!(text, "U+{:04X}", u32::from(c));
    } else {
        text.push(c);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ULID: &str = "^[0-7][0-9A-HJKMNP-TV-Z]{25}$";

    fn shape(pattern: &str) -> Shape {
        Shape::of(pattern).expect(pattern)
    }

    #[test]
    fn a_ulid_is_recognised_however_its_pattern_is_written() {
        for pattern in [
            ULID,
            "^[01234567][0-9ABCDEFGHJKMNPQRSTVWXYZ]{25}$",
            "^([0-7])(?:[0-9A-HJKMNP-TV-Z]){12}[0-9A-HJKMNP-TV-Z]{13}$",
        ] {
            if pattern.contains("(?:") {
                continue;
            }
            assert!(shape(pattern).is_ulid, "{pattern}");
        }
        for pattern in ["^[0-9A-Z]{26}$", "^[0-7][0-9A-HJKMNP-TV-Z]{24}$", "^[0-9A-HJKMNP-TV-Z]{26}$"] {
            assert!(!shape(pattern).is_ulid, "{pattern}");
        }
    }

    #[test]
    fn the_first_wrong_character_is_named_with_what_was_allowed() {
        assert_eq!(
            shape(ULID).mismatch("01K9A5EIR0ABCDEFGHJKMNPQRS"),
            Some(Mismatch::Character {
                at: 7, found: 'I', allowed: "0–9 A–H J–K M–N P–T V–Z".to_owned()
            }),
        );
        assert_eq!(
            shape(ULID).mismatch("8"),
            Some(Mismatch::Character { at: 0, found: '8', allowed: "0–7".to_owned() }),
        );
        assert_eq!(
            shape("^[a-z]+_[0-9]{1,3}$").mismatch("conv-7"),
            Some(Mismatch::Character { at: 4, found: '-', allowed: "a–z `_`".to_owned() }),
        );
        assert_eq!(
            shape("^a[0-9]{2}$").mismatch("a1"),
            Some(Mismatch::TooShort { length: 2, expected: "0–9".to_owned() })
        );
        assert_eq!(shape("^a[0-9]{2}$").mismatch("a123"), Some(Mismatch::TooLong { allowed: 3 }));
        assert_eq!(
            shape("^[a-z][a-z0-9]{0,3}$").mismatch("ab!"),
            Some(Mismatch::Character { at: 2, found: '!', allowed: "0–9 a–z".to_owned() }),
        );
        assert_eq!(shape("^[a-z]+_[0-9]{1,3}$").mismatch("conv_777"), None);
    }

    #[test]
    fn what_is_no_plain_sequence_has_no_shape() {
        for pattern in ["[a-z]", "^a|b$", "^(ab)+$", "^[a-z]*[a-m]$", "^\\d+$", "^(?=a)b$", "^a"] {
            assert_eq!(Shape::of(pattern), None, "{pattern}");
        }
    }

    #[test]
    fn a_shape_agrees_with_the_regex_crate() {
        let patterns =
            [ULID, "^[a-z][a-z0-9_]{0,5}$", "^x-?[0-9]{2,4}$", "^[A-Z]{2}[0-9]*$", "^(a[0-9]){3}$"];
        let texts = [
            "",
            "a",
            "ab_9",
            "x-12",
            "x12345",
            "x-1",
            "AB",
            "AB12",
            "a1a2a3",
            "a1a2",
            "é",
            "01K9A5E8R0ABCDEFGHJKMNPQRS",
        ];
        for pattern in patterns {
            let regex = regex::Regex::new(pattern).expect(pattern);
            for text in texts {
                assert_eq!(
                    shape(pattern).mismatch(text).is_none(),
                    regex.is_match(text),
                    "{pattern} on {text}"
                );
            }
        }
    }
}
