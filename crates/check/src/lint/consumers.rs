//! `lint/consumers`: `consumers.toml` is faulty, or names what the catalog doesn't have.

use tidings_catalog::{Catalog, EventType};
use tidings_emit::docs::fields::{Path, Step};
use tidings_finding::{Rule, Severity};
use tidings_json::Pointer;

use super::support::{Context, Sink, Target};
use super::{Category, Lint};
use crate::breaking::{CONSUMERS, Consumers};

pub(crate) static RULE: Lint = Lint {
    rule: Rule {
        id: "lint/consumers",
        severity: Severity::Error,
        summary: "`consumers.toml` is faulty, or names what the catalog does not have",
        explanation: include_str!("consumers.md"),
    },
    category: Category::Docs,
    check,
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    let Some(consumers) = Consumers::load(context.tree) else { return };
    let at = |span| Target { span: Some(span), ..Target::file(CONSUMERS) };
    for wrong in &consumers.wrong {
        sink.report(at(wrong.span.clone()), wrong.message.clone()).help(wrong.help.clone());
    }
    let Some(catalog) = context.catalog else { return };
    for used in consumers.uses() {
        let Some(event_type) = catalog.event_types.get(&used.event) else {
            let name = used.event.replace(char::is_control, " ");
            let near = tidings_engine::nearest(&name, catalog.event_types.keys().map(String::as_str));
            sink.report(at(used.span.clone()), format!("the catalog has no event type `{name}`")).help(
                match near {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "correct the name, or remove it".to_owned(),
                },
            );
            continue;
        };
        for (field, span) in &used.fields {
            if is_known(context, catalog, event_type, field) {
                continue;
            }
            let known: Vec<String> =
                context.places_of(event_type).iter().map(|place| pointer(&place.path)).collect();
            let text = field.to_string().replace(char::is_control, " ");
            let near = tidings_engine::nearest(&text, known.iter().map(String::as_str));
            let name = &event_type.name;
            sink.report(at(span.clone()), format!("`{name}` has no field at `{text}`")).help(match near {
                Some(near) if !near.is_empty() => format!("did you mean `{near}`?"),
                _ => "correct the pointer, or describe the field in the schema".to_owned(),
            });
        }
    }
}

/// Whether a schema of the event type says anything of a place in its events.
fn is_known(context: &Context<'_>, catalog: &Catalog, event_type: &EventType, field: &Pointer) -> bool {
    let leads_to = |path: &Path| {
        let (steps, tokens) = (path.steps(), field.tokens());
        steps.len() == tokens.len() && steps.iter().zip(tokens).all(|(step, token)| leads(step, token))
    };
    // The places of a schema that contains itself are listed only once round.
    let any: String = field.to_string().replace("/*", "/0");
    context.places_of(event_type).iter().any(|place| leads_to(&place.path))
        || any.parse().is_ok_and(|any| !catalog.schema(event_type).at(&any).is_empty())
}

fn leads(step: &Step, token: &str) -> bool {
    let is_index = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_digit());
    match step {
        Step::Member(name) => name.as_str() == token,
        Step::AnyMember => true,
        Step::AnyElement => token == "*" || is_index,
        Step::Element(index) => token == "*" || token == index.to_string(),
    }
}

/// A place as `consumers.toml` has it.
fn pointer(path: &Path) -> String {
    let token = |step: &Step| match step {
        Step::Member(name) => tidings_json::escape_token(name),
        Step::AnyMember | Step::AnyElement => "*".to_owned(),
        Step::Element(index) => index.to_string(),
    };
    path.steps().iter().map(|step| format!("/{}", token(step))).collect()
}
