//! Keywords: a schema becomes an expression on the slots of a tree.
//!
//! What always holds comes out as a list of plain parts, so that a frame can make fields of them. What isn't understood
//! becomes a field that nobody is sure of, with a note that says where and why; an event whose validity hangs on it goes to the
//! authority.

use tidings_catalog::{Resolved, SchemaKey, SchemaRef};
use tidings_json::{Kind as Json, Value};

use super::limits::BEYOND;
use super::places::Place;
use super::program::{Array, Bound, Decimal, Expression, Field, Format, Map, Note, Text, Types, Values};
use super::{Compiler, formats};

/// Keywords that say nothing about values, or are read with another.
const SILENT: [&str; 21] = [
    "$schema",
    "$id",
    "$comment",
    "title",
    "description",
    "default",
    "examples",
    "definitions",
    "$defs",
    "readOnly",
    "writeOnly",
    "deprecated",
    "then",
    "else",
    "additionalItems",
    "additionalProperties",
    "patternProperties",
    "propertyNames",
    "minProperties",
    "maxProperties",
    "properties",
];

/// Where a schema is applied.
#[derive(Clone, Copy, Debug)]
pub(super) struct At {
    pub(super) slot: u16,
    /// The node, if the tree has one for the objects there.
    pub(super) node: Option<u16>,
}

/// What a frame is compiled with.
pub(super) struct Scope<'c> {
    pub(super) tree: usize,
    /// By slot.
    pub(super) places: Vec<Option<Place<'c>>>,
    /// The references that are being followed, each with the slot.
    pub(super) following: Vec<(SchemaKey, u16)>,
}

impl<'c> Compiler<'c> {
    /// What a schema says of a place.
    pub(super) fn expression(&mut self, schema: SchemaRef<'c>, at: At, scope: &mut Scope<'c>) -> Expression {
        if !self.budget.enter() {
            return self.unknown(at, scope, BEYOND.to_owned());
        }
        let expression = self.expression_within(schema, at, scope);
        self.budget.leave();
        expression
    }

    fn expression_within(&mut self, schema: SchemaRef<'c>, at: At, scope: &mut Scope<'c>) -> Expression {
        // What references mean there is the validator's business.
        if !schema.is_plain() {
            let why = "an `$id` inside of a file";
            return self.unknown(at, scope, why.to_owned());
        }
        match &schema.value().kind {
            Json::Bool(true) => return Expression::Always,
            Json::Bool(false) => {
                return Expression::Is(Box::new(Field { types: Types(0), ..Field::any(at.slot) }));
            }
            _ => {}
        }
        if schema.reference().is_some() {
            let Some(Resolved::Schema(target)) = schema.resolve() else {
                return self.unknown(at, scope, "a reference to what is no part of the catalog".to_owned());
            };
            if scope.following.contains(&(target.key(), at.slot)) {
                return self.unknown(at, scope, "a reference that leads back to itself".to_owned());
            }
            scope.following.push((target.key(), at.slot));
            let expression = self.expression(target, at, scope);
            scope.following.pop();
            return expression;
        }
        let mut all = Vec::new();
        for member in schema.value().as_object().unwrap_or_default() {
            let name = member.name.as_ref();
            if !SILENT.contains(&name) && !name.starts_with("x-") {
                let part = self
                    .keyword(schema, name, &member.value, at, scope)
                    .unwrap_or_else(|why| self.unknown(at, scope, why));
                push(&mut all, part);
            }
        }
        for part in self.object(schema, at, scope).unwrap_or_else(|why| vec![self.unknown(at, scope, why)]) {
            push(&mut all, part);
        }
        all_of(all)
    }

    fn unknown(&mut self, at: At, scope: &Scope<'c>, why: String) -> Expression {
        let place = self.trees[scope.tree].slots[usize::from(at.slot)].clone();
        self.notes.add(Note { place, why });
        Expression::Is(Box::new(Field { unsure: true, ..Field::any(at.slot) }))
    }

