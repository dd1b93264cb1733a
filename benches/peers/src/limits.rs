//! What no reader of events can beat: looking at every byte, for line ends and for UTF-8.

use tidings_bench_protocol::{Clock, Pass};

pub fn newlines(events: &[u8]) -> anyhow::Result<Pass> {
    let clock = Clock::start();
    let count = memchr::memchr_iter(b'\n', events).count();
    Ok(clock.stop(Some(count as u64), None))
}

pub fn utf8(events: &[u8]) -> anyhow::Result<Pass> {
    let clock = Clock::start();
    let is_valid = simdutf8::basic::from_utf8(events).is_ok();
    let pass = clock.stop(None, None);
    anyhow::ensure!(is_valid, "the events are not UTF-8");
    Ok(pass)
}
