//! `lint/reference-to-nothing`: a name or a reference leads to nothing.

use tidings_catalog::manifest::Key;
use tidings_catalog::{EventType, FaultKind};
use tidings_finding::{Rule, Severity};
use tidings_json::Pointer;

use super::support::{Context, Sink, Target};
use super::{Category, Lint};

pub(crate) static RULE: Lint = Lint {
    rule: Rule {
        id: "lint/reference-to-nothing",
        severity: Severity::Error,
        summary: "a name or a reference leads to nothing",
        explanation: include_str!("reference_to_nothing.md"),
    },
    category: Category::Lifecycle,
    check,
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    let known = names(context);
    for problem in context.faults_of(FaultKind::Dangling) {
        // The name that leads nowhere is the last one in the message.
        let wrong = problem.message.rsplit('`').nth(1).unwrap_or_default();
        let near = tidings_engine::nearest(wrong, known.iter().map(String::as_str));
        sink.report(Target::problem(problem), problem.message.clone()).help(match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => "correct the name, or add what it names".to_owned(),
        });
    }
    let (Some(manifest), Some(catalog)) = (context.manifest, context.catalog) else { return };
    // Names that the loader could not follow make these places unknown as well.
    if context.faults_of(FaultKind::Dangling).next().is_some() {
        return;
    }
    let mut places: Vec<(&Key, Vec<&EventType>, String)> = Vec::new();
    for (name, aggregate) in &manifest.aggregates {
        let own = |event: &&EventType| event.aggregate.as_deref() == Some(name.as_str());
        let family: Vec<&EventType> = catalog.event_types.values().filter(own).collect();
        let events = format!("events of the family {}", name.as_str());
        places.push((&aggregate.id, family.clone(), events.clone()));
        places.extend(
            aggregate.references.iter().map(|reference| (&reference.field, family.clone(), events.clone())),
        );
        for set in &aggregate.members {
            let events =
                [&set.add, &set.remove].into_iter().filter_map(|name| catalog.event_types.get(name.as_str()));
            places.push((&set.field, events.collect(), "events that add or remove".to_owned()));
        }
    }
    let all: Vec<&EventType> = catalog.event_types.values().collect();
    let roles = &manifest.roles;
    let roles = [
        &roles.event_name,
        &roles.event_id,
        &roles.occurred_at,
        &roles.actor,
        &roles.aggregate_type,
        &roles.aggregate_id,
        &roles.version,
        &roles.idempotency_key,
        &roles.scope,
    ];
    places.extend(roles.into_iter().flatten().map(|role| (role, all.clone(), "events".to_owned())));
    for (place, events, which) in places {
        let Ok(pointer) = place.parse::<Pointer>() else { continue };
        if !events.is_empty() && events.iter().all(|event| catalog.schema(event).at(&pointer).is_empty()) {
            sink.report(
                Target::key(place),
                format!("no schema of the {which} has anything at `{}`", place.as_str()),
            )
            .help("correct the pointer, or describe the field in the schema");
        }
    }
}

/// Everything that a name in the manifest may lead to.
fn names(context: &Context<'_>) -> Vec<String> {
    let Some(manifest) = context.manifest else { return Vec::new() };
    let states = manifest.aggregates.values().flat_map(|aggregate| &aggregate.states);
    let keys = manifest.events.keys().chain(manifest.aggregates.keys()).chain(states);
    keys.map(|key| key.as_str().to_owned()).chain(context.paths()).collect()
}
