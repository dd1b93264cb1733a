//! One aggregate: what it is, what it refers to, and its lifecycle as a table and a diagram.

use tidings_catalog::{Aggregate, Effect};

use super::fields::{Path, all_of};
use super::markdown::{Table, bullet, code, paragraph, prose};
use super::view::{Family, View, place};

pub(super) fn section(view: &View<'_>, family: &Family<'_>) -> String {
    let mut out = format!("\n## {}\n", prose(&family.heading));
    let Some(aggregate) = family.aggregate else {
        out.push_str(&format!(
            "\n{}",
            paragraph("Events that are about no aggregate: they may happen at any time.")
        ));
        return out;
    };
    if let Some(description) = &aggregate.description {
        out.push_str(&format!("\n{}", paragraph(&prose(description))));
    }
    out.push_str(&format!("\n{}", facts(view, aggregate)));
    out.push_str(&references(view, family, aggregate));
    if !aggregate.transitions.is_empty() {
        out.push_str(&lifecycle(view, aggregate));
        out.push_str(&format!("\n```mermaid\n{}```\n", diagram(aggregate)));
    }
    out
}

fn facts(view: &View<'_>, aggregate: &Aggregate) -> String {
    let name = prose(&aggregate.name);
    let codes = |states: &[String]| all_of(&states.iter().map(|state| code(state)).collect::<Vec<_>>());
    let mut out = bullet(&format!("**Id:** {} in every event of the family.", place(&aggregate.id)));
    let mut states = format!("**States:** {}.", codes(&aggregate.states));
    if aggregate.live.is_empty() {
        states.push_str(" None is live: nothing new may refer to it.");
    } else {
        states
            .push_str(&format!(" Live, so that something new may refer to it: {}.", codes(&aggregate.live)));
    }
    if aggregate.final_states.is_empty() {
        states.push_str(" None is final.");
    } else {
        states.push_str(&format!(
            " Final, so that nothing happens to it any more: {}.",
            codes(&aggregate.final_states)
        ));
    }
    out.push_str(&bullet(&states));
    if !aggregate.identity.is_empty() {
        let fields: Vec<String> = aggregate.identity.iter().map(place).collect();
        let among = if aggregate.final_states.is_empty() { "" } else { " that is not in a final state" };
        out.push_str(&bullet(&format!(
            "**Identity:** at most one {name}{among} has the same {}.",
            all_of(&fields)
        )));
    }
    for set in &aggregate.members {
        let field = place(&set.field);
        let (add, remove) = (view.event_link(&set.add), view.event_link(&set.remove));
        out.push_str(&bullet(&format!(
            "**Members:** {add} adds {field} to its {}, {remove} removes it. Nothing is added twice or removed before it was added.",
            prose(&set.name),
        )));
    }
    out
}

/// Which fields name other aggregates.
fn references(view: &View<'_>, family: &Family<'_>, aggregate: &Aggregate) -> String {
    let mut table = Table::new(["field", "refers to", "in"]);
    for reference in &aggregate.references {
        let field = Path::from(&reference.field);
        let having: Vec<String> = family
            .events
            .iter()
            .filter(|event| event.fields.get(&field).is_some())
            .map(|event| view.event_link(&event.event_type.name))
            .collect();
        let having = if having.len() == family.events.len() && having.len() > 1 {
            "every event of the family".to_owned()
        } else {
            all_of(&having)
        };
        table.row([place(&reference.field), view.aggregate_link(&reference.to), having]);
    }
    if table.is_empty() {
        return String::new();
    }
    let scope = if view.catalog.roles.scope.is_some() { " and have the same scope" } else { "" };
    let text = format!(
        "**References:** what a field refers to must exist{scope}; when the event creates its own aggregate, it must be live.",
    );
    format!("\n{}\n{}", paragraph(&text), table.render())
}

/// Which event leads from which state to which.
fn lifecycle(view: &View<'_>, aggregate: &Aggregate) -> String {
    let mut head = vec!["event type".to_owned(), "new".to_owned()];
    head.extend(aggregate.states.iter().map(|state| code(state)));
    let mut table = Table::new(head);
    let mut events: Vec<&str> = Vec::new();
    for transition in &aggregate.transitions {
        if !events.contains(&transition.event.as_str()) {
            events.push(&transition.event);
        }
    }
    for event in events {
        let effects: Vec<&Effect> = aggregate
            .transitions
            .iter()
            .filter(|transition| transition.event == event)
            .map(|t| &t.effect)
            .collect();
        let created = effects.iter().find_map(|effect| match effect {
            Effect::Creates(state) => Some(code(state)),
            _ => None,
        });
        let mut row = vec![view.event_link(event), created.unwrap_or_default()];
        row.extend(aggregate.states.iter().map(|state| {
            effects.iter().find(|effect| effect.from().contains(state)).map_or_else(String::new, |effect| {
                match effect {
                    Effect::Moves { to, .. } => code(to),
                    _ => "stays".to_owned(),
                }
            })
        }));
        table.row(row);
    }
    format!(
        "\n**Lifecycle:** the state after each event, by the state before it. Where there is –, or no column, it isn't allowed.\n\n{}",
        table.render()
    )
}

/// The same as a Mermaid state diagram, without the events that keep the state.
fn diagram(aggregate: &Aggregate) -> String {
    let mut out = "stateDiagram-v2\n".to_owned();
    let id = |state: &str| {
        let at = aggregate.states.iter().position(|known| known == state).unwrap_or_default();
        if is_plain(state) { state.to_owned() } else { format!("state_{at}") }
    };
    for state in aggregate.states.iter().filter(|state| !is_plain(state)) {
        out.push_str(&format!("    state \"{}\" as {}\n", label(state), id(state)));
    }
    let mut edges: Vec<(String, String, Vec<&str>)> = Vec::new();
    for transition in &aggregate.transitions {
        let arrows: Vec<(String, String)> = match &transition.effect {
            Effect::Creates(state) => vec![("[*]".to_owned(), id(state))],
            Effect::Moves { from, to } => from.iter().map(|from| (id(from), id(to))).collect(),
            Effect::Keeps { .. } => Vec::new(),
        };
        for (from, to) in arrows {
            match edges.iter_mut().find(|(a, b, _)| *a == from && *b == to) {
                Some((_, _, events)) => events.push(&transition.event),
                None => edges.push((from, to, vec![&transition.event])),
            }
        }
    }
    for (from, to, events) in edges {
        let events: Vec<String> = events.into_iter().map(label).collect();
        out.push_str(&format!("    {from} --> {to}: {}\n", events.join(", ")));
    }
    for state in &aggregate.final_states {
        out.push_str(&format!("    {} --> [*]\n", id(state)));
    }
    out
}

/// Whether a state's name can stand in a diagram as it is.
fn is_plain(state: &str) -> bool {
    let reserved = [
        "as",
        "choice",
        "class",
        "classdef",
        "default",
        "direction",
        "end",
        "fork",
        "hide",
        "join",
        "note",
        "scale",
        "state",
        "style",
    ];
    state.starts_with(|c: char| c.is_ascii_alphabetic())
        && state.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !reserved.contains(&state.to_lowercase().as_str())
        && !state.starts_with("state_")
}

/// Text in a diagram. Mermaid writes characters that mean something to it as `#` and their number.
fn label(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if c.is_alphanumeric() || "._- ".contains(c) {
            out.push(c);
        } else {
            out.push_str(&format!("#{};", u32::from(c)));
        }
    }
    out
}
