//! Places: which subschemas apply where, whichever branch matches, and the trees of slots that are made of them.
//!
//! This is the same reading as the authority's fields: what a set of subschemas says of a member or an element is what
//! each says by itself. A tree has a node for each object whose members some subschema names.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use tidings_catalog::{Catalog, PrivacyClass, Resolved, SchemaKey, SchemaRef};
use tidings_json::{Pointer, Value};

use super::keys::Keys;
use super::pattern::Pattern;
use super::program::{ObjectNode, Tree};

/// How many slots a tree may have, and how deep it may be.
const MAX_SLOTS: usize = 2048;
const MAX_DEPTH: usize = 16;

/// The subschemas that apply to one place, whichever branch matches.
#[derive(Clone, Debug, Default)]
pub(super) struct Place<'c> {
    pub(super) applied: Vec<SchemaRef<'c>>,
    /// The most sensitive class that any of them states or the surroundings have.
    pub(super) class: Option<PrivacyClass>,
}

impl<'c> Place<'c> {
    /// The place to which these schemas apply.
    pub(super) fn new(
        schemas: impl IntoIterator<Item = SchemaRef<'c>>,
        inherited: Option<PrivacyClass>,
    ) -> Self {
        let (mut applied, mut seen) = (Vec::new(), HashSet::new());
        for schema in schemas {
            // With one comes all that applies with it.
            if seen.contains(&schema.key()) {
                continue;
            }
            let all = schema.applied_in_place().into_iter().map(|(schema, _)| schema);
            applied.extend(all.filter(|schema| seen.insert(schema.key())));
        }
        let class = applied.iter().filter_map(|schema| schema.privacy()).chain(inherited).max();
        Self { applied, class }
    }

    /// Names the place among others.
    pub(super) fn key(&self) -> (Vec<SchemaKey>, Option<PrivacyClass>) {
        let mut keys: Vec<SchemaKey> = self.applied.iter().map(|schema| schema.key()).collect();
        keys.sort_unstable();
        (keys, self.class)
    }

    /// The names of members that any of them names, each once, in order.
    pub(super) fn names(&self) -> Vec<&'c str> {
        let mut names: Vec<&str> = Vec::new();
        for schema in &self.applied {
            for (name, _) in schema.named_subschemas("properties") {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
        names
    }

    /// Whether something applies that is no part of the catalog.
    pub(super) fn is_opaque(&self) -> bool {
        self.applied.iter().any(|schema| matches!(schema.resolve(), Some(Resolved::MetaSchema(_))))
    }

    /// The place of the member of this name; `None` if nothing knows it. The error names a pattern that only the authority
    /// can match.
    pub(super) fn member(&self, name: &str, patterns: &NamePatterns) -> Result<Option<Self>, String> {
        let mut schemas = Vec::new();
        for schema in &self.applied {
            schemas.extend(for_member(*schema, name, patterns)?);
        }
        Ok((!schemas.is_empty()).then(|| Self::new(schemas, self.class)))
    }

    /// The place of members that nothing names, where `additionalProperties` or one pattern describe them.
    pub(super) fn unnamed(&self) -> Self {
        let schemas = self.applied.iter().flat_map(|schema| {
            let patterns = schema.named_subschemas("patternProperties").into_iter().map(|(_, child)| child);
            schema.object_subschema("additionalProperties").into_iter().chain(patterns).collect::<Vec<_>>()
        });
        Self::new(schemas, self.class)
    }

    /// The place of the element at an index; without one, of those after all that have one of their own.
    pub(super) fn element(&self, index: Option<usize>) -> Self {
        let schemas = self.applied.iter().flat_map(|schema| {
            let listed = schema.subschema_list("items");
            let is_list = schema.keyword("items").and_then(Value::as_array).is_some();
            let own = match index {
                Some(index) if is_list && index < listed.len() => Some(listed[index]),
                _ if is_list => schema.object_subschema("additionalItems"),
                _ => schema.object_subschema("items"),
            };
            own.into_iter().chain(schema.object_subschema("contains")).collect::<Vec<_>>()
        });
        Self::new(schemas, self.class)
    }

    /// How many elements have a place of their own.
    pub(super) fn listed(&self) -> usize {
        self.applied.iter().map(|schema| schema.subschema_list("items").len()).max().unwrap_or(0)
    }
}

/// What one schema says of a member of this name.
fn for_member<'c>(
    schema: SchemaRef<'c>,
    name: &str,
    patterns: &NamePatterns,
) -> Result<Vec<SchemaRef<'c>>, String> {
    let mut found: Vec<SchemaRef<'c>> = schema.named_subschema("properties", name).into_iter().collect();
    for (pattern, child) in schema.named_subschemas("patternProperties") {
        if patterns.matches(pattern, name)? {
            found.push(child);
        }
    }
    if found.is_empty() {
        found.extend(schema.object_subschema("additionalProperties"));
    }
    Ok(found)
}

