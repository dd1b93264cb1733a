//! `lint/event-name-family`: an event type's name does not begin with its family's.

use tidings_finding::{Rule, Severity};

use super::support::{Context, Sink, Target, names};
use super::{Category, Lint};

pub(crate) static RULE: Lint = Lint {
    rule: Rule {
        id: "lint/event-name-family",
        severity: Severity::Warning,
        summary: "an event type's name does not begin with its family's",
        explanation: include_str!("event_name_family.md"),
    },
    category: Category::Naming,
    check,
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    let Some(manifest) = context.manifest else { return };
    for (name, event) in &manifest.events {
        let Some(family) = &event.aggregate else { continue };
        let (words, begin) = (names::words(name), names::words(family));
        if words.len() > begin.len() && words.starts_with(&begin) {
            continue;
        }
        let whole = format!("{}-{}", family.as_str(), name.as_str());
        let better = (names::of_events(manifest.policy.event_names).make)(&whole);
        let message =
            format!("`{}` does not begin with the name of its family, `{}`", name.as_str(), family.as_str());
        sink.report(Target::key(name).of_event_named(name), message)
            .help(format!("`{better}`, or what else says what happened to the {}", family.as_str()));
    }
}
