//! Which catalog is used: `--catalog`, else `TIDINGS_CATALOG`, else what the nearest `tidings.toml` upward says, else the
//! one that is built in.

use std::path::PathBuf;

use crate::events::CLOSED;
use crate::tidings::{Folder, root};

fn parcel() -> PathBuf {
    root().join("tests/catalogs/parcel")
}

/// A small catalog whose only event type has no fields but this one.
fn small(folder: &Folder, at: &str, field: &str) {
    let manifest = "[catalog]\nname = \"small\"\ntitle = \"Small\"\nversion = \"1.0.0\"\n\
                    [events.thing]\nschema = \"thing.schema.json\"\nversion = 1\npurpose = \"A thing.\"\n";
    folder.write(format!("{at}/catalog.toml"), manifest);
    let schema = format!("{{\"type\": \"object\", \"properties\": {{\"{field}\": {{}}}}}}");
    folder.write(format!("{at}/thing.schema.json"), schema);
}

/// A folder with three catalogs, `a`, `b` and `c`, each of which knows one field of its own name.
fn three() -> Folder {
    let folder = Folder::new();
    for name in ["a", "b", "c"] {
        small(&folder, &format!("catalogs/{name}"), name);
        folder.write(format!("{name}.json"), format!("{{\"{name}\": 1}}"));
    }
    folder
}

#[test]
fn an_option_beats_the_environment_which_beats_the_file_which_beats_what_is_built_in() {
    let folder = three();
    folder.write("work/deep/x", "");
    let used = |option: Option<&str>, variable: Option<&str>| {
        let mut used = Vec::new();
        for name in ["a", "b", "c"] {
            let mut tidings = folder.validate([format!("../../{name}.json")]).inside("work/deep");
            if let Some(option) = option {
                tidings = tidings.and(&["--catalog", option]);
            }
            if let Some(variable) = variable {
                tidings = tidings.env("TIDINGS_CATALOG", variable);
            }
            let run = tidings.run();
            assert!(run.code < 2, "{}", run.stderr);
            if run.code == 0 {
                assert_eq!(run.stderr, "", "a catalog that was named needs no note");
                used.push(name);
            } else if run.stderr.contains("built-in") {
                used.push("built in");
            }
        }
        used.dedup();
        used
    };
    assert_eq!(used(None, None), ["built in"]);
    folder.write("tidings.toml", "catalog = \"catalogs/c\"");
    assert_eq!(used(None, None), ["c"], "found upward, and relative to the file");
    assert_eq!(used(None, Some("../../catalogs/b")), ["b"]);
    assert_eq!(used(None, Some("")), ["c"], "an empty variable names nothing");
    assert_eq!(used(Some("../../catalogs/a"), None), ["a"]);
    assert_eq!(used(Some("../../catalogs/a"), Some("../../catalogs/b")), ["a"]);
    folder.write("work/tidings.toml", "catalog = \"../catalogs/b\"");
    assert_eq!(used(None, None), ["b"], "the nearest file counts");
}

#[test]
fn who_stands_in_a_catalog_that_is_not_the_one_used_is_told() {
    let folder = three();
    folder.write("tidings.toml", "catalog = \"catalogs/c\"");
    for (inside, told) in [("catalogs/a", true), ("catalogs/c", false), (".", false)] {
        let run = folder.validate(["."]).inside(inside).run();
        assert_eq!(
            run.stderr.contains("tidings.toml` names, not the one in"),
            told,
            "{inside}: {}",
            run.stderr
        );
    }
    let run = folder.validate(["../../c.json"]).inside("catalogs/a").run().ends_with(0);
    assert!(run.stderr.starts_with("note: using the catalog in `"), "{}", run.stderr);
    assert_eq!(run.stderr.lines().count(), 1);
}

