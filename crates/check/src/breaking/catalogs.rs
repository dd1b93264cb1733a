//! Replays, consumers, fields used again and bare schemas on the three catalogs of this repository.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::Value;
use tidings_catalog::{Catalog, DiskTree, MemoryTree, Tree};
use tidings_engine::{Source, SourceKind};

use super::tests::Quiet;
use super::*;
use crate::lint::tests::Files;
use crate::lint::{Selection, lint};
use crate::waivers::Date;

/// The trees of the three catalogs.
fn trees() -> Vec<(&'static str, MemoryTree)> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let paths =
        ["specs/004-create-domain-events/contracts/events", "tests/catalogs/wallet", "tests/catalogs/parcel"];
    paths.into_iter().map(|path| (path, Files::of(&DiskTree::new(root.join(path))).tree())).collect()
}

fn catalog(tree: &dyn Tree) -> Arc<Catalog> {
    Arc::new(Catalog::from_tree(tree).unwrap_or_else(|error| panic!("{error}")))
}

fn version(name: &str, tree: &dyn Tree) -> Version {
    Version::new(name, catalog(tree)).unwrap_or_else(|error| panic!("{error}"))
}

/// The examples, each with the name of its event type.
fn examples(catalog: &Catalog) -> Vec<(String, Value)> {
    let role = catalog.roles.event_name.as_ref().expect("a role");
    let events = catalog.examples.iter().map(|example| {
        let event: Value = serde_json::from_slice(&example.content).expect("JSON");
        (event.pointer(&role.to_string()).and_then(Value::as_str).expect("a name").to_owned(), event)
    });
    events.collect()
}

/// A tree in which the schema of an event type is changed.
fn with_schema(
    tree: &MemoryTree,
    catalog: &Catalog,
    name: &str,
    change: impl FnOnce(&mut Value),
) -> MemoryTree {
    let event_type = &catalog.event_types[name];
    let (path, pointer) = event_type.schema_path.split_once('#').unwrap_or((&event_type.schema_path, ""));
    let mut file: Value = serde_json::from_slice(&tree.read(path).expect("a file")).expect("JSON");
    change(file.pointer_mut(pointer).expect("a schema"));
    tree.clone().with(path, file.to_string())
}

#[test]
fn the_recorded_events_that_a_change_refuses_are_counted_and_found() {
    for (path, tree) in trees() {
        let catalog = catalog(&tree);
        let examples = examples(&catalog);
        let text: String =
            examples.iter().flat_map(|(_, event)| [event.to_string(), "\n".to_owned()]).collect();
        let changed_types: Vec<&String> = catalog.event_types.keys().step_by(2).collect();
        let changed = changed_types.iter().fold(tree.clone(), |tree, name| {
            with_schema(&tree, &catalog, name, |schema| {
                let required = schema.as_object_mut().expect("an object").entry("required");
                let required = required.or_insert_with(|| Value::Array(Vec::new()));
                required.as_array_mut().expect("a list").push("never_there".into());
            })
        });
        let (old, new) = (version("old", &tree), version("new", &changed));
        let replayed = |old: &Version, new: &Version| {
            let source = Source::memory("recorded", text.as_bytes(), SourceKind::Lines);
            replay(old, new, std::iter::once(source), None, 2, &mut Quiet).expect("in memory")
        };
        let corpus = replayed(&old, &new);
        let own = |name: &String| examples.iter().filter(|(of, _)| of == name).count() as u64;
        let all = changed_types.iter().map(|name| own(name)).sum();
        assert_eq!((corpus.events, corpus.only_new.events), (examples.len() as u64, all), "{path}");
        assert_eq!((corpus.accepted, corpus.both_new.events), (corpus.events - all, 0), "{path}");
        let groups = &corpus.only_new.reasons.groups;
        assert_eq!(
            (groups.len(), corpus.findings(None).len()),
            (changed_types.len(), changed_types.len()),
            "{path}"
        );
        for name in changed_types {
            let group =
                groups.iter().find(|group| group.event_name.as_deref() == Some(name)).expect("a group");
            assert_eq!((group.rule, group.events), ("schema/required", own(name)), "{path} {name}");
        }
        // The other way round it is no break.
        let back = replayed(&new, &old);
        assert_eq!((back.only_old.events, back.findings(None).len()), (all, 0), "{path}");
    }
}

/// The places of everything in a value.
fn pointers(value: &Value, at: &str, found: &mut Vec<String>) {
    let mut inner = |token: &str, value: &Value| {
        let pointer = format!("{at}/{}", tidings_json::escape_token(token));
        pointers(value, &pointer, found);
        found.push(pointer);
    };
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| inner(name, value)),
        Value::Array(items) => items.iter().zip(0..).for_each(|(item, at)| inner(&i32::to_string(&at), item)),
        _ => {}
    }
}

