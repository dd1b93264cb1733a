//! The prover against tables of pairs, random pairs and a validator.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail by panicking")]

mod closed;
mod hostile;
mod pairs;
mod random;
mod schemas;
mod support;
