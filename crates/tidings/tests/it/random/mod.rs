//! The engine's law on catalogs thrown together by chance: what any way proves valid, the authority finds nothing wrong
//! with, and a stream says what its lines say, whichever way is taken. Counts how often each keyword stood where it was
//! looked at, in proven events and in refused ones, and how often each rule was broken.
//!
//! `TIDINGS_CATALOGS` sets how many catalogs are made at least, `TIDINGS_SEED` where to begin. More are made as long as a
//! keyword wasn't met or a rule wasn't broken, so that whatever the seed all are. `--nocapture` shows the counts.

mod catalogs;
mod schemas;
mod values;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Value, json};
use tidings::{Catalog, Engine, Finding, Limits, Options, UnknownFields};
use tidings_engine::{FastPath, Level, Paths, RULES};

use crate::chance::{Chance, setting};
use crate::mutate::Mutator;
use catalogs::{Made, MadeType, catalog};
use schemas::{KEYWORDS, value};
use values::{Roots, Style};

/// How many catalogs are made, and how many events for each.
const CATALOGS: usize = 150;
const EVENTS: usize = 120;

/// How many catalogs more are made at most for what is rare. The rarest comes once in some hundred.
const MORE: usize = 2000;

/// All ways but that of the authority.
const WAYS: [(FastPath, Level); 7] = [
    (FastPath::All, Level::Best),
    (FastPath::Steps, Level::Best),
    (FastPath::OrderFree, Level::Best),
    (FastPath::All, Level::Avx2),
    (FastPath::OrderFree, Level::Avx2),
    (FastPath::All, Level::Scalar),
    (FastPath::OrderFree, Level::Scalar),
];

/// How often something was met.
#[derive(Clone, Copy, Debug, Default)]
struct Met {
    schemas: usize,
    proven: usize,
    refused: usize,
}

#[derive(Default)]
struct Counts {
    keywords: BTreeMap<String, Met>,
    rules: BTreeMap<&'static str, usize>,
    catalogs: usize,
    no_catalogs: usize,
    events: usize,
    valid: usize,
    proven: usize,
}

#[test]
#[allow(clippy::print_stdout, reason = "the counts are for people")]
fn whatever_is_proven_by_random_schemas_is_valid() {
    let (count, first) = (setting("TIDINGS_CATALOGS", CATALOGS), setting("TIDINGS_SEED", 0));
    let mut counts = Counts::default();
    let (mut number, mut rare) = (0, Vec::new());
    while number < count || number < count + MORE && !counts.lacks().is_empty() {
        if number == count {
            rare = counts.lacks();
        }
        number += 1;
        let seed = (first * 1_000_000 + number - 1) as u64;
        let mut chance = Chance::new(seed);
        let Some(made) = catalog(&mut chance) else {
            counts.no_catalogs += 1;
            continue;
        };
        try_catalog(seed, &mut chance, &made, &mut counts);
    }
    let more = number - count;
    println!("{more} catalogs more for {rare:?}");
    println!("{:24} {:>8} {:>8} {:>8}", "keyword or format", "schemas", "proven", "refused");
    for (keyword, Met { schemas, proven, refused }) in &counts.keywords {
        println!("{keyword:24} {schemas:8} {proven:8} {refused:8}");
    }
    for (rule, count) in &counts.rules {
        println!("{rule:34} {count:8}");
    }
    let Counts { catalogs, no_catalogs, events, valid, proven, .. } = counts;
    println!(
        "{events} events of {catalogs} catalogs ({no_catalogs} were none), {valid} valid, {proven} proven"
    );
    assert!(no_catalogs * 10 <= catalogs, "too little that is thrown together is a catalog");
    let share = 100 * valid / events;
    assert!((30..=70).contains(&share), "{share} % of the events are valid");
    assert!(proven * 4 > valid, "{proven} of {valid} valid events are proven");
    let lacks = counts.lacks();
    assert!(lacks.is_empty(), "not met in proven events and in refused ones, or never broken: {lacks:?}");
}

