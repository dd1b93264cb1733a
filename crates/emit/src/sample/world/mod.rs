//! The aggregates that a stream may still speak of.
//!
//! Bounded: of each kind only so many are remembered. One that is forgotten is never spoken of again, and what may not be
//! taken twice (its id, the identity of one that did not end) stays taken.

use std::collections::{HashMap, HashSet, VecDeque};

use super::random::Random;
use super::rules::{KindRules, Rules};

/// How many aggregates of a kind are remembered.
const MAX_REMEMBERED: usize = 4096;

/// How many aggregates are looked at to find one that will do.
const LOOKS: usize = 64;

/// How many ids of members a scope remembers.
const MAX_RECENT: usize = 16;

/// How many aggregates of a kind are remembered after their end, where that matters.
const MAX_GRAVES: usize = 16;

/// Names an aggregate while it is remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AggregateKey(usize);

/// Names a scope while it is remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ScopeKey(usize);

/// Names a set of members: its kind, and its place among that kind's sets.
pub(crate) type SetKey = (usize, usize);

/// How far references of an aggregate reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// It has no scope.
    Everywhere,
    /// To its own scope, and to what has none.
    In(ScopeKey),
    /// Only to what has no scope: it makes a scope of its own, in which nothing is yet.
    Nowhere,
}

impl Reach {
    /// The reach of what is in a scope, or in none.
    pub(crate) fn of(scope: Option<ScopeKey>) -> Self {
        scope.map_or(Self::Everywhere, Self::In)
    }
}

/// One aggregate.
#[derive(Debug)]
pub(crate) struct Aggregate {
    pub(crate) kind: usize,
    pub(crate) state: usize,
    pub(crate) scope: Option<ScopeKey>,
    /// As JSON text.
    pub(crate) id: Box<str>,
    /// What its creating event said at the places that its other events repeat, as JSON text.
    pub(crate) record: Vec<Option<Box<str>>>,
    /// Its sets of members, as JSON text.
    pub(crate) sets: Vec<Vec<Box<str>>>,
    /// The hash of its identity, if it has one.
    pub(crate) identity: Option<u64>,
    /// When the latest event of it happened, in nanoseconds since 1970.
    pub(crate) latest: i64,
    /// Whether who reads the stream knows of it: its creating event was delivered.
    pub(crate) delivered: bool,
}

/// What the reader of a stream knows of an aggregate.
#[derive(Debug)]
pub(crate) enum Known<'w> {
    /// All of it.
    Is(&'w Aggregate),
    /// Nothing: its creating event was lost.
    Unheard,
    /// Nobody here remembers: there never was one, or it is long gone.
    Forgotten,
}

/// An aggregate with its places in the lists that it stands in.
#[derive(Debug)]
struct Kept {
    aggregate: Aggregate,
    in_pool: usize,
    in_scope: usize,
}

#[derive(Debug, Default)]
struct Scope {
    /// As JSON text.
    text: Box<str>,
    by_kind: Vec<Vec<AggregateKey>>,
    count: usize,
    /// Stays even when it is empty.
    lasting: bool,
    in_list: usize,
    /// The ids of members that it saw lately, with the set that they were members of.
    recent: Vec<(SetKey, Box<str>)>,
}

/// The aggregates that a stream may still speak of.
#[derive(Debug)]
pub(crate) struct World {
    kept: Vec<Option<Kept>>,
    free: Vec<usize>,
    pools: Vec<Vec<AggregateKey>>,
    scopes: Vec<Scope>,
    free_scopes: Vec<usize>,
    listed_scopes: Vec<ScopeKey>,
    identities: HashSet<u64>,
    /// The identities that stay taken for ever.
    burnt: HashSet<u64>,
    /// What only faults need, if there are to be any.
    past: Option<Past>,
}

/// Aggregates by their ids, and those that came to their end lately.
#[derive(Debug)]
struct Past {
    by_id: HashMap<(usize, Box<str>), AggregateKey>,
    /// Those that the reader never heard of, remembered for ever: events may still name them.
    unheard: HashSet<(usize, Box<str>)>,
    graves: Vec<VecDeque<AggregateKey>>,
}

impl World {
    pub(crate) fn new(kinds: usize) -> Self {
        Self {
            kept: Vec::new(),
            free: Vec::new(),
            pools: vec![Vec::new(); kinds],
            scopes: Vec::new(),
            free_scopes: Vec::new(),
            listed_scopes: Vec::new(),
            identities: HashSet::new(),
            burnt: HashSet::new(),
            past: None,
        }
    }

    /// From now on remembers aggregates by their ids, and some of them after their end.
    pub(crate) fn remember_the_past(&mut self) {
        let graves = vec![VecDeque::new(); self.pools.len()];
        self.past = Some(Past { by_id: HashMap::new(), unheard: HashSet::new(), graves });
    }

