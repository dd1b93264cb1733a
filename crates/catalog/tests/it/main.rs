//! Tests of the catalog crate through its public face.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail by panicking")]

mod errors;
mod git;
mod messaging;
mod references;
