//! Writes the files of a catalog: a new event type, a new catalog, one form for all.

mod edits;
mod error;
mod format;

pub use edits::Edits;
pub use error::Error;
pub use format::{Formatting, format};
