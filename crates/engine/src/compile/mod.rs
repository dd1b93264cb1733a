//! The compiler: a checked catalog becomes a [`Program`], plain data that the fast path runs.
//!
//! ```text
//! schemas ─→ places (what applies where) ─→ trees of slots
//!         └→ expressions on slots ─→ fields (one check a value) and what depends on something
//! roles, versions, privacy classes ─→ the same fields
//! ```
//!
//! The program never says more than the schemas do. What the compiler doesn't understand it leaves to the authority, for
//! the place where it stands if that can be, and notes where and why.

mod backtracking;
mod block;
mod decimal;
mod expression;
mod form;
mod formats;
mod groups;
mod keys;
mod limits;
mod merge;
mod pattern;
mod places;
mod program;

use std::collections::{BTreeMap, HashMap};

use tidings_catalog::{Catalog, EventType, PrivacyClass, SchemaKey, SchemaRef};

pub(crate) use block::{Block, Blocks, Expected, MAX_CLASSES, Table, Tables, distinct};
pub(crate) use form::{Form, FormPart, FormSequence, Simple, Split, Words};
pub(crate) use formats::is_surely;
pub(crate) use groups::{Bytes, Groups};
pub(crate) use keys::Keys;
pub(crate) use pattern::Pattern;
pub(crate) use program::*;

use backtracking::Backtracking;
use expression::{At, Scope};
use formats::Utc;
use limits::{BEYOND, Budget, Notes};
use places::{NamePatterns, Place, Target};

/// Frames by what they were made of.
type FrameKey = ((Vec<SchemaKey>, Option<PrivacyClass>), Vec<SchemaKey>);

/// A program that is being made.
struct Compiler<'c> {
    trees: Vec<Tree>,
    frames: Vec<Frame>,
    patterns: Vec<Pattern>,
    shapes: Vec<Shape>,
    forms: Vec<Form>,
    choices: Vec<Keys>,
    blocks: Blocks,
    pattern_ids: HashMap<String, Result<usize, String>>,
    /// With what is noted of each.
    frame_ids: BTreeMap<FrameKey, (usize, Notes)>,
    notes: Notes,
    budget: Budget,
    backtracking: Backtracking,
    names: NamePatterns,
    utc: Utc,
    catalog: &'c Catalog,
}

/// Compiles a catalog.
pub(crate) fn compile(catalog: &Catalog) -> Program {
    let events = places::events(catalog);
    let names = NamePatterns::default();
    let mut compiler = Compiler {
        trees: vec![places::tree(&events, "", &names)],
        frames: Vec::new(),
        patterns: Vec::new(),
        shapes: Vec::new(),
        forms: Vec::new(),
        choices: Vec::new(),
        blocks: Blocks::default(),
        pattern_ids: HashMap::new(),
        frame_ids: BTreeMap::new(),
        notes: Notes::default(),
        budget: Budget::new(),
        backtracking: Backtracking::of(catalog),
        names,
        utc: Utc::new(),
        catalog,
    };
    let name_slot = catalog.roles.event_name.as_ref().map(|role| places::target(&compiler.trees[0], role));
    let events = catalog
        .event_types
        .values()
        .map(|event_type| match name_slot {
            Some(Target::Nothing | Target::Unclear) => {
                let why = "no schema describes where an event has its name".to_owned();
                EventProgram { frame: None, notes: vec![Note { place: String::new(), why }] }
            }
            _ => compiler.event(event_type),
        })
        .collect();
    let few: Vec<&str> = catalog.event_types.keys().map(String::as_str).collect();
    let plain = |(_, name): &(usize, &String)| keys::stands_plain(name.as_bytes());
    let many = || {
        let names = catalog.event_types.keys().enumerate().filter(plain);
        names.map(|(index, name)| (name.as_bytes().into(), index))
    };
    let names = Keys::new(&few).map_or_else(|| Names::Many(many().collect()), Names::Few);
    Program {
        trees: compiler.trees,
        frames: compiler.frames,
        patterns: compiler.patterns,
        forms: compiler.forms,
        choices: compiler.choices,
        blocks: compiler.blocks,
        events,
        name_slot: name_slot
            .and_then(|target| if let Target::Slot(slot) = target { Some(slot) } else { None }),
        names,
    }
}

impl<'c> Compiler<'c> {
    fn event(&mut self, event_type: &'c EventType) -> EventProgram {
        let schema = self.catalog.schema(event_type);
        let place = Place::new([schema], None);
        let extra = self.roles(event_type);
        self.budget.renew();
        let frame = self.frame(0, &place, &[schema], extra);
        let notes = std::mem::take(&mut self.notes).into_list();
        let hopeless = frame.is_hopeless();
        self.frames.push(frame);
        EventProgram { frame: (!hopeless).then_some(self.frames.len() - 1), notes }
    }

