//! Loading: a tree of files becomes a checked [`Catalog`], or everything that is wrong with it.

mod examples;
mod file;
mod lifecycle;
mod names;
mod references;

use std::ops::Range;

use indexmap::IndexMap;
use tidings_json::{LineIndex, Pointer, Value};

use crate::manifest::{self, Key, Manifest};
use crate::schema::{SchemaKey, Schemas};
use crate::{Catalog, EventType, LoadError, MANIFEST, Problem, Roles, Tree};

pub use file::SchemaFile;

/// How deep a schema or a list of expectations may be nested.
const MAX_DEPTH: usize = 128;

/// What can be said of a catalog folder, however faulty it is: for whoever checks catalogs.
#[derive(Debug)]
pub struct Inspection {
    /// The manifest as it is written, if it can be read.
    pub manifest: Option<Manifest>,
    /// Its text.
    pub manifest_text: String,
    /// The catalog, as far as there is one. With faults it may lack parts, and names in it may lead nowhere.
    pub catalog: Option<Catalog>,
    /// What keeps it from being loaded, sorted by file and place.
    pub faults: Vec<Fault>,
}

/// One thing that keeps a catalog from being loaded, and what kind of thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What kind of thing.
    pub kind: FaultKind,
    /// What and where.
    pub problem: Problem,
}

/// The kinds of things that keep a catalog from being loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// There is no manifest, or the folder can't be read: nothing can be said of it.
    NoCatalog,
    /// A name in the manifest, or a `$ref`, leads to nothing.
    Dangling,
    /// An event type has two transitions for one state.
    Ambiguous,
    /// A schema is of another draft.
    Draft,
    /// A privacy class that there is not.
    PrivacyClass,
    /// `expected.json` is not in order.
    Expectation,
    /// A schema leads back to itself for the same value.
    Circle,
    /// Anything else.
    Other,
}

/// Collects what is wrong.
struct Problems {
    found: Vec<Fault>,
    manifest: String,
    lines: LineIndex,
}

impl Problems {
    fn add(&mut self, kind: FaultKind, path: &str, place: Option<(u64, u64)>, message: impl Into<String>) {
        let problem = Problem { path: path.to_owned(), place, message: message.into() };
        self.found.push(Fault { kind, problem });
    }

    fn file(&mut self, path: &str, message: impl Into<String>) {
        self.add(FaultKind::Other, path, None, message);
    }

    /// Something wrong in the manifest.
    fn manifest(&mut self, span: Range<usize>, message: impl Into<String>) {
        self.in_manifest(FaultKind::Other, span, message);
    }

    /// A name in the manifest that leads to nothing.
    fn dangling(&mut self, span: Range<usize>, message: impl Into<String>) {
        self.in_manifest(FaultKind::Dangling, span, message);
    }

    fn in_manifest(&mut self, kind: FaultKind, span: Range<usize>, message: impl Into<String>) {
        let place = Some(self.lines.place(self.manifest.as_bytes(), span.start));
        self.add(kind, MANIFEST, place, message);
    }

    /// Something wrong in a schema.
    fn schema(
        &mut self,
        kind: FaultKind,
        schemas: &Schemas,
        key: SchemaKey,
        offset: usize,
        message: impl Into<String>,
    ) {
        let document = schemas.schema(key).document();
        self.add(kind, &document.path, Some(document.place(offset)), message);
    }

    fn into_inspection(mut self, manifest: Option<Manifest>, catalog: Option<Catalog>) -> Inspection {
        self.found
            .sort_by(|a, b| (&a.problem.path, a.problem.place).cmp(&(&b.problem.path, b.problem.place)));
        self.found.dedup();
        Inspection { manifest, manifest_text: self.manifest, catalog, faults: self.found }
    }
}

pub(crate) fn load(tree: &dyn Tree) -> Result<Catalog, LoadError> {
    let Inspection { catalog, faults, .. } = Inspection::of(tree);
    match catalog {
        Some(catalog) if faults.is_empty() => Ok(catalog),
        _ => Err(LoadError::new(faults.into_iter().map(|fault| fault.problem).collect())),
    }
}

