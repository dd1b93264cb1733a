//! Templates: the order of members that producers really use, learned from events that were proven without one.
//!
//! An event that the walk proved falls into values that vary and the text between them: names, punctuation, spaces,
//! constants. A later event with as many quotes, the same name, and the same text between the same quotes has the same
//! members in the same order, so nobody has to look at them again: only the values are checked. Every byte of such an
//! event is either compared or checked, and what the members' presence decides was decided by the first one.
//!
//! Places are told by the index of a quote and a distance from it, so that nothing has to be found from left to right.

use super::check::{Base, Proof};
use super::level::Level;
use super::walk::Spot;
use crate::compile::{Program, Quick, QuickCheck};

/// How many templates are learned, and how many are tried for one event.
const MAX_TEMPLATES: usize = 1024;
const BUCKET: usize = 4;
const BUCKETS: usize = 512;

/// After so many tries it is decided whether templates pay, and if not, so many events are passed over at first.
const WINDOW: u32 = 1024;
const PAUSE: u32 = 1 << 14;

/// What was learned.
#[derive(Debug, Default)]
pub(super) struct Templates {
    all: Vec<Template>,
    /// Indexes of templates, plus one, by what an event's name and number of quotes come to.
    buckets: Vec<[u16; BUCKET]>,
    /// The index of the quote where the last event had its name.
    name_quote: usize,
    tries: u32,
    hits: u32,
    /// So many events are passed over before the next try.
    pause: u32,
    next_pause: u32,
}

/// One order of members.
#[derive(Debug)]
struct Template {
    event_type: usize,
    frame: usize,
    /// How many quotes the event has.
    quotes: usize,
    /// How far its first quote is from its beginning, and how long the text behind the last value is.
    lead: usize,
    pieces: Vec<Piece>,
    values: Vec<Varying>,
    /// Which slots have what; only for events in which something depends on something.
    fixed: Vec<Varying>,
    seen: Vec<u128>,
}

/// A place: so far from the quote of this index. Behind the last quote is the end of the event.
#[derive(Clone, Copy, Debug)]
struct Anchor {
    quote: u32,
    offset: i32,
}

/// Text that is the same.
#[derive(Debug)]
struct Piece {
    at: Anchor,
    length: u32,
    text: [u8; 64],
}

/// A value that varies.
#[derive(Clone, Copy, Debug)]
struct Varying {
    start: Anchor,
    end: Anchor,
    /// What is the same of its spot.
    spot: Spot,
    quick: Quick,
}

impl Anchor {
    #[inline(always)]
    fn place(self, quotes: &[u32]) -> Option<u32> {
        Some(quotes.get(self.quote as usize)?.wrapping_add_signed(self.offset))
    }

    fn of(place: u32, quote: usize, quotes: &[u32]) -> Option<Self> {
        let distance = i64::from(place) - i64::from(*quotes.get(quote)?);
        Some(Self { quote: u32::try_from(quote).ok()?, offset: i32::try_from(distance).ok()? })
    }
}

impl Varying {
    #[inline(always)]
    fn spot(&self, quotes: &[u32]) -> Option<Spot> {
        let (start, end) = (self.start.place(quotes)?, self.end.place(quotes)?);
        (start <= end).then_some(self.spot.moved(start, end))
    }

    /// The same for a value that is looked at: what it begins with is told anew, unless that is a quote, which the text
    /// before it holds.
    #[inline(always)]
    fn spot_in(&self, text: &[u8], quotes: &[u32]) -> Option<Spot> {
        let spot = self.spot(quotes)?;
        let learned = spot.kind();
        if learned == b'"' {
            return Some(spot);
        }
        let kind = *text.get(spot.range())?.first()?;
        match (learned, kind) {
            (b'[' | b'{', _) => (kind == learned).then_some(spot),
            (_, b'"' | b'[' | b'{') => None,
            _ => Some(spot.of_kind(kind)),
        }
    }
}

impl Templates {
    /// Whether it is worth a try.
    #[inline(always)]
    pub(super) fn are_on(&mut self) -> bool {
        if self.pause > 0 {
            self.pause -= 1;
            return false;
        }
        true
    }

