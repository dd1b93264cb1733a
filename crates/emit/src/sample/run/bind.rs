//! Binding: what the world says about the slots of an event before it is made, and what the world learns from it after.

use super::{Action, Run, Target};
use crate::sample::ids;
use crate::sample::rules::{Role, Rules, ScopeRule, Slot, TypeRules};
use crate::sample::time::TimeForm;
use crate::sample::world::{Aggregate, AggregateKey, Reach, ScopeKey, Search};

/// What was decided about an event that is being made.
#[derive(Debug)]
pub(super) struct Draft {
    /// The state that the aggregate is in, if there is one already.
    pub(super) from: Option<usize>,
    scope: Option<ScopeKey>,
    /// The hash of the identity of the aggregate that it creates.
    pub(super) identity: Option<u64>,
    /// When it happened, in nanoseconds since 1970, and how that is written.
    pub(super) time: i64,
    pub(super) form: TimeForm,
}

impl Run {
    /// Decides about the slots of an event. `None` if something that it needs is not to be had.
    pub(super) fn bind(&mut self, rules: &Rules, action: Action) -> Option<Draft> {
        let event_type = &rules.types[action.event];
        self.bindings.reset(event_type.slots.len());
        let form = TimeForm::Seconds;
        let mut draft = Draft { from: None, scope: None, identity: None, time: 0, form };
        match action.target {
            Target::Nothing => draft.scope = self.any_scope(rules, event_type),
            Target::New(scope) => draft.scope = scope,
            Target::Old(key) => {
                let aggregate = self.world.get(key)?;
                draft.from = Some(aggregate.state);
                draft.scope = aggregate.scope;
            }
        }
        draft.form = self.tick(event_type);
        let form = draft.form;
        draft.time = self.shift.time.unwrap_or(self.clock.now());
        let mut targets = Vec::new();
        for (number, slot) in event_type.slots() {
            let needed = event_type.needed & (1 << number) != 0;
            if slot.is(Role::Id) {
                self.bind_id(rules, action, event_type, number)?;
            } else if slot.is(Role::Scope) && (draft.scope.is_some() || event_type.kind.is_none()) {
                if let Some(scope) = draft.scope {
                    let text = self.world.scope_text(scope);
                    self.bindings.set(number, true, |out| out.push_str(text));
                }
            } else if let Some(set) = slot.member {
                let member = self.member(rules, action, slot, set, draft.scope)?;
                self.bindings.set(number, true, |out| out.push_str(&member));
            } else if slot.record.is_some() || slot.reference.is_some() {
                self.bind_reference(rules, action, slot, (number, needed), &mut targets)?;
            } else {
                self.bind_role(rules, event_type, slot, (number, needed), (draft.time, form))?;
            }
        }
        Some(draft)
    }

    /// Lets the clock go on. Out comes the form in which an event of the type tells the time.
    pub(super) fn tick(&mut self, event_type: &TypeRules) -> TimeForm {
        let form = self.random.pick_weighted(&event_type.times, TimeForm::weight);
        let form = *form.unwrap_or(&TimeForm::Seconds);
        self.clock.advance(form, &mut self.random);
        form
    }

    pub(super) fn bind_id(
        &mut self,
        rules: &Rules,
        action: Action,
        event_type: &TypeRules,
        number: u8,
    ) -> Option<()> {
        let id: &str = if let Target::Old(key) = action.target {
            &self.world.get(key)?.id
        } else {
            let kind = event_type.kind?;
            if self.makers.spare[kind].is_none() {
                let made = self.makers.kinds[kind].make(self.clock.now(), &rules.graph, &mut self.random);
                self.makers.spare[kind] = made;
            }
            self.makers.spare[kind].as_deref()?
        };
        self.bindings.set(number, true, |out| out.push_str(id));
        Some(())
    }

