//! What happens next: goals while there are any, then what comes, with busy aggregates far more often than quiet ones.
//!
//! Whatever is chosen, what it needs comes first: if no live target of a reference is in reach, the action becomes the one
//! that leads to such a target.

use super::{Action, Run, Target};
use crate::sample::ids;
use crate::sample::rules::{Role, Rules, ScopeRule, TypeRules};
use crate::sample::world::{Aggregate, AggregateKey, Reach, ScopeKey, Search};

/// How deep what an action needs may need other things.
const MAX_DEPTH: u32 = 12;

/// How many scopes that belong to no aggregate are made.
const MAX_FREE_SCOPES: usize = 12;

/// Aggregates before this place in their list are busy, and seldom come to their end.
const BUSY: usize = 8;

impl Run {
    /// The next action, if this try finds one.
    pub(super) fn choose(&mut self, rules: &Rules) -> Option<Action> {
        let share = if self.goals.are_urgent() { 7 } else { 5 };
        if self.goals.are_open() && self.random.chance(share, 8) {
            return self.pursue(rules);
        }
        let alone = rules.types.iter().filter(|event_type| event_type.kind.is_none()).count();
        if alone > 0 && self.random.chance(alone as u64, 2 * rules.types.len() as u64)
            || alone == rules.types.len()
        {
            let chosen = self.random.index(alone);
            let event = (0..rules.types.len()).filter(|at| rules.types[*at].kind.is_none()).nth(chosen)?;
            return Some(Action { event, target: Target::Nothing });
        }
        if self.random.chance(13, 16) {
            // Some picks are idle: nothing ends as often as it could.
            for _ in 0..8 {
                if let Some(action) = self.continue_one(rules) {
                    return Some(action);
                }
            }
        }
        self.begin_one(rules)
    }

    /// Something new of some kind.
    fn begin_one(&mut self, rules: &Rules) -> Option<Action> {
        let weights = rules.kinds.iter().map(|kind| if kind.creators.is_empty() { 0 } else { kind.weight });
        let mut kind = self.random.weighted(weights)?;
        // Now and then what the kind refers to instead, so that the next one finds something new to refer to.
        if self.random.chance(1, 4) {
            let creator = *rules.kinds[kind].creators.first()?;
            let targets: Vec<usize> =
                rules.types[creator].slots().filter_map(|(_, slot)| slot.reference).collect();
            kind = self.random.pick(&targets).copied().unwrap_or(kind);
        }
        self.plan_new(rules, kind, None, None, 0)
    }

    /// Something that happens to an aggregate that exists.
    fn continue_one(&mut self, rules: &Rules) -> Option<Action> {
        let weights = rules.kinds.iter().enumerate().map(|(at, kind)| {
            let idle = kind.options.iter().all(Vec::is_empty) || self.world.of_kind(at).is_empty();
            if idle { 0 } else { kind.weight }
        });
        let weights: Vec<u64> = weights.collect();
        let kind = self.random.weighted(weights.into_iter())?;
        let list = self.world.of_kind(kind);
        let place = self.random.skewed_index(list.len());
        let key = *list.get(place)?;
        let aggregate = self.world.get(key)?;
        let options = rules.kinds[kind].options.get(aggregate.state)?;
        let weigh = |event: usize, to: usize| -> u64 {
            let effects = &rules.types[event].effects;
            if !effects.may_add(&aggregate.sets) || !effects.may_remove(&aggregate.sets) {
                return 0;
            }
            match (rules.kinds[kind].ended[to], to == aggregate.state) {
                (true, _) => u64::from(place >= BUSY) * 7 + 1,
                (false, true) => 48,
                (false, false) => 24,
            }
        };
        let mut weights: Vec<u64> = options.iter().map(|option| weigh(option.event, option.to)).collect();
        // Where there is nothing to do but end, mostly nothing is done.
        if weights.iter().all(|weight| *weight < 24) {
            weights.push(48);
        }
        let event = options.get(self.random.weighted(weights.into_iter())?)?.event;
        self.ready(rules, Action { event, target: Target::Old(key) }, 0)
    }

    /// The action that makes a new aggregate, or the first that it needs. `creator` is the event type, if it matters.
    pub(super) fn plan_new(
        &mut self,
        rules: &Rules,
        kind: usize,
        creator: Option<usize>,
        scope: Option<ScopeKey>,
        depth: u32,
    ) -> Option<Action> {
        let creators = &rules.kinds[kind].creators;
        let event = creator.or_else(|| self.random.pick(creators).copied())?;
        let scope = match rules.kinds[kind].scope {
            // It would be a scope of its own, not one in that scope.
            ScopeRule::Own if scope.is_some() => return None,
            ScopeRule::Own | ScopeRule::None => None,
            ScopeRule::Reference(target) if scope.is_none() => {
                let search = Search { live: true, ..Search::default() };
                match self.world.target(target, rules, Reach::Everywhere, &search, &mut self.random) {
                    Some(key) => Some(self.world.get(key)?.scope?),
                    None => return self.make_live(rules, target, Reach::Everywhere, depth + 1),
                }
            }
            ScopeRule::Reference(_) => scope,
            ScopeRule::Free => Some(scope.or_else(|| self.free_scope(rules))?),
        };
        self.ready(rules, Action { event, target: Target::New(scope) }, depth)
    }

