//! Tests of the audit through its public face, on a small catalog of rooms and lamps.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail by panicking")]

mod mutants;
mod rehearsal;
mod rooms;
mod steps;
mod streams;
