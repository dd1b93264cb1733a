//! Learning: an event that the walk proved becomes a chain of steps.

use std::collections::HashMap;
use std::ops::Range;

use foldhash::fast::RandomState;

use super::check::{Base, Proof};
use super::level::Level;
use super::steps::{
    self, BLOCK, Few, Fused, Kind, MAX_CHILDREN, MAX_SLOTS, MAX_STEPS, MAX_TABLES, Node, Step, Steps,
};
use super::walk::Spot;
use crate::compile::{Block, Blocks, Expected, Frame, Program, Quick, QuickCheck, Row, Table};

/// What was learned.
#[derive(Debug, Default)]
pub(super) struct Learned {
    pub(super) nodes: Vec<Node>,
    /// The first is none, and stands nowhere; the next lead to the beginning of events, one for each event type.
    pub(super) steps: Few<Step, MAX_STEPS>,
    /// How many there are.
    count: usize,
    pub(super) tables: Few<Table, MAX_TABLES>,
    /// What runs and values were compiled to; the steps have copies.
    blocks: Blocks,
    pub(super) fused: Vec<Fused>,
    /// Where the values of the event are that is followed, by slot: those that it has.
    pub(super) places: Few<(usize, usize), MAX_SLOTS>,
    /// Which quote of an event begins the name of its type.
    pub(super) name_quote: usize,
    /// The nodes, by event type, the slot of the value before, and whether that is a string: only behind one may come a quote.
    behind: HashMap<(usize, u16, bool), u16, RandomState>,
    /// The steps, by what they are.
    known: HashMap<(u16, Vec<Expected>, Option<u16>), u16, RandomState>,
}

/// What a chain of one event type has to bring. There is none for types that are never learned.
#[derive(Debug)]
pub(super) struct Demands {
    pub(super) frame: usize,
    /// For each object, as bits of members: itself, and what must be there if it is.
    pub(super) required: Vec<(u64, u64)>,
    /// Members that must have the same value, if both are there.
    pub(super) same: Vec<(Member, Member)>,
    /// Whether something depends on something.
    pub(super) depends: bool,
    /// Whether that looks at values.
    places: bool,
    /// For each slot the bit of its value, and how many objects it lies in.
    values: Vec<u64>,
    depths: Vec<u8>,
    /// For each node of the tree the bit of its object, its slot, and the slot of its first member.
    objects: Vec<(u64, u16, u16)>,
}

/// A member with its bit, and that of the object that it may be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Member {
    pub(super) slot: u16,
    pub(super) bit: u64,
    pub(super) object: u64,
}

impl Demands {
    pub(super) fn of(program: &Program, event_type: usize) -> Option<Self> {
        let index = program.events.get(event_type)?.frame?;
        let frame = &program.frames[index];
        let tree =
            program.trees.get(frame.tree).filter(|tree| frame.tree == 0 && tree.slots.len() <= MAX_SLOTS)?;
        let mut bits = 0..64u32;
        let mut bit = || bits.next().map(|bit| 1u64 << bit);
        let mut values = vec![0; tree.slots.len()];
        for quick in frame.quick.iter().filter(|quick| quick.slot > 0) {
            values[usize::from(quick.slot)] = bit()?;
        }
        let mut objects = Vec::new();
        for node in &tree.nodes {
            // The event itself is always there; what it can't have needs no bit.
            let can_be = node.own == 0 || values[usize::from(node.own)] != 0;
            let own = if node.own == 0 || !can_be { 0 } else { bit()? };
            objects.push((own, node.own, node.base));
        }
        let mut required = Vec::new();
        for ((rule, node), (own, ..)) in frame.members.iter().zip(&tree.nodes).zip(&objects) {
            let mut all = 0;
            for (index, slot) in (0..node.children.len()).zip(usize::from(node.base)..) {
                if rule.required >> index & 1 == 1 {
                    all |= values[slot];
                }
            }
            if node.own == 0 || *own != 0 {
                required.push((*own, all));
            }
        }
        // The event's name is always there, or the event would be of no type.
        required.extend(program.name_slot.map(|slot| (0, values[usize::from(slot)])));
        required.retain(|(_, all)| *all != 0);
        let member = |slot: u16| {
            let object = objects.iter().find(|(_, own, _)| *own == slot).map_or(0, |(bit, ..)| *bit);
            Member { slot, bit: values[usize::from(slot)], object }
        };
        let same = frame.same.iter().map(|(a, b)| (member(*a), member(*b)));
        // A member without a bit can't be there.
        let same = same.filter(|(a, b)| a.bit != 0 && b.bit != 0).collect();
        let mut depths = vec![1u8; tree.slots.len()];
        for node in &tree.nodes {
            let inside = if node.own == 0 { 1 } else { depths[usize::from(node.own)].saturating_add(1) };
            depths[usize::from(node.base)..][..node.children.len()].fill(inside);
        }
        let (depends, places) = (!frame.others.is_empty(), steps::looks_at_values(&frame.others));
        Some(Self { frame: index, required, same, depends, places, values, depths, objects })
    }

