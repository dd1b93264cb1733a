//! One event a line, in memory already: batches are parts of the text itself.

use std::io;
use std::sync::Arc;

use super::{Batch, CHUNK, Counting, Pool, Splitter, first_lines, utf16};
use crate::Limits;

pub(super) struct Lines {
    source: Arc<str>,
    text: Arc<[u8]>,
    limits: Limits,
    counting: Counting,
    pool: Pool,
    /// From where on nothing was given out yet, and the number of the line there, in the source or in a batch.
    at: usize,
    line: u64,
}

impl Lines {
    pub(super) fn new(
        source: Arc<str>,
        text: Arc<[u8]>,
        limits: Limits,
        counting: Counting,
        pool: Pool,
    ) -> Self {
        Self { source, text, limits, counting, pool, at: 0, line: 1 }
    }

    /// Where the lines end of which the next batch is, if they are not cut.
    fn next_end(&self) -> usize {
        let rest = &self.text[self.at..];
        let end = match rest.get(..CHUNK) {
            None => rest.len(),
            Some(chunk) => match memchr::memrchr(b'\n', chunk) {
                Some(last) => last + 1,
                None => memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1),
            },
        };
        self.at + end
    }
}

impl Splitter for Lines {
    fn next(&mut self) -> io::Result<Option<Batch>> {
        let mut batch = Batch::new(&self.source, self.limits, self.pool.clone());
        batch.first_line = self.line;
        if self.at == 0
            && let Some(problem) = utf16(&self.text)
        {
            batch.push(&self.text[..2], (1, 1), Some(problem));
            batch.bytes = self.text.len() as u64;
            self.at = self.text.len();
            return Ok(Some(batch));
        }
        let (taken, count) = first_lines(&self.text[self.at..self.next_end()], self.counting);
        batch.shared = Some((Arc::clone(&self.text), self.at));
        batch.lines = taken;
        batch.bytes = taken as u64;
        self.at += taken;
        self.line += count;
        Ok((taken > 0).then_some(batch))
    }
}
