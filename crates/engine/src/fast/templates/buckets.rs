//! Which template a line may be like: told by the name of its type, how many marks it has, and the text at one of them.

use super::super::index::{MAX_MARK, Window};
use super::NONE;

/// How many templates may stand in one bucket.
const PLACES: usize = 4;

/// How many buckets there are, as a power of two.
const BITS: u32 = 10;

/// After how many lines of a bucket that couldn't become templates no other is tried.
const MAX_REFUSED: u8 = 2;

/// A line has so many marks at most, with the line feeds at both ends.
const MAX_MARKS: usize = MAX_MARK + 1;

/// All buckets.
#[derive(Debug, Default)]
pub(super) struct Buckets {
    all: Vec<Bucket>,
    /// The mark that begins the name of the event's type, if it has one.
    name: Option<u8>,
    /// What stands behind each mark, by template.
    heads: Vec<Heads>,
}

/// The text at each mark, as far as it is always the same: so many bytes, of at most eight.
pub(super) type Heads = Vec<(u64, u32)>;

/// Templates of lines that are much alike.
#[derive(Clone, Debug, Default)]
#[repr(align(64))]
struct Bucket {
    /// What stands at the mark that tells them apart, and the bits that are looked at.
    heads: [u64; PLACES],
    mask: u64,
    templates: [u16; PLACES],
    tell: u8,
    count: u8,
    /// How many lines couldn't become templates.
    refused: u8,
}

/// The template that a line may be like, if there is one, and whether another could be learned.
#[derive(Clone, Copy, Debug)]
pub(in crate::fast) struct Choice(u32);

impl Choice {
    const NO_TEMPLATE: u32 = 1 << 16;
    const MAY_LEARN: u32 = 1 << 17;

    #[inline(always)]
    fn new(template: Option<u16>, may_learn: bool) -> Self {
        let template = template.map_or(Self::NO_TEMPLATE, u32::from);
        Self(template | if may_learn { Self::MAY_LEARN } else { 0 })
    }

    /// The number of the template; one that nobody has if there is none.
    #[inline(always)]
    pub(super) fn template(self) -> usize {
        (self.0 & !Self::MAY_LEARN) as usize
    }

    #[inline(always)]
    pub(super) fn may_learn(self) -> bool {
        self.0 & Self::MAY_LEARN != 0
    }
}

/// Eight bytes at a place.
#[inline(always)]
fn eight(text: &[u8], at: u32) -> u64 {
    let at = at as usize;
    text.get(at..at + 8).and_then(|bytes| bytes.first_chunk()).map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

/// The window of a line with these marks, and how many they are; `None` if they are too many.
fn window_of(marks: &[u32]) -> Option<(Window, usize)> {
    let mut window = [0; MAX_MARK + 2];
    window.get_mut(..marks.len()).filter(|_| marks.len() <= MAX_MARKS)?.copy_from_slice(marks);
    Some((window, marks.len()))
}

impl Buckets {
    /// The template that a line with so many marks may be like, and whether another could be learned.
    #[inline(always)]
    pub(super) fn find(&self, text: &[u8], window: &Window, count: usize) -> Choice {
        if count > MAX_MARKS {
            return Choice::new(None, false);
        }
        let Some(bucket) = self.all.get(self.place(text, window, count)) else {
            return Choice::new(None, true);
        };
        let head = eight(text, window[usize::from(bucket.tell)]) & bucket.mask;
        let mut found = 0;
        // The first, since places that nothing stands in may look the same.
        for (at, known) in bucket.heads.iter().enumerate().rev() {
            found = if *known == head { at } else { found };
        }
        let may_learn = usize::from(bucket.count) < PLACES && bucket.refused < MAX_REFUSED;
        Choice::new((bucket.count > 0).then_some(bucket.templates[found]), may_learn)
    }

    /// The number of the bucket of a line.
    #[inline(always)]
    fn place(&self, text: &[u8], window: &Window, count: usize) -> usize {
        let name = match self.name {
            // Of a line with fewer marks it is something else, which does no harm.
            Some(name) => eight(text, window[usize::from(name) + 1].wrapping_sub(8)),
            None => 0,
        };
        let sum = name.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ (count as u64);
        (sum.wrapping_mul(0xD134_2543_DE82_EF95) >> (u64::BITS - BITS)) as usize
    }

    /// Notes that a line couldn't become a template.
    pub(super) fn refuse(&mut self, text: &[u8], marks: &[u32]) {
        let Some((window, count)) = window_of(marks) else { return };
        let place = self.place(text, &window, count);
        if let Some(bucket) = self.all.get_mut(place) {
            bucket.refused = bucket.refused.saturating_add(1);
        }
    }

    /// Adds the template of this number for a line. `name` is the mark that begins the name of its type. Gives the template
    /// that it can't be told from, or the number of none; `None` if there is no place for it.
    pub(super) fn add(
        &mut self,
        template: u16,
        text: &[u8],
        marks: &[u32],
        name: Option<u8>,
        heads: Heads,
    ) -> Option<u16> {
        if self.all.is_empty() {
            self.all = vec![Bucket::default(); 1 << BITS];
            self.name = name;
        }
        if self.name != name || self.heads.len() != usize::from(template) {
            return None;
        }
        let (window, marks) = window_of(marks)?;
        let place = self.place(text, &window, marks);
        let bucket = self.all.get_mut(place)?;
        let count = usize::from(bucket.count);
        let others = bucket.templates.get(..count)?;
        if let Some(elder) = others.iter().find(|one| self.heads.get(usize::from(**one)) == Some(&heads)) {
            self.heads.push(heads);
            return Some(*elder);
        }
        if count == PLACES {
            return None;
        }
        let known: Vec<&Heads> = others.iter().filter_map(|one| self.heads.get(usize::from(*one))).collect();
        // The mark where they all differ. One alone is told by no bytes at all.
        let tells = |mark: usize| {
            let here: Vec<(u64, u32)> = known
                .iter()
                .chain([&&heads])
                .map(|heads| heads.get(mark).copied().unwrap_or_default())
                .collect();
            let length = here.iter().map(|(_, length)| *length).min()?;
            let mask = u64::MAX.checked_shr(u64::BITS - 8 * length).unwrap_or_default();
            let all: Vec<u64> = here.iter().map(|(head, _)| head & mask).collect();
            let differ = (1..all.len()).all(|at| !all[..at].contains(&all[at]));
            differ.then_some((mask, all))
        };
        let (tell, (mask, all)) = (0..marks).find_map(|mark| Some((mark, tells(mark)?)))?;
        bucket.mask = mask;
        bucket.tell = u8::try_from(tell).ok()?;
        bucket.templates[count] = template;
        bucket.count += 1;
        for (known, head) in bucket.heads.iter_mut().zip(&all) {
            *known = *head;
        }
        self.heads.push(heads);
        Some(NONE)
    }

    /// Takes back the template that was added last, which has a template that it can't be told from.
    pub(super) fn take_back(&mut self) {
        self.heads.pop();
    }
}
