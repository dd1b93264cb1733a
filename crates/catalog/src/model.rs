//! The model: what a checked catalog says.

use std::path::Path;

use indexmap::IndexMap;
use tidings_json::Pointer;

use crate::manifest::Policy;
use crate::schema::{SchemaKey, SchemaRef, Schemas};
use crate::{DiskTree, EmbeddedTree, LoadError, Tree};

/// The catalog that is compiled in.
static MESSAGING: EmbeddedTree = EmbeddedTree(include!(concat!(env!("OUT_DIR"), "/messaging.rs")));

/// A checked, immutable catalog.
///
/// Everything in it hangs together: each name leads to what it names, each reference between schemas was resolved, each
/// transition starts from and leads to a state that exists.
#[derive(Debug)]
pub struct Catalog {
    /// The short name, in kebab-case.
    pub name: String,
    /// The title for people.
    pub title: String,
    /// The catalog's own version.
    pub version: String,
    /// What the `$id`s of the schemas begin with, if the manifest says so.
    pub base_uri: Option<String>,
    /// Which place in an event plays which role.
    pub roles: Roles,
    /// The event types by name, in the manifest's order.
    pub event_types: IndexMap<String, EventType>,
    /// The aggregates by name, in the manifest's order.
    pub aggregates: IndexMap<String, Aggregate>,
    /// The schema documents.
    pub schemas: Schemas,
    /// The examples, sorted by path.
    pub examples: Vec<Example>,
    /// The near misses, sorted by path.
    pub near_misses: Vec<NearMiss>,
    /// What the catalog wants of itself.
    pub policy: Policy,
    pub(crate) envelope: Option<SchemaKey>,
}

impl Catalog {
    /// The messaging catalog, which is compiled in.
    ///
    /// # Errors
    /// None in a build that passed its tests.
    pub fn messaging() -> Result<Self, LoadError> {
        Self::from_tree(Self::messaging_tree())
    }

    /// The files of the messaging catalog, which are compiled in.
    pub fn messaging_tree() -> &'static EmbeddedTree {
        &MESSAGING
    }

    /// Loads the catalog in the folder `dir`.
    ///
    /// # Errors
    /// Everything that is wrong with it, with file, line and column.
    pub fn load(dir: impl AsRef<Path>) -> Result<Self, LoadError> {
        Self::from_tree(&DiskTree::new(dir.as_ref()))
    }

    /// Loads a catalog from any tree of files.
    ///
    /// # Errors
    /// As [`Catalog::load`].
    pub fn from_tree(tree: &dyn Tree) -> Result<Self, LoadError> {
        crate::load::load(tree)
    }

    /// The envelope's schema, if the catalog has an envelope.
    pub fn envelope(&self) -> Option<SchemaRef<'_>> {
        self.envelope.map(|key| self.schemas.schema(key))
    }

    /// The schema of an event type of this catalog.
    pub fn schema(&self, event_type: &EventType) -> SchemaRef<'_> {
        self.schemas.schema(event_type.schema)
    }

    /// The event type that an event without a discriminator has: the only one there is.
    pub fn only_event_type(&self) -> Option<&EventType> {
        if self.roles.event_name.is_none() { self.event_types.values().next() } else { None }
    }

    /// The type of an event, if it is one that the catalog has. `text_at` tells the text at a place of the event.
    ///
    /// ```
    /// use serde_json::{Value, json};
    ///
    /// let catalog = tidings_catalog::Catalog::messaging()?;
    /// let event = json!({"event_name": "ContactDeleted"});
    /// let text_at = |place: &tidings_json::Pointer| event.pointer(&place.to_string())?.as_str();
    /// assert_eq!(catalog.event_type_of(text_at).map(|found| found.name.as_str()), Some("ContactDeleted"));
    /// # Ok::<(), tidings_catalog::LoadError>(())
    /// ```
    pub fn event_type_of<'e>(&self, text_at: impl FnOnce(&Pointer) -> Option<&'e str>) -> Option<&EventType> {
        match &self.roles.event_name {
            Some(role) => self.event_types.get(text_at(role)?),
            None => self.only_event_type(),
        }
    }

    /// The aggregate that an event type is about, if it is about one.
    pub fn aggregate_of(&self, event_type: &EventType) -> Option<&Aggregate> {
        self.aggregates.get(event_type.aggregate.as_deref()?)
    }
}

