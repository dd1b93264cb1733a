//! What the fuzzer, and the test of what it kept, do with an input: what any way proves valid, the authority finds nothing
//! wrong with, and a stream says what its lines say.
//!
//! The first byte chooses: bits 0 and 1 a catalog, 2 and 3 a way, 4 whether unknown fields are borne; with both highest
//! bits the rest is a file that is read as a stream. Otherwise it is lines, an event each. They go through one engine
//! twice, alone and as a stream, so that what one line taught is tried on the next. The engine is new for each input, with
//! what was compiled once: what an input shows, it shows again.

use std::collections::HashMap;
use std::io;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use tidings_catalog::Catalog;
use tidings_engine::{
    Engine, FastPath, Level, Observer, Options, Paths, Source, SourceKind, UnknownFields, run,
};
use tidings_finding::{Finding, Summary};

const CATALOGS: [&str; 3] =
    ["specs/004-create-domain-events/contracts/events", "tests/catalogs/wallet", "tests/catalogs/parcel"];

/// The ways that are hunted.
const WAYS: [Paths; 4] = [
    Paths { fast: FastPath::All, level: Level::Best },
    Paths { fast: FastPath::OrderFree, level: Level::Best },
    Paths { fast: FastPath::Steps, level: Level::Best },
    Paths { fast: FastPath::All, level: Level::Scalar },
];

/// A catalog's engine for each way, and the authority alone.
struct Engines {
    ways: [Engine; 4],
    authority: Engine,
}

impl Engines {
    fn of(folder: &str) -> Self {
        // This file is part of the fuzzer and of a test.
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = here.ancestors().find(|folder| folder.join("xtask").is_dir()).expect("the repository");
        let catalog = Arc::new(Catalog::load(root.join(folder)).expect(folder));
        let engine = |paths| {
            Engine::new(Arc::clone(&catalog), Options { paths, ..Options::default() }).expect("schemas")
        };
        let authority = engine(Paths { fast: FastPath::AuthorityOnly, ..Paths::default() });
        Self { ways: WAYS.map(engine), authority }
    }
}

/// For each catalog, compiled when it is first asked for.
static ENGINES: [LazyLock<Engines>; 3] = [
    LazyLock::new(|| Engines::of(CATALOGS[0])),
    LazyLock::new(|| Engines::of(CATALOGS[1])),
    LazyLock::new(|| Engines::of(CATALOGS[2])),
];

/// Holds the engine to its law on one input.
pub(crate) fn hold(data: &[u8]) {
    let Some((choice, text)) = data.split_first() else { return };
    let engines = &*ENGINES[usize::from(choice & 3) % CATALOGS.len()];
    let fields = if choice >> 4 & 1 == 0 { UnknownFields::Refuse } else { UnknownFields::Allow };
    let engine = engines.ways[usize::from(choice >> 2 & 3)].with_unknown_fields(fields);
    let authority = engines.authority.with_unknown_fields(fields);
    if choice & 0xC0 == 0xC0 {
        let (fast, slow) = (stream(&engine, text), stream(&authority, text));
        assert_eq!(fast, slow);
        one_by_one(&authority, text, &fast);
    } else {
        lines(&engine, &authority, text);
    }
}

/// Holds what an engine says of lines to what the authority says of each. The lines are tried one by one first, which
/// teaches the engine, and then as a stream.
fn lines(engine: &Engine, authority: &Engine, text: &[u8]) {
    let is_blank = |line: &[u8]| line.iter().all(|byte| matches!(byte, b' ' | b'\t' | b'\r'));
    let lines = || {
        let lines = text.split(|byte| *byte == b'\n').zip(1u64..);
        let lines = lines.map(|(line, number)| (line.strip_suffix(b"\r").unwrap_or(line), number));
        lines.filter(|(line, _)| !is_blank(line))
    };
    let proven: Vec<bool> = lines().map(|(line, _)| engine.is_proven(line)).collect();
    let mut told = HashMap::new();
    // What has nothing behind it is tried line by line.
    let padded = [text, b"\n", [b' '; 200].as_slice()].concat();
    let events = engine.validate_lines(&padded, |line, verdict| {
        told.insert(line, verdict.into_findings());
    });
    for ((line, number), proven) in lines().zip(&proven) {
        // What the engine has findings of went to the authority, since nothing else makes any.
        match told.get(&number) {
            Some(findings) => {
                assert!(!proven && !findings.is_empty(), "line {number} is proven alone: {findings:?}");
            }
            None => assert_eq!(authority.validate(line).findings(), [], "line {number}"),
        }
    }
    assert_eq!(events, proven.len() as u64);
}

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
