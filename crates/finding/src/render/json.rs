//! Findings for programs: one JSON object a line.
//!
//! In goes a finding, out comes a line with all ten keys in a fixed order, `null` where a key does not apply; the last
//! line is the summary. The keys are the design's, and stable: it must never gain or lose one without a release that
//! says so. Texts are given as they are, since JSON escapes them.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use super::{Renderer, json_text};
use crate::{Finding, StreamTotals, Summary};

/// See the module.
pub(super) struct Json<'w> {
    out: Box<dyn Write + 'w>,
    line: Vec<u8>,
}

impl<'w> Json<'w> {
    /// A renderer of JSON lines.
    pub(super) fn new(out: Box<dyn Write + 'w>) -> Self {
        Self { out, line: Vec::new() }
    }
}

impl Renderer for Json<'_> {
    fn finding(&mut self, finding: &Finding) -> io::Result<()> {
        self.line.clear();
        let mut line = json_text::Members::new(&mut self.line);
        line.text("rule", Some(finding.rule.id))?;
        line.text("severity", Some(finding.severity().as_str()))?;
        line.text("source", finding.source.as_deref())?;
        line.number("line", finding.line)?;
        line.number("column", finding.column)?;
        line.text("event_name", finding.event_name.as_deref())?;
        line.text("event_id", finding.event_id.as_deref())?;
        line.text("pointer", finding.pointer.as_deref())?;
        line.text("message", Some(&finding.message))?;
        line.text("help", finding.help.as_deref())?;
        line.end();
        self.line.push(b'\n');
        self.out.write_all(&self.line)
    }

    fn finish(mut self: Box<Self>, summary: &Summary) -> io::Result<()> {
        let last = SummaryLine {
            summary: Totals {
                events: summary.events,
                valid: summary.valid,
                invalid: summary.invalid,
                findings: &summary.findings,
                bytes: summary.bytes,
                seconds: summary.seconds,
                incomplete: summary.incomplete,
                known: summary.known,
                waived: summary.waived,
                stream: summary.stream.as_ref(),
            },
        };
        self.line.clear();
        json_text::append(&mut self.line, &last)?;
        self.line.push(b'\n');
        self.out.write_all(&self.line)?;
        self.out.flush()
    }
}

/// The last line.
#[derive(Serialize)]
struct SummaryLine<'a> {
    summary: Totals<'a>,
}

#[derive(Serialize)]
struct Totals<'a> {
    events: u64,
    valid: u64,
    invalid: u64,
    findings: &'a BTreeMap<&'static str, u64>,
    bytes: u64,
    seconds: f64,
    incomplete: bool,
    /// Only where there was a baseline.
    #[serde(skip_serializing_if = "is_zero")]
    known: u64,
    /// Only where a catalog's waivers were needed.
    #[serde(skip_serializing_if = "is_zero")]
    waived: u64,
    /// Only where a stream was audited as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    stream: Option<&'a StreamTotals>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}
