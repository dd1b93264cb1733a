//! Lines, columns and excerpts of one event's text.

use std::ops::Range;

use tidings_finding::Excerpt;
use tidings_json::Span;

use crate::bytes;

/// How often the index notes how many characters came before, in bytes.
const STEP: usize = 1024;

/// How many bytes of a line an excerpt shows before and after the start of the marked place.
const BEFORE: usize = 48;
const AFTER: usize = 72;

/// What stands in an excerpt for a value that is not shown.
const MASK: &str = "•••";

/// Where an event stands in its source.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Origin {
    /// The line of its first byte, from 1.
    pub(crate) line: u64,
    /// The column of its first byte, from 1.
    pub(crate) column: u64,
    /// Whether places inside it are places of the source. They are not where the event was taken out of a string.
    pub(crate) exact: bool,
}

/// Finds places in one event's text, without reading all of it again for each.
#[derive(Debug)]
pub(crate) struct Places<'e> {
    text: &'e [u8],
    origin: Origin,
    /// The offset of every line break.
    breaks: Vec<usize>,
    /// How many characters begin before each multiple of `STEP`.
    characters: Vec<u64>,
}

impl<'e> Places<'e> {
    pub(crate) fn new(text: &'e [u8], origin: Origin) -> Self {
        let mut characters = Vec::with_capacity(text.len() / STEP + 2);
        let mut total = 0;
        for chunk in text.chunks(STEP) {
            characters.push(total);
            total += count(chunk);
        }
        characters.push(total);
        Self { text, origin, breaks: memchr::memchr_iter(b'\n', text).collect(), characters }
    }

    /// The line and column, from 1, of an offset in the event.
    pub(crate) fn of(&self, offset: usize) -> (u64, u64) {
        if !self.origin.exact {
            return (self.origin.line, self.origin.column);
        }
        let breaks_before = self.breaks.partition_point(|&at| at < offset);
        let line = self.origin.line + breaks_before as u64;
        let column = match breaks_before.checked_sub(1) {
            Some(last) => self.characters_before(offset) - self.characters_before(self.breaks[last] + 1) + 1,
            None => self.origin.column + self.characters_before(offset),
        };
        (line, column)
    }

    fn characters_before(&self, offset: usize) -> u64 {
        let offset = offset.min(self.text.len());
        let step = offset / STEP;
        self.characters[step] + count(&self.text[step * STEP..offset])
    }

    /// The part of the line around a place, with the hidden places masked. `hidden` is sorted and does not overlap.
    pub(crate) fn excerpt(&self, mark: Span, hidden: &[Span]) -> Excerpt {
        let breaks_before = self.breaks.partition_point(|&at| at < mark.start);
        let line_start = breaks_before.checked_sub(1).map_or(0, |last| self.breaks[last] + 1);
        let line_end = self.breaks.get(breaks_before).copied().unwrap_or(self.text.len());
        let start = self.boundary(mark.start.saturating_sub(BEFORE).max(line_start), line_start);
        let end = self.boundary((mark.start + AFTER).min(line_end), line_start);
        let mark = mark.start.min(end)..mark.end.clamp(mark.start.min(end), end);

        let mut writer = Writer { text: String::new(), mark: 0..0 };
        if start > line_start {
            writer.text.push('…');
        }
        let mut at = start;
        let first = hidden.partition_point(|span| span.end <= start);
        for span in hidden[first..].iter().take_while(|span| span.start < end) {
            writer.copy(self.text, at..span.start.max(at), &mark);
            writer.mask(self.text, span.start.max(start)..span.end.min(end), *span, &mark);
            at = span.end.min(end).max(at);
        }
        writer.copy(self.text, at..end, &mark);
        if mark.start >= end {
            writer.mark = writer.text.len()..writer.text.len();
        } else if mark.end >= end {
            writer.mark.end = writer.text.len();
        }
        if end < line_end {
            writer.text.push('…');
        }
        Excerpt { text: writer.text, mark: writer.mark }
    }

    /// The nearest character boundary at or before an offset, but not before `least`.
    fn boundary(&self, mut offset: usize, least: usize) -> usize {
        while offset > least && self.text.get(offset).is_some_and(|byte| byte & 0xC0 == 0x80) {
            offset -= 1;
        }
        offset
    }
}

/// How many characters begin in these bytes.
fn count(text: &[u8]) -> u64 {
    bytes::count(text, |byte| byte & 0xC0 != 0x80) as u64
}

struct Writer {
    text: String,
    mark: Range<usize>,
}

