//! A run: the stream's state, from which one event after another is made.
//!
//! ```text
//! choose (goals first, then what comes) ─→ action ─→ bind its slots ─→ make ─→ commit to the world ─→ event
//! ```
//!
//! An action that turns out impossible (an identity is taken, nothing fits) changes nothing, and another is chosen.

mod bind;
mod choose;
mod goals;
mod plant;
mod predict;
mod trial;

use tidings_engine::Engine;

use super::error::{Error, Kind};
use super::ids::{Ids, Use, prefix};
use super::make::{Bindings, Captured, Maker};
use super::random::Random;
use super::rules::{Role, Rules, ScopeRule, TypeRules};
use super::time::Clock;
use super::world::{AggregateKey, ScopeKey, World};
use bind::Draft;
use goals::Goals;

pub(crate) use plant::Ground;
pub(crate) use predict::{Delivered, Manifest};
pub(crate) use trial::trial;

/// How often an event is tried again that could not be made.
const TRIES: u32 = 32;

/// How often one is made again that the engine refused.
const REFUSALS: u32 = 512;

/// Of so many events the engine is asked about one, however sure the plan is; should it ever be refused, the engine is
/// asked about all of its type from then on.
const SPOT_CHECKS: u64 = 128;

/// How many actions are tried before the stream is held to be at its end.
const ACTIONS: u32 = 400;

/// Something that may happen next.
#[derive(Clone, Copy, Debug)]
struct Action {
    event: usize,
    target: Target,
}

/// The aggregate that it happens to.
#[derive(Clone, Copy, Debug)]
enum Target {
    Nothing,
    /// A new one, in this scope if it does not make its own.
    New(Option<ScopeKey>),
    Old(AggregateKey),
}

/// How an event tells the time otherwise than by the clock: nanoseconds since 1970.
#[derive(Clone, Copy, Debug, Default)]
struct Shift {
    /// When it happened.
    time: Option<i64>,
    /// When its id was made.
    id_time: Option<i64>,
}

/// What an event is to have otherwise than the world says.
#[derive(Clone, Debug, Default)]
struct Twist {
    /// The values of slots, as JSON text.
    values: Vec<(u8, String)>,
    shift: Shift,
    /// The id among them that nothing has yet.
    fresh: Option<String>,
    /// Whether its identity is to be one that is taken.
    taken: bool,
}

impl Twist {
    fn is_any(&self) -> bool {
        self.taken || !self.values.is_empty() || self.shift.time.is_some() || self.shift.id_time.is_some()
    }
}

/// The makers of ids.
#[derive(Debug)]
struct Makers {
    events: Ids,
    keys: Ids,
    kinds: Vec<Ids>,
    /// By kind: an id that was made and not used yet.
    spare: Vec<Option<String>>,
    /// By kind and set.
    members: Vec<Vec<Ids>>,
}

/// The state of a stream.
#[derive(Debug)]
pub(crate) struct Run {
    random: Random,
    clock: Clock,
    world: World,
    makers: Makers,
    bindings: Bindings,
    captured: Captured,
    goals: Goals,
    /// How the next event tells the time otherwise than by the clock.
    shift: Shift,
    /// The event types whose events the engine is asked about.
    doubtful: Vec<bool>,
    /// What the engine had against the last event that it refused.
    refusal: Option<(String, String)>,
    /// The event, as compact JSON.
    out: String,
    made: u64,
}

impl Run {
    pub(crate) fn new(rules: &Rules, random: Random, doubtful: Vec<bool>) -> Self {
        let graph = &rules.graph;
        let events = rules.nodes(|_, slot| slot.is(Role::EventId));
        let keys = rules.nodes(|_, slot| slot.is(Role::IdempotencyKey));
        let of_kind = |kind: usize| {
            rules.nodes(|event_type, slot| {
                slot.is(Role::Id) && event_type.kind == Some(kind)
                    || slot.reference == Some(kind)
                    || slot.is(Role::Scope) && rules.kinds[kind].scope == ScopeRule::Own
            })
        };
        let of_set = |kind: usize, set: usize| {
            rules.nodes(|event_type, slot| slot.member == Some(set) && event_type.kind == Some(kind))
        };
        let ids = |name: &str, nodes, purpose| Ids::new(&prefix(name), nodes, purpose, graph);
        let makers = Makers {
            events: Ids::new("evt", events, Use::Events, graph),
            keys: Ids::new("req", keys, Use::Things, graph),
            kinds: rules
                .kinds
                .iter()
                .enumerate()
                .map(|(at, kind)| ids(&kind.name, of_kind(at), Use::Things))
                .collect(),
            spare: vec![None; rules.kinds.len()],
            members: (0..rules.kinds.len())
                .map(|kind| {
                    let sets = rules.kinds[kind].sets.iter().enumerate();
                    sets.map(|(set, name)| ids(name, of_set(kind, set), Use::Members)).collect()
                })
                .collect(),
        };
        Self {
            random,
            clock: Clock::new(),
            world: World::new(rules.kinds.len()),
            makers,
            bindings: Bindings::default(),
            captured: Captured::default(),
            goals: Goals::new(rules),
            shift: Shift::default(),
            doubtful,
            refusal: None,
            out: String::new(),
            made: 0,
        }
    }

