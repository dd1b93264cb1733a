//! Small decimal numbers, which are the same to everybody: at most fifteen digits, of which a double holds each.

use super::program::Decimal;

/// The digits that a double surely tells apart; whole numbers may have more, since they are compared as such.
const DIGITS: u32 = 15;
const WHOLE_DIGITS: u32 = 18;

impl Decimal {
    /// Reads a number as JSON writes it; `None` if it isn't one, isn't small, has an exponent or is a negative zero.
    pub(crate) fn parse(text: &[u8]) -> Option<Self> {
        let (negative, digits) = match text {
            [b'-', rest @ ..] => (true, rest),
            _ => (false, text),
        };
        let mut mantissa: i64 = 0;
        let (mut count, mut scale) = (0u32, None);
        for (at, byte) in digits.iter().enumerate() {
            match byte {
                b'0'..=b'9' => {
                    // A leading zero stands alone.
                    if mantissa == 0 && count == 1 && scale.is_none() {
                        return None;
                    }
                    count += 1;
                    scale = scale.map(|scale| scale + 1);
                    if count > if scale.is_some() { DIGITS } else { WHOLE_DIGITS } {
                        return None;
                    }
                    mantissa = mantissa * 10 + i64::from(byte - b'0');
                }
                b'.' if scale.is_none() && at > 0 => {
                    scale = Some(0u32);
                    if count > DIGITS {
                        return None;
                    }
                }
                _ => return None,
            }
        }
        if count == 0 || scale == Some(0) || (negative && mantissa == 0) {
            return None;
        }
        Some(Self { mantissa: if negative { -mantissa } else { mantissa }, scale: scale.unwrap_or(0) })
    }

    /// Which of two is greater.
    pub(crate) fn compare(self, other: Self) -> std::cmp::Ordering {
        let (own, its) = (i128::from(self.mantissa), i128::from(other.mantissa));
        (own * 10i128.pow(other.scale)).cmp(&(its * 10i128.pow(self.scale)))
    }

    /// Whether the number is a multiple of another.
    pub(crate) fn is_multiple_of(self, other: Self) -> bool {
        let (own, its) = (i128::from(self.mantissa), i128::from(other.mantissa));
        let divisor = its * 10i128.pow(self.scale);
        divisor != 0 && own * 10i128.pow(other.scale) % divisor == 0
    }

    /// Whether a double has all its digits, so that dividing it is exact.
    pub(crate) fn is_exact(self) -> bool {
        self.mantissa.unsigned_abs() < 10u64.pow(DIGITS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_numbers_are_read_and_others_are_not() {
        for (text, mantissa, scale) in [
            ("0", 0, 0),
            ("-12", -12, 0),
            ("1.50", 150, 2),
            ("0.125", 125, 3),
            ("999999999999999999", 999_999_999_999_999_999, 0),
        ] {
            assert_eq!(Decimal::parse(text.as_bytes()), Some(Decimal { mantissa, scale }), "{text}");
        }
        for text in [
            "",
            "-",
            "01",
            "-01",
            "1.",
            ".5",
            "1e3",
            "-0",
            "-0.0",
            "1.2.3",
            "+1",
            "1 ",
            "1000000000000000000",
            "0.1234567890123456",
            "1234567890123456.5",
        ] {
            assert_eq!(Decimal::parse(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn numbers_are_compared_and_divided_by_value() {
        let number = |text: &str| Decimal::parse(text.as_bytes()).expect(text);
        assert!(number("1.50").compare(number("1.5")).is_eq());
        assert!(number("-1.5").compare(number("1")).is_lt());
        assert!(
            number("1.375").is_multiple_of(number("0.125")) && !number("1.3").is_multiple_of(number("0.5"))
        );
        assert!(number("500").is_multiple_of(number("100")) && number("0").is_multiple_of(number("7")));
    }
}
