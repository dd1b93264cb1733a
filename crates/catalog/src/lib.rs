//! A catalog folder becomes a checked, immutable [`Catalog`].
//!
//! ```text
//! Tree (disk, git, embedded, memory) ─→ manifest ─→ load: documents, references, lifecycles checked ─→ Catalog
//! ```
//!
//! Nothing else in Tidings reads catalog files, and a catalog reads nothing after it is loaded. What is wrong with one
//! comes as a [`LoadError`] that names file, line and column of everything found. Whether the schemas in it are good
//! Draft-07 is the engine's to say when it compiles them.

mod error;
mod git;
mod load;
pub mod manifest;
mod model;
mod schema;
mod tree;

pub use error::{LoadError, Problem};
pub use git::{GitError, GitTree, tags};
pub use load::{Fault, FaultKind, Inspection, SchemaFile};
#[cfg(feature = "json-schema")]
pub use manifest::json_schema;
pub use model::{
    Aggregate, Catalog, Effect, EventType, Example, ExpectedFinding, MemberSet, NearMiss, Reference, Roles,
    Transition,
};
pub use schema::{Document, PrivacyClass, Resolved, SchemaKey, SchemaRef, Schemas};
pub use tree::{DiskTree, EmbeddedTree, MemoryTree, OverlayTree, Tree};

/// The name of the manifest in a catalog folder.
pub const MANIFEST: &str = "catalog.toml";
