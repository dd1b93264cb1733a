//! What an audit has to find in the event that was just made, told from what the run itself knows: the other half of the
//! truth about faults.
//!
//! Nothing here is shared with the audit. What the reader of the stream knows is the world, but for the aggregates whose
//! creating event was never delivered.

use tidings_catalog::Catalog;
use tidings_engine::Engine;

use super::bind::Draft;
use super::{Action, Run, Target, Twist};
use crate::sample::faults::Fault;
use crate::sample::ids::{self, CROCKFORD};
use crate::sample::rules::{Role, Rules, TypeRules};
use crate::sample::time::TimeForm;
use crate::sample::world::Known;

/// How far a ULID's time may be from the event's, in milliseconds: what an audit takes for granted.
pub(super) const MAX_SKEW: i64 = 5 * 60 * 1000;

/// How many of the latest ids and keys are remembered.
const RECENT: usize = 64;

/// What of the manifest predictions need besides the rules.
#[derive(Debug)]
pub(crate) struct Manifest {
    /// By event type: where the id of its aggregate stands in its family.
    own: Vec<String>,
    /// By event type: whether its id tells a time.
    ulids: Vec<bool>,
    scopes: bool,
}

impl Manifest {
    pub(crate) fn new(catalog: &Catalog, engine: &Engine) -> Self {
        let types = || catalog.event_types.values();
        let own = |event_type| catalog.aggregate_of(event_type).map(|aggregate| aggregate.id.to_string());
        Self {
            own: types().map(|event_type| own(event_type).unwrap_or_default()).collect(),
            ulids: types().map(|event_type| engine.event_ids_are_ulids(event_type)).collect(),
            scopes: catalog.roles.scope.is_some(),
        }
    }
}

/// An idempotency key that was delivered, as JSON text, with the event that had it.
#[derive(Clone, Debug)]
pub(super) struct KeySeen {
    pub(super) event: usize,
    pub(super) scope: Option<String>,
    pub(super) key: String,
    pub(super) id: Option<String>,
}

/// What was delivered lately.
#[derive(Debug, Default)]
pub(crate) struct Delivered {
    pub(super) ids: Vec<String>,
    pub(super) keys: Vec<KeySeen>,
    next: usize,
}

/// What comes of an event.
#[derive(Debug, Default)]
pub(super) struct Prediction {
    pub(super) found: Vec<Fault>,
    /// Whether the reader applies it to its aggregate.
    pub(super) applied: bool,
    /// Whether its id and key are remembered as those of this event.
    pub(super) first: bool,
    /// Whether what the reader knows can't be told any more.
    pub(super) unsure: bool,
}

impl Prediction {
    pub(super) fn has(&self, rule: &str) -> bool {
        self.found.iter().any(|fault| fault.rule == rule)
    }
}

impl Run {
    /// The text of a slot as it was written.
    pub(super) fn written(&self, slot: Option<u8>) -> Option<&str> {
        self.captured.text(slot?, &self.out)
    }

