//! The law of the engine: what its fast path proves valid, the authority finds nothing wrong with. Sampled events,
//! examples and near misses of the three catalogs, and events with something changed, tens of thousands of each.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use tidings::emit::sample::{Options as Sample, Sampler};
use tidings::{Catalog, Engine, Finding, Frame, Options};
use tidings_engine::{FastPath, Level, Paths};

use crate::catalogs;
use crate::chance::setting;
use crate::mutate::Mutator;

/// How many changed events are tried for each catalog; `TIDINGS_CHANGED` sets another number, `TIDINGS_SEED` where to
/// begin.
const CHANGED: usize = 67_000;

/// How many of them are a stream.
const STREAM: usize = 1000;

/// A catalog with an engine that tries to prove events and one that asks the authority about each.
pub(crate) struct Pair {
    pub(crate) name: &'static str,
    pub(crate) catalog: Arc<Catalog>,
    pub(crate) fast: Engine,
    /// Engines that take other ways.
    pub(crate) others: Vec<Engine>,
    pub(crate) authority: Engine,
}

/// The other ways to a proof: each level, with what is learned and without.
const OTHERS: [(FastPath, Level); 6] = [
    (FastPath::Steps, Level::Best),
    (FastPath::OrderFree, Level::Best),
    (FastPath::All, Level::Avx2),
    (FastPath::OrderFree, Level::Avx2),
    (FastPath::All, Level::Scalar),
    (FastPath::OrderFree, Level::Scalar),
];

pub(crate) fn engine(catalog: &Arc<Catalog>, fast: FastPath, level: Level) -> Engine {
    let options = Options { paths: Paths { fast, level }, ..Options::default() };
    Engine::new(Arc::clone(catalog), options).unwrap()
}

pub(crate) fn pairs() -> Vec<Pair> {
    let pair = |(name, folder)| {
        let catalog = Arc::new(Catalog::load(folder).unwrap());
        let fast = engine(&catalog, FastPath::All, Level::Best);
        let others = OTHERS.iter().map(|(fast, level)| engine(&catalog, *fast, *level)).collect();
        let authority = engine(&catalog, FastPath::AuthorityOnly, Level::Best);
        Pair { name, catalog, fast, others, authority }
    };
    catalogs::folders().into_iter().map(pair).collect()
}

impl Pair {
    /// What the authority finds.
    pub(crate) fn found(&self, event: &[u8]) -> Vec<Finding> {
        let mut findings = Vec::new();
        self.authority.check(&Frame::of_bytes(event), &mut findings);
        findings
    }

    /// Whether an event is proven, which no other way may see otherwise.
    pub(crate) fn proves(&self, event: &[u8]) -> bool {
        let proven = self.fast.is_proven(event);
        for (other, way) in self.others.iter().zip(OTHERS) {
            let text = String::from_utf8_lossy(event);
            assert_eq!(other.is_proven(event), proven, "{}, {way:?}: {text}", self.name);
        }
        proven
    }

    /// Holds a stream of events, some of which may be several lines, to what the authority says of those lines that nothing
    /// was found of. (What was found, the authority did, and what is `valid`, it looked at.) The stream goes the usual way
    /// and one other. Tells how many lines there are.
    fn stream_is_as_its_lines(&self, events: &[&[u8]], valid: &HashSet<&[u8]>, other: usize) -> usize {
        let stream = events.join(&b'\n');
        let told = |engine: &Engine| {
            let mut told = BTreeSet::new();
            let events = engine.validate_lines(&stream, |line, _| {
                told.insert(line);
            });
            (events, told)
        };
        let (lines, wrong) = told(&self.fast);
        let other = other % self.others.len();
        let (other_lines, others) = told(&self.others[other]);
        let differing = wrong.symmetric_difference(&others).next();
        let way = OTHERS[other];
        assert!(other_lines == lines && others == wrong, "{}, {way:?}: line {differing:?}", self.name);
        let mut count = 0;
        for (line, number) in stream.split(|byte| *byte == b'\n').zip(1u64..) {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            if line.iter().all(|byte| matches!(byte, b' ' | b'\t' | b'\r')) {
                continue;
            }
            count += 1;
            if !wrong.contains(&number) && !valid.contains(line) {
                let found = self.found(line);
                let text = String::from_utf8_lossy(line);
                assert!(found.is_empty(), "{}, line {number}: {text}\n{found:#?}", self.name);
            }
        }
        assert_eq!(lines, count as u64, "{}", self.name);
        count
    }

    /// Sampled events, in the schemas' order of members or in any.
    pub(crate) fn sample(&self, events: u64, shuffle_keys: bool) -> Vec<Vec<u8>> {
        let options = Sample { events, seed: 11, shuffle_keys, ..Sample::default() };
        Sampler::new(&self.catalog, &options).unwrap().collect::<Result<_, _>>().unwrap()
    }
}

