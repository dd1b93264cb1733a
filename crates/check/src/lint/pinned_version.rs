//! `lint/pinned-version`: a schema allows only one version.

use tidings_finding::{Rule, Severity};

use super::support::{Context, Sink, Target};
use super::{Category, Lint};

pub(crate) static RULE: Lint = Lint {
    rule: Rule {
        id: "lint/pinned-version",
        severity: Severity::Error,
        summary: "a schema allows only one version",
        explanation: include_str!("pinned_version.md"),
    },
    category: Category::Schema,
    check,
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    let Some(role) = context.catalog.and_then(|catalog| catalog.roles.version.as_ref()) else { return };
    for (event_type, schema) in context.event_schemas() {
        for at in schema.at(role).into_iter().filter(|at| !context.is_test(*at)) {
            let Some(keyword) = ["const", "enum", "maximum", "exclusiveMaximum"]
                .into_iter()
                .find(|name| at.keyword(name).is_some())
            else {
                continue;
            };
            let target = context.of_owner(Target::keyword(at, keyword), at);
            let message = format!("`{keyword}` pins the version of `{}`", event_type.name);
            if let Some(found) = sink.report_once(target, message) {
                found.help("remove it: the manifest has the current version, and `\"minimum\": 1` is all a schema should say");
            }
        }
    }
}
