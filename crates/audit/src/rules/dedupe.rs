//! `dedupe/…`: what was delivered before.

use tidings_finding::{Rule, Severity};

pub(crate) static EVENT_ID_CONFLICT: Rule = Rule {
    id: "dedupe/event-id-conflict",
    severity: Severity::Error,
    summary: "two different events have one id",
    explanation: "An event id names one event for ever. The same event may be delivered again under its id (that is no \
finding), but here another JSON value has an id that was seen before: consumers that remove duplicates lose one of the two. \
Usually a producer makes ids from something that is not unique, or mends an event and sends it again. The event counts for \
nothing else; the first one stays the one that is remembered.",
};

pub(crate) static LOGICAL_DUPLICATE: Rule = Rule {
    id: "dedupe/logical-duplicate",
    severity: Severity::Warning,
    summary: "one logical event was sent twice under different ids",
    explanation: "An idempotency key is the same for every delivery of one logical event. Here an event of the same name and \
scope had the key before, under another event id: the producer made the event twice, for instance in a retry. Consumers that \
go by the key are safe, others act twice. The event counts for nothing else. Mend the producer so that a retry sends the same \
event id.",
};
