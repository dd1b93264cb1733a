//! Events that some way once proved, or might have, though the authority has something against them; and those that teach
//! it to. Each test is a catalog and lines in an order that leads there.

use std::sync::Arc;

use tidings::{Catalog, Engine, Limits, LoadError, MemoryTree, Options};
use tidings_engine::{FastPath, Level, Paths};

const HEAD: &str = "[catalog]\nname = \"lamps\"\ntitle = \"Lamps\"\nversion = \"1.0.0\"\n";

/// Tells each way the lines, twice over, so that what the first taught is tried on the others, and holds it to what the
/// authority says of each by itself.
pub(crate) fn holds(manifest: &str, schema: &str, lines: &[&str]) {
    holds_within(Limits::default(), manifest, schema, lines);
}

fn holds_within(limits: Limits, manifest: &str, schema: &str, lines: &[&str]) {
    catalog_holds(limits, &catalog(manifest, schema).unwrap(), lines);
}

fn catalog_holds(limits: Limits, catalog: &Arc<Catalog>, lines: &[&str]) {
    let engine = |fast, level| {
        let options = Options { limits, paths: Paths { fast, level }, ..Options::default() };
        Engine::new(Arc::clone(catalog), options).unwrap()
    };
    let authority = engine(FastPath::AuthorityOnly, Level::Best);
    for fast in [FastPath::All, FastPath::Steps, FastPath::OrderFree] {
        for level in [Level::Best, Level::Avx2, Level::Scalar] {
            let way = engine(fast, level);
            for line in lines.iter().chain(lines) {
                let found = authority.validate(line.as_bytes()).into_findings();
                let proven = way.is_proven(line.as_bytes());
                assert!(!proven || found.is_empty(), "{fast:?}, {level:?} prove {line}, but {found:#?}");
            }
            let way = engine(fast, level);
            // What has nothing behind it is tried line by line.
            let stream = [lines, lines].concat().join("\n") + "\n" + &" ".repeat(300);
            let told = |engine: &Engine| {
                let mut told = Vec::new();
                engine.validate_lines(stream.as_bytes(), |line, verdict| {
                    told.push((line, verdict.into_findings()));
                });
                told
            };
            assert_eq!(told(&way), told(&authority), "{fast:?}, {level:?}: {stream}");
        }
    }
}

/// A catalog of one event type, which has this schema.
pub(crate) fn catalog(manifest: &str, schema: &str) -> Result<Arc<Catalog>, LoadError> {
    Catalog::from_tree(&tree(manifest, schema)).map(Arc::new)
}

fn tree(manifest: &str, schema: &str) -> MemoryTree {
    let manifest = format!(
        "{HEAD}{manifest}\n[events.lit]\nschema = \"lit.schema.json\"\nversion = 1\npurpose = \"It.\"\n{}",
        if manifest.contains("aggregates") { "aggregate = \"lamp\"\n" } else { "" }
    );
    MemoryTree::new().with("catalog.toml", manifest).with("lit.schema.json", schema)
}

#[test]
fn an_id_that_is_a_number_is_not_the_one_that_is_a_text_of_the_same_digits() {
    let manifest = "[roles]\naggregate_id = \"/about\"\n\
                    [aggregates.lamp]\nid = \"/lamp\"\nstates = [\"on\"]\nlive = [\"on\"]";
    let schema = r#"{"type": "object", "properties": {
        "about": {"type": ["string", "integer"]}, "lamp": {"type": ["string", "integer"]},
        "n": {"type": "integer"}, "k": {"type": "number"}}}"#;
    let lines = [
        // With something between that both have.
        r#"{"about":"57","n":100,"lamp":"57"}"#,
        r#"{"k":100,"about":57,"n":100,"lamp":57}"#,
        r#"{"about":"57","n":100,"lamp":57}"#,
        r#"{"about":57,"n":100,"lamp":"57"}"#,
    ];
    holds(manifest, schema, &lines);
}

#[test]
fn a_name_with_a_backslash_is_not_the_text_that_looks_the_same() {
    let schema = r#"{"type": "object", "properties": {"s\\s": {}, "t\\": {}, "u\nu": {}, "v\\u0041": {}}}"#;
    let lines = [
        r#"{"s\\s":1}"#,
        r#"{"s\s":1}"#,
        r#"{"t\\":1}"#,
        r#"{"t\":1}"#,
        r#"{"u\nu":1}"#,
        r#"{"v\\u0041":1}"#,
        r#"{"v\u0041":1}"#,
    ];
    holds("", schema, &lines);
}

#[test]
fn an_event_with_a_line_feed_in_an_array_is_two_lines_whatever_was_learned() {
    let schema = r#"{"type": "object", "properties": {
        "a": {"type": "array", "items": {"type": "integer"}}, "b": {"type": "string"}}}"#;
    let lines = [r#"{"a":[1,2],"b":"x"}"#, r#"{"a":[1,"#, r#"2],"b":"x"}"#, r#"{"a":[1"#, "", r",2]}"];
    holds("", schema, &lines);
}

#[test]
fn a_text_where_a_number_was_learned_does_not_shift_the_quotes_behind_it() {
    let schema = r#"{"type": "object", "properties": {
        "a": {"type": ["string", "integer"]}, "b": {"type": "string"}, "c": {"type": "string"}}}"#;
    let lines = [
        r#"{"a":"57","b":"x","c":"y"}"#,
        r#"{"a":57,"b":"x","c":"y"}"#,
        r#"{"a":"57","b":"x","c":"y"}"#,
        r#"{"a":"57","b":"x"x","c":"y"}"#,
        r#"{"a":"57","b":"x","c":"y"y"}"#,
    ];
    holds("", schema, &lines);
}

