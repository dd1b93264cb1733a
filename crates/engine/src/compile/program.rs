//! The program that a catalog is compiled to: plain data, immutable, shared by threads.
//!
//! ```text
//! Program ─ trees    where an event has which fields: objects with the names of their members, and a slot for each
//!         ├ frames   what must hold of the slots: of an event of one type, or of one element of an array
//!         └ patterns automata on bytes
//! ```

use std::collections::HashMap;

use super::block::{Blocks, Expected};
use super::form::Form;
use super::groups::Groups;
use super::keys::Keys;
use super::pattern::Pattern;

/// What a catalog is compiled to.
#[derive(Debug)]
pub(crate) struct Program {
    /// Where the values are. The first tree is that of events of all types together.
    pub(crate) trees: Vec<Tree>,
    pub(crate) frames: Vec<Frame>,
    pub(crate) patterns: Vec<Pattern>,
    pub(crate) forms: Vec<Form>,
    /// The words of the choices.
    pub(crate) choices: Vec<Keys>,
    pub(crate) blocks: Blocks,
    /// By the index of the event type in the catalog.
    pub(crate) events: Vec<EventProgram>,
    /// Where an event has its type's name; `None` if there is one type only.
    pub(crate) name_slot: Option<u16>,
    pub(crate) names: Names,
}

impl Program {
    /// The places of an event that are proven, as pointers, each with whether a quick check says all of it.
    pub(crate) fn places(&self, event: &EventProgram) -> Vec<(String, bool)> {
        let Some(frame) = event.frame.map(|frame| &self.frames[frame]) else { return Vec::new() };
        let slots = &self.trees[frame.tree].slots;
        let provable = frame.quick.iter().filter(|quick| {
            let field = &frame.fields[usize::from(quick.field)];
            !field.unsure && !field.followed && field.slot > 0
        });
        provable
            .map(|quick| (slots[usize::from(quick.slot)].clone(), !matches!(quick.check, QuickCheck::None)))
            .collect()
    }
}

impl Program {
    /// What holds of each element of an array at a field, if all are strings that a quick check tells: the index of the frame
    /// of elements, the check, and what holds of the array.
    #[inline(always)]
    pub(crate) fn strings_in<'f>(&self, field: &'f Field) -> Option<(usize, Quick, &'f Array)> {
        let array = field.array.as_deref()?;
        let rest = array.rest?;
        let frame = self.frames.get(rest)?;
        let [element] = frame.quick.as_slice() else { return None };
        let is_plain = array.first.is_empty()
            && array.contains.is_empty()
            && field.types.has(Types::ARRAY)
            && !field.unsure
            && field.values.is_none()
            && frame.others.is_empty()
            && self.trees[frame.tree].nodes.is_empty();
        is_plain.then_some((rest, *element, array))
    }
}

/// The names of event types.
#[derive(Debug)]
pub(crate) enum Names {
    Few(Keys),
    Many(HashMap<Box<[u8]>, usize>),
}

impl Names {
    /// The index of the event type whose name stands between two places.
    #[inline(always)]
    pub(crate) fn find(&self, text: &[u8], start: usize, end: usize) -> Option<usize> {
        match self {
            Self::Few(keys) => keys.find(text, start, end),
            Self::Many(names) => names.get(text.get(start..end)?).copied(),
        }
    }
}

/// What one event type is compiled to.
#[derive(Debug)]
pub(crate) struct EventProgram {
    /// What must hold; `None` if only the authority can tell.
    pub(crate) frame: Option<usize>,
    /// What only the authority can tell, as places and reasons for people. Without a frame the first says why.
    pub(crate) notes: Vec<Note>,
}

/// Why the authority has a part of an event, or all of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Note {
    /// Where, as a JSON Pointer with `*` for elements.
    pub(crate) place: String,
    pub(crate) why: String,
}

impl Note {
    /// How many there are of an event type at most.
    pub(crate) const MOST: usize = 100;
}

/// Which objects there are and what members they have. Slot 0 is the value itself, node 0 is what it is as an object.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    pub(crate) nodes: Vec<ObjectNode>,
    /// The pointer to each slot, for people, with `*` for elements and members without a name.
    pub(crate) slots: Vec<String>,
}

