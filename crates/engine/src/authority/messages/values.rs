//! What is wrong with a value that is missing, of another type, none of those allowed, twice there, or no alternative.

use serde_json::Value as Schema;
use tidings_json::Value;

use super::{Text, Words, place, with_article};
use crate::authority::Event;
use crate::authority::schema::Violation;
use crate::show;

/// How many values a message lists, if there are no more.
const MOST_LISTED: usize = 12;

impl Words<'_, '_> {
    pub(super) fn missing(&self, pointer: &str, name: &str, event: &Event<'_>) -> Text {
        let label = event.label(&child(pointer, name));
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
        let help = match near {
            Some(near) if self.description(&child(pointer, near)).is_none() => {
                Some(format!("{} is there: was `{name}` meant?", event.name(&child(pointer, near))))
            }
            _ => self.describe(&child(pointer, name), event),
        };
        (format!("{label} is missing{whose}"), help)
    }

    /// A member is missing that another needs: the schema's `dependencies` tell which.
    pub(super) fn missing_beside(&self, pointer: &str, missing: &str, event: &Event<'_>) -> Text {
        // The subschema that refuses is the one with `dependencies`, or that keyword's own object.
        let refusing = self.refusing().map(tidings_catalog::SchemaRef::value);
        let dependencies = refusing.map(|schema| schema.get("dependencies").unwrap_or(schema));
        let needs = |names: &Value<'_>| {
            names.as_array().is_some_and(|names| names.iter().any(|name| name.as_str() == Some(missing)))
        };
        let present = dependencies.and_then(Value::as_object).unwrap_or_default().iter().find(|member| {
            needs(&member.value) && self.value.is_some_and(|object| object.get(&member.name).is_some())
        });
        let label = event.label(&child(pointer, missing));
        let message = match present {
            Some(present) => {
                format!("{label} is missing, which {} needs", event.label(&child(pointer, &present.name)))
            }
            None => format!("{label} is missing beside another that needs it"),
        };
        (message, Some("add the one, or leave out the other".to_owned()))
    }

    pub(super) fn types(&self, label: &str, types: &[String]) -> Text {
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

    pub(super) fn values(&self, label: &str, values: &[Schema], event: &Event<'_>) -> Text {
        // Among values of several types a string shows its quotes, or `2` would seem to be none of `1`, `2`.
        let plain = self.text().is_some() && values.iter().all(Schema::is_string);
        let shown: Vec<String> = values
            .iter()
            .take(MOST_LISTED)
            .map(|value| match value.as_str() {
                Some(text) if plain => show::quoted(text),
                _ => show::quoted(&value.to_string()),
            })
            .collect();
        let is = match self.text() {
            Some(text) if !plain && self.is_visible(event) => {
                format!(" is {}", show::quoted(&Schema::from(text).to_string()))
            }
            _ => self.is(event),
        };
        let message = match shown.as_slice() {
            [only] => format!("{label}{is}, but must be {only}"),
            several => format!("{label}{is}, which is none of {}", listed(several, values.len())),
        };
        let near = self.text().and_then(|text| show::nearest(text, values.iter().filter_map(Schema::as_str)));
        let near = near.filter(|_| shown.len() > 1);
        (message, near.map(|near| format!("did you mean `{near}`?")))
    }

    pub(super) fn alternatives(
        &self,
        label: &str,
        alternatives: &[Vec<Violation>],
        event: &Event<'_>,
    ) -> Text {
        // The nearest alternative is one of the right type, whose discriminating constants fit, with the least against it.
        let nearest = alternatives.iter().min_by_key(|violations| {
            let count = |rules: &[&str]| {
                violations.iter().filter(|violation| rules.contains(&violation.rule.id)).count()
            };
            (count(&["schema/type"]), count(&["schema/const", "schema/enum"]), violations.len())
        });
        let message = format!("{label} fits none of the {} alternatives", alternatives.len());
        let Some(first) = nearest.and_then(|violations| violations.first()) else { return (message, None) };
        let (_, value) = place(first, self.root);
        let words = Words {
            root: self.root,
            value,
            schema: self.schema,
            refusing: None,
            kind: None,
            memory: self.memory,
        };
        let (why, help) = words.of(first, event);
        (format!("{message}; the nearest: {why}"), help)
    }

    pub(super) fn twice(&self, label: &str) -> String {
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
}

/// Whether a text, written without quotes, would be of a type.
fn is_a(text: &str, name: &str) -> bool {
    match tidings_json::parse(text.as_bytes(), 1).map(|parsed| parsed.value.kind) {
        Ok(tidings_json::Kind::Number(_)) => name == "number" || name == "integer",
        Ok(tidings_json::Kind::Bool(_)) => name == "boolean",
        _ => false,
    }
}

/// The place of a member of the object at a place.
fn child(pointer: &str, name: &str) -> String {
    format!("{pointer}/{}", tidings_json::escape_token(name))
}

fn either(names: &[&str]) -> String {
    match names {
        [] => "something else".to_owned(),
        [only] => (*only).to_owned(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

/// The first of so many.
fn listed(first: &[String], count: usize) -> String {
    match count {
        0..=MOST_LISTED => first.join(", "),
        _ => format!("{} and {} others", first[..10].join(", "), count - 10),
    }
}
