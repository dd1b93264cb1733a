//! Times: a clock that only goes forward, and the forms in which an event may tell the time.

use jiff::Timestamp;
use jiff::tz::Offset;

use super::random::Random;

/// 2025-11-05T08:00:00Z, in nanoseconds since 1970: when every sample stream begins.
const START: i64 = 1_762_329_600_000_000_000;

const SECOND: i64 = 1_000_000_000;

/// A clock that only goes forward.
#[derive(Clone, Debug)]
pub(crate) struct Clock {
    now: i64,
}

impl Clock {
    pub(crate) fn new() -> Self {
        Self { now: START }
    }

    /// The time in nanoseconds since 1970.
    pub(crate) fn now(&self) -> i64 {
        self.now
    }

    /// Goes forward by something between nothing and a few minutes, to a time that the form tells exactly: what is
    /// written never lies before what was written earlier.
    pub(crate) fn advance(&mut self, form: TimeForm, random: &mut Random) {
        let most = match random.below(20) {
            0..5 => SECOND / 1000,
            5..15 => 2 * SECOND,
            15..19 => 60 * SECOND,
            _ => 300 * SECOND,
        };
        let step = i64::try_from(random.below(most.unsigned_abs())).unwrap_or(0);
        let grain = form.grain();
        let now = self.now.saturating_add(step);
        let over = now.rem_euclid(grain);
        self.now = if over == 0 { now } else { now.saturating_add(grain - over) };
    }
}

/// A form in which a time is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TimeForm {
    /// RFC 3339 with so many digits of fraction and an offset in minutes; `None` is `Z`.
    DateTime { digits: u8, offset: Option<i16> },
    /// A calendar date in UTC.
    Date,
    /// A time of day in UTC.
    Time,
    /// Milliseconds since 1970.
    Milliseconds,
    /// Seconds since 1970.
    Seconds,
}

/// The offsets that are tried, in minutes.
const OFFSETS: [i16; 4] = [60, -300, 330, 0];

impl TimeForm {
    /// Every form that is tried, the most usual first.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        let utc = [0, 3, 6, 9, 1, 2, 4, 5, 7, 8].map(|digits| Self::DateTime { digits, offset: None });
        let local = OFFSETS
            .into_iter()
            .flat_map(|offset| [0, 3].map(|digits| Self::DateTime { digits, offset: Some(offset) }));
        utc.into_iter().chain(local).chain([Self::Milliseconds, Self::Seconds, Self::Date])
    }

    /// One of the forms of RFC 3339.
    pub(crate) fn any_date_time(random: &mut Random) -> Self {
        let digits = *random.pick(&[0, 0, 3, 3, 6, 9]).unwrap_or(&0);
        let offset = if random.chance(1, 8) { random.pick(&OFFSETS).copied() } else { None };
        Self::DateTime { digits, offset }
    }

    /// How often the form is taken where others are allowed too.
    pub(crate) fn weight(self) -> u64 {
        match self {
            Self::DateTime { digits: 0 | 3, offset: None } => 6,
            Self::DateTime { .. } => 1,
            Self::Date | Self::Time | Self::Milliseconds | Self::Seconds => 0,
        }
    }

    /// The smallest difference that it tells, in nanoseconds.
    fn grain(self) -> i64 {
        match self {
            Self::DateTime { digits, .. } => 10_i64.pow(9_u32.saturating_sub(u32::from(digits))),
            Self::Milliseconds => SECOND / 1000,
            Self::Seconds | Self::Time => SECOND,
            Self::Date => 86_400 * SECOND,
        }
    }

    /// Writes a time as a JSON value.
    pub(crate) fn write(self, time: i64, out: &mut String) {
        use std::fmt::Write as _;
        let _ = match self {
            Self::Milliseconds => write!(out, "{}", time.div_euclid(SECOND / 1000)),
            Self::Seconds => write!(out, "{}", time.div_euclid(SECOND)),
            _ => {
                out.push('"');
                self.write_text(time, out);
                out.push('"');
                Ok(())
            }
        };
    }

    /// Writes a time as text, without quotes.
    pub(crate) fn write_text(self, time: i64, out: &mut String) {
        let offset = match self {
            Self::DateTime { offset: Some(minutes), .. } => i32::from(minutes),
            _ => 0,
        };
        let zone = Offset::from_seconds(offset * 60).unwrap_or(Offset::UTC);
        let timestamp = Timestamp::from_nanosecond(i128::from(time)).unwrap_or_default();
        let local = zone.to_datetime(timestamp);
        if self != Self::Time {
            digits(local.year().unsigned_abs().into(), 4, out);
            out.push('-');
            digits(local.month().unsigned_abs().into(), 2, out);
            out.push('-');
            digits(local.day().unsigned_abs().into(), 2, out);
        }
        if self == Self::Date {
            return;
        }
        if self != Self::Time {
            out.push('T');
        }
        digits(local.hour().unsigned_abs().into(), 2, out);
        out.push(':');
        digits(local.minute().unsigned_abs().into(), 2, out);
        out.push(':');
        digits(local.second().unsigned_abs().into(), 2, out);
        let Self::DateTime { digits: fraction, offset: written } = self else {
            out.push('Z');
            return;
        };
        if fraction > 0 {
            out.push('.');
            let nanoseconds = local.subsec_nanosecond().unsigned_abs();
            digits(nanoseconds / 10_u32.pow(9 - u32::from(fraction.min(9))), fraction.into(), out);
        }
        if written.is_none() {
            out.push('Z');
            return;
        }
        out.push(if offset < 0 { '-' } else { '+' });
        digits(offset.unsigned_abs() / 60, 2, out);
        out.push(':');
        digits(offset.unsigned_abs() % 60, 2, out);
    }
}