    /// Counts a try, and pauses where too few succeed.
    #[inline(always)]
    fn count(&mut self, hit: bool) {
        self.tries += 1;
        self.hits += u32::from(hit);
        if self.tries == WINDOW {
            if self.hits < WINDOW / 4 {
                self.next_pause = self.next_pause.clamp(PAUSE / 2, 1 << 20) * 2;
                self.pause = self.next_pause;
            } else {
                self.next_pause = 0;
            }
            (self.tries, self.hits) = (0, 0);
        }
    }

    #[inline(always)]
    fn bucket(&self, program: &Program, text: &[u8], quotes: &[u32]) -> Option<usize> {
        let mut mixed = quotes.len() as u64;
        if program.name_slot.is_some() {
            let (from, to) = (*quotes.get(self.name_quote)?, *quotes.get(self.name_quote + 1)?);
            let tail = text.get(..to as usize)?.last_chunk::<8>()?;
            mixed ^= u64::from_le_bytes(*tail) ^ u64::from(to - from).rotate_right(8);
        }
        Some((mixed.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 55) as usize % BUCKETS)
    }

    /// The event type of an event that a template proves. Behind the quotes stands the end of the event.
    #[inline(always)]
    pub(super) fn prove<L: Level>(
        &mut self,
        proof: &mut Proof<'_, '_>,
        start: usize,
        quotes: &[u32],
    ) -> Option<usize> {
        let proven = self.search::<L>(proof, start, quotes);
        self.count(proven.is_some());
        proven
    }

    #[inline(always)]
    fn search<L: Level>(&mut self, proof: &mut Proof<'_, '_>, start: usize, quotes: &[u32]) -> Option<usize> {
        let bucket = self.bucket(&proof.fast.program, proof.text, quotes)?;
        let indexes = self.buckets.get_mut(bucket)?;
        for place in 0..BUCKET {
            let template = self.all.get(usize::from(indexes[place]).wrapping_sub(1))?;
            if template.fits::<L>(proof.text, start, quotes) {
                // The one that fits now will fit soon again.
                indexes.swap(place, place / 2);
                return template.holds::<L>(proof, quotes).then_some(template.event_type);
            }
        }
        None
    }

    /// Learns from an event that was just proven: its slots are in the proof.
    #[inline(never)]
    pub(super) fn learn(&mut self, proof: &Proof<'_, '_>, event_type: usize, start: usize, quotes: &[u32]) {
        let program = &proof.fast.program;
        if let Some(slot) = program.name_slot {
            self.name_quote = proof.spots[usize::from(slot)].quote();
        }
        if self.all.len() >= MAX_TEMPLATES {
            return;
        }
        self.buckets.resize(BUCKETS, [0; BUCKET]);
        let Some(bucket) = self.bucket(program, proof.text, quotes) else { return };
        let Some(free) = self.buckets[bucket].iter().position(|index| *index == 0) else { return };
        if let Some(template) = Template::of(proof, event_type, start, quotes)
            && let Ok(index) = u16::try_from(self.all.len() + 1)
        {
            self.all.push(template);
            self.buckets[bucket][free] = index;
        }
    }
}

impl Template {
    /// The template of an event that was proven.
    fn of(proof: &Proof<'_, '_>, event_type: usize, start: usize, quotes: &[u32]) -> Option<Self> {
        let program = &proof.fast.program;
        let frame_index = program.events[event_type].frame?;
        let frame = &program.frames[frame_index];
        let mut values: Vec<Varying> = Vec::new();
        let mut fixed: Vec<Varying> = Vec::new();
        for quick in &frame.quick {
            let spot = proof.spots[usize::from(quick.slot)];
            if spot.kind() == 0 {
                continue;
            }
            let followed = spot.kind() == b'{' && frame.fields[usize::from(quick.field)].followed;
            let value = varying(*quick, spot, quotes)?;
            let is_same = match spot.kind() {
                b'"' => matches!(quick.check, QuickCheck::Choice(from, to) if to == from + 1),
                b't' | b'f' | b'n' => true,
                _ => matches!(quick.check, QuickCheck::Digit(..)) && spot.end() == spot.start() + 1,
            };
            if followed || is_same || Some(quick.slot) == program.name_slot {
                fixed.push(value);
            } else {
                values.push(value);
            }
        }
        values.sort_by_key(|value| value.start.place(quotes));
        let mut pieces = Vec::new();
        let mut at = Anchor::of(u32::try_from(start).ok()?, 0, quotes)?;
        for value in &values {
            add_pieces(&mut pieces, at, value.start.place(quotes)?, proof.text, quotes)?;
            at = value.end;
        }
        add_pieces(&mut pieces, at, *quotes.last()?, proof.text, quotes)?;
        let depends = !frame.others.is_empty();
        Some(Self {
            event_type,
            frame: frame_index,
            quotes: quotes.len(),
            lead: *quotes.first()? as usize - start,
            pieces,
            values,
            fixed: if depends { fixed } else { Vec::new() },
            seen: if depends { proof.seen.clone() } else { Vec::new() },
        })
    }

