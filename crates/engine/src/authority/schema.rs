//! The only file that knows the `jsonschema` crate: schemas become validators, its errors become [`Violation`]s.

use std::sync::Arc;

pub(super) use jsonschema::JsonType;
use jsonschema::error::{TypeKind, ValidationErrorKind};
pub(super) use jsonschema::json::{
    Array, Json, JsonNumber, Node, NodeIdentity, Object, SerdeJson, cmp, unique,
};
use jsonschema::{Draft, Registry, ValidationError, Validator};
use serde_json::{Value, json};
use tidings_catalog::{Document, LoadError, Problem, SchemaFile, SchemaRef, Schemas};
use tidings_finding::Rule;
use tidings_json::{Kind, Value as Event};

use super::room::{self, Found};
use super::values::{self, Events, View};
use crate::formats;
use crate::rules::schema as rule;

/// One thing that a schema has against an event.
#[derive(Debug)]
pub(crate) struct Violation {
    pub(crate) rule: &'static Rule,
    /// The place in the event, as a JSON Pointer.
    pub(crate) pointer: String,
    pub(crate) detail: Detail,
    /// The URI of the subschema that refuses the value, where the crate tells it.
    pub(crate) schema: Option<String>,
}

/// What exactly the schema has against it.
#[derive(Debug)]
pub(crate) enum Detail {
    /// The member of this name is missing.
    Missing(String),
    /// The member of this name is missing, which another needs.
    MissingBeside(String),
    /// The types that are allowed.
    Types(Vec<String>),
    /// The only value that is allowed.
    Value(Arc<Value>),
    /// The array of the values that are allowed.
    Values(Arc<Value>),
    /// The pattern that it doesn't match.
    Pattern(String),
    /// The format that it isn't of.
    Format(String),
    /// The limit that it breaks, as the schema has it.
    Limit(String),
    /// Why it fits none of the alternatives: what each has against it.
    Alternatives(Vec<Vec<Violation>>),
    /// More than one alternative fits.
    Several,
    /// What is wrong with this member's name.
    Name(String, Box<Violation>),
    /// The member of this name isn't allowed.
    Unexpected(String),
    /// What it is would take too long to find.
    Untold,
    /// Nothing that the rule doesn't say.
    Nothing,
}

/// The validators of schema documents.
#[derive(Debug)]
pub(crate) struct Validators {
    registry: Arc<Registry<'static>>,
}

impl Validators {
    /// Checks the documents of a catalog, or a single one, against Draft-07's own schema and makes them known to each other.
    pub(crate) fn new(schemas: &Schemas) -> Result<Self, LoadError> {
        let mut problems = Vec::new();
        let mut registry = Registry::new().draft(Draft::Draft7);
        for document in schemas.documents() {
            let schema = schemas.portable(document);
            problems.extend(not_draft_07(document, "", &schema));
            for elsewhere in schemas.elsewhere(document) {
                let pointer = elsewhere.pointer();
                let found = schema.pointer(&pointer).map(|schema| not_draft_07(document, &pointer, schema));
                problems.extend(found.unwrap_or_default());
            }
            registry = registry
                .add(&document.uri, schema)
                .map_err(|error| LoadError::new(vec![problem(document, None, error.to_string())]))?;
        }
        if !problems.is_empty() {
            // One of them may stand in another.
            problems.sort_by(|a, b| (&a.path, a.place, &a.message).cmp(&(&b.path, b.place, &b.message)));
            problems.dedup();
            return Err(LoadError::new(problems));
        }
        let registry = registry.prepare().map_err(|error| {
            let problem = Problem { path: ".".to_owned(), place: None, message: error.to_string() };
            LoadError::new(vec![problem])
        })?;
        Ok(Self { registry: Arc::new(registry) })
    }

    /// The validator for one schema of these.
    fn compile<F: Json>(&self, schema: SchemaRef<'_>, all: &Schemas) -> Result<Validator<F>, LoadError> {
        self.build(&reference(schema)).map_err(|error| refused(schema, all, &error))
    }

    /// The validator for a schema that [`Validators::check`] has seen. Compiling is the same each time, so it can't fail now;
    /// should it all the same, no event is accepted.
    pub(crate) fn compile_checked(&self, schema: Option<SchemaRef<'_>>) -> SchemaValidator {
        let validator = schema.and_then(|schema| self.build(&reference(schema)).ok());
        SchemaValidator { validator }
    }

