//! The closed view: the prover's formula against a walk over values by the design's words.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tidings_inclusion::View::{Closed, Open};
use tidings_inclusion::{Documents, Limits, Operand, Oracle, Prover, Question, Side, Verdict, View};

use crate::schemas::{Chance, guided, schema, value};
use crate::support::validator;

/// Whether no member of a value is unknown, by the words of the design and those of the engine's `fields.rs`: `places`
/// are the lists of subschemas that apply to the value, each with what else applies in place.
fn only_known(root: &Value, nodes: &[Vec<&Value>], value: &Value) -> bool {
    let applied: Vec<Vec<&Value>> = nodes.iter().map(|node| in_place(root, node)).collect();
    let names = |node: &Vec<&Value>| -> BTreeSet<String> {
        node.iter()
            .filter_map(|schema| schema.get("properties")?.as_object())
            .flat_map(|properties| properties.keys().cloned())
            .collect()
    };
    let is_object = |schema: &&Value| schema.is_object();
    match value {
        Value::Object(members) => {
            let is_map = applied.iter().all(|node| names(node).is_empty());
            members.iter().all(|(name, member)| {
                let mut found: Vec<Vec<&Value>> = Vec::new();
                for node in &applied {
                    let is_named = names(node).contains(name);
                    let mut together = Vec::new();
                    for schema in node {
                        let own = schema.get("properties").and_then(|own| own.get(name));
                        let patterns = schema.get("patternProperties").and_then(Value::as_object);
                        let matched: Vec<&Value> = patterns
                            .into_iter()
                            .flatten()
                            .filter(|(pattern, _)| {
                                validator(&json!({"pattern": pattern}))
                                    .expect("a pattern")
                                    .is_valid(&json!(name))
                            })
                            .map(|(_, child)| child)
                            .collect();
                        let nothing = matched.is_empty() && (own.is_none() || !is_named);
                        let rest = schema.get("additionalProperties").filter(is_object).filter(|_| nothing);
                        together.extend(own.into_iter().chain(matched).chain(rest));
                    }
                    if is_named {
                        found.push(together);
                    } else {
                        found.extend(together.into_iter().map(|schema| vec![schema]));
                    }
                }
                if found.is_empty() {
                    is_map && only_known(root, &[], member)
                } else {
                    only_known(root, &found, member)
                }
            })
        }
        Value::Array(items) => items.iter().enumerate().all(|(at, item)| {
            let mut found: Vec<Vec<&Value>> = Vec::new();
            for schema in applied.iter().flatten() {
                match schema.get("items") {
                    Some(Value::Array(listed)) => {
                        let rest = schema.get("additionalItems").filter(is_object);
                        found.extend(listed.get(at).or(rest).map(|schema| vec![schema]));
                    }
                    items => found.extend(items.filter(is_object).map(|schema| vec![schema])),
                }
                found.extend(schema.get("contains").filter(is_object).map(|schema| vec![schema]));
            }
            only_known(root, &found, item)
        }),
        _ => true,
    }
}

/// The subschemas that apply in place, whichever branch matches.
fn in_place<'v>(root: &'v Value, node: &[&'v Value]) -> Vec<&'v Value> {
    let mut found: Vec<&Value> = Vec::new();
    let mut pending: Vec<&Value> = node.to_vec();
    while let Some(schema) = pending.pop() {
        if found.iter().any(|known| std::ptr::eq(*known, schema)) {
            continue;
        }
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            pending.extend(root.pointer(reference.trim_start_matches('#')));
            continue;
        }
        found.push(schema);
        for keyword in ["allOf", "anyOf", "oneOf"] {
            pending.extend(schema.get(keyword).and_then(Value::as_array).into_iter().flatten());
        }
        pending.extend(["if", "then", "else"].iter().filter_map(|keyword| schema.get(keyword)));
        let dependencies = schema.get("dependencies").and_then(Value::as_object);
        pending.extend(dependencies.into_iter().flat_map(|all| all.values()).filter(|one| !one.is_array()));
    }
    found
}

/// Accepts what the prover has to confirm: the one value on the left, and on the right by the walk.
struct Walk<'v> {
    schema: &'v Value,
    valid: bool,
}

impl Oracle for Walk<'_> {
    fn accepts(&self, side: Side, value: &Value) -> bool {
        side == Side::Left || (self.valid && only_known(self.schema, &[vec![self.schema]], value))
    }

    fn is_format(&self, format: &str, text: &str) -> Option<bool> {
        validator(&json!({"format": format})).map(|validator| validator.is_valid(&Value::from(text)))
    }
}

const ABOUT_MEMBERS: [&str; 9] = [
    "properties",
    "properties",
    "patternProperties",
    "additionalProperties",
    "allOf",
    "anyOf",
    "if",
    "items",
    "$ref",
];

