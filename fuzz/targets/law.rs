//! The engine's law, hunted: what a fast path proves valid, the authority finds nothing wrong with, and all fast paths
//! prove the same.
//!
//! The first byte chooses a catalog, the rest is lines. Several lines go through the same engines, so that templates that
//! one line taught are tried on the next.
#![no_main]

use std::path::PathBuf;
use std::sync::{Arc, LazyLock};

use libfuzzer_sys::fuzz_target;
use tidings_catalog::Catalog;
use tidings_engine::{Engine, FastPath, Frame, Level, Options, Paths};

/// The authority first, then every way to a proof.
const WAYS: [(FastPath, Level); 7] = [
    (FastPath::AuthorityOnly, Level::Best),
    (FastPath::All, Level::Best),
    (FastPath::OrderFree, Level::Best),
    (FastPath::All, Level::Avx2),
    (FastPath::OrderFree, Level::Avx2),
    (FastPath::All, Level::Scalar),
    (FastPath::OrderFree, Level::Scalar),
];

static ENGINES: LazyLock<Vec<Vec<Engine>>> = LazyLock::new(|| {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    ["specs/004-create-domain-events/contracts/events", "tests/catalogs/wallet", "tests/catalogs/parcel"]
        .map(|folder| {
            let catalog = Arc::new(Catalog::load(root.join(folder)).expect(folder));
            let engine = |(fast, level)| {
                let options = Options { paths: Paths { fast, level }, ..Options::default() };
                Engine::new(Arc::clone(&catalog), options).expect(folder)
            };
            WAYS.map(engine).into()
        })
        .into()
});

fuzz_target!(|data: &[u8]| {
    let Some((choice, lines)) = data.split_first() else { return };
    let engines = &ENGINES[usize::from(*choice) % ENGINES.len()];
    let [authority, ways @ ..] = engines.as_slice() else { return };
    for line in lines.split(|byte| *byte == b'\n') {
        let mut proven = ways.iter().map(|way| way.is_proven(line));
        let first = proven.next().unwrap_or_default();
        assert!(proven.all(|proven| proven == first), "the ways differ");
        if first {
            let mut findings = Vec::new();
            authority.check(&Frame::of_bytes(line), &mut findings);
            assert!(findings.is_empty(), "proven, but {findings:?}");
        }
    }
});
