//! `lint/field-meaning`: a field means two things.

use std::collections::BTreeMap;

use tidings_catalog::{EventType, PrivacyClass};
use tidings_finding::{Rule, Severity};

use super::support::{Context, Sink};
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

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    // By the field's path: its class, and where it was seen first.
    let mut seen: BTreeMap<String, (PrivacyClass, &EventType)> = BTreeMap::new();
    for (event_type, fields) in &context.fields {
        for field in fields.list.iter().filter(|field| !field.has_fields) {
            let Some(class) = field.class else { continue };
            let path = field.path.to_string();
            match seen.get(&path) {
                None => {
                    seen.insert(path, (class, event_type));
                }
                Some((known, first)) if *known != class => {
                    let message = format!(
                        "`{path}` is of class `{}` in `{}` and `{}` in `{}`",
                        class.name(),
                        event_type.name,
                        known.name(),
                        first.name,
                    );
                    if let Some(found) = sink.report_once(context.field(event_type, field), message) {
                        found.help("give it one class, or another name where it is another thing");
                    }
                }
                Some(_) => {}
            }
        }
    }
}