    /// What an audit finds in the event that was drafted.
    pub(super) fn predict(
        &self,
        rules: &Rules,
        manifest: &Manifest,
        delivered: &Delivered,
        action: Action,
        draft: &Draft,
        twist: &Twist,
    ) -> Prediction {
        let event_type = &rules.types[action.event];
        let slot = |role: Role| event_type.slot(|slot| slot.is(role));
        let mut prediction = Prediction::default();
        let found = &mut prediction.found;
        let mut report = |rule: &'static str, slot: Option<u8>| {
            found.push(Fault { rule, pointer: Some(pointer(event_type, slot)) });
        };
        let id = self.written(slot(Role::EventId));
        if id.is_some_and(|id| delivered.ids.iter().any(|known| known == id)) {
            report("dedupe/event-id-conflict", slot(Role::EventId));
            return prediction;
        }
        let scope = self.written(slot(Role::Scope));
        let key = self.written(slot(Role::IdempotencyKey));
        let same = |seen: &KeySeen| {
            seen.event == action.event && seen.scope.as_deref() == scope && Some(seen.key.as_str()) == key
        };
        if delivered.keys.iter().any(same) {
            report("dedupe/logical-duplicate", slot(Role::IdempotencyKey));
            return prediction;
        }
        prediction.first = true;
        if event_type.kind.is_some() {
            let mut unsure = false;
            let applied =
                self.about_aggregate(rules, manifest, action, (draft, twist), &mut unsure, &mut report);
            prediction.applied = applied;
            prediction.unsure = unsure;
            if !applied {
                return prediction;
            }
        }
        let time = matches!(draft.form, TimeForm::DateTime { .. }).then_some(draft.time);
        let made = id.filter(|_| manifest.ulids[action.event]).and_then(ulid_milliseconds);
        if let (Some(time), Some(made)) = (time, made)
            && (made - time.div_euclid(1_000_000)).abs() > MAX_SKEW
        {
            report("order/ulid-time-skew", slot(Role::EventId));
        }
        prediction
    }

    /// References, lifecycle, identity, members and order. Out comes whether the reader applies the event.
    fn about_aggregate(
        &self,
        rules: &Rules,
        manifest: &Manifest,
        action: Action,
        (draft, twist): (&Draft, &Twist),
        unsure: &mut bool,
        report: &mut dyn FnMut(&'static str, Option<u8>),
    ) -> bool {
        let event_type = &rules.types[action.event];
        let Some(kind) = event_type.kind else { return false };
        let effects = &event_type.effects;
        let scope_slot = event_type.slot(|slot| slot.is(Role::Scope));
        let scope = self.written(scope_slot);
        let scope_of = |aggregate: &super::super::world::Aggregate| {
            aggregate.scope.map(|scope| self.world.scope_text(scope))
        };
        for (number, slot) in event_type.slots() {
            let (Some(target), Some(id)) = (slot.reference, self.written(Some(number))) else { continue };
            let Some(target_kind) = rules.kinds.get(target) else { continue };
            let aggregate = match self.world.known(target, id) {
                Known::Is(aggregate) => aggregate,
                // It came to its end and was forgotten; once it was there, and it was of the same scope.
                Known::Forgotten if twist.fresh.as_deref() != Some(id) => {
                    *unsure |= effects.creates.is_some() || !twist.values.is_empty();
                    continue;
                }
                Known::Unheard | Known::Forgotten => {
                    report("reference/missing", Some(number));
                    continue;
                }
            };
            if manifest.scopes && scope_of(aggregate) != scope {
                report("reference/other-scope", Some(number));
            }
            if effects.creates.is_some() && !target_kind.live[aggregate.state] {
                report("reference/not-live", Some(number));
            }
        }
        let own_slot =
            event_type.slots().find(|(_, slot)| slot.pointer.to_string() == manifest.own[action.event]);
        let own_slot = own_slot.map(|(number, _)| number);
        let own = self.written(own_slot).and_then(|id| match self.world.known(kind, id) {
            Known::Is(aggregate) => Some(aggregate),
            Known::Unheard | Known::Forgotten => None,
        });
        if manifest.scopes && own.is_some_and(|own| scope_of(own) != scope) {
            report("reference/other-scope", scope_slot);
        }
        match (own, effects.creates) {
            (Some(_), Some(_)) => {
                report("lifecycle/already-exists", own_slot);
                false
            }
            (None, None) => {
                report("lifecycle/unknown-aggregate", own_slot);
                false
            }
            (None, Some(_)) => {
                if draft.identity.is_some_and(|identity| self.world.is_taken(identity)) {
                    report("lifecycle/identity-taken", own_slot);
                }
                true
            }
            (Some(own), None) => {
                if effects.leads.get(own.state).copied().flatten().is_none() {
                    report("lifecycle/transition", event_type.slot(|slot| slot.is(Role::EventName)));
                    return false;
                }
                let mut fits = true;
                for (number, slot) in event_type.slots() {
                    let (Some(set), Some(member)) = (slot.member, self.written(Some(number))) else {
                        continue;
                    };
                    let is_in =
                        own.sets.get(set).is_some_and(|set| set.iter().any(|known| **known == *member));
                    if effects.adds == Some(set) && is_in || effects.removes == Some(set) && !is_in {
                        report("lifecycle/membership", Some(number));
                        fits = false;
                    }
                }
                if fits && matches!(draft.form, TimeForm::DateTime { .. }) && draft.time < own.latest {
                    report("order/time-regression", event_type.slot(|slot| slot.is(Role::OccurredAt)));
                }
                fits
            }
        }
    }

    /// Notes that the event was delivered.
    pub(super) fn note_delivered(&self, rules: &Rules, event: usize, delivered: &mut Delivered) {
        let event_type = &rules.types[event];
        let text = |role: Role| self.written(event_type.slot(|slot| slot.is(role))).map(str::to_owned);
        let at = delivered.next % RECENT;
        delivered.next += 1;
        if let Some(id) = text(Role::EventId) {
            put(&mut delivered.ids, at, id);
        }
        if let Some(key) = text(Role::IdempotencyKey) {
            let seen = KeySeen { event, scope: text(Role::Scope), key, id: text(Role::Id) };
            put(&mut delivered.keys, at, seen);
        }
    }

    /// What the event is about, as numbers: two events that share none may change places.
    pub(super) fn touches(&self, rules: &Rules, action: Action, draft: &Draft) -> Vec<u64> {
        let event_type = &rules.types[action.event];
        let hash = |name: &str, text: &str| ids::hash(&[name, text]);
        let own = match action.target {
            Target::Old(key) => self.world.get(key).and_then(|aggregate| aggregate.identity),
            _ => None,
        };
        let mut touches: Vec<u64> = draft.identity.into_iter().chain(own).collect();
        for (number, slot) in event_type.slots() {
            let Some(text) = self.written(Some(number)) else { continue };
            let kind = slot.reference.or(event_type.kind.filter(|_| slot.is(Role::Id)));
            touches.extend(kind.map(|kind| hash(&rules.kinds[kind].name, text)));
            if slot.is(Role::EventId) || slot.is(Role::IdempotencyKey) {
                touches.push(hash("", text));
            }
        }
        touches
    }
}

fn put<T>(ring: &mut Vec<T>, at: usize, new: T) {
    match ring.get_mut(at) {
        Some(old) => *old = new,
        None => ring.push(new),
    }
}

fn pointer(event_type: &TypeRules, slot: Option<u8>) -> String {
    slot.map(|slot| event_type.slots[usize::from(slot)].pointer.to_string()).unwrap_or_default()
}

/// The time in a ULID, given as JSON text, in milliseconds since 1970.
fn ulid_milliseconds(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('"')?.get(..10)?;
    digits.bytes().try_fold(0_i64, |time, digit| {
        let value = CROCKFORD.iter().position(|known| *known == digit)?;
        Some(time * 32 + i64::try_from(value).ok()?)
    })
}
