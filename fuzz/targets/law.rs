//! The engine's law, hunted: what the engine says with its fast path is what its authority says alone, to the last finding.
//!
//! The first byte chooses: its lowest bits a catalog, the next whether unknown fields are borne, the highest whether the
//! rest is a file that is read as a stream. The rest is lines, an event each. Several lines go through the same engines,
//! so that what one line taught is tried on the next.
//!
//! There is only one engine so far: `without_fast_path` has nothing to switch off. What is found today is panics, what
//! grows without bounds, and that a stream says something else than its events one by one.
#![no_main]

use std::io;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use libfuzzer_sys::fuzz_target;
use tidings_catalog::Catalog;
use tidings_engine::{Engine, Observer, Options, Source, SourceKind, UnknownFields, run};
use tidings_finding::{Finding, Summary};

const CATALOGS: [&str; 3] =
    ["specs/004-create-domain-events/contracts/events", "tests/catalogs/wallet", "tests/catalogs/parcel"];

/// The engine as it is used, and the authority alone.
struct Pair {
    engine: Engine,
    authority: Engine,
}

/// For each catalog one that bears no unknown fields, and one that does.
static PAIRS: LazyLock<Vec<[Pair; 2]>> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let pair = |catalog: &Arc<Catalog>, unknown_fields| {
        let engine = |options| {
            Engine::new(Arc::clone(catalog), Options { unknown_fields, ..options }).expect("schemas")
        };
        Pair { engine: engine(Options::default()), authority: engine(without_fast_path()) }
    };
    let pairs = |folder| {
        let catalog = Arc::new(Catalog::load(root.join(folder)).expect(folder));
        [UnknownFields::Refuse, UnknownFields::Allow].map(|fields| pair(&catalog, fields))
    };
    CATALOGS.map(pairs).into()
});

fn without_fast_path() -> Options {
    Options::default()
}

fuzz_target!(|data: &[u8]| {
    let Some((choice, text)) = data.split_first() else { return };
    let pairs = &PAIRS[usize::from(choice & 0x0f) % PAIRS.len()];
    let Pair { engine, authority } = &pairs[usize::from(choice >> 4 & 1)];
    if choice & 0x80 == 0 {
        for line in text.split(|byte| *byte == b'\n') {
            let (fast, slow) = (engine.validate(line), authority.validate(line));
            assert_eq!(fast.findings(), slow.findings());
            assert_eq!(fast.is_valid(), slow.is_valid());
        }
    } else {
        let (fast, slow) = (stream(engine, text), stream(authority, text));
        assert_eq!(fast, slow);
        one_by_one(authority, text, &fast);
    }
});

/// All that a stream's run says.
fn stream(engine: &Engine, text: &[u8]) -> (Summary, Findings) {
    let mut findings = Findings::default();
    let source = Source::memory("fuzzed", text, SourceKind::Lines);
    let mut summary = run(engine, std::iter::once(source), 1, &mut findings).expect("nothing can fail here");
    summary.seconds = 0.0;
    (summary, findings)
}

/// The lines of a stream, taken by themselves, have the findings that the stream has.
fn one_by_one(engine: &Engine, text: &[u8], (summary, found): &(Summary, Findings)) {
    // What is compressed or UTF-16 is the reader's business, and how much of white space is part of an event.
    let is_plain = found.unreadable.is_empty() && text.iter().take(2).all(u8::is_ascii);
    let lines = || text.split(|byte| *byte == b'\n').zip(1..).filter(|(line, _)| !line.is_empty());
    if !is_plain || lines().any(|(line, _)| line.trim_ascii().len() != line.len()) {
        return;
    }
    let mut valid = 0;
    for (line, number) in lines() {
        let alone = engine.validate(line);
        let in_stream = found.findings.iter().filter(|finding| finding.line == Some(number));
        let rules = |finding: &Finding| (finding.rule.id, finding.pointer.clone());
        assert!(
            alone.findings().iter().map(rules).eq(in_stream.map(rules)),
            "line {number}: {:?} alone, but {found:?} in the stream",
            alone.findings()
        );
        valid += u64::from(alone.is_valid());
    }
    assert_eq!(summary.valid, valid);
}

#[derive(Debug, Default, PartialEq)]
struct Findings {
    findings: Vec<Finding>,
    unreadable: Vec<String>,
}

impl Observer for Findings {
    fn finding(&mut self, finding: &Finding) -> io::Result<()> {
        self.findings.push(finding.clone());
        Ok(())
    }

    fn unreadable(&mut self, source: &str, error: &io::Error) {
        self.unreadable.push(format!("{source}: {error}"));
    }

    fn empty(&mut self, _source: &str) {}

    fn progress(&mut self, _summary: &Summary) {}
}
