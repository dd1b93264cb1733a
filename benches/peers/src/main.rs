//! The peers that are crates, as ones that are measured (see `benches/protocol`).
//!
//!     bench-peers PEER BUNDLE EVENTS
//!
//! Each has its best honest form: built for this very processor, with mimalloc (not compared with others), schemas
//! compiled and events in memory before the clock starts, stopping at the first error of an event, buffers kept where its
//! interface can keep them.

mod bundle;
mod by_hand;
mod by_schema;
mod limits;
mod parsers;
mod sonic_values;

use std::fs;

use anyhow::{Context as _, bail};
use tidings_bench_protocol::serve;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> anyhow::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [peer, bundle, events] = args.as_slice() else { bail!("usage: bench-peers PEER BUNDLE EVENTS") };
    let bundle = bundle::Bundle::read(bundle)?;
    let events = fs::read(events).context(events.clone())?;
    match peer.as_str() {
        "newlines" => serve(&version("memchr"), || limits::newlines(&events)),
        "utf8" => serve(&version("simdutf8"), || limits::utf8(&events)),
        "sonic-value" => serve(&version("sonic-rs"), || parsers::sonic(&events)),
        "simd-json" => serve(&version("simd-json"), || parsers::simd_json(&events)),
        "by-hand" => serve(&version("sonic-rs"), || by_hand::pass(&events)),
        "jsonschema-serde" => {
            let validators = by_schema::OverSerde::compile(&bundle)?;
            serve(&version("jsonschema"), || validators.pass(&events))
        }
        "jsonschema-sonic" => {
            let validators = by_schema::OverSonic::compile(&bundle)?;
            serve(&version("jsonschema"), || validators.pass(&events))
        }
        "boon" => {
            let validators = by_schema::Boon::compile(&bundle)?;
            serve(&version("boon"), || validators.pass(&events))
        }
        other => bail!("there is no peer `{other}`"),
    }
}

/// The version of a crate that this program was built with.
fn version(name: &str) -> String {
    let lock = include_str!("../Cargo.lock");
    let package = format!("name = \"{name}\"\nversion = \"");
    let rest = lock.split_once(&package).map_or("?", |(_, rest)| rest);
    rest.split('"').next().unwrap_or_default().to_owned()
}

/// The lines of a file of events.
fn lines(events: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut start = 0;
    std::iter::from_fn(move || {
        let rest = events.get(start..).filter(|rest| !rest.is_empty())?;
        let length = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        start += length + 1;
        Some(&rest[..length])
    })
}
