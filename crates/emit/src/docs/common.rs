//! What all events have in common: the envelope, and which field plays which role.

use super::field_table;
use super::markdown::{Table, code, file_link, paragraph, prose};
use super::view::{View, place};

pub(super) fn section(view: &View<'_>) -> String {
    let mut out = format!("\n## {}\n\n", view.common_heading());
    let roles = roles(view);
    let Some((fields, schema)) = view.envelope.as_ref().zip(view.catalog.envelope()) else {
        out.push_str(&paragraph(
            "This catalog has no envelope: the fields of an event type are all in its own tables.",
        ));
        if !roles.is_empty() {
            out.push_str("\nThese fields play the same role in every event that has them:\n\n");
            out.push_str(&roles.render());
        }
        return out;
    };
    if let Some(description) = schema.keyword("description").and_then(|value| value.as_str()) {
        out.push_str(&format!("{}\n", paragraph(&prose(description))));
    }
    let path = &schema.document().path;
    out.push_str(&format!("{}\n", paragraph(&format!("Schema: {}.", file_link(&code(path), path)))));
    let all: Vec<_> = fields.list.iter().collect();
    out.push_str(&field_table::all(&all));
    out.push_str(&field_table::notes(&all, &fields.rules));
    if !roles.is_empty() {
        out.push_str("\nThese fields play a role in every event that has them:\n\n");
        out.push_str(&roles.render());
    }
    out
}

fn roles(view: &View<'_>) -> Table {
    let roles = &view.catalog.roles;
    let mut table = Table::new(["role", "field"]);
    for (role, pointer) in [
        ("event type", &roles.event_name),
        ("id of the event", &roles.event_id),
        ("when it happened", &roles.occurred_at),
        ("who caused it", &roles.actor),
        ("type of the aggregate", &roles.aggregate_type),
        ("id of the aggregate", &roles.aggregate_id),
        ("version of the event type", &roles.version),
        ("idempotency key: the same for every delivery of one logical event", &roles.idempotency_key),
        ("scope: whose event it is", &roles.scope),
    ] {
        if let Some(pointer) = pointer {
            table.row([role.to_owned(), place(pointer)]);
        }
    }
    table
}
