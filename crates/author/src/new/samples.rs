//! Events that the sampler makes for the catalog with the new event type: new ids, and whole stories where the examples
//! tell none that the event type fits into.

use std::collections::BTreeSet;
use std::sync::Arc;

use tidings_catalog::Catalog;
use tidings_emit::sample::{Error, Options, Sampler};

use super::story::{self, States, Told};

/// How many events are made at most.
const MOST: u64 = 6000;

/// How often the new event type is wanted in each state.
const WANTED: usize = 8;

/// The events, in their order.
#[derive(Debug)]
pub(super) struct Samples {
    pub(super) story: Vec<Told>,
    new: String,
    /// The events that something was made of: what is theirs, such as ids, must not come again.
    taken: BTreeSet<usize>,
    /// The events that are examples now: others may stand on them.
    told: BTreeSet<usize>,
}

impl Samples {
    /// Makes events until there are enough of the new event type in each of the states, in which `None` is none.
    pub(super) fn make(
        catalog: &Arc<Catalog>,
        new: &str,
        states: &BTreeSet<Option<String>>,
    ) -> Result<Self, Error> {
        let mut source = Sampler::new(catalog, &Options { events: MOST, seed: 1, ..Options::default() })?;
        let mut samples =
            Self { story: Vec::new(), new: new.to_owned(), taken: BTreeSet::new(), told: BTreeSet::new() };
        let mut following = States::default();
        let mut missing: Vec<(&Option<String>, usize)> = states.iter().map(|state| (state, WANTED)).collect();
        while !missing.is_empty()
            && let Some(text) = source.next_event()?
        {
            let event = serde_json::from_slice(text).ok();
            let Some(mut told) = event.and_then(|event| story::told(catalog, event)) else { continue };
            following.follow(catalog, &mut told);
            if told.event_type == new {
                for (state, count) in &mut missing {
                    if **state == told.before {
                        *count -= 1;
                    }
                }
                missing.retain(|(_, count)| *count > 0);
            }
            samples.story.push(told);
        }
        Ok(samples)
    }

    /// An event of the new event type that nothing was made of yet.
    pub(super) fn fresh(&self) -> Option<usize> {
        // From the end, since stories are shorter at the beginning.
        (0..self.story.len()).rev().find(|at| {
            self.story[*at].event_type == self.new && !self.taken.contains(at) && !self.told.contains(at)
        })
    }

    /// From now on something is made of these events.
    pub(super) fn take(&mut self, events: impl IntoIterator<Item = usize>) {
        self.taken.extend(events);
    }

    /// From now on these events are examples.
    pub(super) fn tell(&mut self, events: impl IntoIterator<Item = usize>) {
        self.told.extend(events);
    }

    /// Those of some events that are no examples yet; nothing if something else was made of one, or the last is one.
    pub(super) fn untold(&self, events: &BTreeSet<usize>) -> Option<BTreeSet<usize>> {
        let is_free = self.taken.is_disjoint(events) && !self.told.contains(events.last()?);
        is_free.then(|| events.difference(&self.told).copied().collect())
    }

    /// Where events of the new event type stand that happen in a state.
    pub(super) fn places_of_new(&self, state: Option<&str>) -> impl Iterator<Item = usize> {
        let is_one = move |told: &Told| told.event_type == self.new && told.before.as_deref() == state;
        (0..self.story.len()).filter(move |at| is_one(&self.story[*at]))
    }

    /// The events that must come before one, and the event itself: those of its aggregate, and of what they refer to.
    pub(super) fn needed_for(&self, catalog: &Catalog, at: usize) -> BTreeSet<usize> {
        let mut needed = BTreeSet::new();
        let mut about: BTreeSet<(String, String)> = BTreeSet::new();
        for index in (0..=at).rev() {
            let told = &self.story[index];
            let wanted = told.about.as_ref().is_some_and(|own| about.contains(own));
            if index != at && !wanted {
                continue;
            }
            needed.insert(index);
            about.extend(told.about.clone());
            let aggregate = told.about.as_ref().and_then(|(name, _)| catalog.aggregates.get(name));
            for reference in aggregate.into_iter().flat_map(|aggregate| &aggregate.references) {
                if let Some(id) = story::at(&told.event, &reference.field) {
                    about.insert((reference.to.clone(), id.to_string()));
                }
            }
        }
        needed
    }
}
