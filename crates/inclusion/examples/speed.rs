//! How long a comparison of two large catalogs takes: 1,000 event types of 30 fields, 100 of them changed, both ways.

use std::error::Error;
use std::io::{self, Write};
use std::time::Instant;

use jsonschema::{Draft, Registry, Validator};
use serde_json::{Map, Value, json};
use tidings_inclusion::{Documents, Library, Limits, Operand, Oracle, Prover, Question, Side, Verdict};

const TYPES: usize = 1_000;
const FIELDS: usize = 30;

fn field(number: usize) -> Value {
    match number % 6 {
        0 => json!({"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$", "description": "an id"}),
        1 => json!({"type": "string", "minLength": 1, "maxLength": 200}),
        2 => json!({"type": "integer", "minimum": 0, "maximum": 1_000_000 + number}),
        3 => json!({"enum": ["open", "closed", format!("state-{number}")]}),
        4 => json!({"type": "string", "format": "date-time", "pattern": "^[0-9T:.-]+Z$"}),
        _ => json!({
            "type": "array",
            "maxItems": 64,
            "items": {"type": "object", "required": ["a"], "properties": {"a": {"type": "boolean"}, "b": {}}},
        }),
    }
}

fn catalog(changed: bool) -> Vec<(String, Value)> {
    let envelope = json!({
        "type": "object",
        "required": ["event_name", "event_id", "occurred_at", "version"],
        "properties": {
            "event_name": {"type": "string", "pattern": "^[A-Z][A-Za-z0-9]*$"},
            "event_id": {"type": "string", "pattern": "^[0-7][0-9A-HJKMNP-TV-Z]{25}$"},
            "occurred_at": field(4),
            "version": {"type": "integer", "minimum": 1},
        },
    });
    let mut documents = vec![("https://example.com/envelope".to_owned(), envelope)];
    for kind in 0..TYPES {
        let mut fields = Map::new();
        for number in 0..FIELDS {
            fields.insert(format!("field_{number}"), field(number + kind % 7));
        }
        let mut required: Vec<String> = (0..FIELDS / 2).map(|number| format!("field_{number}")).collect();
        fields.insert("event_name".to_owned(), json!({"const": format!("Kind{kind}")}));
        if changed && kind % 10 == 3 {
            match kind / 10 % 5 {
                0 => fields.insert(
                    "field_1".to_owned(),
                    json!({"type": "string", "minLength": 1, "maxLength": 100}),
                ),
                1 => fields.insert("field_3".to_owned(), json!({"enum": ["open"]})),
                2 => fields.insert("field_30".to_owned(), json!({"type": "string"})),
                3 => fields
                    .insert("field_0".to_owned(), json!({"type": "string", "pattern": "^[a-z0-9_-]{1,32}$"})),
                _ => {
                    required.push("field_29".to_owned());
                    None
                }
            };
        }
        let own = json!({"type": "object", "properties": fields, "required": required});
        let schema = json!({"allOf": [{"$ref": "envelope"}, own]});
        documents.push((format!("https://example.com/kind_{kind}"), schema));
    }
    documents
}

fn library(prover: &mut Prover, catalog: &[(String, Value)]) -> Result<Library, Box<dyn Error>> {
    let mut documents = Documents::new();
    for (uri, schema) in catalog {
        documents.add(uri, schema)?;
    }
    Ok(prover.add(documents))
}

/// The validators of one event type, made when they are first asked.
struct Validators<'c>(&'c [(String, Value)], &'c [(String, Value)], String);

fn validator(catalog: &[(String, Value)], uri: &str) -> Option<Validator> {
    let mut registry = Registry::new().draft(Draft::Draft7);
    for (known, schema) in catalog.iter().filter(|(known, _)| known == uri || known.ends_with("envelope")) {
        registry = registry.add(known, schema.clone()).ok()?;
    }
    let registry = registry.prepare().ok()?;
    let options = jsonschema::options().with_draft(Draft::Draft7).with_registry(&registry);
    options.should_validate_formats(true).build(&json!({"$ref": uri})).ok()
}

impl Oracle for Validators<'_> {
    fn accepts(&self, side: Side, value: &Value) -> bool {
        let catalog = if side == Side::Left { self.0 } else { self.1 };
        validator(catalog, &self.2).is_some_and(|validator| validator.is_valid(value))
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let (old, new) = (catalog(false), catalog(true));
    let started = Instant::now();
    let mut prover = Prover::new(Limits::default());
    let (left, right) = (library(&mut prover, &old)?, library(&mut prover, &new)?);
    let registered = started.elapsed().as_secs_f64();
    let mut verdicts = [0; 3];
    let mut slowest: f64 = 0.0;
    let mut compiling = 0.0;
    let mut comparing = 0.0;
    for (uri, _) in &old[1..] {
        for (one, other) in [(left, right), (right, left)] {
            let before = Instant::now();
            let from = prover.schema(&Operand::closed(one, uri))?;
            let to = prover.schema(&Operand::open(other, uri))?;
            compiling += before.elapsed().as_secs_f64();
            let oracle = if one == left {
                Validators(&old, &new, uri.clone())
            } else {
                Validators(&new, &old, uri.clone())
            };
            let before = Instant::now();
            let found = prover.compare(&Question::new(from, to), &oracle);
            let seconds = before.elapsed().as_secs_f64();
            slowest = slowest.max(seconds);
            comparing += seconds;
            verdicts[match found.verdict() {
                Verdict::Compatible => 0,
                Verdict::Breaking => 1,
                Verdict::Unproven => 2,
            }] += 1;
        }
    }
    let [compatible, breaking, unproven] = verdicts;
    writeln!(
        io::stdout(),
        "{compatible} compatible, {breaking} breaking, {unproven} unproven in {:.2} s: {registered:.2} s \
         to read the documents, {compiling:.2} s to compile, {comparing:.2} s to compare; the slowest took {slowest:.4} s",
        started.elapsed().as_secs_f64()
    )?;
    Ok(())
}
