//! Lines: one event each, proven one after the other.

use std::ops::Range;

use super::check::Proof;
use super::index::{self, Marks};
use super::level::Level;
use super::{Fast, PADDING, Scratch, Work};

/// How many bytes are indexed at once: few enough that the marks stay near.
const PIECE: usize = 16 * 1024;

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
    let Scratch { marks, work, .. } = scratch;
    let text = lines.text;
    let mut proven = 0;
    let mut number = lines.first;
    let mut start = lines.start;
    work.begin(fast);
    while start < lines.end {
        let piece_end = index_piece::<L>(lines, start, marks);
        let mut mark = 0;
        while start < piece_end {
            let known = if fast.learns && work.steps.are_on() {
                work.chain::<L>(fast, text, start, piece_end, marks.get(mark..).unwrap_or_default())
            } else {
                None
            };
            if let Some((end, marks)) = known {
                // The line feed behind is a mark too.
                proven += 1;
                mark += marks + 1;
                start = end + 1;
            } else {
                let rest = &text[start..piece_end];
                let line_end = start + memchr::memchr(b'\n', rest).unwrap_or(rest.len());
                let range = start..trimmed(text, start, line_end);
                let rest = marks.get(mark..).unwrap_or_default();
                let (quotes, _) = rest.split_at(index::before(rest, line_end));
                if work.walk::<L>(fast, text, range.clone(), quotes).is_some() {
                    proven += 1;
                } else if !is_blank(&text[range.clone()]) {
                    unproven(Line { range, number });
                }
                mark += quotes.len() + 1;
                start = line_end + 1;
            }
            number += 1;
        }
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
        let is_line_feed = |mark: &u32| lines.text.get(*mark as usize) == Some(&b'\n');
        if let Some(last) = marks.iter().rposition(is_line_feed) {
            marks.truncate(last + 1);
            return marks[last] as usize + 1;
        }
        let rest = lines.text.get(near..lines.end).unwrap_or_default();
        near = memchr::memchr(b'\n', rest).map_or(lines.end, |at| near + at + 1);
    }
}

/// The index of the event type of a text that is surely a valid event: that of this length in the scratch.
#[inline(always)]
pub(super) fn prove_text<L: Level>(fast: &Fast, scratch: &mut Scratch, length: usize) -> Option<usize> {
    let Scratch { marks, work, copy } = scratch;
    work.begin(fast);
    L::index(copy, 0, length, false, marks);
    if fast.learns
        && work.steps.are_on()
        && let Some((end, used)) = work.chain::<L>(fast, copy, 0, length, marks)
        && end == length
        && used == marks.len()
    {
        return Some(work.steps.event_type());
    }
    work.walk::<L>(fast, copy, 0..length, marks)
}

impl Work {
    /// Makes room for the slots of an event.
    fn begin(&mut self, fast: &Fast) {
        if let Some(tree) = fast.program.trees.first() {
            self.spots.resize(tree.slots.len(), super::Spot::default());
            self.seen.resize(tree.nodes.len(), 0);
        }
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
        let Self { spots, seen, hour, steps } = self;
        let mut proof = Proof { fast, text, quotes: marks, hour, spots, seen };
        steps.prove::<L>(&mut proof, start, end)
    }

    /// The index of the event type, if the walk proves the event; then its order of members is learned.
    #[inline(never)]
    fn walk<L: Level>(
        &mut self,
        fast: &Fast,
        text: &[u8],
        range: Range<usize>,
        quotes: &[u32],
    ) -> Option<usize> {
        if range.len() > fast.limits.max_event_bytes || quotes.len() < 2 {
            return None;
        }
        let Self { spots, seen, hour, steps } = self;
        let mut proof = Proof { fast, text, quotes, hour, spots, seen };
        let event_type = L::event(&mut proof, range.clone())?;
        if fast.learns && steps.are_learning() {
            steps.learn(&proof, event_type, range);
        }
        Some(event_type)
    }
}
