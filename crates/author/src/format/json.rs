//! The one form of a catalog's JSON: two spaces a level, each member and element on a line of its own, `{}` and `[]` for
//! empty ones. Names, strings and numbers stay as they are written, and so does their order.

use tidings_json::{Kind, Problem, ProblemKind, Value, parse};

/// How deep a file may be nested; catalogs are read with the same limit.
const MAX_DEPTH: usize = 128;

/// The text in its form.
///
/// # Errors
/// What keeps it from being read as JSON; a byte order mark does too, since it is no part of the text's value.
pub(super) fn formatted(text: &[u8]) -> Result<String, Vec<Problem>> {
    let parsed = parse(text, MAX_DEPTH)?;
    if parsed.problems.iter().any(|problem| problem.kind != ProblemKind::DuplicateKey) {
        return Err(parsed.problems);
    }
    // What was parsed is UTF-8.
    let text = String::from_utf8_lossy(text);
    let mut out = String::with_capacity(text.len() + text.len() / 4);
    write(&parsed.value, &text, 0, &mut out);
    out.push('\n');
    Ok(out)
}

fn write(value: &Value<'_>, text: &str, level: usize, out: &mut String) {
    match &value.kind {
        Kind::Object(members) if !members.is_empty() => {
            out.push('{');
            for (at, member) in members.iter().enumerate() {
                begin_line(at, level + 1, out);
                out.push_str(&text[member.name_span.range()]);
                out.push_str(": ");
                write(&member.value, text, level + 1, out);
            }
            end('}', level, out);
        }
        Kind::Array(items) if !items.is_empty() => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                begin_line(at, level + 1, out);
                write(item, text, level + 1, out);
            }
            end(']', level, out);
        }
        Kind::Object(_) => out.push_str("{}"),
        Kind::Array(_) => out.push_str("[]"),
        _ => out.push_str(&text[value.span.range()]),
    }
}

fn begin_line(at: usize, level: usize, out: &mut String) {
    if at > 0 {
        out.push(',');
    }
    end_line(level, out);
}

fn end(bracket: char, level: usize, out: &mut String) {
    end_line(level, out);
    out.push(bracket);
}

fn end_line(level: usize, out: &mut String) {
    out.push('\n');
    out.extend(std::iter::repeat_n("  ", level));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_stays_as_it_is_written() {
        let text = "\u{20}{\"b\":[1.50,-0,1E400],\"a\\u00e9\" : {\"\":[ ],\"x\":{\r\n}}, \"b\": \"é\\/\"}";
        let wanted = "{\n  \"b\": [\n    1.50,\n    -0,\n    1E400\n  ],\n  \"a\\u00e9\": {\n    \"\": [],\n    \"x\": \
                      {}\n  },\n  \"b\": \"é\\/\"\n}\n";
        assert_eq!(formatted(text.as_bytes()).unwrap(), wanted);
        assert_eq!(formatted(wanted.as_bytes()).unwrap(), wanted);
    }

    #[test]
    fn what_is_no_json_has_no_form() {
        for text in ["", "{", "{}{}", "{\"a\":1,}", "\u{feff}{}", "[01]", &"[".repeat(200)] {
            assert!(formatted(text.as_bytes()).is_err(), "{text}");
        }
        assert!(formatted(b"\"\xff\"").is_err());
    }
}
