//! Findings as SARIF 2.1.0, which code-scanning services and editors read.
//!
//! In go the rules and the findings, out comes one log with one run: the tool and its rules first, then a result a
//! line, and at the end whether the run saw all its input. It must never describe a rule in words of its own: all come
//! from the table of rules.
//!
//! What services want beyond the schema is there too: each rule has a full description and a help text, each result a
//! fingerprint. A path is given as it was typed: relative to the working directory, which CI makes the repository's
//! root.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use serde::Serialize;

use super::fingerprint::Fingerprints;
use super::text::{counted, file_name};
use super::{Options, Renderer, json_text};
use crate::{Finding, Rule, Summary};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// See the module.
pub(super) struct Sarif<'w> {
    out: Box<dyn Write + 'w>,
    options: Options,
    rule_index: HashMap<&'static str, usize>,
    fingerprints: Fingerprints,
    text: Vec<u8>,
    begun: bool,
}

impl<'w> Sarif<'w> {
    /// A renderer of a SARIF log.
    pub(super) fn new(out: Box<dyn Write + 'w>, options: Options) -> Self {
        let rule_index = options.rules.iter().enumerate().map(|(index, rule)| (rule.id, index)).collect();
        Self {
            out,
            options,
            rule_index,
            fingerprints: Fingerprints::default(),
            text: Vec::new(),
            begun: false,
        }
    }

    /// Everything before the first result.
    fn begin(&mut self) -> io::Result<()> {
        self.begun = true;
        let mut text = Vec::new();
        write!(text, "{{\"$schema\":\"{SCHEMA}\",\"version\":\"2.1.0\",\"runs\":[{{\"tool\":{{\"driver\":")?;
        let rules = self.options.rules.iter().map(|rule| Descriptor::of(rule)).collect();
        json_text::append(&mut text, &Driver { name: "tidings", version: self.options.tool_version, rules })?;
        text.extend_from_slice(b"},\"columnKind\":\"unicodeCodePoints\",\"results\":[\n");
        self.out.write_all(&text)
    }
}

impl Renderer for Sarif<'_> {
    fn finding(&mut self, finding: &Finding) -> io::Result<()> {
        self.text.clear();
        if self.begun {
            self.text.extend_from_slice(b",\n");
        } else {
            self.begin()?;
        }
        let index = self.rule_index.get(finding.rule.id).copied();
        let result = Outcome::of(finding, index, self.fingerprints.next(finding));
        json_text::append(&mut self.text, &result)?;
        self.out.write_all(&self.text)
    }

    fn finish(mut self: Box<Self>, summary: &Summary) -> io::Result<()> {
        if self.begun {
            self.out.write_all(b"\n")?;
        } else {
            self.begin()?;
        }
        let mut text = b"],\"invocations\":[".to_vec();
        json_text::append(&mut text, &Invocation::of(summary))?;
        text.extend_from_slice(b"]}]}\n");
        self.out.write_all(&text)?;
        self.out.flush()
    }
}

#[derive(Serialize)]
struct Driver<'a> {
    name: &'a str,
    version: &'a str,
    rules: Vec<Descriptor<'a>>,
}

/// SARIF's `reportingDescriptor`: a rule.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor<'a> {
    id: &'a str,
    short_description: Text<'a>,
    full_description: Text<'a>,
    help: Help<'a>,
    default_configuration: Configuration<'a>,
}

impl<'a> Descriptor<'a> {
    fn of(rule: &'a Rule) -> Self {
        let explanation = match rule.explanation.trim() {
            "" => rule.summary,
            text => text,
        };
        Self {
            id: rule.id,
            short_description: Text { text: rule.summary },
            full_description: Text { text: first_paragraph(explanation) },
            help: Help { text: explanation, markdown: explanation },
            default_configuration: Configuration { level: rule.severity.as_str() },
        }
    }
}

/// The first paragraph of a Markdown text that is no heading.
fn first_paragraph(text: &str) -> &str {
    text.split("\n\n").find(|paragraph| !paragraph.starts_with('#')).unwrap_or(text)
}

#[derive(Serialize)]
struct Text<'a> {
    text: &'a str,
}

#[derive(Serialize)]
struct Help<'a> {
    text: &'a str,
    markdown: &'a str,
}

#[derive(Serialize)]
struct Configuration<'a> {
    level: &'a str,
}

