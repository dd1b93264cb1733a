//! `lint/unexercised-transition`: no example exercises a transition.

use tidings_finding::{Rule, Severity};

use super::support::{Context, Sink, Target, names};
use super::{Category, Lint};

pub(crate) static RULE: Lint = Lint {
    rule: Rule {
        id: "lint/unexercised-transition",
        severity: Severity::Warning,
        summary: "no example exercises a transition",
        explanation: include_str!("unexercised_transition.md"),
    },
    category: Category::Examples,
    check,
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    let (Some(manifest), Some(story)) = (context.manifest, &context.story) else { return };
    // What a broken story leaves out is no fault of its own, and where an event type has no example, others may not be
    // reached.
    let has_example = |name: &str| {
        let mut types = context.examples.iter().filter_map(|example| example.event_type);
        types.any(|event_type| event_type.name == name)
    };
    let mut used = manifest.aggregates.values().flat_map(|aggregate| &aggregate.transitions);
    if !story.findings.is_empty() || !used.all(|transition| has_example(&transition.event)) {
        return;
    }
    for aggregate in &story.totals.aggregates {
        let Some(written) = manifest.aggregates.get(aggregate.name.as_str()) else { continue };
        let never = aggregate.transitions.iter().filter(|transition| transition.count == 0);
        for transition in never {
            let from = transition.from.as_deref();
            let place = written
                .transitions
                .iter()
                .filter(|written| written.event.as_str() == transition.event)
                .find_map(|written| match from {
                    None => written.creates.as_ref(),
                    Some(from) => written.from.iter().flatten().find(|state| state.as_str() == from),
                });
            let Some(place) = place else { continue };
            let when = from.map_or_else(|| "that creates".to_owned(), |from| format!("from `{from}`"));
            let message = format!("no example of `{}` {when}", transition.event);
            let snake = names::snake(&transition.event);
            let file = from.map_or_else(
                || format!("examples/{snake}.example.json"),
                |from| format!("examples/{snake}.{}.example.json", names::kebab(from)),
            );
            sink.report(Target::key(place).of_event_named(&transition.event), message)
                .help(format!("add `{file}`, with what brings an aggregate there before it"));
        }
    }
}
