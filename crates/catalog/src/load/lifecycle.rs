//! Reads the aggregates: every name must lead to what it names, and a lifecycle must not contradict itself.

use std::collections::HashSet;

use indexmap::IndexMap;

use super::{FaultKind, Problems, pointer};
use crate::manifest::{self, Key, Manifest};
use crate::{Aggregate, Effect, MemberSet, Reference, Transition};

/// How many states an aggregate may have: sets of them are kept as bits.
const MAX_STATES: usize = 64;

pub(super) fn read(manifest: &Manifest, problems: &mut Problems) -> IndexMap<String, Aggregate> {
    for event in manifest.events.values() {
        if let Some(name) = &event.aggregate
            && !manifest.aggregates.contains_key(name)
        {
            problems
                .dangling(name.span(), format!("there is no aggregate `{}` in the manifest", name.as_str()));
        }
    }
    let mut aggregates = IndexMap::new();
    for (name, aggregate) in &manifest.aggregates {
        if let Some(read) = (Reader { manifest, problems, name, aggregate }).read() {
            aggregates.insert(name.as_str().to_owned(), read);
        }
    }
    aggregates
}

struct Reader<'m, 'p> {
    manifest: &'m Manifest,
    problems: &'p mut Problems,
    name: &'m Key,
    aggregate: &'m manifest::Aggregate,
}

impl Reader<'_, '_> {
    fn read(mut self) -> Option<Aggregate> {
        let id = pointer(&self.aggregate.id, self.problems);
        let identity = self.aggregate.identity.iter().filter_map(|key| pointer(key, self.problems)).collect();
        self.states_are_distinct();
        let live = self.known_states(&self.aggregate.live);
        let final_states = self.known_states(&self.aggregate.final_states);
        let transitions = self.transitions();
        self.one_transition_for_each_state();
        self.creating_or_changing();
        let references = self.references();
        let members = self.members();
        Some(Aggregate {
            name: self.name.as_str().to_owned(),
            description: self.aggregate.description.clone(),
            id: id?,
            states: texts(&self.aggregate.states),
            live,
            final_states,
            identity,
            transitions,
            references,
            members,
        })
    }

    fn states_are_distinct(&mut self) {
        let states = &self.aggregate.states;
        if states.is_empty() {
            self.problems.manifest(self.name.span(), format!("`{}` has no states", self.name.as_str()));
        }
        if states.len() > MAX_STATES {
            let message = format!("`{}` has more than {MAX_STATES} states", self.name.as_str());
            self.problems.manifest(self.name.span(), message);
        }
        for (at, state) in states.iter().enumerate() {
            if states[..at].contains(state) {
                self.problems
                    .manifest(state.span(), format!("the state `{}` is listed twice", state.as_str()));
            }
        }
    }

    fn known_states(&mut self, states: &[Key]) -> Vec<String> {
        for state in states {
            self.known_state(state);
        }
        texts(states)
    }

    fn known_state(&mut self, state: &Key) -> String {
        if !self.aggregate.states.contains(state) {
            let (name, state_name) = (self.name.as_str(), state.as_str());
            self.problems.dangling(state.span(), format!("`{name}` has no state `{state_name}`"));
        }
        state.as_str().to_owned()
    }

    /// An event type of this family.
    fn known_event(&mut self, event: &Key) -> String {
        let (name, event_name) = (self.name.as_str(), event.as_str());
        match self.manifest.events.get(event) {
            None => {
                self.problems
                    .dangling(event.span(), format!("there is no event type `{event_name}` in the manifest"));
            }
            Some(known) if known.aggregate.as_ref() != Some(self.name) => {
                let message = format!(
                    "`{event_name}` is not an event type of `{name}`: its `aggregate` says otherwise"
                );
                self.problems.manifest(event.span(), message);
            }
            Some(_) => {}
        }
        event_name.to_owned()
    }

    fn transitions(&mut self) -> Vec<Transition> {
        let mut transitions = Vec::new();
        for transition in &self.aggregate.transitions {
            let event = self.known_event(&transition.event);
            let effect = match transition {
                manifest::Transition { creates: Some(state), from: None, to: None, .. } => {
                    Effect::Creates(self.known_state(state))
                }
                manifest::Transition { creates: None, from: Some(from), to: Some(to), .. } => {
                    Effect::Moves { from: self.known_states(from), to: self.known_state(to) }
                }
                manifest::Transition { creates: None, from: Some(from), to: None, .. } => {
                    Effect::Keeps { from: self.known_states(from) }
                }
                _ => {
                    let message =
                        "a transition has either `creates`, or `from` (with `to` unless the state stays)";
                    self.problems.manifest(transition.event.span(), message);
                    continue;
                }
            };
            for state in transition.from.iter().flatten() {
                if self.aggregate.final_states.contains(state) {
                    let message = format!("`{}` is a final state: nothing may happen in it", state.as_str());
                    self.problems.manifest(state.span(), message);
                }
            }
            transitions.push(Transition { event, effect });
        }
        transitions
    }

    /// What an event does must follow from the state alone.
    fn one_transition_for_each_state(&mut self) {
        let mut seen: HashSet<(&str, Option<&str>)> = HashSet::new();
        for transition in &self.aggregate.transitions {
            let event = transition.event.as_str();
            let states: Vec<Option<&Key>> = match &transition.from {
                Some(from) => from.iter().map(Some).collect(),
                None => vec![None],
            };
            for state in states {
                if !seen.insert((event, state.map(Key::as_str))) {
                    let (span, what) = match state {
                        Some(state) => (state.span(), format!("from `{}`", state.as_str())),
                        None => (transition.event.span(), "that creates".to_owned()),
                    };
                    let message = format!("`{event}` has more than one transition {what}");
                    self.problems.in_manifest(FaultKind::Ambiguous, span, message);
                }
            }
        }
    }

    /// Whether an event must find its aggregate or must not is a matter of its type.
    fn creating_or_changing(&mut self) {
        let transitions = &self.aggregate.transitions;
        let creating: Vec<&Key> =
            transitions.iter().filter(|t| t.creates.is_some()).map(|t| &t.event).collect();
        for changing in transitions.iter().filter(|t| t.from.is_some() && creating.contains(&&t.event)) {
            let message =
                format!("`{}` creates the aggregate, so it can't also change it", changing.event.as_str());
            self.problems.manifest(changing.event.span(), message);
        }
    }

    fn references(&mut self) -> Vec<Reference> {
        let mut references = Vec::new();
        for reference in &self.aggregate.references {
            if !self.manifest.aggregates.contains_key(&reference.to) {
                let message = format!("there is no aggregate `{}` in the manifest", reference.to.as_str());
                self.problems.dangling(reference.to.span(), message);
            }
            if let Some(field) = pointer(&reference.field, self.problems) {
                references.push(Reference { field, to: reference.to.as_str().to_owned() });
            }
        }
        references
    }

    fn members(&mut self) -> Vec<MemberSet> {
        let mut members = Vec::new();
        for set in &self.aggregate.members {
            let (add, remove) = (self.known_event(&set.add), self.known_event(&set.remove));
            if let Some(field) = pointer(&set.field, self.problems) {
                members.push(MemberSet { name: set.name.clone(), field, add, remove });
            }
        }
        members
    }
}

fn texts(keys: &[Key]) -> Vec<String> {
    keys.iter().map(|key| key.as_str().to_owned()).collect()
}
