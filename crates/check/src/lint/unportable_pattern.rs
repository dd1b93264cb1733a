//! `lint/unportable-pattern`: a pattern does not mean the same everywhere.

use super::support::patterns::Unportable;
use tidings_catalog::Document;
use tidings_finding::{Rule, Severity};
use tidings_json::{Span, Value};

use super::support::{Context, Edit, Fix, Sink, Target, patterns};
use super::{Category, Lint};

pub(crate) static RULE: Lint = Lint {
    rule: Rule {
        id: "lint/unportable-pattern",
        severity: Severity::Warning,
        summary: "a pattern does not mean the same everywhere",
        explanation: include_str!("unportable_pattern.md"),
    },
    category: Category::Schema,
    check,
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    for node in &context.nodes {
        let path = &node.schema.document().path;
        if let Some(value) = node.schema.keyword("pattern")
            && let Some(pattern) = value.as_str()
            && let Some(unportable) = patterns::unportable(pattern)
        {
            let target = Target::inside(node.schema, "/pattern", value);
            let fix = rewritten(node.schema.document(), value.span, pattern);
            report(context.of_owner(target, node.schema), &unportable, fix, sink);
        }
        let named = node.schema.keyword("patternProperties").and_then(Value::as_object).unwrap_or_default();
        for member in named {
            let Some(unportable) = patterns::unportable(&member.name) else { continue };
            let pointer = format!(
                "{}/patternProperties/{}",
                node.schema.pointer(),
                tidings_json::escape_token(&member.name)
            );
            let target = Target::json(path, pointer, member.name_span);
            report(context.of_owner(target, node.schema), &unportable, None, sink);
        }
    }
}

fn report(target: Target, unportable: &Unportable, fix: Option<Fix>, sink: &mut Sink<'_>) {
    let Unportable { part, why, instead } = unportable;
    let help = match instead {
        Some(instead) => format!("`{instead}` means the same everywhere"),
        None => {
            "write it in what ECMA-262, RE2 and Rust have in common: classes, groups, alternatives, counts"
                .to_owned()
        }
    };
    sink.report(target, format!("`{part}` in the pattern is not portable: {why}")).help(help).fix(fix);
}

/// The edit that writes what has a portable form in that form, if the text says what it says without escapes that could
/// be written otherwise: then all else in it stays.
fn rewritten(document: &Document, span: Span, pattern: &str) -> Option<Fix> {
    let portable = patterns::portable(pattern)?;
    let as_json = |text: &str| serde_json::to_string(text).ok();
    let written = std::str::from_utf8(document.text().get(span.range())?).ok()?;
    if as_json(pattern)? != written {
        return None;
    }
    Some(Fix::edits(&document.path, vec![Edit { range: span.range(), text: as_json(&portable)? }]))
}
