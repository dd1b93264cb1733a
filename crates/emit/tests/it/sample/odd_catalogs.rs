//! Small catalogs made for one trait each: schemas that ask for something special, and lifecycles with a twist.

use std::sync::Arc;

use serde_json::{Value, json};
use tidings_catalog::{Catalog, MemoryTree};
use tidings_emit::sample::{Error, Sampler};

use super::{options, problems, stream};

/// A catalog with one manifest and schemas by name, each in `<name>.json`.
fn catalog(manifest: &str, schemas: &[(&str, Value)]) -> Arc<Catalog> {
    let head = "[catalog]\nname = \"odd\"\ntitle = \"Odd\"\nversion = \"1.0.0\"\n";
    let mut tree = MemoryTree::new().with("catalog.toml", format!("{head}{manifest}"));
    for (name, schema) in schemas {
        tree = tree.with(format!("{name}.json"), schema.to_string());
    }
    Arc::new(Catalog::from_tree(&tree).expect("it loads"))
}

/// A catalog of one event type without any role.
fn alone(schema: Value) -> Arc<Catalog> {
    catalog("[events.it]\nschema = \"it.json\"\nversion = 1\npurpose = \"It happened.\"\n", &[("it", schema)])
}

fn event(name: &str, aggregate: Option<&str>) -> String {
    let aggregate = aggregate.map_or(String::new(), |name| format!("aggregate = \"{name}\"\n"));
    format!("[events.{name}]\nschema = \"{name}.json\"\nversion = 1\npurpose = \"It happened.\"\n{aggregate}")
}

fn error(catalog: &Arc<Catalog>) -> Error {
    Sampler::new(catalog, &options(100, 1)).expect_err("it can't be sampled")
}

#[test]
fn every_keyword_of_draft_07_is_kept_to() {
    let object = |properties: Value| json!({"type": "object", "properties": properties});
    for schema in [
        object(
            json!({"a": {"type": ["integer", "null"], "minimum": 3, "exclusiveMaximum": 5}, "b": {"type": "boolean"}}),
        ),
        object(json!({"a": {"type": "number", "multipleOf": 0.01, "minimum": -0.05, "maximum": 0.05}})),
        object(
            json!({"a": {"oneOf": [{"type": "integer", "minimum": 0}, {"type": "integer", "maximum": 10}]}}),
        ),
        object(json!({"a": {"anyOf": [{"minLength": 3}, {"maxLength": 1}], "type": "string"}})),
        object(json!({"a": {"type": "string", "not": {"pattern": "e"}}})),
        object(
            json!({"a": {"not": {"type": ["string", "number", "array", "object"]}, "type": ["null", "boolean", "string"]}}),
        ),
        object(json!({"a": {"type": "integer", "not": {"minimum": 5}, "minimum": 1}})),
        object(
            json!({"a": {"type": "array", "items": [{"const": 1}, {"type": "string"}], "additionalItems": {"type": "null"}, "maxItems": 4}}),
        ),
        object(
            json!({"a": {"type": "array", "items": {"type": "integer", "minimum": 1, "maximum": 4}, "uniqueItems": true, "minItems": 3}}),
        ),
        object(
            json!({"a": {"type": "array", "items": {"type": "integer"}, "contains": {"const": 7}, "minItems": 2}}),
        ),
        object(
            json!({"a": {"type": "object", "propertyNames": {"enum": ["x", "y"]}, "additionalProperties": {"type": "integer"}, "minProperties": 1}}),
        ),
        object(
            json!({"a": {"type": "object", "patternProperties": {"^x-[a-z]{2}$": {"type": "string"}, "z$": {"maxLength": 4}}, "additionalProperties": false, "minProperties": 2, "maxProperties": 3}}),
        ),
        object(json!({"a": {"type": "object", "minProperties": 2}})),
        object(
            json!({"a": {"type": "string", "contentEncoding": "base64", "contentMediaType": "application/json"}}),
        ),
        object(json!({"a": {"enum": [1, "two", null, [3], {"four": 5}]}, "b": {"const": {"c": [true]}}})),
        json!({"type": "object", "properties": {"a": {"enum": [1, 2]}, "b": {"type": "string"}, "c": {"type": "string"}},
            "if": {"properties": {"a": {"const": 1}}}, "then": {"required": ["b"]}, "else": {"required": ["c"], "properties": {"b": false}}}),
        json!({"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "string"}, "c": {"type": "integer"}},
            "dependencies": {"a": ["b"], "b": {"required": ["c"], "properties": {"c": {"minimum": 100}}}}}),
        json!({"type": "object", "properties": {"kind": {"enum": ["x", "y", "z"]}, "n": {"type": "integer"}}, "required": ["kind"],
            "oneOf": [{"properties": {"kind": {"const": "x"}, "n": {"maximum": 0}}, "required": ["n"]},
                {"properties": {"kind": {"enum": ["y", "z"]}, "n": {"minimum": 1}}}]}),
        json!({"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}},
            "not": {"required": ["a", "b"]}, "minProperties": 1}),
        json!({"type": "object", "properties": {"tree": {"$ref": "#/definitions/tree"}}, "required": ["tree"],
            "definitions": {"tree": {"type": "object", "required": ["leaves"], "additionalProperties": false,
                "properties": {"leaves": {"type": "array", "items": {"$ref": "#/definitions/tree"}, "minItems": 0}}}}}),
        json!({"type": "object", "properties": {"list": {"$ref": "#/definitions/list"}}, "required": ["list"],
            "definitions": {"list": {"oneOf": [{"type": "null"}, {"type": "object", "required": ["next"], "properties": {
                "next": {"$ref": "#/definitions/list"}}}]}}}),
    ] {
        let catalog = alone(schema.clone());
        let events = stream(&catalog, &options(300, 4));
        let found = problems(&catalog, &events);
        assert!(found.is_empty(), "{schema}: {:#?}", &found[..found.len().min(3)]);
        for name in schema["properties"].as_object().expect("members").keys() {
            let key = format!("\"{name}\":");
            assert!(
                events.iter().any(|event| String::from_utf8_lossy(event).contains(&key)),
                "{name} of {schema}"
            );
        }
    }
}