    /// What the manifest says of events of a type, beside their schema.
    fn roles(&mut self, event_type: &EventType) -> Vec<Role> {
        let roles = &self.catalog.roles;
        let tree = &self.trees[0];
        let unclear = |role: &tidings_json::Pointer| {
            let why = "no schema describes what plays a role".to_owned();
            Role::Unclear(Note { place: role.to_string(), why })
        };
        let mut extra = Vec::new();
        let mut add = |role: Option<&tidings_json::Pointer>, make: &dyn Fn(u16) -> Role| match role
            .map(|role| (places::target(tree, role), role))
        {
            Some((Target::Slot(slot), _)) => extra.push(make(slot)),
            Some((Target::Unclear, role)) => extra.push(unclear(role)),
            Some((Target::Nothing, _)) | None => {}
        };
        if let Some(aggregate) = &event_type.aggregate {
            add(roles.aggregate_type.as_ref(), &|slot| {
                let values = Values { strings: vec![aggregate.as_bytes().into()], ..Values::default() };
                Role::Field(Box::new(Field {
                    types: Types::STRING,
                    values: Some(values),
                    ..Field::any(slot)
                }))
            });
        }
        add(roles.version.as_ref(), &|slot| {
            let mut field = Field::any(slot);
            let mantissa = i64::try_from(event_type.version).unwrap_or(i64::MAX);
            field.number.most.push(Bound { at: Decimal { mantissa, scale: 0 }, exclusive: false });
            Role::Field(Box::new(field))
        });
        add(roles.idempotency_key.as_ref(), &|slot| {
            Role::Field(Box::new(Field {
                text: Text { scan: Scan::Email, ..Text::default() },
                ..Field::any(slot)
            }))
        });
        if let (Some(role), Some(aggregate)) = (&roles.aggregate_id, self.catalog.aggregate_of(event_type)) {
            match (places::target(tree, role), places::target(tree, &aggregate.id)) {
                (Target::Slot(a), Target::Slot(b)) => extra.push(Role::Same(a, b)),
                (Target::Nothing, _) | (_, Target::Nothing) => {}
                _ => extra.push(unclear(role)),
            }
        }
        extra
    }

