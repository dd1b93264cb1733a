//! The head of the page, with every event type in one table, and its last section.

use super::fields::all_of;
use super::markdown::{Table, bullet, code, paragraph, prose};
use super::view::{EVENT_TYPES, VERSIONS, View};

pub(super) fn section(view: &View<'_>) -> String {
    let catalog = view.catalog;
    let count = |number: usize, noun: &str| format!("{number} {noun}{}", if number == 1 { "" } else { "s" });
    let about = match catalog.aggregates.len() {
        0 => String::new(),
        number => format!(" about {}", count(number, "aggregate")),
    };
    let mut out = "<!-- Made by Tidings from catalog.toml, the schemas and the samples: `cargo xtask gen`. Don't edit. -->\n\n".to_owned();
    out.push_str(&format!("# {}\n\n", prose(&catalog.title)));
    out.push_str(&paragraph(&format!(
        "The reference of the catalog {}, version {}: {}{about}.",
        code(&catalog.name),
        prose(&catalog.version),
        count(catalog.event_types.len(), "event type"),
    )));
    out.push_str(&format!("\n{}", paragraph(&contents(view))));
    out.push_str(&format!("\n## {EVENT_TYPES}\n\n"));
    let mut table = Table::new(["event type", "aggregate", "purpose"]);
    for (family, event) in view.events() {
        let aggregate =
            family.aggregate.map_or_else(String::new, |aggregate| view.aggregate_link(&aggregate.name));
        table.row([view.event_link(&event.event_type.name), aggregate, prose(&event.event_type.purpose)]);
    }
    out.push_str(&table.render());
    out
}

/// Links to the sections, in one line.
fn contents(view: &View<'_>) -> String {
    let link = |(heading, anchor): &(String, String)| format!("[{}](#{anchor})", prose(heading));
    let links: Vec<String> = view.sections.iter().map(link).collect();
    format!("On this page: {}.", all_of(&links))
}

/// How the catalog changes.
pub(super) fn versions() -> String {
    let mut out = format!("\n## {VERSIONS}\n\n");
    out.push_str(&bullet(
        "A compatible change raises the version of the event type. A breaking change is a new event type. Names of event \
         types and fields never change and are never used again.",
    ));
    out.push_str(&bullet(
        "Producers write only the fields that are listed here. Consumers ignore those that they don't know.",
    ));
    out
}
