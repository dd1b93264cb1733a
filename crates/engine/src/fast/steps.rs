//! Steps: events whose members stand in an order that was seen before are proven without looking for names.
//!
//! An event of a known order is a chain of steps. A step is a *run*, up to 64 bytes of a fixed length (names, punctuation,
//! constants and identifiers of one length together), and perhaps a value behind it, whose length varies. Which run may
//! follow a value was learned from events that the walk had proven; that the chain has every required member and none
//! twice is told by masks. Each byte of an event belongs to a run or to a value that is checked, so a chain that ends where
//! the event ends is a proof.

use super::check::{Proof, is_same};
use super::learn::Learned;
use super::level::Level;
use super::pace::{Pace, Pays};
use super::times;
use super::walk::{Cursor, Depth, Spot};
use crate::compile::{Expression, Quick, QuickCheck, Table};

/// How many steps may begin at one node.
pub(super) const MAX_CHILDREN: usize = 32;

/// How many bytes are looked at at once. A run is shorter.
pub(super) const BLOCK: usize = 64;

/// How many steps a thread keeps, how many tables of classes, and for how many slots places.
pub(super) const MAX_STEPS: usize = 1024;
pub(super) const MAX_TABLES: usize = 64;
pub(super) const MAX_SLOTS: usize = 128;

/// What a thread learned of the order of members.
#[derive(Debug, Default)]
pub(super) struct Steps {
    pub(super) learned: Learned,
    /// The event type of the event that was proven last.
    event_type: usize,
    pub(super) pace: Pace,
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
    pub(super) literal: [u8; BLOCK],
    /// The classes of the bytes of the run, at the places of `classed`.
    pub(super) required: [u8; BLOCK],
    /// The classes of the bytes of the value, if it is of classes.
    pub(super) value: [u8; BLOCK],
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
    /// Whether it is a timestamp.
    pub(super) is_time: bool,
    /// How many objects the value lies in.
    pub(super) depth: u8,
    pub(super) quick: Quick,
}

impl Default for Step {
    /// A step that stands nowhere.
    fn default() -> Self {
        Self {
            literal: [0; BLOCK],
            required: [0; BLOCK],
            value: [0; BLOCK],
            fixed: 0,
            classed: u64::MAX,
            members: 0,
            tables: [0; 2],
            length: 0,
            quotes: 0,
            node: 0,
            next: 0,
            fused: (0, 0),
            min: 0,
            span: 0,
            kind: Kind::End,
            is_time: false,
            depth: 0,
            quick: Quick { slot: 0, field: 0, check: QuickCheck::None },
        }
    }
}

impl Step {
    /// Which numbers of digits the fraction of a timestamp may have, a bit each.
    #[inline(always)]
    fn fractions(&self) -> u16 {
        if let QuickCheck::Time { fractions, .. } = self.quick.check { fractions } else { 0 }
    }
}

/// A list that is looked up without a question whether an index is in it: one that isn't is another's.
#[derive(Clone, Debug)]
pub(super) struct Few<T, const N: usize>(Box<[T; N]>);

impl<T: Clone + Default, const N: usize> Default for Few<T, N> {
    fn default() -> Self {
        let items: Box<[T]> = vec![T::default(); N].into();
        Self(items.try_into().unwrap_or_else(|_| Box::new(std::array::from_fn(|_| T::default()))))
    }
}

impl<T, const N: usize> Few<T, N> {
    #[inline(always)]
    pub(super) fn get(&self, at: usize) -> &T {
        &self.0[at % N]
    }

    #[inline(always)]
    pub(super) fn get_mut(&mut self, at: usize) -> &mut T {
        &mut self.0[at % N]
    }
}

/// What stands behind a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(super) enum Kind {
    /// The next run.
    Run,
    /// A string of classes, whose opening quote ends the run.
    Classes,
    /// A string of a form.
    Form,
    /// Another string.
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
    /// Where it begins, from the beginning of the run, and where it ends.
    pub(super) start: u16,
    pub(super) end: u16,
}

