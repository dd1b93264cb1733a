//! What holds only over a whole stream: lifecycles, references, identities, duplicates, order.
//!
//! ```text
//! engine::follow ─→ sound events ─→ facts ─→ auditor (redelivery, idempotency, references, lifecycle, identity,
//!                                            members, order) ─→ findings, totals
//!                                               ↕
//!                                             state
//! ```
//!
//! Everything is declared in the catalog's manifest. What is remembered of the stream is behind one seam, `state.rs`;
//! facts are taken from events on any thread, and applied in the order of the stream on one.

mod auditor;
mod facts;
mod machine;
mod rehearsal;
mod rules;
mod run;
mod state;
mod time;
mod trace;

pub use rehearsal::{Act, Rehearsal, Snapshot, Stage, Wrong};
pub use rules::RULES;
pub use run::{Options, Order, audit};
pub use trace::TraceEntry;
