//! The audit of one event against what the stream has left: the steps of the audit, in their order.

use std::sync::Arc;

use tidings_catalog::Roles;
use tidings_engine::{About, shown};
use tidings_finding::Rule;
use tidings_json::Pointer;

use crate::facts::{Facts, Id};
use crate::machine::{EventRule, Kind, Machine, States};
use crate::rules::{dedupe, lifecycle, order, reference};
use crate::state::{Aggregate, Place, Seen, State};

/// Something wrong, and what it follows from.
pub(crate) struct Found {
    pub(crate) about: About,
    /// The same for findings that follow from one cause.
    pub(crate) cause: Option<Arc<str>>,
}

/// Audits a stream, event by event.
#[derive(Clone, Debug)]
pub(crate) struct Auditor<'c> {
    machine: &'c Machine,
    roles: &'c Roles,
    /// How far a ULID's time may be from the event's, in milliseconds.
    max_skew: i64,
    starts_mid_stream: bool,
    state: State,
    pub(crate) totals: Totals,
}

/// What the audit counts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Totals {
    pub(crate) redelivered: u64,
    pub(crate) adopted: u64,
    /// By event type and state (none for a creating event): how often it was applied.
    pub(crate) exercised: std::collections::BTreeMap<(usize, Option<usize>), u64>,
}

impl<'c> Auditor<'c> {
    pub(crate) fn new(
        machine: &'c Machine,
        roles: &'c Roles,
        max_skew: i64,
        starts_mid_stream: bool,
    ) -> Self {
        Self {
            machine,
            roles,
            max_skew,
            starts_mid_stream,
            state: State::default(),
            totals: Totals::default(),
        }
    }

    pub(crate) fn machine(&self) -> &Machine {
        self.machine
    }

    pub(crate) fn state(&self) -> &State {
        &self.state
    }

    /// Audits the next event of the stream.
    pub(crate) fn step(&mut self, facts: &Facts, place: &Place) -> Vec<Found> {
        let mut step = Step {
            facts,
            place,
            rule: &self.machine.events[facts.event],
            roles: self.roles,
            found: Vec::new(),
        };
        if self.was_seen(&mut step) || self.is_logical_duplicate(&mut step) {
            return step.found;
        }
        let machine = self.machine;
        let (Some(kind), Some(id)) = (step.rule.kind, &facts.aggregate) else {
            self.skew(&mut step);
            return step.found;
        };
        self.references(&mut step, &machine.kinds[kind]);
        self.scope_of_aggregate(&mut step, kind, id);
        if let Some(next) = self.lifecycle(&mut step, kind, id) {
            self.identity(&mut step, kind);
            if self.members(&mut step, kind, id, &next) {
                self.time(&mut step, &next);
                self.skew(&mut step);
                self.apply(&step, kind, id, next);
            }
        }
        step.found
    }

    /// Whether an event of this id came before; remembers it if not.
    fn was_seen(&mut self, step: &mut Step<'_>) -> bool {
        let Some(event_id) = &step.facts.event_id else { return false };
        match self.state.seen(event_id) {
            None => {
                let seen = Seen { digest: step.facts.digest, place: step.place.clone() };
                self.state.remember_event(event_id.clone(), seen);
                false
            }
            Some(seen) if seen.digest == step.facts.digest => {
                self.totals.redelivered += 1;
                true
            }
            Some(seen) => {
                let help = format!("the first was at {}; every event has an id of its own", seen.place);
                let message = format!("another event already had the id {}", show(event_id));
                step.report(&dedupe::EVENT_ID_CONFLICT, step.roles.event_id.as_ref(), message, help, None);
                true
            }
        }
    }

    /// Whether the same logical event came before under another id; remembers it if not.
    fn is_logical_duplicate(&mut self, step: &mut Step<'_>) -> bool {
        let Some(key) = &step.facts.key else { return false };
        let key = (step.facts.scope.clone(), step.facts.event, key.clone());
        match self.state.key(&key) {
            None => {
                self.state.remember_key(key, step.place.clone());
                false
            }
            Some(first) => {
                let message =
                    format!("a `{}` with this idempotency key came before, under another id", step.rule.name);
                let help = format!("it was at {first}; a retry sends the same event id");
                step.report(
                    &dedupe::LOGICAL_DUPLICATE,
                    step.roles.idempotency_key.as_ref(),
                    message,
                    help,
                    None,
                );
                true
            }
        }
    }

