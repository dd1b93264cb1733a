//! Formats, as far as the fast path can tell them, and UTC timestamps.
//!
//! Dates and times are our own checks, the same that the authority uses. Of the other formats only plain texts are told,
//! with patterns that take no more than the format does; what is odd goes to the authority.

use super::pattern::Pattern;
use super::program::Format;
use crate::formats;

/// Plain texts of each format, as patterns.
const PLAIN: [(&[&str], &str); 6] = [
    (&["uuid"], "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"),
    (
        &["email", "idn-email"],
        "^[A-Za-z0-9_+]{1,30}([.-][A-Za-z0-9_+]{1,30}){0,2}@([A-Za-z0-9]{1,20}(-[A-Za-z0-9]{1,20}){0,1}[.]){1,4}[A-Za-z]{2,20}$",
    ),
    (&["hostname", "idn-hostname"], "^([A-Za-z0-9]{1,20}(-[A-Za-z0-9]{1,20}){0,1}[.]){1,4}[A-Za-z]{2,20}$"),
    (
        &["ipv4"],
        "^(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])([.](25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])){3}$",
    ),
    (
        &["uri", "uri-reference", "iri", "iri-reference", "uri-template"],
        "^https?://([A-Za-z0-9]+(-[A-Za-z0-9]+)*[.])*[A-Za-z]+(:[1-9][0-9]{0,3})?(/[A-Za-z0-9_.~-]*)*([?][A-Za-z0-9_.~=&/-]*)?$",
    ),
    (&["json-pointer"], "^(/[A-Za-z0-9_.-]*)*$"),
];

/// What a format's name stands for; the pattern comes with it, where there is one. The error says why only the authority
/// can tell.
pub(super) fn named(
    name: &str,
    mut pattern: impl FnMut(&str) -> Result<usize, String>,
) -> Result<Format, String> {
    match name {
        "date-time" => return Ok(Format::DateTime),
        "date" => return Ok(Format::Date),
        "time" => return Ok(Format::Time),
        _ => {}
    }
    let plain = PLAIN.iter().find(|(names, _)| names.contains(&name));
    let (_, plain) = plain.ok_or_else(|| format!("the format `{name}`"))?;
    pattern(plain).map(Format::Surely)
}

/// Whether a decoded text is surely of the format.
pub(crate) fn is_surely(format: Format, text: &str, patterns: &[Pattern]) -> bool {
    match format {
        Format::DateTime => formats::is_date_time(text),
        Format::Date => formats::is_date(text),
        Format::Time => formats::is_time(text),
        Format::Surely(at) => patterns[at].matches(text.as_bytes()) == Some(true),
    }
}

/// UTC timestamps, by the number of digits of their fraction.
pub(super) struct Utc([Option<Pattern>; 10]);

impl Utc {
    pub(super) fn new() -> Self {
        Self(std::array::from_fn(|digits| {
            let fraction = if digits == 0 { String::new() } else { format!("[.][0-9]{{{digits}}}") };
            let text = format!(
                "^[0-9]{{4}}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]{fraction}Z$"
            );
            Pattern::new(&text).ok()
        }))
    }

    /// The numbers of digits, a bit each, with which all timestamps fit patterns and lengths.
    pub(super) fn fractions(&self, patterns: &[&Pattern], min: u32, max: Option<u32>) -> u16 {
        let has_length = |digits: u32| {
            let length = 20 + if digits == 0 { 0 } else { digits + 1 };
            min <= length && max.is_none_or(|max| length <= max)
        };
        let lengths = self.those(|digits, _| has_length(digits));
        patterns.iter().fold(lengths, |bits, pattern| {
            bits & pattern.timestamps.get_or_init(|| self.those(|_, timestamps| pattern.includes(timestamps)))
        })
    }

    /// The numbers of digits of which something is true, a bit each.
    fn those(&self, is: impl Fn(u32, &Pattern) -> bool) -> u16 {
        let known =
            (0u32..).zip(&self.0).filter_map(|(digits, timestamps)| Some((digits, timestamps.as_ref()?)));
        known
            .filter(|(digits, timestamps)| is(*digits, timestamps))
            .fold(0, |bits, (digits, _)| bits | 1 << digits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_tells_which_timestamps_it_takes() {
        let utc = Utc::new();
        let fractions = |pattern: &str| {
            let pattern = Pattern::new(pattern).expect(pattern);
            utc.fractions(&[&pattern], 0, None)
        };
        assert_eq!(fractions("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[.][0-9]{3}Z$"), 1 << 3);
        assert_eq!(fractions("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}([.][0-9]{1,9})?Z$"), 0x3FF);
        assert_eq!(fractions("Z$"), 0x3FF);
        assert_eq!(fractions("^2"), 0);
        assert_eq!(fractions("T1"), 0);
        assert_eq!(utc.fractions(&[], 0, Some(20)), 1);
        assert_eq!(utc.fractions(&[], 21, None), 0x3FE);
    }
}