#[test]
fn the_bytes_are_these_on_every_machine() {
    let schema = json!({"type": "object", "required": ["lamp", "id", "at"], "properties": {
        "id": {"type": "string"},
        "at": {"type": "string", "format": "date-time"},
        "lamp": {"type": "string", "pattern": "^[a-z]{2}-[0-9]{2,4}$"},
        "lumen": {"type": "number", "minimum": 0, "maximum": 1000},
        "note": {"type": "string", "x-privacy": "free-text"},
        "tags": {"type": "array", "items": {"enum": ["new", "warm", "cold"]}, "uniqueItems": true},
    }});
    let manifest = "[roles]\nevent_id = \"/id\"\noccurred_at = \"/at\"\n".to_owned()
        + &event("lamp-lit", Some("lamp"))
        + "[aggregates.lamp]\nid = \"/lamp\"\nstates = [\"lit\"]\n"
        + "transitions = [{event = \"lamp-lit\", creates = \"lit\"}]\n";
    let events = stream(&catalog(&manifest, &[("lamp-lit", schema)]), &options(5, 1));
    let events: Vec<String> =
        events.into_iter().map(|event| String::from_utf8(event).expect("UTF-8")).collect();
    insta::assert_snapshot!(events.join("\n"));
}

#[test]
fn every_format_has_its_texts() {
    for format in [
        "date-time",
        "date",
        "time",
        "email",
        "idn-email",
        "hostname",
        "idn-hostname",
        "ipv4",
        "ipv6",
        "uri",
        "uri-reference",
        "iri",
        "iri-reference",
        "uri-template",
        "json-pointer",
        "relative-json-pointer",
        "regex",
        "uuid",
        "duration",
        "something-else",
    ] {
        let schema = json!({"type": "object", "properties": {"a": {"type": "string", "format": format}}, "required": ["a"]});
        let catalog = alone(schema);
        let found = problems(&catalog, &stream(&catalog, &options(200, 4)));
        assert!(found.is_empty(), "{format}: {:#?}", &found[..found.len().min(3)]);
    }
}

#[test]
fn examples_are_what_is_chosen_from_and_those_of_one_schema_belong_together() {
    let schema = json!({"type": "object", "required": ["city", "code", "size"], "properties": {
        "city": {"type": "string", "examples": ["Berlin", "Aarhus", "Oslo"]},
        "code": {"type": "string", "examples": ["BER", "AAR", "OSL"]},
        "size": {"type": "integer", "minimum": 2, "examples": [1, 2, 3, 4]},
    }});
    let catalog = alone(schema);
    let mut seen = std::collections::BTreeSet::new();
    for event in stream(&catalog, &options(200, 4)) {
        let event: Value = serde_json::from_slice(&event).expect("JSON");
        let pair = format!("{} {} {}", event["city"], event["code"], event["size"]);
        seen.insert(pair);
    }
    let pairs: std::collections::BTreeSet<&str> = seen.iter().map(|seen| &seen[..seen.len() - 2]).collect();
    assert_eq!(pairs.len(), 3, "{pairs:?}");
    assert!(seen.iter().all(|seen| !seen.ends_with('1')), "an example that its schema refuses is not chosen");
}

