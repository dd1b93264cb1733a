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
//! let stream = Sampler::new(&catalog, Options { events: 100, seed: 7, redelivered: 0.05 })?;
//! let events: Vec<Vec<u8>> = stream.collect::<Result<_, _>>()?;
//! assert_eq!(events.len(), 100);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod error;
mod ids;
mod json;
mod make;
mod number;
mod plan;
mod random;
mod rules;
mod run;
mod text;
mod time;
mod world;

use std::sync::Arc;

use tidings_catalog::Catalog;
use tidings_engine::Engine;

pub use error::Error;

use error::Kind;
use random::Random;
use rules::{Role, Rules};
use run::Run;

/// How many of the latest events may be delivered again.
const RECENT: usize = 256;

/// Shares are counted in millionths.
const WHOLE: u32 = 1_000_000;

/// What a sample stream is to be like.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// How many events, redelivered ones included.
    pub events: u64,
    /// The seed of all chance.
    pub seed: u64,
    /// Which share of the events, from 0 to 1, are earlier ones delivered again, byte for byte.
    pub redelivered: f64,
}

impl Default for Options {
    /// A thousand events, none of them twice.
    fn default() -> Self {
        Self { events: 1000, seed: 0, redelivered: 0.0 }
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
    /// The latest events that may be delivered again, in no particular order.
    recent: Vec<String>,
    /// By event type: whether its events have an id.
    with_id: Vec<bool>,
    failed: bool,
}

impl Sampler {
    /// Compiles a catalog for sampling and tries every event type.
    ///
    /// # Errors
    /// If the engine can't compile the catalog, if nothing is found that an event type's schema and lifecycle allow, or if
    /// redelivery is asked for and no event has an id.
    pub fn new(catalog: &Arc<Catalog>, options: Options) -> Result<Self, Error> {
        if !(0.0..=1.0).contains(&options.redelivered) {
            return Err(Kind::Share(options.redelivered).into());
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
        let run = Run::new(&rules, Random::new(options.seed, 0), doubtful);
        Ok(Self {
            rules,
            engine,
            run,
            left: options.events,
            redelivered,
            random: Random::new(options.seed, 2),
            recent: Vec::new(),
            with_id,
            failed: false,
        })
    }

    /// The next event as compact JSON text without a line break, if there is one more.
    ///
    /// # Errors
    /// If nothing can happen any more, since the schemas allow too few ids or identities for so long a stream.
    pub fn next_event(&mut self) -> Result<Option<&[u8]>, Error> {
        if self.left == 0 || self.failed {
            return Ok(None);
        }
        self.left -= 1;
        if self.redelivered > 0
            && !self.recent.is_empty()
            && self.random.chance(u64::from(self.redelivered), u64::from(WHOLE))
        {
            let again = self.random.index(self.recent.len());
            return Ok(self.recent.get(again).map(String::as_bytes));
        }
        let event = match self.run.step(&self.rules, &self.engine) {
            Ok(event) => event,
            Err(error) => {
                self.failed = true;
                return Err(error);
            }
        };
        let text = self.run.text();
        if self.redelivered > 0 && self.with_id[event] {
            if self.recent.len() < RECENT {
                self.recent.push(text.to_owned());
            } else {
                let oldest = self.random.index(RECENT);
                self.recent[oldest].clear();
                self.recent[oldest].push_str(text);
            }
        }
        Ok(Some(text.as_bytes()))
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
