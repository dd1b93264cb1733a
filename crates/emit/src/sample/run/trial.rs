//! The trial: before a stream begins, events of every type are made for the engine to look at.

use tidings_engine::Engine;

use super::Run;
use crate::sample::error::{Error, Kind};
use crate::sample::random::Random;
use crate::sample::rules::Rules;
use crate::sample::world::AggregateKey;

/// How many events of each type the engine looks at.
const EVENTS_OF_A_TYPE: u32 = 16;

/// Tries the rules of a catalog. Out comes, for each event type, whether the engine has to be asked about each of its
/// events: the plan makes no promise, one of its events was refused, or too few of them came about to tell.
pub(crate) fn trial(rules: &Rules, engine: &Engine, seed: u64) -> Result<Vec<bool>, Error> {
    let count = rules.types.len();
    let mut run = Run::new(rules, Random::new(seed, 1), vec![true; count]);
    let mut made = vec![0; count];
    let mut refused = vec![false; count];
    let most = u64::from(EVENTS_OF_A_TYPE) * 6 * count as u64;
    for _ in 0..most {
        if !run.goals.are_open() {
            if made.iter().all(|made| *made >= EVENTS_OF_A_TYPE) {
                break;
            }
            run.goals.reopen(|event| made[event] < EVENTS_OF_A_TYPE);
        }
        match run.step(rules, engine) {
            Ok(event) => {
                made[event] += 1;
                refused[event] |= run.was_refused();
            }
            // Ids may be few; what came about till then tells enough.
            Err(error) if error.event_type().is_none() => break,
            Err(error) => return Err(error),
        }
    }
    if let Some(event) = made.iter().position(|made| *made == 0) {
        return Err(run.why_never(rules, event));
    }
    let doubtful = |event: usize| {
        refused[event] || made[event] < EVENTS_OF_A_TYPE || rules.graph.is_doubtful(rules.types[event].root)
    };
    Ok((0..count).map(doubtful).collect())
}

impl Run {
    /// Whether an event was refused before the last one was made.
    fn was_refused(&mut self) -> bool {
        self.refusal.take().is_some()
    }

    /// Why no event of a type came about.
    fn why_never(&mut self, rules: &Rules, event: usize) -> Error {
        let event_type = &rules.types[event];
        let creates = event_type.effects.creates.is_some();
        let missing = event_type.slots().find_map(|(number, slot)| {
            let kind = slot.reference?;
            let may_be_target = |key: &AggregateKey| {
                self.world
                    .get(*key)
                    .is_some_and(|aggregate| !creates || rules.kinds[kind].live[aggregate.state])
            };
            let needed = event_type.needed & (1 << number) != 0;
            let missing = needed && !self.world.of_kind(kind).iter().any(may_be_target);
            missing.then(|| (slot.pointer.to_string(), kind))
        });
        let (pointer, why) = match missing {
            Some((pointer, kind)) => {
                let live = if creates { "live " } else { "" };
                (pointer, format!("there is never a {live}`{}` to refer to", rules.kinds[kind].name))
            }
            None if event_type.kind.is_none() => {
                (String::new(), "nothing was found that fits its schema".to_owned())
            }
            None => {
                (String::new(), "nothing was found that fits its schema, or its turn never came".to_owned())
            }
        };
        Kind::NoPlan { event_type: event_type.name.clone(), pointer, why }.into()
    }
}
