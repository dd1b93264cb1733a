//! `lint/event-suffix`: an event type's name ends in `Event`.

use tidings_finding::{Rule, Severity};

use super::support::{Context, Sink, Target, names};
use super::{Category, Lint};

pub(crate) static RULE: Lint = Lint {
    rule: Rule {
        id: "lint/event-suffix",
        severity: Severity::Warning,
        summary: "an event type's name ends in `Event`",
        explanation: include_str!("event_suffix.md"),
    },
    category: Category::Naming,
    check,
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    let Some(manifest) = context.manifest else { return };
    for name in manifest.events.keys() {
        let words = names::words(name);
        if words.len() < 2 || words.last().is_none_or(|last| last != "event") {
            continue;
        }
        let end = name.to_lowercase().rfind("event").unwrap_or(name.len());
        let better = name.get(..end).unwrap_or(name).trim_end_matches(|c: char| !c.is_alphanumeric());
        sink.report(
            Target::key(name).of_event_named(name),
            format!("`{}` says twice that it is an event", name.as_str()),
        )
        .help(format!("`{better}`"));
    }
}
