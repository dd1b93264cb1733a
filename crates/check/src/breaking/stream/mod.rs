//! The shortest stream that one side audits clean and the other doesn't: the witness of a change of behaviour.
//!
//! ```text
//! examples ─→ scene (templates, ids) ─┐
//! goal ─→ cast (which aggregates) ────┴─→ candidates ─→ search ─→ dressed (ids, times) ─→ confirmed by the audit
//! ```
//!
//! The search goes breadth first through what both audits make of the same events, so what it finds first is the shortest
//! that can be made of its candidates. The audits are the real ones, rehearsed; and what is found is audited once more as
//! the stream that it is. Nothing is a witness that the audit doesn't confirm.

mod candidates;
mod cast;
mod confirm;
mod dress;
mod scene;
mod search;
mod vary;

use serde_json::Value;
use tidings_catalog::{Aggregate, Catalog, EventType};

pub(super) use scene::Scene;

/// What a stream is to show.
#[derive(Clone, Debug, Default)]
pub(super) struct Goal {
    /// The aggregate types, by the left side's names, all of whose events may happen. The first is what it is about; of
    /// others that it needs only what brings them to life.
    pub(super) about: Vec<String>,
    /// Whether there are two of the first.
    pub(super) twice: bool,
    /// Whether there are two scopes.
    pub(super) scopes: bool,
    /// What must happen in it.
    pub(super) mark: Mark,
    /// What the rules begin with of which the right side must find one broken.
    pub(super) rules: &'static [&'static str],
    /// The place in the event where it must, if that matters.
    pub(super) place: Option<String>,
    /// The place that holds the same value in all events: an event's id, as the right side sees it.
    pub(super) same: Option<String>,
}

impl Goal {
    /// Whether only what happens to aggregates matters, not what they refer to.
    fn is_of_states(&self) -> bool {
        self.rules.iter().all(|rule| rule.starts_with("lifecycle/"))
    }

    fn is_about(&self, aggregate: &Aggregate) -> bool {
        self.about.contains(&aggregate.name)
    }

    /// The event types of an aggregate type that may happen.
    fn events<'c>(&self, scene: &Scene<'c>, aggregate: &Aggregate) -> Vec<&'c EventType> {
        let needed = candidates::to_life(aggregate, scene.right.catalog.aggregates.get(&aggregate.name));
        let catalog: &'c Catalog = &scene.left.catalog;
        let own =
            catalog.event_types.values().filter(|own| own.aggregate.as_deref() == Some(&aggregate.name));
        own.filter(|own| self.is_about(aggregate) || needed.contains(&own.name.as_str())).collect()
    }

    /// The events of a type to begin from: only the one that needs the least, where references don't matter.
    fn templates<'s>(&self, scene: &'s Scene<'_>, event_type: &str) -> &'s [Value] {
        let all = scene.templates(event_type);
        if self.is_of_states() { all.get(..1).unwrap_or(all) } else { all }
    }
}

/// What must happen in a stream, with the states as the left side names them.
#[derive(Clone, Debug, Default)]
pub(super) enum Mark {
    /// Nothing in particular.
    #[default]
    Nothing,
    /// This event, in one of these states if any are named; `None` is before its aggregate is created.
    Event(String, Vec<Option<String>>),
    /// The first aggregate type comes into one of these states, or is in it.
    State(Vec<String>),
}

/// A stream that shows it.
#[derive(Clone, Debug)]
pub(super) struct Shown {
    pub(super) events: Vec<Value>,
    /// The names of the event types.
    pub(super) names: Vec<String>,
    /// The first rule that the right side finds broken.
    pub(super) rule: &'static str,
}

/// Why no stream is shown.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Why {
    /// All that can be made of the candidates was tried.
    None,
    /// The search ended for its length.
    Long,
    /// What was found isn't what the audit says.
    Unconfirmed,
}

impl Why {
    pub(super) fn text(&self) -> &'static str {
        match self {
            Self::None => "no stream of events like the examples was found that shows it",
            Self::Long => "no stream that shows it was found within the limit of the search",
            Self::Unconfirmed => "the audit does not confirm the stream that was found",
        }
    }
}

/// The shortest stream that reaches one of the goals.
pub(super) fn shortest(scene: &Scene<'_>, goals: &[Goal]) -> Result<Shown, Why> {
    let mut best: Option<Shown> = None;
    let mut why = Why::None;
    for goal in goals {
        let most = best.as_ref().map_or(usize::MAX, |best| best.events.len());
        match one(scene, goal, most) {
            Ok(shown) => best = Some(shown),
            Err(other) => why = why.max(other),
        }
    }
    best.ok_or(why)
}

/// The shortest stream that reaches a goal and has fewer events than `most`.
fn one(scene: &Scene<'_>, goal: &Goal, most: usize) -> Result<Shown, Why> {
    let cast = cast::Cast::new(scene, goal);
    let candidates = candidates::of(scene, goal, &cast);
    let found = search::search(scene, goal, &candidates, most)?;
    let events: Vec<&candidates::Candidate> = found.iter().map(|at| &candidates[*at]).collect();
    let dressed = dress::dress(scene, goal, &events).ok_or(Why::Unconfirmed)?;
    confirm::confirmed(scene, goal, dressed).ok_or(Why::Unconfirmed)
}

#[cfg(test)]
mod tests;
