//! What is wrong with a string: its pattern, its format, its length.

use tidings_json::Span;

use super::{Text, Words};
use crate::authority::Event;
use crate::shape::{Mismatch, Shape};
use crate::{show, time};

impl Words<'_, '_> {
    pub(super) fn pattern(&self, label: &str, pointer: &str, pattern: &str, event: &Event<'_>) -> Text {
        let visible = self.is_visible(event);
        let text = self.text().unwrap_or_default();
        let shape = self.memory.shape(pattern);
        if let Some(shape) = &shape
            && shape.is_ulid
        {
            return ulid(label, text, shape, visible);
        }
        if let Some(moment) = time::Moment::read(text)
            && !time::is_written_in_utc(text)
        {
            let help = visible.then(|| format!("write it as `{}`", moment.in_utc()));
            let wrong =
                if text.ends_with(['Z', 'z']) { "not written with `T` and `Z`" } else { "not in UTC" };
            return (format!("{label} {}is {wrong}", is_which(visible, text)), help);
        }
        let length = || show::counted(text.chars().count(), "character");
        let message = match shape.and_then(|shape| shape.mismatch(text)) {
            Some(Mismatch::Character { at, found, allowed }) => {
                let found = if visible { format!("is {}, but ", character(found)) } else { String::new() };
                format!("character {} of {label} {found}must be {}", at + 1, one_of(&allowed))
            }
            Some(Mismatch::TooShort { expected, .. }) if text.is_empty() => {
                format!("{label} is empty, where {} must begin it", one_of(&expected))
            }
            Some(Mismatch::TooShort { expected, .. }) => {
                format!("{label} ends after {}, where {} must follow", length(), one_of(&expected))
            }
            Some(Mismatch::TooLong { allowed }) => {
                format!("{label} has {}, more than the {allowed} that its form allows", length())
            }
            None => format!("{label} {}does not have the form that it must have", is_which(visible, text)),
        };
        (
            message,
            self.explain(pointer, event).or_else(|| Some(format!("it must match {}", show::quoted(pattern)))),
        )
    }

    /// The one character that a pattern can't have, if it is one and can be marked: the string stands in the text as it
    /// is, without escapes.
    pub(super) fn wrong_character(&self, pattern: &str, event: &Event<'_>) -> Option<Span> {
        let (value, text) = (self.value?, self.text()?);
        if !self.is_visible(event) || value.span.end - value.span.start != text.len() + 2 {
            return None;
        }
        let Mismatch::Character { at, .. } = self.memory.shape(pattern)?.mismatch(text)? else {
            return None;
        };
        let (offset, wrong) = text.char_indices().nth(at)?;
        let start = value.span.start + 1 + offset;
        Some(Span { start, end: start + wrong.len_utf8() })
    }

    pub(super) fn format(&self, label: &str, pointer: &str, format: &str, event: &Event<'_>) -> Text {
        let visible = self.is_visible(event);
        let text = self.text().unwrap_or_default();
        if matches!(format, "date-time" | "date" | "time")
            && let Some(why) = time::why_not(format, text)
        {
            let help = why.help.map(str::to_owned);
            let why = if visible { why.message } else { "it is no valid one".to_owned() };
            return (format!("{label} is not a {format}: {why}"), help);
        }
        (
            format!("{label} {}is not of the format `{format}`", is_which(visible, text)),
            self.explain(pointer, event),
        )
    }
}

/// Why a text is not a ULID.
fn ulid(label: &str, text: &str, shape: &Shape, visible: bool) -> Text {
    let help = "a ULID has 26 characters of Crockford's base32, upper case; the first is 0 to 7".to_owned();
    let why = match shape.mismatch(text) {
        Some(Mismatch::Character { at, found, .. }) if visible => {
            let why = match found {
                _ if at == 0 && (found == '8' || found == '9' || found.is_ascii_uppercase()) => {
                    "but a ULID begins with 0 to 7"
                }
                'I' | 'L' | 'O' | 'U' => "which Crockford's base32 leaves out",
                _ if found.is_ascii_lowercase() => "which must be upper case",
                _ => "which is not in Crockford's base32",
            };
            format!(": character {} is {}, {why}", at + 1, character(found))
        }
        Some(Mismatch::TooShort { .. } | Mismatch::TooLong { .. }) => {
            format!(": it has {} instead of 26", show::counted(text.chars().count(), "character"))
        }
        _ => String::new(),
    };
    (format!("{label} is not a ULID{why}"), Some(help))
}

/// `one of 0–9 A–F`, or the only character there is.
fn one_of(allowed: &str) -> String {
    if allowed.contains([' ', '–']) { format!("one of {allowed}") } else { allowed.to_owned() }
}

/// A character for people.
fn character(c: char) -> String {
    match c {
        ' ' => "a space".to_owned(),
        _ if show::is_visible(c) && !c.is_whitespace() => format!("`{c}`"),
        _ => format!("U+{:04X}", u32::from(c)),
    }
}

/// `is …, which `, or nothing if the value must not be shown.
fn is_which(visible: bool, text: &str) -> String {
    if visible { format!("is {}, which ", show::quoted(text)) } else { String::new() }
}