    fn several(
        &mut self,
        schema: SchemaRef<'c>,
        keyword: &str,
        at: At,
        scope: &mut Scope<'c>,
    ) -> Vec<Expression> {
        schema.subschema_list(keyword).into_iter().map(|one| self.expression(one, at, scope)).collect()
    }

    fn keyword(
        &mut self,
        schema: SchemaRef<'c>,
        name: &str,
        value: &Value<'_>,
        at: At,
        scope: &mut Scope<'c>,
    ) -> Result<Expression, String> {
        let any = Field::any(at.slot);
        let field = |field: Field| Ok(Expression::Is(Box::new(field)));
        let text = |text: Text| field(Field { text, ..Field::any(at.slot) });
        match name {
            "type" => field(Field { types: types(value)?, ..any }),
            "enum" => field(constants(value.as_array().unwrap_or_default(), at.slot)),
            "const" => field(constants(std::slice::from_ref(value), at.slot)),
            "minLength" => text(Text { min: count(value)?, ..Text::default() }),
            "maxLength" => text(Text { max: Some(count(value)?), ..Text::default() }),
            "pattern" => {
                let pattern = value.as_str().ok_or("a pattern that is none")?;
                text(Text { patterns: vec![self.pattern(pattern)?], ..Text::default() })
            }
            "format" => {
                let name = value.as_str().ok_or("a format that is none")?;
                let format: Format = formats::named(name, |pattern| self.pattern(pattern))?;
                text(Text { formats: vec![format], ..Text::default() })
            }
            "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" => {
                let bound = Bound { at: decimal(value)?, exclusive: name.starts_with('e') };
                let mut limited = any;
                let bounds = if name.ends_with("inimum") {
                    &mut limited.number.least
                } else {
                    &mut limited.number.most
                };
                bounds.push(bound);
                field(limited)
            }
            "multipleOf" => {
                let mut limited = any;
                limited.number.multiple_of.push(divisor(decimal(value)?)?);
                field(limited)
            }
            "minItems" | "maxItems" | "uniqueItems" => {
                let mut array = Array::any();
                match name {
                    "minItems" => array.min = count(value)?,
                    "maxItems" => array.max = count(value)?,
                    _ => array.unique = matches!(value.kind, Json::Bool(true)),
                }
                field(Field { array: Some(Box::new(array)), ..any })
            }
            "items" => field(Field { array: Some(Box::new(self.items(schema, at, scope)?)), ..any }),
            "contains" => {
                let place = scope.places[usize::from(at.slot)].clone().unwrap_or_default();
                if place.listed() > 0 {
                    return Err("`contains` beside elements that have their own schemas".to_owned());
                }
                let pointer = format!("{}/*", self.trees[scope.tree].slots[usize::from(at.slot)]);
                let inner = schema.subschema("contains").ok_or("`contains` without a schema")?;
                let frame = self.frame_of(&place.element(None), &[inner], &pointer);
                let array = Array { contains: vec![frame], ..Array::any() };
                field(Field { array: Some(Box::new(array)), ..any })
            }
            "required" => {
                let node = at.node.ok_or("members of an object that has no known ones")?;
                Ok(Expression::Has { node, members: self.members(scope, node, value)? })
            }
            "dependencies" => self.dependencies(schema, value, at, scope),
            "allOf" => Ok(all_of(self.several(schema, name, at, scope))),
            "anyOf" => Ok(Expression::Any(self.several(schema, name, at, scope))),
            "oneOf" => Ok(Expression::One(self.several(schema, name, at, scope))),
            "not" => {
                let inner = schema.subschema("not").ok_or("a `not` without a schema")?;
                Ok(Expression::Not(Box::new(self.expression(inner, at, scope))))
            }
            "if" => {
                let mut part = |keyword: &str| {
                    schema
                        .subschema(keyword)
                        .map_or(Expression::Always, |part| self.expression(part, at, scope))
                };
                Ok(Expression::If(Box::new([part("if"), part("then"), part("else")])))
            }
            other => Err(format!("the keyword `{other}`")),
        }
    }

