//! Builds the graph: each place becomes a node once, however often it is reached.

mod object;

use std::collections::HashMap;

use tidings_catalog::{Catalog, PrivacyClass, SchemaKey, SchemaRef, Schemas};
use tidings_json::{Kind, Pointer, Value};

use super::expand::{self, Branch};
use super::facets::Facets;
use super::types::Types;
use super::{ArrayPlan, Case, Graph, Node, NodeId, Pool, Shape, Slots};
use crate::sample::json;
use crate::sample::number::Which;
use crate::sample::text::TextPlan;

/// The schemas that apply to one value, and what its surroundings add.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Place {
    is: Vec<SchemaKey>,
    not: Vec<SchemaKey>,
    /// How sensitive the surroundings are.
    class: Option<PrivacyClass>,
    /// The slots that lie below.
    trace: Option<usize>,
}

/// The slots below a place, by the names that lead there.
#[derive(Debug, Default)]
struct Trace {
    slot: Option<u8>,
    below: Vec<(String, usize)>,
}

struct Builder<'c> {
    schemas: &'c Schemas,
    nodes: Vec<Node>,
    known: HashMap<Place, NodeId>,
    pending: Vec<(NodeId, Place)>,
    traces: Vec<Trace>,
}

/// Compiles the schemas of a catalog. `slots` are, for each event type, the places whose values are decided elsewhere.
/// Out come the graph and the root of each event type.
pub(crate) fn compile(catalog: &Catalog, slots: &[Vec<Pointer>]) -> (Graph, Vec<NodeId>) {
    let mut builder = Builder {
        schemas: &catalog.schemas,
        nodes: Vec::new(),
        known: HashMap::new(),
        pending: Vec::new(),
        traces: Vec::new(),
    };
    let mut roots = Vec::new();
    for (event_type, pointers) in catalog.event_types.values().zip(slots) {
        let trace = builder.trace(pointers);
        let place =
            Place { is: vec![catalog.schema(event_type).key()], trace: Some(trace), ..Place::default() };
        roots.push(builder.node(place));
    }
    while let Some((id, place)) = builder.pending.pop() {
        let node = builder.fill(&place);
        builder.nodes[id.0] = node;
    }
    let mut graph = Graph { nodes: builder.nodes };
    graph.settle();
    (graph, roots)
}

impl<'c> Builder<'c> {
    fn trace(&mut self, pointers: &[Pointer]) -> usize {
        let root = self.traces.len();
        self.traces.push(Trace::default());
        for (slot, pointer) in pointers.iter().enumerate() {
            let mut at = root;
            for token in pointer.tokens() {
                let known =
                    self.traces[at].below.iter().find(|(name, _)| name == token).map(|(_, below)| *below);
                at = known.unwrap_or_else(|| {
                    let below = self.traces.len();
                    self.traces.push(Trace::default());
                    self.traces[at].below.push((token.clone(), below));
                    below
                });
            }
            self.traces[at].slot = u8::try_from(slot).ok();
        }
        root
    }

    fn node(&mut self, mut place: Place) -> NodeId {
        place.trace = place.trace.filter(|trace| !self.traces[*trace].below.is_empty());
        if let Some(known) = self.known.get(&place) {
            return *known;
        }
        let id = NodeId(self.nodes.len());
        self.nodes.push(Node::default());
        self.known.insert(place.clone(), id);
        self.pending.push((id, place));
        id
    }

