//! Lines: one event each, proven one after the other.

use std::ops::Range;

use super::check::{Effort, Proof};
use super::index::{Marks, Own};
use super::level::Level;
use super::pace::Pace;
use super::templates::Answer;
use super::{Fast, Learns, PADDING, Scratch, Work};

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

/// What came of lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    /// How many were proven.
    pub(crate) proven: u64,
    /// How many weren't, but for blank ones.
    pub(crate) unproven: u64,
    /// How many lines were looked at, blank ones too.
    pub(crate) lines: u64,
    /// Where the first begins that was not looked at.
    pub(crate) end: usize,
}

impl Seen {
    /// This, and lines behind it, of which so many of the unproven ones were proven after all.
    pub(super) fn and(self, others: Self, proven: u64) -> Self {
        Self {
            proven: self.proven + proven,
            unproven: self.unproven + others.unproven - proven,
            lines: self.lines + others.lines,
            end: others.end,
        }
    }
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

    /// The lines from a place on, which comes behind so many.
    pub(crate) fn behind(self, seen: Seen) -> Self {
        Self { start: seen.end, first: self.first + seen.lines, ..self }
    }

    /// Hands over lines, but for blank ones, until there were `most`.
    pub(crate) fn each(self, most: u64, take: &mut dyn FnMut(Line)) -> Seen {
        let text = &self.text[..self.end];
        let mut seen = Seen { end: self.start, ..Seen::default() };
        while seen.end < text.len() && seen.unproven < most {
            let start = seen.end;
            let end = memchr::memchr(b'\n', &text[start..]).map_or(text.len(), |at| start + at);
            seen.unproven += hand_over(text, start..end, self.first + seen.lines, take);
            seen.lines += 1;
            seen.end = text.len().min(end + 1);
        }
        seen
    }

    /// The lines that are not blank.
    pub(crate) fn all(self) -> impl Iterator<Item = Line> + 't {
        let mut rest = self;
        std::iter::from_fn(move || {
            let mut next = None;
            rest = rest.behind(rest.each(1, &mut |line| next = Some(line)));
            next
        })
    }

    /// Those lines that have padding behind them.
    pub(super) fn with_padding(self) -> Self {
        if self.end + PADDING <= self.text.len() {
            return self;
        }
        let padded = self.text.len().saturating_sub(PADDING).max(self.start);
        let last = memchr::memrchr(b'\n', &self.text[self.start..padded]);
        Self { end: last.map_or(self.start, |at| self.start + at + 1), ..self }
    }
}

/// The end of a line without a carriage return.
fn trimmed(text: &[u8], start: usize, end: usize) -> usize {
    end - usize::from(end > start && text[end - 1] == b'\r')
}

/// Whether a line is none.
pub(crate) fn is_blank(text: &[u8]) -> bool {
    text.iter().all(|byte| matches!(byte, b' ' | b'\t' | b'\r'))
}

/// Tries to prove lines, and hands over those that it can't, until the piece in which they have become `most`.
#[inline(always)]
pub(super) fn prove<L: Level>(
    fast: &Fast,
    scratch: &mut Scratch,
    lines: &Lines<'_>,
    most: u64,
    unproven: &mut dyn FnMut(Line),
) -> Seen {
    let Scratch { marks, work, chosen, open, .. } = scratch;
    let text = lines.text;
    let mut seen = Seen { end: lines.start, ..Seen::default() };
    work.begin(fast);
    while seen.end < lines.end && seen.unproven < most {
        let start = seen.end;
        let piece_end = index_piece::<L>(lines, start, marks);
        marks.pad();
        // There are fewer lines than bytes, and those are less than 4 GiB.
        let all = 0..u32::try_from(marks.ends.len()).unwrap_or(u32::MAX);
        open.clear();
        if fast.learns == Learns::Lines {
            let Work { spots, seen, hour, templates, .. } = &mut *work;
            let mut proof = Proof { fast, text, quotes: &[], hour, spots, seen, effort: Effort::default() };
            templates.prove_all::<L>(&mut proof, (marks, all.end), chosen, open);
        } else {
            open.extend(all);
        }
        let first = lines.first + seen.lines;
        seen.proven += (marks.ends.len() - open.len()) as u64;
        for line in &*open {
            let Some(own) = marks.own(*line as usize) else { continue };
            if work.line::<L>(fast, text, own) {
                seen.proven += 1;
            } else {
                seen.unproven += hand_over(text, own.range(), first + u64::from(*line), unproven);
            }
        }
        seen.lines += marks.ends.len() as u64;
        // Behind the last line feed may stand a line without one.
        let (from, quotes) = marks.rest();
        if from < piece_end {
            if work.last::<L>(fast, text, from..piece_end, quotes) {
                seen.proven += 1;
            } else {
                let number = lines.first + seen.lines;
                seen.unproven += hand_over(text, from..piece_end, number, unproven);
            }
            seen.lines += 1;
        }
        seen.end = piece_end;
    }
    seen
}

