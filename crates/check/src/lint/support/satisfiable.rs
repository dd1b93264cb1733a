//! Whether a schema can be satisfied at all.
//!
//! Lint asks here and nowhere else. [`contradiction`] looks at one schema by itself, [`conflict`] at all that always apply
//! to one place in an event, as an envelope and a payload do. Both compare keywords two by two, so they may miss a
//! contradiction but never invent one; [`never`] asks the prover, which sees the rest but can't say which two keywords it is.

use tidings_catalog::{Catalog, SchemaRef};
use tidings_inclusion::{Documents, Limits, Operand, Prover};
use tidings_json::{Decimal, Kind, Value};

use super::nodes;
use super::places::Place;

/// Pairs of a lower and an upper bound, and whether the two may be equal.
const BOUNDS: [(&str, &str, bool); 7] = [
    ("minLength", "maxLength", true),
    ("minItems", "maxItems", true),
    ("minProperties", "maxProperties", true),
    ("minimum", "maximum", true),
    ("exclusiveMinimum", "maximum", false),
    ("minimum", "exclusiveMaximum", false),
    ("exclusiveMinimum", "exclusiveMaximum", false),
];

/// What two keywords of a schema contradict each other, so that no value (of the type they are about) can satisfy it: the
/// keyword to point at, and why, as a phrase.
pub(crate) fn contradiction(schema: SchemaRef<'_>) -> Option<(&'static str, String)> {
    if schema.value().as_object().is_none() || schema.value().get("$ref").is_some() {
        return None;
    }
    bounds(schema).or_else(|| values(schema)).or_else(|| members(schema)).or_else(|| elements(schema))
}

/// What two schemas have against each other that both always apply to a place, so that no value there can satisfy them:
/// the schema and its keyword to point at, and why, as a phrase.
pub(crate) fn conflict<'c>(place: &Place<'c>) -> Option<(SchemaRef<'c>, &'static str, String)> {
    let always: Vec<SchemaRef<'c>> =
        place.schemas.iter().filter(|(_, always)| *always).map(|(schema, _)| *schema).collect();
    // The event type's own come before what they refer to, and are what is pointed at.
    for (at, one) in always.iter().enumerate() {
        for other in &always[at + 1..] {
            let found = types_apart(*one, *other).or_else(|| values_apart(*one, *other));
            let found =
                found.or_else(|| listed_elsewhere(*one, *other)).or_else(|| bounds_apart(*one, *other));
            if let Some((keyword, why)) = found {
                let (line, _) = other.document().place(other.value().span.start);
                return Some((
                    *one,
                    keyword,
                    format!("{why}, which {}:{line} asks for", other.document().path),
                ));
            }
        }
    }
    None
}

/// Of some schemas those that no value satisfies, in their order. `false` says so by itself and is not among them.
pub(crate) fn never<'c>(catalog: &'c Catalog, schemas: &[SchemaRef<'c>]) -> Vec<SchemaRef<'c>> {
    let mut documents = Documents::new();
    for document in catalog.schemas.documents() {
        if documents.add(&document.uri, &catalog.schemas.portable(document)).is_err() {
            return Vec::new();
        }
    }
    let mut prover = Prover::new(Limits::default());
    let library = prover.add(documents);
    let mut is_never = |schema: &SchemaRef<'_>| {
        let compiled = prover.schema(&Operand::open(library, &schema.uri()));
        compiled.is_ok_and(|compiled| prover.satisfiable(compiled) == Some(false))
    };
    let objects = schemas.iter().filter(|schema| schema.value().as_object().is_some());
    objects.copied().filter(|schema| is_never(schema)).collect()
}

/// Types that have nothing in common.
fn types_apart(one: SchemaRef<'_>, other: SchemaRef<'_>) -> Option<(&'static str, String)> {
    let (own, others) = (nodes::types(one)?, nodes::types(other)?);
    own.iter()
        .all(|name| !others.contains(name))
        .then(|| ("type", format!("no value is {} and {}", own.join(" or "), others.join(" or "))))
}

/// Listed values that the other doesn't list, or whose type it refuses.
fn values_apart(one: SchemaRef<'_>, other: SchemaRef<'_>) -> Option<(&'static str, String)> {
    let (keyword, own) = listed(one)?;
    if let Some((name, others)) = listed(other) {
        let shared = own.iter().any(|value| others.iter().any(|other| value.same_as(other)));
        return (!shared).then(|| (keyword, format!("`{keyword}` has no value of the `{name}`")));
    }
    let types = nodes::types(other)?;
    let fits = own.iter().any(|value| types.contains(&value.type_name()));
    (!fits).then(|| (keyword, format!("`{keyword}` has no value of the type {}", types.join(" or "))))
}

/// A type that none of the values has which the other lists.
fn listed_elsewhere(one: SchemaRef<'_>, other: SchemaRef<'_>) -> Option<(&'static str, String)> {
    let types = nodes::types(one)?;
    let (keyword, values) = listed(other)?;
    let fits = values.iter().any(|value| types.contains(&value.type_name()));
    (!fits).then(|| ("type", format!("no {} is in the `{keyword}`", types.join(" or "))))
}

/// The only values that a schema lets through, if it lists them.
fn listed(schema: SchemaRef<'_>) -> Option<(&'static str, &[Value<'static>])> {
    match (schema.keyword("const"), schema.keyword("enum")) {
        (Some(value), _) => Some(("const", std::slice::from_ref(value))),
        (None, Some(list)) => Some(("enum", list.as_array()?)),
        _ => None,
    }
}

/// A lower bound of one that is above the upper one of the other.
fn bounds_apart(one: SchemaRef<'_>, other: SchemaRef<'_>) -> Option<(&'static str, String)> {
    BOUNDS.into_iter().find_map(|(low, high, may_be_equal)| {
        let own = crossed(one, low, other, high, may_be_equal).map(|why| (low, why));
        own.or_else(|| crossed(other, low, one, high, may_be_equal).map(|why| (high, why)))
    })
}

/// A lower bound that is above the upper one.
fn bounds(schema: SchemaRef<'_>) -> Option<(&'static str, String)> {
    BOUNDS.into_iter().find_map(|(low, high, may_be_equal)| {
        crossed(schema, low, schema, high, may_be_equal).map(|why| (low, why))
    })
}

fn crossed(
    lower: SchemaRef<'_>,
    low: &str,
    upper: SchemaRef<'_>,
    high: &str,
    may_be_equal: bool,
) -> Option<String> {
    let (least, most) = (number(lower, low)?, number(upper, high)?);
    let order = compare(&least, &most)?;
    (order.is_gt() || (order.is_eq() && !may_be_equal))
        .then(|| format!("`{low}` {least} leaves nothing below `{high}` {most}"))
}

/// `enum` or `const` with a value that the schema's own `type` refuses.
fn values(schema: SchemaRef<'_>) -> Option<(&'static str, String)> {
    if schema.keyword("enum").and_then(Value::as_array).is_some_and(<[_]>::is_empty) {
        return Some(("enum", "`enum` lists no value".to_owned()));
    }
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
