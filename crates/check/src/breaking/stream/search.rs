//! The search: breadth first through all that may happen, as long as both sides find nothing; what they make of it is what
//! tells one node from another.

use std::collections::{HashSet, VecDeque};
use std::rc::Rc;

use tidings_audit::{Snapshot, Stage, Wrong};

use super::candidates::Candidate;
use super::scene::Scene;
use super::{Goal, Mark, Why};

/// How many events are tried before the search gives up.
const STEPS: usize = 400_000;

/// A stream that both sides audit clean.
struct Node<'s> {
    before: Stage<'s>,
    after: Stage<'s>,
    /// Whether what must happen has happened.
    marked: bool,
    events: Option<Rc<Chain>>,
    length: usize,
}

/// The events of a stream, the last first.
struct Chain {
    event: usize,
    earlier: Option<Rc<Chain>>,
}

/// The shortest sequence of candidates that reaches the goal, if one has fewer events than `most`.
pub(super) fn search(
    scene: &Scene<'_>,
    goal: &Goal,
    candidates: &[Candidate],
    most: usize,
) -> Result<Vec<usize>, Why> {
    let mut seen: HashSet<(Snapshot, Snapshot, bool)> = HashSet::new();
    let (before, after) = (scene.before.begin(), scene.after.begin());
    let mut pending = VecDeque::from([Node { before, after, marked: false, events: None, length: 0 }]);
    let mut steps = 0;
    while let Some(node) = pending.pop_front() {
        if node.length + 1 >= most {
            break;
        }
        for (event, candidate) in candidates.iter().enumerate() {
            steps += 1;
            if steps > STEPS {
                return Err(Why::Long);
            }
            let mut before = node.before.clone();
            let from = before.state(&candidate.before).map(str::to_owned);
            if !before.next(&candidate.before).is_empty() {
                continue;
            }
            let marked = node.marked || {
                let to = before.state(&candidate.before);
                marks(&goal.mark, candidate, from.as_deref(), to)
            };
            let mut after = node.after.clone();
            let errors = after.next(&candidate.after);
            let chain = || Rc::new(Chain { event, earlier: node.events.clone() });
            let ends = if goal.same.is_some() {
                // The ids, which are left out here, make the difference in the second event.
                errors.is_empty() && node.length == 1
            } else {
                errors.iter().any(|wrong| counts(goal, wrong))
            };
            if ends && marked {
                return Ok(unrolled(&chain()));
            }
            if errors.is_empty()
                && !candidate.is_last
                && seen.insert((before.snapshot(), after.snapshot(), marked))
            {
                let (events, length) = (Some(chain()), node.length + 1);
                pending.push_back(Node { before, after, marked, events, length });
            }
        }
    }
    Err(Why::None)
}

/// Whether an error is one that the right side is to find.
pub(super) fn counts(goal: &Goal, wrong: &Wrong) -> bool {
    goal.rules.iter().any(|own| wrong.rule.id.starts_with(own))
        && goal.place.as_ref().is_none_or(|place| wrong.pointer == *place)
}

/// Whether an event is what must happen.
fn marks(mark: &Mark, candidate: &Candidate, from: Option<&str>, to: Option<&str>) -> bool {
    match mark {
        Mark::Nothing => true,
        Mark::Event(name, states) => {
            candidate.event_type == *name
                && (states.is_empty() || states.iter().any(|state| state.as_deref() == from))
        }
        Mark::State(states) => {
            let is = |state: Option<&str>| state.is_some_and(|state| states.iter().any(|own| own == state));
            candidate.is_of_first && (is(from) || is(to))
        }
    }
}

fn unrolled(last: &Chain) -> Vec<usize> {
    let mut events = Vec::new();
    let mut link = Some(last);
    while let Some(own) = link {
        events.push(own.event);
        link = own.earlier.as_deref();
    }
    events.reverse();
    events
}
