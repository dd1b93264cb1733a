//! `breaking/version-raised`: a version rose and its schema did not change.

use tidings_finding::{Rule, Severity};

use super::Breaking;
use super::change::Change;
use super::context::Context;
use super::sink::{Break, Sink, Verdict};

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
        sink.report(Break {
            target: context.entry(name),
            direction: None,
            verdict: Verdict::Breaking,
            witness: None,
            pointer: None,
            message: format!("the version of `{name}` rose from {was} to {is}, and its schema is the same"),
            help: format!("`version = {was}`"),
            cause: None,
        });
    }
}
