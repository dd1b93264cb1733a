//! JSON numbers by value, without bounds on size or precision.

/// A JSON number in a normal form, so that equal numbers are equal values: `1`, `1.0` and `10e-1` are the same.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Decimal {
    negative: bool,
    /// The digits without leading and trailing zeros; none for zero.
    digits: String,
    /// The value is `0.digits × 10^exponent`. Exponents are clamped to ±10^18, far past what any text of digits can
    /// make up for.
    exponent: i64,
}

const EXPONENT_BOUND: i64 = 1_000_000_000_000_000_000;

impl Decimal {
    /// Reads a number as JSON writes it. `None` if the text isn't one.
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, unsigned) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, read_exponent(exponent)?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        if whole.is_empty() || !whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit()) {
            return None;
        }
        let digits = format!("{whole}{fraction}");
        let significant = digits.trim_start_matches('0');
        if significant.is_empty() {
            return Some(Self { negative: false, digits: String::new(), exponent: 0 });
        }
        let point =
            i64::try_from(whole.len()).ok()? - i64::try_from(digits.len() - significant.len()).ok()?;
        Some(Self {
            negative,
            exponent: exponent.saturating_add(point).clamp(-EXPONENT_BOUND, EXPONENT_BOUND),
            digits: significant.trim_end_matches('0').to_owned(),
        })
    }

    /// The number as an integer, if it is one that fits.
    pub fn to_i64(&self) -> Option<i64> {
        let places = usize::try_from(self.exponent).ok().filter(|&places| places <= 19);
        match places {
            _ if self.digits.is_empty() => Some(0),
            Some(places) if places >= self.digits.len() => {
                let sign = if self.negative { "-" } else { "" };
                format!("{sign}{:0<places$}", self.digits).parse().ok()
            }
            _ => None,
        }
    }

    /// Whether the number has no fraction.
    pub fn is_integer(&self) -> bool {
        i64::try_from(self.digits.len()).is_ok_and(|digits| digits <= self.exponent.max(0))
    }

    /// Whether the number is below zero.
    pub fn is_negative(&self) -> bool {
        self.negative
    }
}

impl std::fmt::Display for Decimal {
    /// An integer of up to 40 digits as such, anything else as `0.digits` with an exponent. Equal numbers read the same.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = if self.negative { "-" } else { "" };
        match usize::try_from(self.exponent) {
            _ if self.digits.is_empty() => f.write_str("0"),
            Ok(places) if places >= self.digits.len() && places <= 40 => {
                write!(f, "{sign}{:0<places$}", self.digits)
            }
            _ => write!(f, "{sign}0.{}e{}", self.digits, self.exponent),
        }
    }
}

/// The exponent after the `e`, clamped.
fn read_exponent(text: &str) -> Option<i64> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let size = digits.parse::<i64>().unwrap_or(EXPONENT_BOUND).min(EXPONENT_BOUND);
    Some(if negative { -size } else { size })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_come_out_whatever_their_form() {
        for (text, value) in [
            ("12", 12),
            ("-12.0", -12),
            ("1.2e1", 12),
            ("120e-1", 12),
            ("0e99", 0),
            ("9223372036854775807", i64::MAX),
        ] {
            assert_eq!(Decimal::parse(text).and_then(|n| n.to_i64()), Some(value), "{text}");
        }
        for text in ["1.5", "1e-1", "9223372036854775808", "1e1000000000000000000000"] {
            assert_eq!(Decimal::parse(text).and_then(|n| n.to_i64()), None, "{text}");
        }
    }

    #[test]
    fn a_huge_exponent_costs_nothing() {
        let huge = Decimal::parse("1e999999999999").expect("a number");
        assert!(huge.is_integer());
        assert_ne!(Some(huge), Decimal::parse("1e999999999998"));
    }
}
