//! Fields: what several schemas say of one value becomes one field, and the quickest check that says all of it is chosen.

use super::formats::{self, Utc};
use super::pattern::Pattern;
use super::program::{
    Array, Bound, Decimal, Field, Format, Kind, Map, Numbers, Part, Row, Scan, Shape, Text, Types, Values,
};

impl Field {
    /// A field that allows everything.
    pub(super) fn any(slot: u16) -> Self {
        Self {
            slot,
            types: Types::ALL,
            text: Text::default(),
            number: Numbers::default(),
            values: None,
            array: None,
            map: None,
            followed: false,
            unsure: false,
            kind: Kind::General,
        }
    }

    /// What both allow; `None` if that has no form.
    pub(super) fn and(&self, other: &Self) -> Option<Self> {
        Some(Self {
            slot: self.slot,
            types: self.types.and(other.types),
            text: self.text.and(&other.text),
            number: self.number.and(&other.number),
            values: match (&self.values, &other.values) {
                (Some(a), Some(b)) => Some(a.and(b)),
                (a, b) => a.clone().or_else(|| b.clone()),
            },
            array: both(self.array.as_deref(), other.array.as_deref(), Array::and)?.map(Box::new),
            map: both(self.map.as_deref(), other.map.as_deref(), Map::and)?.map(Box::new),
            followed: self.followed || other.followed,
            unsure: self.unsure || other.unsure,
            kind: Kind::General,
        })
    }

    /// Chooses the quickest check that says all of it.
    pub(super) fn settle(&mut self, patterns: &[Pattern], utc: &Utc) {
        if self.types.has(Types::STRING) {
            self.settle_text(patterns, utc);
        }
        if self.number.multiple_of.is_empty() {
            self.number.range = self.number.whole_range();
        }
        // The quick checks are about strings. Of a field that may be something else, they tell if it is one.
        let strings = self.types.has(Types::STRING);
        self.kind = match () {
            () if self.unsure => Kind::General,
            () if strings && self.values.is_some() => Kind::Choice,
            () if strings && self.text.fractions != 0 => Kind::Time,
            () if strings && self.text.shape.is_some() => Kind::Shape,
            () if strings && self.text.patterns.is_empty() && self.text.formats.is_empty() => Kind::Text,
            () if self.types == Types::INTEGER && self.values.is_none() && self.number.range.is_some() => {
                Kind::Integer
            }
            () => Kind::General,
        };
    }

    fn settle_text(&mut self, patterns: &[Pattern], utc: &Utc) {
        let text = &self.text;
        if let Some(values) = &mut self.values {
            values.strings.retain(|value| surely_allows(text, value, patterns));
        }
        // What a shape tells is enough: of a format, that a text is surely of it.
        let told_by = match (text.patterns.as_slice(), text.formats.as_slice()) {
            ([one], []) => Some(*one),
            ([], [Format::Surely(plain)]) => Some(*plain),
            _ => None,
        };
        let shape = told_by.and_then(|one| patterns[one].shape.clone());
        let scan = text.scan;
        let shape = shape.and_then(|shape| match scan {
            Scan::Nothing => Some(shape),
            Scan::Email => shape.without(b'@'),
            Scan::All => None,
        });
        if text.scan == Scan::Nothing
            && text.formats.iter().all(|format| *format == Format::DateTime)
            && !text.formats.is_empty()
        {
            let texts: Vec<&Pattern> = self.text.patterns.iter().map(|at| &patterns[*at]).collect();
            self.text.fractions = utc.fractions(&texts, self.text.min, self.text.max);
        }
        self.text.shape = shape;
    }
}

impl Shape {
    /// The texts of this shape that don't have a character.
    fn without(mut self, byte: u8) -> Option<Self> {
        for part in self.sequences.iter_mut().flat_map(|sequence| &mut sequence.parts) {
            match part {
                Part::Run { row, .. } => *row = row.without(byte),
                Part::Joined { row, with_separator, .. } => {
                    (*row, *with_separator) = (row.without(byte), with_separator.without(byte));
                }
            }
        }
        let is_nothing =
            |part: &Part| matches!(part, Part::Run { row, min: 1.., .. } if *row == Row::default());
        self.sequences.retain(|sequence| !sequence.parts.iter().any(is_nothing));
        (!self.sequences.is_empty()).then_some(self)
    }
}

/// Whether a constant is surely what else is asked of it.
fn surely_allows(text: &Text, value: &[u8], patterns: &[Pattern]) -> bool {
    let Ok(value) = std::str::from_utf8(value) else { return false };
    let length = value.chars().count();
    length >= text.min as usize
        && text.max.is_none_or(|max| length <= max as usize)
        && text.patterns.iter().all(|at| patterns[*at].matches(value.as_bytes()) == Some(true))
        && text.formats.iter().all(|format| formats::is_surely(*format, value, patterns))
        && !text.scan.finds(value)
}