impl Steps {
    /// Whether anything more may be learned.
    pub(super) fn are_learning(&self) -> bool {
        self.pace.is_running() && self.learned.has_room()
    }

    /// The event type of the event that was proven last.
    pub(super) fn event_type(&self) -> usize {
        self.event_type
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
        if self.pace.count(proven.is_some()) == Some(Pays::No) && !self.learned.has_room() {
            self.learned = Learned::default();
        }
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
        let mut before = Learned::root(event_type);
        let mut at = start;
        let mut mark = 0;
        let mut members = 0u64;
        // Members that came twice: must be nothing in the end.
        let mut wrong = 0u64;
        loop {
            let window = text.get(at..)?.first_chunk::<{ 2 * BLOCK }>()?;
            let mut next = learned.steps.get(before).next;
            if !stands::<L>(learned.steps.get(next.into()), &learned.tables, window) {
                next = learned.other::<L>(before, window)?;
            }
            before = usize::from(next);
            let step = learned.steps.get(before);
            wrong |= members & step.members;
            members |= step.members;
            if step.fused.1 > 0 {
                place_fused(&mut learned.places, &learned.fused, step, at);
            }
            at += usize::from(step.length);
            mark += usize::from(step.quotes);
            if step.kind <= Kind::Classes {
                if step.kind == Kind::Run {
                    continue;
                }
                let close = *marks.get(mark)? as usize;
                let length = close.wrapping_sub(at);
                let value = behind(window, step.length);
                let of_classes = if step.is_time { 0 } else { L::mask(length) };
                let table = learned.tables.get(step.tables[1].into());
                let outside = L::outside(value, &step.value, table, of_classes);
                let is_short = length.wrapping_sub(usize::from(step.min)) <= usize::from(step.span);
                let is_time =
                    !step.is_time || proof.hour.has::<L>(times::lengths(step.fractions()), value, length);
                // What the classes don't tell, the field may: an escape, a longer text, a time with an offset.
                if outside != 0 || !is_short || !is_time {
                    L::rare(proof, demands.frame, step, at, mark, end)?;
                }
                *learned.places.get_mut(step.quick.slot.into()) = (at, close);
                at = close;
            } else if step.kind <= Kind::Text {
                let close = *marks.get(mark)? as usize;
                let is_plain = match (step.kind, step.quick.check) {
                    (Kind::Form, QuickCheck::Shape { form, min, max }) => {
                        let value = behind(window, step.length);
                        let length = close.wrapping_sub(at);
                        (usize::from(min)..=usize::from(max)).contains(&length)
                            && L::is_of_form(program.forms.get(form as usize)?, value, length)
                    }
                    (_, QuickCheck::Text { min, max, scan }) => {
                        L::is_plain(text, at, close, (min, max), scan)
                    }
                    _ => false,
                };
                if !is_plain {
                    L::rare(proof, demands.frame, step, at, mark, end)?;
                }
                *learned.places.get_mut(step.quick.slot.into()) = (at, close);
                at = close;
            } else if step.kind == Kind::End {
                break;
            } else {
                let (value_end, next_mark) = L::rare(proof, demands.frame, step, at, mark, end)?;
                *learned.places.get_mut(step.quick.slot.into()) = (at, value_end);
                (at, mark) = (value_end, next_mark);
            }
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
            // An object that the chain goes into has no place.
            let is_object = members & (a.object | b.object) != 0;
            let [(a, a_end), (b, b_end)] = [a.slot, b.slot].map(|slot| *learned.places.get(slot.into()));
            // A number may be written like the inside of a string.
            let quoted = |at: usize| text.get(at.wrapping_sub(1)) == Some(&b'"');
            if members & both == both
                && (is_object || quoted(a) != quoted(b) || !is_same::<L>(text, a..a_end, b..b_end))
            {
                return None;
            }
        }
        if demands.depends && !demands.others::<L>(proof, &learned.places, members) {
            return None;
        }
        self.event_type = event_type;
        Some((line_end, mark))
    }
}