#[test]
fn a_condition_on_a_text_where_a_number_was_learned_sees_the_text() {
    let schema = r#"{"type": "object", "properties": {
        "a": {"type": ["string", "integer"]}, "b": {"type": "string"}},
        "if": {"properties": {"a": {"const": "57"}}}, "then": {"properties": {"b": {"const": "x"}}}}"#;
    let lines = [
        r#"{"a":"58","b":"x"}"#,
        r#"{"a":57,"b":"x"}"#,
        r#"{"a":57,"b":"y"}"#,
        r#"{"a":"57","b":"y"}"#,
        r#"{"a":"57","b":"x"}"#,
        r#"{"a":57,"b":"y"}"#,
        r#"{"a":"57","b":"y"}"#,
    ];
    holds("", schema, &lines);
}

#[test]
fn an_object_where_something_else_was_learned_is_looked_into() {
    let schema = r#"{"type": "object", "properties": {"a": {
        "type": ["object", "array", "integer", "null"], "required": ["b"], "properties": {"b": {"type": "string"}}}}}"#;
    let lines = [
        r#"{"a":12}"#,
        r#"{"a":[]}"#,
        r#"{"a":{}}"#,
        r#"{"a":{"b":1}}"#,
        r#"{"a":{"b":"b"}}"#,
        r#"{"a":{"c":"b"}}"#,
        r#"{"a":{"b":1}}"#,
        r#"{"a":{"b" 1}}"#,
    ];
    holds("", schema, &lines);
}

#[test]
fn numbers_with_many_digits_are_left_to_the_authority() {
    let schema = r#"{"type": "object", "properties": {"a": {"type": "number"}}}"#;
    let lines = [
        r#"{"a":999999999999999999}"#,
        r#"{"a":9999999999999999999}"#,
        r#"{"a":9223372036854775808}"#,
        r#"{"a":-9223372036854775809}"#,
        r#"{"a":98249283749234923498293171823948729348710298301928331}"#,
        r#"{"a":0.12345678901234567890123}"#,
        r#"{"a":99999999999999999.9}"#,
    ];
    holds("", schema, &lines);
}

#[test]
fn an_event_is_an_object_whatever_its_schema_says() {
    let lines = [
        r#"[{"c":[]},{"a":3,"b":2.5,"d":{"a":3}}]"#,
        r#"["a", "b"]"#,
        r#""a""#,
        r#""a" "#,
        "3",
        "null",
        r#"{"a":"b"}"#,
    ];
    for schema in [r#"{"type": ["array", "string", "object", "null", "number"]}"#, r#"{"title": "anything"}"#]
    {
        holds("", schema, &lines);
    }
}

#[test]
fn a_condition_on_what_is_inside_of_an_object_is_asked_of_each_event() {
    let schema = r#"{"type": "object", "properties": {
        "a": {"type": "object", "properties": {"b": {}, "c": {}}}, "d": {"type": "string"}},
        "if": {"properties": {"a": {"additionalProperties": {"type": "string"}}}},
        "then": {"properties": {"d": {"const": "text"}}}}"#;
    let lines = [
        r#"{"a":{"b":12,"c":1},"d":"other"}"#,
        r#"{"a":{"b":"x","c":"y"},"d":"text"}"#,
        r#"{"a":{"b":true,"c":"y"},"d":"other"}"#,
        r#"{"a":{"b":"x","c":"y"},"d":"other"}"#,
        r#"{"a":{"b":14,"c":1},"d":"text"}"#,
    ];
    holds("", schema, &lines);
}

#[test]
fn elements_that_differ_in_how_they_are_written_are_not_new() {
    for items in [r#"{"type": "string", "pattern": "^[a-z]{1,9}$"}"#, r#"{"type": "string"}"#] {
        let schema = r#"{"type": "object", "properties": {
            "a": {"type": "array", "uniqueItems": true, "items": ITEMS}, "b": {"type": "string"}}}"#
            .replace("ITEMS", items);
        let lines = [
            r#"{"a":["x","y"],"b":"z"}"#,
            r#"{"a":["x","x"],"b":"z"}"#,
            r#"{"a":["x","\u0078"],"b":"z"}"#,
            r#"{"a":["\u0078","y"],"b":"z"}"#,
            r#"{"a":["xy","y"],"b":"z"}"#,
            r#"{"a":["y","x","y"],"b":"z"}"#,
        ];
        holds("", &schema, &lines);
    }
}

#[test]
fn what_conditions_look_at_is_not_what_they_were_learned_with() {
    let schema = r#"{"type": "object", "properties": {
        "kind": {"enum": ["day", "night", null]}, "to": {"type": "string"}, "n": {"type": "integer"}},
        "oneOf": [
            {"properties": {"kind": {"const": "day"}, "to": {"pattern": "^[a-z]{3}$"}}},
            {"properties": {"kind": {"const": "night"}, "to": {"maxLength": 1}}},
            {"properties": {"kind": {"const": null}, "n": {"minimum": 10}}}
        ]}"#;
    let lines = [
        r#"{"kind":"day","to":"abc","n":1}"#,
        r#"{"kind":"day","to":"abcd","n":1}"#,
        r#"{"kind":"night","to":"a","n":1}"#,
        r#"{"kind":"night","to":"abc","n":1}"#,
        r#"{"kind":null,"to":"a","n":10}"#,
        r#"{"kind":null,"to":"a","n":9}"#,
        r#"{"kind":"day","to":"a","n":10}"#,
        r#"{"to":"abc","n":1}"#,
        r#"{"to":"abcd","n":12}"#,
        r#"{"to":"a","n":12}"#,
    ];
    holds("", schema, &lines);
}

