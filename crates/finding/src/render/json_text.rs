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
