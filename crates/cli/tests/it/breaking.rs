//! `tidings breaking`: how it ends, where findings point, and that its witnesses prove what they say.

use std::fs;

use serde_json::Value;

use crate::tidings::{Folder, Run};

/// A small catalog in `old`, and a copy of it in `new` in which some texts of files stand otherwise.
fn changed(changes: &[(&str, &str, &str)]) -> Folder {
    let folder = Folder::new();
    for name in ["old", "new"] {
        folder.tidings(["init", name]).run().ends_with(0);
    }
    for (file, was, is) in changes {
        let path = format!("new/{file}");
        let text = fs::read_to_string(folder.path().join(&path)).unwrap();
        assert!(text.contains(was), "{was}");
        folder.write(&path, text.replace(was, is));
    }
    folder
}

fn breaking(folder: &Folder, arguments: &[&str]) -> Run {
    let compared = ["breaking", "--catalog", "new", "--against", "old", "--today", "2026-11-24"];
    folder.tidings(compared).and(arguments).run()
}

const SHORTER: (&str, &str, &str) = ("envelope.schema.json", "\"maxLength\": 200", "\"maxLength\": 20");

#[test]
fn what_did_not_change_is_clean_in_every_format() {
    let folder = changed(&[]);
    for format in ["human", "json", "github", "gitlab", "sarif", "junit"] {
        breaking(&folder, &["--format", format, "--deny-warnings"]).ends_with(0);
    }
}

#[test]
fn every_finding_says_where_its_file_is_from_here_those_about_waivers_too() {
    let folder = changed(&[SHORTER]);
    let waiver = |place: &str, expires: &str| {
        format!(
            "[[waiver]]\nrule = \"breaking/backward\"\nplace = \"{place}\"\nreason = \"a test\"\nexpires = {expires}\n"
        )
    };
    let waivers = waiver("TaskCreated", "2099-01-01") + &waiver("TaskRenamed", "2020-01-01");
    folder.write("new/waivers.toml", waivers);
    let run = breaking(&folder, &["--format", "json"]).ends_with(1);
    let told: Vec<Value> = run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let of = |rule: &str| told.iter().filter(|told| told["rule"] == rule).collect::<Vec<_>>();
    assert_eq!(of("breaking/backward").len(), 1, "one is waived: {}", run.stdout);
    assert_eq!(of("waiver/expired").len(), 1, "{}", run.stdout);
    for found in told.iter().filter(|told| told["rule"].is_string()) {
        let source = found["source"].as_str().unwrap();
        assert!(source.starts_with("new/") && folder.path().join(source).is_file(), "{found}");
    }
    assert_eq!(told.last().unwrap()["summary"]["waived"], 1);
}

#[test]
fn a_change_of_behaviour_comes_with_a_stream_that_one_side_audits_clean_and_the_other_does_not() {
    let folder = changed(&[(
        "catalog.toml",
        "  { event = \"TaskRenamed\", from = [\"open\"] },\n",
        "  { event = \"TaskRenamed\", from = [\"open\", \"completed\"] },\n",
    )]);
    // Nothing may happen in a final state.
    breaking(&folder, &[]).ends_with(2);

    let folder = changed(&[
        (
            "catalog.toml",
            "states = [\"open\", \"completed\"]",
            "states = [\"open\", \"begun\", \"completed\"]",
        ),
        ("catalog.toml", "from = [\"open\"], to = \"completed\"", "from = [\"begun\"], to = \"completed\""),
        (
            "catalog.toml",
            "{ event = \"TaskRenamed\", from = [\"open\"] }",
            "{ event = \"TaskRenamed\", from = [\"open\"], to = \"begun\" }",
        ),
    ]);
    let run = breaking(&folder, &["--witness-dir", "witnesses"]).ends_with(1);
    assert!(run.stdout.contains("breaking/transition-removed"), "{}", run.stdout);
    let mut streams = 0;
    for entry in fs::read_dir(folder.path().join("witnesses")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let path = format!("witnesses/{name}");
        let audit = |catalog: &str| folder.tidings(["audit", "--catalog", catalog, &path]).run().code;
        assert_eq!((audit("old") + audit("new"), audit("old") == audit("new")), (1, false), "{name}");
        streams += 1;
    }
    assert!(streams > 0, "{}", run.stdout);
}