    /// Makes sure that each of these schemas can be compiled. It compiles them all as one, which takes a fraction of the time
    /// that it takes to compile each: what they share, and each expression, is compiled once.
    ///
    /// # Errors
    /// Says of the first that can't be compiled why.
    pub(crate) fn check(&self, schemas: &[SchemaRef<'_>], all: &Schemas) -> Result<(), LoadError> {
        let references: Vec<Value> = schemas.iter().map(|schema| reference(*schema)).collect();
        if self.build::<Events>(&json!({"allOf": references})).is_err() {
            schemas.iter().try_for_each(|schema| self.compile::<Events>(*schema, all).map(drop))?;
        }
        Ok(())
    }

    fn build<F: Json>(&self, schema: &Value) -> Result<Validator<F>, Box<ValidationError<'static>>> {
        jsonschema::options_for::<F>()
            .with_draft(Draft::Draft7)
            .with_registry(&self.registry)
            .should_validate_formats(true)
            // The crate's own readings of these let some punctuation through for digits (0.60.2).
            .with_format("date", formats::is_date)
            .with_format("time", formats::is_time)
            .with_format("date-time", formats::is_date_time)
            .build(schema)
            .map_err(Box::new)
    }
}

fn reference(schema: SchemaRef<'_>) -> Value {
    json!({"$ref": schema.uri()})
}

/// Says that a schema can't be compiled. Expressions that are none were found before; one that is too large is looked for.
fn refused(schema: SchemaRef<'_>, all: &Schemas, error: &ValidationError<'_>) -> LoadError {
    let text =
        error.instance().as_str().filter(|_| matches!(error.kind(), ValidationErrorKind::Format { .. }));
    let place = text.and_then(|text| {
        all.all().into_iter().find_map(|schema| {
            let own = schema.value().get("pattern").filter(|pattern| pattern.as_str() == Some(text));
            let names = || schema.value().get("patternProperties")?.get(text);
            own.or_else(names).map(|value| (schema.document(), value.span.start))
        })
    });
    let problem = match place {
        Some((document, at)) => Problem {
            path: document.path.clone(),
            place: Some(document.place(at)),
            message: "the pattern is too large: let it repeat less, and `maxLength` say how much".to_owned(),
        },
        None => problem(schema.document(), None, error.to_string()),
    };
    LoadError::new(vec![problem])
}

/// What Draft-07's own schema has against a document, or a schema in it.
fn not_draft_07(document: &Document, pointer: &str, schema: &Value) -> Vec<Problem> {
    let meta = jsonschema::draft7::meta::validator();
    meta.iter_errors(schema)
        .map(|error| {
            let place = format!("{pointer}{}", error.instance_path());
            problem(document, Some(&place), format!("not a schema of Draft-07: {error}"))
        })
        .collect()
}

fn problem(document: &Document, pointer: Option<&str>, message: String) -> Problem {
    let value = pointer.and_then(|pointer| document.root.pointer(pointer));
    let place = value.map(|value| document.place(value.span.start));
    Problem { path: document.path.clone(), place, message }
}

/// A compiled schema.
#[derive(Debug)]
pub(crate) struct SchemaValidator {
    /// `None` accepts nothing.
    validator: Option<Validator<Events>>,
}

impl SchemaValidator {
    /// Everything that the schema has against the event, in no particular order; only one thing, without what the
    /// alternatives have against it, if that would be too much. No object in it may have two members of one name.
    pub(crate) fn violations(&self, event: &Event<'_>) -> Vec<Violation> {
        let view = View::Value(event);
        let mut found = Vec::new();
        if let Some(validator) = &self.validator {
            room::clear();
            if validator.is_valid(view) {
                return found;
            }
            let collect = || values::collect(event, || validator.iter_errors(view));
            let length = event.span.range().len();
            let (mut errors, how_much) = room::collect(length, longest_pointer(event), collect);
            match how_much {
                Found::All => errors.for_each(|error| violations(&error, &mut found)),
                Found::First => found.extend(errors.next().map(|error| first_violation(&error))),
                Found::Nothing => {}
            }
        }
        // Whatever else may be, what isn't valid has something against it.
        if found.is_empty() {
            let (pointer, detail) = (String::new(), Detail::Untold);
            found.push(Violation { rule: &rule::FALSE_SCHEMA, pointer, detail, schema: None });
        }
        found
    }
}

