//! Near misses of the new event type: its example, wrong in one way each. What each must give is said beforehand; one that
//! the engine finds something else in is not taken.

use serde_json::Value as Json;
use tidings_catalog::Catalog;
use tidings_engine::Engine;
use tidings_json::Pointer;

use super::place::Plan;
use super::story;
use crate::Error;
use crate::error::Kind;
use crate::names::words;

/// How many an event type has at least, and how many it is given.
const LEAST: usize = 2;
const MOST: usize = 3;

/// An event that is wrong, and the one finding that it gives.
#[derive(Debug)]
pub(super) struct NearMiss {
    /// The file's name.
    pub(super) file: String,
    pub(super) event: Json,
    pub(super) rule: &'static str,
    pub(super) pointer: String,
}

/// Makes near misses of an example.
pub(super) fn of_example(
    catalog: &Catalog,
    engine: &Engine,
    plan: &Plan<'_>,
    example: &Json,
) -> Result<Vec<NearMiss>, Error> {
    let mut found = Vec::new();
    for near_miss in candidates(catalog, plan, example) {
        let verdict = engine.validate(near_miss.event.to_string().as_bytes());
        let as_said = match verdict.findings() {
            [only] => only.rule.id == near_miss.rule && only.pointer.as_ref() == Some(&near_miss.pointer),
            _ => false,
        };
        if as_said && found.len() < MOST {
            found.push(near_miss);
        }
    }
    if found.len() < LEAST {
        return Err(Kind::result(format!("no two near misses of `{}` were found", plan.name)));
    }
    Ok(found)
}

fn candidates(catalog: &Catalog, plan: &Plan<'_>, example: &Json) -> Vec<NearMiss> {
    let roles = &catalog.roles;
    let mut candidates = Vec::new();
    let mut add = |what: &str, rule: &'static str, pointer: String, event: Json| {
        let file = format!("{}.{what}.json", plan.stem);
        candidates.push(NearMiss { file, event, rule, pointer });
    };
    let id = plan.aggregate.map(|aggregate| &aggregate.id);

    // What every event has is missing: its aggregate's id, or else when it happened or its own id.
    for place in [id, roles.occurred_at.as_ref(), roles.event_id.as_ref()].into_iter().flatten() {
        let mut event = example.clone();
        if story::remove(&mut event, place).is_some() {
            let what = format!("{}-missing", kebab(place));
            add(&what, "schema/required", parent(place), event);
            break;
        }
    }
    // There is a field that the schema doesn't know.
    if let Some(place) = id.or(roles.event_name.as_ref()).or(roles.occurred_at.as_ref()) {
        let unknown = format!("{}/unlisted", parent(place));
        let mut event = example.clone();
        if let Ok(place) = unknown.parse::<Pointer>() {
            story::set(&mut event, &place, "value".into());
            add("unknown-field", "schema/unknown-field", unknown, event);
        }
    }
    // It is about another aggregate than its payload says.
    if let (Some(place), Some(id)) = (&roles.aggregate_id, id) {
        let mut event = example.clone();
        if let Some(Json::String(text)) = story::at(example, id).cloned() {
            story::set(&mut event, place, other(&text).into());
            add("aggregate-id-of-another", "envelope/aggregate-mismatch", place.to_string(), event);
        }
    }
    // It is of a revision that the catalog doesn't have.
    if let Some(place) = roles.version.as_ref().filter(|place| story::at(example, place).is_some()) {
        let mut event = example.clone();
        story::set(&mut event, place, 2.into());
        add("version-newer", "envelope/version-newer", place.to_string(), event);
    }
    // When it happened is no time.
    if let Some(place) = &roles.occurred_at {
        let mut event = example.clone();
        story::set(&mut event, place, true.into());
        add(&format!("{}-is-no-text", kebab(place)), "schema/type", place.to_string(), event);
    }
    // Its event type is none.
    if let Some(place) = &roles.event_name {
        let mut event = example.clone();
        story::set(&mut event, place, 7.into());
        add(&format!("{}-is-number", kebab(place)), "schema/type", place.to_string(), event);
    }
    candidates
}

/// The last name of a place in kebab-case.
fn kebab(place: &Pointer) -> String {
    words(place.last().unwrap_or_default()).join("-")
}

/// The object that a place is in.
fn parent(place: &Pointer) -> String {
    let text = place.to_string();
    text[..text.rfind('/').unwrap_or_default()].to_owned()
}

/// Another id of the same form: its last letter or digit is another.
fn other(id: &str) -> String {
    let mut chars: Vec<char> = id.chars().collect();
    if let Some(last) = chars.last_mut() {
        *last = match *last {
            '0'..='8' | 'a'..='e' | 'A'..='E' => char::from_u32(u32::from(*last) + 1).unwrap_or('1'),
            '9' => '0',
            'A'..='Z' => 'A',
            _ => 'a',
        };
    }
    chars.into_iter().collect()
}