#[test]
fn lines_with_as_many_quotes_are_not_the_same() {
    let schema = r#"{"type": "object", "required": ["b"], "properties": {
        "a": {"type": ["integer", "array"], "items": {"type": "string"}}, "b": {"type": "string"}, "c": {}}}"#;
    let lines = [
        r#"{"a":12,"b":"x"}"#,
        r#"{"a":12 ,"b":"x"}"#,
        r#"{"a":1\"2,"b":"x"}"#,
        r#"{"a":1 2,"b":"x"}"#,
        r#"{"a":,"b":"x"}"#,
        r#"{"a":12,"b":"x"},"#,
        r#"{"a":12,"b":"x"}}"#,
        r#"{"a":12,"c":"x"}"#,
        r#"{"a":["q"],"b":"x"}"#,
        r#"{"a":["q"]],"b":"x"}"#,
        r#"{"a":["q",],"b":"x"}"#,
        r#"{"a":[["q"],"b":"x"}"#,
        r#"{"a":["q"],"b":"x\n"}"#,
        "{\"a\":[\"q\"],\"b\":\"x\ty\"}",
        "{\"a\":[\"q\"],\"b\":\"x\"}\r",
        "{\"a\":[\"q\"],\"b\":\"y\"}\r",
        "{\"a\":[\"q\"],\"b\":\"y\"\r}",
    ];
    holds("", schema, &lines);
}

#[test]
fn strings_of_an_array_within_an_array_are_held_to_what_they_are_held_to() {
    let schema = r#"{"type": "object", "properties": {"a": {"type": "array", "items": {
        "type": ["string", "array"], "items": {"type": "string", "maxLength": 1}}}}}"#;
    let lines =
        [r#"{"a":[["x"],"y"]}"#, r#"{"a":[["xyz"],"y"]}"#, r#"{"a":["x","y"]}"#, r#"{"a":["[","y"]}"#];
    holds("", schema, &lines);
}

#[test]
fn a_part_that_must_be_longer_than_64_bytes_is_not_shorter() {
    let schema = r#"{"type": "object", "properties": {
        "a": {"type": "string", "pattern": "^[a-z]{70,}:[a-z]+$"},
        "b": {"type": "string", "pattern": "^[a-z]+/[a-z]{65,}$"}}}"#;
    let long = "x".repeat(70);
    let lines = [
        r#"{"a":"abc:def"}"#.to_owned(),
        r#"{"b":"abc/def"}"#.to_owned(),
        format!(r#"{{"a":"{long}:def"}}"#),
        format!(r#"{{"b":"abc/{long}"}}"#),
    ];
    holds("", schema, &lines.each_ref().map(String::as_str));
}

#[test]
fn what_comes_behind_a_string_doesnt_come_behind_a_number() {
    let schema = r#"{"type": "object", "properties": {"id": {}, "a": {"type": "integer"}, "to": {"type": ["string", "null"]}}}"#;
    let lines = [
        r#"{"id":"x","a":1}"#,
        r#"{"id":7,"a":1}"#,
        r#"{"id":1","a":1}"#,
        r#"{"id":"x,"a":1}"#,
        r#"{"id":[1],"a":1}"#,
        r#"{"id":[1]","a":1}"#,
        r#"{"to":"x","a":1}"#,
        r#"{"to":null,"a":1}"#,
        r#"{"to":null","a":1}"#,
        r#"{"a":1,"id":"x"}"#,
        r#"{"a":1,"id":7}"#,
        r#"{"a":1,"id":7"}"#,
    ];
    holds("", schema, &lines);
}

#[test]
fn what_must_not_be_is_not_learned_to_be() {
    let schema = r#"{"type": "object", "properties": {
        "currency": {"type": "string", "pattern": "^[A-Z]{3}$", "not": {"enum": ["XTS", "XXX"]}},
        "level": {"type": "integer", "minimum": 1, "maximum": 3}, "why": {"type": "string"},
        "to": {"type": "string", "not": {"pattern": "^x"}}, "of": {"not": {"const": 5}}},
        "if": {"required": ["level"], "properties": {"level": {"enum": [3]}}}, "then": {"required": ["why"]}}"#;
    let lines = [
        r#"{"currency":"EUR"}"#,
        r#"{"currency":"XTS"}"#,
        r#"{"currency":"XXX"}"#,
        r#"{"currency":"SEK"}"#,
        r#"{"currency":"\u0058TS"}"#,
        r#"{"level":1}"#,
        r#"{"level":2}"#,
        r#"{"level":3}"#,
        r#"{"level":4}"#,
        r#"{"level":3,"why":"y"}"#,
        r#"{"level":31,"why":"y"}"#,
        r#"{"to":"y"}"#,
        r#"{"to":"x"}"#,
        r#"{"to":"\u0078"}"#,
        r#"{"of":4}"#,
        r#"{"of":5}"#,
        r#"{"of":5.0}"#,
        r#"{"of":"5"}"#,
    ];
    holds("", schema, &lines);
}