/// An object at one place.
#[derive(Debug, Default)]
pub(crate) struct ObjectNode {
    pub(crate) keys: Keys,
    /// The slot of the object itself.
    pub(crate) own: u16,
    /// The slot of the first member; the others follow.
    pub(crate) base: u16,
    /// The nodes of members that have members of their own.
    pub(crate) children: Vec<Option<u16>>,
}

/// What must hold of the slots of a tree.
#[derive(Debug, Default)]
pub(crate) struct Frame {
    pub(crate) tree: usize,
    /// For each node of the tree which members may and must be there.
    pub(crate) members: Vec<MemberRule>,
    /// Everything that is asked of single slots, in the order of the schemas, a quick check each.
    pub(crate) quick: Vec<Quick>,
    /// The same by what they do.
    pub(crate) groups: Groups,
    pub(crate) fields: Vec<Field>,
    pub(crate) same: Vec<(u16, u16)>,
    /// What depends on something.
    pub(crate) others: Vec<Expression>,
}

/// The quick check of a field, small enough that those of all event types stay near. Where it fails, the field of this
/// index decides.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Quick {
    pub(crate) slot: u16,
    pub(crate) field: u16,
    pub(crate) check: QuickCheck,
}

/// A quick check.
#[derive(Clone, Copy, Debug)]
pub(crate) enum QuickCheck {
    /// A string of a length from one to another, of which each byte is what a block expects.
    Class { block: u32, min: u8, max: u8 },
    /// A string of the form of this index, of a length from one to another.
    Shape { form: u32, min: u8, max: u8 },
    /// A UTC timestamp with one of these numbers of digits in its fraction, a bit each.
    Time { fractions: u16 },
    /// A string of so many code points.
    Text { min: u32, max: u32, scan: Scan },
    /// One of the words of this index.
    Choice(u32),
    /// A whole number of one digit, at least and at most.
    Digit(u8, u8),
    /// There is none.
    None,
}

/// Which members an object may and must have.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct MemberRule {
    pub(crate) allowed: u128,
    pub(crate) required: u128,
}

/// What must hold of the value in a slot, if there is one.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    pub(crate) slot: u16,
    pub(crate) types: Types,
    pub(crate) text: Text,
    pub(crate) number: Numbers,
    pub(crate) values: Option<Values>,
    pub(crate) array: Option<Box<Array>>,
    /// For an object that is no node of the tree: what holds of its members.
    pub(crate) map: Option<Box<Map>>,
    /// Whether objects here are nodes of the tree, which the walk follows.
    pub(crate) followed: bool,
    /// Only the authority can tell.
    pub(crate) unsure: bool,
    pub(crate) kind: Kind,
}

/// Which of the checks of a field are needed; the others say nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A string of a shape.
    Shape,
    /// A UTC timestamp.
    Time,
    /// A string of a length, perhaps scanned.
    Text,
    /// One of some strings.
    Choice,
    /// A whole number.
    Integer,
    /// Anything else.
    General,
}

/// The only values that there may be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Values {
    pub(crate) strings: Vec<Box<[u8]>>,
    /// Others but arrays and objects, as they are written.
    pub(crate) scalars: Vec<Box<[u8]>>,
    /// Whether there are also arrays or objects, which only the authority compares.
    pub(crate) compound: bool,
}

/// A set of the types of JSON Schema, a bit each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Types(pub(crate) u8);

impl Types {
    pub(crate) const NULL: Self = Self(1);
    pub(crate) const BOOLEAN: Self = Self(2);
    pub(crate) const INTEGER: Self = Self(4);
    /// Numbers that are written with a fraction.
    pub(crate) const FRACTION: Self = Self(8);
    pub(crate) const STRING: Self = Self(16);
    pub(crate) const ARRAY: Self = Self(32);
    pub(crate) const OBJECT: Self = Self(64);
    pub(crate) const ALL: Self = Self(127);