impl Scan {
    /// Whether a decoded text looks like what it must not look like.
    pub(crate) fn finds(self, text: &str) -> bool {
        match self {
            Self::Nothing => false,
            Self::Email => crate::detect::email(text),
            Self::All => crate::detect::is_suspect(text),
        }
    }
}

/// What two optional parts come to; the outer `None` if they have no common form.
#[expect(clippy::option_option, reason = "no common form is something else than nothing")]
fn both<T: Clone>(a: Option<&T>, b: Option<&T>, and: fn(&T, &T) -> Option<T>) -> Option<Option<T>> {
    match (a, b) {
        (Some(a), Some(b)) => and(a, b).map(Some),
        (a, b) => Some(a.or(b).cloned()),
    }
}

impl Text {
    /// Whether a name that is known now is allowed, of which patterns and lengths are asked; the error says why only the
    /// authority can tell.
    pub(super) fn allows_name(&self, name: &str, patterns: &[Pattern]) -> Result<bool, String> {
        let unsure = |at: &&usize| patterns[**at].matches(name.as_bytes()).is_none();
        match self.patterns.iter().find(unsure) {
            Some(_) => Err("a pattern of names whose automaton would be too large".to_owned()),
            None => Ok(surely_allows(self, name.as_bytes(), patterns)),
        }
    }

    pub(super) fn and(&self, other: &Self) -> Self {
        let mut patterns = self.patterns.clone();
        patterns.extend(other.patterns.iter().filter(|at| !self.patterns.contains(at)));
        let mut formats = self.formats.clone();
        formats.extend(other.formats.iter().filter(|format| !self.formats.contains(format)));
        let max = match (self.max, other.max) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        Self {
            min: self.min.max(other.min),
            max,
            patterns,
            formats,
            scan: self.scan.max(other.scan),
            shape: None,
            fractions: 0,
        }
    }

    /// Whether it says nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.min == 0
            && self.max.is_none()
            && self.patterns.is_empty()
            && self.formats.is_empty()
            && self.scan == Scan::Nothing
    }
}

impl Values {
    fn and(&self, other: &Self) -> Self {
        let common =
            |a: &[Box<[u8]>], b: &[Box<[u8]>]| a.iter().filter(|value| b.contains(value)).cloned().collect();
        Self {
            strings: common(&self.strings, &other.strings),
            scalars: common(&self.scalars, &other.scalars),
            compound: self.compound || other.compound,
        }
    }
}

impl Array {
    fn and(&self, other: &Self) -> Option<Self> {
        let rest = match (self.rest, other.rest) {
            (Some(a), Some(b)) if a != b => return None,
            (a, b) => a.or(b),
        };
        let first = match (self.first.as_slice(), other.first.as_slice()) {
            (a, []) => a.to_vec(),
            ([], b) => b.to_vec(),
            (a, b) if a == b => a.to_vec(),
            _ => return None,
        };
        // One that lists elements says something else of the others than one that doesn't.
        if self.first != other.first && self.rest != other.rest {
            return None;
        }
        Some(Self {
            min: self.min.max(other.min),
            max: self.max.min(other.max),
            unique: self.unique || other.unique,
            first,
            rest,
            contains: self.contains.iter().chain(&other.contains).copied().collect(),
        })
    }
}

impl Map {
    fn and(&self, other: &Self) -> Option<Self> {
        let values = match (self.values, other.values) {
            (Some(a), Some(b)) if a != b => return None,
            (a, b) => a.or(b),
        };
        Some(Self {
            min: self.min.max(other.min),
            max: self.max.min(other.max),
            names: self.names.and(&other.names),
            values,
        })
    }
}

impl Numbers {
    fn and(&self, other: &Self) -> Self {
        let joined = |a: &[Bound], b: &[Bound]| a.iter().chain(b).copied().collect();
        Self {
            least: joined(&self.least, &other.least),
            most: joined(&self.most, &other.most),
            multiple_of: self.multiple_of.iter().chain(&other.multiple_of).copied().collect(),
            range: None,
        }
    }

    /// The least and the greatest whole number that the bounds allow.
    fn whole_range(&self) -> Option<(i64, i64)> {
        let mut range = (i64::MIN, i64::MAX);
        for bound in &self.least {
            let Decimal { mantissa, scale } = bound.at;
            let unit = 10i64.checked_pow(scale)?;
            let whole = mantissa.div_euclid(unit);
            let least =
                if mantissa.rem_euclid(unit) == 0 { whole + i64::from(bound.exclusive) } else { whole + 1 };
            range.0 = range.0.max(least);
        }
        for bound in &self.most {
            let Decimal { mantissa, scale } = bound.at;
            let unit = 10i64.checked_pow(scale)?;
            let whole = mantissa.div_euclid(unit);
            let most =
                if mantissa.rem_euclid(unit) == 0 { whole - i64::from(bound.exclusive) } else { whole };
            range.1 = range.1.min(most);
        }
        Some(range)
    }
}