#[test]
fn elements_with_escapes_are_not_told_from_others() {
    let schema = r#"{"type": "object", "properties": {"a": {"type": "array", "uniqueItems": true, "items": {
        "type": ["object", "string"], "properties": {"k": {"type": "string"}}, "additionalProperties": false}}}}"#;
    let lines = [
        r#"{"a":[{"k":"x"},{"k":"y"}]}"#,
        r#"{"a":[{"k":"x"},{"k":"x"}]}"#,
        r#"{"a":[{"k":"\u0078"},{"k":"x"}]}"#,
        r#"{"a":[{"k":"x"},{"k":"y"},{"k":"\u0078"}]}"#,
        r#"{"a":["\u0078","x"]}"#,
        r#"{"a":["x",{"k":"x"},"\u0078"]}"#,
        r#"{"a":[{"k":"\u0078"}]}"#,
    ];
    holds("", schema, &lines);
}

#[test]
fn an_array_where_something_else_was_learned_is_no_deeper_than_it_may_be() {
    let schema = r#"{"type": "object", "properties": {"n": {"type": "integer"},
        "a": {"type": ["number", "string", "array"], "items": {"type": ["string", "array"]}}}}"#;
    let lines = [
        r#"{"n":1,"a":1}"#,
        r#"{"n":2,"a":["x","y"]}"#,
        r#"{"n":3,"a":[]}"#,
        r#"{"a":12,"n":1}"#,
        r#"{"a":["x","y"],"n":2}"#,
        r#"{"a":[["x"],"y"],"n":2}"#,
    ];
    for max_depth in 1..4 {
        holds_within(Limits { max_depth, ..Limits::default() }, "", schema, &lines);
    }
}

#[test]
fn ids_of_64_bytes_are_the_same_only_if_all_of_them_are() {
    let manifest = "[roles]\naggregate_id = \"/about\"\n\
                    [aggregates.lamp]\nid = \"/lamp\"\nstates = [\"on\"]\nlive = [\"on\"]";
    for length in [62, 63, 64, 65, 128] {
        let schema = format!(
            r#"{{"type": "object", "properties": {{
            "about": {{"type": "string", "pattern": "^[0-9a-f]{{{length}}}$"}},
            "lamp": {{"type": "string", "pattern": "^[0-9a-f]{{{length}}}$"}}}}}}"#
        );
        let (one, other) = ("a1".repeat(length / 2), "b1".repeat(length / 2));
        let line = |about: &str, lamp: &str| {
            let more = "1".repeat(length % 2);
            format!(r#"{{"about":"{about}{more}","lamp":"{lamp}{more}"}}"#)
        };
        let lines = [line(&one, &one), line(&other, &other), line(&one, &other), line(&other, &one)];
        holds(manifest, &schema, &lines.each_ref().map(String::as_str));
    }
}

#[test]
fn a_condition_on_a_text_of_64_bytes_sees_all_of_it() {
    let hash = "fedcba9876543210".repeat(4);
    let schema = format!(
        r#"{{"type": "object", "properties": {{"h": {{"type": "string", "pattern": "^[0-9a-f]{{64}}$"}}, "x": {{}}}},
        "if": {{"properties": {{"h": {{"const": "{hash}"}}}}}}, "then": {{"required": ["x"]}}}}"#
    );
    let other = format!(r#"{{"h":"{}"}}"#, "f".repeat(64));
    let with = format!(r#"{{"h":"{hash}","x":1}}"#);
    let without = format!(r#"{{"h":"{hash}"}}"#);
    holds("", &schema, &[&other, &with, &without]);
}

#[test]
fn a_condition_on_the_members_of_an_object_says_nothing_of_null() {
    let schema = r#"{"type": "object", "properties": {"a": {"type": "string"}, "y": {"type": "string"},
        "in": {"type": ["object", "null"], "properties": {"x": {"type": "string"}}}},
        "if": {"properties": {"in": {"required": ["x"]}}}, "then": {"required": ["y"]}}"#;
    let lines = [
        r#"{"a":"t","y":"u","in":null}"#,
        r#"{"y":"u","a":"t","in":null}"#,
        r#"{"a":"t","in":{}}"#,
        r#"{"a":"t","in":null}"#,
    ];
    holds("", schema, &lines);
}

#[test]
fn what_stands_before_the_at_of_an_address_is_no_longer_than_it_may_be() {
    let address = |parts: [usize; 3]| {
        let [a, b, c] = parts.map(|length| "a".repeat(length));
        format!(r#"{{"m":"{a}.{b}.{c}@example.com"}}"#)
    };
    let lines = [[20, 20, 20], [20, 20, 22], [20, 20, 23], [30, 30, 10], [30, 30, 30]].map(address);
    let lines = lines.each_ref().map(String::as_str);
    for format in ["email", "idn-email"] {
        let schema = format!(r#"{{"properties": {{"m": {{"type": "string", "format": "{format}"}}}}}}"#);
        holds("", &schema, &lines);
    }
}

#[test]
fn members_without_a_name_are_described_by_what_matches_theirs_only() {
    let schema = r#"{"properties": {"m": {"additionalProperties": {"properties": {"y": {}}},
        "anyOf": [{"patternProperties": {"^a": {"properties": {"x": {}}}}}, {}]}}}"#;
    holds("", schema, &[r#"{"m":{"b":{"y":1}}}"#, r#"{"m":{"b":{"x":1}}}"#, r#"{"m":{"a":{"x":1}}}"#]);
    let schema = r#"{"properties": {"m": {"additionalProperties": {"x-privacy": "free-text"},
        "anyOf": [{"patternProperties": {"b$": {"x-privacy": "contact-address"}}}, {}]}}}"#;
    holds(
        "",
        schema,
        &[r#"{"m":{"a":"x"}}"#, r#"{"m":{"a":"x@example.com"}}"#, r#"{"m":{"b":"x@example.com"}}"#],
    );
}

