//! JSON numbers as exact fractions.

use std::fmt;

use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{One, Signed};

/// A number by value: `1`, `1.0` and `10e-1` are the same.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Number(BigRational);

/// Exponents past this make numbers too long to write out. Such a number is not looked into.
const MAX_EXPONENT: i64 = 1_000;

impl Number {
    /// Reads a number as JSON writes it; `None` if it is none, or too long when written out.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()?),
            None => (text, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let places = exponent.checked_sub(i64::try_from(fraction.len()).ok()?)?;
        if places.abs() > MAX_EXPONENT || whole.len() + fraction.len() > 2_000 {
            return None;
        }
        let digits: BigInt = format!("{whole}{fraction}").parse().ok()?;
        let power = BigInt::from(10).pow(u32::try_from(places.unsigned_abs()).ok()?);
        Some(Self(if places < 0 {
            BigRational::new(digits, power)
        } else {
            BigRational::from_integer(digits * power)
        }))
    }

    pub(crate) fn from_integer(integer: impl Into<BigInt>) -> Self {
        Self(BigRational::from_integer(integer.into()))
    }

    pub(crate) fn one() -> Self {
        Self(BigRational::one())
    }

    pub(crate) fn is_positive(&self) -> bool {
        self.0.is_positive()
    }

    pub(crate) fn is_multiple_of(&self, step: &Self) -> bool {
        (&self.0 / &step.0).is_integer()
    }

    /// The least number that is a multiple of both; both are positive.
    pub(crate) fn least_common_multiple(&self, other: &Self) -> Self {
        let denominator = self.0.denom().lcm(other.0.denom());
        let whole = |number: &Self| number.0.numer() * (&denominator / number.0.denom());
        Self(BigRational::new(whole(self).lcm(&whole(other)), denominator.clone()))
    }

    pub(crate) fn plus(&self, other: &Self) -> Self {
        Self(&self.0 + &other.0)
    }

    pub(crate) fn minus(&self, other: &Self) -> Self {
        Self(&self.0 - &other.0)
    }

    pub(crate) fn times(&self, factor: &BigInt) -> Self {
        Self(&self.0 * BigRational::from_integer(factor.clone()))
    }

    pub(crate) fn half(&self) -> Self {
        Self(&self.0 / BigRational::from_integer(BigInt::from(2)))
    }

    /// How often `step` goes into it, rounded down.
    pub(crate) fn steps_below(&self, step: &Self) -> BigInt {
        (&self.0 / &step.0).floor().to_integer()
    }

    /// The quotient, if it is whole.
    pub(crate) fn whole_quotient(&self, step: &Self) -> Option<BigInt> {
        let quotient = &self.0 / &step.0;
        quotient.is_integer().then(|| quotient.to_integer())
    }

    /// The number as `serde_json` has it.
    pub(crate) fn to_serde(&self) -> serde_json::Value {
        serde_json::from_str(&self.to_string()).unwrap_or(serde_json::Value::Null)
    }
}

impl fmt::Display for Number {
    /// As JSON writes it, without an exponent.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut numerator = self.0.numer().abs();
        let mut rest = self.0.denom().clone();
        let mut places = 0;
        // Every number here was made of decimals by sums, products and halves, so its denominator has no factor but two
        // and five.
        while !rest.is_one() && places < 10_000 {
            let both = rest.gcd(&BigInt::from(10));
            if both.is_one() {
                break;
            }
            rest /= &both;
            numerator *= BigInt::from(10) / both;
            places += 1;
        }
        let digits = format!("{numerator:0>width$}", width = places + 1);
        let (whole, fraction) = digits.split_at(digits.len() - places);
        let sign = if self.0.is_negative() { "-" } else { "" };
        if fraction.is_empty() { write!(f, "{sign}{whole}") } else { write!(f, "{sign}{whole}.{fraction}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_compared_and_written_by_value() {
        for (text, written) in [
            ("1", "1"),
            ("1.0", "1"),
            ("10e-1", "1"),
            ("-0.25", "-0.25"),
            ("-0", "0"),
            ("1.5E+2", "150"),
            ("0.001", "0.001"),
            ("12345678901234567890.5", "12345678901234567890.5"),
        ] {
            assert_eq!(
                Number::parse(text).map(|number| number.to_string()).as_deref(),
                Some(written),
                "{text}"
            );
        }
        for text in ["", "x", "1e99999", "1e-99999", "1e99999999999999999999"] {
            assert_eq!(Number::parse(text), None, "{text}");
        }
    }

    #[test]
    fn least_common_multiples_of_fractions_are_exact() {
        let number = |text: &str| Number::parse(text).expect(text);
        assert_eq!(number("0.1").least_common_multiple(&number("0.25")), number("0.5"));
        assert_eq!(number("6").least_common_multiple(&number("4")), number("12"));
        assert!(number("0.3").is_multiple_of(&number("0.1")));
    }
}
