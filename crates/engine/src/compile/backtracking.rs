//! Patterns on which the validator may give up: those that need more than an automaton, look-around, say.
//!
//! Where it gives up on some, it takes each for matched and for not, and where those are many the event for invalid, whatever
//! else the schema says. So where such a pattern is asked of a value, no other branch of the schema proves it either.

use std::collections::{HashMap, HashSet};

use regex_syntax::ast::{self, Ast};
use tidings_catalog::{Catalog, Resolved, SchemaKey, SchemaRef};
use tidings_json::Value;

use super::places::Place;

/// Keywords with one schema, with a list of schemas (`items` has either), and with named ones.
const ONE: [&str; 9] = [
    "additionalItems",
    "additionalProperties",
    "contains",
    "else",
    "if",
    "items",
    "not",
    "propertyNames",
    "then",
];
const LISTS: [&str; 4] = ["allOf", "anyOf", "items", "oneOf"];
const NAMED: [&str; 3] = ["dependencies", "patternProperties", "properties"];

/// The schemas from which one leads to such a pattern. Most catalogs have none.
#[derive(Default)]
pub(super) struct Backtracking(HashSet<SchemaKey>);

impl Backtracking {
    /// Those of a catalog.
    pub(super) fn of(catalog: &Catalog) -> Self {
        let all = catalog.schemas.all();
        // Schemas have many patterns in common.
        let mut known: HashMap<&str, bool> = HashMap::new();
        let mut needs = |pattern| *known.entry(pattern).or_insert_with(|| needs_backtracking(pattern));
        let asks = all.iter().filter(|schema| patterns(**schema).into_iter().any(&mut needs));
        let mut pending: Vec<SchemaKey> = asks.map(|schema| schema.key()).collect();
        let mut found = HashSet::new();
        if pending.is_empty() {
            return Self(found);
        }
        let mut above: HashMap<SchemaKey, Vec<SchemaKey>> = HashMap::new();
        for schema in all {
            let target = match schema.resolve() {
                Some(Resolved::Schema(target)) => Some(target),
                _ => None,
            };
            for below in within(schema, &ONE, &LISTS, &NAMED).into_iter().chain(target) {
                above.entry(below.key()).or_default().push(schema.key());
            }
        }
        while let Some(key) = pending.pop() {
            if found.insert(key) {
                pending.extend(above.get(&key).into_iter().flatten());
            }
        }
        Self(found)
    }

    /// Whether such a pattern may be asked of a value at a place, or of what is in it, but for members that are places of their
    /// own, if they are.
    pub(super) fn is_asked_at(&self, place: &Place<'_>, members_have_places: bool) -> bool {
        let inside: &[&str] = if members_have_places { &[] } else { &NAMED };
        // What else applies in place is among what is applied.
        let ones = ["additionalItems", "contains", "items", "not", "propertyNames", "additionalProperties"];
        let ones = &ones[..ones.len() - usize::from(members_have_places)];
        !self.0.is_empty()
            && place.applied.iter().any(|schema| {
                patterns(*schema).into_iter().any(needs_backtracking)
                    || within(*schema, ones, &["items"], inside)
                        .iter()
                        .any(|below| self.0.contains(&below.key()))
            })
    }
}

/// The schemas in these keywords of a schema.
fn within<'c>(schema: SchemaRef<'c>, ones: &[&str], lists: &[&str], named: &[&str]) -> Vec<SchemaRef<'c>> {
    let mut found: Vec<SchemaRef<'c>> = ones.iter().filter_map(|keyword| schema.subschema(keyword)).collect();
    found.extend(lists.iter().flat_map(|keyword| schema.subschema_list(keyword)));
    let named = named.iter().flat_map(|keyword| schema.named_subschemas(keyword));
    found.extend(named.map(|(_, below)| below));
    found
}

/// The patterns that a schema itself has, for its value and for names of members.
fn patterns(schema: SchemaRef<'_>) -> Vec<&str> {
    let own = schema.keyword("pattern").and_then(Value::as_str);
    let names = schema.named_subschemas("patternProperties").into_iter().map(|(pattern, _)| pattern);
    own.into_iter().chain(names).collect()
}

/// Whether a pattern may need more than an automaton.
fn needs_backtracking(pattern: &str) -> bool {
    ast::parse::Parser::new().parse(pattern).map_or(true, |tree| repeats_a_repetition(&tree))
}

/// Whether something that is repeated is repeated, which to some means without going back to fewer (`a++`).
fn repeats_a_repetition(tree: &Ast) -> bool {
    match tree {
        Ast::Repetition(repetition) => {
            matches!(*repetition.ast, Ast::Repetition(_)) || repeats_a_repetition(&repetition.ast)
        }
        Ast::Group(group) => repeats_a_repetition(&group.ast),
        Ast::Alternation(several) => several.asts.iter().any(repeats_a_repetition),
        Ast::Concat(several) => several.asts.iter().any(repeats_a_repetition),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_automata_match_needs_no_backtracking() {
        for pattern in ["^[*+?]{1,3}@(a(b{0,2}c)?)+$", "^\\d+\\s$", "a*?b", "^(\\+[1-9])+$", ""] {
            assert!(!needs_backtracking(pattern), "{pattern}");
        }
        for pattern in ["^(?!a)b", "(?<=a)b", "(a)\\1", "^(a++|b)$", "(?>a)", "(?<n>a)\\k<n>", "a{2}+"] {
            assert!(needs_backtracking(pattern), "{pattern}");
        }
    }
}
