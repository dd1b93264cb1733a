//! Events that are made to take time or memory without bounds.

use std::fmt::Write as _;

use tidings::{Engine, Options, UnknownFields};

use crate::lessons::{catalog, holds};

fn engine(schema: &str) -> Engine {
    Engine::new(catalog("", schema).unwrap(), Options::default()).unwrap()
}

/// The rules of what is found.
fn rules(engine: &Engine, event: &str) -> Vec<&'static str> {
    engine.validate(event.as_bytes()).findings().iter().map(|finding| finding.rule.id).collect()
}

#[test]
fn a_long_name_above_many_findings_is_not_copied_for_each() {
    let name = "k".repeat(100_000);
    let members: Vec<String> = (0..20_000).map(|n| format!("\"m{n}\":\"x\"")).collect();
    // Each pointer has a hundred kilobytes, so there is room for eighty, and one more that goes over it.
    let event = format!("{{\"{name}\":{{{}}}}}", "\"a\":1,".repeat(20_000).trim_end_matches(','));
    let found = rules(&engine("{}"), &event);
    assert_eq!((found.len(), found.iter().all(|id| *id == "json/duplicate-key")), (1, true), "one place");
    let event = format!("{{\"{name}\":{{{}}}}}", members.join(","));
    let unknown = engine(r#"{"additionalProperties": {"properties": {"a": {}}}}"#);
    let found = rules(&unknown, &event);
    assert_eq!((found.len(), found[0]), (84, "schema/unknown-field"));
    let numbers = engine(r#"{"additionalProperties": {"additionalProperties": {"type": "number"}}}"#);
    assert_eq!(rules(&numbers, &event), ["schema/type"]);
    // All are told where names are as long as names are.
    assert_eq!(rules(&numbers, &event.replacen(&name, "k", 1)).len(), 20_000);
}

#[test]
fn what_is_only_suspected_takes_no_room_from_what_is_wrong() {
    let engine = engine(
        r#"{"additionalProperties": {"properties": {"t": {"items": {"type": "string", "x-privacy": "free-text"}}}}}"#,
    );
    let suspects = vec![r#""write to anna.smith@gmail.com""#; 90].join(",");
    let event = format!("{{\"{}\":{{\"t\":[{suspects}]}},\"zz\":{{\"unknown\":1}}}}", "k".repeat(100_000));
    let found = rules(&engine, &event);
    assert!(found.contains(&"schema/unknown-field") && found.contains(&"privacy/suspected-personal-data"));
}

#[test]
fn what_an_error_is_told_with_is_not_copied_for_each() {
    let codes: Vec<String> = (0..500).map(|n| format!("\"code{n}\"")).collect();
    let engine =
        engine(&format!(r#"{{"properties": {{"c": {{"items": {{"enum": [{}]}}}}}}}}"#, codes.join(",")));
    let found = rules(&engine, &format!("{{\"c\":[{}]}}", vec!["\"x\""; 5_000].join(",")));
    assert_eq!(found.len(), 5_000);
}

#[test]
fn names_that_alternatives_refuse_on_all_levels_are_not_copied_for_each() {
    let engine = engine(
        r##"{"properties": {"q": {"$ref": "#/definitions/B"}}, "definitions": {"B": {"anyOf": [
        {"properties": {"c": {"$ref": "#/definitions/B"}, "k": {"const": 1}}, "additionalProperties": false},
        {"properties": {"c": {"$ref": "#/definitions/B"}, "k": {"const": 2}}, "additionalProperties": false}]}}}"##,
    );
    let names: Vec<String> = (0..20_000).map(|n| format!("\"n{n}\":1")).collect();
    let event = format!("{{\"q\":{}{{{}}}{}}}", "{\"c\":".repeat(8), names.join(","), "}".repeat(8));
    assert_eq!(rules(&engine, &event)[0], "schema/any-of");
}

#[test]
fn what_fits_no_alternative_on_any_level_is_told_of_once() {
    let schema = r##"{"properties": {"q": {"$ref": "#/definitions/B"}}, "definitions": {"B": {"anyOf": [
        {"properties": {"c": {"$ref": "#/definitions/B"}, "k": {"const": 1}}},
        {"properties": {"c": {"$ref": "#/definitions/B"}, "k": {"const": 2}}}]}}}"##;
    let engine = engine(schema);
    let tree =
        |depth: usize| format!("{{\"q\":{}{{\"k\":3}}{}}}", "{\"c\":".repeat(depth), "}".repeat(depth));
    for depth in [1, 17] {
        assert_eq!(rules(&engine, &tree(depth)), ["schema/any-of"], "{depth}");
    }
}

