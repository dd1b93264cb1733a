//! `lint/file-name`: a file's name does not match its event type.

use tidings_finding::{Rule, Severity};

use super::support::{Context, Sink, Target, names};
use super::{Category, Lint};

pub(crate) static RULE: Lint = Lint {
    rule: Rule {
        id: "lint/file-name",
        severity: Severity::Warning,
        summary: "a file's name does not match its event type",
        explanation: include_str!("file_name.md"),
    },
    category: Category::Naming,
    check,
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    let Some(manifest) = context.manifest else { return };
    for (name, event) in &manifest.events {
        let snake = names::snake(name);
        let (path, fragment) = event.schema.split_once('#').unwrap_or((&event.schema, ""));
        let (is, wanted) = if fragment.is_empty() {
            let folder = path.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
            let wanted = format!("{folder}{snake}.schema.json");
            (path == wanted, wanted)
        } else {
            // Several event types share the file: the last part of the pointer is the name.
            let (before, last) = fragment.rsplit_once('/').unwrap_or(("", fragment));
            (last == snake || last == name.as_str(), format!("{path}#{before}/{snake}"))
        };
        if !is {
            let message = format!("the schema of `{}` stands in `{}`", name.as_str(), event.schema.as_str());
            sink.report(Target::key(&event.schema).of_event_named(name), message)
                .help(format!("move it to `{wanted}`"));
        }
    }
    samples(context, sink);
}

/// Examples and near misses: `<event_type>.<what>.json`.
fn samples(context: &Context<'_>, sink: &mut Sink<'_>) {
    for example in &context.examples {
        let Some(event_type) = example.event_type else { continue };
        let snake = names::snake(&event_type.name);
        let file = example.path.rsplit('/').next().unwrap_or_default();
        let rest = file.strip_prefix(&snake);
        if !rest.is_some_and(|rest| rest.starts_with('.') && rest.ends_with(".example.json")) {
            let message = format!("`{file}` is an example of `{}`", event_type.name);
            sink.report(Target::file(example.path).of_event(event_type), message)
                .help(format!("name it `{snake}.example.json`, or `{snake}.<what>.example.json`"));
        }
    }
    let Some(catalog) = context.catalog else { return };
    let known: Vec<String> = catalog.event_types.keys().map(|name| names::snake(name)).collect();
    for near_miss in &catalog.near_misses {
        let file = near_miss.path.rsplit('/').next().unwrap_or_default();
        let begin = file.split('.').next().unwrap_or_default();
        if !known.iter().any(|name| name == begin) {
            let found = sink
                .report(Target::file(&near_miss.path), format!("`{file}` begins with no event type's name"));
            let near = tidings_engine::nearest(begin, known.iter().map(String::as_str));
            let name = near.unwrap_or("<event_type>");
            found.help(format!("name it `{name}.<what>.json`"));
        }
    }
}
