//! Sample streams are clean, whatever the catalog.
#![allow(clippy::expect_used, reason = "a test fails by panicking, also in what its tests share")]

mod odd_catalogs;
mod random_catalogs;
mod replay;

use std::path::Path;
use std::sync::Arc;

use replay::Replay;
use tidings_catalog::{Catalog, Effect};
use tidings_emit::sample::{Options, Sampler};
use tidings_engine::Engine;

/// The catalogs of the repository: as unlike each other as can be.
const CATALOGS: [&str; 3] =
    ["specs/004-create-domain-events/contracts/events", "tests/catalogs/wallet", "tests/catalogs/parcel"];

fn catalogs() -> Vec<Arc<Catalog>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    CATALOGS.iter().map(|path| Arc::new(Catalog::load(root.join(path)).expect(path))).collect()
}

fn options(events: u64, seed: u64) -> Options {
    Options { events, seed, ..Options::default() }
}

fn stream(catalog: &Arc<Catalog>, options: &Options) -> Vec<Vec<u8>> {
    let sampler = Sampler::new(catalog, options).expect("the catalog can be sampled");
    sampler.collect::<Result<_, _>>().expect("the stream goes on to its end")
}

/// What the engine and the replay have against a stream.
fn problems(catalog: &Arc<Catalog>, stream: &[Vec<u8>]) -> Vec<String> {
    let engine = Engine::new(Arc::clone(catalog), tidings_engine::Options::default()).expect("it compiles");
    let mut replay = Replay::new(catalog);
    let mut problems = Vec::new();
    for event in stream {
        for finding in engine.validate(event).findings() {
            let (rule, pointer) = (finding.rule.id, finding.pointer.as_deref().unwrap_or_default());
            problems.push(format!(
                "{rule} at {pointer}: {}: {}",
                finding.message,
                String::from_utf8_lossy(event)
            ));
        }
        replay.event(event);
    }
    problems.extend(replay.problems);
    problems
}

#[test]
fn every_event_is_valid_and_the_stream_as_a_whole_is_clean() {
    for catalog in catalogs() {
        for seed in [0, 1, 42] {
            let stream = stream(&catalog, &options(3000, seed));
            assert_eq!(stream.len(), 3000);
            let problems = problems(&catalog, &stream);
            assert!(
                problems.is_empty(),
                "{} with seed {seed}: {:#?}",
                catalog.name,
                &problems[..problems.len().min(5)]
            );
        }
    }
}

#[test]
fn every_event_type_occurs_early() {
    for catalog in catalogs() {
        for seed in 0..6 {
            let events = 10 * catalog.event_types.len() as u64;
            let mut replay = Replay::new(&catalog);
            for event in stream(&catalog, &options(events, seed)) {
                replay.event(&event);
            }
            for name in catalog.event_types.keys() {
                assert!(replay.counts.contains_key(name), "{name} of {} with seed {seed}", catalog.name);
            }
        }
    }
}

#[test]
fn every_transition_occurs_from_every_state() {
    for catalog in catalogs() {
        let mut replay = Replay::new(&catalog);
        for event in stream(&catalog, &options(1000, 3)) {
            replay.event(&event);
        }
        for transition in catalog.aggregates.values().flat_map(|aggregate| &aggregate.transitions) {
            let states: Vec<Option<String>> = match &transition.effect {
                Effect::Creates(_) => vec![None],
                effect => effect.from().iter().cloned().map(Some).collect(),
            };
            for state in states {
                let seen = replay.transitions.contains(&(transition.event.clone(), state.clone()));
                assert!(seen, "{} from {state:?}", transition.event);
            }
        }
    }
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
    for catalog in catalogs() {
        assert_eq!(stream(&catalog, &options(300, 7)), stream(&catalog, &options(300, 7)));
        assert_ne!(stream(&catalog, &options(300, 7)), stream(&catalog, &options(300, 8)));
        let long = stream(&catalog, &options(300, 7));
        assert_eq!(
            stream(&catalog, &options(100, 7)),
            long[..100],
            "a shorter stream is the beginning of a longer one"
        );
    }
}

