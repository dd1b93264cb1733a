//! Steps: events whose members stand in an order that was seen before are proven without looking for names.
//!
//! An event of a known order is a chain of steps. A step is a *run*, text of a fixed length (names, punctuation, constants
//! and identifiers of one length together), and the value behind it, whose length varies. Which run may follow a value
//! was learned from events that the walk had proven; that the chain has every required member and none twice is told by
//! masks. Each byte of an event belongs to a run or to a value that is checked, so a chain that ends where the event ends is a proof.

use std::ops::Range;

use super::check::Proof;
use super::learn::{Learned, Value};
use super::level::Level;
use super::walk::{Cursor, Depth, Spot};
use crate::compile::{Blocks, Expression, QuickCheck};

/// After how many tries it is looked whether they succeed.
const WINDOW: u32 = 256;

/// The first pause of a thread whose tries fail, in events. Each that follows is twice as long.
const PAUSE: u32 = 512;

/// The longest pause.
const MAX_PAUSE: u32 = 1 << 20;

/// What a thread learned of the order of members.
#[derive(Debug, Default)]
pub(super) struct Steps {
    pub(super) learned: Learned,
    tries: u32,
    hits: u32,
    /// How many events go without a try.
    pause: u32,
    next_pause: u32,
}

/// A step of a chain.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    /// The blocks of the run: the first, and how many.
    pub(super) blocks: (u32, u32),
    pub(super) length: u32,
    /// How many quotes the run has.
    pub(super) quotes: u32,
    pub(super) value: Value,
    /// The members that it brings, by their slots, and which of them are objects that the chain goes into.
    pub(super) members: u128,
    pub(super) objects: u128,
    /// The node behind the value.
    pub(super) node: u32,
    /// Members of the run whose places are needed: from one index to another.
    pub(super) fused: (u32, u32),
}

/// A member within a run whose place is needed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fused {
    pub(super) slot: u16,
    pub(super) kind: u8,
    /// Where it begins, from the beginning of the run, and where it ends.
    pub(super) start: u32,
    pub(super) end: u32,
}

impl Steps {
    /// Whether it is worth a try.
    #[inline(always)]
    pub(super) fn are_on(&mut self) -> bool {
        if self.pause > 0 {
            self.pause -= 1;
            return false;
        }
        true
    }

    /// Counts a try. Where too few succeed, forgets what was learned and pauses.
    #[inline(always)]
    fn count(&mut self, hit: bool) {
        self.tries += 1;
        self.hits += u32::from(hit);
        if self.tries == WINDOW {
            if self.hits < WINDOW / 4 {
                self.next_pause = self.next_pause.clamp(PAUSE / 2, MAX_PAUSE / 2) * 2;
                self.pause = self.next_pause;
                self.learned = Learned::default();
            } else {
                self.next_pause = 0;
            }
            (self.tries, self.hits) = (0, 0);
        }
    }

    /// The event type of an event that a chain proves.
    #[inline(always)]
    pub(super) fn prove<L: Level>(
        &mut self,
        proof: &mut Proof<'_, '_>,
        range: Range<usize>,
    ) -> Option<usize> {
        let proven = self.follow::<L>(proof, range);
        self.count(proven.is_some());
        proven
    }

