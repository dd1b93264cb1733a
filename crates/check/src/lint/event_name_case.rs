//! `lint/event-name-case`: an event type's name is not in the catalog's form.

use tidings_catalog::manifest::EventNames;
use tidings_finding::{Rule, Severity};

use super::support::{Context, Sink, Target, names};
use super::{Category, Lint};

pub(crate) static RULE: Lint = Lint {
    rule: Rule {
        id: "lint/event-name-case",
        severity: Severity::Warning,
        summary: "an event type's name is not in the catalog's form",
        explanation: include_str!("event_name_case.md"),
    },
    category: Category::Naming,
    check,
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    let Some(manifest) = context.manifest else { return };
    let (form, is, make): (_, fn(&str) -> bool, fn(&str) -> String) = match manifest.policy.event_names {
        EventNames::Pascal => ("PascalCase", names::is_pascal, names::pascal),
        EventNames::Dotted => ("dotted.snake_case", names::is_dotted, names::dotted),
        EventNames::Kebab => ("kebab-case", names::is_kebab, names::kebab),
    };
    for name in manifest.events.keys().filter(|name| !is(name)) {
        let better = make(name);
        let target = Target::key(name).of_event_named(name);
        let found =
            sink.report(target, format!("the event type's name `{}` is not in {form}", name.as_str()));
        if is(&better) {
            found.help(format!("`{better}`; once events of it are out, a new form is a new event type"));
        }
    }
}
