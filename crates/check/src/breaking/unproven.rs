//! `breaking/unproven`: whether a change breaks anything could not be decided.

use tidings_finding::{Rule, Severity};

use super::Breaking;
use super::context::Context;
use super::sink::{Break, Sink, Verdict};

pub(super) static RULE: Breaking = Breaking {
    rule: Rule {
        id: "breaking/unproven",
        severity: Severity::Error,
        summary: "whether a change breaks anything could not be decided",
        explanation: include_str!("unproven.md"),
    },
    check,
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    for proof in &context.proofs {
        let pair = &context.pairs[proof.pair];
        for unproven in &proof.comparison.unproven {
            let name = &pair.new.name;
            let direction = proof.direction.as_str();
            let place = if unproven.pointer.is_empty() {
                String::new()
            } else {
                format!(" at `{}`", super::proof::label(&unproven.pointer))
            };
            let by = match unproven.keyword {
                "" => String::new(),
                keyword => format!(" (`{keyword}`)"),
            };
            sink.report(Break {
                target: context.field(pair.new, &unproven.pointer, unproven.keyword, None),
                direction: Some(proof.direction),
                verdict: Verdict::Unproven,
                witness: None,
                pointer: Some(unproven.pointer.clone()),
                message: format!(
                    "it is not proven that `{name}` is {direction} compatible{place}{by}: {}",
                    unproven.reason
                ),
                help: "say the same in simpler keywords, or look at it yourself and waive it in waivers.toml"
                    .to_owned(),
                cause: None,
            });
        }
    }
}
