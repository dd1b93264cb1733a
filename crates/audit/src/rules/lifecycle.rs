//! `lifecycle/…`: what an aggregate's state does not allow.

use tidings_finding::{Rule, Severity};

pub(crate) static ALREADY_EXISTS: Rule = Rule {
    id: "lifecycle/already-exists",
    severity: Severity::Error,
    summary: "an aggregate is created that exists already",
    explanation: "The event creates an aggregate under an id that an earlier event of the stream created. Ids are never used \
again, not even after a final state. Either two producers share ids, or an event was made again under a new event id. The \
event changes nothing.",
};

pub(crate) static UNKNOWN_AGGREGATE: Rule = Rule {
    id: "lifecycle/unknown-aggregate",
    severity: Severity::Error,
    summary: "an event is about an aggregate that was never created",
    explanation: "No event of the stream created the aggregate. Its creating event was lost, was refused (see the findings \
before), or stands later in the stream (try `--order occurred`); or the recording begins in the middle \
(`--starts-mid-stream`). The event changes nothing.",
};

pub(crate) static TRANSITION: Rule = Rule {
    id: "lifecycle/transition",
    severity: Severity::Error,
    summary: "an event is not allowed in its aggregate's state",
    explanation: "The catalog's manifest says in which states of an aggregate each event may happen. This one may not happen \
in the state that the stream has led to: an event between is missing or came late, or a producer does not check the state \
before it acts. The state stays as it was.",
};

pub(crate) static IDENTITY_TAKEN: Rule = Rule {
    id: "lifecycle/identity-taken",
    severity: Severity::Error,
    summary: "another aggregate that is not finished has the same identity",
    explanation: "The manifest names the fields that together identify an aggregate; at most one that is not in a final state \
may have the same values. Here one more is created: the other should have been used again, or finished first. The new one is \
created all the same.",
};

pub(crate) static MEMBERSHIP: Rule = Rule {
    id: "lifecycle/membership",
    severity: Severity::Error,
    summary: "a member is added who is in, or removed who is not",
    explanation: "The aggregate keeps a set of members. Adding one who is in already, or removing one who is not in, means \
that an event is missing or was made twice. The event changes nothing.",
};
