//! Learning: an event that the walk proved becomes a chain of steps.

use std::collections::HashMap;
use std::ops::Range;

use super::check::{Base, Proof};
use super::level::Level;
use super::steps::{self, Fused, Step, Steps};
use super::walk::Spot;
use crate::compile::{Blocks, Expected, Frame, Program, Quick, QuickCheck, Row};

/// How many steps a thread keeps, and how many may begin at one node.
const MAX_STEPS: usize = 4096;
const MAX_CHILDREN: usize = 8;

/// How long a run may be, in bytes.
const MAX_RUN: usize = 512;

/// What was learned.
#[derive(Debug, Default)]
pub(super) struct Learned {
    /// By event type, the node at the beginning.
    pub(super) roots: Vec<u32>,
    /// For each node the steps that may follow.
    pub(super) nodes: Vec<Vec<u32>>,
    pub(super) steps: Vec<Step>,
    pub(super) blocks: Blocks,
    pub(super) fused: Vec<Fused>,
    /// Which quote of an event begins the name of its type.
    pub(super) name_quote: usize,
    /// The nodes, by event type and the slot of the value before.
    behind: HashMap<(usize, u16), u32>,
    known: HashMap<(u32, Vec<Expected>, Option<u16>), u32>,
}

/// What stands behind a run.
#[derive(Clone, Copy, Debug)]
pub(super) enum Value {
    /// A string, whose opening quote ends the run.
    Text(Quick),
    /// Anything else, within so many arrays and objects.
    Other(Quick, u8),
    /// The end of the event.
    End,
}

/// What a chain of one event type has to bring. There is none for types that are never learned.
#[derive(Debug)]
pub(super) struct Demands {
    pub(super) frame: usize,
    /// For each object, as members by their slots: itself, and what must be there if it is.
    pub(super) required: Vec<(u128, u128)>,
    /// Whether the places of values are needed.
    pub(super) places: bool,
    /// For each node of the tree the slot of its object, that of its first member, and their number.
    nodes: Vec<(u16, u16, u32)>,
}

impl Demands {
    pub(super) fn of(program: &Program, event_type: usize) -> Option<Self> {
        let index = program.events.get(event_type)?.frame?;
        let frame = &program.frames[index];
        let tree = program.trees.get(frame.tree)?;
        if tree.slots.len() > 128 || frame.tree != 0 {
            return None;
        }
        let required = |(rule, node): (&crate::compile::MemberRule, &crate::compile::ObjectNode)| {
            // The event itself is always there.
            let own = if node.own == 0 { 0 } else { 1u128 << node.own };
            (own, rule.required.checked_shl(u32::from(node.base)).unwrap_or(0))
        };
        // The event's name is always there, or the event would be of no type.
        let name = program.name_slot.map(|slot| (0, 1u128 << slot));
        Some(Self {
            frame: index,
            required: frame.members.iter().zip(&tree.nodes).map(required).chain(name).collect(),
            places: !frame.same.is_empty() || steps::looks_at_values(&frame.others),
            nodes: tree
                .nodes
                .iter()
                .map(|node| (node.own, node.base, u32::try_from(node.children.len()).unwrap_or(0)))
                .collect(),
        })
    }

    /// Whether all holds that depends on something, of an event that has these members, of which some are objects that the
    /// chain went into.
    #[inline(never)]
    pub(super) fn others<L: Level>(
        &self,
        proof: &mut Proof<'_, '_>,
        frame: &Frame,
        members: u128,
        objects: u128,
    ) -> bool {
        for (slot, spot) in proof.spots.iter_mut().enumerate() {
            if members >> slot & 1 == 0 {
                *spot = Spot::default();
            }
        }
        for (seen, (own, base, count)) in proof.seen.iter_mut().zip(&self.nodes) {
            let all = if *count >= 128 { u128::MAX } else { (1u128 << count) - 1 };
            *seen = members.checked_shr(u32::from(*base)).unwrap_or(0) & all;
            if *own == 0 || objects >> own & 1 == 1 {
                // Nothing looks at more of it than that it is an object.
                proof.spots[usize::from(*own)] = Spot::between(0, 0, 0, b'{', 0);
            }
        }
        proof.answers::<L>(frame, Base::of_event())
    }
}

