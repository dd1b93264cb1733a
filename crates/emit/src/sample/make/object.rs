//! Makes objects: which of the optional members are there, and then each in its turn.

use super::{DEEP, Hint, Maker, Stuck, TRIES};
use crate::sample::json;
use crate::sample::plan::{Map, Member, ObjectPlan};

/// How many groups of an object draw their examples together.
const MAX_GROUPS: usize = 8;

/// Whether the optional members of one object are there.
#[derive(Clone, Copy)]
enum Fill {
    All,
    None,
    Some,
}

impl Maker<'_> {
    pub(super) fn object(&mut self, plan: &ObjectPlan, depth: u32, out: &mut String) -> Result<(), Stuck> {
        let fill = match self.random.below(4) {
            _ if depth >= DEEP => Fill::None,
            0 => Fill::All,
            1 => Fill::None,
            _ => Fill::Some,
        };
        let mut drawn = [0; MAX_GROUPS];
        for (index, length) in drawn.iter_mut().zip(&plan.groups) {
            *index = self.random.index(*length);
        }
        let counted = plan.least > 0 || plan.most < u64::MAX;
        let counts = if counted { Some(self.choose(plan, fill)?) } else { None };
        let mut first = true;
        out.push('{');
        for (at, member) in plan.members.iter().enumerate() {
            let there = match &counts {
                Some(there) => there[at],
                None => self.is_there(member, fill)?,
            };
            if !there {
                continue;
            }
            if !std::mem::take(&mut first) {
                out.push(',');
            }
            out.push_str(&member.key);
            self.member(member, &drawn, depth, out)?;
        }
        let written = counts.map_or(0, |there| there.iter().filter(|there| **there).count() as u64);
        self.maps(plan, written, fill, depth, first, out)?;
        out.push('}');
        Ok(())
    }

    fn member(
        &mut self,
        member: &Member,
        drawn: &[usize],
        depth: u32,
        out: &mut String,
    ) -> Result<(), Stuck> {
        let start = out.len();
        let bound = member.slot.and_then(|slot| self.bindings.value(slot));
        if let Some(value) = bound {
            out.push_str(value);
        } else {
            let group = member.group.and_then(|(group, source)| Some((source, drawn.get(group)?)));
            let hint = group.map(|(source, index)| Hint { source, index: *index });
            self.node(member.node, hint, depth + 1, out)?;
        }
        if let Some(slot) = member.slot {
            self.captured.note(slot, start..out.len());
        }
        Ok(())
    }

    /// Whether a member is there; an error if it must be and must not.
    fn is_there(&mut self, member: &Member, fill: Fill) -> Result<bool, Stuck> {
        let graph = self.graph;
        let below = &graph.node(member.node).slots;
        let own = member.slot.map_or(0, |slot| 1 << slot);
        let refused = self.bindings.refuses(own | below.needed);
        let asked = member.required || self.bindings.asks_for(own | below.possible);
        if asked || refused {
            return if asked && refused { Err(Stuck) } else { Ok(asked) };
        }
        Ok(match fill {
            Fill::All => true,
            Fill::None => false,
            Fill::Some => self.random.chance(1, 2),
        })
    }

    /// Which members are there, where their number is bounded.
    fn choose(&mut self, plan: &ObjectPlan, fill: Fill) -> Result<Vec<bool>, Stuck> {
        let mut there = Vec::with_capacity(plan.members.len());
        for member in &plan.members {
            there.push(self.is_there(member, fill)?);
        }
        let count = |there: &[bool]| there.iter().filter(|there| **there).count() as u64;
        let wrong = |there: &[bool]| (count(there) < plan.least, count(there) > plan.most);
        for _ in 0..plan.members.len() {
            let (few, many) = wrong(&there);
            if !few && !many {
                break;
            }
            // From a random place on, the first one that can be changed.
            let start = self.random.index(plan.members.len());
            for at in (start..plan.members.len()).chain(0..start) {
                let loose = self.is_there(&plan.members[at], if few { Fill::All } else { Fill::None })?;
                if there[at] != loose {
                    there[at] = loose;
                    break;
                }
            }
        }
        if wrong(&there).1 { Err(Stuck) } else { Ok(there) }
    }

    /// Adds members whose names follow a rule.
    fn maps(
        &mut self,
        plan: &ObjectPlan,
        written: u64,
        fill: Fill,
        depth: u32,
        mut first: bool,
        out: &mut String,
    ) -> Result<(), Stuck> {
        let least = plan.least.saturating_sub(written);
        if plan.maps.is_empty() {
            return if least > 0 { Err(Stuck) } else { Ok(()) };
        }
        let more = match fill {
            Fill::None => 0,
            Fill::All | Fill::Some => self.random.below(4),
        };
        let wanted = least.max(more).min(plan.most.saturating_sub(written));
        let mut names: Vec<String> = Vec::new();
        let mut tries = u64::from(TRIES) + 2 * wanted;
        while (names.len() as u64) < wanted && tries > 0 {
            tries -= 1;
            let Some(map) = self.random.pick(&plan.maps) else { break };
            let Some(name) = self.name(plan, map) else { continue };
            if names.contains(&name) {
                continue;
            }
            if !std::mem::take(&mut first) {
                out.push(',');
            }
            json::push_string(&name, out);
            out.push(':');
            self.node(map.node, None, depth + 1, out)?;
            names.push(name);
        }
        if (names.len() as u64) < least { Err(Stuck) } else { Ok(()) }
    }

    /// A name for a member that this map describes and no other.
    fn name(&mut self, plan: &ObjectPlan, map: &Map) -> Option<String> {
        let mut name = String::new();
        if !map.key.make(self.now, self.random, &mut name) {
            return None;
        }
        let others = plan.maps.iter().filter(|other| !std::ptr::eq(*other, map));
        let elsewhere =
            others.filter_map(|other| other.pattern.as_ref()).any(|other| other.regex.is_match(&name));
        let allowed = plan.names.is_none_or(|rule| self.graph.accepts(rule, &json::string_value(&name)));
        (allowed && !elsewhere).then_some(name)
    }
}
