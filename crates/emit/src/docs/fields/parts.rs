//! The parts of a schema: everything that applies to one value, each with the condition under which it does, and what
//! it says of fields together.
//!
//! `SchemaRef::applied_in_place` tells what always applies; here its branches (`if`, `oneOf`, `anyOf`, `dependencies`)
//! get the words that tell when.

use std::collections::HashSet;

use tidings_catalog::{PrivacyClass, SchemaKey, SchemaRef};
use tidings_json::{Kind, Value};

use super::condition::{Condition, Test, What};
use super::facts;
use super::path::Path;
use super::rules::{self, capitalized};
use super::when::{alternative, tests_of};

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
    pub(super) list: Vec<Part<'c>>,
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
            let first = all.list.len();
            for start in &wave {
                all.add(start);
            }
            wave = (first..all.list.len()).flat_map(|at| all.branches(at, path)).collect();
        }
        rules::merge_mutual(&mut all.rules);
        all
    }

    fn add(&mut self, start: &Part<'c>) {
        let classes = start.schema.applied_in_place().into_iter().filter_map(|(schema, _)| schema.privacy());
        self.class = classes.chain(self.class).max();
        for schema in facts::always(&[start.schema]) {
            let always = self.seen.contains(&(schema.key(), false, String::new()));
            if !always && self.seen.insert((schema.key(), start.is_test, start.when.to_string())) {
                self.list.push(Part { schema, ..start.clone() });
            }
        }
    }

    /// The subschemas that always apply.
    pub(super) fn always(&self) -> Vec<SchemaRef<'c>> {
        self.list
            .iter()
            .filter(|part| part.when.is_always() && !part.is_test)
            .map(|part| part.schema)
            .collect()
    }

    /// The members that are always there.
    pub(super) fn required(&self) -> Vec<&'c str> {
        self.always().into_iter().flat_map(|part| facts::strings(part, "required")).collect()
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
        let Part { when, schema, branch, is_test } = self.list[at].clone();
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
        if let Some(rule) = schema.subschema("not").and_then(|not| rules::never(not, path)) {
            self.rule(&when, rule);
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
        if let Some(rule) = rules::one_of_several(&all, keyword, path) {
            self.rule(when, rule);
            return Vec::new();
        }
        let real: Vec<SchemaRef<'c>> =
            all.iter().copied().filter(|branch| !facts::is_null(&facts::always(&[*branch]))).collect();
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
            if let Some(needed) = dependency.value().as_array() {
                let needed: Vec<&str> = needed.iter().filter_map(Value::as_str).collect();
                self.rule(when, rules::together(name, &needed, path));
            } else {
                let there = Test { subject: path.member(name), what: What::There, or_absent: false };
                let when = when.and(&Condition::when(vec![there]));
                found.push(Part { when, ..Part::always(dependency) });
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
}
