//! Slots: the places of an event type whose values the stream decides, and what each is for.

use tidings_catalog::{Catalog, EventType};
use tidings_json::Pointer;

/// One place and everything that it is.
#[derive(Clone, Debug, Default)]
pub(crate) struct Slot {
    pub(crate) pointer: Pointer,
    roles: Vec<Role>,
    /// The kind of the aggregate whose id stands here.
    pub(crate) reference: Option<usize>,
    /// The place among the parts of the aggregate's identity.
    pub(crate) identity: Option<usize>,
    /// The place among what the aggregate's creating event is remembered for.
    pub(crate) record: Option<usize>,
    /// The set that the event adds this member to or removes it from.
    pub(crate) member: Option<usize>,
}

/// What a place says of the event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    EventName,
    EventId,
    OccurredAt,
    AggregateType,
    /// The id of the aggregate that the event is about.
    Id,
    Version,
    IdempotencyKey,
    Scope,
}

impl Slot {
    pub(crate) fn is(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }
}

/// The slots of an event type.
pub(crate) fn slots(catalog: &Catalog, event_type: &EventType) -> Vec<Slot> {
    let mut slots: Vec<Slot> = Vec::new();
    let roles = &catalog.roles;
    let aggregate = catalog.aggregate_of(event_type);
    let mut add = |pointer: Option<&Pointer>, set: &dyn Fn(&mut Slot)| {
        let Some(pointer) = pointer.filter(|pointer| !pointer.is_root()) else { return };
        let at = slots.iter().position(|slot| slot.pointer == *pointer).unwrap_or_else(|| {
            slots.push(Slot { pointer: pointer.clone(), ..Slot::default() });
            slots.len() - 1
        });
        set(&mut slots[at]);
    };
    add(roles.event_name.as_ref(), &|slot| slot.roles.push(Role::EventName));
    add(roles.event_id.as_ref(), &|slot| slot.roles.push(Role::EventId));
    add(roles.occurred_at.as_ref(), &|slot| slot.roles.push(Role::OccurredAt));
    add(roles.version.as_ref(), &|slot| slot.roles.push(Role::Version));
    add(roles.idempotency_key.as_ref(), &|slot| slot.roles.push(Role::IdempotencyKey));
    add(roles.scope.as_ref(), &|slot| slot.roles.push(Role::Scope));
    let Some(aggregate) = aggregate else { return slots };
    add(roles.aggregate_type.as_ref(), &|slot| slot.roles.push(Role::AggregateType));
    add(roles.aggregate_id.as_ref(), &|slot| slot.roles.push(Role::Id));
    add(Some(&aggregate.id), &|slot| slot.roles.push(Role::Id));
    for reference in aggregate.references.iter().filter(|reference| reference.field != aggregate.id) {
        let kind = catalog.aggregates.get_index_of(&reference.to);
        add(Some(&reference.field), &|slot| slot.reference = kind);
    }
    for (index, set) in aggregate.members.iter().enumerate() {
        if [&set.add, &set.remove].contains(&&event_type.name) {
            add(Some(&set.field), &|slot| slot.member = Some(index));
        }
    }
    for (index, field) in aggregate.identity.iter().enumerate() {
        add(Some(field), &|slot| slot.identity = Some(index));
    }
    for (index, field) in recorded(catalog, event_type).into_iter().enumerate() {
        add(Some(&field), &|slot| slot.record = Some(index));
    }
    slots
}

/// What the creating event of an aggregate is remembered for, since its other events may repeat it: where it refers to,
/// and its identity.
pub(crate) fn recorded(catalog: &Catalog, event_type: &EventType) -> Vec<Pointer> {
    let Some(aggregate) = catalog.aggregate_of(event_type) else { return Vec::new() };
    let members: Vec<&Pointer> = aggregate.members.iter().map(|set| &set.field).collect();
    let fields = aggregate.references.iter().map(|reference| &reference.field).chain(&aggregate.identity);
    let mut recorded: Vec<Pointer> = Vec::new();
    for field in fields {
        let elsewhere =
            *field == aggregate.id || catalog.roles.scope.as_ref() == Some(field) || members.contains(&field);
        if !elsewhere && !recorded.contains(field) {
            recorded.push(field.clone());
        }
    }
    recorded
}
