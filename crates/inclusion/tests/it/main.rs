//! The prover against tables of pairs, random pairs and a validator.

mod closed;
mod hostile;
mod pairs;
mod random;
mod schemas;
mod support;
