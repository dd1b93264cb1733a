//! Personal data and secrets in free text; e-mail addresses in idempotency keys.

use tidings_catalog::Catalog;
use tidings_json::Value;

use super::Event;
use super::fields::{Suspect, Walk};
use crate::detect;
use crate::rules::privacy as rule;

pub(super) fn check(catalog: &Catalog, walk: &Walk<'_>, value: &Value<'_>, event: &mut Event<'_>) {
    for Suspect { pointer, personal_data, secret } in &walk.suspects {
        let Some(span) = value.pointer(pointer).map(|value| value.span) else { continue };
        if let Some(kind) = personal_data {
            event.report(&rule::SUSPECTED_PERSONAL_DATA, pointer, span, |event| {
                let help = "keep it in the system that owns it, and let the event carry a stable identifier";
                (
                    format!("{} looks as if it held {}", event.label(pointer), kind.name()),
                    Some(help.to_owned()),
                )
            });
        }
        if let Some(kind) = secret {
            event.report(&rule::SUSPECTED_SECRET, pointer, span, |event| {
                let help = "revoke it: whoever can read the stream can use it";
                (format!("{} looks as if it held {kind}", event.label(pointer)), Some(help.to_owned()))
            });
        }
    }
    let Some(role) = &catalog.roles.idempotency_key else { return };
    if let Some(key) = value.at(role)
        && key.as_str().is_some_and(detect::email)
        && !event.has_found("privacy", &role.to_string())
    {
        event.report(&rule::SUSPECTED_PERSONAL_DATA, &role.to_string(), key.span, |event| {
            let help = "make the key of stable identifiers, such as a request's id";
            let label = event.label(&role.to_string());
            (format!("{label} looks as if it held an e-mail address"), Some(help.to_owned()))
        });
    }
}
