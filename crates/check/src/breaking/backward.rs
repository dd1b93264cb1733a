//! `breaking/backward`: events that are valid on one side are refused on the other.

use tidings_finding::{Rule, Severity};

use super::context::{Context, Direction};
use super::sink::Sink;
use super::{Breaking, proof};

pub(super) static RULE: Breaking = Breaking {
    rule: Rule {
        id: "breaking/backward",
        severity: Severity::Error,
        summary: "an event of the old catalog is refused by the new one",
        explanation: include_str!("backward.md"),
    },
    check,
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    proof::report(context, Direction::Backward, sink);
}
