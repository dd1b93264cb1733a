//! The names of an object's members, found by one multiplication.
//!
//! The last eight bytes of a name and its length go into a number, where names have these in common also the first eight,
//! and a multiplier is searched at compile time with which no two names of the object meet in one place of a small table.
//! Then the name itself is compared.

use std::collections::HashSet;

/// A text of at most 32 bytes, to be compared at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Word {
    length: u32,
    bytes: [u128; 2],
    masks: [u128; 2],
}

impl Word {
    /// `None` if the text is longer.
    fn new(text: &[u8]) -> Option<Self> {
        let mut bytes = [0; 32];
        let mut masks = [0; 32];
        bytes.get_mut(..text.len())?.copy_from_slice(text);
        masks[..text.len()].fill(0xFF);
        let halves = |bytes: [u8; 32]| {
            let (low, high) = bytes.split_at(16);
            [low, high].map(|half| half.iter().rev().fold(0u128, |sum, byte| sum << 8 | u128::from(*byte)))
        };
        Some(Self { length: u32::try_from(text.len()).ok()?, bytes: halves(bytes), masks: halves(masks) })
    }

    /// Whether a text of this length that begins with a block is the word.
    #[inline(always)]
    fn is(&self, block: &[u8; 64], length: usize) -> bool {
        let (Some(low), Some(high)) = (block[..16].first_chunk::<16>(), block[16..32].first_chunk::<16>())
        else {
            return false;
        };
        let low = (u128::from_le_bytes(*low) ^ self.bytes[0]) & self.masks[0];
        let high = (u128::from_le_bytes(*high) ^ self.bytes[1]) & self.masks[1];
        self.length as usize == length && low | high == 0
    }
}

/// A name as it stands in an event, `name":`, which is also where it ends: nothing in it is written with an escape. The last
/// eight bytes are a mask of those that count.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(64))]
pub(crate) struct Member([u8; 64]);

impl Member {
    /// `None` if the name is too long.
    fn new(name: &[u8]) -> Option<Self> {
        let mut text = [0; 64];
        let length = name.len() + 2;
        text.get_mut(..56)?.get_mut(..length)?.copy_from_slice(&[name, b"\":"].concat());
        text[56..].copy_from_slice(&((1u64 << length) - 1).to_le_bytes());
        Some(Self(text))
    }

    /// What stands there, and which places count.
    #[inline(always)]
    pub(crate) fn text(&self) -> (&[u8; 64], u64) {
        (&self.0, self.0.last_chunk::<8>().map_or(0, |mask| u64::from_le_bytes(*mask)))
    }
}

/// How many members an object may have.
pub(crate) const MAX_NAMES: usize = 128;

/// Names of up to so many bytes are known.
const MAX_LENGTH: usize = 64;

/// No name stands here.
const EMPTY: u8 = u8::MAX;

/// The names of the members of an object.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    names: Vec<Box<[u8]>>,
    /// The same, to be compared at once; none if one of them is longer.
    words: Vec<Word>,
    /// The same as they stand in an event; none if one of them is long, or if they are more than 64.
    members: Vec<Member>,
    table: Box<[u8]>,
    multiplier: u64,
    shift: u32,
    /// Whether the first bytes of names are needed to tell them apart.
    has_heads: bool,
}

impl Keys {
    /// The table for these names, which must differ; `None` if there are too many or too long ones.
    pub(crate) fn new(names: &[&str]) -> Option<Self> {
        if names.len() > MAX_NAMES || names.iter().any(|name| name.len() > MAX_LENGTH) {
            return None;
        }
        let names: Vec<Box<[u8]>> = names.iter().map(|name| name.as_bytes().into()).collect();
        let plain = || names.iter().filter(|name| stands_plain(name));
        let has_heads =
            plain().map(|name| digest(name, false)).collect::<HashSet<_>>().len() < plain().count();
        let mut bits = usize::BITS - names.len().max(2).leading_zeros();
        let mut state: u64 = 0x9E37_79B9_7F4A_7C15;
        loop {
            for _ in 0..2048 {
                state = state.wrapping_mul(0xD134_2543_DE82_EF95).wrapping_add(0x2545_F491_4F6C_DD1D);
                let mut keys = Self {
                    names: Vec::new(),
                    words: Vec::new(),
                    members: Vec::new(),
                    table: vec![EMPTY; 1 << bits].into(),
                    multiplier: state | 1,
                    shift: 64 - bits,
                    has_heads,
                };
                let free =
                    names.iter().zip(0u8..).filter(|(name, _)| stands_plain(name)).all(|(name, index)| {
                        let place = keys.place(digest(name, has_heads));
                        let free = keys.table[place] == EMPTY;
                        keys.table[place] = index;
                        free
                    });
                if free {
                    keys.words =
                        names.iter().map(|name| Word::new(name)).collect::<Option<_>>().unwrap_or_default();
                    keys.members =
                        names.iter().map(|name| Member::new(name)).collect::<Option<_>>().unwrap_or_default();
                    if keys.members.len() > 64 {
                        keys.members.clear();
                    }
                    keys.names = names;
                    return Some(keys);
                }
            }
            bits += 1;
            if bits > 12 {
                return None;
            }
        }
    }

    /// The names, in order.
    pub(crate) fn names(&self) -> impl Iterator<Item = &[u8]> {
        self.names.iter().map(AsRef::as_ref)
    }

