//! The pages of this repository's catalogs.

use std::collections::BTreeSet;

use tidings_emit::docs::catalog_md;
use tidings_emit::docs::fields::fields_of;

use super::catalogs;

#[test]
fn the_pages_in_the_catalog_folders_are_what_the_catalogs_say() {
    for (folder, catalog) in catalogs() {
        let kept = std::fs::read_to_string(format!("{folder}/catalog.md")).unwrap_or_default();
        let page = catalog_md(&catalog);
        assert_eq!(page, catalog_md(&catalog));
        if kept != page {
            let line = kept.lines().zip(page.lines()).position(|(a, b)| a != b).unwrap_or_default();
            panic!("{folder}/catalog.md is stale from line {}; run `cargo xtask gen`", line + 1);
        }
    }
}

/// The part of a page from the heading of an event type to the next heading.
fn section<'p>(page: &'p str, event_type: &str) -> &'p str {
    let heading = format!("\n### `{event_type}`\n");
    let start =
        page.find(&heading).unwrap_or_else(|| panic!("no heading for `{event_type}`")) + heading.len();
    page[start..].split("\n##").next().unwrap()
}

#[test]
fn every_event_type_has_a_section_with_all_that_the_manifest_says() {
    for (_, catalog) in catalogs() {
        let page = catalog_md(&catalog);
        for event_type in catalog.event_types.values() {
            let flat = section(&page, &event_type.name).replace("\n  ", " ").replace('\n', " ");
            assert!(flat.contains(&event_type.purpose), "{}", event_type.name);
            assert!(
                flat.contains(&format!("Version {}, schema ", event_type.version)),
                "{}",
                event_type.name
            );
            for invariant in &event_type.invariants {
                assert!(flat.contains(invariant.as_str()), "{}: {invariant}", event_type.name);
            }
        }
        for aggregate in catalog.aggregates.values() {
            assert!(page.contains(&format!("\n## {}\n", aggregate.name)), "{}", aggregate.name);
            for state in &aggregate.states {
                assert!(page.contains(&format!("`{state}`")), "{state}");
            }
        }
    }
}

#[test]
fn every_field_stands_with_its_class_in_the_section_of_its_event_type_or_of_the_envelope() {
    for (_, catalog) in catalogs() {
        let page = catalog_md(&catalog);
        let common = page.split("\n## ").nth(2).unwrap();
        for event_type in catalog.event_types.values() {
            let section = section(&page, &event_type.name);
            for field in fields_of(catalog.schema(event_type)).list {
                let start = format!("| `{}` |", field.path);
                let rows = |text: &str| -> Vec<String> {
                    text.lines().filter(|line| line.starts_with(&start)).map(str::to_owned).collect()
                };
                let rows = [rows(section), rows(common)].concat();
                // Elements and members without names stand there only if there is something to say of them.
                let unnamed = field.path.to_string().ends_with(['*', ']']) && field.words.text == "object";
                assert!(!rows.is_empty() || unnamed, "{}: {}", event_type.name, field.path);
                let class = field.class.map_or("–".to_owned(), |class| format!("`{}`", class.name()));
                for row in rows {
                    assert!(row.ends_with(&format!("| {class} |")), "{}: {row}", event_type.name);
                }
            }
        }
    }
}

#[test]
fn every_example_is_linked_where_its_event_type_is() {
    for (_, catalog) in catalogs() {
        let page = catalog_md(&catalog);
        let role = catalog.roles.event_name.clone().unwrap();
        assert!(!catalog.examples.is_empty());
        for example in &catalog.examples {
            let parsed = tidings_json::parse(&example.content, 128).unwrap();
            let name = parsed.value.at(&role).and_then(|name| name.as_str()).unwrap().to_owned();
            assert!(section(&page, &name).contains(&format!("]({})", example.path)), "{}", example.path);
        }
        for near_miss in &catalog.near_misses {
            assert_eq!(page.matches(&format!("]({})", near_miss.path)).count(), 1, "{}", near_miss.path);
        }
    }
}

#[test]
fn every_restricted_field_is_listed_for_redaction() {
    for (_, catalog) in catalogs() {
        let page = catalog_md(&catalog);
        let privacy = page.split("\n## Privacy and redaction\n").nth(1).unwrap();
        let mut expected = BTreeSet::new();
        for event_type in catalog.event_types.values() {
            for field in fields_of(catalog.schema(event_type)).list {
                if let Some(class) = field.class.filter(|class| class.is_restricted() && !field.has_fields) {
                    expected.insert(format!("| `{}` | `{}` |", field.path, class.name()));
                }
            }
        }
        for row in &expected {
            assert!(privacy.contains(row.as_str()), "{row}");
        }
        assert!(!privacy.contains("Without a class"), "{}", catalog.name);
    }
}
