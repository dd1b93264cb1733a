//! What every rule looks at: the two versions, event type by event type, and what is proven of their schemas.

use std::cell::OnceCell;

use serde_json::Value;
use tidings_catalog::manifest::Manifest;
use tidings_catalog::{EventType, MANIFEST, SchemaRef, Tree};
use tidings_json::Pointer;

use super::change::{Change, change};
use super::families::Families;
use super::proof::{self, Proof};
use super::sink::Outcome;
use super::stream::Scene;
use super::{Options, Version};
use crate::lint::support::Target;

/// Which way events go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// Consumers that have the new catalog read events of the old one.
    Backward,
    /// Consumers that have the old catalog read events of the new one.
    Forward,
}

impl Direction {
    /// Its name in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Backward => "backward",
            Self::Forward => "forward",
        }
    }
}

/// Which directions must hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Backward only.
    Backward,
    /// Forward only.
    Forward,
    /// Both.
    #[default]
    Full,
}

impl Mode {
    /// The directions that must hold.
    pub fn directions(self) -> &'static [Direction] {
        match self {
            Self::Backward => &[Direction::Backward],
            Self::Forward => &[Direction::Forward],
            Self::Full => &[Direction::Backward, Direction::Forward],
        }
    }
}

/// An event type that both versions have.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pair<'c> {
    pub(super) old: &'c EventType,
    pub(super) new: &'c EventType,
    /// How its schema changed.
    pub(super) change: Change,
}

/// What every rule looks at.
pub(super) struct Context<'c> {
    pub(super) old: &'c Version,
    pub(super) new: &'c Version,
    /// The versions between the two, the latest first.
    pub(super) between: &'c [&'c Version],
    pub(super) pairs: Vec<Pair<'c>>,
    /// What is proven of the schemas of the pairs that changed.
    pub(super) proofs: Vec<Proof>,
    pub(super) options: Options,
    /// The aggregate types.
    pub(super) families: Families<'c>,
    /// What streams are made of: of the old catalog's events, and of the new one's.
    scenes: [OnceCell<Scene<'c>>; 2],
    manifest: Option<Manifest>,
    files: Vec<String>,
}

impl<'c> Context<'c> {
    pub(super) fn new(
        tree: &dyn Tree,
        new: &'c Version,
        old: &'c Version,
        between: &'c [&'c Version],
        options: Options,
    ) -> Self {
        let pair = |new_type: &'c EventType| {
            let old_type = old.catalog.event_types.get(&new_type.name)?;
            let change = change(old.catalog.schema(old_type), new.catalog.schema(new_type));
            Some(Pair { old: old_type, new: new_type, change })
        };
        let pairs: Vec<Pair<'c>> = new.catalog.event_types.values().filter_map(pair).collect();
        let proofs = proof::prove(old, new, &pairs, options);
        let manifest = tree.read(MANIFEST).ok();
        let manifest = manifest.and_then(|text| toml::from_slice(&text).ok());
        let files = tree.list().unwrap_or_default();
        let families = Families::new(old, new);
        let scenes = Default::default();
        Self { old, new, between, pairs, proofs, options, families, scenes, manifest, files }
    }

    /// The version whose events go in a direction, and the one that reads them.
    pub(super) fn sides(&self, direction: Direction) -> (&'c Version, &'c Version) {
        match direction {
            Direction::Backward => (self.old, self.new),
            Direction::Forward => (self.new, self.old),
        }
    }

    /// What streams that go in a direction are made of.
    pub(super) fn scene(&self, direction: Direction) -> &Scene<'c> {
        let [backward, forward] = &self.scenes;
        let scene = match direction {
            Direction::Backward => backward,
            Direction::Forward => forward,
        };
        scene.get_or_init(|| {
            let (left, right) = self.sides(direction);
            Scene::new(left, right)
        })
    }

    /// Whether the new catalog has a file.
    pub(super) fn has_file(&self, path: &str) -> bool {
        self.files.iter().any(|file| file == path)
    }

    /// The new manifest as it is written.
    pub(super) fn manifest(&self) -> Option<&Manifest> {
        self.manifest.as_ref()
    }

    /// The new manifest's entry of an event type.
    pub(super) fn entry(&self, name: &str) -> Target {
        let key = self.manifest.iter().flat_map(|manifest| manifest.events.keys());
        let found = key.into_iter().find(|key| key.as_str() == name);
        found.map_or_else(|| Target::file(MANIFEST), Target::key).of_event_named(name)
    }

    /// Where the new catalog says something about a place in events of a type (see [`said`]).
    pub(super) fn field(
        &self,
        event_type: &EventType,
        pointer: &str,
        keyword: &str,
        event: Option<&Value>,
    ) -> Target {
        said(self.new.catalog.schema(event_type), pointer, keyword, event).of_event(event_type)
    }

    /// Where an outcome comes among others: by event type, as the new catalog lists them, then by direction and place.
    pub(super) fn order(
        &self,
        outcome: &Outcome,
    ) -> (usize, Option<Direction>, Option<String>, &'static str) {
        let name = outcome.event_name.as_deref();
        let at = name.and_then(|name| self.new.catalog.event_types.get_index_of(name));
        let finding = outcome.finding.as_ref();
        (
            at.unwrap_or(usize::MAX),
            outcome.direction,
            finding.and_then(|finding| finding.pointer.clone()),
            finding.map_or("", |finding| finding.rule.id),
        )
    }
}

/// Where a schema says something about a place in what it describes: what it says with a keyword, if it does. `value` is
/// what it says it of.
pub(super) fn said(root: SchemaRef<'_>, pointer: &str, keyword: &str, value: Option<&Value>) -> Target {
    let object = value.and_then(|value| value.pointer(pointer));
    let mut pointer: Pointer = pointer.parse().unwrap_or_default();
    loop {
        let schemas = root.at(&pointer);
        let says = |schema: &&SchemaRef<'_>| match (schema.keyword(keyword), object) {
            (Some(names), Some(object)) if keyword == "required" => {
                let mut names = names.as_array().unwrap_or_default().iter();
                names.any(|name| name.as_str().is_some_and(|name| object.get(name).is_none()))
            }
            (said, _) => said.is_some(),
        };
        if let Some(schema) = schemas.iter().find(says).or(schemas.first()) {
            return Target::keyword(*schema, keyword);
        }
        // What is said about a place that no schema knows is said around it.
        match pointer.parent() {
            Some(shorter) => pointer = shorter,
            None => return Target::schema(root),
        }
    }
}
