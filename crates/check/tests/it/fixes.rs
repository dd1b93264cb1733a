//! A fix changes nothing that a schema accepts, in the open and in the closed view. Schemas full of what can be mended are
//! made up and mended. The prover must not find a value that tells before from after, and the engine, whose word is final,
//! must say the same of many values.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};
use tidings_catalog::{Catalog, MemoryTree};
use tidings_check::lint::{Selection, fix, lint};
use tidings_engine::{Engine, Options, UnknownFields};
use tidings_inclusion::{Documents, Limits, Operand, Prover, View};

use crate::catalogs::{Numbers, files, today, tree};

const MANIFEST: &str = r#"
[catalog]
name = "made-up"
title = "Made up"
version = "1.0.0"

[events.Happened]
schema = "schemas/happened.schema.json"
version = 1
purpose = "Something happened."
"#;

/// How many schemas are made up, and how many values each is asked about.
const SCHEMAS: u64 = 100;
const VALUES: usize = 150;

const NAMES: [&str; 4] = ["a", "b", "c", "d"];

/// A schema with a good share of what can be mended.
fn schema(numbers: &mut Numbers, depth: usize) -> Value {
    let mut schema = serde_json::Map::new();
    if depth > 0 && numbers.below(5) == 0 {
        let name = numbers.one_of(&["one", "two"]);
        schema.insert("$ref".to_owned(), json!(format!("#/definitions/{name}")));
        for annotation in ["description", "title", "x-privacy", "examples", "maxLength"] {
            if numbers.below(4) == 0 {
                schema.insert(annotation.to_owned(), annotated(annotation));
            }
        }
        return Value::Object(schema);
    }
    match numbers.below(4) {
        0 => {}
        1 => {
            schema.insert("type".to_owned(), json!([numbers.one_of(&TYPES), "null"]));
        }
        _ => {
            schema.insert("type".to_owned(), json!(numbers.one_of(&TYPES)));
        }
    }
    for (keyword, value) in [
        ("minLength", json!(1)),
        ("maxLength", json!(3)),
        ("minimum", json!(2)),
        ("exclusiveMaximum", json!(5)),
        ("multipleOf", json!(2)),
        ("minItems", json!(1)),
        ("maxItems", json!(2)),
        ("uniqueItems", json!(true)),
        ("required", json!([numbers.one_of(&NAMES)])),
        ("maxProperties", json!(2)),
        ("format", json!("date")),
        ("description", json!("what it is")),
        ("descripton", json!("what it is")),
        ("exampels", json!(["x"])),
        ("additionalItems", json!(false)),
        ("additionalProperties", json!(false)),
    ] {
        if numbers.below(7) == 0 {
            schema.insert(keyword.to_owned(), value);
        }
    }
    if numbers.below(4) == 0 {
        let pattern = numbers.one_of(&[
            r"^\d+$",
            r"^[\d_]+$",
            r"\w",
            r"^[^\u0000-\u001f]\D$",
            r"^\W[\w]?$",
            "^a",
            r"\\d",
        ]);
        schema.insert("pattern".to_owned(), json!(pattern));
    }
    if depth > 0 {
        if numbers.below(2) == 0 {
            let mut inner = serde_json::Map::new();
            for name in NAMES {
                if numbers.below(2) == 0 {
                    inner.insert(name.to_owned(), self::schema(numbers, depth - 1));
                }
            }
            schema.insert("properties".to_owned(), Value::Object(inner));
        }
        for keyword in ["items", "if", "then", "not"] {
            if numbers.below(8) == 0 {
                schema.insert(keyword.to_owned(), self::schema(numbers, depth - 1));
            }
        }
        for keyword in ["anyOf", "allOf"] {
            if numbers.below(5) == 0 {
                let branches = [self::schema(numbers, depth - 1), self::schema(numbers, depth - 1)];
                schema.insert(keyword.to_owned(), json!(branches));
            }
        }
    }
    Value::Object(schema)
}

