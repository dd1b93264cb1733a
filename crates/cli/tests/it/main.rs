//! The command as a whole: what it prints, how it ends, and what hostile input cannot make it do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail by panicking")]

mod author;
mod breaking;
mod catalogs;
mod conventions;
mod events;
mod exit_codes;
mod formats;
mod hostile_catalogs;
mod hostile_events;
mod hostile_sources;
mod input;
mod lint;
mod privacy;
mod tidings;
mod transcripts;
