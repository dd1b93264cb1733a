//! `lint/consumers`: `consumers.toml` is faulty, or names what the catalog doesn't have.

use tidings_catalog::{Catalog, EventType, SchemaRef};
use tidings_emit::docs::fields::{Path, Step};
use tidings_finding::{Rule, Severity};
use tidings_json::Pointer;

use super::support::nodes::types;
use super::support::places::Place;
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

/// Whether the event type may have something at a place: a schema says something of it, or it is in something of which
/// no schema says what is in it.
fn is_known(context: &Context<'_>, catalog: &Catalog, event_type: &EventType, field: &Pointer) -> bool {
    let places = context.places_of(event_type);
    let leads_to = |path: &Path, tokens: &[String]| {
        let steps = path.steps();
        steps.len() == tokens.len() && steps.iter().zip(tokens).all(|(step, token)| leads(step, token))
    };
    let tokens = field.tokens();
    for length in (0..=tokens.len()).rev() {
        let mut nearest = places.iter().filter(|place| leads_to(&place.path, &tokens[..length])).peekable();
        if nearest.peek().is_some() {
            if length == tokens.len() || nearest.any(is_free) {
                return true;
            }
            break;
        }
    }
    // The places of a schema that contains itself are listed only once round.
    let any = field.to_string().replace("/*", "/0");
    any.parse().is_ok_and(|any| !catalog.schema(event_type).at(&any).is_empty())
}

/// Whether a place may be an object or an array, and nothing is said of what is in it.
fn is_free(place: &Place<'_>) -> bool {
    let says = |schema: SchemaRef<'_>| {
        ["properties", "patternProperties", "additionalProperties", "items"].into_iter().any(|keyword| {
            schema.keyword(keyword).is_some_and(|value| {
                value.as_object().is_some_and(|o| !o.is_empty()) || value.as_array().is_some()
            })
        })
    };
    let is_scalar = |schema: SchemaRef<'_>| {
        let types = types(schema);
        types.is_some_and(|types| !types.contains(&"object") && !types.contains(&"array"))
    };
    !place.schemas.iter().any(|(schema, always)| says(*schema) || *always && is_scalar(*schema))
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
        Step::Member(name) => name.clone(),
        Step::AnyMember | Step::AnyElement => "*".to_owned(),
        Step::Element(index) => index.to_string(),
    };
    path.steps().iter().map(token).collect::<Pointer>().to_string()
}
