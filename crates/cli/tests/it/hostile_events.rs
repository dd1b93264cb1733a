//! Events that are meant to do harm: each gives findings, in time, within little memory, and the next event is checked.

use crate::events::{CLOSED, CREATED, edited, lines, with};
use crate::tidings::{Folder, Run};

/// The validation of the event and of a good one behind it, as JSON.
#[track_caller]
fn validate(event: &str) -> Run {
    let folder = Folder::with("events.ndjson", lines([event, CLOSED]));
    let run = folder.validate(["--format", "json", "events.ndjson"]).run().within_mebibytes(300);
    let (_, summary) = run.json();
    assert_eq!(summary["events"], 2);
    assert_ne!(summary["valid"], 0, "the good event is checked too");
    run
}

/// Rule, line and column of the first finding.
#[track_caller]
fn first(event: &str) -> String {
    validate(event).ends_with(1).found().swap_remove(0)
}

#[test]
fn a_hundred_thousand_nested_arrays_are_one_finding() {
    let arrays = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(validate(&arrays).ends_with(1).found(), ["json/too-deep 1:129"]);
    let open = "[".repeat(100_000);
    assert_eq!(validate(&open).ends_with(1).found(), ["json/too-deep 1:129"]);
    let objects = "{\"a\":".repeat(100_000);
    assert_eq!(validate(&objects).ends_with(1).found(), [format!("json/too-deep 1:{}", 128 * 5 + 1)]);
    let inside = with(CLOSED, &format!("\"reason\":{arrays}"));
    assert_eq!(validate(&inside).ends_with(1).found().len(), 1);

    for (text, found, events) in [
        (arrays.clone(), "json/too-deep 1:130", 1),
        (format!("[{CLOSED},{arrays},{CLOSED}]"), "json/too-deep 1:391", 3),
        (objects, "json/too-deep 1:641", 1),
    ] {
        let folder = Folder::with("deep.json", text);
        let run = folder.validate(["--format", "json", "deep.json"]).run().ends_with(1);
        assert_eq!((run.found(), &run.json().1["events"]), (vec![found.to_owned()], &events.into()));
    }
    // In a wrapper, and in a string in a wrapper.
    for wrapper in [format!("{{\"a\":{arrays}}}"), format!("{{\"a\":\"{arrays}\"}}")] {
        let folder = Folder::with("w.ndjson", wrapper);
        let run = folder.validate(["--format", "json", "--event-at", "/a", "w.ndjson"]).run().ends_with(1);
        assert!(run.found()[0].starts_with("json/too-deep 1:"), "{:?}", run.found());
    }
}

#[test]
fn nesting_up_to_the_limit_is_borne() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let deep = with(CLOSED, &format!("\"extra\":{}", nested(127)));
    assert_eq!(validate(&deep).ends_with(1).found(), ["schema/unknown-field 1:261 /extra"]);
    let deeper = with(CLOSED, &format!("\"extra\":{}", nested(128)));
    assert_eq!(validate(&deeper).ends_with(1).found(), ["json/too-deep 1:396"]);
}

#[test]
fn half_a_surrogate_pair_is_a_finding_wherever_it_stands() {
    for text in [
        edited(CLOSED, "cust_123", "cust_\\ud800"),
        edited(CLOSED, "cust_123", "\\udfff\\ud800"),
        edited(CLOSED, "cust_123", "\\ud83dx\\ude00"),
        edited(CLOSED, "cust_123", "\\uD83D\\u0041"),
        with(CLOSED, "\"\\udead\":1"),
        "\"\\ud800\"".to_owned(),
    ] {
        assert!(first(&text).starts_with("json/syntax 1:"), "{text}");
    }
    validate(&with(CLOSED, "\"reason\":\"\\ud83d\\ude00\"")).ends_with(0);
}

