//! What templates are made of: places in a line, and what stands between them.

use std::collections::HashMap;
use std::hash::Hash;
use std::ops::Range;

use foldhash::fast::RandomState;

use super::super::check::Proof;
use super::super::index::{Own, Window};
use super::super::level::Level;
use super::super::walk::Spot;
use crate::compile::{Field, Quick, QuickCheck, Scan};

/// A line as it was proven before. What it is made of stands in lists, for each of which this has a part.
#[derive(Clone, Debug)]
pub(super) struct Template {
    /// The mark of the line's own line feed.
    pub(super) last: u8,
    /// The one to try next, of those that nothing tells apart before they are tried; the number of none if there is none.
    pub(super) sibling: u16,
    /// The table of all its classes.
    pub(super) table: u16,
    /// Where the last run ends, which has to be where the line ends.
    pub(super) end: Place,
    pub(super) plain: Part,
    pub(super) mixed: Part,
    pub(super) classes: Part,
    pub(super) times: Part,
    pub(super) forms: Part,
    pub(super) texts: Part,
    pub(super) others: Part,
    pub(super) same: Part,
    /// Whether there is any of what follows.
    pub(super) has_more: bool,
    pub(super) conditions: Part,
    pub(super) unique: Part,
}

/// A part of a list.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Part {
    pub(super) start: u32,
    pub(super) end: u32,
}

impl Part {
    #[inline(always)]
    pub(super) fn of<T>(self, all: &[T]) -> &[T] {
        all.get(self.start as usize..self.end as usize).unwrap_or_default()
    }

    pub(super) fn is_empty(self) -> bool {
        self.start == self.end
    }
}

/// A place in a line: a mark, counted from the line feed before the line, and how far it is from there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) mark: u8,
    pub(super) offset: i16,
}

impl Place {
    #[inline(always)]
    pub(super) fn of(self, window: &Window) -> usize {
        window[usize::from(self.mark)].wrapping_add_signed(self.offset.into()) as usize
    }

    pub(super) fn shifted(self, by: usize) -> Option<Self> {
        Some(Self { offset: self.offset.checked_add(i16::try_from(by).ok()?)?, ..self })
    }
}

/// From a place to another.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stretch {
    pub(super) start: Place,
    pub(super) end: Place,
}

impl Stretch {
    #[inline(always)]
    pub(super) fn of(self, window: &Window) -> Range<usize> {
        self.start.of(window)..self.end.of(window)
    }
}

/// A string, by the mark that begins it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Quoted(pub(super) u8);

impl Quoted {
    /// Where its text begins, and how long it is.
    #[inline(always)]
    pub(super) fn of(self, window: &Window) -> (usize, usize) {
        let start = window[usize::from(self.0)].wrapping_add(1);
        (start as usize, window[usize::from(self.0) + 1].wrapping_sub(start) as usize)
    }
}

/// Up to 64 bytes of a run: where they are, and which.
#[derive(Clone, Copy, Debug)]
pub(super) struct Block {
    pub(super) start: Place,
    pub(super) wanted: u32,
}

/// What bytes have to be: each as in a text, as far as a mask says.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[repr(C, align(64))]
pub(super) struct Wanted {
    pub(super) text: [u8; 64],
    pub(super) mask: [u8; 64],
}

/// Of which classes bytes have to be, as bits of a table.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[repr(C, align(64))]
pub(super) struct Required {
    pub(super) classes: [u8; 64],
    /// Ones where there is a class.
    pub(super) mask: [u8; 64],
}

/// A string of up to 64 bytes of classes, whose length varies.
#[derive(Clone, Copy, Debug)]
pub(super) struct Classes {
    pub(super) places: u64,
    pub(super) required: u32,
    pub(super) string: Quoted,
    /// How many bytes at its beginning belong to the run before it.
    pub(super) skip: u8,
    /// How long the rest must be.
    pub(super) min: u8,
    /// How much longer it may be.
    pub(super) span: u8,
    /// The value that it is.
    pub(super) value: u32,
}

