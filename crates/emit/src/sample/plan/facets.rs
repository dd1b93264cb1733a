//! What the atoms of a branch say about one value, keyword by keyword, put together.

use tidings_catalog::{PrivacyClass, SchemaKey, SchemaRef};
use tidings_json::{Decimal, Kind, Value};

use super::super::number::NumberFacets;
use super::super::text::TextFacets;
use super::expand::Branch;
use super::finite;
use super::types::Types;

/// What is said about one value.
#[derive(Debug)]
pub(crate) struct Facets<'c> {
    /// The types that are allowed, or, where none is named, those that something is said about.
    pub(crate) types: Types,
    pub(crate) values: Option<Vec<&'c Value<'static>>>,
    pub(crate) text: TextFacets,
    pub(crate) number: NumberFacets,
    pub(crate) items: Counts,
    pub(crate) unique: bool,
    pub(crate) members: Counts,
    /// The `examples`, with the schema they stand in, the most special last.
    pub(crate) examples: Vec<(SchemaKey, &'c [Value<'static>])>,
    pub(crate) class: Option<PrivacyClass>,
}

/// How many there may be.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    pub(crate) least: u64,
    pub(crate) most: Option<u64>,
}

impl Counts {
    fn at_least(&mut self, count: u64) {
        self.least = self.least.max(count);
    }

    fn at_most(&mut self, count: u64) {
        self.most = Some(self.most.map_or(count, |most| most.min(count)));
    }
}

impl<'c> Facets<'c> {
    /// What a branch says; `inherited` is how sensitive the surroundings are.
    pub(crate) fn of(branch: &Branch<'c>, inherited: Option<PrivacyClass>) -> Self {
        let mut facets = Self {
            types: Types::NONE,
            values: finite::values(branch),
            text: TextFacets::default(),
            number: NumberFacets::default(),
            items: Counts::default(),
            unique: false,
            members: Counts::default(),
            examples: Vec::new(),
            class: branch
                .atoms
                .iter()
                .chain(&branch.passed)
                .filter_map(|schema| schema.privacy())
                .max()
                .max(inherited),
        };
        for atom in &branch.atoms {
            facets.add_schema(*atom);
        }
        for (keyword, number) in &branch.bounds {
            facets.bound(keyword, number);
        }
        for pattern in &branch.not_patterns {
            facets.text.pattern(pattern, false);
        }
        facets.text.excluded =
            branch.not_values.iter().filter_map(|value| value.as_str()).map(str::to_owned).collect();
        if branch.types != Types::ALL || facets.values.is_some() {
            facets.types = branch.types;
        } else if facets.types.is_empty() {
            facets.types = Types::STRING;
        }
        facets
    }

    fn add_schema(&mut self, atom: SchemaRef<'c>) {
        for member in atom.value().as_object().unwrap_or_default() {
            self.keyword(&member.name, &member.value, atom);
        }
    }

    fn keyword(&mut self, keyword: &str, value: &'c Value<'static>, atom: SchemaRef<'c>) {
        match (keyword, &value.kind) {
            (_, Kind::Number(number)) => self.bound(keyword, number),
            ("pattern", Kind::String(pattern)) => self.text.pattern(pattern, true),
            ("format", Kind::String(name)) => self.text.format(name),
            ("contentEncoding", Kind::String(name)) => self.text.encoding(name),
            ("contentMediaType", Kind::String(name)) => self.text.media_type(name),
            ("uniqueItems", Kind::Bool(unique)) => self.unique |= *unique,
            ("examples", Kind::Array(examples)) => self.examples.push((atom.key(), examples)),
            _ => {}
        }
        self.types = self.types.or(match keyword {
            "pattern" | "format" | "contentEncoding" | "contentMediaType" | "minLength" | "maxLength" => {
                Types::STRING
            }
            "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" | "multipleOf" => Types::NUMBER,
            "items" | "additionalItems" | "contains" | "uniqueItems" | "minItems" | "maxItems" => {
                Types::ARRAY
            }
            "properties"
            | "required"
            | "patternProperties"
            | "additionalProperties"
            | "propertyNames"
            | "dependencies"
            | "minProperties"
            | "maxProperties" => Types::OBJECT,
            _ => Types::NONE,
        });
    }

    fn bound(&mut self, keyword: &str, number: &str) {
        let count = || Decimal::parse(number).and_then(|n| n.to_i64()).and_then(|n| u64::try_from(n).ok());
        let count = count().unwrap_or(u64::MAX);
        match keyword {
            "minLength" => self.text.at_least(count),
            "maxLength" => self.text.at_most(count),
            "minItems" => self.items.at_least(count),
            "maxItems" => self.items.at_most(count),
            "minProperties" => self.members.at_least(count),
            "maxProperties" => self.members.at_most(count),
            "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" | "multipleOf" => {
                self.number.add(keyword, number);
            }
            _ => {}
        }
    }

    /// Whether a value that is no array and no object is allowed, as far as can be told here.
    pub(crate) fn accepts_scalar(&self, value: &Value<'_>) -> bool {
        match &value.kind {
            Kind::String(text) => self.text.accepts(text),
            Kind::Number(number) => self.number.accepts(number),
            _ => true,
        }
    }
}
