//! The parts of a schema: everything that applies to one value, each with the condition under which it does, and what
//! it says of fields together.
//!
//! `SchemaRef::applied_in_place` tells what always applies; here its branches (`if`, `oneOf`, `anyOf`, `dependencies`)
//! get the words that tell when.

use std::collections::HashSet;

use tidings_catalog::{PrivacyClass, SchemaKey, SchemaRef};
use tidings_json::{Kind, Value};

use super::condition::{Condition, Test, What, alternative, tests_of};
use super::literal::{all_of, one_of};
use super::path::Path;
use super::words;
use crate::docs::markdown::code;

/// A subschema that applies to a value when a condition holds.
#[derive(Clone, Debug)]
pub(super) struct Part<'c> {
    pub(super) when: Condition,
    pub(super) schema: SchemaRef<'c>,
    /// If it is one of several alternatives, of which one or another always applies: which.
    pub(super) branch: Option<Branch>,
    /// Whether it only tests (`if`): it asks nothing of the value, but the fields that it names are known.
    pub(super) is_test: bool,
}

impl<'c> Part<'c> {
    /// One that always applies.
    pub(super) fn always(schema: SchemaRef<'c>) -> Self {
        Self { when: Condition::default(), schema, branch: None, is_test: false }
    }
}

/// One of several alternatives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Branch {
    group: usize,
    index: usize,
    of: usize,
}

/// What applies to one value.
#[derive(Debug, Default)]
pub(super) struct Parts<'c> {
    pub(super) parts: Vec<Part<'c>>,
    /// What holds for several fields together, each a sentence in Markdown.
    pub(super) rules: Vec<String>,
    /// Whether the value may also be `null` by an alternative that says only that.
    pub(super) or_null: bool,
    /// The most sensitive privacy class that is stated anywhere.
    pub(super) class: Option<PrivacyClass>,
    seen: HashSet<(SchemaKey, bool, String)>,
    groups: usize,
}

impl<'c> Parts<'c> {
    /// Everything that applies to the value at `path` where these subschemas do.
    pub(super) fn of(starts: &[Part<'c>], path: &Path) -> Self {
        let mut all = Self::default();
        let mut wave = starts.to_vec();
        // Branches are told apart by what always applies, so all of that comes first.
        while !wave.is_empty() {
            let first = all.parts.len();
            for start in &wave {
                all.add(start);
            }
            wave = (first..all.parts.len()).flat_map(|at| all.branches(at, path)).collect();
        }
        all.merge_mutual_rules();
        all
    }

    fn add(&mut self, start: &Part<'c>) {
        let classes = start.schema.applied_in_place().into_iter().filter_map(|(schema, _)| schema.privacy());
        self.class = classes.chain(self.class).max();
        for schema in words::always(&[start.schema]) {
            let always = self.seen.contains(&(schema.key(), false, String::new()));
            if !always && self.seen.insert((schema.key(), start.is_test, start.when.to_string())) {
                self.parts.push(Part { schema, ..start.clone() });
            }
        }
    }

    /// The subschemas that always apply.
    pub(super) fn always(&self) -> Vec<SchemaRef<'c>> {
        self.parts
            .iter()
            .filter(|part| part.when.is_always() && !part.is_test)
            .map(|part| part.schema)
            .collect()
    }

