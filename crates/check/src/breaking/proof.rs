//! Proofs about the schemas of event types that changed.

use serde_json::Value;
use tidings_catalog::{Catalog, EventType};
use tidings_engine::Engine;
use tidings_finding::Severity;
use tidings_inclusion::{Comparison, Documents, Library, Operand, Prover, Question, Unproven, View};
use tidings_json::Pointer;

use super::change::Change;
use super::context::{Context, Direction, Pair};
use super::oracle::Judges;
use super::sink::{Break, Sink, Verdict, Witness};
use super::{Options, Version, agreement, field_used_again, names};

/// How many differences of one event type are told of in each direction.
pub(super) const AT_MOST: usize = 16;

/// What is proven of one event type in one direction.
#[derive(Debug)]
pub(super) struct Proof {
    /// The pair's place among the pairs.
    pub(super) pair: usize,
    pub(super) direction: Direction,
    /// With the witnesses as events.
    pub(super) comparison: Comparison,
}

/// Compares the schemas of all pairs that changed, in the directions that are asked for.
pub(super) fn prove(old: &Version, new: &Version, pairs: &[Pair<'_>], options: Options) -> Vec<Proof> {
    let mut prover = Prover::new(options.limits);
    // Only what changed is read once more, and what it refers to.
    let changed = || pairs.iter().filter(|pair| pair.change == Change::Meaning);
    let olds = library(&mut prover, &old.catalog, changed().map(|pair| pair.old));
    let libraries = olds.zip(library(&mut prover, &new.catalog, changed().map(|pair| pair.new)));
    let mut proofs = Vec::new();
    for (at, pair) in pairs.iter().enumerate() {
        for direction in options.mode.directions() {
            let comparison = match (pair.change, libraries) {
                // What one schema refuses with unknown fields refused, it refuses in any view.
                (Change::None | Change::Words, _) => Comparison::default(),
                (Change::Meaning, Some(libraries)) => {
                    one(&mut prover, (old, new), libraries, pair, *direction)
                }
                (Change::Meaning, None) => undecided("a schema could not be read"),
            };
            proofs.push(Proof { pair: at, direction: *direction, comparison });
        }
    }
    proofs
}

/// The schemas of some event types of a catalog.
fn library<'c>(
    prover: &mut Prover,
    catalog: &'c Catalog,
    event_types: impl Iterator<Item = &'c EventType> + Clone,
) -> Option<Library> {
    let mut documents = Documents::new();
    let schemas = event_types.clone().map(|event_type| catalog.schema(event_type).key());
    for document in catalog.schemas.reached(schemas) {
        documents.add(&document.uri, &catalog.schemas.portable(document)).ok()?;
    }
    documents.add(agreement::URI, &agreement::document(catalog, event_types)).ok()?;
    Some(prover.add(documents))
}

fn one(
    prover: &mut Prover,
    (old, new): (&Version, &Version),
    (old_library, new_library): (Library, Library),
    pair: &Pair<'_>,
    direction: Direction,
) -> Comparison {
    let sides = [(old, old_library, pair.old), (new, new_library, pair.new)];
    let [left, right] = match direction {
        Direction::Backward => sides,
        Direction::Forward => [sides[1], sides[0]],
    };
    let (left_version, left_library, left_type) = left;
    let (right_version, right_library, right_type) = right;
    let left_uri = left_version.catalog.schema(left_type).uri();
    let right_uri = right_version.catalog.schema(right_type).uri();
    let agreed = agreement::uri(left_type);
    let closed = Operand { library: left_library, root: &left_uri, view: View::Closed, also: vec![&agreed] };
    let open = Operand::open(right_library, &right_uri);
    let (left_schema, right_schema) = match (prover.schema(&closed), prover.schema(&open)) {
        (Ok(left), Ok(right)) => (left, right),
        (Err(error), _) | (_, Err(error)) => return undecided(&error.to_string()),
    };
    let question = Question {
        near: left_version.example(left_type),
        at_most: AT_MOST,
        ..Question::new(left_schema, right_schema)
    };
    let judges = Judges::new(&left_version.closed, &right_version.open, &left_version.catalog, left_type);
    let mut comparison = prover.compare(&question, &judges);
    for witness in &mut comparison.witnesses {
        witness.value = judges.event(&witness.value);
    }
    comparison
}

pub(super) fn undecided(reason: &str) -> Comparison {
    let unproven = Unproven { reason: reason.to_owned(), pointer: String::new(), keyword: "" };
    Comparison { witnesses: Vec::new(), unproven: vec![unproven] }
}

/// Reports what breaks in a direction.
pub(super) fn report(context: &Context<'_>, direction: Direction, sink: &mut Sink<'_>) {
    for proof in context.proofs.iter().filter(|proof| proof.direction == direction) {
        let pair = &context.pairs[proof.pair];
        let name = &pair.new.name;
        for witness in &proof.comparison.witnesses {
            if field_used_again::used_again(context, proof, &witness.pointer).is_some() {
                continue;
            }
            let (from, to, refusing) = match direction {
                Direction::Backward => (context.old, context.new, &context.new.open),
                Direction::Forward => (context.new, context.old, &context.old.open),
            };
            let why = refusal(refusing, &witness.value, &witness.pointer);
            let (from, to) = (&from.name, &to.name);
            let message =
                format!("a `{name}` that {from} accepts (closed view) is refused by {to} (open view): {why}");
            let target = context.field(pair.new, &witness.pointer, witness.keyword, Some(&witness.value));
            // What several event types share breaks all of them for one reason.
            let cause = format!("{} {:?} {}", target.path, target.span, direction.as_str());
            let proposed = names::proposed(&context.new.catalog, name);
            let help = format!(
                "leave `{name}` as it was and make a new event type: `tidings new {proposed} --from {name}`"
            );
            sink.report(Break {
                target,
                direction: Some(direction),
                verdict: Verdict::Breaking,
                witness: Some(Witness::Event(witness.value.clone())),
                pointer: Some(witness.pointer.clone()),
                message,
                help,
                cause: Some(cause),
            });
        }
    }
}

/// What an engine has against an event at a place; if nothing just there, what it has first.
pub(super) fn refusal(engine: &Engine, event: &Value, pointer: &str) -> String {
    let verdict = engine.validate(event.to_string().as_bytes());
    let errors = || verdict.findings().iter().filter(|finding| finding.severity() == Severity::Error);
    let there = errors().find(|finding| finding.pointer.as_deref() == Some(pointer));
    let why = there.or_else(|| errors().next());
    why.map_or_else(String::new, |finding| format!("{} ({})", finding.message, finding.rule.id))
}

/// A place as people name it.
pub(super) fn label(pointer: &str) -> String {
    let pointer: Pointer = pointer.parse().unwrap_or_default();
    pointer.tokens().join(".")
}
