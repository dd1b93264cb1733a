//! Sample streams: events that a catalog's own rules allow, as many as are asked for.
//!
//! ```text
//! Catalog ─→ rules (lifecycles, references) + plan (schemas turned round) ─→ trial by the engine
//!   seed ─→ chance ─→ action ─→ event ─→ event …
//! ```
//!
//! In go a catalog, a number and a seed; out comes one event after another as compact JSON text, members in the schemas'
//! order. Every event is valid in the closed view, without even a warning, and the stream as a whole keeps to the
//! manifest: transitions, references, scopes, identities, members. Every event type occurs early. The same catalog, number
//! and seed give the same bytes on every machine. What stands in the events is reserved for examples or taken from the
//! schemas' `examples`.
//!
//! Nothing grows with the stream but what may not be taken twice: eight bytes for each id where the schemas leave ids
//! little room, and for each identity of an aggregate that is forgotten before its end.
//!
//! ```
//! use std::sync::Arc;
//! use tidings_catalog::Catalog;
//! use tidings_emit::sample::{Options, Sampler};
//!
//! let catalog = Arc::new(Catalog::messaging()?);
//! let options = Options { events: 100, seed: 7, redelivered: 0.05, ..Options::default() };
//! let stream = Sampler::new(&catalog, &options)?;
//! let events: Vec<Vec<u8>> = stream.collect::<Result<_, _>>()?;
//! assert_eq!(events.len(), 100);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod error;
mod faults;
mod ids;
mod json;
mod late;
mod make;
mod number;
mod plan;
mod random;
mod rules;
mod run;
mod text;
mod time;
mod world;

use std::collections::VecDeque;
use std::sync::Arc;

use tidings_catalog::Catalog;
use tidings_engine::Engine;
use tidings_json::{Kind as JsonKind, Value};

pub use error::Error;
pub use faults::{Fault, Faults, PLANTABLE};

use error::Kind;
use faults::{Line, Planter};
use late::Late;
use random::Random;
use rules::{Role, Rules};
use run::Run;

/// How many of the latest events may be delivered again.
const RECENT: usize = 256;

/// Shares are counted in millionths.
const WHOLE: u32 = 1_000_000;

/// What a sample stream is to be like.
#[derive(Clone, Debug)]
pub struct Options {
    /// How many events, redelivered ones included.
    pub events: u64,
    /// The seed of all chance.
    pub seed: u64,
    /// Which share of the events, from 0 to 1, are earlier ones delivered again, byte for byte.
    pub redelivered: f64,
    /// What is to be wrong with it.
    pub faults: Faults,
    /// Whether the members of each object come in any order.
    pub shuffle_keys: bool,
    /// Which share of the events, from 0 to 1, is delivered after others that came later. Events that have to do with each
    /// other (one aggregate, what it refers to) stay in their order.
    pub late: f64,
}

impl Default for Options {
    /// A thousand events, none of them twice, nothing wrong with any.
    fn default() -> Self {
        Self {
            events: 1000,
            seed: 0,
            redelivered: 0.0,
            faults: Faults::default(),
            shuffle_keys: false,
            late: 0.0,
        }
    }
}

/// A sample stream.
///
/// It is an iterator; [`Sampler::next_event`] gives the same events without a copy of each.
#[derive(Debug)]
pub struct Sampler {
    rules: Rules,
    engine: Engine,
    run: Run,
    left: u64,
    /// In millionths.
    redelivered: u32,
    /// Decides about redelivery, so that the events themselves are the same with and without it.
    random: Random,
    /// The latest events that may be delivered again, in no particular order, with what they are about.
    recent: Vec<(Vec<u8>, Vec<u64>)>,
    /// By event type: whether its events have an id.
    with_id: Vec<bool>,
    /// There if anything is asked for besides clean events in order.
    planter: Option<Planter>,
    late: Option<Late>,
    /// What is made and not delivered yet.
    ready: VecDeque<Line>,
    /// What was delivered last.
    line: Line,
    failed: bool,
}

