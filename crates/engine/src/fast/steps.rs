//! Steps: events whose members stand in an order that was seen before are proven without looking for names.
//!
//! An event of a known order is a chain of steps. A step is a *run*, up to 64 bytes of a fixed length (names, punctuation,
//! constants and identifiers of one length together), and perhaps a value behind it, whose length varies. Which run may
//! follow a value was learned from events that the walk had proven; that the chain has every required member and none
//! twice is told by masks. Each byte of an event belongs to a run or to a value that is checked, so a chain that ends where
//! the event ends is a proof.

use super::check::Proof;
use super::learn::Learned;
use super::level::Level;
use super::text::mask;
use super::walk::{Cursor, Depth, Spot};
use crate::compile::{Expression, Quick, QuickCheck};

/// After how many tries it is looked whether they succeed.
const WINDOW: u32 = 256;

/// The first pause of a thread whose tries fail, in events. Each that follows is twice as long.
const PAUSE: u32 = 512;

/// The longest pause.
const MAX_PAUSE: u32 = 1 << 20;

/// How many steps may begin at one node.
pub(super) const MAX_CHILDREN: usize = 8;

/// What a thread learned of the order of members.
#[derive(Debug, Default)]
pub(super) struct Steps {
    pub(super) learned: Learned,
    /// The event type of the event that was proven last.
    event_type: usize,
    tries: u32,
    hits: u32,
    /// How many events go without a try.
    pause: u32,
    next_pause: u32,
}

/// The steps that may follow a value.
#[derive(Clone, Debug, Default)]
pub(super) struct Node {
    pub(super) children: Vec<u16>,
}

/// A step of a chain. All of it is near, since all of it is looked at.
#[derive(Clone, Debug)]
#[repr(C, align(64))]
pub(super) struct Step {
    /// The bytes of the run, at the places of `fixed`.
    pub(super) literal: [u8; 64],
    /// The classes of the bytes of the run, at the places of `classed`.
    pub(super) required: [u8; 64],
    /// The classes of the bytes of the value, if it is of classes.
    pub(super) value: [u8; 64],
    pub(super) fixed: u64,
    pub(super) classed: u64,
    /// The members that it brings, and the objects that the chain goes into, a bit each.
    pub(super) members: u64,
    pub(super) tables: [u16; 2],
    pub(super) length: u16,
    /// How many quotes the run has.
    pub(super) quotes: u16,
    /// The node behind it, and the step that followed last, or the first if none did.
    pub(super) node: u16,
    pub(super) next: u16,
    /// Members of the run whose places are needed: the first, and how many.
    pub(super) fused: (u16, u8),
    /// The least length of the value, and how much longer it may be. Both 0 if it is not of classes.
    pub(super) min: u8,
    pub(super) span: u8,
    pub(super) kind: Kind,
    /// How many objects the value lies in.
    pub(super) depth: u8,
    pub(super) quick: Quick,
}

/// What stands behind a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(super) enum Kind {
    /// The next run.
    Run,
    /// A string of classes, whose opening quote ends the run.
    Classes,
    /// A string that has more to it.
    Text,
    /// Anything else.
    Other,
    /// The end of the event.
    End,
}

