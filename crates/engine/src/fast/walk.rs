//! The walk: finds which value is in which slot of a tree, in whatever order the members stand.
//!
//! It follows the grammar of objects and looks at names; values that are no objects of the tree it passes over, and the
//! checks look inside. What it can't follow ends it.

use super::level::{Found, Level};
use super::text::bytes_at;
use crate::compile::{ObjectNode, Tree};

/// Where a value stands: its first byte (of a string that after its quote), the byte behind its last, the index of the
/// first quote at or behind its beginning (of a string that of its own), the byte that it begins with, and how deep its
/// inside is nested. Two words, since it is made and looked at more often than anything else.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Spot {
    place: u64,
    rest: u64,
}

impl Spot {
    #[inline(always)]
    pub(super) fn new(start: u32, end: u32, quote: u32, kind: u8, depth: u8) -> Self {
        Self {
            place: u64::from(start) | u64::from(end) << 32,
            rest: u64::from(quote) | u64::from(kind) << 32 | u64::from(depth) << 40,
        }
    }

    /// The same with places in a text that is shorter than 4 GiB.
    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "the text is shorter, which the caller saw to")]
    pub(super) fn between(start: usize, end: usize, quote: usize, kind: u8, depth: u8) -> Self {
        Self::new(start as u32, end as u32, quote as u32, kind, depth)
    }

    #[inline(always)]
    pub(super) fn start(self) -> usize {
        (self.place & 0xFFFF_FFFF) as usize
    }

    #[inline(always)]
    pub(super) fn end(self) -> usize {
        (self.place >> 32) as usize
    }

    #[inline(always)]
    pub(super) fn quote(self) -> usize {
        (self.rest & 0xFFFF_FFFF) as usize
    }

    /// 0 if there is no value.
    #[inline(always)]
    pub(super) fn kind(self) -> u8 {
        (self.rest >> 32 & 0xFF) as u8
    }

    #[inline(always)]
    pub(super) fn depth(self) -> usize {
        (self.rest >> 40 & 0xFF) as usize
    }

    #[inline(always)]
    pub(super) fn range(self) -> std::ops::Range<usize> {
        self.start()..self.end()
    }
}

/// A place in a text with its quotes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'t> {
    pub(super) text: &'t [u8],
    /// The places of the quotes that begin and end strings.
    pub(super) quotes: &'t [u32],
    pub(super) end: usize,
    pub(super) at: usize,
    /// The index of the first quote at or behind `at`.
    pub(super) quote: usize,
}

/// How deep a value may be nested, and how deep it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Depth {
    pub(super) now: usize,
    pub(super) most: usize,
}

/// What is known of the members of an object that were passed over without a look at each: which they are, which were there
/// before, and whether a name is another than was guessed.
struct Passed<L: Level> {
    members: u64,
    twice: u64,
    differing: L::Found,
}

