//! A small catalog for tests.

use tidings_catalog::{Catalog, LoadError, MemoryTree};

/// A catalog of one event type with this schema, without roles.
pub(crate) fn catalog(schema: &str) -> Result<Catalog, LoadError> {
    let manifest = "[catalog]\nname = \"t\"\ntitle = \"T\"\nversion = \"1.0.0\"\n\
                    [events.e]\nschema = \"e.schema.json\"\nversion = 1\npurpose = \"It happened.\"\n";
    Catalog::from_tree(&MemoryTree::new().with("catalog.toml", manifest).with("e.schema.json", schema))
}
