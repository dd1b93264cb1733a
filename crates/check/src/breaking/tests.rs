//! The rules' explanations are their tests: each *Example* is a change of the catalog in `tests/lamps` that breaks exactly
//! what its rule is about, each *Instead* one that breaks nothing. All rules run over all of them.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use tidings_catalog::{Catalog, Tree};
use tidings_engine::{Observer, Source, SourceKind};
use tidings_finding::Summary;

use super::*;
use crate::lint::tests::{Files, section};

/// A version of a catalog.
fn version(name: &str, files: &Files) -> Version {
    let catalog = Catalog::from_tree(&files.tree()).unwrap_or_else(|error| panic!("{error}"));
    Version::new(name, Arc::new(catalog)).unwrap_or_else(|error| panic!("{error}"))
}

/// What a change of the catalog breaks.
fn changed(section: &str) -> Vec<Outcome> {
    changed_after(None, section)
}

/// The same where there was another version in between.
fn changed_after(between: Option<&str>, section: &str) -> Vec<Outcome> {
    let files = Files::lamps().with_section(section);
    let (old, new) = (version("old", &Files::lamps()), version("new", &files));
    let between = between.map(|section| version("between", &Files::lamps().with_section(section)));
    let earlier: Vec<&Version> = between.iter().chain([&old]).collect();
    compare(&files.tree(), &new, &earlier, Options::default()).outcomes
}

/// What a change breaks of the events that a section has beside it.
fn replayed(section: &str) -> Vec<Finding> {
    let files = Files::lamps().with_section(section);
    let recorded = files.tree().read("recorded.ndjson").expect("recorded events");
    let sources = [Source::memory("recorded.ndjson", &recorded, SourceKind::Lines)];
    let (old, new) = (version("old", &Files::lamps()), version("new", &files));
    let corpus = replay(&old, &new, sources.into_iter(), None, 1, &mut Quiet).expect("in memory");
    assert_eq!(corpus.events, 1);
    corpus.findings(None)
}

/// Needs to be told nothing.
pub(super) struct Quiet;

impl Observer for Quiet {
    fn finding(&mut self, finding: &Finding) -> io::Result<()> {
        panic!("{finding:?}");
    }
    fn unreadable(&mut self, _: &str, _: &io::Error) {}
    fn empty(&mut self, _: &str) {}
    fn progress(&mut self, _: &Summary) {}
}

fn told(outcomes: &[Outcome]) -> Vec<String> {
    let wrong = outcomes.iter().filter_map(|outcome| outcome.finding.as_ref());
    wrong
        .map(|finding| {
            format!(
                "{} {}:{} {} ({})",
                finding.rule.id,
                finding.source.as_deref().unwrap_or_default(),
                finding.line.unwrap_or_default(),
                finding.message,
                finding.help.as_deref().unwrap_or_default()
            )
        })
        .collect()
}

#[test]
fn nothing_changed_is_compatible() {
    let outcomes = changed("");
    assert_eq!(outcomes.len(), 6, "three event types, two directions");
    assert!(outcomes.iter().all(|outcome| outcome.verdict == Verdict::Compatible));
}

