//! The rules' explanations are their tests: each *Example* is a change of the catalog in `tests/lamps` that gives exactly
//! its rule's finding, each *Instead* one that gives none. All rules run over all of them.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use tidings_catalog::{DiskTree, MemoryTree, Tree};
use tidings_engine::{Engine, Options};

use super::*;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn today() -> Date {
    Date::constant(2026, 11, 24)
}

/// The files of a catalog.
#[derive(Clone, Default)]
pub(crate) struct Files(std::collections::BTreeMap<String, Vec<u8>>);

impl Files {
    /// The small clean catalog.
    pub(crate) fn lamps() -> Self {
        Self::of(&DiskTree::new(root().join("tests/lamps"))).with_page()
    }

    pub(crate) fn of(tree: &dyn Tree) -> Self {
        let paths = tree.list().expect("a folder");
        Self(paths.into_iter().map(|path| (path.clone(), tree.read(&path).expect("a file"))).collect())
    }

    pub(crate) fn tree(&self) -> MemoryTree {
        self.0.iter().fold(MemoryTree::new(), |tree, (path, content)| tree.with(path, content.clone()))
    }

    /// Makes the reference page anew.
    fn with_page(mut self) -> Self {
        if let Ok(catalog) = tidings_catalog::Catalog::from_tree(&self.tree()) {
            if Engine::new(std::sync::Arc::new(catalog), Options::default()).is_err() {
                return self;
            }
            let catalog = tidings_catalog::Catalog::from_tree(&self.tree()).expect("as before");
            self.0.insert("catalog.md".to_owned(), tidings_emit::docs::catalog_md(&catalog).into_bytes());
        }
        self
    }

    /// Applies a change that a section of an explanation shows: JSON and TOML are merged into the file that there is,
    /// other text replaces it.
    pub(crate) fn with_section(mut self, section: &str) -> Self {
        let mut file = None;
        let mut block: Option<(String, String)> = None;
        let mut given_page = None;
        for line in section.lines() {
            if let Some((_, text)) = &mut block {
                if line == "```" {
                    let (language, text) = block.take().expect("a block");
                    let path: String = file.take().expect("a block has its file's name before it");
                    if path == "catalog.md" {
                        given_page = Some(text.clone());
                    }
                    let content = merged(self.0.get(&path), &language, &text);
                    self.0.insert(path, content);
                } else {
                    text.push_str(line);
                    text.push('\n');
                }
            } else if let Some(language) = line.strip_prefix("```") {
                block = Some((language.to_owned(), String::new()));
            } else if let Some(path) = line.strip_prefix("Without `") {
                self.0.remove(path.trim_end_matches('`')).expect("a file that is there");
            } else if let Some(path) = line.strip_prefix('`').and_then(|line| line.strip_suffix("`:")) {
                file = Some(path.to_owned());
            }
        }
        match given_page {
            Some(_) => self,
            None => self.with_page(),
        }
    }

    fn findings(&self) -> Vec<Finding> {
        lint(&self.tree(), &Selection::default(), today()).expect("a catalog").findings
    }
}

fn merged(old: Option<&Vec<u8>>, language: &str, text: &str) -> Vec<u8> {
    let Some(old) = old else { return text.as_bytes().to_vec() };
    match language {
        "json" => {
            let mut value: serde_json::Value = serde_json::from_slice(old).expect("JSON");
            merge(&mut value, serde_json::from_str(text).expect(text));
            (serde_json::to_string_pretty(&value).expect("JSON") + "\n").into_bytes()
        }
        "toml" => {
            let mut value: toml::Table =
                toml::from_str(std::str::from_utf8(old).expect("UTF-8")).expect("TOML");
            merge_tables(&mut value, toml::from_str(text).expect(text));
            toml::to_string(&value).expect("TOML").into_bytes()
        }
        _ => text.as_bytes().to_vec(),
    }
}

/// RFC 7386.
fn merge(value: &mut serde_json::Value, change: serde_json::Value) {
    match (value, change) {
        (serde_json::Value::Object(members), serde_json::Value::Object(changes)) => {
            for (name, change) in changes {
                if change.is_null() {
                    members.remove(&name);
                } else {
                    merge(members.entry(name).or_insert(serde_json::Value::Null), change);
                }
            }
        }
        (value, change) => *value = change,
    }
}

fn merge_tables(table: &mut toml::Table, change: toml::Table) {
    for (key, change) in change {
        match (table.get_mut(&key), change) {
            (Some(toml::Value::Table(inner)), toml::Value::Table(change)) => merge_tables(inner, change),
            // TOML has no null to take something out with.
            (_, toml::Value::String(none)) if none == "none" => {
                table.remove(&key);
            }
            (_, change) => {
                table.insert(key, change);
            }
        }
    }
}

/// A section of an explanation: up to the next heading that doesn't stand in a block of code.
pub(crate) fn section(markdown: &str, heading: &str) -> String {
    let (_, after) =
        markdown.split_once(&format!("\n## {heading}\n")).unwrap_or_else(|| panic!("no {heading}"));
    let mut in_code = false;
    let lines = after.lines().take_while(|line| {
        in_code ^= line.starts_with("```");
        in_code || !line.starts_with("## ")
    });
    lines.flat_map(|line| [line, "\n"]).collect()
}

fn told(findings: &[Finding]) -> Vec<String> {
    findings
        .iter()
        .map(|finding| {
            format!(
                "{} {}:{}:{} {:?} {} ({})",
                finding.rule.id,
                finding.source.as_deref().unwrap_or_default(),
                finding.line.unwrap_or_default(),
                finding.column.unwrap_or_default(),
                finding.pointer,
                finding.message,
                finding.help.as_deref().unwrap_or_default(),
            )
        })
        .collect()
}

