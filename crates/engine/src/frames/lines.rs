//! One event a line (`.ndjson`, `.jsonl`, standard input). Blank lines and carriage returns before a line break don't
//! count; a last line without a line break does. The lines themselves are found by whoever takes the batch, so that one
//! thread can feed several.

use std::io::{self, Read};
use std::sync::Arc;

use super::{Batch, CHUNK, Counting, PREFIX, Pool, Splitter, first_lines, read_once, too_large, utf16};
use crate::Limits;
use crate::fast::{PADDING, is_blank};

pub(super) struct Lines {
    source: Arc<str>,
    reader: Box<dyn Read + Send>,
    limits: Limits,
    counting: Counting,
    pool: Pool,
    /// What was read and is not yet given out; what stands behind `filled` is nothing. Its first byte is on `line`, in the
    /// source or in the batch that is being made.
    buffer: Vec<u8>,
    filled: usize,
    line: u64,
    passing: Passing,
    /// How many bytes were read since the last batch.
    bytes: u64,
    started: bool,
    ended: bool,
    /// An error to give after the lines that were complete before it.
    failed: Option<io::Error>,
}

/// What is done with the rest of the line at the front.
#[derive(Default)]
enum Passing {
    #[default]
    Nothing,
    /// It is passed over: the line is too large and was told of.
    Rest,
    /// It is too large, unless it is blank to its end; so it began.
    Blank(Vec<u8>),
}

impl Lines {
    pub(super) fn new(
        source: Arc<str>,
        reader: Box<dyn Read + Send>,
        limits: Limits,
        counting: Counting,
        pool: Pool,
    ) -> Self {
        Self {
            source,
            reader,
            limits,
            counting,
            buffer: pool.take(),
            pool,
            filled: 0,
            line: 1,
            passing: Passing::Nothing,
            bytes: 0,
            started: false,
            ended: false,
            failed: None,
        }
    }

    /// Reads once more, behind what there is.
    fn fill(&mut self) {
        let needed = self.filled + CHUNK + PADDING;
        if self.buffer.len() < needed {
            self.buffer.resize(needed, 0);
        }
        match read_once(&mut *self.reader, &mut self.buffer[self.filled..needed - PADDING]) {
            Ok(0) => self.ended = true,
            Ok(count) => {
                self.bytes += count as u64;
                self.filled += count;
            }
            Err(error) => {
                self.failed = Some(error);
                self.ended = true;
                // The last line may be cut, so nobody can say whether it is right.
                self.filled = memchr::memrchr(b'\n', self.rest()).map_or(0, |at| at + 1);
            }
        }
    }

    fn rest(&self) -> &[u8] {
        &self.buffer[..self.filled]
    }

    /// Drops so many bytes at the front.
    fn drop_front(&mut self, count: usize) {
        self.buffer.copy_within(count..self.filled, 0);
        self.filled -= count;
    }

    /// Moves the lines that are complete into a batch.
    fn take_lines(&mut self, batch: &mut Batch) {
        if !matches!(self.passing, Passing::Nothing) {
            let line_end = memchr::memchr(b'\n', self.rest());
            let here = &self.buffer[..line_end.unwrap_or(self.filled)];
            if let Passing::Blank(start) = &self.passing
                && !is_blank(here)
            {
                batch.push(start, (self.line, 1), Some(too_large(self.limits)));
                self.passing = Passing::Rest;
                return;
            }
            let Some(line_end) = line_end else {
                self.filled = 0;
                return;
            };
            self.drop_front(line_end + 1);
            self.line += 1;
            self.passing = Passing::Nothing;
        }
        batch.first_line = self.line;
        let complete =
            if self.ended { self.filled } else { memchr::memrchr(b'\n', self.rest()).map_or(0, |at| at + 1) };
        if complete == 0 {
            self.pass_over_too_large(batch);
            return;
        }
        let (cut, count) = first_lines(&self.buffer[..complete], self.counting);
        self.line += count;
        if cut < complete {
            batch.buffer.extend_from_slice(&self.buffer[..cut]);
            batch.buffer.resize(cut + PADDING, 0);
            self.drop_front(cut);
        } else {
            let mut next = self.pool.take();
            let left = &self.buffer[cut..self.filled];
            if next.len() < left.len() {
                next.resize(left.len(), 0);
            }
            next[..left.len()].copy_from_slice(left);
            self.filled -= cut;
            batch.buffer = std::mem::replace(&mut self.buffer, next);
        }
        batch.lines = cut;
    }

    /// If the line at the front is too large already, tells of it once and drops what there is of it. As long as it is blank,
    /// there is nothing to tell.
    fn pass_over_too_large(&mut self, batch: &mut Batch) {
        let rest = self.rest();
        if rest.strip_suffix(b"\r").unwrap_or(rest).len() > self.limits.max_event_bytes {
            let start = &rest[..rest.len().min(PREFIX)];
            if is_blank(rest) {
                self.passing = Passing::Blank(start.to_vec());
            } else {
                batch.push(start, (self.line, 1), Some(too_large(self.limits)));
                self.passing = Passing::Rest;
            }
            self.filled = 0;
        }
    }
}

