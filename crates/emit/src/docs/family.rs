//! One aggregate: what it is, and what it refers to.

use tidings_catalog::Aggregate;

use super::fields::{Path, all_of};
use super::lifecycle;
use super::markdown::{Page, Table, code, prose};
use super::view::{Family, View, place};

pub(super) fn write(view: &View<'_>, family: &Family<'_>, page: &mut Page) {
    page.heading(2, &prose(&family.heading));
    let Some(aggregate) = family.aggregate else {
        page.paragraph("Events that are about no aggregate: they may happen at any time.");
        return;
    };
    if let Some(description) = &aggregate.description {
        page.paragraph(&prose(description));
    }
    page.list(&facts(view, aggregate));
    let references = references(view, family, aggregate);
    if !references.is_empty() {
        let scope = if view.catalog.roles.scope.is_some() { " and have the same scope" } else { "" };
        page.paragraph(&format!(
            "**References:** what a field refers to must exist{scope}; when the event creates its own aggregate, it must \
             be live."
        ));
        page.table(&references);
    }
    lifecycle::write(view, aggregate, page);
}

fn facts(view: &View<'_>, aggregate: &Aggregate) -> Vec<String> {
    let codes = |states: &[String]| all_of(&states.iter().map(|state| code(state)).collect::<Vec<_>>());
    let live = match aggregate.live.as_slice() {
        [] => "None is live: nothing new may refer to it.".to_owned(),
        live => format!("Live, so that something new may refer to it: {}.", codes(live)),
    };
    let finals = match aggregate.final_states.as_slice() {
        [] => "None is final.".to_owned(),
        finals => format!("Final, so that nothing happens to it any more: {}.", codes(finals)),
    };
    let mut facts = vec![
        format!("**Id:** {} in every event of the family.", place(&aggregate.id)),
        format!("**States:** {}. {live} {finals}", codes(&aggregate.states)),
    ];
    if !aggregate.identity.is_empty() {
        let fields: Vec<String> = aggregate.identity.iter().map(place).collect();
        let among = if aggregate.final_states.is_empty() { "" } else { " that is not in a final state" };
        let name = prose(&aggregate.name);
        facts.push(format!("**Identity:** at most one {name}{among} has the same {}.", all_of(&fields)));
    }
    for set in &aggregate.members {
        let (add, remove) = (view.event_link(&set.add), view.event_link(&set.remove));
        facts.push(format!(
            "**Members:** {add} adds {} to its {}, {remove} removes it. Nothing is added twice or removed before it was \
             added.",
            place(&set.field),
            prose(&set.name),
        ));
    }
    facts
}

/// Which fields name other aggregates, and in which events.
fn references(view: &View<'_>, family: &Family<'_>, aggregate: &Aggregate) -> Table {
    let mut table = Table::new(["field", "refers to", "in"]);
    for reference in &aggregate.references {
        let field = Path::from(&reference.field);
        let having = family.events.iter().filter(|event| event.fields.get(&field).is_some());
        let having: Vec<String> = having.map(|event| view.event_link(&event.kind.name)).collect();
        let having = if having.len() == family.events.len() && having.len() > 1 {
            "every event of the family".to_owned()
        } else {
            all_of(&having)
        };
        table.row([place(&reference.field), view.aggregate_link(&reference.to), having]);
    }
    table
}
