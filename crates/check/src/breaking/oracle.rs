//! The engine as the prover's oracle: the last word about an event is its.

use std::cell::RefCell;

use serde_json::Value;
use tidings_catalog::{Catalog, EventType};
use tidings_engine::Engine;
use tidings_finding::Severity;
use tidings_inclusion::{Oracle, Side};
use tidings_json::Pointer;

/// Judges events of one event type, from one version's point of view against another's.
pub(super) struct Judges<'j> {
    pub(super) left: &'j Engine,
    pub(super) right: &'j Engine,
    /// The two places at which the id of the aggregate stands, on the left side.
    pub(super) ids: Option<(Pointer, Pointer)>,
    last: RefCell<Option<(Value, Judged)>>,
}

#[derive(Clone)]
struct Judged {
    /// The event as it is judged.
    event: Value,
    left: bool,
    right: bool,
}

impl<'j> Judges<'j> {
    pub(super) fn new(
        left: &'j Engine,
        right: &'j Engine,
        catalog: &Catalog,
        event_type: &EventType,
    ) -> Self {
        let role = catalog.roles.aggregate_id.clone();
        let ids = role.zip(catalog.aggregate_of(event_type).map(|aggregate| aggregate.id.clone()));
        let ids = ids.filter(|(one, other)| one != other);
        Self { left, right, ids, last: RefCell::new(None) }
    }

    /// The event that a value stands for: with one id at both places, so that the left side accepts it and, if that can
    /// be, the right one doesn't.
    pub(super) fn event(&self, value: &Value) -> Value {
        self.judge(value).event
    }

    fn judge(&self, value: &Value) -> Judged {
        if let Some((known, judged)) = &*self.last.borrow()
            && known == value
        {
            return judged.clone();
        }
        let judge = |event: Value| {
            let text = event.to_string();
            let left = accepts(self.left, text.as_bytes());
            let right = left && accepts(self.right, text.as_bytes());
            Judged { event, left, right }
        };
        let mut judged = judge(value.clone());
        for (from, to) in self.ids.iter().flat_map(|(one, other)| [(other, one), (one, other)]) {
            if judged.left && !judged.right {
                break;
            }
            if let Some(event) = agreed(value, from, to) {
                let other = judge(event);
                if other.left && (!judged.left || !other.right) {
                    judged = other;
                }
            }
        }
        *self.last.borrow_mut() = Some((value.clone(), judged.clone()));
        judged
    }
}

impl Oracle for Judges<'_> {
    fn accepts(&self, side: Side, value: &Value) -> bool {
        let judged = self.judge(value);
        match side {
            Side::Left => judged.left,
            Side::Right => judged.right,
        }
    }
}

/// Whether an engine has no error to tell of.
pub(super) fn accepts(engine: &Engine, event: &[u8]) -> bool {
    engine.validate(event).findings().iter().all(|finding| finding.severity() != Severity::Error)
}

/// The event with the value at one place at another one too.
fn agreed(event: &Value, from: &Pointer, to: &Pointer) -> Option<Value> {
    let value = event.pointer(&from.to_string())?.clone();
    let mut event = event.clone();
    let place = event.pointer_mut(&to.to_string())?;
    if *place == value {
        return None;
    }
    *place = value;
    Some(event)
}