#[test]
fn bytes_that_are_not_utf_8_are_a_finding_and_the_rest_is_checked() {
    let mut text = Vec::new();
    let sequences: [&[u8]; 9] = [
        b"\xFF",
        b"\xC3",
        b"\xC0\x80",
        b"\xE2\x82",
        b"\xED\xA0\x80",
        b"\xF0\x9F\x98",
        b"\xF4\x90\x80\x80",
        b"\x80",
        b"\xF8\x88\x80\x80\x80",
    ];
    let (before, after) = CLOSED.split_at(CLOSED.find("cust_123").unwrap());
    for sequence in sequences {
        for part in [before.as_bytes(), sequence, after.as_bytes(), b"\n", CLOSED.as_bytes(), b"\n"] {
            text.extend_from_slice(part);
        }
    }
    let folder = Folder::with("events.ndjson", text);
    let run = folder.validate(["--format", "json", "events.ndjson"]).run().ends_with(1);
    let column = before.len() + 1;
    let expected: Vec<String> =
        (0..9).map(|number| format!("json/invalid-utf8 {}:{column}", number * 2 + 1)).collect();
    assert_eq!(run.found(), expected);
    assert_eq!(run.json().1["valid"], 9);
}

#[test]
fn names_that_stand_twice_are_findings_however_many_they_are() {
    let twice = with(CLOSED, "\"customer_id\":\"cust_123\",\"actor\":\"system\"");
    let found = validate(&twice).ends_with(1).found();
    assert_eq!(found, ["json/duplicate-key 1:286 /actor", "json/duplicate-key 1:261 /customer_id"]);
    // The last one counts for everything else.
    let last = with(CLOSED, "\"version\":0");
    let found = validate(&last).ends_with(1).found();
    assert_eq!(found, ["json/duplicate-key 1:261 /version", "schema/minimum 1:271 /version"]);

    let one = (0..20_000).map(|n| format!("\"k\":{n}")).collect::<Vec<_>>().join(",");
    assert!(!validate(&format!("{{{one}}}")).ends_with(1).found().is_empty());
    let many = (0..5000).map(|n| format!("\"k{n}\":0,\"k{n}\":1")).collect::<Vec<_>>().join(",");
    let found = validate(&format!("{{{many}}}")).ends_with(1).found();
    assert_eq!(found.iter().filter(|found| found.starts_with("json/duplicate-key")).count(), 5000);
}

#[test]
fn sixty_thousand_unknown_fields_are_as_many_findings() {
    let many = (0..60_000).map(|n| format!("\"f{n}\":{n}")).collect::<Vec<_>>().join(",");
    let (findings, summary) = validate(&with(CLOSED, &many)).ends_with(1).json();
    assert_eq!(findings.len(), 60_000);
    assert_eq!(
        (&summary["findings"]["schema/unknown-field"], &summary["invalid"]),
        (&60_000.into(), &1.into())
    );
}

#[test]
fn a_hundred_thousand_wrong_elements_are_as_many_findings() {
    let event = edited(CLOSED, "Closed", "Updated");
    let event = with(&event, &format!("\"changed_fields\":[{}]", vec!["1"; 100_000].join(",")));
    let (_, summary) = validate(&event).ends_with(1).json();
    assert_eq!(summary["findings"]["schema/type"], 100_000);
    assert_eq!(summary["findings"]["schema/max-items"], 1);
}

#[test]
fn people_are_not_flooded() {
    let many = (0..3000).map(|n| format!("\"f{n}\":{n}")).collect::<Vec<_>>().join(",");
    let folder = Folder::with("events.ndjson", with(CLOSED, &many));
    let run = folder.validate(["events.ndjson"]).run().ends_with(1);
    assert_eq!(run.stdout.matches("error[").count(), 100);
    assert!(run.stdout.contains("and 2,900 more findings not shown"), "{}", run.stdout);
    assert!(run.stdout.lines().all(|line| line.chars().count() < 300));
}

