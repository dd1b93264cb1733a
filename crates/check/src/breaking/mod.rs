//! What a change of the catalog would break, with a proof: an event, or a stream, that one side accepts and the other
//! refuses.
//!
//! ```text
//! Version (old), Version (new) ─→ pairs of event types ─→ proofs (schemas, both ways) ─┐
//!                                                    └─→ a rule each ──────────────────┴─→ Outcomes ─→ Report
//! ```
//!
//! Beside them stand two things that look at something else: [`replay`] at recorded events, [`compare_schemas`] at two
//! schemas that belong to no catalog. Whom a break hurts is [`Consumers`]' to say.
//!
//! A rule is a file: a `static RULE` and one function that decides, with its explanation beside it, whose example and
//! counter-example are its test. Whoever judges events is the engine; what *compatible* rests on is in
//! `docs/compatibility.md`.

mod agreement;
mod bare;
mod behaviour;
mod change;
mod consumers;
mod context;
mod corpus_text;
mod families;
mod names;
mod oracle;
mod proof;
mod sink;
mod stream;
mod transitions;
mod version;

mod aggregate_removed;
mod backward;
mod corpus;
mod event_moved;
mod event_name_used_again;
mod event_type_removed;
mod field_used_again;
mod forward;
mod identity_changed;
mod members_changed;
mod privacy_class;
mod reference_changed;
mod role_moved;
mod state_final;
mod state_live;
mod state_removed;
mod transition_added;
mod transition_moved;
mod transition_removed;
mod unproven;
mod version_not_raised;
mod version_raised;

use std::collections::BTreeSet;

use tidings_catalog::Tree;
use tidings_finding::{Finding, Rule};

pub use bare::compare_schemas;
pub use consumers::{CONSUMERS, Consumers};
pub use context::{Direction, Mode};
pub use corpus::{Corpus, Group, Reasons, Seen, Side, replay};
pub use sink::{Outcome, Verdict, Witness};
pub use version::Version;

use context::Context;
use sink::Sink;

/// One rule of a comparison.
#[derive(Debug)]
pub struct Breaking {
    /// The rule that its findings carry.
    pub rule: Rule,
    check: fn(&Context<'_>, &mut Sink<'_>),
}

/// Every rule of a comparison, sorted by id.
pub static BREAKING: &[&Breaking] = &[
    &aggregate_removed::RULE,
    &backward::RULE,
    &event_moved::RULE,
    &event_name_used_again::RULE,
    &event_type_removed::RULE,
    &field_used_again::RULE,
    &forward::RULE,
    &identity_changed::RULE,
    &members_changed::RULE,
    &privacy_class::RULE,
    &reference_changed::RULE,
    &role_moved::RULE,
    &state_final::RULE,
    &state_live::RULE,
    &state_removed::RULE,
    &transition_added::RULE,
    &transition_moved::RULE,
    &transition_removed::RULE,
    &unproven::RULE,
    &version_not_raised::RULE,
    &version_raised::RULE,
];

/// The rule of a replay ([`replay`]), which looks at recorded events, not at what two catalogs say.
pub static CORPUS: &Rule = &corpus::RULE;

/// What is compared, and how far.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Which way events must go.
    pub mode: Mode,
    /// How much work each question may take.
    pub limits: tidings_inclusion::Limits,
}

/// What comparisons came to.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// One for each event type and direction, and one for each thing that is wrong, in the order of the new catalog.
    pub outcomes: Vec<Outcome>,
}

impl Report {
    /// What is wrong, without what is proven to be compatible.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.outcomes.iter().filter_map(|outcome| outcome.finding.as_ref())
    }
}

/// Compares a catalog, whose files are `tree`, with earlier versions of it, the latest first. What is wrong with several
/// of them is told of once, against the latest.
pub fn compare(tree: &dyn Tree, new: &Version, earlier: &[&Version], options: Options) -> Report {
    let mut report = Report::default();
    let mut told = BTreeSet::new();
    for (at, old) in earlier.iter().enumerate() {
        let context = Context::new(tree, new, old, &earlier[..at], options);
        let mut sink = Sink::new(tree, &backward::RULE.rule);
        for rule in BREAKING {
            sink.now(&rule.rule);
            (rule.check)(&context, &mut sink);
        }
        sink.compatible(&context);
        let mut outcomes = sink.outcomes;
        outcomes.sort_by_key(|outcome| context.order(outcome));
        let place = |outcome: &Outcome| {
            let finding = outcome.finding.as_ref();
            let place = finding.map(|finding| (finding.rule.id, finding.pointer.clone(), finding.line));
            (outcome.event_name.clone(), outcome.direction, place)
        };
        // Only against other versions: of one, several things may be wrong at one place.
        let places: Vec<_> = outcomes.iter().map(place).collect();
        report.outcomes.extend(outcomes.into_iter().filter(|outcome| !told.contains(&place(outcome))));
        told.extend(places);
    }
    if let Some(consumers) = Consumers::load(tree) {
        let versions: Vec<&Version> = earlier.iter().copied().chain([new]).collect();
        consumers.judge(&mut report.outcomes, &versions);
    }
    report
}

#[cfg(test)]
mod catalogs;
#[cfg(test)]
mod tests;
