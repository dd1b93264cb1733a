//! What a schema has against an event, in words that tell what to do.

use serde_json::Value as Schema;
use tidings_catalog::{Catalog, SchemaRef};
use tidings_json::{Pointer, Span, Value};

use super::envelope::start_of;
use super::schema::{Detail, Violation};
use super::{Event, Known, shown_name};
use crate::shape::{Mismatch, Shape};
use crate::{show, time};

type Text = (String, Option<String>);

/// Reports one violation.
pub(super) fn report(
    catalog: &Catalog,
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
    let refusing = violation.schema.as_deref().and_then(|uri| catalog.schemas.at(uri));
    let kind = event_type.map(|(_, event_type)| event_type.name.as_str());
    let words = Words { root, value, schema, refusing, kind };
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
                (Detail::Missing(_) | Detail::MissingBeside(..), Some(value)) => start_of(value),
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
    /// The subschema that refuses the value.
    refusing: Option<SchemaRef<'w>>,
    /// The event type's name.
    kind: Option<&'w str>,
}

impl Words<'_, '_> {
    fn of(&self, violation: &Violation, event: &Event<'_>) -> Text {
        let label =
            if violation.pointer.is_empty() { "the event".to_owned() } else { label(&violation.pointer) };
        let limit = |limit: &str, noun: &str| show::counted(limit.parse().unwrap_or(usize::MAX), noun);
        let length = || self.text().map(|text| text.chars().count()).unwrap_or_default();
        let elements = || self.value.and_then(Value::as_array).map(<[_]>::len).unwrap_or_default();
        let members = || self.value.and_then(Value::as_object).map(<[_]>::len).unwrap_or_default();
        let is = self.is(event);
        match (violation.rule.id, &violation.detail) {
            (_, Detail::Missing(name)) => self.missing(&violation.pointer, name),
            (_, Detail::MissingBeside(missing, present)) => {
                let path = |name: &str| label_of(&violation.pointer, name);
                let message = if present.is_empty() {
                    format!("{} is missing beside another that needs it", path(missing))
                } else {
                    format!("{} is missing, which {} needs", path(missing), path(present))
                };
                (message, Some("add the one, or leave out the other".to_owned()))
            }
            (_, Detail::Types(types)) => self.types(&label, types),
            (_, Detail::Values(values)) => self.values(&label, values, event),
            (_, Detail::Pattern(pattern)) => self.pattern(&label, &violation.pointer, pattern, event),
            (_, Detail::Format(format)) => self.format(&label, &violation.pointer, format, event),
            (_, Detail::Alternatives(alternatives)) => self.alternatives(&label, alternatives, event),
            (_, Detail::Several) => {
                let help =
                    "each alternative in the schema needs something that tells it apart, such as a constant";
                (format!("{label} fits more than one alternative of `oneOf`"), Some(help.to_owned()))
            }
            (_, Detail::Name(name, inner)) => {
                let name_value =
                    Value { span: Span::default(), kind: tidings_json::Kind::String(name.as_str().into()) };
                let shown = shown_name(name);
                let words = Words {
                    root: &name_value,
                    value: Some(&name_value),
                    schema: None,
                    refusing: None,
                    kind: None,
                };
                let hidden = crate::detect::is_suspect(name);
                let (why, help) = if hidden { (String::new(), None) } else { words.of_name(inner, event) };
                (format!("the member name {shown} is not allowed here{why}"), help)
            }
            (_, Detail::Unexpected(name)) => {
                let parent = violation.pointer.rsplit_once('/').map_or("", |(parent, _)| parent);
                let object = if parent.is_empty() { "the event".to_owned() } else { self::label(parent) };
                let help = Some("remove it: the schema closes this object".to_owned());
                (format!("{object} may not have a member {}", shown_name(name)), help)
            }
            ("schema/min-length", Detail::Limit(min)) => (
                format!("{label} has {}, fewer than {min}", show::counted(length(), "character")),
                self.explain(&violation.pointer),
            ),
            ("schema/max-length", Detail::Limit(max)) => {
                let message =
                    format!("{label} has {}, more than {max}", show::counted(length(), "character"));
                (message, Some("characters are Unicode code points".to_owned()))
            }
            ("schema/min-items", Detail::Limit(min)) => (
                format!("{label} has {}, fewer than {min}", show::counted(elements(), "element")),
                self.explain(&violation.pointer),
            ),
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
                (format!("{label} has {}, fewer than {min}", show::counted(members(), "member")), None)
            }
            ("schema/max-properties", Detail::Limit(max)) => {
                (format!("{label} has {}, more than {max}", show::counted(members(), "member")), None)
            }
            ("schema/minimum", Detail::Limit(min)) => {
                (format!("{label}{is}, less than {min}"), self.explain(&violation.pointer))
            }
            ("schema/maximum", Detail::Limit(max)) => {
                (format!("{label}{is}, more than {max}"), self.explain(&violation.pointer))
            }
            ("schema/exclusive-minimum", Detail::Limit(min)) => {
                (format!("{label}{is}, but must be more than {min}"), self.explain(&violation.pointer))
            }
            ("schema/exclusive-maximum", Detail::Limit(max)) => {
                (format!("{label}{is}, but must be less than {max}"), self.explain(&violation.pointer))
            }
            ("schema/multiple-of", Detail::Limit(of)) => {
                (format!("{label}{is}, which is not a multiple of {of}"), self.explain(&violation.pointer))
            }
            ("schema/unique-items", _) => (self.twice(&label), Some("list each element once".to_owned())),
            ("schema/contains", _) => {
                (format!("{label} lacks an element that it must have"), self.explain(&violation.pointer))
            }
            ("schema/not", _) => {
                (format!("{label}{is}, which the schema excludes"), self.explain(&violation.pointer))
            }
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
                let known: Vec<&str> = values.iter().filter_map(Schema::as_str).collect();
                let near = show::nearest(self.text().unwrap_or_default(), known.iter().copied());
                (String::new(), near.map(|near| format!("did you mean `{near}`?")))
            }
            _ => (String::new(), None),
        }
    }

    fn text(&self) -> Option<&str> {
        self.value?.as_str()
    }

    /// ` is …`, or nothing if the value must not be shown.
    fn is(&self, event: &Event<'_>) -> String {
        let shown = self.value.and_then(|value| event.shown(value));
        shown.map_or_else(|| " is a value that is not shown".to_owned(), |shown| format!(" is {shown}"))
    }

    fn missing(&self, pointer: &str, name: &str) -> Text {
        let label = label_of(pointer, name);
        let whose = match (pointer, self.kind) {
            ("", Some(kind)) => format!("; every `{kind}` has it"),
            _ => String::new(),
        };
        // A slip in the name is the likeliest reason.
        let members = self.value.and_then(Value::as_object).unwrap_or_default();
        let near = show::nearest(
            name,
            members.iter().map(|member| member.name.as_ref()).filter(|known| *known != name),
        );
        let child = format!("{pointer}/{}", tidings_json::escape_token(name));
        let help = match near {
            Some(near)
                if self.description(&format!("{pointer}/{}", tidings_json::escape_token(near))).is_none() =>
            {
                Some(format!("{} is there: was `{name}` meant?", shown_name(near)))
            }
            _ => self.describe(&child),
        };
        (format!("{label} is missing{whose}"), help)
    }

    fn types(&self, label: &str, types: &[String]) -> Text {
        let allowed: Vec<&str> = types.iter().map(|name| with_article(name)).collect();
        let found = self.value.map_or("nothing", Value::type_name);
        let help = match (self.text(), found) {
            (Some(text), _) if types.iter().any(|name| is_a(text, name)) => {
                Some("write it without quotes".to_owned())
            }
            (_, "number") if types.iter().any(|name| name == "string") => {
                Some("write it in quotes".to_owned())
            }
            (_, "null") => Some("leave an optional field out where it has no value".to_owned()),
            _ => None,
        };
        let number = self.value.and_then(Value::as_number);
        let found = match number {
            Some(_) if types.iter().any(|name| name == "integer") => "a number with a fraction",
            _ => with_article(found),
        };
        (format!("{label} must be {}, not {found}", either(&allowed)), help)
    }

    fn values(&self, label: &str, values: &[Schema], event: &Event<'_>) -> Text {
        let shown: Vec<String> = values
            .iter()
            .map(|value| match value.as_str() {
                Some(text) => show::quoted(text),
                None => show::quoted(&value.to_string()),
            })
            .collect();
        let is = self.is(event);
        let message = match shown.as_slice() {
            [only] => format!("{label}{is}, but must be {only}"),
            several => format!("{label}{is}, which is none of {}", listed(several)),
        };
        let near = self.text().and_then(|text| show::nearest(text, values.iter().filter_map(Schema::as_str)));
        let near = near.filter(|_| shown.len() > 1);
        (message, near.map(|near| format!("did you mean `{near}`?")))
    }

    fn pattern(&self, label: &str, pointer: &str, pattern: &str, event: &Event<'_>) -> Text {
        let visible = self.value.and_then(|value| event.shown(value)).is_some();
        let text = self.text().unwrap_or_default();
        let shape = Shape::of(pattern);
        if let Some(shape) = &shape
            && shape.is_ulid()
        {
            return ulid(label, text, shape, visible);
        }
        if let Some(moment) = time::Moment::read(text)
            && !time::is_written_in_utc(text)
        {
            let help = visible.then(|| format!("write it as `{}`", moment.in_utc()));
            let why =
                if text.ends_with(['Z', 'z']) { "is not written with `T` and `Z`" } else { "is not in UTC" };
            return (format!("{label}{} {why}", in_quotes(visible, text)), help);
        }
        let help = self.explain(pointer).or_else(|| Some(format!("it must match {}", show::quoted(pattern))));
        match shape.and_then(|shape| shape.mismatch(text)) {
            Some(Mismatch::Character { at, found, allowed }) => {
                let found = if visible { format!("{} ", character(found)) } else { String::new() };
                (
                    format!(
                        "character {} of {label} {}is not one of {allowed}",
                        at + 1,
                        if found.is_empty() { String::new() } else { format!("is {found}and ") }
                    ),
                    help,
                )
            }
            Some(Mismatch::TooShort { length, expected }) => (
                format!(
                    "{label} ends after {}, where one of {expected} must follow",
                    show::counted(length, "character")
                ),
                help,
            ),
            Some(Mismatch::TooLong { allowed }) => {
                let length = text.chars().count();
                (
                    format!(
                        "{label} has {}, more than the {allowed} that its form allows",
                        show::counted(length, "character")
                    ),
                    help,
                )
            }
            None => (
                format!("{label}{} does not have the form that it must have", in_quotes(visible, text)),
                help,
            ),
        }
    }

    fn format(&self, label: &str, pointer: &str, format: &str, event: &Event<'_>) -> Text {
        let visible = self.value.and_then(|value| event.shown(value)).is_some();
        let text = self.text().unwrap_or_default();
        if matches!(format, "date-time" | "date" | "time")
            && let Some(why) = time::why_not(format, text)
        {
            let help = why.help.map(str::to_owned);
            let why = if visible { why.message } else { "it is no valid one".to_owned() };
            return (format!("{label} is not a {format}: {why}"), help);
        }
        (
            format!("{label}{} is not of the format `{format}`", in_quotes(visible, text)),
            self.explain(pointer),
        )
    }

    fn alternatives(&self, label: &str, alternatives: &[Vec<Violation>], event: &Event<'_>) -> Text {
        // The nearest alternative is the one whose discriminating constants fit, else the one with the least against it.
        let nearest = alternatives.iter().min_by_key(|violations| {
            let constants = violations
                .iter()
                .filter(|violation| matches!(violation.rule.id, "schema/const" | "schema/enum"));
            (constants.count(), violations.len())
        });
        let message = format!("{label} fits none of the {} alternatives", alternatives.len());
        let Some(first) = nearest.and_then(|violations| violations.first()) else { return (message, None) };
        let (_, value) = place(first, self.root);
        let words = Words { root: self.root, value, schema: self.schema, refusing: None, kind: None };
        let (why, help) = words.of(first, event);
        (format!("{message}; the nearest: {why}"), help)
    }

    fn twice(&self, label: &str) -> String {
        let items = self.value.and_then(Value::as_array).unwrap_or_default();
        // Only small arrays are searched: the verdict stands already, and the search is quadratic.
        let searched = &items[..items.len().min(200)];
        for (second, item) in searched.iter().enumerate() {
            if let Some(first) = searched[..second].iter().position(|other| other.same_as(item)) {
                return format!("elements {first} and {second} of {label} are the same");
            }
        }
        format!("two elements of {label} are the same")
    }

    /// What the schema says about the value that is refused: the very subschema that refuses it, or else those that
    /// apply at its place.
    fn explain(&self, pointer: &str) -> Option<String> {
        let own = self.refusing.and_then(|schema| schema.keyword("description")?.as_str());
        match own {
            Some(own) => Some(format!("{}: {}", label(pointer), own.trim_end_matches('.'))),
            None => self.describe(pointer),
        }
    }

    /// The description of a place in the event as a help.
    fn describe(&self, pointer: &str) -> Option<String> {
        Some(format!("{}: {}", label(pointer), self.description(pointer)?))
    }

    /// What the schema says about a place in the event.
    fn description(&self, pointer: &str) -> Option<String> {
        let schemas = self.schema?.at(&pointer.parse().ok()?);
        let description = schemas.into_iter().find_map(|schema| schema.keyword("description")?.as_str())?;
        Some(description.trim_end_matches('.').to_owned())
    }
}