/// A compiled schema file that belongs to no catalog. It judges any JSON value, as Draft-07 has it, with formats asserted.
#[derive(Debug)]
pub struct BareSchema {
    validator: Validator,
}

impl BareSchema {
    /// Compiles a schema file.
    ///
    /// # Errors
    /// If it is not good Draft-07, with line and column where they are known.
    pub fn new(file: &SchemaFile) -> Result<Self, LoadError> {
        Ok(Self {
            validator: Validators::new(file.schemas())?.compile::<SerdeJson>(file.root(), file.schemas())?,
        })
    }

    /// Whether the schema accepts the value.
    pub fn accepts(&self, value: &Value) -> bool {
        self.validator.is_valid(value)
    }
}

/// A pattern of ECMA-262 that names of members are matched with.
#[derive(Debug)]
pub(crate) struct NamePattern {
    validator: Validator<Events>,
}

impl NamePattern {
    /// Compiles the pattern; `None` if it is none. (The document that has it was checked before.)
    pub(crate) fn new(pattern: &str) -> Option<Self> {
        let validator =
            jsonschema::options_for().with_draft(Draft::Draft7).build(&json!({"pattern": pattern})).ok()?;
        Some(Self { validator })
    }

    /// Whether the name matches.
    pub(crate) fn matches(&self, name: &str) -> bool {
        self.validator.is_valid(View::Name(name))
    }
}

/// How many bytes a pointer into a value has at most.
fn longest_pointer(value: &Event<'_>) -> usize {
    match &value.kind {
        Kind::Object(members) => {
            let inside = members.iter().map(|member| 1 + member.name.len() + longest_pointer(&member.value));
            inside.max().unwrap_or(0)
        }
        Kind::Array(items) => items.iter().map(|item| 8 + longest_pointer(item)).max().unwrap_or(0),
        _ => 0,
    }
}

/// The first of what an error says, and nothing of what led to it.
fn first_violation(error: &ValidationError<'_>) -> Violation {
    let rule = match error.kind() {
        ValidationErrorKind::AnyOf { .. } => &rule::ANY_OF,
        ValidationErrorKind::OneOfNotValid { .. } => &rule::ONE_OF,
        _ => {
            let mut found = Vec::new();
            violations(error, &mut found);
            if !found.is_empty() {
                return found.swap_remove(0);
            }
            &rule::FALSE_SCHEMA
        }
    };
    let pointer = error.instance_path().as_str().to_owned();
    Violation { rule, pointer, detail: Detail::Nothing, schema: None }
}

