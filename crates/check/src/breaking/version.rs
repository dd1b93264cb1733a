//! A version of a catalog, compiled for both views.

use std::sync::Arc;

use tidings_catalog::{Catalog, EventType, LoadError};
use tidings_engine::{Engine, Options, UnknownFields};

/// A version of a catalog, ready to judge events.
#[derive(Debug)]
pub struct Version {
    /// What people call it: `git:v1.2`, a folder.
    pub(super) name: String,
    pub(super) catalog: Arc<Catalog>,
    /// A consumer's view.
    pub(super) open: Engine,
    /// A producer's view.
    pub(super) closed: Engine,
}

impl Version {
    /// Compiles a catalog under the name that messages give it.
    ///
    /// # Errors
    /// If a schema of it is not good Draft-07.
    pub fn new(name: &str, catalog: Arc<Catalog>) -> Result<Self, LoadError> {
        let closed = Engine::new(Arc::clone(&catalog), Options::default())?;
        let open = closed.with_unknown_fields(UnknownFields::Allow);
        Ok(Self { name: name.to_owned(), catalog, open, closed })
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The catalog itself.
    pub fn catalog(&self) -> &Arc<Catalog> {
        &self.catalog
    }

    /// The first example of an event type, as a value.
    pub(super) fn example(&self, event_type: &EventType) -> Option<serde_json::Value> {
        let catalog = &self.catalog;
        let parsed = catalog.examples.iter().filter_map(|example| {
            tidings_json::parse(&example.content, tidings_engine::Limits::default().max_depth).ok()
        });
        let name = |value: &tidings_json::Value<'_>| {
            let role = catalog.roles.event_name.as_ref()?;
            Some(value.at(role)?.as_str()?.to_owned())
        };
        let mut values = parsed.map(|parsed| parsed.value);
        let own = values.find(|value| match catalog.roles.event_name {
            Some(_) => name(value).as_deref() == Some(event_type.name.as_str()),
            None => true,
        });
        own.map(|value| value.to_serde())
    }
}
