//! Faults that were planted are found, all of them, and nothing else is.
//!
//! `TIDINGS_STREAMS` sets how many streams with all faults are sampled of each catalog, `TIDINGS_SEED` where their seeds
//! begin. With `--nocapture` the counts are shown.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use tidings::emit::sample::{Options, PLANTABLE, Sampler};
use tidings::{AuditOptions, Catalog, Engine, Order, SourceKind, audit, find_sources, rules};

use crate::catalogs;
use crate::checklist::Keeper;

/// Where a finding is, and by which rule.
type Told = (u64, String, Option<String>);

/// A sample stream, with what is wrong with it.
fn sampled(catalog: &Arc<Catalog>, options: &Options) -> (Vec<u8>, Vec<Told>, Vec<&'static str>) {
    let mut sampler = Sampler::new(catalog, options).unwrap();
    let (mut text, mut truth, mut line) = (Vec::new(), Vec::new(), 0);
    while let Some(event) = sampler.next_event().unwrap() {
        text.extend_from_slice(event);
        text.push(b'\n');
        line += 1;
        for fault in sampler.truth() {
            truth.push((line, fault.rule.to_owned(), fault.pointer.clone()));
        }
    }
    truth.sort();
    (text, truth, sampler.unplanted())
}

/// What the audit finds in a stream, in its order.
fn found(engine: &Engine, text: &[u8], threads: usize, order: Order) -> Vec<Told> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text).unwrap();
    let sources = find_sources(file.path(), SourceKind::Lines, &mut Vec::new()).unwrap();
    let mut keeper = Keeper::default();
    let options = AuditOptions { order, ..AuditOptions::default() };
    audit(engine, sources.into_iter(), threads, options, &mut keeper).unwrap();
    let told =
        |finding: tidings::Finding| (finding.line.unwrap(), finding.rule.id.to_owned(), finding.pointer);
    keeper.0.into_iter().map(told).collect()
}

