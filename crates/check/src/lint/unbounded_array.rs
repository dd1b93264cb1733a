//! `lint/unbounded-array`: an array may have any number of items.

use tidings_catalog::SchemaRef;
use tidings_finding::{Rule, Severity};
use tidings_json::Kind;

use super::support::{Context, Sink, unbounded};
use super::{Category, Lint};

pub(crate) static RULE: Lint = Lint {
    rule: Rule {
        id: "lint/unbounded-array",
        severity: Severity::Warning,
        summary: "an array may have any number of items",
        explanation: include_str!("unbounded_array.md"),
    },
    category: Category::Schema,
    check,
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    let help = "`\"maxItems\": 100`, or whatever fits the most there are";
    unbounded::report(context, sink, ("array", "any number of items"), bounds, help);
}

/// Whether a schema bounds the number of items by itself.
fn bounds(schema: SchemaRef<'_>) -> bool {
    let is_false =
        |keyword: &str| schema.keyword(keyword).is_some_and(|value| matches!(value.kind, Kind::Bool(false)));
    let listed = schema.keyword("items").is_some_and(|items| items.as_array().is_some());
    ["maxItems", "const", "enum"].iter().any(|keyword| schema.keyword(keyword).is_some())
        || is_false("items")
        || (listed && is_false("additionalItems"))
}
