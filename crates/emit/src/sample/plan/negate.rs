//! What a value looks like that does not match a schema: it breaks at least one of its keywords.

use tidings_catalog::{Resolved, SchemaRef};
use tidings_json::{Kind, Value};

use super::expand::{Choice, Literal, names};
use super::types::Types;

/// The opposite of a schema.
pub(crate) enum Negation<'c> {
    /// Nothing matches the schema, so there is nothing to do.
    Holds,
    /// Everything matches the schema.
    Never,
    /// One of these breaks it.
    Choice(Choice<'c>),
    /// Nothing that could break it can be told here.
    Unknown,
}

/// The opposite of a schema.
pub(crate) fn negate(schema: SchemaRef<'_>) -> Negation<'_> {
    let keywords = match &schema.value().kind {
        Kind::Bool(true) => return Negation::Never,
        Kind::Object(members) => members,
        _ => return Negation::Holds,
    };
    if schema.reference().is_some() {
        return match schema.resolve() {
            Some(Resolved::Schema(target)) => Negation::Choice(vec![vec![Literal::Not(target)]]),
            _ => Negation::Unknown,
        };
    }
    let mut choice = Vec::new();
    let mut unknown = false;
    for keyword in keywords {
        break_keyword(schema, &keyword.name, &keyword.value, &mut choice, &mut unknown);
    }
    match (choice.is_empty(), unknown) {
        (true, true) => Negation::Unknown,
        (true, false) => Negation::Never,
        (false, _) => Negation::Choice(choice),
    }
}

fn break_keyword<'c>(
    schema: SchemaRef<'c>,
    keyword: &str,
    value: &'c Value<'static>,
    choice: &mut Choice<'c>,
    unknown: &mut bool,
) {
    match keyword {
        "type" => choice.push(vec![Literal::Types(Types::ALL.but(Types::of_keyword(value)))]),
        "const" => choice.push(vec![Literal::NotValues(vec![value])]),
        "enum" => {
            choice.push(vec![Literal::NotValues(value.as_array().unwrap_or_default().iter().collect())]);
        }
        "required" => {
            choice.extend(
                names(Some(value)).map(|name| vec![Literal::Types(Types::OBJECT), Literal::Forbid(name)]),
            );
        }
        "properties" => {
            for (name, member) in schema.named_subschemas("properties") {
                let anything = match &member.value().kind {
                    Kind::Bool(allowed) => *allowed,
                    Kind::Object(keywords) => keywords.is_empty(),
                    _ => true,
                };
                if !anything {
                    choice.push(vec![
                        Literal::Types(Types::OBJECT),
                        Literal::Require(name),
                        Literal::MemberNot(name, member),
                    ]);
                }
            }
        }
        "pattern" => choice.extend(
            value.as_str().map(|pattern| vec![Literal::Types(Types::STRING), Literal::NotPattern(pattern)]),
        ),
        "allOf" => {
            choice.extend(schema.subschema_list("allOf").into_iter().map(|part| vec![Literal::Not(part)]));
        }
        "anyOf" => choice.push(schema.subschema_list("anyOf").into_iter().map(Literal::Not).collect()),
        "not" => choice.extend(schema.subschema("not").map(|inner| vec![Literal::Is(inner)])),
        "oneOf"
        | "if"
        | "dependencies"
        | "items"
        | "additionalItems"
        | "contains"
        | "format"
        | "multipleOf"
        | "uniqueItems"
        | "additionalProperties"
        | "patternProperties"
        | "propertyNames"
        | "contentEncoding"
        | "contentMediaType" => *unknown = true,
        _ => choice.extend(value.as_number().and_then(|number| break_bound(keyword, number))),
    }
}

/// What lies on the other side of a bound.
fn break_bound<'c>(keyword: &str, number: &str) -> Option<Vec<Literal<'c>>> {
    let count = || number.parse::<i64>().ok();
    let below = || count().map(|count| count - 1).filter(|count| *count >= 0).map(|count| count.to_string());
    let above = || count().map(|count| (count + 1).to_string());
    let (types, opposite, number) = match keyword {
        "minimum" => (Types::NUMBER, "exclusiveMaximum", number.to_owned()),
        "maximum" => (Types::NUMBER, "exclusiveMinimum", number.to_owned()),
        "exclusiveMinimum" => (Types::NUMBER, "maximum", number.to_owned()),
        "exclusiveMaximum" => (Types::NUMBER, "minimum", number.to_owned()),
        "minLength" => (Types::STRING, "maxLength", below()?),
        "maxLength" => (Types::STRING, "minLength", above()?),
        "minItems" => (Types::ARRAY, "maxItems", below()?),
        "maxItems" => (Types::ARRAY, "minItems", above()?),
        "minProperties" => (Types::OBJECT, "maxProperties", below()?),
        "maxProperties" => (Types::OBJECT, "minProperties", above()?),
        _ => return None,
    };
    Some(vec![Literal::Types(types), Literal::Bound(opposite, number)])
}
