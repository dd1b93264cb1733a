//! Faults of a stream: events that are valid by themselves, but not where they stand.
//!
//! ```text
//! a rule ─→ an action and what is twisted about it ─→ draft ─→ predict ─→ kept if the rule is broken ─→ settle
//! ```

use tidings_engine::Engine;

use super::bind::Draft;
use super::predict::{Delivered, MAX_SKEW, Manifest, Prediction};
use super::{Action, Run, Shift, Target, Twist};
use crate::sample::error::Error;
use crate::sample::faults::Fault;
use crate::sample::rules::{Role, Rules, ScopeRule, TypeRules};
use crate::sample::world::{Aggregate, AggregateKey};

/// How many aggregates or event types are tried for one fault.
const LOOKS: usize = 24;

/// In nanoseconds: longer than any form of a time rounds, and a day.
const MARGIN: i64 = 5_000_000_000;
const DAY: u64 = 86_400_000_000_000;

/// What was made for one line of the stream.
#[derive(Debug, Default)]
pub(crate) struct Made {
    pub(crate) event: usize,
    /// What an audit finds.
    pub(crate) found: Vec<Fault>,
    /// What it is about; lines that share none may change places.
    pub(crate) touches: Vec<u64>,
    /// The event was lost: there is no line.
    pub(crate) lost: bool,
}

/// An event that was made and has not happened yet.
#[derive(Debug)]
pub(crate) struct Sound(Action, Draft);

/// What planting takes besides the run itself.
pub(crate) struct Ground<'g> {
    pub(crate) rules: &'g Rules,
    pub(crate) engine: &'g Engine,
    pub(crate) manifest: &'g Manifest,
    pub(crate) delivered: &'g mut Delivered,
}

impl Run {
    /// From now on remembers what planting faults needs.
    pub(crate) fn expect_faults(&mut self) {
        self.world.remember_the_past();
    }

    /// The next event as the rules have it, with what follows from the faults before it.
    pub(crate) fn step_with_truth(&mut self, ground: &mut Ground<'_>) -> Result<Made, Error> {
        for _ in 0..super::ACTIONS {
            let Some(action) = self.choose(ground.rules) else { continue };
            if let Some(draft) = self.draft(ground.rules, ground.engine, action, &Twist::default())? {
                return Ok(self.finish(ground, &Sound(action, draft)));
            }
        }
        Err(super::Kind::Exhausted { after: self.made }.into())
    }

    /// An event of a type as the rules have it, for somebody to change in a way that the stream survives: `finish` it then.
    pub(crate) fn sound(&mut self, ground: &Ground<'_>, event: usize) -> Result<Option<Sound>, Error> {
        let Some(action) = self.action_for(ground.rules, event) else { return Ok(None) };
        let draft = self.draft(ground.rules, ground.engine, action, &Twist::default())?;
        Ok(draft.map(|draft| Sound(action, draft)))
    }

    /// A valid event of a type that belongs to no place of the stream, for somebody to spoil.
    pub(crate) fn loose(&mut self, rules: &Rules, engine: &Engine, event: usize) -> bool {
        let event_type = &rules.types[event];
        self.shift = Shift::default();
        for _ in 0..LOOKS {
            self.bindings.reset(event_type.slots.len());
            let form = self.tick(event_type);
            let time = (self.clock.now(), form);
            let action = Action { event, target: Target::Nothing };
            let bound = event_type.slots().all(|(number, slot)| {
                let needed = event_type.needed & (1 << number) != 0;
                if slot.is(Role::Id) {
                    self.bind_id(rules, action, event_type, number).is_some()
                } else {
                    self.bind_role(rules, event_type, slot, (number, needed), time).is_some()
                }
            });
            if bound && self.write(rules, event_type) && self.is_valid(engine) {
                return true;
            }
        }
        false
    }

