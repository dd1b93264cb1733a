//! Generators and the test run.
fn main() {}
