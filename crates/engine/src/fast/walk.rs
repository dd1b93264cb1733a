//! The walk: finds which value is in which slot of a tree, in whatever order the members stand.
//!
//! It follows the grammar of objects and looks at names; values that are no objects of the tree it passes over, and the
//! checks look inside. What it can't follow ends it.

use crate::compile::Tree;

/// Where a value stands.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Spot {
    /// The first byte: of a string that after its quote.
    pub(super) start: u32,
    /// The byte behind the last: of a string its quote.
    pub(super) end: u32,
    /// The index of the first quote at or behind its beginning; of a string that of its own.
    pub(super) quote: u32,
    /// The byte that it begins with, which tells its type; 0 if there is no value.
    pub(super) kind: u8,
    /// How deep its inside is nested.
    pub(super) depth: u8,
}

impl Spot {
    pub(super) fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
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

    /// Passes over a string that begins here, and tells where it is.
    #[inline(always)]
    fn string(&mut self) -> Option<Spot> {
        let (start, end) = (*self.quotes.get(self.quote)?, *self.quotes.get(self.quote + 1)?);
        if start as usize != self.at {
            return None;
        }
        let spot = Spot { start: start + 1, end, quote: u32::try_from(self.quote).ok()?, kind: b'"', depth: 0 };
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
                Some(Spot {
                    start: u32::try_from(start).ok()?,
                    end: u32::try_from(self.at).ok()?,
                    quote: u32::try_from(quote).ok()?,
                    kind,
                    depth: 0,
                })
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
                return Some(Spot {
                    start: u32::try_from(start).ok()?,
                    end: u32::try_from(self.at).ok()?,
                    quote: u32::try_from(quote).ok()?,
                    kind,
                    depth: u8::try_from(depth.now + 1).ok()?,
                });
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
                let name = self.string()?;
                let member = object.keys.find(self.text, name.start as usize, name.end as usize)?;
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
        spots[usize::from(slot)] = Spot {
            start: u32::try_from(start).ok()?,
            end: u32::try_from(self.at).ok()?,
            quote: u32::try_from(quote).ok()?,
            kind: b'{',
            depth: u8::try_from(inside.now).ok()?,
        };
        Some(())
    }
}
