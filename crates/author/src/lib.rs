//! Writes the files of a catalog: a new event type, a new catalog, one form for all.
//!
//! In go the files of a catalog and what is wanted; out come [`Edits`], which write all files or none. What is made is
//! held to the catalog by the engine and the audit before anything is written.

mod edits;
mod error;
mod format;
mod init;
mod insert;
mod names;
mod new;

pub use edits::Edits;
pub use error::Error;
pub use format::{Formatting, format};
pub use init::{Bundle, adopt, init};
pub use new::{About, NewEvent, new_event};
pub use tidings_catalog::Effect;

/// The text of a JSON file in the one form that catalogs have.
pub(crate) fn json_file(value: &serde_json::Value) -> String {
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}
