//! Inside arrays, and objects whose members have no known names.

use super::check::Proof;
use super::level::Level;
use super::text::{self, bytes_at};
use super::walk::{Cursor, Depth, Spot};
use crate::compile::{Array, Field, Frame, Map, Quick};

/// How many elements of an array, or names of an object, are compared at most: that takes a time that grows with the square.
const MAX_COMPARED: usize = 64;

/// Elements of an array, or names of an object, that must differ: where they are, and their digests. They were proven, so
/// their numbers have no exponents.
struct Different {
    known: [(Spot, u64); MAX_COMPARED],
    count: usize,
    /// Whether the first has an escape, so that none can be told from it.
    has_escape: bool,
}

impl Different {
    fn new() -> Self {
        Self { known: [(Spot::default(), 0); MAX_COMPARED], count: 0, has_escape: false }
    }

    /// Adds one, if it surely differs from all that there are.
    fn add(&mut self, text: &[u8], spot: Spot) -> Option<()> {
        let own = text.get(spot.range())?;
        let digest = digest(own);
        let has_escape = own.contains(&b'\\');
        let differs = |(other, other_digest): &(Spot, u64)| {
            let are_strings = other.kind() == b'"' && spot.kind() == b'"';
            digest != *other_digest || are_strings && text.get(other.range()) != Some(own)
        };
        let before = self.known.get(..self.count)?;
        if !before.is_empty() && (has_escape || self.has_escape || !before.iter().all(differs)) {
            return None;
        }
        *self.known.get_mut(self.count)? = (spot, digest);
        self.has_escape |= has_escape;
        self.count += 1;
        Some(())
    }
}

