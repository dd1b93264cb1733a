//! `breaking/version-raised`: a version rose and its schema did not change.

use tidings_finding::{Rule, Severity};

use super::Breaking;
use super::change::Change;
use super::context::Context;
use super::sink::{Break, Sink};

pub(super) static RULE: Breaking = Breaking {
    rule: Rule {
        id: "breaking/version-raised",
        severity: Severity::Warning,
        summary: "a version rose and its schema did not change",
        explanation: include_str!("version_raised.md"),
    },
    check,
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    for pair in &context.pairs {
        let (name, was, is) = (&pair.new.name, pair.old.version, pair.new.version);
        if is <= was || pair.change != Change::None {
            continue;
        }
        let message = format!("the version of `{name}` rose from {was} to {is}, and its schema is the same");
        sink.report(Break::new(context.entry(name), message, format!("`version = {was}`")));
    }
}
