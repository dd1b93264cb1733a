//! Which fields of an event the catalog knows, and how sensitive each is.
//!
//! The subschemas that apply to one place, whichever branch matches, are compiled to a [`Node`] once. Then an event is
//! walked with the nodes that apply to each of its values: a member that no node knows is an unknown field; a value's
//! privacy class is the most sensitive that any of them states, or that its surroundings have. The design's definition
//! of *unknown field* is this file.

use std::borrow::Cow;
use std::collections::HashMap;

use foldhash::fast::RandomState;
use tidings_catalog::{Catalog, PrivacyClass, Resolved, SchemaKey, SchemaRef};
use tidings_json::{Kind, Member, Span, Value};

use super::schema::NamePattern;
use crate::detect::{self, PersonalData};

/// How many bytes the pointers of unknown fields, and those of suspected ones, may have before no more are told of. A long name above
/// many of them would otherwise take memory without bounds.
const MOST_TOLD: usize = 8 << 20;

/// How many nodes for several schemas at once there are, with their members, before each schema has only nodes of its own. A few
/// references can describe more sets of schemas than there is room for.
const MOST_TOGETHER: usize = 20_000;

/// The compiled fields of a catalog.
#[derive(Debug, Default)]
pub(crate) struct Fields {
    nodes: Vec<Node>,
    by_schemas: HashMap<Vec<SchemaKey>, NodeId>,
    /// The nodes that still have to be filled in.
    pending: Vec<(NodeId, Vec<SchemaKey>)>,
    /// How many nodes there are for several schemas at once, and members of these.
    together: usize,
}

/// Names a node of [`Fields`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct NodeId(usize);

/// What a set of subschemas that apply to one place says about the members and elements there.
#[derive(Debug, Default)]
struct Node {
    class: Option<PrivacyClass>,
    /// The members that `properties` name, with what applies to each.
    named: Names,
    /// The members that `patternProperties` match.
    patterns: Vec<(NamePattern, NodeId)>,
    /// The members that `additionalProperties` describes: those that no pattern of the same schema matches.
    additional: Vec<(Vec<NamePattern>, NodeId)>,
    /// What applies to the elements from one index to another.
    elements: Vec<(std::ops::Range<usize>, NodeId)>,
    /// Something applies that is not part of the catalog (Draft-07's own schema), so nothing here is unknown.
    opaque: bool,
}

/// Names with what applies to the members of these names.
#[derive(Debug, Default)]
struct Names {
    /// In the schema's order.
    all: Vec<(String, Vec<NodeId>)>,
    places: HashMap<String, usize, RandomState>,
}

impl Names {
    fn insert(&mut self, name: &str, nodes: Vec<NodeId>) {
        self.places.insert(name.to_owned(), self.all.len());
        self.all.push((name.to_owned(), nodes));
    }

    /// What applies to the member of this name. `hint` is where it may stand, and will be where the next may: most
    /// producers write members in the order in which schemas list them.
    fn get(&self, name: &str, hint: &mut usize) -> Option<&[NodeId]> {
        let at = match self.all.get(*hint) {
            Some((hinted, _)) if hinted == name => *hint,
            _ => *self.places.get(name)?,
        };
        *hint = at + 1;
        self.all.get(at).map(|(_, nodes)| nodes.as_slice())
    }
}

/// All of these, each once, sorted.
fn distinct<T: Ord>(mut all: Vec<T>) -> Vec<T> {
    all.sort_unstable();
    all.dedup();
    all
}

/// The way from the event to a value.
enum Path<'p> {
    Event,
    Member(&'p Path<'p>, &'p str),
    Element(&'p Path<'p>, usize),
}

impl Path<'_> {
    /// The pointer, as long as fewer than [`MOST_TOLD`] bytes were told; it adds to them.
    fn told(&self, told: &mut usize) -> Option<String> {
        if *told >= MOST_TOLD {
            return None;
        }
        let mut pointer = String::new();
        self.write(&mut pointer);
        *told += pointer.len();
        Some(pointer)
    }

    fn write(&self, pointer: &mut String) {
        match self {
            Self::Event => {}
            Self::Member(parent, name) => {
                parent.write(pointer);
                pointer.push('/');
                pointer.push_str(&tidings_json::escape_token(name));
            }
            Self::Element(parent, index) => {
                parent.write(pointer);
                pointer.push('/');
                pointer.push_str(&index.to_string());
            }
        }
    }
}

