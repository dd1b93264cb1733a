//! Numbers between bounds, on and off grids.

use std::collections::HashSet;

use num_bigint::BigInt;

use super::{Found, Search};
use crate::formula::{Statement, Term};
use crate::json::Json;
use crate::number::Number;

/// How many multiples are looked at.
const TRIES: usize = 10_000;

/// Where a number may be.
#[derive(Debug, Default)]
struct Range {
    /// The lower bound, and whether the number must be above it.
    low: Option<(Number, bool)>,
    high: Option<(Number, bool)>,
    /// It must be a multiple of this.
    step: Option<Number>,
    /// It must be a multiple of none of these.
    off: Vec<Number>,
}

impl Range {
    fn at_least(&mut self, bound: Number, strict: bool) {
        let bound = (bound, strict);
        if self.low.as_ref().is_none_or(|low| *low < bound) {
            self.low = Some(bound);
        }
    }

    fn at_most(&mut self, bound: Number, strict: bool) {
        let tighter = |high: &(Number, bool)| bound < high.0 || (bound == high.0 && strict);
        if self.high.as_ref().is_none_or(tighter) {
            self.high = Some((bound, strict));
        }
    }

    fn contains(&self, number: &Number) -> bool {
        self.low.as_ref().is_none_or(|(low, strict)| if *strict { number > low } else { number >= low })
            && self
                .high
                .as_ref()
                .is_none_or(|(high, strict)| if *strict { number < high } else { number <= high })
            && self.step.as_ref().is_none_or(|step| number.is_multiple_of(step))
            && !self.off.iter().any(|step| number.is_multiple_of(step))
    }

    fn is_empty(&self) -> bool {
        let crossed = match (&self.low, &self.high) {
            (Some((low, above)), Some((high, below))) => low > high || (low == high && (*above || *below)),
            _ => false,
        };
        crossed || self.step.as_ref().is_some_and(|step| self.off.iter().any(|off| step.is_multiple_of(off)))
    }
}

impl Search<'_> {
    pub(super) fn number(&mut self, said: &[Term], except: &HashSet<Json>, near: Option<&Json>) -> Found {
        let mut range = Range::default();
        for term in said {
            match (self.formulas.statement(*term), term.is_negated()) {
                (Statement::AtLeast { bound, strict }, false) => range.at_least(bound.clone(), *strict),
                (Statement::AtLeast { bound, strict }, true) => range.at_most(bound.clone(), !*strict),
                (Statement::AtMost { bound, strict }, false) => range.at_most(bound.clone(), *strict),
                (Statement::AtMost { bound, strict }, true) => range.at_least(bound.clone(), !*strict),
                (Statement::MultipleOf(step), false) => {
                    range.step = Some(match &range.step {
                        Some(known) => known.least_common_multiple(step),
                        None => step.clone(),
                    });
                }
                (Statement::MultipleOf(step), true) => range.off.push(step.clone()),
                _ => {}
            }
        }
        if range.is_empty() {
            return Found::None;
        }
        let near = if let Some(Json::Number(near)) = near { Some(near) } else { None };
        let is_good =
            |number: &Number| range.contains(number) && !except.contains(&Json::Number(number.clone()));
        let candidates = match &range.step {
            Some(step) => multiples(&range, step, near),
            None => between(&range, near),
        };
        let tried = candidates.len();
        self.steps = self.steps.saturating_sub(tried as u64 / 8);
        match candidates.into_iter().find(is_good) {
            Some(number) => Found::Value(Json::Number(number)),
            // All that there are were tried: so many multiples, or one point.
            None if tried < TRIES && (range.step.is_some() || tried == 1) => Found::None,
            None => Found::Unknown("`multipleOf` leaves too many numbers to try".into()),
        }
    }
}

/// The multiples of a step in a range, those first that are nearest; all of them, if they are fewer than `TRIES`.
fn multiples(range: &Range, step: &Number, near: Option<&Number>) -> Vec<Number> {
    let zero = Number::from_integer(0);
    let lowest: Option<BigInt> = range.low.as_ref().map(|(low, _)| low.steps_below(step));
    let highest: Option<BigInt> = range.high.as_ref().map(|(high, _)| high.steps_below(step) + 1);
    let mut middle = near.unwrap_or(&zero).steps_below(step);
    if let Some(lowest) = &lowest {
        middle = middle.max(lowest.clone());
    }
    if let Some(highest) = &highest {
        middle = middle.min(highest.clone());
    }
    let mut found = vec![step.times(&middle)];
    let (mut down, mut up) = (middle.clone(), middle);
    while found.len() < TRIES {
        let before = found.len();
        if highest.as_ref().is_none_or(|highest| up < *highest) {
            up += 1;
            found.push(step.times(&up));
        }
        if lowest.as_ref().is_none_or(|lowest| down > *lowest) {
            down -= 1;
            found.push(step.times(&down));
        }
        if found.len() == before {
            break;
        }
    }
    found
}

/// Numbers in a range without a grid, the likely ones first.
fn between(range: &Range, near: Option<&Number>) -> Vec<Number> {
    let one = Number::one();
    let (low, high) = (range.low.as_ref().map(|low| &low.0), range.high.as_ref().map(|high| &high.0));
    if low.is_some() && low == high {
        return low.into_iter().cloned().collect();
    }
    let mut found: Vec<Number> = near.into_iter().cloned().collect();
    if let Some(low) = low {
        found.extend([low.clone(), low.plus(&one)]);
    }
    if let Some(high) = high {
        found.extend([high.clone(), high.minus(&one)]);
    }
    found.extend([0, 1, -1, 2].map(Number::from_integer));
    // Points that lie ever closer together: multiples of a step are thin among them.
    let start = low.cloned().or_else(|| high.map(|high| high.minus(&one))).unwrap_or(Number::from_integer(0));
    let width = match (low, high) {
        (Some(low), Some(high)) => high.minus(low),
        _ => one,
    };
    let mut part = width;
    for level in 1..=10_u32 {
        part = part.half();
        found.extend((1..1_i64 << level).step_by(2).map(|at| start.plus(&part.times(&BigInt::from(at)))));
    }
    found
}
