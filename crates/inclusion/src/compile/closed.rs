//! The closed view: the formula that no member of a value is unknown.
//!
//! Which members are known is the design's definition, and must stay what `crates/engine/src/authority/fields.rs` says:
//! the subschemas that apply to one place, whichever branch matches, are a *node*; what applies to a value is a list of
//! nodes. A member that no node knows is unknown, unless no node of its object names any member.

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;

use super::Compiler;
use crate::documents::{Place, SchemaError, Target};
use crate::formula::{Statement, Term};
use crate::json::Json;
use crate::prover::Library;

/// The subschemas that apply to one place, before references are followed; sorted, none twice.
type Node = Vec<Place>;

#[derive(Debug, Default)]
pub(super) struct Memory {
    known: HashMap<(Library, Vec<Node>), super::Progress>,
}

/// What a node says about the members of an object.
#[derive(Debug, Default)]
struct Members {
    named: BTreeSet<String>,
    /// Each subschema that is applied.
    applied: Vec<Place>,
    opaque: bool,
}

impl Compiler<'_> {
    /// No member of a value of this schema is unknown.
    pub(super) fn only_known(&mut self, place: &Place) -> Result<Term, SchemaError> {
        self.nodes(vec![vec![place.clone()]])
    }

    fn nodes(&mut self, nodes: Vec<Node>) -> Result<Term, SchemaError> {
        use super::Progress;
        // Where no schema says anything of members or elements, an object is a free map, and so is all that is in it.
        if !nodes.iter().flatten().any(|place| self.says_more(place)) {
            return Ok(Term::TRUE);
        }
        let key = (self.library, nodes);
        match self.compiled.closed.known.get(&key) {
            Some(Progress::Done(term)) => return Ok(*term),
            Some(Progress::Recursive(number)) => {
                let number = *number;
                return Ok(self.formulas.term(Statement::Defined(number)));
            }
            Some(Progress::Begun) => {
                let number = self.formulas.declare();
                self.compiled.closed.known.insert(key, Progress::Recursive(number));
                return Ok(self.formulas.term(Statement::Defined(number)));
            }
            None => {}
        }
        if self.depth >= super::MAX_DEPTH {
            return Err(SchemaError::TooDeep(self.documents.uri(&key.1[0][0])));
        }
        self.compiled.closed.known.insert(key.clone(), Progress::Begun);
        self.depth += 1;
        let term = self.describe(&key.1);
        self.depth -= 1;
        let term = term?;
        if let Some(Progress::Recursive(number)) =
            self.compiled.closed.known.insert(key, Progress::Done(term))
        {
            self.formulas.define(number, term);
        }
        Ok(term)
    }

    fn describe(&mut self, nodes: &[Node]) -> Result<Term, SchemaError> {
        let mut said = Vec::with_capacity(nodes.len());
        for node in nodes {
            said.push(self.members(node)?);
        }
        let mut terms = Vec::new();
        self.describe_members(&said, &mut terms)?;
        self.describe_elements(&said, &mut terms)?;
        Ok(self.formulas.all(terms))
    }

    fn describe_members(&mut self, said: &[Members], terms: &mut Vec<Term>) -> Result<(), SchemaError> {
        let is_map = said.iter().all(|node| node.named.is_empty());
        let opaque = said.iter().any(|node| node.opaque);
        let listed: BTreeSet<&String> = said.iter().flat_map(|node| &node.named).collect();
        for name in &listed {
            let Some(applied) = self.for_name(said, name) else {
                let opaque = Statement::Opaque(format!("which patterns {name:?} matches").into());
                terms.push(self.formulas.term(opaque));
                continue;
            };
            let schema = self.nodes(applied)?;
            let names = self.formulas.text(name);
            let term = self.formulas.term(Statement::Members { names, schema });
            self.formulas.label(term, UNKNOWN);
            terms.push(term);
        }
        // All other names, by the patterns that they match.
        let mut patterns: Vec<String> = Vec::new();
        for place in said.iter().flat_map(|node| &node.applied) {
            for (pattern, _) in self.children(place, "patternProperties") {
                if !patterns.contains(&pattern) {
                    patterns.push(pattern);
                }
            }
        }
        let except = self.formulas.one_of(listed.iter().map(|name| Json::String((*name).clone())));
        if patterns.len() > 8 {
            // Too many combinations to tell apart; not to know is to say nothing that could be relied on.
            let opaque = self.formulas.term(Statement::Opaque("which patterns a name matches".into()));
            terms.push(opaque);
            return Ok(());
        }
        for matched in 0..1_usize << patterns.len() {
            let is_matched = |pattern: &str| {
                patterns.iter().position(|known| known == pattern).is_some_and(|at| matched >> at & 1 == 1)
            };
            let applied = self.for_matching(said, &is_matched);
            let known = !applied.is_empty() || is_map || opaque;
            let schema = if known { self.nodes(applied)? } else { Term::FALSE };
            let mut names = vec![!except];
            for pattern in &patterns {
                let term = self.pattern(pattern);
                names.push(if is_matched(pattern) { term } else { !term });
            }
            let names = self.formulas.all(names);
            let term = self.formulas.term(Statement::Members { names, schema });
            self.formulas.label(term, UNKNOWN);
            terms.push(term);
        }
        Ok(())
    }

    fn describe_elements(&mut self, said: &[Members], terms: &mut Vec<Term>) -> Result<(), SchemaError> {
        let mut elements: Vec<(u64, Option<u64>, Place)> = Vec::new();
        for place in said.iter().flat_map(|node| &node.applied) {
            let items = self.keyword_value(place, "items");
            if let Some(items) = self.object_child(place, "items") {
                elements.push((0, None, items));
            } else if let Some(Value::Array(listed)) = items {
                let count = listed.len() as u64;
                if let Some(rest) = self.object_child(place, "additionalItems") {
                    elements.push((count, None, rest));
                }
                for at in 0..count {
                    elements.push((at, Some(at + 1), place.child(&["items", &at.to_string()])));
                }
            }
            if let Some(contains) = self.object_child(place, "contains") {
                elements.push((0, None, contains));
            }
        }
        let mut bounds: BTreeSet<u64> = BTreeSet::from([0]);
        bounds.extend(elements.iter().flat_map(|(from, to, _)| [Some(*from), *to]).flatten());
        let bounds: Vec<u64> = bounds.into_iter().collect();
        for (at, from) in bounds.iter().enumerate() {
            let to = bounds.get(at + 1).copied();
            let nodes: Vec<Node> = elements
                .iter()
                .filter(|(first, end, _)| first <= from && end.is_none_or(|end| *from < end))
                .map(|(_, _, place)| vec![place.clone()])
                .collect();
            let schema = self.nodes(nodes)?;
            terms.push(self.formulas.term(Statement::Elements { from: *from, to, schema }));
        }
        Ok(())
    }

    /// What a node says about members.
    fn members(&self, node: &Node) -> Result<Members, SchemaError> {
        let mut members = Members::default();
        let mut pending: Vec<Place> = node.iter().rev().cloned().collect();
        let mut seen = BTreeSet::new();
        while let Some(place) = pending.pop() {
            if !seen.insert(place.clone()) {
                continue;
            }
            members.applied.push(place.clone());
            if let Some(reference) = self.documents.value(&place).get("$ref") {
                let target = reference.as_str().and_then(|text| self.documents.resolve(&place, text));
                match target {
                    Some(Target::Place(target)) => pending.push(target),
                    Some(Target::MetaSchema(_)) => members.opaque = true,
                    None => {
                        return Err(SchemaError::Reference {
                            reference: reference.to_string(),
                            place: self.documents.uri(&place),
                        });
                    }
                }
                continue;
            }
            for keyword in ["allOf", "anyOf", "oneOf"] {
                let count = self.keyword_value(&place, keyword).and_then(Value::as_array).map_or(0, Vec::len);
                pending.extend((0..count).map(|at| place.child(&[keyword, &at.to_string()])));
            }
            for keyword in ["if", "then", "else"] {
                if self.keyword_value(&place, keyword).is_some() {
                    pending.push(place.child(&[keyword]));
                }
            }
            for (name, child) in self.children(&place, "dependencies") {
                if !self.documents.value(&child).is_array() {
                    pending.push(place.child(&["dependencies", &name]));
                }
            }
            let named = self.keyword_value(&place, "properties").and_then(Value::as_object);
            members.named.extend(named.into_iter().flat_map(|named| named.keys().cloned()));
        }
        Ok(members)
    }

    /// What applies to the member of a name that some node names; `None` if a pattern of names can't be tried on it.
    fn for_name(&mut self, said: &[Members], name: &str) -> Option<Vec<Node>> {
        let mut found = Vec::new();
        for node in said {
            if !node.named.contains(name) {
                let is_matched = self.matching(&node.applied, name)?;
                found.extend(
                    self.beside_names(node, &|pattern| is_matched.iter().any(|known| known == pattern)),
                );
                continue;
            }
            let mut applied: Node = Vec::new();
            for place in &node.applied {
                let before = applied.len();
                let named = self.keyword_value(place, "properties").and_then(|named| named.get(name));
                applied.extend(named.map(|_| place.child(&["properties", name])));
                let is_matched = self.matching(std::slice::from_ref(place), name)?;
                for (pattern, child) in self.children(place, "patternProperties") {
                    if is_matched.contains(&pattern) {
                        applied.push(child);
                    }
                }
                if applied.len() == before {
                    applied.extend(self.object_child(place, "additionalProperties"));
                }
            }
            applied.sort();
            applied.dedup();
            found.push(applied);
        }
        Some(normal(found))
    }

    /// What applies to the members that no node names, by the patterns that the names match.
    fn for_matching(&self, said: &[Members], is_matched: &dyn Fn(&str) -> bool) -> Vec<Node> {
        normal(said.iter().flat_map(|node| self.beside_names(node, is_matched)).collect())
    }

    fn beside_names(&self, node: &Members, is_matched: &dyn Fn(&str) -> bool) -> Vec<Node> {
        let mut found = Vec::new();
        for place in &node.applied {
            let mut matched = false;
            for (pattern, child) in self.children(place, "patternProperties") {
                if is_matched(&pattern) {
                    matched = true;
                    found.push(vec![child]);
                }
            }
            if !matched {
                found.extend(self.object_child(place, "additionalProperties").map(|child| vec![child]));
            }
        }
        found
    }

    /// The patterns of these schemas that a name matches; `None` if one can't be tried.
    fn matching(&mut self, places: &[Place], name: &str) -> Option<Vec<String>> {
        let mut patterns: Vec<String> = Vec::new();
        for place in places {
            patterns
                .extend(self.children(place, "patternProperties").into_iter().map(|(pattern, _)| pattern));
        }
        let mut matching = Vec::new();
        for pattern in patterns {
            if self.patterns.matches(&pattern, name)? {
                matching.push(pattern);
            }
        }
        Some(matching)
    }

    /// Whether a schema has anything to say of members or elements, or leads to one that may.
    fn says_more(&self, place: &Place) -> bool {
        let schema = self.documents.value(place).as_object();
        schema.is_some_and(|schema| schema.keys().any(|keyword| WITHIN.contains(&keyword.as_str())))
    }

    /// The value of a keyword; none beside a `$ref`, where Draft-07 ignores it.
    fn keyword_value(&self, place: &Place, keyword: &str) -> Option<&Value> {
        let schema = self.documents.value(place);
        if schema.get("$ref").is_some() { None } else { schema.get(keyword) }
    }

    fn object_child(&self, place: &Place, keyword: &str) -> Option<Place> {
        self.keyword_value(place, keyword).filter(|value| value.is_object()).map(|_| place.child(&[keyword]))
    }

    fn children(&self, place: &Place, keyword: &str) -> Vec<(String, Place)> {
        let members = self.keyword_value(place, keyword).and_then(Value::as_object);
        let child = |name: &String| (name.clone(), place.child(&[keyword, name]));
        members.into_iter().flat_map(|members| members.keys().map(child)).collect()
    }
}

/// The same nodes in an order of their own, none twice.
fn normal(mut nodes: Vec<Node>) -> Vec<Node> {
    nodes.sort();
    nodes.dedup();
    nodes
}

/// The keywords by which a schema speaks of members and elements, or leads to others that apply in place.
const WITHIN: [&str; 14] = [
    "$ref",
    "additionalItems",
    "additionalProperties",
    "allOf",
    "anyOf",
    "contains",
    "dependencies",
    "else",
    "if",
    "items",
    "oneOf",
    "patternProperties",
    "properties",
    "then",
];

/// The label of what refuses unknown fields.
pub(crate) const UNKNOWN: &str = "unknown-field";
