//! Numbers in words: ranges of values, lengths and counts.

use std::fmt::Write as _;

use tidings_catalog::SchemaRef;
use tidings_json::{Decimal, Value};

/// The words for a number of a type (`integer` or `number`): `integer from 1 to 400`, `number > 0, multiple of 0.5`.
pub(super) fn number(parts: &[SchemaRef<'_>], type_name: &str) -> String {
    let at_least = strictest(parts, "minimum", f64::max);
    let above = strictest(parts, "exclusiveMinimum", f64::max);
    let at_most = strictest(parts, "maximum", f64::min);
    let below = strictest(parts, "exclusiveMaximum", f64::min);
    let mut text = type_name.to_owned();
    match (at_least, above, at_most, below) {
        (Some(min), None, Some(max), None) => {
            let _ = write!(text, " from {min} to {max}");
        }
        (at_least, above, at_most, below) => {
            let limits = [(">", above), ("≥", at_least), ("<", below), ("≤", at_most)];
            let limits: Vec<String> = limits
                .into_iter()
                .filter_map(|(sign, limit)| limit.map(|limit| format!("{sign} {limit}")))
                .collect();
            if !limits.is_empty() {
                let _ = write!(text, " {}", limits.join(" and "));
            }
        }
    }
    for factor in parts.iter().filter_map(|part| part.keyword("multipleOf")?.as_number()) {
        let _ = write!(text, ", a multiple of {factor}");
    }
    text
}

/// The words for a number of things between two limits, after `before`: `1–200 characters`, `at most 10 objects`. Empty
/// if there is no limit.
pub(super) fn range(parts: &[SchemaRef<'_>], min: &str, max: &str, before: &str, noun: &str) -> String {
    let limits = |keyword: &str| -> Vec<i64> {
        let limit = |part: &SchemaRef<'_>| Decimal::parse(part.keyword(keyword)?.as_number()?)?.to_i64();
        parts.iter().filter_map(limit).collect()
    };
    let min = limits(min).into_iter().max().filter(|min| *min > 0);
    let max = limits(max).into_iter().min();
    let nouns = |count: i64| plural(noun, count != 1);
    match (min, max) {
        (None, None) => String::new(),
        (Some(min), None) => format!("{before}at least {min} {}", nouns(min)),
        (None, Some(max)) => format!("{before}at most {max} {}", nouns(max)),
        (Some(min), Some(max)) if min == max => format!("{before}exactly {min} {}", nouns(min)),
        (Some(min), Some(max)) => format!("{before}{min}–{max} {}", nouns(max)),
    }
}

fn plural(noun: &str, many: bool) -> String {
    match noun.strip_suffix('y') {
        _ if !many => noun.to_owned(),
        Some(stem) => format!("{stem}ies"),
        None => format!("{noun}s"),
    }
}

/// The limit that leaves the least, as it is written.
fn strictest<'c>(parts: &[SchemaRef<'c>], keyword: &str, stricter: fn(f64, f64) -> f64) -> Option<&'c str> {
    let limits = parts.iter().filter_map(|part| part.keyword(keyword).and_then(Value::as_number));
    limits.reduce(|a, b| match (a.parse::<f64>(), b.parse::<f64>()) {
        (Ok(x), Ok(y)) if stricter(x, y).total_cmp(&x).is_ne() => b,
        _ => a,
    })
}
