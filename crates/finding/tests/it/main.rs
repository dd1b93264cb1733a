//! Each output format on the same findings: what it shows, and that nothing breaks out of it.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, also in what its tests share")]

mod cases;
mod documents;
mod formats;
mod writers;

use std::io;

use tidings_finding::render::{Format, Options, renderer};
use tidings_finding::{Finding, Summary};

/// The output of a format for some findings.
fn render(format: Format, options: Options, findings: &[Finding], summary: &Summary) -> String {
    let mut out = Vec::new();
    render_to(&mut out, format, options, findings, summary).unwrap();
    String::from_utf8(out).unwrap()
}

fn render_to(
    out: &mut dyn io::Write,
    format: Format,
    options: Options,
    findings: &[Finding],
    summary: &Summary,
) -> io::Result<()> {
    let mut renderer = renderer(format, Box::new(out), options);
    for finding in findings {
        renderer.finding(finding)?;
    }
    renderer.finish(summary)
}

/// The options of the tests: all rules, a version that stays.
fn options() -> Options {
    Options { rules: cases::RULES.to_vec(), tool_version: "1.2.3", ..Options::default() }
}