    /// The frame of a place below an event: of elements, or of members without a name.
    fn frame_of(&mut self, place: &Place<'c>, asserted: &[SchemaRef<'c>], pointer: &str) -> usize {
        let asserted_keys = asserted.iter().map(|schema| schema.key()).collect();
        let key = (place.key(), asserted_keys);
        if let Some((known, notes)) = self.frame_ids.get(&key) {
            self.notes.add_all(notes);
            return *known;
        }
        // Of nothing nothing is known, however deep it lies.
        let is_nothing = place.applied.is_empty() && asserted.is_empty();
        if !is_nothing && !self.budget.enter() {
            return self.unsure_frame(pointer);
        }
        self.budget.take(place.applied.len());
        let tree = places::tree(place, pointer, &self.names);
        self.budget.take(tree.slots.len());
        let id = self.frames.len();
        self.frame_ids.insert(key.clone(), (id, Notes::default()));
        self.frames.push(Frame::default());
        let before = std::mem::take(&mut self.notes);
        self.trees.push(tree);
        let frame = self.frame(self.trees.len() - 1, place, asserted, Vec::new());
        self.frames[id] = frame;
        let notes = std::mem::replace(&mut self.notes, before);
        self.notes.add_all(&notes);
        self.frame_ids.insert(key, (id, notes));
        if !is_nothing {
            self.budget.leave();
        }
        id
    }

    /// A frame of which only the authority can tell whether it holds.
    fn unsure_frame(&mut self, pointer: &str) -> usize {
        let nothing = Place::default();
        self.trees.push(places::tree(&nothing, pointer, &self.names));
        let unsure = Role::Unclear(Note { place: pointer.to_owned(), why: BEYOND.to_owned() });
        let frame = self.frame(self.trees.len() - 1, &nothing, &[], vec![unsure]);
        self.frames.push(frame);
        self.frames.len() - 1
    }

    /// What must hold of the slots of a tree, if these schemas are to hold.
    fn frame(
        &mut self,
        tree: usize,
        place: &Place<'c>,
        asserted: &[SchemaRef<'c>],
        extra: Vec<Role>,
    ) -> Frame {
        let mut frame = Frame { tree, ..Frame::default() };
        let mut scope =
            Scope { tree, places: vec![None; self.trees[tree].slots.len()], following: Vec::new() };
        scope.places[0] = Some(place.clone());
        self.allow_members(&mut frame, &mut scope);
        let mut fields: Vec<Option<Field>> = scope
            .places
            .iter()
            .zip(0u16..)
            .map(|(place, slot)| {
                let mut field = Field::any(slot);
                if place.as_ref()?.class == Some(PrivacyClass::FreeText) {
                    field.text.scan = Scan::All;
                }
                Some(field)
            })
            .collect();
        let node = (!self.trees[tree].nodes.is_empty()).then_some(0);
        let mut parts: Vec<Expression> = Vec::new();
        for schema in asserted {
            parts.push(self.expression(*schema, At { slot: 0, node }, &mut scope));
        }
        for role in extra {
            match role {
                Role::Field(field) => parts.push(Expression::Is(field)),
                Role::Same(a, b) => frame.same.push((a, b)),
                Role::Unclear(why) => {
                    self.notes.add(why);
                    parts.push(Expression::Is(Box::new(Field { unsure: true, ..Field::any(0) })));
                }
            }
        }
        while let Some(part) = parts.pop() {
            match part {
                Expression::Always => {}
                Expression::All(more) => parts.extend(more),
                Expression::Has { node, members } => frame.members[usize::from(node)].required |= members,
                Expression::Only { node, members } => frame.members[usize::from(node)].allowed &= members,
                Expression::Is(field) => {
                    let slot = usize::from(field.slot);
                    match fields[slot].as_ref().map(|own| own.and(&field)) {
                        Some(Some(merged)) => fields[slot] = Some(merged),
                        Some(None) => frame.others.push(Expression::Is(field)),
                        // Nothing may stand there anyway.
                        None => {}
                    }
                }
                other => frame.others.push(other),
            }
        }
        for field in fields.into_iter().flatten() {
            let field = self.with_inside(field, &scope);
            frame.fields.push(field);
        }
        for field in &mut frame.fields {
            field.settle(&self.patterns, &self.utc);
        }
        self.settle_all(&mut frame.others);
        frame.quick = (0u16..).zip(&frame.fields).map(|(index, field)| self.quick(index, field)).collect();
        frame.groups = Groups::new(&frame.quick, &frame.fields, &self.choices, &mut self.blocks);
        frame
    }

    /// The quick check of a field.
    fn quick(&mut self, index: u16, field: &Field) -> Quick {
        let none = QuickCheck::None;
        let check = match field.kind {
            Kind::Shape => field.text.shape.as_ref().map_or(none, |shape| self.shape(shape, &field.text)),
            Kind::Time => QuickCheck::Time { fractions: field.text.fractions },
            Kind::Text => QuickCheck::Text {
                min: field.text.min,
                max: field.text.max.unwrap_or(u32::MAX),
                scan: field.text.scan,
            },
            Kind::Choice => self.choice(field).unwrap_or(none),
            Kind::Integer => field.number.range.map_or(none, |(least, most)| {
                // What is negative or has more digits is left to the field itself.
                let first = u8::try_from(least.clamp(0, 10)).unwrap_or(10);
                u8::try_from(most.min(9)).map_or(none, |last| QuickCheck::Digit(first, last))
            }),
            Kind::General => none,
        };
        Quick { slot: field.slot, field: index, check }
    }

    fn shape(&mut self, shape: &Shape, text: &Text) -> QuickCheck {
        // All characters of a shape are ASCII, so bytes are code points.
        let (least, most) = (text.min.min(255), text.max.unwrap_or(64).min(64));
        let (Ok(least), Ok(most)) = (u8::try_from(least), u8::try_from(most)) else {
            return QuickCheck::None;
        };
        if least > most {
            return QuickCheck::None;
        }
        if let [sequence] = shape.sequences.as_slice()
            && let Some((classes, min)) = sequence.classes()
            && let (Ok(min), Ok(max)) = (u8::try_from(min), u8::try_from(classes.len()))
            && let (min, max) = (min.max(least), max.min(most))
            && min <= max
            && let Some(block) = self.blocks.add(&classes)
        {
            return QuickCheck::Class { block: block.start, min, max };
        }
        let at = if let Some(known) = self.shapes.iter().position(|known| known == shape) {
            known
        } else {
            let Some(form) = Form::new(shape) else { return QuickCheck::None };
            self.forms.push(form);
            self.shapes.push(shape.clone());
            self.forms.len() - 1
        };
        let form = u32::try_from(at);
        form.map_or(QuickCheck::None, |form| QuickCheck::Shape { form, min: least, max: most })
    }

    /// The words of a field that has some, and no long ones.
    fn choice(&mut self, field: &Field) -> Option<QuickCheck> {
        let values = field.values.as_ref()?;
        let words: Vec<&str> =
            values.strings.iter().map(|value| std::str::from_utf8(value).ok()).collect::<Option<_>>()?;
        let stand_plain = words.iter().all(|word| keys::stands_plain(word.as_bytes()));
        let keys = Keys::new(&words).filter(|_| !words.is_empty() && stand_plain)?;
        self.choices.push(keys);
        u32::try_from(self.choices.len() - 1).ok().map(QuickCheck::Choice)
    }

    /// For each node which members the schemas of its place name, and the places of those members.
    fn allow_members(&mut self, frame: &mut Frame, scope: &mut Scope<'c>) {
        for at in 0..self.trees[scope.tree].nodes.len() {
            let node = &self.trees[scope.tree].nodes[at];
            let mut rule = MemberRule::default();
            let mut notes = Vec::new();
            if let Some(place) =
                scope.places[usize::from(node.own)].clone().filter(|place| !place.names().is_empty())
            {
                for (index, name) in node.keys.names().enumerate() {
                    let slot = usize::from(node.base) + index;
                    match place.member(&String::from_utf8_lossy(name), &self.names) {
                        Ok(Some(member)) => {
                            rule.allowed |= 1 << index;
                            scope.places[slot] = Some(member);
                        }
                        Ok(None) => {}
                        Err(why) => {
                            notes.push(Note { place: self.trees[scope.tree].slots[slot].clone(), why });
                        }
                    }
                }
            }
            for note in notes {
                self.notes.add(note);
            }
            frame.members.push(rule);
        }
    }

    /// A field with what is inside of arrays and maps, where no schema says anything of that: any value. Nobody is sure of it
    /// where the validator may give up on a pattern.
    fn with_inside(&mut self, mut field: Field, scope: &Scope<'c>) -> Field {
        let Some(place) = scope.places[usize::from(field.slot)].clone() else { return field };
        let pointer = format!("{}/*", self.trees[scope.tree].slots[usize::from(field.slot)]);
        let has_node = self.trees[scope.tree].nodes.iter().any(|node| node.own == field.slot);
        field.followed = has_node;
        if self.backtracking.is_asked_at(&place, has_node) {
            field.unsure = true;
            let place = self.trees[scope.tree].slots[usize::from(field.slot)].clone();
            // The pattern itself is noted where it stands.
            if !self.notes.tell_of(&place) {
                self.notes
                    .add(Note { place, why: "a pattern on which the validator may give up".to_owned() });
            }
        }
        if field.types.has(Types::ARRAY) {
            let array = field.array.get_or_insert_with(|| Box::new(Array::any()));
            if array.rest.is_none()
                && place.listed() == array.first.len()
                && array.max as usize > array.first.len()
            {
                array.rest = Some(self.frame_of(&place.element(None), &[], &pointer));
            }
        }
        if field.types.has(Types::OBJECT) && !has_node && place.names().is_empty() && !place.is_opaque() {
            let map = field.map.get_or_insert_with(|| Box::new(Map::any()));
            let patterned = place.applied.iter().any(|schema| schema.keyword("patternProperties").is_some());
            if map.values.is_none() && map.max > 0 && !patterned {
                map.values = Some(self.frame_of(&place.unnamed(), &[], &pointer));
            }
        }
        field
    }

    fn settle_all(&self, expressions: &mut [Expression]) {
        for expression in expressions {
            match expression {
                Expression::Is(field) => field.settle(&self.patterns, &self.utc),
                Expression::All(parts) | Expression::Any(parts) | Expression::One(parts) => {
                    self.settle_all(parts);
                }
                Expression::Not(inner) | Expression::Present { inner, .. } => {
                    self.settle_all(std::slice::from_mut(inner));
                }
                Expression::If(parts) => self.settle_all(parts.as_mut_slice()),
                _ => {}
            }
        }
    }

    /// The index of a pattern; the error says why only the authority can match it.
    fn pattern(&mut self, pattern: &str) -> Result<usize, String> {
        if let Some(known) = self.pattern_ids.get(pattern) {
            return known.clone();
        }
        let compiled = Pattern::new(pattern)
            .map(|compiled| {
                self.patterns.push(compiled);
                self.patterns.len() - 1
            })
            .map_err(|why| format!("the pattern `{pattern}`: {why}"));
        self.pattern_ids.insert(pattern.to_owned(), compiled.clone());
        compiled
    }
}

/// What the manifest says of a place.
enum Role {
    Field(Box<Field>),
    Same(u16, u16),
    /// Nobody is sure of the whole.
    Unclear(Note),
}

impl Frame {
    /// Whether nothing can be proven by it.
    fn is_hopeless(&self) -> bool {
        self.fields.iter().any(|field| field.slot == 0 && field.unsure)
    }
}
