//! Rules: the manifest and the schemas of a catalog, compiled to what a stream needs to know.
//!
//! ```text
//! manifest ─→ slots of each event type ─→ plan::compile ─→ what fits at each slot (times, versions) ─→ Rules
//! ```

mod lifecycle;
mod slots;

use tidings_catalog::{Catalog, EventType};

use super::error::{Error, Kind};
use super::json;
use super::plan::{self, Graph, NodeId};
use super::time::TimeForm;

pub(crate) use lifecycle::{Effects, KindRules, ScopeRule};
pub(crate) use slots::{Role, Slot};

/// How many slots an event type may have: they are bits of a word.
const MAX_SLOTS: usize = 64;

/// How many versions back an event may be of.
const OLDER_VERSIONS: u64 = 3;

/// What a stream needs to know of a catalog.
#[derive(Debug)]
pub(crate) struct Rules {
    pub(crate) graph: Graph,
    pub(crate) types: Vec<TypeRules>,
    pub(crate) kinds: Vec<KindRules>,
}

/// What a stream needs to know of an event type.
#[derive(Debug)]
pub(crate) struct TypeRules {
    pub(crate) name: String,
    /// The name as JSON text.
    pub(crate) name_text: String,
    pub(crate) root: NodeId,
    pub(crate) slots: Vec<Slot>,
    /// The slots that are in every event, as bits.
    pub(crate) needed: u64,
    /// The slots that an event may have.
    pub(crate) possible: u64,
    /// The kind of aggregate that it is about.
    pub(crate) kind: Option<usize>,
    /// The name of that kind as JSON text.
    pub(crate) kind_text: String,
    pub(crate) effects: Effects,
    pub(crate) times: Vec<TimeForm>,
    /// The current version first.
    pub(crate) versions: Vec<u64>,
}

impl TypeRules {
    /// The slots that an event may have, with their numbers.
    pub(crate) fn slots(&self) -> impl Iterator<Item = (u8, &Slot)> {
        (0..).zip(&self.slots).filter(|(slot, _)| self.possible & (1 << slot) != 0)
    }

    /// The slot that is something.
    pub(crate) fn slot(&self, is: impl Fn(&Slot) -> bool) -> Option<u8> {
        self.slots().find(|(_, slot)| is(slot)).map(|(number, _)| number)
    }
}

impl Rules {
    /// Compiles a catalog.
    pub(crate) fn compile(catalog: &Catalog) -> Result<Self, Error> {
        let slots: Vec<Vec<Slot>> =
            catalog.event_types.values().map(|kind| slots::slots(catalog, kind)).collect();
        for (event_type, slots) in catalog.event_types.values().zip(&slots) {
            if slots.len() > MAX_SLOTS {
                return Err(no_plan(
                    event_type,
                    "",
                    "it has more than 64 places with a meaning of their own",
                ));
            }
        }
        let pointers: Vec<Vec<_>> =
            slots.iter().map(|slots| slots.iter().map(|slot| slot.pointer.clone()).collect()).collect();
        let (graph, roots) = plan::compile(catalog, &pointers);
        let mut types = Vec::new();
        for ((event_type, slots), root) in catalog.event_types.values().zip(slots).zip(roots) {
            types.push(type_rules(catalog, event_type, slots, root, &graph)?);
        }
        let kinds = lifecycle::kinds(catalog, &types)?;
        Ok(Self { graph, types, kinds })
    }

    /// The nodes of all slots that are something.
    pub(crate) fn nodes(&self, is: impl Fn(&TypeRules, &Slot) -> bool) -> Vec<NodeId> {
        let mut found = Vec::new();
        for event_type in &self.types {
            for (number, _) in event_type.slots().filter(|(_, slot)| is(event_type, slot)) {
                for node in self.graph.at_slot(event_type.root, number) {
                    if !found.contains(&node) {
                        found.push(node);
                    }
                }
            }
        }
        found
    }
}

fn type_rules(
    catalog: &Catalog,
    event_type: &EventType,
    slots: Vec<Slot>,
    root: NodeId,
    graph: &Graph,
) -> Result<TypeRules, Error> {
    let node = graph.node(root);
    if node.cases.is_empty() {
        let (pointer, why) = graph.why_none(root);
        return Err(no_plan(event_type, &pointer, &why));
    }
    let mut rules = TypeRules {
        name: event_type.name.clone(),
        name_text: json::string(&event_type.name),
        root,
        slots,
        needed: node.slots.needed,
        possible: node.slots.possible,
        kind: event_type.aggregate.as_deref().and_then(|name| catalog.aggregates.get_index_of(name)),
        kind_text: json::string(event_type.aggregate.as_deref().unwrap_or_default()),
        effects: lifecycle::effects(catalog, event_type)?,
        times: Vec::new(),
        versions: Vec::new(),
    };
    for (number, slot) in (0_u8..).zip(&rules.slots) {
        if slot.is(Role::Id) && rules.possible & (1 << number) == 0 {
            let why = "the schema has no such place, and every event of an aggregate has its id there";
            return Err(no_plan(event_type, &slot.pointer.to_string(), why));
        }
    }
    if let Some(number) = rules.slot(|slot| slot.is(Role::OccurredAt)) {
        let nodes = graph.at_slot(root, number);
        let fits = |form: &TimeForm| {
            let mut text = String::new();
            form.write(1_762_329_600_123_456_789, &mut text);
            super::ids::accepted(&nodes, &text, graph)
        };
        rules.times = TimeForm::all().filter(fits).collect();
        if rules.times.is_empty() {
            let pointer = rules.slots[usize::from(number)].pointer.to_string();
            return Err(no_plan(event_type, &pointer, "no form of a time is allowed here"));
        }
    }
    if let Some(number) = rules.slot(|slot| slot.is(Role::Version)) {
        let nodes = graph.at_slot(root, number);
        let oldest = event_type.version.saturating_sub(OLDER_VERSIONS).max(1);
        let fits = |version: &u64| super::ids::accepted(&nodes, &version.to_string(), graph);
        rules.versions = (oldest..=event_type.version).rev().filter(fits).collect();
    }
    Ok(rules)
}

fn no_plan(event_type: &EventType, pointer: &str, why: &str) -> Error {
    Kind::NoPlan { event_type: event_type.name.clone(), pointer: pointer.to_owned(), why: why.to_owned() }
        .into()
}