    /// Lets a drafted event happen and be delivered.
    pub(crate) fn finish(&mut self, ground: &mut Ground<'_>, sound: &Sound) -> Made {
        let Sound(action, draft) = sound;
        let action = *action;
        let (rules, manifest) = (ground.rules, ground.manifest);
        let prediction = self.predict(rules, manifest, ground.delivered, action, draft, &Twist::default());
        let touches = self.touches(ground.rules, action, draft);
        if prediction.first {
            self.note_delivered(ground.rules, action.event, ground.delivered);
        }
        self.settle(ground.rules, action, draft);
        Made { event: action.event, found: prediction.found, touches, lost: false }
    }

    /// Plants a fault of a stream; `None` if there is nothing now that could be wrong in this way.
    pub(crate) fn plant(&mut self, ground: &mut Ground<'_>, rule: &str) -> Result<Option<Made>, Error> {
        for _ in 0..LOOKS {
            if rule == "lifecycle/unknown-aggregate" && self.random.chance(1, 2) {
                if let Some(made) = self.lose(ground)? {
                    return Ok(Some(made));
                }
                continue;
            }
            let Some((action, twist)) = self.twist(ground, rule) else { continue };
            let Some(draft) = self.draft(ground.rules, ground.engine, action, &twist)? else { continue };
            let (rules, manifest) = (ground.rules, ground.manifest);
            let prediction = self.predict(rules, manifest, ground.delivered, action, &draft, &twist);
            if prediction.has(rule) && !prediction.unsure {
                return Ok(Some(self.deliver(ground, action, &draft, &twist, prediction)));
            }
        }
        Ok(None)
    }

    /// Delivers a faulty event, and lets happen what the reader takes to have happened.
    fn deliver(
        &mut self,
        ground: &mut Ground<'_>,
        action: Action,
        draft: &Draft,
        twist: &Twist,
        prediction: Prediction,
    ) -> Made {
        let touches = self.touches(ground.rules, action, draft);
        if prediction.first {
            self.note_delivered(ground.rules, action.event, ground.delivered);
        }
        if prediction.applied {
            // A member that isn't there may be named again.
            for (slot, id) in twist.values.iter().filter(|(_, id)| twist.fresh.as_ref() == Some(id)) {
                if let Some(kind) = ground.rules.types[action.event].slots[usize::from(*slot)].reference {
                    self.world.never_heard_of(kind, id);
                }
            }
            // An aggregate that was created with a wrong reference is never spoken of again.
            if matches!(action.target, Target::New(_)) && !twist.values.is_empty() && !twist.taken {
                if let Some(kind) = ground.rules.types[action.event].kind {
                    self.makers.spare[kind] = None;
                }
                draft.identity.into_iter().for_each(|identity| self.world.burn(identity));
            } else {
                self.settle(ground.rules, action, draft);
                if twist.taken {
                    draft.identity.into_iter().for_each(|identity| self.world.burn(identity));
                }
            }
        }
        Made { event: action.event, found: prediction.found, touches, lost: false }
    }

    /// An aggregate is created, but nobody hears of it.
    fn lose(&mut self, ground: &Ground<'_>) -> Result<Option<Made>, Error> {
        let Some(action) = self.choose(ground.rules) else { return Ok(None) };
        if !matches!(action.target, Target::New(_)) {
            return Ok(None);
        }
        let Some(draft) = self.draft(ground.rules, ground.engine, action, &Twist::default())? else {
            return Ok(None);
        };
        let created = self.settle(ground.rules, action, &draft);
        let Some(key) = created else { return Ok(None) };
        self.world.lose(key);
        Ok(Some(Made { lost: true, ..Made::default() }))
    }