impl Inspection {
    /// Reads whatever can be read of a catalog.
    pub fn of(tree: &dyn Tree) -> Self {
        let mut problems =
            Problems { found: Vec::new(), manifest: String::new(), lines: LineIndex::new(b"") };
        let Some(manifest) = read_manifest(tree, &mut problems) else {
            return problems.into_inspection(None, None);
        };
        let catalog = build(tree, &manifest, &mut problems);
        problems.into_inspection(Some(manifest), catalog)
    }
}

/// The catalog of a manifest, as far as there is one.
fn build(tree: &dyn Tree, manifest: &Manifest, problems: &mut Problems) -> Option<Catalog> {
    let paths = match tree.list() {
        Ok(paths) => paths,
        Err(error) => {
            let message = format!("the catalog folder can't be listed: {error}");
            problems.add(FaultKind::NoCatalog, ".", None, message);
            return None;
        }
    };

    let mut schemas = read_schemas(tree, &paths, manifest, problems);
    if !problems.found.is_empty() {
        // What the missing files would say is missed in every place: one fault would become many.
        lifecycle::read(manifest, problems);
        return None;
    }
    for (key, start, message) in schemas.register() {
        problems.schema(FaultKind::Other, &schemas, key, start, message);
    }
    let event_types = event_types(manifest, &schemas, problems);
    let envelope =
        manifest.envelope.as_ref().and_then(|envelope| locate(&envelope.schema, &schemas, problems));
    schemas.follow_references(event_types.values().map(|event_type| event_type.schema).chain(envelope));
    references::check(&schemas, problems);
    let roles = roles(manifest, problems);
    names::check(manifest, problems);
    let aggregates = lifecycle::read(manifest, problems);
    let (examples, near_misses) = examples::read(tree, &paths, problems);

    let head = &manifest.catalog;
    Some(Catalog {
        name: head.name.as_str().to_owned(),
        title: head.title.clone(),
        version: head.version.as_str().to_owned(),
        base_uri: head.base_uri.as_ref().map(|uri| uri.as_str().to_owned()),
        roles,
        event_types,
        aggregates,
        schemas,
        examples,
        near_misses,
        policy: manifest.policy,
        envelope,
    })
}

fn read_manifest(tree: &dyn Tree, problems: &mut Problems) -> Option<Manifest> {
    let text = match tree.read(MANIFEST) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let message = "there is no such file, so this is no catalog";
            problems.add(FaultKind::NoCatalog, MANIFEST, None, message);
            return None;
        }
        Err(error) => {
            problems.add(FaultKind::NoCatalog, MANIFEST, None, format!("it can't be read: {error}"));
            return None;
        }
    };
    let Ok(text) = String::from_utf8(text) else {
        problems.file(MANIFEST, "it is not UTF-8");
        return None;
    };
    problems.lines = LineIndex::new(text.as_bytes());
    problems.manifest = text;
    match toml::from_str(&problems.manifest) {
        Ok(manifest) => Some(manifest),
        Err(error) => {
            let message = error.message().replace('\n', ", ");
            match error.span() {
                Some(span) => problems.manifest(span, message),
                None => problems.file(MANIFEST, message),
            }
            None
        }
    }
}

