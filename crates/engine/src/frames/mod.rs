//! Bytes become frames: one event's text each, with its place in the source.
//!
//! ```text
//! paths ─→ sources (files, standard input, decompressed) ─→ lines | one JSON document ─→ batches of frames
//! ```
//!
//! A splitter looks only for where events begin and end. It keeps no more than a batch in memory, whatever comes: what is
//! larger than an event may be is passed over and told of. What is in memory already isn't copied.

mod document;
mod lines;
mod memory;
mod source;

use std::io::{self, Read};
use std::ops::Range;
use std::sync::{Arc, Mutex};

use tidings_finding::Rule;
use tidings_json::Span;

use crate::Limits;
use crate::fast::{Line, Lines, PADDING};
use crate::rules::json as rule;

pub use source::{Compression, Source, SourceError, SourceKind, find_sources};

/// How many bytes are read at once, and after how many a batch ends.
const CHUNK: usize = 512 * 1024;

/// After how many frames a batch ends, if the splitter counts them: findings are kept per batch, and tiny events can have
/// many.
const MAX_FRAMES: usize = 2048;

/// How much of an event that is too large is kept, to show where it begins.
const PREFIX: usize = 512;

/// One event's text with its place.
#[derive(Clone, Debug)]
pub struct Frame<'b> {
    /// The text: one JSON value, if it is JSON.
    pub bytes: &'b [u8],
    /// Where it came from.
    pub source: Option<Arc<str>>,
    /// The line of its first byte, from 1.
    pub line: u64,
    /// The column of its first byte, from 1, in characters.
    pub column: u64,
    /// Whether places inside the text are places of the source, as they are unless it was taken out of a string.
    pub exact: bool,
    pub(crate) problem: Option<FrameProblem>,
}

impl<'b> Frame<'b> {
    /// An event that is given as bytes, without a source.
    pub fn of_bytes(bytes: &'b [u8]) -> Self {
        Self::new(bytes, None, 1, 1)
    }

    /// An event's text that begins at this line and column of a source, both from 1.
    pub fn new(bytes: &'b [u8], source: Option<Arc<str>>, line: u64, column: u64) -> Self {
        Self { bytes, source, line, column, exact: true, problem: None }
    }

    /// Whether it is an event, or only something wrong around events.
    pub fn is_event(&self) -> bool {
        self.problem.as_ref().is_none_or(|problem| problem.is_event)
    }
}

/// What is wrong with a text before anyone looks inside.
#[derive(Clone, Debug)]
pub(crate) struct FrameProblem {
    pub(crate) rule: &'static Rule,
    pub(crate) span: Span,
    pub(crate) message: String,
    pub(crate) help: Option<String>,
    /// Whether the text is an event, or only what stands around events.
    pub(crate) is_event: bool,
}

/// Who counts lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Counting {
    /// The splitter: lines have their numbers in the source, and a batch has few of them.
    Splitter,
    /// Whoever takes a batch, which knows better: the text at its front is on line 1, and it may have many lines.
    Taker,
}

/// Some events of one source, in order: whole lines, or texts that were found already.
#[derive(Debug)]
pub(crate) struct Batch {
    pub(crate) source: Arc<str>,
    /// Texts that were found, or lines, unless these are in `shared`.
    buffer: Vec<u8>,
    /// A text that others have too, from which on the lines are.
    shared: Option<(Arc<[u8]>, usize)>,
    /// So many bytes at the front are lines, of which the first has this number.
    lines: usize,
    first_line: u64,
    /// Texts that were found already, where there are no lines.
    frames: Vec<Slot>,
    /// How many bytes of the source were read for it, after decompression.
    pub(crate) bytes: u64,
    limits: Limits,
    pool: Pool,
}

#[derive(Debug)]
struct Slot {
    range: Range<usize>,
    line: u64,
    column: u64,
    problem: Option<FrameProblem>,
}

/// Buffers that were used and can be used again, which is cheaper than new ones.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pool(Arc<Mutex<Vec<Vec<u8>>>>);

/// How many buffers wait at most.
const MAX_POOLED: usize = 64;

/// A buffer that has grown larger than this for one long line isn't kept.
const MAX_POOLED_BYTES: usize = 4 * CHUNK;

impl Pool {
    /// A buffer; what it holds is anything.
    fn take(&self) -> Vec<u8> {
        self.0.lock().ok().and_then(|mut buffers| buffers.pop()).unwrap_or_default()
    }
}

impl Drop for Batch {
    fn drop(&mut self) {
        if let Ok(mut buffers) = self.pool.0.lock()
            && (CHUNK..=MAX_POOLED_BYTES).contains(&self.buffer.len())
            && buffers.len() < MAX_POOLED
        {
            buffers.push(std::mem::take(&mut self.buffer));
        }
    }
}

impl Batch {
    fn new(source: &Arc<str>, limits: Limits, pool: Pool) -> Self {
        Self {
            source: Arc::clone(source),
            buffer: Vec::new(),
            shared: None,
            lines: 0,
            first_line: 1,
            frames: Vec::new(),
            bytes: 0,
            limits,
            pool,
        }
    }

