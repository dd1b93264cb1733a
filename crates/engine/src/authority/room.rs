//! How much room there is for the errors of one event.
//!
//! The crate collects all errors before it tells any, and of alternatives those of each. A schema that describes itself in
//! several ways, and a long name above many errors, would make of a short event more than fits into memory. So each error takes
//! some of the room there is, and where that is used up an event seems to be empty from then on, which ends the search. What was
//! found first is right all the same.

use std::cell::Cell;

/// How many bytes the errors of one event may take, as far as that can be told.
const ROOM: usize = 128 << 20;

/// What an error takes, beside the pointer to its place and the names of the members there.
const ERROR: usize = 1024;

thread_local! {
    static LEFT: Cell<usize> = const { Cell::new(usize::MAX) };
    static EACH: Cell<usize> = const { Cell::new(0) };
}

/// Collects the errors of an event whose pointers have at most so many bytes, and tells whether there was room for all.
pub(super) fn collect<T>(longest: usize, collect: impl FnOnce() -> T) -> (T, bool) {
    LEFT.set(ROOM);
    EACH.set(ERROR + longest);
    let collected = collect();
    let had_room = !is_full();
    clear();
    (collected, had_room)
}

/// Begins anew, with room for anything, whatever came of what was collected before.
pub(super) fn clear() {
    LEFT.set(usize::MAX);
    EACH.set(0);
}

/// Takes the room for an error that may hold so many bytes of its own.
pub(super) fn take(own: usize) {
    if EACH.get() > 0 {
        LEFT.set(LEFT.get().saturating_sub(EACH.get() + own));
    }
}

/// Whether there is none left.
pub(super) fn is_full() -> bool {
    LEFT.get() == 0
}
