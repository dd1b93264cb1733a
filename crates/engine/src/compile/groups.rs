//! The quick checks of a frame once more, grouped by what they do: a processor does the same many times in a row, and what
//! comes next can be guessed, whichever event it is.

use super::block::{Blocks, Expected};
use super::keys::Keys;
use super::program::{Field, Quick, QuickCheck, Types};

/// The quick checks of a frame. Each belongs to one group.
#[derive(Debug, Default)]
pub(crate) struct Groups {
    /// Strings of which each byte is of a class.
    pub(crate) classes: Vec<Bytes>,
    /// Strings that can be one word only.
    pub(crate) words: Vec<Bytes>,
    pub(crate) times: Vec<Timed>,
    pub(crate) forms: Vec<Formed>,
    /// Whole numbers of one digit.
    pub(crate) digits: Vec<Digit>,
    /// Objects that are nodes of the tree.
    pub(crate) objects: Vec<Quick>,
    /// Arrays.
    pub(crate) arrays: Vec<Quick>,
    pub(crate) others: Vec<Quick>,
}

/// A string of which a block says all bytes. `span` is how much longer than `min` it may be, here and below.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bytes {
    pub(crate) slot: u16,
    pub(crate) field: u16,
    pub(crate) block: u32,
    pub(crate) min: u8,
    pub(crate) span: u8,
}

/// A timestamp with one of these numbers of digits in its fraction, a bit each.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Timed {
    pub(crate) slot: u16,
    pub(crate) field: u16,
    pub(crate) fractions: u16,
}

/// A string of a form.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Formed {
    pub(crate) slot: u16,
    pub(crate) field: u16,
    pub(crate) form: u32,
    pub(crate) min: u8,
    pub(crate) span: u8,
}

/// A digit, at least one and so much more.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Digit {
    pub(crate) slot: u16,
    pub(crate) field: u16,
    pub(crate) least: u8,
    pub(crate) span: u8,
}

impl Groups {
    /// Those of quick checks and their fields, in the same order. Words become blocks.
    pub(super) fn new(quick: &[Quick], fields: &[Field], choices: &[Keys], blocks: &mut Blocks) -> Self {
        let mut groups = Self::default();
        for (quick, own) in quick.iter().zip(fields) {
            let (slot, field) = (quick.slot, quick.field);
            match quick.check {
                QuickCheck::Class { block, min, max } if is_of_classes(blocks, block) => {
                    groups.classes.push(Bytes { slot, field, block, min, span: max - min });
                }
                QuickCheck::Choice(choice) => {
                    let word = choices.get(choice as usize).and_then(|words| word(words, blocks));
                    match word {
                        Some((block, min)) => groups.words.push(Bytes { slot, field, block, min, span: 0 }),
                        None => groups.others.push(*quick),
                    }
                }
                QuickCheck::Time { fractions } => groups.times.push(Timed { slot, field, fractions }),
                QuickCheck::Shape { form, min, max } => {
                    groups.forms.push(Formed { slot, field, form, min, span: max - min });
                }
                QuickCheck::Digit(first, last) if first <= last => {
                    groups.digits.push(Digit { slot, field, least: first, span: last - first });
                }
                QuickCheck::None if is_object(own) => groups.objects.push(*quick),
                QuickCheck::None if own.array.is_some() => groups.arrays.push(*quick),
                _ => groups.others.push(*quick),
            }
        }
        groups
    }
}

/// Whether a block has classes only.
fn is_of_classes(blocks: &Blocks, block: u32) -> bool {
    blocks.get(block).is_some_and(|block| block.fixed == 0)
}

/// A block of the word, and its length, if it is only one and not long.
fn word(words: &Keys, blocks: &mut Blocks) -> Option<(u32, u8)> {
    let mut names = words.names();
    let (Some(word @ [_, ..]), None) = (names.next(), names.next()) else { return None };
    let expected: Vec<Expected> = word.iter().copied().map(Expected::Byte).collect();
    let length = u8::try_from(expected.len()).ok().filter(|length| *length <= 64)?;
    Some((blocks.add(&expected)?.start, length))
}

/// Whether an object is all that a field asks for, beside what the nodes of the tree tell.
fn is_object(field: &Field) -> bool {
    field.followed
        && !field.unsure
        && field.map.is_none()
        && field.values.is_none()
        && field.types.has(Types::OBJECT)
}