    /// Makes the next event. Out comes the index of its event type; [`Run::text`] is the event.
    pub(crate) fn step(&mut self, rules: &Rules, engine: &Engine) -> Result<usize, Error> {
        for _ in 0..ACTIONS {
            let Some(action) = self.choose(rules) else { continue };
            if let Some(draft) = self.draft(rules, engine, action, &Twist::default())? {
                self.settle(rules, action, &draft);
                return Ok(action.event);
            }
        }
        Err(Kind::Exhausted { after: self.made }.into())
    }

    /// The event that was made last, as compact JSON text.
    pub(crate) fn text(&self) -> &str {
        &self.out
    }

    /// Notes that the event of an action, as it was drafted, happened.
    fn settle(&mut self, rules: &Rules, action: Action, draft: &Draft) -> Option<AggregateKey> {
        self.goals.reached(action.event, draft.from);
        self.made += 1;
        self.commit(rules, action, draft)
    }

    /// Makes the event of an action; `None` if it turns out impossible. Nothing has happened yet.
    fn draft(
        &mut self,
        rules: &Rules,
        engine: &Engine,
        action: Action,
        twist: &Twist,
    ) -> Result<Option<Draft>, Error> {
        let event_type = &rules.types[action.event];
        let clock = self.clock.clone();
        self.shift = twist.shift;
        let (mut stuck, mut refused) = (0, 0);
        while stuck < TRIES && refused < REFUSALS {
            self.clock = clock.clone();
            stuck += 1;
            let Some(mut draft) = self.bind(rules, action) else { break };
            for (slot, value) in &twist.values {
                self.bindings.set(*slot, true, |out| out.push_str(value));
            }
            if !self.write(rules, event_type) {
                continue;
            }
            draft.identity = match action.target {
                Target::New(_) => self.identity(rules, event_type),
                _ => None,
            };
            if !twist.taken && draft.identity.is_some_and(|identity| self.world.is_taken(identity)) {
                continue;
            }
            if twist.is_any() {
                if self.is_valid(engine) {
                    return Ok(Some(draft));
                }
                continue;
            }
            let look = self.doubtful[action.event] || self.made.is_multiple_of(SPOT_CHECKS);
            if look && !self.is_valid(engine) {
                self.doubtful[action.event] = true;
                refused += 1;
                stuck -= 1;
                continue;
            }
            return Ok(Some(draft));
        }
        self.clock = clock;
        match self.refusal.take().filter(|_| !twist.is_any()) {
            Some((pointer, why)) if refused == REFUSALS => {
                Err(Kind::Refused { event_type: event_type.name.clone(), pointer, why }.into())
            }
            _ => Ok(None),
        }
    }

    /// Writes the event that the bindings allow. False if there is none.
    fn write(&mut self, rules: &Rules, event_type: &TypeRules) -> bool {
        self.captured.reset(event_type.slots.len());
        self.out.clear();
        let mut maker = Maker {
            graph: &rules.graph,
            random: &mut self.random,
            now: self.clock.now(),
            bindings: &self.bindings,
            captured: &mut self.captured,
        };
        maker.make(event_type.root, &mut self.out).is_ok()
    }

    fn is_valid(&mut self, engine: &Engine) -> bool {
        let verdict = engine.validate(self.out.as_bytes());
        let Some(finding) = verdict.findings().first() else { return true };
        let pointer = finding.pointer.clone().unwrap_or_default();
        self.refusal = Some((pointer, format!("{} ({})", finding.message, finding.rule.id)));
        false
    }
}
