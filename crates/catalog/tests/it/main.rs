//! Tests of the catalog crate through its public face.

mod errors;
mod messaging;
mod references;
