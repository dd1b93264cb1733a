//! One JSON document (`.json`): an object, which is one event, or an array of events, which is split as it is read.

use std::io::{self, Read};
use std::sync::Arc;

use tidings_finding::Rule;
use tidings_json::Span;

use super::{Batch, CHUNK, FrameProblem, PREFIX, Pool, Splitter, read_once, too_large, utf16};
use crate::Limits;
use crate::rules::json as rule;

pub(super) struct Document {
    source: Arc<str>,
    reader: Box<dyn Read + Send>,
    limits: Limits,
    pool: Pool,
    /// What was read last, so many bytes of it.
    chunk: Vec<u8>,
    filled: usize,
    at: usize,
    bytes: u64,
    ended: bool,
    failed: Option<io::Error>,
    state: State,
    /// The place of the next byte.
    line: u64,
    column: u64,
    /// The event that is being read: its text so far (a prefix of it once it is too large), and where it began.
    text: Vec<u8>,
    start: (u64, u64),
    is_too_large: bool,
    /// Inside the event: how many brackets are open, and where in a string.
    depth: u64,
    string: InString,
    /// Whether the array had an element yet.
    had_element: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Nothing but white space was read.
    Start,
    /// The document is no array: all of it is one event.
    Whole,
    /// In the array, before an element.
    BeforeElement,
    /// In an element.
    Element,
    /// After the array.
    After,
    /// Nothing more is read.
    Done,
}

/// Whether a byte of an event stands in a string, where brackets and commas mean nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum InString {
    No,
    Yes,
    /// After a backslash.
    Escaped,
}

impl Document {
    pub(super) fn new(source: Arc<str>, reader: Box<dyn Read + Send>, limits: Limits, pool: Pool) -> Self {
        Self {
            source,
            reader,
            limits,
            pool,
            chunk: Vec::new(),
            filled: 0,
            at: 0,
            bytes: 0,
            ended: false,
            failed: None,
            state: State::Start,
            line: 1,
            column: 1,
            text: Vec::new(),
            start: (1, 1),
            is_too_large: false,
            depth: 0,
            string: InString::No,
            had_element: false,
        }
    }

    fn fill(&mut self) {
        // A reader may give a few bytes each time, and there is no need to clear all of it for those.
        self.chunk.resize(CHUNK, 0);
        (self.at, self.filled) = (0, 0);
        match read_once(&mut *self.reader, &mut self.chunk) {
            Ok(count) => {
                self.filled = count;
                self.ended = count == 0;
                self.bytes += count as u64;
            }
            Err(error) => {
                self.failed = Some(error);
                self.ended = true;
                self.state = State::Done;
            }
        }
    }

    /// Takes one byte.
    fn step(&mut self, byte: u8, batch: &mut Batch) {
        let here = (self.line, self.column);
        if byte == b'\n' {
            self.line += 1;
            self.column = 1;
        } else if byte & 0xC0 != 0x80 {
            self.column += 1;
        }
        let is_space = matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
        match self.state {
            // A byte order mark may be the beginning of either kind, so it waits in `text` for what follows.
            State::BeforeElement | State::After if is_space => {}
            State::Start if is_space && self.text.is_empty() => {}
            State::Start if is_space && self.text.starts_with(b"\xEF\xBB\xBF") => self.keep(byte),
            State::Start if b"\xEF\xBB\xBF".starts_with(&[&self.text[..], &[byte]].concat()) => {
                if self.text.is_empty() {
                    self.start = here;
                }
                self.text.push(byte);
            }
            State::Start
                if byte == b'[' && (self.text.is_empty() || self.text.starts_with(b"\xEF\xBB\xBF")) =>
            {
                if !self.text.is_empty() {
                    self.text.clear();
                    let message = "a byte order mark stands before the value";
                    problem(
                        batch,
                        self.start,
                        &rule::BYTE_ORDER_MARK,
                        message,
                        "write the text as UTF-8 without a mark",
                    );
                }
                self.state = State::BeforeElement;
            }
            State::Start => {
                if self.text.is_empty() {
                    self.start = here;
                }
                self.state = State::Whole;
                self.keep(byte);
            }
            State::Whole => self.keep(byte),
            State::BeforeElement if byte == b']' => {
                if self.had_element {
                    problem(
                        batch,
                        here,
                        &rule::SYNTAX,
                        "expected an event after `,`, found `]`",
                        "remove the `,`",
                    );
                }
                self.state = State::After;
            }
            State::BeforeElement if byte == b',' => {
                problem(batch, here, &rule::SYNTAX, "expected an event, found `,`", "remove the `,`");
                self.had_element = true;
            }
            State::BeforeElement => {
                self.start = here;
                self.state = State::Element;
                self.had_element = true;
                self.in_element(byte, batch);
            }
            State::Element => self.in_element(byte, batch),
            State::After => {
                let message = "expected nothing after the array of events";
                problem(
                    batch,
                    here,
                    &rule::TRAILING_DATA,
                    message,
                    "a file with one event a line is named `.ndjson`",
                );
                self.state = State::Done;
            }
            State::Done => {}
        }
    }

