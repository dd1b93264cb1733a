//! What a schema has against an event, in words that tell what to do.

mod memory;
mod strings;
mod values;

use std::sync::Arc;

use serde_json::Value as Schema;
use tidings_catalog::{Catalog, SchemaRef};
use tidings_json::{Pointer, Span, Value};

use super::envelope::start_of;
use super::hide::name_of;
use super::schema::{Detail, Violation};
use super::{Event, Known};
use crate::show;
pub(super) use memory::Memory;

type Text = (String, Option<String>);

/// Reports one violation.
pub(super) fn report(
    (catalog, memory): (&Catalog, &Memory),
    event_type: Option<Known<'_>>,
    violation: &Violation,
    root: &Value<'_>,
    event: &mut Event<'_>,
) {
    let (span, value) = place(violation, root);
    let schema = match event_type {
        Some((_, event_type)) => Some(catalog.schema(event_type)),
        None => catalog.envelope(),
    };
    let refusing = violation.schema.as_deref().map(|uri| (catalog, uri));
    let kind = event_type.map(|(_, event_type)| event_type.name.as_str());
    let words = Words { root, value, schema, refusing, kind, memory };
    let wrong = match &violation.detail {
        Detail::Pattern(pattern) => words.wrong_character(pattern, event),
        _ => None,
    };
    let span = wrong.unwrap_or(span);
    event.report(violation.rule, &violation.pointer, span, |event| words.of(violation, event));
}

/// Whether a violation is about the discriminator: at its place, or that it is missing.
pub(super) fn is_about(violation: &Violation, discriminator: Option<&Pointer>) -> bool {
    let Some(discriminator) = discriminator else { return false };
    if violation.pointer == discriminator.to_string() {
        return true;
    }
    let Detail::Missing(name) = &violation.detail else { return false };
    // Missing is also the object that would hold it.
    let missing = format!("{}/{}", violation.pointer, tidings_json::escape_token(name));
    let wanted = discriminator.to_string();
    wanted == missing || wanted.starts_with(&format!("{missing}/"))
}

/// The place to mark, and the value there: for a forbidden member its name, for a missing one the object's brace.
fn place<'e, 'v>(violation: &Violation, root: &'e Value<'v>) -> (Span, Option<&'e Value<'v>>) {
    match &violation.detail {
        Detail::Unexpected(name) | Detail::Name(name, _) => {
            let parent = violation.pointer.rsplit_once('/').map_or("", |(parent, _)| parent);
            let member = root.pointer(parent).and_then(|object| object.member(name));
            (member.map_or(start_of(root), |member| member.name_span), member.map(|member| &member.value))
        }
        detail => {
            let value = root.pointer(&violation.pointer);
            let span = match (detail, value) {
                (Detail::Missing(_) | Detail::MissingBeside(_), Some(value)) => start_of(value),
                (_, Some(value)) => value.span,
                (_, None) => start_of(root),
            };
            (span, value)
        }
    }
}

/// What messages are made of.
struct Words<'w, 'v> {
    root: &'w Value<'v>,
    value: Option<&'w Value<'v>>,
    /// The schema of the whole event.
    schema: Option<SchemaRef<'w>>,
    /// The catalog, and in it the URI of the subschema that refuses the value.
    refusing: Option<(&'w Catalog, &'w str)>,
    /// The event type's name.
    kind: Option<&'w str>,
    memory: &'w Memory,
}

