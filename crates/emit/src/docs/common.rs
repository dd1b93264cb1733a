//! What all events have in common: the envelope, and which field plays which role.

use super::field_table;
use super::markdown::{Page, Table, code, file_link, prose};
use super::view::{View, place};

pub(super) fn write(view: &View<'_>, page: &mut Page) {
    page.heading(2, view.common_heading());
    if let Some((fields, schema)) = view.envelope.as_ref().zip(view.catalog.envelope()) {
        if let Some(description) = schema.keyword("description").and_then(|value| value.as_str()) {
            page.paragraph(&prose(description));
        }
        let path = &schema.document().path;
        page.paragraph(&format!("Schema: {}.", file_link(&code(path), path)));
        let all: Vec<_> = fields.list.iter().collect();
        page.table(&field_table::all(&all));
        field_table::write_notes(&all, &fields.rules, page);
    } else {
        page.paragraph(
            "This catalog has no envelope: the fields of an event type are all in its own tables.",
        );
    }
    let roles = roles(view);
    if !roles.is_empty() {
        page.paragraph("These fields play the same role in every event that has them:");
        page.table(&roles);
    }
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
