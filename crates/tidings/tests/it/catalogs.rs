//! The catalogs that every command is tried on.

use std::path::PathBuf;
use std::sync::Arc;

use tidings::{Catalog, Engine, Options};

/// The folders of the three catalogs, by name.
pub(crate) fn folders() -> [(&'static str, PathBuf); 3] {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    [
        ("messaging", root.join("specs/004-create-domain-events/contracts/events")),
        ("wallet", root.join("tests/catalogs/wallet")),
        ("parcel", root.join("tests/catalogs/parcel")),
    ]
}

/// The three catalogs, loaded and compiled.
pub(crate) fn all() -> Vec<(&'static str, Arc<Catalog>, Engine)> {
    folders()
        .into_iter()
        .map(|(name, folder)| {
            let catalog = Arc::new(Catalog::load(folder).unwrap_or_else(|error| panic!("{name}:\n{error}")));
            let options = Options { excerpts: true, ..Options::default() };
            let engine =
                Engine::new(Arc::clone(&catalog), options).unwrap_or_else(|error| panic!("{name}:\n{error}"));
            (name, catalog, engine)
        })
        .collect()
}
