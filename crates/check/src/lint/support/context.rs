//! The catalog as far as it can be read: what every rule looks at.

use std::collections::HashSet;
use std::sync::Arc;

use tidings_catalog::manifest::Manifest;
use tidings_catalog::{
    Catalog, EventType, Fault, FaultKind, Inspection, LoadError, MANIFEST, Problem, SchemaKey, SchemaRef,
    Tree,
};
use tidings_emit::docs::fields::{Field, Fields, Path, Step, fields_of};
use tidings_engine::{Engine, Options};
use tidings_json::escape_token;

use super::Target;
use super::example::{Example, Story};
use super::nodes::Node;
use super::places::Place;

/// What was read.
pub(crate) struct Loaded {
    manifest: Option<Manifest>,
    manifest_text: String,
    catalog: Option<Arc<Catalog>>,
    engine: Option<Engine>,
    faults: Vec<Fault>,
}

impl Loaded {
    /// Reads whatever can be read.
    ///
    /// # Errors
    /// If there is no catalog at all.
    pub(crate) fn of(tree: &dyn Tree) -> Result<Self, LoadError> {
        let Inspection { manifest, manifest_text, catalog, mut faults } = Inspection::of(tree);
        if faults.iter().any(|fault| fault.kind == FaultKind::NoCatalog) {
            return Err(LoadError::new(faults.into_iter().map(|fault| fault.problem).collect()));
        }
        let catalog = catalog.map(Arc::new);
        let mut engine = None;
        // With a fault in a schema, others may fail to compile for the same reason.
        let schemas_are_sound = faults.iter().all(|fault| fault.problem.path == MANIFEST);
        if let Some(catalog) = catalog.as_ref().filter(|_| schemas_are_sound) {
            match Engine::new(Arc::clone(catalog), Options { excerpts: true, ..Options::default() }) {
                // An engine that lacks parts would find what is no fault of the examples.
                Ok(compiled) => engine = faults.is_empty().then_some(compiled),
                Err(error) => {
                    let other =
                        |problem: &Problem| Fault { kind: FaultKind::Other, problem: problem.clone() };
                    faults.extend(error.problems().iter().map(other));
                }
            }
        }
        Ok(Self { manifest, manifest_text, catalog, engine, faults })
    }
}

/// What every rule looks at.
pub(crate) struct Context<'c> {
    /// The manifest as it is written, if it can be read.
    pub(crate) manifest: Option<&'c Manifest>,
    /// Its text.
    pub(crate) manifest_text: &'c str,
    /// The catalog, perhaps with parts missing and names in it that lead nowhere.
    pub(crate) catalog: Option<&'c Catalog>,
    /// The compiled catalog, if nothing keeps it from being loaded.
    pub(crate) engine: Option<&'c Engine>,
    /// What keeps it from being loaded.
    pub(crate) faults: &'c [Fault],
    /// The schemas of the catalog, node by node.
    pub(crate) nodes: Vec<Node<'c>>,
    /// The fields of each event type.
    pub(crate) fields: Vec<(&'c EventType, Fields<'c>)>,
    /// The examples, as the engine sees them.
    pub(crate) examples: Vec<Example<'c>>,
    /// The examples as one stream, if each is valid.
    pub(crate) story: Option<Story>,
    /// The places in events, by type.
    places: Vec<(&'c EventType, Vec<Place<'c>>)>,
    /// The schemas that only ask a question.
    tests: HashSet<SchemaKey>,
    /// Its files.
    pub(crate) tree: &'c dyn Tree,
}

impl<'c> Context<'c> {
    pub(crate) fn new(loaded: &'c Loaded, tree: &'c dyn Tree) -> Self {
        let catalog = loaded.catalog.as_deref();
        let circular = loaded.faults.iter().any(|fault| fault.kind == FaultKind::Circle);
        // Fields can't be listed of a schema that never ends.
        let fields = catalog.filter(|_| !circular).map(|catalog| {
            catalog.event_types.values().map(|event| (event, fields_of(catalog.schema(event)))).collect()
        });
        let engine = loaded.engine.as_ref();
        let examples = engine.map(super::example::check_all).unwrap_or_default();
        let story = engine.and_then(|engine| super::example::story(engine, &examples));
        let nodes = catalog.map(super::nodes::all).unwrap_or_default();
        let tests = nodes.iter().filter(|node| node.is_test).map(|node| node.schema.key()).collect();
        let event_types =
            catalog.into_iter().flat_map(|catalog| catalog.event_types.values().map(move |e| (catalog, e)));
        let places = event_types
            .map(|(catalog, event_type)| (event_type, super::places::all(catalog.schema(event_type))))
            .collect();
        Self {
            manifest: loaded.manifest.as_ref(),
            manifest_text: &loaded.manifest_text,
            catalog,
            engine,
            faults: &loaded.faults,
            nodes,
            fields: fields.unwrap_or_default(),
            examples,
            story,
            places,
            tests,
            tree,
        }
    }

