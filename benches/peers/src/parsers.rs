//! Parsers that check nothing but JSON's grammar.

use simd_json::{Buffers, INPUT_PADDING, Tape, fill_tape_padded};
use tidings_bench_protocol::{Clock, Pass};

use crate::lines;

/// sonic-rs into its `Value`.
pub fn sonic(events: &[u8]) -> anyhow::Result<Pass> {
    let (mut count, mut valid) = (0, 0);
    let clock = Clock::start();
    for line in lines(events) {
        count += 1;
        valid += u64::from(sonic_rs::from_slice::<sonic_rs::Value>(line).is_ok());
    }
    Ok(clock.stop(Some(count), Some(valid)))
}

/// simd-json onto its tape. It writes into its input, so it gets a copy of it, before the clock starts; what follows an
/// event serves as its padding.
pub fn simd_json(events: &[u8]) -> anyhow::Result<Pass> {
    let mut copy = Vec::with_capacity(events.len() + INPUT_PADDING);
    copy.extend_from_slice(events);
    copy.resize(events.len() + INPUT_PADDING, 0);
    let mut buffers = Buffers::new(4096);
    let mut tape = Tape::null();
    let (mut count, mut valid, mut start) = (0, 0, 0);
    let clock = Clock::start();
    while start < events.len() {
        let length = memchr::memchr(b'\n', &copy[start..]).unwrap_or(events.len() - start);
        let mut filled = tape.reset();
        count += 1;
        let event = &mut copy[start..start + length + INPUT_PADDING];
        valid += u64::from(fill_tape_padded(event, length, &mut buffers, &mut filled).is_ok());
        tape = filled.reset();
        start += length + 1;
    }
    Ok(clock.stop(Some(count), Some(valid)))
}