    /// The roles of the envelope.
    pub(super) fn bind_role(
        &mut self,
        rules: &Rules,
        event_type: &TypeRules,
        slot: &Slot,
        (number, needed): (u8, bool),
        (now, form): (i64, TimeForm),
    ) -> Option<()> {
        if slot.is(Role::EventName) {
            self.bindings.set(number, true, |out| out.push_str(&event_type.name_text));
        } else if slot.is(Role::AggregateType) {
            self.bindings.set(number, true, |out| out.push_str(&event_type.kind_text));
        } else if slot.is(Role::EventId) {
            let time = self.shift.id_time.unwrap_or(now);
            let id = self.makers.events.make(time, &rules.graph, &mut self.random)?;
            self.bindings.set(number, true, |out| out.push_str(&id));
        } else if slot.is(Role::OccurredAt) {
            self.bindings.set(number, true, |out| form.write(now, out));
        } else if slot.is(Role::Version) {
            // The current version, mostly.
            let older = if self.random.chance(1, 8) {
                self.random.index(event_type.versions.len().max(1))
            } else {
                0
            };
            if let Some(version) = event_type.versions.get(older) {
                self.bindings.set(number, needed, |out| out.push_str(&version.to_string()));
            }
        } else if slot.is(Role::IdempotencyKey) {
            if needed || self.random.chance(1, 3) {
                let key = self.makers.keys.make(now, &rules.graph, &mut self.random)?;
                self.bindings.set(number, true, |out| out.push_str(&key));
            } else {
                self.bindings.forbid(number);
            }
        }
        Some(())
    }

    /// A place that refers to an aggregate, or that the creating event is remembered for.
    fn bind_reference(
        &mut self,
        rules: &Rules,
        action: Action,
        slot: &Slot,
        (number, needed): (u8, bool),
        targets: &mut Vec<AggregateKey>,
    ) -> Option<()> {
        if let (Target::Old(key), Some(record)) = (action.target, slot.record)
            && let Some(Some(value)) = self.world.get(key)?.record.get(record)
        {
            self.bindings.set(number, false, |out| out.push_str(value));
            return Some(());
        }
        let creating = matches!(action.target, Target::New(_));
        if slot.identity.is_some() && creating {
            self.bindings.must(number);
        }
        let Some(kind) = slot.reference else { return Some(()) };
        let itself = if let Target::Old(key) = action.target { Some(key) } else { None };
        let search = Search { live: creating, but: itself, not_in: &[] };
        let reach = self.reach(rules, action)?;
        let mut target = self.world.target(kind, rules, reach, &search, &mut self.random);
        if target.is_some_and(|target| targets.contains(&target)) {
            // Two places of one event rather refer to two aggregates.
            target = self.world.target(kind, rules, reach, &search, &mut self.random).or(target);
        }
        match target {
            Some(target) => {
                targets.push(target);
                let id = &self.world.get(target)?.id;
                self.bindings.set(number, false, |out| out.push_str(id));
            }
            None if needed => return None,
            None => self.bindings.forbid(number),
        }
        Some(())
    }

    /// A member to add to a set or to remove from it, as JSON text.
    fn member(
        &mut self,
        rules: &Rules,
        action: Action,
        slot: &Slot,
        set: usize,
        scope: Option<ScopeKey>,
    ) -> Option<String> {
        let effects = &rules.types[action.event].effects;
        let (Target::Old(key), None) = (action.target, effects.creates) else { return None };
        let aggregate = self.world.get(key)?;
        let members = aggregate.sets.get(set)?;
        if effects.removes == Some(set) {
            return self.random.pick(members).map(ToString::to_string);
        }
        if let Some(kind) = slot.reference {
            let search = Search { live: false, but: Some(key), not_in: members };
            let target = self.world.target(kind, rules, Reach::of(scope), &search, &mut self.random)?;
            return Some(self.world.get(target)?.id.to_string());
        }
        let set_key = (aggregate.kind, set);
        let is_out = |member: &str| !members.iter().any(|known| **known == *member);
        let recent: Vec<&str> =
            self.world.recent_members(scope, set_key).filter(|recent| is_out(recent)).collect();
        if self.random.chance(1, 2)
            && let Some(known) = self.random.pick(&recent)
        {
            return Some((*known).to_owned());
        }
        let maker = self.makers.members.get_mut(aggregate.kind)?.get_mut(set)?;
        let made = (0..8).find_map(|_| {
            maker.make(self.clock.now(), &rules.graph, &mut self.random).filter(|id| is_out(id))
        });
        let member = made?;
        self.world.note_member(scope, set_key, &member, &mut self.random);
        Some(member)
    }

