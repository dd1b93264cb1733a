//! One event a line (`.ndjson`, `.jsonl`, standard input). Blank lines and carriage returns before a line break don't
//! count; a last line without a line break does.

use std::io::{self, Read};
use std::sync::Arc;

use super::{Batch, PREFIX, Splitter, read_chunk, too_large, utf16};
use crate::Limits;

pub(super) struct Lines {
    source: Arc<str>,
    reader: Box<dyn Read + Send>,
    limits: Limits,
    /// What was read and is not yet given out. Its first byte is on `line`.
    buffer: Vec<u8>,
    /// The bytes at the front of the buffer that were given out.
    taken: usize,
    line: u64,
    /// Whether the line at the front is too large and was told of, so that its rest is passed over.
    skipping: bool,
    /// How many bytes were read since the last batch.
    bytes: u64,
    started: bool,
    ended: bool,
    /// An error to give after the lines that were complete before it.
    failed: Option<io::Error>,
}

impl Lines {
    pub(super) fn new(source: Arc<str>, reader: Box<dyn Read + Send>, limits: Limits) -> Self {
        Self {
            source,
            reader,
            limits,
            buffer: Vec::new(),
            taken: 0,
            line: 1,
            skipping: false,
            bytes: 0,
            started: false,
            ended: false,
            failed: None,
        }
    }

    /// Reads one chunk more, dropping what was given out.
    fn fill(&mut self) {
        self.buffer.drain(..self.taken);
        self.taken = 0;
        match read_chunk(&mut *self.reader, &mut self.buffer) {
            Ok(0) => self.ended = true,
            Ok(count) => self.bytes += count as u64,
            Err(error) => {
                self.failed = Some(error);
                self.ended = true;
                // The last line may be cut, so nobody can say whether it is right.
                let complete = memchr::memrchr(b'\n', &self.buffer).map_or(0, |at| at + 1);
                self.buffer.truncate(complete);
            }
        }
    }

    /// Moves the lines that are complete into a batch.
    fn take_lines(&mut self, batch: &mut Batch) {
        while !batch.is_full() {
            let rest = &self.buffer[self.taken..];
            let line_end = memchr::memchr(b'\n', rest);
            let length = match line_end {
                Some(length) => length,
                None if self.ended => rest.len(),
                None => {
                    self.pass_over_too_large(batch);
                    return;
                }
            };
            if length == 0 && line_end.is_none() {
                return;
            }
            let text = &rest[..length];
            let text = text.strip_suffix(b"\r").unwrap_or(text);
            let is_blank = text.iter().all(|byte| matches!(byte, b' ' | b'\t' | b'\r'));
            if self.skipping {
                self.skipping = false;
            } else if !is_blank {
                let problem = (text.len() > self.limits.max_event_bytes).then(|| too_large(self.limits));
                let text = if problem.is_some() { &text[..text.len().min(PREFIX)] } else { text };
                let start = batch.buffer.len();
                batch.buffer.extend_from_slice(text);
                batch.push(start..batch.buffer.len(), (self.line, 1), problem);
            }
            self.taken += length + usize::from(line_end.is_some());
            self.line += u64::from(line_end.is_some());
        }
    }

    /// If the line at the front is too large already, tells of it once and drops what there is of it.
    fn pass_over_too_large(&mut self, batch: &mut Batch) {
        let rest = &self.buffer[self.taken..];
        if self.skipping {
            self.taken = self.buffer.len();
        } else if rest.strip_suffix(b"\r").unwrap_or(rest).len() > self.limits.max_event_bytes {
            let start = batch.buffer.len();
            batch.buffer.extend_from_slice(&rest[..rest.len().min(PREFIX)]);
            batch.push(start..batch.buffer.len(), (self.line, 1), Some(too_large(self.limits)));
            self.skipping = true;
            self.taken = self.buffer.len();
        }
    }
}

impl Splitter for Lines {
    fn next(&mut self) -> io::Result<Option<Batch>> {
        let mut batch = Batch::new(&self.source);
        loop {
            if !self.started {
                // Two bytes tell UTF-16 apart.
                while self.buffer.len() < 2 && !self.ended {
                    self.fill();
                }
                self.started = true;
                if let Some(problem) = utf16(&self.buffer) {
                    batch.buffer.extend_from_slice(&self.buffer[..2]);
                    batch.push(0..2, (1, 1), Some(problem));
                    self.buffer.clear();
                    self.ended = true;
                }
            }
            self.take_lines(&mut batch);
            // An unfinished line longer than a chunk yields no frame yet: a batch without frames still tells the bytes.
            if !batch.frames.is_empty() || self.ended || self.bytes >= 16 * super::CHUNK as u64 {
                break;
            }
            self.fill();
        }
        batch.bytes = std::mem::take(&mut self.bytes);
        batch.or_end(&mut self.failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frames::dribble::Dribble;

    fn split(text: &[u8], step: usize, fails: bool) -> (Vec<(u64, String, bool)>, u64, bool) {
        let limits = Limits { max_event_bytes: 10, ..Limits::default() };
        let reader = Box::new(Dribble { text: text.to_vec(), step, fails });
        let mut lines = Lines::new("x".into(), reader, limits);
        let (mut frames, mut bytes) = (Vec::new(), 0);
        loop {
            match lines.next() {
                Ok(Some(batch)) => {
                    bytes += batch.bytes;
                    frames.extend(batch.frames().map(|frame| {
                        let text = String::from_utf8_lossy(frame.bytes).into_owned();
                        (frame.line, text, frame.problem.is_some())
                    }));
                }
                Ok(None) => return (frames, bytes, false),
                Err(_) => return (frames, bytes, true),
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
