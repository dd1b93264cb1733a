//! Where events come from: lines, documents, compressed files, folders, standard input, wrappers.

use std::fmt::Write as _;
use std::io::Write as _;

use serde_json::Value;

use crate::events::{CLOSED, CREATED, edited, lines};
use crate::tidings::{Folder, Run};

/// The validation of one file in all detail, as JSON.
fn validate(name: &str, content: impl AsRef<[u8]>) -> Run {
    Folder::with(name, content).validate(["--format", "json", name]).run()
}

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

fn zstandard(content: &[u8]) -> Vec<u8> {
    zstd::encode_all(content, 1).unwrap()
}

/// A faulty event: a finding at column 203, where the version is.
fn faulty() -> String {
    edited(CLOSED, "\"version\":1", "\"version\":0")
}

const FAULT: &str = "schema/minimum 1:205 /version";

#[test]
fn carriage_returns_blank_lines_and_a_missing_last_line_break_do_not_count() {
    let text = format!("\r\n{CLOSED}\r\n\r\n \t \n{}\r\n\n{CLOSED}", faulty());
    let run = validate("events.ndjson", &text).ends_with(1);
    assert_eq!(run.found(), ["schema/minimum 5:205 /version"]);
    let (_, summary) = run.json();
    assert_eq!((&summary["events"], &summary["bytes"]), (&Value::from(3), &Value::from(text.len())));
}

#[test]
fn a_last_line_without_a_line_break_is_checked() {
    let run = validate("events.ndjson", format!("{CLOSED}\n{}", faulty())).ends_with(1);
    assert_eq!(run.found(), ["schema/minimum 2:205 /version"]);
}

#[test]
fn jsonl_is_another_name_for_ndjson() {
    for name in ["events.jsonl", "EVENTS.NDJSON", "events.of.today.jsonl"] {
        assert_eq!(
            validate(name, lines([faulty().as_str(), CLOSED])).ends_with(1).found(),
            [FAULT],
            "{name}"
        );
    }
}

#[test]
fn a_document_is_an_event_or_an_array_and_the_places_are_those_in_the_file() {
    let object = format!("\n  {}\n", faulty());
    assert_eq!(validate("event.json", object).ends_with(1).found(), ["schema/minimum 2:207 /version"]);

    let array = format!("[{CLOSED},{},{CLOSED} ]", faulty());
    let column = 1 + CLOSED.len() + 1 + 205;
    assert_eq!(validate("events.json", array).found(), [format!("schema/minimum 1:{column} /version")]);

    let pretty = r#"[
  {
    "event_name": "CustomerCreated",
    "event_id": "01K99GF8008Y94331RE11PB4FK", "actor": "système", "version": 0,
    "aggregate_type": "Customer",
    "aggregate_id": "cust_123", "occurred_at":
      "2025-11-05T08:00:00",
    "customer_id": "cust_124",
    "name": "Café Élan"
    , "extra": true
  }, { }
]
"#;
    assert_eq!(
        validate("events.json", pretty).ends_with(1).found(),
        [
            "schema/pattern 4:56 /actor",
            "envelope/aggregate-mismatch 6:21 /aggregate_id",
            "schema/unknown-field 10:7 /extra",
            "schema/format 7:7 /occurred_at",
            "schema/pattern 7:7 /occurred_at",
            "schema/minimum 4:78 /version",
            "schema/required 11:6",
            "schema/required 11:6",
            "schema/required 11:6",
            "schema/required 11:6",
            "schema/required 11:6",
            "schema/required 11:6",
            "envelope/unknown-event 11:6 /event_name",
        ]
    );
}

#[test]
fn columns_count_characters_not_bytes() {
    let event = edited(CREATED, "Harbour Linen Ltd", "港の本屋 🐙");
    let event = format!("{},\"extra\":1}}", &event[..event.len() - 1]);
    let column = event[..event.find("\"extra\"").unwrap()].chars().count() + 1;
    assert_eq!(validate("events.ndjson", event).found(), [format!("schema/unknown-field 1:{column} /extra")]);
}

