//! Plans: schemas become ways to make values that match them.
//!
//! ```text
//! place (the schemas that apply to one value) ─→ expand: branches without choices ─→ facets: what each says
//!   ─→ build: nodes, one for each place ─→ settle: what can be made at all, in how many steps ─→ Graph
//! ```
//!
//! Values made by a graph match their schemas by construction. Where that can't be promised (`not` of what can't be
//! turned round, patterns that only backtracking engines read) a node is marked *doubtful*, and whoever makes events asks
//! the engine about each.

mod accept;
mod build;
mod expand;
mod facets;
mod finite;
mod negate;
mod settle;
mod types;

use tidings_catalog::SchemaKey;
use tidings_json::Value;

use super::number::{NumberFacets, NumberPlan, Which};
use super::text::TextPlan;
use super::text::ecma::Pattern;

pub(crate) use build::compile;

/// The nodes of a catalog.
#[derive(Debug)]
pub(crate) struct Graph {
    nodes: Vec<Node>,
}

/// Names a node of a [`Graph`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NodeId(usize);

/// How to make the values of one place.
#[derive(Debug, Default)]
pub(crate) struct Node {
    pub(crate) cases: Vec<Case>,
    pub(crate) slots: Slots,
    /// Making is no promise: the engine has to be asked.
    doubtful: bool,
    /// Why there are no cases.
    why_none: Option<String>,
    /// A member that has to be there and can't be made, and its node, if it is the node that knows why.
    blocked: Option<(String, Option<NodeId>)>,
    /// Whether slots lie here or below.
    traced: bool,
}

/// The slots of an event type, as bits: places whose values the surroundings decide.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Slots {
    /// Those that are there whatever is chosen.
    pub(crate) needed: u64,
    /// Those that may be there.
    pub(crate) possible: u64,
}

/// One branch of a place.
#[derive(Debug)]
pub(crate) struct Case {
    /// One for each type that is allowed.
    pub(crate) shapes: Vec<Shape>,
    /// Values to choose from, if there are any.
    pub(crate) pool: Option<Pool>,
    /// Only the values of the pool are allowed.
    finite: bool,
    pub(crate) excluded: Vec<Value<'static>>,
    pub(crate) slots: Slots,
    /// How many levels the smallest value has.
    pub(crate) height: u32,
}

/// Values to choose from.
#[derive(Debug)]
pub(crate) struct Pool {
    /// The schema whose `examples` they are.
    pub(crate) source: Option<SchemaKey>,
    /// The values as JSON text, in the schema's order; `None` for one that is not allowed here.
    pub(crate) texts: Vec<Option<Box<str>>>,
    /// The places of those that are allowed.
    pub(crate) usable: Vec<usize>,
    values: Vec<Value<'static>>,
}

/// How to make a value of one type.
#[derive(Debug)]
pub(crate) enum Shape {
    Null,
    Boolean,
    Number { facets: NumberFacets, plan: NumberPlan, which: Which },
    Text(TextPlan),
    Array(ArrayPlan),
    Object(ObjectPlan),
}

/// How to make an array.
#[derive(Debug)]
pub(crate) struct ArrayPlan {
    pub(crate) prefix: Vec<NodeId>,
    /// What follows the prefix; nothing may if there is none.
    pub(crate) rest: Option<NodeId>,
    pub(crate) least: u64,
    pub(crate) most: u64,
    pub(crate) unique: bool,
    /// At least one element of each of these is among the rest.
    pub(crate) contains: Vec<NodeId>,
}

/// How to make an object.
#[derive(Debug)]
pub(crate) struct ObjectPlan {
    pub(crate) members: Vec<Member>,
    pub(crate) least: u64,
    pub(crate) most: u64,
    /// Members of any name.
    pub(crate) maps: Vec<Map>,
    /// What names of members have to be.
    pub(crate) names: Option<NodeId>,
    /// How many examples each group of members has that belong together.
    pub(crate) groups: Vec<usize>,
    forbidden: Vec<String>,
    /// No names but the members' are allowed, except as a map says.
    closed: bool,
    /// Some schema names a member, so that others are unknown.
    named: bool,
    /// There may be members that no schema here describes; whether they are known, other branches decide.
    vague: bool,
}

/// A member with a name of its own.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) name: String,
    /// `"name":`
    pub(crate) key: String,
    pub(crate) node: NodeId,
    pub(crate) required: bool,
    /// The slot that it is, as a bit.
    pub(crate) slot: Option<u8>,
    /// The group whose examples it shares, and the schema of its own.
    pub(crate) group: Option<(usize, SchemaKey)>,
}

/// Members whose names follow a rule.
#[derive(Debug)]
pub(crate) struct Map {
    /// The pattern of the names; none where any other name will do.
    pub(crate) pattern: Option<Pattern>,
    pub(crate) key: TextPlan,
    pub(crate) node: NodeId,
}

impl Graph {
    pub(crate) fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0]
    }

    /// The nodes at a slot below a node, one for each branch that has it.
    pub(crate) fn at_slot(&self, root: NodeId, slot: u8) -> Vec<NodeId> {
        let mut found = Vec::new();
        let mut pending = vec![root];
        while let Some(id) = pending.pop() {
            let objects = self.node(id).cases.iter().flat_map(|case| &case.shapes);
            for shape in objects {
                let Shape::Object(object) = shape else { continue };
                for member in &object.members {
                    if member.slot == Some(slot) && !found.contains(&member.node) {
                        found.push(member.node);
                    }
                    if self.node(member.node).slots.possible & (1 << slot) != 0 {
                        pending.push(member.node);
                    }
                }
            }
        }
        found
    }
}