#[test]
fn the_closed_view_refuses_exactly_the_unknown_fields() {
    let (mut accepted, mut refused) = (0, 0);
    for seed in 0..300 {
        let mut chance = Chance::new(seed);
        let keyword = chance.pick(&ABOUT_MEMBERS);
        let schema = schema(&mut chance, keyword, 3);
        let Some(validator) = validator(&schema) else { continue };
        for _ in 0..6 {
            let value = if chance.one_in(4) {
                value(&mut chance, 3)
            } else {
                guided(&mut chance, &schema, &schema, 4)
            };
            let walk = Walk { schema: &schema, valid: validator.is_valid(&value) };
            let expected = walk.accepts(Side::Right, &value);
            let mut prover = Prover::new(Limits::default());
            let [left, right] = [json!({"const": value}), schema.clone()].map(|schema| {
                let mut documents = Documents::new();
                documents.add("urn:schema", &schema).unwrap();
                prover.add(documents)
            });
            let left = prover.schema(&Operand::open(left, "urn:schema")).unwrap();
            let right = prover.schema(&Operand::closed(right, "urn:schema")).unwrap();
            let found = prover.compare(&Question::new(left, right), &walk);
            let said = if expected { Verdict::Compatible } else { Verdict::Breaking };
            assert_eq!(found.verdict(), said, "seed {seed}: {value} and {schema}: {found:?}");
            if walk.valid {
                *if expected { &mut accepted } else { &mut refused } += 1;
            }
        }
    }
    assert!(accepted > 300 && refused > 50, "{accepted} accepted, {refused} refused for unknown fields");
}

/// The two schemas as they are written.
struct Both<'v>(&'v Value, &'v Value);

impl Oracle for Both<'_> {
    fn accepts(&self, side: Side, value: &Value) -> bool {
        let schema = if side == Side::Left { self.0 } else { self.1 };
        validator(schema).is_some_and(|validator| validator.is_valid(value))
    }
}

#[test]
fn a_new_optional_field_is_compatible_from_closed_to_open_and_a_new_required_one_is_not() {
    let event = |more: Value, required: Value| {
        let mut properties = json!({"id": {"type": "string"}, "who": {"$ref": "#/definitions/who"}});
        properties.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({
            "type": "object",
            "required": required,
            "properties": properties,
            "definitions": {"who": {"properties": {"name": {"maxLength": 9}}}},
        })
    };
    let old = event(json!({}), json!(["id"]));
    let optional = event(json!({"note": {"type": "string"}}), json!(["id"]));
    let required = event(json!({"note": {"type": "string"}}), json!(["id", "note"]));
    let compare = |left: (&Value, View), right: (&Value, View)| {
        let mut prover = Prover::new(Limits::default());
        let [one, other] = [left, right].map(|(schema, view)| {
            let mut documents = Documents::new();
            documents.add("urn:schema", schema).unwrap();
            let library = prover.add(documents);
            prover.schema(&Operand { view, ..Operand::open(library, "urn:schema") }).unwrap()
        });
        prover.compare(&Question::new(one, other), &Both(left.0, right.0))
    };
    assert_eq!(compare((&old, Closed), (&optional, Open)).verdict(), Verdict::Compatible);
    assert_eq!(compare((&optional, Closed), (&old, Open)).verdict(), Verdict::Compatible);
    // As the schemas are written, an old event may have anything in `note`.
    assert_eq!(compare((&old, Open), (&optional, Open)).witnesses[0].keyword, "type");
    let broken = compare((&old, Closed), (&required, Open));
    assert_eq!(broken.verdict(), Verdict::Breaking);
    assert_eq!(broken.witnesses.len(), 1);
    assert_eq!((broken.witnesses[0].pointer.as_str(), broken.witnesses[0].keyword), ("", "required"));
}

#[test]
fn a_name_that_a_pattern_cant_be_tried_on_may_be_of_it() {
    let schema = |known: Value| {
        json!({"allOf": [
            {"properties": {"[x": {"properties": known}}},
            {"patternProperties": {"^[[a](?=.)": {"properties": {"q": true}}}}
        ]})
    };
    let (old, new) = (schema(json!({"p": true})), schema(json!({"p": true, "q": {"type": "string"}})));
    let mut prover = Prover::new(Limits::default());
    let [left, right] = [(&old, Closed), (&new, Open)].map(|(schema, view)| {
        let mut documents = Documents::new();
        documents.add("urn:schema", schema).unwrap();
        let library = prover.add(documents);
        prover.schema(&Operand { view, ..Operand::open(library, "urn:schema") }).unwrap()
    });
    let found = prover.compare(&Question::new(left, right), &Both(&old, &new));
    assert_ne!(found.verdict(), Verdict::Compatible, "{found:?}");
}
