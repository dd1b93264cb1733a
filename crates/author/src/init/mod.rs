//! A new catalog: a small one to begin with, or one that takes over a bundle of schemas. In go a name, and perhaps the
//! bundle; out come the files.

mod bundle;

use tidings_catalog::{Catalog, MemoryTree};

pub use bundle::{Bundle, adopt};

use crate::Error;
use crate::edits::Edits;
use crate::error::Kind;
use crate::names::words;
use crate::new::capital;

/// Each file of the template with its content.
macro_rules! template {
    ($($path:literal),* $(,)?) => {
        [$(($path, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/template/", $path)))),*]
    };
}
/// The small catalog: path and content. It has a name and a title that are put in place of.
const TEMPLATE: &[(&str, &str)] = &template![
    "CHANGELOG.md",
    "catalog.toml",
    "envelope.schema.json",
    "examples/task_completed.example.json",
    "examples/task_created.example.json",
    "examples/task_renamed.example.json",
    "near-misses/expected.json",
    "near-misses/task_completed.aggregate-id-of-another.json",
    "near-misses/task_completed.occurred-at-with-offset.json",
    "near-misses/task_created.title-missing.json",
    "near-misses/task_created.title-with-email-address.json",
    "near-misses/task_created.unknown-field.json",
    "near-misses/task_renamed.title-empty.json",
    "near-misses/task_renamed.version-newer.json",
    "schemas/task_completed.schema.json",
    "schemas/task_created.schema.json",
    "schemas/task_renamed.schema.json",
];
const TEMPLATE_NAME: &str = "new-catalog";
const TEMPLATE_TITLE: &str = "New catalog";

/// What a catalog is called.
#[derive(Debug)]
struct Naming {
    /// In kebab-case.
    name: String,
    title: String,
}

impl Naming {
    /// Made of the words of a text, such as a folder's name.
    fn of(text: &str) -> Self {
        let plain: String = text.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' }).collect();
        let words = words(&plain);
        if words.is_empty() {
            return Self { name: "events".to_owned(), title: "Events".to_owned() };
        }
        Self { name: words.join("-"), title: capital(&words.join(" ")) }
    }
}

/// The files of a small catalog with one aggregate and three event types. Its name is made of the words of `name`, such as
/// the name of its folder.
///
/// ```
/// let edits = tidings_author::init("order_events")?;
/// let manifest = edits.iter().find(|(path, _)| *path == "catalog.toml").unwrap().1;
/// assert!(std::str::from_utf8(manifest)?.contains("name = \"order-events\"\ntitle = \"Order events\"\n"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// None in a build that passed its tests.
pub fn init(name: &str) -> Result<Edits, Error> {
    let naming = Naming::of(name);
    let mut edits = Edits::default();
    for (path, content) in TEMPLATE {
        // A checkout may have given the template other line ends.
        let content = content.replace("\r\n", "\n");
        let content = content.replace(TEMPLATE_NAME, &naming.name).replace(TEMPLATE_TITLE, &naming.title);
        edits.create(*path, content);
    }
    add_page(&mut edits)?;
    Ok(edits)
}

/// Adds `catalog.md` to the files of a new catalog.
fn add_page(edits: &mut Edits) -> Result<(), Error> {
    let empty = MemoryTree::new();
    let catalog = Catalog::from_tree(&edits.over(&empty))
        .map_err(|error| Kind::result(format!("the catalog could not be used:\n{error}")))?;
    edits.create("catalog.md", tidings_emit::docs::catalog_md(&catalog));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_catalog_is_called_as_its_folder() {
        for (text, name, title) in [
            ("OrderEvents", "order-events", "Order events"),
            ("order_events.v2", "order-events-v2", "Order events v2"),
            ("Ärger", "rger", "Rger"),
            ("…", "events", "Events"),
        ] {
            let naming = Naming::of(text);
            assert_eq!((naming.name.as_str(), naming.title.as_str()), (name, title), "{text}");
        }
    }
}
