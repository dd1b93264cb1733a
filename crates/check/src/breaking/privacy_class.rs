//! `breaking/privacy-class`: the privacy class of a field changed.

use tidings_catalog::{PrivacyClass, SchemaRef};
use tidings_emit::docs::fields::{Path, Step, fields_of};
use tidings_finding::{Rule, Severity};
use tidings_json::Pointer;

use super::Breaking;
use super::change::Change;
use super::context::Context;
use super::sink::{Break, Sink, Verdict};

pub(super) static RULE: Breaking = Breaking {
    rule: Rule {
        id: "breaking/privacy-class",
        severity: Severity::Error,
        summary: "the privacy class of a field changed",
        explanation: include_str!("privacy_class.md"),
    },
    check,
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    for pair in context.pairs.iter().filter(|pair| pair.change != Change::None) {
        let old_fields = classes(context.old.catalog.schema(pair.old));
        let new_fields = classes(context.new.catalog.schema(pair.new));
        for (path, is) in new_fields {
            let Some((_, was)) = old_fields.iter().find(|(old, _)| *old == path) else { continue };
            let restricted = |class: Option<PrivacyClass>| class.is_some_and(PrivacyClass::is_restricted);
            let what = match (restricted(*was), restricted(is)) {
                (false, true) => "became restricted: a broadly shared stream loses it",
                (true, false) => "is no longer restricted: what was withheld may be shared from now on",
                _ => continue,
            };
            let name = |class: Option<PrivacyClass>| class.map_or("none", PrivacyClass::name);
            let pointer = pointer(&path);
            sink.report(Break {
                target: context.field(pair.new, &pointer, "x-privacy", None),
                direction: None,
                verdict: Verdict::Breaking,
                witness: None,
                pointer: Some(pointer.clone()),
                message: format!(
                    "`{path}` of `{}` {what} (`{}`, was `{}`)",
                    pair.new.name,
                    name(is),
                    name(*was)
                ),
                help: format!(
                    "keep `\"x-privacy\": \"{}\"`, or carry it in a new field and tell its consumers",
                    name(*was)
                ),
                cause: None,
            });
        }
    }
}

/// The class of each field, by its place.
fn classes(schema: SchemaRef<'_>) -> Vec<(Path, Option<PrivacyClass>)> {
    fields_of(schema).list.into_iter().map(|field| (field.path, field.class)).collect()
}

/// The place as a JSON Pointer, to the first element where any is meant.
fn pointer(path: &Path) -> String {
    let token = |step: &Step| match step {
        Step::Member(name) => name.clone(),
        Step::AnyMember => "*".to_owned(),
        Step::AnyElement => "0".to_owned(),
        Step::Element(index) => index.to_string(),
    };
    path.steps().iter().map(token).collect::<Pointer>().to_string()
}
