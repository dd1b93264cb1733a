//! Faults in sample streams, with the truth about them: every finding that a fault leads to, told by who made it.
//!
//! ```text
//! Faults (what was asked for) ─→ Planter ─┬→ Run::plant: faults of the stream ──┬→ Line: an event, what is wrong with it
//!                                         └→ Breaker: faults of one event ─────┘
//! ```
//!
//! An event with an error of its own is one more in the stream, so that nothing follows from it. What a stream survives (a
//! warning, an unknown field) is in an event that counts. Of an aggregate whose creating event was lost every event is
//! wrong from then on, and every reference to it.

mod content;
mod schema;
mod verdict;

use std::collections::BTreeSet;
use std::str::FromStr;
use std::sync::Arc;

use tidings_catalog::Catalog;
use tidings_engine::Engine;
use tidings_json::{Pointer, Value};

use super::error::Error;
use super::random::Random;
use super::rules::Rules;
use super::run::{Delivered, Ground, Manifest, Run};
use super::{WHOLE, json, share, shuffle};
use content::Breaker;
use verdict::Patterns;

/// The rules that a stream can be made to break: all of them but `envelope/no-event`, which is about wrappers.
pub const PLANTABLE: &[&str] = &[
    "dedupe/event-id-conflict",
    "dedupe/logical-duplicate",
    "envelope/aggregate-mismatch",
    "envelope/unknown-event",
    "envelope/version-newer",
    "json/byte-order-mark",
    "json/duplicate-key",
    "json/invalid-utf8",
    "json/syntax",
    "json/too-deep",
    "json/too-large",
    "json/trailing-data",
    "lifecycle/already-exists",
    "lifecycle/identity-taken",
    "lifecycle/membership",
    "lifecycle/transition",
    "lifecycle/unknown-aggregate",
    "order/time-regression",
    "order/ulid-time-skew",
    "privacy/suspected-personal-data",
    "privacy/suspected-secret",
    "reference/missing",
    "reference/not-live",
    "reference/other-scope",
    "schema/additional-items",
    "schema/additional-properties",
    "schema/any-of",
    "schema/const",
    "schema/contains",
    "schema/content-encoding",
    "schema/content-media-type",
    "schema/dependencies",
    "schema/enum",
    "schema/exclusive-maximum",
    "schema/exclusive-minimum",
    "schema/false-schema",
    "schema/format",
    "schema/max-items",
    "schema/max-length",
    "schema/max-properties",
    "schema/maximum",
    "schema/min-items",
    "schema/min-length",
    "schema/min-properties",
    "schema/minimum",
    "schema/multiple-of",
    "schema/not",
    "schema/one-of",
    "schema/pattern",
    "schema/property-names",
    "schema/required",
    "schema/type",
    "schema/unique-items",
    "schema/unknown-field",
];

/// Which share of the lines breaks a rule where nothing else is said.
const SHARE: f64 = 0.01;

/// Which share of the lines breaks some rule where all are asked for and nothing else is said.
const SHARE_OF_ALL: f64 = 0.1;

/// A fault of each kind comes within so many lines.
const SOON: u64 = 200;

/// After a fault could not be planted, so many lines pass till it is tried again, at most.
const MAX_WAIT: u64 = 256;

/// Lines of the largest kind of fault come so much more seldom than others.
const LARGE: u32 = 64;

/// One thing that is wrong with an event.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// The id of the rule that it breaks.
    pub rule: &'static str,
    /// The place in the event, as a JSON Pointer, if it has one.
    pub pointer: Option<String>,
}

