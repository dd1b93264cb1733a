//! What a schema says of several fields together, as sentences.

use tidings_catalog::SchemaRef;
use tidings_json::{Kind, Value};

use super::facts;
use super::literal::{all_of, one_of};
use super::path::Path;
use crate::docs::markdown::code;

/// The rule of alternatives that all only ask for fields of the object at `path`.
pub(super) fn one_of_several(branches: &[SchemaRef<'_>], keyword: &str, path: &Path) -> Option<String> {
    let asked: Vec<Vec<&str>> =
        branches.iter().map(|branch| only_presence(*branch)).collect::<Option<_>>()?;
    let single = asked.iter().all(|names| names.len() == 1);
    let names: Vec<String> = asked.iter().map(|names| all_of(&codes(names, path))).collect();
    Some(match (keyword, single) {
        _ if names.is_empty() => return None,
        ("anyOf", true) => format!("At least one of {} is there.", all_of(&names)),
        ("anyOf", false) => format!("There is at least {}.", one_of(&names)),
        (_, true) if names.len() > 2 => format!("There is exactly one of {}.", all_of(&names)),
        _ => format!("There is either {}, and not both.", one_of(&names)),
    })
}

/// The rule of a `not` that only asks for fields of the object at `path`.
pub(super) fn never(not: SchemaRef<'_>, path: &Path) -> Option<String> {
    let names = codes(&only_presence(not)?, path);
    Some(match names.as_slice() {
        [one] => format!("{one} is never there."),
        [_, _] => format!("{} never come together.", all_of(&names)),
        _ => format!("{} never come all together.", all_of(&names)),
    })
}

/// The rule of a field of the object at `path` that needs others.
pub(super) fn together(name: &str, needed: &[&str], path: &Path) -> String {
    format!("{} comes only with {}.", code(&path.member(name).to_string()), all_of(&codes(needed, path)))
}

/// Of two fields that need each other one rule is enough.
pub(super) fn merge_mutual(rules: &mut Vec<String>) {
    let pair = |rule: &str| -> Option<(String, String)> {
        let (a, b) = rule.strip_suffix('.')?.split_once(" comes only with ")?;
        Some((a.to_owned(), b.to_owned()))
    };
    let mut at = 0;
    while at < rules.len() {
        if let Some((a, b)) = pair(&rules[at]) {
            let back = Some((b.clone(), a.clone()));
            if let Some(other) = (at + 1..rules.len()).find(|other| pair(&rules[*other]) == back) {
                rules.remove(other);
                rules[at] = format!("{a} and {b} come together or not at all.");
            }
        }
        at += 1;
    }
}

/// The members that a schema asks for, if that is all it asks.
fn only_presence(schema: SchemaRef<'_>) -> Option<Vec<&str>> {
    let asks_nothing = |value: &Value<'_>| match &value.kind {
        Kind::Bool(value) => *value,
        Kind::Object(members) => members.is_empty(),
        _ => false,
    };
    let nothing_else = schema.value().as_object()?.iter().all(|member| match member.name.as_ref() {
        "required" | "description" | "title" | "$comment" => true,
        "type" => member.value.as_str() == Some("object"),
        "properties" => {
            let properties = member.value.as_object().unwrap_or_default();
            properties.iter().all(|property| asks_nothing(&property.value))
        }
        _ => false,
    });
    let names = facts::strings(schema, "required");
    (nothing_else && !names.is_empty()).then_some(names)
}

fn codes(names: &[&str], path: &Path) -> Vec<String> {
    names.iter().map(|name| code(&path.member(name).to_string())).collect()
}

/// With its first letter in upper case.
pub(crate) fn capitalized(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().map_or_else(String::new, |first| first.to_uppercase().chain(rest).collect())
}
