//! Schemas that are made to break programs: the answer is a verdict or an error, in bounded time and memory.

use serde_json::{Value, json};
use tidings_inclusion::{Documents, Limits, Operand, Prover, SchemaError, Verdict};

use crate::support::{compare, compare_within};

fn read(schema: &Value) -> Result<(), SchemaError> {
    let mut documents = Documents::new();
    documents.add("urn:schema", schema)?;
    let mut prover = Prover::new(Limits::default());
    let library = prover.add(documents);
    prover.schema(&Operand::open(library, "urn:schema"))?;
    prover.schema(&Operand::closed(library, "urn:schema")).map(|_| ())
}

fn nested(depth: usize, wrap: impl Fn(Value) -> Value) -> Value {
    (0..depth).fold(json!({"type": "string"}), |inner, _| wrap(inner))
}

#[test]
fn what_is_no_schema_of_draft_07_is_an_error_that_names_the_place() {
    for (schema, shown) in [
        (json!(1), "`$ref` in `urn:schema#` has a value that Draft-07 does not allow"),
        (
            json!({"not": {"type": "any"}}),
            "`type` in `urn:schema#/not` has a value that Draft-07 does not allow",
        ),
        (json!({"minLength": -1}), "`minLength` in `urn:schema#` has a value that Draft-07 does not allow"),
        (json!({"minLength": 1.5}), "`minLength` in `urn:schema#` has a value that Draft-07 does not allow"),
        (
            json!({"exclusiveMinimum": true}),
            "`exclusiveMinimum` in `urn:schema#` has a value that Draft-07 does not allow",
        ),
        (json!({"multipleOf": 0}), "`multipleOf` in `urn:schema#` has a value that Draft-07 does not allow"),
        (
            json!({"items": [{"anyOf": {}}]}),
            "`anyOf` in `urn:schema#/items/0` has a value that Draft-07 does not allow",
        ),
        (json!({"$ref": "#/nowhere"}), "`#/nowhere` in `urn:schema#` leads nowhere"),
        (json!({"$ref": "other"}), "`other` in `urn:schema#` leads nowhere"),
        (json!({"$id": "http://a b"}), "`http://a b` is not an absolute URI without a fragment"),
        (json!({"allOf": [{"$id": "urn:a"}, {"$id": "urn:a"}]}), "`urn:a` names two schemas"),
        (
            json!({"not": {"$id": "#/definitions/a"}}),
            "`$id` in `urn:schema#/not` has a value that Draft-07 does not allow",
        ),
        // Draft-07 knows no schemas there.
        (
            json!({"$defs": {"a": {"$id": "urn:a"}}, "$ref": "urn:a"}),
            "`urn:a` in `urn:schema#` leads nowhere",
        ),
    ] {
        assert_eq!(read(&schema).unwrap_err().to_string(), shown, "{schema}");
    }
    assert!(matches!(Documents::new().add("relative", &json!({})), Err(SchemaError::Uri(_))));
}

#[test]
fn schemas_that_nest_deep_are_compared_or_refused() {
    for depth in [50, 120, 400] {
        for wrap in [
            |inner: Value| json!({"not": inner}),
            |inner: Value| json!({"allOf": [inner, {"minLength": 1}]}),
            |inner: Value| json!({"anyOf": [inner, {"type": "null"}]}),
            |inner: Value| json!({"type": "object", "required": ["a"], "properties": {"a": inner}}),
            |inner: Value| json!({"type": "array", "minItems": 1, "items": inner}),
            |inner: Value| json!({"if": inner, "then": {"maxLength": 5}}),
        ] {
            let schema = nested(depth, wrap);
            if let Err(error) = read(&schema) {
                assert!(depth > 120 && matches!(error, SchemaError::TooDeep(_)), "{depth}: {error}");
                continue;
            }
            let other = json!({"allOf": [nested(depth, wrap), {"not": {"const": 7}}]});
            // Whatever the verdict, there is one.
            compare(&schema, &other, None);
            compare(&other, &schema, None);
        }
    }
}

