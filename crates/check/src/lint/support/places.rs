//! The places in events: for each event type and each place in it, the schemas that apply to the value there.
//!
//! In goes an event type's schema, out come its places from the event down, elements and members of maps included. A
//! place whose schemas were all met before at a place around it isn't gone into again, so schemas that contain
//! themselves come to an end.

use std::collections::HashSet;

use tidings_catalog::{SchemaKey, SchemaRef};
use tidings_emit::docs::fields::{Path, Step};

/// How deep places are looked for.
const DEPTH: usize = 32;

/// How many places an event type may have.
const MANY: usize = 5_000;

/// One place.
pub(crate) struct Place<'c> {
    pub(crate) path: Path,
    /// The schemas that apply, and whether each always does or only when a condition holds.
    pub(crate) schemas: Vec<(SchemaRef<'c>, bool)>,
}

impl<'c> Place<'c> {
    /// The schemas that let values of a type through here, by their own `type`, although nothing that applies beside
    /// them `bounds` these.
    pub(crate) fn without(&self, bounds: fn(SchemaRef<'_>) -> bool, kind: &str) -> Vec<SchemaRef<'c>> {
        if self.schemas.iter().any(|(schema, always)| *always && bounds(*schema)) {
            return Vec::new();
        }
        let unbounded = |schema: &SchemaRef<'c>| {
            super::nodes::types(*schema).is_some_and(|types| types.contains(&kind))
                && !schema.applied_in_place().into_iter().any(|(own, always)| always && bounds(own))
        };
        self.schemas.iter().map(|(schema, _)| *schema).filter(unbounded).collect()
    }
}

/// All places of an event type, the event itself first.
pub(crate) fn all(schema: SchemaRef<'_>) -> Vec<Place<'_>> {
    let mut walk = Walk { places: Vec::new(), around: Vec::new() };
    walk.go(&Path::default(), &[(schema, true)]);
    walk.places
}

struct Walk<'c> {
    places: Vec<Place<'c>>,
    around: Vec<Vec<SchemaKey>>,
}

impl<'c> Walk<'c> {
    fn go(&mut self, path: &Path, starts: &[(SchemaRef<'c>, bool)]) {
        if self.around.len() >= DEPTH || self.places.len() >= MANY {
            return;
        }
        let mut schemas: Vec<(SchemaRef<'c>, bool)> = Vec::new();
        for (start, always) in starts {
            for (schema, in_start) in start.applied_in_place() {
                match schemas.iter_mut().find(|(known, _)| known.key() == schema.key()) {
                    Some((_, known)) => *known |= *always && in_start,
                    None => schemas.push((schema, *always && in_start)),
                }
            }
        }
        let mut keys: Vec<SchemaKey> = schemas.iter().map(|(schema, _)| schema.key()).collect();
        keys.sort_unstable();
        if self.around.contains(&keys) {
            return;
        }
        self.places.push(Place { path: path.clone(), schemas: schemas.clone() });
        self.around.push(keys);
        for name in names(&schemas) {
            let of_name =
                |schema: SchemaRef<'c>| schema.named_subschema("properties", name).into_iter().collect();
            self.go(&path.member(name), &children(&schemas, of_name));
        }
        let mut steps = vec![
            (Step::AnyElement, children(&schemas, elements)),
            (Step::AnyMember, children(&schemas, members)),
        ];
        let listed =
            schemas.iter().map(|(schema, _)| schema.subschema_list("items").len()).max().unwrap_or(0);
        for at in 0..listed {
            let of_index =
                |schema: SchemaRef<'c>| schema.subschema_list("items").get(at).copied().into_iter().collect();
            steps.push((Step::Element(at), children(&schemas, of_index)));
        }
        for (step, starts) in steps.into_iter().filter(|(_, starts)| !starts.is_empty()) {
            self.go(&path.join(step), &starts);
        }
        self.around.pop();
    }
}

/// The names of the members that any of the schemas lists, each once, in their order.
fn names<'c>(schemas: &[(SchemaRef<'c>, bool)]) -> Vec<&'c str> {
    let mut seen = HashSet::new();
    let all = schemas.iter().flat_map(|(schema, _)| schema.named_subschemas("properties"));
    all.map(|(name, _)| name).filter(|name| seen.insert(*name)).collect()
}

fn children<'c>(
    schemas: &[(SchemaRef<'c>, bool)],
    of: impl Fn(SchemaRef<'c>) -> Vec<SchemaRef<'c>>,
) -> Vec<(SchemaRef<'c>, bool)> {
    let each =
        schemas.iter().flat_map(|(schema, always)| of(*schema).into_iter().map(|child| (child, *always)));
    each.filter(|(child, _)| child.value().as_object().is_some()).collect()
}

fn elements(schema: SchemaRef<'_>) -> Vec<SchemaRef<'_>> {
    let one = schema.subschema("items").filter(|items| items.value().as_object().is_some());
    let mut found: Vec<SchemaRef<'_>> = one.into_iter().collect();
    found.extend(schema.subschema("additionalItems"));
    found
}

fn members(schema: SchemaRef<'_>) -> Vec<SchemaRef<'_>> {
    let mut found: Vec<SchemaRef<'_>> = schema.subschema("additionalProperties").into_iter().collect();
    found.extend(schema.named_subschemas("patternProperties").into_iter().map(|(_, schema)| schema));
    found
}
