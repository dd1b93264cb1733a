//! Where a finding points: a file of the catalog, perhaps a part of it.

use std::ops::Range;

use tidings_catalog::manifest::Key;
use tidings_catalog::{EventType, MANIFEST, Problem, SchemaRef};
use tidings_json::{Span, Value, escape_token};

/// A place in a file of the catalog.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    /// The file's path in the catalog.
    pub(crate) path: String,
    /// The bytes of the file that are meant, if not the whole file.
    pub(crate) span: Option<Range<usize>>,
    /// The line and column, where they are known without the bytes.
    pub(crate) place: Option<(u64, u64)>,
    /// The place as a JSON Pointer into the file. In the manifest the sink finds it out.
    pub(crate) pointer: Option<String>,
    /// The event type that it is about.
    pub(crate) event: Option<String>,
    /// Whether the source line may be shown.
    pub(crate) shown: bool,
}

impl Target {
    /// A file as a whole.
    pub(crate) fn file(path: &str) -> Self {
        Self { path: path.to_owned(), span: None, place: None, pointer: None, event: None, shown: true }
    }

    /// Where something keeps the catalog from being loaded.
    pub(crate) fn problem(problem: &Problem) -> Self {
        Self { place: problem.place, ..Self::file(&problem.path) }
    }

    /// A name in the manifest.
    pub(crate) fn key(key: &Key) -> Self {
        Self::manifest(key.span())
    }

    /// A part of the manifest.
    pub(crate) fn manifest(span: Range<usize>) -> Self {
        Self { span: Some(span), ..Self::file(MANIFEST) }
    }

    /// A part of a JSON file.
    pub(crate) fn json(path: &str, pointer: impl Into<String>, span: Span) -> Self {
        Self { span: Some(span.range()), pointer: Some(pointer.into()), ..Self::file(path) }
    }

    /// A schema, where it begins.
    pub(crate) fn schema(schema: SchemaRef<'_>) -> Self {
        let span = schema.value().span;
        // Only its first character: a schema may have many lines.
        let begin = Span { start: span.start, end: span.start + 1 };
        Self::json(&schema.document().path, schema.pointer(), begin)
    }

    /// A keyword of a schema.
    pub(crate) fn keyword(schema: SchemaRef<'_>, keyword: &str) -> Self {
        let Some(member) = schema.value().member(keyword) else { return Self::schema(schema) };
        let pointer = format!("{}/{}", schema.pointer(), escape_token(keyword));
        Self::json(&schema.document().path, pointer, member.name_span)
    }

    /// A value inside a schema, at a pointer from it.
    pub(crate) fn inside(schema: SchemaRef<'_>, pointer: &str, value: &Value<'_>) -> Self {
        Self::json(&schema.document().path, format!("{}{pointer}", schema.pointer()), value.span)
    }

    /// The same place, about an event type.
    #[must_use]
    pub(crate) fn of_event(self, event_type: &EventType) -> Self {
        self.of_event_named(&event_type.name)
    }

    /// The same place, about the event type of this name.
    #[must_use]
    pub(crate) fn of_event_named(self, name: &str) -> Self {
        Self { event: Some(name.to_owned()), ..self }
    }

    /// The same place, whose source line isn't shown.
    #[must_use]
    pub(crate) fn unseen(self) -> Self {
        Self { shown: false, ..self }
    }
}