impl Counts {
    /// The keywords that were not met in proven events and in refused ones, and the rules that were never broken.
    fn lacks(&self) -> Vec<&'static str> {
        let met =
            |keyword: &str| self.keywords.get(keyword).is_some_and(|met| met.proven > 0 && met.refused > 0);
        let missed = KEYWORDS.into_iter().filter(|keyword| !met(keyword));
        let rules = RULES.iter().map(|rule| rule.id);
        missed.chain(rules.filter(|rule| !self.rules.contains_key(rule) && !is_elsewhere(rule))).collect()
    }
}

/// Rules that no event breaks that is validated as it stands.
fn is_elsewhere(rule: &str) -> bool {
    // With `--event-at` only; and Draft-07 counts these as remarks, which our authority asserts where it can.
    rule == "envelope/no-event"
}

fn engine(
    catalog: &Arc<Catalog>,
    limits: Limits,
    unknown_fields: UnknownFields,
    fast: FastPath,
    level: Level,
) -> Engine {
    let options = Options { paths: Paths { fast, level }, limits, unknown_fields, ..Options::default() };
    Engine::new(Arc::clone(catalog), options).unwrap()
}

fn try_catalog(seed: u64, chance: &mut Chance, made: &Made, counts: &mut Counts) {
    let limits = Limits {
        max_depth: if chance.one_in(8) { 1 + chance.below(6) } else { 128 },
        max_event_bytes: if chance.one_in(16) { 40 + chance.below(300) } else { 1 << 20 },
    };
    let unknown_fields = if chance.one_in(4) { UnknownFields::Allow } else { UnknownFields::Refuse };
    let engine = |fast, level| engine(&made.catalog, limits, unknown_fields, fast, level);
    let authority = engine(FastPath::AuthorityOnly, Level::Best);
    let ways = WAYS.map(|(fast, level)| engine(fast, level));
    let features: Vec<BTreeMap<String, BTreeSet<String>>> =
        made.types.iter().map(|one| features(made, one)).collect();
    for keyword in features.iter().flat_map(BTreeMap::values).flatten().collect::<BTreeSet<_>>() {
        counts.keywords.entry(keyword.clone()).or_default().schemas += 1;
    }
    counts.catalogs += 1;
    let events = events(chance, made, &authority);
    for event in &events {
        let found = authority.validate(event).into_findings();
        let proving: Vec<bool> = ways.iter().map(|way| way.is_proven(event)).collect();
        let proven = proving.contains(&true);
        let shown = || {
            let schemas: Vec<String> =
                made.types.iter().map(|one| format!("{}: {}", one.name, one.schema)).collect();
            let ways: Vec<_> =
                WAYS.iter().zip(&proving).filter(|(_, proven)| **proven).map(|(way, _)| way).collect();
            format!(
                "seed {seed}, {limits:?}: {}\nproven by {ways:?}\n{}",
                String::from_utf8_lossy(event),
                schemas.join("\n")
            )
        };
        assert!(!proven || found.is_empty(), "{}\n{found:#?}", shown());
        assert!(ways[chance.below(ways.len())].validate(event).findings() == found, "{}", shown());
        counts.events += 1;
        counts.valid += usize::from(found.is_empty());
        counts.proven += usize::from(proven);
        count(made, &features, event, proven, &found, counts);
    }
    // Twice over, so that all lines were taught; what has nothing behind it is tried line by line.
    let stream = [events.join(&b'\n'), events.join(&b'\n'), vec![b' '; 300]].join(&b'\n');
    let told = |engine: &Engine| {
        let mut told: Vec<(u64, Vec<Finding>)> = Vec::new();
        let events =
            engine.validate_lines(&stream, |line, verdict| told.push((line, verdict.into_findings())));
        (events, told)
    };
    let (lines, expected) = told(&authority);
    let by_lines = by_lines(&authority, &stream);
    assert_eq!((lines, &expected), (by_lines.0, &by_lines.1), "seed {seed}");
    for (way, name) in ways.iter().zip(WAYS) {
        let (found_lines, found) = told(way);
        let differing = found.iter().zip(&expected).find(|(a, b)| a != b);
        assert!(
            found_lines == lines && found == expected,
            "seed {seed}, {name:?}: {found_lines} of {lines} lines, {differing:#?}"
        );
    }
}

