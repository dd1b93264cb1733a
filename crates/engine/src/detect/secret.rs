//! Well-known shapes of secrets: prefixes that their issuers chose so that they can be found.

use std::sync::LazyLock;

use regex::{Regex, RegexSet};

use super::signs;

/// What it is, and its shape.
const SHAPES: [(&str, &str); 14] = [
    ("an AWS access key id", r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"),
    ("a GitHub token", r"\bgh[pousr]_[A-Za-z0-9]{36,}"),
    ("a GitHub token", r"\bgithub_pat_[A-Za-z0-9_]{22,}"),
    ("a GitLab token", r"\bglpat-[A-Za-z0-9_-]{20,}"),
    ("a Slack token", r"\bxox[abeprs]-[A-Za-z0-9-]{10,}"),
    ("a Stripe key", r"\b[sr]k_(?:live|test)_[A-Za-z0-9]{16,}"),
    ("a Google API key", r"\bAIza[0-9A-Za-z_-]{35}"),
    ("a JSON Web Token", r"\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}"),
    ("a private key", r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY"),
    ("an npm token", r"\bnpm_[A-Za-z0-9]{36}\b"),
    ("a PyPI token", r"\bpypi-[A-Za-z0-9_-]{16,}"),
    ("an API key", r"\bsk-(?:proj-|ant-)?[A-Za-z0-9_-]{20,}"),
    ("a SendGrid key", r"\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}"),
    ("a URL with a password", r"\b[a-z][a-z0-9+.-]*://[^\s:/@]+:[^\s/@]+@"),
];

/// A bearer token has no prefix of its own: what counts is that it is long and holds a digit. Only the word may be in any
/// case: folded, `[A-Za-z]` would take two letters that aren't ASCII.
const BEARER: &str = r"\b(?i:bearer)\s+([A-Za-z0-9._~+/-]{16,})";

#[expect(clippy::unwrap_used, reason = "the tests compile them")]
static ALL: LazyLock<RegexSet> = LazyLock::new(|| RegexSet::new(SHAPES.map(|(_, shape)| shape)).unwrap());

#[expect(clippy::unwrap_used, reason = "the tests compile it")]
static BEARER_TOKEN: LazyLock<Regex> = LazyLock::new(|| Regex::new(BEARER).unwrap());

pub(super) fn found(text: &str) -> Option<&'static str> {
    // The shortest that can match is `a://b:c@`.
    if text.len() < 8 || !signs::has_secret_mark(text) {
        return None;
    }
    looked_for(text)
}

pub(super) fn looked_for(text: &str) -> Option<&'static str> {
    if let Some(shape) = ALL.matches(text).iter().next() {
        return Some(SHAPES[shape].0);
    }
    let bearer = BEARER_TOKEN.captures(text)?;
    bearer[1].bytes().any(|byte| byte.is_ascii_digit()).then_some("a bearer token")
}