    /// The members of a node that a list of names names.
    fn members(&self, scope: &Scope<'c>, node: u16, names: &Value<'_>) -> Result<u128, String> {
        let keys = &self.trees[scope.tree].nodes[usize::from(node)].keys;
        let mut members = 0;
        for name in names.as_array().unwrap_or_default().iter().filter_map(Value::as_str) {
            members |= 1
                << keys
                    .index_of(name)
                    .ok_or_else(|| format!("the required `{name}`, which nothing describes"))?;
        }
        Ok(members)
    }

    fn items(&mut self, schema: SchemaRef<'c>, at: At, scope: &Scope<'c>) -> Result<Array, String> {
        let place = scope.places[usize::from(at.slot)].clone().unwrap_or_default();
        let pointer = format!("{}/*", self.trees[scope.tree].slots[usize::from(at.slot)]);
        let mut array = Array::any();
        let items = schema.subschema("items").ok_or("`items` without a schema")?;
        match &items.value().kind {
            Json::Array(listed) if listed.len() < place.listed() => {
                return Err("elements that are described in two ways".to_owned());
            }
            Json::Array(_) => {
                for (index, one) in schema.subschema_list("items").into_iter().enumerate() {
                    array.first.push(self.frame_of(&place.element(Some(index)), &[one], &pointer));
                }
                if let Some(rest) = schema.subschema("additionalItems") {
                    match &rest.value().kind {
                        Json::Bool(false) => array.max = u32::try_from(array.first.len()).unwrap_or(u32::MAX),
                        _ => array.rest = Some(self.frame_of(&place.element(None), &[rest], &pointer)),
                    }
                }
            }
            Json::Bool(false) => array.max = 0,
            _ if place.listed() > 0 => return Err("elements that are described in two ways".to_owned()),
            _ => array.rest = Some(self.frame_of(&place.element(None), &[items], &pointer)),
        }
        Ok(array)
    }

    fn dependencies(
        &mut self,
        schema: SchemaRef<'c>,
        value: &Value<'_>,
        at: At,
        scope: &mut Scope<'c>,
    ) -> Result<Expression, String> {
        let node = at.node.ok_or("`dependencies` of an object that has no known members")?;
        let mut all = Vec::new();
        for member in value.as_object().unwrap_or_default() {
            // A member that the tree doesn't know isn't there, or is an unknown field.
            let keys = &self.trees[scope.tree].nodes[usize::from(node)].keys;
            let Some(index) = keys.index_of(&member.name) else { continue };
            let consequence = if let Json::Array(_) = &member.value.kind {
                Expression::Has { node, members: self.members(scope, node, &member.value)? }
            } else {
                let dependent = schema.named_subschema("dependencies", &member.name);
                dependent.map_or(Expression::Always, |dependent| self.expression(dependent, at, scope))
            };
            let object = Field { types: Types::OBJECT, ..Field::any(at.slot) };
            let has = Expression::Has { node, members: 1 << index };
            let there = Expression::All(vec![Expression::Is(Box::new(object)), has]);
            all.push(Expression::If(Box::new([there, consequence, Expression::Always])));
        }
        Ok(all_of(all))
    }

    /// What the keywords about members say.
    fn object(
        &mut self,
        schema: SchemaRef<'c>,
        at: At,
        scope: &mut Scope<'c>,
    ) -> Result<Vec<Expression>, String> {
        match at.node {
            Some(node) => self.known_members(schema, node, scope),
            None => self.free_members(schema, at, scope),
        }
    }