    /// The types that a name of JSON Schema stands for.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "null" => Self::NULL,
            "boolean" => Self::BOOLEAN,
            "integer" => Self::INTEGER,
            "number" => Self(Self::INTEGER.0 | Self::FRACTION.0),
            "string" => Self::STRING,
            "array" => Self::ARRAY,
            "object" => Self::OBJECT,
            _ => return None,
        })
    }

    pub(crate) fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    pub(crate) fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

/// What must hold of strings.
#[derive(Clone, Debug, Default)]
pub(crate) struct Text {
    /// In code points.
    pub(crate) min: u32,
    pub(crate) max: Option<u32>,
    pub(crate) patterns: Vec<usize>,
    pub(crate) formats: Vec<Format>,
    /// What it must not look like.
    pub(crate) scan: Scan,
    /// The one shape that says all of it.
    pub(crate) shape: Option<Shape>,
    /// As a UTC timestamp: which numbers of digits its fraction may have, a bit each.
    pub(crate) fractions: u16,
}

/// What a string must not look like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Scan {
    #[default]
    Nothing,
    /// An e-mail address.
    Email,
    /// Personal data or a secret.
    All,
}

/// A format, as far as the fast path can tell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    DateTime,
    Date,
    Time,
    /// Texts that the pattern of this index matches are surely of the format; others may be.
    Surely(usize),
}

/// One of these sequences.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    pub(crate) sequences: Vec<Sequence>,
}

/// A text from its first to its last character.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sequence {
    pub(crate) parts: Vec<Part>,
}

impl Sequence {
    /// The text, if it has only one, of at most 64 bytes.
    pub(super) fn word(&self) -> Option<String> {
        let mut word = String::new();
        for part in &self.parts {
            let Part::Run { row, min, max } = part else { return None };
            let byte = row.only().filter(|_| *max == Some(*min))?;
            let count = usize::try_from(*min).ok().filter(|count| *count <= 64 - word.len())?;
            word.extend(std::iter::repeat_n(char::from(byte), count));
        }
        Some(word)
    }

    /// What each byte has to be, if only the end of the text may be missing, and how much must be there. Of a text that may
    /// be longer than 64 bytes these are the first 64.
    pub(super) fn classes(&self) -> Option<(Vec<Expected>, usize)> {
        let mut classes = Vec::new();
        let mut least = 0;
        for (at, part) in self.parts.iter().enumerate() {
            let Part::Run { row, min, max } = part else { return None };
            let most = max.map_or(64, |max| max as usize);
            if *max != Some(*min) && at + 1 < self.parts.len() {
                return None;
            }
            least += *min as usize;
            let expected = row.only().map_or(Expected::Class(*row), Expected::Byte);
            classes.extend(std::iter::repeat_n(expected, most.min(64)));
        }
        classes.truncate(64);
        (least <= classes.len() && !classes.is_empty()).then_some((classes, least))
    }
}

/// A part of a sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// So many characters of one class.
    Run { row: Row, min: u32, max: Option<u32> },
    /// The rest: characters of one class with single separators between, which don't end it. One that isn't `open` begins
    /// with a separator.
    Joined { row: Row, with_separator: Row, open: bool },
}

/// A class of ASCII characters that stand in JSON strings as they are, as two table look-ups tell it: the low half of a
/// byte chooses an entry, whose bits say with which high halves it belongs to the class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Row(pub(crate) [u8; 16]);

impl Row {
    pub(crate) fn of(range: std::ops::RangeInclusive<u8>) -> Option<Self> {
        let mut row = Self::default();
        row.add(range)?;
        Some(row)
    }

    /// Adds characters; `None` if one is not ASCII, or stands in JSON only with an escape.
    pub(crate) fn add(&mut self, range: std::ops::RangeInclusive<u8>) -> Option<()> {
        for byte in range {
            if !(0x20..0x80).contains(&byte) || matches!(byte, b'"' | b'\\') {
                return None;
            }
            self.0[usize::from(byte & 15)] |= 1 << (byte >> 4);
        }
        Some(())
    }

    pub(crate) fn has(&self, byte: u8) -> bool {
        byte < 0x80 && self.0[usize::from(byte & 15)] >> (byte >> 4) & 1 == 1
    }

