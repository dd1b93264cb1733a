//! Examples of the new event type, one for each state in which it is allowed, that fit into the story which the other
//! examples tell. Each is put where the story has an aggregate in the state; where it has none, or what comes later
//! wouldn't be allowed any more, the sampler tells a story of its own up to the event.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value as Json;
use tidings_catalog::{Catalog, Effect};
use tidings_engine::Engine;
use tidings_json::Pointer;

use super::place::Plan;
use super::samples::Samples;
use super::schema::{Model, common_places};
use super::story::{self, Told};
use super::trial::Trial;
use crate::Error;
use crate::error::Kind;
use crate::names::stem;

/// How long after another event an example happens, at most.
const AFTER: SignedDuration = SignedDuration::from_secs(60);

/// At how many places of the story one example is tried.
const PLACES: usize = 40;

/// How many of the sampler's stories are tried for one example.
const STORIES: usize = 8;

/// What examples are made of.
pub(super) struct Making<'m> {
    /// The catalog with the new event type in it.
    pub(super) catalog: &'m Catalog,
    pub(super) engine: &'m Engine,
    pub(super) plan: &'m Plan<'m>,
    pub(super) model: Model<'m>,
    pub(super) trial: Trial<'m>,
    pub(super) samples: Samples,
    /// The story as it is without the new examples.
    pub(super) story: Vec<Told>,
}

