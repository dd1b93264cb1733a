//! `order/…`: times that contradict the order of the stream.

use tidings_finding::{Rule, Severity};

pub(crate) static TIME_REGRESSION: Rule = Rule {
    id: "order/time-regression",
    severity: Severity::Warning,
    summary: "an event happened before one that was applied to its aggregate earlier",
    explanation: "The event's time lies before the latest time of the events that the stream already applied to the aggregate. \
The stream is out of order, or the clocks of two producers differ. If the stream was collected from several places, audit it \
with `--order occurred`.",
};

pub(crate) static ULID_TIME_SKEW: Rule = Rule {
    id: "order/ulid-time-skew",
    severity: Severity::Warning,
    summary: "the time in an event's ULID is far from when it happened",
    explanation: "A ULID begins with the time at which it was made. Here it differs from the event's own time by more than the \
tolerance (`--max-skew`, five minutes unless told otherwise): the id was made long after the event, a clock is wrong, or the \
ids are not made as ULIDs are. Consumers that sort or partition by id see the event in the wrong place.",
};
