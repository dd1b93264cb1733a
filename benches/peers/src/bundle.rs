//! A catalog as any validator can use it: which schema each event type has, and the documents by URI.

use std::collections::BTreeMap;
use std::fs;

use anyhow::Context as _;
use serde::Deserialize;
use serde_json::Value;

#[derive(Debug, Deserialize)]
pub struct Bundle {
    /// Where an event's type stands, as a JSON Pointer.
    pub discriminator: String,
    /// The URI of each event type's schema.
    pub events: BTreeMap<String, String>,
    pub documents: BTreeMap<String, Value>,
}

impl Bundle {
    pub fn read(path: &str) -> anyhow::Result<Self> {
        let text = fs::read(path).context(path.to_owned())?;
        serde_json::from_slice(&text).context(path.to_owned())
    }

    /// The keys that lead to an event's type.
    pub fn path(&self) -> Vec<String> {
        self.discriminator.split('/').skip(1).map(str::to_owned).collect()
    }
}
