//! `lint/missing-example`: an event type has no example.

use super::support::lifecycles;
use tidings_finding::{Rule, Severity};

use super::support::{Context, Sink, Target, names};
use super::{Category, Lint};

pub(crate) static RULE: Lint = Lint {
    rule: Rule {
        id: "lint/missing-example",
        severity: Severity::Error,
        summary: "an event type has no example",
        explanation: include_str!("missing_example.md"),
    },
    category: Category::Examples,
    check,
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    let (Some(manifest), Some(_)) = (context.manifest, context.engine) else { return };
    for (name, event) in &manifest.events {
        // One that its lifecycle never allows can't have a good example, and is told of for that.
        let aggregate = event.aggregate.as_ref().and_then(|family| manifest.aggregates.get(family));
        if aggregate.is_some_and(|aggregate| !lifecycles::is_possible(aggregate, name)) {
            continue;
        }
        let mut types = context.examples.iter().filter_map(|example| example.event_type);
        if types.any(|event_type| event_type.name == name.as_str()) {
            continue;
        }
        let target = Target::key(name).of_event_named(name);
        sink.report(target, format!("there is no example of `{}`", name.as_str()))
            .help(format!("`examples/{}.example.json` with an event that could happen", names::snake(name)));
    }
}
