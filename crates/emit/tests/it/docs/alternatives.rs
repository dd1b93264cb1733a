//! What the view says of schemas that ask for different things in different cases.

use super::listed;

#[test]
fn if_then_and_else_become_conditions() {
    let schema = r#"{
        "required": ["kind", "id"],
        "properties": {"kind": {"enum": ["bulb", "tube", "led"]}, "id": {"type": "string"}, "length": {"type": "integer"}, "socket": {"type": "string"}},
        "if": {"properties": {"kind": {"const": "tube"}}, "required": ["kind"]},
        "then": {"required": ["length"], "properties": {"length": true, "id": {"pattern": "^t", "description": "As on the tube."}}},
        "else": {"properties": {"length": false, "socket": {"enum": ["E14", "E27"]}}}
    }"#;
    assert_eq!(
        listed(schema),
        [
            "kind: `bulb`, `tube` or `led`",
            "id: string; when `kind` is `tube`: string matching `^t` As on the tube.",
            "length?: integer; when `kind` is `tube`: required; unless `kind` is `tube`: forbidden",
            "socket?: string; unless `kind` is `tube`: `E14` or `E27`",
        ]
    );
}

#[test]
fn conditions_are_told_in_words() {
    for (test, words) in [
        (r#"{"properties": {"a": {"const": 1}}, "required": ["a"]}"#, "when `a` is `1`"),
        (r#"{"properties": {"a": {"const": 1}}}"#, "when `a` is absent or `1`"),
        (r#"{"properties": {"b": {"const": 1}}}"#, "when `b` is `1`"),
        (
            r#"{"properties": {"a": {"enum": [1, 2]}, "b": {"const": 3}}, "required": ["a"]}"#,
            "when `a` is `1` or `2` and `b` is `3`",
        ),
        (r#"{"required": ["a"]}"#, "when `a` is there"),
        (r#"{"required": ["a"], "properties": {"a": true}}"#, "when `a` is there"),
        (r#"{"required": ["a"], "properties": {"a": {"minimum": 3}}}"#, "when `a` is number ≥ 3"),
        (r#"{"anyOf": [{"required": ["a"]}, {"required": ["c"]}]}"#, "when `a` is there or `c` is there"),
        (r#"{"not": {"required": ["a"]}}"#, "when not (`a` is there)"),
        (
            r#"{"required": ["o"], "properties": {"o": {"required": ["p"], "properties": {"p": {"const": 1}}}}}"#,
            "when `o.p` is `1`",
        ),
    ] {
        let schema = format!(
            r#"{{"required": ["b"], "properties": {{"x": {{}}}}, "if": {test}, "then": {{"required": ["x"]}}}}"#
        );
        assert_eq!(listed(&schema)[0], format!("x?: ; {words}: required"), "{test}");
    }
}

#[test]
fn a_condition_that_is_always_so_is_none() {
    let schema = r#"{"properties": {"x": {}, "y": {}}, "allOf": [
        {"if": true, "then": {"required": ["x"]}, "else": {"required": ["y"]}},
        {"if": false, "then": {"required": ["y"]}}
    ]}"#;
    assert_eq!(listed(schema), ["x: ", "y?: "]);
}

#[test]
fn a_condition_within_a_condition_counts_as_well() {
    let schema = r#"{
        "required": ["kind"],
        "properties": {"kind": {"enum": ["a", "b", "c"]}, "x": {}},
        "if": {"properties": {"kind": {"enum": ["a", "b"]}}},
        "then": {"if": {"properties": {"kind": {"const": "b"}}}, "then": {"required": ["x"]}},
        "else": {"if": {"required": ["y"]}, "then": {"required": ["x"]}}
    }"#;
    assert_eq!(
        listed(schema)[1],
        "x?: ; when `kind` is `b`: required; unless `kind` is `a` or `b` and when `y` is there: required"
    );
}

#[test]
fn alternatives_are_told_apart_by_the_value_that_differs() {
    let schema = r##"{"required": ["how"], "properties": {"how": {"oneOf": [{"$ref": "#/definitions/cash"}, {"$ref": "#/definitions/card"}]}}, "definitions": {
        "cash": {"type": "object", "description": "In notes.", "required": ["by", "cents"], "properties": {"by": {"const": "cash"}, "cents": {"type": "integer"}}},
        "card": {"type": "object", "required": ["by", "cents", "id"], "properties": {"by": {"const": "card"}, "cents": {"type": "integer", "minimum": 50}, "id": {"type": "string"}, "pin": {"type": "boolean"}}}
    }}"##;
    assert_eq!(
        listed(schema),
        [
            "how: object; when `how.by` is `cash`: In notes.",
            "how.by: `cash` or `card`",
            "how.cents: integer or integer ≥ 50; when `how.by` is `cash`: integer; when `how.by` is `card`: integer ≥ 50",
            "how.id?: string; when `how.by` is `card`: required; when `how.by` is `card`: known",
            "how.pin?: boolean; when `how.by` is `card`: known",
        ]
    );
}

#[test]
fn alternatives_of_different_types_are_told_apart_by_the_type() {
    let schema = r#"{"properties": {"room": {"anyOf": [{"type": "string", "maxLength": 9}, {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}}]}}}"#;
    assert_eq!(
        listed(schema),
        [
            "room?: string of at most 9 characters or object",
            "room.id?: integer; when `room` is object: required; when `room` is object: known",
        ]
    );
}

#[test]
fn an_alternative_that_is_only_null_makes_a_value_nullable() {
    let schema = r#"{"required": ["paid"], "properties": {"paid": {"description": "How much.", "oneOf": [{"type": "null"}, {"type": "object", "required": ["cents"], "properties": {"cents": {"type": "integer"}}}]}}}"#;
    assert_eq!(listed(schema), ["paid: object or `null`", "paid.cents (in parent): integer"]);
}

#[test]
fn alternatives_that_only_ask_for_fields_are_rules() {
    let properties = r#""properties": {"a": {}, "b": {}, "c": {}}"#;
    for (keyword, rule) in [
        (
            r#""anyOf": [{"required": ["a"]}, {"required": ["b"], "properties": {"b": true}}]"#,
            "At least one of `a` and `b` is there.",
        ),
        (
            r#""anyOf": [{"required": ["a", "b"]}, {"required": ["c"]}]"#,
            "There is at least `a` and `b` or `c`.",
        ),
        (
            r#""oneOf": [{"required": ["a"]}, {"required": ["b"]}]"#,
            "There is either `a` or `b`, and not both.",
        ),
        (
            r#""oneOf": [{"required": ["a"]}, {"required": ["b"]}, {"required": ["c"]}]"#,
            "There is exactly one of `a`, `b` and `c`.",
        ),
        (r#""not": {"required": ["a", "b"]}"#, "`a` and `b` never come together."),
        (r#""not": {"required": ["a", "b", "c"]}"#, "`a`, `b` and `c` never come all together."),
        (r#""not": {"required": ["a"]}"#, "`a` is never there."),
        (r#""dependencies": {"a": ["b", "c"]}"#, "`a` comes only with `b` and `c`."),
        (r#""dependencies": {"a": ["b"], "b": ["a"]}"#, "`a` and `b` come together or not at all."),
        (
            r#""if": {"required": ["a"]}, "then": {"not": {"required": ["b", "c"]}}"#,
            "When `a` is there: `b` and `c` never come together.",
        ),
    ] {
        assert_eq!(
            listed(&format!("{{{properties}, {keyword}}}")),
            ["a?: ", "b?: ", "c?: ", rule],
            "{keyword}"
        );
    }
}

#[test]
fn a_schema_that_depends_on_a_field_counts_when_it_is_there() {
    let schema = r#"{"properties": {"a": {}, "b": {}}, "dependencies": {"a": {"required": ["b"], "properties": {"b": {"type": "string"}, "c": {"type": "integer"}}}}}"#;
    assert_eq!(
        listed(schema),
        ["a?: ", "b?: string; when `a` is there: required", "c?: integer; when `a` is there: known",]
    );
}

#[test]
fn a_field_that_only_a_test_names_is_known_all_the_same() {
    let schema = r#"{"properties": {"a": {}}, "if": {"properties": {"old": {"const": true}}}, "then": {"required": ["a"]}}"#;
    assert_eq!(listed(schema), ["a?: ; when `old` is absent or `true`: required", "old?: "]);
}
