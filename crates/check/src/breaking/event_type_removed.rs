//! `breaking/event-type-removed`: an event type is no longer there.

use tidings_catalog::MANIFEST;
use tidings_finding::{Rule, Severity};

use super::context::{Context, Direction};
use super::oracle::accepts;
use super::sink::{Break, Sink, Verdict, Witness};
use super::{Breaking, names};
use crate::lint::support::Target;

pub(super) static RULE: Breaking = Breaking {
    rule: Rule {
        id: "breaking/event-type-removed",
        severity: Severity::Error,
        summary: "an event type is no longer there",
        explanation: include_str!("event_type_removed.md"),
    },
    check,
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    let news = &context.new.catalog.event_types;
    for old in context.old.catalog.event_types.values().filter(|old| !news.contains_key(&old.name)) {
        let name = &old.name;
        let schema = context.old.catalog.schema(old);
        // One that is new and has the same schema, but for the name in it, is the same under another name.
        let renamed = news.values().find(|new| {
            !context.old.catalog.event_types.contains_key(&new.name)
                && names::but_for_names(&context.old.catalog, old, &context.new.catalog, new)
        });
        let message = match renamed {
            Some(new) => format!("`{name}` was renamed to `{}`", new.name),
            None => format!("`{name}` was removed"),
        };
        let witness = context.old.example(old).filter(|event| {
            let text = event.to_string();
            accepts(&context.old.closed, text.as_bytes()) && !accepts(&context.new.open, text.as_bytes())
        });
        let path = &schema.document().path;
        let target = if context.has_file(path) { Target::file(path) } else { Target::file(MANIFEST) };
        sink.report(Break {
            target: target.of_event_named(name),
            direction: Some(Direction::Backward),
            verdict: Verdict::Breaking,
            witness: witness.cloned().map(Witness::Event),
            pointer: context.old.catalog.roles.event_name.as_ref().map(ToString::to_string),
            message,
            help: format!(
                "names stay for ever: put `[events.{}]` back, and say in its `purpose` what replaces it",
                names::key(name)
            ),
            cause: None,
        });
    }
}
