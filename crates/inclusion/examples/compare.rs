//! Compares pairs of schema files, for tests by other programs.
//!
//! ```text
//! compare LEFT.json RIGHT.json [EXAMPLE.json]
//! compare --pairs FILE
//! ```
//!
//! `FILE` has a pair a line: a JSON array of the two paths. For each pair a line of JSON is written: `verdict`,
//! `seconds`, `witnesses` and `unproven`, or `error` where a file is no schema of Draft-07.

use std::error::Error;
use std::io::{self, Write};
use std::time::Instant;

use jsonschema::{Draft, Validator};
use serde_json::{Value, json};
use tidings_inclusion::{Documents, Limits, Operand, Oracle, Prover, Question, Side, Verdict};

struct Validators(Validator, Validator);

impl Oracle for Validators {
    fn accepts(&self, side: Side, value: &Value) -> bool {
        if side == Side::Left { self.0.is_valid(value) } else { self.1.is_valid(value) }
    }

    fn is_format(&self, format: &str, text: &str) -> Option<bool> {
        validator(&json!({"format": format})).ok().map(|format| format.is_valid(&Value::from(text)))
    }
}

fn validator(schema: &Value) -> Result<Validator, Box<dyn Error>> {
    Ok(jsonschema::options().with_draft(Draft::Draft7).should_validate_formats(true).build(schema)?)
}

fn read(path: &str) -> Result<Value, Box<dyn Error>> {
    Ok(serde_json::from_slice(&std::fs::read(path)?)?)
}

fn compare(left: &str, right: &str, near: Option<&str>) -> Result<Value, Box<dyn Error>> {
    let (left, right) = (read(left)?, read(right)?);
    let near = near.map(read).transpose()?;
    let oracle = Validators(validator(&left)?, validator(&right)?);
    let started = Instant::now();
    let mut prover = Prover::new(Limits::default());
    let mut schemas = Vec::new();
    for schema in [&left, &right] {
        let mut documents = Documents::new();
        documents.add("file:///schema.json", schema)?;
        let library = prover.add(documents);
        schemas.push(prover.schema(&Operand::open(library, "file:///schema.json"))?);
    }
    let question = Question { near: near.as_ref(), ..Question::new(schemas[0], schemas[1]) };
    let found = prover.compare(&question, &oracle);
    let verdict = match found.verdict() {
        Verdict::Compatible => "compatible",
        Verdict::Breaking => "breaking",
        Verdict::Unproven => "unproven",
    };
    let witnesses = found.witnesses.iter().map(
        |witness| json!({"value": witness.value, "pointer": witness.pointer, "keyword": witness.keyword}),
    );
    let unproven = found.unproven.iter().map(
        |unproven| json!({"reason": unproven.reason, "pointer": unproven.pointer, "keyword": unproven.keyword}),
    );
    Ok(json!({
        "verdict": verdict,
        "seconds": started.elapsed().as_secs_f64(),
        "witnesses": witnesses.collect::<Vec<_>>(),
        "unproven": unproven.collect::<Vec<_>>(),
    }))
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let pairs: Vec<(String, String)> = match arguments.as_slice() {
        ["--pairs", file] => {
            let text = std::fs::read_to_string(file)?;
            text.lines().map(serde_json::from_str).collect::<Result<_, _>>()?
        }
        [left, right] => vec![((*left).to_owned(), (*right).to_owned())],
        [left, right, near] => {
            writeln!(io::stdout(), "{}", compare(left, right, Some(near))?)?;
            return Ok(());
        }
        _ => return Err("two paths of schemas, perhaps one of an example; or --pairs FILE".into()),
    };
    for (left, right) in pairs {
        let answer = compare(&left, &right, None).unwrap_or_else(|error| json!({"error": error.to_string()}));
        writeln!(io::stdout(), "{answer}")?;
    }
    Ok(())
}