/// A value of the event that is learned from.
struct Leaf {
    quick: Quick,
    spot: Spot,
    /// How many objects it lies in.
    depth: u8,
}

/// A chain that is being made.
struct Chain {
    node: u32,
    run: Vec<Expected>,
    members: u128,
    objects: u128,
    fused: Vec<Fused>,
}

impl Steps {
    /// Learns from an event that was just proven: its slots are in the proof.
    #[inline(never)]
    pub(super) fn learn(&mut self, proof: &Proof<'_, '_>, event_type: usize, range: Range<usize>) {
        let program = &proof.fast.program;
        if self.learned.steps.len() >= MAX_STEPS {
            return;
        }
        if let Some(slot) = program.name_slot {
            self.learned.name_quote = proof.spots[usize::from(slot)].quote();
        }
        if proof.fast.demands[event_type].is_some() {
            // What can't be learned is left to the walk.
            let _ = self.learned.add(proof, event_type, range);
        }
    }
}

impl Learned {
    fn add(&mut self, proof: &Proof<'_, '_>, event_type: usize, range: Range<usize>) -> Option<()> {
        let program = &proof.fast.program;
        if self.roots.is_empty() {
            self.roots = (0..program.events.len()).filter_map(|root| u32::try_from(root).ok()).collect();
            self.nodes.resize(self.roots.len(), Vec::new());
        }
        let frame = &program.frames[program.events[event_type].frame?];
        let (mut leaves, mut objects) = members(program, frame, proof.spots);
        leaves.sort_by_key(|leaf| leaf.spot.start());
        objects.sort_unstable();
        let mut objects = objects.into_iter().peekable();
        let mut chain = Chain {
            node: *self.roots.get(event_type)?,
            run: Vec::new(),
            members: 0,
            objects: 0,
            fused: Vec::new(),
        };
        let mut at = range.start;
        for leaf in leaves {
            let (start, end) = (leaf.spot.start(), leaf.spot.end());
            chain.add_text(proof.text.get(at..start)?)?;
            chain.members |= 1 << leaf.quick.slot;
            while let Some((_, slot)) = objects.next_if(|(place, _)| *place < start) {
                chain.objects |= 1 << slot;
            }
            at = end;
            let begin = u32::try_from(chain.run.len()).ok()?;
            if chain.fuse(program, &leaf, proof.text) {
                chain.fused.push(Fused {
                    slot: leaf.quick.slot,
                    kind: leaf.spot.kind(),
                    start: begin,
                    end: u32::try_from(chain.run.len()).ok()?,
                });
                continue;
            }
            let value = match leaf.spot.kind() {
                b'"' => Value::Text(leaf.quick),
                _ => Value::Other(leaf.quick, leaf.depth),
            };
            self.step(&mut chain, event_type, value)?;
        }
        chain.add_text(proof.text.get(at..range.end)?)?;
        objects.for_each(|(_, slot)| chain.objects |= 1 << slot);
        self.step(&mut chain, event_type, Value::End)
    }

