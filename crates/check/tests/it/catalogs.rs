//! Catalogs for the tests, and numbers that look random and are always the same.

use std::collections::BTreeMap;
use std::path::Path;

use tidings_catalog::{DiskTree, MemoryTree, Tree};
use tidings_check::lint::{Report, Selection, lint};
use tidings_check::waivers::Date;
use tidings_finding::Finding;

pub(crate) fn today() -> Date {
    Date::constant(2026, 11, 24)
}

/// The files of the small clean catalog, without its reference page.
pub(crate) fn lamps() -> BTreeMap<String, Vec<u8>> {
    files(&DiskTree::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lamps")))
}

pub(crate) fn files(tree: &dyn Tree) -> BTreeMap<String, Vec<u8>> {
    tree.list().unwrap().into_iter().map(|path| (path.clone(), tree.read(&path).unwrap())).collect()
}

pub(crate) fn tree(files: &BTreeMap<String, Vec<u8>>) -> MemoryTree {
    files.iter().fold(MemoryTree::new(), |tree, (path, content)| tree.with(path, content.clone()))
}

/// All rules but those about the docs.
pub(crate) fn selection() -> Selection {
    Selection::new(&[], &["docs".to_owned()]).unwrap()
}

pub(crate) fn report(files: &BTreeMap<String, Vec<u8>>) -> Report {
    lint(&tree(files), &selection(), today()).unwrap()
}

/// `rule file:line:column` of each finding.
pub(crate) fn told(findings: &[Finding]) -> Vec<String> {
    let each = findings.iter().map(|finding| {
        let Finding { rule, source, line, column, .. } = finding;
        format!("{} {}:{}:{}", rule.id, source.as_deref().unwrap(), line.unwrap(), column.unwrap())
    });
    each.collect()
}

/// Numbers by `SplitMix64`.
pub(crate) struct Numbers(pub(crate) u64);

impl Numbers {
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % bound as u64).unwrap()
    }

    pub(crate) fn one_of<'t, T>(&mut self, all: &'t [T]) -> &'t T {
        &all[self.below(all.len())]
    }
}
