//! Findings as GitHub Actions workflow commands, which become annotations of a change.
//!
//! In goes a finding, out comes one `::error …::…` or `::warning …::…` line; the last line is the plain summary, which
//! GitHub only logs. It must never let text of the input begin a command of its own: line breaks are escaped, and so
//! is what separates properties.
//!
//! GitHub shows only ten errors and ten warnings of a step as annotations (`docs/problem-matchers.md` of
//! `actions/toolkit`, November 2026), and logs of a command no more than its text. So the text ends with the event and
//! the place, though an annotation has the place already.

use std::io::{self, Write};

use super::Renderer;
use super::text::{event_note, file_only, place, sanitize};
use super::totals::{Paint, not_shown_line, summary_line};
use crate::{Finding, Summary};

/// See the module.
pub(super) struct Github<'w> {
    out: Box<dyn Write + 'w>,
}

impl<'w> Github<'w> {
    /// A renderer of workflow commands.
    pub(super) fn new(out: Box<dyn Write + 'w>) -> Self {
        Self { out }
    }
}

impl Renderer for Github<'_> {
    fn finding(&mut self, finding: &Finding) -> io::Result<()> {
        let command = format!("::{} {}::{}\n", finding.severity(), properties(finding), message(finding));
        self.out.write_all(command.as_bytes())
    }

    fn finish(mut self: Box<Self>, summary: &Summary) -> io::Result<()> {
        if let Some(line) = not_shown_line(summary) {
            writeln!(self.out, "{line}")?;
        }
        writeln!(self.out, "{}", summary_line(summary, Paint { color: false }))?;
        self.out.flush()
    }
}

/// `file=…,line=…,col=…,title=…`. Without a file, a line would point into nothing.
fn properties(finding: &Finding) -> String {
    let mut properties = Vec::with_capacity(4);
    if let Some(file) = file_only(finding) {
        properties.push(format!("file={}", escape_property(&sanitize(file))));
        if let Some(line) = finding.line {
            properties.push(format!("line={line}"));
            properties.extend(finding.column.map(|column| format!("col={column}")));
        }
    }
    properties.push(format!("title={}", escape_property(finding.rule.id)));
    properties.join(",")
}

/// The message, then the help, the event and the place, each on a line of its own.
fn message(finding: &Finding) -> String {
    let mut lines = vec![sanitize(&finding.message).into_owned()];
    lines.extend(finding.help.as_deref().map(|help| format!("help: {}", sanitize(help))));
    lines.extend(event_note(finding).map(|(label, note)| format!("{label}: {note}")));
    lines.extend(place(finding).map(|place| format!("--> {place}")));
    escape_data(&lines.join("\n"))
}

fn escape_data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn escape_property(text: &str) -> String {
    escape_data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_separates_commands_and_properties_is_escaped() {
        assert_eq!(escape_data("100 %, a::b\r\nc"), "100 %25, a::b%0D%0Ac");
        assert_eq!(escape_property("C:\\a,b%0A"), "C%3A\\a%2Cb%250A");
    }
}
