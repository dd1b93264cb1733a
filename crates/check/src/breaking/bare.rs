//! Two schemas that belong to no catalog, compared exactly as they are written: any JSON value, unknown fields allowed
//! where the schema allows them.
//!
//! In go two texts, out comes a [`Report`] like that of two catalogs, with an outcome a direction and difference.

use serde_json::Value;
use tidings_catalog::{LoadError, MemoryTree, SchemaFile};
use tidings_engine::BareSchema;
use tidings_inclusion::{
    Comparison, Documents, Operand, Oracle, Prover, Question, Schema, SchemaError, Side,
};

use super::context::{Direction, said};
use super::proof::{AT_MOST, label, undecided};
use super::sink::{Break, Outcome, Sink, Verdict, Witness};
use super::{Options, Report, backward, forward, unproven};

/// A schema, ready to judge values.
struct Bare<'s> {
    name: &'s str,
    file: SchemaFile,
    compiled: BareSchema,
}

/// Compares two Draft-07 schemas, each given by the name that messages call it and its text. Backward holds when the new
/// one accepts every value that the old one does, forward when the old one accepts every value that the new one does.
///
/// # Errors
/// Everything that is wrong with either: no strict JSON, not Draft-07, a reference to another file or to nothing. With
/// the schema's name, line and column.
pub fn compare_schemas(
    old: (&str, &[u8]),
    new: (&str, &[u8]),
    options: Options,
) -> Result<Report, LoadError> {
    let (old, read) = match (Bare::read(old), Bare::read(new)) {
        (Ok(old), Ok(new)) => (old, new),
        (Err(one), Err(other)) => return Err(LoadError::new([one.problems(), other.problems()].concat())),
        (Err(error), _) | (_, Err(error)) => return Err(error),
    };
    let tree = MemoryTree::new().with(new.0, new.1);
    let new = read;
    let mut prover = Prover::new(options.limits);
    let schemas = old.prepare(&mut prover).and_then(|one| Ok((one, new.prepare(&mut prover)?)));
    let mut sink = Sink::new(&tree, &unproven::RULE.rule);
    for direction in options.mode.directions() {
        let comparison = match &schemas {
            Ok((one, other)) => match direction {
                Direction::Backward => prove(&mut prover, (&old, *one), (&new, *other)),
                Direction::Forward => prove(&mut prover, (&new, *other), (&old, *one)),
            },
            Err(error) => undecided(&error.to_string()),
        };
        report(&old, &new, *direction, &comparison, &mut sink);
    }
    Ok(Report { outcomes: sink.outcomes })
}

impl<'s> Bare<'s> {
    fn read((name, text): (&'s str, &[u8])) -> Result<Self, LoadError> {
        let file = SchemaFile::read(name, text)?;
        let compiled = BareSchema::new(&file)?;
        Ok(Self { name, file, compiled })
    }

    fn prepare(&self, prover: &mut Prover) -> Result<Schema, SchemaError> {
        let mut documents = Documents::new();
        for document in self.file.schemas().documents() {
            documents.add(&document.uri, &self.file.schemas().portable(document))?;
        }
        let library = prover.add(documents);
        prover.schema(&Operand::open(library, &self.file.root().uri()))
    }

    /// The first value that the schema gives as an example.
    fn example(&self) -> Option<Value> {
        let examples = self.file.root().keyword("examples")?.as_array()?;
        examples.first().map(tidings_json::Value::to_serde)
    }
}

/// The two schemas as the prover's oracle.
struct Judges<'j>(&'j BareSchema, &'j BareSchema);

impl Oracle for Judges<'_> {
    fn accepts(&self, side: Side, value: &Value) -> bool {
        match side {
            Side::Left => self.0.accepts(value),
            Side::Right => self.1.accepts(value),
        }
    }
}

