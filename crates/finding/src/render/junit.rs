//! Findings as `JUnit` XML, which Jenkins, GitLab and most other CI servers read.
//!
//! In go findings, out comes a test suite a source and a test case an event with findings: failed where one of them is
//! an error. The last suite, `tidings`, has a case that always passes and holds the summary, so that no run is without a
//! test. It must never write a character that XML 1.0 forbids.
//!
//! The counts stand before the content, so suites are spooled: in memory at first, in a temporary file when they grow.
//! A reader wants each case's name once in its suite (GitLab drops all but the first), and shows the text of a failure
//! rather than its attributes, so the text says everything. Attributes are those of Jenkins' strict schema (`junit-10.xsd`
//! of its xUnit plugin), which knows no `file` or `line` of a case.

use std::io::{self, Seek, Write};
use std::sync::Arc;

use tempfile::SpooledTempFile;

use super::Renderer;
use super::text::{event, place, sanitize, source_name};
use super::totals::{Paint, not_shown_line, summary_line};
use crate::{Finding, Severity, Summary};

/// How much of a suite, and of all of them, is held in memory.
const IN_MEMORY: usize = 8 << 20;

/// How long the text of a case may be; more findings of the same event go on in a next case.
const CASE_TEXT: usize = 64 << 10;

/// See the module.
pub(super) struct Junit<'w> {
    out: Box<dyn Write + 'w>,
    /// All suites that are whole.
    suites: SpooledTempFile,
    total: Counts,
    suite: Option<Suite>,
}

#[derive(Clone, Copy, Default)]
struct Counts {
    tests: u64,
    failures: u64,
}

impl<'w> Junit<'w> {
    /// A renderer of test suites.
    pub(super) fn new(out: Box<dyn Write + 'w>) -> Self {
        Self { out, suites: SpooledTempFile::new(IN_MEMORY), total: Counts::default(), suite: None }
    }

    fn close_suite(&mut self) -> io::Result<()> {
        let Some(suite) = self.suite.take() else { return Ok(()) };
        let counts = suite.close(&mut self.suites)?;
        self.total.tests += counts.tests;
        self.total.failures += counts.failures;
        Ok(())
    }
}

impl Renderer for Junit<'_> {
    fn finding(&mut self, finding: &Finding) -> io::Result<()> {
        if self.suite.as_ref().is_some_and(|suite| suite.source != finding.source) {
            self.close_suite()?;
        }
        self.suite.get_or_insert_with(|| Suite::of(finding)).add(finding)
    }

    fn finish(mut self: Box<Self>, summary: &Summary) -> io::Result<()> {
        self.close_suite()?;
        let errors = u64::from(summary.incomplete);
        writeln!(
            self.out,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <testsuites name=\"tidings\" tests=\"{}\" failures=\"{}\" errors=\"{errors}\" time=\"{:.3}\">",
            self.total.tests + 1 + errors,
            self.total.failures,
            summary.seconds,
        )?;
        self.suites.rewind()?;
        io::copy(&mut self.suites, &mut self.out)?;
        self.out.write_all(run_suite(summary).as_bytes())?;
        self.out.write_all(b"</testsuites>\n")?;
        self.out.flush()
    }
}

/// The suite of the run as a whole. The names of its cases stay the same from run to run, as readers compare by them.
fn run_suite(summary: &Summary) -> String {
    let errors = u64::from(summary.incomplete);
    let totals = [Some(summary_line(summary, Paint { color: false })), not_shown_line(summary)];
    let totals: Vec<_> = totals.into_iter().flatten().collect();
    let mut text = format!(
        "  <testsuite name=\"tidings\" tests=\"{}\" failures=\"0\" errors=\"{errors}\">\n    \
         <testcase name=\"summary\" classname=\"tidings\">\n      \
         <system-out>{}</system-out>\n    </testcase>\n",
        1 + errors,
        content(&totals.join("\n"))
    );
    if summary.incomplete {
        text.push_str(
            "    <testcase name=\"all input can be read\" classname=\"tidings\">\n      \
             <error message=\"some input could not be read\" type=\"incomplete\">\
             some input could not be read, so not all events were looked at</error>\n    </testcase>\n",
        );
    }
    text.push_str("  </testsuite>\n");
    text
}

/// The findings of one source.
struct Suite {
    source: Option<Arc<str>>,
    /// The source's name, as an attribute.
    name: String,
    cases: SpooledTempFile,
    counts: Counts,
    case: Option<Case>,
}

impl Suite {
    fn of(finding: &Finding) -> Self {
        Self {
            source: finding.source.clone(),
            name: attribute(&source_name(finding.source.as_deref())),
            cases: SpooledTempFile::new(IN_MEMORY),
            counts: Counts::default(),
            case: None,
        }
    }

    fn add(&mut self, finding: &Finding) -> io::Result<()> {
        let mut part = 1;
        if let Some(case) = &self.case {
            let same_event = case.is_about(finding);
            if !same_event || case.text.len() > CASE_TEXT {
                part = if same_event { case.part + 1 } else { 1 };
                self.close_case()?;
            }
        }
        self.case.get_or_insert_with(|| Case::of(finding, part)).add(finding);
        Ok(())
    }

