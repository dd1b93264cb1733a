//! A finding: one thing wrong, as data.

use std::ops::Range;
use std::sync::Arc;

use crate::{Rule, Severity};

/// One thing wrong, with its place and what to do about it.
///
/// All text in a finding is safe to show: whoever makes it has masked restricted values, suspected personal data and
/// secrets, and has cut long values. It may still hold control characters of hostile input in `source`; renderers for
/// people escape those.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule that was broken.
    pub rule: &'static Rule,
    /// Where the input came from: a path as it was given, or `-` for standard input. `None` when there is no input
    /// (an event given as bytes to the library).
    pub source: Option<Arc<str>>,
    /// The line in the source, from 1, after decompression.
    pub line: Option<u64>,
    /// The column in the line, from 1, in characters (Unicode scalar values).
    pub column: Option<u64>,
    /// The event's name, where it is known and safe to show.
    pub event_name: Option<Arc<str>>,
    /// The event's id, where the catalog has one and it is safe to show.
    pub event_id: Option<Arc<str>>,
    /// The place inside the event, as a JSON Pointer (RFC 6901); `""` is the whole event. `None` where the event could
    /// not be parsed.
    pub pointer: Option<String>,
    /// What is wrong: a lower-case phrase without a full stop, names in backticks.
    pub message: String,
    /// The next step, where there is one to name.
    pub help: Option<String>,
    /// The source text with the place marked, for people.
    pub excerpt: Option<Excerpt>,
    /// An event that proves it, with the place in it marked: made up from the catalog's examples, never a recorded one.
    pub witness: Option<Excerpt>,
    /// What it follows from: findings of the same cause are consequences of the first of them. `None` where each stands
    /// for itself.
    pub cause: Option<Arc<str>>,
}

impl Finding {
    /// The severity, which is its rule's.
    pub fn severity(&self) -> Severity {
        self.rule.severity
    }
}

/// A part of one source line, masked and cut by whoever made it, with the place of the finding marked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// Text of one line: at most a few hundred characters, no line breaks, no control characters. `…` stands at an end
    /// where the line was cut.
    pub text: String,
    /// The marked place: a byte range in `text`, on character boundaries; may be empty.
    pub mark: Range<usize>,
}
