//! Pairs of schemas by keyword, and how they relate.

use serde_json::{Value, json};
use tidings_inclusion::Verdict;

use crate::support::{compare, relation};

fn read(text: &str) -> Value {
    serde_json::from_str(text).expect(text)
}

fn hold(table: &[(&str, &str, &str)]) {
    let mut wrong = Vec::new();
    for (left, expected, right) in table {
        let found = relation(&read(left), &read(right));
        if found != *expected {
            wrong.push(format!("{left}\n  {expected} expected, found {found}\n  {right}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn types_and_values_are_compared() {
    hold(&[
        ("{}", "=", "true"),
        ("{}", ">", "false"),
        (r#"{"description": "a"}"#, "=", r#"{"title": "b"}"#),
        (r#"{"type": "integer"}"#, "<", r#"{"type": "number"}"#),
        (r#"{"type": ["integer", "number"]}"#, "=", r#"{"type": "number"}"#),
        (r#"{"type": ["string", "null"]}"#, ">", r#"{"type": "string"}"#),
        (r#"{"type": ["string", "integer"]}"#, "#", r#"{"type": ["string", "boolean"]}"#),
        (r#"{"type": ["array", "boolean", "integer", "null", "number", "object", "string"]}"#, "=", "{}"),
        (r#"{"const": 1}"#, "=", r#"{"enum": [1.0, 10e-1]}"#),
        (r#"{"enum": [1, "a"]}"#, "<", r#"{"enum": [1, "a", null]}"#),
        (r#"{"enum": ["a", "bb"]}"#, "<", r#"{"type": "string", "maxLength": 2}"#),
        (r#"{"enum": ["a", "bb"]}"#, "#", r#"{"type": "string", "maxLength": 1}"#),
        (r#"{"enum": [true, false]}"#, "=", r#"{"type": "boolean"}"#),
        (r#"{"const": {"a": [1]}}"#, "=", r#"{"enum": [{"a": [1.0]}]}"#),
        (r#"{"const": {"a": 1}}"#, "<", r#"{"required": ["a"], "properties": {"a": {"minimum": 1}}}"#),
        (r#"{"not": {"const": {"a": 1}}}"#, ">", r#"{"not": {"required": ["a"]}}"#),
        (r#"{"not": {"const": [1]}}"#, ">", r#"{"type": "array", "minItems": 2}"#),
        (r#"{"type": "string", "enum": ["a", 1]}"#, "=", r#"{"const": "a"}"#),
        // Of the values of an alternative only those of the type that is looked at count.
        (
            r#"{"type": "array", "minItems": 2, "anyOf": [{"enum": [3, [2]]}, {"enum": [4, [1]]}]}"#,
            "=",
            "false",
        ),
    ]);
}

#[test]
fn numbers_are_compared_exactly() {
    hold(&[
        (r#"{"minimum": 1}"#, "<", r#"{"minimum": 0.5}"#),
        (r#"{"type": "integer", "exclusiveMinimum": 0}"#, "=", r#"{"type": "integer", "minimum": 1}"#),
        (r#"{"type": "integer", "minimum": 0.5, "maximum": 1.5}"#, "=", r#"{"const": 1}"#),
        (r#"{"exclusiveMinimum": 0}"#, ">", r#"{"minimum": 1}"#),
        (r#"{"multipleOf": 6}"#, "<", r#"{"multipleOf": 2}"#),
        (r#"{"multipleOf": 0.5}"#, ">", r#"{"multipleOf": 1}"#),
        (r#"{"type": "number", "multipleOf": 1.5}"#, "#", r#"{"type": "integer"}"#),
        (r#"{"allOf": [{"multipleOf": 4}, {"multipleOf": 6}]}"#, "=", r#"{"multipleOf": 12}"#),
        (r#"{"type": "integer", "multipleOf": 0.3}"#, "=", r#"{"type": "integer", "multipleOf": 3}"#),
        (r#"{"type": "number", "minimum": 1, "maximum": 1}"#, "=", r#"{"const": 1}"#),
        (r#"{"type": "number", "minimum": 2, "maximum": 1}"#, "=", "false"),
        (r#"{"maximum": 100000000000000000000}"#, ">", r#"{"maximum": 99999999999999999999}"#),
        (r#"{"minimum": 0.1}"#, "<", r#"{"minimum": 0.09999999999999999999}"#),
        (
            r#"{"type": "integer", "minimum": 1, "maximum": 5, "not": {"multipleOf": 2}}"#,
            "=",
            r#"{"enum": [1, 3, 5]}"#,
        ),
        (
            r#"{"type": "number", "not": {"multipleOf": 0.5}, "minimum": 0, "maximum": 0.4}"#,
            "<",
            r#"{"exclusiveMinimum": 0}"#,
        ),
    ]);
}

#[test]
fn strings_are_compared_as_automata() {
    hold(&[
        (r#"{"minLength": 2}"#, "<", r#"{"minLength": 1}"#),
        (r#"{"maxLength": 2.0}"#, "<", r#"{"maxLength": 3}"#),
        (r#"{"type": "string", "minLength": 3, "maxLength": 2}"#, "=", "false"),
        (r#"{"pattern": "^[a-c]+$"}"#, "<", r#"{"pattern": "^[a-z]+$"}"#),
        (r#"{"pattern": "^\\d+$"}"#, "=", r#"{"pattern": "^[0-9][0-9]*$"}"#),
        (r#"{"pattern": "^a.b$"}"#, "<", r#"{"minLength": 3, "maxLength": 3}"#),
        (r#"{"pattern": "a"}"#, ">", r#"{"pattern": "^a"}"#),
        (r#"{"pattern": "^(?!a)[a-z]$"}"#, "=", r#"{"pattern": "^[b-z]$"}"#),
        (r#"{"pattern": "^(?=.*[0-9])[a-z0-9]+$"}"#, "<", r#"{"pattern": "^[a-z0-9]+$"}"#),
        (r#"{"pattern": "^[a-z-]+(?<!-)$"}"#, "=", r#"{"pattern": "^[a-z-]*[a-z]$"}"#),
        (r#"{"pattern": "^(a)\\1$"}"#, "=", r#"{"pattern": "^(a)\\1$", "title": "twice"}"#),
        (r#"{"pattern": "^(a|b)\\1$"}"#, "<", "{}"),
        (r#"{"pattern": "^[a-z]{1,64}$"}"#, "<", r#"{"pattern": "^[a-z0-9_-]{1,64}$"}"#),
        (r#"{"pattern": "^[a-z]*$", "maxLength": 10}"#, "=", r#"{"pattern": "^[a-z]{0,10}$"}"#),
        (r#"{"not": {"pattern": "a"}}"#, "<", r#"{"type": "string"}"#),
        (r#"{"enum": ["a", "b"]}"#, "<", r#"{"pattern": "^[ab]$"}"#),
        (r#"{"type": "string", "pattern": "^[ab]$"}"#, "=", r#"{"enum": ["a", "b"]}"#),
    ]);
}

#[test]
fn formats_are_opaque_but_for_what_is_known_of_them() {
    hold(&[
        (r#"{"format": "email"}"#, "=", r#"{"format": "email"}"#),
        (r#"{"format": "email"}"#, "<", "{}"),
        (r#"{"format": "date-time"}"#, "#", r#"{"format": "date"}"#),
        (r#"{"format": "uri", "maxLength": 100}"#, "<", r#"{"format": "uri", "maxLength": 200}"#),
        (r#"{"format": "date"}"#, "<", r#"{"pattern": "^[0-9-]{10}$"}"#),
        (r#"{"format": "date-time"}"#, "<", r#"{"minLength": 20}"#),
        (r#"{"format": "uuid"}"#, "=", "{}"),
        (r#"{"format": "x-own"}"#, "=", r#"{"format": "y-own"}"#),
        (r#"{"format": "ipv4"}"#, "<", r#"{"maxLength": 15}"#),
        (
            r#"{"format": "date-time", "pattern": "^[0-9T:.-]+Z$"}"#,
            "<",
            r#"{"format": "date-time", "pattern": "Z$"}"#,
        ),
    ]);
    for format in [
        "date",
        "date-time",
        "email",
        "hostname",
        "idn-email",
        "idn-hostname",
        "ipv4",
        "ipv6",
        "iri",
        "iri-reference",
        "json-pointer",
        "regex",
        "relative-json-pointer",
        "time",
        "uri",
        "uri-reference",
        "uri-template",
    ] {
        let with = json!({"type": "string", "format": format});
        assert_eq!(relation(&with, &json!({"type": "string"})), "<", "{format}");
        let longer = json!({"type": "string", "format": format, "minLength": 12});
        let expected = if format == "date-time" { "=" } else { "<" };
        assert_eq!(relation(&longer, &with), expected, "{format}");
    }
}

#[test]
fn what_is_not_known_of_a_format_is_no_proof() {
    for (left, right) in [
        (
            json!({"type": "string", "format": "email", "pattern": "^[A-Z]"}),
            json!({"not": {"pattern": "^[A-Z]"}}),
        ),
        (json!({"type": "string", "format": "hostname", "pattern": "-"}), json!(false)),
        (
            json!({"type": "string", "not": {"format": "ipv6"}, "pattern": "^[0-9a-f:]+$"}),
            json!({"pattern": "[.]"}),
        ),
        (json!({"type": "string", "format": "time", "pattern": ":60Z$"}), json!(false)),
    ] {
        let found = compare(&left, &right, None);
        assert_ne!(found.verdict(), Verdict::Compatible, "{left} and {right}");
    }
}

#[test]
fn arrays_are_compared() {
    hold(&[
        (r#"{"minItems": 2}"#, "<", r#"{"minItems": 1}"#),
        (r#"{"maxItems": 2}"#, "<", r#"{"maxItems": 3}"#),
        (r#"{"type": "array", "minItems": 3, "maxItems": 2}"#, "=", "false"),
        (r#"{"items": {"type": "integer"}}"#, "<", r#"{"items": {"type": "number"}}"#),
        (r#"{"items": [{"type": "integer"}]}"#, ">", r#"{"items": {"type": "integer"}}"#),
        (r#"{"items": [{"type": "integer"}], "additionalItems": false}"#, "<", r#"{"maxItems": 1}"#),
        (r#"{"items": false}"#, "=", r#"{"maxItems": 0}"#),
        (r#"{"items": [true, false]}"#, "=", r#"{"maxItems": 1}"#),
        (
            r#"{"items": {"type": "string"}, "additionalItems": false}"#,
            "=",
            r#"{"items": {"type": "string"}}"#,
        ),
        (r#"{"contains": {"const": 1}}"#, "#", r#"{"type": "array", "items": {"const": 1}}"#),
        (r#"{"items": {"const": 1}, "minItems": 1}"#, "<", r#"{"contains": {"const": 1}}"#),
        (r#"{"contains": {"const": 1}}"#, "<", r#"{"minItems": 1}"#),
        (r#"{"contains": true}"#, "=", r#"{"minItems": 1}"#),
        (r#"{"allOf": [{"contains": {"const": 1}}, {"contains": {"const": 2}}]}"#, "<", r#"{"minItems": 2}"#),
        (r#"{"uniqueItems": true}"#, "<", "{}"),
        (r#"{"uniqueItems": true, "items": {"type": "boolean"}}"#, "<", r#"{"maxItems": 2}"#),
        (r#"{"uniqueItems": true, "items": {"enum": [1, 2]}, "minItems": 3, "type": "array"}"#, "=", "false"),
        (r#"{"maxItems": 1}"#, "<", r#"{"uniqueItems": true}"#),
        (r#"{"not": {"uniqueItems": true}}"#, "<", r#"{"type": "array", "minItems": 2}"#),
        (
            r#"{"uniqueItems": true, "items": [{"enum": [1, 2]}, {"const": 1}], "minItems": 2}"#,
            "<",
            r#"{"items": [{"const": 2}]}"#,
        ),
        (
            r#"{"type": "array", "uniqueItems": true, "items": [{"enum": [1, 2]}, {"const": 1}], "minItems": 2, "maxItems": 2}"#,
            ">",
            "false",
        ),
    ]);
}

#[test]
fn objects_are_compared() {
    hold(&[
        (r#"{"required": ["a", "b"]}"#, "<", r#"{"required": ["a"]}"#),
        (
            r#"{"properties": {"a": {"type": "integer"}}}"#,
            "<",
            r#"{"properties": {"a": {"type": "number"}}}"#,
        ),
        (r#"{"properties": {"a": {}}}"#, "=", "{}"),
        (
            r#"{"properties": {"a": false}}"#,
            "=",
            r#"{"anyOf": [{"not": {"required": ["a"]}}, {"type": ["array", "boolean", "null", "number", "string"]}]}"#,
        ),
        (
            r#"{"properties": {"a": {}}, "additionalProperties": false}"#,
            "<",
            r#"{"properties": {"a": {}, "b": {}}, "additionalProperties": false}"#,
        ),
        (
            r#"{"patternProperties": {"^x-": {}}, "additionalProperties": false}"#,
            "=",
            r#"{"propertyNames": {"pattern": "^x-"}}"#,
        ),
        (
            r#"{"patternProperties": {"^[ab]$": {}}, "additionalProperties": false}"#,
            "=",
            r#"{"properties": {"a": {}, "b": {}}, "additionalProperties": false}"#,
        ),
        (
            r#"{"patternProperties": {"^[ab]$": {"type": "string"}}}"#,
            "=",
            r#"{"properties": {"a": {"type": "string"}, "b": {"type": "string"}}}"#,
        ),
        (
            r#"{"patternProperties": {"^x": {"type": "string"}}}"#,
            ">",
            r#"{"additionalProperties": {"type": "string"}}"#,
        ),
        // A name that nothing mentions still fits in.
        (
            r#"{"type": "object", "maxProperties": 1}"#,
            "#",
            r#"{"properties": {"a": {}}, "additionalProperties": false}"#,
        ),
        // A member with a constant may be missing.
        (
            r#"{"type": "object", "properties": {"k": {"const": 1}},
                "anyOf": [{"properties": {"k": {"const": 2}}}, {"properties": {"k": {"const": 3}}}]}"#,
            ">",
            "false",
        ),
        (r#"{"propertyNames": {"maxLength": 3}}"#, "<", r#"{"propertyNames": {"maxLength": 4}}"#),
        (r#"{"propertyNames": false}"#, "=", r#"{"maxProperties": 0}"#),
        (r#"{"propertyNames": {"enum": ["a", "b"]}}"#, "<", r#"{"maxProperties": 2}"#),
        (r#"{"minProperties": 2}"#, "<", r#"{"minProperties": 1}"#),
        (r#"{"required": ["a", "b"]}"#, "#", r#"{"type": "object", "minProperties": 2}"#),
        (r#"{"type": "object", "required": ["a", "b"]}"#, "<", r#"{"type": "object", "minProperties": 2}"#),
        (r#"{"type": "object", "required": ["a", "b"], "maxProperties": 1}"#, "=", "false"),
        (r#"{"dependencies": {"a": ["b"]}}"#, ">", r#"{"required": ["b"]}"#),
        (r#"{"dependencies": {"a": ["b", "c"]}}"#, "<", r#"{"dependencies": {"a": {"required": ["b"]}}}"#),
        (
            r#"{"properties": {"a": {"properties": {"b": {"maxLength": 3}}}}}"#,
            "<",
            r#"{"properties": {"a": {"properties": {"b": {"maxLength": 4}}}}}"#,
        ),
        (r#"{"type": "object", "minProperties": 3, "propertyNames": {"pattern": "^[ab]$"}}"#, "=", "false"),
    ]);
}

#[test]
fn combined_schemas_are_compared() {
    let union = |extra: &str| {
        format!(
            r#"{{"oneOf": [
                {{"required": ["kind", "a"], "properties": {{"kind": {{"const": "a"}}, "a": {{"type": "string"}}}}}},
                {{"required": ["kind", "b"], "properties": {{"kind": {{"const": "b"}}, "b": {{"type": "integer"}}}}}}{extra}
            ]}}"#
        )
    };
    let wider = union(r#", {"required": ["kind"], "properties": {"kind": {"const": "c"}}}"#);
    hold(&[
        (r#"{"allOf": [{"minimum": 1}, {"maximum": 2}]}"#, "=", r#"{"minimum": 1, "maximum": 2}"#),
        (r#"{"anyOf": [{"type": "string"}, {"type": "null"}]}"#, "=", r#"{"type": ["null", "string"]}"#),
        (r#"{"anyOf": [{"maximum": 1}, {"minimum": 0}]}"#, "=", "{}"),
        (r#"{"oneOf": [{"type": "string"}, {"type": "null"}]}"#, "=", r#"{"type": ["null", "string"]}"#),
        (
            r#"{"oneOf": [{"minimum": 1}, {"minimum": 2}]}"#,
            "=",
            r#"{"exclusiveMaximum": 2, "minimum": 1, "type": "number"}"#,
        ),
        (r#"{"not": {"not": {"type": "string"}}}"#, "=", r#"{"type": "string"}"#),
        (r#"{"not": {}}"#, "=", "false"),
        (&union(""), "<", &wider),
        (
            r#"{"if": {"properties": {"k": {"const": 1}}, "required": ["k"]}, "then": {"required": ["a"]}}"#,
            ">",
            r#"{"required": ["a"]}"#,
        ),
        (
            r#"{"if": {"type": "string"}, "then": {"maxLength": 2}, "else": {"minimum": 1}}"#,
            "=",
            r#"{"maxLength": 2, "minimum": 1}"#,
        ),
        (r#"{"then": false, "else": false}"#, "=", "{}"),
        (r#"{"if": false}"#, "=", "{}"),
    ]);
}

#[test]
fn references_are_followed_also_in_circles() {
    let tree = |leaf: &str| {
        format!(
            r##"{{"$ref": "#/definitions/node", "definitions": {{"node": {{"type": "object", "required": ["value"],
            "properties": {{"value": {leaf}, "children": {{"type": "array", "items": {{"$ref": "#/definitions/node"}}}}}}}}}}}}"##
        )
    };
    hold(&[
        (
            r##"{"$ref": "#/definitions/a", "definitions": {"a": {"type": "string"}}}"##,
            "=",
            r#"{"type": "string"}"#,
        ),
        (
            r##"{"$ref": "#/definitions/a", "minLength": 3, "definitions": {"a": {"type": "string"}}}"##,
            "=",
            r#"{"type": "string"}"#,
        ),
        (
            r##"{"allOf": [{"$ref": "#b"}], "definitions": {"a": {"$id": "#b", "type": "null"}}}"##,
            "=",
            r#"{"const": null}"#,
        ),
        (&tree(r#"{"type": "integer"}"#), "=", &tree(r#"{"type": "integer", "title": "a"}"#)),
        (&tree(r#"{"type": "integer"}"#), "<", &tree(r#"{"type": "number"}"#)),
        (&tree(r#"{"type": "string"}"#), "#", &tree(r#"{"type": "number"}"#)),
        (
            r##"{"type": "object", "required": ["next"], "properties": {"next": {"$ref": "#"}}}"##,
            "=",
            "false",
        ),
    ]);
}

#[test]
fn a_witness_keeps_of_the_example_what_it_can() {
    let schema = |weight: Value| {
        json!({
            "type": "object",
            "required": ["id", "weight"],
            "properties": {
                "id": {"type": "string", "pattern": "^[a-z0-9_]{1,64}$"},
                "weight": weight,
                "tags": {"type": "array", "items": {"type": "string"}},
            }
        })
    };
    let example = json!({"weight": 5.0, "id": "par_777", "note": {"free": [1]}, "tags": ["a", "b"]});
    let found = compare(
        &schema(json!({"type": "number"})),
        &schema(json!({"type": "number", "maximum": 10})),
        Some(&example),
    );
    assert_eq!(found.verdict(), Verdict::Breaking);
    assert_eq!(found.witnesses.len(), 1);
    let witness = &found.witnesses[0];
    assert_eq!(
        witness.value.to_string(),
        r#"{"weight":11,"id":"par_777","note":{"free":[1]},"tags":["a","b"]}"#
    );
    assert_eq!((witness.pointer.as_str(), witness.keyword), ("/weight", "maximum"));
}

#[test]
fn each_break_has_a_witness_of_its_own() {
    let old = json!({
        "type": "object",
        "properties": {
            "name": {"type": "string", "maxLength": 200},
            "kind": {"enum": ["a", "b", "c"]},
            "size": {"type": "integer"},
        }
    });
    let new = json!({
        "type": "object",
        "required": ["size"],
        "properties": {
            "name": {"type": "string", "maxLength": 100},
            "kind": {"enum": ["a", "b"]},
            "size": {"type": "integer"},
        }
    });
    let example = json!({"name": "Ann", "kind": "a", "size": 1});
    let found = compare(&old, &new, Some(&example));
    let mut causes: Vec<(&str, &str)> =
        found.witnesses.iter().map(|witness| (witness.pointer.as_str(), witness.keyword)).collect();
    causes.sort_unstable();
    assert_eq!(causes, [("", "required"), ("/kind", "enum"), ("/name", "maxLength")]);
    let at = |pointer: &str| found.witnesses.iter().find(|witness| witness.pointer == pointer).unwrap();
    assert_eq!(at("").value, json!({"name": "Ann", "kind": "a"}));
    assert_eq!(at("/kind").value, json!({"name": "Ann", "kind": "c", "size": 1}));
    assert_eq!(at("/name").value["size"], 1);
    assert!(found.unproven.is_empty());
}
