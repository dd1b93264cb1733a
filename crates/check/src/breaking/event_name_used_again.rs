//! `breaking/event-name-used-again`: a name that was given up is used again.

use tidings_finding::{Rule, Severity};

use super::Breaking;
use super::change::Change;
use super::context::Context;
use super::sink::{Break, Sink};

pub(super) static RULE: Breaking = Breaking {
    rule: Rule {
        id: "breaking/event-name-used-again",
        severity: Severity::Error,
        summary: "the name of an event type that was removed is used again",
        explanation: include_str!("event_name_used_again.md"),
    },
    check,
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    for pair in &context.pairs {
        let name = &pair.new.name;
        let gone = context.between.iter().find(|version| !version.catalog.event_types.contains_key(name));
        let Some(gone) = gone else { continue };
        let (old, gone) = (&context.old.name, &gone.name);
        let help = if pair.change == Change::Meaning {
            format!(
                "give it a name that was never used: `tidings new {} --from {name}`",
                super::names::proposed(&context.new.catalog, name)
            )
        } else {
            format!("it is what it was in {old}: if it was removed by mistake, waive this in waivers.toml")
        };
        let message = format!("{old} had `{name}`, {gone} had it no more, and now the name is used again");
        sink.report(Break::new(context.entry(name), message, help));
    }
}