/// What a walk found.
#[derive(Debug, Default)]
pub(crate) struct Walk<'e> {
    /// The members that the catalog does not know.
    pub(crate) unknown: Vec<Unknown<'e>>,
    /// The strings of class `free-text` that look as if they held what they must not hold.
    pub(crate) suspects: Vec<Suspect>,
    /// The places of values that are never shown: restricted ones and those of unknown members.
    pub(crate) hidden: Vec<Span>,
    /// How many bytes the pointers of the unknown members have together, and those of the suspects: they must not take each
    /// other's place, since the first are errors and the others are not.
    told_unknown: usize,
    told_suspects: usize,
}

/// A string of class `free-text` that looks as if it held what it must not hold.
#[derive(Debug)]
pub(crate) struct Suspect {
    pub(crate) pointer: String,
    pub(crate) personal_data: Option<PersonalData>,
    pub(crate) secret: Option<&'static str>,
}

/// A member that the catalog does not know.
#[derive(Debug)]
pub(crate) struct Unknown<'e> {
    pub(crate) pointer: String,
    pub(crate) member: &'e Member<'e>,
    /// The nodes of the object, to look for a name that may have been meant.
    pub(crate) nodes: Vec<NodeId>,
}

impl Fields {
    /// Compiles what applies to a whole event of this schema.
    pub(crate) fn compile(&mut self, catalog: &Catalog, schema: SchemaRef<'_>) -> NodeId {
        let root = self.intern_one(schema.key());
        while let Some((id, schemas)) = self.pending.pop() {
            let schemas: Vec<SchemaRef<'_>> =
                schemas.into_iter().map(|key| catalog.schemas.schema(key)).collect();
            let node = self.node(&schemas);
            if schemas.len() > 1 {
                self.together += 1 + node.named.all.len();
            }
            self.nodes[id.0] = node;
        }
        root
    }

    /// The nodes for what all of these schemas say: one, as long as there is room for it.
    fn intern(&mut self, schemas: Vec<SchemaKey>) -> Vec<NodeId> {
        let schemas = distinct(schemas);
        if schemas.len() > 1 && self.together >= MOST_TOGETHER && !self.by_schemas.contains_key(&schemas) {
            return schemas.into_iter().map(|schema| self.intern_one(schema)).collect();
        }
        vec![self.intern_set(schemas)]
    }

    fn intern_one(&mut self, schema: SchemaKey) -> NodeId {
        self.intern_set(vec![schema])
    }

    fn intern_set(&mut self, schemas: Vec<SchemaKey>) -> NodeId {
        if let Some(known) = self.by_schemas.get(&schemas) {
            return *known;
        }
        let id = NodeId(self.nodes.len());
        self.nodes.push(Node::default());
        self.by_schemas.insert(schemas.clone(), id);
        self.pending.push((id, schemas));
        id
    }