/// What the authority says of the lines of a stream, one by one.
fn by_lines(authority: &Engine, stream: &[u8]) -> (u64, Vec<(u64, Vec<Finding>)>) {
    let (mut lines, mut told) = (0, Vec::new());
    for (line, number) in stream.split(|byte| *byte == b'\n').zip(1..) {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.iter().all(|byte| matches!(byte, b' ' | b'\t' | b'\r')) {
            continue;
        }
        lines += 1;
        let found = authority.validate(line).into_findings();
        if !found.is_empty() {
            told.push((number, found));
        }
    }
    (lines, told)
}

/// Events that are likely to be valid, as they are and changed.
fn events(chance: &mut Chance, made: &Made, authority: &Engine) -> Vec<Vec<u8>> {
    let (mut sound, mut broken) = (Vec::new(), Vec::new());
    for round in 0..EVENTS / 2 {
        let one = &made.types[chance.below(made.types.len())];
        let event = event(chance, made, one, authority);
        let style = Style::any(chance);
        let mut text = String::new();
        style.write(chance, &event, &mut text);
        // In runs, so that something is learned.
        for _ in 0..=usize::from(round % 8 == 0) * 2 {
            sound.push(text.clone().into_bytes());
        }
        if round % 6 == 0 {
            broken.push(strained(chance, event));
        }
    }
    let mut mutator = Mutator::new(sound.clone(), chance.below(1 << 30) as u64);
    let mut events = Vec::new();
    for event in sound {
        events.push(event);
        if chance.one_in(2) {
            events.push(mutator.next_event());
        }
        if chance.one_in(6) {
            events.extend(broken.pop());
        }
    }
    events
}

/// An event in which one thing is more or less than it was, or that begins with a mark: what changes of bytes seldom do.
fn strained(chance: &mut Chance, mut event: Value) -> Vec<u8> {
    if chance.one_in(4) {
        return [b"\xEF\xBB\xBF", event.to_string().as_bytes()].concat();
    }
    strain(chance, &mut event, 0);
    event.to_string().into_bytes()
}

fn strain(chance: &mut Chance, at: &mut Value, depth: usize) {
    match at {
        Value::Object(members) if !members.is_empty() && (depth == 0 || !chance.one_in(4)) => {
            let member = chance.below(members.len());
            if let Some((_, inside)) = members.iter_mut().nth(member) {
                strain(chance, inside, depth + 1);
            }
        }
        Value::Array(items) if chance.one_in(2) => drop(items.pop()),
        Value::Array(items) => {
            let more = items.first().cloned().unwrap_or_default();
            items.extend(vec![more; 4]);
        }
        Value::String(text) if chance.one_in(2) => text.clear(),
        Value::String(text) => text.push_str(&"a".repeat(70)),
        other => *other = value(chance, 1),
    }
}

/// An event that the authority has nothing against, if a few tries bring one.
fn event(chance: &mut Chance, made: &Made, one: &MadeType, authority: &Engine) -> Value {
    let roots = Roots { own: &one.schema, common: &made.common, shared: &made.shared };
    let mut event = json!({});
    for _ in 0..6 {
        event = roots.value(chance, &one.schema, 6);
        if !event.is_object() {
            event = json!({});
        }
        match made.name_at {
            Some("/name") => event["name"] = one.name.clone().into(),
            Some(_) => event["meta"] = json!({"type": one.name, "rev": 1}),
            None => {}
        }
        for (member, value) in roles(chance) {
            // Mostly those that the authority would have nothing against, whatever the schema says.
            if event.get(member).is_some() && !chance.one_in(6) {
                event[member] = value;
            }
        }
        for _ in 0..4 {
            let found = authority.validate(event.to_string().as_bytes()).into_findings();
            let Some(finding) = found.first() else { return event };
            repair(chance, &roots, one, &mut event, finding);
        }
    }
    event
}

