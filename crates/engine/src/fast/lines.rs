//! Lines: one event each, proven one after the other.

use std::ops::Range;

use super::check::Proof;
use super::index::Marks;
use super::level::Level;
use super::templates::{Answer, Choice};
use super::{Fast, PADDING, Scratch, Work};

/// How many bytes are indexed at once: few enough that the marks stay near.
pub(super) const PIECE: usize = 16 * 1024;

/// Whole lines in a text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lines<'t> {
    /// The lines, and around them whatever the buffer holds, which may be read but is no part of them.
    pub(crate) text: &'t [u8],
    /// Where the first line begins.
    pub(crate) start: usize,
    /// Where the last line ends.
    pub(crate) end: usize,
    /// The number of the first line.
    pub(crate) first: u64,
}

/// The text of one line, without its end, and its number.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) range: Range<usize>,
    pub(crate) number: u64,
}

impl<'t> Lines<'t> {
    /// How many lines there are, blank ones too.
    pub(crate) fn count(&self) -> usize {
        memchr::memchr_iter(b'\n', &self.text[self.start..self.end]).count()
    }

    /// The lines that are not blank.
    pub(crate) fn all(self) -> impl Iterator<Item = Line> + 't {
        let text = &self.text[..self.end];
        let mut at = self.start;
        let mut next = self.first;
        std::iter::from_fn(move || {
            while at < text.len() {
                let (start, number) = (at, next);
                let length = memchr::memchr(b'\n', &text[at..]).unwrap_or(text.len() - at);
                at += length + 1;
                next += 1;
                let end = trimmed(text, start, start + length);
                if !is_blank(&text[start..end]) {
                    return Some(Line { range: start..end, number });
                }
            }
            None
        })
    }

    /// The lines that have padding behind them, and those that haven't, if there are any.
    pub(super) fn with_padding(self) -> (Self, Option<Self>) {
        if self.end + PADDING <= self.text.len() {
            return (self, None);
        }
        let padded = self.text.len().saturating_sub(PADDING).max(self.start);
        let last = memchr::memrchr(b'\n', &self.text[self.start..padded]);
        let cut = last.map_or(self.start, |at| self.start + at + 1);
        let before = Self { end: cut, ..self };
        (before, Some(Self { start: cut, first: self.first + before.count() as u64, ..self }))
    }
}

/// The end of a line without a carriage return.
fn trimmed(text: &[u8], start: usize, end: usize) -> usize {
    end - usize::from(end > start && text[end - 1] == b'\r')
}

fn is_blank(text: &[u8]) -> bool {
    text.iter().all(|byte| matches!(byte, b' ' | b'\t' | b'\r'))
}

/// Tries to prove lines, hands over those that it can't, and tells how many it could.
#[inline(always)]
pub(super) fn prove<L: Level>(
    fast: &Fast,
    scratch: &mut Scratch,
    lines: &Lines<'_>,
    unproven: &mut dyn FnMut(Line),
) -> u64 {
    let Scratch { marks, work, chosen, .. } = scratch;
    let text = lines.text;
    let mut proven = 0;
    let mut number = lines.first;
    let mut start = lines.start;
    work.begin(fast);
    while start < lines.end {
        let piece_end = index_piece::<L>(lines, start, marks);
        if fast.learns {
            work.templates.choose(text, marks, chosen);
        }
        let mut before = 0;
        // Behind the last line feed may stand a line without one.
        let last = marks.places.len();
        let is_cut = marks.ends.last().is_none_or(|end| marks.places[*end as usize] as usize + 1 < piece_end);
        let ends = marks.ends.iter().map(|end| *end as usize).chain(is_cut.then_some(last));
        for (at, end) in ends.enumerate() {
            // From the line feed before the line to its own.
            let line = marks.places.get(before..marks.places.len().min(end + 1)).unwrap_or_default();
            let line_end = marks.places.get(end).map_or(piece_end, |place| *place as usize);
            if work.line::<L>(fast, text, (start, line_end), line, chosen.get(at).copied()) {
                proven += 1;
            } else {
                let range = start..trimmed(text, start, line_end);
                if !is_blank(&text[range.clone()]) {
                    unproven(Line { range, number });
                }
            }
            before = end;
            start = line_end + 1;
            number += 1;
        }
        start = piece_end;
    }
    proven
}

