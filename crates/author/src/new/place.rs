//! Where a new event type belongs: its name, its aggregate, its place in the lifecycle. In go the request and the catalog,
//! out comes the plan that everything else follows, or why there can't be one.

use tidings_catalog::{Aggregate, Catalog, Effect};

use super::{About, NewEvent, changelog};
use crate::Error;
use crate::error::Kind;
use crate::names::{Case, stem, words};

/// What the new event type is to be.
#[derive(Debug)]
pub(super) struct Plan<'c> {
    pub(super) name: String,
    /// What its files are called.
    pub(super) stem: String,
    pub(super) aggregate: Option<&'c Aggregate>,
    pub(super) effects: Vec<Effect>,
    pub(super) purpose: String,
}

/// Makes the plan. `changelog` is the text of the catalog's changelog, and `paths` are its files.
pub(super) fn plan<'c>(
    catalog: &'c Catalog,
    request: &NewEvent,
    changelog: &str,
    paths: &[String],
) -> Result<Plan<'c>, Error> {
    let name = &request.name;
    check_name(catalog, name, changelog)?;
    if let Some(from) = &request.from
        && !catalog.event_types.contains_key(from)
    {
        return Err(Kind::request(format!(
            "there is no event type `{from}` to begin from; there are {}",
            listed(catalog.event_types.keys())
        )));
    }
    let aggregate = aggregate(catalog, request)?;
    let effects = effects(catalog, request, aggregate)?;
    let stem = stem(name);
    for folder in ["examples", "near-misses"] {
        let prefix = format!("{folder}/{stem}.");
        if let Some(taken) = paths.iter().find(|path| path.starts_with(&prefix)) {
            return Err(Kind::request(format!(
                "`{taken}` is there already; the files of `{name}` would be called so"
            )));
        }
    }
    let purpose = match &request.purpose {
        Some(purpose) if purpose.trim().is_empty() => return Err(Kind::request("the purpose is empty")),
        Some(purpose) if purpose.contains(char::is_control) => {
            return Err(Kind::request("the purpose is a sentence on one line"));
        }
        Some(purpose) => purpose.clone(),
        None => purpose(name, aggregate),
    };
    Ok(Plan { name: name.clone(), stem, aggregate, effects, purpose })
}

fn check_name(catalog: &Catalog, name: &str, changelog: &str) -> Result<(), Error> {
    if catalog.event_types.contains_key(name) {
        return Err(Kind::request(format!("there is an event type `{name}` already")));
    }
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-:".contains(c);
    if words(name).is_empty() || !name.chars().all(plain) {
        return Err(Kind::request(format!("`{name}` is no name: letters, digits, `.`, `_`, `-` and `:`")));
    }
    if let Some(case) = Case::of_all(&catalog.event_types.keys().map(String::as_str))
        && !case.fits(name)
    {
        return Err(Kind::request(format!(
            "`{name}` is not in {case}, as the catalog's other event types are"
        )));
    }
    if words(name).last().is_some_and(|word| word == "event") {
        return Err(Kind::request(format!(
            "`{name}` ends in `Event`, which every event type is: leave it out"
        )));
    }
    if let Some(same) = catalog.event_types.keys().find(|known| stem(known) == stem(name)) {
        return Err(Kind::request(format!(
            "`{name}` is too much like `{same}`: their files would be called the same"
        )));
    }
    if let Some(line) = changelog::mentioned(changelog, name) {
        return Err(Kind::request(format!(
            "`{name}` was used before: CHANGELOG.md names it in line {line}, and a name is never used again"
        )));
    }
    Ok(())
}

