//! A baseline: the findings that a team knows of and does not want to hear of again.
//!
//! A finding is known by its rule, its place in the event and its event: by the event's name and id, or where there is no
//! id by source and line. So a baseline holds when events are added before or after, and it holds no values of events.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::Finding;

/// The findings that are known, and how often each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    known: BTreeMap<String, u64>,
}

/// The file: a version, so that a later form can be told from this, and the findings.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct File {
    tidings_baseline: u32,
    findings: BTreeMap<String, u64>,
}

/// The version of the file's form.
const VERSION: u32 = 1;

impl Baseline {
    /// Reads a baseline from its JSON text.
    ///
    /// # Errors
    /// A lower-case phrase, if the text is none.
    pub fn from_json(text: &str) -> Result<Self, String> {
        let file: File = serde_json::from_str(text).map_err(|error| format!("not a baseline: {error}"))?;
        if file.tidings_baseline != VERSION {
            return Err(format!(
                "a baseline of version {}, which this release does not know",
                file.tidings_baseline
            ));
        }
        Ok(Self { known: file.findings })
    }

    /// The baseline as JSON text, the same for the same findings in any order.
    pub fn to_json(&self) -> String {
        let file = File { tidings_baseline: VERSION, findings: self.known.clone() };
        // Strings and numbers can always be written.
        serde_json::to_string_pretty(&file).map(|text| text + "\n").unwrap_or_default()
    }

    /// Adds a finding.
    pub fn add(&mut self, finding: &Finding) {
        *self.known.entry(name(finding)).or_default() += 1;
    }

    /// Whether a finding is known; each is known as often as it was added.
    pub fn take(&mut self, finding: &Finding) -> bool {
        match self.known.get_mut(&name(finding)) {
            Some(count) if *count > 0 => {
                *count -= 1;
                true
            }
            _ => false,
        }
    }

    /// How many findings are known that were not taken: they are gone from the stream.
    pub fn left(&self) -> u64 {
        self.known.values().sum()
    }
}

/// What a finding is known by: the rule, so that people can read the file, and a digest of the rest.
fn name(finding: &Finding) -> String {
    let mut hasher = Sha256::new();
    let mut feed = |text: Option<&str>| {
        hasher.update(text.map_or(u64::MAX, |text| text.len() as u64).to_le_bytes());
        hasher.update(text.unwrap_or_default());
    };
    feed(finding.pointer.as_deref());
    feed(finding.event_name.as_deref());
    feed(finding.event_id.as_deref());
    if finding.event_id.is_none() {
        feed(finding.source.as_deref());
        feed(finding.line.map(|line| line.to_string()).as_deref());
    }
    let mut digest = String::new();
    for byte in &hasher.finalize()[..12] {
        let _ = write!(digest, "{byte:02x}");
    }
    format!("{} {digest}", finding.rule.id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Rule, Severity};

    static RULE: Rule = Rule {
        id: "lamp/dim",
        severity: Severity::Error,
        summary: "a lamp is dim",
        explanation: "Replace it.",
    };

    fn finding(id: Option<&str>, line: u64) -> Finding {
        Finding {
            rule: &RULE,
            source: Some("lamps.ndjson".into()),
            line: Some(line),
            column: Some(1),
            event_name: Some("lamp-lit".into()),
            event_id: id.map(Into::into),
            pointer: Some("/lamp".to_owned()),
            message: "dim".to_owned(),
            help: None,
            excerpt: None,
            witness: None,
            cause: None,
        }
    }

    #[test]
    fn a_finding_is_known_as_often_as_it_was_added_wherever_its_event_stands() {
        let mut baseline = Baseline::default();
        baseline.add(&finding(Some("a"), 1));
        baseline.add(&finding(Some("a"), 2));
        let mut read = Baseline::from_json(&baseline.to_json()).expect("its own text");
        assert_eq!(read, baseline);
        assert!(read.take(&finding(Some("a"), 7)));
        assert!(!read.take(&finding(Some("b"), 1)));
        assert_eq!(read.left(), 1);
        assert!(read.take(&finding(Some("a"), 8)));
        assert!(!read.take(&finding(Some("a"), 9)));
    }

    #[test]
    fn without_an_id_the_line_counts() {
        let mut baseline = Baseline::default();
        baseline.add(&finding(None, 1));
        assert!(!baseline.clone().take(&finding(None, 2)));
        assert!(baseline.take(&finding(None, 1)));
    }

    #[test]
    fn what_is_no_baseline_is_refused() {
        for text in [
            "",
            "{}",
            "[]",
            "{\"tidings_baseline\": 2, \"findings\": {}}",
            "{\"tidings_baseline\": 1, \"findings\": {\"a\": -1}}",
        ] {
            assert!(Baseline::from_json(text).is_err(), "{text}");
        }
    }
}