    #[inline(always)]
    fn follow<L: Level>(&mut self, proof: &mut Proof<'_, '_>, range: Range<usize>) -> Option<usize> {
        let fast = proof.fast;
        let program = &fast.program;
        let learned = &mut self.learned;
        let event_type = match program.name_slot {
            Some(_) => {
                let name = proof.quotes.get(learned.name_quote..)?.first_chunk::<2>()?;
                program.names.find(proof.text, name[0] as usize + 1, name[1] as usize)?
            }
            None => 0,
        };
        let demands = fast.demands.get(event_type)?.as_ref()?;
        let frame = program.frames.get(demands.frame)?;
        let mut node = *learned.roots.get(event_type)?;
        let mut at = range.start;
        let mut quote = 0;
        let (mut members, mut objects) = (0u128, 0u128);
        loop {
            let step = learned.next::<L>(node, proof.text, at)?;
            if members & step.members != 0 {
                return None;
            }
            members |= step.members;
            objects |= step.objects;
            if demands.places {
                for fused in &learned.fused[step.fused.0 as usize..step.fused.1 as usize] {
                    let (start, end) = (at + fused.start as usize, at + fused.end as usize);
                    // Only the comparison of two values looks at it, and that not at its quote.
                    proof.spots[usize::from(fused.slot)] = Spot::between(start, end, 0, fused.kind, 0);
                }
            }
            at += step.length as usize;
            quote += step.quotes as usize;
            let spot = match step.value {
                Value::Text(..) => {
                    let end = *proof.quotes.get(quote)? as usize;
                    Spot::between(at, end, quote.wrapping_sub(1), b'"', 0)
                }
                Value::Other(_, depth) => {
                    let mut cursor =
                        Cursor { text: proof.text, quotes: proof.quotes, end: range.end, at, quote };
                    let most = fast.limits.max_depth;
                    let spot = cursor.value(Depth { now: usize::from(depth), most })?;
                    quote = cursor.quote;
                    spot
                }
                Value::End if at == range.end => break,
                Value::End => return None,
            };
            let (Value::Text(quick) | Value::Other(quick, _)) = step.value else { return None };
            if !proof.proves::<L>(frame, quick, spot) {
                return None;
            }
            if demands.places {
                proof.spots[usize::from(quick.slot)] = spot;
            }
            at = spot.end();
            node = step.node;
        }
        let required = |(own, required): &(u128, u128)| objects & own != *own || members & required == *required;
        let has_required = demands.required.iter().all(required);
        let same = |(a, b): &(u16, u16)| {
            let both = 1u128 << a | 1u128 << b;
            members & both != both
                || proof.is_same(proof.spots[usize::from(*a)], proof.spots[usize::from(*b)])
        };
        let holds = has_required
            && frame.same.iter().all(same)
            && (frame.others.is_empty() || demands.others::<L>(proof, frame, members, objects));
        holds.then_some(event_type)
    }
}

impl Learned {
    /// The step from a node whose run stands at a place.
    #[inline(always)]
    fn next<L: Level>(&mut self, node: u32, text: &[u8], at: usize) -> Option<Step> {
        let children = self.nodes.get_mut(node as usize)?;
        for place in 0..children.len() {
            let index = children[place];
            let step = self.steps.get(index as usize)?;
            if stands::<L>(&self.blocks, step, text, at) {
                let step = *step;
                if place > 0 {
                    // What was met most stands first, as far as it is known.
                    children.swap(place, place - 1);
                }
                return Some(step);
            }
        }
        None
    }
}

/// Whether the run of a step stands at a place.
#[inline(always)]
fn stands<L: Level>(blocks: &Blocks, step: &Step, text: &[u8], at: usize) -> bool {
    let mut at = at;
    for block in step.blocks.0..step.blocks.1 {
        let (Some(expected), Some(found)) =
            (blocks.get(block), text.get(at..).and_then(|rest| rest.first_chunk::<64>()))
        else {
            return false;
        };
        if L::mismatches(found, expected, blocks) != 0 {
            return false;
        }
        at += 64;
    }
    true
}

/// Whether some part of a condition is about the places of values.
pub(super) fn looks_at_values(expressions: &[Expression]) -> bool {
    expressions.iter().any(|expression| match expression {
        Expression::Always
        | Expression::Has { .. }
        | Expression::Only { .. }
        | Expression::Count { .. } => false,
        Expression::Is(_) => true,
        Expression::All(parts) | Expression::Any(parts) | Expression::One(parts) => looks_at_values(parts),
        Expression::Not(inner) => looks_at_values(std::slice::from_ref(inner)),
        Expression::If(parts) => looks_at_values(&**parts),
    })
}

/// Whether a value that passes a quick check always has the same length, which is that of this spot.
pub(super) fn is_fixed(check: QuickCheck, spot: Spot) -> bool {
    let length = spot.end() - spot.start();
    match check {
        QuickCheck::Class { min, max, .. } => {
            spot.kind() == b'"' && min == max && length == usize::from(min)
        }
        QuickCheck::Digit(..) => length == 1 && spot.kind().is_ascii_digit(),
        _ => false,
    }
}
