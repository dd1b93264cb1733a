//! Dates and times in messages: why one is none, and what it is in UTC.
//!
//! Whether a text *is* a date or a time is the authority's to say; this only explains.

use jiff::civil::Date;
use jiff::{Timestamp, tz::TimeZone};

/// A moment that a text names, with any offset (RFC 3339).
pub(crate) struct Moment(Timestamp);

impl Moment {
    /// Reads a date and time with an offset; lower case and a space are forgiven, since the point is to explain.
    pub(crate) fn read(text: &str) -> Option<Self> {
        if text.len() < 20 || text.len() > 40 || !text.as_bytes()[0].is_ascii_digit() {
            return None;
        }
        text.parse().ok().map(Self)
    }

    /// The same moment as UTC writes it, with the fraction that it has.
    pub(crate) fn in_utc(&self) -> String {
        let utc = TimeZone::UTC.to_datetime(self.0);
        // A civil date and time prints as RFC 3339 writes it, with the fraction that it has and without an offset.
        format!("{utc}Z")
    }
}

/// Whether a time ends in `Z` and is upper case throughout.
pub(crate) fn is_written_in_utc(text: &str) -> bool {
    text.ends_with('Z') && text.as_bytes().get(10) == Some(&b'T')
}

/// Why a text is not of a format.
pub(crate) struct WhyNot {
    pub(crate) message: String,
    pub(crate) help: Option<&'static str>,
}

/// Why a text is not a `date`, `time` or `date-time` (RFC 3339), as far as that can be told.
pub(crate) fn why_not(format: &str, text: &str) -> Option<WhyNot> {
    if format != "time"
        && let Some(message) = calendar(text)
    {
        return Some(WhyNot { message, help: None });
    }
    let clock = match format {
        "date" => return None,
        "time" => text,
        _ => text.get(11..)?,
    };
    let number =
        |range: std::ops::Range<usize>| clock.get(range).and_then(|digits| digits.parse::<u32>().ok());
    let (hour, minute, second) = (number(0..2)?, number(3..5)?, number(6..8)?);
    let message = match () {
        () if hour > 23 => format!("there is no hour {hour}"),
        () if minute > 59 => format!("there is no minute {minute}"),
        () if second > 59 => format!("there is no second {second}"),
        () if clock.len() == 8 || !clock.contains(['Z', 'z', '+', '-']) => {
            return Some(WhyNot {
                message: "it has no time zone".to_owned(),
                help: Some("end it with `Z`, in UTC"),
            });
        }
        () => return None,
    };
    Some(WhyNot { message, help: None })
}

/// The months by name.
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// What is wrong with the date that a text begins with.
fn calendar(text: &str) -> Option<String> {
    let number = |range: std::ops::Range<usize>| text.get(range).and_then(|digits| digits.parse::<i8>().ok());
    let year: i16 = text.get(0..4)?.parse().ok()?;
    let (month, day) = (number(5..7)?, number(8..10)?);
    if !(1..=12).contains(&month) {
        return Some(format!("there is no month {month}"));
    }
    let days = Date::new(year, month, 1).ok()?.days_in_month();
    if (1..=days).contains(&day) {
        return None;
    }
    let name = MONTHS.get(usize::try_from(month).ok()?.checked_sub(1)?)?;
    Some(format!("{name} {year} has {days} days, so there is no day {day}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_with_an_offset_is_told_in_utc() {
        for (text, utc) in [
            ("2025-11-05T15:00:00+01:00", "2025-11-05T14:00:00Z"),
            ("2025-11-05T23:30:00.25-05:00", "2025-11-06T04:30:00.25Z"),
            ("2025-11-05t14:00:00z", "2025-11-05T14:00:00Z"),
            ("2025-11-05 14:00:00Z", "2025-11-05T14:00:00Z"),
        ] {
            let moment = Moment::read(text).expect(text);
            assert_eq!(moment.in_utc(), utc);
            assert!(!is_written_in_utc(text), "{text}");
        }
        for text in
            ["", "2025-11-05", "é025-11-05T14:00:00Z", "2025-02-30T14:00:00Z", "yesterday at noon, or so"]
        {
            assert!(Moment::read(text).is_none(), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_date_or_time_is_told() {
        for (format, text, message) in [
            ("date-time", "2025-02-30T14:00:00Z", "February 2025 has 28 days, so there is no day 30"),
            ("date-time", "2024-02-30T14:00:00Z", "February 2024 has 29 days, so there is no day 30"),
            ("date", "2025-13-01", "there is no month 13"),
            ("date-time", "2025-11-05T24:00:00Z", "there is no hour 24"),
            ("date-time", "2025-11-05T14:60:00Z", "there is no minute 60"),
            ("date-time", "2025-11-05T14:00:60Z", "there is no second 60"),
            ("date-time", "2025-11-05T14:00:00", "it has no time zone"),
            ("time", "25:00:00Z", "there is no hour 25"),
        ] {
            assert_eq!(why_not(format, text).map(|why| why.message).as_deref(), Some(message), "{text}");
        }
        assert!(why_not("date-time", "soon").is_none());
    }
}
