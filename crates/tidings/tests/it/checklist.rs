//! The lines of the messaging catalog's checklist that nothing else checks, and the demo.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;

use tidings::emit::docs::fields::fields_of;
use tidings::{AuditOptions, Finding, Observer, Order, SourceKind, Summary, audit, find_sources, run};

use crate::catalogs;

/// Keeps what it is told.
#[derive(Default)]
pub(crate) struct Keeper(pub(crate) Vec<Finding>);

impl Observer for Keeper {
    fn finding(&mut self, finding: &Finding) -> io::Result<()> {
        self.0.push(finding.clone());
        Ok(())
    }
    fn unreadable(&mut self, source: &str, error: &io::Error) {
        panic!("{source}: {error}");
    }
    fn empty(&mut self, source: &str) {
        panic!("{source} has no events");
    }
    fn progress(&mut self, _: &Summary) {}
}

#[test]
fn the_examples_are_one_clean_story_that_exercises_every_transition() {
    for ((name, folder), (_, _, engine)) in catalogs::folders().into_iter().zip(catalogs::all()) {
        let sources = find_sources(&folder.join("examples"), SourceKind::Document, &mut Vec::new()).unwrap();
        let mut keeper = Keeper::default();
        let options = AuditOptions { order: Order::Occurred, ..AuditOptions::default() };
        let (summary, _) = audit(&engine, sources.into_iter(), 1, options, &mut keeper).unwrap();
        assert!(keeper.0.is_empty(), "{name}: {:#?}", keeper.0);
        for aggregate in summary.stream.unwrap().aggregates {
            for transition in aggregate.transitions {
                assert!(
                    transition.count > 0,
                    "{name}: no example of {} from {:?}",
                    transition.event,
                    transition.from
                );
            }
        }
    }
}

#[test]
fn no_schema_of_the_messaging_catalog_pins_a_version_or_an_aggregate_type() {
    let (_, catalog, _) = catalogs::all().into_iter().next().unwrap();
    let roles = [catalog.roles.version.clone().unwrap(), catalog.roles.aggregate_type.clone().unwrap()];
    for event_type in catalog.event_types.values() {
        for role in &roles {
            let schemas = catalog.schema(event_type).at(role);
            assert!(!schemas.is_empty(), "{} says nothing about {role}", event_type.name);
            for schema in schemas {
                assert!(schema.keyword("const").is_none(), "{} pins {role}", event_type.name);
            }
        }
    }
}

#[test]
fn names_of_the_messaging_catalog_are_in_their_cases_and_begin_with_their_family() {
    let (_, catalog, _) = catalogs::all().into_iter().next().unwrap();
    for event_type in catalog.event_types.values() {
        let family = event_type.aggregate.as_deref().unwrap();
        let rest = event_type.name.strip_prefix(family).unwrap_or_default();
        assert!(rest.starts_with(|c: char| c.is_ascii_uppercase()), "{}", event_type.name);
        assert!(event_type.name.chars().all(|c| c.is_ascii_alphanumeric()), "{}", event_type.name);
        for field in fields_of(catalog.schema(event_type)).list {
            let name = field.path.to_string();
            let snake = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_[].".contains(c);
            assert!(name.chars().all(snake), "{}: {name}", event_type.name);
        }
    }
}

#[test]
fn every_field_of_the_messaging_catalog_has_a_privacy_class_and_a_meaning() {
    let (_, catalog, _) = catalogs::all().into_iter().next().unwrap();
    let mut seen = BTreeSet::new();
    for event_type in catalog.event_types.values() {
        for field in fields_of(catalog.schema(event_type)).list {
            let name = field.path.to_string();
            assert!(field.class.is_some(), "{}: {name} has no class", event_type.name);
            assert!(field.description.is_some(), "{}: {name} has no description", event_type.name);
            seen.insert(name);
        }
    }
    assert!(seen.len() > 20, "{seen:?}");
}

#[test]
fn the_changelog_of_each_catalog_has_a_heading_for_its_version() {
    for ((name, folder), (_, catalog, _)) in catalogs::folders().into_iter().zip(catalogs::all()) {
        let changelog = std::fs::read_to_string(folder.join("CHANGELOG.md")).unwrap();
        let heading = |line: &str| line.starts_with("## ") && line.contains(&catalog.version);
        assert!(changelog.lines().any(heading), "{name}: no heading for {}", catalog.version);
    }
}

#[test]
fn the_demo_gives_the_findings_that_it_promises() {
    let (_, _, engine) = catalogs::all().into_iter().next().unwrap();
    let demo = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../demo");
    let sources = find_sources(&demo, SourceKind::Lines, &mut Vec::new()).unwrap();
    let mut keeper = Keeper::default();
    let summary = run(&engine, sources.into_iter(), 1, &mut keeper).unwrap();
    let told: Vec<String> =
        keeper.0.iter().map(|finding| format!("{} {}", finding.line.unwrap(), finding.rule.id)).collect();
    assert_eq!(
        told,
        [
            "2 schema/pattern",
            "4 schema/unknown-field",
            "6 envelope/aggregate-mismatch",
            "8 envelope/unknown-event",
            "12 privacy/suspected-personal-data",
            "16 schema/pattern",
        ],
    );
    assert_eq!((summary.events, summary.invalid, summary.warnings), (15, 5, 1));
}
