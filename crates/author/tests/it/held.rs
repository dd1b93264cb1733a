//! Holds a catalog on disk to what every catalog must be: it loads, its examples are valid and one clean story that
//! exercises every transition, each near miss gives what it is to give, and generated files are fresh.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;
use std::sync::Arc;

use tidings_audit::{Options as AuditOptions, Order, audit};
use tidings_author::format;
use tidings_catalog::{Catalog, DiskTree};
use tidings_engine::{Engine, Observer, Options, SourceKind, find_sources};
use tidings_finding::{Finding, Summary};

#[derive(Default)]
struct Keeper(Vec<Finding>);

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

pub(crate) fn hold(folder: &Path) -> Catalog {
    let catalog = Arc::new(Catalog::load(folder).unwrap_or_else(|error| panic!("{error}")));
    let engine = Engine::new(Arc::clone(&catalog), Options::default()).unwrap();
    let mut with_example = BTreeSet::new();
    for example in &catalog.examples {
        let verdict = engine.validate(&example.content);
        assert!(verdict.findings().is_empty(), "{}: {:#?}", example.path, verdict.findings());
        let frame = tidings_engine::Frame::of_bytes(&example.content);
        let name = engine.check_then(&frame, &mut Vec::new(), |event_type, _, _| event_type.name.clone());
        with_example.insert(name.unwrap());
    }
    assert_eq!(with_example, catalog.event_types.keys().cloned().collect());
    for near_miss in &catalog.near_misses {
        let verdict = engine.validate(&near_miss.content);
        let mut found: Vec<(Option<String>, String)> = verdict
            .findings()
            .iter()
            .map(|finding| (finding.pointer.clone(), finding.rule.id.to_owned()))
            .collect();
        found.sort();
        let expected =
            near_miss.expected.as_ref().unwrap_or_else(|| panic!("{} is not listed", near_miss.path));
        let expected: Vec<_> =
            expected.iter().map(|expected| (expected.pointer.clone(), expected.rule.clone())).collect();
        assert_eq!(found, expected, "{}", near_miss.path);
    }
    let sources = find_sources(&folder.join("examples"), SourceKind::Document, &mut Vec::new()).unwrap();
    let mut keeper = Keeper::default();
    let options = AuditOptions { order: Order::Occurred, ..AuditOptions::default() };
    let (summary, _) = audit(&engine, sources.into_iter(), 1, options, &mut keeper).unwrap();
    assert!(keeper.0.is_empty(), "{:#?}", keeper.0);
    for transition in summary.stream.unwrap().aggregates.iter().flat_map(|aggregate| &aggregate.transitions) {
        assert!(transition.count > 0, "no example of {} from {:?}", transition.event, transition.from);
    }
    let formatting = format(&DiskTree::new(folder)).unwrap();
    assert!(formatting.problems.is_empty() && formatting.edits.is_empty(), "{formatting:?}");
    let page = std::fs::read_to_string(folder.join("catalog.md")).unwrap();
    assert_eq!(page, tidings_emit::docs::catalog_md(&catalog));
    Arc::into_inner(catalog).unwrap_or_else(|| Catalog::load(folder).unwrap())
}
