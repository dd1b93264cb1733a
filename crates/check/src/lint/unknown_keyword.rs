//! `lint/unknown-keyword`: a keyword is none of Draft-07.

use tidings_catalog::SchemaRef;
use tidings_finding::{Rule, Severity};
use tidings_json::Member;

use super::support::{Context, Edit, Fix, Sink, Target, keywords};
use super::{Category, Lint};

pub(crate) static RULE: Lint = Lint {
    rule: Rule {
        id: "lint/unknown-keyword",
        severity: Severity::Error,
        summary: "a keyword is none of Draft-07",
        explanation: include_str!("unknown_keyword.md"),
    },
    category: Category::Schema,
    check,
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    for node in &context.nodes {
        for member in node.keywords() {
            let name = member.name.as_ref();
            if name.starts_with("x-") || keywords::known().any(|known| known == name) {
                continue;
            }
            let target = context.of_owner(Target::keyword(node.schema, name), node.schema);
            if let Some(instead) = keywords::instead_of_later(name) {
                sink.report(
                    target,
                    format!("`{name}` came with a later draft; Draft-07 takes no notice of it"),
                )
                .help(format!("in Draft-07 it is {instead}"));
                continue;
            }
            let near = tidings_engine::nearest(name, keywords::known());
            let help = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => {
                    format!("a keyword of your own begins with `x-`: `x-{}`", name.trim_start_matches('$'))
                }
            };
            let fix = near.filter(|near| can_become(node.schema, member, near)).map(|near| {
                let edit = Edit { range: member.name_span.range(), text: format!("\"{near}\"") };
                Fix::edits(&node.schema.document().path, vec![edit])
            });
            sink.report(target, format!("the keyword `{name}` is none of Draft-07")).help(help).fix(fix);
        }
    }
}

/// Whether a misspelt keyword can get its right name without a change to what the schema accepts: it tells people
/// something, has a value of the right kind, and isn't there already.
fn can_become(schema: SchemaRef<'_>, member: &Member<'_>, name: &str) -> bool {
    let fits = match name {
        "description" | "title" | "$comment" => member.value.as_str().is_some(),
        "examples" => member.value.as_array().is_some(),
        _ => false,
    };
    fits && schema.value().get(name).is_none()
}
