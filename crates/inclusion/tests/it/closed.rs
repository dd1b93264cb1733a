//! The closed view.