#[test]
fn each_example_breaks_exactly_what_its_rule_is_about_and_what_stands_instead_nothing() {
    let mut wrong = Vec::new();
    for breaking in BREAKING {
        let (id, markdown) = (breaking.rule.id, breaking.rule.explanation);
        let between = markdown.contains("\n## In between\n").then(|| section(markdown, "In between"));
        let (example, instead) = (section(markdown, "Example"), section(markdown, "Instead"));
        let found = changed_after(between.as_deref(), &example);
        let rules: BTreeSet<&str> =
            found.iter().filter_map(|outcome| Some(outcome.finding.as_ref()?.rule.id)).collect();
        // A schema that changes for an example of something else keeps its version.
        let rules: Vec<&str> =
            rules.into_iter().filter(|rule| *rule == id || *rule != "breaking/version-not-raised").collect();
        if rules != [id] {
            wrong.push(format!("{id}: the example gives {:#?}", told(&found)));
        }
        // Instead of taking something away and bringing it back.
        let found = changed(&instead);
        if found.iter().any(|outcome| outcome.finding.is_some()) {
            wrong.push(format!("{id}: what stands instead gives {:#?}", told(&found)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_events_beside_the_example_of_a_replay_are_refused_for_the_change_and_those_instead_are_not() {
    let found = replayed(&section(CORPUS.explanation, "Example"));
    let rules: Vec<&str> = found.iter().map(|finding| finding.rule.id).collect();
    assert_eq!(rules, [CORPUS.id]);
    assert_eq!(replayed(&section(CORPUS.explanation, "Instead")), []);
}

/// The findings of a fixture with a version in between.
fn after(between: &str, section: &str) -> Vec<(&'static str, Option<String>)> {
    let outcomes = changed_after(Some(between), section);
    let found = outcomes.into_iter().filter_map(|outcome| Some((outcome.finding?.rule.id, outcome.pointer)));
    found.collect()
}

#[test]
fn a_field_under_a_new_name_after_one_was_removed_breaks_nothing() {
    let markdown = field_used_again::RULE.rule.explanation;
    assert_eq!(after(&section(markdown, "In between"), &section(markdown, "Instead")), []);
}

#[test]
fn a_field_that_comes_back_as_wide_as_it_was_breaks_nothing_and_one_that_was_never_gone_breaks_backward() {
    let gone = section(field_used_again::RULE.rule.explanation, "In between");
    let again = |change: &str| {
        format!(
            "`schemas/lamp_lit.schema.json`:\n```json\n{change}\n```\n`catalog.toml`:\n```toml\n[events.LampLit]\nversion \
             = 3\n```\n"
        )
    };
    let wider = again(r#"{"properties": {"brightness": {"maximum": null}}}"#);
    let found = after(&gone, &wider);
    assert!(found.iter().all(|(rule, _)| *rule == "breaking/forward"), "{found:?}");
    let narrower = again(r#"{"properties": {"brightness": {"maximum": 10}}}"#);
    let found = after("", &narrower);
    assert!(found.contains(&("breaking/backward", Some("/brightness".to_owned()))), "{found:?}");
    assert!(!found.iter().any(|(rule, _)| *rule == "breaking/field-used-again"), "{found:?}");
}

#[test]
fn a_name_that_is_used_again_for_something_else_is_told_of_beside_what_breaks() {
    let gone = section(event_name_used_again::RULE.rule.explanation, "In between");
    let other = "`schemas/lamp_lit.schema.json`:\n```json\n{\"properties\": {\"brightness\": {\"type\": \"string\"}}}\n```\n\
                 `catalog.toml`:\n```toml\n[events.LampLit]\nversion = 2\n```\n\
                 Without `examples/lamp_lit.example.json`\n";
    let rules: BTreeSet<&str> = after(&gone, other).into_iter().map(|(rule, _)| rule).collect();
    assert!(
        rules.contains("breaking/event-name-used-again") && rules.contains("breaking/backward"),
        "{rules:?}"
    );
}

#[test]
fn a_break_names_whom_it_hurts_and_says_so_if_it_is_nobody() {
    let listed = |field: &str| {
        format!(
            "`consumers.toml`:\n```toml\n[[consumer]]\nname = \"billing\"\n[consumer.events]\nLampLit = \
             [\"{field}\"]\n```\n"
        )
    };
    let change = section(backward::RULE.rule.explanation, "Example");
    for (field, hurts, words) in [
        ("/brightness", &["billing"][..], "; hurts `billing`"),
        ("/lamp_id", &[], "; no listed consumer uses it"),
    ] {
        let outcomes = changed(&format!("{change}{}", listed(field)));
        let broken = outcomes.iter().find(|outcome| outcome.verdict == Verdict::Breaking).expect("a break");
        assert_eq!(
            broken.hurts.as_deref(),
            Some(hurts.iter().map(ToString::to_string).collect::<Vec<_>>().as_slice())
        );
        let help = broken.finding.as_ref().and_then(|finding| finding.help.as_deref()).unwrap_or_default();
        assert!(help.ends_with(words), "{help}");
    }
    // Without the event type nothing of it is left to use.
    let removed = section(event_type_removed::RULE.rule.explanation, "Example");
    let outcomes = changed(&format!("{removed}{}", listed("/brightness")));
    let broken = outcomes.iter().find(|outcome| outcome.finding.is_some()).expect("a break");
    assert_eq!(broken.hurts.as_deref(), Some(&["billing".to_owned()][..]));
    // Nobody is listed, or the list can't be read: nothing is claimed.
    let outcomes = changed(&change);
    assert!(outcomes.iter().all(|outcome| outcome.hurts.is_none()));
    let outcomes = changed(&format!("{change}`consumers.toml`:\n```text\n[[consumer\n```\n"));
    let broken = outcomes.iter().find(|outcome| outcome.finding.is_some()).expect("a break");
    assert_eq!(broken.hurts, None);
    let help = broken.finding.as_ref().and_then(|finding| finding.help.as_deref()).unwrap_or_default();
    assert!(help.contains("whom it hurts is not known"), "{help}");
}

#[test]
fn the_table_is_sorted_and_holds_every_rule_of_the_folder_by_its_files_name() {
    let ids: Vec<&str> = BREAKING.iter().map(|breaking| breaking.rule.id).collect();
    assert!(ids.windows(2).all(|pair| pair[0] < pair[1]), "{ids:#?}");
    let mut all = [ids, vec![CORPUS.id]].concat();
    all.sort_unstable();
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/breaking");
    let mut files: Vec<String> = Vec::new();
    for entry in fs::read_dir(folder).expect("the folder") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|own| own == "md") {
            let stem = path.file_stem().and_then(|stem| stem.to_str()).expect("a name");
            files.push(format!("breaking/{}", stem.replace('_', "-")));
        }
    }
    files.sort();
    assert_eq!(all, files);
}

#[test]
fn every_explanation_has_its_headings_in_order() {
    for rule in BREAKING.iter().map(|breaking| &breaking.rule).chain([CORPUS]) {
        let id = rule.id;
        let lines = rule.explanation.lines();
        let headings: Vec<&str> =
            lines.filter(|line| line.starts_with("# `") || line.starts_with("## ")).collect();
        let title = format!("# `{id}`");
        let mut wanted = vec![title.as_str(), "## What it does", "## Why", "## Example", "## Instead"];
        if headings.contains(&"## In between") {
            wanted.insert(3, "## In between");
        }
        assert_eq!(headings[..wanted.len().min(headings.len())], wanted, "{id}");
    }
}
