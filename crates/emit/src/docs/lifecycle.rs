//! A lifecycle as a table, state by state, and as a diagram.

use std::fmt::Write as _;

use tidings_catalog::{Aggregate, Effect};

use super::markdown::{Page, Table, code};
use super::view::View;

/// What Mermaid would take for a word of its own.
const RESERVED: [&str; 14] = [
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

pub(super) fn write(view: &View<'_>, aggregate: &Aggregate, page: &mut Page) {
    if aggregate.transitions.is_empty() {
        return;
    }
    page.paragraph(
        "**Lifecycle:** the state after each event, by the state before it. Where there is –, or no column, it isn't \
         allowed.",
    );
    page.table(&table(view, aggregate).compact());
    page.fence("mermaid", &diagram(aggregate));
}

/// A row for each event type, a column for each state.
fn table(view: &View<'_>, aggregate: &Aggregate) -> Table {
    let mut head = vec!["event type".to_owned(), "new".to_owned()];
    head.extend(aggregate.states.iter().map(|state| code(state)));
    let mut table = Table::new(head);
    let mut told: Vec<&str> = Vec::new();
    for transition in &aggregate.transitions {
        let event = transition.event.as_str();
        if told.contains(&event) {
            continue;
        }
        told.push(event);
        let effects: Vec<&Effect> = aggregate
            .transitions
            .iter()
            .filter(|other| other.event == event)
            .map(|other| &other.effect)
            .collect();
        let created = effects.iter().find_map(|effect| match effect {
            Effect::Creates(state) => Some(code(state)),
            _ => None,
        });
        let mut row = vec![view.event_link(event), created.unwrap_or_default()];
        row.extend(aggregate.states.iter().map(|state| {
            match effects.iter().find(|effect| effect.from().contains(state)) {
                Some(Effect::Moves { to, .. }) => code(to),
                Some(_) => "stays".to_owned(),
                None => String::new(),
            }
        }));
        table.row(row);
    }
    table
}

/// The same as a Mermaid state diagram, without the events that keep the state.
fn diagram(aggregate: &Aggregate) -> String {
    let id = |state: &str| {
        let at = aggregate.states.iter().position(|known| known == state).unwrap_or_default();
        if is_plain(state) { state.to_owned() } else { format!("state_{at}") }
    };
    let mut out = "stateDiagram-v2\n".to_owned();
    for state in aggregate.states.iter().filter(|state| !is_plain(state)) {
        let _ = writeln!(out, "    state \"{}\" as {}", label(state), id(state));
    }
    let mut edges: Vec<(String, String, Vec<String>)> = Vec::new();
    for transition in &aggregate.transitions {
        let arrows: Vec<(String, String)> = match &transition.effect {
            Effect::Creates(state) => vec![("[*]".to_owned(), id(state))],
            Effect::Moves { from, to } => from.iter().map(|from| (id(from), id(to))).collect(),
            Effect::Keeps { .. } => Vec::new(),
        };
        for (from, to) in arrows {
            match edges.iter_mut().find(|(a, b, _)| *a == from && *b == to) {
                Some((_, _, events)) => events.push(label(&transition.event)),
                None => edges.push((from, to, vec![label(&transition.event)])),
            }
        }
    }
    for (from, to, events) in edges {
        let _ = writeln!(out, "    {from} --> {to}: {}", events.join(", "));
    }
    for state in &aggregate.final_states {
        let _ = writeln!(out, "    {} --> [*]", id(state));
    }
    out
}

/// Whether a state's name can stand in a diagram as it is.
fn is_plain(state: &str) -> bool {
    state.starts_with(|c: char| c.is_ascii_alphabetic())
        && state.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !state.starts_with("state_")
        && !RESERVED.contains(&state.to_lowercase().as_str())
}

/// Text in a diagram. Mermaid writes characters that mean something to it as `#` and their number.
fn label(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if c.is_alphanumeric() || "._- ".contains(c) {
            out.push(c);
        } else {
            let _ = write!(out, "#{};", u32::from(c));
        }
    }
    out
}
