//! Which aggregates take part in a stream: what a goal is about, and what that refers to.

use serde_json::Value;
use tidings_catalog::{Aggregate, Catalog};

use super::Goal;
use super::scene::Scene;

/// How many aggregates take part at most.
const MOST: usize = 24;

/// An aggregate that takes part.
#[derive(Debug)]
pub(super) struct Role<'c> {
    pub(super) aggregate: &'c Aggregate,
    pub(super) id: Value,
    /// Which of the scopes it belongs to.
    pub(super) scope: usize,
    /// The places where its events name others, with their numbers.
    pub(super) refers: Vec<(String, usize)>,
}

/// The aggregates of a stream.
#[derive(Debug, Default)]
pub(super) struct Cast<'c> {
    pub(super) roles: Vec<Role<'c>>,
    /// The number of the second of the first kind, if there are two.
    pub(super) second: Option<usize>,
}

impl<'c> Cast<'c> {
    pub(super) fn new(scene: &Scene<'c>, goal: &Goal) -> Self {
        let mut cast = Self::default();
        let catalog: &'c Catalog = &scene.left.catalog;
        for name in &goal.about {
            let Some(aggregate) = catalog.aggregates.get(name) else { continue };
            cast.role(scene, goal, aggregate, 0);
        }
        let first = goal.about.first().and_then(|name| catalog.aggregates.get(name));
        if let Some(first) = first.filter(|_| goal.twice) {
            cast.second = cast.again(scene, goal, first);
        }
        if goal.scopes {
            cast.other_scope(scene, goal);
        }
        cast
    }

    /// The aggregate of a type in a scope; it joins if it isn't there.
    fn role(
        &mut self,
        scene: &Scene<'c>,
        goal: &Goal,
        aggregate: &'c Aggregate,
        scope: usize,
    ) -> Option<usize> {
        let known =
            self.roles.iter().position(|role| role.aggregate.name == aggregate.name && role.scope == scope);
        known.or_else(|| self.join(scene, goal, aggregate, scope))
    }

    /// One more aggregate, with those that it refers to.
    fn join(
        &mut self,
        scene: &Scene<'c>,
        goal: &Goal,
        aggregate: &'c Aggregate,
        scope: usize,
    ) -> Option<usize> {
        if self.roles.len() == MOST {
            return None;
        }
        let number = self.roles.iter().filter(|role| role.aggregate.name == aggregate.name).count();
        let id = scene.id(&aggregate.name, number)?.clone();
        let at = self.roles.len();
        self.roles.push(Role { aggregate, id, scope, refers: Vec::new() });
        let events = goal.events(scene, aggregate);
        let is_named = |field: &str| {
            let mut templates = events.iter().flat_map(|event| goal.templates(scene, &event.name));
            templates.any(|template| template.pointer(field).is_some())
        };
        for (field, to) in targets(scene, aggregate).into_iter().filter(|(field, _)| is_named(field)) {
            // One that refers to its own kind refers to itself, which needs nothing more.
            let target = if to.name == aggregate.name { Some(at) } else { self.role(scene, goal, to, scope) };
            if let Some(target) = target {
                self.roles[at].refers.push((field, target));
            }
        }
        Some(at)
    }

    /// A second of the first kind, which refers to the same ones, but where only the left side's identity looks.
    fn again(&mut self, scene: &Scene<'c>, goal: &Goal, first: &'c Aggregate) -> Option<usize> {
        let refers = self.roles.first()?.refers.clone();
        let second = self.join(scene, goal, first, 0)?;
        self.roles[second].refers =
            refers.into_iter().map(|(f, to)| (f, if to == 0 { second } else { to })).collect();
        let right = scene.right.catalog.aggregates.get(&first.name);
        let only_left = |field: &String| {
            right.is_some_and(|right| right.identity.iter().all(|own| own.to_string() != *field))
        };
        for field in first.identity.iter().map(ToString::to_string).filter(only_left) {
            let reference = first.references.iter().find(|reference| reference.field.to_string() == field);
            let target = reference.and_then(|reference| scene.left.catalog.aggregates.get(&reference.to));
            let Some(other) = target.and_then(|target| self.join(scene, goal, target, 0)) else { continue };
            self.roles[second].refers.retain(|(own, _)| *own != field);
            self.roles[second].refers.push((field, other));
        }
        Some(second)
    }

    /// Those of another scope that could be referred to.
    fn other_scope(&mut self, scene: &Scene<'c>, goal: &Goal) {
        let catalog: &'c Catalog = &scene.left.catalog;
        let Some(first) = self.roles.first().map(|role| role.aggregate) else { return };
        for (_, to) in targets(scene, first) {
            self.role(scene, goal, to, 1);
        }
        let scopes = [&scene.left.catalog.roles.scope, &scene.right.catalog.roles.scope];
        let own = catalog.aggregates.values().find(|own| scopes.contains(&&Some(own.id.clone())));
        if let Some(own) = own {
            self.role(scene, goal, own, 1);
        }
    }
}

/// Where events of an aggregate name others, by either side, and which; the left side's word comes first.
fn targets<'c>(scene: &Scene<'c>, aggregate: &Aggregate) -> Vec<(String, &'c Aggregate)> {
    let catalog: &'c Catalog = &scene.left.catalog;
    let mut targets: Vec<(String, &Aggregate)> = Vec::new();
    let right = scene.right.catalog.aggregates.get(&aggregate.name);
    for reference in aggregate.references.iter().chain(right.iter().flat_map(|right| &right.references)) {
        let field = reference.field.to_string();
        if let Some(to) = catalog.aggregates.get(&reference.to)
            && targets.iter().all(|(own, _)| *own != field)
        {
            targets.push((field, to));
        }
    }
    targets
}