    fn known_members(
        &mut self,
        schema: SchemaRef<'c>,
        node: u16,
        scope: &mut Scope<'c>,
    ) -> Result<Vec<Expression>, String> {
        let object = &self.trees[scope.tree].nodes[usize::from(node)];
        let names: Vec<String> =
            object.keys.names().map(|name| String::from_utf8_lossy(name).into_owned()).collect();
        let (base, children) = (object.base, object.children.clone());
        let mut all = Vec::new();
        let mut only = u128::MAX;
        let name_schema = schema.subschema("propertyNames");
        for ((slot, name), child) in (base..).zip(&names).zip(children) {
            let at = At { slot, node: child };
            let bit = 1u128 << (slot - base);
            let mut own = schema.named_subschema("properties", name).is_some();
            for (pattern, child) in schema.named_subschemas("patternProperties") {
                if self.names.matches(pattern, name)? {
                    own = true;
                    push_member(&mut all, slot, self.expression(child, at, scope));
                }
            }
            if let Some(named) = schema.named_subschema("properties", name) {
                push_member(&mut all, slot, self.expression(named, at, scope));
            } else if !own && let Some(additional) = schema.subschema("additionalProperties") {
                match &additional.value().kind {
                    Json::Bool(false) => only &= !bit,
                    _ => push_member(&mut all, slot, self.expression(additional, at, scope)),
                }
            }
            if let Some(name_schema) = name_schema
                && !self.name_text(name_schema)?.allows_name(name, &self.patterns)?
            {
                only &= !bit;
            }
        }
        if only != u128::MAX {
            all.push(Expression::Only { node, members: only });
        }
        let bound = |keyword: &str| schema.keyword(keyword).map(count).transpose();
        let (min, max) = (bound("minProperties")?, bound("maxProperties")?);
        if min.is_some() || max.is_some() {
            all.push(Expression::Count { node, min: min.unwrap_or(0), max: max.unwrap_or(u32::MAX) });
        }
        Ok(all)
    }

    /// Of an object that has no known members: what all of them are.
    fn free_members(
        &mut self,
        schema: SchemaRef<'c>,
        at: At,
        scope: &Scope<'c>,
    ) -> Result<Vec<Expression>, String> {
        let bound = |keyword: &str| schema.keyword(keyword).map(count).transpose();
        let (min, max) = (bound("minProperties")?, bound("maxProperties")?);
        let named = schema.named_subschemas("properties");
        if !named.is_empty() {
            return Err("an object within one like itself, or with too many members".to_owned());
        }
        let patterns = schema.named_subschemas("patternProperties");
        let place = scope.places[usize::from(at.slot)].clone().unwrap_or_default();
        let has_patterns = |schema: &SchemaRef<'_>| schema.keyword("patternProperties").is_some();
        let describing = place.applied.iter().filter(|schema| {
            has_patterns(schema) || schema.object_subschema("additionalProperties").is_some()
        });
        // Which of them describe a member depends on its name, whichever of them is asked here.
        if place.applied.iter().any(has_patterns) && describing.count() > 1 {
            return Err("members that are described in two ways".to_owned());
        }
        let closed = schema
            .subschema("additionalProperties")
            .is_some_and(|rest| matches!(rest.value().kind, Json::Bool(false)));
        let mut map = Map { min: min.unwrap_or(0), max: max.unwrap_or(u32::MAX), ..Map::any() };
        let value = match patterns.as_slice() {
            [] if closed => {
                map.max = 0;
                None
            }
            [] => schema.object_subschema("additionalProperties"),
            [(pattern, value)] if closed => {
                map.names.patterns.push(self.pattern(pattern)?);
                Some(*value)
            }
            _ => return Err("`patternProperties` that leave other members open".to_owned()),
        };
        if let Some(value) = value {
            // Beside this, some branch may say of what name a member is, and so what is known of it.
            if !place.names().is_empty() {
                return Err("members that are described in two ways".to_owned());
            }
            let pointer = format!("{}/*", self.trees[scope.tree].slots[usize::from(at.slot)]);
            map.values = Some(self.frame_of(&place.unnamed(), &[value], &pointer));
        }
        if let Some(names) = schema.subschema("propertyNames") {
            let text = self.name_text(names)?;
            map.names = map.names.and(&text);
        }
        let says_nothing =
            map.min == 0 && map.max == u32::MAX && map.names.is_empty() && map.values.is_none();
        if says_nothing {
            return Ok(Vec::new());
        }
        Ok(vec![Expression::Is(Box::new(Field { map: Some(Box::new(map)), ..Field::any(at.slot) }))])
    }

