//! Whether a schema changed at all: a comparison of what is written, reference by reference.

use std::collections::{BTreeSet, HashSet};

use tidings_catalog::{Resolved, SchemaRef};
use tidings_json::{Kind, Value};

/// How a schema changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Change {
    /// Not at all.
    None,
    /// In what it tells people: descriptions, examples, privacy classes.
    Words,
    /// In what validators read.
    Meaning,
}

/// The keywords that no validator reads.
const ANNOTATIONS: [&str; 10] = [
    "$comment",
    "$id",
    "$schema",
    "title",
    "description",
    "default",
    "examples",
    "readOnly",
    "writeOnly",
    "deprecated",
];

/// Keywords whose lists have no order.
const SETS: [&str; 3] = ["required", "enum", "type"];

/// How a schema changed, whatever it refers to included.
pub(super) fn change(old: SchemaRef<'_>, new: SchemaRef<'_>) -> Change {
    let mut seen = HashSet::new();
    let mut pending = vec![(old, new)];
    let mut worst = Change::None;
    while let Some((old, new)) = pending.pop() {
        if !seen.insert((old.key(), new.key())) {
            continue;
        }
        worst = worst.max(one(old, new, &mut pending));
        if worst == Change::Meaning {
            break;
        }
    }
    worst
}

type Pairs<'o, 'n> = Vec<(SchemaRef<'o>, SchemaRef<'n>)>;

/// How one schema changed by itself; what is in it is added to `pending`.
fn one<'o, 'n>(old: SchemaRef<'o>, new: SchemaRef<'n>, pending: &mut Pairs<'o, 'n>) -> Change {
    let (Some(old_members), Some(new_members)) = (old.value().as_object(), new.value().as_object()) else {
        return if old.value().same_as(new.value()) { Change::None } else { Change::Meaning };
    };
    let names: BTreeSet<&str> =
        old_members.iter().chain(new_members).map(|member| member.name.as_ref()).collect();
    let mut worst = Change::None;
    let is_reference = old.reference().is_some() || new.reference().is_some();
    for name in names {
        let (old_value, new_value) = (old.value().get(name), new.value().get(name));
        let is_word = ANNOTATIONS.contains(&name) || name.starts_with("x-");
        let found = match (old_value, new_value) {
            _ if name == "definitions" || name == "$defs" => Change::None,
            (Some(old), Some(new)) if is_word => {
                if old.same_as(new) {
                    Change::None
                } else {
                    Change::Words
                }
            }
            _ if is_word => Change::Words,
            (Some(_), Some(_)) if name == "$ref" => references(old, new, pending),
            // Beside a reference nothing is read.
            _ if is_reference && name != "$ref" => Change::None,
            (Some(old_value), Some(new_value)) => inside(name, (old, old_value), (new, new_value), pending),
            _ => Change::Meaning,
        };
        worst = worst.max(found);
        if worst == Change::Meaning {
            break;
        }
    }
    worst
}

fn references<'o, 'n>(old: SchemaRef<'o>, new: SchemaRef<'n>, pending: &mut Pairs<'o, 'n>) -> Change {
    match (old.resolve(), new.resolve()) {
        (Some(Resolved::Schema(old)), Some(Resolved::Schema(new))) => {
            pending.push((old, new));
            Change::None
        }
        (Some(Resolved::MetaSchema(old)), Some(Resolved::MetaSchema(new))) if old == new => Change::None,
        _ => Change::Meaning,
    }
}

fn inside<'o, 'n>(
    keyword: &str,
    (old, old_value): (SchemaRef<'o>, &Value<'_>),
    (new, new_value): (SchemaRef<'n>, &Value<'_>),
    pending: &mut Pairs<'o, 'n>,
) -> Change {
    match keyword {
        "properties" | "patternProperties" | "dependencies" => {
            let (olds, news) = (old.named_subschemas(keyword), new.named_subschemas(keyword));
            if olds.len() != news.len() {
                return Change::Meaning;
            }
            for (name, old) in olds {
                let Some((_, new)) = news.iter().find(|(other, _)| *other == name) else {
                    return Change::Meaning;
                };
                if old.value().as_array().is_some() || new.value().as_array().is_some() {
                    if !same_set(old.value(), new.value()) {
                        return Change::Meaning;
                    }
                } else {
                    pending.push((old, *new));
                }
            }
            Change::None
        }
        "allOf" | "anyOf" | "oneOf" => lists(keyword, old, new, pending),
        "items" if old_value.as_array().is_some() && new_value.as_array().is_some() => {
            lists(keyword, old, new, pending)
        }
        "items"
        | "additionalItems"
        | "additionalProperties"
        | "contains"
        | "else"
        | "if"
        | "not"
        | "propertyNames"
        | "then" => match (old.subschema(keyword), new.subschema(keyword)) {
            (Some(old), Some(new)) => {
                pending.push((old, new));
                Change::None
            }
            _ => Change::Meaning,
        },
        _ if SETS.contains(&keyword) && same_set(old_value, new_value) => Change::None,
        _ if old_value.same_as(new_value) => Change::None,
        _ => Change::Meaning,
    }
}

fn lists<'o, 'n>(
    keyword: &str,
    old: SchemaRef<'o>,
    new: SchemaRef<'n>,
    pending: &mut Pairs<'o, 'n>,
) -> Change {
    let (olds, news) = (old.subschema_list(keyword), new.subschema_list(keyword));
    if olds.len() != news.len() {
        return Change::Meaning;
    }
    pending.extend(olds.into_iter().zip(news));
    Change::None
}

/// Whether two values are the same, if they are lists in any order.
fn same_set(old: &Value<'_>, new: &Value<'_>) -> bool {
    match (&old.kind, &new.kind) {
        (Kind::Array(olds), Kind::Array(news)) => {
            let all_in = |some: &[Value<'_>], others: &[Value<'_>]| {
                some.iter().all(|value| others.iter().any(|other| other.same_as(value)))
            };
            all_in(olds, news) && all_in(news, olds)
        }
        _ => old.same_as(new),
    }
}