#[test]
fn consumers_may_use_whatever_stands_in_an_example_and_nothing_else() {
    let today = Date::constant(2026, 11, 24);
    for (path, tree) in trees() {
        let catalog = catalog(&tree);
        let mut used: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, event) in examples(&catalog) {
            pointers(&event, "", used.entry(name).or_default());
        }
        let listed = |suffix: &str| {
            let mut text = "[[consumer]]\nname = \"all\"\n[consumer.events]\n".to_owned();
            for (name, fields) in &used {
                let fields: Vec<String> = fields.iter().map(|field| format!("{field}{suffix}")).collect();
                writeln!(text, "{name:?} = {fields:?}").expect("a text");
            }
            tree.clone().with(CONSUMERS, text)
        };
        let found = |suffix: &str| {
            let report = lint(&listed(suffix), &Selection::default(), today).expect("a catalog");
            report
                .findings
                .into_iter()
                .map(|finding| (finding.rule.id, finding.line, finding.message))
                .collect::<Vec<_>>()
        };
        assert_eq!(found(""), [], "{path}");
        // Of a map any member is known.
        let free = |field: &&String| {
            let (parent, _) = field.rsplit_once('/').unwrap_or_default();
            parent.contains("/scheme_reply")
                || ["/data/labels", "/data/controls", "/hours", "/details"].contains(&parent)
        };
        let all = used.values().flatten().filter(|field| !free(field)).count();
        let wrong = found("_not_there");
        assert_eq!(wrong.len(), all, "{path}");
        assert!(wrong.iter().all(|(rule, line, _)| *rule == "lint/consumers" && *line > Some(3)), "{path}");
    }
}

#[test]
fn a_field_that_was_gone_and_is_back_for_something_else_is_found_in_every_event_type() {
    for (path, tree) in trees() {
        let catalog = catalog(&tree);
        let roles: Vec<String> = catalog.roles.event_name.iter().map(ToString::to_string).collect();
        let (mut between, mut back, mut fields) = (tree.clone(), tree.clone(), Vec::new());
        for name in catalog.event_types.keys() {
            let mut candidates: Vec<Vec<String>> = Vec::new();
            with_schema(&tree, &catalog, name, |schema| {
                for (outer, inside) in schema["properties"].as_object().into_iter().flatten() {
                    candidates.push(vec![outer.clone()]);
                    let inner = inside["properties"].as_object().into_iter().flat_map(|inner| inner.keys());
                    candidates.extend(inner.map(|inner| vec![outer.clone(), inner.clone()]));
                }
            });
            // One that only this schema knows, so that without it there nobody does.
            let gone = candidates.into_iter().find_map(|field| {
                let gone = with_schema(&between, &catalog, name, |schema| {
                    let (last, outer) = field.split_last().expect("a name");
                    let parent = outer.iter().fold(schema, |parent, name| &mut parent["properties"][name]);
                    parent["properties"].as_object_mut().expect("an object").remove(last);
                    if let Some(required) = parent.get_mut("required").and_then(Value::as_array_mut) {
                        required.retain(|name| *name != last.as_str());
                    }
                });
                let pointer: String = field.iter().flat_map(|name| ["/", name]).collect();
                let without = self::catalog(&gone);
                let at = without.schema(&without.event_types[name]).at(&pointer.parse().expect("a pointer"));
                (at.is_empty() && !roles.contains(&pointer)).then_some((gone, pointer, field))
            });
            let Some((gone, pointer, field)) = gone else { continue };
            between = gone;
            back = with_schema(&back, &catalog, name, |schema| {
                let place = field.iter().fold(schema, |parent, name| &mut parent["properties"][name]);
                *place = serde_json::json!({"const": ["something else"]});
            });
            fields.push((name, pointer));
        }
        assert!(fields.len() * 2 > catalog.event_types.len(), "{path}");
        let (old, between, new) =
            (version("old", &tree), version("between", &between), version("new", &back));
        let options = Options { mode: Mode::Backward, ..Options::default() };
        let outcomes = compare(&back, &new, &[&between, &old], options).outcomes;
        for (name, pointer) in fields {
            let found = outcomes.iter().find(|outcome| {
                outcome.event_name.as_deref() == Some(name)
                    && outcome
                        .finding
                        .as_ref()
                        .is_some_and(|finding| finding.rule.id == "breaking/field-used-again")
            });
            let found = found.unwrap_or_else(|| panic!("{path} {name} {pointer}: {outcomes:#?}"));
            assert_eq!(found.pointer.as_deref(), Some(pointer.as_str()), "{path} {name}");
            let Some(Witness::Event(event)) = &found.witness else { panic!("{path} {name}: no witness") };
            let text = event.to_string();
            assert!(oracle::accepts(&old.closed, text.as_bytes()), "{path} {text}");
            assert!(!oracle::accepts(&new.open, text.as_bytes()), "{path} {text}");
        }
    }
}

#[test]
fn the_files_of_a_catalog_are_compared_by_themselves_if_they_refer_to_no_other() {
    let (mut alone, mut referring) = (0, 0);
    for (path, tree) in trees() {
        for document in catalog(&tree).schemas.documents() {
            let schema = (document.path.as_str(), document.text());
            match compare_schemas(schema, schema, Options::default()) {
                Ok(report) => {
                    alone += 1;
                    let verdicts: Vec<Verdict> =
                        report.outcomes.iter().map(|outcome| outcome.verdict).collect();
                    assert_eq!(verdicts, [Verdict::Compatible; 2], "{path} {}", document.path);
                }
                Err(error) => {
                    referring += 1;
                    let problem = &error.problems()[0];
                    assert!(problem.message.contains("no other is read"), "{error}");
                    assert!(problem.place.is_some(), "{error}");
                }
            }
        }
    }
    assert!(alone >= 2 && referring >= 10, "{alone} {referring}");
}
