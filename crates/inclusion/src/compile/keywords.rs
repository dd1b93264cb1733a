//! What each keyword of Draft-07 says, as a term.

use serde_json::{Map, Value};

use super::{Compiler, named};
use crate::documents::{Place, SchemaError};
use crate::formula::{Statement, Term, Types};
use crate::json::{Json, Type};
use crate::number::Number;

impl Compiler<'_> {
    /// Adds what a keyword of a schema says.
    pub(super) fn keyword(
        &mut self,
        place: &Place,
        schema: &Map<String, Value>,
        keyword: &str,
        terms: &mut Vec<Term>,
    ) -> Result<(), SchemaError> {
        let Some(value) = schema.get(keyword) else { return Ok(()) };
        let keyword = match KEYWORDS.iter().find(|known| **known == keyword) {
            Some(known) => *known,
            None => return Ok(()),
        };
        let before = terms.len();
        match keyword {
            "type" => self.kinds(value, terms).ok_or_else(|| self.malformed(place, keyword))?,
            "const" => terms.push(self.values(std::slice::from_ref(value), keyword, value)),
            "enum" => {
                let values = value.as_array().ok_or_else(|| self.malformed(place, keyword))?;
                terms.push(self.values(values, keyword, value));
            }
            "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" | "multipleOf" => {
                let said = self.numeric(keyword, value);
                terms.push(said.ok_or_else(|| self.malformed(place, keyword))?);
            }
            "minLength" | "maxLength" | "minItems" | "maxItems" | "minProperties" | "maxProperties" => {
                let size = count(value).ok_or_else(|| self.malformed(place, keyword))?;
                terms.push(self.size(keyword, size));
            }
            "pattern" => {
                let pattern = value.as_str().ok_or_else(|| self.malformed(place, keyword))?;
                terms.push(self.pattern(pattern));
            }
            "format" => {
                let format = value.as_str().ok_or_else(|| self.malformed(place, keyword))?;
                // Encodings and media types have names with a blank there.
                if !format.contains(' ') && crate::formats::named(format).is_some() {
                    terms.push(self.formulas.term(Statement::Format(format.into())));
                }
            }
            "contentEncoding" | "contentMediaType" => {
                let name =
                    format!("{keyword} {}", value.as_str().ok_or_else(|| self.malformed(place, keyword))?);
                if crate::formats::named(&name).is_some() {
                    terms.push(self.content(schema, &name));
                }
            }
            "uniqueItems" => match value.as_bool() {
                Some(true) => terms.push(self.formulas.term(Statement::Unique)),
                Some(false) => {}
                None => return Err(self.malformed(place, keyword)),
            },
            "items" => self.items(place, value, terms)?,
            "additionalItems" => {
                if let Some(Value::Array(listed)) = schema.get("items") {
                    let rest = self.place(&place.child(&[keyword]))?;
                    terms.push(self.elements(listed.len() as u64, None, rest));
                } else if !matches!(value, Value::Bool(_) | Value::Object(_)) {
                    return Err(self.malformed(place, keyword));
                }
            }
            "contains" => {
                let schema = self.place(&place.child(&[keyword]))?;
                terms.push(self.formulas.term(Statement::Contains { from: 0, to: None, schema }));
            }
            "required" => {
                for name in value.as_array().ok_or_else(|| self.malformed(place, keyword))? {
                    let name = name.as_str().ok_or_else(|| self.malformed(place, keyword))?;
                    terms.push(self.formulas.term(Statement::Required(name.into())));
                }
            }
            "properties" => {
                for name in named(value).ok_or_else(|| self.malformed(place, keyword))?.keys() {
                    let schema = self.place(&place.child(&[keyword, name]))?;
                    let names = self.formulas.text(name);
                    terms.push(self.formulas.term(Statement::Members { names, schema }));
                }
            }
            "patternProperties" => {
                for pattern in named(value).ok_or_else(|| self.malformed(place, keyword))?.keys() {
                    let schema = self.place(&place.child(&[keyword, pattern]))?;
                    let names = self.pattern(pattern);
                    terms.push(self.formulas.term(Statement::Members { names, schema }));
                }
            }
            "additionalProperties" => {
                let rest = self.place(&place.child(&[keyword]))?;
                let names = self.other_names(schema);
                terms.push(self.formulas.term(Statement::Members { names, schema: rest }));
            }
            "propertyNames" => {
                let allowed = self.place(&place.child(&[keyword]))?;
                terms.push(self.formulas.term(Statement::Members { names: !allowed, schema: Term::FALSE }));
            }
            "dependencies" => {
                let dependencies = named(value).ok_or_else(|| self.malformed(place, keyword))?;
                self.dependencies(place, dependencies, terms)?;
            }
            "allOf" => terms.extend(self.listed(place, keyword, value)?),
            "anyOf" => {
                let listed = self.listed(place, keyword, value)?;
                terms.push(self.formulas.any(listed));
            }
            "oneOf" => {
                let listed = self.listed(place, keyword, value)?;
                terms.push(self.formulas.one(listed));
            }
            "not" => terms.push(!self.place(&place.child(&[keyword]))?),
            "if" => {
                let condition = self.place(&place.child(&[keyword]))?;
                for (branch, unless) in [("then", !condition), ("else", condition)] {
                    if schema.contains_key(branch) {
                        let consequence = self.place(&place.child(&[branch]))?;
                        terms.push(self.formulas.any([unless, consequence]));
                    }
                }
            }
            _ => {}
        }
        if keyword != "allOf" {
            for term in &terms[before..] {
                self.formulas.label(*term, keyword);
            }
        }
        Ok(())
    }

    fn kinds(&mut self, value: &Value, terms: &mut Vec<Term>) -> Option<()> {
        let names: Vec<&Value> = match value {
            Value::Array(names) => names.iter().collect(),
            name => vec![name],
        };
        let (mut types, mut integer) = (Types::default(), false);
        for name in names {
            match name.as_str()? {
                "integer" => integer = true,
                name => types = types.with(Type::named(name)?),
            }
        }
        if integer && !types.has(Type::Number) {
            types = types.with(Type::Number);
            let whole = self.formulas.term(Statement::MultipleOf(Number::one()));
            terms.push(whole);
        }
        terms.push(self.formulas.term(Statement::Type(types)));
        Some(())
    }

    fn values(&mut self, values: &[Value], keyword: &str, whole: &Value) -> Term {
        match values.iter().map(Json::read).collect::<Option<Vec<_>>>() {
            Some(values) => self.formulas.one_of(values),
            None => self.formulas.term(Statement::Opaque(format!("`{keyword}` {whole}").into())),
        }
    }

    fn numeric(&mut self, keyword: &str, value: &Value) -> Option<Term> {
        let Value::Number(number) = value else { return None };
        let Some(bound) = Number::parse(number.as_str()) else {
            // It is a number, but not one to write out.
            let opaque = self.formulas.term(Statement::Opaque(format!("`{keyword}` {number}").into()));
            let other = !self.formulas.types(&[Type::Number]);
            return Some(self.formulas.any([other, opaque]));
        };
        Some(self.formulas.term(match keyword {
            "minimum" => Statement::AtLeast { bound, strict: false },
            "exclusiveMinimum" => Statement::AtLeast { bound, strict: true },
            "maximum" => Statement::AtMost { bound, strict: false },
            "exclusiveMaximum" => Statement::AtMost { bound, strict: true },
            _ if bound.is_positive() => Statement::MultipleOf(bound),
            _ => return None,
        }))
    }

    fn size(&mut self, keyword: &str, size: u64) -> Term {
        let statement = match keyword {
            "minLength" => Statement::MinLength(size),
            "maxLength" => Statement::MaxLength(size),
            "minProperties" => Statement::MinMembers(size),
            "maxProperties" => Statement::MaxMembers(size),
            "minItems" if size == 0 => return Term::TRUE,
            "minItems" => Statement::Contains { from: size - 1, to: Some(size), schema: Term::TRUE },
            _ => Statement::Elements { from: size, to: None, schema: Term::FALSE },
        };
        self.formulas.term(statement)
    }

    /// An encoding or a media type. Both together mean that the decoded text is of the type.
    fn content(&mut self, schema: &Map<String, Value>, name: &str) -> Term {
        if let (Some(encoding), Some(media)) = (schema.get("contentEncoding"), schema.get("contentMediaType"))
        {
            let opaque = self.formulas.term(Statement::Opaque(format!("{encoding} of {media}").into()));
            let other = !self.formulas.types(&[Type::String]);
            return self.formulas.any([other, opaque]);
        }
        self.formulas.term(Statement::Format(name.into()))
    }

    fn elements(&mut self, from: u64, to: Option<u64>, schema: Term) -> Term {
        self.formulas.term(Statement::Elements { from, to, schema })
    }

    fn items(&mut self, place: &Place, value: &Value, terms: &mut Vec<Term>) -> Result<(), SchemaError> {
        if let Value::Array(listed) = value {
            for at in 0..listed.len() {
                let item = self.place(&place.child(&["items", &at.to_string()]))?;
                terms.push(self.elements(at as u64, Some(at as u64 + 1), item));
            }
        } else {
            let item = self.place(&place.child(&["items"]))?;
            terms.push(self.elements(0, None, item));
        }
        Ok(())
    }

    /// The names that neither `properties` nor `patternProperties` of a schema speak of.
    fn other_names(&mut self, schema: &Map<String, Value>) -> Term {
        let listed: Vec<Json> = schema
            .get("properties")
            .and_then(named)
            .into_iter()
            .flat_map(Map::keys)
            .map(|name| Json::String(name.clone()))
            .collect();
        let mut terms = vec![!self.formulas.one_of(listed)];
        for pattern in schema.get("patternProperties").and_then(named).into_iter().flat_map(Map::keys) {
            terms.push(!self.pattern(pattern));
        }
        self.formulas.all(terms)
    }

    fn dependencies(
        &mut self,
        place: &Place,
        dependencies: &Map<String, Value>,
        terms: &mut Vec<Term>,
    ) -> Result<(), SchemaError> {
        for (name, dependency) in dependencies {
            let names = self.formulas.text(name);
            // True of all that is no object too.
            let absent = self.formulas.term(Statement::Members { names, schema: Term::FALSE });
            let needed = if let Value::Array(needed) = dependency {
                let mut all = Vec::new();
                for other in needed {
                    let other = other.as_str().ok_or_else(|| self.malformed(place, "dependencies"))?;
                    all.push(self.formulas.term(Statement::Required(other.into())));
                }
                self.formulas.all(all)
            } else {
                self.place(&place.child(&["dependencies", name]))?
            };
            terms.push(self.formulas.any([absent, needed]));
        }
        Ok(())
    }

    fn listed(&mut self, place: &Place, keyword: &str, value: &Value) -> Result<Vec<Term>, SchemaError> {
        let listed = value.as_array().ok_or_else(|| self.malformed(place, keyword))?;
        (0..listed.len()).map(|at| self.place(&place.child(&[keyword, &at.to_string()]))).collect()
    }
}

/// The keywords that can refuse a value, without those that only modify another.
const KEYWORDS: [&str; 34] = [
    "additionalItems",
    "additionalProperties",
    "allOf",
    "anyOf",
    "const",
    "contains",
    "contentEncoding",
    "contentMediaType",
    "dependencies",
    "enum",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "if",
    "items",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "not",
    "oneOf",
    "pattern",
    "patternProperties",
    "properties",
    "propertyNames",
    "required",
    "type",
    "uniqueItems",
    // Read with `if`, listed to be complete.
    "then",
];

/// A size: a whole number from zero on. One past what fits stands for all such.
fn count(value: &Value) -> Option<u64> {
    let Value::Number(number) = value else { return None };
    let number = Number::parse(number.as_str())?;
    let whole = number.whole_quotient(&Number::one())?;
    if whole < num_bigint::BigInt::from(0) {
        return None;
    }
    Some(u64::try_from(whole).unwrap_or(u64::MAX))
}