const TYPES: [&str; 6] = ["string", "number", "integer", "array", "object", "boolean"];

fn annotated(keyword: &str) -> Value {
    match keyword {
        "examples" => json!(["x"]),
        "x-privacy" => json!("public"),
        "maxLength" => json!(2),
        _ => json!("what it is"),
    }
}

fn value(numbers: &mut Numbers, depth: usize) -> Value {
    match numbers.below(if depth > 0 { 14 } else { 9 }) {
        0 => Value::Null,
        1 => json!(true),
        2 => json!(4),
        3 => json!(2.5),
        4 => json!("2026-11-24"),
        5 => json!(
            numbers.one_of(&["", "7", "77", "a", "ab_9", "é", "٣", "\u{1}x", "日本", "a!", "\\d", "__"])
        ),
        6 => json!(""),
        7 => json!([]),
        8 => json!(3),
        9 => (0..numbers.below(3)).map(|_| value(numbers, depth - 1)).collect(),
        _ => {
            let mut members = serde_json::Map::new();
            for name in NAMES {
                if numbers.below(2) == 0 {
                    members.insert(name.to_owned(), value(numbers, depth - 1));
                }
            }
            Value::Object(members)
        }
    }
}

fn engines(tree: &MemoryTree) -> Option<[Engine; 2]> {
    let catalog = Arc::new(Catalog::from_tree(tree).ok()?);
    let engine = |unknown_fields| {
        Engine::new(Arc::clone(&catalog), Options { unknown_fields, ..Options::default() }).ok()
    };
    Some([engine(UnknownFields::Refuse)?, engine(UnknownFields::Allow)?])
}

/// Whether the event type accepts the same before and after in a view, as far as the prover can tell.
fn proven_equal(before: &Engine, after: &Engine, view: View) -> Option<bool> {
    let mut prover = Prover::new(Limits::default());
    let mut schemas = Vec::new();
    for engine in [before, after] {
        let catalog = engine.catalog();
        let mut documents = Documents::new();
        for document in catalog.schemas.documents() {
            documents.add(&document.uri, &catalog.schemas.portable(document)).ok()?;
        }
        let library = prover.add(documents);
        let uri = catalog.schema(&catalog.event_types["Happened"]).uri();
        schemas.push(prover.schema(&Operand { library, root: &uri, view, also: Vec::new() }).ok()?);
    }
    prover.equivalent(schemas[0], schemas[1])
}

