//! Numbers: what a schema says about one, exactly and in decimals, becomes a range of multiples to choose from.

use super::random::Random;

/// A decimal number: `mantissa × 10^-scale`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fixed {
    mantissa: i128,
    scale: u32,
}

/// Decimals with more places or more digits than these are not read.
const MAX_SCALE: u32 = 15;
const MAX_MANTISSA: i128 = 1_000_000_000_000_000_000_000;

/// How far numbers spread that have no bound.
const SPREAD: i128 = 100_000;

impl Fixed {
    /// Reads a JSON number; `None` if it is too large or too fine.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (digits, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let exponent: i32 = exponent.strip_prefix('+').unwrap_or(exponent).parse().ok()?;
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let fraction = fraction.trim_end_matches('0');
        let mut mantissa: i128 = format!("{whole}{fraction}").parse().ok()?;
        let mut scale = i32::try_from(fraction.len()).ok()?.checked_sub(exponent)?;
        while scale < 0 && mantissa.abs() < MAX_MANTISSA {
            mantissa *= 10;
            scale += 1;
        }
        while scale > 0 && mantissa % 10 == 0 {
            mantissa /= 10;
            scale -= 1;
        }
        let scale = u32::try_from(scale).ok().filter(|scale| *scale <= MAX_SCALE)?;
        (mantissa.abs() < MAX_MANTISSA).then_some(Self { mantissa, scale })
    }

    /// The mantissa at a scale that is at least its own.
    fn at(self, scale: u32) -> i128 {
        self.mantissa * 10_i128.pow(scale.saturating_sub(self.scale))
    }

    fn write(self, out: &mut String) {
        use std::fmt::Write as _;
        let Self { mut mantissa, mut scale } = self;
        while scale > 0 && mantissa % 10 == 0 {
            mantissa /= 10;
            scale -= 1;
        }
        if mantissa < 0 {
            out.push('-');
        }
        let unit = 10_u128.pow(scale);
        let size = mantissa.unsigned_abs();
        let _ = write!(out, "{}", size / unit);
        if scale > 0 {
            let _ = write!(out, ".{:0places$}", size % unit, places = scale as usize);
        }
    }
}

/// Numbers around a limit, as JSON text: the limit itself, those just beside it, and its half.
pub(crate) fn around(limit: &str) -> Vec<String> {
    let Some(limit) = Fixed::parse(limit) else { return Vec::new() };
    let one = 10_i128.pow(limit.scale);
    let beside = [0, -1, 1, -one, one].map(|step| Fixed { mantissa: limit.mantissa + step, ..limit });
    let half = Fixed { mantissa: limit.mantissa * 5, scale: limit.scale + 1 };
    beside
        .into_iter()
        .chain(Some(half))
        .map(|number| {
            let mut text = String::new();
            number.write(&mut text);
            text
        })
        .collect()
}

/// Which numbers are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Which {
    Any,
    /// Integers.
    Whole,
    /// All but integers.
    Fraction,
}

/// A bound of a range, and whether the bound itself is outside.
type Bound = (Fixed, bool);

/// What schemas say about a number.
#[derive(Clone, Debug, Default)]
pub(crate) struct NumberFacets {
    low: Option<Bound>,
    high: Option<Bound>,
    multiples: Vec<Fixed>,
    /// Something that is said can't be told in these decimals.
    inexact: bool,
}

impl NumberFacets {
    /// Notes what a keyword says. Bounds beyond what is read are as good as none.
    pub(crate) fn add(&mut self, keyword: &str, text: &str) {
        let Some(number) = Fixed::parse(text) else {
            let beyond = match keyword {
                "minimum" | "exclusiveMinimum" => text.starts_with('-'),
                "maximum" | "exclusiveMaximum" => !text.starts_with('-'),
                _ => false,
            };
            self.inexact |= !beyond;
            return;
        };
        match keyword {
            "minimum" => self.raise((number, false)),
            "exclusiveMinimum" => self.raise((number, true)),
            "maximum" => self.lower((number, false)),
            "exclusiveMaximum" => self.lower((number, true)),
            _ if number.mantissa != 0 => self.multiples.push(number),
            _ => self.inexact = true,
        }
    }

    fn raise(&mut self, (bound, open): Bound) {
        let tighter = self.low.is_none_or(|(low, was_open)| {
            let scale = low.scale.max(bound.scale);
            (bound.at(scale), open) > (low.at(scale), was_open)
        });
        if tighter {
            self.low = Some((bound, open));
        }
    }

    fn lower(&mut self, (bound, open): Bound) {
        let tighter = self.high.is_none_or(|(high, was_open)| {
            let scale = high.scale.max(bound.scale);
            (-bound.at(scale), open) > (-high.at(scale), was_open)
        });
        if tighter {
            self.high = Some((bound, open));
        }
    }

