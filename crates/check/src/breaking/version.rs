//! A version of a catalog, compiled for both views.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use serde_json::Value;
use tidings_catalog::{Catalog, EventType, LoadError};
use tidings_engine::{Engine, Limits, Options, UnknownFields};

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
    /// By event type: its first example. Only changes need them.
    examples: OnceLock<HashMap<String, Value>>,
}

impl Version {
    /// Compiles a catalog under the name that messages give it.
    ///
    /// # Errors
    /// If a schema of it is not good Draft-07.
    pub fn new(name: &str, catalog: Arc<Catalog>) -> Result<Self, LoadError> {
        let closed = Engine::new(Arc::clone(&catalog), Options::default())?;
        let open = closed.with_unknown_fields(UnknownFields::Allow);
        Ok(Self { name: name.to_owned(), catalog, open, closed, examples: OnceLock::new() })
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
    pub(super) fn example(&self, event_type: &EventType) -> Option<&Value> {
        self.examples.get_or_init(|| first_examples(&self.catalog)).get(&event_type.name)
    }
}

/// The first example of each event type that has one.
fn first_examples(catalog: &Catalog) -> HashMap<String, Value> {
    let mut examples = HashMap::new();
    for example in &catalog.examples {
        let Ok(parsed) = tidings_json::parse(&example.content, Limits::default().max_depth) else { continue };
        let named = catalog.event_type_of(|role| parsed.value.at(role)?.as_str());
        if let Some(event_type) = named {
            examples.entry(event_type.name.clone()).or_insert_with(|| parsed.value.to_serde());
        }
    }
    examples
}
