//! The index: where in a piece of text strings begin and end, and lines.

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