    /// What is to happen, and what is to be wrong with it.
    fn twist(&mut self, ground: &Ground<'_>, rule: &str) -> Option<(Action, Twist)> {
        let rules = ground.rules;
        match rule {
            "lifecycle/transition" => {
                let key = self.some_aggregate(rules, true)?;
                let aggregate = self.world.get(key)?;
                let (kind, state) = (aggregate.kind, aggregate.state);
                let refused = |event_type: &TypeRules| {
                    let leads = event_type.effects.leads.get(state).copied().flatten();
                    event_type.effects.creates.is_none() && leads.is_none()
                };
                let event = self.some_type(rules, |it| it.kind == Some(kind) && refused(it))?;
                Some((Action { event, target: Target::Old(key) }, Twist::default()))
            }
            "lifecycle/unknown-aggregate" => {
                let event = self.some_type(rules, |it| it.kind.is_some() && it.effects.creates.is_none())?;
                let action = self.action_for(rules, event)?;
                let id = self.new_id(rules, rules.types[event].kind?)?;
                let twist = valued(rules, event, |slot| slot.is(Role::Id), &id);
                Some((action, Twist { fresh: Some(id), ..twist }))
            }
            "lifecycle/already-exists" => {
                let key = self.some_aggregate(rules, true)?;
                let aggregate = self.world.get(key)?;
                let id = aggregate.id.to_string();
                let action = self.creation_beside(rules, key)?;
                Some((action, valued(rules, action.event, |slot| slot.is(Role::Id), &id)))
            }
            "lifecycle/identity-taken" => self.same_identity(rules),
            "lifecycle/membership" => self.wrong_member(rules),
            "reference/missing" | "reference/not-live" | "reference/other-scope" => {
                self.wrong_reference(rules, rule)
            }
            "dedupe/event-id-conflict" => {
                let id = self.random.pick(&ground.delivered.ids)?.clone();
                let action = self.choose(rules)?;
                Some((action, valued(rules, action.event, |slot| slot.is(Role::EventId), &id)))
            }
            "dedupe/logical-duplicate" => self.same_key(ground),
            "order/time-regression" => {
                let event = self.some_type(rules, |it| it.kind.is_some() && it.effects.creates.is_none())?;
                let action = self.action_for(rules, event)?;
                let Target::Old(key) = action.target else { return None };
                let back = MARGIN + i64::try_from(self.random.below(DAY / 24)).ok()?;
                let time = self.world.get(key)?.latest - back;
                let shift = Shift { time: Some(time), id_time: None };
                Some((action, Twist { shift, ..Twist::default() }))
            }
            "order/ulid-time-skew" => {
                let action = self.choose(rules)?;
                let away = MAX_SKEW * 1_000_000 + MARGIN + i64::try_from(self.random.below(DAY)).ok()?;
                let away = if self.random.chance(1, 2) { away } else { -away };
                // The clock goes on a little while the event is made, but never by as much.
                let shift = Shift { time: None, id_time: Some(self.clock.now() + away) };
                Some((action, Twist { shift, ..Twist::default() }))
            }
            _ => None,
        }
    }

    fn same_identity(&mut self, rules: &Rules) -> Option<(Action, Twist)> {
        let key = self.some_aggregate(rules, false)?;
        self.world.get(key)?.identity?;
        let action = self.creation_beside(rules, key)?;
        let aggregate = self.world.get(key)?;
        let mut twist = Twist { taken: true, ..Twist::default() };
        for (number, slot) in rules.types[action.event].slots().filter(|(_, slot)| slot.identity.is_some()) {
            if let Some(part) = slot.record {
                twist.values.push((number, aggregate.record.get(part)?.as_ref()?.to_string()));
            }
        }
        Some((action, twist))
    }