#[test]
fn numbers_of_any_size_are_compared_by_value() {
    let nines = "9".repeat(900_000);
    let near_one = format!("1.{}1", "0".repeat(900_000));
    let one = format!("1.{}", "0".repeat(900_000));
    let small_one = format!("0.{}1e10001", "0".repeat(10_000));
    let numbers = [
        ("1e1000000000", &["envelope/version-newer"][..]),
        ("9E999999999999999999999", &["envelope/version-newer"]),
        (&nines, &["envelope/version-newer"]),
        ("1e-1000000000", &["schema/minimum", "schema/type"]),
        ("-1e1000000000", &["schema/minimum"]),
        ("-1E-999999999999999999999", &["schema/minimum", "schema/type"]),
        (&near_one, &["schema/type"]),
        (&one, &[]),
        (&small_one, &[]),
        ("1.0", &[]),
        ("10e-1", &[]),
        ("0e1000000000", &["schema/minimum"]),
        ("-0", &["schema/minimum"]),
        ("01", &["json/syntax"]),
        ("1.", &["json/syntax"]),
        (".1", &["json/syntax"]),
        ("+1", &["json/syntax"]),
        ("1e", &["json/syntax"]),
        ("0x1", &["json/syntax"]),
        ("Infinity", &["json/syntax"]),
        ("NaN", &["json/syntax"]),
        ("--1", &["json/syntax"]),
    ];
    let version = |number: &str| edited(CLOSED, "\"version\":1", &format!("\"version\":{number}"));
    let folder = Folder::with("events.ndjson", lines(numbers.map(|(number, _)| version(number))));
    let run = folder.validate(["--format", "json", "events.ndjson"]).run().ends_with(1);
    let (findings, _) = run.json();
    for ((number, expected), line) in numbers.iter().zip(1u64..) {
        let found: Vec<&str> = findings
            .iter()
            .filter(|finding| finding["line"] == line)
            .map(|finding| finding["rule"].as_str().unwrap())
            .collect();
        assert_eq!(found, *expected, "{}", &number[..number.len().min(40)]);
    }
}

#[test]
fn texts_cannot_act_on_a_terminal() {
    let escape = "\\u001b[31m\\u001b]0;title\\u0007\\u009b2J\\u202e\\u200b\\r\\n\\u0000";
    let mut events = vec![with(CLOSED, &format!("\"{escape}\":\"{escape}\""))];
    for field in ["ConversationClosed", "01K9A52DR0GCGDN5X153JAXQ3Y", "Conversation\"", "conv_777", "system"]
    {
        let event = edited(CLOSED, "admin:user_42", "system");
        let quote = if field.ends_with('"') { "\"" } else { "" };
        events.push(event.replace(field, &format!("{escape}{quote}")));
    }
    events.push(edited(CLOSED, "2025-11-05T14:00:00Z", &format!("2025-11-05T14:00:00+01:00{escape}")));
    events.push(edited(CREATED, "Harbour", &escape.repeat(100)));
    // As they are, which is not even JSON.
    events.push(edited(CLOSED, "cust_123", "\x1b[31m\u{9b}2J\u{202e}\x07"));
    events.push(edited(CLOSED, "cust_123", "\u{9b}2J\u{202e}\u{200b}\u{e0041}"));
    events.push("\x1b[31m\x07".to_owned());
    let folder = Folder::with("events.ndjson", lines(&events));
    for format in ["human", "json", "github", "gitlab", "sarif", "junit"] {
        let run =
            folder.validate(["--format", format, "--color", "never", "events.ndjson"]).run().ends_with(1);
        for hidden in ['\x1b', '\x07', '\0', '\r', '\u{9b}', '\u{202e}', '\u{200b}', '\u{e0041}'] {
            assert!(!run.all().contains(hidden), "{format}: {hidden:?}");
        }
    }
    let run = folder.validate(["--color", "always", "events.ndjson"]).run().ends_with(1);
    for escape in run.stdout.split('\x1b').skip(1) {
        let (color, _) = escape.split_once('m').unwrap_or_default();
        assert!(
            color.starts_with('[') && color[1..].bytes().all(|b| b.is_ascii_digit() || b == b';'),
            "{escape}"
        );
    }
}

