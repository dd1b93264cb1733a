//! Lines and columns of a text.

/// Finds the line and column of byte offsets in one text.
#[derive(Clone, Debug)]
pub struct LineIndex {
    /// The offset at which each line begins.
    starts: Vec<usize>,
}

impl LineIndex {
    /// Reads where the lines of `text` begin. Lines end at `\n`.
    pub fn new(text: &[u8]) -> Self {
        Self { starts: std::iter::once(0).chain(memchr::memchr_iter(b'\n', text).map(|at| at + 1)).collect() }
    }

    /// The line and column of `offset`, both from 1; columns count characters. `text` is the text of the index.
    pub fn place(&self, text: &[u8], offset: usize) -> (u64, u64) {
        let line = self.starts.partition_point(|&start| start <= offset);
        let start = self.starts[line - 1];
        (line as u64, column(&text[start..offset.min(text.len())]))
    }
}

/// The column, from 1, after `before`, the bytes of a line before a place: the number of its characters and one. A byte
/// that begins no character of UTF-8 counts as part of the one before it.
pub fn column(before: &[u8]) -> u64 {
    before.iter().filter(|&&byte| byte & 0xC0 != 0x80).count() as u64 + 1
}
