//! The catalog's reference page, `catalog.md`.
//!
//! ```text
//! Catalog ─→ view (fields, examples, anchors looked up) ─→ a section each: common, family, event, privacy ─→ Markdown
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
mod markdown;
mod overview;
mod privacy;
mod view;

use tidings_catalog::Catalog;

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
    let mut page = overview::section(&view);
    page.push_str(&common::section(&view));
    for family in &view.families {
        page.push_str(&family::section(&view, family));
        for event in &family.events {
            page.push_str(&event::section(&view, event));
        }
    }
    page.push_str(&event::other_near_misses(&view));
    page.push_str(&privacy::section(&view));
    page.push_str(&overview::versions());
    page
}