/// A UTC timestamp.
#[derive(Clone, Copy, Debug)]
pub(super) struct Time {
    pub(super) string: Quoted,
    /// Which lengths it may have, a bit each.
    pub(super) lengths: u32,
    pub(super) value: u32,
}

/// A string of a form, of a length from one to another.
#[derive(Clone, Copy, Debug)]
pub(super) struct Form {
    pub(super) string: Quoted,
    pub(super) min: u8,
    /// How much longer it may be.
    pub(super) span: u8,
    pub(super) index: u32,
    pub(super) value: u32,
}

/// A string of so many code points that must not look like something.
#[derive(Clone, Copy, Debug)]
pub(super) struct Text {
    pub(super) string: Quoted,
    pub(super) scan: Scan,
    pub(super) lengths: (u32, u32),
    pub(super) value: u32,
}

/// A value that is checked by itself, or if its bytes are not of the classes that they most often are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Value {
    pub(super) stretch: Stretch,
    pub(super) frame: u32,
    pub(super) quick: Quick,
    /// The first quote of the line at or behind its beginning; of a string its own.
    pub(super) quote: u8,
    pub(super) depth: u8,
    pub(super) is_string: bool,
    /// Whether it is compared with others, so that it may have no escapes.
    pub(super) is_strict: bool,
}

/// What must hold of a value besides what always must.
#[derive(Clone, Debug)]
pub(super) struct Condition {
    pub(super) value: Value,
    pub(super) field: Box<Field>,
    /// Whether the value has to be what the field says, or must not be.
    pub(super) holds: bool,
}

/// Whatever is kept once.
#[derive(Debug)]
pub(super) struct Pool<T> {
    all: Vec<T>,
    known: HashMap<T, u32, RandomState>,
}

impl<T> Default for Pool<T> {
    fn default() -> Self {
        Self { all: Vec::new(), known: HashMap::default() }
    }
}

impl<T: Clone + Eq + Hash> Pool<T> {
    pub(super) fn add(&mut self, one: &T) -> Option<u32> {
        if let Some(known) = self.known.get(one) {
            return Some(*known);
        }
        let index = u32::try_from(self.all.len()).ok()?;
        self.all.push(one.clone());
        self.known.insert(one.clone(), index);
        Some(index)
    }

    #[inline(always)]
    pub(super) fn get(&self, index: u32) -> Option<&T> {
        self.all.get(index as usize)
    }
}

impl Value {
    /// Where it is.
    #[inline(always)]
    pub(super) fn spot(&self, proof: &Proof<'_, '_>, window: &Window) -> Option<Spot> {
        let Range { start, end } = self.stretch.of(window);
        if self.is_string {
            return Some(Spot::between(start, end, self.quote.into(), b'"', 0));
        }
        let kind = *proof.text.get(start).filter(|_| start < end)?;
        let depth = self.depth + u8::from(matches!(kind, b'[' | b'{'));
        Some(Spot::between(start, end, self.quote.into(), kind, depth))
    }

    /// Something, if it is what its field asks for.
    #[inline(always)]
    pub(super) fn holds<'t, L: Level>(&self, proof: &mut Proof<'_, 't>, own: Own<'t>) -> Option<()> {
        proof.quotes = own.quotes();
        let spot = self.spot(proof, own.window)?;
        let frame = proof.fast.program.frames.get(self.frame as usize)?;
        if !self.is_string {
            let field = frame.fields.get(usize::from(self.quick.field))?;
            // A string would have a run of its own, and nobody has looked into an object of the tree.
            let is_other = spot.kind() == b'"' || spot.kind() == b'{' && field.followed;
            if is_other || spot.depth() > proof.fast.limits.max_depth {
                return None;
            }
        }
        let holds = if self.is_strict {
            proof.passes::<L>(self.quick.check, spot)
        } else {
            proof.proves::<L>(frame, self.quick, spot)
        };
        holds.then_some(())
    }
}

/// Whether something that is kept beside the values tells most strings.
pub(super) fn is_told(check: QuickCheck) -> bool {
    matches!(
        check,
        QuickCheck::Class { .. }
            | QuickCheck::Time { .. }
            | QuickCheck::Shape { .. }
            | QuickCheck::Text { .. }
    )
}
