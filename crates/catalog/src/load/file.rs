//! One schema file that belongs to no catalog.

use tidings_json::LineIndex;

use super::{FaultKind, Problems, read_json, references};
use crate::schema::{SchemaRef, Schemas};
use crate::{LoadError, Problem};

/// A schema file by itself, read as strictly as a catalog's: every reference leads somewhere in it.
#[derive(Debug)]
pub struct SchemaFile {
    schemas: Schemas,
}

impl SchemaFile {
    /// Reads a schema from its text. `name` is what messages call it.
    ///
    /// # Errors
    /// Everything that is wrong with it, with line and column: no strict JSON, a reference to another file or to
    /// nothing, another draft, a schema that leads back to itself.
    pub fn read(name: &str, text: &[u8]) -> Result<Self, LoadError> {
        let mut problems =
            Problems { found: Vec::new(), manifest: String::new(), lines: LineIndex::new(b"") };
        let mut schemas = Schemas::default();
        if let Some(root) = read_json(name, text, &mut problems) {
            schemas.add(name, text.to_vec(), root);
            for (key, start, message) in schemas.register() {
                problems.schema(FaultKind::Other, &schemas, key, start, message);
            }
            schemas.follow_references(std::iter::empty());
            references::check(&schemas, &mut problems);
        }
        let faults = problems.into_inspection(None, None).faults;
        // What catalogs say about privacy is another's keyword here.
        let faults = faults.into_iter().filter(|fault| fault.kind != FaultKind::PrivacyClass);
        let problems: Vec<Problem> = faults
            .map(|fault| {
                let problem = fault.problem;
                let message = match fault.kind {
                    FaultKind::Draft => {
                        "`$schema` must be `http://json-schema.org/draft-07/schema#`: only Draft-07 is compared"
                            .to_owned()
                    }
                    FaultKind::Dangling => {
                        problem.message.replace("in this catalog", "in this file, and no other is read")
                    }
                    _ => problem.message.replace("in this catalog", "in this file"),
                };
                Problem { message, ..problem }
            })
            .collect();
        if problems.is_empty() { Ok(Self { schemas }) } else { Err(LoadError::new(problems)) }
    }

    /// The whole schema.
    pub fn root(&self) -> SchemaRef<'_> {
        self.schemas.root(0)
    }

    /// The file as the only document there is.
    pub fn schemas(&self) -> &Schemas {
        &self.schemas
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(text: &str) -> String {
        SchemaFile::read("a/b c.json", text.as_bytes())
            .map_or_else(|error| error.to_string(), |_| "good".to_owned())
    }

    #[test]
    fn a_schema_may_be_anything_that_draft_07_lets_it_be() {
        for text in [
            "true",
            "{}",
            r#"{"x-privacy": "of somebody else's"}"#,
            r#"{"$schema": "http://json-schema.org/draft-07/schema#", "$ref": "http://json-schema.org/draft-07/schema#"}"#,
            r##"{"items": {"$ref": "#"}}"##,
            r#"{"items": {"$ref": "b%20c.json"}}"#,
            r##"{"$id": "https://a.example/b", "items": {"$ref": "b#/definitions/c"}, "definitions": {"c": {"$id": "#d"}}}"##,
        ] {
            assert_eq!(wrong(text), "good", "{text}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_schema_is_told_with_its_place() {
        for (text, told) in [
            ("", "a/b c.json:1:1: expected a value, found the end of the text"),
            (
                "{\n \"a\": 1,\n \"a\": 2}",
                "a/b c.json:3:2: the object already has a member of this name: `/a`",
            ),
            (
                r#"{"$schema": "https://json-schema.org/draft/2020-12/schema"}"#,
                "a/b c.json:1:13: `$schema` must be `http://json-schema.org/draft-07/schema#`: only Draft-07 is compared",
            ),
            (
                r#"{"items": {"$ref": "other.json"}}"#,
                "a/b c.json:1:20: `$ref` to `other.json` leads nowhere in this file, and no other is read",
            ),
            (
                r##"{"$ref": "#"}"##,
                "a/b c.json:1:10: this schema leads back to itself for the same value, without end",
            ),
            (
                r#"{"items": {"$id": "urn:x"}, "not": {"$id": "urn:x"}}"#,
                "a/b c.json:1:19: `$id` `urn:x` is already taken in this file",
            ),
        ] {
            assert_eq!(wrong(text), told, "{text}");
        }
    }

    #[test]
    fn a_text_that_nests_too_deep_is_refused() {
        let deep = format!("{}true{}", "{\"not\":".repeat(200), "}".repeat(200));
        assert!(wrong(&deep).contains("1:897"), "{}", wrong(&deep));
    }
}
