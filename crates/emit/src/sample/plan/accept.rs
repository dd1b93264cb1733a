//! Whether a value that was not made by a node would do in its place: examples, ids, times.

use tidings_json::{Kind, Member, Value};

use super::types::Types;
use super::{ArrayPlan, Case, Graph, NodeId, ObjectPlan, Shape};
use crate::sample::number::Which;

impl Graph {
    /// Whether a node allows a value, fields that it does not know refused.
    pub(crate) fn accepts(&self, id: NodeId, value: &Value<'_>) -> bool {
        self.node(id).cases.iter().any(|case| self.case_accepts(case, value))
    }

    fn case_accepts(&self, case: &Case, value: &Value<'_>) -> bool {
        if case.finite {
            return case.pool.as_ref().is_some_and(|pool| {
                pool.values
                    .iter()
                    .zip(&pool.texts)
                    .any(|(known, text)| text.is_some() && known.same_as(value))
            });
        }
        self.shapes_accept(case, value)
    }

    /// Whether the shapes of a case allow a value, whatever its pool says.
    pub(super) fn shapes_accept(&self, case: &Case, value: &Value<'_>) -> bool {
        !case.excluded.iter().any(|excluded| excluded.same_as(value))
            && case.shapes.iter().any(|shape| match (shape, &value.kind) {
                (Shape::Null, Kind::Null) | (Shape::Boolean, Kind::Bool(_)) => true,
                (Shape::Number { facets, which, .. }, Kind::Number(text)) => {
                    let whole = Types::of(value) == Types::INTEGER;
                    (*which != Which::Whole || whole)
                        && (*which != Which::Fraction || !whole)
                        && facets.accepts(text)
                }
                (Shape::Text(plan), Kind::String(text)) => plan.accepts(text),
                (Shape::Array(plan), Kind::Array(items)) => self.array_accepts(plan, items),
                (Shape::Object(plan), Kind::Object(members)) => self.object_accepts(plan, members),
                _ => false,
            })
    }

    fn array_accepts(&self, plan: &ArrayPlan, items: &[Value<'_>]) -> bool {
        let count = items.len() as u64;
        let fits = |(at, item): (usize, &Value<'_>)| {
            plan.prefix.get(at).copied().or(plan.rest).is_some_and(|node| self.accepts(node, item))
        };
        (plan.least..=plan.most).contains(&count)
            && items.iter().enumerate().all(fits)
            && !(plan.unique
                && items.iter().enumerate().any(|(at, item)| items[..at].iter().any(|o| o.same_as(item))))
            && plan.contains.iter().all(|node| items.iter().any(|item| self.accepts(*node, item)))
    }

    fn object_accepts(&self, plan: &ObjectPlan, members: &[Member<'_>]) -> bool {
        let count = members.len() as u64;
        let has = |name: &str| members.iter().any(|member| member.name == name);
        (plan.least..=plan.most).contains(&count)
            && plan.members.iter().all(|member| !member.required || has(&member.name))
            && members.iter().all(|member| self.member_accepts(plan, member))
    }

    fn member_accepts(&self, plan: &ObjectPlan, member: &Member<'_>) -> bool {
        let name = member.name.as_ref();
        if plan.forbidden.iter().any(|forbidden| forbidden == name)
            || plan.names.is_some_and(|names| !self.accepts(names, &crate::sample::json::string_value(name)))
        {
            return false;
        }
        if let Some(known) = plan.members.iter().find(|known| known.name == name) {
            return self.accepts(known.node, &member.value);
        }
        let by_pattern =
            |map: &&super::Map| map.pattern.as_ref().is_some_and(|pattern| pattern.regex.is_match(name));
        let map =
            plan.maps.iter().find(by_pattern).or_else(|| plan.maps.iter().find(|map| map.pattern.is_none()));
        match map {
            Some(map) => self.accepts(map.node, &member.value),
            None => !plan.closed && !plan.named,
        }
    }
}
