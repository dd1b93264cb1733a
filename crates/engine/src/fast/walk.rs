//! The walk: finds which value is in which slot of a tree, in whatever order the members stand.
//!
//! It follows the grammar of objects and looks at names; values that are no objects of the tree it passes over, and the
//! checks look inside. What it can't follow ends it.

use crate::compile::Tree;

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

    /// Two bytes at a place; behind the end anything.
    #[inline(always)]
    fn pair(&self, at: u32) -> [u8; 2] {
        self.text.get(at as usize..).and_then(|rest| rest.first_chunk::<2>()).copied().unwrap_or_default()
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

    /// Passes over the value that begins here and fills the slots of a tree with it. `node` is that of objects here.
    pub(super) fn fill(
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
        self.at += 1;
        self.skip_space();
        if self.byte() == b'}' {
            self.at += 1;
        } else {
            loop {
                // Members whose values are strings, one after the other without spaces: what nearly all are.
                while let Some([name, name_end, value, value_end]) =
                    self.quotes.get(self.quote..).and_then(|rest| rest.first_chunk::<4>())
                    && *name as usize == self.at
                    && self.pair(*name_end + 1) == *b":\""
                    && self.pair(*value_end + 1) == *b",\""
                {
                    let member = object.keys.find(self.text, self.at + 1, *name_end as usize)?;
                    if members >> member & 1 == 1 {
                        return None;
                    }
                    members |= 1 << member;
                    let quote = u32::try_from(self.quote).ok()? + 2;
                    spots[usize::from(object.base) + member] =
                        Spot::new(value + 1, *value_end, quote, b'"', 0);
                    self.at = *value_end as usize + 2;
                    self.quote += 4;
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
                        self.fill(tree, (slot, object.children[member]), inside, spots, seen)?;
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
        seen[usize::from(node)] = members;
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
