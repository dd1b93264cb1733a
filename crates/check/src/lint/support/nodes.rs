//! The schemas of a catalog, node by node: every subschema at a place where Draft-07 has one, in the order of the files.

use tidings_catalog::{Catalog, SchemaRef};
use tidings_json::{Kind, Member, Value};

use super::keywords;

/// One node.
pub(crate) struct Node<'c> {
    pub(crate) schema: SchemaRef<'c>,
    /// Whether it only asks a question: it stands below an `if` or a `not`.
    pub(crate) is_test: bool,
}

/// All nodes.
pub(crate) fn all(catalog: &Catalog) -> Vec<Node<'_>> {
    let mut schemas = catalog.schemas.all();
    schemas.sort_by_key(|schema| schema.key());
    schemas.into_iter().map(|schema| Node { schema, is_test: is_test(&schema.pointer()) }).collect()
}

/// Whether a pointer to a subschema leads through an `if` or a `not`, as keywords: a field may have that name.
fn is_test(pointer: &str) -> bool {
    let mut tokens = pointer.split('/').skip(1);
    while let Some(keyword) = tokens.next() {
        match keyword {
            "if" | "not" => return true,
            "definitions" | "properties" | "patternProperties" | "dependencies" | "$defs"
            | "dependentSchemas" => {
                tokens.next();
            }
            // Indexes of lists are no keywords and pass as such.
            _ => {}
        }
    }
    false
}

impl<'c> Node<'c> {
    /// The keywords that stand here, as long as it is no reference: beside one, nothing counts.
    pub(crate) fn keywords(&self) -> &'c [Member<'static>] {
        let value = self.schema.value();
        if value.get("$ref").is_some() { &[] } else { value.as_object().unwrap_or_default() }
    }

    /// The types of values that it lets through, if it says so. `integer` counts as `number`.
    pub(crate) fn types(&self) -> Option<Vec<&'c str>> {
        types(self.schema)
    }
}

/// The types of JSON values.
const TYPES: [&str; 6] = ["array", "boolean", "null", "number", "object", "string"];

/// The types of values that a schema itself lets through, if it says so. `integer` counts as `number`.
pub(crate) fn types(schema: SchemaRef<'_>) -> Option<Vec<&str>> {
    let value = schema.keyword("type")?;
    let names: Vec<&str> = match &value.kind {
        Kind::String(name) => vec![name.as_ref()],
        Kind::Array(names) => names.iter().filter_map(Value::as_str).collect(),
        _ => return None,
    };
    // With a misspelt one nobody knows what it lets through.
    let are_known = names.iter().all(|name| *name == "integer" || TYPES.contains(name));
    are_known.then(|| names.into_iter().map(|name| if name == "integer" { "number" } else { name }).collect())
}

/// The keyword of a node that can't apply, since the node lets no value through that it would be about; with what it is
/// about.
pub(crate) fn inapplicable<'c>(node: &Node<'c>) -> Vec<(&'c Member<'static>, String)> {
    let mut found = Vec::new();
    let types = node.types();
    for member in node.keywords() {
        if let (Some(types), Some(about)) = (&types, keywords::type_of(&member.name))
            && !types.contains(&about)
        {
            found.push((member, format!("{about}s")));
        }
        let list_of_items = node.schema.keyword("items").is_some_and(|items| items.as_array().is_some());
        if member.name == "additionalItems"
            && !list_of_items
            && found.last().is_none_or(|(last, _)| last.name != member.name)
        {
            found.push((member, "the items after a list of `items`".to_owned()));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_below_a_condition_is_a_test_but_a_field_of_that_name_is_none() {
        for pointer in ["/if", "/allOf/0/if/properties/a", "/not/anyOf/1", "/definitions/not/not"] {
            assert!(is_test(pointer), "{pointer}");
        }
        for pointer in ["", "/then", "/properties/if", "/definitions/not/items/0", "/dependencies/if/else"] {
            assert!(!is_test(pointer), "{pointer}");
        }
    }
}
