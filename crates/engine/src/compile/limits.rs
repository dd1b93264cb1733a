//! What keeps the compiler within bounds, whatever schemas lead to: references can describe in a few lines what takes more parts
//! than there is room for. What goes beyond is left to the authority.

use super::program::Note;

/// How many parts (expressions and slots) there may be of one event type, and of all. Event types have some hundred.
const MOST_OF_ONE: usize = 20_000;
const MOST_OF_ALL: usize = 300_000;

/// How deep schemas may lead into each other.
const MOST_DEEP: usize = 100;

/// Why the authority has what goes beyond.
pub(super) const BEYOND: &str = "schemas that lead too deep, or to too much";

/// What may still be made.
pub(super) struct Budget {
    of_one: usize,
    of_all: usize,
    depth: usize,
}

impl Budget {
    pub(super) fn new() -> Self {
        Self { of_one: MOST_OF_ONE, of_all: MOST_OF_ALL, depth: 0 }
    }

    /// Begins with another event type.
    pub(super) fn renew(&mut self) {
        self.of_one = MOST_OF_ONE;
    }

    /// Takes a part, and goes one step deeper; whether that was possible. [`Budget::leave`] comes back, if so.
    pub(super) fn enter(&mut self) -> bool {
        if self.depth >= MOST_DEEP || self.of_one == 0 || self.of_all == 0 {
            return false;
        }
        self.depth += 1;
        self.take(1);
        true
    }

    /// Takes so many parts, or as many as there are.
    pub(super) fn take(&mut self, parts: usize) {
        self.of_one = self.of_one.saturating_sub(parts);
        self.of_all = self.of_all.saturating_sub(parts);
    }

    pub(super) fn leave(&mut self) {
        self.depth -= 1;
    }
}

/// What is noted of an event type or a part of one: each thing once, and no more than somebody reads.
#[derive(Clone, Default)]
pub(super) struct Notes(Vec<Note>);

impl Notes {
    pub(super) fn add(&mut self, note: Note) {
        if self.0.len() < Note::MOST && !self.0.contains(&note) {
            self.0.push(note);
        }
    }

    /// Whether something of a place is noted.
    pub(super) fn tell_of(&self, place: &str) -> bool {
        self.0.iter().any(|note| note.place == place)
    }

    pub(super) fn add_all(&mut self, others: &Self) {
        others.0.iter().for_each(|note| self.add(note.clone()));
    }

    pub(super) fn into_list(self) -> Vec<Note> {
        self.0
    }
}