/// The patterns of names that were met, compiled, or why only the authority can match them.
#[derive(Default)]
pub(super) struct NamePatterns(RefCell<HashMap<String, Result<Pattern, String>>>);

impl NamePatterns {
    /// Whether a pattern of names matches one; the error says why only the authority can tell.
    pub(super) fn matches(&self, pattern: &str, name: &str) -> Result<bool, String> {
        let unsure = |why: &str| format!("the pattern `{pattern}` of names: {why}");
        let mut known = self.0.borrow_mut();
        if !known.contains_key(pattern) {
            known.insert(pattern.to_owned(), Pattern::new(pattern));
        }
        match &known[pattern] {
            Ok(compiled) => {
                compiled.matches(name.as_bytes()).ok_or_else(|| unsure("its automaton would be too large"))
            }
            Err(why) => Err(unsure(why)),
        }
    }
}

/// The tree of a place.
pub(super) fn tree(place: &Place<'_>, pointer: &str, patterns: &NamePatterns) -> Tree {
    let mut tree = Tree { nodes: Vec::new(), slots: vec![pointer.to_owned()] };
    add_node(&mut tree, place, 0, &mut Vec::new(), patterns);
    tree
}

/// Adds the node of a place with all below it; `None` if nothing names its members, or there is no room for them, or it
/// lies within one like itself.
fn add_node(
    tree: &mut Tree,
    place: &Place<'_>,
    own: u16,
    above: &mut Vec<(Vec<SchemaKey>, Option<PrivacyClass>)>,
    patterns: &NamePatterns,
) -> Option<u16> {
    let names = place.names();
    let key = place.key();
    if names.is_empty() || above.contains(&key) || above.len() >= MAX_DEPTH || place.is_opaque() {
        return None;
    }
    let keys = Keys::new(&names)?;
    let base = u16::try_from(tree.slots.len()).ok()?;
    if tree.slots.len() + names.len() > MAX_SLOTS {
        return None;
    }
    let pointer = tree.slots[usize::from(own)].clone();
    tree.slots.extend(names.iter().map(|name| format!("{pointer}/{}", tidings_json::escape_token(name))));
    let id = u16::try_from(tree.nodes.len()).ok()?;
    let children = vec![None; names.len()];
    tree.nodes.push(ObjectNode { keys, own, base, children });
    above.push(key);
    for (slot, (at, name)) in (base..).zip(names.iter().enumerate()) {
        if let Ok(Some(member)) = place.member(name, patterns) {
            let child = add_node(tree, &member, slot, above, patterns);
            tree.nodes[usize::from(id)].children[at] = child;
        }
    }
    above.pop();
    Some(id)
}

/// Where a pointer leads in a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    Slot(u16),
    /// Nothing can stand there, or it is an unknown field.
    Nothing,
    /// Something may stand there that has no slot.
    Unclear,
}

/// The slot at a pointer.
pub(super) fn target(tree: &Tree, pointer: &Pointer) -> Target {
    let mut slot = 0;
    let mut node = (!tree.nodes.is_empty()).then_some(0u16);
    for (depth, token) in pointer.tokens().iter().enumerate() {
        // The event is an object, but what is in it may be an array, and this an element.
        if depth > 0 && token.bytes().all(|byte| byte.is_ascii_digit()) {
            return Target::Unclear;
        }
        let Some(object) = node.map(|node| &tree.nodes[usize::from(node)]) else { return Target::Unclear };
        let Some(member) = object.keys.index_of(token) else { return Target::Nothing };
        let Ok(offset) = u16::try_from(member) else { return Target::Unclear };
        slot = object.base + offset;
        node = object.children[member];
    }
    Target::Slot(slot)
}

/// All event schemas of a catalog together: the place of the first tree.
pub(super) fn events(catalog: &Catalog) -> Place<'_> {
    Place::new(catalog.event_types.values().map(|event_type| catalog.schema(event_type)), None)
}
