//! The head of the page, with every event type in one table, and its last section.

use super::fields::all_of;
use super::markdown::{Page, Table, code, prose};
use super::view::{EVENT_TYPES, VERSIONS, View};

pub(super) fn write(view: &View<'_>, page: &mut Page) {
    let catalog = view.catalog;
    page.comment(
        "Made by Tidings from catalog.toml, the schemas and the samples. Don't edit: `tidings lint --fix` makes it anew.",
    );
    page.heading(1, &prose(&catalog.title));
    let about = match catalog.aggregates.len() {
        0 => String::new(),
        number => format!(" about {}", counted(number, "aggregate")),
    };
    page.paragraph(&format!(
        "The reference of the catalog {}, version {}: {}{about}.",
        code(&catalog.name),
        prose(&catalog.version),
        counted(catalog.event_types.len(), "event type"),
    ));
    let link = |(heading, anchor): &(String, String)| format!("[{}](#{anchor})", prose(heading));
    page.paragraph(&format!(
        "On this page: {}.",
        all_of(&view.sections.iter().map(link).collect::<Vec<_>>())
    ));

    page.heading(2, EVENT_TYPES);
    let mut table = Table::new(["event type", "aggregate", "purpose"]);
    for (family, event) in view.events() {
        let aggregate = family.aggregate.map(|aggregate| view.aggregate_link(&aggregate.name));
        table.row([
            view.event_link(&event.kind.name),
            aggregate.unwrap_or_default(),
            prose(&event.kind.purpose),
        ]);
    }
    page.table(&table);
}

/// How the catalog changes.
pub(super) fn write_versions(page: &mut Page) {
    page.heading(2, VERSIONS);
    page.list(&[
        "A compatible change raises the version of the event type. A breaking change is a new event type. Names of event \
         types and fields never change and are never used again.",
        "Producers write only the fields that are listed here. Consumers ignore those that they don't know.",
    ]);
}

fn counted(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}
