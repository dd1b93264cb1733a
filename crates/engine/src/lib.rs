//! engine
mod detect;
mod rules;
mod shape;
pub use rules::RULES;