    fn node(&mut self, schemas: &[SchemaRef<'_>]) -> Node {
        let mut applied: Vec<SchemaRef<'_>> = Vec::new();
        for schema in schemas {
            for (schema, _) in schema.applied_in_place() {
                if !applied.iter().any(|known| known.key() == schema.key()) {
                    applied.push(schema);
                }
            }
        }
        let mut node = Node {
            class: applied.iter().filter_map(|schema| schema.privacy()).max(),
            opaque: applied.iter().any(|schema| matches!(schema.resolve(), Some(Resolved::MetaSchema(_)))),
            ..Node::default()
        };
        for schema in &applied {
            for (name, _) in schema.named_subschemas("properties") {
                if !node.named.places.contains_key(name) {
                    let schemas = applied.iter().flat_map(|schema| for_member(*schema, name)).collect();
                    node.named.insert(name, self.intern(schemas));
                }
            }
            let patterns = schema.named_subschemas("patternProperties");
            for (pattern, child) in &patterns {
                if let Some(pattern) = NamePattern::new(pattern) {
                    node.patterns.push((pattern, self.intern_one(child.key())));
                }
            }
            if let Some(child) = schema.object_subschema("additionalProperties") {
                let own = patterns.iter().filter_map(|(pattern, _)| NamePattern::new(pattern)).collect();
                node.additional.push((own, self.intern_one(child.key())));
            }
            self.add_elements(*schema, &mut node);
        }
        node
    }

    fn add_elements(&mut self, schema: SchemaRef<'_>, node: &mut Node) {
        let listed = schema.subschema_list("items");
        if let Some(items) = schema.object_subschema("items") {
            node.elements.push((0..usize::MAX, self.intern_one(items.key())));
        } else if schema.keyword("items").and_then(Value::as_array).is_some() {
            if let Some(rest) = schema.object_subschema("additionalItems") {
                node.elements.push((listed.len()..usize::MAX, self.intern_one(rest.key())));
            }
            for (index, item) in listed.into_iter().enumerate() {
                node.elements.push((index..index + 1, self.intern_one(item.key())));
            }
        }
        if let Some(contains) = schema.object_subschema("contains") {
            node.elements.push((0..usize::MAX, self.intern_one(contains.key())));
        }
    }

    /// Walks an event to which `root` applies.
    pub(crate) fn walk<'e>(&self, root: NodeId, event: &'e Value<'e>) -> Walk<'e> {
        let mut walk = Walk::default();
        self.visit(&[root], event, None, &Path::Event, &mut walk);
        walk
    }

    fn visit<'e>(
        &self,
        nodes: &[NodeId],
        value: &'e Value<'e>,
        inherited: Option<PrivacyClass>,
        path: &Path<'_>,
        walk: &mut Walk<'e>,
    ) {
        let class = nodes.iter().filter_map(|id| self.nodes[id.0].class).chain(inherited).max();
        // Of a restricted object or array not even the names and the number of what is in it are shown.
        if class.is_some_and(PrivacyClass::is_restricted) {
            walk.hidden.push(value.span);
        }
        match &value.kind {
            Kind::Object(members) => {
                let is_map = !nodes.iter().any(|id| !self.nodes[id.0].named.all.is_empty());
                let opaque = nodes.iter().any(|id| self.nodes[id.0].opaque);
                let mut hint = 0;
                for member in members {
                    let applied = self.for_name(nodes, &member.name, &mut hint);
                    let path = Path::Member(path, &member.name);
                    if applied.is_empty() && !is_map && !opaque {
                        walk.hidden.push(member.value.span);
                        if let Some(pointer) = path.told(&mut walk.told_unknown) {
                            walk.unknown.push(Unknown { pointer, member, nodes: nodes.to_vec() });
                        }
                    } else {
                        self.visit(&applied, &member.value, class, &path, walk);
                    }
                }
            }
            Kind::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    let applied = nodes
                        .iter()
                        .flat_map(|id| &self.nodes[id.0].elements)
                        .filter(|(range, _)| range.contains(&index))
                        .map(|(_, node)| *node)
                        .collect();
                    self.visit(&distinct(applied), item, class, &Path::Element(path, index), walk);
                }
            }
            scalar => {
                if let (Kind::String(text), Some(PrivacyClass::FreeText)) = (scalar, class) {
                    let (personal_data, secret) = (detect::personal_data(text), detect::secret(text));
                    if (personal_data.is_some() || secret.is_some())
                        && let Some(pointer) = path.told(&mut walk.told_suspects)
                    {
                        walk.suspects.push(Suspect { pointer, personal_data, secret });
                    }
                }
            }
        }
    }

    /// What applies to the member of this name; nothing if none of the nodes knows it.
    fn for_name(&self, nodes: &[NodeId], name: &str, hint: &mut usize) -> Cow<'_, [NodeId]> {
        if let [id] = nodes
            && let Some(named) = self.nodes[id.0].named.get(name, hint)
        {
            return named.into();
        }
        let mut applied = Vec::new();
        for id in nodes {
            let node = &self.nodes[id.0];
            if let Some(named) = node.named.get(name, hint) {
                applied.extend(named);
                continue;
            }
            applied.extend(
                node.patterns.iter().filter(|(pattern, _)| pattern.matches(name)).map(|(_, child)| *child),
            );
            for (own, child) in &node.additional {
                if !own.iter().any(|pattern| pattern.matches(name)) {
                    applied.push(*child);
                }
            }
        }
        distinct(applied).into()
    }

    /// The names that `properties` give the members of an object with these nodes, sorted.
    pub(crate) fn names(&self, nodes: &[NodeId]) -> Vec<&str> {
        let named = nodes.iter().flat_map(|id| &self.nodes[id.0].named.all);
        distinct(named.map(|(name, _)| name.as_str()).collect())
    }
}

/// What one schema says of a member of this name, which some schema beside it names.
fn for_member(schema: SchemaRef<'_>, name: &str) -> Vec<SchemaKey> {
    let mut found = Vec::new();
    if let Some(named) = schema.named_subschema("properties", name) {
        found.push(named.key());
    }
    for (pattern, child) in schema.named_subschemas("patternProperties") {
        if NamePattern::new(pattern).is_some_and(|pattern| pattern.matches(name)) {
            found.push(child.key());
        }
    }
    if found.is_empty()
        && let Some(additional) = schema.object_subschema("additionalProperties")
    {
        found.push(additional.key());
    }
    found
}
