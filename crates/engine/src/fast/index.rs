//! The index: where in a piece of text strings begin and end, and lines.

use std::ops::Range;

/// The highest number of a mark that a template may ask for.
pub(super) const MAX_MARK: usize = u8::MAX as usize;

/// The marks of a line, and whatever follows: so many that a small number is always one of them, and so is the next.
pub(super) type Window = [u32; PADDING];

/// How many places a window has.
const PADDING: usize = MAX_MARK + 2;

/// The marks of one line, from the line feed before it to its own.
#[derive(Clone, Copy, Debug)]
pub(super) struct Own<'m> {
    pub(super) window: &'m Window,
    /// How many there are.
    pub(super) count: usize,
    from: usize,
    all: &'m [u32],
}

impl<'m> Own<'m> {
    /// From where to where the line is.
    pub(super) fn range(self) -> Range<usize> {
        let last = self.all().last().copied().unwrap_or_default();
        self.window[0].wrapping_add(1) as usize..last as usize
    }

    /// All of them.
    pub(super) fn all(self) -> &'m [u32] {
        self.all.get(self.from..self.from + self.count).unwrap_or_default()
    }

    /// Those within the line.
    pub(super) fn quotes(self) -> &'m [u32] {
        self.all.get(self.from + 1..self.from + self.count - 1).unwrap_or_default()
    }
}

/// The marks of a piece of text. They are kept and used again, so that they need not grow anew.
#[derive(Debug, Default)]
pub(super) struct Marks {
    /// In order: the places of the quotes that begin and end strings, not those behind a backslash, and of line feeds, if
    /// the text is of lines. Then the first is the place before the first line, as if a line feed stood there.
    pub(super) places: Vec<u32>,
    /// Which of them are line feeds, without that first one.
    pub(super) ends: Vec<u32>,
}

impl Marks {
    /// Adds places behind the last mark, so that each line has a window. What follows is of marks that have them.
    #[inline(always)]
    pub(super) fn pad(&mut self) {
        self.places.resize(self.places.len() + PADDING, 0);
    }

    /// The lines, one after the other.
    #[inline(always)]
    pub(super) fn lines(&self) -> impl Iterator<Item = Option<Own<'_>>> {
        let mut before = 0;
        self.ends.iter().map(move |end| {
            let end = *end as usize;
            self.of_line(std::mem::replace(&mut before, end), end)
        })
    }

    /// Those of the line of this number, from 0.
    pub(super) fn own(&self, line: usize) -> Option<Own<'_>> {
        let before = if line == 0 { 0 } else { *self.ends.get(line - 1)? as usize };
        self.of_line(before, *self.ends.get(line)? as usize)
    }

    /// Where the text behind the last line begins, and the marks there. Of a text without lines it is all of it.
    pub(super) fn rest(&self) -> (usize, &[u32]) {
        let all = self.places.get(..self.places.len().saturating_sub(PADDING)).unwrap_or_default();
        let before = self.ends.last().map_or(0, |end| *end as usize);
        let start = all.get(before).copied().unwrap_or_default().wrapping_add(1);
        (start as usize, all.get(before + 1..).unwrap_or_default())
    }

    /// Those of the line that begins behind a mark and ends at another.
    #[inline(always)]
    fn of_line(&self, before: usize, end: usize) -> Option<Own<'_>> {
        let window = self.places.get(before..before + PADDING)?.first_chunk()?;
        Some(Own { window, count: end + 1 - before, from: before, all: &self.places })
    }

    /// Empties them, for a piece of text that begins at a place.
    #[inline(always)]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "texts are shorter than 4 GiB, which the caller saw to"
    )]
    pub(super) fn begin(&mut self, start: usize, lines: bool) {
        self.places.clear();
        self.ends.clear();
        if lines {
            self.places.push((start as u32).wrapping_sub(1));
        }
    }
}

/// How many of the marks, which are in order, stand before a place.
#[inline(always)]
pub(super) fn before(marks: &[u32], place: usize) -> usize {
    let mut count = 0;
    for few in marks.chunks(16) {
        let here = few.iter().filter(|mark| (**mark as usize) < place).count();
        count += here;
        if here < few.len() {
            break;
        }
    }
    count
}
