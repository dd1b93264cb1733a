//! `lint/example-story`: the examples are not one story that could happen.

use tidings_finding::{Rule, Severity};

use super::support::{Context, Sink, Target};
use super::{Category, Lint};

pub(crate) static RULE: Lint = Lint {
    rule: Rule {
        id: "lint/example-story",
        severity: Severity::Error,
        summary: "the examples are not one story that could happen",
        explanation: include_str!("example_story.md"),
    },
    category: Category::Examples,
    check,
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    let Some(story) = &context.story else { return };
    for finding in &story.findings {
        let Some(path) = finding.source.as_deref() else { continue };
        let place = finding.line.zip(finding.column);
        let mut target = Target { place, pointer: finding.pointer.clone(), ..Target::file(path) };
        target.event = finding.event_name.as_ref().map(ToString::to_string);
        let found = sink.report(target.unseen(), format!("{} ({})", finding.message, finding.rule.id));
        found.excerpt(finding.excerpt.clone());
        if let Some(help) = &finding.help {
            found.help(help.clone());
        }
    }
}
