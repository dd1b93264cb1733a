//! `lint/event-name-case`: an event type's name is not in the catalog's form.

use tidings_finding::{Rule, Severity};

use super::support::{Context, Sink, Target, names};
use super::{Category, Lint};

pub(crate) static RULE: Lint = Lint {
    rule: Rule {
        id: "lint/event-name-case",
        severity: Severity::Warning,
        summary: "an event type's name is not in the catalog's form",
        explanation: include_str!("event_name_case.md"),
    },
    category: Category::Naming,
    check,
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    let Some(manifest) = context.manifest else { return };
    let form = names::of_events(manifest.policy.event_names);
    for name in manifest.events.keys().filter(|name| !(form.is)(name)) {
        let better = (form.make)(name);
        let target = Target::key(name).of_event_named(name);
        let found = sink
            .report(target, format!("the event type's name `{}` is not in {}", name.as_str(), form.title));
        if (form.is)(&better) {
            found.help(format!("`{better}`; once events of it are out, a new form is a new event type"));
        }
    }
}