#[test]
fn the_catalog_that_examples_change_is_clean() {
    let findings = Files::lamps().findings();
    assert!(findings.is_empty(), "{:#?}", told(&findings));
}

#[test]
fn each_example_gives_exactly_its_rules_finding_and_what_stands_instead_gives_none() {
    let mut wrong = Vec::new();
    for lint in LINTS {
        let (id, markdown) = (lint.rule.id, lint.rule.explanation);
        let found = Files::lamps().with_section(&section(markdown, "Example")).findings();
        let rules: Vec<&str> = found.iter().map(|finding| finding.rule.id).collect();
        if rules != [id] {
            wrong.push(format!("{id}: the example gives {:#?}", told(&found)));
        }
        let found = Files::lamps().with_section(&section(markdown, "Instead")).findings();
        if !found.is_empty() {
            wrong.push(format!("{id}: what stands instead gives {:#?}", told(&found)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_finding_of_an_example_has_a_file_a_line_a_column_and_a_help() {
    for lint in LINTS {
        let files = Files::lamps().with_section(&section(lint.rule.explanation, "Example"));
        for finding in files.findings() {
            assert!(
                finding.source.is_some() && finding.line.is_some() && finding.column.is_some(),
                "{finding:?}"
            );
            let has_help = finding.help.is_some() || lint.category == Category::Catalog;
            assert!(has_help, "{}", lint.rule.id);
            assert!(
                !finding.message.ends_with('.') && !finding.message.starts_with(char::is_uppercase),
                "{finding:?}"
            );
        }
    }
}

#[test]
fn a_fix_mends_what_it_is_for_leaves_no_new_finding_and_changes_nothing_the_second_time() {
    let mut mended = BTreeSet::new();
    for lint in LINTS {
        let files = Files::lamps().with_section(&section(lint.rule.explanation, "Example"));
        let fixed = fix(&files.tree(), &Selection::default(), today()).expect("a catalog");
        if fixed.files.is_empty() {
            continue;
        }
        mended.insert(lint.rule.id);
        let mut after = files.clone();
        after.0.extend(fixed.files);
        assert!(after.findings().is_empty(), "{}: {:#?}", lint.rule.id, told(&after.findings()));
        let again = fix(&after.tree(), &Selection::default(), today()).expect("a catalog");
        assert!(again.files.is_empty(), "{}", lint.rule.id);
    }
    let expected = [
        "lint/inapplicable-keyword",
        "lint/ref-siblings",
        "lint/schema-draft",
        "lint/stale-docs",
        "lint/unportable-pattern",
    ];
    assert_eq!(mended.into_iter().collect::<Vec<_>>(), expected);
}

#[test]
fn the_table_is_sorted_and_holds_every_rule_of_the_folder_by_its_files_name() {
    let ids: Vec<&str> = LINTS.iter().map(|lint| lint.rule.id).collect();
    assert!(ids.windows(2).all(|pair| pair[0] < pair[1]), "{ids:#?}");
    let mut files: Vec<String> = Vec::new();
    for entry in fs::read_dir(root().join("src/lint")).expect("the folder") {
        let path = entry.expect("an entry").path();
        let is = |extension: &str| path.extension().is_some_and(|own| own == extension);
        let stem = path.file_stem().and_then(|stem| stem.to_str()).expect("a name").to_owned();
        if is("md") {
            files.push(format!("lint/{}", stem.replace('_', "-")));
        } else if is("rs") {
            let source = fs::read_to_string(&path).expect("a source");
            let has_rule = source.contains(concat!("static RULE", ": Lint"));
            assert_eq!(has_rule, path.with_extension("md").exists(), "{stem}");
        }
    }
    files.sort();
    assert_eq!(ids, files);
}

#[test]
fn every_explanation_has_its_headings_in_order() {
    for lint in LINTS {
        let id = lint.rule.id;
        let headings: Vec<&str> =
            lint.rule.explanation.lines().filter(|line| line.starts_with('#')).collect();
        let headings: Vec<&str> =
            headings.into_iter().filter(|line| line.starts_with("# `") || line.starts_with("## ")).collect();
        let title = format!("# `{id}`");
        let wanted = [title.as_str(), "## What it does", "## Why", "## Example", "## Instead"];
        assert_eq!(headings[..5.min(headings.len())], wanted, "{id}");
        assert!(!lint.rule.summary.ends_with('.'), "{id}");
    }
}

#[test]
fn the_catalogs_of_this_repository_are_clean() {
    let mut wrong = Vec::new();
    for folder in
        ["specs/004-create-domain-events/contracts/events", "tests/catalogs/wallet", "tests/catalogs/parcel"]
    {
        let tree = DiskTree::new(root().join("../..").join(folder));
        let report = lint(&tree, &Selection::default(), today()).expect("a catalog");
        wrong.extend(told(&report.findings).into_iter().map(|told| format!("{folder}: {told}")));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_folder_without_a_manifest_is_no_catalog_and_a_broken_one_is_a_finding() {
    assert!(lint(&MemoryTree::new(), &Selection::default(), today()).is_err());
    let tree = MemoryTree::new().with("catalog.toml", "[catalog\n");
    let report = lint(&tree, &Selection::default(), today()).expect("something that can be told of");
    assert_eq!(told(&report.findings).len(), 1);
    assert_eq!(report.findings[0].rule.id, "lint/invalid-catalog");
    assert_eq!((report.findings[0].line, report.findings[0].column), (Some(1), Some(9)));
}
