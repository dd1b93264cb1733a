//! The index: where the lines of a piece of text end, and where the quotes are that begin and end strings.

/// The index of a piece of text. It is kept and used again, so that its lists need not grow anew.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Index {
    /// Where in the text the piece begins.
    pub(super) origin: usize,
    /// The places of the quotes that begin and end strings: not those behind a backslash.
    pub(super) quotes: Vec<u32>,
    /// The places of line feeds.
    pub(super) newlines: Vec<u32>,
    /// For each 64 bytes which are such quotes, and how many stand before.
    pub(super) blocks: Vec<(u64, u32)>,
}

impl Index {
    pub(super) fn clear(&mut self, origin: usize) {
        self.origin = origin;
        self.quotes.clear();
        self.newlines.clear();
        self.blocks.clear();
    }

    /// How many quotes stand before a place of the piece.
    #[inline(always)]
    pub(super) fn quotes_before(&self, place: usize) -> usize {
        let offset = place - self.origin;
        match self.blocks.get(offset / 64) {
            Some((quotes, before)) => {
                let before_place = quotes & ((1u64 << (offset % 64)) - 1);
                *before as usize + before_place.count_ones() as usize
            }
            None => self.quotes.len(),
        }
    }
}
