//! `lint/field-meaning`: a field means two things.

use std::collections::BTreeMap;

use tidings_catalog::{Catalog, EventType};
use tidings_emit::docs::fields::{Field, Path};
use tidings_finding::{Rule, Severity};
use tidings_json::Value;

use super::support::{Context, Sink, names};
use super::{Category, Lint};

pub(crate) static RULE: Lint = Lint {
    rule: Rule {
        id: "lint/field-meaning",
        severity: Severity::Warning,
        summary: "a field means two things",
        explanation: include_str!("field_meaning.md"),
    },
    category: Category::Schema,
    check,
};

/// Words that say in what a number is measured.
const UNITS: [&str; 30] = [
    "bytes",
    "celsius",
    "centimetres",
    "cents",
    "days",
    "degrees",
    "dollars",
    "euros",
    "fahrenheit",
    "feet",
    "grams",
    "hours",
    "inches",
    "kilobytes",
    "kilograms",
    "kilometres",
    "litres",
    "megabytes",
    "metres",
    "microseconds",
    "miles",
    "milliseconds",
    "millimetres",
    "minutes",
    "nanoseconds",
    "percent",
    "pounds",
    "seconds",
    "weeks",
    "years",
];

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    let Some(catalog) = context.catalog else { return };
    // By the field's path and what is said of it: what that is, and where it was seen first.
    let mut seen: BTreeMap<(String, &str), (String, &EventType)> = BTreeMap::new();
    for (event_type, fields) in &context.fields {
        for field in fields.list.iter().filter(|field| !field.has_fields) {
            for (facet, says) in facets(catalog, event_type, field) {
                let key = (field.path.to_string(), facet);
                match seen.get(&key) {
                    None => {
                        seen.insert(key, (says, event_type));
                    }
                    Some((known, first)) if *known != says => {
                        let path = &field.path;
                        let message = format!(
                            "`{path}` is {facet} {says} in `{}`, and {facet} {known} in `{}`",
                            event_type.name, first.name,
                        );
                        if let Some(found) = sink.report_once(context.field(event_type, field), message) {
                            found.help(
                                "let it mean one thing, or give it another name where it is another thing",
                            );
                        }
                    }
                    Some(_) => {}
                }
            }
        }
    }
}

/// What is said of a field that must be the same wherever it has this name.
fn facets(catalog: &Catalog, event_type: &EventType, field: &Field<'_>) -> Vec<(&'static str, String)> {
    let mut facets = Vec::new();
    facets.extend(field.class.map(|class| ("of the class", format!("`{}`", class.name()))));
    let mut formats =
        field.schemas.iter().filter_map(|schema| schema.keyword("format").and_then(Value::as_str));
    facets.extend(formats.next().map(|format| ("of the format", format!("`{format}`"))));
    facets.extend(unit(field.description.unwrap_or_default()).map(|unit| ("measured in", unit)));
    facets.extend(named(catalog, event_type, &field.path).map(|name| ("a reference to a", name.to_owned())));
    facets
}

/// The one unit that a description speaks of.
fn unit(description: &str) -> Option<String> {
    let words = names::words(description);
    let mut units = UNITS.iter().filter(|unit| words.iter().any(|word| word == *unit));
    units.next().filter(|_| units.next().is_none()).map(|unit| (*unit).to_owned())
}

/// The aggregate that a field refers to, by what the manifest says of the event's family. Its own id isn't compared: many
/// families have theirs at one place of the envelope.
fn named<'c>(catalog: &'c Catalog, event_type: &EventType, path: &Path) -> Option<&'c str> {
    let aggregate = catalog.aggregate_of(event_type)?;
    let mut references = aggregate.references.iter();
    references.find(|reference| Path::from(&reference.field) == *path).map(|reference| reference.to.as_str())
}
