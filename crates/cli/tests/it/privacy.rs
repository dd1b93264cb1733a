//! What must never be shown is shown nowhere: not in a message, an excerpt, a pointer, a name or an id, in no format,
//! neither on standard output nor on standard error.
//!
//! Every sensitive value here has `zqx` or `5550187` in it, which no output may have.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::events::{CLOSED, CREATED, MAPPED, edited, lines, with};
use crate::tidings::{Folder, root};

const FORMATS: [&str; 6] = ["human", "json", "github", "gitlab", "sarif", "junit"];

/// Personal data and secrets that detectors know.
const SUSPECTS: [&str; 7] = [
    "jane.zqx@zqxmail.example.com",
    "write to Jane.ZQX@example.com now",
    "+1 202 5550187",
    "(202) 555-0187",
    "zqx 4111 1111 1111 1111",
    "zqx key AKIAIOSFODNN7EXAMPLE",
    "postgres://zqx:hunter2@db.example/prod",
];

/// Holds the lines to the catalog in each format and looks whether anything sensitive comes out.
#[track_caller]
fn assert_silent(events: &[String], arguments: &[&str]) {
    let folder = Folder::with("events.ndjson", lines(events));
    // Each alone as a document too, where other code reads.
    folder.write("events.json", format!("[{}]", events.join(",\n")));
    for (source, formats) in [("events.ndjson", &FORMATS[..]), ("events.json", &FORMATS[..1])] {
        for format in formats {
            let tidings = folder.validate(["--format", *format, "--max-findings", "0", source]);
            let run = tidings.and(arguments).run();
            let all = run.all().to_lowercase();
            assert!(all.len() > 100, "there are findings");
            for needle in
                ["zqx", "5550187", "555-0187", "4111 1111", "4111111111111111", "akiaiosfodnn7", "hunter2"]
            {
                if let Some(at) = all.find(needle) {
                    let (from, to) = (at.saturating_sub(200), (at + 200).min(all.len()));
                    let around: String = String::from_utf8_lossy(&all.as_bytes()[from..to]).into_owned();
                    panic!("{needle} is shown in {format} of {source} {arguments:?}:\n{around}");
                }
            }
        }
    }
}

fn parsed(event: &str) -> Value {
    serde_json::from_str(event).unwrap()
}

/// The event with a value at a top-level field.
fn set(event: &str, field: &str, value: impl Into<Value>) -> String {
    let mut event = parsed(event);
    event[field] = value.into();
    event.to_string()
}

#[test]
fn a_restricted_value_is_not_shown_whatever_is_wrong_with_it() {
    let mut events = Vec::new();
    for (event, field) in [(CREATED, "name"), (MAPPED, "address"), (MAPPED, "normalized"), (CLOSED, "reason")]
    {
        let name = "Zqxulon Quagmire";
        for value in [
            json!(format!("{name} ").repeat(40)),
            json!([name]),
            json!([[name], {"other": name}]),
            json!({"first": name, "last": {"other": name}}),
        ] {
            events.push(set(event, field, value.clone()));
            // Something else is wrong, so that an excerpt is shown.
            events.push(set(&set(event, field, value), "version", 0));
        }
        let value = json!(name);
        for other in parsed(event).as_object().unwrap().keys().filter(|other| *other != field) {
            // The finding is beside it.
            let beside = set(&set(event, field, value.clone()), other, json!(null));
            let mut without = parsed(&beside);
            without.as_object_mut().unwrap().remove(other);
            events.extend([beside, without.to_string()]);
        }
        // A near name, another case, a name that stands twice.
        let good = set(event, field, value);
        events.push(good.replacen(&format!("\"{field}\""), &format!("\"{field}s\""), 1));
        events.push(good.replacen(&format!("\"{field}\""), &format!("\"{}\"", field.to_uppercase()), 1));
        events.push(with(&good, &format!("\"{field}\":\"{name}\"")));
        events.push(good.replacen("\"event_name\":\"C", "\"event_name\":\"c", 1));
        events.push(good.replacen("\"event_name\"", "\"eventName\"", 1));
        events.push(json!({"data": parsed(&good)}).to_string());
    }
    assert_silent(&events, &[]);
    assert_silent(&events, &["--unknown-fields", "allow"]);
}