fn roles(chance: &mut Chance) -> [(&'static str, Value); 4] {
    let id = if chance.one_in(4) { json!(7) } else { json!("ab") };
    [("about", id.clone()), ("lamp_id", id), ("kind", json!("lamp")), ("version", json!(1))]
}

/// Takes out what a finding is about, or makes another.
fn repair(chance: &mut Chance, roots: &Roots<'_>, one: &MadeType, event: &mut Value, finding: &Finding) {
    let Some(pointer) = finding.pointer.as_deref() else { return };
    let Some(member) = pointer.split('/').nth(1).map(|token| token.replace("~1", "/").replace("~0", "~"))
    else {
        return;
    };
    let schema = one.schema["properties"].get(&member);
    let Some(members) = event.as_object_mut() else { return };
    match schema {
        Some(schema) if chance.below(3) > 0 => {
            members.insert(member, roots.value(chance, schema, 5));
        }
        _ => drop(members.shift_remove(&member)),
    }
}

/// For each member of an event which keywords and formats its schema has; for the event itself under no name.
fn features(made: &Made, one: &MadeType) -> BTreeMap<String, BTreeSet<String>> {
    let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut own = BTreeSet::new();
    for (keyword, value) in one.schema.as_object().unwrap() {
        match (keyword.as_str(), value) {
            ("properties", Value::Object(properties)) => {
                own.insert(keyword.clone());
                for (name, schema) in properties {
                    let mut features = BTreeSet::new();
                    collect(made, one, schema, &mut features, 0);
                    all.insert(name.clone(), features);
                }
            }
            ("definitions", _) => {}
            _ => collect(made, one, &json!({keyword: value}), &mut own, 0),
        }
    }
    all.insert(String::new(), own);
    all
}

fn collect(made: &Made, one: &MadeType, schema: &Value, features: &mut BTreeSet<String>, depth: usize) {
    let Value::Object(members) = schema else { return };
    for (keyword, value) in members {
        if KEYWORDS.contains(&keyword.as_str()) {
            features.insert(keyword.clone());
        }
        match (keyword.as_str(), value) {
            ("format", Value::String(format)) => drop(features.insert(format!("format {format}"))),
            ("x-privacy", Value::String(class)) => drop(features.insert(format!("class {class}"))),
            ("$ref", Value::String(reference)) if depth < 3 => {
                let (file, fragment) = reference.split_once('#').unwrap_or((reference, ""));
                let root = if file.is_empty() { &one.schema } else { &made.common };
                let is_known = file != "envelope.schema.json";
                if let Some(target) = root.pointer(fragment).filter(|_| is_known) {
                    collect(made, one, target, features, depth + 1);
                }
            }
            ("properties" | "patternProperties" | "dependencies", Value::Object(inside)) => {
                for schema in inside.values() {
                    collect(made, one, schema, features, depth);
                }
            }
            (_, Value::Array(list)) => {
                for schema in list {
                    collect(made, one, schema, features, depth);
                }
            }
            ("const" | "enum" | "definitions", _) => {}
            (_, inside) => collect(made, one, inside, features, depth),
        }
    }
}

/// Counts what was met in an event.
fn count(
    made: &Made,
    features: &[BTreeMap<String, BTreeSet<String>>],
    event: &[u8],
    proven: bool,
    found: &[Finding],
    counts: &mut Counts,
) {
    for finding in found {
        *counts.rules.entry(finding.rule.id).or_default() += 1;
    }
    let Ok(Value::Object(members)) = serde_json::from_slice::<Value>(event) else { return };
    let name = match made.name_at {
        Some("/name") => members.get("name"),
        Some(_) => members.get("meta").and_then(|meta| meta.get("type")),
        None => None,
    };
    let at = made
        .types
        .iter()
        .position(|one| made.name_at.is_none() || name.and_then(Value::as_str) == Some(&one.name));
    let Some(features) = at.map(|at| &features[at]) else { return };
    let own = features.get("").into_iter().chain(members.keys().filter_map(|name| features.get(name)));
    for keyword in own.flatten().collect::<BTreeSet<_>>() {
        let met = counts.keywords.entry(keyword.clone()).or_default();
        met.proven += usize::from(proven);
        met.refused += usize::from(!found.is_empty());
    }
}
