//! The manifest: an entry for the new event type and its transitions. Comments, order and everything else stay.

use tidings_catalog::{Aggregate, Catalog, Effect};
use toml_edit::{Array, ArrayOfTables, DocumentMut, InlineTable, Item, Table, TableLike, Value, value};

use super::place::Plan;
use crate::Error;
use crate::error::Kind;
use crate::names::words;

/// The manifest with the new event type behind its family's others.
pub(super) fn with_event(
    manifest: &str,
    catalog: &Catalog,
    plan: &Plan<'_>,
    schema: &str,
) -> Result<String, Error> {
    let unreadable =
        |error: toml_edit::TomlError| Kind::result(format!("the manifest can't be read: {error}"));
    let mut document: DocumentMut = manifest.parse().map_err(unreadable)?;
    add_event(&mut document, catalog, plan, schema)?;
    if let Some(aggregate) = plan.aggregate {
        let tables = document.get_mut("aggregates").and_then(Item::as_table_like_mut);
        let table =
            tables.and_then(|tables| tables.get_mut(&aggregate.name)).and_then(Item::as_table_like_mut);
        let table = table.ok_or_else(|| Kind::result("the manifest has no table of the aggregate"))?;
        add_transitions(table, plan);
    }
    let out = document.to_string();
    Ok(if manifest.contains("\r\n") { out.replace("\r\n", "\n").replace('\n', "\r\n") } else { out })
}

fn add_event(
    document: &mut DocumentMut,
    catalog: &Catalog,
    plan: &Plan<'_>,
    schema: &str,
) -> Result<(), Error> {
    let family = plan.aggregate.map(|aggregate| aggregate.name.as_str());
    let neighbour =
        catalog.event_types.values().rfind(|event_type| event_type.aggregate.as_deref() == family);
    let neighbour = neighbour.or(catalog.event_types.values().next_back());
    let events = document.get_mut("events").and_then(Item::as_table_like_mut);
    let events = events.ok_or_else(|| Kind::result("the manifest has no table of the event types"))?;
    let neighbour = neighbour.and_then(|event_type| events.get(&event_type.name));

    let mut entry: Vec<(&str, Value)> = vec![("schema", schema.into()), ("version", 1.into())];
    if let Some(family) = family {
        entry.push(("aggregate", family.into()));
    }
    entry.push(("purpose", plan.purpose.as_str().into()));
    let invariants = invariants(catalog, plan);
    if !invariants.is_empty() {
        entry.push(("invariants", Value::Array(invariants_array(&invariants))));
    }

    if let Some(Item::Value(_)) = neighbour {
        let mut table: InlineTable = entry.into_iter().collect();
        table.fmt();
        events.insert(&plan.name, Item::Value(Value::InlineTable(table)));
        return Ok(());
    }
    let mut table = Table::new();
    for (key, item) in entry {
        table.insert(key, value(item));
    }
    // Tables are written in the order of their positions, those of the same in the order in which they were put in.
    table.set_position(neighbour.and_then(Item::as_table).and_then(Table::position));
    table.decor_mut().set_prefix("\n");
    events.insert(&plan.name, Item::Table(table));
    Ok(())
}

fn invariants_array(invariants: &[String]) -> Array {
    let mut array: Array = invariants.iter().map(String::as_str).collect();
    if invariants.len() > 1 {
        for item in array.iter_mut() {
            item.decor_mut().set_prefix("\n  ");
        }
        array.set_trailing("\n");
        array.set_trailing_comma(true);
    }
    array
}

fn add_transitions(table: &mut dyn TableLike, plan: &Plan<'_>) {
    let entries = plan.effects.iter().map(|effect| entry(&plan.name, effect));
    match table.get_mut("transitions") {
        Some(Item::ArrayOfTables(tables)) => push_tables(tables, entries),
        Some(Item::Value(Value::Array(array))) => entries.for_each(|entry| push(array, entry)),
        _ => {
            let mut array = Array::new();
            entries.for_each(|entry| push(&mut array, entry));
            table.insert("transitions", value(array));
        }
    }
}