    /// The action itself, if all that it must refer to is there; else one that leads there.
    pub(super) fn ready(&mut self, rules: &Rules, action: Action, depth: u32) -> Option<Action> {
        if depth > MAX_DEPTH {
            return None;
        }
        let event_type = &rules.types[action.event];
        let itself = match action.target {
            Target::Nothing => return Some(action),
            Target::New(_) => None,
            Target::Old(key) => Some(key),
        };
        let reach = self.reach(rules, action)?;
        for (number, slot) in event_type.slots() {
            let Some(kind) = slot.reference.filter(|_| !slot.is(Role::Id)) else { continue };
            let removed = slot.member.is_some() && event_type.effects.removes == slot.member;
            if removed || itself.is_some_and(|key| self.repeats(key, slot.record)) {
                continue;
            }
            let needed = event_type.needed & (1 << number) != 0 || slot.member.is_some();
            let live = itself.is_none();
            let members = self.members(itself, event_type, slot.member);
            let search = Search { live, but: itself, not_in: &members };
            if self.world.target(kind, rules, reach, &search, &mut self.random).is_some() {
                continue;
            }
            if needed {
                return self.make_live(rules, kind, reach, depth + 1);
            }
            if depth < 2
                && self.random.chance(1, 4)
                && let Some(first) = self.make_live(rules, kind, reach, depth + 1)
            {
                return Some(first);
            }
        }
        Some(action)
    }

    /// How far the references of an event reach.
    pub(super) fn reach(&self, rules: &Rules, action: Action) -> Option<Reach> {
        let kind = rules.types[action.event].kind;
        Some(match action.target {
            Target::Nothing => Reach::Everywhere,
            Target::New(_) if kind.is_some_and(|kind| rules.kinds[kind].scope == ScopeRule::Own) => {
                Reach::Nowhere
            }
            Target::New(scope) => Reach::of(scope),
            Target::Old(key) => Reach::of(self.world.get(key)?.scope),
        })
    }

    /// Whether an aggregate's creating event is remembered for a value here.
    fn repeats(&self, key: AggregateKey, record: Option<usize>) -> bool {
        let recorded = |aggregate: &Aggregate| {
            record.and_then(|at| aggregate.record.get(at)).is_some_and(Option::is_some)
        };
        self.world.get(key).is_some_and(recorded)
    }

    /// Those who are in the set that an event adds a member to.
    fn members(
        &self,
        key: Option<AggregateKey>,
        event_type: &TypeRules,
        set: Option<usize>,
    ) -> Vec<Box<str>> {
        let Some(set) = set.filter(|_| event_type.effects.adds == set) else { return Vec::new() };
        key.and_then(|key| self.world.get(key)?.sets.get(set).cloned()).unwrap_or_default()
    }

    /// An action that leads to a live aggregate of a kind: one step of one that is not live, or a new one.
    fn make_live(&mut self, rules: &Rules, kind: usize, reach: Reach, depth: u32) -> Option<Action> {
        if depth > MAX_DEPTH {
            return None;
        }
        let kind_rules = &rules.kinds[kind];
        let waiting = self.world.in_reach(kind, kind_rules, reach).iter().take(64).find_map(|key| {
            let event = kind_rules.toward_live(self.world.get(*key)?.state)?;
            Some(Action { event, target: Target::Old(*key) })
        });
        if let Some(action) = waiting {
            return self.ready(rules, action, depth + 1);
        }
        let scope = match reach {
            Reach::In(scope) if kind_rules.is_scoped() => Some(scope),
            Reach::Nowhere if kind_rules.is_scoped() => return None,
            _ => None,
        };
        self.plan_new(rules, kind, None, scope, depth + 1)
    }

    /// A scope for an event that is about no aggregate.
    pub(super) fn any_scope(&mut self, rules: &Rules, event_type: &TypeRules) -> Option<ScopeKey> {
        event_type.slot(|slot| slot.is(Role::Scope))?;
        self.free_scope(rules)
    }

    /// A scope that belongs to no aggregate; where scopes do, any that there is.
    fn free_scope(&mut self, rules: &Rules) -> Option<ScopeKey> {
        let owned = rules.kinds.iter().any(|kind| kind.scope == ScopeRule::Own);
        let few = self.world.scopes().len() < MAX_FREE_SCOPES;
        if !owned && few && (self.world.scopes().is_empty() || self.random.chance(1, 8)) {
            self.new_scope(rules);
        }
        let scopes = self.world.scopes();
        if scopes.is_empty() { None } else { Some(scopes[self.random.skewed_index(scopes.len())]) }
    }

    fn new_scope(&mut self, rules: &Rules) {
        let nodes = rules.nodes(|_, slot| slot.is(Role::Scope));
        let Some(first) = nodes.first() else { return };
        for _ in 0..8 {
            let made = ids::make_at(*first, self.clock.now(), &rules.graph, &mut self.random);
            let Some(text) = made else { continue };
            let known = self.world.scopes().iter().any(|scope| self.world.scope_text(*scope) == text);
            if !known && ids::accepted(&nodes, &text, &rules.graph) {
                self.world.add_scope(&text, true);
                return;
            }
        }
    }
}