#[test]
fn nearly_all_sampled_events_are_proven_in_any_order_of_members_and_with_spaces() {
    for pair in pairs() {
        for shuffled in [false, true] {
            let events = pair.sample(2000, shuffled);
            let unproven: Vec<String> = events
                .iter()
                .flat_map(|event| [event.clone(), spaced(event)])
                .filter(|event| !pair.proves(event))
                .map(|event| String::from_utf8(event).unwrap())
                .collect();
            let share = 100 * unproven.len() / (2 * events.len());
            assert!(share <= 3, "{}: {share} % unproven, such as\n{}", pair.name, unproven[..6].join("\n"));
        }
    }
}

/// The same event as Python writes it.
pub(crate) fn spaced(event: &[u8]) -> Vec<u8> {
    let mut spaced = Vec::new();
    let (mut in_string, mut escaped) = (false, false);
    for byte in event {
        spaced.push(*byte);
        if in_string {
            in_string = escaped || *byte != b'"';
            escaped = !escaped && *byte == b'\\';
        } else {
            in_string = *byte == b'"';
            if matches!(byte, b',' | b':') {
                spaced.push(b' ');
            }
        }
    }
    spaced
}

#[test]
fn examples_are_proven_but_where_only_the_authority_can_tell() {
    for pair in pairs() {
        for example in &pair.catalog.examples {
            let proven = pair.proves(&example.content);
            let valid = pair.found(&example.content).is_empty();
            assert!(valid || !proven, "{}", example.path);
        }
        for near_miss in &pair.catalog.near_misses {
            assert!(!pair.proves(&near_miss.content), "{}", near_miss.path);
        }
    }
}

#[test]
#[allow(clippy::print_stdout, reason = "the counts are for people")]
fn what_is_proven_is_valid_however_events_are_changed() {
    let (changed, seed) = (setting("TIDINGS_CHANGED", CHANGED), setting("TIDINGS_SEED", 0));
    for pair in pairs() {
        let mut events = pair.sample(500, false);
        events.extend(pair.sample(200, true));
        events.extend(pair.catalog.examples.iter().map(|example| example.content.clone()));
        events.extend(pair.catalog.near_misses.iter().map(|near_miss| near_miss.content.clone()));
        events.retain(|event| !event.is_empty());
        let mut mutator = Mutator::new(events, seed as u64);
        let (mut proven, mut streamed, mut number) = (0, 0, 0);
        while number < changed {
            let events: Vec<Vec<u8>> =
                (0..STREAM.min(changed - number)).map(|_| mutator.next_event()).collect();
            let (mut stream, mut valid) = (Vec::new(), HashSet::new());
            for event in &events {
                let is_proven = pair.proves(event);
                if is_proven {
                    proven += 1;
                    let found = pair.found(event);
                    let text = String::from_utf8_lossy(event);
                    assert!(found.is_empty(), "{}, {number}: {text}\n{found:#?}", pair.name);
                    valid.insert(event.as_slice());
                }
                // What is wrong costs the authority much, each time.
                if is_proven || number % 32 == 0 {
                    stream.push(event.as_slice());
                }
                number += 1;
            }
            streamed += pair.stream_is_as_its_lines(&stream, &valid, number / STREAM);
        }
        let share = 100 * proven / changed;
        println!("{}: {changed} changed events, {proven} proven; {streamed} lines", pair.name);
        assert!((30..=70).contains(&share), "{}: {share} % of the changed events are proven", pair.name);
    }
}

/// An engine for events of one type, in all ways, and the authority.
fn pair_of(schema: &str) -> Pair {
    let manifest = "[catalog]\nname = \"t\"\ntitle = \"T\"\nversion = \"1.0.0\"\n\
                    [events.e]\nschema = \"e.schema.json\"\nversion = 1\npurpose = \"It happened.\"\n";
    let tree = tidings::MemoryTree::new().with("catalog.toml", manifest).with("e.schema.json", schema);
    let catalog = Arc::new(Catalog::from_tree(&tree).unwrap());
    let others = OTHERS.iter().map(|(fast, level)| engine(&catalog, *fast, *level)).collect();
    Pair {
        name: "one type",
        fast: engine(&catalog, FastPath::All, Level::Best),
        others,
        authority: engine(&catalog, FastPath::AuthorityOnly, Level::Best),
        catalog,
    }
}

#[test]
fn what_is_said_of_a_member_is_said_only_if_it_is_there() {
    let pair = pair_of(
        r#"{"type": "object", "properties": {"a": {}, "b": {"not": {"const": 1}}, "c": {"oneOf": [{"const": 1}, {"const": 2}]}},
            "not": {"properties": {"a": {"not": {"const": "x"}}}}}"#,
    );
    // Nothing is wrong with an `a` that isn't there, so the `not` around it is.
    for event in [r#"{"b": "y"}"#, r#"{"a": "y"}"#, r#"{"a": "x", "b": 1}"#, r#"{"a": "x", "c": 3}"#] {
        assert!(!pair.proves(event.as_bytes()) && !pair.found(event.as_bytes()).is_empty(), "{event}");
    }
    for event in [r#"{"a": "x"}"#, r#"{"a": "x", "b": 2}"#, r#"{"a": "x", "b": "y", "c": 2}"#] {
        assert!(pair.proves(event.as_bytes()) && pair.found(event.as_bytes()).is_empty(), "{event}");
    }
}
