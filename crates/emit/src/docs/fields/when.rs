//! How a schema says when something counts: `if`, and what tells alternatives apart.

use tidings_catalog::SchemaRef;
use tidings_json::Value;

use super::condition::{Condition, Test, What};
use super::literal::literal;
use super::path::Path;
use super::{facts, words};

/// What an `if` asks of the value at `path`, in which members named in `required` are always there.
pub(super) fn tests_of(schema: SchemaRef<'_>, path: &Path, required: &[&str]) -> Vec<Test> {
    let mut tests = Vec::new();
    for (part, always) in schema.applied_in_place() {
        if !always || part.reference().is_some() {
            continue;
        }
        let needed = facts::strings(part, "required");
        let is_there = |name: &str| needed.contains(&name) || required.contains(&name);
        let properties = part.named_subschemas("properties");
        for (name, property) in &properties {
            let subject = path.member(name);
            let Some(what) = what_of(*property, &subject) else { continue };
            tests.push(Test { subject, what, or_absent: !is_there(name) });
        }
        for name in needed {
            let tested = tests.iter().any(|test: &Test| test.subject == path.member(name));
            if !tested && !required.contains(&name) {
                tests.push(Test { subject: path.member(name), what: What::There, or_absent: false });
            }
        }
        if properties.is_empty()
            && let Some(what) = value_test(&[part])
            && !matches!(&what, What::Like(text) if text == "object")
        {
            tests.push(Test { subject: path.clone(), what, or_absent: false });
        }
        for keyword in ["anyOf", "oneOf"] {
            let groups: Vec<Vec<Test>> = part
                .subschema_list(keyword)
                .into_iter()
                .map(|branch| tests_of(branch, path, required))
                .collect();
            if !groups.is_empty() {
                tests.push(Test { subject: path.clone(), what: What::Any(groups), or_absent: false });
            }
        }
        if let Some(not) = part.subschema("not") {
            let what = What::Not(tests_of(not, path, required));
            tests.push(Test { subject: path.clone(), what, or_absent: false });
        }
    }
    tests
}

/// What a property's schema asks of its value; nothing if it takes any.
fn what_of(schema: SchemaRef<'_>, path: &Path) -> Option<What> {
    let parts = facts::always(&[schema]);
    let is_object = |part: &SchemaRef<'_>| part.keyword("properties").or(part.keyword("required")).is_some();
    if parts.iter().any(is_object) {
        Some(What::Any(vec![tests_of(schema, path, &[])]))
    } else {
        value_test(&parts)
    }
}

/// What these ask of a value as such.
fn value_test(parts: &[SchemaRef<'_>]) -> Option<What> {
    if let Some(values) = facts::values(parts) {
        return Some(What::Is(values.into_iter().map(literal).collect()));
    }
    let text = words::scalar(parts);
    (!text.is_empty()).then_some(What::Like(text))
}

/// The condition of one of several alternatives (`anyOf`, `oneOf`) for the value at `path`: what tells it apart from
/// the others.
pub(super) fn alternative(branches: &[SchemaRef<'_>], index: usize, path: &Path) -> Condition {
    let parts: Vec<Vec<SchemaRef<'_>>> = branches.iter().map(|branch| facts::always(&[*branch])).collect();
    if let Some((name, values)) = discriminator(&parts, index) {
        let what = What::Is(values.into_iter().map(literal).collect());
        return Condition::when(vec![Test { subject: path.member(name), what, or_absent: false }]);
    }
    let kinds: Vec<String> = parts.iter().map(|parts| facts::kind(parts)).collect();
    let unique = |texts: &[String]| {
        let text = &texts[index];
        (!text.is_empty() && texts.iter().filter(|other| *other == text).count() == 1).then(|| text.clone())
    };
    let text = unique(&kinds).unwrap_or_else(|| format!("of its form {} of {}", index + 1, branches.len()));
    Condition::when(vec![Test { subject: path.clone(), what: What::Like(text), or_absent: false }])
}

/// The member whose value tells which of the alternatives it is, with its values in this one.
fn discriminator<'c>(
    alternatives: &[Vec<SchemaRef<'c>>],
    index: usize,
) -> Option<(&'c str, Vec<&'c Value<'static>>)> {
    let values_in = |parts: &[SchemaRef<'c>], name: &str| {
        let named: Vec<SchemaRef<'c>> =
            parts.iter().filter_map(|part| part.named_subschema("properties", name)).collect();
        facts::values(&facts::always(&named))
    };
    let names = alternatives.first()?.iter().flat_map(|part| part.named_subschemas("properties"));
    names.map(|(name, _)| name).find_map(|name| {
        let values: Vec<Vec<&Value<'static>>> =
            alternatives.iter().map(|parts| values_in(parts, name)).collect::<Option<_>>()?;
        let apart = values.iter().enumerate().all(|(at, own)| {
            own.iter().all(|value| !values[..at].iter().flatten().any(|other| value.same_as(other)))
        });
        apart.then(|| (name, values[index].clone()))
    })
}
