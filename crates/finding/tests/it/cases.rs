//! The findings that every format is tested on, and the summary of their run.

use std::collections::BTreeMap;

use tidings_finding::{Excerpt, Finding, Rule, Severity, Summary};

/// Rules as a catalog's engine would have them.
pub(crate) static RULES: [&Rule; 6] = [&SYNTAX, &PATTERN, &UNKNOWN_FIELD, &PERSONAL_DATA, &TRANSITION, &BARE];

static SYNTAX: Rule = Rule {
    id: "json/syntax",
    severity: Severity::Error,
    summary: "not JSON",
    explanation: "The text is not JSON as RFC 8259 defines it.\n\nMend the producer.\n",
};
static PATTERN: Rule = Rule {
    id: "schema/pattern",
    severity: Severity::Error,
    summary: "text that the field's pattern does not match",
    explanation: "The schema's `pattern` says what text may stand there.",
};
static UNKNOWN_FIELD: Rule = Rule {
    id: "schema/unknown-field",
    severity: Severity::Error,
    summary: "field that no schema names",
    explanation: "An unlisted field is where personal data leaks.",
};
static PERSONAL_DATA: Rule = Rule {
    id: "privacy/suspected-personal-data",
    severity: Severity::Warning,
    summary: "free text that looks like personal data",
    explanation: "A `free-text` field holds what looks like an e-mail address or a phone number.",
};
static TRANSITION: Rule = Rule {
    id: "lifecycle/transition",
    severity: Severity::Error,
    summary: "event not allowed in the aggregate's state",
    explanation: "The lifecycle in `catalog.toml` says which events a state allows.",
};
static BARE: Rule = Rule {
    id: "json/too-large",
    severity: Severity::Error,
    summary: "event larger than the limit",
    explanation: "",
};

/// All cases, in the order of their input.
pub(crate) fn findings() -> Vec<Finding> {
    let mut findings = orders();
    findings.extend(standard_input());
    findings.extend(hostile());
    findings.push(Finding { message: "input ends inside a value".to_owned(), ..bare(&SYNTAX) });
    findings
}

/// What the run came to. The counts need not be those of the cases: renderers count nothing.
pub(crate) fn summary() -> Summary {
    Summary {
        events: 12_345,
        valid: 12_337,
        invalid: 8,
        sources: 3,
        findings: BTreeMap::from([("json/syntax", 2), ("lifecycle/transition", 1), ("schema/pattern", 310)]),
        errors: 312,
        warnings: 1,
        not_shown: 301,
        known: 0,
        waived: 0,
        bytes: 4_938_000,
        seconds: 0.0421,
        incomplete: true,
        compared: None,
        stream: None,
    }
}

fn bare(rule: &'static Rule) -> Finding {
    Finding {
        rule,
        source: None,
        line: None,
        column: None,
        event_name: None,
        event_id: None,
        pointer: None,
        message: String::new(),
        help: None,
        excerpt: None,
        witness: None,
        cause: None,
    }
}

/// The excerpt of a text in which `[[` and `]]` stand around the marked place.
fn marked(text: &str) -> Excerpt {
    let start = text.find("[[").unwrap();
    let end = text.find("]]").unwrap() - 2;
    Excerpt { text: text.replace("[[", "").replace("]]", ""), mark: start..end }
}