/// Writes a number with so many digits.
fn digits(number: u32, count: u32, out: &mut String) {
    for place in (0..count).rev() {
        let digit = number / 10_u32.pow(place) % 10;
        out.push(char::from_digit(digit, 10).unwrap_or('0'));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(form: TimeForm, time: i64) -> String {
        let mut text = String::new();
        form.write(time, &mut text);
        text
    }

    #[test]
    fn a_time_is_written_in_every_form() {
        let time = START + 1_234_567_891;
        for (form, text) in [
            (TimeForm::DateTime { digits: 0, offset: None }, "\"2025-11-05T08:00:01Z\""),
            (TimeForm::DateTime { digits: 3, offset: None }, "\"2025-11-05T08:00:01.234Z\""),
            (TimeForm::DateTime { digits: 9, offset: Some(330) }, "\"2025-11-05T13:30:01.234567891+05:30\""),
            (TimeForm::DateTime { digits: 1, offset: Some(-300) }, "\"2025-11-05T03:00:01.2-05:00\""),
            (TimeForm::Date, "\"2025-11-05\""),
            (TimeForm::Time, "\"08:00:01Z\""),
            (TimeForm::Milliseconds, "1762329601234"),
            (TimeForm::Seconds, "1762329601"),
        ] {
            assert_eq!(written(form, time), text);
        }
    }

    #[test]
    fn what_is_written_never_goes_back_whatever_the_forms() {
        let mut random = Random::new(3, 0);
        let mut clock = Clock::new();
        let forms: Vec<TimeForm> = TimeForm::all().filter(|form| form.weight() > 0).collect();
        let mut last = Timestamp::MIN;
        for _ in 0..2000 {
            let form = *random.pick(&forms).expect("there are forms");
            clock.advance(form, &mut random);
            let mut text = String::new();
            form.write_text(clock.now(), &mut text);
            let time: Timestamp = text.parse().expect("it is a time");
            assert!(time >= last, "{text}");
            assert_eq!(time.as_nanosecond(), i128::from(clock.now()), "{text} tells the time exactly");
            last = time;
        }
    }
}