impl<'w> Words<'w, '_> {
    fn of(&self, violation: &Violation, event: &Event<'_>) -> Text {
        let label = if violation.pointer.is_empty() {
            "the event".to_owned()
        } else {
            event.label(&violation.pointer)
        };
        let limit = |limit: &str, noun: &str| show::counted(limit.parse().unwrap_or(usize::MAX), noun);
        let length = || self.text().map(|text| text.chars().count()).unwrap_or_default();
        let elements = || self.value.and_then(Value::as_array).map(<[_]>::len).unwrap_or_default();
        let members = || self.value.and_then(Value::as_object).map(<[_]>::len).unwrap_or_default();
        let is = || self.is(event);
        match (violation.rule.id, &violation.detail) {
            (_, Detail::Missing(name)) => self.missing(&violation.pointer, name, event),
            (_, Detail::MissingBeside(missing)) => self.missing_beside(&violation.pointer, missing, event),
            (_, Detail::Types(types)) => self.types(&label, types),
            (_, Detail::Value(value)) => self.values(&label, std::slice::from_ref(&**value), event),
            (_, Detail::Values(values)) => self.values(&label, list(values), event),
            (_, Detail::Pattern(pattern)) => self.pattern(&label, &violation.pointer, pattern, event),
            (_, Detail::Format(format)) => self.format(&label, &violation.pointer, format, event),
            (_, Detail::Alternatives(alternatives)) => self.alternatives(&label, alternatives, event),
            (_, Detail::Untold) => (
                format!("{label} is not what its schema asks for; to find out why would take too long"),
                Some("the schema leads to itself in several ways at once: let one way lead there".to_owned()),
            ),
            (_, Detail::Several) => {
                let help =
                    "each alternative in the schema needs something that tells it apart, such as a constant";
                (format!("{label} fits more than one alternative of `oneOf`"), Some(help.to_owned()))
            }
            (_, Detail::Name(name, inner)) => {
                let name_value =
                    Value { span: Span::default(), kind: tidings_json::Kind::String(name.as_str().into()) };
                let shown = event.name(&violation.pointer);
                let words = Words {
                    root: &name_value,
                    value: Some(&name_value),
                    schema: None,
                    refusing: None,
                    kind: None,
                    memory: self.memory,
                };
                let hidden = !shown.starts_with('`');
                let (why, help) = if hidden { (String::new(), None) } else { words.of_name(inner, event) };
                (format!("the member name {shown} is not allowed here{why}"), help)
            }
            (_, Detail::Unexpected(_)) => {
                let parent = violation.pointer.rsplit_once('/').map_or("", |(parent, _)| parent);
                let object = if parent.is_empty() { "the event".to_owned() } else { event.label(parent) };
                let help = Some("remove it: the schema closes this object".to_owned());
                (format!("{object} may not have a member {}", event.name(&violation.pointer)), help)
            }
            ("schema/min-length", Detail::Limit(min)) => {
                (too_few(&label, length(), "character", min), self.explain(&violation.pointer, event))
            }
            ("schema/max-length", Detail::Limit(max)) => {
                let message =
                    format!("{label} has {}, more than {max}", show::counted(length(), "character"));
                (message, Some("characters are Unicode code points".to_owned()))
            }
            ("schema/min-items", Detail::Limit(min)) => {
                (too_few(&label, elements(), "element", min), self.explain(&violation.pointer, event))
            }
            ("schema/max-items", Detail::Limit(max)) => {
                (format!("{label} has {}, more than {max}", show::counted(elements(), "element")), None)
            }
            ("schema/additional-items", Detail::Limit(max)) => {
                let message = format!(
                    "{label} has {}, but the schema describes {}",
                    show::counted(elements(), "element"),
                    limit(max, "element")
                );
                (message, Some("remove those that are too many".to_owned()))
            }
            ("schema/min-properties", Detail::Limit(min)) => {
                (too_few(&label, members(), "member", min), None)
            }
            ("schema/max-properties", Detail::Limit(max)) => {
                (format!("{label} has {}, more than {max}", show::counted(members(), "member")), None)
            }
            ("schema/minimum", Detail::Limit(min)) => {
                (format!("{label}{}, less than {min}", is()), self.explain(&violation.pointer, event))
            }
            ("schema/maximum", Detail::Limit(max)) => {
                (format!("{label}{}, more than {max}", is()), self.explain(&violation.pointer, event))
            }
            ("schema/exclusive-minimum", Detail::Limit(min)) => {
                let message = format!("{label}{}, but must be more than {min}", is());
                (message, self.explain(&violation.pointer, event))
            }
            ("schema/exclusive-maximum", Detail::Limit(max)) => {
                let message = format!("{label}{}, but must be less than {max}", is());
                (message, self.explain(&violation.pointer, event))
            }
            ("schema/multiple-of", Detail::Limit(of)) => (
                format!("{label}{}, which is not a multiple of {of}", is()),
                self.explain(&violation.pointer, event),
            ),
            ("schema/unique-items", _) => (self.twice(&label), Some("list each element once".to_owned())),
            ("schema/contains", _) => (
                format!("{label} lacks an element that it must have"),
                self.explain(&violation.pointer, event),
            ),
            ("schema/not", _) => (
                format!("{label}{}, which the schema excludes", is()),
                self.explain(&violation.pointer, event),
            ),
            ("schema/false-schema", _) => {
                (format!("{label} must not be there"), Some("remove it".to_owned()))
            }
            (_, Detail::Nothing | Detail::Limit(_)) => (format!("{label}: {}", violation.rule.summary), None),
        }
    }

    /// What is wrong with a member's name, to stand behind it.
    fn of_name(&self, inner: &Violation, event: &Event<'_>) -> Text {
        match &inner.detail {
            Detail::Pattern(pattern) => {
                let (message, help) = self.pattern("it", "", pattern, event);
                (format!(": {message}"), help)
            }
            Detail::Values(values) => {
                let known: Vec<&str> = list(values).iter().filter_map(Schema::as_str).collect();
                let near = show::nearest(self.text().unwrap_or_default(), known.iter().copied());
                (String::new(), near.map(|near| format!("did you mean `{near}`?")))
            }
            _ => (String::new(), None),
        }
    }

    fn text(&self) -> Option<&str> {
        self.value?.as_str()
    }

    /// Whether the value may be shown.
    fn is_visible(&self, event: &Event<'_>) -> bool {
        self.value.is_some_and(|value| event.may_show(value))
    }

    /// ` is …`, as much as may be shown and is worth it.
    fn is(&self, event: &Event<'_>) -> String {
        let Some(value) = self.value else { return String::new() };
        if value.as_array().is_some() || value.as_object().is_some() {
            return format!(" is {}", with_article(value.type_name()));
        }
        event
            .shown(value)
            .map_or_else(|| " is a value that is not shown".to_owned(), |shown| format!(" is {shown}"))
    }

    /// What the schema says about the value that is refused: the very subschema that refuses it, or else those that
    /// apply at its place.
    fn explain(&self, pointer: &str, event: &Event<'_>) -> Option<String> {
        let own = self.refusing.and_then(|(_, uri)| {
            let find = || Some(sentence(self.refusing()?.keyword("description")?.as_str()?));
            self.memory.own(uri, find)
        });
        match own {
            Some(own) => Some(format!("{}: {own}", event.label(pointer))),
            None => self.describe(pointer, event),
        }
    }

    /// The subschema that refuses the value.
    fn refusing(&self) -> Option<SchemaRef<'w>> {
        let (catalog, uri) = self.refusing?;
        catalog.schemas.at(uri)
    }

    /// The description of a place in the event as a help.
    fn describe(&self, pointer: &str, event: &Event<'_>) -> Option<String> {
        Some(format!("{}: {}", event.label(pointer), self.description(pointer)?))
    }

    /// What the schema says about a place in the event.
    fn description(&self, pointer: &str) -> Option<Arc<str>> {
        let schema = self.schema?;
        self.memory.place(schema.key(), pointer, || {
            let schemas = schema.at(&pointer.parse().ok()?);
            schemas.into_iter().find_map(|schema| Some(sentence(schema.keyword("description")?.as_str()?)))
        })
    }
}

