//! `lint/personal-data`: personal data or a secret stands in the catalog.

use std::ops::Range;

use super::support::reserved;
use tidings_finding::{Rule, Severity};
use tidings_json::{Kind, Value};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::support::{Context, Sink, Target};
use super::{Category, Lint};

pub(crate) static RULE: Lint = Lint {
    rule: Rule {
        id: "lint/personal-data",
        severity: Severity::Error,
        summary: "personal data or a secret stands in the catalog",
        explanation: include_str!("personal_data.md"),
    },
    category: Category::Privacy,
    check,
};

/// The keywords of schemas that hold texts.
const TEXTS: [&str; 7] = ["$comment", "const", "default", "description", "enum", "examples", "title"];

const HELP: &str = "invent one that can be nobody's: addresses at `example.com` or below `.example`, numbers reserved for fiction (`+1 202 555 0123`)";

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    for node in &context.nodes {
        for keyword in TEXTS {
            let Some(value) = node.schema.value().get(keyword) else { continue };
            each_string(value, &format!("/{keyword}"), &mut |pointer, value, text| {
                if let Some(kind) = suspicion(text) {
                    let target = context.of_owner(Target::inside(node.schema, pointer, value), node.schema);
                    sink.report(target.unseen(), format!("`{keyword}` looks as if it held {kind}"))
                        .help(HELP);
                }
            });
        }
    }
    for example in &context.examples {
        let Some(event) = &example.event else { continue };
        each_string(event, "", &mut |pointer, value, text| {
            if let Some(kind) = suspicion(text) {
                let target = Target::json(example.path, pointer, value.span);
                let target =
                    example.event_type.map_or(target.clone(), |event_type| target.of_event(event_type));
                sink.report(target.unseen(), format!("the example looks as if it held {kind}")).help(HELP);
            }
        });
    }
    for (span, text) in strings(context.manifest_text) {
        if let Some(kind) = suspicion(&text) {
            sink.report(Target::manifest(span).unseen(), format!("the text looks as if it held {kind}"))
                .help(HELP);
        }
    }
}

/// What a text looks as if it held, what is reserved for such use left out.
fn suspicion(text: &str) -> Option<&'static str> {
    tidings_engine::suspicion(text)?;
    tidings_engine::suspicion(&reserved::removed(text))
}

/// Every string in a value, with its pointer.
fn each_string(value: &Value<'_>, pointer: &str, each: &mut dyn FnMut(&str, &Value<'_>, &str)) {
    match &value.kind {
        Kind::String(text) => each(pointer, value, text),
        Kind::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                each_string(item, &format!("{pointer}/{at}"), each);
            }
        }
        Kind::Object(members) => {
            for member in members {
                let name = tidings_json::escape_token(&member.name);
                each_string(&member.value, &format!("{pointer}/{name}"), each);
            }
        }
        _ => {}
    }
}

/// Every string value in a TOML text, with its place.
fn strings(text: &str) -> Vec<(Range<usize>, String)> {
    let mut found = Vec::new();
    let Ok(root) = DeTable::parse(text) else { return found };
    let mut pending: Vec<&Spanned<DeValue<'_>>> = root.get_ref().values().collect();
    while let Some(value) = pending.pop() {
        match value.get_ref() {
            DeValue::String(text) => found.push((value.span(), text.to_string())),
            DeValue::Array(items) => pending.extend(items.iter()),
            DeValue::Table(table) => pending.extend(table.values()),
            _ => {}
        }
    }
    found.sort_by_key(|(span, _)| span.start);
    found
}
