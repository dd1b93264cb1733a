//! What a run comes to.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use crate::{Finding, Severity};

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
    /// Findings that a baseline knows; they count nowhere else.
    pub known: u64,
    /// Findings that a catalog's waivers are for; they count nowhere else.
    pub waived: u64,
    /// Bytes read, after decompression.
    pub bytes: u64,
    /// Wall-clock time, in seconds.
    pub seconds: f64,
    /// Whether some of the input could not be read, so that the totals are not the whole truth.
    pub incomplete: bool,
    /// What an audit of the whole stream adds; `None` where events were checked one by one.
    pub stream: Option<StreamTotals>,
    /// What comparisons of catalogs came to; `None` where none were made.
    pub compared: Option<Compared>,
}

/// How many comparisons of catalogs came to what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Compared {
    /// Proven to break nothing.
    pub compatible: u64,
    /// Proven to break something.
    pub breaking: u64,
    /// Neither.
    pub unproven: u64,
}

impl Summary {
    /// Adds one event (or something around events, which is none) with all its findings.
    pub fn count(&mut self, is_event: bool, findings: &[Finding]) {
        let mut invalid = false;
        for finding in findings {
            *self.findings.entry(finding.rule.id).or_default() += 1;
            match finding.severity() {
                Severity::Error => {
                    self.errors += 1;
                    invalid = true;
                }
                Severity::Warning => self.warnings += 1,
            }
        }
        if is_event {
            self.events += 1;
            self.invalid += u64::from(invalid);
            self.valid += u64::from(!invalid);
        }
    }

    /// Counts events of which there is nothing to say.
    pub fn count_silent(&mut self, events: u64) {
        self.events += events;
        self.valid += events;
    }
}

/// What an audit of a whole stream comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct StreamTotals {
    /// Events that came again under their id with the same value.
    pub redelivered: u64,
    /// Aggregates that were taken to have been there before the stream.
    pub adopted: u64,
    /// The aggregate types, in the manifest's order.
    pub aggregates: Vec<AggregateTotals>,
}

/// What an audit says about one aggregate type.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct AggregateTotals {
    /// Its name.
    pub name: String,
    /// How many aggregates the stream left in each state, in the manifest's order.
    #[serde(serialize_with = "as_map")]
    pub states: Vec<(String, u64)>,
    /// How many aggregates may be in more than one state, since they were there before the stream.
    pub unsure: u64,
    /// Each transition and how often it was applied.
    pub transitions: Vec<TransitionTotals>,
}

/// How often one transition was applied.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct TransitionTotals {
    /// The event type.
    pub event: String,
    /// The state before; `None` for an event that creates the aggregate.
    pub from: Option<String>,
    /// The state after.
    pub to: String,
    /// How often.
    pub count: u64,
}

/// The states as an object, in their order.
fn as_map<S: Serializer>(states: &[(String, u64)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(states.iter().map(|(name, count)| (name, count)))
}
