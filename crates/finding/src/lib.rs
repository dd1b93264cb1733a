//! What is wrong, and how it is shown.
//!
//! A [`Finding`] is data: one thing wrong with an event or a catalog, made by the engine (or later by the audit and the
//! checks of a catalog) and shown by a renderer of [`render`]. Nothing here decides what is wrong, reads a file or
//! prints: a renderer writes to the [`std::io::Write`] that it is given.

mod baseline;
mod finding;
mod rule;
mod summary;

pub mod render;

pub use baseline::Baseline;
pub use finding::{Excerpt, Finding};
pub use rule::{Rule, Severity};
pub use summary::{AggregateTotals, Compared, StreamTotals, Summary, TransitionTotals};
