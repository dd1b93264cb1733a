//! Settles a graph: what can be made at all and in how many levels, which examples are allowed where they stand, and
//! which slots each branch has.

use crate::sample::json;

use super::{ArrayPlan, Graph, Member, NodeId, ObjectPlan, Shape, Slots};

/// The least number of levels of a node's values; `None` while none is known to be possible.
type Heights = Vec<Option<u32>>;

impl Graph {
    /// Drops what can't be made and fills in what follows from the whole graph.
    pub(super) fn settle(&mut self) {
        self.refuse_names();
        loop {
            let heights = self.heights();
            self.explain(&heights);
            self.prune(&heights);
            if !self.filter_pools() {
                break;
            }
        }
        for id in (0..self.nodes.len()).map(NodeId) {
            if self.nodes[id.0].traced {
                self.slots_of(id);
            }
        }
    }

    /// Drops members whose names are none by `propertyNames`, and objects that need one.
    fn refuse_names(&mut self) {
        for at in 0..self.nodes.len() {
            for case in 0..self.nodes[at].cases.len() {
                for shape in (0..self.nodes[at].cases[case].shapes.len()).rev() {
                    let Shape::Object(plan) = &self.nodes[at].cases[case].shapes[shape] else { continue };
                    let Some(names) = plan.names else { continue };
                    let refused = |member: &Member| !self.accepts(names, &json::string_value(&member.name));
                    let refused: Vec<bool> = plan.members.iter().map(refused).collect();
                    let case = &mut self.nodes[at].cases[case];
                    let Shape::Object(plan) = &mut case.shapes[shape] else { continue };
                    let needed = plan
                        .members
                        .iter()
                        .zip(&refused)
                        .any(|(member, refused)| member.required && *refused);
                    let mut kept = refused.iter().map(|refused| !refused);
                    plan.members.retain(|_| kept.next().unwrap_or(true));
                    if needed {
                        case.shapes.remove(shape);
                    }
                }
            }
            let node = &mut self.nodes[at];
            let before = node.cases.len();
            node.cases.retain(|case| case.pool.is_some() || !case.shapes.is_empty());
            if node.cases.is_empty() && before > 0 && node.why_none.is_none() {
                node.why_none =
                    Some("`propertyNames` refuses the name of a member that has to be there".to_owned());
            }
        }
    }

    fn heights(&self) -> Heights {
        let mut heights: Heights = vec![None; self.nodes.len()];
        loop {
            let mut changed = false;
            for at in 0..self.nodes.len() {
                let cases = self.nodes[at].cases.iter();
                let least = cases.filter_map(|case| case_height(case, &heights)).min();
                if least.is_some() && heights[at].is_none_or(|known| least < Some(known)) {
                    heights[at] = least;
                    changed = true;
                }
            }
            if !changed {
                return heights;
            }
        }
    }

    /// Notes why nothing can be made of a node whose branches all need something that can't be made.
    fn explain(&mut self, heights: &Heights) {
        for at in 0..self.nodes.len() {
            if heights[at].is_none()
                && self.nodes[at].why_none.is_none()
                && self.blocked_part(at, heights).is_none()
            {
                self.nodes[at].why_none = Some("nothing that may stand here ends".to_owned());
            }
        }
    }

    /// A member or an element that the values of a node need and that can't be made.
    fn blocked_part(&self, at: usize, heights: &Heights) -> Option<(String, NodeId)> {
        self.nodes[at].cases.iter().flat_map(|case| &case.shapes).find_map(|shape| match shape {
            Shape::Object(plan) => {
                let blocked = |member: &&Member| member.required && heights[member.node.0].is_none();
                plan.members.iter().find(blocked).map(|member| (member.name.clone(), member.node))
            }
            Shape::Array(plan) => {
                let parts = plan.prefix.iter().chain(&plan.contains).chain(&plan.rest);
                let blocked = |(_, node): &(usize, &NodeId)| heights[node.0].is_none();
                parts.enumerate().find(blocked).map(|(index, node)| (index.to_string(), *node))
            }
            _ => None,
        })
    }

    /// Why nothing can be made of a node: the place below it, as a pointer, and the reason.
    pub(crate) fn why_none(&self, id: NodeId) -> (String, String) {
        let mut pointer = String::new();
        let mut at = id;
        let mut seen = Vec::new();
        while let Some((name, below)) = &self.node(at).blocked {
            if seen.contains(&at.0) {
                return (
                    pointer,
                    "what has to be inside it has to be inside that again, without end".to_owned(),
                );
            }
            seen.push(at.0);
            pointer.push('/');
            pointer.push_str(&tidings_json::escape_token(name));
            match below {
                Some(below) => at = *below,
                None => break,
            }
        }
        (pointer, self.node(at).why_none.clone().unwrap_or_else(|| "nothing may stand here".to_owned()))
    }

    fn prune(&mut self, heights: &Heights) {
        for at in 0..self.nodes.len() {
            if heights[at].is_none() && self.nodes[at].why_none.is_none() {
                self.nodes[at].blocked = self.blocked_part(at, heights).map(|(name, id)| (name, Some(id)));
            }
            let node = &mut self.nodes[at];
            node.cases.retain_mut(|case| {
                let height = case_height(case, heights);
                case.height = height.unwrap_or(u32::MAX);
                case.shapes.retain(|shape| shape_height(shape, heights).is_some());
                height.is_some()
            });
            for shape in node.cases.iter_mut().flat_map(|case| &mut case.shapes) {
                match shape {
                    Shape::Array(plan) if plan.rest.is_some_and(|rest| heights[rest.0].is_none()) => {
                        plan.rest = None;
                        plan.most = plan.most.min(plan.prefix.len() as u64);
                    }
                    Shape::Object(plan) => {
                        let (possible, not): (Vec<_>, Vec<_>) =
                            plan.members.drain(..).partition(|member| heights[member.node.0].is_some());
                        plan.members = possible;
                        plan.forbidden.extend(not.into_iter().map(|member| member.name));
                        plan.maps.retain(|map| heights[map.node.0].is_some());
                    }
                    _ => {}
                }
            }
        }
    }