#[test]
fn the_name_of_a_member_of_a_restricted_value_is_not_shown() {
    let mut events = Vec::new();
    for (event, field) in [(CREATED, "name"), (MAPPED, "address"), (CLOSED, "reason")] {
        for value in [json!({"Zqxulon": 1}), json!([{"Zqxulon": {"Zqxmire": "Zqx"}}])] {
            let event = set(event, field, value);
            events.push(set(&event, "version", 0));
            events.push(event);
        }
        let twice = set(event, field, "here");
        events.push(edited(&twice, "\"here\"", "{\"Zqxulon\":1,\"Zqxulon\":\"call 202-555-0187\"}"));
    }
    assert_silent(&events, &[]);
}

#[test]
fn what_stands_where_an_event_should_but_is_none_is_not_shown() {
    let event = parsed(&edited(CREATED, "Harbour Linen Ltd", "Zqxulon"));
    let mut events = Vec::new();
    for value in
        [json!([event]), json!("Zqxulon"), json!(["Zqxulon", {"name": "Zqxulon"}]), json!({"name": "Zqx"})]
    {
        events.push(value.to_string());
    }
    assert_silent(&events, &[]);
    let wrapped: Vec<String> = events.iter().map(|event| format!("{{\"data\":{event}}}")).collect();
    assert_silent(&wrapped, &["--event-at", "/data"]);
    let strings: Vec<String> = events.iter().map(|event| json!({"data": event}).to_string()).collect();
    assert_silent(&strings, &["--event-at", "/data"]);
}

#[test]
fn suspected_personal_data_and_secrets_are_not_shown_in_any_field() {
    let mut events = Vec::new();
    for suspect in SUSPECTS {
        for event in [CLOSED, CREATED, MAPPED] {
            for field in parsed(event).as_object().unwrap().keys() {
                events.push(set(event, field, suspect));
                events.push(set(event, field, json!([suspect])));
                events.push(set(event, field, json!({"inner": suspect})));
            }
        }
        events.push(set(CLOSED, "idempotency_key", suspect));
        events.push(set(CLOSED, "reason", suspect));
        // Beside something else that is wrong.
        events.push(set(&set(CLOSED, "reason", suspect), "version", 0));
        events.push(set(&set(CLOSED, "idempotency_key", suspect), "version", 0));
    }
    // As a number. (A bare number of eleven digits is no telephone number: it is an order's, a time, anything.)
    for field in ["version", "customer_id", "reason", "event_name"] {
        events.push(set(CLOSED, field, 4_111_111_111_111_111_u64));
    }
    assert_silent(&events, &[]);
}

#[test]
fn a_value_in_an_unknown_field_is_not_shown() {
    let mut events = Vec::new();
    for value in [
        json!("Zqxulon Quagmire"),
        json!(["Zqxulon", {"a": "Quagmire zqx"}]),
        json!({"first": {"zqx": "Zqxulon"}}),
        json!({"zqx": 5_550_187}),
        json!(2_025_550_187_u64),
    ] {
        events.push(set(CLOSED, "full_name", value.clone()));
        events.push(set(&set(CLOSED, "full_name", value.clone()), "version", 0));
        events.push(edited(&set(CLOSED, "full_name", value.clone()), "Closed", "Cloesd"));
        events.push(json!({"full_name": value}).to_string());
    }
    assert_silent(&events, &[]);
}

