//! Texts of the formats of Draft-07, with names and addresses that are reserved for examples (RFC 2606, 5737, 3849).

use super::super::random::Random;
use super::super::time::TimeForm;
use super::words;

/// A format that texts are made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    DateTime,
    Date,
    Time,
    Email,
    Hostname,
    Ipv4,
    Ipv6,
    Uri,
    UriReference,
    UriTemplate,
    JsonPointer,
    RelativeJsonPointer,
    Regex,
    Uuid,
    Duration,
    /// A telephone number in E.164, from the block of +1 202 555 01xx that is given to nobody.
    Phone,
}

const NAMES: &[(&str, Format)] = &[
    ("date-time", Format::DateTime),
    ("date", Format::Date),
    ("time", Format::Time),
    ("email", Format::Email),
    ("idn-email", Format::Email),
    ("hostname", Format::Hostname),
    ("idn-hostname", Format::Hostname),
    ("ipv4", Format::Ipv4),
    ("ipv6", Format::Ipv6),
    ("uri", Format::Uri),
    ("iri", Format::Uri),
    ("uri-reference", Format::UriReference),
    ("iri-reference", Format::UriReference),
    ("uri-template", Format::UriTemplate),
    ("json-pointer", Format::JsonPointer),
    ("relative-json-pointer", Format::RelativeJsonPointer),
    ("regex", Format::Regex),
    ("uuid", Format::Uuid),
    ("duration", Format::Duration),
];

const DAY: i64 = 86_400_000_000_000;

const NETWORKS: [&str; 3] = ["192.0.2", "198.51.100", "203.0.113"];

const DOMAINS: [&str; 3] = ["example.com", "example.org", "example.net"];

impl Format {
    /// The format of this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        NAMES.iter().find(|(known, _)| *known == name).map(|(_, format)| *format)
    }

    /// Adds a text of the format. Times lie around `now`.
    pub(crate) fn make(self, now: i64, random: &mut Random, out: &mut String) {
        use std::fmt::Write as _;
        match self {
            Self::DateTime | Self::Date | Self::Time => return write_time(self, now, random, out),
            Self::Uuid => return uuid(random, out),
            _ => {}
        }
        let domain = DOMAINS[random.index(DOMAINS.len())];
        let mut word = String::new();
        words::token(6, random, &mut word);
        let _ = match self {
            Self::DateTime | Self::Date | Self::Time | Self::Uuid => Ok(()),
            Self::Email => write!(out, "{word}@{domain}"),
            Self::Hostname => write!(out, "{word}.{domain}"),
            Self::Ipv4 => write!(out, "{}.{}", NETWORKS[random.index(NETWORKS.len())], random.below(254) + 1),
            Self::Ipv6 => {
                write!(out, "2001:db8::{:x}:{:x}", random.below(0x1_0000), random.below(0xFFFF) + 1)
            }
            Self::Uri => write!(out, "https://{domain}/{word}/{}", random.below(10_000)),
            Self::UriReference => write!(out, "/{word}/{}", random.below(10_000)),
            Self::UriTemplate => write!(out, "https://{domain}/{word}/{{id}}"),
            Self::JsonPointer => write!(out, "/{word}/{}", random.below(10)),
            Self::RelativeJsonPointer => write!(out, "{}/{word}", random.below(3)),
            Self::Regex => write!(out, "^{word}[0-9]*$"),
            Self::Duration => write!(out, "P{}DT{}H", random.below(30), random.below(24)),
            Self::Phone => write!(out, "+1202555{:04}", 100 + random.below(100)),
        };
    }
}

fn write_time(format: Format, now: i64, random: &mut Random, out: &mut String) {
    let days = i64::try_from(random.below(60)).unwrap_or(0) - 30;
    let time = now.saturating_add(days * DAY);
    let form = match format {
        Format::Date => TimeForm::Date,
        Format::Time => TimeForm::Time,
        _ => TimeForm::any_date_time(random),
    };
    form.write_text(time, out);
}

/// Adds a random UUID (RFC 9562, version 4).
pub(crate) fn uuid(random: &mut Random, out: &mut String) {
    let mut high = random.bits();
    let mut low = random.bits();
    high = (high & !0xF000) | 0x4000;
    low = (low & !(0b11 << 62)) | (0b10 << 62);
    for (at, number) in [high, low].into_iter().enumerate() {
        for place in 0..16 {
            if matches!(16 * at + place, 8 | 12 | 16 | 20) {
                out.push('-');
            }
            out.push(hexadecimal(number >> (60 - 4 * place)));
        }
    }
}

fn hexadecimal(number: u64) -> char {
    let digit = u32::try_from(number & 0xF).unwrap_or(0);
    char::from_digit(digit, 16).unwrap_or('0')
}

/// Whether the format is one of Draft-07.
pub(crate) fn is_known(name: &str) -> bool {
    Format::named(name).is_some()
}

/// Whether a text is of a format, as far as it takes to choose among texts that were not made for it. Formats that are
/// not known accept anything, as Draft-07 says.
pub(crate) fn accepts(name: &str, text: &str) -> bool {
    let Some(format) = Format::named(name) else { return true };
    match format {
        Format::DateTime => text.len() >= 20 && text.parse::<jiff::Timestamp>().is_ok(),
        Format::Date => text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok(),
        Format::Time => text.ends_with('Z') && text.len() >= 9,
        Format::Email | Format::Phone => {
            text.split_once('@').is_some_and(|(name, domain)| !name.is_empty() && !domain.is_empty())
        }
        Format::Hostname => {
            !text.is_empty() && text.split('.').all(|label| !label.is_empty() && !label.starts_with('-'))
        }
        Format::Ipv4 => text.parse::<std::net::Ipv4Addr>().is_ok(),
        Format::Ipv6 => text.parse::<std::net::Ipv6Addr>().is_ok(),
        Format::Uri => {
            text.split_once(':').is_some_and(|(scheme, _)| !scheme.is_empty()) && !text.contains(' ')
        }
        Format::UriReference | Format::UriTemplate => !text.contains(' '),
        Format::JsonPointer => text.parse::<tidings_json::Pointer>().is_ok(),
        Format::RelativeJsonPointer => text.starts_with(|c: char| c.is_ascii_digit()),
        Format::Regex => super::ecma::Pattern::new(text).is_some(),
        Format::Uuid => text.len() == 36 && text.bytes().filter(|byte| *byte == b'-').count() == 4,
        Format::Duration => text.starts_with('P'),
    }
}