    /// How many objects the value in a slot lies in.
    pub(super) fn depth(&self, slot: u16) -> Option<u8> {
        self.depths.get(usize::from(slot)).copied()
    }

    fn needs_place(&self, slot: u16) -> bool {
        self.places || self.same.iter().any(|(a, b)| a.slot == slot || b.slot == slot)
    }

    /// Whether all holds that depends on something, of an event that has these members at these places.
    #[inline(never)]
    pub(super) fn others<L: Level>(
        &self,
        proof: &mut Proof<'_, '_>,
        places: &Few<(usize, usize), MAX_SLOTS>,
        members: u64,
    ) -> bool {
        for (slot, bit) in self.values.iter().enumerate() {
            proof.spots[slot] = if *bit == 0 || members & bit == 0 {
                Spot::default()
            } else if self.places {
                proof.spot_at(*places.get(slot), self.depths[slot])
            } else {
                // Nothing looks at more of it than that it is there and no object; what is one is told below.
                Spot::between(0, 0, 0, b'n', 0)
            };
        }
        proof.seen.fill(0);
        for (node, (bit, own, base)) in self.objects.iter().enumerate() {
            if *own > 0 && (*bit == 0 || members & bit == 0) {
                continue;
            }
            // Nothing looks at more of it than that it is an object.
            proof.spots[usize::from(*own)] = Spot::between(0, 0, 0, b'{', 0);
            let count = proof.fast.program.trees[0].nodes[node].children.len();
            let bits = self.values[usize::from(*base)..][..count].iter();
            // What can't be there has no bit.
            proof.seen[node] = bits.rev().fold(0, |seen, bit| seen << 1 | u128::from(members & bit != 0));
        }
        let frame = &proof.fast.program.frames[self.frame];
        L::answers(proof, frame, Base::of_event())
    }
}

/// A value of the event that is learned from.
pub(super) struct Leaf {
    pub(super) quick: Quick,
    pub(super) spot: Spot,
}

/// A chain that is being made.
struct Chain<'p> {
    program: &'p Program,
    demands: &'p Demands,
    event_type: usize,
    /// The step before, or the one that leads to the beginning.
    before: usize,
    run: Vec<Expected>,
    members: u64,
    fused: Vec<Fused>,
}

impl Steps {
    /// Learns from an event that was just proven: its slots are in the proof.
    #[inline(never)]
    pub(super) fn learn(&mut self, proof: &Proof<'_, '_>, event_type: usize, range: Range<usize>) {
        let program = &proof.fast.program;
        if let Some(slot) = program.name_slot {
            self.learned.name_quote = proof.spots[usize::from(slot)].quote();
        }
        let before = self.learned.count;
        // What can't be learned is left to the walk.
        if self.learned.add(proof, event_type, range).is_some() && self.learned.count > before {
            self.pace.forgive();
        }
    }
}

impl Learned {
    /// The step that leads to the beginning of events of a type.
    #[inline(always)]
    pub(super) fn root(event_type: usize) -> usize {
        event_type + 1
    }

    pub(super) fn has_room(&self) -> bool {
        self.count < MAX_STEPS && self.blocks.tables() < MAX_TABLES
    }