/// Each level could ask all below it twice or thrice.
#[test]
fn alternatives_that_lead_back_to_themselves_are_asked_in_time() {
    let nested = |open: &str, close: &str| format!("{{\"a\":{}1{}}}", open.repeat(60), close.repeat(60));
    for (alternatives, event) in [
        (
            r##"{"allOf": [{"$ref": "#/definitions/list"}], "minItems": 2}, {"$ref": "#/definitions/list"}"##,
            nested("[", "]"),
        ),
        (
            r##"{"type": "array", "items": {"$ref": "#/definitions/t"}, "minItems": 2},
                {"type": "array", "items": {"$ref": "#/definitions/t"}}"##,
            nested("[", "]"),
        ),
        (
            r##"{"type": "array", "items": {"$ref": "#/definitions/t"}}, {"items": {"$ref": "#/definitions/t"}}"##,
            nested("[", "]"),
        ),
        (
            r##"{"type": "object", "additionalProperties": {"$ref": "#/definitions/t"}},
                {"additionalProperties": {"$ref": "#/definitions/t"}}"##,
            nested("{\"b\":", "}"),
        ),
        (
            r##"{"properties": {"op": {"const": "and"}, "of": {"items": {"$ref": "#/definitions/t"}}}, "required": ["op"]},
                {"properties": {"op": {"const": "or"}, "of": {"items": {"$ref": "#/definitions/t"}}}, "required": ["op"]},
                {"properties": {"op": {"const": "not"}, "of": {"items": {"$ref": "#/definitions/t"}}}, "required": ["op"]}"##,
            nested("{\"op\":\"or\",\"of\":[", "]}"),
        ),
    ] {
        let schema = format!(
            r##"{{"properties": {{"a": {{"$ref": "#/definitions/t"}}}}, "definitions": {{
            "t": {{"anyOf": [{{"type": "integer"}}, {alternatives}]}},
            "list": {{"type": "array", "items": {{"$ref": "#/definitions/t"}}}}}}}}"##
        );
        assert_eq!(rules(&engine(&schema), &event), [""; 0], "{alternatives}");
        holds("", &schema, &[&event]);
    }
}

/// What is valid is looked through again for each way that leads to it while errors are collected.
#[test]
fn what_is_wrong_beside_a_deep_value_that_two_ways_lead_into_is_told_in_time() {
    let engine = engine(
        r##"{"properties": {"n": {"$ref": "#/definitions/node"}, "z": {"type": "integer"}}, "definitions": {"node": {"allOf": [
        {"properties": {"c": {"$ref": "#/definitions/node"}}}, {"properties": {"c": {"$ref": "#/definitions/node"}}}]}}}"##,
    );
    let event = |depth: usize| format!("{{\"n\":{}{{}}{}", "{\"c\":".repeat(depth), "}".repeat(depth));
    for depth in [10, 60] {
        assert_eq!(rules(&engine, &format!("{}}}", event(depth))), [""; 0], "{depth}");
        let first = format!("{{\"z\":0.5,{}}}", &event(depth)[1..]);
        assert_eq!(rules(&engine, &first).len(), 1, "{depth}");
        let last = format!("{},\"z\":0.5}}", event(depth));
        assert_eq!(rules(&engine, &last).len(), 1, "{depth}");
    }
    assert_eq!(rules(&engine, &format!("{},\"z\":0.5}}", event(10))), ["schema/type"]);
}

#[test]
fn what_stands_at_a_place_that_two_ways_lead_to_is_described_in_time() {
    let engine = engine(
        r##"{"properties": {"n": {"$ref": "#/definitions/node"}}, "definitions": {"node": {
        "properties": {"kind": {"enum": ["leaf", "step"]}, "v": {"minimum": 0}, "next": {"$ref": "#/definitions/node"}},
        "if": {"properties": {"kind": {"const": "leaf"}}}, "then": {"properties": {"next": false}},
        "else": {"properties": {"next": {"$ref": "#/definitions/node"}}, "required": ["next"]}}}}"##,
    );
    let step = "{\"kind\":\"step\",\"next\":";
    let event = format!("{{\"n\":{}{{\"kind\":\"leaf\",\"v\":-1}}{}}}", step.repeat(12), "}".repeat(12));
    assert!(rules(&engine, &event).contains(&"schema/minimum"));
}

