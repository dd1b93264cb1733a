//! Fields as tables, and what doesn't fit a table: conditions and long patterns.

use std::fmt::Write as _;

use super::fields::{Condition, Effect, Field, Presence, Step, capitalized, literal, one_of};
use super::markdown::{Page, Table, code, prose};

/// How many of a field's examples are shown, and how long one may be.
const EXAMPLES: usize = 2;
const EXAMPLE_LENGTH: usize = 40;

/// All fields in one table.
pub(super) fn all(fields: &[&Field<'_>]) -> Table {
    table(fields, true)
}

/// The fields that every event has.
pub(super) fn required(fields: &[&Field<'_>]) -> Table {
    let fields: Vec<&Field<'_>> =
        fields.iter().copied().filter(|field| field.presence == Presence::Always).collect();
    table(&fields, false)
}

/// The fields that an event may be without.
pub(super) fn optional(fields: &[&Field<'_>]) -> Table {
    let fields: Vec<&Field<'_>> =
        fields.iter().copied().filter(|field| field.presence != Presence::Always).collect();
    let told = fields.iter().any(|field| !matches!(needed(field).as_str(), "no" | ""));
    table(&fields, told)
}

fn table(fields: &[&Field<'_>], with_needed: bool) -> Table {
    let mut head = vec!["field", "type", "meaning", "privacy class"];
    if with_needed {
        head.insert(1, "required");
    }
    let mut table = Table::new(head);
    for field in fields.iter().filter(|field| !is_scaffold(field)) {
        let words = if field.words.text.is_empty() { "any value" } else { &field.words.text };
        let class = field.class.map_or_else(String::new, |class| code(class.name()));
        let meaning = meaning(field.description, &field.examples);
        let mut row = vec![code(&field.path.to_string()), words.to_owned(), meaning, class];
        if with_needed {
            row.insert(1, needed(field));
        }
        table.row(row);
    }
    table
}

/// Whether a field is only what other fields are in, without a name of its own.
fn is_scaffold(field: &Field<'_>) -> bool {
    !is_named(field) && field.has_fields && field.description.is_none() && field.words.text == "object"
}

fn is_named(field: &Field<'_>) -> bool {
    matches!(field.path.steps().last(), Some(Step::Member(_)))
}

fn meaning(description: Option<&str>, examples: &[&tidings_json::Value<'_>]) -> String {
    let examples: Vec<String> = examples
        .iter()
        .map(|example| literal(example))
        .filter(|example| example.chars().count() <= EXAMPLE_LENGTH)
        .take(EXAMPLES)
        .collect();
    let mut out = description.map_or_else(String::new, prose);
    if !examples.is_empty() {
        let space = if out.is_empty() { "" } else { " " };
        let _ = write!(out, "{space}For example {}.", one_of(&examples));
    }
    out
}

/// When a field must be there, in words.
fn needed(field: &Field<'_>) -> String {
    let of = |wanted: fn(&Effect<'_>) -> bool| -> Vec<&Condition> {
        field.conditions.iter().filter(|(_, effect)| wanted(effect)).map(|(when, _)| when).collect()
    };
    let required = of(|effect| matches!(effect, Effect::Required));
    let known = of(|effect| matches!(effect, Effect::Known));
    let forbidden = of(|effect| matches!(effect, Effect::Forbidden));
    let mut out = match field.presence {
        Presence::Always => "yes".to_owned(),
        // An element or a member of a map can't be missing.
        Presence::InParent if !is_named(field) => String::new(),
        Presence::InParent => format!("in every {}", code(&field.path.parent().to_string())),
        Presence::Optional if required.is_empty() => "no".to_owned(),
        Presence::Optional => either(&required),
    };
    let only: Vec<&Condition> = known.into_iter().filter(|when| !required.contains(when)).collect();
    if !only.is_empty() {
        let _ = write!(out, "; only {}", either(&only));
    }
    let (otherwise, other): (Vec<&Condition>, Vec<&Condition>) =
        forbidden.into_iter().partition(|when| required.iter().any(|needed| needed.is_opposite_of(when)));
    if !otherwise.is_empty() {
        out.push_str(", else not allowed");
    }
    if !other.is_empty() {
        let _ = write!(out, "; not allowed {}", either(&other));
    }
    out
}

fn either(conditions: &[&Condition]) -> String {
    one_of(&conditions.iter().map(ToString::to_string).collect::<Vec<_>>())
}

/// What the tables leave out: what is so under conditions, what holds for fields together, patterns that are long.
pub(super) fn write_notes(fields: &[&Field<'_>], rules: &[String], page: &mut Page) {
    let mut conditions: Vec<(&Condition, Vec<String>)> = Vec::new();
    let mut patterns: Vec<String> = Vec::new();
    for field in fields {
        let path = field.path.to_string();
        patterns.extend(field.words.long_patterns.iter().map(|pattern| format!("{path}: {pattern}")));
        for (when, effect) in &field.conditions {
            let Effect::Narrowed { words, description, examples } = effect else { continue };
            let mut said = vec![words.text.clone(), meaning(*description, examples)];
            said.retain(|text| !text.is_empty());
            let said = format!("{}: {}", code(&path), said.join(". "));
            match conditions.iter_mut().find(|(known, _)| *known == when) {
                Some((_, all)) => all.push(said),
                None => conditions.push((when, vec![said])),
            }
            let plain = when.to_string().replace('`', "");
            patterns.extend(words.long_patterns.iter().map(|pattern| format!("{path} {plain}: {pattern}")));
        }
    }
    let told = conditions.into_iter().map(|(when, said)| {
        let when = capitalized(&when.to_string());
        match said.as_slice() {
            [one] => (format!("{when}, {one}"), Vec::new()),
            _ => (format!("{when}:"), said),
        }
    });
    let told: Vec<_> = told.chain(rules.iter().map(|rule| (rule.clone(), Vec::new()))).collect();
    if !told.is_empty() {
        page.paragraph("**Conditions:**");
        page.nested_list(&told);
    }
    if !patterns.is_empty() {
        page.paragraph("**Patterns:**");
        page.fence("text", &patterns.join("\n"));
    }
}