    /// Whether a number, as JSON writes it, is allowed.
    pub(crate) fn accepts(&self, text: &str) -> bool {
        let Some(number) = Fixed::parse(text) else { return !self.inexact && self.is_free() };
        let holds = |(bound, open): Bound, sign: i128| {
            let scale = bound.scale.max(number.scale);
            let difference = (number.at(scale) - bound.at(scale)) * sign;
            difference > 0 || (difference == 0 && !open)
        };
        self.low.is_none_or(|low| holds(low, 1))
            && self.high.is_none_or(|high| holds(high, -1))
            && self.multiples.iter().all(|multiple| {
                let scale = multiple.scale.max(number.scale);
                number.at(scale) % multiple.at(scale) == 0
            })
    }

    fn is_free(&self) -> bool {
        self.low.is_none() && self.high.is_none() && self.multiples.is_empty()
    }

    /// The plan for numbers that all of it allows. The error says why there is none.
    pub(crate) fn plan(&self, which: Which) -> Result<NumberPlan, String> {
        if self.inexact {
            return Err(self.none());
        }
        let bounds = [self.low, self.high].into_iter().flatten().map(|(bound, _)| bound.scale);
        let least = bounds.chain(self.multiples.iter().map(|multiple| multiple.scale)).max().unwrap_or(0);
        if which == Which::Whole || !self.multiples.is_empty() {
            return self.plan_at(least, which).ok_or_else(|| self.none());
        }
        // Any fraction will do: two places, or as many more as it takes to find a dozen numbers.
        let scales = [2, 4, 8, MAX_SCALE].into_iter().map(|scale| scale.max(least));
        let plans: Vec<NumberPlan> = scales.filter_map(|scale| self.plan_at(scale, which)).collect();
        let roomy = plans.iter().find(|plan| plan.last - plan.first >= 12).or(plans.last());
        roomy.cloned().ok_or_else(|| self.none())
    }

    fn none(&self) -> String {
        if self.inexact {
            "its bounds are too large or too fine".to_owned()
        } else {
            "no number lies within its bounds".to_owned()
        }
    }

    fn plan_at(&self, scale: u32, which: Which) -> Option<NumberPlan> {
        let whole = (which == Which::Whole).then_some(Fixed { mantissa: 1, scale: 0 });
        let unit = self.multiples.iter().copied().chain(whole).try_fold(1, |unit, multiple| {
            let multiple = multiple.at(scale).abs();
            if multiple == 0 { None } else { lcm(unit, multiple) }
        })?;
        let spread = (SPREAD * 10_i128.pow(scale) / unit).max(16);
        let low = self.low.map(|(bound, open)| {
            let (quotient, rest) = (bound.at(scale).div_euclid(unit), bound.at(scale).rem_euclid(unit));
            if rest > 0 || open { quotient + 1 } else { quotient }
        });
        let high = self.high.map(|(bound, open)| {
            let (quotient, rest) = (bound.at(scale).div_euclid(unit), bound.at(scale).rem_euclid(unit));
            if rest == 0 && open { quotient - 1 } else { quotient }
        });
        let (first, last) = match (low, high) {
            (Some(low), Some(high)) => (low, high),
            (Some(low), None) => (low, low + spread),
            (None, Some(high)) => ((high - spread).max(0).min(high), high),
            (None, None) => (0, spread),
        };
        let plan = NumberPlan { first, last, unit, scale, which };
        let fits = match which {
            Which::Any | Which::Whole => first <= last,
            Which::Fraction => (first..=last).take(12).any(|multiple| !plan.is_whole(multiple)),
        };
        fits.then_some(plan)
    }
}

/// A range of multiples of a unit.
#[derive(Clone, Debug)]
pub(crate) struct NumberPlan {
    first: i128,
    last: i128,
    unit: i128,
    scale: u32,
    which: Which,
}

impl NumberPlan {
    /// Writes one of the numbers. In wide ranges the small ones are the more frequent.
    pub(crate) fn make(&self, random: &mut Random, out: &mut String) {
        let mut multiple = self.draw(random);
        while self.which == Which::Fraction && self.is_whole(multiple) {
            multiple = self.draw(random);
        }
        Fixed { mantissa: multiple * self.unit, scale: self.scale }.write(out);
    }

    fn is_whole(&self, multiple: i128) -> bool {
        (multiple * self.unit) % 10_i128.pow(self.scale) == 0
    }

