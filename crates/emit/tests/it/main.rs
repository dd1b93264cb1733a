//! Tests of the emit crate through its public face.

mod docs;
mod sample;
