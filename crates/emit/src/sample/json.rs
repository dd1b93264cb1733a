//! JSON text: the one place that knows how values are written.

use tidings_json::{Kind, Value};

/// Adds a string with its quotes.
pub(crate) fn push_string(text: &str, out: &mut String) {
    out.push('"');
    let mut plain = 0;
    for (at, byte) in text.bytes().enumerate() {
        let escape = match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            b'\n' => "\\n",
            b'\r' => "\\r",
            b'\t' => "\\t",
            0..=0x1F => "",
            _ => continue,
        };
        out.push_str(&text[plain..at]);
        if escape.is_empty() {
            use std::fmt::Write as _;
            let _ = write!(out, "\\u{byte:04x}");
        } else {
            out.push_str(escape);
        }
        plain = at + 1;
    }
    out.push_str(&text[plain..]);
    out.push('"');
}

/// A string with its quotes.
pub(crate) fn string(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    push_string(text, &mut out);
    out
}

/// A value as compact text.
pub(crate) fn text(value: &Value<'_>) -> String {
    let mut out = String::new();
    push(value, &mut out);
    out
}

fn push(value: &Value<'_>, out: &mut String) {
    match &value.kind {
        Kind::Null => out.push_str("null"),
        Kind::Bool(true) => out.push_str("true"),
        Kind::Bool(false) => out.push_str("false"),
        Kind::Number(number) => out.push_str(number),
        Kind::String(text) => push_string(text, out),
        Kind::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                push(item, out);
            }
            out.push(']');
        }
        Kind::Object(members) => {
            out.push('{');
            for (at, member) in members.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                push_string(&member.name, out);
                out.push(':');
                push(&member.value, out);
            }
            out.push('}');
        }
    }
}

/// A string as a value, to ask whether it is allowed somewhere.
pub(crate) fn string_value(text: &str) -> Value<'_> {
    Value { span: tidings_json::Span::default(), kind: Kind::String(text.into()) }
}

/// A text that was made here, as a value.
pub(crate) fn value(text: &str) -> Option<Value<'_>> {
    tidings_json::parse(text.as_bytes(), 128).ok().map(|parsed| parsed.value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back_as_the_same_value() {
        for text in [r#"{"a":[1,-2.50,null,true,false,"é\"\\\n\u0001"],"":{}}"#, "[]", "\"\"", "1e5"] {
            assert_eq!(super::text(&value(text).expect("JSON")), text);
        }
    }
}