#[test]
fn a_name_that_cant_be_told_from_a_pattern_is_not_known_to_be_wrong() {
    let name = "a".repeat(21);
    for (keyword, value) in [
        ("not", r#"{"propertyNames": {"pattern": "a[ab]{16}$"}}"#),
        ("oneOf", r#"[{"propertyNames": {"pattern": "a[ab]{16}$"}}, {"minProperties": 1}]"#),
        ("if", r#"{"propertyNames": {"pattern": "a[ab]{16}$"}}, "then": {"minProperties": 2}"#),
    ] {
        let schema = format!(
            r#"{{"properties": {{"m": {{"properties": {{"{name}": {{}}}}, "{keyword}": {value}}}}}}}"#
        );
        holds("", &schema, &[r#"{"m":{}}"#, &format!(r#"{{"m":{{"{name}":1}}}}"#)]);
    }
}

#[test]
fn hyphens_in_a_class_are_what_ecma_262_says_they_are() {
    for pattern in ["^[^--a]+$", "^[--a]+$", "^[--a-z]+$", "^[^--a-z]+$", "^[+--]+$", "^[a-]+$", "^[-a]+$"] {
        for schema in
            [format!(r#"{{"pattern": "{pattern}"}}"#), format!(r#"{{"not": {{"pattern": "{pattern}"}}}}"#)]
        {
            let schema = format!(r#"{{"properties": {{"a": {schema}}}}}"#);
            holds(
                "",
                &schema,
                &[r#"{"a":"-"}"#, r#"{"a":"a"}"#, r#"{"a":"5"}"#, r#"{"a":"ABC"}"#, r#"{"a":"~"}"#],
            );
        }
    }
}

#[test]
fn a_role_may_lead_into_an_array() {
    let schema = r#"{"properties": {"lamp": {"type": "string"}, "0": {"type": "string"},
        "s": {"type": ["object", "array"], "properties": {"k": {}, "1": {}}, "items": {"type": "string"}}}}"#;
    let lines = [
        r#"{"lamp":"x","s":["x"]}"#,
        r#"{"lamp":"x","s":["y"]}"#,
        r#"{"lamp":"x","s":["x","y"]}"#,
        r#"{"lamp":"x","s":{"1":"y"}}"#,
        r#"{"lamp":"x","s":{"k":1}}"#,
        r#"{"lamp":"x","0":"y"}"#,
    ];
    for place in ["/s/0", "/s/1", "/0", "/s/k"] {
        let manifest = format!(
            "[roles]\naggregate_id = \"{place}\"\n\
             [aggregates.lamp]\nid = \"/lamp\"\nstates = [\"on\"]\nlive = [\"on\"]"
        );
        holds(&manifest, schema, &lines);
    }
}

#[test]
fn where_draft_07_has_no_schemas_no_id_counts() {
    for keyword in ["$defs", "dependentSchemas", "definitions"] {
        let schema = format!(
            r##"{{"$id": "http://x/root.json", "definitions": {{"D": {{"type": "string"}}}},
            "properties": {{"q": {{"$ref": "#/{keyword}/A"}}}},
            "{keyword}": {{"D": {{"type": "string"}}, "A": {{"$id": "http://y/a.json", "properties": {{"p": {{"$ref": "#/definitions/D"}}}},
                "definitions": {{"D": {{"type": "integer"}}}}}}}}}}"##
        );
        let schema = if keyword == "definitions" {
            schema.replacen(r#""definitions": {"D": {"type": "string"}},"#, "", 1)
        } else {
            schema
        };
        holds("", &schema, &[r#"{"q":{"p":"a"}}"#, r#"{"q":{"p":1}}"#]);
    }
}

#[test]
fn an_object_is_not_the_text_that_stood_there_before() {
    let manifest = "[roles]\naggregate_id = \"/about\"\n\
                    [aggregates.lamp]\nid = \"/lamp\"\nstates = [\"on\"]\nlive = [\"on\"]";
    let schema = r#"{"type": "object", "properties": {
        "about": {"type": ["object", "string"], "properties": {"q": {"type": "integer"}}},
        "m": {"type": "integer"}, "k": {"type": "integer"}, "lamp": {"type": "string"}}}"#;
    let lines = [
        r#"{"m":555,"about":"q","k":55,"lamp":"q"}"#,
        r#"{"m":55,"about":{"q":11},"k":55}"#,
        // With the places of the first line, both are `q`.
        r#"{"m":555,"about":"q","k":55,"lamp":"q"}"#,
        r#"{"m":55,"about":{"q":11},"k":55,"lamp":"q"}"#,
    ];
    holds(manifest, schema, &lines);
}

#[test]
fn members_that_some_branch_names_are_not_those_of_a_map() {
    // An object within one like itself.
    let schema = r##"{"additionalProperties": {"$ref": "#"},
        "anyOf": [{"properties": {"b": {}, "s": {"x-privacy": "free-text"}}}, {}]}"##;
    holds("", schema, &[r#"{"b":{"b":{"s":"x"}}}"#, r#"{"b":{"b":{"s":"x@example.com"}}}"#]);
    // Names that are too long for a tree.
    let long = "a".repeat(70);
    let within = |said: &str, named: &str| {
        format!(
            r#"{{"properties": {{"m": {{{said}, "anyOf": [{{"properties": {{"{long}": {{}}, {named}}}}}, {{}}]}}}}}}"#
        )
    };
    let free_text = r#""b": {"x-privacy": "free-text"}"#;
    for said in [
        r#""additionalProperties": {"type": "string"}"#,
        r#""patternProperties": {"^[a-z]+$": {"type": "string"}}, "additionalProperties": false"#,
    ] {
        let lines = [r#"{"m":{"b":"x"}}"#, r#"{"m":{"b":"x@example.com"}}"#, r#"{"m":{"c":"x"}}"#];
        holds("", &within(said, free_text), &lines);
    }
    let schema = within(r#""additionalProperties": {}"#, r#""b": {"properties": {"q": {}}}"#);
    holds("", &schema, &[r#"{"m":{"b":{"q":1}}}"#, r#"{"m":{"b":{"z":1}}}"#, r#"{"m":{"c":1}}"#]);
}

#[test]
fn where_draft_07_has_no_schemas_they_are_checked_all_the_same() {
    let later = "https://json-schema.org/draft/2019-09/schema";
    for (schema, told) in [
        (r#"{"properties": {"a": {}}, "required": ["a", "b", "a"]}"#.to_owned(), "not a schema of Draft-07"),
        (r#"{"items": {"dependencies": {"a": ["b", "b"]}}}"#.to_owned(), "not a schema of Draft-07"),
        (r#"{"type": "string", "pattern": "^[a-z]++b$"}"#.to_owned(), "not a schema of Draft-07"),
        (format!(r#"{{"properties": {{"c": {{"$schema": "{later}"}}}}}}"#), "`$schema` must be"),
        (
            r##"{"properties": {"c": {"$ref": "#/nowhere"}}}"##.to_owned(),
            "`$ref` to `#/nowhere` leads nowhere",
        ),
        (r#"{"properties": {"c": {"x-privacy": "none"}}}"#.to_owned(), "`x-privacy` must be"),
        (r##"{"items": {"$ref": "#/KEYWORD/A/items"}}"##.to_owned(), "leads back to itself"),
    ] {
        for keyword in ["$defs", "x-s", "default"] {
            let schema = schema.replace("KEYWORD", keyword);
            let schema = format!(
                "{{\"properties\": {{\"p\": {{\"$ref\": \"#/{keyword}/A\"}}}},\n\"{keyword}\": {{\"A\": {schema}}}}}"
            );
            let engine = catalog("", &schema).map(|catalog| Engine::new(catalog, Options::default()));
            let error = engine.and_then(|engine| engine).expect_err(&schema).to_string();
            assert!(error.starts_with("lit.schema.json:2:") && error.contains(told), "{schema}: {error}");
            assert_eq!(error.lines().count(), 1, "{error}");
        }
    }
    // What is in order is what it is anywhere else.
    for keyword in ["$defs", "x-s", "default"] {
        let schema = format!(
            r##"{{"properties": {{"p": {{"$ref": "#/{keyword}/A"}}}}, "{keyword}": {{"A":
                {{"properties": {{"c": {{"type": "string", "minLength": 2}}}}, "required": ["c"]}}}}}}"##
        );
        let lines = [r#"{"p":{"c":"ab"}}"#, r#"{"p":{"c":"a"}}"#, r#"{"p":{}}"#, r#"{"p":1}"#];
        holds("", &schema, &lines);
        let engine = Engine::new(catalog("", &schema).unwrap(), Options::default()).unwrap();
        assert!(engine.is_proven(lines[0].as_bytes()), "{keyword}");
    }
}

#[test]
fn identifiers_that_readers_take_for_different_things_are_refused_or_left_to_the_authority() {
    let ids = |schema: &str, others: &[(&str, &str)]| {
        let tree = tree("", schema);
        let tree = others.iter().fold(tree, |tree, (path, text)| tree.with(*path, *text));
        Catalog::from_tree(&tree).map(Arc::new)
    };
    for (schema, others, told) in [
        // Another file's path, whichever comes first.
        (
            r#"{"$id": "z.schema.json"}"#,
            &[("z.schema.json", "{}")][..],
            "is already taken in this catalog, by `z.schema.json`",
        ),
        (r#"{"$id": "a.schema.json"}"#, &[("a.schema.json", "{}")][..], "is already taken"),
        (
            r#"{"definitions": {"q": {"$id": "z.schema.json"}}}"#,
            &[("z.schema.json", "{}")][..],
            "is already taken",
        ),
        // The same in another form.
        (
            r#"{"definitions": {"a": {"$id": "http://y/a"}, "b": {"$id": "HTTP://Y:80/%61"}}}"#,
            &[],
            "is already taken",
        ),
        // A name beside a reference, which says nothing.
        (
            r##"{"definitions": {"f": {"$id": "#n"}, "g": {"$id": "#n", "$ref": "#/definitions/f"}}}"##,
            &[],
            "is already taken",
        ),
        (
            r#"{"definitions": {"a": {"$id": "http://json-schema.org/draft-07/schema"}}}"#,
            &[],
            "which validators bring along",
        ),
        (r#"{"$id": "http://json-schema.org/draft-07/schema#"}"#, &[], "which validators bring along"),
        (r#"{"$id": "HTTP://json-schema.org/draft-07/schema"}"#, &[], "which validators bring along"),
        (r#"{"$id": "json-schema:///"}"#, &[], "the validator's own"),
        (r#"{"definitions": {"a": {"$id": "json-schema:x"}}}"#, &[], "the validator's own"),
        (r##"{"$id": "#/a"}"##, &[], "a JSON Pointer"),
        // The same before a name.
        (r#"{"$id": "z.schema.json#n"}"#, &[("z.schema.json", "{}")][..], "by `z.schema.json`"),
        (
            r#"{"$id": "http://y/a#one"}"#,
            &[("z.schema.json", r#"{"$id": "http://y/a#two"}"#)][..],
            "`http://y/a` is already taken",
        ),
    ] {
        let error = ids(schema, others).expect_err(schema).to_string();
        assert!(error.contains(told) && error.lines().count() == 1, "{schema}: {error}");
    }
    // An `$id` with a name behind it, which is a resource of its own to some and none to others.
    let schema = r##"{"$id": "http://x/root.json", "definitions": {"D": {"type": "string"}}, "properties": {
        "q": {"$id": "root.json#foo", "properties": {"p": {"$ref": "#/definitions/D"}},
            "definitions": {"D": {"type": "integer"}}},
        "r": {"$ref": "#/properties/q/properties/p"}}}"##;
    holds("", schema, &[r#"{"q":{"p":"a"}}"#, r#"{"q":{"p":1}}"#, r#"{"r":"a"}"#, r#"{"r":1}"#]);
    // Alternatives that are told apart by what references in them mean.
    let branch = |n: u8| {
        format!(
            r##"{{"$id": "http://y/{n}", "required": ["kind"], "properties": {{"kind": {{"$ref": "#/definitions/K{n}"}}}},
            "definitions": {{"K{n}": {{"const": "a{n}"}}}}}}"##
        )
    };
    for keyword in ["oneOf", "anyOf"] {
        let schema = format!(
            r#"{{"properties": {{"kind": {{"type": "string"}}}}, "{keyword}": [{}, {}, {}],
            "definitions": {{"K1": {{"const": "z1"}}, "K2": {{"const": "z2"}}, "K3": {{"const": "z3"}}}}}}"#,
            branch(1),
            branch(2),
            branch(3)
        );
        holds("", &schema, &[r#"{"kind":"a1"}"#, r#"{"kind":"z1"}"#, r#"{"kind":"b"}"#]);
    }
    // The reference that is empty leads to the root, to everybody.
    let schema = r##"{"properties": {"a": {"$ref": "#/definitions/N"}}, "required": ["a"],
        "definitions": {"N": {"not": {"$ref": ""}}}}"##;
    let lines = [r#"{"a":5}"#, r#"{"a":{"a":5}}"#, r#"{"a":{}}"#];
    holds("", schema, &lines);
    let authority = Engine::new(catalog("", schema).unwrap(), Options::default()).unwrap();
    let found = lines.map(|line| authority.validate(line.as_bytes()).findings().len());
    assert_eq!(found, [1, 0, 0], "a number is an event, as far as the schema goes");
}

#[test]
fn a_relative_id_of_a_file_means_one_place_to_everybody() {
    let text = r#"{"type": "string"}"#;
    let with_id = |id: &str| text.replacen('{', &format!(r#"{{"$id": "{id}", "#), 1);
    let named = |kind: &str| format!(r##""definitions": {{"x": {{"$id": "#foo", "type": "{kind}"}}}}}}"##);
    for (reference, others) in [
        (
            "sub/sub/b.schema.json",
            [
                ("b.schema.json", with_id("sub/b.schema.json")),
                ("sub/sub/b.schema.json", text.replace("string", "integer")),
            ],
        ),
        (
            "s/c.schema.json",
            [
                ("s/s/s/d.schema.json", with_id("../c.schema.json")),
                ("s/c.schema.json", text.replace("string", "integer")),
            ],
        ),
        (
            "sub/sub/b.schema.json#foo",
            [
                ("b.schema.json", format!(r#"{{"$id": "sub/b.schema.json", {}"#, named("string"))),
                ("sub/sub/b.schema.json", format!("{{{}", named("integer"))),
            ],
        ),
    ] {
        let schema = format!(r#"{{"properties": {{"p": {{"$ref": "{reference}"}}}}}}"#);
        let tree =
            others.iter().fold(tree("", &schema), |tree, (path, text)| tree.with(*path, text.as_str()));
        let catalog = Arc::new(Catalog::from_tree(&tree).expect(reference));
        catalog_holds(Limits::default(), &catalog, &[r#"{"p":"a"}"#, r#"{"p":1}"#]);
    }
}

#[test]
fn where_the_validator_gives_up_on_patterns_no_other_branch_proves_anything() {
    let hard = r#"{"pattern": "^(a|aa|aaa)+\\1x$"}"#;
    let texts: Vec<String> = (60..66).map(|length| format!("\"{}\"", "a".repeat(length))).collect();
    let list = format!("[{}]", texts.join(","));
    let members = texts.iter().zip('a'..).map(|(text, name)| format!("\"{name}\":{text}"));
    let members = format!("{{{}}}", members.collect::<Vec<_>>().join(","));
    let either = format!(r#"{{"anyOf": [{hard}, {{"minLength": 1}}]}}"#);
    let names: Vec<String> = ('a'..'g').map(|name| format!(r#""{name}": {either}"#)).collect();
    for (schema, event) in [
        (format!(r#"{{"properties": {{"p": {{"items": {either}}}}}}}"#), format!(r#"{{"p":{list}}}"#)),
        (format!(r#"{{"properties": {{{}}}}}"#, names.join(",")), members.clone()),
        (
            format!(r#"{{"properties": {{"p": {{"anyOf": [{{"items": {either}}}, {{"minItems": 1}}]}}}}}}"#),
            format!(r#"{{"p":{list}}}"#),
        ),
        (
            format!(r#"{{"properties": {{"p": {{"not": {{"allOf": [{{"items": {either}}}, false]}}}}}}}}"#),
            format!(r#"{{"p":{list}}}"#),
        ),
        (
            format!(r#"{{"properties": {{"p": {{"additionalProperties": {either}}}}}}}"#),
            format!(r#"{{"p":{members}}}"#),
        ),
    ] {
        // The authority takes seconds to give up, which it does on these, so each way is asked only whether it proves anything.
        let catalog = catalog("", &schema).unwrap();
        for fast in [FastPath::All, FastPath::OrderFree] {
            let options = Options { paths: Paths { fast, level: Level::Best }, ..Options::default() };
            let engine = Engine::new(Arc::clone(&catalog), options).unwrap();
            assert!(!engine.is_proven(event.as_bytes()), "{schema}");
        }
    }
    // What has nothing of it is proven all the same, wherever the pattern stands.
    let schema = format!(
        r##"{{"allOf": [{{"$ref": "#/definitions/e"}}], "definitions": {{"e": {{"properties": {{"p": {either}, "q": {{"type": "string"}}}}}}}}}}"##
    );
    let options = Options { paths: Paths { fast: FastPath::All, level: Level::Best }, ..Options::default() };
    let engine = Engine::new(catalog("", &schema).unwrap(), options).unwrap();
    assert!(engine.is_proven(br#"{"q":"x"}"#) && !engine.is_proven(br#"{"q":"x","p":"b"}"#));
    let engine = Engine::new(
        catalog(
            "",
            &format!(r#"{{"properties": {{"p": {{"items": {either}}}, "q": {{"type": "string"}}}}}}"#),
        )
        .unwrap(),
        Options { paths: Paths { fast: FastPath::All, level: Level::Best }, ..Options::default() },
    );
    let engine = engine.unwrap();
    assert!(engine.is_proven(br#"{"q":"x"}"#) && !engine.is_proven(br#"{"q":"x","p":["b"]}"#));
}

#[test]
fn schemas_that_lead_to_too_much_are_left_to_the_authority() {
    let twice = |keyword: &str, next: String| format!(r#"{{"{keyword}": [{next}, {next}]}}"#);
    let reference = |n: usize| format!(r##"{{"$ref": "#/definitions/d{n}"}}"##);
    let chain = |length: usize, link: &dyn Fn(String) -> String| {
        let links: Vec<String> =
            (0..length).map(|n| format!(r#""d{n}": {}"#, link(reference(n + 1)))).collect();
        format!(
            r#"{{"properties": {{"a": {}}}, "definitions": {{{}, "d{length}": {{"type": ["integer", "array"]}}}}}}"#,
            reference(0),
            links.join(", ")
        )
    };
    let web: Vec<String> = (0..8)
        .map(|n| {
            let to = |step: usize| reference((n + step) % 8);
            format!(
                r#""d{n}": {{"properties": {{"a": {}, "b": {}, "c": {}, "l": {{"items": {}}}}}}}"#,
                to(1),
                to(2),
                to(3),
                to(5)
            )
        })
        .collect();
    for schema in [
        chain(16, &|next| twice("anyOf", next)),
        chain(16, &|next| twice("allOf", next)),
        chain(16, &|next| format!(r#"{{"if": {next}, "then": {next}, "else": {next}}}"#)),
        chain(2000, &|next| format!(r#"{{"items": {next}}}"#)),
        chain(2000, &|next| format!(r#"{{"additionalProperties": {next}}}"#)),
        chain(2000, &|next| format!(r#"{{"allOf": [{next}]}}"#)),
        chain(150, &|next| format!(r#"{{"not": {next}}}"#)),
        format!(r#"{{"properties": {{"a": {}}}, "definitions": {{{}}}}}"#, reference(0), web.join(", ")),
    ] {
        let catalog = catalog("", &schema).unwrap();
        let engine = |fast| {
            let options = Options { paths: Paths { fast, level: Level::Best }, ..Options::default() };
            Engine::new(Arc::clone(&catalog), options).unwrap()
        };
        let (engine, authority) = (engine(FastPath::All), engine(FastPath::AuthorityOnly));
        assert!(engine.explain().iter().all(|explanation| explanation.left.len() <= 100));
        for line in [r#"{"a":1}"#, r#"{"a":"b"}"#, r#"{"a":[[1]]}"#, r#"{"a":{"b":{"a":{}}}}"#, "{}"] {
            let found = authority.validate(line.as_bytes()).into_findings();
            assert!(found.is_empty() || !engine.is_proven(line.as_bytes()), "{schema} {line}");
        }
    }
}

#[test]
fn what_is_no_ascii_letter_is_no_part_of_a_token() {
    let schema = r#"{"properties": {"s": {"type": "string", "x-privacy": "free-text"}}}"#;
    let lines =
        ["s", "\u{17F}", "\u{212A}"].map(|letter| format!(r#"{{"s":"bearer 1abcdefgh{letter}abcdefghi"}}"#));
    holds("", schema, &lines.each_ref().map(String::as_str));
}
