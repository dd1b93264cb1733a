//! Examples and near misses say what they should.

use std::collections::{BTreeMap, BTreeSet};

use tidings::catalog::ExpectedFinding;

use crate::catalogs;

#[test]
fn every_example_is_valid_without_a_finding() {
    for (name, catalog, engine) in catalogs::all() {
        assert!(!catalog.examples.is_empty());
        for example in &catalog.examples {
            let verdict = engine.validate(&example.content);
            assert!(verdict.findings().is_empty(), "{name}: {}: {:#?}", example.path, verdict.findings());
        }
    }
}

#[test]
fn every_near_miss_gives_exactly_its_findings() {
    for (name, catalog, engine) in catalogs::all() {
        let mut wrong = Vec::new();
        for near_miss in &catalog.near_misses {
            let Some(expected) = &near_miss.expected else {
                panic!("{name}: {} is not in expected.json", near_miss.path)
            };
            let mut found: Vec<ExpectedFinding> = engine
                .validate(&near_miss.content)
                .into_findings()
                .into_iter()
                .map(|finding| ExpectedFinding { pointer: finding.pointer, rule: finding.rule.id.to_owned() })
                .collect();
            found.sort();
            if found != *expected {
                wrong.push(format!("{}:\n  expected {expected:?}\n  found    {found:?}", near_miss.path));
            }
        }
        assert!(wrong.is_empty(), "{name}:\n{}", wrong.join("\n"));
    }
}

#[test]
fn every_event_type_has_an_example_and_two_near_misses() {
    for (name, catalog, _) in catalogs::all() {
        let stem = |path: &str| {
            let file = path.rsplit('/').next().unwrap_or_default();
            file.split('.').next().unwrap_or_default().to_owned()
        };
        let examples: BTreeSet<String> = catalog.examples.iter().map(|example| stem(&example.path)).collect();
        let mut near_misses: BTreeMap<String, usize> = BTreeMap::new();
        for near_miss in &catalog.near_misses {
            *near_misses.entry(stem(&near_miss.path)).or_default() += 1;
        }
        for event_type in catalog.event_types.keys() {
            let mut snake = String::new();
            for c in event_type.chars() {
                match c {
                    '.' | '-' => snake.push('_'),
                    _ if c.is_uppercase() && !snake.is_empty() => {
                        snake.push('_');
                        snake.extend(c.to_lowercase());
                    }
                    _ => snake.extend(c.to_lowercase()),
                }
            }
            assert!(examples.contains(&snake), "{name}: no example of {event_type}");
            assert!(
                near_misses.get(&snake).is_some_and(|count| *count >= 2),
                "{name}: near misses of {event_type}"
            );
        }
    }
}

#[test]
fn what_is_hidden_is_in_no_text_of_a_finding() {
    // Every restricted value of an example is wrong in some way here, and none of it may come back out.
    for (name, catalog, engine) in catalogs::all() {
        for near_miss in &catalog.near_misses {
            let text = String::from_utf8_lossy(&near_miss.content);
            for finding in engine.validate(&near_miss.content).findings() {
                let shown = format!("{finding:?}");
                for secret in ["jane.doe@", "AKIAIOSFODNN7", "+12025550123", "-----BEGIN"] {
                    if text.contains(secret) {
                        assert!(!shown.contains(secret), "{name}: {}: {shown}", near_miss.path);
                    }
                }
            }
        }
    }
}