/// Why a text is not a ULID.
fn ulid(label: &str, text: &str, shape: &Shape, visible: bool) -> Text {
    let help = "a ULID has 26 characters of Crockford's base32, upper case; the first is 0 to 7".to_owned();
    let message = match shape.mismatch(text) {
        Some(Mismatch::Character { at, found, .. }) if visible => {
            let why = match found {
                _ if at == 0 && (found == '8' || found == '9' || found.is_ascii_uppercase()) => {
                    "is too large: a ULID begins with 0 to 7"
                }
                'I' | 'L' | 'O' | 'U' => "is not in Crockford's base32, which leaves out I, L, O and U",
                _ if found.is_ascii_lowercase() => "must be upper case",
                _ => "is not in Crockford's base32",
            };
            format!("{label} is not a ULID: character {}, {}, {why}", at + 1, character(found))
        }
        Some(Mismatch::TooShort { length, .. }) => {
            format!("{label} is not a ULID: it has {} instead of 26", show::counted(length, "character"))
        }
        Some(Mismatch::TooLong { .. }) => {
            let length = text.chars().count();
            format!("{label} is not a ULID: it has {} instead of 26", show::counted(length, "character"))
        }
        _ => format!("{label} is not a ULID"),
    };
    (message, Some(help))
}

/// A character for people.
fn character(c: char) -> String {
    if show::is_visible(c) && !c.is_whitespace() {
        format!("`{c}`")
    } else {
        format!("U+{:04X}", u32::from(c))
    }
}

