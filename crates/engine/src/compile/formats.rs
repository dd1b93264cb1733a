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
        // At most 64 characters may stand before the `@` (RFC 5321, section 4.5.3.1.1).
        "^[A-Za-z0-9_+]{1,20}([.-][A-Za-z0-9_+]{1,20}){0,2}@([A-Za-z0-9]{1,20}(-[A-Za-z0-9]{1,20}){0,1}[.]){1,4}[A-Za-z]{2,20}$",
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

/// All UTC timestamps with a fraction of up to nine digits.
const TIMESTAMPS: &str = "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]{1,9})?Z$";

/// UTC timestamps.
pub(super) struct Utc(Option<Pattern>);

impl Utc {
    pub(super) fn new() -> Self {
        Self(Pattern::new(TIMESTAMPS).ok())
    }

    /// The numbers of digits of their fractions, a bit each, with which all timestamps fit patterns and lengths.
    pub(super) fn fractions(&self, patterns: &[&Pattern], min: u32, max: Option<u32>) -> u16 {
        let bounds = digits(|length| min <= length && max.is_none_or(|max| length <= max));
        patterns.iter().fold(bounds, |bits, pattern| {
            bits & pattern.timestamps.get_or_init(|| {
                let missing = self.0.as_ref().map_or(u32::MAX, |timestamps| pattern.missing(timestamps));
                digits(|length| missing >> length & 1 == 0)
            })
        })
    }
}

/// The numbers of digits, a bit each, with which a timestamp has a length of which something is true.
fn digits(is: impl Fn(u32) -> bool) -> u16 {
    let has = |digits: &u32| is(if *digits == 0 { 20 } else { 21 + digits });
    (0..10).filter(has).fold(0, |bits, digits| bits | 1 << digits)
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
