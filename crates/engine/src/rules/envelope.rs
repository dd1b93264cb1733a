//! `envelope/…`: what an event says about itself.

use tidings_finding::{Rule, Severity};

pub(crate) static NO_EVENT: Rule = Rule {
    id: "envelope/no-event",
    severity: Severity::Error,
    summary: "the wrapper holds no event where it should",
    explanation: "With `--event-at` the event is taken out of a wrapper. This wrapper has nothing at that JSON Pointer: \
check the pointer against one wrapper, or filter other messages out first.",
};

pub(crate) static UNKNOWN_EVENT: Rule = Rule {
    id: "envelope/unknown-event",
    severity: Severity::Error,
    summary: "the event's name is none of the catalog's",
    explanation: "The discriminator (the place that names the event type) is missing, is no string, or names an event type \
that the catalog does not have. Only the envelope of such an event can be checked. Names are case-sensitive and are never \
renamed or used again; a new one is first added to the catalog.",
};

pub(crate) static AGGREGATE_MISMATCH: Rule = Rule {
    id: "envelope/aggregate-mismatch",
    severity: Severity::Error,
    summary: "the event contradicts itself about the aggregate it is about",
    explanation: "The catalog says which aggregate each event type is about, and at which place its family has the \
aggregate's id. Here the envelope names another aggregate type, or another id than the payload. Consumers route by the \
one and store by the other, so both must agree. A place that the schema refuses already is not looked at.",
};

pub(crate) static VERSION_NEWER: Rule = Rule {
    id: "envelope/version-newer",
    severity: Severity::Warning,
    summary: "the event was made with a newer schema than the catalog has",
    explanation: "The event's version is higher than the version of its event type in this catalog. The producer is ahead: \
update the catalog, or find out why the producer claims a revision that does not exist.",
};