    fn close_case(&mut self) -> io::Result<()> {
        let Some(case) = self.case.take() else { return Ok(()) };
        self.counts.tests += 1;
        self.counts.failures += u64::from(case.first_error.is_some());
        self.cases.write_all(case.element(&self.name).as_bytes())
    }

    /// Writes the suite.
    fn close(mut self, out: &mut impl Write) -> io::Result<Counts> {
        self.close_case()?;
        let Counts { tests, failures } = self.counts;
        writeln!(
            out,
            "  <testsuite name=\"{}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\">",
            self.name
        )?;
        self.cases.rewind()?;
        io::copy(&mut self.cases, out)?;
        out.write_all(b"  </testsuite>\n")?;
        Ok(self.counts)
    }
}

/// The findings of one event.
struct Case {
    line: Option<u64>,
    event_name: Option<Arc<str>>,
    event_id: Option<Arc<str>>,
    /// From 1, where an event has more findings than one case holds.
    part: u64,
    first_error: Option<(&'static str, String)>,
    text: String,
}

impl Case {
    fn of(finding: &Finding, part: u64) -> Self {
        Self {
            line: finding.line,
            event_name: finding.event_name.clone(),
            event_id: finding.event_id.clone(),
            part,
            first_error: None,
            text: String::new(),
        }
    }

    /// An event may go over several lines, and others may have its id. What is found of one event has its id from one place.
    fn is_about(&self, finding: &Finding) -> bool {
        let is_same = match (&self.event_id, &finding.event_id) {
            (Some(own), Some(other)) => Arc::ptr_eq(own, other) || own == other && self.line == finding.line,
            (own, other) => own.is_none() && other.is_none() && self.line == finding.line,
        };
        is_same && self.event_name == finding.event_name
    }

    fn add(&mut self, finding: &Finding) {
        if finding.severity() == Severity::Error && self.first_error.is_none() {
            self.first_error = Some((finding.rule.id, finding.message.clone()));
        }
        let pointer = finding.pointer.as_deref().filter(|pointer| !pointer.is_empty());
        let at = pointer.map(|pointer| format!("at {}", sanitize(pointer)));
        let place: Vec<_> = place(finding).into_iter().chain(at).collect();

        let message = format!("{}[{}]: {}", finding.severity(), finding.rule.id, sanitize(&finding.message));
        let place = (!place.is_empty()).then(|| format!("  --> {}", place.join(", ")));
        let help = finding.help.as_deref().map(|help| format!("  help: {}", sanitize(help)));
        for line in [Some(message), place, help].into_iter().flatten() {
            self.text.push_str(&line);
            self.text.push('\n');
        }
    }

    /// `line 3: OrderPlaced 01K…`, as much of it as is known.
    fn name(&self) -> String {
        let event = event(self.event_name.as_deref(), self.event_id.as_deref());
        let name = match (self.line, event) {
            (Some(line), Some(event)) => format!("line {line}: {event}"),
            (Some(line), None) => format!("line {line}"),
            (None, Some(event)) => event,
            (None, None) => "whole source".to_owned(),
        };
        if self.part == 1 { name } else { format!("{name} (part {})", self.part) }
    }

    /// The case as an element of the suite with this name.
    fn element(&self, suite: &str) -> String {
        let text = content(self.text.trim_end());
        let outcome = match &self.first_error {
            Some((rule, message)) => {
                format!("<failure message=\"{}\" type=\"{rule}\">{text}</failure>", attribute(message))
            }
            None => format!("<system-out>{text}</system-out>"),
        };
        format!(
            "    <testcase name=\"{}\" classname=\"{suite}\">\n      {outcome}\n    </testcase>\n",
            attribute(&self.name())
        )
    }
}

/// One line of text, as an attribute: markup is escaped, and whatever XML forbids is made visible.
fn attribute(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in sanitize(text).chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// The content of an element: as an attribute, but our own line breaks stay.
fn content(text: &str) -> String {
    text.split('\n').map(attribute).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_escaped_and_what_xml_forbids_is_made_visible() {
        assert_eq!(attribute("a<b>&\"'"), "a&lt;b&gt;&amp;&quot;'");
        assert_eq!(attribute("]]>\u{0}\u{1b}\u{fffe}\r\n\tx"), r"]]&gt;\u{0}\u{1b}\u{fffe}\r\n\tx");
        assert_eq!(content("a\n<\r\n"), "a\n&lt;\\r\n");
    }

    #[test]
    fn every_character_comes_out_as_one_that_xml_allows() {
        let all: String = (0..=0x10_ffff).filter_map(char::from_u32).collect();
        let allowed = |c: char| matches!(c, '\n' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..='\u{10ffff}');
        assert_eq!(content(&all).chars().find(|c| !allowed(*c)), None);
    }
}
