//! `breaking/version-not-raised`: a schema changed and its version did not rise.

use tidings_finding::{Rule, Severity};

use super::Breaking;
use super::change::Change;
use super::context::Context;
use super::sink::{Break, Sink};

pub(super) static RULE: Breaking = Breaking {
    rule: Rule {
        id: "breaking/version-not-raised",
        severity: Severity::Error,
        summary: "a schema changed and its version did not rise",
        explanation: include_str!("version_not_raised.md"),
    },
    check,
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    for pair in &context.pairs {
        let (name, was, is) = (&pair.new.name, pair.old.version, pair.new.version);
        let message = if is < was {
            format!("the version of `{name}` fell from {was} to {is}")
        } else if is == was && pair.change == Change::Meaning {
            format!("the schema of `{name}` changed, and its version is still {is}")
        } else {
            continue;
        };
        sink.report(Break::new(context.entry(name), message, format!("`version = {}`", was + 1)));
    }
}
