//! `lint/identity-field`: an identity is made of a field that the creating event does not have.

use tidings_finding::{Rule, Severity};
use tidings_json::Pointer;

use super::support::{Context, Sink, Target};
use super::{Category, Lint};

pub(crate) static RULE: Lint = Lint {
    rule: Rule {
        id: "lint/identity-field",
        severity: Severity::Error,
        summary: "an identity is made of a field that the creating event does not have",
        explanation: include_str!("identity_field.md"),
    },
    category: Category::Lifecycle,
    check,
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    let (Some(manifest), Some(catalog)) = (context.manifest, context.catalog) else { return };
    for aggregate in manifest.aggregates.values() {
        let creating = aggregate.transitions.iter().filter(|transition| transition.creates.is_some());
        for creating in creating.filter_map(|creating| catalog.event_types.get(creating.event.as_str())) {
            for field in &aggregate.identity {
                let Ok(pointer) = field.parse::<Pointer>() else { continue };
                if catalog.schema(creating).at(&pointer).is_empty() {
                    let message = format!("`{}` has nothing at `{}`", creating.name, field.as_str());
                    sink.report(Target::key(field).of_event(creating), message).help(format!(
                        "add the field to `{}`, or leave it out of the identity",
                        creating.schema_path
                    ));
                }
            }
        }
    }
}