#[test]
fn what_is_mended_accepts_what_it_accepted_in_both_views() {
    let selection = Selection::new(&["schema".to_owned()], &[]).unwrap();
    let (mut mended, mut accepted, mut refused) = (BTreeMap::new(), 0, 0);
    let (mut proven, mut unproven) = (0, 0);
    for seed in 0..SCHEMAS {
        let mut numbers = Numbers(seed);
        let mut root = schema(&mut numbers, 2);
        if root.get("$ref").is_none() {
            root["type"] = json!("object");
        }
        root["definitions"] = json!({"one": schema(&mut numbers, 1), "two": schema(&mut numbers, 0)});
        let text = serde_json::to_string_pretty(&root).unwrap();
        let before =
            MemoryTree::new().with("catalog.toml", MANIFEST).with("schemas/happened.schema.json", text);
        let Some(engines_before) = engines(&before) else { continue };
        let report = lint(&before, &selection, today()).unwrap();
        let fixed = fix(&before, &selection, today()).unwrap();
        if fixed.files.is_empty() {
            assert_eq!(report.fixable, 0, "seed {seed}");
            continue;
        }
        let mut after = files(&before);
        after.extend(fixed.files);
        let after = tree(&after);
        let left = lint(&after, &selection, today()).unwrap();
        assert_eq!(left.fixable, 0, "seed {seed}");
        assert!(fix(&after, &selection, today()).unwrap().files.is_empty(), "seed {seed}");
        for finding in &report.findings {
            *mended.entry(finding.rule.id).or_insert(0) += 1;
        }
        for finding in &left.findings {
            *mended.entry(finding.rule.id).or_insert(0) -= 1;
        }
        let engines_after = engines(&after).expect("what is mended is a catalog still");
        for (at, view) in [View::Closed, View::Open].into_iter().enumerate() {
            match proven_equal(&engines_before[at], &engines_after[at], view) {
                Some(equal) => {
                    assert!(equal, "seed {seed}, {view:?}:\n{root:#}");
                    proven += 1;
                }
                None => unproven += 1,
            }
        }
        for _ in 0..VALUES {
            let event = value(&mut numbers, 3).to_string();
            for (before, after) in engines_before.iter().zip(&engines_after) {
                let says = before.validate(event.as_bytes()).is_valid();
                assert_eq!(
                    after.validate(event.as_bytes()).is_valid(),
                    says,
                    "seed {seed}: {event}\n{root:#}"
                );
                *if says { &mut accepted } else { &mut refused } += 1;
            }
        }
    }
    for rule in
        ["inapplicable-keyword", "ref-siblings", "schema-draft", "unknown-keyword", "unportable-pattern"]
    {
        let count = mended.get(format!("lint/{rule}").as_str()).copied().unwrap_or(0);
        assert!(count > 10, "{rule} was mended {count} times");
    }
    assert!(proven > 9 * unproven, "{proven} proven equal, {unproven} not");
    assert!(accepted > 1_000 && refused > 1_000, "{accepted} accepted, {refused} refused");
}

#[test]
fn all_bytes_that_a_fix_is_not_about_stay() {
    let odd = "{\"type\" :\"object\",\r\n\t\"$schema\": \"http://json-schema.org/draft-07/schema#\",\n \"properties\":{\n\
               \"a\":{ \"$ref\":\"#/definitions/b\" ,\"description\":\"\\u00e9 \\/\"},\n\
               \"n\":{\"type\":\"integer\",   \"maxLength\" : 3 , \"minimum\":1.0}},\n \"definitions\":{\"b\":{\"type\":\"boolean\"}}  }\n\n";
    let wanted = "{\"type\" :\"object\",\r\n\t\"$schema\": \"http://json-schema.org/draft-07/schema#\",\n \"properties\":{\n\
                  \"a\":{ \"allOf\": [{ \"$ref\":\"#/definitions/b\" }] ,\"description\":\"\\u00e9 \\/\"},\n\
                  \"n\":{\"type\":\"integer\",   \"minimum\":1.0}},\n \"definitions\":{\"b\":{\"type\":\"boolean\"}}  }\n\n";
    let before = MemoryTree::new().with("catalog.toml", MANIFEST).with("schemas/happened.schema.json", odd);
    let selection = Selection::new(&["schema".to_owned()], &[]).unwrap();
    let fixed = fix(&before, &selection, today()).unwrap();
    assert_eq!(fixed.count, 2);
    assert_eq!(String::from_utf8_lossy(&fixed.files["schemas/happened.schema.json"]), wanted);
}

#[test]
fn what_is_waived_is_left_alone() {
    let waivers = "[[waiver]]\nrule = \"lint/schema-draft\"\nplace = \"schemas/happened.schema.json\"\nreason = \"r\"\nexpires = 2026-11-24\n";
    let tree = MemoryTree::new()
        .with("catalog.toml", MANIFEST)
        .with("schemas/happened.schema.json", "{\"type\": \"object\"}")
        .with("waivers.toml", waivers);
    let selection = Selection::new(&["schema-draft".to_owned()], &[]).unwrap();
    assert!(fix(&tree, &selection, today()).unwrap().files.is_empty());
    let tomorrow = today().tomorrow().unwrap();
    assert_eq!(fix(&tree, &selection, tomorrow).unwrap().count, 1);
}
