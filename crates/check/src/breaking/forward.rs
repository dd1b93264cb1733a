//! `breaking/forward`: events that are valid on one side are refused on the other.

use tidings_finding::{Rule, Severity};

use super::context::{Context, Direction};
use super::sink::Sink;
use super::{Breaking, proof};

pub(super) static RULE: Breaking = Breaking {
    rule: Rule {
        id: "breaking/forward",
        severity: Severity::Error,
        summary: "an event of the new catalog is refused by the old one",
        explanation: include_str!("forward.md"),
    },
    check,
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    proof::report(context, Direction::Forward, sink);
}