#[test]
fn references_in_circles_without_an_end_are_compared() {
    for schema in [
        json!({"$ref": "#"}),
        json!({"allOf": [{"$ref": "#"}]}),
        json!({"not": {"$ref": "#"}}),
        json!({"definitions": {"a": {"anyOf": [{"$ref": "#/definitions/b"}]}, "b": {"allOf": [{"$ref": "#/definitions/a"}]}}, "$ref": "#/definitions/a"}),
        json!({"items": {"not": {"$ref": "#"}}}),
    ] {
        assert_eq!(read(&schema), Ok(()), "{schema}");
    }
    // That `inner` has no value while `outer` is looked for is no fact about `inner`.
    let schema = json!({"definitions": {
        "outer": {"anyOf": [
            {"type": "object", "required": ["b"], "properties": {"b": {"$ref": "#/definitions/inner"}}},
            {"const": null},
        ]},
        "inner": {"type": "object", "required": ["g"], "properties": {"g": {"$ref": "#/definitions/outer"}}},
    }});
    let mut documents = Documents::new();
    documents.add("urn:schema", &schema).unwrap();
    let mut prover = Prover::new(Limits::default());
    let library = prover.add(documents);
    for name in ["outer", "inner"] {
        let root = format!("urn:schema#/definitions/{name}");
        let schema = prover.schema(&Operand::open(library, &root)).unwrap();
        assert_eq!(prover.satisfiable(schema), Some(true), "{name}");
    }
    let lists = json!({"type": "array", "minItems": 1, "items": {"not": {"$ref": "#"}}});
    assert_ne!(
        compare(&lists, &json!({"type": "array", "maxItems": 3}), None).verdict(),
        Verdict::Compatible
    );
}

#[test]
fn schemas_that_double_at_each_step_do_not_double_the_work() {
    let mut definitions = serde_json::Map::new();
    for level in 0..60 {
        let next = format!("#/definitions/d{}", level + 1);
        let members = json!({"a": {"$ref": next}, "b": {"$ref": next}});
        definitions
            .insert(format!("d{level}"), json!({"type": "object", "properties": members, "required": ["a"]}));
    }
    let bottom = |maximum: u64| {
        let mut definitions = definitions.clone();
        definitions.insert("d60".to_owned(), json!({"type": "integer", "maximum": maximum}));
        json!({"definitions": definitions, "$ref": "#/definitions/d0"})
    };
    let found = compare(&bottom(1), &bottom(2), None);
    assert_ne!(found.verdict(), Verdict::Breaking);
    let found = compare(&bottom(2), &bottom(1), None);
    assert_ne!(found.verdict(), Verdict::Compatible);
}

