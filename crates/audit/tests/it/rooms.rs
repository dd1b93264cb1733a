//! A small catalog: rooms that open and close, lamps that hang in rooms, people who come and go.

use std::io;
use std::sync::Arc;

use tidings_audit::{Options, TraceEntry, audit};
use tidings_catalog::{Catalog, MemoryTree};
use tidings_engine::{Engine, Observer, Source, SourceKind};
use tidings_finding::{Finding, Summary};

pub(crate) const MANIFEST: &str = r#"
[catalog]
name = "rooms"
title = "Rooms"
version = "1.0.0"

[roles]
event_name = "/kind"
event_id = "/id"
occurred_at = "/at"
idempotency_key = "/key"
scope = "/house"

[events.room-built]
schema = "event.json"
version = 1
aggregate = "room"
purpose = "A room was built."

[events.room-shut]
schema = "event.json"
version = 1
aggregate = "room"
purpose = "A room was shut."

[events.room-opened]
schema = "event.json"
version = 1
aggregate = "room"
purpose = "A room was opened."

[events.room-razed]
schema = "event.json"
version = 1
aggregate = "room"
purpose = "A room was razed."

[events.guest-came]
schema = "event.json"
version = 1
aggregate = "room"
purpose = "A guest came in."

[events.guest-went]
schema = "event.json"
version = 1
aggregate = "room"
purpose = "A guest went out."

[events.lamp-hung]
schema = "event.json"
version = 1
aggregate = "lamp"
purpose = "A lamp was hung."

[events.lamp-lit]
schema = "event.json"
version = 1
aggregate = "lamp"
purpose = "A lamp was lit."

[events.lamp-broke]
schema = "event.json"
version = 1
aggregate = "lamp"
purpose = "A lamp broke."

[events.clock-struck]
schema = "event.json"
version = 1
purpose = "A clock struck."

[aggregates.room]
id = "/room"
states = ["open", "shut", "razed"]
live = ["open"]
final = ["razed"]
identity = ["/door"]
transitions = [
  { event = "room-built", creates = "open" },
  { event = "room-shut", from = ["open"], to = "shut" },
  { event = "room-opened", from = ["shut"], to = "open" },
  { event = "room-razed", from = ["open", "shut"], to = "razed" },
  { event = "guest-came", from = ["open"] },
  { event = "guest-went", from = ["open"] },
]
members = [
  { name = "guests", field = "/guest", add = "guest-came", remove = "guest-went" },
]

[aggregates.lamp]
id = "/lamp"
states = ["dark", "lit", "broken"]
final = ["broken"]
identity = ["/room", "/hook"]
transitions = [
  { event = "lamp-hung", creates = "dark" },
  { event = "lamp-lit", from = ["dark"], to = "lit" },
  { event = "lamp-broke", from = ["dark", "lit"], to = "broken" },
]
references = [
  { field = "/room", to = "room" },
]
"#;

const SCHEMA: &str = r#"{
  "type": "object",
  "properties": {
    "kind": {"type": "string"},
    "id": {"type": "string", "pattern": "^([0-7][0-9A-HJKMNP-TV-Z]{25}|[a-z0-9]+)$"},
    "at": {"type": "string", "format": "date-time"},
    "key": {"type": "string"},
    "house": {"type": "string"},
    "room": {"type": ["string", "integer"]},
    "lamp": {"type": "string"},
    "hook": {"type": "integer"},
    "guest": {"type": "string"},
    "door": {"type": "string"}
  },
  "required": ["kind", "id", "house"]
}"#;

/// An observer that keeps what it is told.
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
    fn empty(&mut self, _: &str) {}
    fn progress(&mut self, _: &Summary) {}
}

/// What an audit comes to.
pub(crate) struct Audited {
    pub(crate) findings: Vec<Finding>,
    pub(crate) summary: Summary,
    pub(crate) trace: Vec<TraceEntry>,
}

impl Audited {
    /// The findings as `line rule pointer`.
    pub(crate) fn told(&self) -> Vec<String> {
        let tell = |f: &Finding| {
            format!("{} {} {}", f.line.unwrap(), f.rule.id, f.pointer.as_deref().unwrap_or("-"))
        };
        self.findings.iter().map(tell).collect()
    }
}

/// Audits lines against the rooms, whose manifest may be edited.
pub(crate) fn audit_with(manifest: &str, lines: &str, options: Options, threads: usize) -> Audited {
    audit_schema(manifest, SCHEMA, lines, options, threads)
}

/// Audits lines of a catalog like the rooms, but with ids that are ULIDs.
pub(crate) fn audit_ulids(lines: &str, options: Options) -> Audited {
    let schema = SCHEMA.replace("^([0-7][0-9A-HJKMNP-TV-Z]{25}|[a-z0-9]+)$", "^[0-7][0-9A-HJKMNP-TV-Z]{25}$");
    audit_schema(MANIFEST, &schema, lines, options, 1)
}

/// The rooms, whose manifest may be edited.
pub(crate) fn catalog(manifest: &str) -> Catalog {
    of(manifest, SCHEMA)
}

fn of(manifest: &str, schema: &str) -> Catalog {
    let tree = MemoryTree::new().with("catalog.toml", manifest).with("event.json", schema);
    Catalog::from_tree(&tree).unwrap_or_else(|error| panic!("{error}"))
}

fn audit_schema(manifest: &str, schema: &str, lines: &str, options: Options, threads: usize) -> Audited {
    let engine = Engine::new(Arc::new(of(manifest, schema)), tidings_engine::Options::default()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rooms.ndjson");
    std::fs::write(&path, lines).unwrap();
    let sources = vec![Source::file(&path, SourceKind::Lines)];
    let mut keeper = Keeper::default();
    let (summary, trace) = audit(&engine, sources.into_iter(), threads, options, &mut keeper).unwrap();
    Audited { findings: keeper.0, summary, trace }
}

/// Audits lines in short form: `kind id house …`, with members `room=1 lamp=a hook=2 guest=x key=k at=…`.
pub(crate) fn audited(short: &[&str]) -> Audited {
    audit_with(MANIFEST, &lines(short), Options::default(), 1)
}

/// Lines in short form as NDJSON.
pub(crate) fn lines(short: &[&str]) -> String {
    let line = |short: &&str| {
        let mut words = short.split(' ');
        let mut next = || words.next().unwrap();
        let mut line = format!("{{\"kind\":\"{}\",\"id\":\"{}\",\"house\":\"{}\"", next(), next(), next());
        for word in words {
            let (name, value) = word.split_once('=').unwrap();
            let bare = name == "hook" || (name == "room" && value.starts_with(|c: char| c.is_ascii_digit()));
            let quote = if bare { "" } else { "\"" };
            line.extend([",\"", name, "\":", quote, value, quote]);
        }
        line + "}\n"
    };
    short.iter().map(line).collect()
}