/// Hands over a line that wasn't proven, if it isn't blank, and tells of how many that was done.
fn hand_over(text: &[u8], range: Range<usize>, number: u64, unproven: &mut dyn FnMut(Line)) -> u64 {
    let range = range.start..trimmed(text, range.start, range.end);
    if is_blank(&text[range.clone()]) {
        return 0;
    }
    unproven(Line { range, number });
    1
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
    let marks = marks.places.as_slice();
    if fast.learns != Learns::Nothing
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
    /// Makes room for the slots of an event, at the beginning of a text.
    fn begin(&mut self, fast: &Fast) {
        if let Some(tree) = fast.program.trees.first() {
            self.spots.resize(tree.slots.len(), super::Spot::default());
            self.seen.resize(tree.nodes.len(), 0);
        }
        if fast.learns == Learns::Orders {
            self.steps.pace = Pace::default();
        }
    }

    /// Whether the event is proven that is a line, which wasn't with those of its piece.
    #[inline(always)]
    fn line<L: Level>(&mut self, fast: &Fast, text: &[u8], own: Own<'_>) -> bool {
        let quotes = own.quotes();
        let mut template = None;
        if fast.learns == Learns::Lines {
            let Self { spots, seen, hour, templates, .. } = self;
            let mut proof = Proof { fast, text, quotes, hour, spots, seen, effort: Effort::default() };
            match templates.prove::<L>(&mut proof, own) {
                Answer::Proven => return true,
                Answer::Unknown => template = Some(own.all()),
                Answer::Unproven => {}
            }
        }
        let Range { start, end } = own.range();
        // The steps go on to the line feed.
        let inside = own.all().get(1..).unwrap_or_default();
        if template.is_none() && self.follows::<L>(fast, text, start..end, inside) {
            return true;
        }
        self.walk::<L>(fast, text, start..trimmed(text, start, end), quotes, template).is_some()
    }

    /// Whether the event is proven that is the rest of a text, without a line feed.
    #[inline(never)]
    fn last<L: Level>(&mut self, fast: &Fast, text: &[u8], range: Range<usize>, quotes: &[u32]) -> bool {
        let Range { start, end } = range;
        self.follows::<L>(fast, text, range, quotes)
            || self.walk::<L>(fast, text, start..trimmed(text, start, end), quotes, None).is_some()
    }

    /// Whether a learned chain proves a line.
    #[inline(always)]
    fn follows<L: Level>(&mut self, fast: &Fast, text: &[u8], range: Range<usize>, marks: &[u32]) -> bool {
        fast.learns != Learns::Nothing
            && self.steps.pace.is_on()
            && self.chain::<L>(fast, text, range.start, range.end, marks).is_some()
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
        let mut proof = Proof { fast, text, quotes: marks, hour, spots, seen, effort: Effort::default() };
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
        let mut proof = Proof { fast, text, quotes, hour, spots, seen, effort: Effort::default() };
        let event_type = L::event(&mut proof, range.clone())?;
        let has_template = match template {
            Some(marks) => templates.learn::<L>(&mut proof, event_type, range.clone(), marks),
            None => false,
        };
        // Who has a template needs no steps.
        if fast.learns != Learns::Nothing && !has_template && steps.are_learning() {
            steps.learn(&proof, event_type, range);
        }
        Some(event_type)
    }
}