    fn add(&mut self, proof: &Proof<'_, '_>, event_type: usize, range: Range<usize>) -> Option<()> {
        let program = &proof.fast.program;
        let demands = proof.fast.demands.get(event_type)?.as_ref()?;
        if self.count == 0 {
            self.nodes.push(Node::default());
            self.push(Step::default())?;
            for node in (1..=program.events.len()).filter_map(|node| u16::try_from(node).ok()) {
                self.nodes.push(Node::default());
                self.push(Step { node, ..Step::default() })?;
            }
        }
        let frame = &program.frames[demands.frame];
        let (mut leaves, mut objects) = members(program, frame, proof.spots);
        leaves.sort_by_key(|leaf| leaf.spot.start());
        objects.sort_unstable();
        let mut objects = objects.into_iter().peekable();
        let mut chain = Chain {
            program,
            demands,
            event_type,
            before: Self::root(event_type),
            run: Vec::new(),
            members: 0,
            fused: Vec::new(),
        };
        let object_bit = |slot: u16| {
            let found = demands.objects.iter().find(|(_, own, _)| *own == slot);
            let own = found.map(|(bit, ..)| *bit).filter(|bit| *bit != 0)?;
            // An object is also a value in its slot.
            Some(own | demands.values.get(usize::from(slot))?)
        };
        let mut at = range.start;
        for leaf in leaves {
            while let Some((place, slot)) = objects.next_if(|(place, _)| *place < leaf.spot.start()) {
                self.text(&mut chain, proof.text.get(at..place)?)?;
                at = place;
                chain.members |= object_bit(slot)?;
            }
            self.text(&mut chain, proof.text.get(at..leaf.spot.start())?)?;
            at = leaf.spot.end();
            chain.members |= *demands.values.get(usize::from(leaf.quick.slot)).filter(|bit| **bit != 0)?;
            let slot = leaf.quick.slot;
            let fixed = leaf.fixed(program, proof.text);
            // What goes over a whole run has no place in it.
            let fits = |expected: &Vec<Expected>| expected.len() < BLOCK || !demands.needs_place(slot);
            if let Some(expected) = fixed.as_ref().filter(|expected| fits(expected)) {
                self.fuse(&mut chain, &leaf, expected)?;
            } else if Some(slot) == program.name_slot {
                return None;
            } else {
                let kind = match (leaf.spot.kind(), leaf.quick.check) {
                    (b'"', QuickCheck::Class { .. } | QuickCheck::Time { .. }) => Kind::Classes,
                    (b'"', QuickCheck::Shape { .. }) => Kind::Form,
                    (b'"', _) => Kind::Text,
                    _ => Kind::Other,
                };
                self.step(&mut chain, kind, Some(&leaf))?;
            }
        }
        for (place, slot) in objects {
            self.text(&mut chain, proof.text.get(at..place)?)?;
            at = place;
            chain.members |= object_bit(slot)?;
        }
        self.text(&mut chain, proof.text.get(at..range.end)?)?;
        self.step(&mut chain, Kind::End, None)
    }

    /// Adds text that must be the same; `None` if it can't be compared.
    fn text(&mut self, chain: &mut Chain<'_>, text: &[u8]) -> Option<()> {
        // With an escape, a quote might be one that has no mark; a line feed would have one in lines, where it ends them.
        if text.iter().any(|byte| matches!(byte, b'\\' | b'\n')) {
            return None;
        }
        for byte in text {
            self.expect(chain, Expected::Byte(*byte))?;
        }
        Some(())
    }

    /// Adds a byte to the run.
    fn expect(&mut self, chain: &mut Chain<'_>, expected: Expected) -> Option<()> {
        if chain.run.len() == BLOCK - 1 {
            self.step(chain, Kind::Run, None)?;
        }
        chain.run.push(expected);
        Some(())
    }

    /// Adds a value to the run. Where its place is needed, it is shorter than a block and doesn't go across the end of a run.
    fn fuse(&mut self, chain: &mut Chain<'_>, leaf: &Leaf, expected: &[Expected]) -> Option<()> {
        let slot = leaf.quick.slot;
        let needs_place = chain.demands.needs_place(slot);
        if needs_place && chain.run.len() + expected.len() >= BLOCK {
            // The members before it are of the run that ends here.
            self.step(chain, Kind::Run, None)?;
        }
        let start = u16::try_from(chain.run.len()).ok()?;
        for one in expected {
            self.expect(chain, *one)?;
        }
        if needs_place {
            let end = u16::try_from(chain.run.len()).ok()?;
            chain.fused.push(Fused { slot, start, end });
        }
        Some(())
    }

    /// Ends the run, as a step that may be known already.
    fn step(&mut self, chain: &mut Chain<'_>, kind: Kind, leaf: Option<&Leaf>) -> Option<()> {
        let slot = leaf.map(|leaf| leaf.quick.slot);
        let run = std::mem::take(&mut chain.run);
        let fused = std::mem::take(&mut chain.fused);
        let members = std::mem::take(&mut chain.members);
        let from = self.steps.get(chain.before).node;
        // Strings and other values have runs that differ, since the quote belongs to the run.
        let key = (from, run, slot);
        if let Some(known) = self.known.get(&key) {
            chain.before = usize::from(*known);
            // The same run from the same node brings the same members, or something is wrong with the reasoning.
            return (self.steps.get(chain.before).members == members).then_some(());
        }
        if self.nodes.get(usize::from(from))?.children.len() >= MAX_CHILDREN {
            return None;
        }
        let next = u16::try_from(self.nodes.len()).ok()?;
        let node = match slot {
            Some(slot) => *self.behind.entry((chain.event_type, slot, kind != Kind::Other)).or_insert(next),
            None => next,
        };
        if node == next {
            self.nodes.push(Node::default());
        }
        let step = self.new_step(chain, &key.1, kind, leaf)?;
        let first = u16::try_from(self.fused.len()).ok()?;
        let count = u8::try_from(fused.len()).ok()?;
        self.fused.extend(fused);
        let index = self.push(Step { members, node, fused: (first, count), ..step })?;
        self.nodes.get_mut(usize::from(from))?.children.push(index);
        self.steps.get_mut(chain.before).next = index;
        self.known.insert(key, index);
        chain.before = usize::from(index);
        Some(())
    }