    /// What a schema says of the names of members, if it is plain enough.
    fn name_text(&mut self, schema: SchemaRef<'c>) -> Result<Text, String> {
        let mut text = Text::default();
        if matches!(schema.value().kind, Json::Bool(true)) {
            return Ok(text);
        }
        for member in schema.value().as_object().ok_or("`propertyNames` that refuses all")? {
            match member.name.as_ref() {
                "pattern" => {
                    let pattern = member.value.as_str().ok_or("a pattern that is none")?;
                    text.patterns.push(self.pattern(pattern)?);
                }
                "minLength" => text.min = count(&member.value)?,
                "maxLength" => text.max = Some(count(&member.value)?),
                "type" if types(&member.value)?.has(Types::STRING) => {}
                name if SILENT[..8].contains(&name) || name.starts_with("x-") => {}
                name => return Err(format!("`propertyNames` with `{name}`")),
            }
        }
        Ok(text)
    }
}

/// Adds a part, and instead of a list of parts each of them.
fn push(all: &mut Vec<Expression>, part: Expression) {
    match part {
        Expression::Always => {}
        Expression::All(parts) => all.extend(parts),
        part => all.push(part),
    }
}

/// Adds what is said of a member, which is said only if there is one.
fn push_member(all: &mut Vec<Expression>, slot: u16, part: Expression) {
    match part {
        Expression::All(parts) => parts.into_iter().for_each(|part| push_member(all, slot, part)),
        part if part.holds_of_nothing() => push(all, part),
        part => all.push(Expression::Present { slot, inner: Box::new(part) }),
    }
}

fn all_of(parts: Vec<Expression>) -> Expression {
    let mut all = Vec::new();
    for part in parts {
        push(&mut all, part);
    }
    match all.len() {
        0 => Expression::Always,
        1 => all.swap_remove(0),
        _ => Expression::All(all),
    }
}

fn types(value: &Value<'_>) -> Result<Types, String> {
    let names = match value.as_array() {
        Some(several) => several.iter().map(Value::as_str).collect(),
        None => vec![value.as_str()],
    };
    names.into_iter().try_fold(Types(0), |types, name| {
        let one = name.and_then(Types::named).ok_or("a type that is none")?;
        Ok(Types(types.0 | one.0))
    })
}

/// The field of values that are one of these.
fn constants(constants: &[Value<'_>], slot: u16) -> Field {
    let mut types = Types(0);
    let mut values = Values::default();
    for value in constants {
        let one = match &value.kind {
            Json::String(text) => {
                values.strings.push(text.as_bytes().into());
                Types::STRING
            }
            Json::Null => {
                values.scalars.push((*b"null").into());
                Types::NULL
            }
            Json::Bool(value) => {
                values.scalars.push(value.to_string().into_bytes().into());
                Types::BOOLEAN
            }
            // Other ways to write the same number are for the authority.
            Json::Number(text) => {
                values.scalars.push(text.as_bytes().into());
                Types(Types::INTEGER.0 | Types::FRACTION.0)
            }
            Json::Array(_) | Json::Object(_) => {
                values.compound = true;
                Types(Types::ARRAY.0 | Types::OBJECT.0)
            }
        };
        types = Types(types.0 | one.0);
    }
    Field { types, values: Some(values), ..Field::any(slot) }
}

/// A count, as keywords such as `minLength` have it.
fn count(value: &Value<'_>) -> Result<u32, String> {
    let text = value.as_number().ok_or("a limit that is no number")?;
    text.parse().map_err(|_| format!("the limit {text}"))
}

/// A number that is small enough to be compared exactly by everybody.
fn decimal(value: &Value<'_>) -> Result<Decimal, String> {
    let text = value.as_number().ok_or("a limit that is no number")?;
    Decimal::parse(text.as_bytes()).ok_or_else(|| format!("the limit {text}"))
}

/// A divisor by which binary fractions divide as decimal ones do: a whole number, or parts of two.
fn divisor(at: Decimal) -> Result<Decimal, String> {
    let unit = 10i64.pow(at.scale);
    let (mut a, mut b) = (unit, at.mantissa.abs());
    while b != 0 {
        (a, b) = (b, a % b);
    }
    if at.mantissa > 0 && (unit / a).unsigned_abs().is_power_of_two() {
        Ok(at)
    } else {
        Err("`multipleOf` with a fraction that is none in binary".to_owned())
    }
}