    /// Takes the values out of the pools that are not allowed where they stand. True if a pool ran empty by it.
    fn filter_pools(&mut self) -> bool {
        let mut lost = false;
        for at in 0..self.nodes.len() {
            for case in 0..self.nodes[at].cases.len() {
                lost |= self.filter_pool(at, case);
            }
            self.nodes[at].cases.retain(|case| !case.shapes.is_empty() || case.pool.is_some());
        }
        lost
    }

    fn filter_pool(&mut self, at: usize, case: usize) -> bool {
        let known = &self.nodes[at].cases[case];
        let Some(pool) = &known.pool else { return false };
        let allowed: Vec<bool> = pool
            .values
            .iter()
            .map(|value| match (known.finite, &value.kind) {
                // Scalars were looked at when the pool was made.
                (true, tidings_json::Kind::Array(_) | tidings_json::Kind::Object(_)) | (false, _) => {
                    self.shapes_accept(known, value)
                }
                (true, _) => true,
            })
            .collect();
        let case = &mut self.nodes[at].cases[case];
        let Some(pool) = &mut case.pool else { return false };
        pool.usable.retain(|at| allowed[*at]);
        for (text, allowed) in pool.texts.iter_mut().zip(&allowed) {
            if !allowed {
                *text = None;
            }
        }
        if !pool.usable.is_empty() {
            return false;
        }
        case.pool = None;
        if case.finite {
            case.shapes.clear();
        }
        true
    }

    fn slots_of(&mut self, id: NodeId) -> Slots {
        let mut node = Slots { needed: u64::MAX, possible: 0 };
        for case in 0..self.nodes[id.0].cases.len() {
            let mut slots = Slots::default();
            for shape in 0..self.nodes[id.0].cases[case].shapes.len() {
                let Shape::Object(plan) = &self.nodes[id.0].cases[case].shapes[shape] else { continue };
                let members: Vec<_> =
                    plan.members.iter().map(|member| (member.slot, member.node, member.required)).collect();
                for (slot, below, required) in members {
                    let own = slot.map_or(0, |slot| 1 << slot);
                    let below =
                        if self.nodes[below.0].traced { self.slots_of(below) } else { Slots::default() };
                    slots.possible |= own | below.possible;
                    if required {
                        slots.needed |= own | below.needed;
                    }
                }
            }
            self.nodes[id.0].cases[case].slots = slots;
            node.needed &= slots.needed;
            node.possible |= slots.possible;
        }
        node.needed &= node.possible;
        self.nodes[id.0].slots = node;
        node
    }

    /// Whether what a node makes is no promise.
    pub(crate) fn is_doubtful(&self, root: NodeId) -> bool {
        let mut seen = vec![false; self.nodes.len()];
        let mut pending = vec![root];
        while let Some(id) = pending.pop() {
            if std::mem::replace(&mut seen[id.0], true) {
                continue;
            }
            if self.nodes[id.0].doubtful {
                return true;
            }
            for case in &self.nodes[id.0].cases {
                // What comes from a pool comes from nowhere below.
                if case.pool.is_none() {
                    case.shapes.iter().for_each(|shape| pending.extend(below(shape)));
                }
            }
        }
        false
    }
}

/// The nodes that a shape is made of.
fn below(shape: &Shape) -> Vec<NodeId> {
    match shape {
        Shape::Array(ArrayPlan { prefix, rest, contains, .. }) => {
            prefix.iter().chain(rest).chain(contains).copied().collect()
        }
        Shape::Object(ObjectPlan { members, maps, .. }) => {
            members.iter().map(|member| member.node).chain(maps.iter().map(|map| map.node)).collect()
        }
        _ => Vec::new(),
    }
}

fn case_height(case: &super::Case, heights: &Heights) -> Option<u32> {
    if case.finite || case.pool.is_some() {
        return Some(0);
    }
    case.shapes.iter().filter_map(|shape| shape_height(shape, heights)).min()
}

fn shape_height(shape: &Shape, heights: &Heights) -> Option<u32> {
    let tallest = |nodes: &mut dyn Iterator<Item = NodeId>| {
        let mut tallest = 0;
        for node in nodes {
            tallest = heights[node.0]?.max(tallest);
        }
        Some(tallest)
    };
    match shape {
        Shape::Array(plan) => {
            let least = usize::try_from(plan.least).unwrap_or(usize::MAX);
            let prefix = plan.prefix.iter().take(least);
            let rest = plan.rest.iter().filter(|_| least > plan.prefix.len() + plan.contains.len());
            if least > plan.prefix.len() && plan.rest.is_none() {
                return None;
            }
            tallest(&mut prefix.chain(rest).chain(&plan.contains).copied()).map(|height| height + 1)
        }
        Shape::Object(plan) => {
            tallest(&mut plan.members.iter().filter(|member| member.required).map(|member| member.node))
                .map(|height| height + 1)
        }
        _ => Some(0),
    }
}
