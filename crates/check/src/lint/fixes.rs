//! Mends what is mechanical and safe.
//!
//! In goes a catalog, out come the files that change, each with its new content. A fix is text: all bytes that it isn't
//! about stay. It never changes what a schema accepts, in the open or the closed view.

use std::collections::BTreeMap;

use tidings_catalog::{LoadError, OverlayTree, Tree};

use super::support::edits::{Change, apply};
use super::{Selection, find};
use crate::waivers::Date;

/// After so many rounds, what is left isn't mended: fixes that undo each other must not go on for ever.
const ROUNDS: usize = 8;

/// What was mended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fixed {
    /// The files that change, by path in the catalog, with their new contents.
    pub files: BTreeMap<String, Vec<u8>>,
    /// How many findings were mended.
    pub count: u64,
}

/// Mends what is mechanical among the findings that [`lint`](super::lint) reports. What is waived is left alone.
///
/// # Errors
/// As [`lint`](super::lint).
pub fn fix(tree: &dyn Tree, selection: &Selection, today: Date) -> Result<Fixed, LoadError> {
    let mut fixed = Fixed::default();
    for _ in 0..ROUNDS {
        let files = fixed.files.iter().map(|(path, content)| (path.as_str(), content.as_slice()));
        let now = OverlayTree::new(tree, files);
        let (found, _) = find(&now, selection, today)?;
        let mut changes: BTreeMap<&str, Vec<&Change>> = BTreeMap::new();
        for fix in found.iter().filter_map(|found| found.fix.as_ref()) {
            let changes = changes.entry(&fix.path).or_default();
            // Two rules, or one twice, may find the same.
            if !changes.contains(&&fix.change) {
                changes.push(&fix.change);
            }
        }
        let mut written = Vec::new();
        for (path, changes) in changes {
            let text = now.read(path).unwrap_or_default();
            let (content, count) = apply(&text, changes.into_iter());
            if content != text {
                written.push((path.to_owned(), content));
                fixed.count += count;
            }
        }
        if written.is_empty() {
            break;
        }
        fixed.files.extend(written);
    }
    Ok(fixed)
}