#[test]
fn a_suspect_as_the_name_of_a_member_is_not_shown() {
    let mut events = Vec::new();
    for suspect in SUSPECTS {
        events.push(set(CLOSED, suspect, 1));
        events.push(set(CLOSED, suspect, json!({suspect: [suspect]})));
        let name = json!(suspect).to_string();
        events.push(with(CLOSED, &format!("{name}:1,{name}:2")));
        events.push(with(CLOSED, &format!("\"a\":{{{name}:{{{name}:1,{name}:2}}}}")));
        events.push(with(CLOSED, &format!("\"a\":{{{name}:oops")));
        events.push(set(&edited(CLOSED, "\"customer_id\":\"cust_123\"", "\"x\":1"), suspect, 1));
    }
    assert_silent(&events, &[]);
}

#[test]
fn a_suspect_as_the_name_or_the_id_of_an_event_is_not_shown() {
    let mut events = Vec::new();
    for suspect in SUSPECTS {
        for field in
            ["event_name", "event_id", "aggregate_id", "aggregate_type", "conversation_id", "customer_id"]
        {
            events.push(set(CLOSED, field, suspect));
            events.push(set(&set(CLOSED, field, suspect), "version", 0));
            events.push(set(&set(CLOSED, field, suspect), "extra", 0));
        }
        let both = set(&set(CLOSED, "event_name", suspect), "event_id", suspect);
        events.push(with(&both, "\"version\":1"));
    }
    assert_silent(&events, &[]);
}

/// The text with each character as an escape.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        write!(escaped, "\\u{:04x}", u32::from(c)).unwrap();
    }
    escaped
}

#[test]
fn escapes_in_the_text_hide_nothing_from_the_detectors() {
    let mut events = Vec::new();
    for suspect in SUSPECTS {
        let text = escaped(suspect);
        for event in [
            with(CLOSED, &format!("\"reason\":\"{text}\"")),
            with(CLOSED, &format!("\"{text}\":\"{text}\"")),
            edited(CLOSED, "cust_123", &text),
            edited(CLOSED, "ConversationClosed", &text),
            edited(CLOSED, "admin:user_42", &text),
        ] {
            events.push(edited(&event, "\"version\":1", "\"version\":0"));
        }
    }
    let needles: Vec<String> = SUSPECTS.iter().map(|suspect| escaped(&suspect[..5])).collect();
    assert_silent(&events, &[]);
    let folder = Folder::with("events.ndjson", lines(&events));
    let run = folder.validate(["--max-findings", "0", "events.ndjson"]).run().ends_with(1);
    assert!(needles.iter().all(|needle| !run.stdout.contains(needle)), "as they are escaped");
}

#[test]
fn nothing_of_a_line_that_is_no_json_is_shown_but_the_words_of_the_catalog() {
    let mut events = Vec::new();
    let name = "Zqxulon Zqxmire";
    let good =
        set(&edited(CREATED, "Harbour Linen Ltd", name), "note", "call zqx at 2025550187 or (202) 555-0187");
    for at in (0..good.len()).step_by(13) {
        // Cut, with a byte too many, with one that is no text, with a quote lost.
        events.push(good[..at].to_owned());
        events.push(format!("{}}}{}", &good[..at], &good[at..]));
        events.push(format!("{}\u{1}{}", &good[..at], &good[at..]));
        events.push(format!("{}\"{}", &good[..at], &good[at..]));
    }
    events.push(format!("{good} {good}"));
    events.push(format!("{{'name':'{name}','phone':'+1 202 5550187'}}"));
    events.push(format!("{name}, +12025550187, zqx@zqx.example.com"));
    events.push(format!("name={name}&phone=%2B12025550187"));
    events.push(format!("{{\"name\":\"{name}\",\"phone\":\"+12025550187\","));
    events.push(format!("{{\"name\":\"{name}\\ud800\"}}"));
    events.push(format!("{}\"{name}\"", "[".repeat(200)));
    let (stream, document): (Vec<String>, String) = (events.clone(), events.swap_remove(0));
    assert_silent(&stream, &[]);
    assert_silent(&[format!("{document}{name}")], &[]);

    let folder = Folder::new();
    let mut bytes = good.clone().into_bytes();
    let at = good.find("Zqxmire").unwrap();
    bytes.insert(at, 0xFF);
    for (file, content) in [
        ("utf8.ndjson", bytes),
        ("large.ndjson", format!("{{\"name\":\"{}\"}}", name.repeat(75_000)).into_bytes()),
        ("large.json", format!("[{{\"name\":\"{}\"}}]", name.repeat(75_000)).into_bytes()),
        ("utf16.ndjson", format!("\u{feff}{good}").encode_utf16().flat_map(u16::to_le_bytes).collect()),
        ("bare16.ndjson", good.encode_utf16().flat_map(u16::to_le_bytes).collect()),
    ] {
        folder.write(file, content);
        for format in FORMATS {
            let run = folder.validate(["--format", format, file]).run().ends_with(1);
            let all = run.all().to_lowercase();
            assert!(
                !all.contains("zqx") && !all.contains("z•q") && !all.contains("5550187"),
                "{format}: {all}"
            );
        }
    }
}