    fn wrong_member(&mut self, rules: &Rules) -> Option<(Action, Twist)> {
        let event = self.some_type(rules, |it| it.effects.adds.is_some() || it.effects.removes.is_some())?;
        let event_type = &rules.types[event];
        let kind = event_type.kind?;
        let set = event_type.effects.adds.or(event_type.effects.removes)?;
        let allowed = |aggregate: &Aggregate| {
            aggregate.delivered
                && event_type.effects.leads.get(aggregate.state).copied().flatten().is_some()
                && aggregate.sets.get(set).is_some_and(|set| !set.is_empty())
        };
        let key = self.some_of(kind, allowed)?;
        let slot = event_type.slot(|slot| slot.member == Some(set))?;
        let members = self.world.get(key)?.sets.get(set)?.clone();
        let member = if event_type.effects.adds.is_some() {
            self.random.pick(&members)?.to_string()
        } else {
            let target = event_type.slots[usize::from(slot)].reference;
            match target {
                Some(target) => {
                    let scope = self.world.get(key)?.scope;
                    let other = self.some_of(target, |it| it.delivered && it.scope == scope)?;
                    self.world.get(other)?.id.to_string()
                }
                None => self.makers.members.get_mut(kind)?.get_mut(set)?.make(
                    self.clock.now(),
                    &rules.graph,
                    &mut self.random,
                )?,
            }
        };
        let twist = Twist { values: vec![(slot, member)], ..Twist::default() };
        Some((Action { event, target: Target::Old(key) }, twist))
    }

    fn wrong_reference(&mut self, rules: &Rules, rule: &str) -> Option<(Action, Twist)> {
        let creates = rule == "reference/not-live";
        let event = self.some_type(rules, |it| {
            (it.effects.creates.is_some() || !creates) && it.slots().any(|(_, slot)| slot.reference.is_some())
        })?;
        let event_type = &rules.types[event];
        let slots: Vec<u8> = event_type
            .slots()
            .filter(|(_, slot)| {
                slot.reference.is_some() || rule.ends_with("other-scope") && slot.is(Role::Scope)
            })
            .map(|(number, _)| number)
            .collect();
        let slot = *self.random.pick(&slots)?;
        let target = event_type.slots[usize::from(slot)].reference;
        let mut action = self.action_for(rules, event)?;
        let scope = match action.target {
            Target::New(scope) => scope,
            Target::Old(key) => self.world.get(key)?.scope,
            Target::Nothing => None,
        };
        let id = match (rule, target) {
            ("reference/missing", Some(target)) => self.new_id(rules, target)?,
            ("reference/not-live", Some(target)) => {
                let live = &rules.kinds[target].live;
                let graves: Vec<AggregateKey> = self.world.graves(target).collect();
                let dead = |it: &Aggregate| it.delivered && !live[it.state];
                let grave = self.random.pick(&graves).copied();
                let grave = grave.filter(|key| self.world.get(*key).is_some_and(dead));
                let key = match grave {
                    Some(key) if self.random.chance(1, 2) => key,
                    _ => self.some_of(target, dead).or(grave)?,
                };
                let dead = self.world.get(key)?;
                if let Target::New(_) = action.target
                    && rules.kinds[target].is_scoped()
                {
                    action.target = Target::New(dead.scope);
                }
                dead.id.to_string()
            }
            (_, Some(target)) if !event_type.slots[usize::from(slot)].is(Role::Scope) => {
                let live = &rules.kinds[target].live;
                let foreign = |it: &Aggregate| it.delivered && live[it.state] && it.scope != scope;
                let key = self.some_of(target, foreign)?;
                self.world.get(key)?.id.to_string()
            }
            _ => {
                let scopes = self.world.scopes();
                let other = *scopes.get(self.random.index(scopes.len()))?;
                self.world.scope_text(other).to_owned()
            }
        };
        let fresh = (rule == "reference/missing").then(|| id.clone());
        Some((action, Twist { values: vec![(slot, id)], fresh, ..Twist::default() }))
    }

    /// The same logical event once more, under another id.
    fn same_key(&mut self, ground: &Ground<'_>) -> Option<(Action, Twist)> {
        let seen = self.random.pick(&ground.delivered.keys)?.clone();
        let event_type = &ground.rules.types[seen.event];
        let key_of = |run: &mut Self| run.some_of(event_type.kind?, |it| it.delivered);
        let target = match (event_type.kind, event_type.effects.creates) {
            (None, _) => Target::Nothing,
            (Some(_), None) => Target::Old(key_of(self)?),
            (Some(kind), Some(_)) if ground.rules.kinds[kind].scope == ScopeRule::Own => Target::New(None),
            (Some(_), Some(_)) => {
                let key = key_of(self)?;
                Target::New(self.world.get(key)?.scope)
            }
        };
        let mut twist = Twist::default();
        for (number, slot) in event_type.slots() {
            let value = if slot.is(Role::Id) {
                seen.id.clone()
            } else if slot.is(Role::Scope) {
                seen.scope.clone()
            } else {
                slot.is(Role::IdempotencyKey).then(|| seen.key.clone())
            };
            twist.values.extend(value.map(|value| (number, value)));
        }
        Some((Action { event: seen.event, target }, twist))
    }