fn prove(
    prover: &mut Prover,
    (left, one): (&Bare<'_>, Schema),
    (right, other): (&Bare<'_>, Schema),
) -> Comparison {
    let example = left.example();
    let question = Question { near: example.as_ref(), at_most: AT_MOST, ..Question::new(one, other) };
    prover.compare(&question, &Judges(&left.compiled, &right.compiled))
}

fn report(old: &Bare<'_>, new: &Bare<'_>, direction: Direction, found: &Comparison, sink: &mut Sink<'_>) {
    let (rule, from, to) = match direction {
        Direction::Backward => (&backward::RULE.rule, old.name, new.name),
        Direction::Forward => (&forward::RULE.rule, new.name, old.name),
    };
    let at = |pointer: &str, keyword: &str| {
        let place = if pointer.is_empty() { String::new() } else { format!(" at `{}`", label(pointer)) };
        let by = if keyword.is_empty() { String::new() } else { format!(" (`{keyword}`)") };
        format!("{place}{by}")
    };
    sink.now(rule);
    for witness in &found.witnesses {
        let (pointer, keyword) = (witness.pointer.as_str(), witness.keyword);
        let wanted = match direction {
            Direction::Backward => format!("let {to} accept it"),
            Direction::Forward => format!("let {from} refuse it too"),
        };
        sink.report(Break {
            target: said(new.file.root(), pointer, keyword, Some(&witness.value)),
            direction: Some(direction),
            verdict: Verdict::Breaking,
            witness: Some(Witness::Event(witness.value.clone())),
            pointer: Some(pointer.to_owned()),
            message: format!("a value that {from} accepts is refused by {to}{}", at(pointer, keyword)),
            help: format!("{wanted}, or give the schema a name of its own"),
            cause: None,
        });
    }
    sink.now(&unproven::RULE.rule);
    for open in &found.unproven {
        let (pointer, keyword) = (open.pointer.as_str(), open.keyword);
        sink.report(Break {
            target: said(new.file.root(), pointer, keyword, None),
            direction: Some(direction),
            verdict: Verdict::Unproven,
            witness: None,
            pointer: Some(pointer.to_owned()),
            message: format!(
                "it is not proven that {to} accepts all that {from} does{}: {}",
                at(pointer, keyword),
                open.reason
            ),
            help: "say the same in simpler keywords, or look at it yourself".to_owned(),
            cause: None,
        });
    }
    if found.witnesses.is_empty() && found.unproven.is_empty() {
        sink.outcomes.push(Outcome {
            event_name: None,
            direction: Some(direction),
            verdict: Verdict::Compatible,
            finding: None,
            witness: None,
            pointer: None,
            hurts: None,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Mode, Verdict};
    use super::*;

    fn compared(old: &str, new: &str) -> Vec<(Direction, Verdict, Option<String>)> {
        let report =
            compare_schemas(("old.json", old.as_bytes()), ("new.json", new.as_bytes()), Options::default())
                .unwrap_or_else(|error| panic!("{error}"));
        let outcomes = report.outcomes.into_iter();
        outcomes.filter_map(|outcome| Some((outcome.direction?, outcome.verdict, outcome.pointer))).collect()
    }

    fn verdicts(old: &str, new: &str) -> (Verdict, Verdict) {
        let outcomes = compared(old, new);
        let verdict = |wanted| {
            let of = outcomes.iter().filter(|(direction, ..)| *direction == wanted);
            of.map(|(_, verdict, _)| *verdict).max().expect("an outcome in each direction")
        };
        (verdict(Direction::Backward), verdict(Direction::Forward))
    }

    #[test]
    fn schemas_are_compared_exactly_as_written() {
        use Verdict::{Breaking, Compatible};
        let closed = r#"{"properties": {"a": true}, "additionalProperties": false}"#;
        for (old, new, backward, forward) in [
            ("true", "{}", Compatible, Compatible),
            ("false", "true", Compatible, Breaking),
            (r#"{"type": "integer"}"#, r#"{"type": "number"}"#, Compatible, Breaking),
            // Of an open object a new field is a promise that the old one did not make.
            (r#"{"type": "object"}"#, r#"{"properties": {"a": {"type": "string"}}}"#, Breaking, Breaking),
            (
                closed,
                r#"{"properties": {"a": true, "b": true}, "additionalProperties": false}"#,
                Compatible,
                Breaking,
            ),
            (r#"{"enum": ["a", null]}"#, r#"{"enum": [null, "a", 1.0]}"#, Compatible, Breaking),
            (
                r#"{"format": "date-time"}"#,
                r#"{"format": "date-time", "description": "x"}"#,
                Compatible,
                Compatible,
            ),
            (
                r#"{"format": "date-time"}"#,
                r#"{"type": ["string", "null"], "format": "date-time"}"#,
                Breaking,
                Compatible,
            ),
            (
                r##"{"items": {"$ref": "#/definitions/a"}, "definitions": {"a": {"maxLength": 3}}}"##,
                r#"{"$id": "https://a.example/b.json", "items": {"$ref": "c#/definitions/d"}, "not": false,
                     "definitions": {"x": {"$id": "c", "definitions": {"d": {"maxLength": 3.0}}}}}"#,
                Compatible,
                Compatible,
            ),
        ] {
            assert_eq!(verdicts(old, new), (backward, forward), "{old} {new}");
        }
    }

    #[test]
    fn a_name_may_be_any_path_and_the_same_for_both() {
        let name = "/tmp/ä b#c.json";
        let schema = br##"{"$ref": "#/definitions/a%20b", "definitions": {"a b": {"type": "string"}}}"##;
        let other =
            br##"{"definitions": {"a b": {"type": "string"}}, "allOf": [{"$ref": "#/definitions/a%20b"}]}"##;
        let report = compare_schemas((name, schema), (name, other), Options::default());
        let verdicts: Vec<Verdict> = match report {
            Ok(report) => report.outcomes.iter().map(|outcome| outcome.verdict).collect(),
            Err(error) => panic!("{error}"),
        };
        assert_eq!(verdicts, [Verdict::Compatible; 2]);
    }

    #[test]
    fn a_break_has_a_witness_like_the_example_and_its_place_in_the_new_schema() {
        let old = r#"{"examples": [{"a": 5, "b": "x"}], "properties": {"a": {"type": "integer"}}}"#;
        let new = "{\n  \"properties\": {\n    \"a\": {\n      \"maximum\": 9, \"type\": \"integer\" }}}";
        let options = Options { mode: Mode::Backward, ..Options::default() };
        let report =
            compare_schemas(("v1", old.as_bytes()), ("v2", new.as_bytes()), options).expect("good schemas");
        let [outcome] = report.outcomes.as_slice() else { panic!("{report:?}") };
        assert_eq!(outcome.witness, Some(Witness::Event(serde_json::json!({"a": 10, "b": "x"}))));
        let finding = outcome.finding.as_ref().expect("a finding");
        assert_eq!(finding.rule.id, "breaking/backward");
        assert_eq!((finding.source.as_deref(), finding.line, finding.column), (Some("v2"), Some(4), Some(7)));
        assert_eq!(finding.pointer.as_deref(), Some("/properties/a/maximum"));
        assert_eq!(finding.message, "a value that v1 accepts is refused by v2 at `a` (`maximum`)");
        assert_eq!(outcome.event_name, None);
    }

    #[test]
    fn what_can_not_be_compared_is_an_error_with_its_place_for_both_schemas_at_once() {
        let wrong = |old: &str, new: &str| {
            let compared = compare_schemas(("a", old.as_bytes()), ("b", new.as_bytes()), Options::default());
            compared.map_or_else(|error| error.to_string(), |report| format!("{report:?}"))
        };
        for (old, new, told) in [
            ("{", "[", "a:1:2: expected a member name in quotes or `}`, found the end of the text\nb:1:2:"),
            (
                "true",
                r#"{"$ref": "a#/definitions/x"}"#,
                "b:1:10: `$ref` to `a#/definitions/x` leads nowhere in this file",
            ),
            ("true", r#"{"items": {"$ref": "https://example.com/x"}}"#, "b:1:20: `$ref` to"),
            ("true", r#"{"type": "text"}"#, "b:1:10: not a schema of Draft-07:"),
            ("true", "7", "b:1:1: not a schema of Draft-07:"),
            ("true", r#"{"pattern": "("}"#, "b:1:13: not a schema of Draft-07:"),
            ("true", r##"{"allOf": [{"$ref": "#"}]}"##, "b:1:21: this schema leads back to itself"),
            (
                "true",
                r#"{"$schema": "http://json-schema.org/draft-04/schema#"}"#,
                "b:1:13: `$schema` must be",
            ),
            ("true", r#"{"$id": "::"}"#, "b:1:9: `$id` `::` is not a URI reference"),
            (
                "true",
                r##"{"not": {"$id": "#/not"}}"##,
                "b:1:17: `$id` `#/not` ends in a JSON Pointer, which is no name",
            ),
        ] {
            assert!(wrong(old, new).starts_with(told), "{old} {new}: {}", wrong(old, new));
        }
    }

    #[test]
    fn numbers_that_fit_in_no_memory_come_to_an_answer() {
        for keyword in ["maximum", "multipleOf"] {
            for number in ["1e999999999", "1e-999999999", "1e99999999999999999999"] {
                let schema = format!(r#"{{"{keyword}": {number}}}"#);
                let text = schema.as_bytes();
                // Whether it is an error or an outcome, it is an answer.
                let compared = compare_schemas(("a", text), ("b", br#"{"maximum": 5}"#), Options::default());
                assert!(compared.map_or(1, |report| report.outcomes.len()) > 0);
            }
        }
    }

    #[test]
    fn hostile_schemas_come_to_an_end() {
        let recursive =
            r##"{"anyOf": [{"type": "null"}, {"items": {"$ref": "#"}, "minItems": 1, "type": "array"}]}"##;
        let wide =
            format!(r#"{{"enum": [{}]}}"#, (0..2000).map(|n| n.to_string()).collect::<Vec<_>>().join(","));
        let deep = format!("{}true{}", r#"{"not":"#.repeat(100), "}".repeat(100));
        let large = r#"{"minLength": 4000000000, "maximum": 1e40, "multipleOf": 1e-30}"#;
        let patterns = r#"{"pattern": "^(a+)+$", "patternProperties": {"^(?=x)(\\w)\\1": false}}"#;
        let all = [recursive, &wide, &deep, large, patterns];
        for old in all {
            for new in all {
                let outcomes = compared(old, new);
                assert!(outcomes.len() >= 2);
                if old == new {
                    assert!(outcomes.iter().all(|(_, verdict, _)| *verdict == Verdict::Compatible), "{old}");
                }
            }
        }
    }
}
