//! Whether a schema can be satisfied at all.
//!
//! Lint asks here and nowhere else. [`contradiction`] looks at one schema by itself, [`conflict`] at all that always apply
//! to one place in an event, as an envelope and a payload do. Both compare keywords two by two and can say which they are.
//! For what they don't see there is [`Doubter`], which asks the prover. None invents a contradiction, all may miss one.

use std::collections::HashSet;

use tidings_catalog::{Catalog, Resolved, SchemaKey, SchemaRef};
use tidings_inclusion::{Documents, Library, Limits, Operand, Prover, View};
use tidings_json::{Decimal, Kind, Value};

use super::keywords;
use super::nodes::{self, Node};
use super::places::Place;

/// How many steps the prover may take for one question. What takes more counts as satisfiable.
const STEPS: u64 = 50_000;

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

/// Asks the prover, and tells only of the innermost schemas that nothing satisfies: what holds them follows.
pub(crate) struct Doubter<'c> {
    prover: Prover,
    library: Library,
    nodes: &'c [Node<'c>],
    /// What nothing satisfies, told of or not.
    impossible: HashSet<SchemaKey>,
}

impl<'c> Doubter<'c> {
    /// One for the schemas of a catalog; `told` are those that were told of already.
    pub(crate) fn new(catalog: &'c Catalog, nodes: &'c [Node<'c>], told: HashSet<SchemaKey>) -> Option<Self> {
        let mut limits = Limits::default();
        limits.steps = STEPS;
        let mut prover = Prover::new(limits);
        let mut documents = Documents::new();
        for document in catalog.schemas.documents() {
            documents.add(&document.uri, &catalog.schemas.portable(document)).ok()?;
        }
        let library = prover.add(documents);
        Some(Self { prover, library, nodes, impossible: told })
    }

    /// The schema to point at if nothing satisfies all those that always apply to a place, although each could be
    /// satisfied.
    pub(crate) fn place(&mut self, place: &Place<'c>) -> Option<SchemaRef<'c>> {
        let always = place.schemas.iter().filter(|(_, always)| *always).map(|(schema, _)| *schema);
        let always: Vec<SchemaRef<'c>> =
            always.filter(|schema| schema.value().get("$ref").is_none()).collect();
        let first = *always.first().filter(|_| always.len() > 1)?;
        if always.iter().any(|schema| self.follows(*schema)) || !self.is_impossible(&always) {
            return None;
        }
        self.impossible.extend(always.iter().map(|schema| schema.key()));
        Some(first)
    }

    /// The schemas that nothing satisfies.
    pub(crate) fn nodes(&mut self) -> Vec<SchemaRef<'c>> {
        let nodes = self.nodes;
        let asked = nodes.iter().map(|node| node.schema).filter(|schema| is_doubtful(*schema));
        let told = self.impossible.clone();
        let mut found: Vec<SchemaRef<'c>> = Vec::new();
        for schema in asked {
            if !told.contains(&schema.key()) && self.is_impossible(&[schema]) {
                found.push(schema);
            }
        }
        self.impossible.extend(found.iter().map(|schema| schema.key()));
        found.retain(|schema| !self.holds_another(*schema));
        found
    }

    fn is_impossible(&mut self, schemas: &[SchemaRef<'_>]) -> bool {
        let uris: Vec<String> = schemas.iter().map(|schema| schema.uri()).collect();
        let Some((root, also)) = uris.split_first() else { return false };
        let also = also.iter().map(String::as_str).collect();
        let operand = Operand { library: self.library, root, view: View::Open, also };
        self.prover.schema(&operand).is_ok_and(|schema| self.prover.satisfiable(schema) == Some(false))
    }

    fn follows(&self, schema: SchemaRef<'c>) -> bool {
        self.impossible.contains(&schema.key()) || self.holds_another(schema)
    }

    /// Whether inside a schema there is another, or a reference to one, that nothing satisfies.
    fn holds_another(&self, schema: SchemaRef<'c>) -> bool {
        if self.impossible.is_empty() {
            return false;
        }
        let (path, span) = (&schema.document().path, schema.value().span);
        let inside = |other: &SchemaRef<'_>| {
            let at = other.value().span;
            other.document().path == *path && span.start < at.start && at.end <= span.end
        };
        let is_impossible = |inner: SchemaRef<'_>| match inner.resolve() {
            Some(Resolved::Schema(target)) => self.impossible.contains(&target.key()),
            _ => self.impossible.contains(&inner.key()),
        };
        self.nodes.iter().map(|node| node.schema).any(|inner| inside(&inner) && is_impossible(inner))
    }
}

/// Whether a schema may contradict itself in a way that [`contradiction`] doesn't see. One that says `not` to everything
/// refuses everything on purpose.
fn is_doubtful(schema: SchemaRef<'_>) -> bool {
    const COMBINING: [&str; 5] = ["allOf", "anyOf", "if", "not", "oneOf"];
    const BESIDE_OTHERS: [&str; 12] = [
        "additionalProperties",
        "const",
        "contains",
        "dependencies",
        "enum",
        "format",
        "minProperties",
        "multipleOf",
        "pattern",
        "patternProperties",
        "propertyNames",
        "uniqueItems",
    ];
    let Some(members) = schema.value().as_object() else { return false };
    if schema.value().get("$ref").is_some() || schema.keyword("not").is_some_and(accepts_all) {
        return false;
    }
    let has = |names: &[&str]| members.iter().any(|member| names.contains(&member.name.as_ref()));
    let asking = members.iter().filter(|member| keywords::type_of(&member.name).is_some()).count()
        + usize::from(has(&["const"]))
        + usize::from(has(&["enum"]));
    has(&COMBINING) || (asking > 1 && has(&BESIDE_OTHERS))
}

/// Whether a schema is one that accepts everything.
fn accepts_all(schema: &Value<'_>) -> bool {
    matches!(schema.kind, Kind::Bool(true)) || schema.as_object().is_some_and(<[_]>::is_empty)
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
