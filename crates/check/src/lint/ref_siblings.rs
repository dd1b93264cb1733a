//! `lint/ref-siblings`: keywords beside a `$ref` have no effect.

use tidings_finding::{Rule, Severity};
use tidings_json::Member;

use super::support::{Context, Edit, Fix, Sink, Target, keywords};
use super::{Category, Lint};

pub(crate) static RULE: Lint = Lint {
    rule: Rule {
        id: "lint/ref-siblings",
        severity: Severity::Error,
        summary: "keywords beside a `$ref` have no effect",
        explanation: include_str!("ref_siblings.md"),
    },
    category: Category::Schema,
    check,
};

/// What may stand beside a `$ref`: what leads elsewhere, what only people read, and what Tidings reads there too.
fn may_stand_beside(name: &str) -> bool {
    ["$ref", "$schema", "$comment", "definitions"].contains(&name) || name.starts_with("x-")
}

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    for node in &context.nodes {
        let value = node.schema.value();
        let (Some(reference), Some(members)) = (value.member("$ref"), value.as_object()) else { continue };
        let beside: Vec<&Member<'_>> =
            members.iter().filter(|member| !may_stand_beside(&member.name)).collect();
        let Some(first) = beside.first() else { continue };
        // A keyword that refuses something would begin to, so only people can say what was meant.
        let harmless = beside.iter().all(|member| keywords::ANNOTATIONS.contains(&member.name.as_ref()));
        let fix = harmless.then(|| {
            let range = reference.name_span.start..reference.value.span.end;
            let written = String::from_utf8_lossy(&node.schema.document().text()[range.clone()]).into_owned();
            let text = format!("\"allOf\": [{{ {written} }}]");
            Fix::edits(&node.schema.document().path, vec![Edit { range, text }])
        });
        let names: Vec<String> = beside.iter().map(|member| format!("`{}`", member.name)).collect();
        let (stand, have) = if names.len() == 1 { ("stands", "has") } else { ("stand", "have") };
        let message = format!("{} {stand} beside a `$ref` and {have} no effect", names.join(", "));
        let target = context.of_owner(Target::keyword(node.schema, &first.name), node.schema);
        sink.report(target, message)
            .help(format!(
                "`\"allOf\": [{{ \"$ref\": {} }}]` in place of the `$ref`",
                node.schema.reference().map_or_else(|| "…".to_owned(), |uri| format!("\"{uri}\""))
            ))
            .fix(fix);
    }
}