/// The aggregate that the event type is about.
fn aggregate<'c>(catalog: &'c Catalog, request: &NewEvent) -> Result<Option<&'c Aggregate>, Error> {
    let name = &request.name;
    match &request.about {
        About::Nothing => Ok(None),
        About::Aggregate(wanted) => match catalog.aggregates.get(wanted) {
            None => Err(Kind::request(format!(
                "there is no aggregate `{wanted}`; there are {}",
                listed(catalog.aggregates.keys())
            ))),
            Some(aggregate) if names_begin_with_families(catalog) && !begins_with(name, &aggregate.name) => {
                Err(Kind::request(format!(
                    "`{name}` must begin with `{wanted}`, as the names of the other event types begin with their \
                     family's"
                )))
            }
            Some(aggregate) => Ok(Some(aggregate)),
        },
        About::Inferred => {
            if catalog.aggregates.is_empty() {
                return Ok(None);
            }
            let found = catalog
                .aggregates
                .values()
                .filter(|aggregate| begins_with(name, &aggregate.name))
                .max_by_key(|aggregate| words(&aggregate.name).len());
            // Where names don't tell, the event type that it is made from does.
            let from = || catalog.aggregate_of(catalog.event_types.get(request.from.as_ref()?)?);
            let from = || from().filter(|_| !names_begin_with_families(catalog));
            match found.or_else(from) {
                Some(aggregate) => Ok(Some(aggregate)),
                None => Err(Kind::request(format!(
                    "`{name}` begins with no family's name, so its aggregate isn't known: there are {}; name one with \
                     `--aggregate`, or say `--no-aggregate`",
                    listed(catalog.aggregates.keys())
                ))),
            }
        }
    }
}

/// Whether the name begins with the family's, and goes on.
fn begins_with(name: &str, family: &str) -> bool {
    let (name, family) = (words(name), words(family));
    !family.is_empty() && name.len() > family.len() && name.starts_with(&family)
}

fn names_begin_with_families(catalog: &Catalog) -> bool {
    let mut with_family = catalog.event_types.values().filter_map(|event_type| {
        event_type.aggregate.as_ref().map(|family| begins_with(&event_type.name, family))
    });
    with_family.next().is_some_and(|first| first && with_family.all(|fits| fits))
}

/// What the event type does to the state: as asked for, or as the one it is made from does, or nothing, wherever anything
/// may still happen.
fn effects(
    catalog: &Catalog,
    request: &NewEvent,
    aggregate: Option<&Aggregate>,
) -> Result<Vec<Effect>, Error> {
    let Some(aggregate) = aggregate else {
        return match request.effects.as_slice() {
            [] => Ok(Vec::new()),
            _ => Err(Kind::request("an event type that is about no aggregate has no transitions")),
        };
    };
    for effect in &request.effects {
        check_effect(aggregate, effect)?;
    }
    if !request.effects.is_empty() {
        return Ok(request.effects.clone());
    }
    if let Some(from) = &request.from
        && catalog.event_types.get(from).is_some_and(|from| from.aggregate.as_ref() == Some(&aggregate.name))
    {
        let same = aggregate.transitions.iter().filter(|transition| transition.event == *from);
        let effects: Vec<Effect> = same.map(|transition| transition.effect.clone()).collect();
        if !effects.is_empty() {
            return Ok(effects);
        }
    }
    let open: Vec<String> =
        aggregate.states.iter().filter(|state| !aggregate.final_states.contains(state)).cloned().collect();
    if open.is_empty() {
        return Err(Kind::request(format!(
            "every state of `{}` is final, so nothing can happen to it but that it is created: say `--creates STATE`",
            aggregate.name
        )));
    }
    Ok(vec![Effect::Keeps { from: open }])
}

fn check_effect(aggregate: &Aggregate, effect: &Effect) -> Result<(), Error> {
    let target = match effect {
        Effect::Creates(state) | Effect::Moves { to: state, .. } => Some(state),
        Effect::Keeps { .. } => None,
    };
    for state in effect.from().iter().chain(target) {
        if !aggregate.states.contains(state) {
            let states = listed(aggregate.states.iter());
            return Err(Kind::request(format!(
                "`{}` has no state `{state}`; it has {states}",
                aggregate.name
            )));
        }
    }
    if let Some(state) = effect.from().iter().find(|state| aggregate.final_states.contains(state)) {
        return Err(Kind::request(format!("`{state}` is a final state: nothing may happen in it")));
    }
    Ok(())
}

/// A sentence made of the name's words.
fn purpose(name: &str, aggregate: Option<&Aggregate>) -> String {
    let all = words(name);
    let family = aggregate.map(|aggregate| words(&aggregate.name)).unwrap_or_default();
    let (family, rest) = if all.starts_with(&family) { all.split_at(family.len()) } else { all.split_at(0) };
    let (family, rest) = (capital(&family.join(" ")), rest.join(" "));
    if family.is_empty() { format!("{}.", capital(&rest)) } else { format!("{family}: {rest}.") }
}

pub(crate) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

fn listed<'n>(names: impl Iterator<Item = &'n String>) -> String {
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}