    /// The index of a name.
    pub(crate) fn index_of(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|known| **known == *name.as_bytes())
    }

    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "a few bits are left")]
    fn place(&self, digest: u64) -> usize {
        (digest.wrapping_mul(self.multiplier) >> self.shift) as usize
    }

    /// The member whose name a block may begin with, with this length and these bytes before its end, and what must stand
    /// there then. They are less than 64.
    #[inline(always)]
    pub(crate) fn member(&self, block: &[u8; 64], tail: [u8; 8], length: usize) -> Option<(usize, &Member)> {
        let mut digest = last_bytes(u64::from_le_bytes(tail), length).wrapping_add(length as u64);
        if self.has_heads && length >= 8 {
            digest ^= head(block.first_chunk()?);
        }
        let index = usize::from(*self.table.get(self.place(digest))?);
        Some((index, self.members.get(index)?))
    }

    /// The index of the name that a text has between two places.
    #[inline(always)]
    pub(crate) fn find(&self, text: &[u8], start: usize, end: usize) -> Option<usize> {
        let name = text.get(start..end)?;
        let index = usize::from(*self.table.get(self.place(digest(name, self.has_heads)))?);
        if let (Some(word), Some(block)) = (self.words.get(index), text[start..].first_chunk::<64>()) {
            return word.is(block, name.len()).then_some(index);
        }
        let known = self.names.get(index)?;
        (**known == *name).then_some(index)
    }
}

impl Keys {
    /// The index of the name of this length that a block begins with, if all are short.
    #[inline(always)]
    pub(crate) fn find_in(&self, block: &[u8; 64], length: usize) -> Option<usize> {
        self.words.iter().position(|word| word.is(block, length))
    }
}

/// Whether a text stands in JSON as it is. One that doesn't is never found: what looks like it in an event is another.
pub(super) fn stands_plain(text: &[u8]) -> bool {
    text.iter().all(|byte| *byte >= 0x20 && !matches!(byte, b'"' | b'\\'))
}

/// Of eight bytes, of which the last are those of a name, only these.
#[inline(always)]
fn last_bytes(tail: u64, length: usize) -> u64 {
    /// By how many there are.
    const COUNTING: [u64; 9] = {
        let mut masks = [0; 9];
        let mut length = 1;
        while length < 9 {
            masks[length] = u64::MAX << (64 - 8 * length);
            length += 1;
        }
        masks
    };
    tail & COUNTING[length.min(8)]
}

/// What the first bytes of a name add to its number.
#[inline(always)]
fn head(bytes: &[u8; 8]) -> u64 {
    u64::from_le_bytes(*bytes).rotate_left(29)
}

/// A name as a number: its last eight bytes and its length; with its head, if it has one, also the first eight.
#[inline(always)]
fn digest(name: &[u8], with_head: bool) -> u64 {
    let tail = match name.last_chunk::<8>() {
        Some(tail) => u64::from_le_bytes(*tail),
        None => name.iter().fold(0, |sum, byte| sum >> 8 | u64::from(*byte) << 56),
    };
    let head = name.first_chunk().filter(|_| with_head).map_or(0, head);
    tail.wrapping_add(name.len() as u64) ^ head
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_found_and_no_other() {
        let names: Vec<String> = (0..100).map(|n| format!("{}_{n}", "field".repeat(n % 7))).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let keys = Keys::new(&names).expect("a table");
        for (index, name) in names.iter().enumerate() {
            let text = format!("..{name}..");
            assert_eq!(keys.find(text.as_bytes(), 2, 2 + name.len()), Some(index), "{name}");
            assert_eq!(keys.find(text.as_bytes(), 1, 2 + name.len()), None, "{name}");
        }
        let keys = Keys::new(&["a", "b\\b", "c\n"]).expect("a table");
        let finds = |text: &str| keys.find(text.as_bytes(), 0, text.len());
        assert_eq!([finds("a"), finds("b\\b"), finds("c\n")], [Some(0), None, None]);
        assert_eq!(keys.index_of("b\\b"), Some(1));
        assert_eq!(Keys::default().find(b"a", 0, 1), None);
        assert!(Keys::new(&[]).expect("a table").find(b"a", 0, 1).is_none());
        assert!(Keys::new(&["a".repeat(65).as_str()]).is_none());
    }

    #[test]
    fn members_are_guessed_by_the_ends_of_their_names_and_told_by_all_of_them() {
        let names = ["", "a", "id", "warehouse_id", "the_warehouse_id", "a_warehouse_id", "b_warehouse_id"];
        for names in [&names[..5], &names[..]] {
            let keys = Keys::new(names).expect("a table");
            assert_eq!(keys.has_heads, names.len() > 5);
            for (index, name) in names.iter().enumerate() {
                let mut text = format!("........{name}\":1").into_bytes();
                text.resize(80, b' ');
                let block = text[8..].first_chunk().expect("a block");
                let tail = *text[name.len()..].first_chunk().expect("a tail");
                let (guessed, known) = keys.member(block, tail, name.len()).expect("a name");
                let (wanted, places) = known.text();
                assert_eq!((guessed, places), (index, (4 << name.len()) - 1), "{name}");
                assert!(block.iter().zip(wanted).take(name.len() + 2).all(|(a, b)| a == b), "{name}");
            }
        }
        assert!(Keys::new(&["a".repeat(55).as_str()]).expect("a table").members.is_empty());
    }
}
