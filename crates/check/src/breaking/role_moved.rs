//! `breaking/role-moved`: what plays a role in events stands elsewhere.

use tidings_catalog::manifest::{Key, Manifest};
use tidings_catalog::{Catalog, MANIFEST, Roles};
use tidings_finding::{Rule, Severity};
use tidings_json::Pointer;

use super::Breaking;
use super::behaviour::{ANY, Changed, REFERENCES, a, place_in};
use super::context::{Context, Direction};
use super::sink::Sink;
use super::stream::Goal;
use crate::lint::support::Target;

pub(super) static RULE: Breaking = Breaking {
    rule: Rule {
        id: "breaking/role-moved",
        severity: Severity::Error,
        summary: "what plays a role in events stands elsewhere",
        explanation: include_str!("role_moved.md"),
    },
    check,
};

/// What the audit makes of a role.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    /// It tells what an event is.
    Name,
    /// It tells one event from another.
    Id,
    /// It tells whose an event is.
    Scope,
    /// Nothing that is an error.
    Nothing,
}

/// A role: its name, what it is used for, where a catalog has it, and where the manifest says so.
type Role = (&'static str, Use, fn(&Roles) -> Option<&Pointer>, fn(&Manifest) -> Option<&Key>);

const ROLES: [Role; 9] = [
    ("event_name", Use::Name, |own| own.event_name.as_ref(), |own| own.roles.event_name.as_ref()),
    ("event_id", Use::Id, |own| own.event_id.as_ref(), |own| own.roles.event_id.as_ref()),
    ("occurred_at", Use::Nothing, |own| own.occurred_at.as_ref(), |own| own.roles.occurred_at.as_ref()),
    ("actor", Use::Nothing, |own| own.actor.as_ref(), |own| own.roles.actor.as_ref()),
    ("aggregate_type", Use::Name, |own| own.aggregate_type.as_ref(), |own| own.roles.aggregate_type.as_ref()),
    ("aggregate_id", Use::Name, |own| own.aggregate_id.as_ref(), |own| own.roles.aggregate_id.as_ref()),
    ("version", Use::Nothing, |own| own.version.as_ref(), |own| own.roles.version.as_ref()),
    (
        "idempotency_key",
        Use::Nothing,
        |own| own.idempotency_key.as_ref(),
        |own| own.roles.idempotency_key.as_ref(),
    ),
    ("scope", Use::Scope, |own| own.scope.as_ref(), |own| own.roles.scope.as_ref()),
];

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    for (name, used, place, written) in ROLES {
        let (was, is) = (place(&context.old.catalog.roles), place(&context.new.catalog.roles));
        // A role that nothing is refused for takes nothing from anybody when it comes.
        if was == is || was.is_none() && used == Use::Nothing {
            continue;
        }
        let backward = || (Direction::Backward, goals(&context.old.catalog, used, is));
        let forward = || (Direction::Forward, goals(&context.new.catalog, used, was));
        let (message, directions) = match (was, is) {
            (Some(was), Some(is)) => {
                (format!("`{name}` stands at `{is}` now, not at `{was}`"), vec![backward(), forward()])
            }
            (None, Some(is)) => {
                (format!("`{name}` stands at `{is}` now, and stood nowhere"), vec![backward()])
            }
            (Some(was), None) => {
                // That nobody is refused for it makes no direction a better one.
                let both = if used == Use::Nothing { vec![backward(), forward()] } else { vec![forward()] };
                (format!("`{name}` stands nowhere any more, and stood at `{was}`"), both)
            }
            (None, None) => continue,
        };
        let target = context.manifest().and_then(written).map_or_else(|| Target::file(MANIFEST), Target::key);
        let help = was.map_or_else(
            || format!("leave `{name}` out of `[roles]`, or begin a new catalog"),
            |was| {
                format!("`{name} = \"{was}\"`; an envelope that is laid out otherwise is another catalog's")
            },
        );
        Changed { target, message, help, ways: directions }.report(context, sink);
    }
    for family in context.families.both.iter().filter(|family| family.old.id != family.new.id) {
        let (was, is) = (&family.old.id, &family.new.id);
        let of = |direction, name: &str| {
            (direction, vec![Goal { about: vec![name.to_owned()], rules: ANY, ..Goal::default() }])
        };
        Changed {
            target: place_in(context, &family.new.name, |written| Some(&written.id)),
            message: format!("the id of {} stands at `{is}` now, not at `{was}`", a(&family.new.name)),
            help: format!("`id = \"{was}\"`, or new event types that have it elsewhere"),
            ways: vec![of(Direction::Backward, &family.old.name), of(Direction::Forward, &family.new.name)],
        }
        .report(context, sink);
    }
}

/// What a stream of a catalog is to show that has a role elsewhere than the other side, which has it at `there`.
fn goals(catalog: &Catalog, used: Use, there: Option<&Pointer>) -> Vec<Goal> {
    let goal = match used {
        Use::Nothing => return Vec::new(),
        Use::Name => Goal { rules: ANY, ..Goal::default() },
        Use::Scope => Goal { rules: REFERENCES, scopes: true, ..Goal::default() },
        Use::Id => {
            let Some(there) = there else { return Vec::new() };
            Goal { rules: &["dedupe/event-id-conflict"], same: Some(there.to_string()), ..Goal::default() }
        }
    };
    let about = catalog.aggregates.keys().map(|name| vec![name.clone()]);
    about.map(|about| Goal { about, ..goal.clone() }).collect()
}
