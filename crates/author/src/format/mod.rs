//! One form for the files of a catalog, JSON and TOML. In goes a tree of files; out come those whose form is another, and
//! what can't be read. Formatting changes white space and nothing else.

mod json;
mod toml;

use std::io;
use std::path::Path;

use tidings_catalog::{Problem, Tree};
use tidings_json::LineIndex;

use crate::Edits;

/// Near misses may be broken on purpose; what they are to give is not.
const NEAR_MISSES: &str = "near-misses/";
const EXPECTED: &str = "near-misses/expected.json";

/// What formatting comes to.
#[derive(Debug, Default)]
pub struct Formatting {
    /// How many files were looked at.
    pub files: usize,
    /// The files that have another form, with their new content.
    pub edits: Edits,
    /// What can't be read, and so has no form.
    pub problems: Vec<Problem>,
}

/// Formats the JSON and TOML files of a catalog's folder. Nothing is written.
///
/// ```
/// use tidings_author::format;
/// use tidings_catalog::MemoryTree;
///
/// let tree = MemoryTree::new().with("a.json", r#"{"a":1.0}"#).with("b.toml", "# why\nb=[1,2]\n");
/// let formatting = format(&tree)?;
/// let files: Vec<(&str, &[u8])> = formatting.edits.iter().collect();
/// assert_eq!(files[0], ("a.json", &b"{\n  \"a\": 1.0\n}\n"[..]));
/// assert_eq!(files[1], ("b.toml", &b"# why\nb = [1, 2]\n"[..]));
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
/// If the folder can't be listed.
pub fn format(tree: &dyn Tree) -> io::Result<Formatting> {
    let mut formatting = Formatting::default();
    for path in tree.list()? {
        let formatted: fn(&str, &[u8]) -> Result<String, Problem> =
            match Path::new(&path).extension().and_then(|extension| extension.to_str()) {
                Some("json") => as_json,
                Some("toml") => as_toml,
                _ => continue,
            };
        formatting.files += 1;
        let outcome = match tree.read(&path) {
            Ok(text) => formatted(&path, &text).map(|new| (text, new.into_bytes())),
            Err(error) => Err(problem(&path, None, format!("it can't be read: {error}"))),
        };
        match outcome {
            Ok((old, new)) if old != new => formatting.edits.change(path, new),
            Err(problem) if !path.starts_with(NEAR_MISSES) || path == EXPECTED => {
                formatting.problems.push(problem);
            }
            _ => {}
        }
    }
    Ok(formatting)
}

fn as_json(path: &str, text: &[u8]) -> Result<String, Problem> {
    json::formatted(text).map_err(|found| {
        // The last one is what ended the reading.
        let found = found.into_iter().next_back();
        let place = found.as_ref().map(|found| LineIndex::new(text).place(text, found.span.start));
        let message = found.map_or_else(String::new, |found| found.message);
        problem(path, place, format!("it is not JSON: {message}"))
    })
}

fn as_toml(path: &str, text: &[u8]) -> Result<String, Problem> {
    let Ok(content) = std::str::from_utf8(text) else {
        return Err(problem(path, None, "it is not UTF-8".to_owned()));
    };
    toml::formatted(content).map_err(|error| {
        let place = error.span().map(|span| LineIndex::new(text).place(text, span.start));
        problem(path, place, format!("it is not TOML: {}", error.message().replace('\n', ", ")))
    })
}

fn problem(path: &str, place: Option<(u64, u64)>, message: String) -> Problem {
    Problem { path: path.to_owned(), place, message }
}