#[test]
fn an_event_in_a_wrapper_is_as_private() {
    let bad = set(&edited(CREATED, "Harbour Linen Ltd", "Zqxulon Quagmire"), "version", 0);
    let mut wrappers = Vec::new();
    for inner in [bad.clone(), format!("{bad}}}"), set(&bad, "reason", SUSPECTS[0])] {
        wrappers.push(json!({"from": "jane@zqx.example", "data": inner}).to_string());
        wrappers.push(format!("{{\"from\":\"Zqxulon\",\"data\":{inner}}}"));
        wrappers.push(format!("{{\"from\":\"Zqxulon\",\"Data\":{inner}}}"));
        wrappers.push(format!("{{\"from\":\"Zqxulon\",\"data\":{inner}"));
        wrappers.push(format!("[\"Zqxulon\",{inner}]"));
        wrappers.push(json!({"data": {"data": inner}}).to_string());
    }
    assert_silent(&wrappers, &["--event-at", "/data"]);
}

#[test]
fn other_catalogs_are_as_private() {
    let catalogs = root().join("tests/catalogs");
    for name in ["wallet", "parcel"] {
        let catalog = catalogs.join(name);
        let mut events = Vec::new();
        for entry in catalog.join("examples").read_dir().unwrap() {
            let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
            let event: Value = serde_json::from_str(&text).unwrap();
            for pointer in strings(&event, "") {
                for suspect in SUSPECTS {
                    let mut event = event.clone();
                    *event.pointer_mut(&pointer).unwrap() = suspect.into();
                    events.push(event.to_string());
                }
            }
            let mut labelled = event.clone();
            for place in ["/data/labels", "/data", "/meta", ""] {
                if let Some(Value::Object(members)) = labelled.pointer_mut(place) {
                    members.insert(SUSPECTS[0].to_owned(), json!("Zqxulon"));
                    events.push(labelled.to_string());
                }
            }
        }
        // A part of them is enough in a debug build.
        let some: Vec<String> = events.into_iter().step_by(7).collect();
        assert!(some.len() > 50);
        assert_silent(&some, &["--catalog", catalog.to_str().unwrap()]);
    }
}

/// The pointers of all strings in a value.
fn strings(value: &Value, at: &str) -> Vec<String> {
    match value {
        Value::String(_) => vec![at.to_owned()],
        Value::Object(members) => {
            members.iter().flat_map(|(name, inner)| strings(inner, &format!("{at}/{name}"))).collect()
        }
        Value::Array(items) => items
            .iter()
            .enumerate()
            .flat_map(|(index, inner)| strings(inner, &format!("{at}/{index}")))
            .collect(),
        _ => Vec::new(),
    }
}
