//! How much room there is for the errors of one event.
//!
//! The crate collects all errors before it tells any, and of alternatives those of each. A schema that describes itself in
//! several ways, and a long name above many errors, would make of a short event more than fits into memory. So each error takes
//! some of the room there is, and where that is used up an event seems to be empty from then on, which ends the search. What was
//! found first is right all the same. So it is with the steps that the search takes: what is valid is looked through again for
//! each way that leads to it.

use std::cell::Cell;

/// How many bytes the errors of one event may take, as far as that can be told: so many, and an error for each of its own bytes,
/// but never more than this.
const LEAST_ROOM: usize = 16 << 20;
const MOST_ROOM: usize = 128 << 20;

/// How many values may be looked into: so many, and more for each byte of the event.
const LEAST_STEPS: usize = 1 << 20;
const STEPS_A_BYTE: usize = 16;

/// What an error takes, beside the pointer to its place and the names of the members there.
const ERROR: usize = 1024;

thread_local! {
    static LEFT: Cell<usize> = const { Cell::new(usize::MAX) };
    static EACH: Cell<usize> = const { Cell::new(0) };
    static STEPS_LEFT: Cell<usize> = const { Cell::new(0) };
    static HAS_SOME: Cell<bool> = const { Cell::new(false) };
}

/// How much of what there is to find was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    All,
    /// Only the first is right.
    First,
    /// What was found isn't right.
    Nothing,
}

/// Collects the errors of an event of a length, whose pointers have at most so many bytes.
pub(super) fn collect<T>(length: usize, longest: usize, collect: impl FnOnce() -> T) -> (T, Found) {
    LEFT.set(LEAST_ROOM.saturating_add(length.saturating_mul(ERROR)).min(MOST_ROOM));
    EACH.set(ERROR + longest);
    STEPS_LEFT.set(LEAST_STEPS.saturating_add(length.saturating_mul(STEPS_A_BYTE)));
    HAS_SOME.set(false);
    let collected = collect();
    let found = match (LEFT.get(), HAS_SOME.get()) {
        (1.., _) => Found::All,
        (0, true) => Found::First,
        (0, false) => Found::Nothing,
    };
    clear();
    (collected, found)
}

/// Begins anew, with room for anything, whatever came of what was collected before.
pub(super) fn clear() {
    LEFT.set(usize::MAX);
    EACH.set(0);
}

/// Takes the room for an error that may hold so many bytes of its own.
pub(super) fn take(own: usize) {
    if EACH.get() > 0 && LEFT.get() > 0 {
        LEFT.set(LEFT.get().saturating_sub(EACH.get() + own));
        HAS_SOME.set(true);
    }
}

/// Takes a step, and tells whether there is room left and it wasn't the last.
pub(super) fn goes_on() -> bool {
    if EACH.get() > 0 {
        match STEPS_LEFT.get() {
            0 => LEFT.set(0),
            left => STEPS_LEFT.set(left - 1),
        }
    }
    LEFT.get() > 0
}