    fn references(&mut self, step: &mut Step<'_>, kind: &Kind) {
        for (index, id) in &step.facts.references {
            let (field, target_kind) = &kind.references[*index];
            let target = &self.machine.kinds[*target_kind];
            let name = format!("the {} {}", target.name, show(id));
            let creates = step.rule.creates.is_some();
            let Some(found) = self.state.aggregate(*target_kind, id) else {
                let is_own =
                    step.rule.kind == Some(*target_kind) && step.facts.aggregate.as_ref() == Some(id);
                if self.starts_mid_stream && is_own && !creates {
                    // It is adopted when its lifecycle is asked.
                    continue;
                }
                if self.starts_mid_stream && !is_own {
                    let states = if creates { target.live } else { all(target) };
                    let adopted = Aggregate::new(states, step.facts.scope.clone(), step.place.clone(), true);
                    self.state.put(*target_kind, id.clone(), adopted);
                    self.totals.adopted += 1;
                } else {
                    let message =
                        format!("{} names {name}, which was never created in this stream", label(field));
                    let help = "the id is wrong, or the creating event is missing or was refused".to_owned();
                    let cause = Some(format!("missing {} {id}", target.name));
                    step.report(&reference::MISSING, Some(field), message, help, cause);
                }
                continue;
            };
            if self.roles.scope.is_some() && found.scope != step.facts.scope {
                let message = format!(
                    "{} names {name}, which belongs to {}, not to {}",
                    label(field),
                    show_scope(found.scope.as_ref()),
                    show_scope(step.facts.scope.as_ref()),
                );
                let help = found.origin();
                step.report(&reference::OTHER_SCOPE, Some(field), message, help, None);
            }
            if !creates {
                continue;
            }
            let live = found.states.and(target.live);
            if live.is_empty() {
                let is = self.machine.state_names(*target_kind, found.states);
                let message = format!("{} names {name}, which is {is}", label(field));
                let must = self.machine.state_names(*target_kind, target.live);
                let help =
                    format!("it became so at {}; a new {} needs one that is {must}", found.placed, kind.name);
                let cause = Some(format!("not live {} {id} {}", target.name, found.placed));
                step.report(&reference::NOT_LIVE, Some(field), message, help, cause);
            } else if live != found.states {
                // An adopted aggregate: now we know more of it.
                let mut narrowed = found.clone();
                narrowed.states = live;
                self.state.put(*target_kind, id.clone(), narrowed);
            }
        }
    }

    /// An event about an aggregate is of the aggregate's scope.
    fn scope_of_aggregate(&self, step: &mut Step<'_>, kind: usize, id: &Id) {
        let Some(role) = &self.roles.scope else { return };
        let Some(aggregate) = self.state.aggregate(kind, id) else { return };
        if aggregate.scope != step.facts.scope {
            let message = format!(
                "{} is {}, but the {} {} belongs to {}",
                label(role),
                show_scope(step.facts.scope.as_ref()),
                self.machine.kinds[kind].name,
                show(id),
                show_scope(aggregate.scope.as_ref()),
            );
            let help = aggregate.origin();
            step.report(&reference::OTHER_SCOPE, Some(role), message, help, None);
        }
    }

