//! Bindings: what the surroundings decide about the slots of an event.

use std::ops::Range;

use crate::sample::plan::Slots;

/// What is decided about the slots of one event. Kept from event to event, so that its memory is.
#[derive(Debug, Default)]
pub(crate) struct Bindings {
    absent: u64,
    must: u64,
    values: Vec<Option<Range<usize>>>,
    text: String,
}

impl Bindings {
    /// Forgets everything; there are `slots` of them.
    pub(crate) fn reset(&mut self, slots: usize) {
        self.absent = 0;
        self.must = 0;
        self.values.clear();
        self.values.resize(slots, None);
        self.text.clear();
    }

    /// The slot has this value, given as JSON text, wherever it is there; with `must` it is there.
    pub(crate) fn set(&mut self, slot: u8, must: bool, write: impl FnOnce(&mut String)) {
        let start = self.text.len();
        write(&mut self.text);
        if let Some(value) = self.values.get_mut(usize::from(slot)) {
            *value = Some(start..self.text.len());
        }
        if must {
            self.must |= 1 << slot;
        }
    }

    /// The slot is there, with any value.
    pub(crate) fn must(&mut self, slot: u8) {
        self.must |= 1 << slot;
    }

    /// The slot is not there.
    pub(crate) fn forbid(&mut self, slot: u8) {
        self.absent |= 1 << slot;
    }

    /// The value of a slot, if it is decided.
    pub(crate) fn value(&self, slot: u8) -> Option<&str> {
        let span = self.values.get(usize::from(slot))?.clone()?;
        self.text.get(span)
    }

    /// Whether a branch with these slots can be taken, `all` being those of all branches.
    pub(crate) fn allow(&self, branch: &Slots, all: &Slots) -> bool {
        branch.needed & self.absent == 0 && self.must & all.possible & !branch.possible == 0
    }

    /// Whether something that must be there is among these.
    pub(crate) fn asks_for(&self, slots: u64) -> bool {
        self.must & slots != 0
    }

    /// Whether something that must not be there is among these.
    pub(crate) fn refuses(&self, slots: u64) -> bool {
        self.absent & slots != 0
    }
}

/// Where the slots of an event were written.
#[derive(Debug, Default)]
pub(crate) struct Captured(Vec<Option<Range<usize>>>);

impl Captured {
    /// Forgets everything; there are `slots` of them.
    pub(crate) fn reset(&mut self, slots: usize) {
        self.0.clear();
        self.0.resize(slots, None);
    }

    pub(crate) fn note(&mut self, slot: u8, span: Range<usize>) {
        if let Some(place) = self.0.get_mut(usize::from(slot)) {
            *place = Some(span);
        }
    }

    /// What was written for a slot.
    pub(crate) fn text<'t>(&self, slot: u8, written: &'t str) -> Option<&'t str> {
        written.get(self.0.get(usize::from(slot))?.clone()?)
    }
}
