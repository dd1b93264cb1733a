//! Times at full precision, and the time in a ULID.

use tidings_engine::is_date;

/// A moment, exactly: an RFC 3339 date-time (section 5.6) of any precision.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment {
    /// Whole seconds since 1970 in UTC.
    seconds: i64,
    /// Whether it is in a leap second, which comes after the last whole second and before the next.
    leap: bool,
    /// The digits of the fraction without trailing zeros, which sort as the fractions do.
    fraction: Box<str>,
}

impl Moment {
    /// Reads a date-time; `None` if the text is none.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let number = |range: std::ops::Range<usize>| -> Option<i64> {
            let digits = text.get(range)?;
            digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
        };
        let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
        let (hour, minute, second) = (number(11..13)?, number(14..16)?, number(17..19)?);
        let is_apart = |at: usize, marks: &[u8]| bytes.get(at).is_some_and(|byte| marks.contains(byte));
        let is_written = is_apart(10, b"Tt ") && is_apart(13, b":") && is_apart(16, b":");
        let is_possible = is_date(text.get(..10)?) && hour <= 23 && minute <= 59 && second <= 60;
        if !is_written || !is_possible {
            return None;
        }
        let mut rest = text.get(19..)?;
        let mut fraction = "";
        if let Some(digits) = rest.strip_prefix('.') {
            let length = digits.bytes().take_while(u8::is_ascii_digit).count();
            if length == 0 {
                return None;
            }
            fraction = &digits[..length];
            rest = &digits[length..];
        }
        let offset = match rest.as_bytes() {
            [b'Z' | b'z'] => 0,
            [sign @ (b'+' | b'-'), ..] if rest.len() == 6 => {
                let start = bytes.len() - 5;
                let (hours, minutes) = (number(start..start + 2)?, number(start + 3..start + 5)?);
                if hours > 23 || minutes > 59 || !is_apart(start + 2, b":") {
                    return None;
                }
                let minutes = hours * 60 + minutes;
                if *sign == b'-' { -minutes } else { minutes }
            }
            _ => return None,
        };
        let seconds = days_since_1970(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second.min(59)
            - offset * 60;
        Some(Self { seconds, leap: second > 59, fraction: fraction.trim_end_matches('0').into() })
    }

    /// Whole milliseconds since 1970, rounded down.
    pub(crate) fn milliseconds(&self) -> i64 {
        let digits = self.fraction.get(..3).unwrap_or(&self.fraction);
        self.seconds * 1000 + format!("{digits:0<3}").parse::<i64>().unwrap_or(0)
    }
}

/// Days from 1970-01-01 to a date of the proleptic Gregorian calendar.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    // Counted in years that begin in March, so that the leap day is the last.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// The milliseconds since 1970 in the first ten characters of a ULID; `None` if they are not a ULID's.
pub(crate) fn ulid_milliseconds(ulid: &str) -> Option<i64> {
    const ALPHABET: &[u8] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    if ulid.len() != 26 || ulid.as_bytes()[0] > b'7' {
        return None;
    }
    ulid.as_bytes()[..10].iter().try_fold(0, |sum: i64, byte| {
        let digit = ALPHABET.iter().position(|known| known == byte)?;
        Some(sum * 32 + i64::try_from(digit).ok()?)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(text: &str) -> Moment {
        Moment::parse(text).expect(text)
    }

    #[test]
    fn moments_are_compared_as_moments_at_full_precision() {
        for (before, after) in [
            ("2025-11-05T14:00:00Z", "2025-11-05T14:00:00.000000001Z"),
            ("2025-11-05T14:00:00.1Z", "2025-11-05T14:00:00.12Z"),
            ("2025-11-05T14:00:00.0999999999Z", "2025-11-05T14:00:00.1Z"),
            ("2025-11-05T14:00:00+01:00", "2025-11-05T13:30:00Z"),
            ("2024-02-29T23:59:59Z", "2024-03-01T00:00:00Z"),
            ("1969-12-31T23:59:59.5Z", "1970-01-01T00:00:00Z"),
            ("1998-12-31T23:59:59.9Z", "1998-12-31T23:59:60Z"),
            ("1998-12-31T23:59:60.9Z", "1999-01-01T00:00:00Z"),
        ] {
            assert!(moment(before) < moment(after), "{before} {after}");
        }
        assert_eq!(moment("2025-11-05T15:00:00.50+01:00"), moment("2025-11-05T14:00:00.5Z"));
        for text in [
            "",
            "2025-11-05",
            "2025-11-05T14:00:00",
            "2025-11-05T14:00:00+1",
            "20é5-11-05T14:00:00Z",
            "2025-13-05T14:00:00Z",
            "2025-00-05T14:00:00Z",
            "2025-02-29T14:00:00Z",
            "2025-11-31T14:00:00Z",
            "2025-11-05T24:00:00Z",
            "2025-11-05T14:60:00Z",
            "2025-11-05T14:00:61Z",
            "2025/11/05T14:00:00Z",
            "9999-99-99T99:99:99Z",
            "2025-11-05T14:00:00.Z",
            "2025-11-05T14:00:00+24:00",
            "2025-11-05T14:00:00+01x00",
        ] {
            assert_eq!(Moment::parse(text), None, "{text}");
        }
    }

    #[test]
    fn milliseconds_are_those_of_the_clock() {
        assert_eq!(moment("1970-01-01T00:00:00Z").milliseconds(), 0);
        assert_eq!(moment("2025-11-05T14:00:00.1239Z").milliseconds(), 1_762_351_200_123);
        assert_eq!(moment("2000-03-01T00:00:00Z").milliseconds(), 951_868_800_000);
        assert_eq!(ulid_milliseconds("01ARZ3NDEKTSV4RRFFQ69G5FAV"), Some(1_469_922_850_259));
        assert_eq!(ulid_milliseconds("8ZZZZZZZZZZZZZZZZZZZZZZZZZ"), None);
        assert_eq!(ulid_milliseconds("short"), None);
    }
}
