//! Makes values: a node of the graph and chance become JSON text.
//!
//! What the surroundings decide (ids, references, times) comes in as [`Bindings`] of the event type's slots. The text is
//! written member by member in the schemas' order; nothing here knows of aggregates.

mod bindings;
mod object;

use super::json;
use super::plan::{ArrayPlan, Case, Graph, NodeId, Pool, Shape};
use super::random::Random;
use tidings_catalog::SchemaKey;

pub(crate) use bindings::{Bindings, Captured};

/// Nothing could be made with these bindings this time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stuck;

/// Below this many levels only what must be there is made.
const DEEP: u32 = 6;

/// How often an element is made again to be unlike the others, or a name to be new.
const TRIES: u32 = 24;

/// Which of a group's examples a member takes.
#[derive(Clone, Copy, Debug)]
struct Hint {
    source: SchemaKey,
    index: usize,
}

/// Makes values.
pub(crate) struct Maker<'m> {
    pub(crate) graph: &'m Graph,
    pub(crate) random: &'m mut Random,
    /// The time around which times lie.
    pub(crate) now: i64,
    pub(crate) bindings: &'m Bindings,
    /// Where the values of the slots were written.
    pub(crate) captured: &'m mut Captured,
}

impl Maker<'_> {
    /// Adds a value that a node allows.
    pub(crate) fn make(&mut self, node: NodeId, out: &mut String) -> Result<(), Stuck> {
        self.node(node, None, 0, out)
    }

    fn node(&mut self, id: NodeId, hint: Option<Hint>, depth: u32, out: &mut String) -> Result<(), Stuck> {
        let graph = self.graph;
        let node = graph.node(id);
        let case = match node.cases.as_slice() {
            [] => return Err(Stuck),
            [only] => only,
            cases if depth >= DEEP => cases.iter().min_by_key(|case| case.height).ok_or(Stuck)?,
            cases if node.slots.possible == 0 => self.random.pick(cases).ok_or(Stuck)?,
            cases => {
                let usable = |case: &Case| u64::from(self.bindings.allow(&case.slots, &node.slots));
                let chosen = self.random.weighted(cases.iter().map(usable)).ok_or(Stuck)?;
                &cases[chosen]
            }
        };
        if let Some(pool) = &case.pool {
            out.push_str(self.draw_from(pool, hint).ok_or(Stuck)?);
            return Ok(());
        }
        if case.excluded.is_empty() {
            return self.one_shape(case, depth, out);
        }
        let start = out.len();
        for _ in 0..TRIES {
            self.one_shape(case, depth, out)?;
            let refused = out
                .get(start..)
                .and_then(json::value)
                .is_none_or(|made| case.excluded.iter().any(|excluded| excluded.same_as(&made)));
            if !refused {
                return Ok(());
            }
            out.truncate(start);
        }
        Err(Stuck)
    }

    fn one_shape(&mut self, case: &Case, depth: u32, out: &mut String) -> Result<(), Stuck> {
        let shape = match case.shapes.as_slice() {
            [only] => only,
            shapes => {
                // Null is there to be seen now and then.
                let weight = |shape: &Shape| if matches!(shape, Shape::Null) { 1 } else { 4 };
                let chosen = self.random.weighted(shapes.iter().map(weight)).ok_or(Stuck)?;
                &shapes[chosen]
            }
        };
        self.shape(shape, depth, out)
    }

    fn draw_from<'p>(&mut self, pool: &'p Pool, hint: Option<Hint>) -> Option<&'p str> {
        if let Some(hint) = hint.filter(|hint| pool.source == Some(hint.source))
            && let Some(Some(text)) = pool.texts.get(hint.index)
        {
            return Some(text);
        }
        let chosen = *self.random.pick(&pool.usable)?;
        pool.texts.get(chosen)?.as_deref()
    }

    fn shape(&mut self, shape: &Shape, depth: u32, out: &mut String) -> Result<(), Stuck> {
        match shape {
            Shape::Null => out.push_str("null"),
            Shape::Boolean => out.push_str(if self.random.chance(1, 2) { "true" } else { "false" }),
            Shape::Number { plan, .. } => plan.make(self.random, out),
            Shape::Text(plan) => {
                let mut text = String::new();
                if !plan.make(self.now, self.random, &mut text) {
                    return Err(Stuck);
                }
                json::push_string(&text, out);
            }
            Shape::Array(plan) => return self.array(plan, depth, out),
            Shape::Object(plan) => return self.object(plan, depth, out),
        }
        Ok(())
    }

    fn array(&mut self, plan: &ArrayPlan, depth: u32, out: &mut String) -> Result<(), Stuck> {
        let more = if depth >= DEEP { 0 } else { self.random.below(4).saturating_sub(u64::from(depth >= 3)) };
        let wanted = (plan.least.max(plan.prefix.len() as u64).min(plan.most) + more).min(plan.most);
        let mut elements: Vec<NodeId> = Vec::new();
        let contained = plan.prefix.len() + plan.contains.len();
        for at in 0..usize::try_from(wanted).unwrap_or(usize::MAX) {
            let node = match plan.prefix.get(at) {
                Some(node) => Some(*node),
                None if at < contained => plan.contains.get(at - plan.prefix.len()).copied(),
                None => plan.rest,
            };
            match node {
                Some(node) => elements.push(node),
                None => break,
            }
        }
        // What has to be contained stands anywhere among the rest.
        for at in plan.prefix.len()..contained.min(elements.len()) {
            let other = at + self.random.index(elements.len() - at);
            elements.swap(at, other);
        }
        let mut spans: Vec<std::ops::Range<usize>> = Vec::with_capacity(elements.len());
        out.push('[');
        for (at, node) in elements.iter().enumerate() {
            let before = out.len();
            if !spans.is_empty() {
                out.push(',');
            }
            let start = out.len();
            let mut tries = 0;
            loop {
                self.node(*node, None, depth + 1, out)?;
                let again = plan.unique && spans.iter().any(|span| out.get(span.clone()) == out.get(start..));
                if !again {
                    spans.push(start..out.len());
                    break;
                }
                out.truncate(start);
                tries += 1;
                if tries == TRIES {
                    out.truncate(before);
                    let may_lack = spans.len() as u64 >= plan.least
                        && at >= plan.prefix.len()
                        && elements[at..].iter().all(|node| Some(*node) == plan.rest);
                    if may_lack {
                        out.push(']');
                        return Ok(());
                    }
                    return Err(Stuck);
                }
            }
        }
        if (spans.len() as u64) < plan.least {
            return Err(Stuck);
        }
        out.push(']');
        Ok(())
    }
}
