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
use crate::breaking::{Direction, Mode, Options, Outcome, Version, Witness, compare};
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
        let options = Sampled { events: 150, seed, ..Sampled::default() };
        let Ok(sampler) = Sampler::new(&left.catalog, &options) else { return false };
        let events: Vec<Value> = sampler
            .map_while(Result::ok)
            .map(|event| serde_json::from_slice(&event).expect("JSON"))
            .collect();
        !errors(&right.open, &events.iter().collect::<Vec<_>>()).expect("an audit").is_empty()
    })
}

/// Tries all edits of a catalog, forth and back. Out comes what is wrong, and how many witnesses there were. No stream can
/// show the edits that are `silent`.
fn try_all(folder: &str, silent: &[&str]) -> (String, usize) {
    let subject = Subject::new(folder);
    let original = subject.version("original", &subject.manifest);
    let mut wrong = String::new();
    let (mut witnesses, mut unseen) = (0, Vec::new());
    for (at, edit) in edits::all(&subject.manifest).into_iter().enumerate() {
        let edited = subject.version("edited", &edit.manifest);
        let ways = [
            ("forth", &original, &edited, subject.tree(&edit.manifest)),
            ("back", &edited, &original, subject.tree(&subject.manifest)),
        ];
        // The way back only of every third one, to save time: what is cut out one way is put in by another edit.
        for (way, old, new, tree) in ways.into_iter().take(if edit.back && at % 3 == 0 { 2 } else { 1 }) {
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
                    if !silent.contains(&edit.label.as_str()) {
                        writeln!(wrong, "{label}: no witness ({})", finding.message).expect("memory");
                    }
                    if samples_differ(left, right) {
                        writeln!(wrong, "{label}: no witness, but samples differ").expect("memory");
                    }
                    unseen.push(edit.label.clone());
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
    let silent = [
        // Nothing may happen in them, and they have no identity that would be free or taken.
        "Holder withdrawn final or not",
        "Holder closed final or not",
        "Card voided final or not",
        "Payment called_off final or not",
        "Payment refunded final or not",
        "Payment charged_back final or not",
        // A holder belongs to one tenant.
        "Wallet identity without /meta/tenant",
        // What is allowed in one is allowed in the other, and leads to states that are alike.
        "card.blocked from active to issued",
        "payment.disputed from settled to requested",
        // Nothing refers to a payment.
        "Payment requested live or not",
        "Payment settled live or not",
        "Payment disputed live or not",
        "Payment called_off live or not",
        "Payment refunded live or not",
        "Payment charged_back live or not",
    ];
    let (wrong, witnesses) = try_all("tests/catalogs/wallet", &silent);
    assert!(wrong.is_empty() && witnesses > 50, "{witnesses} witnesses\n{wrong}");
}

#[test]
fn every_change_of_the_parcels_behaviour_is_found_with_a_stream_that_shows_it() {
    let silent = [
        // Nothing may happen in them, and they have no identity that would be free or taken.
        "depot closed final or not",
        "courier employed final or not",
        // Nothing that is created refers to them.
        "courier employed live or not",
        "parcel registered live or not",
        "parcel moving live or not",
        "parcel held live or not",
        "parcel delivered live or not",
        "parcel returned live or not",
        "parcel withdrawn live or not",
        // From both, a scan leads on to the same state, and the other way out is to a final one.
        "parcel-held from moving to registered",
    ];
    let (wrong, witnesses) = try_all("tests/catalogs/parcel", &silent);
    assert!(wrong.is_empty() && witnesses > 50, "{witnesses} witnesses\n{wrong}");
}

#[test]
fn every_change_of_the_messagings_behaviour_is_found_with_a_stream_that_shows_it() {
    let silent = [
        // Nothing may happen in them, and they have no identity that would be free or taken.
        "Contact deleted final or not",
        "Channel unmapped final or not",
        // What is allowed in one is allowed in the other.
        "ConversationReopened from closed to open",
        // Nothing refers to a conversation.
        "Conversation open live or not",
        "Conversation closed live or not",
        "Conversation reopened live or not",
        "Conversation archived live or not",
        // A channel belongs to one customer.
        "Conversation identity without /customer_id",
    ];
    let (wrong, witnesses) = try_all("specs/004-create-domain-events/contracts/events", &silent);
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

/// What is wrong after a change of a catalog's manifest, as `rule direction message`.
fn told(folder: &str, mode: Mode, edit: impl FnOnce(&mut Table)) -> Vec<String> {
    let subject = Subject::new(folder);
    let mut manifest = subject.manifest.clone();
    edit(&mut manifest);
    let (old, new) = (subject.version("old", &subject.manifest), subject.version("new", &manifest));
    let options = Options { mode, ..Options::default() };
    let outcomes = compare(&subject.tree(&manifest), &new, &[&old], options).outcomes;
    let wrong = outcomes.into_iter().filter_map(|outcome| Some((outcome.finding?, outcome.direction)));
    wrong
        .map(|(finding, direction)| {
            let direction = direction.map_or("", Direction::as_str);
            format!("{} {direction} {}", finding.rule.id.trim_start_matches("breaking/"), finding.message)
        })
        .collect()
}

/// An aggregate type of a manifest.
fn aggregate<'m>(manifest: &'m mut Table, name: &str) -> &'m mut Table {
    manifest["aggregates"][name].as_table_mut().expect("a table")
}

#[test]
fn the_message_shows_the_stream_and_both_sides() {
    let drop_reference = |manifest: &mut Table| {
        aggregate(manifest, "Card")["references"].as_array_mut().expect("an array").remove(0);
    };
    assert_eq!(
        told("tests/catalogs/wallet", Mode::Full, drop_reference),
        [
            "reference-changed forward `/data/wallet_id` of `Card` names no `Wallet` any more: new audits `card.issued` clean, \
          old does not (reference/missing)"
        ]
    );
    let freeze_for_good = |manifest: &mut Table| {
        let wallet = aggregate(manifest, "Wallet");
        for transition in wallet["transitions"].as_array_mut().expect("an array") {
            if transition["event"].as_str() == Some("wallet.thawed")
                && transition["to"].as_str() == Some("frozen")
            {
                *transition = toml::Value::from(Table::from_iter([
                    ("event".to_owned(), "wallet.closed".into()),
                    ("from".to_owned(), vec!["locked"].into()),
                    ("to".to_owned(), "closed".into()),
                ]));
            }
        }
    };
    assert_eq!(
        told("tests/catalogs/wallet", Mode::Full, freeze_for_good),
        [
            "transition-removed backward `wallet.thawed` is not allowed any more while a `Wallet` is `locked`: old audits \
             `holder.registered → holder.verified → wallet.opened → wallet.frozen → wallet.frozen → wallet.thawed` clean, \
             new does not (lifecycle/transition)",
            "transition-added forward `wallet.closed` is allowed while a `Wallet` is `locked`, and was not before: new audits \
             `holder.registered → holder.verified → wallet.opened → wallet.frozen → wallet.frozen → wallet.closed` clean, \
             old does not (lifecycle/transition)",
        ]
    );
}

#[test]
fn a_direction_that_is_not_asked_for_is_not_told_of() {
    let no_identity = |manifest: &mut Table| {
        aggregate(manifest, "Wallet").remove("identity");
    };
    assert!(told("tests/catalogs/wallet", Mode::Backward, no_identity).is_empty());
    let forward = told("tests/catalogs/wallet", Mode::Forward, no_identity);
    assert!(forward.len() == 1 && forward[0].starts_with("identity-changed forward"), "{forward:?}");
}

#[test]
fn what_follows_from_one_cause_is_told_of_once() {
    // An aggregate type with another name, with all that names it.
    let rename = |manifest: &mut Table| {
        let text = toml::to_string(manifest).expect("TOML").replace("\"Holder\"", "\"Client\"");
        *manifest = text.replace("[aggregates.Holder]", "[aggregates.Client]").parse().expect("TOML");
        let references =
            toml::to_string(manifest).expect("TOML").replace("aggregates.Holder.", "aggregates.Client.");
        *manifest = references.parse().expect("TOML");
    };
    let renamed = told("tests/catalogs/wallet", Mode::Full, rename);
    assert!(renamed.len() == 1, "{renamed:#?}");
    assert!(
        renamed[0].starts_with(
            "aggregate-removed backward the aggregate type `Holder` was renamed to `Client`: old"
        )
    );
    // A state with another name: no stream tells the two apart.
    let rename = |manifest: &mut Table| {
        *manifest =
            toml::to_string(manifest).expect("TOML").replace("\"frozen\"", "\"iced\"").parse().expect("TOML");
    };
    let renamed = told("tests/catalogs/wallet", Mode::Full, rename);
    assert!(renamed.len() == 1 && renamed[0].starts_with("state-removed"), "{renamed:#?}");
    // A state that is gone, with all that led to it and away from it.
    let remove = |manifest: &mut Table| {
        let payment = aggregate(manifest, "Payment");
        payment["states"]
            .as_array_mut()
            .expect("an array")
            .retain(|state| state.as_str() != Some("disputed"));
        let transitions = payment["transitions"].as_array_mut().expect("an array");
        transitions.retain(|own| own.get("to").and_then(toml::Value::as_str) != Some("disputed"));
        for transition in transitions {
            if let Some(from) = transition.get_mut("from").and_then(toml::Value::as_array_mut) {
                from.retain(|state| state.as_str() != Some("disputed"));
            }
        }
    };
    let removed = told("tests/catalogs/wallet", Mode::Full, remove);
    assert!(removed.len() == 1 && removed[0].starts_with("state-removed backward"), "{removed:#?}");
    // Two things at one place are two findings.
    let two = |manifest: &mut Table| {
        aggregate(manifest, "Payment").remove("references");
    };
    let dropped = told("tests/catalogs/wallet", Mode::Full, two);
    assert!(
        dropped.len() == 2 && dropped.iter().all(|told| told.starts_with("reference-changed")),
        "{dropped:#?}"
    );
}
