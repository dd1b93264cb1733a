//! `breaking/reference-changed`: a field names other aggregates than it did.

use tidings_catalog::Aggregate;
use tidings_finding::{Rule, Severity};

use super::Breaking;
use super::behaviour::{Changed, REFERENCES, a, place_in};
use super::context::{Context, Direction};
use super::families::Family;
use super::sink::Sink;
use super::stream::Goal;

pub(super) static RULE: Breaking = Breaking {
    rule: Rule {
        id: "breaking/reference-changed",
        severity: Severity::Error,
        summary: "a field names other aggregates than it did",
        explanation: include_str!("reference_changed.md"),
    },
    check,
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    for family in &context.families.both {
        let mut fields: Vec<String> = Vec::new();
        for reference in family.new.references.iter().chain(&family.old.references) {
            let field = reference.field.to_string();
            if !fields.contains(&field) {
                fields.push(field);
            }
        }
        for field in fields {
            one(context, sink, family, &field);
        }
    }
}

fn one(context: &Context<'_>, sink: &mut Sink<'_>, family: &Family<'_>, field: &str) {
    let families = &context.families;
    let named = |aggregate: &Aggregate| {
        let mut own = aggregate.references.iter().filter(|reference| reference.field.to_string() == field);
        own.next().map(|reference| reference.to.clone())
    };
    let (was, is) = (named(family.old), named(family.new));
    // That an aggregate type is gone is told of there.
    let is_gone = |name: &str| families.removed.iter().any(|(gone, now)| now.is_none() && gone.name == name);
    if was.as_deref().map(|was| families.now(was)) == is.as_deref() || was.as_deref().is_some_and(is_gone) {
        return;
    }
    // What is named may have to come to its end first.
    let of = |direction, name: &str, to: &Option<String>| {
        let alone = vec![name.to_owned()];
        let mut both = alone.clone();
        both.extend(to.iter().filter(|to| *to != name).cloned());
        let goal = Goal { rules: REFERENCES, place: Some(field.to_owned()), ..Goal::default() };
        let goals = [alone, both].map(|about| Goal { about, ..goal.clone() });
        (direction, goals.to_vec())
    };
    let backward = of(Direction::Backward, &family.old.name, &is);
    let forward = of(Direction::Forward, &family.new.name, &was);
    let name = &family.new.name;
    let (message, help, directions) = match (&was, &is) {
        (None, Some(is)) => (
            format!("`{field}` of `{name}` names {} now, and named nothing", a(is)),
            "let a new field of a new event type name it".to_owned(),
            vec![backward],
        ),
        (Some(was), None) => (
            format!("`{field}` of `{name}` names no `{was}` any more"),
            format!("`{{ field = \"{field}\", to = \"{was}\" }}`"),
            vec![forward],
        ),
        (Some(was), Some(is)) => (
            format!("`{field}` of `{name}` names {} now, not {}", a(is), a(was)),
            format!("`{{ field = \"{field}\", to = \"{was}\" }}`, and another field for {}", a(is)),
            vec![backward, forward],
        ),
        (None, None) => return,
    };
    let target = place_in(context, name, |written| {
        written.references.iter().map(|reference| &reference.field).find(|own| own.as_str() == field)
    });
    Changed { target, message, help, ways: directions }.report(context, sink);
}