impl Making<'_> {
    /// The states in which an example is wanted. `None` is where nothing is before, or where there is no state at all.
    pub(super) fn states(&self) -> Vec<Option<String>> {
        let mut states: Vec<Option<String>> = Vec::new();
        for effect in &self.plan.effects {
            match effect {
                Effect::Creates(_) => states.push(None),
                _ => states.extend(effect.from().iter().cloned().map(Some)),
            }
        }
        if states.is_empty() {
            states.push(None);
        }
        states
    }

    /// The transitions of the new event type: its name and the state before.
    pub(super) fn transitions(&self) -> Vec<(String, Option<String>)> {
        self.states().into_iter().map(|state| (self.plan.name.clone(), state)).collect()
    }

    /// The examples: path → event, those of the new event type first.
    pub(super) fn examples(&mut self) -> Result<Vec<(String, Json)>, Error> {
        let states = self.states();
        let mut found = Vec::new();
        for (at, state) in states.iter().enumerate() {
            let what = match state {
                Some(state) if at > 0 => format!(".{}", stem(state).replace('_', "-")),
                _ => String::new(),
            };
            let mut path = format!("examples/{}{what}.example.json", self.plan.stem);
            if what == "." || found.iter().any(|(known, _)| *known == path) {
                // Two states may differ in what no file's name has.
                path = format!("examples/{}.{}.example.json", self.plan.stem, at + 1);
            }
            let example = match self.in_the_story(state.as_deref(), &path)? {
                Some(example) => vec![example],
                None => self.in_a_story_of_its_own(state.as_deref(), &path)?,
            };
            found.extend(example);
        }
        let own = format!("examples/{}.", self.plan.stem);
        found.sort_by_key(|(path, _)| !path.starts_with(&own));
        Ok(found)
    }

    /// An example in the story that is there.
    fn in_the_story(&mut self, state: Option<&str>, path: &str) -> Result<Option<(String, Json)>, Error> {
        let places: Vec<usize> = match (self.plan.aggregate, state) {
            (None, _) => self.story.len().checked_sub(1).into_iter().collect(),
            (Some(aggregate), None) => {
                let creates = |told: &Told| {
                    told.before.is_none()
                        && told.about.as_ref().is_some_and(|(name, _)| *name == aggregate.name)
                };
                (0..self.story.len()).filter(|at| creates(&self.story[*at])).collect()
            }
            (Some(aggregate), Some(state)) => {
                let in_state = |told: &Told| {
                    told.after.as_deref() == Some(state)
                        && told.about.as_ref().is_some_and(|(name, _)| *name == aggregate.name)
                };
                (0..self.story.len()).filter(|at| in_state(&self.story[*at])).collect()
            }
        };
        let mut tries = 0;
        for at in places {
            if tries == PLACES {
                break;
            }
            let (Some(time), Some(fresh)) = (self.time_behind(at, state), self.samples.fresh()) else {
                continue;
            };
            let Some(event) = self.event_at(at, state, time, fresh) else { continue };
            tries += 1;
            let example = [(path.to_owned(), event)];
            if self.trial.accepts(&example).map_err(|error| audit_failed(&error))? {
                self.samples.take([fresh]);
                let [example] = example;
                return Ok(Some(example));
            }
        }
        Ok(None)
    }

    /// When it may happen behind an event of the story; `None` if what comes later wouldn't be allowed any more.
    fn time_behind(&self, at: usize, state: Option<&str>) -> Option<Timestamp> {
        let told = &self.story[at];
        let base = told.time?;
        let mut next_time = None;
        if state.is_some() {
            let effects: Vec<&Effect> = self.plan.effects.iter().collect();
            let mut state = story::next(&effects, state)?;
            for later in self.story[at + 1..].iter().filter(|later| later.about == told.about) {
                next_time = next_time.or(later.time);
                let aggregate = self.plan.aggregate?;
                let transitions = aggregate.transitions.iter();
                let effects: Vec<&Effect> = transitions
                    .filter(|transition| transition.event == later.event_type)
                    .map(|transition| &transition.effect)
                    .collect();
                state = story::next(&effects, Some(&state))?;
            }
        }
        let room = next_time.map_or(AFTER, |next| next.duration_since(base));
        base.checked_add(SignedDuration::from_nanos(
            i64::try_from(room.as_nanos() / 2).ok()?.min(30_000_000_000),
        ))
        .ok()
    }

    /// The event behind another of the story. What must be new, such as ids, is taken from a fresh sample.
    fn event_at(&self, at: usize, state: Option<&str>, time: Timestamp, fresh: usize) -> Option<Json> {
        let told = &self.story[at];
        let fresh = &self.samples.story[fresh].event;
        let roles = &self.catalog.roles;
        let mut event = if self.model.with_payload {
            // The old event type's example of the same aggregate is closest, then any.
            let model = &self.model.event_type.name;
            let same =
                self.story.iter().find(|other| other.event_type == *model && other.about == told.about);
            let any = || self.story.iter().find(|other| other.event_type == *model);
            same.or_else(any).map(|told| told.event.clone())
        } else {
            None
        };
        let mut event = event.take().unwrap_or_else(|| self.smallest(fresh.clone()));
        let creates = state.is_none();
        let own_id = self.plan.aggregate.map(|aggregate| &aggregate.id);
        for place in common_places(self.catalog, self.plan) {
            let keep = creates && (Some(&place) == own_id || roles.aggregate_id.as_ref() == Some(&place));
            if !keep && let Some(value) = story::at(&told.event, &place) {
                story::set(&mut event, &place, value.clone());
            }
        }
        if let (true, Some(aggregate)) = (creates, self.plan.aggregate) {
            let id = story::at(fresh, &aggregate.id)?;
            for place in roles.aggregate_id.iter().chain([&aggregate.id]) {
                story::set(&mut event, place, id.clone());
            }
        }
        if let Some(place) = &roles.idempotency_key {
            story::remove(&mut event, place);
        }
        if let Some(place) = &roles.event_name {
            story::set(&mut event, place, self.plan.name.as_str().into());
        }
        if let Some(place) = roles.version.as_ref().filter(|place| story::at(&event, place).is_some()) {
            story::set(&mut event, place, 1.into());
        }
        let mut time = time;
        if let Some(place) = &roles.occurred_at {
            let like = story::at(&told.event, place)?.as_str()?;
            let text = written_like(time, like);
            time = text.parse().ok().filter(|time| told.time.is_none_or(|before| *time > before))?;
            story::set(&mut event, place, text.into());
        }
        if let Some(place) = &roles.event_id {
            let event_type = self.catalog.event_types.get(&self.plan.name)?;
            let mut id = story::at(fresh, place)?.clone();
            if self.engine.event_ids_are_ulids(event_type)
                && let Some(text) = id.as_str()
            {
                id = ulid_of(time, text)?.into();
            }
            story::set(&mut event, place, id);
        }
        Some(event)
    }

    /// The event with the least in it that is valid: what it needn't have is taken out, but for what every event has.
    fn smallest(&self, mut event: Json) -> Json {
        let kept: Vec<Pointer> = common_places(self.catalog, self.plan);
        let mut places = Vec::new();
        members(&event, "", &mut places);
        for place in places {
            let is_kept = kept.iter().any(|kept| kept.tokens().starts_with(place.tokens()));
            let mut less = event.clone();
            if !is_kept
                && story::remove(&mut less, &place).is_some()
                && self.engine.validate(less.to_string().as_bytes()).findings().is_empty()
            {
                event = less;
            }
        }
        event
    }

    /// An example in a story that the sampler tells, with the other events that it needs.
    fn in_a_story_of_its_own(
        &mut self,
        state: Option<&str>,
        path: &str,
    ) -> Result<Vec<(String, Json)>, Error> {
        let mut ends: Vec<BTreeSet<usize>> = self
            .samples
            .places_of_new(state)
            .filter_map(|at| self.samples.untold(&self.samples.needed_for(self.catalog, at)))
            .collect();
        ends.sort_by_key(BTreeSet::len);
        for needed in ends.into_iter().take(STORIES) {
            let Some(last) = needed.last().copied() else { continue };
            let mut examples = Vec::new();
            for at in &needed {
                let told = &self.samples.story[*at];
                let mut event = told.event.clone();
                if told.event_type == self.plan.name && !self.model.with_payload {
                    event = self.smallest(event);
                }
                if *at == last {
                    examples.push((path.to_owned(), event));
                    continue;
                }
                let what = path.trim_start_matches("examples/").trim_end_matches(".example.json");
                let what = what.replace(['_', '.'], "-");
                let stem = stem(&told.event_type);
                let same = examples
                    .iter()
                    .filter(|(path, _)| path.starts_with(&format!("examples/{stem}.for-{what}")));
                let number = match same.count() {
                    0 => String::new(),
                    count => format!("-{}", count + 1),
                };
                examples.push((format!("examples/{stem}.for-{what}{number}.example.json"), event));
            }
            if self.trial.accepts(&examples).map_err(|error| audit_failed(&error))? {
                let wanted = [(self.plan.name.clone(), state.map(str::to_owned))];
                let wanted = if self.plan.aggregate.is_some() { &wanted[..] } else { &[] };
                let mut kept = Vec::new();
                // From the end, since what comes later may be what needs the earlier.
                for ((other, event), at) in examples.into_iter().zip(needed).rev() {
                    let spare = other != path
                        && self.trial.can_do_without(&other, wanted).map_err(|error| audit_failed(&error))?;
                    if !spare {
                        self.samples.tell([at]);
                        kept.push((other, event));
                    }
                }
                kept.reverse();
                return Ok(kept);
            }
        }
        let place = state.map_or_else(String::new, |state| format!(" in the state `{state}`"));
        let why = match self.catalog.roles.occurred_at {
            Some(_) => "",
            None => {
                ": the manifest has no role `occurred_at`, so examples happen in the order of their files' names"
            }
        };
        Err(Kind::result(format!(
            "no example of `{}`{place} was found that fits the others{why}",
            self.plan.name
        )))
    }
}

