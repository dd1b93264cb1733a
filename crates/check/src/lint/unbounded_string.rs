//! `lint/unbounded-string`: a string may have any length.

use tidings_catalog::SchemaRef;
use tidings_finding::{Rule, Severity};
use tidings_json::Value;

use super::support::{Context, Sink, patterns, unbounded};
use super::{Category, Lint};

pub(crate) static RULE: Lint = Lint {
    rule: Rule {
        id: "lint/unbounded-string",
        severity: Severity::Warning,
        summary: "a string may have any length",
        explanation: include_str!("unbounded_string.md"),
    },
    category: Category::Schema,
    check,
};

/// Formats whose texts have a greatest length.
const BOUNDED_FORMATS: [&str; 11] = [
    "date",
    "time",
    "date-time",
    "email",
    "idn-email",
    "hostname",
    "idn-hostname",
    "ipv4",
    "ipv6",
    "uuid",
    "duration",
];

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    let help = "`\"maxLength\": 200`, or whatever fits the longest there is";
    unbounded::report(context, sink, ("string", "any length"), bounds, help);
}

/// Whether a schema bounds the length of strings by itself.
fn bounds(schema: SchemaRef<'_>) -> bool {
    let text = |keyword: &str| schema.keyword(keyword).and_then(Value::as_str);
    ["maxLength", "const", "enum"].iter().any(|keyword| schema.keyword(keyword).is_some())
        || text("pattern").is_some_and(patterns::is_bounded)
        || text("format").is_some_and(|format| BOUNDED_FORMATS.contains(&format))
}
