//! The plain facts about a value that schemas state together: which subschemas always apply, which types and which values
//! there may be.

use tidings_catalog::SchemaRef;
use tidings_json::Value;

use super::literal::one_of;
use crate::docs::markdown::code;

/// The subschemas that always apply where these do, without those that are only references.
pub(super) fn always<'c>(schemas: &[SchemaRef<'c>]) -> Vec<SchemaRef<'c>> {
    let mut parts: Vec<SchemaRef<'c>> = Vec::new();
    for (part, always) in schemas.iter().flat_map(|schema| schema.applied_in_place()) {
        if always && part.reference().is_none() && !parts.iter().any(|known| known.key() == part.key()) {
            parts.push(part);
        }
    }
    parts
}

/// The strings in a keyword that lists strings, such as `required`.
pub(super) fn strings<'c>(part: SchemaRef<'c>, keyword: &str) -> Vec<&'c str> {
    let items = part.keyword(keyword).and_then(Value::as_array).unwrap_or_default();
    items.iter().filter_map(Value::as_str).collect()
}

/// The only values that there may be, if `const` or `enum` list them.
pub(super) fn values<'c>(parts: &[SchemaRef<'c>]) -> Option<Vec<&'c Value<'static>>> {
    let mut common: Option<Vec<&'c Value<'static>>> = None;
    for part in parts {
        let listed: Vec<&'c Value<'static>> = match (part.keyword("const"), part.keyword("enum")) {
            (Some(value), _) => vec![value],
            (None, Some(values)) => values.as_array().unwrap_or_default().iter().collect(),
            (None, None) => continue,
        };
        common = Some(match common {
            Some(known) => {
                known.into_iter().filter(|value| listed.iter().any(|other| value.same_as(other))).collect()
            }
            None => listed,
        });
    }
    common
}

/// The types that there may be: those that are named, or else those that the keywords are about.
pub(super) fn types(parts: &[SchemaRef<'_>]) -> Vec<String> {
    let mut common: Option<Vec<String>> = None;
    for part in parts {
        let named: Vec<String> = match part.keyword("type") {
            Some(value) => match value.as_str() {
                Some(name) => vec![name.to_owned()],
                None => strings(*part, "type").into_iter().map(str::to_owned).collect(),
            },
            None => continue,
        };
        common = Some(match common {
            Some(known) => both(&known, &named),
            None => named,
        });
    }
    common.unwrap_or_else(|| {
        let about = [
            (
                "object",
                &["properties", "patternProperties", "required", "minProperties", "maxProperties"][..],
            ),
            ("array", &["items", "minItems", "maxItems", "uniqueItems", "contains"]),
            ("string", &["pattern", "format", "minLength", "maxLength"]),
            ("number", &["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"]),
        ];
        let has = |keyword: &&str| parts.iter().any(|part| part.keyword(keyword).is_some());
        about
            .iter()
            .filter(|(_, keywords)| keywords.iter().any(has))
            .map(|(name, _)| (*name).to_owned())
            .collect()
    })
}

/// The types that both lists allow; an integer is a number.
fn both(a: &[String], b: &[String]) -> Vec<String> {
    let allows = |list: &[String], name: &str| {
        list.iter().any(|known| known == name)
            || (name == "integer" && list.iter().any(|known| known == "number"))
    };
    let mut common: Vec<String> = a.iter().filter(|name| allows(b, name)).cloned().collect();
    common.extend(b.iter().filter(|name| !a.contains(name) && allows(a, name)).cloned());
    common
}

/// Only the types, in words.
pub(super) fn kind(parts: &[SchemaRef<'_>]) -> String {
    let types: Vec<String> =
        types(parts).into_iter().map(|name| if name == "null" { code("null") } else { name }).collect();
    one_of(&types)
}

/// Whether the only value is `null`.
pub(super) fn is_null(parts: &[SchemaRef<'_>]) -> bool {
    match values(parts) {
        Some(values) => !values.is_empty() && values.iter().all(|value| value.type_name() == "null"),
        None => types(parts) == ["null"],
    }
}
