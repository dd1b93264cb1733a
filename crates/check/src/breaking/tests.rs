//! The rules' explanations are their tests: each *Example* is a change of the catalog in `tests/lamps` that breaks exactly
//! what its rule is about, each *Instead* one that breaks nothing. All rules run over all of them.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use tidings_catalog::Catalog;

use super::*;
use crate::lint::tests::{Files, section};

/// What a change of the catalog breaks.
fn changed(section: &str) -> Vec<Outcome> {
    let files = Files::lamps().with_section(section);
    let version = |name: &str, files: &Files| {
        let catalog = Catalog::from_tree(&files.tree()).unwrap_or_else(|error| panic!("{error}"));
        Version::new(name, Arc::new(catalog)).unwrap_or_else(|error| panic!("{error}"))
    };
    let (old, new) = (version("old", &Files::lamps()), version("new", &files));
    compare(&files.tree(), &new, &[&old], Options::default()).outcomes
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
        let found = changed(&section(markdown, "Example"));
        let rules: BTreeSet<&str> =
            found.iter().filter_map(|outcome| Some(outcome.finding.as_ref()?.rule.id)).collect();
        // A schema that changes for an example of something else keeps its version.
        let rules: Vec<&str> =
            rules.into_iter().filter(|rule| *rule == id || *rule != "breaking/version-not-raised").collect();
        if rules != [id] {
            wrong.push(format!("{id}: the example gives {:#?}", told(&found)));
        }
        let found = changed(&section(markdown, "Instead"));
        if found.iter().any(|outcome| outcome.finding.is_some()) {
            wrong.push(format!("{id}: what stands instead gives {:#?}", told(&found)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_table_is_sorted_and_holds_every_rule_of_the_folder_by_its_files_name() {
    let ids: Vec<&str> = BREAKING.iter().map(|breaking| breaking.rule.id).collect();
    assert!(ids.windows(2).all(|pair| pair[0] < pair[1]), "{ids:#?}");
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
    assert_eq!(ids, files);
}