    fn in_element(&mut self, byte: u8, batch: &mut Batch) {
        self.string = match (self.string, byte) {
            (InString::Yes, b'\\') => InString::Escaped,
            (InString::Yes, b'"') => InString::No,
            (InString::Escaped | InString::Yes, _) | (InString::No, b'"') => InString::Yes,
            (InString::No, b'{' | b'[') => {
                self.depth += 1;
                InString::No
            }
            (InString::No, b',' | b']') if self.depth == 0 => {
                self.finish_event(batch);
                self.state = if byte == b',' { State::BeforeElement } else { State::After };
                return;
            }
            (InString::No, b'}' | b']') => {
                self.depth = self.depth.saturating_sub(1);
                InString::No
            }
            (InString::No, _) => InString::No,
        };
        self.keep(byte);
    }

    fn keep(&mut self, byte: u8) {
        let is_full = self.text.len() >= self.limits.max_event_bytes;
        match byte {
            _ if self.is_too_large => {}
            // White space behind the event does not count.
            b' ' | b'\t' | b'\n' | b'\r' if is_full => {}
            _ if is_full => {
                self.is_too_large = true;
                self.text.truncate(PREFIX);
            }
            _ => self.text.push(byte),
        }
    }

    /// Ends the event that is being read and adds it to the batch.
    fn finish_event(&mut self, batch: &mut Batch) {
        while let [before @ .., b' ' | b'\t' | b'\n' | b'\r'] = self.text.as_slice() {
            self.text.truncate(before.len());
        }
        let problem = self.is_too_large.then(|| too_large(self.limits));
        batch.push(&self.text, self.start, problem);
        self.text.clear();
        self.is_too_large = false;
        self.depth = 0;
        self.string = InString::No;
    }

    /// What the end of the source means for the state it comes in.
    fn finish(&mut self, batch: &mut Batch) {
        let here = (self.line, self.column);
        match self.state {
            // An empty document, or nothing but a byte order mark: the reader of JSON tells what is missing.
            State::Start => {
                self.start = if self.text.is_empty() { here } else { self.start };
                self.finish_event(batch);
            }
            State::Whole => self.finish_event(batch),
            State::BeforeElement | State::Element => {
                if self.state == State::Element {
                    self.finish_event(batch);
                }
                let message = "expected `]` at the end of the array of events";
                problem(batch, here, &rule::SYNTAX, message, "the file may be cut");
            }
            State::After | State::Done => {}
        }
        self.state = State::Done;
    }
}

/// Tells of something wrong around the events.
fn problem(batch: &mut Batch, place: (u64, u64), rule: &'static Rule, message: &str, help: &str) {
    let problem = FrameProblem {
        rule,
        span: Span::default(),
        message: message.to_owned(),
        help: Some(help.to_owned()),
        is_event: false,
    };
    batch.push(b"", place, Some(problem));
}

