//! Findings as a GitLab Code Quality report.
//!
//! In go findings, out comes one JSON array with an object a finding, each written when it comes. The report has no
//! place for a summary. It must never give two findings one fingerprint, as GitLab shows only the first of them, nor
//! leave out a key.

use std::io::{self, Write};

use serde::Serialize;

use super::fingerprint::Fingerprints;
use super::text::file_name;
use super::{Renderer, json_text};
use crate::{Finding, Severity, Summary};

/// See the module.
pub(super) struct Gitlab<'w> {
    out: Box<dyn Write + 'w>,
    fingerprints: Fingerprints,
    text: Vec<u8>,
    any: bool,
}

impl<'w> Gitlab<'w> {
    /// A renderer of a Code Quality report.
    pub(super) fn new(out: Box<dyn Write + 'w>) -> Self {
        Self { out, fingerprints: Fingerprints::default(), text: Vec::new(), any: false }
    }
}

impl Renderer for Gitlab<'_> {
    fn finding(&mut self, finding: &Finding) -> io::Result<()> {
        let description = match &finding.help {
            Some(help) => format!("{}; help: {help}", finding.message),
            None => finding.message.clone(),
        };
        let issue = Issue {
            description: &description,
            check_name: finding.rule.id,
            fingerprint: &self.fingerprints.next(finding),
            severity: match finding.severity() {
                Severity::Error => "major",
                Severity::Warning => "minor",
            },
            location: Location {
                path: file_name(finding.source.as_deref()),
                lines: Lines { begin: finding.line.unwrap_or(1).max(1) },
            },
        };
        self.text.clear();
        self.text.extend_from_slice(if self.any { b",\n" } else { b"[\n" });
        json_text::append(&mut self.text, &issue)?;
        self.any = true;
        self.out.write_all(&self.text)
    }

    fn finish(mut self: Box<Self>, _summary: &Summary) -> io::Result<()> {
        self.out.write_all(if self.any { b"\n]\n" } else { b"[]\n" })?;
        self.out.flush()
    }
}

#[derive(Serialize)]
struct Issue<'a> {
    description: &'a str,
    check_name: &'a str,
    fingerprint: &'a str,
    severity: &'a str,
    location: Location<'a>,
}

#[derive(Serialize)]
struct Location<'a> {
    path: &'a str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u64,
}