    /// The faults of one kind.
    pub(crate) fn faults_of(&self, kind: FaultKind) -> impl Iterator<Item = &'c Problem> {
        self.faults.iter().filter(move |fault| fault.kind == kind).map(|fault| &fault.problem)
    }

    /// The text of a file, if there is such a file and it is text.
    pub(crate) fn text(&self, path: &str) -> Option<String> {
        String::from_utf8(self.tree.read(path).ok()?).ok()
    }

    /// The paths of all files, sorted.
    pub(crate) fn paths(&self) -> Vec<String> {
        self.tree.list().unwrap_or_default()
    }

    /// The event types with their schemas.
    pub(crate) fn event_schemas(&self) -> impl Iterator<Item = (&'c EventType, SchemaRef<'c>)> {
        let catalog = self.catalog;
        let all =
            catalog.into_iter().flat_map(|catalog| catalog.event_types.values().map(move |e| (catalog, e)));
        all.map(|(catalog, event_type)| (event_type, catalog.schema(event_type)))
    }

    /// A target with the event type that its schema belongs to, if it belongs to one.
    pub(crate) fn of_owner(&self, target: Target, schema: SchemaRef<'_>) -> Target {
        match self.event_at(schema) {
            Some(event_type) => target.of_event(event_type),
            None => target,
        }
    }

    /// The places in events of a type.
    pub(crate) fn places_of(&self, event_type: &EventType) -> &[Place<'c>] {
        let own = self.places.iter().find(|(own, _)| own.name == event_type.name);
        own.map_or(&[], |(_, places)| places)
    }

    /// The schemas that apply at a place in events of a type, always or when a condition holds.
    pub(crate) fn schemas_at(&self, event_type: &EventType, path: &Path) -> Vec<SchemaRef<'c>> {
        let place = self.places_of(event_type).iter().find(|place| place.path == *path);
        place.into_iter().flat_map(|place| place.schemas.iter().map(|(schema, _)| *schema)).collect()
    }

    /// Whether a schema only asks a question: it stands below an `if` or a `not`.
    pub(crate) fn is_test(&self, schema: SchemaRef<'_>) -> bool {
        self.tests.contains(&schema.key())
    }

    /// Where a field of an event type is made: its name in the schema.
    pub(crate) fn field(&self, event_type: &EventType, field: &Field<'_>) -> Target {
        let Some(root) = self.catalog.map(|catalog| catalog.schema(event_type)) else {
            return Target::file(&event_type.schema_path);
        };
        let Some(Step::Member(name)) = field.path.steps().last() else {
            let schema = field.schemas.first().copied().unwrap_or(root);
            return self.of_owner(Target::schema(schema), schema);
        };
        let end = format!("/properties/{}", escape_token(name));
        let mut schemas = field.schemas.iter().copied().chain(self.schemas_at(event_type, &field.path));
        let Some(schema) = schemas.find(|schema| schema.pointer().ends_with(&end)) else {
            return Target::schema(root).of_event(event_type);
        };
        let (document, pointer) = (schema.document(), schema.pointer());
        let parent = pointer.rsplit_once('/').map_or("", |(parent, _)| parent);
        let member = document.root.pointer(parent).and_then(|parent| parent.member(name));
        let span = member.map_or(schema.value().span, |member| member.name_span);
        self.of_owner(Target::json(&document.path, pointer, span), schema)
    }

    /// The one event type whose schema a place in a schema file belongs to, if it is one's alone.
    pub(crate) fn event_at(&self, schema: SchemaRef<'_>) -> Option<&'c EventType> {
        let (path, pointer) = (&schema.document().path, schema.pointer());
        let owns = |event_type: &&EventType| {
            let (file, fragment) =
                event_type.schema_path.split_once('#').unwrap_or((&event_type.schema_path, ""));
            let below = pointer.strip_prefix(fragment);
            file == path && below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let mut owners = self.catalog?.event_types.values().filter(owns);
        let owner = owners.next()?;
        owners.next().is_none().then_some(owner)
    }
}
