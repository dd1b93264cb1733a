//! What the view says of plain schemas: types, limits, objects in objects, schemas that refer to each other.

use tidings_catalog::{Catalog, SchemaRef};
use tidings_emit::docs::fields::fields_of;

use super::{catalog_of, catalogs, line, listed, paths};

#[test]
fn every_type_has_its_words() {
    for (schema, words) in [
        (r#"{"type": "string"}"#, "string"),
        (r#"{"type": "string", "minLength": 1, "maxLength": 200}"#, "string of 1–200 characters"),
        (r#"{"type": "string", "minLength": 1}"#, "string of at least 1 character"),
        (r#"{"type": "string", "minLength": 0, "maxLength": 2.0}"#, "string of at most 2 characters"),
        (r#"{"type": "string", "minLength": 4, "maxLength": 4}"#, "string of exactly 4 characters"),
        (r#"{"pattern": "^[A-Z]{3}$"}"#, "string matching `^[A-Z]{3}$`"),
        (r#"{"type": "string", "format": "date-time"}"#, "date and time (RFC 3339)"),
        (r#"{"type": "string", "format": "uri", "maxLength": 9}"#, "URI of at most 9 characters"),
        (r#"{"type": "string", "format": "colour"}"#, "string in the format `colour`"),
        (r#"{"type": "string", "contentEncoding": "base64"}"#, "string, encoded as `base64`"),
        (r#"{"type": "integer", "minimum": 1, "maximum": 400}"#, "integer from 1 to 400"),
        (r#"{"type": "integer", "minimum": 1}"#, "integer ≥ 1"),
        (
            r#"{"type": "number", "exclusiveMinimum": 0, "maximum": 2, "multipleOf": 0.5}"#,
            "number > 0 and ≤ 2, a multiple of 0.5",
        ),
        (r#"{"type": "boolean", "default": false}"#, "boolean, default `false`"),
        (r#"{"type": ["string", "null"], "maxLength": 9}"#, "string of at most 9 characters or `null`"),
        (r#"{"type": ["integer", "null"], "multipleOf": 5}"#, "integer, a multiple of 5, or `null`"),
        (r#"{"const": "open"}"#, "always `open`"),
        (r#"{"type": "string", "enum": ["a", "b", "1"]}"#, "`a`, `b` or `\"1\"`"),
        (r#"{"enum": ["a", null]}"#, "`a` or `null`"),
        (r#"{"type": "string", "not": {"enum": ["XTS", "XXX"]}}"#, "string, not `XTS` or `XXX`"),
        (r#"{"type": "object", "minProperties": 2}"#, "object of at least 2 fields"),
        ("{}", ""),
        ("true", ""),
    ] {
        let schema = format!(r#"{{"properties": {{"lamp": {schema}}}}}"#);
        assert_eq!(listed(&schema), [format!("lamp?: {words}")], "{schema}");
    }
}

#[test]
fn limits_from_several_schemas_become_one() {
    let schema = r##"{
        "properties": {"lamp": {"minLength": 2, "allOf": [{"$ref": "#/definitions/id"}, {"enum": ["ab", "cd", "ef"]}]}},
        "allOf": [{"properties": {"lamp": {"enum": ["ef", "cd"]}, "watts": {"$ref": "#/definitions/watts"}}}],
        "definitions": {
            "id": {"type": "string", "minLength": 1, "maxLength": 8},
            "watts": {"type": "number", "minimum": 0, "allOf": [{"type": "integer", "minimum": 5, "maximum": 60}]}
        }
    }"##;
    assert_eq!(listed(schema), ["lamp?: `cd` or `ef`", "watts?: integer from 5 to 60"]);
}

#[test]
fn a_long_pattern_stands_apart() {
    let pattern = format!("^{}$", "[a-z]".repeat(12));
    let catalog = catalog_of(&format!(r#"{{"properties": {{"lamp": {{"pattern": "{pattern}"}}}}}}"#));
    let fields = fields_of(catalog.schema(&catalog.event_types["lit"]));
    assert_eq!(fields.list[0].words.text, "string matching the pattern below");
    assert_eq!(fields.list[0].words.long_patterns, [pattern.as_str()]);
}

#[test]
fn a_field_is_required_in_every_event_or_in_what_it_is_in() {
    let schema = r#"{
        "required": ["lamp"],
        "properties": {
            "lamp": {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}, "name": {"type": "string"}}},
            "room": {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}},
            "bulbs": {"type": "array", "items": {"type": "object", "required": ["watts"], "properties": {"watts": {"type": "integer"}}}}
        },
        "allOf": [{"required": ["bulbs"]}]
    }"#;
    assert_eq!(
        listed(schema),
        [
            "lamp: object",
            "lamp.id: string",
            "lamp.name?: string",
            "room?: object",
            "room.id (in parent): string",
            "bulbs: array of objects",
            "bulbs[]: object",
            "bulbs[].watts: integer",
        ]
    );
}

#[test]
fn plain_elements_and_members_are_told_in_the_words_of_what_they_are_in() {
    let schema = r#"{"properties": {
        "tags": {"type": "array", "minItems": 1, "maxItems": 3, "uniqueItems": true, "items": {"type": "string", "x-privacy": "free-text"}},
        "at": {"type": "array", "items": [{"type": "number"}, {"type": "integer"}], "minItems": 2, "maxItems": 2},
        "notes": {"type": "array", "items": {"type": "string", "description": "One note."}},
        "words": {"type": "object", "maxProperties": 6, "propertyNames": {"pattern": "^[a-z]+$"}, "additionalProperties": {"type": "string", "x-privacy": "public"}},
        "hours": {"type": "object", "patternProperties": {"^mon$": {"type": "integer"}}, "additionalProperties": false},
        "rooms": {"type": "object", "properties": {"hall": {"type": "integer"}}, "additionalProperties": {"type": "object", "properties": {"id": {"type": "string"}}}},
        "steps": {"type": "array", "contains": {"properties": {"kind": {"const": "first"}}}, "items": {"properties": {"kind": {"type": "string"}}}}
    }}"#;
    assert_eq!(
        listed(schema),
        [
            "tags?: array of 1–3 items, all different: string [free-text]",
            "at?: array of exactly 2 items: number, then integer",
            "notes?: array of items",
            "notes[] (in parent): string",
            "words?: map of at most 6 entries: name matching `^[a-z]+$` → string [public]",
            "hours?: map: name matching `^mon$` → integer",
            "rooms?: object, and besides any name",
            "rooms.hall?: integer",
            "rooms.* (in parent): object",
            "rooms.*.id?: string",
            "steps?: array of objects, at least one where `steps[].kind` is absent or `first`",
            "steps[] (in parent): object",
            "steps[].kind?: string",
        ]
    );
}

#[test]
fn the_most_sensitive_class_counts_and_what_is_inside_takes_it_over() {
    let schema = r##"{"properties": {
        "lamp": {"x-privacy": "public", "allOf": [{"$ref": "#/definitions/name"}]},
        "owner": {"x-privacy": "contact-address", "type": "object", "properties": {"name": {"$ref": "#/definitions/name"}, "id": {"x-privacy": "public"}}},
        "room": {"x-privacy": "identifier", "$ref": "#/definitions/plain"},
        "when": {"if": {"const": 1}, "then": {"x-privacy": "free-text"}}
    }, "definitions": {"name": {"type": "string", "x-privacy": "free-text"}, "plain": {"type": "string"}}}"##;
    let lines = listed(schema);
    for (line, class) in lines.iter().zip([
        "free-text",
        "contact-address",
        "contact-address",
        "contact-address",
        "identifier",
        "free-text",
    ]) {
        assert!(line.contains(&format!("[{class}]")), "{line}");
    }
}

#[test]
fn the_nearest_description_is_the_meaning() {
    let schema = r##"{"properties": {
        "lamp": {"description": "Own.", "allOf": [{"$ref": "#/definitions/id"}]},
        "room": {"$ref": "#/definitions/id"},
        "hall": {}
    }, "definitions": {"id": {"description": "Of the definition."}}}"##;
    let catalog = catalog_of(schema);
    let fields = fields_of(catalog.schema(&catalog.event_types["lit"]));
    let meanings: Vec<Option<&str>> = fields.list.iter().map(|field| field.description).collect();
    assert_eq!(meanings, [Some("Own."), Some("Of the definition."), None]);
}

#[test]
fn a_schema_that_contains_itself_ends_where_it_begins_again() {
    let schema = r##"{"properties": {"tree": {"$ref": "#/definitions/tree"}, "next": {"$ref": "#"}}, "definitions": {
        "tree": {"type": "object", "properties": {"name": {"type": "string"}, "left": {"$ref": "#/definitions/tree"},
            "leaves": {"type": "array", "items": {"$ref": "#/definitions/leaf"}}}},
        "leaf": {"type": "object", "properties": {"tree": {"$ref": "#/definitions/tree"}}}
    }}"##;
    assert_eq!(
        listed(schema),
        [
            "tree?: object",
            "tree.name?: string",
            "tree.left?: object, with the fields of `tree`",
            "tree.leaves?: array of objects",
            "tree.leaves[] (in parent): object",
            "tree.leaves[].tree?: object, with the fields of `tree`",
            "next?: object, with the fields of the event",
        ]
    );
}

#[test]
fn schemas_that_contain_each_other_in_every_combination_come_to_an_end() {
    let all = |of: usize| -> String {
        let members: Vec<String> =
            (0..of).map(|at| format!(r##""p{at}": {{"$ref": "#/definitions/d{at}"}}"##)).collect();
        format!(r#""properties": {{{}}}"#, members.join(","))
    };
    let definitions: Vec<String> =
        (0..12).map(|at| format!(r#""d{at}": {{"title": "{at}", {}}}"#, all(12))).collect();
    let catalog = catalog_of(&format!(r#"{{{}, "definitions": {{{}}}}}"#, all(12), definitions.join(",")));
    let fields = fields_of(catalog.schema(&catalog.event_types["lit"]));
    assert!((2_000..4_000).contains(&fields.list.len()), "{}", fields.list.len());
}

#[test]
fn a_schema_that_is_very_deep_is_listed_down_to_a_depth() {
    let (before, after) = (r#"{"properties": {"in": "#.repeat(40), "}}".repeat(40));
    let catalog = catalog_of(&format!("{before}{{}}{after}"));
    assert_eq!(fields_of(catalog.schema(&catalog.event_types["lit"])).list.len(), 32);
}

/// The members that are known anywhere in a schema, by another way: the catalog's own walk.
fn known(schema: SchemaRef<'_>, prefix: &str, depth: usize, found: &mut Vec<String>) {
    for (part, _) in schema.applied_in_place() {
        for (name, child) in part.named_subschemas("properties") {
            let path = if prefix.is_empty() { name.to_owned() } else { format!("{prefix}.{name}") };
            if depth > 0 && child.value().as_object().is_some() {
                known(child, &path, depth - 1, found);
                found.push(path);
            }
        }
        if let Some(items) = part.subschema("items").filter(|items| items.value().as_object().is_some()) {
            known(items, &format!("{prefix}[]"), depth, found);
        }
    }
}

#[test]
fn every_member_that_a_schema_knows_is_a_field() {
    for (_, catalog) in catalogs() {
        for event_type in catalog.event_types.values() {
            let schema = catalog.schema(event_type);
            let mut expected = Vec::new();
            known(schema, "", 4, &mut expected);
            let listed = paths(&fields_of(schema));
            // A budget within a budget is told once.
            expected.retain(|path| path.matches("parts").count() < 2 && !path.contains("parts[]."));
            for path in expected {
                assert!(listed.contains(&path), "{}: {path}", event_type.name);
            }
        }
    }
}

#[test]
fn the_fields_of_the_parcel_catalog() {
    let folder = format!("{}/../../tests/catalogs/parcel", env!("CARGO_MANIFEST_DIR"));
    let catalog = Catalog::load(folder).unwrap_or_else(|error| panic!("{error}"));
    let mut lines = Vec::new();
    for event_type in catalog.event_types.values() {
        lines.push(format!("\n{}", event_type.name));
        let fields = fields_of(catalog.schema(event_type));
        lines.extend(fields.list.iter().map(line));
        lines.extend(fields.rules);
    }
    insta::assert_snapshot!(lines.join("\n"));
}
