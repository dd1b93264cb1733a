//! Pieces of text that several formats share: hostile text made visible, places, numbers.
//!
//! In go texts and numbers of findings, out comes text on one line, without a character that a terminal acts on or
//! that no one sees. It must never write anything itself.

use std::borrow::Cow;

use crate::Finding;

/// What a source of `-` is called where people read it.
const STANDARD_INPUT: &str = "<stdin>";

/// Makes visible what a terminal would act on, or what no one would see: control characters (so also line breaks and
/// the ESC of terminal escapes), bidirectional controls, zero-width and other invisible characters, line and paragraph
/// separators, noncharacters that XML forbids.
///
/// They are shown as `\n`, `\r`, `\t` or `\u{1b}`: a form that JSON text never has, so it cannot be taken for an escape
/// in the source. Variation selectors stay as they are, since emoji are written with them.
///
/// ```
/// use tidings_finding::render::sanitize;
///
/// assert_eq!(sanitize("naïve 😀.ndjson"), "naïve 😀.ndjson");
/// assert_eq!(sanitize("a\u{1b}[31m\nb\u{202e}c"), r"a\u{1b}[31m\nb\u{202e}c");
/// ```
pub fn sanitize(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut visible = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match character {
            '\n' => visible.push_str("\\n"),
            '\r' => visible.push_str("\\r"),
            '\t' => visible.push_str("\\t"),
            hidden if is_hidden(hidden) => visible.extend(hidden.escape_unicode()),
            shown => visible.push(shown),
        }
    }
    Cow::Owned(visible)
}

/// Whether a character is never written as it is. Beside the controls these are Unicode's default ignorable code
/// points (less the variation selectors), the separators and the annotation characters.
pub(super) fn is_hidden(character: char) -> bool {
    if character.is_ascii() {
        return character.is_ascii_control();
    }
    matches!(character,
        '\u{80}'..='\u{9f}'             // C1 controls: U+009B begins a terminal escape
        | '\u{ad}' | '\u{34f}'          // soft hyphen, grapheme joiner
        | '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' // bidi
        | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{3164}' | '\u{ffa0}' // fillers
        | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{2065}' | '\u{206a}'..='\u{206f}' | '\u{feff}' // zero width
        | '\u{2028}' | '\u{2029}'
        | '\u{fff0}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}'     // tags, which can carry hidden text
    )
}

/// The name of a finding's source, for people.
pub(super) fn source_name(source: Option<&str>) -> Cow<'_, str> {
    match source {
        Some("-") => Cow::Borrowed(STANDARD_INPUT),
        Some(path) => sanitize(path),
        None => Cow::Borrowed("unknown source"),
    }
}

/// The source as a file of a repository, for formats that must name one: without a `./` in front.
pub(super) fn file_name(source: Option<&str>) -> &str {
    match source {
        Some("-") => "stdin",
        Some(path) => path.strip_prefix("./").unwrap_or(path),
        None => "unknown",
    }
}

/// The source, where it is a file: not standard input.
pub(super) fn file_only(finding: &Finding) -> Option<&str> {
    finding.source.as_deref().filter(|source| *source != "-").map(|source| file_name(Some(source)))
}

/// `source:line:column`, as much of it as is known.
pub(super) fn place(finding: &Finding) -> Option<String> {
    let source = finding.source.as_deref().map(|source| source_name(Some(source)));
    let position = match (finding.line, finding.column) {
        (Some(line), Some(column)) => Some(format!("{line}:{column}")),
        (Some(line), None) => Some(line.to_string()),
        (None, _) => None,
    };
    match (source, position) {
        (Some(source), Some(position)) => Some(format!("{source}:{position}")),
        (Some(source), None) => Some(source.into_owned()),
        (None, Some(position)) => Some(format!("line {position}")),
        (None, None) => None,
    }
}

/// The event that a finding is about: `OrderPlaced 01K…`, as much of it as is known.
pub(super) fn event(name: Option<&str>, id: Option<&str>) -> Option<String> {
    match (name, id) {
        (Some(name), Some(id)) => Some(format!("{} {}", sanitize(name), sanitize(id))),
        (Some(one), None) | (None, Some(one)) => Some(sanitize(one).into_owned()),
        (None, None) => None,
    }
}

/// A label and a text that say which event, and where in it: `event`, `OrderPlaced 01K…, at /reason`. `None`
/// where there is nothing to say.
pub(super) fn event_note(finding: &Finding) -> Option<(&'static str, String)> {
    let pointer = finding.pointer.as_deref().filter(|pointer| !pointer.is_empty()).map(sanitize);
    match (event(finding.event_name.as_deref(), finding.event_id.as_deref()), pointer) {
        (Some(event), Some(pointer)) => Some(("event", format!("{event}, at {pointer}"))),
        (Some(event), None) => Some(("event", event)),
        (None, Some(pointer)) => Some(("at", pointer.into_owned())),
        (None, None) => None,
    }
}

/// A number with a comma between thousands.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number and what it counts: `1 event`, `12,345 events`.
pub(super) fn counted(number: u64, what: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {what}{plural}", grouped(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_text_is_borrowed_as_it_is() {
        for text in ["", "plain", "öäü – 東京 👍\u{fe0f}", "C:\\new\\table", "a`b'c\"d"] {
            assert!(matches!(sanitize(text), Cow::Borrowed(same) if same == text), "{text:?}");
        }
    }

    #[test]
    fn every_control_character_is_made_visible() {
        for control in (0..=0x10_ffff).filter_map(char::from_u32).filter(|c| c.is_control()) {
            let text = format!("a{control}b");
            let visible = sanitize(&text);
            assert!(!visible.chars().any(char::is_control), "{control:?} became {visible:?}");
            assert!(visible.starts_with("a\\") && visible.ends_with('b'));
        }
    }

    #[test]
    fn bidirectional_and_invisible_characters_are_made_visible() {
        assert_eq!(sanitize("safe\u{202e}nosj.\u{2066}x"), r"safe\u{202e}nosj.\u{2066}x");
        assert_eq!(
            sanitize("a\u{200b}b\u{200d}c\u{feff}d\u{2060}e"),
            r"a\u{200b}b\u{200d}c\u{feff}d\u{2060}e"
        );
        assert_eq!(sanitize("a\u{2028}b\u{e0041}c\u{9b}31m"), r"a\u{2028}b\u{e0041}c\u{9b}31m");
    }

    #[test]
    fn sanitized_text_stays_the_same_when_sanitized_again() {
        let once = sanitize("a\u{1b}]8;;http://x\u{7}\t\r\n").into_owned();
        assert_eq!(sanitize(&once), once);
        assert_eq!(once, r"a\u{1b}]8;;http://x\u{7}\t\r\n");
    }

    #[test]
    fn thousands_are_grouped_and_one_is_singular() {
        for (number, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (12_345_678, "12,345,678")] {
            assert_eq!(grouped(number), text);
        }
        assert_eq!(counted(1, "event"), "1 event");
        assert_eq!(counted(0, "event"), "0 events");
    }
}