fn audit_failed(error: &std::io::Error) -> Error {
    Kind::result(format!("the examples can't be audited: {error}"))
}

/// The places of all members, the deeper ones of an object first.
fn members(value: &Json, path: &str, places: &mut Vec<Pointer>) {
    for (name, member) in value.as_object().into_iter().flatten() {
        let path = format!("{path}/{}", tidings_json::escape_token(name));
        members(member, &path, places);
        places.extend(path.parse::<Pointer>());
    }
}

/// A time in UTC, with as many digits of a fraction as another.
fn written_like(time: Timestamp, like: &str) -> String {
    let digits =
        like.split_once('.').map_or(0, |(_, rest)| rest.bytes().take_while(u8::is_ascii_digit).count());
    let text = time.strftime("%Y-%m-%dT%H:%M:%S").to_string();
    if digits == 0 {
        return format!("{text}Z");
    }
    let fraction = format!("{:09}", time.subsec_nanosecond());
    format!("{text}.{:0<digits$}Z", &fraction[..digits.min(9)])
}

/// A ULID with the time of an event and the chance of another.
fn ulid_of(time: Timestamp, chance: &str) -> Option<String> {
    const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let milliseconds = u64::try_from(time.as_millisecond()).ok()?;
    let digit = |place: u32| {
        let index = usize::try_from((milliseconds >> (5 * place)) & 31).unwrap_or(0);
        char::from(CROCKFORD[index])
    };
    let mut ulid: String = (0..10).rev().map(digit).collect();
    ulid.push_str(chance.get(10..)?);
    Some(ulid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_with_as_many_digits_as_another() {
        let time: Timestamp = "2026-01-31T10:00:00.123456789Z".parse().unwrap();
        for (like, wanted) in [
            ("2026-01-31T09:00:00Z", "2026-01-31T10:00:00Z"),
            ("2026-01-31T09:00:00.5Z", "2026-01-31T10:00:00.1Z"),
            ("2026-01-31T09:00:00.000+02:00", "2026-01-31T10:00:00.123Z"),
            ("2026-01-31T09:00:00.00000000000Z", "2026-01-31T10:00:00.12345678900Z"),
        ] {
            assert_eq!(written_like(time, like), wanted);
        }
    }

    #[test]
    fn a_ulid_begins_with_its_time() {
        let time: Timestamp = "2016-07-30T23:54:10.259Z".parse().unwrap();
        assert_eq!(ulid_of(time, "0000000000ABCDEFGHJKMNPQRS").unwrap(), "01ARZ3NDEKABCDEFGHJKMNPQRS");
    }
}
