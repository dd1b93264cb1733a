//! Checks of the schemas that don't need a validator: every `$ref` leads somewhere, none goes round in a circle, the
//! draft is one we read, and privacy classes are ones we know.

use std::collections::HashMap;

use tidings_json::Value;

use super::{FaultKind, Problems};
use crate::schema::{PrivacyClass, SchemaKey, SchemaRef, Schemas};

pub(super) fn check(schemas: &Schemas, problems: &mut Problems) {
    let all = schemas.all();
    for &schema in &all {
        draft(schema, schemas, problems);
        privacy(schema, schemas, problems);
        if let (Some(place), None) = (schema.value().get("$ref"), schema.resolve()) {
            let message = match place.as_str() {
                Some(reference) => format!("`$ref` to `{reference}` leads nowhere in this catalog"),
                None => "`$ref` must be a string".to_owned(),
            };
            problems.schema(FaultKind::Dangling, schemas, schema.key(), place.span.start, message);
        }
    }
    circles(all, schemas, problems);
}

fn draft(schema: SchemaRef<'_>, schemas: &Schemas, problems: &mut Problems) {
    let Some(place) = schema.value().get("$schema") else { return };
    let known = place
        .as_str()
        .is_some_and(|uri| uri.trim_end_matches('#') == "http://json-schema.org/draft-07/schema");
    if !known {
        let message = "`$schema` must be `http://json-schema.org/draft-07/schema#`: Draft-07 is what catalogs are written in";
        problems.schema(FaultKind::Draft, schemas, schema.key(), place.span.start, message);
    }
}

fn privacy(schema: SchemaRef<'_>, schemas: &Schemas, problems: &mut Problems) {
    let Some(place) = schema.value().get("x-privacy") else { return };
    if place.as_str().and_then(PrivacyClass::from_name).is_none() {
        let names: Vec<String> = PrivacyClass::ALL.iter().map(|(name, _)| format!("`{name}`")).collect();
        let message = format!("`x-privacy` must be one of {}", names.join(", "));
        problems.schema(FaultKind::PrivacyClass, schemas, schema.key(), place.span.start, message);
    }
}

/// A schema that applies to a value in order to find out whether it applies to that value never ends.
fn circles(all: Vec<SchemaRef<'_>>, schemas: &Schemas, problems: &mut Problems) {
    #[derive(Clone, Copy, PartialEq)]
    enum State {
        Entered,
        Left,
    }
    let mut states: HashMap<SchemaKey, State> = HashMap::new();
    for root in all {
        // Each entry is a schema and whether its successors are still to be seen.
        let mut stack = vec![(root, true)];
        while let Some((schema, entering)) = stack.pop() {
            let key = schema.key();
            if !entering {
                states.insert(key, State::Left);
                continue;
            }
            if states.contains_key(&key) {
                continue;
            }
            states.insert(key, State::Entered);
            stack.push((schema, false));
            for next in schema.next_in_place() {
                match states.get(&next.key()) {
                    Some(State::Entered) => {
                        let place =
                            schema.value().get("$ref").map_or(schema.value(), |place: &Value<'_>| place);
                        let message = "this schema leads back to itself for the same value, without end";
                        problems.schema(FaultKind::Circle, schemas, key, place.span.start, message);
                    }
                    Some(State::Left) => {}
                    None => stack.push((next, true)),
                }
            }
        }
    }
}
