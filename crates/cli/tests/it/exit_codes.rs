//! How the command ends: 0 no error found, 1 an error found, 2 a bad call, input or catalog; 2 wins over 1.

use crate::events::{CLOSED, edited, lines};
use crate::tidings::Folder;

fn folder() -> Folder {
    let folder = Folder::with("good.ndjson", lines([CLOSED]));
    folder.write("newer.ndjson", lines([edited(CLOSED, "\"version\":1", "\"version\":2")]));
    folder.write("faulty.ndjson", lines([edited(CLOSED, "Closed", "Close")]));
    folder.write("cut.ndjson.gz", b"\x1f\x8b\x08\x00");
    folder.write("empty.ndjson", "");
    folder.write("folder/notes.txt", "");
    folder
}

#[test]
fn the_exit_code_says_whether_an_error_was_found_or_something_could_not_be_read() {
    let folder = folder();
    for (code, arguments) in [
        (0, &["good.ndjson"][..]),
        (0, &["empty.ndjson"]),
        (0, &["newer.ndjson"]),
        (1, &["--deny-warnings", "newer.ndjson"]),
        (0, &["--deny-warnings", "good.ndjson"]),
        (1, &["faulty.ndjson"]),
        (1, &["good.ndjson", "faulty.ndjson", "good.ndjson"]),
        (1, &["--max-findings", "0", "faulty.ndjson"]),
        (1, &["--deny-warnings", "--max-findings", "1", "faulty.ndjson", "newer.ndjson"]),
        (2, &["missing.ndjson"]),
        (2, &["cut.ndjson.gz"]),
        (2, &["folder"]),
        (2, &["good.ndjson", "missing.ndjson"]),
        (2, &["faulty.ndjson", "missing.ndjson"]),
        (2, &["missing.ndjson", "faulty.ndjson"]),
        (2, &["faulty.ndjson", "cut.ndjson.gz", "faulty.ndjson"]),
        (2, &["--deny-warnings", "newer.ndjson", "folder"]),
    ] {
        let run = folder.validate(arguments).run();
        assert_eq!(run.code, code, "{arguments:?}: {}", run.all());
        assert!(run.stdout.lines().last().unwrap().contains(" in 0."), "the summary is last: {}", run.stdout);
    }
    for format in ["json", "github", "gitlab", "sarif", "junit"] {
        for (code, arguments) in [(0, ["newer.ndjson"]), (1, ["faulty.ndjson"]), (2, ["missing.ndjson"])] {
            let run = folder.validate(["--format", format]).and(&arguments).run().ends_with(code);
            assert!(!run.stdout.is_empty(), "--format {format} {arguments:?}");
        }
    }
}

#[test]
fn what_could_be_read_is_reported_and_the_summary_says_that_it_is_not_all() {
    let folder = folder();
    for arguments in [["faulty.ndjson", "missing.ndjson"], ["cut.ndjson.gz", "faulty.ndjson"]] {
        let run = folder.validate(["--format", "json"]).and(&arguments).run().ends_with(2);
        assert_eq!(run.found(), ["envelope/unknown-event 1:15 /event_name"]);
        let (_, summary) = run.json();
        assert_eq!(summary["incomplete"], true);
        assert_eq!(summary["events"], 1);
        let unreadable = arguments.iter().find(|path| **path != "faulty.ndjson").unwrap();
        assert!(run.stderr.contains(&format!("error: {unreadable}: ")), "{}", run.stderr);
    }
    let (_, summary) = folder.validate(["--format", "json", "faulty.ndjson"]).run().json();
    assert_eq!(summary["incomplete"], false);
    for (format, said) in [
        ("human", "some input could not be read"),
        ("github", "some input could not be read"),
        ("sarif", "\"executionSuccessful\":false"),
        ("junit", "<error message=\"some input could not be read\""),
    ] {
        let run = folder.validate(["--format", format, "faulty.ndjson", "missing.ndjson"]).run().ends_with(2);
        assert!(run.stdout.contains(said), "{format}: {}", run.stdout);
        assert!(run.stdout.contains("ConversationClose"), "{format}: {}", run.stdout);
    }
}

#[test]
fn nothing_is_printed_to_standard_output_when_the_call_or_the_catalog_is_bad() {
    let folder = folder();
    for arguments in [
        &["--format", "yaml", "good.ndjson"][..],
        &["--unknown-fields", "maybe", "good.ndjson"],
        &["--input", "xml", "good.ndjson"],
        &["--threads", "many", "good.ndjson"],
        &["--max-findings", "-1", "good.ndjson"],
        &["--event-at", "no/slash", "good.ndjson"],
        &["--event-at", "/~2", "good.ndjson"],
        &["--color", "blue", "good.ndjson"],
        &["--no-such-option"],
        &["--catalog", "missing", "good.ndjson"],
        &["--catalog", "folder", "good.ndjson"],
        &["--catalog", "good.ndjson", "good.ndjson"],
    ] {
        let run = folder.validate(arguments).run();
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{arguments:?}");
        assert!(run.stderr.starts_with("error: "), "{arguments:?}: {}", run.stderr);
    }
    for arguments in [&["frobnicate"][..], &["rules", "no/such-rule"], &["rules", "a", "b"]] {
        let run = folder.tidings(arguments).run();
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{arguments:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_an_error() {
    let folder = folder();
    for format in ["human", "json", "github", "gitlab", "sarif", "junit"] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output =
            folder.validate(["--format", format, "good.ndjson"]).command().stdout(full).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{format}");
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(stderr.contains("error: ") && !stderr.contains("panicked"), "{format}: {stderr}");
    }
}

#[test]
fn help_and_version_are_no_errors() {
    let folder = Folder::new();
    for arguments in [&["--help"][..], &["-h"], &["--version"], &["validate", "--help"], &["help", "rules"]] {
        let run = folder.tidings(arguments).run().ends_with(0);
        assert!(run.stderr.is_empty() && !run.stdout.is_empty(), "{arguments:?}");
    }
}