    /// Adds a step and tells its index.
    fn push(&mut self, step: Step) -> Option<u16> {
        if self.count >= MAX_STEPS {
            return None;
        }
        *self.steps.get_mut(self.count) = step;
        self.count += 1;
        u16::try_from(self.count - 1).ok()
    }

    fn new_step(
        &mut self,
        chain: &Chain<'_>,
        run: &[Expected],
        kind: Kind,
        leaf: Option<&Leaf>,
    ) -> Option<Step> {
        let (block, table) = self.block(run)?;
        let quotes = run.iter().filter(|expected| **expected == Expected::Byte(b'"')).count();
        let mut step = Step {
            literal: block.literal,
            required: block.required,
            fixed: block.fixed,
            classed: block.classed,
            tables: [table, 0],
            length: u16::try_from(run.len()).ok()?,
            quotes: u16::try_from(quotes).ok()?,
            kind,
            ..Step::default()
        };
        let Some(leaf) = leaf else { return Some(step) };
        step.quick = leaf.quick;
        step.depth = *chain.demands.depths.get(usize::from(leaf.quick.slot))?;
        let (classes, min, max) = match leaf.quick.check {
            QuickCheck::Class { block, min, max } => {
                (chain.program.blocks.expected(block, max.into())?, min, max)
            }
            QuickCheck::Time { .. } => {
                step.is_time = true;
                (step.min, step.span) = (20, 10);
                return Some(step);
            }
            _ => return Some(step),
        };
        if kind == Kind::Classes {
            let (block, table) = self.block(&classes)?;
            step.value = block.required;
            step.tables[1] = table;
            (step.min, step.span) = (min, max - min);
        }
        Some(step)
    }

    /// The block for some bytes, and the index of its table.
    fn block(&mut self, expected: &[Expected]) -> Option<(Block, u16)> {
        let at = self.blocks.add(expected)?;
        let block = self.blocks.get(at.start).filter(|_| at.len() == 1)?.clone();
        if block.table as usize >= MAX_TABLES {
            return None;
        }
        // Classes may have been added to it.
        *self.tables.get_mut(block.table as usize) = self.blocks.table(block.table)?.clone();
        let table = u16::try_from(block.table).ok()?;
        Some((block, table))
    }
}

impl Leaf {
    /// What the bytes of a value have to be, if those that may stand there always have one length.
    pub(super) fn fixed(&self, program: &Program, text: &[u8]) -> Option<Vec<Expected>> {
        match (self.quick.check, self.spot.kind()) {
            // The name decides what the event is held to, so it is never anything else.
            (_, b'"') if Some(self.quick.slot) == program.name_slot => self.as_it_is(text),
            (QuickCheck::Class { block, min, max }, b'"')
                if min == max && self.spot.range().len() == usize::from(min) =>
            {
                program.blocks.expected(block, usize::from(min)).filter(|_| self.as_it_is(text).is_some())
            }
            (QuickCheck::Choice(choice), b'"') if program.choices[choice as usize].names().count() == 1 => {
                self.as_it_is(text)
            }
            (QuickCheck::Digit(first, last), b'0'..=b'9') if self.spot.range().len() == 1 => {
                Some(vec![Expected::Class(Row::of(b'0' + first..=b'0' + last)?)])
            }
            (_, b't' | b'f' | b'n') => self.as_it_is(text),
            _ => None,
        }
    }

    /// The bytes of the value, if it has no escape.
    pub(super) fn as_it_is(&self, text: &[u8]) -> Option<Vec<Expected>> {
        let value = text.get(self.spot.range()).filter(|value| !value.contains(&b'\\'))?;
        Some(value.iter().map(|byte| Expected::Byte(*byte)).collect())
    }
}

/// The values of an event, and the objects around them: where they begin, and their slots.
pub(super) fn members(program: &Program, frame: &Frame, spots: &[Spot]) -> (Vec<Leaf>, Vec<(usize, u16)>) {
    let tree = &program.trees[frame.tree];
    let mut is_object = vec![false; tree.slots.len()];
    let mut objects = Vec::new();
    for node in &tree.nodes {
        let spot = spots[usize::from(node.own)];
        if spot.kind() == b'{' {
            is_object[usize::from(node.own)] = true;
            if node.own > 0 {
                objects.push((spot.start(), node.own));
            }
        }
    }
    let leaves = frame.quick.iter().filter_map(|quick| {
        let spot = spots[usize::from(quick.slot)];
        (spot.kind() != 0 && !is_object[usize::from(quick.slot)]).then_some(Leaf { quick: *quick, spot })
    });
    (leaves.collect(), objects)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_four_lines_of_the_cache() {
        assert_eq!(size_of::<Step>(), 256);
    }
}
