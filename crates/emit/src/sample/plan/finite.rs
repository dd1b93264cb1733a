//! Places where only a few values are allowed, by `const` or `enum`: they tell the branches of a schema apart.

use tidings_catalog::{Resolved, SchemaRef};
use tidings_json::{Kind, Value};

use super::expand::{Branch, names};
use super::types::Types;

type Values<'c> = Vec<&'c Value<'static>>;

/// The values that a branch allows, if they are few.
pub(crate) fn values<'c>(branch: &Branch<'c>) -> Option<Values<'c>> {
    let own = branch.atoms.iter().filter_map(|atom| stated(*atom));
    let values = own.reduce(|one, other| intersection(one, &other))?;
    let allowed = |value: &&Value<'static>| {
        branch.types.has(Types::of(value)) && !branch.not_values.iter().any(|not| not.same_as(value))
    };
    Some(values.into_iter().filter(allowed).collect())
}

/// The values that a branch allows for a member, if they are few.
pub(crate) fn member_values<'c>(branch: &Branch<'c>, name: &str) -> Option<Values<'c>> {
    let said = branch.atoms.iter().filter_map(|atom| atom.named_subschema("properties", name));
    let values = said.filter_map(of_schema).reduce(|one, other| intersection(one, &other))?;
    let refused: Values<'c> = branch
        .member_not
        .iter()
        .filter(|(member, _)| *member == name)
        .filter_map(|(_, schema)| only_values(*schema))
        .flatten()
        .collect();
    Some(values.into_iter().filter(|value| !refused.iter().any(|refused| refused.same_as(value))).collect())
}

/// Whether nothing that fits the branch can match the schema.
pub(crate) fn excludes(branch: &Branch<'_>, schema: SchemaRef<'_>) -> bool {
    if let Kind::Bool(allowed) = schema.value().kind {
        return !allowed;
    }
    if schema.reference().is_some() {
        return matches!(schema.resolve(), Some(Resolved::Schema(target)) if excludes(branch, target));
    }
    if schema.keyword("type").is_some_and(|types| !branch.types.has(Types::of_keyword(types))) {
        return true;
    }
    if let (Some(own), Some(other)) = (values(branch), stated(schema))
        && intersection(own, &other).is_empty()
    {
        return true;
    }
    if schema.subschema_list("allOf").into_iter().any(|part| excludes(branch, part)) {
        return true;
    }
    for keyword in ["anyOf", "oneOf"] {
        let parts = schema.subschema_list(keyword);
        if !parts.is_empty() && parts.into_iter().all(|part| excludes(branch, part)) {
            return true;
        }
    }
    if !branch.types.but(Types::OBJECT).is_empty() {
        return false;
    }
    names(schema.keyword("required")).any(|name| branch.forbidden.contains(&name))
        || schema.named_subschemas("properties").into_iter().any(|(name, member)| {
            branch.required.contains(&name)
                && (matches!(member.value().kind, Kind::Bool(false))
                    || member_values(branch, name)
                        .zip(of_schema(member))
                        .is_some_and(|(own, other)| intersection(own, &other).is_empty()))
        })
}

/// The values that a schema allows, if `const` or `enum` in it, or in what it refers to, say.
fn of_schema(schema: SchemaRef<'_>) -> Option<Values<'_>> {
    if schema.reference().is_some() {
        return match schema.resolve() {
            Some(Resolved::Schema(target)) => of_schema(target),
            _ => None,
        };
    }
    let parts = schema.subschema_list("allOf").into_iter().filter_map(of_schema);
    stated(schema).into_iter().chain(parts).reduce(|one, other| intersection(one, &other))
}

/// The values that a schema stands for, if it says nothing else.
fn only_values(schema: SchemaRef<'_>) -> Option<Values<'_>> {
    const SILENT: [&str; 7] = ["const", "enum", "title", "description", "x-privacy", "examples", "$comment"];
    let keywords = schema.value().as_object()?;
    keywords.iter().all(|keyword| SILENT.contains(&keyword.name.as_ref())).then(|| stated(schema)).flatten()
}

/// What `const` and `enum` in this very schema say.
fn stated(schema: SchemaRef<'_>) -> Option<Values<'_>> {
    let constant = schema.keyword("const").map(|value| vec![value]);
    let listed =
        schema.keyword("enum").and_then(Value::as_array).map(|values| values.iter().collect::<Values<'_>>());
    match (constant, listed) {
        (Some(constant), Some(listed)) => Some(intersection(constant, &listed)),
        (constant, listed) => constant.or(listed),
    }
}

fn intersection<'c>(mut one: Values<'c>, other: &[&Value<'_>]) -> Values<'c> {
    one.retain(|value| other.iter().any(|known| known.same_as(value)));
    one
}
