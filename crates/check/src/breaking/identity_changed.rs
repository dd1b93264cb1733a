//! `breaking/identity-changed`: what identifies an aggregate changed.

use std::collections::BTreeSet;

use tidings_finding::{Rule, Severity};

use super::Breaking;
use super::behaviour::{Changed, a, list, place_in};
use super::context::{Context, Direction};
use super::sink::Sink;
use super::stream::Goal;

pub(super) static RULE: Breaking = Breaking {
    rule: Rule {
        id: "breaking/identity-changed",
        severity: Severity::Error,
        summary: "what identifies an aggregate changed",
        explanation: include_str!("identity_changed.md"),
    },
    check,
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    for family in &context.families.both {
        let set = |places: &[tidings_json::Pointer]| {
            places.iter().map(ToString::to_string).collect::<BTreeSet<_>>()
        };
        let (old, new) = (set(&family.old.identity), set(&family.new.identity));
        if old == new {
            continue;
        }
        let way = |direction, name: &str| {
            let rules = &["lifecycle/identity-taken"];
            let goal = Goal { about: vec![name.to_owned()], twice: true, rules, ..Goal::default() };
            (direction, vec![goal])
        };
        let backward = way(Direction::Backward, &family.old.name);
        let forward = way(Direction::Forward, &family.new.name);
        // The more places, the fewer are the same; no places, and none is.
        let ways = if new.is_empty() || !old.is_empty() && new.is_superset(&old) {
            vec![forward]
        } else if old.is_empty() || new.is_subset(&old) {
            vec![backward]
        } else {
            vec![backward, forward]
        };
        let name = a(&family.new.name);
        let message = if new.is_empty() {
            format!("nothing identifies {name} any more, which {} did", and(&old))
        } else if old.is_empty() {
            format!("{} now, and nothing did", identify(&new, &name))
        } else {
            format!("{} now, which {} did", identify(&new, &name), and(&old))
        };
        let places = old.iter().map(|place| format!("\"{place}\"")).collect::<Vec<_>>().join(", ");
        Changed {
            target: place_in(context, &family.new.name, |written| written.identity.first()),
            message,
            help: format!("`identity = [{places}]`, or a new aggregate type with new event types"),
            ways,
        }
        .report(context, sink);
    }
}

fn identify(places: &BTreeSet<String>, name: &str) -> String {
    format!("{} {} {name}", and(places), if places.len() == 1 { "identifies" } else { "identify" })
}

fn and(places: &BTreeSet<String>) -> String {
    list(places.iter().map(String::as_str), "and")
}