/// Reads the schema files: what the manifest names, and every `*.schema.json` that is no example or near miss.
fn read_schemas(tree: &dyn Tree, paths: &[String], manifest: &Manifest, problems: &mut Problems) -> Schemas {
    let mut wanted: Vec<&str> = paths
        .iter()
        .map(String::as_str)
        .filter(|path| path.ends_with(".schema.json"))
        .filter(|path| !path.starts_with("examples/") && !path.starts_with("near-misses/"))
        .collect();
    let named = manifest.envelope.iter().map(|envelope| &envelope.schema);
    for named in named.chain(manifest.events.values().map(|event| &event.schema)) {
        let path = named.split_once('#').map_or(named.as_str(), |(path, _)| path);
        if paths.iter().any(|known| known == path) {
            wanted.push(path);
        } else {
            problems.dangling(named.span(), format!("there is no file `{path}` in the catalog"));
        }
    }
    wanted.sort_unstable();
    wanted.dedup();
    let mut schemas = Schemas::default();
    for path in wanted {
        match tree.read(path) {
            Ok(text) => {
                if let Some(root) = read_json(path, &text, problems) {
                    schemas.add(path, text, root);
                }
            }
            Err(error) => problems.file(path, format!("it can't be read: {error}")),
        }
    }
    schemas
}

/// Reads a JSON file of the catalog, strictly.
fn read_json(path: &str, text: &[u8], problems: &mut Problems) -> Option<Value<'static>> {
    let (value, found) = match tidings_json::parse(text, MAX_DEPTH) {
        Ok(parsed) => (Some(parsed.value.into_owned()), parsed.problems),
        Err(found) => (None, found),
    };
    let lines = LineIndex::new(text);
    for problem in &found {
        let place = Some(lines.place(text, problem.span.start));
        let message = if problem.pointer.is_empty() {
            problem.message.clone()
        } else {
            format!("{}: `{}`", problem.message, problem.pointer)
        };
        problems.add(FaultKind::Other, path, place, message);
    }
    value.filter(|_| found.is_empty())
}

fn locate(reference: &Key, schemas: &Schemas, problems: &mut Problems) -> Option<SchemaKey> {
    match schemas.locate(reference) {
        Ok(key) => Some(key),
        Err(message) => {
            problems.dangling(reference.span(), message);
            None
        }
    }
}

fn event_types(
    manifest: &Manifest,
    schemas: &Schemas,
    problems: &mut Problems,
) -> IndexMap<String, EventType> {
    let mut event_types = IndexMap::new();
    for (name, event) in &manifest.events {
        let version = u64::try_from(*event.version.get_ref()).ok().filter(|version| *version >= 1);
        if version.is_none() {
            problems.manifest(
                event.version.span(),
                format!("the version of `{}` must be 1 or more", name.as_str()),
            );
        }
        let schema = locate(&event.schema, schemas, problems);
        let (Some(version), Some(schema)) = (version, schema) else { continue };
        event_types.insert(
            name.as_str().to_owned(),
            EventType {
                name: name.as_str().to_owned(),
                schema_path: event.schema.as_str().to_owned(),
                version,
                aggregate: event.aggregate.as_ref().map(|name| name.as_str().to_owned()),
                purpose: event.purpose.clone(),
                invariants: event.invariants.clone(),
                schema,
            },
        );
    }
    event_types
}

fn roles(manifest: &Manifest, problems: &mut Problems) -> Roles {
    let manifest::Roles {
        event_name,
        event_id,
        occurred_at,
        actor,
        aggregate_type,
        aggregate_id,
        version,
        idempotency_key,
        scope,
    } = &manifest.roles;
    let mut read = |role: &Option<Key>| role.as_ref().and_then(|key| pointer(key, problems));
    Roles {
        event_name: read(event_name),
        event_id: read(event_id),
        occurred_at: read(occurred_at),
        actor: read(actor),
        aggregate_type: read(aggregate_type),
        aggregate_id: read(aggregate_id),
        version: read(version),
        idempotency_key: read(idempotency_key),
        scope: read(scope),
    }
}

/// Reads a JSON Pointer into an event; the whole event is none that a role or a reference can mean.
fn pointer(key: &Key, problems: &mut Problems) -> Option<Pointer> {
    match key.parse::<Pointer>() {
        Ok(pointer) if !pointer.is_root() => Some(pointer),
        _ => {
            let message =
                format!("`{}` is not a JSON Pointer into an event, such as `/meta/id`", key.as_str());
            problems.manifest(key.span(), message);
            None
        }
    }
}