#[test]
fn a_schema_that_nothing_satisfies_is_an_error_with_its_place() {
    for (member, why) in [
        (json!({"allOf": [{"enum": ["x"]}, {"enum": ["y"]}]}), "no value is allowed"),
        (json!({"type": "integer", "minimum": 2, "maximum": 1}), "no number lies"),
        (json!({"type": "string", "minLength": 2, "maxLength": 1}), "no string"),
        (json!({"type": "string", "allOf": [{"pattern": "^a"}, {"pattern": "^b"}]}), "no string was found"),
        (json!(false), "`false`"),
        (json!({"type": "string", "not": {}}), "`not`"),
        (json!({"type": "string", "not": {"type": "string"}}), "no type"),
        (json!({"$ref": "#/definitions/endless"}), "without end"),
    ] {
        let schema = json!({"type": "object", "required": ["outer"], "properties": {
            "outer": {"type": "object", "required": ["inner/a"], "properties": {"inner/a": member}}},
            "definitions": {"endless": {"type": "object", "required": ["next"], "properties": {
                "next": {"$ref": "#/definitions/endless"}}}}});
        let error = error(&alone(schema));
        assert_eq!(error.event_type(), Some("it"), "{error}");
        assert!(error.pointer().is_some_and(|pointer| pointer.starts_with("/outer/inner~1a")), "{error}");
        assert!(error.to_string().contains(why), "{why}: {error}");
    }
}

#[test]
fn what_can_not_be_promised_is_looked_at_and_what_is_never_valid_is_an_error() {
    let text = |text: Value| json!({"type": "object", "required": ["a"], "properties": {"a": text}});
    // Only a backtracking engine reads the first; the second may look like a telephone number.
    for member in [
        json!({"type": "string", "pattern": "^(?!amber)[a-z ]+$"}),
        json!({"type": "string", "pattern": "^[0-9]{4} [0-9]{5,6}$", "x-privacy": "free-text", "minLength": 10}),
        json!({"type": "array", "items": {"enum": [1, 2, 3]}, "minItems": 1, "not": {"contains": {"const": 2}}}),
    ] {
        let catalog = alone(text(member.clone()));
        assert_eq!(problems(&catalog, &stream(&catalog, &options(300, 1))), Vec::<String>::new(), "{member}");
    }
    let never = alone(text(json!({"type": "string", "format": "email", "x-privacy": "free-text"})));
    let error = error(&never);
    assert!(error.to_string().contains("privacy/suspected-personal-data"), "{error}");
    assert_eq!(error.pointer(), Some("/a"));
}

/// Two kinds of aggregates: `a` with a state that is final, and `b`, whose creating event has `fields`.
fn two_kinds(b_fields: &Value, required: &[&str], references: &str) -> Arc<Catalog> {
    let schema = |kind: &str, name: &str, fields: &Value, required: &[&str]| {
        let mut schema = json!({"type": "object", "required": ["name", "id"], "properties": {
            "name": {"const": name}, "id": {"type": "string", "maxLength": 40}}, "title": kind});
        for (field, value) in fields.as_object().expect("fields") {
            schema["properties"][field] = value.clone();
        }
        let list = schema["required"].as_array_mut().expect("a list");
        list.extend(required.iter().map(|name| json!(name)));
        schema
    };
    let lifecycle = "states = [\"on\", \"off\"]\nlive = [\"on\"]\nfinal = [\"off\"]\n";
    let manifest = [
        "[roles]\nevent_name = \"/name\"\n".to_owned(),
        event("a-made", Some("a")) + &event("a-ended", Some("a")) + &event("b-made", Some("b")),
        format!("[aggregates.a]\nid = \"/id\"\n{lifecycle}"),
        "transitions = [{event = \"a-made\", creates = \"on\"}, {event = \"a-ended\", from = [\"on\"], to = \"off\"}]\n".to_owned(),
        format!("[aggregates.b]\nid = \"/id\"\n{lifecycle}"),
        "transitions = [{event = \"b-made\", creates = \"on\"}]\n".to_owned(),
        format!("references = [{references}]\n"),
    ];
    let none = json!({});
    catalog(
        &manifest.concat(),
        &[
            ("a-made", schema("a", "a-made", &none, &[])),
            ("a-ended", schema("a", "a-ended", &none, &[])),
            ("b-made", schema("b", "b-made", b_fields, required)),
        ],
    )
}

