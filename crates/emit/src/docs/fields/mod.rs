//! The fields that a schema describes, as a flat list: the view of a schema that pages, types and exports are made of.
//!
//! ```text
//! schema ─→ parts (what applies to a value, and when) ─→ walk (member by member, element by element) ─→ Fields
//! ```
//!
//! In goes a subschema, out come [`Fields`]: one [`Field`] for each place below it, in the order of the schema, with
//! everything that `$ref`, `allOf`, `if` or an alternative says of it brought together. What is said only under a
//! condition comes with the condition. Schemas that contain themselves end where they begin again.

mod condition;
mod facts;
mod inside;
mod literal;
mod numbers;
mod parts;
mod path;
mod rules;
mod walk;
mod when;
mod words;

use tidings_catalog::{PrivacyClass, SchemaRef};
use tidings_json::Value;

pub use condition::{Clause, Condition, Test, What};
pub(super) use literal::{all_of, literal, one_of};
pub use path::{Path, Step};
pub(super) use rules::capitalized;
pub use words::Words;

/// The fields of a schema.
#[derive(Clone, Debug, Default)]
pub struct Fields<'c> {
    /// Each field, what it is in before it.
    pub list: Vec<Field<'c>>,
    /// What holds for several fields together, each a sentence in Markdown.
    pub rules: Vec<String>,
}

/// One field: a place in an event that its schema describes.
#[derive(Clone, Debug)]
pub struct Field<'c> {
    /// The place.
    pub path: Path,
    /// Whether it must be there.
    pub presence: Presence,
    /// What its values are, in words.
    pub words: Words<'c>,
    /// What it means: the schema's `description`.
    pub description: Option<&'c str>,
    /// Values that the schema gives as examples.
    pub examples: Vec<&'c Value<'static>>,
    /// How sensitive it is: the most sensitive class that the schema anywhere gives it, what it is in, or the plain
    /// values in it that are told in its words.
    pub class: Option<PrivacyClass>,
    /// What is so only under a condition, in the order of the schema.
    pub conditions: Vec<(Condition, Effect<'c>)>,
    /// The subschemas that always apply to it.
    pub schemas: Vec<SchemaRef<'c>>,
    /// Whether there are fields in it.
    pub has_fields: bool,
}

/// Whether a field must be there. Conditions may ask for more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// In every event.
    Always,
    /// Wherever what it is in is there.
    InParent,
    /// It may be left out.
    Optional,
}

/// What is so for a field under a condition.
#[derive(Clone, Debug)]
pub enum Effect<'c> {
    /// It must be there.
    Required,
    /// It must not be there.
    Forbidden,
    /// The schema knows the field then and not otherwise.
    Known,
    /// Its values are fewer, or they mean more.
    Narrowed {
        /// What its values are then, in words; empty if that is the same.
        words: Words<'c>,
        /// What it means then, if the schema says so.
        description: Option<&'c str>,
        /// Values that the schema gives as examples.
        examples: Vec<&'c Value<'static>>,
    },
}

/// The fields that a schema describes.
///
/// An array of plain values and a map of plain values are one field each; their elements and members are told in its
/// words. Elements and members that have more to say are fields of their own: `parts[]`, `limits.*`.
///
/// ```
/// use tidings_catalog::{Catalog, MemoryTree};
/// use tidings_emit::docs::fields::{Presence, fields_of};
///
/// let manifest = r#"
///     [catalog]
///     name = "lamps"
///     title = "Lamps"
///     version = "1.0.0"
///     [events.broken]
///     schema = "broken.schema.json"
///     version = 1
///     purpose = "A lamp is broken."
/// "#;
/// let schema = r##"{
///     "properties": {"lamp": {"$ref": "#/definitions/id"}, "how": {"enum": ["fallen", "burnt"]}, "watts": {"type": "integer"}},
///     "required": ["lamp", "how"],
///     "if": {"properties": {"how": {"const": "burnt"}}},
///     "then": {"required": ["watts"], "properties": {"watts": {"minimum": 5}}},
///     "definitions": {"id": {"type": "string", "maxLength": 9, "x-privacy": "identifier"}}
/// }"##;
/// let tree = MemoryTree::new().with("catalog.toml", manifest).with("broken.schema.json", schema);
/// let catalog = Catalog::from_tree(&tree)?;
/// let fields = fields_of(catalog.schema(&catalog.event_types["broken"])).list;
///
/// assert_eq!(fields[0].path.to_string(), "lamp");
/// assert_eq!(fields[0].presence, Presence::Always);
/// assert_eq!(fields[0].words.text, "string of at most 9 characters");
/// assert_eq!(fields[2].presence, Presence::Optional);
/// let conditions: Vec<String> = fields[2].conditions.iter().map(|(when, _)| when.to_string()).collect();
/// assert_eq!(conditions, ["when `how` is `burnt`", "when `how` is `burnt`"]); // required then, and narrowed to `integer ≥ 5`
/// # Ok::<(), tidings_catalog::LoadError>(())
/// ```
pub fn fields_of(schema: SchemaRef<'_>) -> Fields<'_> {
    walk::walk(schema)
}

impl<'c> Fields<'c> {
    /// The field at a place.
    pub fn get(&self, path: &Path) -> Option<&Field<'c>> {
        self.list.iter().find(|field| field.path == *path)
    }
}
