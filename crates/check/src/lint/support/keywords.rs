//! The keywords of Draft-07, and which types of values each says something about.

/// The keywords that say something about values of one type only, sorted by name. Values of other types pass them.
const TYPED: [(&str, &str); 25] = [
    ("additionalItems", "array"),
    ("additionalProperties", "object"),
    ("contains", "array"),
    ("contentEncoding", "string"),
    ("contentMediaType", "string"),
    ("dependencies", "object"),
    ("exclusiveMaximum", "number"),
    ("exclusiveMinimum", "number"),
    ("format", "string"),
    ("items", "array"),
    ("maxItems", "array"),
    ("maxLength", "string"),
    ("maxProperties", "object"),
    ("maximum", "number"),
    ("minItems", "array"),
    ("minLength", "string"),
    ("minProperties", "object"),
    ("minimum", "number"),
    ("multipleOf", "number"),
    ("pattern", "string"),
    ("patternProperties", "object"),
    ("properties", "object"),
    ("propertyNames", "object"),
    ("required", "object"),
    ("uniqueItems", "array"),
];

/// Keywords that say something about any value.
const GENERAL: [&str; 11] =
    ["allOf", "anyOf", "const", "definitions", "else", "enum", "if", "not", "oneOf", "then", "type"];

/// Keywords that refuse nothing: they tell people, or say where the schema is.
pub(crate) const ANNOTATIONS: [&str; 7] =
    ["$comment", "default", "description", "examples", "readOnly", "title", "writeOnly"];

/// Keywords that say what a schema is and where.
const CORE: [&str; 3] = ["$id", "$ref", "$schema"];

/// Keywords that came with later drafts; Draft-07 takes no notice of them.
const LATER: [&str; 14] = [
    "$anchor",
    "$defs",
    "$dynamicAnchor",
    "$dynamicRef",
    "$recursiveAnchor",
    "$recursiveRef",
    "$vocabulary",
    "dependentRequired",
    "dependentSchemas",
    "deprecated",
    "maxContains",
    "minContains",
    "prefixItems",
    "unevaluatedProperties",
];

/// What to write in Draft-07 for a keyword of a later draft.
pub(crate) fn instead_of_later(keyword: &str) -> Option<&'static str> {
    Some(match keyword {
        "$defs" => "`definitions`",
        "dependentRequired" | "dependentSchemas" => "`dependencies`",
        "prefixItems" => "`items` with a list",
        "deprecated" => "`x-deprecated`",
        "unevaluatedItems" => "`additionalItems`",
        "unevaluatedProperties" => "nothing: `tidings validate` refuses unknown fields by itself",
        _ if LATER.contains(&keyword) => "something that Draft-07 has",
        _ => return None,
    })
}

/// The type of values that a keyword says something about; none if it is about any.
pub(crate) fn type_of(keyword: &str) -> Option<&'static str> {
    TYPED.iter().find(|(known, _)| *known == keyword).map(|(_, kind)| *kind)
}

/// Every keyword of Draft-07.
pub(crate) fn known() -> impl Iterator<Item = &'static str> {
    let typed = TYPED.iter().map(|(keyword, _)| *keyword);
    typed.chain(GENERAL).chain(ANNOTATIONS).chain(CORE)
}
