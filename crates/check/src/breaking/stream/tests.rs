//! Each rule about behaviour is tried on all catalogs of this repository: their manifests are changed in one thing at a
//! time, forth and back, and every witness is audited again.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::Value;
use tidings_catalog::{Catalog, MANIFEST, MemoryTree};
use tidings_emit::sample::{Options as Sampled, Sampler};
use toml::Table;

use super::confirm::errors;
use crate::breaking::{Direction, Options, Outcome, Version, Witness, compare};
use crate::lint::tests::Files;

mod edits;

/// A catalog whose manifest may be edited.
struct Subject {
    files: Files,
    manifest: Table,
}

impl Subject {
    fn new(folder: &str) -> Self {
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").join(folder);
        let files = Files::of(&tidings_catalog::DiskTree::new(&root));
        let text = std::fs::read_to_string(root.join(MANIFEST)).expect("a manifest");
        Self { files, manifest: text.parse().expect("TOML") }
    }

    fn tree(&self, manifest: &Table) -> MemoryTree {
        self.files.tree().with(MANIFEST, toml::to_string(manifest).expect("TOML"))
    }

    fn version(&self, name: &str, manifest: &Table) -> Version {
        let catalog =
            Catalog::from_tree(&self.tree(manifest)).unwrap_or_else(|error| panic!("{name}: {error}"));
        Version::new(name, Arc::new(catalog)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }
}

/// What is wrong between two versions.
fn found(tree: &MemoryTree, old: &Version, new: &Version) -> Vec<Outcome> {
    let outcomes = compare(tree, new, &[old], Options::default()).outcomes;
    outcomes.into_iter().filter(|outcome| outcome.finding.is_some()).collect()
}

/// A witness is one by the audit's own word, and no event of it can be left out.
fn check_witness(left: &Version, right: &Version, events: &[Value]) -> Result<(), String> {
    let differs = |events: &[&Value]| {
        let clean = errors(&left.closed, events).expect("an audit").is_empty();
        clean && !errors(&right.open, events).expect("an audit").is_empty()
    };
    let all: Vec<&Value> = events.iter().collect();
    if !differs(&all) {
        return Err("it is no witness".to_owned());
    }
    for at in 0..all.len() {
        let mut fewer = all.clone();
        fewer.remove(at);
        if differs(&fewer) {
            return Err(format!("its event {at} can be left out"));
        }
    }
    Ok(())
}

/// Whether a sampled stream of one side is not clean on the other.
fn samples_differ(left: &Version, right: &Version) -> bool {
    (0..2).any(|seed| {
        let options = Sampled { events: 300, seed, ..Sampled::default() };
        let Ok(sampler) = Sampler::new(&left.catalog, &options) else { return false };
        let events: Vec<Value> = sampler
            .map_while(Result::ok)
            .map(|event| serde_json::from_slice(&event).expect("JSON"))
            .collect();
        !errors(&right.open, &events.iter().collect::<Vec<_>>()).expect("an audit").is_empty()
    })
}

/// Tries all edits of a catalog, forth and back. Out comes what is wrong, and how many witnesses there were.
fn try_all(folder: &str, silent: &[&str]) -> (String, usize) {
    let subject = Subject::new(folder);
    let original = subject.version("original", &subject.manifest);
    let mut wrong = String::new();
    let (mut witnesses, mut unseen) = (0, Vec::new());
    for edit in edits::all(&subject.manifest) {
        let edited = subject.version("edited", &edit.manifest);
        let ways = [
            ("forth", &original, &edited, subject.tree(&edit.manifest)),
            ("back", &edited, &original, subject.tree(&subject.manifest)),
        ];
        for (way, old, new, tree) in ways {
            let label = format!("{way}: {}", edit.label);
            let outcomes = found(&tree, old, new);
            let rules: Vec<&str> =
                outcomes.iter().filter_map(|outcome| Some(outcome.finding.as_ref()?.rule.id)).collect();
            if rules.len() != 1 || !edit.rules.contains(&rules[0].trim_start_matches("breaking/")) {
                writeln!(wrong, "{label}: {rules:?}, not one of {:?}", edit.rules).expect("memory");
            }
            for outcome in &outcomes {
                let finding = outcome.finding.as_ref().expect("only what is wrong");
                let (left, right) = match outcome.direction.expect("one of the two") {
                    Direction::Backward => (old, new),
                    Direction::Forward => (new, old),
                };
                if let Some(Witness::Stream(events)) = &outcome.witness {
                    witnesses += 1;
                    if let Err(error) = check_witness(left, right, events) {
                        writeln!(wrong, "{label}: {error} ({})", finding.message).expect("memory");
                    }
                } else {
                    if !silent.contains(&label.as_str()) {
                        writeln!(wrong, "{label}: no witness ({})", finding.message).expect("memory");
                    }
                    if samples_differ(old, new) || samples_differ(new, old) {
                        writeln!(wrong, "{label}: no witness, but samples differ").expect("memory");
                    }
                    unseen.push(label.clone());
                }
            }
        }
    }
    for label in silent.iter().filter(|label| !unseen.iter().any(|unseen| unseen == *label)) {
        writeln!(wrong, "{label}: has a witness after all").expect("memory");
    }
    (wrong, witnesses)
}

#[test]
fn every_change_of_the_wallets_behaviour_is_found_with_a_stream_that_shows_it() {
    let (wrong, witnesses) = try_all("tests/catalogs/wallet", &[]);
    assert!(wrong.is_empty() && witnesses > 50, "{witnesses} witnesses\n{wrong}");
}

#[test]
fn every_change_of_the_parcels_behaviour_is_found_with_a_stream_that_shows_it() {
    let (wrong, witnesses) = try_all("tests/catalogs/parcel", &[]);
    assert!(wrong.is_empty() && witnesses > 50, "{witnesses} witnesses\n{wrong}");
}

#[test]
fn every_change_of_the_messagings_behaviour_is_found_with_a_stream_that_shows_it() {
    let (wrong, witnesses) = try_all("specs/004-create-domain-events/contracts/events", &[]);
    assert!(wrong.is_empty() && witnesses > 50, "{witnesses} witnesses\n{wrong}");
}

#[test]
fn a_catalog_that_did_not_change_has_nothing_wrong() {
    for folder in
        ["tests/catalogs/wallet", "tests/catalogs/parcel", "specs/004-create-domain-events/contracts/events"]
    {
        let subject = Subject::new(folder);
        let version = subject.version("same", &subject.manifest);
        assert!(found(&subject.tree(&subject.manifest), &version, &version).is_empty(), "{folder}");
    }
}