/// SARIF's `result`: a finding.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Outcome<'a> {
    rule_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    level: &'a str,
    message: Message,
    locations: Vec<Location<'a>>,
    partial_fingerprints: PartialFingerprints,
    #[serde(skip_serializing_if = "Properties::is_empty")]
    properties: Properties<'a>,
}

impl<'a> Outcome<'a> {
    fn of(finding: &'a Finding, rule_index: Option<usize>, fingerprint: String) -> Self {
        let text = match &finding.help {
            Some(help) => format!("{}\nhelp: {help}", finding.message),
            None => finding.message.clone(),
        };
        Self {
            rule_id: finding.rule.id,
            rule_index,
            level: finding.severity().as_str(),
            message: Message { text },
            locations: Location::of(finding).into_iter().collect(),
            partial_fingerprints: PartialFingerprints { finding: fingerprint },
            properties: Properties {
                event_name: finding.event_name.as_deref(),
                event_id: finding.event_id.as_deref(),
                pointer: finding.pointer.as_deref(),
            },
        }
    }
}

#[derive(Serialize)]
struct Message {
    text: String,
}

#[derive(Serialize)]
struct PartialFingerprints {
    /// What goes into it may change with a new number.
    #[serde(rename = "finding/v1")]
    finding: String,
}

/// What SARIF has no key for, under the names that it has in the JSON format.
#[derive(Serialize)]
struct Properties<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    event_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    event_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pointer: Option<&'a str>,
}

impl Properties<'_> {
    fn is_empty(&self) -> bool {
        self.event_name.is_none() && self.event_id.is_none() && self.pointer.is_none()
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    physical_location: Option<PhysicalLocation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    logical_locations: Option<[LogicalLocation<'a>; 1]>,
}

impl<'a> Location<'a> {
    fn of(finding: &'a Finding) -> Option<Self> {
        let physical_location = finding.source.as_deref().map(|source| PhysicalLocation {
            artifact_location: Artifact { uri: uri(file_name(Some(source))) },
            region: finding.line.filter(|line| *line > 0).map(|start_line| Region {
                start_line,
                start_column: finding.column.filter(|column| *column > 0),
            }),
        });
        let pointer = finding.pointer.as_deref().filter(|pointer| !pointer.is_empty());
        let logical_locations = pointer.map(|pointer| [LogicalLocation { fully_qualified_name: pointer }]);
        (physical_location.is_some() || logical_locations.is_some())
            .then_some(Self { physical_location, logical_locations })
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: Artifact,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

#[derive(Serialize)]
struct Artifact {
    uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_column: Option<u64>,
}

/// A JSON Pointer, which is how SARIF names a place in JSON.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LogicalLocation<'a> {
    fully_qualified_name: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tool_execution_notifications: Vec<Notification>,
}

impl Invocation {
    fn of(summary: &Summary) -> Self {
        let unread = summary.incomplete.then(|| ("error", "some input could not be read".to_owned()));
        let not_shown = (summary.not_shown > 0)
            .then(|| ("note", format!("{} not shown", counted(summary.not_shown, "more finding"))));
        let notifications = unread.into_iter().chain(not_shown);
        Self {
            execution_successful: !summary.incomplete,
            tool_execution_notifications: notifications
                .map(|(level, text)| Notification { level, message: Message { text } })
                .collect(),
        }
    }
}

#[derive(Serialize)]
struct Notification {
    level: &'static str,
    message: Message,
}

/// A path as a URI reference: an absolute path becomes a `file` URI, any other stays relative.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    if path.starts_with('/') {
        uri.push_str("file://");
    }
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            b'\\' if cfg!(windows) => uri.push('/'),
            _ => {
                let _ = write!(uri, "%{byte:02X}"); // a String takes everything
            }
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_described_by_its_first_paragraph() {
        assert_eq!(first_paragraph("One.\n\nTwo."), "One.");
        assert_eq!(first_paragraph("# `a/b`\n\n## What\n\nOne.\n\nTwo."), "One.");
        assert_eq!(first_paragraph(""), "");
    }

    #[test]
    fn a_path_becomes_a_uri_reference() {
        for (path, expected) in [
            ("events/2025-11.ndjson", "events/2025-11.ndjson"),
            ("../näher/a b%c#d?.json", "../n%C3%A4her/a%20b%25c%23d%3F.json"),
            ("/tmp/x.json", "file:///tmp/x.json"),
            ("urn:x", "urn%3Ax"),
            ("a\u{1b}\nb", "a%1B%0Ab"),
            ("stdin", "stdin"),
        ] {
            assert_eq!(uri(path), expected);
        }
    }
}
