//! `lint/unsatisfiable-schema`: nothing can satisfy a schema.

use tidings_finding::{Rule, Severity};

use super::support::{Context, Sink, Target, satisfiable};
use super::{Category, Lint};

pub(crate) static RULE: Lint = Lint {
    rule: Rule {
        id: "lint/unsatisfiable-schema",
        severity: Severity::Error,
        summary: "nothing can satisfy a schema",
        explanation: include_str!("unsatisfiable_schema.md"),
    },
    category: Category::Schema,
    check,
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    for node in &context.nodes {
        let Some((keyword, why)) = satisfiable::contradiction(node.schema) else { continue };
        let target = context.of_owner(Target::keyword(node.schema, keyword), node.schema);
        sink.report(target, why).help(HELP);
    }
    for (event_type, _) in context.event_schemas() {
        for place in context.places_of(event_type) {
            let Some((schema, keyword, why)) = satisfiable::conflict(place) else { continue };
            let target = context.of_owner(Target::keyword(schema, keyword), schema);
            if let Some(found) = sink.report_once(target, why) {
                found.help(HELP);
            }
        }
    }
}

const HELP: &str = "change one of the two, so that there is a value that both let through";
