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

    fn write_line(&mut self, value: &impl Serialize) -> io::Result<()> {
        self.line.clear();
        json_text::append(&mut self.line, value)?;
        self.line.push(b'\n');
        self.out.write_all(&self.line)
    }
}

impl Renderer for Json<'_> {
    fn finding(&mut self, finding: &Finding) -> io::Result<()> {
        self.write_line(&FindingLine {
            rule: finding.rule.id,
            severity: finding.severity().as_str(),
            source: finding.source.as_deref(),
            line: finding.line,
            column: finding.column,
            event_name: finding.event_name.as_deref(),
            event_id: finding.event_id.as_deref(),
            pointer: finding.pointer.as_deref(),
            message: &finding.message,
            help: finding.help.as_deref(),
        })
    }

    fn finish(mut self: Box<Self>, summary: &Summary) -> io::Result<()> {
        self.write_line(&SummaryLine {
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
        })?;
        self.out.flush()
    }
}

/// One finding; the order of the fields is that of the keys.
#[derive(Serialize)]
struct FindingLine<'a> {
    rule: &'a str,
    severity: &'a str,
    source: Option<&'a str>,
    line: Option<u64>,
    column: Option<u64>,
    event_name: Option<&'a str>,
    event_id: Option<&'a str>,
    pointer: Option<&'a str>,
    message: &'a str,
    help: Option<&'a str>,
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