#[test]
fn a_stream_may_be_short() {
    for catalog in catalogs() {
        for events in [0, 1, 5] {
            let stream = stream(&catalog, &options(events, 9));
            assert_eq!(stream.len() as u64, events);
            assert_eq!(problems(&catalog, &stream), Vec::<String>::new());
        }
    }
}

#[test]
fn redelivered_events_are_earlier_ones_byte_for_byte() {
    for catalog in catalogs().into_iter().filter(|catalog| catalog.roles.event_id.is_some()) {
        let stream = stream(&catalog, &Options { redelivered: 0.1, ..options(4000, 5) });
        assert_eq!(stream.len(), 4000);
        assert_eq!(problems(&catalog, &stream), Vec::<String>::new());
        let mut seen = std::collections::HashSet::new();
        let again = stream.iter().filter(|event| !seen.insert(*event)).count();
        assert!((300..500).contains(&again), "{again} of 4000");
    }
}

#[test]
fn the_events_between_redelivered_ones_are_those_of_the_stream_without() {
    let catalog = Arc::new(Catalog::messaging().expect("it loads"));
    let mut with = stream(&catalog, &Options { redelivered: 0.3, ..options(500, 5) });
    let mut seen = std::collections::HashSet::new();
    with.retain(|event| seen.insert(event.clone()));
    assert_eq!(with, stream(&catalog, &options(with.len() as u64, 5)));
}

#[test]
fn a_few_aggregates_are_busy_and_many_are_quiet() {
    let catalog = Arc::new(Catalog::messaging().expect("it loads"));
    let mut counts: std::collections::HashMap<String, u64> = std::collections::HashMap::new();
    for event in stream(&catalog, &options(5000, 2)) {
        let event: serde_json::Value = serde_json::from_slice(&event).expect("JSON");
        *counts.entry(event["aggregate_id"].to_string()).or_default() += 1;
    }
    let mut counts: Vec<u64> = counts.into_values().collect();
    counts.sort_unstable();
    let busy: u64 = counts.iter().rev().take(10).sum();
    assert!(busy > 700, "the ten busiest have {busy} of 5000 events");
    let quiet = counts.iter().filter(|count| **count <= 3).count();
    assert!(2 * quiet > counts.len(), "{quiet} of {} are quiet", counts.len());
}

#[test]
fn ids_come_in_several_shapes_and_optional_fields_now_and_then() {
    let catalog = Arc::new(Catalog::messaging().expect("it loads"));
    let events: Vec<serde_json::Value> = stream(&catalog, &options(2000, 2))
        .iter()
        .map(|event| serde_json::from_slice(event).expect("JSON"))
        .collect();
    let ids: Vec<&str> = events.iter().filter_map(|event| event["conversation_id"].as_str()).collect();
    for shape in ["conv_", "conv-"] {
        assert!(ids.iter().any(|id| id.starts_with(shape)), "{shape}");
    }
    assert!(ids.iter().any(|id| id.len() == 36) && ids.iter().any(|id| id.len() == 26));
    assert!(ids.iter().any(|id| id.len() < 7 && !id.contains(['_', '-'])));
    for (optional, event_name) in [
        ("idempotency_key", "ConversationUpdated"),
        ("reason", "ConversationClosed"),
        ("topic", "ConversationCreated"),
    ] {
        let of_type = || events.iter().filter(|event| event["event_name"] == event_name);
        let (there, all) =
            (of_type().filter(|event| event.get(optional).is_some()).count(), of_type().count());
        assert!(5 * there > all && 5 * there < 4 * all, "{optional}: {there} of {all}");
    }
    assert!(events.iter().any(|event| event["name"].as_str().is_some_and(|name| !name.is_ascii())));
}

#[test]
fn what_can_not_be_asked_for_is_an_error() {
    let messaging = Arc::new(Catalog::messaging().expect("it loads"));
    for share in [-0.1, 1.5, f64::NAN] {
        let error =
            Sampler::new(&messaging, &Options { redelivered: share, ..options(1, 1) }).expect_err("no share");
        assert!(error.to_string().contains("from 0 to 1"), "{error}");
    }
    let parcel = catalogs().pop().expect("the parcel catalog");
    let error =
        Sampler::new(&parcel, &Options { redelivered: 0.5, ..options(1, 1) }).expect_err("no event ids");
    assert!(error.to_string().contains("have no id"), "{error}");
}
