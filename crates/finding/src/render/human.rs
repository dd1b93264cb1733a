//! Findings for people, as a compiler shows them.
//!
//! In goes a finding, out comes its message, its place, the source line with the place underlined, which event it is
//! and what to do next. At the end comes one line that sums up. It must never let a character of the input act on the
//! terminal: all text is [`sanitize`]d before it is laid out, and the only escapes are our own colours.
//!
//! The frame is `annotate-snippets`'. The line with the place is ours: the library takes the column from the excerpt,
//! which is cut, where we know the column in the whole line. So are the notes, which then look the same under a
//! finding that has no excerpt.

use std::io::{self, Write};

use annotate_snippets::renderer::{
    DEFAULT_EMPHASIS_STYLE, DEFAULT_LINE_NUM_STYLE, DEFAULT_TERM_WIDTH, Renderer as Frame,
};
use annotate_snippets::{AnnotationKind, Group, Level, Snippet};

use super::stream::stream_lines;
use super::text::{event_note, place, sanitize};
use super::totals::{Paint, not_shown_line, summary_line};
use super::{Options, Renderer};
use crate::{Excerpt, Finding, Severity, Summary};

/// Narrower than this, a source line says nothing any more; the terminal may wrap it.
const MIN_WIDTH: usize = 40;

/// Wider than any excerpt; the frame's arithmetic overflows at widths that no terminal has.
const MAX_WIDTH: usize = 10_000;

/// See the module.
pub(super) struct Human<'w> {
    out: Box<dyn Write + 'w>,
    frame: Frame,
    paint: Paint,
    any: bool,
}

impl<'w> Human<'w> {
    /// A renderer for people.
    pub(super) fn new(out: Box<dyn Write + 'w>, options: &Options) -> Self {
        let frame = if options.color { Frame::styled() } else { Frame::plain() };
        let width = options.width.unwrap_or(DEFAULT_TERM_WIDTH).clamp(MIN_WIDTH, MAX_WIDTH);
        Self { out, frame: frame.term_width(width), paint: Paint { color: options.color }, any: false }
    }

    /// Writes one finding.
    fn show(&self, text: &mut dyn Write, finding: &Finding) -> io::Result<()> {
        let excerpt = finding.excerpt.as_ref().map(visible);
        let shown = self.frame.render(&[group(finding, excerpt.as_ref())]);
        let (title, source) = shown.split_once('\n').map_or((shown.as_str(), None), |(t, s)| (t, Some(s)));
        let gutter = " ".repeat(gutter_width(finding));

        writeln!(text, "{title}")?;
        if let Some(place) = place(finding) {
            writeln!(text, "{}{place}", self.line_style(&format!("{gutter}--> ")))?;
        }
        for line in source.into_iter().flat_map(str::lines) {
            // Without a line number the frame has no gutter at all.
            let indent = if finding.line.is_none() { " " } else { "" };
            writeln!(text, "{indent}{line}")?;
        }
        let help = finding.help.as_deref().map(|help| ("help", sanitize(help).into_owned()));
        for (index, (label, note)) in event_note(finding).into_iter().chain(help).enumerate() {
            if index == 0 {
                writeln!(text, "{}", self.line_style(&format!("{gutter} |")))?;
            }
            let label = self.paint.paint(DEFAULT_EMPHASIS_STYLE, &format!("{label}: "));
            writeln!(text, "{}{label}{note}", self.line_style(&format!("{gutter} = ")))?;
        }
        if let Some(witness) = finding.witness.as_ref().map(visible) {
            let mark = AnnotationKind::Primary.span(witness.mark.clone());
            let snippet = Snippet::source(witness.text.as_str()).line_numbering(false).annotation(mark);
            let title = Level::NOTE.secondary_title("an event that proves it");
            writeln!(text, "{}", self.frame.render(&[Group::with_title(title).element(snippet)]))?;
        }
        Ok(())
    }

    /// A part of the frame, in its style.
    fn line_style(&self, text: &str) -> String {
        self.paint.paint(DEFAULT_LINE_NUM_STYLE, text)
    }
}

impl Renderer for Human<'_> {
    fn finding(&mut self, finding: &Finding) -> io::Result<()> {
        let mut text = Vec::new();
        self.show(&mut text, finding)?;
        text.push(b'\n');
        self.any = true;
        self.out.write_all(&text)
    }

    fn finish(mut self: Box<Self>, summary: &Summary) -> io::Result<()> {
        if let Some(line) = not_shown_line(summary) {
            let after = if self.any { "\n" } else { "" };
            writeln!(self.out, "{line}{after}")?;
        }
        if let Some(stream) = summary.stream.as_ref().filter(|_| summary.events > 0) {
            self.out.write_all(stream_lines(stream, self.paint).as_bytes())?;
        }
        writeln!(self.out, "{}", summary_line(summary, self.paint))?;
        self.out.flush()
    }
}

