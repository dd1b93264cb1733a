//! Objects: members with a name of their own, members whose names follow a rule, and examples that belong together.

use std::collections::BTreeMap;

use tidings_catalog::{SchemaKey, SchemaRef};
use tidings_json::{Kind, Value};

use super::super::expand::{self, Branch};
use super::super::facets::Facets;
use super::super::{Map, Member, NodeId, ObjectPlan};
use super::{Builder, Place};
use crate::sample::json;
use crate::sample::text::ecma::Pattern;
use crate::sample::text::{TextFacets, TextPlan};

/// What the atoms of a branch say about names.
struct Names<'c> {
    atoms: Vec<(SchemaRef<'c>, Vec<(Pattern, SchemaRef<'c>)>)>,
}

impl<'c> Names<'c> {
    fn of(branch: &Branch<'c>) -> Self {
        let patterns = |atom: &SchemaRef<'c>| {
            let named = atom.named_subschemas("patternProperties").into_iter();
            named.filter_map(|(pattern, schema)| Some((Pattern::new(pattern)?, schema))).collect()
        };
        Self { atoms: branch.atoms.iter().map(|atom| (*atom, patterns(atom))).collect() }
    }

    /// The schemas that apply to the member of this name.
    fn apply_to(&self, name: &str) -> Vec<SchemaKey> {
        let mut found = Vec::new();
        for (atom, patterns) in &self.atoms {
            let before = found.len();
            found.extend(atom.named_subschema("properties", name).map(SchemaRef::key));
            let matching = patterns.iter().filter(|(pattern, _)| pattern.regex.is_match(name));
            found.extend(matching.map(|(_, schema)| schema.key()));
            if found.len() == before {
                found.extend(atom.subschema("additionalProperties").map(SchemaRef::key));
            }
        }
        found
    }

    fn patterns(&self) -> impl Iterator<Item = &Pattern> {
        self.atoms.iter().flat_map(|(_, patterns)| patterns).map(|(pattern, _)| pattern)
    }

    /// Whether some schema refuses, or describes, members without a name of their own.
    fn additional(&self, described: bool) -> bool {
        self.atoms.iter().filter_map(|(atom, _)| atom.subschema("additionalProperties")).any(|schema| {
            match &schema.value().kind {
                Kind::Bool(allowed) => !described && !allowed,
                _ => described,
            }
        })
    }
}

impl<'c> Builder<'c> {
    pub(super) fn object(
        &mut self,
        branch: &Branch<'c>,
        facets: &Facets<'c>,
        trace: Option<usize>,
    ) -> Result<ObjectPlan, String> {
        let counts = facets.members;
        if counts.most.is_some_and(|most| most < counts.least) {
            return Err("no object has as many and as few members as it must".to_owned());
        }
        if let Some(name) = branch.required.iter().find(|name| branch.forbidden.contains(name)) {
            return Err(format!("`{name}` is asked for and refused at once"));
        }
        let names = Names::of(branch);
        let mut plan = ObjectPlan {
            members: Vec::new(),
            least: counts.least,
            most: counts.most.unwrap_or(u64::MAX),
            maps: Vec::new(),
            names: None,
            groups: Vec::new(),
            forbidden: branch.forbidden.iter().map(|name| (*name).to_owned()).collect(),
            closed: names.additional(false),
            named: false,
            vague: false,
        };
        let rules: Vec<SchemaRef<'c>> =
            branch.atoms.iter().filter_map(|atom| atom.subschema("propertyNames")).collect();
        if !rules.is_empty() {
            let is = rules.iter().map(|schema| schema.key()).collect();
            plan.names = Some(self.node(Place { is, ..Place::default() }));
        }
        self.members(branch, facets, trace, &names, &mut plan);
        groups(branch, &mut plan);
        self.maps(&names, &rules, facets, &mut plan);
        Ok(plan)
    }

