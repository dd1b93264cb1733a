//! The manifest as it is written: `catalog.toml`, read by serde, with the place of everything that may be found wrong.
//!
//! The doc comments here become the descriptions in the manifest's JSON Schema (`cargo xtask gen`), which editors show.

use indexmap::IndexMap;
use serde::Deserialize;
use toml::Spanned;

/// A catalog of domain events: its event types, and what JSON Schema can't say about them.
#[derive(Debug, Deserialize)]
#[cfg_attr(
    feature = "json-schema",
    derive(schemars::JsonSchema),
    schemars(title = "Tidings catalog manifest")
)]
#[serde(deny_unknown_fields)]
pub(crate) struct Manifest {
    /// What the catalog is called.
    pub(crate) catalog: Head,
    /// The fields that all events have in common. Leave it out for a catalog without an envelope.
    pub(crate) envelope: Option<Envelope>,
    /// Which place in an event plays which role, each a JSON Pointer such as `/event_id`.
    #[serde(default)]
    pub(crate) roles: Roles,
    /// The event types, by the name that stands at the `event_name` role.
    pub(crate) events: IndexMap<Key, Event>,
    /// The aggregates, by the name that stands at the `aggregate_type` role.
    #[serde(default)]
    pub(crate) aggregates: IndexMap<Key, Aggregate>,
}

/// A table's key with its place.
pub(crate) type Key = text::Text;

/// What the catalog is called.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct Head {
    /// A short name in kebab-case.
    pub(crate) name: Key,
    /// A title for people.
    pub(crate) title: String,
    /// The catalog's own version, as in its changelog.
    pub(crate) version: Key,
    /// What the `$id`s of the schemas begin with; exports use it.
    pub(crate) base_uri: Option<Key>,
}

/// The envelope.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct Envelope {
    /// The envelope's schema: a file of the catalog, or `file.json#/definitions/x`.
    pub(crate) schema: Key,
}

/// Which place in an event plays which role, each a JSON Pointer.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Roles {
    /// The discriminator: the event type's name. Needed when the catalog has more than one event type.
    pub(crate) event_name: Option<Key>,
    /// The event's own id.
    pub(crate) event_id: Option<Key>,
    /// When it happened.
    pub(crate) occurred_at: Option<Key>,
    /// Who caused it.
    pub(crate) actor: Option<Key>,
    /// The type of the aggregate that the event is about.
    pub(crate) aggregate_type: Option<Key>,
    /// The id of that aggregate.
    pub(crate) aggregate_id: Option<Key>,
    /// The revision of the event type's schema that the producer used.
    pub(crate) version: Option<Key>,
    /// The key that is the same for every delivery of one logical event.
    pub(crate) idempotency_key: Option<Key>,
    /// Whose event it is, such as a tenant or customer.
    pub(crate) scope: Option<Key>,
}

/// One event type.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct Event {
    /// Its schema: a file of the catalog, or `file.json#/definitions/x`.
    pub(crate) schema: Key,
    /// The current revision of its schema, from 1.
    #[cfg_attr(feature = "json-schema", schemars(with = "std::num::NonZeroU64"))]
    pub(crate) version: Spanned<i64>,
    /// The aggregate that it is about.
    pub(crate) aggregate: Option<Key>,
    /// What it says, in one sentence.
    pub(crate) purpose: String,
    /// What always holds for it, each a sentence.
    #[serde(default)]
    pub(crate) invariants: Vec<String>,
}

/// One aggregate with its lifecycle.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct Aggregate {
    /// What it is, in a sentence.
    pub(crate) description: Option<String>,
    /// Where each event of the family has the aggregate's id: a JSON Pointer.
    pub(crate) id: Key,
    /// The states it can be in.
    pub(crate) states: Vec<Key>,
    /// The states in which a new aggregate may refer to it.
    #[serde(default)]
    pub(crate) live: Vec<Key>,
    /// The states that allow nothing more.
    #[serde(default, rename = "final")]
    pub(crate) final_states: Vec<Key>,
    /// The places in its creating event whose values no two aggregates outside a final state may share.
    #[serde(default)]
    pub(crate) identity: Vec<Key>,
    /// What its events do to its state.
    #[serde(default)]
    pub(crate) transitions: Vec<Transition>,
    /// The fields in its events that name other aggregates.
    #[serde(default)]
    pub(crate) references: Vec<Reference>,
    /// The sets that it keeps, such as participants.
    #[serde(default)]
    pub(crate) members: Vec<Members>,
}

/// What one event type does to the state: it `creates` an aggregate in a state; or `from` some states it leads `to`
/// another; or, without `to`, it is allowed `from` some states and keeps the state.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct Transition {
    /// The event type.
    pub(crate) event: Key,
    /// The state in which it creates the aggregate.
    pub(crate) creates: Option<Key>,
    /// The states in which it is allowed.
    pub(crate) from: Option<Vec<Key>>,
    /// The state it leads to; without it the state stays.
    pub(crate) to: Option<Key>,
}

/// A field that names another aggregate.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct Reference {
    /// Where the id stands: a JSON Pointer into the family's events.
    pub(crate) field: Key,
    /// The aggregate it names.
    pub(crate) to: Key,
}

/// A set that an aggregate keeps.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct Members {
    /// What the set is called.
    pub(crate) name: String,
    /// Where the events have the member: a JSON Pointer.
    pub(crate) field: Key,
    /// The event type that adds one.
    pub(crate) add: Key,
    /// The event type that removes one.
    pub(crate) remove: Key,
}

/// The JSON Schema (Draft-07) of the manifest.
#[cfg(feature = "json-schema")]
pub fn json_schema() -> serde_json::Value {
    let generator = schemars::generate::SchemaSettings::draft07().into_generator();
    generator.into_root_schema_for::<Manifest>().to_value()
}

mod text {
    //! A string with its place, also as a key of a table.

    use std::borrow::Borrow;
    use std::ops::{Deref, Range};

    use serde::Deserialize;
    use toml::Spanned;

    /// A string with its place in the manifest. Two are equal when their texts are.
    #[derive(Clone, Debug, Deserialize)]
    #[serde(from = "Spanned<String>")]
    pub(crate) struct Text {
        text: String,
        span: Range<usize>,
    }

    impl Text {
        /// Where it stands, in bytes.
        pub(crate) fn span(&self) -> Range<usize> {
            self.span.clone()
        }

        pub(crate) fn as_str(&self) -> &str {
            &self.text
        }
    }

    impl From<Spanned<String>> for Text {
        fn from(spanned: Spanned<String>) -> Self {
            let span = spanned.span();
            Self { text: spanned.into_inner(), span }
        }
    }

    impl Deref for Text {
        type Target = str;

        fn deref(&self) -> &str {
            &self.text
        }
    }

    impl Borrow<str> for Text {
        fn borrow(&self) -> &str {
            &self.text
        }
    }

    impl PartialEq for Text {
        fn eq(&self, other: &Self) -> bool {
            self.text == other.text
        }
    }

    impl Eq for Text {}

    impl std::hash::Hash for Text {
        fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
            self.text.as_str().hash(state);
        }
    }

    #[cfg(feature = "json-schema")]
    impl schemars::JsonSchema for Text {
        fn schema_name() -> std::borrow::Cow<'static, str> {
            String::schema_name()
        }

        fn inline_schema() -> bool {
            true
        }

        fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
            String::json_schema(generator)
        }
    }
}
