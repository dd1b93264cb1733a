//! `lint/stale-example-version`: no example is of an event type's current version.

use tidings_finding::{Rule, Severity};
use tidings_json::{Decimal, Value};

use super::support::{Context, Sink, Target};
use super::{Category, Lint};

pub(crate) static RULE: Lint = Lint {
    rule: Rule {
        id: "lint/stale-example-version",
        severity: Severity::Warning,
        summary: "no example is of an event type's current version",
        explanation: include_str!("stale_example_version.md"),
    },
    category: Category::Examples,
    check,
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    let Some(catalog) = context.catalog else { return };
    let Some(role) = &catalog.roles.version else { return };
    for event_type in catalog.event_types.values() {
        let of_type = context.examples.iter().filter(|example| {
            example.findings.is_empty() && example.event_type.is_some_and(|own| own.name == event_type.name)
        });
        let mut newest: Option<(u64, &str, &Value<'_>)> = None;
        for example in of_type {
            let Some(value) = example.event.as_ref().and_then(|event| event.at(role)) else { continue };
            let number = value.as_number().and_then(Decimal::parse).and_then(|number| number.to_i64());
            let Some(version) = number.and_then(|number| u64::try_from(number).ok()) else { continue };
            if newest.is_none_or(|(known, ..)| known < version) {
                newest = Some((version, example.path, value));
            }
        }
        let current = event_type.version;
        let Some((version, path, value)) = newest.filter(|(version, ..)| *version < current) else {
            continue;
        };
        let target = Target::json(path, role.to_string(), value.span).of_event(event_type);
        let message = format!(
            "the newest example of `{}` is of version {version}, and it is at {current}",
            event_type.name
        );
        sink.report(target.unseen(), message).help(format!("`{current}`, with what is new in it"));
    }
}