/// Which place in an event plays which role. Each is optional.
#[derive(Clone, Debug, Default)]
pub struct Roles {
    /// The discriminator: the event type's name.
    pub event_name: Option<Pointer>,
    /// The event's own id.
    pub event_id: Option<Pointer>,
    /// When it happened.
    pub occurred_at: Option<Pointer>,
    /// Who caused it.
    pub actor: Option<Pointer>,
    /// The type of the aggregate.
    pub aggregate_type: Option<Pointer>,
    /// The id of the aggregate.
    pub aggregate_id: Option<Pointer>,
    /// The revision of the event type's schema.
    pub version: Option<Pointer>,
    /// The key that is the same for every delivery of one logical event.
    pub idempotency_key: Option<Pointer>,
    /// Whose event it is.
    pub scope: Option<Pointer>,
}

/// One event type.
#[derive(Clone, Debug)]
pub struct EventType {
    /// Its name, which stands at the discriminator.
    pub name: String,
    /// Its schema as the manifest names it: a path, perhaps with a fragment.
    pub schema_path: String,
    /// The current revision of its schema.
    pub version: u64,
    /// The name of the aggregate that it is about, if it is about one.
    pub aggregate: Option<String>,
    /// What it says, in one sentence.
    pub purpose: String,
    /// What always holds for it.
    pub invariants: Vec<String>,
    pub(crate) schema: SchemaKey,
}

/// An aggregate type with its lifecycle.
#[derive(Clone, Debug)]
pub struct Aggregate {
    /// Its name, which stands at the aggregate type's place in an event.
    pub name: String,
    /// What it is, in a sentence.
    pub description: Option<String>,
    /// Where each event of the family has the aggregate's id.
    pub id: Pointer,
    /// The states, in the manifest's order.
    pub states: Vec<String>,
    /// The states in which a new aggregate may refer to it.
    pub live: Vec<String>,
    /// The states that allow nothing more.
    pub final_states: Vec<String>,
    /// The places in the creating event whose values no two aggregates outside a final state may share. Empty for none.
    pub identity: Vec<Pointer>,
    /// What its events do to its state, in the manifest's order.
    pub transitions: Vec<Transition>,
    /// The fields that name other aggregates.
    pub references: Vec<Reference>,
    /// The sets that it keeps.
    pub members: Vec<MemberSet>,
}

/// What one event type does to the state of its aggregate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transition {
    /// The event type's name.
    pub event: String,
    /// What it does.
    pub effect: Effect,
}

/// What an event does to the state of its aggregate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It creates the aggregate in this state.
    Creates(String),
    /// It leads from any of these states to another.
    Moves {
        /// The states in which it is allowed.
        from: Vec<String>,
        /// The state it leads to.
        to: String,
    },
    /// It is allowed in these states and keeps them.
    Keeps {
        /// The states in which it is allowed.
        from: Vec<String>,
    },
}

impl Effect {
    /// The states in which the event is allowed; none for a creating one.
    pub fn from(&self) -> &[String] {
        match self {
            Self::Creates(_) => &[],
            Self::Moves { from, .. } | Self::Keeps { from } => from,
        }
    }
}

/// A field that names another aggregate.
#[derive(Clone, Debug)]
pub struct Reference {
    /// Where the id stands in the family's events.
    pub field: Pointer,
    /// The name of the aggregate.
    pub to: String,
}

/// A set that an aggregate keeps, such as participants.
#[derive(Clone, Debug)]
pub struct MemberSet {
    /// What the set is called.
    pub name: String,
    /// Where the events have the member.
    pub field: Pointer,
    /// The event type that adds one.
    pub add: String,
    /// The event type that removes one.
    pub remove: String,
}

/// An example event.
#[derive(Clone, Debug)]
pub struct Example {
    /// The path in the catalog folder.
    pub path: String,
    /// The file's content.
    pub content: Vec<u8>,
}

/// An event that is wrong on purpose.
#[derive(Clone, Debug)]
pub struct NearMiss {
    /// The path in the catalog folder.
    pub path: String,
    /// The file's content.
    pub content: Vec<u8>,
    /// The findings it must give, if `near-misses/expected.json` lists it.
    pub expected: Option<Vec<ExpectedFinding>>,
}

/// A finding that a near miss must give.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ExpectedFinding {
    /// The place in the event; `None` where the event can't be parsed.
    pub pointer: Option<String>,
    /// The rule's id.
    pub rule: String,
}
