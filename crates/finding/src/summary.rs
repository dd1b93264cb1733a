//! What a run comes to.

use std::collections::BTreeMap;

/// The totals of one run. Renderers show it last.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Summary {
    /// Events looked at, also those that could not be parsed.
    pub events: u64,
    /// Events without an error (they may have warnings).
    pub valid: u64,
    /// Events with at least one error.
    pub invalid: u64,
    /// How many sources were read.
    pub sources: u64,
    /// How many findings each rule has, by rule id. Counts all, also those that a limit kept from being shown.
    pub findings: BTreeMap<&'static str, u64>,
    /// How many of the findings are errors.
    pub errors: u64,
    /// How many of the findings are warnings.
    pub warnings: u64,
    /// Findings that were counted but not shown, because of a limit.
    pub not_shown: u64,
    /// Bytes read, after decompression.
    pub bytes: u64,
    /// Wall-clock time, in seconds.
    pub seconds: f64,
    /// Whether some of the input could not be read, so that the totals are not the whole truth.
    pub incomplete: bool,
}
