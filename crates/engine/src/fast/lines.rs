//! Lines: one event each, proven one after the other.

use std::ops::Range;

use super::check::Proof;
use super::index::Index;
use super::level::Level;
use super::{Fast, PADDING, Scratch, Work};

/// How many bytes are indexed at once: few enough that the index stays near.
const PIECE: usize = 16 * 1024;

/// Whole lines at the front of a text.
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
        let cut = memchr::memrchr(b'\n', &self.text[self.start..padded]).map_or(self.start, |at| self.start + at + 1);
        let before = memchr::memchr_iter(b'\n', &self.text[self.start..cut]).count() as u64;
        (Self { end: cut, ..self }, Some(Self { start: cut, first: self.first + before, ..self }))
    }

    /// Where a piece ends that begins at a line: behind the last line end that is near enough, or behind the first.
    fn piece_end(&self, start: usize) -> usize {
        let near = (start + PIECE).min(self.end);
        if near == self.end {
            return near;
        }
        let last = memchr::memrchr(b'\n', &self.text[start..near]).map(|at| start + at + 1);
        let first = || memchr::memchr(b'\n', &self.text[near..self.end]).map(|at| near + at + 1);
        last.or_else(first).unwrap_or(self.end)
    }
}

/// The end of a line without a carriage return.
#[inline(always)]
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
    let Scratch { index, work, .. } = scratch;
    let mut proven = 0;
    let mut number = lines.first;
    let mut start = lines.start;
    work.begin(fast);
    while start < lines.end {
        let piece_end = lines.piece_end(start);
        index.clear(start);
        L::index(lines.text, start, piece_end, index);
        if index.newlines.last().is_none_or(|last| *last as usize + 1 != piece_end) {
            // The last line has no end of its own.
            index.newlines.push(u32::try_from(piece_end).unwrap_or(u32::MAX));
        }
        let mut quotes_start = 0;
        for newline in &index.newlines {
            let line_end = *newline as usize;
            let quotes_end = index.quotes_before(line_end);
            let end = trimmed(lines.text, start, line_end);
            let quotes = index.quotes.get(quotes_start..quotes_end).unwrap_or_default();
            if prove_one::<L>(fast, work, lines.text, start..end, quotes).is_some() {
                proven += 1;
            } else if !is_blank(&lines.text[start..end]) {
                unproven(Line { range: start..end, number });
            }
            number += 1;
            quotes_start = quotes_end;
            start = line_end + 1;
        }
        start = piece_end;
    }
    proven
}

/// The index of the event type of a text that is surely a valid event.
#[inline(always)]
pub(super) fn prove_text<L: Level>(fast: &Fast, scratch: &mut Scratch, length: usize) -> Option<usize> {
    let Scratch { index, work, copy } = scratch;
    work.begin(fast);
    index.clear(0);
    L::index(copy, 0, length, index);
    let Index { quotes, .. } = index;
    prove_one::<L>(fast, work, copy, 0..length, quotes)
}

#[inline(always)]
fn prove_one<L: Level>(
    fast: &Fast,
    work: &mut Work,
    text: &[u8],
    range: Range<usize>,
    quotes: &[u32],
) -> Option<usize> {
    if range.len() > fast.limits.max_event_bytes || quotes.len() < 2 {
        return None;
    }
    let Work { spots, seen, hour, steps } = work;
    let mut proof = Proof { fast, text, quotes, hour, spots, seen };
    if !fast.learns || !steps.are_on() {
        return proof.event::<L>(range);
    }
    if let Some(event_type) = steps.prove::<L>(&mut proof, range.clone()) {
        return Some(event_type);
    }
    let event_type = proof.event::<L>(range.clone())?;
    steps.learn(&proof, event_type, range);
    Some(event_type)
}

impl Work {
    /// Makes room for the slots of an event.
    fn begin(&mut self, fast: &Fast) {
        if let Some(tree) = fast.program.trees.first() {
            self.spots.resize(tree.slots.len(), super::Spot::default());
            self.seen.resize(tree.nodes.len(), 0);
        }
    }
}
