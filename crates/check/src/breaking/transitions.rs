//! What events may do now that they might not, and the other way round, without what follows from another change.

use super::context::Context;
use super::families::{Families, Family, creates, has, transitions};

/// What an event did in some states, and does now.
#[derive(Debug)]
pub(super) struct Difference<'c> {
    pub(super) family: Family<'c>,
    pub(super) event: &'c str,
    pub(super) changes: Vec<Change<'c>>,
}

/// What an event did in a state, and does now.
#[derive(Clone, Copy, Debug)]
pub(super) struct Change<'c> {
    /// None before there is an aggregate.
    pub(super) from: Option<&'c str>,
    pub(super) was: Option<&'c str>,
    pub(super) is: Option<&'c str>,
}

/// The events of one kind of change, in the order of the new catalog.
pub(super) fn differences<'c>(
    context: &Context<'c>,
    wanted: impl Fn(&Change<'c>) -> bool,
) -> Vec<Difference<'c>> {
    let mut all = Vec::new();
    for pair in &context.pairs {
        let event = pair.new.name.as_str();
        for family in
            context.families.both.iter().filter(|family| comparable(&context.families, family, event))
        {
            let changes: Vec<Change<'c>> =
                changes(*family, event).into_iter().filter(|change| wanted(change)).collect();
            if !changes.is_empty() {
                all.push(Difference { family: *family, event, changes });
            }
        }
    }
    all
}

/// Whether an event does the same sort of thing to an aggregate type in both versions: what it does can be compared.
fn comparable(families: &Families<'_>, family: &Family<'_>, event: &str) -> bool {
    families.stays(event)
        && family.has_lifecycles()
        && creates(family.old, event) == creates(family.new, event)
}

fn changes<'c>(family: Family<'c>, event: &str) -> Vec<Change<'c>> {
    let (old, new) = (transitions(family.old), transitions(family.new));
    let keys = old.keys().chain(new.keys().filter(|key| !old.contains_key(*key)));
    let own = keys.filter(|(own, from)| *own == event && from.is_none_or(|from| family.both_have(from)));
    let all = own.map(|key| Change { from: key.1, was: old.get(key).copied(), is: new.get(key).copied() });
    // What follows from a state that is gone or is final now, or isn't any more, is told of there.
    let mut changes: Vec<Change<'c>> = all
        .filter(|change| change.was != change.is)
        .filter(|change| change.was.is_none_or(|was| has(&family.new.states, was)))
        .filter(|change| {
            let is_final = |states: &[String]| change.from.is_some_and(|from| has(states, from));
            is_final(&family.old.final_states) == is_final(&family.new.final_states)
        })
        .collect();
    let order =
        |change: &Change<'_>| family.old.states.iter().position(|state| Some(state.as_str()) == change.from);
    changes.sort_by_key(order);
    changes
}
