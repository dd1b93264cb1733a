//! `lint/changelog`: the changelog has no heading for the current version.

use tidings_finding::{Rule, Severity};

use super::support::{Context, Sink, Target};
use super::{Category, Lint};

pub(crate) static RULE: Lint = Lint {
    rule: Rule {
        id: "lint/changelog",
        severity: Severity::Warning,
        summary: "the changelog has no heading for the current version",
        explanation: include_str!("changelog.md"),
    },
    category: Category::Docs,
    check,
};

/// The changelog of a catalog.
const CHANGELOG: &str = "CHANGELOG.md";

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    let Some(manifest) = context.manifest else { return };
    let version = &manifest.catalog.version;
    let help = format!("`## [{}] - YYYY-MM-DD` with what changed", version.as_str());
    let Some(text) = context.text(CHANGELOG) else {
        sink.report(Target::key(version), format!("there is no `{CHANGELOG}`")).help(help);
        return;
    };
    let names = |line: &str| line.starts_with("## ") && has_version(line, version);
    if !text.lines().any(names) {
        let message = format!("`{CHANGELOG}` has no heading for {}", version.as_str());
        sink.report(Target::key(version), message).help(help);
    }
}

/// Whether a version stands in a heading, not as a part of a longer one.
fn has_version(heading: &str, version: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '.' || c == '-' || c == '+';
    heading.match_indices(version).any(|(at, _)| {
        !heading[..at].trim_end_matches('v').ends_with(is_part)
            && !heading[at + version.len()..].starts_with(|c: char| is_part(c) && c != '.')
    })
}