#[test]
fn numbers_lengths_and_patterns_without_measure_are_survived() {
    let huge: Value = serde_json::from_str(r#"{"maximum": 1e999999, "multipleOf": 1e-400}"#).unwrap();
    assert_eq!(compare(&huge, &huge, None).verdict(), Verdict::Compatible);
    for (left, right) in [
        (json!({"minLength": 18_446_744_073_709_551_615_u64}), json!({"type": "null"})),
        (json!({"type": "array", "minItems": 1_000_000_000}), json!(false)),
        (json!({"type": "object", "minProperties": 1_000_000_000}), json!(false)),
        (
            json!({"type": "string", "pattern": "^(?:a|b)*a(?:a|b){3000}$"}),
            json!({"pattern": "^(?:a|b)*b(?:a|b){3000}$"}),
        ),
        (json!({"type": "string", "pattern": "^(?=.*(.)\\1)a+$"}), json!({"pattern": "^(a|aa)+$"})),
        (json!({"type": "string", "pattern": "^(?:[a-z]{100}){250}$"}), json!({"maxLength": 3})),
        (json!({"type": "number", "multipleOf": 0.000_000_1}), json!({"multipleOf": 0.000_000_7})),
    ] {
        let found = compare(&left, &right, None);
        assert_ne!(found.verdict(), Verdict::Compatible, "{left} and {right}");
    }
}

#[test]
fn where_the_steps_end_the_answer_is_unproven_and_always_the_same() {
    let schema = |end: &str| {
        let alternatives: Vec<Value> = (0..12)
            .map(|at| json!({"required": [format!("a{at}")], "properties": {format!("b{at}"): {"pattern": format!("^[a-z]{{{at},99}}{end}$")}}}))
            .collect();
        json!({"type": "object", "oneOf": alternatives, "anyOf": [{"minProperties": 2}, {"required": ["c"]}]})
    };
    let mut limits = Limits::default();
    limits.steps = 40;
    let first = compare_within(&schema("x"), &schema(""), None, limits);
    assert_eq!(first.verdict(), Verdict::Unproven);
    assert_eq!(first.unproven[0].reason, "it took more steps than the limit");
    assert_eq!(first, compare_within(&schema("x"), &schema(""), None, limits));
}

#[test]
fn schemas_are_satisfiable_and_equivalent_by_proof() {
    let mut prover = Prover::new(Limits::default());
    let schema = |prover: &mut Prover, schema: Value| {
        let mut documents = Documents::new();
        documents.add("urn:schema", &schema).unwrap();
        let library = prover.add(documents);
        prover.schema(&Operand::open(library, "urn:schema")).unwrap()
    };
    let none = schema(&mut prover, json!({"type": "string", "minLength": 3, "maxLength": 2}));
    let some = schema(&mut prover, json!({"type": "string", "minLength": 3}));
    let other = schema(&mut prover, json!({"type": "string", "pattern": "^[\\s\\S]{3,}$"}));
    assert_eq!((prover.satisfiable(none), prover.satisfiable(some)), (Some(false), Some(true)));
    assert_eq!((prover.equivalent(some, other), prover.equivalent(some, none)), (Some(true), Some(false)));
}

#[test]
fn what_was_once_called_compatible_and_is_not() {
    for (left, right) in [
        ("{}", r#"{"contentEncoding": "base64url"}"#),
        ("{}", r#"{"contentEncoding": "base32"}"#),
        ("{}", r#"{"contentEncoding": "base32hex"}"#),
        ("{}", r#"{"contentEncoding": "base16"}"#),
        (r#"{"const": "ﬀ"}"#, r#"{"not": {"contentEncoding": "base16"}}"#),
        (r#"{"format": "contentEncoding base64"}"#, r#"{"contentEncoding": "base64"}"#),
        (r#"{"format": "contentMediaType application/json"}"#, r#"{"contentMediaType": "application/json"}"#),
        (
            r#"{"$ref": "http://json-schema.org/draft-07/schema#/definitions/nonNegativeInteger"}"#,
            r#"{"$ref": "http://json-schema.org/draft-07/schema#"}"#,
        ),
        (
            r#"{"$ref": "http://json-schema.org/draft-07/schema#/definitions/simpleTypes"}"#,
            r#"{"$ref": "http://json-schema.org/draft-07/schema#/definitions/nonNegativeInteger"}"#,
        ),
        // Beside look-around, validators read classes as Unicode's.
        (r#"{"type": "string", "pattern": "^(?!0)\\d+$"}"#, r#"{"pattern": "^[0-9]+$"}"#),
        (r#"{"const": "٣"}"#, r#"{"not": {"pattern": "^(?!0)\\d+$"}}"#),
        (r#"{"const": "é"}"#, r#"{"not": {"pattern": "^\\w+(?<!_)$"}}"#),
        // What automata can't do is tried as validators do.
        (r#"{"const": "A"}"#, r#"{"pattern": "^[^--a]$"}"#),
        (r#"{"const": "A"}"#, r#"{"not": {"pattern": "^[--a]$"}}"#),
        (r#"{"const": "é"}"#, r#"{"pattern": "^\\w+\\b$"}"#),
        (r#"{"const": "s"}"#, r#"{"pattern": "^(?i:[\\W])$"}"#),
        (r#"{"const": "S"}"#, r#"{"pattern": "^(?i:[\\W\\d])$"}"#),
        (r#"{"const": [1e5000]}"#, r#"{"enum": [1e5000]}"#),
    ] {
        let [left, right] = [left, right].map(|text| serde_json::from_str(text).unwrap());
        let found = compare(&left, &right, None);
        assert_ne!(found.verdict(), Verdict::Compatible, "{left} and {right}");
    }
}
