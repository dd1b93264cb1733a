//! One event type: its fields, when it may happen, and what it looks like.

use tidings_catalog::{Effect, NearMiss};

use super::field_table;
use super::fields::{all_of, one_of};
use super::markdown::{bullet, code, file_link, paragraph, prose};
use super::view::{Event, OTHER_NEAR_MISSES, View};

pub(super) fn section(view: &View<'_>, event: &Event<'_>) -> String {
    let event_type = event.event_type;
    let mut out = format!("\n### {}\n\n{}", code(&event_type.name), paragraph(&prose(&event_type.purpose)));
    let path = event_type.schema_path.split('#').next().unwrap_or_default();
    let schema = file_link(&code(&event_type.schema_path), path);
    out.push_str(&format!("\n{}", paragraph(&format!("Version {}, schema {schema}.", event_type.version))));
    out.push_str(&transitions(event));

    let fields = view.payload(event);
    for (title, table) in [
        ("Required fields", field_table::required(&fields)),
        ("Optional fields", field_table::optional(&fields)),
    ] {
        if table.is_empty() {
            out.push_str(&format!("\n**{title}:** none.\n"));
        } else {
            out.push_str(&format!("\n**{title}:**\n\n{table}"));
        }
    }
    out.push_str(&field_table::notes(&fields, &event.fields.rules));
    if !event_type.invariants.is_empty() {
        out.push_str("\n**Invariants:**\n\n");
        for invariant in &event_type.invariants {
            out.push_str(&bullet(&prose(invariant)));
        }
    }
    out.push_str(&examples(event));
    if !event.near_misses.is_empty() {
        out.push_str(&format!(
            "\n**Near misses,** with the rules that they break:\n\n{}",
            near_misses(&event.near_misses)
        ));
    }
    out
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
    if effects.is_empty() {
        String::new()
    } else {
        format!("\n{}", paragraph(&format!("**Transitions:** {}.", effects.join("; "))))
    }
}

/// One example in full, and links to all.
fn examples(event: &Event<'_>) -> String {
    let Some(((path, example), others)) = event.examples.split_first() else { return String::new() };
    let text = serde_json::to_string_pretty(&example.to_serde()).unwrap_or_default();
    let link = |path: &str| file_link(&code(file_name(path)), path);
    let mut out = format!("\n**Example:** {}\n\n```json\n{text}\n```\n", link(path));
    let mut links: Vec<String> = Vec::new();
    for (path, _) in others {
        let link = link(path);
        if !links.contains(&link) {
            links.push(link);
        }
    }
    if !links.is_empty() {
        out.push_str(&format!("\n{}", paragraph(&format!("**More examples:** {}.", all_of(&links)))));
    }
    out
}

fn near_misses(near_misses: &[&NearMiss]) -> String {
    let mut out = String::new();
    for near_miss in near_misses {
        let mut rules: Vec<String> = Vec::new();
        for finding in near_miss.expected.iter().flatten() {
            let rule = code(&finding.rule);
            if !rules.contains(&rule) {
                rules.push(rule);
            }
        }
        let name = file_name(&near_miss.path).trim_end_matches(".json");
        let rules = if rules.is_empty() { String::new() } else { format!(": {}", all_of(&rules)) };
        out.push_str(&bullet(&format!("{}{rules}", file_link(&code(name), &near_miss.path))));
    }
    out
}

/// The near misses that don't say of which event type they are.
pub(super) fn other_near_misses(view: &View<'_>) -> String {
    if view.other_near_misses.is_empty() {
        return String::new();
    }
    let intro = paragraph("These near misses are not JSON, or name no event type of the catalog.");
    format!("\n## {OTHER_NEAR_MISSES}\n\n{intro}\n{}", near_misses(&view.other_near_misses))
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