/// What a step says of a value that is no string of classes: where it ends, and the first mark behind it.
#[inline(always)]
pub(super) fn rare<L: Level>(
    proof: &mut Proof<'_, '_>,
    frame: usize,
    step: &Step,
    at: usize,
    mark: usize,
    end: usize,
) -> Option<(usize, usize)> {
    let frame = proof.fast.program.frames.get(frame)?;
    let (spot, mark) = if step.kind <= Kind::Text {
        let close = *proof.quotes.get(mark)? as usize;
        // An array before it may have gone on over the end of the line, whose mark is then taken for a quote's.
        if close < at {
            return None;
        }
        (Spot::between(at, close, mark.wrapping_sub(1), b'"', 0), mark)
    } else {
        let most = proof.fast.limits.max_depth;
        if usize::from(step.depth) < most
            && let Some(strings) = proof.strings::<L>(frame, step.quick, at, mark)
        {
            return Some(strings);
        }
        let mut cursor = Cursor { text: proof.text, quotes: proof.quotes, end, at, quote: mark };
        let spot = cursor.value(Depth { now: usize::from(step.depth), most })?;
        // A string has a run of its own, to which its first quote belongs; the marks would be counted otherwise.
        if spot.kind() == b'"' {
            return None;
        }
        // The walk looks into objects of the tree; here nobody has.
        if spot.kind() == b'{'
            && frame.fields.get(usize::from(step.quick.field)).is_none_or(|field| field.followed)
        {
            return None;
        }
        (spot, cursor.quote)
    };
    proof.proves::<L>(frame, step.quick, spot).then_some((spot.end(), mark))
}

/// The block behind a run.
#[inline(always)]
fn behind(window: &[u8; 2 * BLOCK], length: u16) -> &[u8; BLOCK] {
    // A run is shorter than a block, so there is always one behind it.
    window[usize::from(length) % BLOCK..].first_chunk().unwrap_or(&[0; BLOCK])
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
    /// The step whose run stands in a window, if another than the one that followed last may follow.
    #[inline(never)]
    fn other<L: Level>(&mut self, before: usize, window: &[u8; 2 * BLOCK]) -> Option<u16> {
        let node = self.nodes.get(usize::from(self.steps.get(before).node))?;
        let stands = |step: &&u16| L::stands(self.steps.get((**step).into()), &self.tables, window);
        let step = *node.children.iter().find(stands)?;
        self.steps.get_mut(before).next = step;
        Some(step)
    }
}

/// Notes the places of the members within a run that begins at a place.
#[inline(never)]
fn place_fused(places: &mut Few<(usize, usize), MAX_SLOTS>, fused: &[Fused], step: &Step, at: usize) {
    let (first, count) = (usize::from(step.fused.0), usize::from(step.fused.1));
    for fused in fused.get(first..first + count).unwrap_or_default() {
        *places.get_mut(fused.slot.into()) = (at + usize::from(fused.start), at + usize::from(fused.end));
    }
}

/// Whether the run of a step is what a window begins with.
#[inline(always)]
pub(super) fn stands<L: Level>(
    step: &Step,
    tables: &Few<Table, MAX_TABLES>,
    window: &[u8; 2 * BLOCK],
) -> bool {
    let block = window.first_chunk().unwrap_or(&[0; BLOCK]);
    L::differing(block, &step.literal, step.fixed) == 0
        && (step.classed == 0
            || L::outside(block, &step.required, tables.get(step.tables[0].into()), step.classed) == 0)
}

/// Whether some part of a condition is about the places of values.
pub(super) fn looks_at_values(expressions: &[Expression]) -> bool {
    expressions.iter().any(|expression| match expression {
        Expression::Always | Expression::Has { .. } | Expression::Only { .. } | Expression::Count { .. } => {
            false
        }
        Expression::Is(_) | Expression::Present { .. } => true,
        Expression::All(parts) | Expression::Any(parts) | Expression::One(parts) => looks_at_values(parts),
        Expression::Not(inner) => looks_at_values(std::slice::from_ref(inner)),
        Expression::If(parts) => looks_at_values(&**parts),
    })
}