    /// All frames, those of lines and others.
    pub(crate) fn frames(&self) -> impl Iterator<Item = Frame<'_>> {
        self.lines().all().map(|line| self.line_frame(&line)).chain(self.other_frames())
    }

    /// The frames that are no lines.
    pub(crate) fn other_frames(&self) -> impl Iterator<Item = Frame<'_>> {
        self.frames.iter().map(|slot| Frame {
            bytes: &self.buffer[slot.range.clone()],
            source: Some(Arc::clone(&self.source)),
            line: slot.line,
            column: slot.column,
            exact: true,
            problem: slot.problem.clone(),
        })
    }

    /// The lines.
    pub(crate) fn lines(&self) -> Lines<'_> {
        Lines { text: self.text(), start: 0, end: self.lines, first: self.first_line }
    }

    /// The text that the lines are at the front of.
    fn text(&self) -> &[u8] {
        match &self.shared {
            None => &self.buffer,
            Some((text, start)) => &text[*start..text.len().min(start + self.lines + PADDING)],
        }
    }

    /// The frame of a line.
    pub(crate) fn line_frame(&self, line: &Line) -> Frame<'_> {
        let text = &self.text()[line.range.clone()];
        let problem = (text.len() > self.limits.max_event_bytes).then(|| too_large(self.limits));
        let bytes = if problem.is_some() { &text[..text.len().min(PREFIX)] } else { text };
        Frame { problem, ..Frame::new(bytes, Some(Arc::clone(&self.source)), line.number, 1) }
    }

    /// Adds a frame of a text.
    fn push(&mut self, text: &[u8], (line, column): (u64, u64), problem: Option<FrameProblem>) {
        let start = self.buffer.len();
        self.buffer.extend_from_slice(text);
        self.frames.push(Slot { range: start..self.buffer.len(), line, column, problem });
    }

    /// The batch; or where nothing was read for it the end, or the error that came instead of the end.
    fn or_end(self, failed: &mut Option<io::Error>) -> io::Result<Option<Self>> {
        if self.frames.is_empty() && self.lines == 0 && self.bytes == 0 {
            return failed.take().map_or(Ok(None), Err);
        }
        Ok(Some(self))
    }

    fn is_full(&self) -> bool {
        self.buffer.len() >= CHUNK || self.frames.len() >= MAX_FRAMES
    }
}

/// Splits one source into batches.
pub(crate) trait Splitter: Send {
    /// The next batch; `None` at the end. After an error there is nothing more; what was complete before it was given.
    fn next(&mut self) -> io::Result<Option<Batch>>;
}

/// Opens a source, to be split.
///
/// # Errors
/// If it can't be opened.
pub(crate) fn open(
    source: &Source,
    limits: Limits,
    counting: Counting,
    pool: &Pool,
) -> io::Result<Box<dyn Splitter>> {
    let (name, pool) = (Arc::clone(&source.name), pool.clone());
    Ok(match (source.kind, &source.content) {
        (SourceKind::Lines, Some(content)) if source.compression == Compression::None => {
            Box::new(memory::Lines::new(name, Arc::clone(content), limits, counting, pool))
        }
        (SourceKind::Lines, _) => Box::new(lines::Lines::new(name, source.open()?, limits, counting, pool)),
        (SourceKind::Document, _) => Box::new(document::Document::new(name, source.open()?, limits, pool)),
    })
}

/// How many of the complete lines at the front of a text a batch takes, in bytes, and how many these are, if the splitter
/// counts them.
fn first_lines(text: &[u8], counting: Counting) -> (usize, u64) {
    if counting == Counting::Taker {
        return (text.len(), 0);
    }
    let mut ends = memchr::memchr_iter(b'\n', text);
    let count = ends.clone().count();
    if count < MAX_FRAMES {
        return (text.len(), count as u64);
    }
    (ends.nth(MAX_FRAMES - 1).map_or(text.len(), |at| at + 1), MAX_FRAMES as u64)
}

/// The frame with the finding that it is larger than an event may be.
pub(crate) fn oversized<'b>(frame: &Frame<'b>, limits: Limits) -> Frame<'b> {
    let bytes = &frame.bytes[..frame.bytes.len().min(PREFIX)];
    Frame { bytes, problem: Some(too_large(limits)), ..frame.clone() }
}

fn too_large(limits: Limits) -> FrameProblem {
    FrameProblem {
        rule: &rule::TOO_LARGE,
        span: Span { start: 0, end: 1 },
        message: format!("the event is larger than {}", crate::show::counted(limits.max_event_bytes, "byte")),
        help: Some("put large content where it belongs, and let the event refer to it".to_owned()),
        is_event: true,
    }
}

/// What is wrong with a source that begins like UTF-16; nothing more of it can be read.
fn utf16(start: &[u8]) -> Option<FrameProblem> {
    (start.starts_with(b"\xFF\xFE") || start.starts_with(b"\xFE\xFF")).then(|| FrameProblem {
        rule: &rule::INVALID_UTF8,
        span: Span { start: 0, end: 2 },
        message: "the source begins with a UTF-16 byte order mark, so it is not UTF-8".to_owned(),
        help: Some(
            "convert it, for instance with `iconv -f UTF-16 -t UTF-8`; nothing of it was checked".to_owned(),
        ),
        is_event: false,
    })
}

/// Reads once. Tells how many bytes came; 0 is the end.
fn read_once(reader: &mut dyn Read, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match reader.read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            read => return read,
        }
    }
}

#[cfg(test)]
mod dribble {
    //! A reader for tests that gives a few bytes at a time, and then perhaps fails.

    use std::io::{self, Read};

    pub(super) struct Dribble {
        pub(super) text: Vec<u8>,
        pub(super) step: usize,
        pub(super) fails: bool,
    }

    impl Read for Dribble {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = self.step.min(self.text.len()).min(buffer.len());
            buffer[..count].copy_from_slice(&self.text[..count]);
            self.text.drain(..count);
            if count == 0 && self.fails { Err(io::Error::other("cut")) } else { Ok(count) }
        }
    }
}
