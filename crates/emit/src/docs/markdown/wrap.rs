//! Paragraphs and bullets in lines that are not too long to read in a diff.

use super::begins_a_block;

/// How long a line may be.
const WIDTH: usize = 120;

/// A paragraph, with a line break at its end.
pub(crate) fn paragraph(markdown: &str) -> String {
    lines(markdown, "", "")
}

/// An item of a list, with a line break at its end.
pub(crate) fn bullet(markdown: &str) -> String {
    lines(markdown, "- ", "  ")
}

fn lines(markdown: &str, first: &str, other: &str) -> String {
    let mut out = String::new();
    let mut line = first.to_owned();
    let mut empty = true;
    for unit in units(markdown) {
        if !empty && length(&line) + 1 + length(&unit) > WIDTH {
            out.push_str(&line);
            out.push('\n');
            other.clone_into(&mut line);
            empty = true;
        }
        if !empty {
            line.push(' ');
        }
        line.push_str(&unit);
        empty = false;
    }
    out.push_str(&line);
    out.push('\n');
    out
}

/// As linters count it: in UTF-16 code units.
fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

/// The pieces that stay on one line: words, code, links; and with each, the words after it that must not begin a line.
fn units(markdown: &str) -> Vec<String> {
    let mut units: Vec<String> = Vec::new();
    for word in words(markdown) {
        match units.last_mut() {
            Some(last) if begins_a_block(word) => {
                last.push(' ');
                last.push_str(word);
            }
            _ => units.push(word.to_owned()),
        }
    }
    units
}

/// The text cut at the spaces that are neither in code nor in a link's text.
fn words(markdown: &str) -> Vec<&str> {
    let bytes = markdown.as_bytes();
    let mut words = Vec::new();
    let (mut start, mut at, mut depth) = (0, 0, 0usize);
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 1,
            b'`' => {
                let ticks = bytes[at..].iter().take_while(|byte| **byte == b'`').count();
                let fence = &markdown[at..at + ticks];
                let after = at + ticks;
                at = markdown[after..].find(fence).map_or(after, |end| after + end + ticks) - 1;
            }
            b'[' => depth += 1,
            b']' => depth = depth.saturating_sub(1),
            b' ' if depth == 0 => {
                words.push(&markdown[start..at]);
                start = at + 1;
            }
            _ => {}
        }
        at += 1;
    }
    words.push(&markdown[start..]);
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_cut_between_words_and_never_in_code_or_a_link() {
        let text = format!("{} `two words` [three more words](x) end", "word ".repeat(21).trim_end());
        assert_eq!(
            bullet(&text),
            format!("- {} `two words`\n  [three more words](x) end\n", "word ".repeat(21).trim_end())
        );
    }

    #[test]
    fn no_line_begins_with_what_begins_a_list() {
        let text = format!("{} abc - 1. x", "word ".repeat(23).trim_end());
        assert_eq!(paragraph(&text), format!("{}\nabc - 1. x\n", "word ".repeat(23).trim_end()));
    }

    #[test]
    fn what_is_longer_than_a_line_has_one_of_its_own() {
        let code = format!("`{}`", "x".repeat(130));
        assert_eq!(paragraph(&format!("a {code} b")), format!("a\n{code}\nb\n"));
    }
}
