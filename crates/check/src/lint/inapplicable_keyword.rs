//! `lint/inapplicable-keyword`: a keyword can't apply.

use tidings_finding::{Rule, Severity};

use super::support::{Context, Fix, Sink, Target, edits, nodes};
use super::{Category, Lint};

pub(crate) static RULE: Lint = Lint {
    rule: Rule {
        id: "lint/inapplicable-keyword",
        severity: Severity::Error,
        summary: "a keyword can't apply",
        explanation: include_str!("inapplicable_keyword.md"),
    },
    category: Category::Schema,
    check,
};

/// Keywords whose removal changes nothing at all. Others hold subschemas, and a field that only they name is a known
/// one in the closed view.
const REMOVABLE: [&str; 15] = [
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "pattern",
    "required",
    "uniqueItems",
];

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    for node in &context.nodes {
        let document = node.schema.document();
        for (member, about) in nodes::inapplicable(node) {
            let fix = REMOVABLE.contains(&member.name.as_ref()).then(|| {
                let edit = edits::removal(document.text(), member.name_span.start..member.value.span.end);
                Fix::edits(&document.path, vec![edit])
            });
            let target = context.of_owner(Target::keyword(node.schema, &member.name), node.schema);
            sink.report(target, format!("`{}` is about {about}, which there can't be here", member.name))
                .help("remove it, or let `type` have what it is about")
                .fix(fix);
        }
        for keyword in ["if", "then", "else"] {
            let has = |keyword: &str| node.schema.keyword(keyword).is_some();
            let idle = if keyword == "if" { !has("then") && !has("else") } else { !has("if") };
            if has(keyword) && idle {
                let lacks = if keyword == "if" { "`then` or `else`" } else { "`if`" };
                let target = context.of_owner(Target::keyword(node.schema, keyword), node.schema);
                sink.report(target, format!("`{keyword}` asks for nothing without {lacks}"))
                    .help(format!("add {lacks}, or remove it"));
            }
        }
    }
}
