//! What is wrong with a catalog is told with file, line and column.

use tidings_catalog::{Catalog, MemoryTree};

const MANIFEST: &str = r#"[catalog]
name = "lamps"
title = "Lamps"
version = "1.0.0"

[roles]
event_name = "/kind"

[events.lamp-lit]
schema = "lamp.json"
version = 1
aggregate = "lamp"
purpose = "A lamp was lit."

[events.lamp-out]
schema = "lamp.json"
version = 1
aggregate = "lamp"
purpose = "A lamp went out."

[aggregates.lamp]
id = "/lamp"
states = ["lit", "out"]
final = ["out"]
transitions = [
  { event = "lamp-lit", creates = "lit" },
  { event = "lamp-out", from = ["lit"], to = "out" },
]
"#;

/// Loads the lamps with this edit of the manifest and this schema, and tells what is wrong.
fn problems(edit: (&str, &str), schema: &str) -> Vec<String> {
    let manifest = MANIFEST.replace(edit.0, edit.1);
    assert!(edit.0.is_empty() || manifest != MANIFEST, "the edit changes something");
    let tree = MemoryTree::new().with("catalog.toml", manifest).with("lamp.json", schema);
    match Catalog::from_tree(&tree) {
        Ok(_) => Vec::new(),
        Err(error) => error.problems().iter().map(ToString::to_string).collect(),
    }
}

#[test]
fn a_good_catalog_has_no_problems() {
    assert_eq!(problems(("", ""), "{}"), [""; 0]);
}

#[test]
fn what_the_manifest_names_must_exist() {
    for (edit, expected) in [
        (
            ("\"/kind\"", "\"kind\""),
            "catalog.toml:7:14: `kind` is not a JSON Pointer into an event, such as `/meta/id`",
        ),
        (
            (
                "lamp.json\"\nversion = 1\naggregate = \"lamp\"\npurpose = \"A lamp was",
                "lump.json\"\nversion = 1\naggregate = \"lamp\"\npurpose = \"A lamp was",
            ),
            "catalog.toml:10:10: there is no file `lump.json` in the catalog",
        ),
        (
            (
                "schema = \"lamp.json\"\nversion = 1\naggregate = \"lamp\"\npurpose = \"A lamp was",
                "schema = \"lamp.json#/definitions/x\"\nversion = 1\naggregate = \"lamp\"\npurpose = \"A lamp was",
            ),
            "catalog.toml:10:10: `lamp.json` has no `#/definitions/x`",
        ),
        (
            (
                "aggregate = \"lamp\"\npurpose = \"A lamp was lit",
                "aggregate = \"lump\"\npurpose = \"A lamp was lit",
            ),
            "catalog.toml:12:13: there is no aggregate `lump` in the manifest",
        ),
        (("final = [\"out\"]", "final = [\"off\"]"), "catalog.toml:24:10: `lamp` has no state `off`"),
        (
            ("from = [\"lit\"]", "from = [\"lit\", \"out\"]"),
            "catalog.toml:27:40: `out` is a final state: nothing may happen in it",
        ),
        (
            ("event = \"lamp-out\"", "event = \"lamp-off\""),
            "catalog.toml:27:13: there is no event type `lamp-off` in the manifest",
        ),
        (
            ("creates = \"lit\"", "creates = \"lit\", to = \"out\""),
            "catalog.toml:26:13: a transition has either `creates`, or `from` (with `to` unless the state stays)",
        ),
        (
            ("name = \"lamps\"", "name = \"Lamps\""),
            "catalog.toml:2:8: the catalog's name `Lamps` is not in kebab-case",
        ),
        (
            ("event_name = \"/kind\"", ""),
            "catalog.toml: `roles.event_name` is missing: with more than one event type, an event must say which it is",
        ),
    ] {
        let found = problems(edit, "{}");
        assert!(found.iter().any(|problem| problem == expected), "{expected}\nis not in {found:#?}");
    }
}

#[test]
fn one_event_and_state_have_one_transition() {
    let twice = "to = \"out\" },\n  { event = \"lamp-out\", from = [\"lit\"] },";
    assert_eq!(
        problems(("to = \"out\" },", twice), "{}"),
        ["catalog.toml:28:33: `lamp-out` has more than one transition from `lit`"],
    );
}

#[test]
fn a_syntax_error_in_the_manifest_has_its_place() {
    let found = problems(("[roles]", "[roles"), "{}");
    assert!(found[0].starts_with("catalog.toml:6:7: "), "{found:?}");
    let found = problems(("title =", "titel ="), "{}");
    assert!(found[0].starts_with("catalog.toml:3:1: unknown field `titel`"), "{found:?}");
}

#[test]
fn a_syntax_error_in_a_schema_has_its_place() {
    assert_eq!(
        problems(("", ""), "{\n  \"type\": object\n}"),
        ["lamp.json:2:11: expected a value, found `o`"],
    );
    assert_eq!(
        problems(("", ""), "{\"type\": \"object\",\n \"type\": \"object\"}"),
        ["lamp.json:2:2: the object already has a member of this name: `/type`"],
    );
}

#[test]
fn references_must_lead_somewhere_and_not_in_circles() {
    for (schema, expected) in [
        (
            "{\"properties\": {\"a\": {\"$ref\": \"#/definitions/b\"}}}",
            "lamp.json:1:31: `$ref` to `#/definitions/b` leads nowhere in this catalog",
        ),
        (
            "{\"allOf\": [{\"$ref\": \"other.json\"}]}",
            "lamp.json:1:21: `$ref` to `other.json` leads nowhere in this catalog",
        ),
        (
            "{\"$ref\": \"#\"}",
            "lamp.json:1:10: this schema leads back to itself for the same value, without end",
        ),
        (
            "{\"$schema\": \"https://json-schema.org/draft/2020-12/schema\"}",
            "lamp.json:1:13: `$schema` must be `http://json-schema.org/draft-07/schema#`: Draft-07 is what catalogs are written in",
        ),
        (
            "{\"properties\": {\"a\": {\"x-privacy\": \"pii\"}}}",
            "lamp.json:1:36: `x-privacy` must be one of `identifier`, `public`, `free-text`, `contact-address`",
        ),
    ] {
        assert_eq!(problems(("", ""), schema), [expected]);
    }
}

#[test]
fn a_folder_without_a_manifest_is_no_catalog() {
    let error = Catalog::from_tree(&MemoryTree::new()).expect_err("no catalog");
    assert_eq!(error.to_string(), "catalog.toml: there is no such file, so this is no catalog");
}

#[test]
fn expectations_of_near_misses_are_checked() {
    let tree = |expected: &str| {
        MemoryTree::new()
            .with("catalog.toml", MANIFEST)
            .with("lamp.json", "{}")
            .with("near-misses/lamp.dark.json", "{}")
            .with("near-misses/expected.json", expected)
    };
    let error = Catalog::from_tree(&tree("{\"lamp.dim.json\": []}")).expect_err("no such file");
    assert_eq!(
        error.to_string(),
        "near-misses/expected.json:1:2: it lists `lamp.dim.json`, but there is no such near miss",
    );
    let error = Catalog::from_tree(&tree("{\"lamp.dark.json\": [{\"rule\": 1}]}")).expect_err("no rule");
    assert!(error.to_string().starts_with("near-misses/expected.json:1:21: expected `{\"rule\""));
    let catalog =
        Catalog::from_tree(&tree("{\"lamp.dark.json\": [{\"rule\": \"json/syntax\", \"pointer\": null}]}"))
            .expect("good");
    assert_eq!(catalog.near_misses[0].expected.as_ref().map(Vec::len), Some(1));
}
