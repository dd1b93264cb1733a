//! Two bare schemas, the prover between them, and the `jsonschema` crate as the validator.

use jsonschema::{Draft, Validator};
use serde_json::{Value, json};
use tidings_inclusion::{Comparison, Documents, Limits, Operand, Oracle, Prover, Question, Side, Verdict};

pub(crate) struct Validators {
    pub(crate) left: Validator,
    pub(crate) right: Validator,
}

/// A validator of Draft-07 that asserts formats.
pub(crate) fn validator(schema: &Value) -> Option<Validator> {
    jsonschema::options().with_draft(Draft::Draft7).should_validate_formats(true).build(schema).ok()
}

impl Oracle for Validators {
    fn accepts(&self, side: Side, value: &Value) -> bool {
        match side {
            Side::Left => self.left.is_valid(value),
            Side::Right => self.right.is_valid(value),
        }
    }

    fn is_format(&self, format: &str, text: &str) -> Option<bool> {
        validator(&json!({"format": format})).map(|validator| validator.is_valid(&Value::from(text)))
    }
}

/// Whether all that the left schema accepts the right one accepts. Each witness was confirmed.
pub(crate) fn compare(left: &Value, right: &Value, near: Option<&Value>) -> Comparison {
    compare_within(left, right, near, Limits::default())
}

pub(crate) fn compare_within(
    left: &Value,
    right: &Value,
    near: Option<&Value>,
    limits: Limits,
) -> Comparison {
    let mut prover = Prover::new(limits);
    let schemas = [left, right].map(|schema| {
        let mut documents = Documents::new();
        documents.add("urn:schema", schema).expect("a document");
        let library = prover.add(documents);
        prover.schema(&Operand::open(library, "urn:schema")).expect("a schema")
    });
    let oracle = Validators {
        left: validator(left).expect("a schema of Draft-07"),
        right: validator(right).expect("a schema of Draft-07"),
    };
    let question = Question { near, ..Question::new(schemas[0], schemas[1]) };
    let comparison = prover.compare(&question, &oracle);
    for witness in &comparison.witnesses {
        assert!(oracle.accepts(Side::Left, &witness.value), "{witness:?} of {left} and {right}");
        assert!(!oracle.accepts(Side::Right, &witness.value), "{witness:?} of {left} and {right}");
    }
    comparison
}

/// The verdicts in both directions as `=`, `<` (the left accepts less), `>` and `#`, with `?` for what is unproven.
pub(crate) fn relation(left: &Value, right: &Value) -> String {
    let (there, back) = (compare(left, right, None), compare(right, left, None));
    match (there.verdict(), back.verdict()) {
        (Verdict::Compatible, Verdict::Compatible) => "=".to_owned(),
        (Verdict::Compatible, Verdict::Breaking) => "<".to_owned(),
        (Verdict::Breaking, Verdict::Compatible) => ">".to_owned(),
        (Verdict::Breaking, Verdict::Breaking) => "#".to_owned(),
        _ => format!("? {:?} {:?}", there.unproven, back.unproven),
    }
}