#[test]
fn what_stands_around_the_events_of_an_array_must_be_an_array() {
    let after = |characters: usize| 1 + characters + CLOSED.len();
    for (text, found, events) in [
        ("[]".to_owned(), vec![], 0),
        (format!("[{CLOSED}"), vec![format!("json/syntax 1:{}", after(1))], 1),
        (format!("[{CLOSED},]"), vec![format!("json/syntax 1:{}", after(2))], 1),
        (format!("[,{CLOSED}]"), vec!["json/syntax 1:2".to_owned()], 1),
        (format!("[{CLOSED}] {CLOSED}"), vec![format!("json/trailing-data 1:{}", after(3))], 1),
        (format!("{CLOSED}\n{CLOSED}"), vec!["json/trailing-data 2:1".to_owned()], 1),
        (
            "[1, \"event\", null, [], true]".to_owned(),
            [2, 5, 14, 20, 24].map(|column| format!("schema/type 1:{column}")).to_vec(),
            5,
        ),
    ] {
        let run = validate("events.json", &text);
        assert_eq!(run.found(), found, "{text}");
        assert_eq!(run.json().1["events"], events, "{text}");
        assert_eq!(run.code, i32::from(!found.is_empty()), "{text}");
    }
}

#[test]
fn compressed_files_are_read_like_others() {
    let stream = lines([CLOSED, faulty().as_str()]);
    let document = format!("[{CLOSED},\n{}]", faulty());
    for (name, content) in [
        ("events.ndjson", stream.as_bytes()),
        ("events.jsonl", stream.as_bytes()),
        ("events.json", document.as_bytes()),
    ] {
        let plain = validate(name, content);
        assert_eq!(plain.found(), ["schema/minimum 2:205 /version"]);
        for (suffix, compress) in [("gz", gzip as fn(&[u8]) -> Vec<u8>), ("zst", zstandard)] {
            let name = format!("{name}.{suffix}");
            let compressed = validate(&name, compress(content)).ends_with(1);
            assert_eq!(compressed.found(), plain.found(), "{name}");
            assert_eq!(compressed.json().1["bytes"], content.len(), "{name}: bytes after decompression");
        }
    }
}

#[test]
fn compressed_files_may_have_several_members_that_end_anywhere() {
    let stream = lines([CLOSED, CLOSED, faulty().as_str()]);
    let (first, second) = stream.as_bytes().split_at(CLOSED.len() + 100);
    for (name, compress) in
        [("events.ndjson.gz", gzip as fn(&[u8]) -> Vec<u8>), ("events.ndjson.zst", zstandard)]
    {
        let members = [compress(first), compress(b""), compress(second)].concat();
        let run = validate(name, members).ends_with(1);
        assert_eq!(run.found(), ["schema/minimum 3:205 /version"], "{name}");
    }
}

#[test]
fn a_folder_is_read_with_all_folders_below_it_in_the_order_of_the_paths() {
    let folder = Folder::new();
    for name in [
        "day/b.ndjson",
        "day/a/z.json",
        "day/a/y.jsonl.gz",
        "day/a.ndjson",
        "day/c/d/e.ndjson.zst",
        "day/B.JSON",
        // None of these is read.
        "day/.hidden.ndjson",
        "day/.git/x.json",
        "day/notes.txt",
        "day/events.json.bak",
        "day/gz",
    ] {
        let content = faulty();
        folder.write(
            name,
            match name.rsplit_once('.') {
                Some((_, "gz")) => gzip(content.as_bytes()),
                Some((_, "zst")) => zstandard(content.as_bytes()),
                _ => content.into_bytes(),
            },
        );
    }
    let run = folder.validate(["--format", "json", "day"]).run().ends_with(1);
    let (findings, summary) = run.json();
    let sources: Vec<&str> = findings.iter().map(|finding| finding["source"].as_str().unwrap()).collect();
    assert_eq!(
        sources,
        [
            "day/B.JSON",
            "day/a/y.jsonl.gz",
            "day/a/z.json",
            "day/a.ndjson",
            "day/b.ndjson",
            "day/c/d/e.ndjson.zst"
        ]
    );
    assert_eq!(summary["events"], 6);
}