/// Which faults a stream is to have.
///
/// Written as rules with the share of the lines that break each, 0.01 where none is said: `schema/pattern`,
/// `lifecycle/transition=0.05,json/syntax`. `all` is every rule in [`PLANTABLE`], with one share, 0.1 where none is said,
/// for all of them together.
#[derive(Clone, Debug, Default)]
pub struct Faults(Vec<(&'static str, f64)>);

impl Faults {
    /// Whether there are to be none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromStr for Faults {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut faults: Vec<(&'static str, f64)> = Vec::new();
        for part in text.split(',').map(str::trim) {
            let (name, said) = match part.split_once('=') {
                Some((name, said)) => (name, Some(said)),
                None => (part, None),
            };
            let said: Option<f64> = match said.map(str::parse) {
                Some(Ok(said)) if (0.0..=1.0).contains(&said) => Some(said),
                Some(_) => return Err(format!("the share of `{name}` must be a number from 0 to 1")),
                None => None,
            };
            if name == "all" {
                let each =
                    said.unwrap_or(SHARE_OF_ALL) / f64::from(u32::try_from(PLANTABLE.len()).unwrap_or(1));
                faults.extend(PLANTABLE.iter().map(|rule| (*rule, each)));
            } else {
                let rule = PLANTABLE.iter().find(|rule| **rule == name);
                let rule = rule
                    .ok_or_else(|| format!("no fault breaks a rule `{name}`; `tidings rules` lists them"))?;
                faults.retain(|(known, _)| known != rule);
                faults.push((rule, said.unwrap_or(SHARE)));
            }
        }
        if faults.iter().map(|(_, share)| share).sum::<f64>() > 1.0 {
            return Err("the shares add up to more than 1".to_owned());
        }
        Ok(Self(faults))
    }
}

/// One line of a stream.
#[derive(Debug, Default)]
pub(super) struct Line {
    pub(super) bytes: Vec<u8>,
    pub(super) found: Vec<Fault>,
    /// What it is about; lines that share none may change places.
    pub(super) touches: Vec<u64>,
    /// The event type, if it is an event without a fault.
    pub(super) clean: Option<usize>,
}

/// What came of planting a fault.
enum Planted {
    In(Line),
    /// An event was lost, so there is no line.
    Silently,
    NotNow,
}

/// One kind of fault while the stream is made.
#[derive(Debug)]
struct Planting {
    rule: &'static str,
    /// In millionths.
    share: u32,
    /// The line by which the first is due.
    first: u64,
    /// How many are due.
    due: u64,
    planted: u64,
    /// Not tried again before this line; each time it can't be planted, the wait is longer.
    not_before: u64,
    wait: u64,
}

/// Makes the lines of a stream that has faults, or whose truth matters.
#[derive(Debug)]
pub(super) struct Planter {
    catalog: Arc<Catalog>,
    manifest: Manifest,
    delivered: Delivered,
    plantings: Vec<Planting>,
    /// By event type: the places whose values the stream decides.
    slots: Vec<Vec<Pointer>>,
    /// By event type: the keywords that its schemas have.
    keywords: Vec<BTreeSet<String>>,
    patterns: Patterns,
    random: Random,
    shuffle: bool,
    lines: u64,
}

impl Planter {
    pub(super) fn new(
        catalog: &Arc<Catalog>,
        rules: &Rules,
        engine: &Engine,
        faults: &Faults,
        seed: u64,
        shuffle: bool,
    ) -> Self {
        let mut random = Random::new(seed, 3);
        let plantings = faults.0.iter().map(|(rule, asked)| {
            let share = share(*asked) / if *rule == "json/too-large" { LARGE } else { 1 };
            let first = random.below(SOON);
            Planting { rule, share, first, due: 0, planted: 0, not_before: 0, wait: 1 }
        });
        Self {
            catalog: Arc::clone(catalog),
            manifest: Manifest::new(catalog, engine),
            delivered: Delivered::default(),
            plantings: plantings.collect(),
            slots: rules
                .types
                .iter()
                .map(|event_type| event_type.slots.iter().map(|slot| slot.pointer.clone()).collect())
                .collect(),
            keywords: catalog
                .event_types
                .values()
                .map(|event_type| schema::keywords(catalog.schema(event_type)))
                .collect(),
            patterns: Patterns::default(),
            random,
            shuffle,
            lines: 0,
        }
    }

    /// The rules that no event of the stream broke, though it was asked for.
    pub(super) fn unplanted(&self) -> Vec<&'static str> {
        self.plantings
            .iter()
            .filter(|planting| planting.planted == 0 && planting.share > 0)
            .map(|planting| planting.rule)
            .collect()
    }

    /// The next line.
    pub(super) fn line(&mut self, run: &mut Run, rules: &Rules, engine: &Engine) -> Result<Line, Error> {
        let now = self.lines;
        self.lines += 1;
        for planting in &mut self.plantings {
            let first = planting.due == 0 && now >= planting.first && planting.share > 0;
            let more = self.random.chance(u64::from(planting.share), u64::from(WHOLE));
            planting.due += u64::from(first || more);
        }
        let ready = |planting: &Planting| planting.due > planting.planted && planting.not_before <= now;
        let mut at: Vec<usize> = (0..self.plantings.len()).filter(|at| ready(&self.plantings[*at])).collect();
        while !at.is_empty() {
            let chosen = at.swap_remove(self.random.index(at.len()));
            let planted = self.plant(run, rules, engine, self.plantings[chosen].rule)?;
            let planting = &mut self.plantings[chosen];
            if matches!(planted, Planted::NotNow) {
                planting.not_before = now + planting.wait;
                planting.wait = (planting.wait * 2).min(MAX_WAIT);
                continue;
            }
            planting.planted += 1;
            planting.wait = 1;
            if let Planted::In(line) = planted {
                return Ok(line);
            }
        }
        let mut ground = Ground { rules, engine, manifest: &self.manifest, delivered: &mut self.delivered };
        let made = run.step_with_truth(&mut ground)?;
        let clean = made.found.is_empty().then_some(made.event);
        let bytes = self.written(run.text());
        Ok(Line { bytes, found: made.found, touches: made.touches, clean })
    }

    /// Plants a fault.
    fn plant(
        &mut self,
        run: &mut Run,
        rules: &Rules,
        engine: &Engine,
        rule: &'static str,
    ) -> Result<Planted, Error> {
        match rule.split_once('/').map_or("", |(group, _)| group) {
            "dedupe" | "lifecycle" | "order" | "reference" => {
                let mut ground =
                    Ground { rules, engine, manifest: &self.manifest, delivered: &mut self.delivered };
                let Some(made) = run.plant(&mut ground, rule)? else { return Ok(Planted::NotNow) };
                if made.lost {
                    return Ok(Planted::Silently);
                }
                let bytes = self.written(run.text());
                Ok(Planted::In(Line { bytes, found: made.found, touches: made.touches, clean: None }))
            }
            _ => Ok(self.spoil(run, rules, engine, rule)?.map_or(Planted::NotNow, Planted::In)),
        }
    }

    /// An event with a fault of its own.
    fn spoil(
        &mut self,
        run: &mut Run,
        rules: &Rules,
        engine: &Engine,
        rule: &'static str,
    ) -> Result<Option<Line>, Error> {
        let counts = rule == "envelope/version-newer"
            || rule == "schema/unknown-field"
            || rule.starts_with("privacy/");
        let count = rules.types.len();
        let start = self.random.index(count);
        let keyword = Some(schema::keyword(rule)).filter(|_| rule.starts_with("schema/") && !counts);
        for event in (start..count).chain(0..start) {
            if keyword.as_ref().is_some_and(|keyword| !self.keywords[event].contains(keyword)) {
                continue;
            }
            let mut ground =
                Ground { rules, engine, manifest: &self.manifest, delivered: &mut self.delivered };
            let sound = if counts {
                let Some(sound) = run.sound(&ground, event)? else { continue };
                Some(sound)
            } else if run.loose(rules, engine, event) {
                None
            } else {
                continue;
            };
            let Some(mut value) = json::value(run.text()).map(Value::into_owned) else { continue };
            if self.shuffle {
                shuffle(&mut value, &mut self.random);
            }
            let Some(event_type) = self.catalog.event_types.get_index(event).map(|(_, found)| found) else {
                continue;
            };
            let mut breaker = Breaker {
                catalog: &self.catalog,
                event_type,
                slots: &self.slots[event],
                patterns: &self.patterns,
                random: &mut self.random,
            };
            let Some(broken) = breaker.broken(rule, &value) else { continue };
            let mut line =
                Line { bytes: broken.bytes, found: broken.found, touches: Vec::new(), clean: None };
            if let Some(sound) = sound {
                let made = run.finish(&mut ground, &sound);
                line.found.extend(made.found);
                line.touches = made.touches;
            }
            return Ok(Some(line));
        }
        Ok(None)
    }

    /// An event as it is delivered.
    fn written(&mut self, text: &str) -> Vec<u8> {
        if !self.shuffle {
            return text.as_bytes().to_vec();
        }
        let Some(mut value) = json::value(text) else { return text.as_bytes().to_vec() };
        shuffle(&mut value, &mut self.random);
        json::text(&value).into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_to_break_are_read_with_their_shares() {
        let faults: Faults = "schema/pattern, json/syntax=0.5".parse().expect("faults");
        assert_eq!(faults.0, [("schema/pattern", 0.01), ("json/syntax", 0.5)]);
        let all: Faults = "all=0.5,json/syntax=0".parse().expect("faults");
        assert_eq!(all.0.len(), PLANTABLE.len());
        for wrong in ["", "schema", "json/syntax=2", "json/syntax=x", "json/syntax=0.6,schema/type=0.6"] {
            assert!(wrong.parse::<Faults>().is_err(), "{wrong}");
        }
    }
}