#[test]
fn an_event_may_have_a_mebibyte_and_no_more() {
    const LIMIT: usize = 1 << 20;
    let of = |length: usize| {
        let event = with(CLOSED, "\"reason\":\"\"");
        let reason = "a".repeat(length - event.len());
        edited(&event, "\"reason\":\"\"", &format!("\"reason\":\"{reason}\""))
    };
    assert_eq!(of(LIMIT).len(), LIMIT);
    assert_eq!(validate(&of(LIMIT)).ends_with(1).found(), ["schema/max-length 1:270 /reason"]);
    assert_eq!(validate(&of(LIMIT + 1)).ends_with(1).found(), ["json/too-large 1:1"]);
    let inside = edited(CLOSED, ",", &format!(",{}", " ".repeat(LIMIT)));
    assert_eq!(validate(&inside).ends_with(1).found(), ["json/too-large 1:1"]);

    for (text, found) in [
        (format!("[{CLOSED},\n{},{CLOSED}]", of(LIMIT)), "schema/max-length 2:270 /reason"),
        (format!("[{CLOSED},\n{},{CLOSED}]", of(LIMIT + 1)), "json/too-large 2:1"),
        (of(LIMIT + 1), "json/too-large 1:1"),
    ] {
        let folder = Folder::with("events.json", text);
        assert_eq!(folder.validate(["--format", "json", "events.json"]).run().ends_with(1).found(), [found]);
    }
}

/// A file is read in blocks of a power of two, and the line before the event moves its end to the end of one.
#[test]
fn an_event_of_just_the_limit_is_borne_wherever_a_read_ends_in_it() {
    const LIMIT: usize = 1 << 20;
    let event = with(CLOSED, "\"reason\":\"\"");
    let reason = "a".repeat(LIMIT - event.len());
    let event = edited(&event, "\"reason\":\"\"", &format!("\"reason\":\"{reason}\""));
    let folder = Folder::new();
    for before in [LIMIT, LIMIT - 1, LIMIT - 2, LIMIT - 3] {
        let blank = " ".repeat(before - 1);
        folder.write("events.ndjson", format!("{blank}\n{event}\r\n{CLOSED}\r\n"));
        let run = folder.validate(["--format", "json", "events.ndjson"]).run();
        assert_eq!(run.found(), ["schema/max-length 2:270 /reason"], "after {before} bytes");
    }
}

#[test]
fn white_space_behind_an_event_counts_or_does_not_wherever_a_read_ends_in_it() {
    const LIMIT: usize = 1 << 20;
    let folder = Folder::new();
    let found = [LIMIT + 100, LIMIT + 300_000, 3 * LIMIT].map(|length| {
        folder.write("events.ndjson", format!("{CLOSED}{}\n", " ".repeat(length - CLOSED.len())));
        folder.validate(["--format", "json", "events.ndjson"]).run().found()
    });
    assert!(found.iter().all(|one| *one == found[0]), "{found:?}");
}

/// Each text makes a careless search take a time that grows with the square of its length.
#[test]
fn no_text_takes_long() {
    const LENGTH: usize = 100_000;
    let mut events = Vec::new();
    for piece in ["a", "a@", "a.", "@", "+1 ", "1-", "(1", "4111 ", "GB82    ", "a:b@c://", "p@b.cc:"] {
        let start = if piece.contains("@b.cc:") { "x://a:" } else { "" };
        let text = format!("{start}{}", piece.repeat(LENGTH / piece.len()));
        events.push(with(CLOSED, &format!("\"reason\":\"{text}\"")));
        events.push(with(CLOSED, &format!("\"{text}\":1")));
        for field in ["01K9A52DR0GCGDN5X153JAXQ3Y", "admin:user_42"] {
            events.push(edited(CLOSED, field, &text));
        }
        events.push(format!("{{\"{text}"));
    }
    let long = "customer_id".repeat(17);
    let names: Vec<String> = (0..500).map(|number| format!("\"{long}{number}\":0")).collect();
    events.push(with(CLOSED, &names.join(",")));
    let count = events.len();
    let folder = Folder::with("events.ndjson", lines(events));
    let run = folder.validate(["--format", "json", "events.ndjson"]).run().ends_with(1);
    assert_eq!(run.json().1["invalid"], count);
}
