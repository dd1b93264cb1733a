//! The catalog's reference page, `catalog.md`.
//!
//! ```text
//! Catalog ─→ view (fields, examples, anchors looked up) ─→ a section each: overview, common, family, event, privacy ─→ Markdown
//! ```
//!
//! In goes a [`Catalog`], out comes one page of GitHub-flavoured Markdown that says of each event type what it means, which
//! fields it has and when it may happen. It is made for the catalog folder: its links go to the schemas, examples and near
//! misses beside it. The same catalog always gives the same page, and nothing in it comes from anywhere but the manifest,
//! the schemas and the samples.

pub mod fields;

mod common;
mod event;
mod family;
mod field_table;
mod lifecycle;
mod markdown;
mod overview;
mod privacy;
mod view;

use tidings_catalog::Catalog;

use markdown::Page;
use view::View;

/// The reference page of a catalog, in Markdown.
///
/// ```
/// use tidings_catalog::{Catalog, MemoryTree};
///
/// let manifest = r#"
///     [catalog]
///     name = "lamps"
///     title = "Lamps"
///     version = "1.0.0"
///     [events.lit]
///     schema = "lit.schema.json"
///     version = 1
///     purpose = "A lamp was lit."
/// "#;
/// let schema = r#"{
///     "type": "object",
///     "properties": {"lamp": {"description": "Which one.", "type": "string", "x-privacy": "identifier"}},
///     "required": ["lamp"]
/// }"#;
/// let tree = MemoryTree::new().with("catalog.toml", manifest).with("lit.schema.json", schema);
/// let page = tidings_emit::docs::catalog_md(&Catalog::from_tree(&tree)?);
///
/// assert!(page.contains("### `lit`\n\nA lamp was lit.\n"));
/// assert!(page.contains("| `lamp` | string | Which one. | `identifier` |"));
/// # Ok::<(), tidings_catalog::LoadError>(())
/// ```
pub fn catalog_md(catalog: &Catalog) -> String {
    let view = View::of(catalog);
    let mut page = Page::default();
    overview::write(&view, &mut page);
    common::write(&view, &mut page);
    for family in &view.families {
        family::write(&view, family, &mut page);
        for event in &family.events {
            event::write(&view, event, &mut page);
        }
    }
    event::write_other_near_misses(&view, &mut page);
    privacy::write(&view, &mut page);
    overview::write_versions(&mut page);
    page.into_text()
}