    fn draw(&self, random: &mut Random) -> i128 {
        let count = (self.last - self.first).unsigned_abs() + 1;
        let bound = if count > 1_000_000 {
            let bits = u64::from(u128::BITS - count.leading_zeros());
            count.min(1 << (random.below(bits) + 1).min(126))
        } else {
            count
        };
        self.first + i128::try_from(random.below_wide(bound)).unwrap_or(0)
    }
}

fn gcd(a: i128, b: i128) -> i128 {
    if b == 0 { a } else { gcd(b, a % b) }
}

fn lcm(a: i128, b: i128) -> Option<i128> {
    (a / gcd(a, b)).checked_mul(b).filter(|multiple| *multiple < MAX_MANTISSA)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facets(said: &[(&str, &str)]) -> NumberFacets {
        let mut facets = NumberFacets::default();
        for (keyword, text) in said {
            facets.add(keyword, text);
        }
        facets
    }

    fn made(facets: &NumberFacets, which: Which) -> Vec<String> {
        let plan = facets.plan(which).expect("there are such numbers");
        let mut random = Random::new(5, 0);
        let mut make = || {
            let mut text = String::new();
            plan.make(&mut random, &mut text);
            text
        };
        (0..500).map(|_| make()).collect()
    }

    #[test]
    fn every_number_made_is_accepted_and_the_bounds_are_reached() {
        for (said, which, few) in [
            (
                &[("minimum", "0"), ("maximum", "0.3"), ("multipleOf", "0.1")][..],
                Which::Any,
                Some("0 0.1 0.2 0.3"),
            ),
            (
                &[("exclusiveMinimum", "0"), ("maximum", "1"), ("multipleOf", "0.25")],
                Which::Any,
                Some("0.25 0.5 0.75 1"),
            ),
            (&[("exclusiveMinimum", "-2"), ("exclusiveMaximum", "2")], Which::Whole, Some("-1 0 1")),
            (&[("minimum", "-1.5"), ("maximum", "1.5")], Which::Whole, Some("-1 0 1")),
            (
                &[("multipleOf", "6"), ("multipleOf", "4"), ("minimum", "1"), ("maximum", "3e1")],
                Which::Whole,
                Some("12 24"),
            ),
            (&[("multipleOf", "0.5"), ("minimum", "1"), ("maximum", "2")], Which::Whole, Some("1 2")),
            (&[("minimum", "1"), ("maximum", "9007199254740991")], Which::Whole, None),
            (&[("exclusiveMinimum", "0.001"), ("exclusiveMaximum", "0.0011")], Which::Any, None),
            (&[("minimum", "-90"), ("maximum", "90")], Which::Any, None),
            (&[("maximum", "-1e300")], Which::Any, Some("")),
            (&[("maximum", "1e300")], Which::Any, None),
            (&[], Which::Any, None),
            (
                &[("minimum", "0"), ("maximum", "1"), ("multipleOf", "0.25")],
                Which::Fraction,
                Some("0.25 0.5 0.75"),
            ),
            (&[("minimum", "0"), ("multipleOf", "2")], Which::Fraction, Some("")),
        ] {
            let facets = facets(said);
            if few == Some("") {
                assert!(facets.plan(which).is_err(), "{said:?}");
                continue;
            }
            let made = made(&facets, which);
            for number in &made {
                assert!(facets.accepts(number), "{number} by {said:?}");
                assert!(which != Which::Whole || !number.contains('.'), "{number} by {said:?}");
            }
            if let Some(few) = few {
                let mut made = made;
                made.sort_by(|a, b| a.parse::<f64>().unwrap().total_cmp(&b.parse().unwrap()));
                made.dedup();
                assert_eq!(made.join(" "), few, "{said:?}");
            }
        }
    }

    #[test]
    fn what_no_number_can_be_is_an_error() {
        assert!(facets(&[("minimum", "2"), ("maximum", "1")]).plan(Which::Whole).is_err());
        assert!(facets(&[("exclusiveMinimum", "1"), ("exclusiveMaximum", "2")]).plan(Which::Whole).is_err());
        assert!(facets(&[("exclusiveMinimum", "1"), ("exclusiveMaximum", "2")]).plan(Which::Any).is_ok());
        assert!(facets(&[("multipleOf", "7"), ("minimum", "1"), ("maximum", "6")]).plan(Which::Any).is_err());
    }

    #[test]
    fn a_number_is_accepted_by_its_value_however_it_is_written() {
        let facets = facets(&[("minimum", "1"), ("maximum", "10"), ("multipleOf", "0.5")]);
        for (number, accepted) in [
            ("1", true),
            ("1.0", true),
            ("10e-1", true),
            ("1e1", true),
            ("2.25", false),
            ("0.5", false),
            ("10.5", false),
        ] {
            assert_eq!(facets.accepts(number), accepted, "{number}");
        }
    }
}
