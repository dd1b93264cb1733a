//! The name that a new event type could have.

use serde_json::Value;
use tidings_catalog::{Catalog, EventType};

/// A name for what an event type became, in the way that the catalog names event types, and that it doesn't have yet.
pub(super) fn proposed(catalog: &Catalog, name: &str) -> String {
    let digits = name.len() - name.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let (stem, number) = name.split_at(name.len() - digits);
    let stem_of = |mark: &str| stem.strip_suffix(mark).filter(|stem| !stem.is_empty()).map(str::to_owned);
    let mark = match name {
        _ if name.contains('-') => "-v",
        _ if name.contains('.') => ".v",
        _ if name.contains('_') => "_v",
        _ => "V",
    };
    let (stem, first) = match (stem_of(mark), number.parse::<u64>()) {
        (Some(stem), Ok(number)) => (stem, number.saturating_add(1)),
        _ => (name.to_owned(), 2),
    };
    let names = (first..).map(|number| format!("{stem}{mark}{number}"));
    let mut free = names.filter(|name| !catalog.event_types.contains_key(name));
    free.next().unwrap_or_default()
}

/// A name as a key of TOML: in quotes where it must be.
pub(super) fn key(name: &str) -> String {
    let bare =
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    if bare { name.to_owned() } else { format!("\"{name}\"") }
}

/// Whether two event types have the same schema but for what names each: its own name in it, and its title, words and id.
pub(super) fn but_for_names(
    old_catalog: &Catalog,
    old: &EventType,
    new_catalog: &Catalog,
    new: &EventType,
) -> bool {
    let stripped = |catalog: &Catalog, event_type: &EventType| {
        let mut value = catalog.schema(event_type).value().to_serde();
        strip(&mut value, &event_type.name);
        value
    };
    stripped(old_catalog, old) == stripped(new_catalog, new)
}

fn strip(value: &mut Value, name: &str) {
    match value {
        Value::Object(members) => {
            members.retain(|key, value| {
                value.is_object() || !["$id", "title", "description", "examples"].contains(&key.as_str())
            });
            members.values_mut().for_each(|value| strip(value, name));
        }
        Value::Array(items) => items.iter_mut().for_each(|value| strip(value, name)),
        Value::String(text) if text == name => text.clear(),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proposed_name_counts_on_in_the_catalogs_own_way() {
        let catalog = Catalog::messaging().expect("the catalog that is built in");
        for (name, next) in [
            ("LampLit", "LampLitV2"),
            ("LampLitV2", "LampLitV3"),
            ("holder.closed", "holder.closed.v2"),
            ("parcel-held", "parcel-held-v2"),
            ("parcel-held-v9", "parcel-held-v10"),
            ("Area51", "Area51V2"),
            ("V2", "V2V2"),
        ] {
            assert_eq!(proposed(&catalog, name), next);
        }
    }
}
