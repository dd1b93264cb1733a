//! What a catalog gives its readers: its reference page, and sample streams.
//!
//! Everything here is a pure function of a [`Catalog`](tidings_catalog::Catalog) (and a seed); nothing is written.

pub mod docs;
pub mod sample;
