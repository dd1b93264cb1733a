//! `lint/sensitive-name`: a field with the name of personal data is not restricted.

use tidings_emit::docs::fields::{Field, Step};
use tidings_finding::{Rule, Severity};
use tidings_json::Value;

use super::support::{Context, Sink, names};
use super::{Category, Lint};

pub(crate) static RULE: Lint = Lint {
    rule: Rule {
        id: "lint/sensitive-name",
        severity: Severity::Error,
        summary: "a field with the name of personal data is not restricted",
        explanation: include_str!("sensitive_name.md"),
    },
    category: Category::Privacy,
    check,
};

/// What the last words of a field's name may be if it holds personal data.
const SENSITIVE: [&[&str]; 50] = [
    &["address", "line"],
    &["bank", "account"],
    &["bank", "account", "number"],
    &["birth", "date"],
    &["birthdate"],
    &["birthday"],
    &["birthplace"],
    &["card", "number"],
    &["credit", "card"],
    &["date", "of", "birth"],
    &["display", "name"],
    &["dob"],
    &["driving", "licence"],
    &["e", "mail"],
    &["email"],
    &["email", "address"],
    &["emails"],
    &["family", "name"],
    &["fax"],
    &["first", "name"],
    &["full", "name"],
    &["gender"],
    &["given", "name"],
    &["home", "address"],
    &["iban"],
    &["ip"],
    &["ip", "address"],
    &["last", "name"],
    &["latitude"],
    &["longitude"],
    &["maiden", "name"],
    &["middle", "name"],
    &["mobile"],
    &["msisdn"],
    &["national", "id"],
    &["nickname"],
    &["passport"],
    &["passport", "number"],
    &["phone"],
    &["phone", "number"],
    &["phones"],
    &["postal", "address"],
    &["social", "security", "number"],
    &["ssn"],
    &["street"],
    &["street", "address"],
    &["surname"],
    &["tax", "id"],
    &["telephone"],
    &["user", "agent"],
];

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    for (event_type, fields) in &context.fields {
        for field in fields.list.iter().filter(|field| !field.has_fields) {
            let Some(Step::Member(name)) = field.path.steps().last() else { continue };
            // A field without a class is a finding of its own.
            let Some(class) = field.class.filter(|class| !class.is_restricted()) else { continue };
            let words = names::words(name);
            let smells = SENSITIVE.iter().any(|end| {
                words.len() >= end.len()
                    && words[words.len() - end.len()..].iter().zip(*end).all(|(word, end)| word == end)
            });
            if !smells || is_decided(field) {
                continue;
            }
            let message = format!(
                "`{}` has the name of personal data, and its class is `{}`",
                field.path,
                class.name()
            );
            if let Some(found) = sink.report_once(context.field(event_type, field), message) {
                found.help(
                    "`\"x-privacy\": \"contact-address\"` or `\"free-text\"`; better, leave it out and carry a stable identifier",
                );
            }
        }
    }
}

/// Whether its values are so few that they can't be anybody's: listed ones, or true and false.
fn is_decided(field: &Field<'_>) -> bool {
    field.schemas.iter().any(|schema| {
        schema.keyword("enum").is_some()
            || schema.keyword("const").is_some()
            || schema.keyword("type").and_then(Value::as_str) == Some("boolean")
    })
}
