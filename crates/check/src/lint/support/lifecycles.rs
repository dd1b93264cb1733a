//! Lifecycles as the manifest writes them, which may be faulty.

use std::collections::BTreeSet;

use tidings_catalog::manifest::{Aggregate, Key};

/// Whether each state that a transition names is one of the aggregate's. Where one isn't, nobody knows what was meant, and
/// what the others lead to says nothing.
pub(crate) fn is_whole(aggregate: &Aggregate) -> bool {
    let mut named = aggregate.transitions.iter().flat_map(|transition| {
        transition.creates.iter().chain(transition.from.iter().flatten()).chain(&transition.to)
    });
    named.all(|state| aggregate.states.contains(state))
}

/// The states that an aggregate can come to be in.
pub(crate) fn reachable(aggregate: &Aggregate) -> BTreeSet<&str> {
    let created = aggregate.transitions.iter().filter_map(|transition| transition.creates.as_ref());
    let mut reached: BTreeSet<&str> = created.map(Key::as_str).collect();
    loop {
        let before = reached.len();
        for transition in &aggregate.transitions {
            let Some(to) = &transition.to else { continue };
            if transition.from.iter().flatten().any(|from| reached.contains(from.as_str())) {
                reached.insert(to.as_str());
            }
        }
        if reached.len() == before {
            return reached;
        }
    }
}

/// Whether an event type can ever happen: it creates, or some state that can come to be allows it.
pub(crate) fn is_possible(aggregate: &Aggregate, event: &str) -> bool {
    let reached = reachable(aggregate);
    let mut own = aggregate.transitions.iter().filter(|transition| transition.event.as_str() == event);
    own.any(|transition| {
        let mut from = transition.from.iter().flatten();
        transition.creates.is_some() || from.any(|state| reached.contains(state.as_str()))
    })
}