impl Splitter for Lines {
    fn next(&mut self) -> io::Result<Option<Batch>> {
        let mut batch = Batch::new(&self.source, self.limits, self.pool.clone());
        if self.counting == Counting::Taker {
            self.line = 1;
        }
        batch.first_line = self.line;
        loop {
            if !self.started {
                // Two bytes tell UTF-16 apart.
                while self.filled < 2 && !self.ended {
                    self.fill();
                }
                self.started = true;
                if let Some(problem) = utf16(self.rest()) {
                    batch.push(&self.buffer[..2], (1, 1), Some(problem));
                    self.filled = 0;
                    self.ended = true;
                }
            }
            self.take_lines(&mut batch);
            // An unfinished line longer than a chunk yields no frame yet: a batch without frames still tells the bytes.
            let has_some = !batch.frames.is_empty() || batch.lines > 0;
            if has_some || self.ended && self.filled == 0 || self.bytes >= 16 * CHUNK as u64 {
                break;
            }
            if !self.ended {
                self.fill();
            }
        }
        batch.bytes = std::mem::take(&mut self.bytes);
        batch.or_end(&mut self.failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frames::dribble::Dribble;
    use crate::frames::memory;

    type Told = (Vec<(u64, String, bool)>, u64, bool);

    /// What there is in a text that comes so many bytes at a time, whoever counts the lines.
    fn split(text: &[u8], step: usize, fails: bool) -> Told {
        let [counted, uncounted] = [Counting::Splitter, Counting::Taker].map(|counting| {
            let reader = Box::new(Dribble { text: text.to_vec(), step, fails });
            let limits = Limits { max_event_bytes: 10, ..Limits::default() };
            let mut lines = Lines::new("x".into(), reader, limits, counting, Pool::default());
            tell(&mut lines, counting)
        });
        assert_eq!(counted, uncounted, "{step}");
        counted
    }

    /// What a splitter gives out: events with their lines and whether they have a problem, how many bytes, and whether it
    /// failed.
    fn tell(lines: &mut dyn Splitter, counting: Counting) -> Told {
        let (mut frames, mut bytes, mut before) = (Vec::new(), 0, 0);
        loop {
            match lines.next() {
                Ok(Some(batch)) => {
                    bytes += batch.bytes;
                    frames.extend(batch.frames().map(|frame| {
                        let text = String::from_utf8_lossy(frame.bytes).into_owned();
                        (before + frame.line, text, frame.problem.is_some())
                    }));
                    if counting == Counting::Taker {
                        before += batch.first_line - 1 + batch.lines().count() as u64;
                    }
                }
                Ok(None) => return (frames, bytes, false),
                Err(_) => return (frames, bytes, true),
            }
        }
    }

    #[test]
    fn lines_that_are_in_memory_are_those_that_are_read() {
        let many = "{\"n\": 1}\n\r\n".repeat(CHUNK / 4);
        let long = format!("{}\n{}\n1", "x".repeat(2 * CHUNK), "y".repeat(CHUNK));
        for text in ["", "\n", "1", "1\n\n2\r\n", many.as_str(), long.as_str(), "\u{FEFF}1\n"] {
            for counting in [Counting::Splitter, Counting::Taker] {
                let limits = Limits::default();
                let (reader, pool) = (Box::new(io::Cursor::new(text.as_bytes().to_vec())), Pool::default());
                let mut read = Lines::new("x".into(), reader, limits, counting, pool.clone());
                let shared = Arc::from(text.as_bytes());
                let mut in_memory = memory::Lines::new("x".into(), shared, limits, counting, pool);
                // No `assert_eq`, which would print megabytes.
                let start = &text[..text.len().min(20)];
                assert!(tell(&mut read, counting) == tell(&mut in_memory, counting), "{counting:?} {start}");
            }
        }
    }

    #[test]
    fn lines_are_the_same_however_they_arrive() {
        let text = b"{}\r\n\n  \n [1]\n{\"long\": 123456789}\r\nlast";
        let expected = [
            (1, "{}".to_owned(), false),
            (4, " [1]".to_owned(), false),
            (5, "{\"long\": 123456789}".to_owned(), true),
            (6, "last".to_owned(), false),
        ];
        for step in [1, 2, 3, 7, 100] {
            let (frames, bytes, failed) = split(text, step, false);
            let cut: Vec<_> = frames
                .iter()
                .map(|(line, text, wrong)| (*line, text.trim_end().to_owned(), *wrong))
                .collect();
            for ((line, text, wrong), (found_line, found, found_wrong)) in expected.iter().zip(&cut) {
                assert_eq!((line, wrong), (found_line, found_wrong), "{step}");
                assert!(text.starts_with(found.as_str()) && (*wrong || text == found), "{step}: {found}");
            }
            assert_eq!((cut.len(), bytes, failed), (expected.len(), text.len() as u64, false));
        }
    }

    #[test]
    fn a_blank_line_is_none_however_long() {
        for step in [1, 7, 100] {
            for (text, expected) in [
                ("1\n                \n2", &[(1, false), (3, false)][..]),
                ("1\n                \r\n2", &[(1, false), (3, false)]),
                ("1\n                3\n2", &[(1, false), (2, true), (3, false)]),
                ("1\n                ", &[(1, false)]),
                ("                3", &[(1, true)]),
            ] {
                let (frames, ..) = split(text.as_bytes(), step, false);
                let found: Vec<(u64, bool)> = frames.iter().map(|(line, _, wrong)| (*line, *wrong)).collect();
                assert_eq!(found, expected, "{text:?} in steps of {step}");
            }
        }
    }

    #[test]
    fn nothing_is_nothing() {
        assert_eq!(split(b"", 5, false), (Vec::new(), 0, false));
        assert_eq!(split(b"\n\r\n", 5, false).0, Vec::new());
    }

    #[test]
    fn a_read_error_comes_after_the_complete_lines_and_drops_the_cut_one() {
        let (frames, _, failed) = split(b"1\n2\n3", 2, true);
        assert_eq!(frames.len(), 2);
        assert!(failed);
    }

    #[test]
    fn utf_16_is_told_once() {
        let (frames, _, _) = split(b"\xFF\xFE{\0}\0\n\0{\0}\0", 1, false);
        assert_eq!(frames.len(), 1);
        assert!(frames[0].2);
    }
}