    /// The aggregate as the event leaves it, if the event is allowed.
    fn lifecycle(&mut self, step: &mut Step<'_>, kind: usize, id: &Id) -> Option<Aggregate> {
        let of = &self.machine.kinds[kind];
        let name = format!("{} {}", of.name, show(id));
        let found = self.state.aggregate(kind, id);
        match (step.rule.creates, found) {
            (Some(state), None) => {
                Some(Aggregate::new(States::one(state), step.facts.scope.clone(), step.place.clone(), false))
            }
            (Some(_), Some(found)) => {
                let is = self.machine.state_names(kind, found.states);
                let message = format!("the {name} exists already, and is {is}");
                let help = format!(
                    "{}{}; ids are never used again",
                    found.origin(),
                    allowed(self.machine, kind, found.states)
                );
                let cause = Some(format!("exists {} {id}", of.name));
                step.report(&lifecycle::ALREADY_EXISTS, Some(&of.id), message, help, cause);
                None
            }
            (None, None) if self.starts_mid_stream && !step.rule.allowed().is_empty() => {
                self.totals.adopted += 1;
                let states = step.rule.allowed();
                let mut adopted = Aggregate::new(states, step.facts.scope.clone(), step.place.clone(), true);
                adopted.states = step.rule.step(states);
                Some(adopted)
            }
            (None, None) => {
                let message = format!("the {name} was never created in this stream");
                let creating = list(&self.machine.allowed_in(kind, States::default()));
                let help = format!("its {creating} is missing, was refused, or comes later");
                let cause = Some(format!("unknown {} {id}", of.name));
                step.report(&lifecycle::UNKNOWN_AGGREGATE, Some(&of.id), message, help, cause);
                None
            }
            (None, Some(found)) => {
                let from = found.states.and(step.rule.allowed());
                if from.is_empty() {
                    let is = self.machine.state_names(kind, found.states);
                    let message = format!("`{}` is not allowed while the {name} is {is}", step.rule.name);
                    let help = format!(
                        "it became so at {}{}",
                        found.placed,
                        allowed(self.machine, kind, found.states)
                    );
                    let cause = Some(format!("state {} {id} {}", of.name, found.placed));
                    step.report(&lifecycle::TRANSITION, self.roles.event_name.as_ref(), message, help, cause);
                    return None;
                }
                let mut next = found.clone();
                next.states = step.rule.step(from);
                if next.states != from {
                    next.placed = step.place.clone();
                }
                Some(next)
            }
        }
    }

    /// No two aggregates outside a final state share an identity.
    fn identity(&self, step: &mut Step<'_>, kind: usize) {
        let Some(identity) = &step.facts.identity else { return };
        let Some(holder) = self.state.holder(kind, identity) else { return };
        let of = &self.machine.kinds[kind];
        let fields: Vec<String> = of.identity.iter().map(label).collect();
        let (is, at) = match self.state.aggregate(kind, holder) {
            Some(other) => (self.machine.state_names(kind, other.states), other.created.to_string()),
            None => return,
        };
        let message =
            format!("the {} {} has the same {} and is {is}", of.name, show(holder), fields.join(", "));
        let help = format!("it was created at {at}; use it, or finish it first");
        step.report(&lifecycle::IDENTITY_TAKEN, Some(&of.id), message, help, None);
    }

    /// Whether all members that the event adds are out, and all that it removes are in.
    fn members(&self, step: &mut Step<'_>, kind: usize, id: &Id, aggregate: &Aggregate) -> bool {
        let mut fits = true;
        for (set, add, member) in &step.facts.members {
            let known = self.state.has_member(kind, id, *set, member);
            if known.or((!aggregate.adopted).then_some(false)) != Some(*add) {
                continue;
            }
            let of = &self.machine.kinds[kind];
            let set = &of.members[*set];
            let is = if *add { "is already in" } else { "is not in" };
            let message = format!("{} {is} the {} of the {} {}", show(member), set.name, of.name, show(id));
            let help =
                format!("an event between is missing, or this one was made twice; {}", aggregate.origin());
            step.report(&lifecycle::MEMBERSHIP, Some(&set.field), message, help, None);
            fits = false;
        }
        fits
    }

    /// Time does not go back for an aggregate.
    fn time(&self, step: &mut Step<'_>, aggregate: &Aggregate) {
        if let (Some(latest), Some(time)) = (&aggregate.latest, &step.facts.occurred_at)
            && time < latest
        {
            let back = latest.milliseconds() - time.milliseconds();
            let message =
                format!("the event happened {} before the latest one applied to its aggregate", span(back));
            let help = "audit a stream that was collected out of order with `--order occurred`".to_owned();
            step.report(&order::TIME_REGRESSION, self.roles.occurred_at.as_ref(), message, help, None);
        }
    }