impl<'t> Proof<'_, 't> {
    /// Where an array ends that begins at a place, and the first mark behind it, if it is one of strings that quick checks
    /// prove. Without that it may still be right.
    #[inline(always)]
    pub(super) fn strings<L: Level>(
        &mut self,
        frame: &Frame,
        quick: Quick,
        at: usize,
        first: usize,
    ) -> Option<(usize, usize)> {
        let field = frame.fields.get(usize::from(quick.field))?;
        let (_, element, array) = self.fast.program.strings_in(field)?;
        if self.text.get(at..at + 2)? != b"[\"" {
            return None;
        }
        let (mut at, mut mark, mut count) = (at + 1, first, 0);
        loop {
            let [open, close] = *self.quotes.get(mark..)?.first_chunk::<2>()?;
            let (start, end) = (open as usize + 1, close as usize);
            let length = end.wrapping_sub(start);
            let fits = open as usize == at
                && length <= 64
                && self.passes::<L>(element.check, Spot::between(start, end, mark, b'"', 0));
            if !fits {
                return None;
            }
            if array.unique {
                // Without escapes, texts are the same if their bytes are.
                let block = bytes_at(self.text, start)?;
                let mut before = first;
                while before < mark {
                    let [open, close] = *self.quotes.get(before..)?.first_chunk::<2>()?;
                    let other = bytes_at(self.text, open as usize + 1)?;
                    let is_same_length = close.wrapping_sub(open) as usize == length + 1;
                    if is_same_length && L::differing(other, block, L::mask(length)) == 0 {
                        return None;
                    }
                    before += 2;
                }
            }
            count += 1;
            mark += 2;
            at = end + 1;
            match self.text.get(at)? {
                b',' => at += 1 + usize::from(self.text.get(at + 1) == Some(&b' ')),
                b']' => break,
                _ => return None,
            }
            // A long array takes a time that grows with its square.
            if count as usize >= MAX_COMPARED {
                return None;
            }
        }
        (array.min..=array.max).contains(&count).then_some((at + 1, mark))
    }

    /// How many elements an array has, which is known to be JSON.
    pub(super) fn elements(&self, spot: Spot) -> Option<u32> {
        let mut cursor = self.inside(spot);
        let depth = Depth { now: spot.depth(), most: self.fast.limits.max_depth };
        cursor.at += 1;
        cursor.skip_space();
        if cursor.byte() == b']' {
            return Some(0);
        }
        let mut count = 1;
        loop {
            cursor.value(depth)?;
            cursor.skip_space();
            if cursor.byte() != b',' {
                return Some(count);
            }
            cursor.at += 1;
            cursor.skip_space();
            count += 1;
        }
    }

    #[inline(always)]
    pub(super) fn proves_array<L: Level>(&mut self, field: &Field, spot: Spot) -> bool {
        let Some(array) = &field.array else { return false };
        if !self.effort.enter(spot.range().len()) {
            return false;
        }
        let proven = self.array::<L>(array, spot).is_some();
        self.effort.leave();
        proven
    }

    #[inline(always)]
    fn array<L: Level>(&mut self, array: &Array, spot: Spot) -> Option<()> {
        let mut cursor = self.inside(spot);
        let depth = Depth { now: spot.depth(), most: self.fast.limits.max_depth };
        let mut elements: u32 = 0;
        let mut different = array.unique.then(Different::new);
        let mut found: u64 = 0;
        let wanted = 1u64.checked_shl(u32::try_from(array.contains.len()).ok()?)? - 1;
        cursor.at += 1;
        cursor.skip_space();
        if cursor.byte() != b']' {
            loop {
                let index = elements as usize;
                let frame = *array.first.get(index).or(array.rest.as_ref())?;
                let here = cursor;
                let element = self.element::<L>(frame, &mut cursor, depth)?;
                for (bit, wanted) in array.contains.iter().enumerate() {
                    let known = found >> bit & 1 == 1;
                    if !known && self.element::<L>(*wanted, &mut here.clone(), depth).is_some() {
                        found |= 1 << bit;
                    }
                }
                if let Some(different) = &mut different {
                    different.add(self.text, element)?;
                }
                elements += 1;
                cursor.skip_space();
                match cursor.byte() {
                    b',' => cursor.at += 1,
                    b']' => break,
                    _ => return None,
                }
                cursor.skip_space();
            }
        }
        let counts = (array.min..=array.max).contains(&elements) && found == wanted;
        (counts && cursor.at + 1 == spot.end()).then_some(())
    }

    #[inline(always)]
    pub(super) fn proves_map<L: Level>(&mut self, map: &Map, spot: Spot) -> bool {
        if !self.effort.enter(spot.range().len()) {
            return false;
        }
        let proven = self.map::<L>(map, spot).is_some();
        self.effort.leave();
        proven
    }

    #[inline(always)]
    fn map<L: Level>(&mut self, map: &Map, spot: Spot) -> Option<()> {
        let mut cursor = self.inside(spot);
        let depth = Depth { now: spot.depth(), most: self.fast.limits.max_depth };
        let mut count: u32 = 0;
        let mut names = Different::new();
        cursor.at += 1;
        cursor.skip_space();
        if cursor.byte() != b'}' {
            let frame = map.values?;
            loop {
                if cursor.byte() != b'"' {
                    return None;
                }
                let name = cursor.value(depth)?;
                names.add(self.text, name)?;
                let raw = &self.text[name.range()];
                let is_plain = raw.iter().all(|byte| *byte >= 0x20 && *byte != b'\\');
                let name = std::str::from_utf8(raw).ok().filter(|_| is_plain)?;
                if text::exact(None, &map.names, name, &self.fast.program) != Some(true) {
                    return None;
                }
                cursor.skip_space();
                if cursor.byte() != b':' {
                    return None;
                }
                cursor.at += 1;
                cursor.skip_space();
                self.element::<L>(frame, &mut cursor, depth)?;
                count += 1;
                cursor.skip_space();
                match cursor.byte() {
                    b',' => cursor.at += 1,
                    b'}' => break,
                    _ => return None,
                }
                cursor.skip_space();
            }
        }
        ((map.min..=map.max).contains(&count) && cursor.at + 1 == spot.end()).then_some(())
    }

    /// Passes over the value at the cursor, if it surely is what a frame asks for.
    #[inline(always)]
    fn element<L: Level>(&mut self, frame: usize, cursor: &mut Cursor<'t>, depth: Depth) -> Option<Spot> {
        let fast = self.fast;
        let frame = &fast.program.frames[frame];
        let tree = &fast.program.trees[frame.tree];
        if let ([], [quick], []) = (tree.nodes.as_slice(), frame.quick.as_slice(), frame.others.as_slice()) {
            let spot = cursor.value(depth)?;
            return self.proves::<L>(frame, *quick, spot).then_some(spot);
        }
        let base = self.enter(frame.tree);
        let node = (!tree.nodes.is_empty()).then_some(0);
        let (spots, seen) = (&mut self.spots[base.slots..], &mut self.seen[base.nodes..]);
        let filled = L::fill(cursor, tree, (0, node), depth, spots, seen);
        let spot = self.spot(base, 0);
        let holds = filled.is_some() && self.holds::<L>(frame, base);
        self.leave(base);
        holds.then_some(spot)
    }
}

/// A number that is the same for the same JSON value, however it is written without escapes and exponents: members may
/// change places, spaces come and go, and `1` be `1.0`. So which bytes there are counts, not where they stand, and those
/// that a number may have more or fewer of don't. Two strings are compared as such and never come here.
fn digest(text: &[u8]) -> u64 {
    text.iter().fold(0, |sum: u64, byte| sum.wrapping_add(COUNTED[usize::from(*byte)]))
}

/// What each byte adds to a digest.
static COUNTED: [u64; 256] = {
    let mut counted = [0; 256];
    let mut at = 0;
    while at < 256 {
        #[expect(clippy::cast_possible_truncation, reason = "less than 256")]
        let byte = at as u8;
        if !matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'.' | b'0') {
            let mixed = (at as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            counted[at] = (mixed ^ (mixed >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        }
        at += 1;
    }
    counted
};
