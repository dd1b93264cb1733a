//! What the audit needs to know of an event, taken from it on any thread.

use std::fmt;

use sha2::{Digest as _, Sha256};
use tidings_catalog::{Catalog, EventType};
use tidings_json::{Decimal, Kind, Pointer, Value};

use crate::machine::Machine;
use crate::time::{Moment, ulid_milliseconds};

/// An id, a scope, a member or a part of an identity: a JSON value, equal to another when they are the same value.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Id {
    Text(Box<str>),
    /// A number in its normal form, so that `7` and `7.0` are one id, with the form it was met in first.
    Number(Box<str>),
    /// Any other value, by its digest: no id, but it may be a scope or part of an identity.
    Other([u8; 32]),
}

impl Id {
    /// The id at a place of an event: a string or a number; `None` if there is neither.
    pub(crate) fn at(event: &Value<'_>, pointer: &Pointer) -> Option<Self> {
        match &event.at(pointer)?.kind {
            Kind::String(text) => Some(Self::Text(text.as_ref().into())),
            Kind::Number(text) => Some(Self::Number(Decimal::parse(text)?.to_string().into())),
            Kind::Null | Kind::Bool(_) | Kind::Array(_) | Kind::Object(_) => None,
        }
    }

    /// Whatever value stands at a place of an event; `None` if nothing does.
    fn any_at(event: &Value<'_>, pointer: &Pointer) -> Option<Self> {
        Self::at(event, pointer).or_else(|| Some(Self::Other(digest(event.at(pointer)?))))
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) | Self::Number(text) => f.write_str(text),
            Self::Other(_) => f.write_str("a value that is no id"),
        }
    }
}

/// What the audit needs to know of an event.
#[derive(Debug)]
pub(crate) struct Facts {
    /// Whether the event counts: without an error but that it has unknown fields.
    pub(crate) sound: bool,
    /// The index of the event type.
    pub(crate) event: usize,
    pub(crate) event_id: Option<Id>,
    /// The same for the same JSON value, and only for it.
    pub(crate) digest: [u8; 32],
    pub(crate) occurred_at: Option<Moment>,
    /// The same as it is written, where a timeline is wanted.
    pub(crate) occurred_at_text: Option<Box<str>>,
    /// The time in the event's id, if ids are ULIDs.
    pub(crate) ulid: Option<i64>,
    pub(crate) scope: Option<Id>,
    pub(crate) key: Option<Id>,
    /// The aggregate's id, as the family's own field has it.
    pub(crate) aggregate: Option<Id>,
    /// The references that are present: their index among the family's, and the id they name.
    pub(crate) references: Vec<(usize, Id)>,
    /// The identity tuple, if all of it is there and the event creates an aggregate.
    pub(crate) identity: Option<Vec<Id>>,
    /// The members it adds (`true`) or removes, with the index of the set.
    pub(crate) members: Vec<(usize, bool, Id)>,
}

/// Takes the facts from an event of a known type.
pub(crate) fn extract(
    catalog: &Catalog,
    machine: &Machine,
    ids_are_ulids: bool,
    traced: bool,
    event_type: &EventType,
    event: &Value<'_>,
    sound: bool,
) -> Option<Facts> {
    let index = machine.event(&event_type.name)?;
    let rule = &machine.events[index];
    let roles = &catalog.roles;
    let id_at = |role: &Option<Pointer>| role.as_ref().and_then(|pointer| Id::at(event, pointer));
    let text = |role: &Option<Pointer>| event.at(role.as_ref()?)?.as_str();
    let kind = rule.kind.map(|kind| &machine.kinds[kind]);

    let mut facts = Facts {
        sound,
        event: index,
        event_id: id_at(&roles.event_id),
        digest: digest(event),
        occurred_at: text(&roles.occurred_at).and_then(Moment::parse),
        occurred_at_text: text(&roles.occurred_at).filter(|_| traced).map(Into::into),
        ulid: text(&roles.event_id).filter(|_| ids_are_ulids).and_then(ulid_milliseconds),
        scope: roles.scope.as_ref().and_then(|pointer| Id::any_at(event, pointer)),
        key: id_at(&roles.idempotency_key),
        aggregate: kind.and_then(|kind| Id::at(event, &kind.id)),
        references: Vec::new(),
        identity: None,
        members: Vec::new(),
    };
    if let Some(kind) = kind {
        let references = kind.references.iter().enumerate();
        facts.references =
            references.filter_map(|(at, (field, _))| Some((at, Id::at(event, field)?))).collect();
        if rule.creates.is_some() && !kind.identity.is_empty() {
            facts.identity = kind.identity.iter().map(|field| Id::any_at(event, field)).collect();
        }
        let members = rule.members.iter();
        facts.members = members
            .filter_map(|(set, add)| Some((*set, *add, Id::at(event, &kind.members[*set].field)?)))
            .collect();
    }
    Some(facts)
}

/// A digest of the JSON value: the same for objects in any order, numbers by value, strings by code points. Of duplicate
/// members the last counts, as everywhere.
fn digest(value: &Value<'_>) -> [u8; 32] {
    let mut hasher = Sha256::new();
    feed(value, &mut hasher);
    hasher.finalize().into()
}

fn feed(value: &Value<'_>, hasher: &mut Sha256) {
    // Each kind begins with its own letter and each text with its length, so that no two values read the same.
    let text = |letter: &[u8], text: &str, hasher: &mut Sha256| {
        hasher.update(letter);
        hasher.update((text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    };
    match &value.kind {
        Kind::Null => hasher.update(b"n"),
        Kind::Bool(value) => hasher.update(if *value { b"t" } else { b"f" }),
        Kind::Number(number) => {
            let normal = Decimal::parse(number).map(|number| number.to_string());
            text(b"N", normal.as_deref().unwrap_or(number), hasher);
        }
        Kind::String(string) => text(b"S", string, hasher),
        Kind::Array(items) => {
            hasher.update(b"A");
            hasher.update((items.len() as u64).to_le_bytes());
            for item in items {
                feed(item, hasher);
            }
        }
        Kind::Object(members) => {
            let members: std::collections::BTreeMap<&str, &Value<'_>> =
                members.iter().map(|member| (member.name.as_ref(), &member.value)).collect();
            hasher.update(b"O");
            hasher.update((members.len() as u64).to_le_bytes());
            for (name, value) in members {
                text(b"S", name, hasher);
                feed(value, hasher);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> [u8; 32] {
        digest(&tidings_json::parse(text.as_bytes(), 128).expect(text).value)
    }

    #[test]
    fn the_same_json_value_has_the_same_digest_and_only_it() {
        assert_eq!(of(r#"{"a": 1, "b": ["\u0041", null]}"#), of(r#"{"b":["A",null],"a":1.0}"#));
        let different = [
            "1",
            "\"1\"",
            "[1]",
            "{}",
            "[]",
            "null",
            "[[],[]]",
            "[[[]]]",
            "{\"a\":{}}",
            "{\"a\":[]}",
            "true",
            "false",
            "-1",
            "11",
        ];
        for (at, a) in different.iter().enumerate() {
            assert!(different[..at].iter().all(|b| of(a) != of(b)), "{a}");
        }
    }
}