#[test]
fn the_built_in_catalog_is_the_messaging_one_and_is_named_on_standard_error() {
    let run = Folder::with("event.json", CLOSED).validate(["event.json"]).run().ends_with(0);
    assert!(run.stderr.starts_with("note: using the built-in catalog `messaging` "), "{}", run.stderr);
    assert_eq!(run.stderr.lines().count(), 1);
    assert!(!run.stdout.contains("built-in"));
    let messaging = root().join("specs/004-create-domain-events/contracts/events");
    let folder = Folder::with("event.json", CLOSED.replace("cust_123", "cust 123"));
    let built_in = folder.validate(["--format", "json", "event.json"]).run();
    let on_disk = folder.validate(["--format", "json", "event.json", "--catalog"]).and(&[messaging]).run();
    assert_eq!(built_in.found(), on_disk.found());
    assert_eq!(on_disk.stderr, "");
}

#[test]
fn an_event_of_another_catalog_is_of_no_known_type() {
    let folder = Folder::with("closed.json", CLOSED);
    let catalog = parcel();
    let example = catalog.join("examples/courier_joined.example.json");
    folder.validate(["--catalog"]).and(&[&catalog, &example]).run().ends_with(0);
    let run = folder.validate(["--format", "json"]).and(&[&example]).run();
    assert!(run.ends_with(1).found().contains(&"envelope/unknown-event 1:1 /event_name".to_owned()));
    let run = folder.validate(["--format", "json", "closed.json", "--catalog"]).and(&[&catalog]).run();
    assert_eq!(run.ends_with(1).found(), ["envelope/unknown-event 1:1 /kind"]);
}

#[test]
fn a_bad_tidings_toml_is_told_with_its_place() {
    for (text, expected) in [
        ("catalog = ", &["tidings.toml", "line 1"][..]),
        ("catalog = 7", &["tidings.toml", "line 1", "string"]),
        ("", &["tidings.toml", "`catalog`"]),
        ("catalog = \"catalogs/a\"\ncatalogue = \"x\"", &["tidings.toml", "line 2", "`catalogue`"]),
        ("catalog = \"nowhere\"", &["nowhere"]),
        ("catalog = \"tidings.toml\"", &["tidings.toml"]),
    ] {
        let folder = three();
        folder.write("tidings.toml", text);
        let run = folder.validate(["a.json"]).run().ends_with(2);
        assert_eq!(run.stdout, "");
        for part in expected {
            assert!(run.stderr.contains(part), "{text}: {part} is not in\n{}", run.stderr);
        }
        // Whoever names a catalog does not need the file.
        folder.validate(["a.json", "--catalog", "catalogs/a"]).run().ends_with(0);
    }
    let folder = three();
    folder.write("tidings.toml", b"catalog = \"\xFF\"");
    let run = folder.validate(["a.json"]).run().ends_with(2);
    assert!(run.stderr.contains("tidings.toml"), "{}", run.stderr);
}

#[test]
fn a_catalog_that_is_not_there_is_an_error_wherever_it_was_named() {
    let folder = three();
    let by_option = folder.validate(["a.json", "--catalog", "nowhere"]).run().ends_with(2);
    let by_variable = folder.validate(["a.json"]).env("TIDINGS_CATALOG", "nowhere").run().ends_with(2);
    for run in [by_option, by_variable] {
        assert_eq!(run.stderr, "error: there is no catalog folder `nowhere`\n");
    }
    folder.write("empty/x", "");
    let run = folder.validate(["a.json", "--catalog", "empty"]).run().ends_with(2);
    assert!(run.stderr.contains("empty/catalog.toml: there is no such file"), "{}", run.stderr);
}

#[test]
fn a_catalog_need_not_be_read_to_explain_rules() {
    let folder = Folder::with("tidings.toml", "catalog = \"nowhere\"");
    folder.tidings(["rules"]).run().ends_with(0);
    folder.tidings(["rules", "json/syntax", "--catalog", "nowhere"]).run().ends_with(0);
}
