//! `lint/schema-draft`: a schema is not declared as one of Draft-07.

use tidings_catalog::FaultKind;
use tidings_finding::{Rule, Severity};

use super::support::{Context, Edit, Fix, Sink, Target};
use super::{Category, Lint};

pub(crate) static RULE: Lint = Lint {
    rule: Rule {
        id: "lint/schema-draft",
        severity: Severity::Error,
        summary: "a schema is not declared as one of Draft-07",
        explanation: include_str!("schema_draft.md"),
    },
    category: Category::Schema,
    check,
};

/// What a schema file says it is.
const DRAFT_07: &str = "http://json-schema.org/draft-07/schema#";

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    for problem in context.faults_of(FaultKind::Draft) {
        sink.report(Target::problem(problem), problem.message.clone())
            .help(format!("`\"$schema\": \"{DRAFT_07}\"`, and keywords that Draft-07 has"));
    }
    let documents = context.catalog.map(|catalog| catalog.schemas.documents()).unwrap_or_default();
    for document in documents {
        let Some(members) = document.root.as_object() else { continue };
        if document.root.get("$schema").is_some() {
            continue;
        }
        let fix = members.first().map(|first| {
            let start = document.root.span.start + 1;
            let blank = String::from_utf8_lossy(&document.text()[start..first.name_span.start]).into_owned();
            let text = format!("{blank}\"$schema\": \"{DRAFT_07}\",");
            Fix::edits(&document.path, vec![Edit { range: start..start, text }])
        });
        sink.report(Target::file(&document.path), "the file does not say which draft its schema is of")
            .help(format!("`\"$schema\": \"{DRAFT_07}\"`"))
            .fix(fix);
    }
}