    /// Ends the run with a value, as a step that may be known already.
    fn step(&mut self, chain: &mut Chain, event_type: usize, value: Value) -> Option<()> {
        let slot = match value {
            Value::Text(quick) | Value::Other(quick, _) => Some(quick.slot),
            Value::End => None,
        };
        // Strings and other values have runs that differ, since the quote belongs to the run.
        let run = std::mem::take(&mut chain.run);
        let fused = std::mem::take(&mut chain.fused);
        let objects = std::mem::take(&mut chain.objects);
        let members = std::mem::take(&mut chain.members) | objects;
        let key = (chain.node, run, slot);
        if let Some(known) = self.known.get(&key) {
            chain.node = self.steps[*known as usize].node;
            return Some(());
        }
        let children = self.nodes.get(chain.node as usize)?.len();
        if children >= MAX_CHILDREN || self.steps.len() >= MAX_STEPS {
            return None;
        }
        let node = match slot {
            Some(slot) => {
                let next = u32::try_from(self.nodes.len()).ok()?;
                let node = *self.behind.entry((event_type, slot)).or_insert(next);
                if node == next {
                    self.nodes.push(Vec::new());
                }
                node
            }
            None => 0,
        };
        let run = &key.1;
        let blocks = self.blocks.add(run)?;
        let first = u32::try_from(self.fused.len()).ok()?;
        self.fused.extend(fused);
        let quotes = run.iter().filter(|expected| **expected == Expected::Byte(b'"')).count();
        self.steps.push(Step {
            blocks: (blocks.start, blocks.end),
            length: u32::try_from(run.len()).ok()?,
            quotes: u32::try_from(quotes).ok()?,
            value,
            members,
            objects,
            node,
            fused: (first, u32::try_from(self.fused.len()).ok()?),
        });
        let index = u32::try_from(self.steps.len() - 1).ok()?;
        self.nodes.get_mut(chain.node as usize)?.push(index);
        self.known.insert(key, index);
        chain.node = node;
        Some(())
    }
}

impl Chain {
    /// Adds text that must be the same; `None` if it can't be compared.
    fn add_text(&mut self, text: &[u8]) -> Option<()> {
        // With an escape, a quote might be one that the index doesn't have.
        if text.contains(&b'\\') || self.run.len() + text.len() > MAX_RUN {
            return None;
        }
        self.run.extend(text.iter().map(|byte| Expected::Byte(*byte)));
        Some(())
    }

    /// Adds a value to the run, if those that may stand there always have one length.
    fn fuse(&mut self, program: &Program, leaf: &Leaf, text: &[u8]) -> bool {
        let Some(value) = text.get(leaf.spot.range()) else { return false };
        let expected: Option<Vec<Expected>> = match (leaf.quick.check, leaf.spot.kind()) {
            (QuickCheck::Class { block, .. }, _) if steps::is_fixed(leaf.quick.check, leaf.spot) => {
                program.blocks.expected(block, value.len())
            }
            (QuickCheck::Digit(first, last), _) if steps::is_fixed(leaf.quick.check, leaf.spot) => {
                Row::of(b'0' + first..=b'0' + last).map(|row| vec![Expected::Class(row)])
            }
            (QuickCheck::Choice(choice), b'"') if program.choices[choice as usize].names().count() == 1 => {
                Some(value.iter().map(|byte| Expected::Byte(*byte)).collect())
            }
            // The name decides what the event is held to, so it is never anything else.
            (_, b'"') if Some(leaf.quick.slot) == program.name_slot => {
                Some(value.iter().map(|byte| Expected::Byte(*byte)).collect())
            }
            (_, b't' | b'f' | b'n') => Some(value.iter().map(|byte| Expected::Byte(*byte)).collect()),
            _ => None,
        };
        let fits = expected.as_ref().is_some_and(|expected| {
            self.run.len() + expected.len() <= MAX_RUN && !value.contains(&b'\\')
        });
        if fits {
            self.run.extend(expected.unwrap_or_default());
        }
        fits
    }
}

/// The values of an event, and the objects around them: where they begin, and their slots.
fn members(program: &Program, frame: &Frame, spots: &[Spot]) -> (Vec<Leaf>, Vec<(usize, u16)>) {
    let tree = &program.trees[frame.tree];
    let mut depths = vec![1u8; tree.slots.len()];
    let mut is_object = vec![false; tree.slots.len()];
    let mut objects = Vec::new();
    for node in &tree.nodes {
        let own = usize::from(node.own);
        if spots[own].kind() == b'{' {
            let inside = if own == 0 { 1 } else { depths[own] + 1 };
            depths[usize::from(node.base)..][..node.children.len()].fill(inside);
            is_object[own] = true;
            if own > 0 {
                objects.push((spots[own].start(), node.own));
            }
        }
    }
    let leaves = frame.quick.iter().filter_map(|quick| {
        let slot = usize::from(quick.slot);
        let spot = spots[slot];
        (spot.kind() != 0 && !is_object[slot]).then(|| Leaf { quick: *quick, spot, depth: depths[slot] })
    });
    (leaves.collect(), objects)
}