fn entry(name: &str, effect: &Effect) -> InlineTable {
    let states = |states: &[String]| Value::Array(states.iter().map(String::as_str).collect());
    let mut entry = InlineTable::new();
    entry.insert("event", name.into());
    match effect {
        Effect::Creates(state) => {
            entry.insert("creates", state.as_str().into());
        }
        Effect::Moves { from, to } => {
            entry.insert("from", states(from));
            entry.insert("to", to.as_str().into());
        }
        Effect::Keeps { from } => {
            entry.insert("from", states(from));
        }
    }
    entry
}

fn push_tables(tables: &mut ArrayOfTables, entries: impl Iterator<Item = InlineTable>) {
    let position = tables.iter().last().and_then(Table::position);
    for entry in entries {
        let mut table = entry.into_table();
        table.set_position(position);
        table.decor_mut().set_prefix("\n");
        tables.push(table);
    }
}

/// Puts an entry at the end of an array, on a line of its own if the others have one.
fn push(array: &mut Array, entry: InlineTable) {
    let was_empty = array.is_empty();
    let last = array.iter_mut().last();
    let prefix =
        last.as_ref().and_then(|last| last.decor().prefix()?.as_str()).unwrap_or_default().to_owned();
    // Without a comma behind it, what follows the last entry is its own.
    let mut behind = String::new();
    if let Some(last) = last {
        behind.push_str(last.decor().suffix().and_then(|suffix| suffix.as_str()).unwrap_or_default());
        last.decor_mut().set_suffix("");
    }
    behind.push_str(array.trailing().as_str().unwrap_or_default());
    let mut item = Value::InlineTable(entry);
    if was_empty || behind.contains('\n') || prefix.contains('\n') {
        let indent = prefix.rsplit_once('\n').map_or("  ", |(_, indent)| indent);
        // A comment behind the last entry stays behind it.
        item.decor_mut().set_prefix(format!("{}\n{indent}", behind.trim_end()));
        array.set_trailing(format!("\n{}", behind.rsplit_once('\n').map_or("", |(_, closing)| closing)));
        array.set_trailing_comma(true);
    } else {
        item.decor_mut().set_prefix(if prefix.is_empty() && !array.is_empty() { " " } else { &prefix });
        array.set_trailing(behind);
    }
    item.decor_mut().set_suffix("");
    array.push_formatted(item);
}

/// What always holds for the new event type, as far as its place says it; nothing where the family's others say nothing.
fn invariants(catalog: &Catalog, plan: &Plan<'_>) -> Vec<String> {
    let Some(aggregate) = plan.aggregate else { return Vec::new() };
    let mut family = catalog
        .event_types
        .values()
        .filter(|event_type| event_type.aggregate.as_ref() == Some(&aggregate.name));
    if family.all(|event_type| event_type.invariants.is_empty()) {
        return Vec::new();
    }
    let noun = words(&aggregate.name).join(" ");
    let id = aggregate.id.last().unwrap_or_default();
    let mut invariants = Vec::new();
    if let Some(role) =
        catalog.roles.aggregate_id.as_ref().and_then(|role| role.last()).filter(|role| *role != id)
    {
        invariants.push(format!("`{role}` equals `{id}`."));
    }
    invariants.extend(plan.effects.iter().map(|effect| what_holds(effect, aggregate, &noun)));
    let creates = plan.effects.iter().any(|effect| matches!(effect, Effect::Creates(_)));
    if creates {
        invariants.push(format!("No other {noun} has or ever had this `{id}`."));
    } else if let Some(scope) =
        catalog.roles.scope.as_ref().and_then(|scope| scope.last()).filter(|scope| *scope != id)
    {
        invariants.push(format!("`{scope}` is the same in every event of the {noun}."));
    }
    invariants
}

fn what_holds(effect: &Effect, aggregate: &Aggregate, noun: &str) -> String {
    let from = alternatives(effect.from());
    match effect {
        Effect::Creates(state) => format!("The {noun} is {state} from now on."),
        Effect::Keeps { .. } => format!("The {noun} is {from}, and stays so."),
        Effect::Moves { to, .. } => {
            let end = if aggregate.final_states.contains(to) { ", which is final" } else { "" };
            format!("The {noun} is {from}; afterwards it is {to}{end}.")
        }
    }
}

fn alternatives(states: &[String]) -> String {
    match states.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => states.concat(),
    }
}