impl Splitter for Document {
    fn next(&mut self) -> io::Result<Option<Batch>> {
        let mut batch = Batch::new(&self.source, self.limits, self.pool.clone());
        loop {
            if self.at == self.filled && !self.ended {
                let first = self.bytes == 0 && self.chunk.is_empty();
                self.fill();
                // Two bytes tell UTF-16 apart.
                if first && self.filled == 1 && !self.ended {
                    let alone = self.chunk[0];
                    self.fill();
                    self.chunk.insert(0, alone);
                    self.filled += 1;
                }
                if first && let Some(problem) = utf16(&self.chunk[..self.filled]) {
                    batch.push(b"", (1, 1), Some(FrameProblem { span: Span::default(), ..problem }));
                    self.state = State::Done;
                    self.ended = true;
                    self.at = self.filled;
                }
            }
            while self.at < self.filled && !batch.is_full() {
                let byte = self.chunk[self.at];
                self.at += 1;
                self.step(byte, &mut batch);
            }
            if self.ended && self.at == self.filled {
                self.finish(&mut batch);
                break;
            }
            if batch.is_full() || self.bytes >= 16 * CHUNK as u64 {
                break;
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

    /// The frames as `line:column text` or `line:column !rule`.
    fn split(text: &'static [u8], step: usize) -> Vec<String> {
        let limits = Limits { max_event_bytes: 20, ..Limits::default() };
        let mut document = Document::new(
            "x".into(),
            Box::new(Dribble { text: text.to_vec(), step, fails: false }),
            limits,
            Pool::default(),
        );
        let mut frames = Vec::new();
        while let Some(batch) = document.next().expect("no read errors") {
            frames.extend(batch.frames().map(|frame| {
                let what = match &frame.problem {
                    Some(problem) => format!("!{}", problem.rule.id),
                    None => String::from_utf8_lossy(frame.bytes).into_owned(),
                };
                format!("{}:{} {what}", frame.line, frame.column)
            }));
        }
        frames
    }

    #[test]
    fn documents_are_split_into_events_with_their_places() {
        for step in [1, 2, 5, 1000] {
            for (text, expected) in [
                (&b" {\"a\": 1}\n"[..], &["1:2 {\"a\": 1}"][..]),
                (b"42", &["1:1 42"]),
                (b"", &["1:1 "]),
                (b"[]", &[]),
                (
                    b"[\n  {\"a\": \"],[\"},\n  {\"b\": [1, {}]}\n]\n",
                    &["2:3 {\"a\": \"],[\"}", "3:3 {\"b\": [1, {}]}"],
                ),
                ("[\"é\", {\"\\\"]\": 1}]".as_bytes(), &["1:2 \"é\"", "1:7 {\"\\\"]\": 1}"]),
                (b"[1, 2", &["1:2 1", "1:5 2", "1:6 !json/syntax"]),
                (b"[1,]", &["1:2 1", "1:4 !json/syntax"]),
                (b"[,1]", &["1:2 !json/syntax", "1:3 1"]),
                (b"[1] 2 3", &["1:2 1", "1:5 !json/trailing-data"]),
                (b"{} {}", &["1:1 {} {}"]),
                (b"[{\"long\": \"0123456789,]\"}, 7]", &["1:2 !json/too-large", "1:28 7"]),
                (b"{\"long\": \"0123456789\"}", &["1:1 !json/too-large"]),
                (b"\xEF\xBB\xBF[1]", &["1:1 !json/byte-order-mark", "1:3 1"]),
                (b"\xEF\xBB\xBF \n[1]", &["1:1 !json/byte-order-mark", "2:2 1"]),
                (b"\xEF\xBB\xBF \n{}", &["1:1 \u{feff} \n{}"]),
                (b"\xEF\xBB\xBF{}", &["1:1 \u{feff}{}"]),
                (b"[1}, 2]", &["1:2 1}", "1:6 2"]),
            ] {
                assert_eq!(
                    split(text, step),
                    expected,
                    "{} in steps of {step}",
                    String::from_utf8_lossy(text)
                );
            }
        }
        for step in [1, 2, 1000] {
            assert_eq!(split(b"\xFF\xFE[\0]\0", step), ["1:1 !json/invalid-utf8"]);
            assert_eq!(split(b" \xEF\xBB\xBF[1]", step), ["1:2 !json/byte-order-mark", "1:4 1"]);
            // What only begins like a mark is none.
            for text in [&b"\xEF[1]"[..], b"\xEF\xBB[1]"] {
                assert_eq!(split(text, step), [format!("1:1 {}", String::from_utf8_lossy(text))]);
            }
        }
    }
}