/// A member within a run whose place is needed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fused {
    pub(super) slot: u16,
    pub(super) kind: u8,
    /// Where it begins, from the beginning of the run, and where it ends.
    pub(super) start: u16,
    pub(super) end: u16,
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

    /// Whether anything more may be learned.
    pub(super) fn are_learning(&self) -> bool {
        self.pause == 0 && self.learned.has_room()
    }

    /// The event type of the event that was proven last.
    pub(super) fn event_type(&self) -> usize {
        self.event_type
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

    /// Where the event that begins at a place ends, and how many marks stand before, if a chain proves it. That is a line
    /// feed, or where the text ends.
    #[inline(always)]
    pub(super) fn prove<L: Level>(
        &mut self,
        proof: &mut Proof<'_, '_>,
        start: usize,
        end: usize,
    ) -> Option<(usize, usize)> {
        let proven = self.follow::<L>(proof, start, end);
        self.count(proven.is_some());
        proven
    }

    #[inline(always)]
    fn follow<L: Level>(
        &mut self,
        proof: &mut Proof<'_, '_>,
        start: usize,
        end: usize,
    ) -> Option<(usize, usize)> {
        let fast = proof.fast;
        let program = &fast.program;
        let learned = &mut self.learned;
        let (text, marks) = (proof.text, proof.quotes);
        let event_type = match program.name_slot {
            Some(_) => {
                let name = marks.get(learned.name_quote..)?.first_chunk::<2>()?;
                program.names.find(text, name[0] as usize + 1, name[1] as usize)?
            }
            None => 0,
        };
        let demands = fast.demands.get(event_type)?.as_ref()?;
        let frame = program.frames.get(demands.frame)?;
        let mut before = Learned::root(event_type);
        let mut at = start;
        let mut mark = 0;
        let mut members = 0u64;
        // What must be nothing in the end: members that came twice, bytes and lengths that a class doesn't have.
        let mut wrong = 0u64;
        loop {
            let block = text.get(at..)?.first_chunk::<64>()?;
            let mut next = usize::from(learned.steps.get(before)?.next);
            if !stands::<L>(learned.steps.get(next)?, &learned.blocks, block) {
                next = learned.other::<L>(before, block)?;
            }
            before = next;
            let step = learned.steps.get(next)?;
            wrong |= members & step.members;
            members |= step.members;
            if step.fused.1 > 0 {
                for fused in learned.fused(step) {
                    let (start, end) = (at + usize::from(fused.start), at + usize::from(fused.end));
                    // Only what compares values looks at it, and not at its quote.
                    *proof.spots.get_mut(usize::from(fused.slot))? = Spot::between(start, end, 0, fused.kind, 0);
                }
            }
            at += usize::from(step.length);
            mark += usize::from(step.quotes);
            if step.kind == Kind::Run {
                continue;
            }
            if step.kind == Kind::End {
                break;
            }
            let mut spot = Spot::default();
            if step.kind <= Kind::Text {
                let close = *marks.get(mark)? as usize;
                spot = Spot::between(at, close, mark.wrapping_sub(1), b'"', 0);
            }
            if step.kind == Kind::Classes {
                let length = spot.end().wrapping_sub(at);
                let value = text.get(at..)?.first_chunk::<64>()?;
                let table = learned.table(step.tables[1])?;
                wrong |= L::outside(value, &step.value, table, mask(length));
                wrong |= u64::from(length.wrapping_sub(usize::from(step.min)) > usize::from(step.span));
            } else {
                if step.kind == Kind::Other {
                    let mut cursor = Cursor { text, quotes: marks, end, at, quote: mark };
                    let most = fast.limits.max_depth;
                    spot = cursor.value(Depth { now: usize::from(step.depth), most })?;
                    mark = cursor.quote;
                }
                let is_time = if let QuickCheck::Time { block, fractions } = step.quick.check {
                    step.kind == Kind::Text && proof.is_time_at::<L>(block, fractions, spot)
                } else {
                    false
                };
                if !is_time && !L::proves(proof, frame, step.quick, spot) {
                    return None;
                }
            }
            *proof.spots.get_mut(usize::from(step.quick.slot))? = spot;
            at = spot.end();
        }
        let line_end = line_end(text, marks.get(mark).copied(), at, end)?;
        if wrong != 0 || at - start > fast.limits.max_event_bytes {
            return None;
        }
        for (own, required) in &demands.required {
            if members & own == *own && members & required != *required {
                return None;
            }
        }
        for (a, b) in &demands.same {
            let both = a.bit | b.bit;
            if members & both == both
                && !proof.is_same::<L>(proof.spots[usize::from(a.slot)], proof.spots[usize::from(b.slot)])
            {
                return None;
            }
        }
        if !frame.others.is_empty() && !demands.others::<L>(proof, frame, members) {
            return None;
        }
        self.event_type = event_type;
        Some((line_end, mark))
    }
}

/// Where a line ends whose event ends at a place: there, or behind a carriage return. `next` is the next mark.
#[inline(always)]
fn line_end(text: &[u8], next: Option<u32>, at: usize, end: usize) -> Option<usize> {
    let line_end = match next {
        Some(mark) if text.get(mark as usize) == Some(&b'\n') => mark as usize,
        Some(_) => return None,
        None => end,
    };
    (line_end == at || line_end == at + 1 && text.get(at) == Some(&b'\r')).then_some(line_end)
}

impl Learned {
    /// The index of the step whose run stands in a block, if another than the one that followed last may follow.
    #[inline(always)]
    fn other<L: Level>(&mut self, before: usize, block: &[u8; 64]) -> Option<usize> {
        let node = self.nodes.get(usize::from(self.steps.get(before)?.node))?;
        for index in &node.children {
            if stands::<L>(self.steps.get(usize::from(*index))?, &self.blocks, block) {
                self.steps.get_mut(before)?.next = *index;
                return Some(usize::from(*index));
            }
        }
        None
    }
}

/// Whether the run of a step is what a block begins with.
#[inline(always)]
fn stands<L: Level>(step: &Step, blocks: &crate::compile::Blocks, block: &[u8; 64]) -> bool {
    let Some(table) = blocks.table(u32::from(step.tables[0])) else { return false };
    L::differing(block, &step.literal, step.fixed) | L::outside(block, &step.required, table, step.classed) == 0
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