fn in_quotes(visible: bool, text: &str) -> String {
    if visible { format!(" {}", show::quoted(text)) } else { String::new() }
}

/// A place in an event as people name it: `customer_id`, `meta.subject.key`, `changed_fields[2]`.
pub(super) fn label(pointer: &str) -> String {
    let pointer = super::hide::pointer(pointer);
    let mut label = String::from("`");
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
        label.push_str(&show::plain(&token.replace("~1", "/").replace("~0", "~")));
    }
    label.push('`');
    label
}

fn label_of(pointer: &str, name: &str) -> String {
    label(&format!("{pointer}/{}", tidings_json::escape_token(name)))
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

/// Whether a text, written without quotes, would be of a type.
fn is_a(text: &str, name: &str) -> bool {
    match tidings_json::parse(text.as_bytes(), 1).map(|parsed| parsed.value.kind) {
        Ok(tidings_json::Kind::Number(_)) => name == "number" || name == "integer",
        Ok(tidings_json::Kind::Bool(_)) => name == "boolean",
        _ => false,
    }
}

fn either(names: &[&str]) -> String {
    match names {
        [] => "something else".to_owned(),
        [only] => (*only).to_owned(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

fn listed(values: &[String]) -> String {
    match values.len() {
        0..=12 => values.join(", "),
        more => format!("{} and {} others", values[..10].join(", "), more - 10),
    }
}
