//! JSON text on one line, for the formats that are JSON.
//!
//! In goes a value, out comes compact JSON. Characters that JSON allows but that no terminal should get, and that no
//! reader would see, are written as `\u` escapes: the value stays the same, only its spelling is safe to show. It must
//! never change a value.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::Formatter;

use super::text::is_hidden;

/// Appends a value to a buffer.
pub(super) fn append(buffer: &mut Vec<u8>, value: &impl Serialize) -> io::Result<()> {
    value.serialize(&mut Serializer::with_formatter(buffer, Visible)).map_err(io::Error::from)
}

/// Writes an object, member by member: what [`append`] writes of a struct, at a fraction of its cost.
pub(super) struct Members<'b> {
    buffer: &'b mut Vec<u8>,
    next: u8,
}

impl<'b> Members<'b> {
    /// Begins an object at the end of a buffer.
    pub(super) fn new(buffer: &'b mut Vec<u8>) -> Self {
        Self { buffer, next: b'{' }
    }

    /// A member that is a text. The key must be one that needs no escapes.
    pub(super) fn text(&mut self, key: &str, text: Option<&str>) -> io::Result<()> {
        self.key(key);
        match text {
            // Nearly all text is such, which a loop without an exit tells several bytes at a time.
            Some(text) if text.bytes().fold(true, |plain, byte| plain & is_plain(byte)) => {
                self.quoted(text);
                Ok(())
            }
            Some(text) => append(self.buffer, &text),
            None => append(self.buffer, &()),
        }
    }

    /// A member that is a number. The key must be one that needs no escapes.
    pub(super) fn number(&mut self, key: &str, number: Option<u64>) -> io::Result<()> {
        self.key(key);
        append(self.buffer, &number)
    }

    /// Ends the object.
    pub(super) fn end(self) {
        self.buffer.push(b'}');
    }

    fn key(&mut self, key: &str) {
        self.buffer.push(std::mem::replace(&mut self.next, b','));
        self.quoted(key);
        self.buffer.push(b':');
    }

    fn quoted(&mut self, text: &str) {
        self.buffer.push(b'"');
        self.buffer.extend_from_slice(text.as_bytes());
        self.buffer.push(b'"');
    }
}

/// Whether a byte stands in JSON text for itself, and can be seen.
fn is_plain(byte: u8) -> bool {
    matches!(byte, b' '..=b'~') & !matches!(byte, b'"' | b'\\')
}

/// Compact JSON with hidden characters escaped.
struct Visible;

impl Formatter for Visible {
    fn write_string_fragment<W>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()>
    where
        W: ?Sized + Write,
    {
        // Nearly all text is such, which a loop without an exit tells several bytes at a time.
        if fragment.bytes().fold(true, |plain, byte| plain & matches!(byte, b' '..=b'~')) {
            return writer.write_all(fragment.as_bytes());
        }
        let mut rest = fragment;
        while let Some(at) = rest.find(is_hidden) {
            let (shown, hidden) = rest.split_at(at);
            writer.write_all(shown.as_bytes())?;
            let mut characters = hidden.chars();
            for character in characters.by_ref().take(1) {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    write!(writer, "\\u{unit:04x}")?;
                }
            }
            rest = characters.as_str();
        }
        writer.write_all(rest.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_by_its_members_is_that_of_serde() {
        let texts = ["", "a `b`, c", "a \"b\"", "\\", "é – …", "a\nb", "\u{202e}", "~\u{7f}", " "];
        for text in texts {
            let mut line = Vec::new();
            let mut members = Members::new(&mut line);
            members.text("a", Some(text)).unwrap();
            members.number("b", Some(7)).unwrap();
            members.text("c", None).unwrap();
            members.number("d", None).unwrap();
            members.end();
            let mut whole = Vec::new();
            append(&mut whole, &serde_json::json!({"a": text, "b": 7, "c": null, "d": null})).unwrap();
            assert_eq!(String::from_utf8(line).unwrap(), String::from_utf8(whole).unwrap());
        }
    }

    #[test]
    fn hidden_characters_are_escaped_and_the_value_stays_the_same() {
        let value = "\u{202e}é\"\\\u{7f}\u{9b}31m\n\u{1b}\u{e0041}\u{1f600}\u{feff}";
        let mut text = Vec::new();
        append(&mut text, &value).unwrap();
        let text = String::from_utf8(text).unwrap();
        assert_eq!(
            text, r#""\u202eé\"\\\u007f\u009b31m\n\u001b\udb40\udc41😀\ufeff""#,
            "each hidden character is an escape"
        );
        assert_eq!(serde_json::from_str::<String>(&text).unwrap(), value);
    }
}