fn setting(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// What is in one of two sorted lists and not in the other, as often as it is there.
fn difference(left: &[Told], right: &[Told]) -> Vec<Told> {
    let mut counts: BTreeMap<&Told, i64> = BTreeMap::new();
    for (side, step) in [(left, 1), (right, -1)] {
        for told in side {
            *counts.entry(told).or_default() += step;
        }
    }
    counts.into_iter().filter(|(_, count)| *count > 0).map(|(told, _)| told.clone()).collect()
}

#[test]
fn every_rule_can_be_broken_on_purpose() {
    let known: Vec<&str> =
        rules().iter().map(|rule| rule.id).filter(|id| *id != "envelope/no-event").collect();
    // Those are about catalogs, not events.
    let of_catalogs = |id: &str| ["lint/", "breaking/", "waiver/"].iter().any(|group| id.starts_with(group));
    let known: Vec<&str> = known.into_iter().filter(|id| !of_catalogs(id)).collect();
    assert_eq!(PLANTABLE, known);
}

#[test]
#[allow(clippy::print_stdout, reason = "the counts are for people")]
fn the_findings_of_a_stream_with_all_faults_are_the_truth() {
    let (streams, first) = (setting("TIDINGS_STREAMS", 50), setting("TIDINGS_SEED", 0));
    let mut broken = BTreeSet::new();
    let mut told = 0;
    for (name, catalog, engine) in catalogs::all() {
        for seed in first..first + streams {
            // Each stream in one of the ways in which it may be delivered.
            let options = Options {
                events: 400,
                seed,
                faults: "all=0.3".parse().unwrap(),
                redelivered: if seed % 2 == 0 || name == "parcel" { 0.0 } else { 0.05 },
                shuffle_keys: seed % 3 == 0,
                late: if seed % 5 == 0 { 0.2 } else { 0.0 },
            };
            let (text, truth, _) = sampled(&catalog, &options);
            let mut found = found(&engine, &text, 2, Order::Delivery);
            found.sort();
            let (missed, invented) = (difference(&truth, &found), difference(&found, &truth));
            if !missed.is_empty() || !invented.is_empty() {
                let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{seed}.ndjson"));
                std::fs::write(&path, &text).unwrap();
                panic!(
                    "{name}, seed {seed}, {}:\nnot found: {missed:#?}\nnot planted: {invented:#?}",
                    path.display()
                );
            }
            told += truth.len();
            broken.extend(truth.into_iter().map(|(_, rule, _)| rule));
        }
    }
    println!("compared: {streams} streams of each catalog, {told} faults");
    let never: Vec<&&str> = PLANTABLE.iter().filter(|rule| !broken.contains(**rule)).collect();
    assert!(never.is_empty(), "no stream breaks {never:?}");
}

#[test]
fn the_truth_holds_after_much_was_forgotten_too() {
    let (_, catalog, engine) = catalogs::all().into_iter().next().unwrap();
    let faults = "reference/missing=0.05,lifecycle/identity-taken=0.05,reference/not-live=0.05,\
                  lifecycle/unknown-aggregate=0.01,lifecycle/already-exists=0.05";
    let options = Options { events: 9000, seed: 1, faults: faults.parse().unwrap(), ..Options::default() };
    let (text, truth, _) = sampled(&catalog, &options);
    let mut found = found(&engine, &text, 2, Order::Delivery);
    found.sort();
    assert_eq!((difference(&truth, &found), difference(&found, &truth)), (vec![], vec![]));
    assert!(truth.len() > 1500);
}

#[test]
fn the_findings_are_the_same_in_a_hundred_runs_at_any_number_of_threads_and_in_either_order() {
    let (_, catalog, engine) = catalogs::all().into_iter().next().unwrap();
    let options = Options {
        events: 300,
        seed: 7,
        faults: "all=0.3".parse().unwrap(),
        redelivered: 0.05,
        ..Options::default()
    };
    let (text, ..) = sampled(&catalog, &options);
    for order in [Order::Delivery, Order::Occurred] {
        let first = found(&engine, &text, 1, order);
        assert!(first.len() > 30);
        for run in 0..50 {
            assert_eq!(found(&engine, &text, 1 + run % 5, order), first, "run {run}");
        }
    }
}

#[test]
fn clean_samples_of_any_size_audit_clean_however_they_are_delivered() {
    for (name, catalog, engine) in catalogs::all() {
        for (seed, events) in [(1, 1), (2, 2), (3, 10), (4, 100), (5, 1000), (6, 3000)] {
            for (shuffle_keys, late) in [(false, 0.0), (true, 0.3)] {
                let redelivered = if name == "parcel" { 0.0 } else { 0.05 };
                let options = Options { events, seed, redelivered, shuffle_keys, late, ..Options::default() };
                let (text, truth, _) = sampled(&catalog, &options);
                assert_eq!(text.split(|byte| *byte == b'\n').count() as u64, events + 1);
                assert!(truth.is_empty());
                for order in [Order::Delivery, Order::Occurred] {
                    assert_eq!(found(&engine, &text, 2, order), [], "{name}, {events} events");
                }
            }
        }
    }
}

#[test]
fn late_events_come_late_and_shuffled_members_anywhere() {
    let (_, catalog, _) = catalogs::all().into_iter().next().unwrap();
    let plain = Options { events: 2000, seed: 3, ..Options::default() };
    let late = Options { late: 0.2, ..plain.clone() };
    let shuffled = Options { shuffle_keys: true, ..plain.clone() };
    let lines = |options: &Options| -> Vec<String> {
        let (text, ..) = sampled(&catalog, options);
        String::from_utf8(text).unwrap().lines().map(str::to_owned).collect()
    };
    let (plain, late, shuffled) = (lines(&plain), lines(&late), lines(&shuffled));
    assert_ne!(plain, late);
    let moved = plain.iter().zip(&late).filter(|(a, b)| a != b).count();
    assert!(moved > 200, "{moved} lines are elsewhere");
    let sorted = |mut lines: Vec<String>| {
        lines.sort();
        lines
    };
    assert_eq!(sorted(plain.clone()), sorted(late), "the same events");
    let firsts: BTreeSet<&str> = shuffled.iter().map(|line| line.split('"').nth(1).unwrap()).collect();
    assert!(firsts.len() > 5, "any member comes first: {firsts:?}");
    for (plain, shuffled) in plain.iter().zip(&shuffled) {
        let (plain, shuffled): (serde_json::Value, serde_json::Value) =
            (serde_json::from_str(plain).unwrap(), serde_json::from_str(shuffled).unwrap());
        assert_eq!(plain, shuffled);
    }
}