    fn schemas(&self, keys: &[SchemaKey]) -> Vec<SchemaRef<'c>> {
        keys.iter().map(|key| self.schemas.schema(*key)).collect()
    }

    fn fill(&mut self, place: &Place) -> Node {
        let mut node = Node { traced: place.trace.is_some(), ..Node::default() };
        let branches = match expand::branches(&self.schemas(&place.is), &self.schemas(&place.not)) {
            Ok(branches) => branches,
            Err(contradiction) => {
                let blocked = contradiction.member.map(|member| (member, None));
                return Node { why_none: Some(contradiction.why.to_owned()), blocked, ..node };
            }
        };
        for branch in branches {
            match self.case(&branch, place, &mut node.doubtful) {
                Ok(case) => node.cases.push(case),
                Err(why) => node.why_none = node.why_none.or(Some(why)),
            }
        }
        node
    }

    fn case(&mut self, branch: &Branch<'c>, place: &Place, doubtful: &mut bool) -> Result<Case, String> {
        let facets = Facets::of(branch, place.class);
        *doubtful |= branch.inexact || facets.text.inexact;
        let mut types = facets.types;
        if let Some(values) = &facets.values {
            types = values.iter().map(|value| Types::of(value)).fold(Types::NONE, Types::or).and(types);
        }
        let mut case = Case {
            shapes: Vec::new(),
            pool: None,
            finite: facets.values.is_some(),
            excluded: branch.not_values.iter().map(|value| (*value).clone()).collect(),
            slots: Slots::default(),
            height: 0,
        };
        let allowed = |value: &&Value<'static>| types.has(Types::of(value)) && facets.accepts_scalar(value);
        if let Some(values) = &facets.values {
            let values: Vec<Value<'static>> = values.iter().copied().filter(allowed).cloned().collect();
            if values.is_empty() {
                return Err("no value of `enum` or `const` is allowed by all that applies here".to_owned());
            }
            case.pool = Some(Pool::new(None, values));
        } else if place.trace.is_none()
            && let Some((source, examples)) =
                facets.examples.iter().rev().find(|(_, examples)| !examples.is_empty())
        {
            case.pool = Some(Pool::new(Some(*source), examples.to_vec()));
        }
        let mut why = None;
        for shape in self.shapes(branch, &facets, types, place) {
            match shape {
                Ok(shape) => case.shapes.push(shape),
                Err(problem) => why = why.or(Some(problem)),
            }
        }
        if let Some(why) = why.filter(|_| case.shapes.is_empty() && case.pool.is_none()) {
            return Err(why);
        }
        *doubtful |= facets.class == Some(PrivacyClass::FreeText)
            && case.pool.is_none()
            && case.shapes.iter().any(|shape| matches!(shape, Shape::Text(plan) if plan.is_risky()));
        *doubtful |= case.shapes.iter().any(|shape| match shape {
            Shape::Text(plan) => plan.is_inexact(),
            Shape::Object(plan) => plan.vague,
            _ => false,
        });
        Ok(case)
    }

    fn shapes(
        &mut self,
        branch: &Branch<'c>,
        facets: &Facets<'c>,
        types: Types,
        place: &Place,
    ) -> Vec<Result<Shape, String>> {
        let mut shapes = Vec::new();
        if types.has(Types::NULL) {
            shapes.push(Ok(Shape::Null));
        }
        if types.has(Types::BOOLEAN) {
            shapes.push(Ok(Shape::Boolean));
        }
        if types.has(Types::NUMBER) {
            let which = match (types.has(Types::INTEGER), types.has(Types::FRACTION)) {
                (true, true) => Which::Any,
                (true, false) => Which::Whole,
                _ => Which::Fraction,
            };
            let number = |plan| Shape::Number { facets: facets.number.clone(), plan, which };
            shapes.push(facets.number.plan(which).map(number));
        }
        if types.has(Types::STRING) && facets.values.is_none() {
            shapes.push(TextPlan::new(facets.text.clone(), facets.class).map(Shape::Text));
        }
        if types.has(Types::ARRAY) {
            shapes.push(self.array(branch, facets).map(Shape::Array));
        }
        if types.has(Types::OBJECT) {
            shapes.push(self.object(branch, facets, place.trace).map(Shape::Object));
        }
        shapes
    }

    fn array(&mut self, branch: &Branch<'c>, facets: &Facets<'c>) -> Result<ArrayPlan, String> {
        let listed = |atom: &SchemaRef<'c>| atom.keyword("items").and_then(Value::as_array).map(<[_]>::len);
        let length = branch.atoms.iter().filter_map(listed).max().unwrap_or(0);
        let at = |index: usize| -> Vec<SchemaKey> {
            branch.atoms.iter().filter_map(|atom| element(*atom, index)).map(SchemaRef::key).collect()
        };
        let place = |is| Place { is, class: facets.class, ..Place::default() };
        let prefix: Vec<NodeId> = (0..length).map(|index| self.node(place(at(index)))).collect();
        let rest = self.node(place(at(length)));
        let wanted = branch.atoms.iter().filter_map(|atom| atom.subschema("contains"));
        let wanted: Vec<SchemaKey> = wanted.map(SchemaRef::key).collect();
        let contains: Vec<NodeId> = wanted
            .into_iter()
            .map(|key| self.node(place(at(length).into_iter().chain([key]).collect())))
            .collect();
        let least =
            facets.items.least.max(if contains.is_empty() { 0 } else { (length + contains.len()) as u64 });
        let most = facets.items.most.unwrap_or(u64::MAX);
        if least > most {
            return Err("no array has as many and as few elements as it must".to_owned());
        }
        Ok(ArrayPlan { prefix, rest: Some(rest), least, most, unique: facets.unique, contains })
    }
}

/// What a schema says of the element at an index.
fn element(schema: SchemaRef<'_>, index: usize) -> Option<SchemaRef<'_>> {
    match &schema.keyword("items")?.kind {
        Kind::Array(_) => {
            let listed = schema.subschema_list("items");
            listed.get(index).copied().or_else(|| schema.subschema("additionalItems"))
        }
        _ => schema.subschema("items"),
    }
}

impl Pool {
    fn new(source: Option<SchemaKey>, values: Vec<Value<'static>>) -> Self {
        let texts: Vec<Option<Box<str>>> =
            values.iter().map(|value| Some(json::text(value).into())).collect();
        let again = |at: usize| values[..at].iter().any(|earlier| earlier.same_as(&values[at]));
        Self { source, usable: (0..texts.len()).filter(|at| !again(*at)).collect(), texts, values }
    }
}