#[test]
fn recorded_events_that_can_not_be_read_make_the_result_incomplete() {
    let folder = changed(&[SHORTER]);
    folder.write("events.ndjson", "not an event\n");
    let run = breaking(&folder, &["--corpus", "events.ndjson"]).ends_with(1);
    assert!(run.stdout.starts_with("1 recorded event"), "{}", run.stdout);
    breaking(&folder, &["--corpus", "nowhere.ndjson"]).ends_with(2);
    folder.write("more.ndjson", "nor this\n");
    let run = breaking(&folder, &["--corpus", "events.ndjson", "more.ndjson"]).ends_with(1);
    assert!(run.stdout.starts_with("2 recorded events"), "{}", run.stdout);
}

#[test]
fn a_baseline_counts_in_every_format() {
    let folder = changed(&[SHORTER]);
    for format in ["human", "json", "github"] {
        let name = format!("{format}.baseline");
        let with = |more: &[&str]| {
            breaking(&folder, &[&["--format", format, "--baseline", &name][..], more].concat())
        };
        with(&["--write-baseline"]).ends_with(0);
        let run = with(&[]).ends_with(0);
        assert!(!run.stdout.contains("breaking/backward"), "{}", run.stdout);
    }
    let run = breaking(&folder, &["--format", "json", "--baseline", "human.baseline"]).ends_with(0);
    let summary: Value = serde_json::from_str(run.stdout.lines().last().unwrap()).unwrap();
    let summary = &summary["summary"];
    assert_eq!((&summary["breaking"], &summary["known"]), (&4.into(), &4.into()), "{summary}");
}

#[test]
fn recorded_events_may_stand_in_wrappers() {
    let folder = changed(&[SHORTER]);
    let event = |title: &str| {
        let text = fs::read_to_string(folder.path().join("new/examples/task_created.example.json")).unwrap();
        let mut event: Value = serde_json::from_str(&text).unwrap();
        event["title"] = title.into();
        event
    };
    let wrapped = |wrap: fn(Value) -> Value| {
        let lines = [event("short"), event("much longer than it may be in the new catalog")];
        lines.map(|event| wrap(event).to_string() + "\n").concat()
    };
    folder.write("objects.ndjson", wrapped(|event| serde_json::json!({"id": 1, "data": event})));
    folder.write("strings.ndjson", wrapped(|event| serde_json::json!({"data": event.to_string()})));
    for file in ["objects.ndjson", "strings.ndjson"] {
        let arguments = ["--corpus", file, "--event-at", "/data", "--format", "json"];
        let run = breaking(&folder, &arguments).ends_with(1);
        let told: Vec<Value> = run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let corpus = &told.iter().find(|told| told["corpus"].is_object()).unwrap()["corpus"];
        assert_eq!((&corpus["accepted"], &corpus["only_new"]["events"]), (&1.into(), &1.into()), "{corpus}");
        let found = told.iter().find(|told| told["rule"] == "breaking/corpus").unwrap();
        assert_eq!((&found["source"], &found["line"]), (&file.into(), &2.into()));
        assert_eq!((&found["event_name"], &found["pointer"]), (&"TaskCreated".into(), &"/title".into()));
    }
    let run = breaking(&folder, &["--corpus", "objects.ndjson", "--event-at", "/nowhere"]).ends_with(1);
    assert!(run.stdout.contains("envelope/no-event"), "{}", run.stdout);
    breaking(&folder, &["--event-at", "/data"]).ends_with(2);
}

#[test]
fn a_bad_call_ends_with_2_and_says_why() {
    let folder = changed(&[]);
    folder.write("list.json", "[1");
    for (arguments, why) in [
        (&["breaking"][..], "--against"),
        (&["breaking", "--against", "nowhere"], "there is no catalog folder"),
        (&["breaking", "--against", "git:--help", "--catalog", "new"], "git"),
        (&["breaking", "--against", "old", "--mode", "sideways"], "sideways"),
        (
            &["breaking", "--schema", "list.json", "list.json"],
            "the schemas can't be compared:\n       list.json:1",
        ),
        (&["breaking", "--schema", "list.json"], "2 values"),
        (&["breaking", "--schema", "nowhere.json", "list.json"], "nowhere.json"),
    ] {
        let run = folder.tidings(arguments).run().ends_with(2);
        assert!(run.stderr.contains(why), "{arguments:?}: {}", run.stderr);
    }
}
