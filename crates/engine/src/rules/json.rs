//! `json/…`: what is not strict JSON (RFC 8259).

use tidings_finding::{Rule, Severity};

pub(crate) static SYNTAX: Rule = Rule {
    id: "json/syntax",
    severity: Severity::Error,
    summary: "the text is not JSON",
    explanation: "The text breaks the grammar of JSON (RFC 8259) at the marked place. Raw control characters in a string \
and `\\u` escapes that are only half of a surrogate pair count too. Nothing more can be said of the event until it is \
JSON, so this is its only finding after the problems before the place. Produce events with a JSON serialiser, never by \
joining strings.",
};

pub(crate) static INVALID_UTF8: Rule = Rule {
    id: "json/invalid-utf8",
    severity: Severity::Error,
    summary: "the text is not UTF-8",
    explanation: "JSON that is exchanged between systems is UTF-8 (RFC 8259, section 8.1). The marked byte begins no \
UTF-8 character: the text may be Latin-1 or UTF-16, or may have been cut in the middle of a character. Convert it, for \
instance with `iconv -f UTF-16 -t UTF-8`.",
};

pub(crate) static BYTE_ORDER_MARK: Rule = Rule {
    id: "json/byte-order-mark",
    severity: Severity::Error,
    summary: "a byte order mark stands before the event",
    explanation: "JSON must not begin with a byte order mark (RFC 8259, section 8.1); many parsers refuse it. Write the \
file as UTF-8 without one. The rest of the event is checked as if the mark were not there.",
};

pub(crate) static TRAILING_DATA: Rule = Rule {
    id: "json/trailing-data",
    severity: Severity::Error,
    summary: "something stands after the event",
    explanation: "A line of a stream, like a `.json` file, holds one JSON value and nothing after it. Two events on one \
line are the usual cause: put each on a line of its own. A file with one event a line is named `.ndjson` or `.jsonl`.",
};

pub(crate) static DUPLICATE_KEY: Rule = Rule {
    id: "json/duplicate-key",
    severity: Severity::Error,
    summary: "an object has two members of the same name",
    explanation: "RFC 8259 (section 4) leaves open which of two members of one name counts, so two consumers may read two \
different events. Write each name once. The other checks of the event look at the last of them, as most parsers do.",
};

pub(crate) static TOO_DEEP: Rule = Rule {
    id: "json/too-deep",
    severity: Severity::Error,
    summary: "arrays and objects are nested too deep",
    explanation: "An event may nest arrays and objects 128 deep, as in most parsers. Nothing that an event has to say \
needs more; such a text is an accident or an attack.",
};

pub(crate) static TOO_LARGE: Rule = Rule {
    id: "json/too-large",
    severity: Severity::Error,
    summary: "the event is larger than 1 MiB",
    explanation: "An event may take 1 MiB (1,048,576 bytes) at most, which is also what the common brokers take by \
default. Put large content where it belongs and let the event refer to it by an identifier.",
};
