//! Why catalog files could not be written.

use std::io;

use tidings_catalog::LoadError;

/// Catalog files could not be written; the catalog is as it was.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct Error(#[from] Kind);

#[derive(Debug, thiserror::Error)]
pub(crate) enum Kind {
    /// The catalog as it is can't be used.
    #[error("the catalog can't be used:\n{0}")]
    Catalog(LoadError),
    /// A file can't be written.
    #[error("`{path}` can't be written: {error}")]
    Write { path: String, error: io::Error },
    /// A file can't be read.
    #[error("`{path}` can't be read: {error}")]
    Read { path: String, error: io::Error },
    /// What is asked for can't be.
    #[error("{0}")]
    Request(String),
    /// What would be written doesn't hold, so it isn't.
    #[error("nothing was written, since {0}")]
    Result(String),
}

impl Kind {
    /// What is asked for can't be, since ….
    pub(crate) fn request(message: impl Into<String>) -> Error {
        Self::Request(message.into()).into()
    }

    /// Nothing was written, since ….
    pub(crate) fn result(message: impl Into<String>) -> Error {
        Self::Result(message.into()).into()
    }
}