    /// What the reader knows of the aggregate of this kind and id, given as JSON text.
    pub(crate) fn known(&self, kind: usize, id: &str) -> Known<'_> {
        let Some(past) = &self.past else { return Known::Forgotten };
        let name = (kind, Box::from(id));
        if past.unheard.contains(&name) {
            return Known::Unheard;
        }
        let aggregate = past.by_id.get(&name).and_then(|key| self.get(*key));
        aggregate.map_or(Known::Forgotten, Known::Is)
    }

    /// The creating event of an aggregate was lost.
    pub(crate) fn lose(&mut self, key: AggregateKey) {
        let Some(aggregate) = self.get_mut(key) else { return };
        aggregate.delivered = false;
        let (kind, id) = (aggregate.kind, aggregate.id.clone());
        self.never_heard_of(kind, &id);
    }

    /// The reader never heard of the aggregate of this kind and id, which events may name.
    pub(crate) fn never_heard_of(&mut self, kind: usize, id: &str) {
        if let Some(past) = &mut self.past {
            past.unheard.insert((kind, id.into()));
        }
    }

    /// The aggregates of a kind that came to their end lately.
    pub(crate) fn graves(&self, kind: usize) -> impl Iterator<Item = AggregateKey> {
        self.past.iter().filter_map(move |past| past.graves.get(kind)).flatten().copied()
    }

    /// The identity is never free again.
    pub(crate) fn burn(&mut self, identity: u64) {
        self.burnt.insert(identity);
    }

    pub(crate) fn get(&self, key: AggregateKey) -> Option<&Aggregate> {
        self.kept.get(key.0)?.as_ref().map(|kept| &kept.aggregate)
    }

    pub(crate) fn get_mut(&mut self, key: AggregateKey) -> Option<&mut Aggregate> {
        self.kept.get_mut(key.0)?.as_mut().map(|kept| &mut kept.aggregate)
    }

    /// The aggregates of a kind; the busy ones stand first.
    pub(crate) fn of_kind(&self, kind: usize) -> &[AggregateKey] {
        self.pools.get(kind).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn is_taken(&self, identity: u64) -> bool {
        self.identities.contains(&identity) || self.burnt.contains(&identity)
    }

    /// Adds an aggregate; a quiet one of its kind may be forgotten for it.
    pub(crate) fn add(&mut self, aggregate: Aggregate, random: &mut Random) -> AggregateKey {
        let kind = aggregate.kind;
        self.identities.extend(aggregate.identity);
        if self.pools[kind].len() >= MAX_REMEMBERED {
            let quiet = MAX_REMEMBERED / 2 + random.index(MAX_REMEMBERED / 2);
            let key = self.pools[kind][quiet];
            self.remove(key);
        }
        let at = self.free.pop().unwrap_or_else(|| {
            self.kept.push(None);
            self.kept.len() - 1
        });
        let key = AggregateKey(at);
        let mut in_scope = 0;
        if let Some(scope) = aggregate.scope {
            let scope = &mut self.scopes[scope.0];
            scope.count += 1;
            in_scope = scope.by_kind[kind].len();
            scope.by_kind[kind].push(key);
        }
        if let Some(past) = &mut self.past {
            past.by_id.insert((kind, aggregate.id.clone()), key);
        }
        self.kept[at] = Some(Kept { aggregate, in_pool: self.pools[kind].len(), in_scope });
        self.pools[kind].push(key);
        key
    }

    /// An aggregate came to its end: its identity is free again.
    pub(crate) fn end(&mut self, key: AggregateKey) {
        let Some(aggregate) = self.get(key) else { return };
        let kind = aggregate.kind;
        if let Some(identity) = aggregate.identity {
            self.identities.remove(&identity);
        }
        self.unlist(key);
        let Some(past) = &mut self.past else {
            self.forget(key);
            return;
        };
        let graves = &mut past.graves[kind];
        graves.push_back(key);
        if graves.len() > MAX_GRAVES
            && let Some(oldest) = graves.pop_front()
        {
            self.forget(oldest);
        }
    }

    fn remove(&mut self, key: AggregateKey) {
        self.unlist(key);
        self.forget(key);
    }

    /// Takes an aggregate from the lists of those that something may happen to.
    fn unlist(&mut self, key: AggregateKey) {
        let Some(Kept { aggregate, in_pool, in_scope }) = self.kept.get(key.0).and_then(Option::as_ref)
        else {
            return;
        };
        let (kind, scope, in_pool, in_scope) = (aggregate.kind, aggregate.scope, *in_pool, *in_scope);
        let pool = &mut self.pools[kind];
        pool.swap_remove(in_pool);
        if let Some(kept) = pool.get(in_pool).and_then(|moved| self.kept[moved.0].as_mut()) {
            kept.in_pool = in_pool;
        }
        if let Some(scope) = scope {
            let list = &mut self.scopes[scope.0].by_kind[kind];
            list.swap_remove(in_scope);
            if let Some(kept) = list.get(in_scope).and_then(|moved| self.kept[moved.0].as_mut()) {
                kept.in_scope = in_scope;
            }
        }
    }

    /// Forgets an aggregate that is in no list any more.
    fn forget(&mut self, key: AggregateKey) {
        let Some(Kept { aggregate, .. }) = self.kept.get_mut(key.0).and_then(Option::take) else { return };
        self.free.push(key.0);
        if let Some(past) = &mut self.past {
            past.by_id.remove(&(aggregate.kind, aggregate.id));
        }
        if let Some(key) = aggregate.scope {
            let scope = &mut self.scopes[key.0];
            scope.count -= 1;
            if scope.count == 0 && !scope.lasting {
                self.drop_scope(key);
            }
        }
    }

    /// Adds a scope. One that is lasting stays even when nothing is in it.
    pub(crate) fn add_scope(&mut self, text: &str, lasting: bool) -> ScopeKey {
        let at = self.free_scopes.pop().unwrap_or_else(|| {
            self.scopes.push(Scope::default());
            self.scopes.len() - 1
        });
        let key = ScopeKey(at);
        let by_kind = vec![Vec::new(); self.pools.len()];
        let in_list = self.listed_scopes.len();
        self.scopes[at] =
            Scope { text: text.into(), by_kind, count: 0, lasting, in_list, recent: Vec::new() };
        self.listed_scopes.push(key);
        key
    }

    fn drop_scope(&mut self, key: ScopeKey) {
        let in_list = self.scopes[key.0].in_list;
        self.listed_scopes.swap_remove(in_list);
        if let Some(moved) = self.listed_scopes.get(in_list) {
            self.scopes[moved.0].in_list = in_list;
        }
        self.scopes[key.0] = Scope::default();
        self.free_scopes.push(key.0);
    }

    pub(crate) fn scopes(&self) -> &[ScopeKey] {
        &self.listed_scopes
    }

    /// A scope's text, as JSON.
    pub(crate) fn scope_text(&self, scope: ScopeKey) -> &str {
        self.scopes.get(scope.0).map_or("", |scope| &scope.text)
    }

    /// The ids of members that a scope saw lately in a set.
    pub(crate) fn recent_members(&self, scope: Option<ScopeKey>, set: SetKey) -> impl Iterator<Item = &str> {
        let recent = scope.and_then(|scope| self.scopes.get(scope.0)).map_or(&[][..], |scope| &scope.recent);
        recent.iter().filter(move |(known, _)| *known == set).map(|(_, member)| &**member)
    }

    pub(crate) fn note_member(
        &mut self,
        scope: Option<ScopeKey>,
        set: SetKey,
        member: &str,
        random: &mut Random,
    ) {
        let Some(scope) = scope.and_then(|scope| self.scopes.get_mut(scope.0)) else { return };
        if scope.recent.len() < MAX_RECENT {
            scope.recent.push((set, member.into()));
        } else {
            let at = random.index(MAX_RECENT);
            scope.recent[at] = (set, member.into());
        }
    }

    /// The aggregates of a kind that may be referred to.
    pub(crate) fn in_reach(&self, kind: usize, rules: &KindRules, reach: Reach) -> &[AggregateKey] {
        match reach {
            Reach::In(scope) if rules.is_scoped() => {
                self.scopes.get(scope.0).and_then(|scope| scope.by_kind.get(kind)).map_or(&[], Vec::as_slice)
            }
            Reach::Nowhere if rules.is_scoped() => &[],
            _ => self.of_kind(kind),
        }
    }

    /// One of the aggregates of a kind that may be referred to: a live one, or any if need be.
    pub(crate) fn target(
        &self,
        kind: usize,
        rules: &Rules,
        reach: Reach,
        search: &Search<'_>,
        random: &mut Random,
    ) -> Option<AggregateKey> {
        let list = self.in_reach(kind, &rules.kinds[kind], reach);
        if list.is_empty() {
            return None;
        }
        let start = random.skewed_index(list.len());
        let candidates = || {
            let (before, after) = list.split_at(start);
            let around = after.iter().chain(before).take(LOOKS).copied();
            around.filter(|key| search.but != Some(*key))
        };
        let wanted = |live: bool| {
            candidates().find(|key| {
                self.get(*key).is_some_and(|aggregate| {
                    (!live || rules.kinds[kind].live[aggregate.state])
                        && !search.not_in.iter().any(|member| **member == *aggregate.id)
                })
            })
        };
        wanted(true).or_else(|| if search.live { None } else { wanted(false) })
    }
}

/// What a target of a reference has to be.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Search<'s> {
    /// It must be live.
    pub(crate) live: bool,
    /// It must be another than this.
    pub(crate) but: Option<AggregateKey>,
    /// Its id must not be among these.
    pub(crate) not_in: &'s [Box<str>],
}
