//! Whether a schema can be satisfied at all.
//!
//! [`contradiction`] is the one place where lint asks. It looks at one schema by itself, without what it refers to, so it
//! may miss a contradiction but never invents one. The prover of `crates/inclusion` (`satisfiable`) belongs in here:
//! after the checks below, for what they don't see.

use tidings_catalog::SchemaRef;
use tidings_json::{Decimal, Kind, Value};

use super::nodes;

/// What two keywords of a schema contradict each other, so that no value (of the type they are about) can satisfy it: the
/// keyword to point at, and why, as a phrase.
pub(crate) fn contradiction(schema: SchemaRef<'_>) -> Option<(&'static str, String)> {
    if schema.value().as_object().is_none() || schema.value().get("$ref").is_some() {
        return None;
    }
    bounds(schema).or_else(|| values(schema)).or_else(|| members(schema)).or_else(|| elements(schema))
}

/// A lower bound that is above the upper one.
fn bounds(schema: SchemaRef<'_>) -> Option<(&'static str, String)> {
    // The last word: whether the two may be equal.
    const PAIRS: [(&str, &str, bool); 7] = [
        ("minLength", "maxLength", true),
        ("minItems", "maxItems", true),
        ("minProperties", "maxProperties", true),
        ("minimum", "maximum", true),
        ("exclusiveMinimum", "maximum", false),
        ("minimum", "exclusiveMaximum", false),
        ("exclusiveMinimum", "exclusiveMaximum", false),
    ];
    PAIRS.into_iter().find_map(|(low, high, may_be_equal)| {
        let (least, most) = (number(schema, low)?, number(schema, high)?);
        let order = compare(&least, &most)?;
        (order.is_gt() || (order.is_eq() && !may_be_equal))
            .then(|| (low, format!("`{low}` {least} leaves nothing below `{high}` {most}")))
    })
}

/// `enum` or `const` with a value that the schema's own `type` refuses.
fn values(schema: SchemaRef<'_>) -> Option<(&'static str, String)> {
    let types = nodes::types(schema)?;
    let integers_only = schema.keyword("type")?.as_str() == Some("integer");
    let fits = |value: &Value<'_>| {
        let whole = value.as_number().and_then(Decimal::parse).is_none_or(|number| number.is_integer());
        types.contains(&value.type_name()) && (!integers_only || whole)
    };
    if let Some(value) = schema.keyword("const") {
        return (!fits(value))
            .then(|| ("const", format!("`type` refuses the one value of `const`, {}", with_article(value))));
    }
    let refused = schema.keyword("enum")?.as_array()?.iter().find(|value| !fits(value))?;
    Some(("enum", format!("`type` refuses a value of `enum`, {}", with_article(refused))))
}

/// Members that must be there and can't.
fn members(schema: SchemaRef<'_>) -> Option<(&'static str, String)> {
    let required: Vec<&str> =
        schema.keyword("required")?.as_array()?.iter().filter_map(Value::as_str).collect();
    let most = number(schema, "maxProperties").and_then(|most| most.parse::<usize>().ok());
    if let Some(most) = most.filter(|most| *most < required.len()) {
        let message =
            format!("`required` asks for {} members and `maxProperties` allows {most}", required.len());
        return Some(("required", message));
    }
    let refused = required.into_iter().find(|name| {
        let own = schema.named_subschema("properties", name);
        own.is_some_and(|own| matches!(own.value().kind, Kind::Bool(false)))
    })?;
    Some(("required", format!("`{refused}` must be there and `properties` forbids it")))
}

/// Elements that must be there and can't.
fn elements(schema: SchemaRef<'_>) -> Option<(&'static str, String)> {
    let is_false =
        |keyword: &str| schema.keyword(keyword).is_some_and(|value| matches!(value.kind, Kind::Bool(false)));
    let least = number(schema, "minItems").filter(|least| least != "0");
    if let Some(least) = least.filter(|_| is_false("items")) {
        return Some(("minItems", format!("`minItems` asks for {least} and `items` forbids any")));
    }
    is_false("contains").then(|| ("contains", "`contains` asks for an item that nothing can be".to_owned()))
}

fn number(schema: SchemaRef<'_>, keyword: &str) -> Option<String> {
    schema.keyword(keyword)?.as_number().map(str::to_owned)
}

/// Numbers by value, exactly for those that fit 15 digits; others aren't compared.
fn compare(a: &str, b: &str) -> Option<std::cmp::Ordering> {
    let exact = |text: &str| {
        let few = text.bytes().filter(u8::is_ascii_digit).count() <= 15;
        text.parse::<f64>().ok().filter(|number| few && number.is_finite())
    };
    exact(a)?.partial_cmp(&exact(b)?)
}

fn with_article(value: &Value<'_>) -> String {
    match value.type_name() {
        "null" => "null".to_owned(),
        name @ ("array" | "object") => format!("an {name}"),
        name => format!("a {name}"),
    }
}
