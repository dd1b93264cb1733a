//! What a schema has against a value, told plainly: one keyword after another, as Draft-07 defines them.
//!
//! It is what the truth about a planted fault comes from, so it shares nothing with the engine: neither its code nor the
//! validator behind it.

use std::cell::RefCell;
use std::collections::HashMap;

use tidings_catalog::{Resolved, SchemaRef};
use tidings_json::{Kind, Value, escape_token};

use crate::sample::json;
use crate::sample::number::NumberFacets;
use crate::sample::text::{TextFacets, formats};

/// In every text that was spoiled so that no format has it.
pub(super) const SNOWMAN: char = '☃';

/// One thing that a schema has against a value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Violation {
    /// The place in the event, as a JSON Pointer.
    pub(super) pointer: String,
    pub(super) rule: &'static str,
    /// What tells two at one place by one rule apart: the member that is missing, the pattern.
    pub(super) detail: String,
}

/// Texts longer than this may be too long for their format, which isn't told here.
const MAX_ROUGH: usize = 64;

/// How deep schemas may lead each other on at one value.
const MAX_DEPTH: u32 = 64;

/// The patterns that were compiled so far, by their text.
#[derive(Debug, Default)]
pub(super) struct Patterns(RefCell<HashMap<String, TextFacets>>);

impl Patterns {
    /// Whether a text matches a pattern; `None` if that can't be told here.
    pub(super) fn matches(&self, pattern: &str, text: &str) -> Option<bool> {
        let mut known = self.0.borrow_mut();
        let facets = known.entry(pattern.to_owned()).or_insert_with(|| {
            let mut facets = TextFacets::default();
            facets.pattern(pattern, true);
            facets
        });
        (!facets.inexact).then(|| facets.accepts(text))
    }
}

/// What a schema has against a value, each thing once, sorted. `None` if that can't be told here.
pub(super) fn violations(
    schema: SchemaRef<'_>,
    value: &Value<'_>,
    patterns: &Patterns,
) -> Option<Vec<Violation>> {
    let mut judge = Judge { patterns, found: Vec::new(), unsure: false, depth: 0 };
    judge.schema(schema, value, "");
    judge.found.sort();
    judge.found.dedup();
    (!judge.unsure).then_some(judge.found)
}

/// Collects violations.
struct Judge<'p> {
    patterns: &'p Patterns,
    found: Vec<Violation>,
    /// Something was met that can't be told here.
    unsure: bool,
    depth: u32,
}