impl Sampler {
    /// Compiles a catalog for sampling and tries every event type.
    ///
    /// # Errors
    /// If the engine can't compile the catalog, if nothing is found that an event type's schema and lifecycle allow, or if
    /// redelivery is asked for and no event has an id.
    pub fn new(catalog: &Arc<Catalog>, options: &Options) -> Result<Self, Error> {
        for share in [options.redelivered, options.late] {
            if !(0.0..=1.0).contains(&share) {
                return Err(Kind::Share(share).into());
            }
        }
        let engine =
            Engine::new(Arc::clone(catalog), tidings_engine::Options::default()).map_err(Kind::Catalog)?;
        let rules = Rules::compile(catalog)?;
        let with_id: Vec<bool> = rules
            .types
            .iter()
            .map(|event_type| event_type.slot(|slot| slot.is(Role::EventId)).is_some())
            .collect();
        let redelivered = share(options.redelivered);
        if redelivered > 0 && !with_id.contains(&true) {
            return Err(Kind::NothingToRedeliver.into());
        }
        let doubtful = run::trial(&rules, &engine, options.seed)?;
        let mut run = Run::new(&rules, Random::new(options.seed, 0), doubtful);
        let late = share(options.late);
        let plain = options.faults.is_empty() && !options.shuffle_keys && late == 0;
        let planter = (!plain).then(|| {
            run.expect_faults();
            Planter::new(catalog, &rules, &engine, &options.faults, options.seed, options.shuffle_keys)
        });
        Ok(Self {
            rules,
            engine,
            run,
            left: options.events,
            redelivered,
            random: Random::new(options.seed, 2),
            recent: Vec::new(),
            with_id,
            planter,
            late: (late > 0).then(|| Late::new(late, options.seed)),
            ready: VecDeque::new(),
            line: Line::default(),
            failed: false,
        })
    }

    /// The next event as JSON text (compact and valid, but for the faults that were asked for) without a line break, if
    /// there is one more.
    ///
    /// # Errors
    /// If nothing can happen any more, since the schemas allow too few ids or identities for so long a stream.
    pub fn next_event(&mut self) -> Result<Option<&[u8]>, Error> {
        while self.ready.is_empty() && self.left > 0 && !self.failed {
            self.left -= 1;
            let line = match self.make() {
                Ok(line) => line,
                Err(error) => {
                    self.failed = true;
                    return Err(error);
                }
            };
            match &mut self.late {
                Some(late) => late.take(line, &mut self.ready),
                None => self.ready.push_back(line),
            }
        }
        if self.ready.is_empty()
            && let Some(late) = &mut self.late
        {
            late.end(&mut self.ready);
        }
        let Some(line) = self.ready.pop_front() else { return Ok(None) };
        self.line = line;
        Ok(Some(&self.line.bytes))
    }

    /// What is wrong with the event that was delivered last, if the stream is read from its beginning in the order of
    /// delivery by an audit with its default options.
    pub fn truth(&self) -> &[Fault] {
        &self.line.found
    }

    /// The rules that were to be broken, and that no event so far breaks: the catalog may have nothing to break them with.
    pub fn unplanted(&self) -> Vec<&'static str> {
        self.planter.as_ref().map(Planter::unplanted).unwrap_or_default()
    }

    /// The next line in the order in which events happen.
    fn make(&mut self) -> Result<Line, Error> {
        if self.redelivered > 0
            && !self.recent.is_empty()
            && self.random.chance(u64::from(self.redelivered), u64::from(WHOLE))
        {
            let again = self.random.index(self.recent.len());
            let (bytes, touches) = self.recent[again].clone();
            return Ok(Line { bytes, touches, found: Vec::new(), clean: None });
        }
        let line = if let Some(planter) = &mut self.planter {
            planter.line(&mut self.run, &self.rules, &self.engine)?
        } else {
            let event = self.run.step(&self.rules, &self.engine)?;
            // The buffer of the last line is used again.
            let mut bytes = std::mem::take(&mut self.line.bytes);
            bytes.clear();
            bytes.extend_from_slice(self.run.text().as_bytes());
            Line { bytes, clean: Some(event), ..Line::default() }
        };
        if self.redelivered > 0 && line.clean.is_some_and(|event| self.with_id[event]) {
            let kept = (line.bytes.clone(), line.touches.clone());
            if self.recent.len() < RECENT {
                self.recent.push(kept);
            } else {
                let oldest = self.random.index(RECENT);
                self.recent[oldest] = kept;
            }
        }
        Ok(line)
    }
}

impl Iterator for Sampler {
    type Item = Result<Vec<u8>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_event().map(|event| event.map(<[u8]>::to_vec)).transpose()
    }
}

/// A share in millionths.
fn share(share: f64) -> u32 {
    // Found by halving, since there is no exact conversion; the comparisons are the same on every machine.
    let (mut low, mut high) = (0, WHOLE);
    while low < high {
        let middle = u32::midpoint(low, high);
        if f64::from(middle) < share * f64::from(WHOLE) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}

/// Puts the members of each object of a value into any order.
fn shuffle(value: &mut Value<'_>, random: &mut Random) {
    match &mut value.kind {
        JsonKind::Object(members) => {
            for at in (1..members.len()).rev() {
                let other = random.index(at + 1);
                members.swap(at, other);
            }
            for member in members {
                shuffle(&mut member.value, random);
            }
        }
        JsonKind::Array(items) => items.iter_mut().for_each(|item| shuffle(item, random)),
        _ => {}
    }
}
