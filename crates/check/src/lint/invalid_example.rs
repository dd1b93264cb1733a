//! `lint/invalid-example`: an example is not valid.

use tidings_finding::{Rule, Severity};

use super::support::{Context, Sink, Target};
use super::{Category, Lint};

pub(crate) static RULE: Lint = Lint {
    rule: Rule {
        id: "lint/invalid-example",
        severity: Severity::Error,
        summary: "an example is not valid",
        explanation: include_str!("invalid_example.md"),
    },
    category: Category::Examples,
    check,
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    for example in &context.examples {
        for finding in &example.findings {
            let place = finding.line.zip(finding.column);
            let mut target = Target { place, pointer: finding.pointer.clone(), ..Target::file(example.path) };
            target.event = finding.event_name.as_ref().map(ToString::to_string);
            let found = sink.report(target.unseen(), format!("{} ({})", finding.message, finding.rule.id));
            found.excerpt(finding.excerpt.clone());
            if let Some(help) = &finding.help {
                found.help(help.clone());
            }
        }
    }
}