impl Judge<'_> {
    fn report(&mut self, rule: &'static str, pointer: &str, detail: impl Into<String>) {
        self.found.push(Violation { pointer: pointer.to_owned(), rule, detail: detail.into() });
    }

    fn inner(&self) -> Self {
        Self { patterns: self.patterns, found: Vec::new(), unsure: false, depth: self.depth }
    }

    /// Whether a schema has nothing against a value.
    fn accepts(&mut self, schema: SchemaRef<'_>, value: &Value<'_>) -> bool {
        let mut inner = self.inner();
        inner.schema(schema, value, "");
        self.unsure |= inner.unsure;
        inner.found.is_empty()
    }

    fn schema(&mut self, schema: SchemaRef<'_>, value: &Value<'_>, at: &str) {
        if self.depth > MAX_DEPTH {
            self.unsure = true;
            return;
        }
        self.depth += 1;
        match &schema.value().kind {
            Kind::Bool(false) => self.report("schema/false-schema", at, ""),
            Kind::Object(_) if schema.reference().is_some() => match schema.resolve() {
                Some(Resolved::Schema(target)) => self.schema(target, value, at),
                _ => self.unsure = true,
            },
            Kind::Object(_) => {
                self.any_value(schema, value, at);
                match &value.kind {
                    Kind::String(text) => self.text(schema, text, at),
                    Kind::Number(text) => self.number(schema, text, at),
                    Kind::Array(items) => self.array(schema, items, at),
                    Kind::Object(_) => self.object(schema, value, at),
                    Kind::Null | Kind::Bool(_) => {}
                }
                self.in_place(schema, value, at);
            }
            _ => {}
        }
        self.depth -= 1;
    }

    fn any_value(&mut self, schema: SchemaRef<'_>, value: &Value<'_>, at: &str) {
        if let Some(types) = schema.keyword("type") {
            let one = std::slice::from_ref(types);
            let is = |name: &Value<'_>| {
                name.as_str().is_some_and(|name| {
                    name == value.type_name() || name == "integer" && value.as_number().is_some_and(is_whole)
                })
            };
            if !types.as_array().unwrap_or(one).iter().any(is) {
                self.report("schema/type", at, json::text(types));
            }
        }
        if let Some(allowed) = schema.keyword("const")
            && !allowed.same_as(value)
        {
            self.report("schema/const", at, json::text(allowed));
        }
        if let Some(allowed) = schema.keyword("enum")
            && !allowed.as_array().unwrap_or_default().iter().any(|known| known.same_as(value))
        {
            self.report("schema/enum", at, json::text(allowed));
        }
    }

    fn text(&mut self, schema: SchemaRef<'_>, text: &str, at: &str) {
        let length = text.chars().count() as u64;
        if count(schema, "minLength").is_some_and(|least| length < least) {
            self.report("schema/min-length", at, limit(schema, "minLength"));
        }
        if count(schema, "maxLength").is_some_and(|most| length > most) {
            self.report("schema/max-length", at, limit(schema, "maxLength"));
        }
        if let Some(pattern) = schema.keyword("pattern").and_then(Value::as_str) {
            match self.patterns.matches(pattern, text) {
                Some(true) => {}
                Some(false) => self.report("schema/pattern", at, pattern),
                None => self.unsure = true,
            }
        }
        if let Some(format) = schema.keyword("format").and_then(Value::as_str) {
            let mut facets = TextFacets::default();
            facets.format(format);
            // Formats are told only roughly here: what was made for one is of it, what was spoiled is not.
            self.unsure |= text.len() > MAX_ROUGH && !text.contains(SNOWMAN);
            if text.contains(SNOWMAN) && formats::is_known(format) || !facets.accepts(text) {
                self.report("schema/format", at, format);
            }
        }
        self.content(schema, text, at);
    }

    /// What a text holds: base64, JSON, or JSON in base64.
    fn content(&mut self, schema: SchemaRef<'_>, text: &str, at: &str) {
        let is = |keyword: &str, name: &str| schema.keyword(keyword).and_then(Value::as_str) == Some(name);
        let (base64, json) = (is("contentEncoding", "base64"), is("contentMediaType", "application/json"));
        self.unsure |= base64 && json;
        if base64 && !is_base64(text) {
            self.report("schema/content-encoding", at, "");
        }
        if json && json::value(text).is_none() {
            self.report("schema/content-media-type", at, "");
        }
    }

    fn number(&mut self, schema: SchemaRef<'_>, text: &str, at: &str) {
        for (keyword, rule) in [
            ("minimum", "schema/minimum"),
            ("maximum", "schema/maximum"),
            ("exclusiveMinimum", "schema/exclusive-minimum"),
            ("exclusiveMaximum", "schema/exclusive-maximum"),
            ("multipleOf", "schema/multiple-of"),
        ] {
            let Some(bound) = schema.keyword(keyword).and_then(Value::as_number) else { continue };
            let mut facets = NumberFacets::default();
            facets.add(keyword, bound);
            if !facets.accepts(text) {
                self.report(rule, at, bound);
            }
        }
    }

    fn array(&mut self, schema: SchemaRef<'_>, items: &[Value<'_>], at: &str) {
        let length = items.len() as u64;
        if count(schema, "minItems").is_some_and(|least| length < least) {
            self.report("schema/min-items", at, limit(schema, "minItems"));
        }
        if count(schema, "maxItems").is_some_and(|most| length > most) {
            self.report("schema/max-items", at, limit(schema, "maxItems"));
        }
        let is_true = |value: &Value<'_>| matches!(value.kind, Kind::Bool(true));
        if schema.keyword("uniqueItems").is_some_and(is_true)
            && items.iter().enumerate().any(|(index, item)| items[..index].iter().any(|o| o.same_as(item)))
        {
            self.report("schema/unique-items", at, "");
        }
        if let Some(contains) = schema.subschema("contains")
            && !items.iter().any(|item| self.accepts(contains, item))
        {
            self.report("schema/contains", at, "");
        }
        let listed = schema.subschema_list("items");
        let is_list = schema.keyword("items").is_some_and(|items| items.as_array().is_some());
        for (index, item) in items.iter().enumerate() {
            let place = format!("{at}/{index}");
            if !is_list {
                if let Some(each) = schema.subschema("items") {
                    self.schema(each, item, &place);
                }
            } else if let Some(own) = listed.get(index) {
                self.schema(*own, item, &place);
            } else if let Some(rest) = schema.subschema("additionalItems") {
                if matches!(rest.value().kind, Kind::Bool(false)) {
                    self.report("schema/additional-items", at, "");
                } else {
                    self.schema(rest, item, &place);
                }
            }
        }
    }

    fn object(&mut self, schema: SchemaRef<'_>, object: &Value<'_>, at: &str) {
        let members = object.as_object().unwrap_or_default();
        let length = members.len() as u64;
        if count(schema, "minProperties").is_some_and(|least| length < least) {
            self.report("schema/min-properties", at, limit(schema, "minProperties"));
        }
        if count(schema, "maxProperties").is_some_and(|most| length > most) {
            self.report("schema/max-properties", at, limit(schema, "maxProperties"));
        }
        for name in schema.keyword("required").and_then(Value::as_array).unwrap_or_default() {
            if let Some(name) = name.as_str().filter(|name| object.get(name).is_none()) {
                self.report("schema/required", at, name);
            }
        }
        let patterns = schema.named_subschemas("patternProperties");
        for member in members {
            let place = format!("{at}/{}", escape_token(&member.name));
            let mut known = false;
            if let Some(own) = schema.named_subschema("properties", &member.name) {
                known = true;
                self.schema(own, &member.value, &place);
            }
            for (pattern, own) in &patterns {
                let matches = self.patterns.matches(pattern, &member.name);
                self.unsure |= matches.is_none();
                if matches == Some(true) {
                    known = true;
                    self.schema(*own, &member.value, &place);
                }
            }
            if let Some(rest) = schema.subschema("additionalProperties").filter(|_| !known) {
                if matches!(rest.value().kind, Kind::Bool(false)) {
                    self.report("schema/additional-properties", &place, "");
                } else {
                    self.schema(rest, &member.value, &place);
                }
            }
            if let Some(names) = schema.subschema("propertyNames") {
                let mut inner = self.inner();
                inner.schema(names, &json::string_value(&member.name), "");
                self.unsure |= inner.unsure;
                for violation in inner.found {
                    let detail = format!("{} {}", violation.rule, violation.detail);
                    self.report("schema/property-names", &place, detail);
                }
            }
        }
        for (name, needed) in schema.named_subschemas("dependencies") {
            if object.get(name).is_none() {
                continue;
            }
            match needed.value().as_array() {
                Some(others) => {
                    for other in others.iter().filter_map(Value::as_str) {
                        if object.get(other).is_none() {
                            self.report("schema/dependencies", at, other);
                        }
                    }
                }
                None => self.schema(needed, object, at),
            }
        }
    }

    fn in_place(&mut self, schema: SchemaRef<'_>, value: &Value<'_>, at: &str) {
        for all in schema.subschema_list("allOf") {
            self.schema(all, value, at);
        }
        if schema.keyword("anyOf").is_some()
            && !schema.subschema_list("anyOf").into_iter().any(|any| self.accepts(any, value))
        {
            self.report("schema/any-of", at, "");
        }
        if schema.keyword("oneOf").is_some() {
            let alternatives = schema.subschema_list("oneOf").into_iter();
            if alternatives.filter(|one| self.accepts(*one, value)).count() != 1 {
                self.report("schema/one-of", at, "");
            }
        }
        if let Some(not) = schema.subschema("not")
            && self.accepts(not, value)
        {
            self.report("schema/not", at, "");
        }
        if let Some(condition) = schema.subschema("if") {
            let holds = self.accepts(condition, value);
            if let Some(branch) = schema.subschema(if holds { "then" } else { "else" }) {
                self.schema(branch, value, at);
            }
        }
    }
}

/// Whether a text is base64 (RFC 4648, section 4), padding and all.
fn is_base64(text: &str) -> bool {
    let digits = text.strip_suffix("==").or_else(|| text.strip_suffix('=')).unwrap_or(text);
    text.len().is_multiple_of(4)
        && digits.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/')
}

fn is_whole(text: &str) -> bool {
    tidings_json::Decimal::parse(text).is_some_and(|number| number.is_integer())
}

fn limit(schema: SchemaRef<'_>, keyword: &str) -> String {
    schema.keyword(keyword).map(json::text).unwrap_or_default()
}

/// A limit that counts something.
fn count(schema: SchemaRef<'_>, keyword: &str) -> Option<u64> {
    let text = schema.keyword(keyword)?.as_number()?;
    tidings_json::Decimal::parse(text)?.to_i64().and_then(|limit| u64::try_from(limit).ok())
}