    /// A ULID was made when its event happened.
    fn skew(&self, step: &mut Step<'_>) {
        let (Some(ulid), Some(time)) = (step.facts.ulid, &step.facts.occurred_at) else { return };
        let skew = ulid - time.milliseconds();
        if skew.abs() > self.max_skew {
            let way = if skew > 0 { "after" } else { "before" };
            let message = format!("the id was made {} {way} the event happened", span(skew.abs()));
            let help = format!("the tolerance is {} (`--max-skew`)", span(self.max_skew));
            step.report(&order::ULID_TIME_SKEW, self.roles.event_id.as_ref(), message, help, None);
        }
    }

    fn apply(&mut self, step: &Step<'_>, kind: usize, id: &Id, mut next: Aggregate) {
        let before = self.state.aggregate(kind, id);
        let from = before.map(|before| before.states.and(step.rule.allowed()));
        // Of an adopted aggregate it may not be known from which state the event led on; then none counts as exercised.
        let exercised = match from {
            None if step.rule.creates.is_some() => Some(None),
            None => None,
            Some(from) => from.only().map(Some),
        };
        if let Some(state) = exercised {
            *self.totals.exercised.entry((step.facts.event, state)).or_default() += 1;
        }
        for (set, add, member) in &step.facts.members {
            self.state.set_member(kind, id, *set, member.clone(), *add);
        }
        if next.latest < step.facts.occurred_at {
            next.latest.clone_from(&step.facts.occurred_at);
        }
        let finished = next.states.and(self.machine.kinds[kind].final_states) == next.states;
        if let Some(identity) = step.facts.identity.clone().filter(|_| !finished) {
            next.identity = Some(identity.clone());
            self.state.hold(kind, identity, id.clone());
        } else if finished && let Some(identity) = next.identity.take() {
            self.state.release(kind, &identity, id);
        }
        self.state.put(kind, id.clone(), next);
    }
}

/// One event being audited.
struct Step<'s> {
    facts: &'s Facts,
    place: &'s Place,
    rule: &'s EventRule,
    roles: &'s Roles,
    found: Vec<Found>,
}

impl Step<'_> {
    /// Reports something at a place of the event; at the whole event where the catalog has no such place.
    fn report(
        &mut self,
        rule: &'static Rule,
        at: Option<&Pointer>,
        message: String,
        help: String,
        cause: Option<String>,
    ) {
        let pointer = at.map(ToString::to_string).unwrap_or_default();
        let about = About { rule, pointer, message, help: Some(help) };
        self.found.push(Found { about, cause: cause.map(|cause| Arc::from(format!("{} {cause}", rule.id))) });
    }
}

fn all(kind: &Kind) -> States {
    (0..kind.states.len()).fold(States::default(), |all, state| all.or(States::one(state)))
}

/// `; allowed then: …`, or that nothing is.
fn allowed(machine: &Machine, kind: usize, states: States) -> String {
    let names = machine.allowed_in(kind, states);
    if names.is_empty() {
        "; nothing is allowed then".to_owned()
    } else {
        format!("; allowed then: {}", list(&names))
    }
}

fn list(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn show(id: &Id) -> String {
    shown(&id.to_string())
}

fn show_scope(scope: Option<&Id>) -> String {
    scope.map_or_else(|| "no scope".to_owned(), show)
}

fn label(pointer: &Pointer) -> String {
    format!("`{}`", pointer.tokens().join("."))
}

/// A span of time for people.
fn span(milliseconds: i64) -> String {
    match milliseconds {
        0 => "less than a millisecond".to_owned(),
        1..=9_999 => format!("{milliseconds} ms"),
        10_000..=599_999 => format!("{} s", milliseconds / 1000),
        600_000..=35_999_999 => format!("{} min", milliseconds / 60_000),
        36_000_000..=863_999_999 => format!("{} h", milliseconds / 3_600_000),
        _ => format!("{} days", milliseconds / 86_400_000),
    }
}
