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
    /// The member that is added or removed, as JSON text.
    member: Option<String>,
}

impl Run {
    /// Decides about the slots of an event. `None` if something that it needs is not to be had.
    pub(super) fn bind(&mut self, rules: &Rules, action: Action) -> Option<Draft> {
        let event_type = &rules.types[action.event];
        self.bindings.reset(event_type.slots.len());
        let mut draft = Draft { from: None, scope: None, member: None };
        match action.target {
            Target::Nothing => draft.scope = self.any_scope(rules, event_type),
            Target::New(scope) => draft.scope = scope,
            Target::Old(key) => {
                let aggregate = self.world.get(key)?;
                draft.from = Some(aggregate.state);
                draft.scope = aggregate.scope;
            }
        }
        let form =
            *self.random.pick_weighted(&event_type.times, TimeForm::weight).unwrap_or(&TimeForm::Seconds);
        self.clock.advance(form, &mut self.random);
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
                draft.member = Some(member);
            } else if slot.record.is_some() || slot.reference.is_some() {
                self.bind_reference(rules, action, slot, (number, needed), &mut targets)?;
            } else {
                self.bind_role(rules, event_type, slot, (number, needed), form)?;
            }
        }
        Some(draft)
    }

    fn bind_id(&mut self, rules: &Rules, action: Action, event_type: &TypeRules, number: u8) -> Option<()> {
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
    fn bind_role(
        &mut self,
        rules: &Rules,
        event_type: &TypeRules,
        slot: &Slot,
        (number, needed): (u8, bool),
        form: TimeForm,
    ) -> Option<()> {
        let now = self.clock.now();
        if slot.is(Role::EventName) {
            self.bindings.set(number, true, |out| out.push_str(&event_type.name_text));
        } else if slot.is(Role::AggregateType) {
            self.bindings.set(number, true, |out| out.push_str(&event_type.kind_text));
        } else if slot.is(Role::EventId) {
            let id = self.makers.events.make(now, &rules.graph, &mut self.random)?;
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

    /// Lets the world know of an event that was made.
    pub(super) fn commit(&mut self, rules: &Rules, action: Action, draft: Draft, identity: Option<u64>) {
        let event_type = &rules.types[action.event];
        let Some(kind) = event_type.kind else { return };
        match action.target {
            Target::Nothing => {}
            Target::New(scope) => self.create(rules, action.event, kind, scope, identity),
            Target::Old(key) => {
                let Some(aggregate) = self.world.get_mut(key) else { return };
                let from = aggregate.state;
                aggregate.state = event_type.effects.leads.get(from).copied().flatten().unwrap_or(from);
                let ended = rules.kinds[kind].ended[aggregate.state];
                if let Some(member) = draft.member {
                    if let Some(set) = event_type.effects.adds.and_then(|set| aggregate.sets.get_mut(set)) {
                        set.push(member.into());
                    } else if let Some(set) =
                        event_type.effects.removes.and_then(|set| aggregate.sets.get_mut(set))
                    {
                        set.retain(|known| **known != *member);
                    }
                }
                if ended {
                    self.world.end(key);
                }
            }
        }
    }

    fn create(
        &mut self,
        rules: &Rules,
        event: usize,
        kind: usize,
        scope: Option<ScopeKey>,
        identity: Option<u64>,
    ) {
        let event_type = &rules.types[event];
        let kind_rules = &rules.kinds[kind];
        let (Some(id), Some(state)) = (self.makers.spare[kind].take(), event_type.effects.creates) else {
            return;
        };
        if kind_rules.ended[state] {
            return;
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
        let sets = vec![Vec::new(); kind_rules.sets.len()];
        let aggregate = Aggregate { kind, state, scope, id: id.into(), record, sets, identity };
        self.world.add(aggregate, &mut self.random);
    }
}