impl Cursor<'_> {
    /// The byte here; nothing that JSON has behind the end.
    #[inline(always)]
    pub(super) fn byte(&self) -> u8 {
        if self.at < self.end { self.text[self.at] } else { 0 }
    }

    #[inline(always)]
    pub(super) fn skip_space(&mut self) {
        while matches!(self.byte(), b' ' | b'\t' | b'\n' | b'\r') {
            self.at += 1;
        }
    }

    /// Passes over a string that begins here, and tells where it is.
    #[inline(always)]
    fn string(&mut self) -> Option<Spot> {
        let (start, end) = (*self.quotes.get(self.quote)?, *self.quotes.get(self.quote + 1)?);
        if start as usize != self.at {
            return None;
        }
        let spot = Spot::new(start + 1, end, u32::try_from(self.quote).ok()?, b'"', 0);
        self.at = end as usize + 1;
        self.quote += 2;
        Some(spot)
    }

    /// Passes over the value that begins here, looking only for its end. Nothing inside is checked but how deep it is.
    #[inline(always)]
    pub(super) fn value(&mut self, depth: Depth) -> Option<Spot> {
        let kind = self.byte();
        match kind {
            b'"' => self.string(),
            b'[' | b'{' => self.compound(kind, depth),
            _ => {
                let (start, quote) = (self.at, self.quote);
                while !matches!(self.byte(), b',' | b'}' | b']' | b' ' | b'\t' | b'\n' | b'\r' | b'"' | 0) {
                    self.at += 1;
                }
                Some(Spot::new(
                    u32::try_from(start).ok()?,
                    u32::try_from(self.at).ok()?,
                    u32::try_from(quote).ok()?,
                    kind,
                    0,
                ))
            }
        }
    }

    fn compound(&mut self, kind: u8, depth: Depth) -> Option<Spot> {
        let (start, quote) = (self.at, self.quote);
        let mut open = 0;
        loop {
            match self.byte() {
                b'"' => {
                    self.string()?;
                    continue;
                }
                b'[' | b'{' => {
                    open += 1;
                    if depth.now + open > depth.most {
                        return None;
                    }
                }
                b']' | b'}' => open -= 1,
                0 if self.at >= self.end => return None,
                _ => {}
            }
            self.at += 1;
            if open == 0 {
                return Some(Spot::new(
                    u32::try_from(start).ok()?,
                    u32::try_from(self.at).ok()?,
                    u32::try_from(quote).ok()?,
                    kind,
                    u8::try_from(depth.now + 1).ok()?,
                ));
            }
        }
    }

    /// Passes over members from the one whose name begins here, as long as they are what nearly all are: without spaces, with
    /// strings, positive numbers and arrays of strings. Whether the object ended so. Only what was passed tells whether their
    /// names are known ones.
    #[inline(always)]
    fn pass<L: Level>(
        &mut self,
        object: &ObjectNode,
        inside: Depth,
        spots: &mut [Spot],
        passed: &mut Passed<L>,
    ) -> bool {
        let (text, quotes) = (self.text, self.quotes);
        let (mut at, mut quote) = (self.at, self.quote);
        let mut has_ended = false;
        while let Some([name, name_end, value, value_end]) =
            quotes.get(quote..).and_then(|rest| rest.first_chunk::<4>())
        {
            let (name, name_end) = (*name as usize, *name_end as usize);
            let (value, mut value_end) = (*value as usize, *value_end as usize);
            let (Some(block), Some([tail @ .., _, _, kind, next, _, _, _, _])) =
                (bytes_at::<64>(text, name + 1), bytes_at::<16>(text, name_end.wrapping_sub(8)))
            else {
                break;
            };
            if name != at {
                break;
            }
            let length = name_end.wrapping_sub(name + 1);
            let Some((member, known)) = object.keys.member(block, *tail, length) else { break };
            let mut quote_behind = quote + 4;
            let (spot, behind) = if *kind == b'"' {
                (Spot::between(value + 1, value_end, quote + 2, b'"', 0), value_end + 1)
            } else if kind.is_ascii_digit() {
                // The number ends at the comma before the next name.
                if bytes_at::<1>(text, value.wrapping_sub(2)).is_none_or(|[digit]| !digit.is_ascii_digit()) {
                    break;
                }
                quote_behind -= 2;
                (Spot::between(name_end + 2, value - 1, quote + 2, *kind, 0), value - 1)
            } else if *kind == b'[' && *next == b'"' && inside.now < inside.most {
                while bytes_at::<2>(text, value_end + 1) == Some(b",\"")
                    && let Some(end) = quotes.get(quote_behind + 1)
                {
                    value_end = *end as usize;
                    quote_behind += 2;
                }
                if bytes_at::<1>(text, value_end + 1) != Some(b"]") {
                    break;
                }
                #[expect(clippy::cast_possible_truncation, reason = "no deeper than the fast path goes")]
                let depth = (inside.now + 1) as u8;
                (Spot::between(name_end + 2, value_end + 2, quote + 2, b'[', depth), value_end + 2)
            } else {
                break;
            };
            let Some(pair) = bytes_at::<2>(text, behind) else { break };
            let Some(noted) = spots.get_mut(usize::from(object.base) + member) else { break };
            has_ended = pair[0] == b'}';
            if pair != b",\"" && !has_ended {
                break;
            }
            *noted = spot;
            let (wanted, places) = known.text();
            passed.differing = passed.differing.and_differing(block, wanted, places);
            let bit = 1 << (member % 64);
            passed.twice |= passed.members & bit;
            passed.members |= bit;
            quote = quote_behind;
            at = behind + 1;
            if has_ended {
                break;
            }
        }
        (self.at, self.quote) = (at, quote);
        has_ended
    }

    /// Passes over the value that begins here and fills the slots of a tree with it. `node` is that of objects here. Levels
    /// call it.
    #[inline(always)]
    pub(super) fn fill<L: Level>(
        &mut self,
        tree: &Tree,
        (slot, node): (u16, Option<u16>),
        depth: Depth,
        spots: &mut [Spot],
        seen: &mut [u128],
    ) -> Option<()> {
        let Some(node) = node.filter(|_| self.byte() == b'{') else {
            spots[usize::from(slot)] = self.value(depth)?;
            return Some(());
        };
        if depth.now >= depth.most {
            return None;
        }
        let (start, quote) = (self.at, self.quote);
        let inside = Depth { now: depth.now + 1, ..depth };
        let object = tree.nodes.get(usize::from(node))?;
        let mut members = 0u128;
        let mut passed = Passed::<L> { members: 0, twice: 0, differing: L::Found::NOTHING };
        self.at += 1;
        self.skip_space();
        if self.byte() == b'}' {
            self.at += 1;
        } else {
            loop {
                if self.pass::<L>(object, inside, spots, &mut passed) {
                    break;
                }
                let name = self.string()?;
                let member = object.keys.find(self.text, name.start(), name.end())?;
                if members >> member & 1 == 1 {
                    return None;
                }
                members |= 1 << member;
                self.skip_space();
                if self.byte() != b':' {
                    return None;
                }
                self.at += 1;
                self.skip_space();
                let slot = object.base + u16::try_from(member).ok()?;
                match self.byte() {
                    b'"' => spots[usize::from(slot)] = self.string()?,
                    b'{' if object.children[member].is_some() => {
                        L::fill(self, tree, (slot, object.children[member]), inside, spots, seen)?;
                    }
                    _ => spots[usize::from(slot)] = self.value(inside)?,
                }
                self.skip_space();
                match self.byte() {
                    b',' => self.at += 1,
                    b'}' => {
                        self.at += 1;
                        break;
                    }
                    _ => return None,
                }
                self.skip_space();
            }
        }
        let few = u128::from(passed.members);
        if passed.twice != 0 || members & few != 0 || passed.differing.is_any() {
            return None;
        }
        seen[usize::from(node)] = members | few;
        spots[usize::from(slot)] = Spot::new(
            u32::try_from(start).ok()?,
            u32::try_from(self.at).ok()?,
            u32::try_from(quote).ok()?,
            b'{',
            u8::try_from(inside.now).ok()?,
        );
        Some(())
    }
}