/// What may apply to a member that was reached by some names is one of a million sets of schemas.
#[test]
fn more_sets_of_schemas_than_there_is_room_for_are_one_schema_each() {
    const LAST: usize = 20;
    let mut definitions = String::new();
    for number in 1..LAST {
        let next = format!(r##"{{"$ref": "#/definitions/d{}"}}"##, number + 1);
        let _ = write!(definitions, r#""d{number}": {{"properties": {{"a": {next}, "b": {next}}}}}, "#);
    }
    let engine = engine(&format!(
        r##"{{"properties": {{"p": {{"$ref": "#/definitions/d0"}}}}, "definitions": {{
        "d0": {{"properties": {{"a": {{"$ref": "#/definitions/d0"}},
            "b": {{"anyOf": [{{"$ref": "#/definitions/d0"}}, {{"$ref": "#/definitions/d1"}}]}}}}}},
        {definitions} "d{LAST}": {{"properties": {{"end": {{}}}}}}}}}}"##
    ));
    let event = |names: &str| {
        let open = names.replace('a', "{\"a\":").replace('b', "{\"b\":");
        format!("{{\"p\":{open}{{\"end\":1}}{}}}", "}".repeat(names.len()))
    };
    for before in ["", "a", "bab"] {
        for behind in ["a".repeat(LAST - 1), "ab".repeat(LAST).split_off(LAST + 1)] {
            assert_eq!(rules(&engine, &event(&format!("{before}b{behind}"))), [""; 0], "{before} {behind}");
            let unknown = ["schema/unknown-field"];
            assert_eq!(rules(&engine, &event(&format!("{before}a{behind}"))), unknown, "{before} {behind}");
        }
    }
}

#[test]
fn numbers_that_look_alike_are_told_apart_in_time() {
    let engine = engine(r#"{"properties": {"n": {"uniqueItems": true}}}"#);
    let mut event = "{\"n\":[".to_owned();
    for exponent in 400..40_000 {
        let _ = write!(event, "1e{exponent},");
    }
    assert_eq!(rules(&engine, &format!("{event}[]]}}")), [""; 0]);
    assert_eq!(rules(&engine, &format!("{event}10e400]}}")), ["schema/unique-items"]);
}

#[test]
fn many_findings_in_a_large_object_are_placed_in_time() {
    let mut event = "{\"k\":{".to_owned();
    event += "\"a\":1,".repeat(50_000).trim_end_matches(',');
    event.push('}');
    for number in 0..50_000 {
        let _ = write!(event, ",\"f{number}\":1");
    }
    event.push('}');
    let found = rules(&engine(r#"{"properties": {"k": {}}}"#), &event);
    assert_eq!(found.len(), 50_001, "one for the duplicates of one place, and each unknown field");
}

#[test]
fn a_text_on_which_a_pattern_is_given_up_is_a_finding() {
    let text = "a".repeat(40);
    for pattern in ["^(?:(?!--)[a-z-]+)+$", r"^(a|aa)+\\1?$"] {
        let places = [
            (r#"{"properties": {"a": {"pattern": "PATTERN"}}}"#, r#"{"a": "T!"}"#),
            (
                r#"{"properties": {"b": {"items": {"properties": {"~/": {"pattern": "PATTERN"}}}}}}"#,
                r#"{"b": [0, {"~/": "T!"}]}"#,
            ),
            (r#"{"propertyNames": {"pattern": "PATTERN"}}"#, r#"{"T!": 1}"#),
            (r#"{"patternProperties": {"PATTERN": false}}"#, r#"{"T!": 1}"#),
            (r#"{"additionalProperties": {"not": {"pattern": "PATTERN"}}}"#, r#"{"T": {"T": 1}, "c": "T!"}"#),
            (
                r#"{"required": ["x"], "properties": {"a": {"anyOf": [{"pattern": "PATTERN"}, {"minLength": 99}]}}}"#,
                r#"{"a": "T!"}"#,
            ),
        ];
        for (schema, event) in places {
            let engine =
                engine(&schema.replace("PATTERN", pattern)).with_unknown_fields(UnknownFields::Allow);
            let found = rules(&engine, &event.replace('T', &text));
            assert!(!found.is_empty(), "{pattern} {schema}");
        }
    }
}