#[test]
fn references_are_made_live_before_they_are_needed() {
    let id = json!({"type": "string"});
    let catalog = two_kinds(&json!({"a": id}), &["a"], "{field = \"/a\", to = \"a\"}");
    assert_eq!(problems(&catalog, &stream(&catalog, &options(2000, 1))), Vec::<String>::new());
    let itself = two_kinds(&json!({"b": id}), &[], "{field = \"/b\", to = \"b\"}");
    let events = stream(&itself, &options(500, 1));
    assert_eq!(problems(&itself, &events), Vec::<String>::new());
    assert!(events.iter().any(|event| String::from_utf8_lossy(event).contains("\"b\":")));
    let never = two_kinds(&json!({"b": id}), &["b"], "{field = \"/b\", to = \"b\"}");
    let error = error(&never);
    assert_eq!((error.event_type(), error.pointer()), (Some("b-made"), Some("/b")), "{error}");
}

#[test]
fn a_stream_that_runs_out_of_ids_ends_with_an_error() {
    let few = json!({"type": "object", "required": ["id"], "properties": {"id": {"type": "string", "pattern": "^[a-z]$"}}});
    let manifest = event("lamp-lit", Some("lamp"))
        + "[aggregates.lamp]\nid = \"/id\"\nstates = [\"lit\"]\ntransitions = [{event = \"lamp-lit\", creates = \"lit\"}]\n";
    let catalog = catalog(&manifest, &[("lamp-lit", few)]);
    assert_eq!(stream(&catalog, &options(10, 1)).len(), 10);
    let mut sampler = Sampler::new(&catalog, &options(1000, 1)).expect("some can be made");
    let made = sampler.by_ref().take_while(Result::is_ok).count();
    assert!((10..=26).contains(&made), "{made}");
    assert!(sampler.next().is_none());
}

#[test]
fn ids_times_and_versions_take_the_form_that_the_schema_has() {
    let schema = json!({"type": "object", "required": ["n", "id", "at", "rev", "key"], "properties": {
        "n": {"type": "integer", "minimum": 1},
        "id": {"type": "string", "pattern": "^[0-9A-F]{4}-[0-9]{2}$"},
        "at": {"type": "integer", "minimum": 1_700_000_000_000_u64},
        "rev": {"type": "integer", "minimum": 2, "maximum": 3},
        "key": {"type": "string", "format": "uuid"},
    }});
    let manifest =
        "[roles]\nevent_id = \"/id\"\noccurred_at = \"/at\"\nversion = \"/rev\"\nidempotency_key = \"/key\"\n"
            .to_owned()
            + &event("lamp-lit", Some("lamp")).replace("version = 1", "version = 4")
            + "[aggregates.lamp]\nid = \"/n\"\nstates = [\"lit\"]\ntransitions = [{event = \"lamp-lit\", creates = \"lit\"}]\n";
    let catalog = catalog(&manifest, &[("lamp-lit", schema)]);
    let engine = tidings_engine::Engine::new(Arc::clone(&catalog), tidings_engine::Options::default())
        .expect("it compiles");
    let (mut ids, mut last) = (std::collections::HashSet::new(), 0);
    for event in stream(&catalog, &options(1000, 1)) {
        assert!(engine.validate(&event).findings().is_empty(), "{}", String::from_utf8_lossy(&event));
        let event: Value = serde_json::from_slice(&event).expect("JSON");
        let now = event["at"].as_u64().expect("a time");
        assert!(now >= last, "times go forward");
        last = now;
        assert!(ids.insert(event["id"].to_string()) && ids.insert(event["n"].to_string()), "ids are new");
    }
}

#[test]
fn an_event_type_that_can_never_happen_is_an_error() {
    let schema = json!({"type": "object", "required": ["name", "id"], "properties": {
        "name": {"enum": ["lamp-lit", "lamp-broke"]}, "id": {"type": "string"}}});
    let types = "[roles]\nevent_name = \"/name\"\n".to_owned()
        + &event("lamp-lit", Some("lamp"))
        + &event("lamp-broke", Some("lamp"));
    let schemas = [("lamp-lit", schema.clone()), ("lamp-broke", schema)];
    for (transitions, blamed) in [
        ("{event = \"lamp-lit\", creates = \"lit\"}", "lamp-broke"),
        ("{event = \"lamp-lit\", from = [\"lit\"]}, {event = \"lamp-broke\", from = [\"lit\"]}", "lamp-lit"),
        (
            "{event = \"lamp-lit\", creates = \"lit\"}, {event = \"lamp-broke\", from = [\"dark\"]}",
            "lamp-broke",
        ),
    ] {
        let lamp = format!(
            "[aggregates.lamp]\nid = \"/id\"\nstates = [\"lit\", \"dark\"]\ntransitions = [{transitions}]\n"
        );
        let error = error(&catalog(&format!("{types}{lamp}"), &schemas));
        assert_eq!(error.event_type(), Some(blamed), "{error}");
    }
}
