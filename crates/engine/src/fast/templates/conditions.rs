//! What is left of conditions where some values are always the same: most say nothing more of lines that are like one that
//! was proven.

use super::super::check::{Base, Proof};
use super::super::level::Level;
use crate::compile::{Expression, Field, Frame};

/// What conditions say of single slots.
pub(super) fn looked_at<'e>(expressions: &'e [Expression], fields: &mut Vec<&'e Field>) {
    for expression in expressions {
        match expression {
            Expression::Always
            | Expression::Has { .. }
            | Expression::Only { .. }
            | Expression::Count { .. } => {}
            Expression::Is(field) => fields.push(field),
            Expression::Present { inner, .. } | Expression::Not(inner) => {
                looked_at(std::slice::from_ref(inner), fields);
            }
            Expression::All(parts) | Expression::Any(parts) | Expression::One(parts) => {
                looked_at(parts, fields);
            }
            Expression::If(parts) => looked_at(&**parts, fields),
        }
    }
}

/// How much of what is in a slot is the same in all lines that are like the one that was proven.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    /// All of it, or there is nothing.
    All,
    /// Of an object that it is one, and the names of its members.
    Names,
    Nothing,
}

/// What values have to be, or must not be.
type Rest<'f> = Vec<(&'f Field, bool)>;

/// The slots of an event that was proven, as far as they are settled.
pub(super) struct Settled<'s> {
    pub(super) slots: &'s [Extent],
}

impl Settled<'_> {
    /// Whether what a condition says of a slot is the same of all lines.
    fn is(&self, field: &Field) -> bool {
        match self.slots.get(usize::from(field.slot)) {
            Some(Extent::All) => true,
            Some(Extent::Names) => field.map.is_none() && field.values.is_none(),
            _ => false,
        }
    }

    /// What has still to hold of values that are not settled, or must not, so that all conditions of a frame hold; nothing if
    /// that can't be told by single values.
    pub(super) fn rest<'f, L: Level>(&self, proof: &mut Proof<'_, '_>, frame: &'f Frame) -> Option<Rest<'f>> {
        let mut rest = Vec::new();
        for other in &frame.others {
            self.one::<L>(proof, other, &mut rest)?;
        }
        Some(rest)
    }

    /// The same of one condition that holds of the event.
    fn one<'f, L: Level>(
        &self,
        proof: &mut Proof<'_, '_>,
        condition: &'f Expression,
        rest: &mut Rest<'f>,
    ) -> Option<()> {
        match condition {
            Expression::Is(field) if !self.is(field) => {
                rest.push((field, true));
                Some(())
            }
            Expression::Not(inner)
                if let Expression::Is(field) = &**inner
                    && !self.is(field) =>
            {
                rest.push((field, false));
                Some(())
            }
            Expression::Present { slot, inner } => {
                if proof.spot(Base::of_event(), *slot).kind() == 0 {
                    return Some(());
                }
                self.one::<L>(proof, inner, rest)
            }
            Expression::All(parts) => parts.iter().try_for_each(|part| self.one::<L>(proof, part, rest)),
            Expression::If(parts) => {
                let [condition, then, otherwise] = &**parts;
                let holds = self.answer::<L>(proof, condition)?;
                self.one::<L>(proof, if holds { then } else { otherwise }, rest)
            }
            Expression::Any(parts) | Expression::One(parts) => {
                let mut open = Vec::new();
                let mut holding = 0;
                for part in parts {
                    match self.answer::<L>(proof, part) {
                        Some(true) => holding += 1,
                        Some(false) => {}
                        None => open.push(part),
                    }
                }
                match (condition, holding, open.as_slice()) {
                    (Expression::Any(_), 1.., _) | (_, 1, []) => Some(()),
                    (_, 0, [part]) => self.one::<L>(proof, part, rest),
                    _ => None,
                }
            }
            _ => self.answer::<L>(proof, condition)?.then_some(()),
        }
    }

    /// Whether a condition holds of all lines that are like this one; nothing if that depends on values that are not settled.
    fn answer<L: Level>(&self, proof: &mut Proof<'_, '_>, condition: &Expression) -> Option<bool> {
        let mut fields = Vec::new();
        looked_at(std::slice::from_ref(condition), &mut fields);
        if fields.iter().all(|field| self.is(field)) {
            return proof.answer::<L>(condition, Base::of_event());
        }
        match condition {
            // One part that surely doesn't hold is enough, whatever the others depend on.
            Expression::All(parts) => {
                let fails = |part: &Expression| self.answer::<L>(proof, part) == Some(false);
                parts.iter().any(fails).then_some(false)
            }
            Expression::Any(parts) => {
                let holds = |part: &Expression| self.answer::<L>(proof, part) == Some(true);
                parts.iter().any(holds).then_some(true)
            }
            Expression::Not(inner) => self.answer::<L>(proof, inner).map(|answer| !answer),
            _ => None,
        }
    }
}
