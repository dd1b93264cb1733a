//! Validators that are driven by schemas: the `jsonschema` crate over two kinds of values, and boon.

use std::collections::HashMap;

use jsonschema::json::{Json, SerdeJson};
use jsonschema::{Draft, Registry, Validator};
use serde_json::json;
use sonic_rs::{JsonContainerTrait as _, JsonValueTrait as _};
use tidings_bench_protocol::{Clock, Pass};

use crate::bundle::Bundle;
use crate::lines;
use crate::sonic_values::SonicJson;

/// Something for each event type, and where an event's type stands.
struct ByType<T> {
    path: Vec<String>,
    types: HashMap<String, T>,
}

impl<T> ByType<T> {
    fn new(bundle: &Bundle, mut make: impl FnMut(&str) -> anyhow::Result<T>) -> anyhow::Result<Self> {
        let types = bundle.events.iter().map(|(name, uri)| Ok((name.clone(), make(uri)?)));
        Ok(Self { path: bundle.path(), types: types.collect::<anyhow::Result<_>>()? })
    }

    fn of_serde(&self, event: &serde_json::Value) -> Option<&T> {
        let name = self.path.iter().try_fold(event, |value, key| value.get(key))?;
        self.types.get(name.as_str()?)
    }

    fn of_sonic(&self, event: &sonic_rs::Value) -> Option<&T> {
        let name = self.path.iter().try_fold(event, |value, key| value.as_object()?.get(key))?;
        self.types.get(name.as_str()?)
    }
}

/// Goes through all events with the clock around it.
fn count(events: &[u8], is_valid: impl Fn(&[u8]) -> bool) -> anyhow::Result<Pass> {
    let (mut count, mut valid) = (0, 0);
    let clock = Clock::start();
    for line in lines(events) {
        count += 1;
        valid += u64::from(is_valid(line));
    }
    Ok(clock.stop(Some(count), Some(valid)))
}

fn validators<F: Json>(bundle: &Bundle) -> anyhow::Result<ByType<Validator<F>>> {
    let mut registry = Registry::new().draft(Draft::Draft7);
    for (uri, document) in &bundle.documents {
        registry = registry.add(uri, document.clone())?;
    }
    let registry = registry.prepare()?;
    ByType::new(bundle, |uri| {
        let options = jsonschema::options_for::<F>().with_draft(Draft::Draft7);
        let options = options.with_registry(&registry).should_validate_formats(true);
        Ok(options.build(&json!({"$ref": uri}))?)
    })
}

/// The `jsonschema` crate over values of serde_json.
pub struct OverSerde(ByType<Validator<SerdeJson>>);

impl OverSerde {
    pub fn compile(bundle: &Bundle) -> anyhow::Result<Self> {
        validators(bundle).map(Self)
    }

    pub fn pass(&self, events: &[u8]) -> anyhow::Result<Pass> {
        count(events, |line| {
            serde_json::from_slice::<serde_json::Value>(line).is_ok_and(|event| {
                self.0.of_serde(&event).is_some_and(|validator| validator.is_valid(&event))
            })
        })
    }
}

/// The `jsonschema` crate over values of sonic-rs.
pub struct OverSonic(ByType<Validator<SonicJson>>);

impl OverSonic {
    pub fn compile(bundle: &Bundle) -> anyhow::Result<Self> {
        validators(bundle).map(Self)
    }

    pub fn pass(&self, events: &[u8]) -> anyhow::Result<Pass> {
        count(events, |line| {
            sonic_rs::from_slice::<sonic_rs::Value>(line).is_ok_and(|event| {
                self.0.of_sonic(&event).is_some_and(|validator| validator.is_valid(&event))
            })
        })
    }
}

/// boon, over values of serde_json, the only ones that it takes.
pub struct Boon {
    schemas: boon::Schemas,
    types: ByType<boon::SchemaIndex>,
}

impl Boon {
    pub fn compile(bundle: &Bundle) -> anyhow::Result<Self> {
        let mut compiler = boon::Compiler::new();
        compiler.set_default_draft(boon::Draft::V7);
        compiler.enable_format_assertions();
        for (uri, document) in &bundle.documents {
            compiler.add_resource(uri, document.clone()).map_err(|error| anyhow::anyhow!("{error}"))?;
        }
        let mut schemas = boon::Schemas::new();
        let types = ByType::new(bundle, |uri| {
            compiler.compile(uri, &mut schemas).map_err(|error| anyhow::anyhow!("{error:#}"))
        })?;
        Ok(Self { schemas, types })
    }

    pub fn pass(&self, events: &[u8]) -> anyhow::Result<Pass> {
        count(events, |line| {
            serde_json::from_slice::<serde_json::Value>(line).is_ok_and(|event| {
                let schema = self.types.of_serde(&event);
                schema.is_some_and(|schema| self.schemas.validate(&event, *schema).is_ok())
            })
        })
    }
}
