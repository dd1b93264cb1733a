//! The manifest as it is written: `catalog.toml`, read by serde, with the place of everything that may be found wrong.
//! Nothing in it is checked here.
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
pub struct Manifest {
    /// What the catalog is called.
    pub catalog: Head,
    /// The fields that all events have in common. Leave it out for a catalog without an envelope.
    pub envelope: Option<Envelope>,
    /// Which place in an event plays which role, each a JSON Pointer such as `/event_id`.
    #[serde(default)]
    pub roles: Roles,
    /// The event types, by the name that stands at the `event_name` role.
    pub events: IndexMap<Key, Event>,
    /// The aggregates, by the name that stands at the `aggregate_type` role.
    #[serde(default)]
    pub aggregates: IndexMap<Key, Aggregate>,
    /// What the catalog wants of itself, where that is not what `tidings lint` takes for granted.
    #[serde(default)]
    pub policy: Policy,
}

pub use text::Text as Key;

/// What the catalog is called.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// A short name in kebab-case.
    pub name: Key,
    /// A title for people.
    pub title: String,
    /// The catalog's own version, as in its changelog.
    pub version: Key,
    /// What the `$id`s of the schemas begin with; exports use it.
    pub base_uri: Option<Key>,
}

/// What the catalog wants of itself, where that is not what `tidings lint` takes for granted.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Policy {
    /// The form of the names of event types.
    pub event_names: EventNames,
    /// The form of the names of fields.
    pub field_names: FieldNames,
    /// Whether objects inside an event may refuse fields that they don't list. The event itself never may.
    pub closed_values: bool,
}

/// The forms that names of event types may have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
pub enum EventNames {
    /// `OrderShipped`.
    #[default]
    #[serde(rename = "PascalCase")]
    Pascal,
    /// `order.gift_wrapped`.
    #[serde(rename = "dotted.snake_case")]
    Dotted,
    /// `order-shipped`.
    #[serde(rename = "kebab-case")]
    Kebab,
}

/// The forms that names of fields may have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
pub enum FieldNames {
    /// `order_number`.
    #[default]
    #[serde(rename = "snake_case")]
    Snake,
    /// `orderNumber`.
    #[serde(rename = "camelCase")]
    Camel,
}

/// The envelope.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Envelope {
    /// The envelope's schema: a file of the catalog, or `file.json#/definitions/x`.
    pub schema: Key,
}

/// Which place in an event plays which role, each a JSON Pointer.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Roles {
    /// The discriminator: the event type's name. Needed when the catalog has more than one event type.
    pub event_name: Option<Key>,
    /// The event's own id.
    pub event_id: Option<Key>,
    /// When it happened.
    pub occurred_at: Option<Key>,
    /// Who caused it.
    pub actor: Option<Key>,
    /// The type of the aggregate that the event is about.
    pub aggregate_type: Option<Key>,
    /// The id of that aggregate.
    pub aggregate_id: Option<Key>,
    /// The revision of the event type's schema that the producer used.
    pub version: Option<Key>,
    /// The key that is the same for every delivery of one logical event.
    pub idempotency_key: Option<Key>,
    /// Whose event it is, such as a tenant or customer.
    pub scope: Option<Key>,
}

/// One event type.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// Its schema: a file of the catalog, or `file.json#/definitions/x`.
    pub schema: Key,
    /// The current revision of its schema, from 1.
    #[cfg_attr(feature = "json-schema", schemars(with = "std::num::NonZeroU64"))]
    pub version: Spanned<i64>,
    /// The aggregate that it is about.
    pub aggregate: Option<Key>,
    /// What it says, in one sentence.
    pub purpose: String,
    /// What always holds for it, each a sentence.
    #[serde(default)]
    pub invariants: Vec<String>,
}

/// One aggregate with its lifecycle.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Aggregate {
    /// What it is, in a sentence.
    pub description: Option<String>,
    /// Where each event of the family has the aggregate's id: a JSON Pointer.
    pub id: Key,
    /// The states it can be in.
    pub states: Vec<Key>,
    /// The states in which a new aggregate may refer to it.
    #[serde(default)]
    pub live: Vec<Key>,
    /// The states that allow nothing more.
    #[serde(default, rename = "final")]
    pub final_states: Vec<Key>,
    /// The places in its creating event whose values no two aggregates outside a final state may share.
    #[serde(default)]
    pub identity: Vec<Key>,
    /// What its events do to its state.
    #[serde(default)]
    pub transitions: Vec<Transition>,
    /// The fields in its events that name other aggregates.
    #[serde(default)]
    pub references: Vec<Reference>,
    /// The sets that it keeps, such as participants.
    #[serde(default)]
    pub members: Vec<Members>,
}

/// What one event type does to the state: it `creates` an aggregate in a state; or `from` some states it leads `to`
/// another; or, without `to`, it is allowed `from` some states and keeps the state.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Transition {
    /// The event type.
    pub event: Key,
    /// The state in which it creates the aggregate.
    pub creates: Option<Key>,
    /// The states in which it is allowed.
    pub from: Option<Vec<Key>>,
    /// The state it leads to; without it the state stays.
    pub to: Option<Key>,
}

/// A field that names another aggregate.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Reference {
    /// Where the id stands: a JSON Pointer into the family's events.
    pub field: Key,
    /// The aggregate it names.
    pub to: Key,
}

/// A set that an aggregate keeps.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Members {
    /// What the set is called.
    pub name: String,
    /// Where the events have the member: a JSON Pointer.
    pub field: Key,
    /// The event type that adds one.
    pub add: Key,
    /// The event type that removes one.
    pub remove: Key,
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
    pub struct Text {
        text: String,
        span: Range<usize>,
    }

    impl Text {
        /// Where it stands, in bytes.
        pub fn span(&self) -> Range<usize> {
            self.span.clone()
        }

        /// The string.
        pub fn as_str(&self) -> &str {
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
