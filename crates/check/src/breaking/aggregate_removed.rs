//! `breaking/aggregate-removed`: an aggregate type, or its lifecycle, is no longer there.

use tidings_catalog::{Aggregate, EventType, MANIFEST};
use tidings_finding::{Rule, Severity};

use super::Breaking;
use super::behaviour::{Changed, of_event, place};
use super::context::{Context, Direction};
use super::names;
use super::sink::Sink;
use crate::lint::support::Target;

pub(super) static RULE: Breaking = Breaking {
    rule: Rule {
        id: "breaking/aggregate-removed",
        severity: Severity::Error,
        summary: "an aggregate type, or its lifecycle, is no longer there",
        explanation: include_str!("aggregate_removed.md"),
    },
    check,
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    for (gone, renamed) in &context.families.removed {
        let message = match renamed {
            Some(new) => format!("the aggregate type `{}` was renamed to `{}`", gone.name, new.name),
            None => format!("the aggregate type `{}` is no longer there", gone.name),
        };
        let target = renamed.map_or_else(|| Target::file(MANIFEST), |new| place(context, &new.name));
        report(context, sink, gone, target, message);
    }
    for family in &context.families.both {
        if !family.old.transitions.is_empty() && family.new.transitions.is_empty() {
            let message = format!(
                "`{}` has no lifecycle any more: no event of it is refused for its state",
                family.new.name
            );
            report(context, sink, family.old, place(context, &family.new.name), message);
        }
    }
}

fn report(context: &Context<'_>, sink: &mut Sink<'_>, gone: &Aggregate, target: Target, message: String) {
    let own = |old: &EventType| old.aggregate.as_deref() == Some(&gone.name);
    let pairs: Vec<_> = context.pairs.iter().filter(|pair| own(pair.old)).collect();
    // That its event types are gone too is told of already, one by one.
    if pairs.is_empty() && context.old.catalog.event_types.values().any(own) {
        return;
    }
    Changed {
        target,
        message,
        help: format!("put `[aggregates.{}]` back as it was", names::key(&gone.name)),
        ways: vec![
            (Direction::Backward, pairs.iter().map(|pair| of_event(pair.old)).collect()),
            (Direction::Forward, pairs.iter().map(|pair| of_event(pair.new)).collect()),
        ],
    }
    .report(context, sink);
}
