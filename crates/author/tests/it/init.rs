//! New catalogs.

use std::fs;
use std::path::Path;

use tidings_author::{Bundle, Edits, Error, NewEvent, adopt, format, init, new_event};
use tidings_catalog::{Catalog, DiskTree};

use crate::catalogs::{files, folders};
use crate::held::hold;

#[test]
fn a_small_catalog_is_held_and_an_event_type_can_be_added_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("contracts/order_events");
    init("order_events").unwrap().write(&root).unwrap();
    let catalog = hold(&root);
    assert_eq!((catalog.name.as_str(), catalog.title.as_str()), ("order-events", "Order events"));
    assert_eq!(catalog.event_types.len(), 3);
    for event_type in catalog.event_types.keys() {
        let stem = event_type.replace("Task", "task_").to_lowercase();
        let own = catalog.near_misses.iter().filter(|near_miss| near_miss.path.contains(&stem));
        assert!(own.count() >= 2, "{event_type}");
    }
    let changelog = fs::read_to_string(root.join("CHANGELOG.md")).unwrap();
    assert!(changelog.contains(&format!("## {}\n", catalog.version)));
    for (path, content) in files(&root) {
        let text = String::from_utf8(content).unwrap();
        assert!(!text.to_lowercase().contains("new-catalog") && !text.contains("New catalog"), "{path}");
    }
    let request = NewEvent { name: "TaskReopened".to_owned(), ..NewEvent::default() };
    new_event(&DiskTree::new(&root), &request).unwrap().write(&root).unwrap();
    hold(&root);
}

#[test]
fn every_file_of_the_template_is_written() {
    let template = Path::new(env!("CARGO_MANIFEST_DIR")).join("template");
    let mut wanted: Vec<String> = files(&template).into_iter().map(|(path, _)| path).collect();
    wanted.push("catalog.md".to_owned());
    wanted.sort();
    let edits = init("x").unwrap();
    assert_eq!(edits.iter().map(|(path, _)| path.to_owned()).collect::<Vec<_>>(), wanted);
}

#[test]
fn nothing_that_is_there_is_written_over() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("examples")).unwrap();
    fs::write(folder.path().join("examples/task_created.example.json"), "mine").unwrap();
    let before = files(folder.path());
    assert!(init("x").unwrap().write(folder.path()).is_err());
    assert_eq!(files(folder.path()), before);
}

fn taken_over(text: &str, event_name: Option<&str>) -> Result<Edits, Error> {
    let event_name = event_name.map(|place| place.parse().unwrap());
    adopt("lamps", Bundle { name: "lamps.json", text: text.as_bytes(), event_name: event_name.as_ref() })
}

/// The catalog that comes of a bundle, loaded and formatted as every other.
fn written(edits: &Edits) -> (tempfile::TempDir, Catalog) {
    let folder = tempfile::tempdir().unwrap();
    edits.write(folder.path()).unwrap();
    let catalog = Catalog::load(folder.path()).unwrap_or_else(|error| panic!("{error}"));
    let formatting = format(&DiskTree::new(folder.path())).unwrap();
    assert!(formatting.problems.is_empty() && formatting.edits.is_empty(), "{formatting:?}");
    (folder, catalog)
}

#[test]
fn a_bundle_keeps_what_it_says_and_nothing_is_guessed() {
    let text = r##"{
        "$schema": "http://json-schema.org/draft-07/schema#",
        "definitions": {
            "Lit": {
                "description": "A lamp\n was lit.",
                "allOf": [{"$ref": "#/definitions/head"}, {"properties": {"head": {"properties": {"type": {"const": "LampLit"}}}}}],
                "properties": {"lamp": {"type": "string"}, "watts": {"type": "number"}},
                "examples": [
                    {"head": {"type": "LampLit"}, "lamp": "l1", "watts": 1.50},
                    {"head": {"type": "LampLit"}, "lamp": 1},
                    {"head": {"type": "LampDimmed"}, "lamp": "l1"},
                    {"head": {"type": "LampLit"}, "lamp": "l2"}
                ]
            },
            "Dimmed": {"allOf": [{"$ref": "#/definitions/head"}], "properties": {"head": {"properties": {"type": {"enum": ["LampDimmed"]}}}}},
            "head": {"properties": {"head": {"required": ["type"], "properties": {"type": {"type": "string"}}}}}
        }
    }"##;
    let (folder, catalog) = written(&taken_over(text, None).unwrap());
    assert_eq!(catalog.event_types.keys().collect::<Vec<_>>(), ["LampLit", "LampDimmed"]);
    assert_eq!(catalog.roles.event_name.as_ref().unwrap().to_string(), "/head/type");
    assert!(catalog.aggregates.is_empty() && catalog.envelope().is_none());
    assert!(catalog.roles.occurred_at.is_none() && catalog.roles.event_id.is_none());
    assert_eq!(catalog.event_types["LampLit"].purpose, "A lamp was lit.");
    assert_eq!(catalog.event_types["LampDimmed"].purpose, "");
    let schema = fs::read_to_string(folder.path().join("events.schema.json")).unwrap();
    let value = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
    assert_eq!(value(&schema), value(text));
    let examples: Vec<(&str, &str)> = catalog
        .examples
        .iter()
        .map(|example| (example.path.as_str(), std::str::from_utf8(&example.content).unwrap()))
        .collect();
    assert_eq!(examples.len(), 2, "{examples:?}");
    assert_eq!(examples[0].0, "examples/lamp_lit.2.example.json");
    assert_eq!(examples[1].0, "examples/lamp_lit.example.json");
    assert!(examples[1].1.contains("\"watts\": 1.50\n"));
}