    pub(crate) fn with(&self, byte: u8) -> Self {
        let mut row = *self;
        row.0[usize::from(byte & 15)] |= 1 << (byte >> 4);
        row
    }

    pub(crate) fn without(&self, byte: u8) -> Self {
        let mut row = *self;
        row.0[usize::from(byte & 15)] &= !(1 << (byte >> 4));
        row
    }

    pub(crate) fn meets(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).any(|(a, b)| a & b != 0)
    }

    /// The character, if it is only one.
    pub(crate) fn only(&self) -> Option<u8> {
        let mut bytes = (0..0x80).filter(|byte| self.has(*byte));
        let first = bytes.next()?;
        bytes.next().is_none().then_some(first)
    }
}

/// What must hold of numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Numbers {
    pub(crate) least: Vec<Bound>,
    pub(crate) most: Vec<Bound>,
    pub(crate) multiple_of: Vec<Decimal>,
    /// For whole numbers alone, what the bounds come to.
    pub(crate) range: Option<(i64, i64)>,
}

/// `mantissa / 10^scale`, both small.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Decimal {
    pub(crate) mantissa: i64,
    pub(crate) scale: u32,
}

/// A bound of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bound {
    pub(crate) at: Decimal,
    pub(crate) exclusive: bool,
}

/// What must hold of arrays.
#[derive(Clone, Debug)]
pub(crate) struct Array {
    pub(crate) min: u32,
    pub(crate) max: u32,
    pub(crate) unique: bool,
    /// The frames of the first elements, where they have their own; then that of all others.
    pub(crate) first: Vec<usize>,
    pub(crate) rest: Option<usize>,
    /// The frames of which each must hold of some element.
    pub(crate) contains: Vec<usize>,
}

impl Array {
    /// Any array.
    pub(super) fn any() -> Self {
        Self { min: 0, max: u32::MAX, unique: false, first: Vec::new(), rest: None, contains: Vec::new() }
    }

    /// Whether it says nothing of the elements themselves.
    pub(crate) fn says_only_how_many(&self) -> bool {
        !self.unique && self.first.is_empty() && self.rest.is_none() && self.contains.is_empty()
    }
}

/// What must hold of the members of an object that has no known names.
#[derive(Clone, Debug)]
pub(crate) struct Map {
    pub(crate) min: u32,
    pub(crate) max: u32,
    /// What names must be.
    pub(crate) names: Text,
    /// The frame of each value.
    pub(crate) values: Option<usize>,
}

impl Map {
    /// Any members.
    pub(super) fn any() -> Self {
        Self { min: 0, max: u32::MAX, names: Text::default(), values: None }
    }
}

/// A condition on slots. What can't be told is no answer.
#[derive(Clone, Debug)]
pub(crate) enum Expression {
    Always,
    /// What is in a slot, if anything, is so. Types that a check isn't about pass it.
    Is(Box<Field>),
    /// If there is something in a slot, this.
    Present {
        slot: u16,
        inner: Box<Expression>,
    },
    /// The members of a node that must be there, if it is an object.
    Has {
        node: u16,
        members: u128,
    },
    /// The members of a node that may be there, if it is an object.
    Only {
        node: u16,
        members: u128,
    },
    /// How many members a node has, if it is an object.
    Count {
        node: u16,
        min: u32,
        max: u32,
    },
    All(Vec<Expression>),
    Any(Vec<Expression>),
    One(Vec<Expression>),
    Not(Box<Expression>),
    If(Box<[Expression; 3]>),
}

impl Expression {
    /// Whether it holds of itself where there is nothing, so that it needn't be asked whether there is something.
    pub(super) fn holds_of_nothing(&self) -> bool {
        match self {
            Self::Always
            | Self::Is(_)
            | Self::Present { .. }
            | Self::Has { .. }
            | Self::Only { .. }
            | Self::Count { .. } => true,
            Self::All(parts) => parts.iter().all(Self::holds_of_nothing),
            Self::Any(parts) => parts.iter().any(Self::holds_of_nothing),
            Self::If(parts) => parts[1].holds_of_nothing() && parts[2].holds_of_nothing(),
            Self::One(_) | Self::Not(_) => false,
        }
    }
}
