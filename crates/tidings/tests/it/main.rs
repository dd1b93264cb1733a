//! Tests of the library as a whole, over the catalogs of this repository.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail by panicking")]

mod catalogs;
mod chance;
mod checklist;
#[cfg(target_os = "linux")]
mod edges;
mod examples;
mod fast;
mod hostile;
mod kept;
mod lessons;
mod mutate;
mod random;
mod truth;
mod ways;