/// A file: marks in the middle, at the start and the end, empty marks, cut lines, an event with several findings.
fn orders() -> Vec<Finding> {
    let source = Some("./events/2025-11.ndjson".into());
    let closed = Finding {
        source,
        line: Some(3),
        event_name: Some("ConversationClosed".into()),
        event_id: Some("01K9A4C7ZQ3V8XJ2N5R6T7W8Y9".into()),
        ..bare(&PATTERN)
    };
    vec![
        Finding {
            column: Some(61),
            pointer: Some("/aggregate_id".to_owned()),
            message: "`aggregate_id` does not match `^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$`".to_owned(),
            help: Some("use an opaque identifier of 1–64 characters, such as `conv_777`".to_owned()),
            excerpt: Some(marked(
                r#"…"aggregate_type":"Conversation","aggregate_id":[["conv 777"]],"occurred_at":"2025-11-05T14:00:00Z"…"#,
            )),
            ..closed.clone()
        },
        Finding {
            rule: &PERSONAL_DATA,
            column: Some(204),
            pointer: Some("/reason".to_owned()),
            message: "text looks like an e-mail address".to_owned(),
            help: Some("name people by their stable identifier".to_owned()),
            excerpt: Some(marked(r#"…"conversation_id":"conv_777","reason":[["…"]]}"#)),
            ..closed.clone()
        },
        Finding {
            rule: &UNKNOWN_FIELD,
            column: Some(210),
            pointer: Some("/größe".to_owned()),
            message: "no schema names the field `größe`".to_owned(),
            excerpt: Some(marked(r#"…"topic":"東京 – naïve 👍","größe":[[12]]}"#)),
            ..closed.clone()
        },
        // The same again: only the counter tells the two apart.
        Finding {
            rule: &UNKNOWN_FIELD,
            column: Some(220),
            pointer: Some("/größe".to_owned()),
            message: "no schema names the field `größe`".to_owned(),
            excerpt: Some(marked(r#"…"größe":12,"größe":[[13]]}"#)),
            ..closed.clone()
        },
        Finding {
            rule: &SYNTAX,
            line: Some(4),
            column: Some(1),
            event_name: None,
            event_id: None,
            message: "expected `{`".to_owned(),
            excerpt: Some(marked("[[event]]_name=ConversationClosed")),
            ..closed.clone()
        },
        Finding {
            rule: &SYNTAX,
            line: Some(1_204),
            column: Some(38),
            event_name: None,
            event_id: None,
            message: "line ends inside a string".to_owned(),
            help: Some("write each event on one line".to_owned()),
            excerpt: Some(marked(r#"{"event_name":"ConversationClosed","ev[[]]"#)),
            ..closed.clone()
        },
        Finding {
            rule: &TRANSITION,
            line: Some(12_045),
            column: Some(1),
            pointer: Some(String::new()),
            message: "`ConversationClosed` is not allowed while the Conversation is `archived`".to_owned(),
            help: Some("`archived` is final: no event may follow".to_owned()),
            excerpt: Some(marked(&format!(
                "[[{{\"event_name\":\"ConversationClosed\",{}]]…",
                "\"x\":1,".repeat(40)
            ))),
            ..closed.clone()
        },
        Finding {
            rule: &PERSONAL_DATA,
            line: Some(12_046),
            column: Some(900),
            event_name: None,
            pointer: Some("/topic".to_owned()),
            message: "text looks like a phone number".to_owned(),
            excerpt: Some(marked(&format!(
                "…{}\"topic\":[[\"…\"]],{}…",
                "\"x\":1,".repeat(30),
                "\"y\":2,".repeat(30)
            ))),
            ..closed
        },
    ]
}

/// Standard input: no excerpt, no column, no line.
fn standard_input() -> Vec<Finding> {
    let stdin = Finding { source: Some("-".into()), ..bare(&BARE) };
    vec![
        Finding {
            line: Some(7),
            message: "event of 17 MB, larger than the limit of 16 MB".to_owned(),
            help: Some("raise it with `--max-event-size`".to_owned()),
            ..stdin.clone()
        },
        Finding {
            rule: &SYNTAX,
            line: Some(9),
            column: Some(2),
            pointer: Some("/0".to_owned()),
            message: "expected a value".to_owned(),
            ..stdin.clone()
        },
        Finding { message: "input ends inside an event".to_owned(), excerpt: Some(marked("[[]]")), ..stdin },
    ]
}

/// Text that tries to break out of each format.
fn hostile() -> Vec<Finding> {
    let evil = "\u{1b}[31mred\u{1b}[0m\u{9b}1m\r\n::error::100% a,b ]]> <!-- & \"'\t\u{202e}txt\u{200b}\u{e0041}\u{0}\u{fffe}%0A";
    vec![Finding {
        source: Some(format!("/tmp/{evil}.json").into()),
        line: Some(1),
        column: Some(1),
        event_name: Some(evil.into()),
        event_id: Some(evil.into()),
        pointer: Some(format!("/{evil}")),
        message: format!("message {evil}"),
        help: Some(format!("help {evil}")),
        excerpt: Some(marked("{\"a\":\"\u{202e}b\",[[\u{1b}[31m\u{200b}]]}")),
        ..bare(&PATTERN)
    }]
}
