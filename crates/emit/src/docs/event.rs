//! One event type: when it may happen, its fields, and what it looks like.

use tidings_catalog::{Effect, NearMiss};

use super::field_table;
use super::fields::{all_of, one_of};
use super::markdown::{Page, code, file_link, prose};
use super::view::{Event, OTHER_NEAR_MISSES, View};

pub(super) fn write(view: &View<'_>, event: &Event<'_>, page: &mut Page) {
    page.heading(3, &code(&event.kind.name));
    page.paragraph(&prose(&event.kind.purpose));
    let path = event.kind.schema_path.split('#').next().unwrap_or_default();
    let schema = file_link(&code(&event.kind.schema_path), path);
    page.paragraph(&format!("Version {}, schema {schema}.", event.kind.version));
    if !event.transitions.is_empty() {
        page.paragraph(&format!("**Transitions:** {}.", transitions(event)));
    }

    let fields = view.payload(event);
    for (title, table) in [
        ("Required fields", field_table::required(&fields)),
        ("Optional fields", field_table::optional(&fields)),
    ] {
        page.paragraph(&format!("**{title}:**{}", if table.is_empty() { " none." } else { "" }));
        page.table(&table);
    }
    field_table::write_notes(&fields, &event.fields.rules, page);

    if !event.kind.invariants.is_empty() {
        page.paragraph("**Invariants:**");
        page.list(&event.kind.invariants.iter().map(|invariant| prose(invariant)).collect::<Vec<_>>());
    }
    write_examples(event, page);
    if !event.near_misses.is_empty() {
        page.paragraph("**Near misses,** with the rules that they break:");
        page.list(&near_misses(&event.near_misses));
    }
}

/// What the event does to the state of its aggregate.
fn transitions(event: &Event<'_>) -> String {
    let states = |states: &[String]| one_of(&states.iter().map(|state| code(state)).collect::<Vec<_>>());
    let effects: Vec<String> = event
        .transitions
        .iter()
        .map(|transition| match &transition.effect {
            Effect::Creates(state) => format!("creates, in state {}", code(state)),
            Effect::Moves { from, to } => format!("{} → {}", states(from), code(to)),
            Effect::Keeps { from } => format!("keeps {}", states(from)),
        })
        .collect();
    effects.join("; ")
}

/// One example in full, and links to all.
fn write_examples(event: &Event<'_>, page: &mut Page) {
    let Some(((path, example), others)) = event.examples.split_first() else { return };
    let link = |path: &str| file_link(&code(file_name(path)), path);
    page.paragraph(&format!("**Example:** {}", link(path)));
    page.fence("json", &serde_json::to_string_pretty(&example.to_serde()).unwrap_or_default());
    let mut links: Vec<String> = Vec::new();
    for (other, _) in others.iter().filter(|(other, _)| other != path) {
        let link = link(other);
        if !links.contains(&link) {
            links.push(link);
        }
    }
    if !links.is_empty() {
        page.paragraph(&format!("**More examples:** {}.", all_of(&links)));
    }
}

/// The near misses that don't say of which event type they are.
pub(super) fn write_other_near_misses(view: &View<'_>, page: &mut Page) {
    if !view.other_near_misses.is_empty() {
        page.heading(2, OTHER_NEAR_MISSES);
        page.paragraph("These near misses are not JSON, or name no event type of the catalog.");
        page.list(&near_misses(&view.other_near_misses));
    }
}

/// Links to near misses, with the rules that each breaks.
fn near_misses(near_misses: &[&NearMiss]) -> Vec<String> {
    let told = near_misses.iter().map(|near_miss| {
        let mut rules: Vec<String> = Vec::new();
        for finding in near_miss.expected.iter().flatten() {
            let rule = code(&finding.rule);
            if !rules.contains(&rule) {
                rules.push(rule);
            }
        }
        let rules = if rules.is_empty() { String::new() } else { format!(": {}", all_of(&rules)) };
        let name = file_name(&near_miss.path).trim_end_matches(".json");
        format!("{}{rules}", file_link(&code(name), &near_miss.path))
    });
    told.collect()
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