impl Writer {
    /// Copies a part of the source, noting where the marked place begins and ends in the copy.
    fn copy(&mut self, source: &[u8], part: Range<usize>, mark: &Range<usize>) {
        if part.is_empty() {
            return;
        }
        let cuts = [mark.start.clamp(part.start, part.end), mark.end.clamp(part.start, part.end)];
        self.push(&source[part.start..cuts[0]]);
        if (part.start..part.end).contains(&mark.start) {
            self.mark.start = self.text.len();
        }
        self.push(&source[cuts[0]..cuts[1]]);
        if mark.end > part.start && mark.end <= part.end || part.contains(&mark.start) {
            self.mark.end = self.text.len();
        }
        self.push(&source[cuts[1]..part.end]);
    }

    /// Writes a mask for a part of a hidden place, with the quotes of a string that begin and end in the part.
    fn mask(&mut self, source: &[u8], part: Range<usize>, whole: Span, mark: &Range<usize>) {
        let quoted = source.get(whole.start) == Some(&b'"');
        if mark.start >= part.start && mark.start < part.end {
            self.mark.start = self.text.len();
        }
        if quoted && part.start == whole.start {
            self.text.push('"');
        }
        self.text.push_str(MASK);
        if quoted && part.end == whole.end && whole.end > whole.start + 1 {
            self.text.push('"');
        }
        if mark.start < part.end && mark.end > part.start {
            self.mark.end = self.text.len();
        }
    }

    /// Appends text as a person may see it: what is not UTF-8 or moves the cursor is replaced.
    fn push(&mut self, bytes: &[u8]) {
        for c in String::from_utf8_lossy(bytes).chars() {
            self.text.push(if crate::show::is_visible(c) { c } else { '\u{FFFD}' });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORIGIN: Origin = Origin { line: 7, column: 3, exact: true };

    fn shown(text: &str, mark: Range<usize>, hidden: Option<&Range<usize>>) -> String {
        let hidden: Vec<Span> =
            hidden.iter().map(|range| Span { start: range.start, end: range.end }).collect();
        let excerpt =
            Places::new(text.as_bytes(), ORIGIN).excerpt(Span { start: mark.start, end: mark.end }, &hidden);
        let (before, rest) = excerpt.text.split_at(excerpt.mark.start);
        let (marked, after) = rest.split_at(excerpt.mark.len());
        format!("{before}[{marked}]{after}")
    }

    #[test]
    fn places_count_lines_and_characters() {
        let text = "{\"a\": \"éé\",\n \"b\": 1}";
        let places = Places::new(text.as_bytes(), ORIGIN);
        assert_eq!(places.of(0), (7, 3));
        assert_eq!(places.of(text.find(',').unwrap()), (7, 13));
        assert_eq!(places.of(text.find('\n').unwrap()), (7, 14));
        assert_eq!(places.of(text.find("\"b\"").unwrap()), (8, 2));
        let long = "é".repeat(3000);
        assert_eq!(Places::new(long.as_bytes(), ORIGIN).of(4000), (7, 2003));
    }

    #[test]
    fn an_excerpt_marks_the_place_and_masks_what_is_hidden() {
        let text = r#"{"name":"Jane","id":"x"}"#;
        assert_eq!(shown(text, 20..23, Some(&(8..14))), r#"{"name":"•••","id":["x"]}"#);
        assert_eq!(shown(text, 8..14, Some(&(8..14))), r#"{"name":["•••"],"id":"x"}"#);
        assert_eq!(shown(text, 10..11, Some(&(8..14))), r#"{"name":["•••"],"id":"x"}"#);
        assert_eq!(shown(text, 0..24, Some(&(8..14))), r#"[{"name":"•••","id":"x"}]"#);
        assert_eq!(shown(text, 24..24, Some(&(8..14))), r#"{"name":"•••","id":"x"}[]"#);
        assert_eq!(shown(text, 1..1, None), r#"{[]"name":"Jane","id":"x"}"#);
    }

    #[test]
    fn a_long_line_is_cut_around_the_place_and_masks_hold_at_the_cuts() {
        let text = format!("{}\"secret{}\"{}", "a".repeat(500), "s".repeat(300), "b".repeat(500));
        let hidden = 500..808;
        for mark in [400..401, 495..496, 500..808, 650..651, 807..808, 820..821, 1000..1001] {
            let shown = shown(&text, mark.clone(), Some(&hidden));
            assert!(!shown.contains('s') && !shown.contains("et"), "{mark:?}: {shown}");
            assert!(shown.chars().count() < 150, "{shown}");
        }
    }

    #[test]
    fn only_the_line_of_the_place_is_shown() {
        assert_eq!(shown("{\n  \"a\": 1,\n  \"b\": 2\n}", 14..17, None), "  [\"b\"]: 2");
        assert_eq!(shown("a\u{1b}[31m\u{202e}b", 0..1, None), "[a]\u{FFFD}[31m\u{FFFD}b");
    }
}
