//! `lint/field-type`: a field has two types.

use std::collections::{BTreeMap, BTreeSet};

use tidings_catalog::EventType;
use tidings_emit::docs::fields::Field;
use tidings_finding::{Rule, Severity};
use tidings_json::{Kind, Value};

use super::support::{Context, Sink};
use super::{Category, Lint};

pub(crate) static RULE: Lint = Lint {
    rule: Rule {
        id: "lint/field-type",
        severity: Severity::Warning,
        summary: "a field has two types",
        explanation: include_str!("field_type.md"),
    },
    category: Category::Schema,
    check,
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    // By the field's path: its types, and where it was seen first.
    let mut seen: BTreeMap<String, (BTreeSet<&str>, &EventType)> = BTreeMap::new();
    for (event_type, fields) in &context.fields {
        for field in &fields.list {
            let types = types(field);
            if types.is_empty() {
                continue;
            }
            let path = field.path.to_string();
            match seen.get(&path) {
                None => {
                    seen.insert(path, (types, event_type));
                }
                Some((known, first)) if *known != types => {
                    let words =
                        |types: &BTreeSet<&str>| types.iter().copied().collect::<Vec<_>>().join(" or ");
                    let message = format!(
                        "`{path}` is {} in `{}` and {} in `{}`",
                        words(&types),
                        event_type.name,
                        words(known),
                        first.name,
                    );
                    if let Some(found) = sink.report_once(context.field(event_type, field), message) {
                        found.help("give it one type, or another name where it is another thing");
                    }
                }
                Some(_) => {}
            }
        }
    }
}

/// The types that a field always has, `null` aside.
fn types<'c>(field: &Field<'c>) -> BTreeSet<&'c str> {
    let mut found: Option<BTreeSet<&str>> = None;
    for schema in &field.schemas {
        let types: BTreeSet<&str> = match schema.keyword("type").map(|types| &types.kind) {
            Some(Kind::String(one)) => std::iter::once(one.as_ref()).collect(),
            Some(Kind::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
            _ => continue,
        };
        found =
            Some(found.map_or_else(|| types.clone(), |found| found.intersection(&types).copied().collect()));
    }
    let mut found = found.unwrap_or_default();
    found.remove("null");
    found
}
