//! `reference/…`: what a field names must be there.

use tidings_finding::{Rule, Severity};

pub(crate) static MISSING: Rule = Rule {
    id: "reference/missing",
    severity: Severity::Error,
    summary: "a field names an aggregate that was never created",
    explanation: "The field refers to another aggregate, and no event of the stream created that. The id is wrong, the \
creating event was lost or refused, or the recording begins in the middle (`--starts-mid-stream`).",
};

pub(crate) static NOT_LIVE: Rule = Rule {
    id: "reference/not-live",
    severity: Severity::Error,
    summary: "a new aggregate refers to one that is not live",
    explanation: "The manifest says in which states an aggregate may be referred to by new ones. The one that is named here is \
in another state: it was disabled, deleted or finished before. Check the order of the two events, or bring the other one back \
first.",
};

pub(crate) static OTHER_SCOPE: Rule = Rule {
    id: "reference/other-scope",
    severity: Severity::Error,
    summary: "an event reaches into another scope",
    explanation: "An aggregate belongs to the scope (a customer, a tenant) of the event that created it. Here an event of one \
scope names an aggregate of another, or is about one. That is how data of one customer gets to another: treat it as an \
incident until you know better.",
};