    /// The hash of the identity of a new aggregate, from what was written.
    pub(super) fn identity(&self, rules: &Rules, event_type: &TypeRules) -> Option<u64> {
        let mut parts: Vec<(usize, &str)> = event_type
            .slots()
            .filter_map(|(number, slot)| {
                Some((slot.identity?, self.captured.text(number, &self.out).unwrap_or("")))
            })
            .collect();
        if parts.is_empty() {
            return None;
        }
        parts.sort_unstable();
        let kind = &rules.kinds[event_type.kind?].name;
        let texts: Vec<&str> =
            [kind.as_str()].into_iter().chain(parts.into_iter().map(|(_, text)| text)).collect();
        Some(ids::hash(&texts))
    }

    /// Lets the world know of an event that was made. Out comes the aggregate that it created, if it is remembered.
    pub(super) fn commit(&mut self, rules: &Rules, action: Action, draft: &Draft) -> Option<AggregateKey> {
        let event_type = &rules.types[action.event];
        let kind = event_type.kind?;
        match action.target {
            Target::Nothing => None,
            Target::New(scope) => self.create(rules, action.event, kind, scope, draft),
            Target::Old(key) => {
                let effects = &event_type.effects;
                let set = effects.adds.or(effects.removes);
                let member = event_type.slot(|slot| slot.member.is_some() && slot.member == set);
                let member = member.and_then(|number| self.captured.text(number, &self.out));
                let aggregate = self.world.get_mut(key)?;
                let from = aggregate.state;
                aggregate.state = effects.leads.get(from).copied().flatten().unwrap_or(from);
                aggregate.latest = aggregate.latest.max(draft.time);
                if let (Some(member), Some(set)) = (member, set.and_then(|set| aggregate.sets.get_mut(set))) {
                    if effects.adds.is_some() {
                        set.push(member.into());
                    } else {
                        set.retain(|known| **known != *member);
                    }
                }
                if rules.kinds[kind].ended[aggregate.state] {
                    self.world.end(key);
                }
                None
            }
        }
    }

    fn create(
        &mut self,
        rules: &Rules,
        event: usize,
        kind: usize,
        scope: Option<ScopeKey>,
        draft: &Draft,
    ) -> Option<AggregateKey> {
        let event_type = &rules.types[event];
        let kind_rules = &rules.kinds[kind];
        let id = self.makers.spare[kind].take()?;
        let state = event_type.effects.creates?;
        if kind_rules.ended[state] {
            return None;
        }
        let mut record = vec![None; kind_rules.recorded];
        for (number, slot) in event_type.slots() {
            if let Some(place) = slot.record.and_then(|at| record.get_mut(at)) {
                *place = self.captured.text(number, &self.out).map(Into::into);
            }
        }
        let scope = match kind_rules.scope {
            ScopeRule::Own => Some(self.world.add_scope(&id, false)),
            _ => scope,
        };
        let aggregate = Aggregate {
            kind,
            state,
            scope,
            id: id.into(),
            record,
            sets: vec![Vec::new(); kind_rules.sets.len()],
            identity: draft.identity,
            latest: draft.time,
            delivered: true,
        };
        Some(self.world.add(aggregate, &mut self.random))
    }
}
