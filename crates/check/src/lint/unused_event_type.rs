//! `lint/unused-event-type`: no lifecycle uses an event type.

use tidings_finding::{Rule, Severity};

use super::support::{Context, Sink, Target};
use super::{Category, Lint};

pub(crate) static RULE: Lint = Lint {
    rule: Rule {
        id: "lint/unused-event-type",
        severity: Severity::Error,
        summary: "no lifecycle uses an event type",
        explanation: include_str!("unused_event_type.md"),
    },
    category: Category::Lifecycle,
    check,
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    let Some(manifest) = context.manifest else { return };
    for (name, event) in &manifest.events {
        let Some(family) = &event.aggregate else { continue };
        let Some(aggregate) = manifest.aggregates.get(family) else { continue };
        if aggregate.transitions.iter().any(|transition| transition.event == *name) {
            continue;
        }
        let message =
            format!("`{}` is about a {}, and no transition of it allows it", name.as_str(), family.as_str());
        let open = aggregate.states.iter().filter(|state| !aggregate.final_states.contains(state));
        let open: Vec<String> = open.map(|state| format!("\"{}\"", state.as_str())).collect();
        sink.report(Target::key(name).of_event_named(name), message).help(format!(
            "`{{ event = \"{}\", from = [{}] }}`, with `to` if it changes the state",
            name.as_str(),
            open.join(", "),
        ));
    }
}
