//! Tests of the author crate through its public face.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail by panicking")]

mod catalogs;
mod format;
mod held;
mod init;
mod new;
mod random;