    fn members(
        &mut self,
        branch: &Branch<'c>,
        facets: &Facets<'c>,
        trace: Option<usize>,
        names: &Names<'c>,
        plan: &mut ObjectPlan,
    ) {
        let own =
            branch.atoms.iter().flat_map(|atom| atom.named_subschemas("properties")).map(|(name, _)| name);
        let mut ordered: Vec<&str> = Vec::new();
        for name in own {
            plan.named = true;
            if !ordered.contains(&name) {
                ordered.push(name);
            }
        }
        ordered.extend(
            branch.required.iter().filter(|name| !ordered.contains(name)).copied().collect::<Vec<_>>(),
        );
        for name in ordered {
            if branch.forbidden.contains(&name) {
                continue;
            }
            let below = trace.and_then(|trace| {
                self.traces[trace].below.iter().find(|(token, _)| token == name).map(|(_, below)| *below)
            });
            let refused = branch.member_not.iter().filter(|(member, _)| *member == name);
            let place = Place {
                is: names.apply_to(name),
                not: refused.map(|(_, schema)| schema.key()).collect(),
                class: facets.class,
                trace: below,
            };
            plan.vague |= place.is.is_empty();
            plan.members.push(Member {
                name: name.to_owned(),
                key: format!("{}:", json::string(name)),
                node: self.node(place),
                required: branch.required.contains(&name),
                slot: below.and_then(|below| self.traces[below].slot),
                group: None,
            });
        }
    }

    /// Members without a name of their own: by pattern, by `additionalProperties`, or, where there have to be some and
    /// nothing is said of them, any.
    fn maps(
        &mut self,
        names: &Names<'c>,
        rules: &[SchemaRef<'c>],
        facets: &Facets<'c>,
        plan: &mut ObjectPlan,
    ) {
        let taken: Vec<String> =
            plan.members.iter().map(|member| &member.name).chain(&plan.forbidden).cloned().collect();
        let Some(rule) = name_rule(rules) else { return };
        for pattern in names.patterns() {
            let mut text = rule.clone();
            text.patterns.insert(0, pattern.clone());
            text.excluded.extend(taken.iter().cloned());
            self.map(Some(pattern.clone()), text, names, facets, plan);
        }
        let any = plan.least > plan.members.len() as u64 && !plan.closed && !plan.named;
        if any || names.additional(true) && !plan.closed {
            let mut text = rule;
            if text.is_free() {
                text.pattern("^[a-z]{3,8}$", true);
            }
            text.not_patterns.extend(names.patterns().cloned());
            text.excluded.extend(taken);
            self.map(None, text, names, facets, plan);
        }
    }

    fn map(
        &mut self,
        pattern: Option<Pattern>,
        text: TextFacets,
        names: &Names<'c>,
        facets: &Facets<'c>,
        plan: &mut ObjectPlan,
    ) {
        let Ok(key) = TextPlan::new(text, None) else { return };
        let mut name = String::new();
        if !key.make(0, &mut crate::sample::random::Random::new(0, 0), &mut name) {
            return;
        }
        let place = Place { is: names.apply_to(&name), class: facets.class, ..Place::default() };
        plan.vague |= place.is.is_empty();
        let node: NodeId = self.node(place);
        plan.maps.push(Map { pattern, key, node });
    }
}

/// What `propertyNames` say, if some name satisfies it.
fn name_rule(rules: &[SchemaRef<'_>]) -> Option<TextFacets> {
    let branches = expand::branches(rules, &[]).ok()?;
    let facets = Facets::of(branches.first()?, None);
    let mut text = facets.text;
    if let Some(values) = facets.values {
        let names: Vec<String> =
            values.iter().filter_map(|value| value.as_str()).map(regex::escape).collect();
        text.pattern(&format!("^({})$", names.join("|")), true);
    }
    Some(text)
}

/// Members whose examples stand in one schema, and are as many, belong together: they are drawn by one index.
fn groups(branch: &Branch<'_>, plan: &mut ObjectPlan) {
    for atom in &branch.atoms {
        let mut by_length: BTreeMap<usize, Vec<(&str, SchemaKey)>> = BTreeMap::new();
        for (name, schema) in atom.named_subschemas("properties") {
            let length = schema.keyword("examples").and_then(Value::as_array).map_or(0, <[_]>::len);
            if length > 1 {
                by_length.entry(length).or_default().push((name, schema.key()));
            }
        }
        for (length, names) in by_length.into_iter().filter(|(_, names)| names.len() > 1) {
            let group = plan.groups.len();
            plan.groups.push(length);
            for (name, source) in names {
                if let Some(member) = plan.members.iter_mut().find(|member| member.name == name) {
                    member.group = Some((group, source));
                }
            }
        }
    }
}
