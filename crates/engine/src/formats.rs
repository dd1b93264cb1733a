//! Dates and times as RFC 3339 (section 5.6) defines them, which is what Draft-07's `date`, `time` and `date-time` mean.

/// Whether the text is a full-date of the calendar: `2025-11-05`.
pub fn is_date(text: &str) -> bool {
    is_day(text.as_bytes())
}

fn is_day(bytes: &[u8]) -> bool {
    let [_, _, _, _, b'-', _, _, b'-', _, _] = bytes else { return false };
    let (Some(year), Some(month), Some(day)) =
        (number(&bytes[..4]), number(&bytes[5..7]), number(&bytes[8..]))
    else {
        return false;
    };
    (1..=12).contains(&month) && (1..=days_in_month(year, month)).contains(&day)
}

/// Whether the text is a full-time: `14:00:00Z`, with a fraction if it likes, and with an offset.
pub(crate) fn is_time(text: &str) -> bool {
    let bytes = text.as_bytes();
    let [_, _, b':', _, _, b':', _, _, rest @ ..] = bytes else { return false };
    let (Some(hour), Some(minute), Some(second)) =
        (number(&bytes[..2]), number(&bytes[3..5]), number(&bytes[6..8]))
    else {
        return false;
    };
    if hour > 23 || minute > 59 || second > 60 {
        return false;
    }
    let Some(offset) = offset_in_minutes(after_fraction(rest)) else { return false };
    // A leap second is the last of a day in UTC, whatever the clock on the wall says.
    second < 60 || (i32::from(hour) * 60 + i32::from(minute) - offset).rem_euclid(24 * 60) == 23 * 60 + 59
}

/// Whether the text is a date-time: a date, a `T`, a time.
pub(crate) fn is_date_time(text: &str) -> bool {
    let (Some(date), Some(time)) = (text.get(..10), text.get(11..)) else { return false };
    is_date(date) && matches!(text.as_bytes()[10], b'T' | b't') && is_time(time)
}

/// Whether the bytes are how a date-time of UTC begins, up to the hour: `2025-11-05T14:`.
pub(crate) fn is_hour(bytes: &[u8]) -> bool {
    let [date @ .., b'T', h1, h2, b':'] = bytes else { return false };
    is_day(date) && number(&[*h1, *h2]).is_some_and(|hour| hour <= 23)
}

/// The number that these digits write; nothing else is one.
fn number(digits: &[u8]) -> Option<u16> {
    digits.iter().try_fold(0, |sum, digit| digit.is_ascii_digit().then(|| sum * 10 + u16::from(digit - b'0')))
}

fn days_in_month(year: u16, month: u16) -> u16 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// What follows a fraction of a second, if there is one; the same text if there is none.
fn after_fraction(text: &[u8]) -> &[u8] {
    let Some(digits) = text.strip_prefix(b".") else { return text };
    let count = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if count == 0 { text } else { &digits[count..] }
}

/// The offset from UTC in minutes: `Z`, `+01:00`.
fn offset_in_minutes(text: &[u8]) -> Option<i32> {
    match text {
        b"Z" | b"z" => Some(0),
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => {
            let (hours, minutes) = (number(&[*h1, *h2])?, number(&[*m1, *m2])?);
            if hours > 23 || minutes > 59 {
                return None;
            }
            let total = i32::from(hours * 60 + minutes);
            Some(if *sign == b'-' { -total } else { total })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_rfc_3339_defines_is_accepted_and_nothing_else() {
        for text in [
            "2025-11-05T14:00:00Z",
            "2024-02-29t00:00:00.000000001z",
            "2000-02-29T23:59:59+23:59",
            "0000-01-01T00:00:00-00:00",
            "1998-12-31T23:59:60Z",
            "1998-12-31T15:59:60.5-08:00",
            "1999-01-01T00:59:60+01:00",
        ] {
            assert!(is_date_time(text), "{text}");
        }
        for text in [
            "",
            "2025-11-05",
            "2025-11-05T14:00:00",
            "2025-11-05 14:00:00Z",
            "2025-11-05T14:00Z",
            "2025-11-05T24:00:00Z",
            "2025-11-05T14:60:00Z",
            "2025-11-05T14:00:61Z",
            "2025-11-05T14:00:60Z",
            "2025-02-29T14:00:00Z",
            "1900-02-29T00:00:00Z",
            "2025-00-05T14:00:00Z",
            "2025-13-05T14:00:00Z",
            "2025-11-00T14:00:00Z",
            "2025-11-31T14:00:00Z",
            "2025-11-05T14:00:00.Z",
            "2025-11-05T14:00:00+24:00",
            "2025-11-05T14:00:00+0100",
            "2025-11-05T14:00:00+01",
            "2025-11-05T14:00:00ZZ",
            "20.6-03-27T00:00:00Z",
            "2026-0+-07T09:00:00+02:00",
            "2026-05-11T10:10:0/+02:00",
            "+025-11-05T14:00:00Z",
            "２025-11-05T14:00:00Z",
            "2025-11-05T14:00:00Z\n",
            "1998-12-31T23:58:60Z",
            "2025-11-05é14:00:00Z",
        ] {
            assert!(!is_date_time(text), "{text}");
        }
        assert!(is_date("2025-11-05") && !is_date("2025-11-5") && !is_date("2025-11-05Z"));
        assert!(is_time("14:00:00Z") && !is_time("14:00:00") && !is_time("4:00:00Z"));
    }

    #[test]
    fn an_hour_is_how_a_date_time_begins() {
        for day in ["2025-11-05", "2024-02-29", "2025-02-29", "2025-13-01", "2025-11-5", ""] {
            for rest in ["T14:", "T23:", "T24:", "t14:", " 14:", "T1a:", "T14"] {
                let head = format!("{day}{rest}");
                let expected = rest.starts_with('T') && is_date_time(&format!("{head}00:00Z"));
                assert_eq!(is_hour(head.as_bytes()), expected, "{head}");
            }
        }
    }
}
