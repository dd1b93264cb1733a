//! `breaking/members-changed`: a set of members is kept otherwise.

use tidings_catalog::{Catalog, MemberSet};
use tidings_finding::{Rule, Severity};

use super::Breaking;
use super::behaviour::{Changed, place_in};
use super::context::{Context, Direction};
use super::families::Family;
use super::sink::Sink;
use super::stream::Goal;

pub(super) static RULE: Breaking = Breaking {
    rule: Rule {
        id: "breaking/members-changed",
        severity: Severity::Error,
        summary: "a set of members is kept otherwise",
        explanation: include_str!("members_changed.md"),
    },
    check,
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    for family in &context.families.both {
        let (old, new) = (&family.old.members, &family.new.members);
        // What a set is called is for people.
        let changed =
            |set: &&MemberSet, others: &[MemberSet]| others.iter().all(|other| !is_same(set, other));
        let gone: Vec<&MemberSet> = old.iter().filter(|set| changed(set, new)).collect();
        let added = new.iter().filter(|set| changed(set, old));
        for set in added {
            let was = gone.iter().find(|gone| gone.name == set.name);
            let (old, new) = (was.copied(), Some(set));
            report(context, sink, family, old, new);
        }
        for set in gone.into_iter().filter(|gone| new.iter().all(|set| set.name != gone.name)) {
            report(context, sink, family, Some(set), None);
        }
    }
}

fn report(
    context: &Context<'_>,
    sink: &mut Sink<'_>,
    family: &Family<'_>,
    old: Option<&MemberSet>,
    new: Option<&MemberSet>,
) {
    let is_known = |catalog: &Catalog, set: &MemberSet| {
        [&set.add, &set.remove].into_iter().all(|event| catalog.event_types.contains_key(event))
    };
    // What follows from event types that are gone is told of there; new ones may do what they like.
    if old.is_some_and(|set| !is_known(&context.new.catalog, set))
        || old.is_none() && new.is_some_and(|set| !is_known(&context.old.catalog, set))
    {
        return;
    }
    let way = |direction, name: &str| {
        let rules = &["lifecycle/membership"];
        (direction, vec![Goal { about: vec![name.to_owned()], rules, ..Goal::default() }])
    };
    let backward = way(Direction::Backward, &family.old.name);
    let forward = way(Direction::Forward, &family.new.name);
    let Some(set) = new.or(old) else { return };
    let what = format!("the set `{}` of `{}`", set.name, family.new.name);
    let (message, ways) = match (old, new) {
        (None, _) => (
            format!("{what} is new: nobody is added twice any more, or removed who is not in"),
            vec![backward],
        ),
        (_, None) => (format!("{what} is no longer there"), vec![forward]),
        _ => (
            format!("{what} has its members at another place, or from other events"),
            vec![backward, forward],
        ),
    };
    let help = old.map_or_else(
        || "let new event types add and remove members".to_owned(),
        |old| {
            let (name, field, add, remove) = (&old.name, &old.field, &old.add, &old.remove);
            format!("`{{ name = \"{name}\", field = \"{field}\", add = \"{add}\", remove = \"{remove}\" }}`")
        },
    );
    let target = place_in(context, &family.new.name, |written| {
        written.members.iter().find(|own| own.name == set.name).map(|own| &own.field)
    });
    Changed { target, message, help, ways }.report(context, sink);
}

fn is_same(set: &MemberSet, other: &MemberSet) -> bool {
    (&set.field, &set.add, &set.remove) == (&other.field, &other.add, &other.remove)
}