#[test]
fn paths_are_read_in_the_order_they_are_given_and_again_when_given_again() {
    let folder = Folder::with("b.ndjson", faulty());
    folder.write("a.ndjson", faulty());
    let run = folder.validate(["--format", "json", "b.ndjson", "a.ndjson", "b.ndjson", "./b.ndjson"]).run();
    let (findings, summary) = run.json();
    let sources: Vec<&str> = findings.iter().map(|finding| finding["source"].as_str().unwrap()).collect();
    assert_eq!(sources, ["b.ndjson", "a.ndjson", "b.ndjson", "./b.ndjson"]);
    assert_eq!((&summary["events"], &summary["findings"]["schema/minimum"]), (&4.into(), &4.into()));
}

#[test]
fn standard_input_is_read_without_a_path_and_for_a_dash() {
    let folder = Folder::with("file.ndjson", faulty());
    for arguments in [&["--format", "json"][..], &["--format", "json", "-"]] {
        let run = folder.validate(arguments).read(lines([CLOSED, &faulty()])).ends_with(1);
        assert_eq!(run.found(), ["schema/minimum 2:205 /version"]);
        assert_eq!(run.json().0[0]["source"], "-");
    }
    let run = folder.validate(["--format", "json", "file.ndjson", "-", "file.ndjson"]).read(faulty());
    let (findings, _) = run.json();
    let sources: Vec<&str> = findings.iter().map(|finding| finding["source"].as_str().unwrap()).collect();
    assert_eq!(sources, ["file.ndjson", "-", "file.ndjson"]);
}

#[test]
fn input_says_how_events_stand_where_no_name_does() {
    let pretty = format!("[\n{CLOSED},\n{}\n]", faulty());
    let folder = Folder::with("dump", &pretty);
    folder.write("one.ndjson", lines([CLOSED, &faulty()]));
    let found = ["schema/minimum 3:205 /version"];
    assert_eq!(folder.validate(["--format", "json", "--input", "json", "dump"]).run().found(), found);
    assert_eq!(folder.validate(["--format", "json", "--input", "json"]).read(&pretty).found(), found);
    let as_lines = folder.validate(["--format", "json", "dump"]).run().ends_with(1);
    assert!(as_lines.found()[0].starts_with("json/syntax 1:"), "{:?}", as_lines.found());
    // A name that tells is believed.
    let run = folder.validate(["--format", "json", "--input", "json", "one.ndjson"]).run();
    assert_eq!(run.found(), ["schema/minimum 2:205 /version"]);
}

#[test]
fn an_event_in_a_wrapper_has_its_places_in_the_source() {
    let object = format!("{{\"id\": 1, \"data\": {}}}", faulty());
    let folder = Folder::with("w.ndjson", object);
    let run = folder.validate(["--format", "json", "--event-at", "/data", "w.ndjson"]).run();
    assert_eq!(run.ends_with(1).found(), ["schema/minimum 1:223 /version"]);

    let deep = format!("[\n{{\"Records\": [{{}}, {{\n\"a/b\": {} }}]}}]", faulty());
    let folder = Folder::with("w.json", deep);
    let run = folder.validate(["--format", "json", "--event-at", "/Records/1/a~1b", "w.json"]).run();
    assert_eq!(run.ends_with(1).found(), ["schema/minimum 3:212 /version"]);
}

#[test]
fn an_event_in_a_string_has_the_place_of_the_string() {
    let body = |event: &str| format!("{{\"Body\": {}}}", Value::from(event));
    let folder = Folder::with("w.ndjson", lines([body(CLOSED), body(&faulty()), body("{\"a\":"), body("7")]));
    let run = folder.validate(["--format", "json", "--event-at", "/Body", "w.ndjson"]).run().ends_with(1);
    assert_eq!(run.found(), ["schema/minimum 2:10 /version", "json/syntax 3:10", "schema/type 4:10"]);
}

