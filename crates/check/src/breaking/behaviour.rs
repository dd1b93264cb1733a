//! What the rules about behaviour have in common: a change is looked at from the sides that are asked for, and told of once,
//! with a stream that shows it if one does.

use tidings_catalog::manifest::{Aggregate as Written, Key};
use tidings_catalog::{Aggregate, Catalog, EventType, MANIFEST};

use super::context::{Context, Direction};
use super::sink::{Break, Sink, Verdict, Witness};
use super::stream::{self, Goal, Mark, Shown};
use super::transitions::Difference;
use crate::lint::support::Target;

/// The rules that tell of an aggregate's state.
pub(super) const LIFECYCLE: &[&str] = &["lifecycle/"];

/// The rules that tell of references.
pub(super) const REFERENCES: &[&str] = &["reference/"];

/// The rules that tell of either, or that an event is not what it says.
pub(super) const ANY: &[&str] = &["dedupe/", "envelope/", "lifecycle/", "reference/"];

/// A change of what events do.
pub(super) struct Changed {
    pub(super) target: Target,
    /// What changed, without the stream that shows it.
    pub(super) message: String,
    pub(super) help: String,
    /// The directions in which it may break something, with what a stream there is to show. The first that is asked for and
    /// shown is told.
    pub(super) ways: Vec<(Direction, Vec<Goal>)>,
}

impl Changed {
    /// Tells of the change, if a direction in which it may break something is asked for.
    pub(super) fn report(self, context: &Context<'_>, sink: &mut Sink<'_>) {
        let Self { target, message, help, ways } = self;
        let asked = context.options.mode.directions();
        let ways: Vec<_> = ways.into_iter().filter(|(direction, _)| asked.contains(direction)).collect();
        let mut why = None;
        let mut shown = None;
        // Where there are no goals, no audit tells the difference.
        for (direction, goals) in ways.iter().filter(|(_, goals)| !goals.is_empty()) {
            match stream::shortest(context.scene(*direction), goals) {
                Ok(stream) => {
                    shown = Some((*direction, stream));
                    break;
                }
                Err(other) => why = why.max(Some(other)),
            }
        }
        let Some((first, _)) = ways.first() else { return };
        let direction = shown.as_ref().map_or(*first, |(direction, _)| *direction);
        let (left, right) = context.sides(direction);
        let message = match (&shown, why) {
            (Some((_, Shown { names, rule, .. })), _) => {
                let (names, left, right) = (chain(names), &left.name, &right.name);
                format!("{message}: {left} audits {names} clean, {right} does not ({rule})")
            }
            (None, Some(why)) => format!("{message}; {}", why.text()),
            (None, None) => message,
        };
        sink.report(Break {
            target,
            direction: Some(direction),
            verdict: Verdict::Breaking,
            pointer: left.catalog.roles.event_name.as_ref().map(ToString::to_string),
            witness: shown.map(|(_, shown)| Witness::Stream(shown.events)),
            message,
            help,
            cause: None,
        });
    }
}

/// The names of event types in their order.
fn chain(names: &[String]) -> String {
    format!("`{}`", names.join(" → "))
}

/// The goal for what an event does, whatever is wrong with it then.
pub(super) fn of_event(event: &EventType) -> Goal {
    Goal {
        about: event.aggregate.iter().cloned().collect(),
        mark: Mark::Event(event.name.clone(), Vec::new()),
        rules: ANY,
        ..Goal::default()
    }
}

/// The goal for an event in the states in which it did something else, where the aggregate type has this name.
pub(super) fn of_difference(difference: &Difference<'_>, aggregate: &str) -> Goal {
    let states = difference.changes.iter().map(|change| change.from.map(str::to_owned)).collect();
    Goal {
        about: vec![aggregate.to_owned()],
        mark: Mark::Event(difference.event.to_owned(), states),
        rules: LIFECYCLE,
        ..Goal::default()
    }
}

/// Goals for what a state means: events that are allowed in it, new aggregates that refer to one in it, identities that one
/// in it holds.
pub(super) fn of_states(catalog: &Catalog, aggregate: &str, mark: &Mark) -> Vec<Goal> {
    let of_events =
        Goal { about: vec![aggregate.to_owned()], mark: mark.clone(), rules: LIFECYCLE, ..Goal::default() };
    let of_identity = Goal { twice: true, ..of_events.clone() };
    let mut goals = vec![of_events];
    goals.extend(of_references(catalog, aggregate, mark));
    if catalog.aggregates.get(aggregate).is_some_and(|own| !own.identity.is_empty()) {
        goals.push(of_identity);
    }
    goals
}

/// Goals for new aggregates that refer to one of a type.
pub(super) fn of_references(catalog: &Catalog, aggregate: &str, mark: &Mark) -> Vec<Goal> {
    let refers = |own: &&Aggregate| own.references.iter().any(|reference| reference.to == aggregate);
    let referring = catalog.aggregates.values().filter(refers);
    let goal = |own: &Aggregate| {
        let mut about = vec![aggregate.to_owned(), own.name.clone()];
        about.dedup();
        Goal { about, twice: own.name == aggregate, mark: mark.clone(), rules: REFERENCES, ..Goal::default() }
    };
    referring.map(goal).collect()
}

/// The new manifest's entry of an aggregate type, as it is written.
fn written<'m>(context: &'m Context<'_>, aggregate: &str) -> Option<(&'m Key, &'m Written)> {
    context.manifest()?.aggregates.iter().find(|(name, _)| name.as_str() == aggregate)
}

/// The place of an aggregate type in the new manifest.
pub(super) fn place(context: &Context<'_>, aggregate: &str) -> Target {
    written(context, aggregate).map_or_else(|| Target::file(MANIFEST), |(name, _)| Target::key(name))
}

/// The place of something in an aggregate type's entry of the new manifest; of the entry if it isn't there.
pub(super) fn place_in<'m>(
    context: &'m Context<'_>,
    aggregate: &str,
    find: impl FnOnce(&'m Written) -> Option<&'m Key>,
) -> Target {
    let found = written(context, aggregate).and_then(|(_, written)| find(written));
    found.map_or_else(|| place(context, aggregate), Target::key)
}

/// The place of a transition of an event type in the new manifest.
pub(super) fn place_of_transition(context: &Context<'_>, aggregate: &str, event: &str) -> Target {
    place_in(context, aggregate, |written| {
        written.transitions.iter().find(|own| own.event.as_str() == event).map(|own| &own.event)
    })
    .of_event_named(event)
}

/// Names with a word before the last: `open` or `closed`.
pub(super) fn list<'s>(names: impl IntoIterator<Item = &'s str>, word: &str) -> String {
    let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    match names.as_slice() {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} {word} {last}", first.join(", ")),
    }
}

/// An article before a name.
pub(super) fn a(name: &str) -> String {
    let article = if name.starts_with(|c: char| "aeiouAEIOU".contains(c)) { "an" } else { "a" };
    format!("{article} `{name}`")
}
