//! The engine's law, hunted. What is done with an input is in `hold.rs`.
#![no_main]

mod hold;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| hold::hold(data));
