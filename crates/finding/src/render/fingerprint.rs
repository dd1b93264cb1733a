//! Fingerprints: how services know that two runs found the same thing.
//!
//! In goes a finding, out comes a text that is the same in every run as long as the rule, the source, the line, the
//! place in the event and the message are, and that no other finding of the run has: findings alike in all of these
//! are counted. It must never depend on the clock or on other findings that are not alike.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::Finding;

/// How many different findings of one line are remembered. A line is an event, or a whole file that was written
/// without line breaks; past this number they are numbered in the order of the line, so memory stays bounded.
const REMEMBERED: usize = 1 << 16;

/// Makes fingerprints, one finding after another.
#[derive(Debug, Default)]
pub(super) struct Fingerprints {
    source: Option<Arc<str>>,
    line: Option<u64>,
    /// How often each hash came up on this line.
    seen: HashMap<[u8; 32], u64>,
    /// How many findings this line has.
    ordinal: u64,
}

impl Fingerprints {
    /// The fingerprint of the next finding: 64 hexadecimal digits.
    pub(super) fn next(&mut self, finding: &Finding) -> String {
        if self.source != finding.source || self.line != finding.line {
            self.source.clone_from(&finding.source);
            self.line = finding.line;
            self.seen.clear();
            self.ordinal = 0;
        }
        let hash = hash(finding);
        let occurrence = if self.seen.len() < REMEMBERED || self.seen.contains_key(&hash) {
            let count = self.seen.entry(hash).or_default();
            *count += 1;
            *count - 1
        } else {
            self.ordinal
        };
        self.ordinal += 1;
        if occurrence == 0 {
            return hexadecimal(hash);
        }
        hexadecimal(Sha256::new().chain_update(hash).chain_update(occurrence.to_be_bytes()).finalize().into())
    }
}

fn hash(finding: &Finding) -> [u8; 32] {
    let line = finding.line.map(|line| line.to_string());
    let parts = [
        Some(finding.rule.id),
        finding.source.as_deref(),
        line.as_deref(),
        finding.pointer.as_deref(),
        Some(finding.message.as_str()),
    ];
    let mut hash = Sha256::new();
    for part in parts {
        // The length first, so that no two lists of parts run together to the same bytes.
        hash.update(part.map_or(u64::MAX, |part| part.len() as u64).to_be_bytes());
        hash.update(part.unwrap_or_default());
    }
    hash.finalize().into()
}

fn hexadecimal(bytes: [u8; 32]) -> String {
    let mut text = String::with_capacity(64);
    for byte in bytes {
        let _ = write!(text, "{byte:02x}"); // a String takes everything
    }
    text
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::{Rule, Severity};

    static RULE: Rule =
        Rule { id: "group/rule", severity: Severity::Error, summary: "a rule", explanation: "why" };

    fn finding(line: u64, message: &str) -> Finding {
        Finding {
            rule: &RULE,
            source: Some("a.json".into()),
            line: Some(line),
            column: Some(1),
            event_name: None,
            event_id: None,
            pointer: Some("/a".to_owned()),
            message: message.to_owned(),
            help: None,
            excerpt: None,
            witness: None,
            cause: None,
        }
    }

    #[test]
    fn findings_that_are_alike_have_different_fingerprints() {
        let mut fingerprints = Fingerprints::default();
        let findings = [(1, "a"), (1, "b"), (1, "a"), (1, "a"), (2, "a"), (2, "a"), (3, "b")];
        let unique: HashSet<_> =
            findings.iter().map(|(line, message)| fingerprints.next(&finding(*line, message))).collect();
        assert_eq!(unique.len(), findings.len());
    }

    #[test]
    fn a_fingerprint_stays_when_other_findings_go() {
        let mut before = Fingerprints::default();
        before.next(&finding(1, "mended"));
        before.next(&finding(2, "mended"));
        let before = before.next(&finding(2, "still there"));
        assert_eq!(before, Fingerprints::default().next(&finding(2, "still there")));
        // The hash of the parts with their lengths, computed elsewhere: a release must not change it.
        assert_eq!(before, "e575a4fd751b841727adddf734592365feb0a811d978072d56fcfc406b434d45");
    }

    #[test]
    fn a_line_with_more_findings_than_are_remembered_still_has_different_ones() {
        let mut fingerprints = Fingerprints::default();
        let mut unique = HashSet::new();
        for number in 0..REMEMBERED + 100 {
            assert!(unique.insert(fingerprints.next(&finding(1, &number.to_string()))));
        }
        for _ in 0..100 {
            assert!(unique.insert(fingerprints.next(&finding(1, "not remembered"))));
            assert!(unique.insert(fingerprints.next(&finding(1, "7"))));
        }
        assert_eq!(fingerprints.seen.len(), REMEMBERED);
    }
}
