//! What an event says about itself: its type, the aggregate it is about, its version.

use tidings_catalog::{Catalog, EventType};
use tidings_json::{Decimal, Kind, Pointer, Span, Value};

use super::{Event, Known};
use crate::rules::envelope as rule;
use crate::show;

/// Why an event is of no event type of the catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unknown {
    Missing,
    NotAString,
    NoSuchName,
}

/// The event type that an event says it is of.
pub(super) fn event_type<'c>(catalog: &'c Catalog, event: &Value<'_>) -> Result<Known<'c>, Unknown> {
    let Some(role) = &catalog.roles.event_name else {
        return catalog.only_event_type().map(|only| (0, only)).ok_or(Unknown::Missing);
    };
    let value = event.at(role).ok_or(Unknown::Missing)?;
    let name = value.as_str().ok_or(Unknown::NotAString)?;
    let (index, _, event_type) = catalog.event_types.get_full(name).ok_or(Unknown::NoSuchName)?;
    Ok((index, event_type))
}

pub(super) fn report_unknown(catalog: &Catalog, unknown: Unknown, value: &Value<'_>, event: &mut Event<'_>) {
    let Some(role) = &catalog.roles.event_name else { return };
    let pointer = role.to_string();
    let found = value.at(role);
    let span = found.map_or(start_of(value), |found| found.span);
    let names = || catalog.event_types.keys().map(String::as_str);
    event.report(&rule::UNKNOWN_EVENT, &pointer, span, |event| {
        let label = event.label(&pointer);
        let message = match (unknown, found) {
            (Unknown::Missing, _) | (_, None) => {
                format!("{label} is missing, so nobody can tell what event this is")
            }
            (Unknown::NotAString, Some(found)) => {
                format!("{label} must be a string, not {}", super::messages::with_article(found.type_name()))
            }
            (Unknown::NoSuchName, Some(found)) => match event.shown(found) {
                Some(name) => format!("the catalog has no event type {name}"),
                None => format!("{label} names no event type of the catalog; the value is not shown"),
            },
        };
        let near = found.and_then(Value::as_str).and_then(|name| show::nearest(name, names()));
        let help = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("{label} names one of {}", some(names())),
        };
        (message, Some(help))
    });
}

pub(super) fn check(catalog: &Catalog, event_type: &EventType, value: &Value<'_>, event: &mut Event<'_>) {
    aggregate_type(catalog, event_type, value, event);
    aggregate_id(catalog, event_type, value, event);
    version(catalog, event_type, value, event);
}

fn aggregate_type(catalog: &Catalog, event_type: &EventType, value: &Value<'_>, event: &mut Event<'_>) {
    let (Some(role), Some(aggregate)) = (&catalog.roles.aggregate_type, &event_type.aggregate) else {
        return;
    };
    let Some(found) = value.at(role).filter(|found| found.as_str() != Some(aggregate)) else { return };
    let Some(pointer) = accepted(role, event) else { return };
    let name = &event_type.name;
    event.report(&rule::AGGREGATE_MISMATCH, &pointer, found.span, |event| {
        let is = event.shown(found).map_or(String::new(), |shown| format!(" is {shown}, but"));
        let message = format!("{}{is} `{name}` is about a `{aggregate}`", event.label(&pointer));
        (
            message,
            Some(format!("set {} to `{aggregate}`, or send the event that was meant", event.label(&pointer))),
        )
    });
}

fn aggregate_id(catalog: &Catalog, event_type: &EventType, value: &Value<'_>, event: &mut Event<'_>) {
    let (Some(role), Some(aggregate)) = (&catalog.roles.aggregate_id, catalog.aggregate_of(event_type))
    else {
        return;
    };
    let (Some(found), Some(own)) = (value.at(role), value.at(&aggregate.id)) else { return };
    if found.same_as(own) {
        return;
    }
    let (Some(pointer), Some(own_pointer)) = (accepted(role, event), accepted(&aggregate.id, event)) else {
        return;
    };
    event.report(&rule::AGGREGATE_MISMATCH, &pointer, found.span, |event| {
        let is = |value: &Value<'_>| event.shown(value).unwrap_or_else(|| "another value".to_owned());
        let (label, own_label) = (event.label(&pointer), event.label(&own_pointer));
        let message = format!("{label} is {}, but {own_label} is {}", is(found), is(own));
        (message, Some(format!("set {label} to the value of {own_label}")))
    });
}

fn version(catalog: &Catalog, event_type: &EventType, value: &Value<'_>, event: &mut Event<'_>) {
    let Some(role) = &catalog.roles.version else { return };
    let Some(found) = value.at(role).filter(|found| is_newer(found, event_type.version)) else { return };
    let Some(pointer) = accepted(role, event) else { return };
    let (name, known) = (&event_type.name, event_type.version);
    event.report(&rule::VERSION_NEWER, &pointer, found.span, |event| {
        let shown = event.shown(found).unwrap_or_default();
        let message = format!(
            "{} is {shown}, but the catalog knows `{name}` up to version {known}",
            event.label(&pointer)
        );
        (message, Some("use a newer catalog, or find out why the producer is ahead of it".to_owned()))
    });
}

/// Whether a value is a whole number above a version.
fn is_newer(value: &Value<'_>, known: u64) -> bool {
    let Kind::Number(number) = &value.kind else { return false };
    if let Ok(version) = number.parse::<u32>() {
        return u64::from(version) > known;
    }
    let Some(decimal) = Decimal::parse(number) else { return false };
    match decimal.to_i64() {
        Some(version) => u64::try_from(version).is_ok_and(|version| version > known),
        None => decimal.is_integer() && !decimal.is_negative(),
    }
}

/// The pointer to the place of a role, if the schema has nothing against the value there.
fn accepted(role: &Pointer, event: &Event<'_>) -> Option<String> {
    let pointer = role.to_string();
    (!event.has_found("schema", &pointer)).then_some(pointer)
}

/// The place that stands for something missing in an object: its opening brace.
pub(super) fn start_of(value: &Value<'_>) -> Span {
    Span { start: value.span.start, end: value.span.start + 1 }
}

/// A few names of many, for a help.
fn some<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    match names.len() {
        0..=6 => names.join(", "),
        more => format!("{} and {} others", names[..5].join(", "), more - 5),
    }
}
