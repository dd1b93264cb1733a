//! Text of the world becomes Markdown that says exactly that text.
//!
//! In go names, values and sentences of a catalog; out comes GitHub-flavoured Markdown that no name can break out of.
//! Sentences may hold code in backticks, as the catalog's authors write it; everything else in them is plain text.

mod anchors;
mod page;
mod table;
mod wrap;

pub(super) use anchors::Anchors;
pub(super) use page::Page;
pub(super) use table::Table;

use std::fmt::Write as _;

/// Text as code. It may hold backticks; line breaks and other control characters are shown as escapes.
pub(super) fn code(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() || c == '\u{2028}' || c == '\u{2029}' {
            let _ = write!(shown, "\\u{:04x}", u32::from(c));
        } else {
            shown.push(c);
        }
    }
    if shown.trim().is_empty() {
        // Markdown has no empty code, and none that is only spaces.
        return code(&format!("\"{shown}\""));
    }
    let longest = shown.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    let edge = |c: Option<char>| c == Some('`') || c == Some(' ');
    if edge(shown.chars().next()) || edge(shown.chars().next_back()) {
        format!("{fence} {shown} {fence}")
    } else {
        format!("{fence}{shown}{fence}")
    }
}

/// A sentence: code in backticks stays code, everything else is shown as it is.
pub(super) fn prose(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some((before, inside, after)) = next_code(rest) {
        escape(before, &mut out);
        out.push_str(&code(inside.trim()));
        rest = after;
    }
    escape(rest, &mut out);
    if begins_a_block(&out) {
        match out.find(|c: char| !c.is_ascii_digit()) {
            Some(at) => out.insert(at, '\\'),
            None => out.insert(0, '\\'),
        }
    }
    out
}

/// Links to a file of the catalog folder, in which the page itself lies.
pub(super) fn file_link(text: &str, path: &str) -> String {
    format!("[{text}]({})", encode_path(path))
}

/// What stands before, in and after the first code in a sentence.
fn next_code(text: &str) -> Option<(&str, &str, &str)> {
    let start = text.find('`')?;
    let ticks = text[start..].bytes().take_while(|byte| *byte == b'`').count();
    let body = &text[start + ticks..];
    let fence = &text[start..start + ticks];
    let mut from = 0;
    while let Some(found) = body[from..].find(fence) {
        let end = from + found;
        let run = body[end..].bytes().take_while(|byte| *byte == b'`').count();
        if run == ticks && end > 0 {
            return Some((&text[..start], &body[..end], &body[end + ticks..]));
        }
        from = end + run;
    }
    None
}

/// Plain text, with a backslash before what Markdown (or GitHub's additions to it) would take for more.
fn escape(text: &str, out: &mut String) {
    let mut before = None;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let after = rest.peek().copied();
        let in_word = before.is_some_and(char::is_alphanumeric) && after.is_some_and(char::is_alphanumeric);
        let special = match c {
            '\\' => {
                // As a character reference: table cells treat backslashes in their own way.
                out.push_str("&#92;");
                before = Some(c);
                continue;
            }
            '`' | '*' | '<' | '[' | ']' | '~' | '$' => true,
            '_' => !in_word,
            '&' => after.is_some_and(|c| c.is_alphanumeric() || c == '#'),
            // A bare address would become a link.
            ':' => after == Some('/'),
            '@' => in_word,
            '.' => out.ends_with("www"),
            _ => false,
        };
        if special {
            out.push('\\');
        }
        out.push(c);
        before = Some(c);
    }
}

/// Whether a line that begins so would be a list, a heading, a quotation or a rule.
fn begins_a_block(line: &str) -> bool {
    let word = line.split(' ').next().unwrap_or_default();
    let marker = word.trim_start_matches(|c: char| c.is_ascii_digit());
    let number = marker.len() < word.len();
    match marker {
        "." | ")" => number,
        "-" | "+" => !number,
        _ => {
            let all = |c: char| !number && !word.is_empty() && word.chars().all(|other| other == c);
            line.starts_with('>') || all('#') || all('=') || (all('-') && word.len() > 1)
        }
    }
}

/// Percent-encodes all but the unreserved characters of RFC 3986 (section 2.3) and the slashes.
fn encode_path(path: &str) -> String {
    let mut encoded = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_may_hold_anything() {
        assert_eq!(code("a|b"), "`a|b`");
        assert_eq!(code("<b> *x* \\"), "`<b> *x* \\`");
        assert_eq!(code("a`b"), "``a`b``");
        assert_eq!(code("``"), "``` `` ```");
        assert_eq!(code(" a"), "`  a `");
        assert_eq!(code("a\nb\u{7}"), "`a\\u000ab\\u0007`");
        assert_eq!(code(""), "`\"\"`");
        assert_eq!(code(" "), "`\" \"`");
    }

    #[test]
    fn prose_keeps_code_and_shows_everything_else() {
        assert_eq!(prose("`a_b` is <b>not</b> a\n  *tag*"), "`a_b` is \\<b>not\\</b> a \\*tag\\*");
        assert_eq!(prose("an unpaired ` and a [link](x)"), "an unpaired \\` and a \\[link\\](x)");
        assert_eq!(prose("``a`b`` and `` ` ``"), "``a`b`` and `` ` ``");
        assert_eq!(prose("snake_case, _emphasis_, $math$"), "snake_case, \\_emphasis\\_, \\$math\\$");
        assert_eq!(prose(r"C:\dir, a\|b"), "C:&#92;dir, a&#92;|b");
        assert_eq!(prose("R&D, &amp;, a & b"), "R\\&D, \\&amp;, a & b");
        assert_eq!(
            prose("see https://a.example, www.a.example, m@a.example"),
            "see https\\://a.example, www\\.a.example, m\\@a.example"
        );
    }

    #[test]
    fn prose_never_begins_a_block() {
        for (text, shown) in [
            ("- a", "\\- a"),
            ("+ a", "\\+ a"),
            ("12. a", "12\\. a"),
            ("1) a", "1\\) a"),
            ("# a", "\\# a"),
            ("---", "\\---"),
            ("=== a", "\\=== a"),
            ("> a", "\\> a"),
            ("1.5 kg", "1.5 kg"),
            ("-1 is below", "-1 is below"),
            ("#5 is alive", "#5 is alive"),
        ] {
            assert_eq!(prose(text), shown);
        }
    }

    #[test]
    fn links_survive_odd_paths() {
        assert_eq!(file_link("x", "examples/a b(1)#é.json"), "[x](examples/a%20b%281%29%23%C3%A9.json)");
    }
}
