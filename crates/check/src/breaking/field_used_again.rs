//! `breaking/field-used-again`: a field that was given up comes back and accepts less than it once did.

use tidings_finding::{Rule, Severity};
use tidings_json::Pointer;

use super::context::{Context, Direction, Pair};
use super::proof::{self, Proof};
use super::sink::{Break, Sink, Verdict, Witness};
use super::{Breaking, Version};

pub(super) static RULE: Breaking = Breaking {
    rule: Rule {
        id: "breaking/field-used-again",
        severity: Severity::Error,
        summary: "a field that was removed comes back and accepts less than it once did",
        explanation: include_str!("field_used_again.md"),
    },
    check,
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    for proof in &context.proofs {
        let pair = &context.pairs[proof.pair];
        for witness in &proof.comparison.witnesses {
            let Some((field, gone)) = used_again(context, proof, &witness.pointer) else { continue };
            let name = &pair.new.name;
            let label = proof::label(&field.to_string());
            let why = proof::refusal(&context.new.open, &witness.value, &witness.pointer);
            let (old, gone) = (&context.old.name, &gone.name);
            sink.report(Break {
                target: context.field(pair.new, &witness.pointer, witness.keyword, Some(&witness.value)),
                direction: Some(Direction::Backward),
                verdict: Verdict::Breaking,
                witness: Some(Witness::Event(witness.value.clone())),
                pointer: Some(witness.pointer.clone()),
                message: format!(
                    "`{label}` of `{name}` was removed in {gone} and is back, and a value that {old} let it have is \
                     refused: {why}"
                ),
                help: format!("give the field a name that it never had, or let it accept what it did in {old}"),
                cause: None,
            });
        }
    }
}

/// The field around a place, if it was removed in a version between the two and is back; and that version. Such a
/// witness isn't told of as any other is.
pub(super) fn used_again<'c>(
    context: &Context<'c>,
    proof: &Proof,
    pointer: &str,
) -> Option<(Pointer, &'c Version)> {
    if proof.direction != Direction::Backward {
        return None;
    }
    let Pair { old, new, .. } = context.pairs[proof.pair];
    let mut place: Pointer = pointer.parse().ok()?;
    // The outermost field that was removed is the one that somebody decided about.
    let mut found = None;
    while let Some(outer) = place.parent() {
        let in_both = !context.old.catalog.schema(old).at(&place).is_empty()
            && !context.new.catalog.schema(new).at(&place).is_empty();
        let gone = context.between.iter().find(|version| {
            version.catalog.event_types.get(&new.name).is_some_and(|event_type| {
                let schema = version.catalog.schema(event_type);
                schema.at(&place).is_empty() && !schema.at(&outer).is_empty()
            })
        });
        if let (true, Some(gone)) = (in_both, gone) {
            found = Some((place, *gone));
        }
        place = outer;
    }
    found
}