/// Indexes the lines from a place on that are near, or the first if it isn't, and tells where they end.
#[inline(always)]
fn index_piece<L: Level>(lines: &Lines<'_>, start: usize, marks: &mut Marks) -> usize {
    let mut near = (start + PIECE).min(lines.end);
    loop {
        L::index(lines.text, start, near, true, marks);
        if near == lines.end {
            return near;
        }
        if let Some(last) = marks.ends.last() {
            let last = *last as usize;
            marks.places.truncate(last + 1);
            return marks.places[last] as usize + 1;
        }
        let rest = lines.text.get(near..lines.end).unwrap_or_default();
        near = memchr::memchr(b'\n', rest).map_or(lines.end, |at| near + at + 1);
    }
}

/// The index of the event type of a text that is surely a valid event: that of this length in the scratch.
#[inline(always)]
pub(super) fn prove_text<L: Level>(fast: &Fast, scratch: &mut Scratch, length: usize) -> Option<usize> {
    let Scratch { marks, work, copy, .. } = scratch;
    work.begin(fast);
    L::index(copy, 0, length, false, marks);
    let marks = &marks.places;
    if fast.learns
        && work.steps.pace.is_on()
        && let Some((end, used)) = work.chain::<L>(fast, copy, 0, length, marks)
        && end == length
        && used == marks.len()
    {
        return Some(work.steps.event_type());
    }
    work.walk::<L>(fast, copy, 0..length, marks, None)
}

impl Work {
    /// Makes room for the slots of an event.
    fn begin(&mut self, fast: &Fast) {
        if let Some(tree) = fast.program.trees.first() {
            self.spots.resize(tree.slots.len(), super::Spot::default());
            self.seen.resize(tree.nodes.len(), 0);
        }
    }

    /// Whether the event is proven that is a line, from a place to another. `marks` are those from the line feed before it to
    /// its own, if it has one.
    #[inline(always)]
    fn line<L: Level>(
        &mut self,
        fast: &Fast,
        text: &[u8],
        (start, end): (usize, usize),
        marks: &[u32],
        chosen: Option<Choice>,
    ) -> bool {
        let has_line_feed = marks.last().is_some_and(|mark| *mark as usize == end);
        let inside = marks.get(1..).unwrap_or_default();
        let quotes = inside.get(..inside.len() - usize::from(has_line_feed)).unwrap_or_default();
        let mut template = None;
        if fast.learns && has_line_feed && self.templates.pace.is_on() {
            let Self { spots, seen, hour, templates, .. } = self;
            let mut proof = Proof { fast, text, quotes, hour, spots, seen };
            match templates.prove::<L>(&mut proof, marks, chosen) {
                Answer::Proven => return true,
                Answer::Unknown => template = Some(marks),
                Answer::Unproven => {}
            }
        }
        if fast.learns
            && template.is_none()
            && self.steps.pace.is_on()
            && self.chain::<L>(fast, text, start, end, inside).is_some()
        {
            return true;
        }
        self.walk::<L>(fast, text, start..trimmed(text, start, end), quotes, template).is_some()
    }

    /// Where the event ends that begins at a place, without its line end, and how many marks it has, if a learned chain
    /// proves it.
    #[inline(always)]
    fn chain<L: Level>(
        &mut self,
        fast: &Fast,
        text: &[u8],
        start: usize,
        end: usize,
        marks: &[u32],
    ) -> Option<(usize, usize)> {
        let Self { spots, seen, hour, steps, .. } = self;
        let mut proof = Proof { fast, text, quotes: marks, hour, spots, seen };
        steps.prove::<L>(&mut proof, start, end)
    }

    /// The index of the event type, if the walk proves the event; then its order of members is learned, and a template of
    /// the line with these marks.
    #[inline(never)]
    fn walk<L: Level>(
        &mut self,
        fast: &Fast,
        text: &[u8],
        range: Range<usize>,
        quotes: &[u32],
        template: Option<&[u32]>,
    ) -> Option<usize> {
        if range.len() > fast.limits.max_event_bytes || quotes.len() < 2 {
            return None;
        }
        let Self { spots, seen, hour, steps, templates } = self;
        let mut proof = Proof { fast, text, quotes, hour, spots, seen };
        let event_type = L::event(&mut proof, range.clone())?;
        if fast.learns && steps.are_learning() {
            steps.learn(&proof, event_type, range.clone());
        }
        if let Some(marks) = template {
            templates.learn::<L>(&mut proof, event_type, range, marks);
        }
        Some(event_type)
    }
}
