//! Whichever way is taken through the engine, with however many threads: a run finds the same, to the last word.

use std::io;
use std::sync::Arc;

use tidings::emit::sample::{Options as Sample, Sampler};
use tidings::{
    Catalog, Engine, Finding, Limits, Observer, Options, Source, SourceKind, Summary, UnknownFields, run,
};
use tidings_engine::{FastPath, Level, Paths};

use crate::catalogs;
use crate::fast::spaced;

/// All that a run tells.
#[derive(Debug, Default, PartialEq)]
struct Told {
    findings: Vec<Finding>,
    others: Vec<String>,
    summary: Summary,
}

impl Observer for Told {
    fn finding(&mut self, finding: &Finding) -> io::Result<()> {
        self.findings.push(finding.clone());
        Ok(())
    }

    fn unreadable(&mut self, source: &str, error: &io::Error) {
        self.others.push(format!("{source}: {error}"));
    }

    fn empty(&mut self, source: &str) {
        self.others.push(format!("{source}: empty"));
    }

    fn progress(&mut self, _: &Summary) {}
}

fn told(engine: &Engine, sources: &[Source], threads: usize) -> Told {
    let mut told = Told::default();
    let summary = run(engine, sources.iter().cloned(), threads, &mut told).unwrap();
    Told { summary: Summary { seconds: 0.0, ..summary }, ..told }
}

/// Sampled events in some forms, a third of them with a fault.
fn streams(catalog: &Arc<Catalog>) -> Vec<Source> {
    let mut sources = Vec::new();
    for shuffle_keys in [false, true] {
        let faults = "all=0.3".parse().unwrap();
        let options = Sample { events: 250, seed: 3, faults, shuffle_keys, ..Sample::default() };
        let events: Vec<Vec<u8>> =
            Sampler::new(catalog, &options).unwrap().collect::<Result<_, _>>().unwrap();
        let mut add = |name: &str, text: Vec<u8>| {
            sources.push(Source::memory(&format!("{name}, {shuffle_keys}"), &text, SourceKind::Lines));
        };
        add("lines", events.join(&b'\n'));
        add("carriage returns", events.join(&b"\r\n"[..]));
        add("blank lines", events.join(&b"\n \n\n"[..]));
        add("spaced", events.iter().map(|event| spaced(event)).collect::<Vec<_>>().join(&b'\n'));
        let document = [b"[", &*events[..50].join(&b','), b"]"].concat();
        sources.push(Source::memory("array", &document, SourceKind::Document));
    }
    sources
}

/// The catalog's own events, each as a document and in lines.
fn own(catalog: &Catalog) -> Vec<Source> {
    let examples = catalog.examples.iter().map(|example| (&example.path, &example.content));
    let near_misses = catalog.near_misses.iter().map(|near_miss| (&near_miss.path, &near_miss.content));
    let kinds = [SourceKind::Lines, SourceKind::Document];
    examples
        .chain(near_misses)
        .flat_map(|(path, content)| kinds.map(|kind| Source::memory(path, content, kind)))
        .collect()
}

#[test]
fn each_way_and_any_number_of_threads_finds_the_same_to_the_last_word() {
    for (name, folder) in catalogs::folders() {
        let catalog = Arc::new(Catalog::load(folder).unwrap());
        let sources = [own(&catalog), streams(&catalog)].concat();
        let small = Limits { max_event_bytes: 600, max_depth: 3 };
        for (unknown_fields, limits, excerpts) in
            [(UnknownFields::Refuse, Limits::default(), true), (UnknownFields::Allow, small, false)]
        {
            let engine = |fast, level| {
                let paths = Paths { fast, level };
                let options = Options { unknown_fields, limits, excerpts, paths, ..Options::default() };
                Engine::new(Arc::clone(&catalog), options).unwrap()
            };
            let authority = engine(FastPath::AuthorityOnly, Level::Best);
            let expected = told(&authority, &sources, 1);
            assert!(expected.findings.len() > 500 && expected.summary.valid > 500, "{name}: {expected:#?}");
            assert_eq!(told(&authority, &sources, 3), expected, "{name}, three threads");
            for fast in [FastPath::WhenItPays, FastPath::All, FastPath::Steps, FastPath::OrderFree] {
                for level in [Level::Best, Level::Avx2, Level::Scalar] {
                    let way = engine(fast, level);
                    for threads in [1, 3] {
                        let found = told(&way, &sources, threads);
                        let pairs = found.findings.iter().zip(&expected.findings);
                        let differing = pairs.filter(|(found, expected)| found != expected).take(1);
                        let differing: Vec<_> = differing.collect();
                        assert!(
                            found == expected,
                            "{name}, {fast:?}, {level:?}, {threads}: {differing:#?}\n{:#?}\n{:#?}",
                            found.summary,
                            expected.summary
                        );
                    }
                }
            }
        }
    }
}