/// One error of the crate as ours: one for each member where it speaks of several at once.
fn violations(error: &ValidationError<'_>, found: &mut Vec<Violation>) {
    use ValidationErrorKind as Kind;
    let pointer = error.instance_path().as_str();
    // The location is that of the keyword; the schema that has it is one step up.
    let schema = error.absolute_keyword_location();
    let schema = schema.and_then(|uri| Some(uri.as_str().rsplit_once('/')?.0.to_owned()));
    let child = |name: &str| format!("{pointer}/{}", tidings_json::escape_token(name));
    let limit = |limit: &dyn std::fmt::Display| Detail::Limit(limit.to_string());
    let (rule, detail) = match error.kind() {
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            found.extend(unexpected.iter().map(|name| Violation {
                rule: &rule::ADDITIONAL_PROPERTIES,
                pointer: child(name),
                detail: Detail::Unexpected(name.clone()),
                schema: schema.clone(),
            }));
            return;
        }
        Kind::PropertyNames { error } => {
            let Some(name) = error.instance().as_str() else { return };
            let mut inner = Vec::new();
            violations(error, &mut inner);
            found.extend(inner.into_iter().map(|inner| Violation {
                rule: &rule::PROPERTY_NAMES,
                pointer: child(name),
                detail: Detail::Name(name.to_owned(), Box::new(inner)),
                schema: schema.clone(),
            }));
            return;
        }
        Kind::Required { property } => {
            let missing = property.as_str().unwrap_or_default().to_owned();
            if comes_of_dependencies(error.schema_path().as_str()) {
                (&rule::DEPENDENCIES, Detail::MissingBeside(missing))
            } else {
                (&rule::REQUIRED, Detail::Missing(missing))
            }
        }
        Kind::AdditionalItems { limit: most } => (&rule::ADDITIONAL_ITEMS, limit(most)),
        Kind::AnyOf { context } => (&rule::ANY_OF, alternatives(context)),
        Kind::OneOfNotValid { context } => (&rule::ONE_OF, alternatives(context)),
        Kind::OneOfMultipleValid { .. } => (&rule::ONE_OF, Detail::Several),
        Kind::Constant { expected_value } => (&rule::CONST, Detail::Value(Arc::clone(expected_value))),
        Kind::Enum { options } => (&rule::ENUM, Detail::Values(Arc::clone(options))),
        Kind::Pattern { pattern } => (&rule::PATTERN, Detail::Pattern(pattern.clone())),
        Kind::BacktrackLimitExceeded { .. } | Kind::RegexEngineFailure { .. } => {
            (&rule::PATTERN, Detail::Nothing)
        }
        Kind::Format { format } => (&rule::FORMAT, Detail::Format(format.clone())),
        Kind::Type { kind } => (&rule::TYPE, Detail::Types(types(kind))),
        Kind::MaxItems { limit: most } => (&rule::MAX_ITEMS, limit(most)),
        Kind::MinItems { limit: least } => (&rule::MIN_ITEMS, limit(least)),
        Kind::MaxLength { limit: most } => (&rule::MAX_LENGTH, limit(most)),
        Kind::MinLength { limit: least } => (&rule::MIN_LENGTH, limit(least)),
        Kind::MaxProperties { limit: most } => (&rule::MAX_PROPERTIES, limit(most)),
        Kind::MinProperties { limit: least } => (&rule::MIN_PROPERTIES, limit(least)),
        Kind::Maximum { limit: most } => (&rule::MAXIMUM, limit(most)),
        Kind::Minimum { limit: least } => (&rule::MINIMUM, limit(least)),
        Kind::ExclusiveMaximum { limit: above } => (&rule::EXCLUSIVE_MAXIMUM, limit(above)),
        Kind::ExclusiveMinimum { limit: below } => (&rule::EXCLUSIVE_MINIMUM, limit(below)),
        Kind::MultipleOf { multiple_of } => (&rule::MULTIPLE_OF, limit(multiple_of)),
        Kind::ContentEncoding { content_encoding } => {
            (&rule::CONTENT_ENCODING, Detail::Format(content_encoding.clone()))
        }
        Kind::FromUtf8 { .. } => (&rule::CONTENT_ENCODING, Detail::Nothing),
        Kind::ContentMediaType { content_media_type } => {
            (&rule::CONTENT_MEDIA_TYPE, Detail::Format(content_media_type.clone()))
        }
        Kind::Contains => (&rule::CONTAINS, Detail::Nothing),
        Kind::UniqueItems => (&rule::UNIQUE_ITEMS, Detail::Nothing),
        Kind::Not { .. } => (&rule::NOT, Detail::Nothing),
        // The others can't come of Draft-07 and a loaded catalog; should one all the same, the event stays refused.
        Kind::FalseSchema | Kind::Custom { .. } | Kind::UnevaluatedItems { .. } | Kind::Referencing(_) => {
            (&rule::FALSE_SCHEMA, Detail::Nothing)
        }
    };
    found.push(Violation { rule, pointer: pointer.to_owned(), detail, schema });
}

/// Whether an error came of `dependencies`, by its place in the schema.
fn comes_of_dependencies(schema_path: &str) -> bool {
    let mut tokens = schema_path.rsplit('/');
    let (last, before) = (tokens.next(), tokens.next());
    last == Some("dependencies") || before == Some("dependencies")
}

fn alternatives(context: &[Vec<ValidationError<'static>>]) -> Detail {
    let each = context.iter().map(|errors| {
        let mut found = Vec::new();
        for error in errors {
            violations(error, &mut found);
        }
        found
    });
    Detail::Alternatives(each.collect())
}

fn types(kind: &TypeKind) -> Vec<String> {
    match kind {
        TypeKind::Single(single) => vec![single.to_string()],
        TypeKind::Multiple(several) => several.iter().map(|single| single.to_string()).collect(),
    }
}