    /// The creation of another aggregate of the kind and the scope of this one.
    fn creation_beside(&mut self, rules: &Rules, key: AggregateKey) -> Option<Action> {
        let aggregate = self.world.get(key)?;
        let kind = &rules.kinds[aggregate.kind];
        let scope = aggregate.scope.filter(|_| kind.scope != ScopeRule::Own);
        let event = *self.random.pick(&kind.creators)?;
        Some(Action { event, target: Target::New(scope) })
    }

    /// What makes an event of a type happen, if it can happen now.
    fn action_for(&mut self, rules: &Rules, event: usize) -> Option<Action> {
        let event_type = &rules.types[event];
        let Some(kind) = event_type.kind else { return Some(Action { event, target: Target::Nothing }) };
        let effects = &event_type.effects;
        let action = if effects.creates.is_some() {
            self.plan_new(rules, kind, Some(event), None, 0)?
        } else {
            let key = self.some_of(kind, |it| {
                it.delivered
                    && effects.leads.get(it.state).copied().flatten().is_some()
                    && effects.may_add(&it.sets)
                    && effects.may_remove(&it.sets)
            })?;
            self.ready(rules, Action { event, target: Target::Old(key) }, 0)?
        };
        // Whatever else it needs first may happen by itself.
        (action.event == event).then_some(action)
    }

    fn new_id(&mut self, rules: &Rules, kind: usize) -> Option<String> {
        self.makers.kinds.get_mut(kind)?.make(self.clock.now(), &rules.graph, &mut self.random)
    }

    /// An event type that will do.
    fn some_type(&mut self, rules: &Rules, will_do: impl Fn(&TypeRules) -> bool) -> Option<usize> {
        let all: Vec<usize> = (0..rules.types.len()).filter(|at| will_do(&rules.types[*at])).collect();
        self.random.pick(&all).copied()
    }

    /// An aggregate that the reader knows; with `ended` also one that came to its end.
    fn some_aggregate(&mut self, rules: &Rules, ended: bool) -> Option<AggregateKey> {
        let kind = self.random.index(rules.kinds.len());
        let graves: Vec<AggregateKey> = self.world.graves(kind).filter(|_| ended).collect();
        let grave = self.random.pick(&graves).copied();
        let key = match grave {
            Some(grave) if self.random.chance(1, 3) => Some(grave),
            _ => self.some_of(kind, |_| true).or(grave),
        };
        key.filter(|key| self.world.get(*key).is_some_and(|aggregate| aggregate.delivered))
    }

    /// An aggregate of a kind that will do, of those that did not come to their end.
    fn some_of(&mut self, kind: usize, will_do: impl Fn(&Aggregate) -> bool) -> Option<AggregateKey> {
        let list = self.world.of_kind(kind);
        if list.is_empty() {
            return None;
        }
        let start = self.random.index(list.len());
        let around = list[start..].iter().chain(&list[..start]).take(256);
        around.copied().find(|key| self.world.get(*key).is_some_and(&will_do))
    }
}

/// A twist that gives all slots of a kind one value.
fn valued(
    rules: &Rules,
    event: usize,
    is: impl Fn(&crate::sample::rules::Slot) -> bool,
    value: &str,
) -> Twist {
    let slots = rules.types[event].slots().filter(|(_, slot)| is(slot));
    Twist { values: slots.map(|(number, _)| (number, value.to_owned())).collect(), ..Twist::default() }
}