    /// Whether an event has the template's text between its values, from its beginning to its end.
    #[inline(always)]
    fn fits<L: Level>(&self, text: &[u8], start: usize, quotes: &[u32]) -> bool {
        if quotes.len() != self.quotes || quotes[0] as usize - start != self.lead {
            return false;
        }
        let mut end = 0;
        for piece in &self.pieces {
            let Some(place) = piece.at.place(quotes) else { return false };
            let block = text.get(place as usize..).and_then(|rest| rest.first_chunk::<64>());
            if !block.is_some_and(|block| L::begins(block, &piece.text, piece.length as usize)) {
                return false;
            }
            end = place.wrapping_add(piece.length);
        }
        quotes.last() == Some(&end)
    }

    /// Whether the values of an event that fits are what they must be.
    #[inline(always)]
    fn holds<L: Level>(&self, proof: &mut Proof<'_, '_>, quotes: &[u32]) -> bool {
        let fast = proof.fast;
        let frame = &fast.program.frames[self.frame];
        let base = Base::of_event();
        for value in &self.values {
            let Some(spot) = value.spot_in(proof.text, quotes) else { return false };
            proof.spots[usize::from(value.quick.slot)] = spot;
            if !proof.proves::<L>(frame, value.quick, spot) {
                return false;
            }
        }
        for (a, b) in &frame.same {
            if !proof.is_same(proof.spots[usize::from(*a)], proof.spots[usize::from(*b)]) {
                return false;
            }
        }
        frame.others.is_empty() || self.answers::<L>(proof, base, quotes)
    }

    /// Whether what depends on something is so.
    #[inline(never)]
    fn answers<L: Level>(&self, proof: &mut Proof<'_, '_>, base: Base, quotes: &[u32]) -> bool {
        for value in &self.fixed {
            let Some(spot) = value.spot(quotes) else { return false };
            proof.spots[usize::from(value.quick.slot)] = spot;
        }
        proof.seen.copy_from_slice(&self.seen);
        let fast = proof.fast;
        proof.answers::<L>(&fast.program.frames[self.frame], base)
    }
}

/// A value with its place by quotes.
fn varying(quick: Quick, spot: Spot, quotes: &[u32]) -> Option<Varying> {
    let (start, end) = if spot.kind() == b'"' {
        let quote = u32::try_from(spot.quote()).ok()?;
        (Anchor { quote, offset: 1 }, Anchor { quote: quote + 1, offset: 0 })
    } else {
        // What follows a value is told from the next quote, or from the end.
        let (start, end) = (u32::try_from(spot.start()).ok()?, u32::try_from(spot.end()).ok()?);
        let next = quotes.partition_point(|quote| *quote < end);
        let before = spot.quote().checked_sub(1);
        let start = match before {
            Some(before) => Anchor::of(start, before, quotes)?,
            None => Anchor::of(start, 0, quotes)?,
        };
        (start, Anchor::of(end, next, quotes)?)
    };
    Some(Varying { start, end, spot, quick })
}

/// Adds the text from a place to another.
fn add_pieces(pieces: &mut Vec<Piece>, mut at: Anchor, end: u32, text: &[u8], quotes: &[u32]) -> Option<()> {
    let start = at.place(quotes)?;
    let whole = text.get(start as usize..end as usize)?;
    // An escape in what is compared could make a quote one that doesn't count.
    if whole.contains(&b'\\') {
        return None;
    }
    for part in whole.chunks(64) {
        let mut text = [0; 64];
        text[..part.len()].copy_from_slice(part);
        pieces.push(Piece { at, length: u32::try_from(part.len()).ok()?, text });
        at.offset += i32::try_from(part.len()).ok()?;
    }
    Some(())
}