#[test]
fn a_root_with_alternatives_says_which_definitions_are_event_types() {
    let (_, parcel) = folders().into_iter().find(|(name, _)| *name == "parcel").unwrap();
    let text = fs::read_to_string(parcel.join("events.schema.json")).unwrap();
    let (_, catalog) = written(&taken_over(&text, None).unwrap());
    let original = Catalog::load(parcel).unwrap();
    assert!(catalog.event_types.keys().eq(original.event_types.keys()));
    for (name, event_type) in &catalog.event_types {
        assert_eq!(event_type.schema_path, original.event_types[name].schema_path);
    }
}

#[test]
fn where_the_schemas_don_t_tell_it_can_be_said_where_events_have_the_name_of_their_type() {
    let text = r#"{"definitions": {"lamp-lit": {"type": "object"}, "lamp-dimmed": {"type": "object"}}}"#;
    let (_, catalog) = written(&taken_over(text, Some("/kind")).unwrap());
    assert_eq!(catalog.event_types.keys().collect::<Vec<_>>(), ["lamp-lit", "lamp-dimmed"]);
    // The only one needn't say what it is.
    let (_, catalog) =
        written(&taken_over(r#"{"definitions": {"lamp-lit": {"type": "object"}}}"#, None).unwrap());
    assert!(catalog.roles.event_name.is_none());
}

#[test]
fn a_schema_that_goes_round_in_circles_ends() {
    let fields: Vec<String> =
        (0..60).map(|at| format!(r##""f{at}": {{"$ref": "#/definitions/node"}}"##)).collect();
    let text = format!(
        r##"{{"definitions": {{
            "a": {{"properties": {{"kind": {{"const": "a"}}, "node": {{"$ref": "#/definitions/node"}}}}}},
            "b": {{"properties": {{"kind": {{"const": "b"}}, "node": {{"$ref": "#/definitions/node"}}}}}},
            "node": {{"properties": {{{}}}}}
        }}}}"##,
        fields.join(",")
    );
    let started = std::time::Instant::now();
    let (_, catalog) = written(&taken_over(&text, None).unwrap());
    assert_eq!(catalog.roles.event_name.as_ref().unwrap().to_string(), "/kind");
    assert!(started.elapsed().as_secs() < 60);
}

#[test]
fn what_is_no_bundle_is_told_of() {
    let two = |schema: &str, other: &str| format!(r#"{{"definitions": {{"a": {schema}, "b": {other}}}}}"#);
    for (text, wanted) in [
        ("{".to_owned(), "the bundle can't be used:\nlamps.json:1:2: it is not JSON: "),
        ("[]".to_owned(), "`lamps.json` has no `definitions`, of which each would be an event type"),
        (r#"{"$defs": {"a": {}}}"#.to_owned(), "`lamps.json` has no `definitions`"),
        (
            two(r##"{"$ref": "#/definitions/b"}"##, r##"{"$ref": "#/definitions/a"}"##),
            "`lamps.json` has only definitions that others refer to, so no event type",
        ),
        (
            two(r##"{"$ref": "#/x"}"##, "{}"),
            "the bundle can't be used:\nlamps.json:4:15: `$ref` to `#/x` leads nowhere",
        ),
        (two(r#"{"type": 7}"#, "{}"), "the bundle can't be used:\nlamps.json:"),
        (two("{}", "{}"), "`lamps.json` doesn't tell its event types apart: "),
        (
            two(
                r#"{"properties": {"x": {"const": "a"}, "y": {"const": "c"}}}"#,
                r#"{"properties": {"x": {"const": "b"}, "y": {"const": "d"}}}"#,
            ),
            "`lamps.json` has a constant of its own in each definition at more than one place: `/x`, `/y`; ",
        ),
    ] {
        let error = taken_over(&text, None).unwrap_err().to_string();
        assert!(error.starts_with(wanted), "{text}: {error}");
    }
    let same = two(r#"{"properties": {"x": {"const": "a"}}}"#, r#"{"properties": {"x": {"const": "a"}}}"#);
    let error = taken_over(&same, Some("/x")).unwrap_err().to_string();
    assert_eq!(error, "`lamps.json`: `a` and `b` are both the event type `a`");
}
