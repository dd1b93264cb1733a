//! The catalogs that every command is tried on.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use tidings_catalog::{DiskTree, Tree as _};

/// The folders of the three catalogs, by name.
pub(crate) fn folders() -> [(&'static str, PathBuf); 3] {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    [
        ("messaging", root.join("specs/004-create-domain-events/contracts/events")),
        ("wallet", root.join("tests/catalogs/wallet")),
        ("parcel", root.join("tests/catalogs/parcel")),
    ]
}

/// A copy of a catalog that may be changed.
pub(crate) fn copy(name: &str) -> TempDir {
    let (_, from) = folders().into_iter().find(|(known, _)| *known == name).unwrap();
    let to = tempfile::tempdir().unwrap();
    let tree = DiskTree::new(from);
    for path in tree.list().unwrap() {
        let full = to.path().join(&path);
        fs::create_dir_all(full.parent().unwrap()).unwrap();
        fs::write(full, tree.read(&path).unwrap()).unwrap();
    }
    to
}

/// Every file of a folder, hidden ones too, with its content.
pub(crate) fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap().replace('\\', "/");
                found.push((name, fs::read(path).unwrap()));
            }
        }
    }
    found.sort();
    found
}
