//! Catalogs that can't be used: the error names the file, the line and the column, and nothing is checked.

use crate::events::lines;
use crate::tidings::{Folder, cut};

const MANIFEST: &str = r#"[catalog]
name = "lamps"
title = "Lamps"
version = "1.0.0"

[roles]
event_name = "/kind"

[events.lamp-lit]
schema = "schemas/lit.schema.json"
version = 1
purpose = "A lamp was lit."

[events.lamp-out]
schema = "schemas/out.schema.json"
version = 1
purpose = "A lamp went out."
"#;

const SCHEMA: &str = r#"{
  "type": "object",
  "properties": {
    "kind": {"type": "string"},
    "lamp": {"type": "string", "pattern": "^[a-z]+$"}
  }
}
"#;

/// A good catalog in `lamps`, with an event.
fn lamps() -> Folder {
    let folder = Folder::with("lamps/catalog.toml", MANIFEST);
    folder.write("lamps/schemas/lit.schema.json", SCHEMA);
    folder.write("lamps/schemas/out.schema.json", SCHEMA);
    folder.write("events.ndjson", lines([r#"{"kind": "lamp-lit", "lamp": "hall"}"#]));
    folder
}

/// What is told of the lamps when a file is replaced.
fn told(name: &str, content: impl AsRef<[u8]>) -> String {
    let folder = lamps();
    folder.write(format!("lamps/{name}"), content);
    let run = folder.validate(["--catalog", "lamps", "events.ndjson"]).run().ends_with(2);
    assert_eq!(run.stdout, "", "nothing is checked against half a catalog");
    run.stderr
}

#[track_caller]
fn assert_told(name: &str, content: impl AsRef<[u8]>, expected: &str) {
    let told = told(name, content);
    assert!(told.contains(expected), "{expected}\nis not in\n{}", cut(&told));
}

#[test]
fn the_catalog_that_the_others_are_made_from_is_good() {
    lamps().validate(["--catalog", "lamps", "events.ndjson"]).run().ends_with(0);
}

#[test]
fn a_syntax_error_in_the_manifest_has_its_place() {
    assert_told("catalog.toml", MANIFEST.replace("[roles]", "[roles"), "lamps/catalog.toml:6:7: ");
    assert_told("catalog.toml", MANIFEST.replace("title = ", "title "), "lamps/catalog.toml:3:7: ");
    assert_told("catalog.toml", MANIFEST.replace("title", "titel"), "lamps/catalog.toml:3:1: unknown field");
    assert_told(
        "catalog.toml",
        MANIFEST.replace("version = 1\n", ""),
        "lamps/catalog.toml:9:1: missing field",
    );
    assert_told("catalog.toml", "", "lamps/catalog.toml:1:1: missing field");
    assert_told("catalog.toml", b"title = \"\xFF\"", "lamps/catalog.toml: it is not UTF-8");
    assert_told("catalog.toml", "\0\0\0", "lamps/catalog.toml:1:");
}

#[test]
fn a_syntax_error_in_a_schema_has_its_place() {
    let broken = SCHEMA.replace("\"string\"}", "string}");
    assert_told("schemas/lit.schema.json", broken, "lamps/schemas/lit.schema.json:4:22: expected a value");
    assert_told("schemas/lit.schema.json", "", "lamps/schemas/lit.schema.json:1:1: expected a value");
    assert_told("schemas/lit.schema.json", b"{\"\xFF\": 1}", "lamps/schemas/lit.schema.json:1:3: byte 0xFF");
    let twice = SCHEMA.replace("  \"type\": \"object\",", "  \"type\": \"object\", \"type\": \"object\",");
    assert_told("schemas/lit.schema.json", twice, "lamps/schemas/lit.schema.json:2:21: ");
    let deep = format!("{}{}", "{\"not\":".repeat(100_000), "}".repeat(100_000));
    assert_told("schemas/lit.schema.json", deep, "lamps/schemas/lit.schema.json:1:");
    // Also in a file that nothing names, for it could be referred to.
    assert_told("schemas/unused.schema.json", "[", "lamps/schemas/unused.schema.json:1:2: ");
}

#[test]
fn every_file_that_is_wrong_is_told_at_once() {
    let folder = lamps();
    folder.write("lamps/schemas/lit.schema.json", "{");
    folder.write("lamps/schemas/out.schema.json", "}");
    let run = folder.validate(["--catalog", "lamps", "events.ndjson"]).run().ends_with(2);
    for expected in ["lamps/schemas/lit.schema.json:1:2: ", "lamps/schemas/out.schema.json:1:1: "] {
        assert!(run.stderr.contains(expected), "{}", run.stderr);
    }
}

#[test]
fn a_reference_that_leads_nowhere_has_its_place() {
    for reference in [
        "#/definitions/nothing",
        "nothing.schema.json",
        "../../events.ndjson",
        "https://example.com/nothing.json",
        "file:///etc/passwd",
        "lit.schema.json#/properties/nothing",
    ] {
        let schema = SCHEMA.replace("{\"type\": \"string\"}", &format!("{{\"$ref\": \"{reference}\"}}"));
        let expected = format!(
            "lamps/schemas/lit.schema.json:4:22: `$ref` to `{reference}` leads nowhere in this catalog"
        );
        assert_told("schemas/lit.schema.json", schema, &expected);
    }
    let circle = SCHEMA.replace("  \"type\": \"object\",", "  \"$ref\": \"#\",");
    assert_told("schemas/lit.schema.json", circle, "lamps/schemas/lit.schema.json:2:11: ");
}

#[test]
fn a_pattern_that_is_none_has_its_place() {
    for pattern in ["^[a-z+$", "(", "a{2,1}", "(?<=a", "*"] {
        let schema = SCHEMA.replace("^[a-z]+$", pattern);
        assert_told("schemas/lit.schema.json", schema, "lamps/schemas/lit.schema.json:5:");
    }
}

#[test]
fn a_pattern_that_is_too_large_has_its_place() {
    for pattern in ["^[^<>]{1,100000}$", "^\\\\p{L}{1,10000}$"] {
        let schema = SCHEMA.replace("^[a-z]+$", pattern);
        assert_told("schemas/lit.schema.json", schema, "lamps/schemas/lit.schema.json:5:");
    }
}

#[test]
fn a_schema_that_is_none_has_its_place() {
    let schema = SCHEMA.replace("\"object\"", "\"thing\"");
    assert_told("schemas/lit.schema.json", schema, "lamps/schemas/lit.schema.json:2:11: ");
    let schema = SCHEMA.replace("\"object\",", "\"object\", \"required\": \"kind\",");
    assert_told("schemas/lit.schema.json", schema, "lamps/schemas/lit.schema.json:2:33: ");
    assert_told("schemas/lit.schema.json", "[]", "lamps/schemas/lit.schema.json:1:1: ");
}

#[test]
fn the_manifest_cannot_name_files_outside_the_catalog() {
    for path in ["../events.ndjson", "/etc/passwd", "schemas/../../events.ndjson", "schemas", ""] {
        let manifest = MANIFEST.replace("schemas/lit.schema.json", path);
        assert_told("catalog.toml", manifest, "lamps/catalog.toml:10:10: there is no file `");
    }
}

#[test]
fn an_error_about_a_catalog_cannot_act_on_a_terminal() {
    let stderr = told("catalog.toml", MANIFEST.replace("title", "\"ti\\u001b[31mtel\""));
    assert!(!stderr.contains('\x1b'), "{stderr}");
    let stderr = told("schemas/lit.schema.json", "{\"$ref\": \"\\u001b[31m\\u0007\"}");
    assert!(!stderr.contains('\x1b') && !stderr.contains('\x07'), "{stderr}");
    let stderr = told("schemas/lit.schema.json", "{\"\\u001b[2J\": 1, \"\\u001b[2J\": 1}");
    assert!(!stderr.contains('\x1b'), "{stderr}");
}