    /// The members that are always there.
    pub(super) fn required(&self) -> Vec<&'c str> {
        self.always().into_iter().flat_map(|part| words::strings(part, "required")).collect()
    }

    /// Whether one or another of these applies whatever happens.
    pub(super) fn cover<'p>(parts: impl IntoIterator<Item = &'p Part<'c>>) -> bool
    where
        'c: 'p,
    {
        let mut branches: Vec<Branch> = Vec::new();
        for part in parts {
            if part.when.is_always() {
                return true;
            }
            branches.extend(part.branch.filter(|branch| !branches.contains(branch)));
        }
        branches
            .iter()
            .any(|branch| branches.iter().filter(|other| other.group == branch.group).count() == branch.of)
    }

    /// The branches of one part.
    fn branches(&mut self, at: usize, path: &Path) -> Vec<Part<'c>> {
        let Part { when, schema, branch, is_test } = self.parts[at].clone();
        if is_test {
            return Vec::new();
        }
        // An alternative within an alternative covers only that one.
        let outermost = branch.is_none() && when.is_always();
        let mut found = self.conditional(schema, &when, path, outermost);
        for keyword in ["oneOf", "anyOf"] {
            found.extend(self.alternatives(schema, keyword, &when, path, outermost));
        }
        self.dependencies(schema, &when, path, &mut found);
        if let Some(not) = schema.subschema("not")
            && let Some(names) = only_presence(not)
        {
            let names = names_of(&names, path);
            match names.as_slice() {
                [one] => self.rule(&when, format!("{one} is never there.")),
                [_, _] => self.rule(&when, format!("{} never come together.", all_of(&names))),
                _ => self.rule(&when, format!("{} never come all together.", all_of(&names))),
            }
        }
        found
    }

    fn conditional(
        &mut self,
        schema: SchemaRef<'c>,
        when: &Condition,
        path: &Path,
        outermost: bool,
    ) -> Vec<Part<'c>> {
        let Some(test) = schema.subschema("if") else { return Vec::new() };
        let (then, otherwise) = (schema.subschema("then"), schema.subschema("else"));
        let tests = tests_of(test, path, &self.required());
        if tests.is_empty() {
            // `true` and `false` decide once and for all.
            let decided = if matches!(test.value().kind, Kind::Bool(false)) { otherwise } else { then };
            return decided
                .into_iter()
                .map(|schema| Part { when: when.clone(), ..Part::always(schema) })
                .collect();
        }
        let group = (outermost && then.is_some() && otherwise.is_some()).then(|| self.group());
        let part = |schema: Option<SchemaRef<'c>>, condition: Condition, index: usize| {
            let branch = group.map(|group| Branch { group, index, of: 2 });
            schema.map(|schema| Part { when: when.and(&condition), schema, branch, is_test: false })
        };
        let then = part(then, Condition::when(tests.clone()), 0);
        let otherwise = part(otherwise, Condition::unless(tests), 1);
        let test = Part { is_test: true, ..Part::always(test) };
        then.into_iter().chain(otherwise).chain([test]).collect()
    }

    fn alternatives(
        &mut self,
        schema: SchemaRef<'c>,
        keyword: &str,
        when: &Condition,
        path: &Path,
        outermost: bool,
    ) -> Vec<Part<'c>> {
        let all = schema.subschema_list(keyword);
        let presence: Option<Vec<Vec<&str>>> = all.iter().map(|branch| only_presence(*branch)).collect();
        if let Some(presence) = presence.filter(|presence| !presence.is_empty()) {
            let single = presence.iter().all(|names| names.len() == 1);
            let names: Vec<String> = presence.iter().map(|names| all_of(&names_of(names, path))).collect();
            self.rule(
                when,
                match (keyword, single) {
                    ("anyOf", true) => format!("At least one of {} is there.", all_of(&names)),
                    ("anyOf", false) => format!("There is at least {}.", one_of(&names)),
                    _ => format!("There is either {}, and not both.", one_of(&names)),
                },
            );
            return Vec::new();
        }
        let real: Vec<SchemaRef<'c>> =
            all.iter().copied().filter(|branch| !words::is_null(&words::always(&[*branch]))).collect();
        self.or_null |= real.len() < all.len() && when.is_always();
        if let [one] = real.as_slice() {
            return vec![Part { when: when.clone(), ..Part::always(*one) }];
        }
        let group = outermost.then(|| self.group());
        let of = real.len();
        real.iter()
            .enumerate()
            .map(|(index, branch)| Part {
                when: when.and(&alternative(&real, index, path)),
                schema: *branch,
                branch: group.map(|group| Branch { group, index, of }),
                is_test: false,
            })
            .collect()
    }

    fn dependencies(
        &mut self,
        schema: SchemaRef<'c>,
        when: &Condition,
        path: &Path,
        found: &mut Vec<Part<'c>>,
    ) {
        for (name, dependency) in schema.named_subschemas("dependencies") {
            let subject = path.member(name);
            match dependency.value().as_array() {
                Some(needed) => {
                    let needed: Vec<&str> = needed.iter().filter_map(Value::as_str).collect();
                    let name = code(&subject.to_string());
                    self.rule(when, format!("{name} comes only with {}.", all_of(&names_of(&needed, path))));
                }
                None => {
                    let there = Test { subject, what: What::There, or_absent: false };
                    let when = when.and(&Condition::when(vec![there]));
                    found.push(Part { when, ..Part::always(dependency) });
                }
            }
        }
    }

    fn group(&mut self) -> usize {
        self.groups += 1;
        self.groups
    }

    fn rule(&mut self, when: &Condition, sentence: String) {
        let rule = if when.is_always() {
            sentence
        } else {
            format!("{}: {sentence}", capitalized(&when.to_string()))
        };
        if !self.rules.contains(&rule) {
            self.rules.push(rule);
        }
    }

    /// Two that need each other come together.
    fn merge_mutual_rules(&mut self) {
        let pair = |rule: &str| -> Option<(String, String)> {
            let (a, b) = rule.strip_suffix('.')?.split_once(" comes only with ")?;
            Some((a.to_owned(), b.to_owned()))
        };
        let mut at = 0;
        while at < self.rules.len() {
            if let Some((a, b)) = pair(&self.rules[at])
                && let Some(other) =
                    self.rules.iter().position(|rule| pair(rule) == Some((b.clone(), a.clone())))
                && other != at
            {
                self.rules.remove(other);
                let at = if other < at { at - 1 } else { at };
                self.rules[at] = format!("{a} and {b} come together or not at all.");
            }
            at += 1;
        }
    }
}

/// The members that a schema asks for, if that is all it asks.
fn only_presence(schema: SchemaRef<'_>) -> Option<Vec<&str>> {
    let is_true = |value: &Value<'_>| match &value.kind {
        Kind::Bool(value) => *value,
        Kind::Object(members) => members.is_empty(),
        _ => false,
    };
    let members = schema.value().as_object()?;
    let nothing_else = members.iter().all(|member| match member.name.as_ref() {
        "required" | "description" | "title" | "$comment" => true,
        "type" => member.value.as_str() == Some("object"),
        "properties" => {
            member.value.as_object().is_some_and(|properties| properties.iter().all(|p| is_true(&p.value)))
        }
        _ => false,
    });
    let names = words::strings(schema, "required");
    (nothing_else && !names.is_empty()).then_some(names)
}

fn names_of(names: &[&str], path: &Path) -> Vec<String> {
    names.iter().map(|name| code(&path.member(name).to_string())).collect()
}

/// With its first letter in upper case.
pub(crate) fn capitalized(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().map_or_else(String::new, |first| first.to_uppercase().chain(rest).collect())
}
