//! Reads examples and near misses.

use std::collections::BTreeMap;

use tidings_json::{Kind, LineIndex, Value};

use super::{FaultKind, Problems, read_json};
use crate::{Example, ExpectedFinding, NearMiss, Tree};

const EXPECTED: &str = "near-misses/expected.json";

pub(super) fn read(
    tree: &dyn Tree,
    paths: &[String],
    problems: &mut Problems,
) -> (Vec<Example>, Vec<NearMiss>) {
    let mut expected = read_expected(tree, paths, problems);
    let mut examples = Vec::new();
    let mut near_misses = Vec::new();
    for path in paths.iter().filter(|path| has_json_name(path) && *path != EXPECTED) {
        let near_miss = path.strip_prefix("near-misses/");
        if near_miss.is_none() && !path.starts_with("examples/") {
            continue;
        }
        match (tree.read(path), near_miss) {
            (Ok(content), None) => examples.push(Example { path: path.clone(), content }),
            (Ok(content), Some(name)) => {
                near_misses.push(NearMiss { path: path.clone(), content, expected: expected.remove(name) });
            }
            (Err(error), _) => problems.file(path, format!("it can't be read: {error}")),
        }
    }
    (examples, near_misses)
}

fn has_json_name(path: &str) -> bool {
    std::path::Path::new(path).extension().is_some_and(|extension| extension == "json")
}

/// Reads `expected.json`: file name → `[{"rule", "pointer"}, …]`.
fn read_expected(
    tree: &dyn Tree,
    paths: &[String],
    problems: &mut Problems,
) -> BTreeMap<String, Vec<ExpectedFinding>> {
    let mut expected = BTreeMap::new();
    if !paths.iter().any(|path| path == EXPECTED) {
        return expected;
    }
    let text = match tree.read(EXPECTED) {
        Ok(text) => text,
        Err(error) => {
            problems.file(EXPECTED, format!("it can't be read: {error}"));
            return expected;
        }
    };
    let Some(root) = read_json(EXPECTED, &text, problems) else { return expected };
    let lines = LineIndex::new(&text);
    let mut wrong = |offset: usize, message: &str| {
        let place = Some(lines.place(&text, offset));
        problems.add(FaultKind::Expectation, EXPECTED, place, message);
    };
    let Some(members) = root.as_object() else {
        wrong(root.span.start, "expected an object: file name → list of findings");
        return expected;
    };
    for member in members {
        if !paths.iter().any(|path| path.strip_prefix("near-misses/") == Some(&member.name)) {
            let message = format!("it lists `{}`, but there is no such near miss", member.name);
            wrong(member.name_span.start, &message);
            continue;
        }
        let Some(items) = member.value.as_array() else {
            wrong(member.value.span.start, "expected a list of findings");
            continue;
        };
        let mut findings = Vec::new();
        for item in items {
            let pointer = match item.get("pointer").map(|pointer| &pointer.kind) {
                Some(Kind::Null) => Some(None),
                Some(Kind::String(pointer)) => Some(Some(pointer.to_string())),
                _ => None,
            };
            match (item.get("rule").and_then(Value::as_str), pointer) {
                (Some(rule), Some(pointer)) => {
                    findings.push(ExpectedFinding { rule: rule.to_owned(), pointer });
                }
                _ => wrong(
                    item.span.start,
                    "expected `{\"rule\": \"…\", \"pointer\": \"…\"}`; the pointer may be null",
                ),
            }
        }
        findings.sort();
        expected.insert(member.name.to_string(), findings);
    }
    expected
}