/// The title and, where there is one, the source line.
fn group<'a>(finding: &'a Finding, excerpt: Option<&'a Excerpt>) -> Group<'a> {
    let level = match finding.severity() {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let group = Group::with_title(level.primary_title(sanitize(&finding.message)).id(finding.rule.id));
    let Some(excerpt) = excerpt else { return group };
    let mark = AnnotationKind::Primary.span(excerpt.mark.clone());
    let snippet = Snippet::source(excerpt.text.as_str()).annotation(mark);
    group.element(match finding.line {
        Some(line) => snippet.line_start(usize::try_from(line).unwrap_or(usize::MAX)),
        None => snippet.line_numbering(false),
    })
}

/// How wide the gutter for line numbers is; with an excerpt it must be as wide as the frame has it.
fn gutter_width(finding: &Finding) -> usize {
    match (&finding.excerpt, finding.line) {
        (Some(_), Some(line)) => line.to_string().len(),
        _ => 1,
    }
}

/// The excerpt with hidden characters made visible and the mark on character boundaries inside the text.
fn visible(excerpt: &Excerpt) -> Excerpt {
    let start = excerpt.text.floor_char_boundary(excerpt.mark.start);
    let end = excerpt.text.ceil_char_boundary(excerpt.mark.end.max(start));
    let (rest, after) = excerpt.text.split_at(end);
    let (before, marked) = rest.split_at(start);
    let before = sanitize(before);
    let marked = sanitize(marked);
    let mark = before.len()..before.len() + marked.len();
    Excerpt { text: format!("{before}{marked}{}", sanitize(after)), mark }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Rule;

    static RULE: Rule =
        Rule { id: "group/rule", severity: Severity::Warning, summary: "a rule", explanation: "why" };

    fn finding(line: Option<u64>, excerpt: Option<Excerpt>) -> Finding {
        Finding {
            rule: &RULE,
            source: Some("a.json".into()),
            line,
            column: Some(7),
            event_name: None,
            event_id: None,
            pointer: Some("/a".to_owned()),
            message: "something".to_owned(),
            help: None,
            excerpt,
            witness: None,
            cause: None,
        }
    }

    fn show(finding: &Finding, width: Option<usize>) -> String {
        let human = Human::new(Box::new(io::sink()), &Options { width, ..Options::default() });
        let mut text = Vec::new();
        human.show(&mut text, finding).unwrap();
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn hidden_characters_in_the_excerpt_are_shown_and_the_mark_moves_along() {
        let text = "a\u{202e}b\u{1b}c".to_owned();
        let shown = visible(&Excerpt { text, mark: 4..6 });
        assert_eq!(shown, Excerpt { text: r"a\u{202e}b\u{1b}c".to_owned(), mark: 9..16 });
    }

    #[test]
    fn a_mark_that_is_not_in_the_text_is_moved_into_it() {
        for (mark, moved) in [(0..99, 0..4), (9..99, 4..4), (2..2, 1..4), (2..9, 1..4)] {
            let shown = visible(&Excerpt { text: "a€".to_owned(), mark });
            assert_eq!(shown.mark, moved);
        }
    }

    #[test]
    fn any_line_number_and_mark_and_width_can_be_shown() {
        let texts = ["", "x", "wide 東京東京東京 and e\u{301}", &"…long ".repeat(40), &" ".repeat(200)];
        for text in texts {
            for line in [None, Some(0), Some(1), Some(u64::MAX)] {
                for width in [0, 1, 5, 41, 80, usize::MAX] {
                    for start in 0..=text.len() {
                        let mark = start..text.len().min(start + width % 7);
                        let excerpt = Some(Excerpt { text: text.to_owned(), mark });
                        let shown = show(&finding(line, excerpt), Some(width));
                        assert!(shown.contains('^'), "{shown}");
                    }
                }
            }
        }
    }

    #[test]
    fn the_gutter_is_as_wide_as_the_frame_has_it() {
        for line in [None, Some(1), Some(12), Some(1_234_567)] {
            let shown = show(&finding(line, Some(Excerpt { text: "source".to_owned(), mark: 2..4 })), None);
            let bars: Vec<_> = shown.lines().filter_map(|line| line.find(" |")).collect();
            assert!(bars.len() == 4 && bars.iter().all(|bar| *bar == bars[0]), "{shown}");
            let arrow = shown.lines().find_map(|line| line.find("-->"));
            assert_eq!(arrow, Some(bars[0]), "{shown}");
        }
    }
}