/// The elements of an array.
fn list(values: &Schema) -> &[Schema] {
    values.as_array().map(Vec::as_slice).unwrap_or_default()
}

/// A description as a help: without the full stop.
fn sentence(description: &str) -> Arc<str> {
    Arc::from(description.trim_end_matches('.'))
}

/// `x has 2 elements, fewer than 3`, `x is empty`.
fn too_few(label: &str, count: usize, noun: &str, min: &str) -> String {
    match count {
        0 => format!("{label} is empty"),
        _ => format!("{label} has {}, fewer than {min}", show::counted(count, noun)),
    }
}

/// A place in an event as people name it: `customer_id`, `meta.subject.key`, `changed_fields[2]`.
pub(super) fn label(pointer: &str) -> String {
    let mut label = String::with_capacity(pointer.len() + 2);
    label.push('`');
    for (at, token) in pointer.split('/').skip(1).enumerate() {
        if !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_digit()) && at > 0 {
            label.push('[');
            label.push_str(token);
            label.push(']');
            continue;
        }
        if at > 0 {
            label.push('.');
        }
        show::push_plain(&mut label, &name_of(token));
    }
    label.push('`');
    label
}

/// A JSON type with its article.
pub(super) fn with_article(name: &str) -> &'static str {
    match name {
        "null" => "null",
        "boolean" => "a boolean",
        "integer" => "an integer",
        "number" => "a number",
        "string" => "a string",
        "array" => "an array",
        _ => "an object",
    }
}