#[test]
fn a_wrapper_without_an_event_is_a_finding() {
    let wrappers = ["{\"data\":null}", "{}", "{\"data\":{}}", "[]", "7", "{\"data\":", "{\"data\":[]}"];
    let folder = Folder::with("w.ndjson", lines(wrappers));
    let run = folder.validate(["--format", "json", "--event-at", "/data", "w.ndjson"]).run().ends_with(1);
    let (findings, summary) = run.json();
    let rule_of = |line: u64| {
        let first = findings.iter().find(|finding| finding["line"] == line).unwrap();
        first["rule"].as_str().unwrap().to_owned()
    };
    let rules: Vec<String> = (1..=7).map(rule_of).collect();
    let none = "envelope/no-event";
    assert_eq!(rules, ["schema/type", none, "schema/required", none, none, "json/syntax", "schema/type"]);
    assert_eq!((&summary["events"], &summary["invalid"]), (&7.into(), &7.into()));
}

#[test]
fn a_wrapper_with_two_events_is_a_finding() {
    let wrappers = [
        format!("{{\"data\": 1, \"data\": {CLOSED}}}"),
        format!("{{\"a\": {{}}, \"a\": {{\"data\": {CLOSED}}}}}"),
        format!("{{\"id\": 1, \"id\": 1, \"data\": {CLOSED}}}"),
    ];
    let folder = Folder::with("w.ndjson", lines(wrappers));
    let run = folder.validate(["--format", "json", "--event-at", "/data", "w.ndjson"]).run().ends_with(1);
    assert_eq!(run.found(), ["json/duplicate-key 1:13", "envelope/no-event 2:1"]);
    let run = folder.validate(["--format", "json", "--event-at", "/a/data", "w.ndjson"]).run().ends_with(1);
    assert_eq!(run.found(), ["envelope/no-event 1:1", "json/duplicate-key 2:11", "envelope/no-event 3:1"]);
}

#[test]
fn output_is_the_same_at_any_number_of_threads() {
    let mut stream = String::new();
    for number in 0..1500 {
        let id = format!("\"customer_id\":\"cust_{number}\"");
        let event = edited(CLOSED, "\"customer_id\":\"cust_123\"", &id);
        let event = match number % 9 {
            0 => edited(&event, "Closed", "Cloesd"),
            3 => edited(&event, "\"version\":1", "\"version\":2"),
            4 => edited(&event, "conv_777", "conv_778"),
            5 => event[..number % 200].to_owned(),
            7 => edited(&event, "}", &format!(",\"reason\":\"{}\"}}", "x".repeat(number % 1000))),
            _ => event,
        };
        writeln!(stream, "{event}").unwrap();
    }
    let folder = Folder::with("a.ndjson", &stream);
    folder.write("b.json", format!("[{}]", vec![faulty(); 1000].join(",\n")));
    folder.write("c.ndjson.gz", gzip(stream.as_bytes()));
    let stable = |run: Run| {
        let (findings, mut summary) = run.ends_with(1).json();
        summary["seconds"].take();
        (findings, summary)
    };
    let of = |threads| {
        let paths = ["--format", "json", "--threads", threads, "a.ndjson", "b.json", "c.ndjson.gz"];
        stable(folder.validate(paths).run())
    };
    let (findings, summary) = of("1");
    assert_eq!(summary["events"], 3998);
    assert!(findings.len() > 1000);
    let places = |findings: &[Value]| -> Vec<(String, u64, String, String)> {
        let text = |finding: &Value, key: &str| finding[key].as_str().unwrap_or_default().to_owned();
        findings
            .iter()
            .map(|finding| {
                let line = finding["line"].as_u64().unwrap();
                (text(finding, "source"), line, text(finding, "pointer"), text(finding, "rule"))
            })
            .collect()
    };
    let found = places(&findings);
    assert!(found.is_sorted(), "in input order, then by pointer, then by rule");
    for threads in ["2", "5"] {
        let (others, other_summary) = of(threads);
        assert!(others == findings, "{threads} threads: other findings, or in another order");
        assert_eq!(other_summary, summary);
    }
}
