//! Tests of the checks as a whole: what fixes leave unchanged, and that no catalog brings them down.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail by panicking")]

mod broken;
mod catalogs;
mod fixes;
mod kinds;
