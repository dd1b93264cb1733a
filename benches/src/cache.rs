//! Keeps sampled events from one run to the next, for as long as the same events would be made again.

use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde_json::{Value, json};

use crate::data::Broken;

/// What decides which events are made, beside the catalog and the options. The engine doesn't, and it is what changes most.
const SOURCES: [&str; 4] =
    ["benches/src/data.rs", "crates/catalog/src", "crates/emit/src", "crates/json/src"];

/// Calls `make`, which writes `file`, unless it did so before for the same catalog and options. Says how many lines are
/// wrong.
pub(crate) fn unless_there(
    root: &Path,
    file: &Path,
    catalog: &Path,
    options: &str,
    make: impl FnOnce() -> anyhow::Result<Broken>,
) -> anyhow::Result<Broken> {
    let mut hasher = DefaultHasher::new();
    options.hash(&mut hasher);
    for folder in SOURCES.map(|source| root.join(source)).iter().map(PathBuf::as_path).chain([catalog]) {
        add(folder, &mut hasher)?;
    }
    let key = hasher.finish().to_string();
    let stamp = file.with_extension("stamp.json");
    if let Some(broken) = known(&stamp, &key).filter(|_| file.exists()) {
        return Ok(broken);
    }
    // What is half made must not look like the whole.
    if stamp.exists() {
        fs::remove_file(&stamp)?;
    }
    let broken = make()?;
    let text = json!({"key": key, "lines": broken.lines, "syntax": broken.syntax});
    fs::write(&stamp, text.to_string()).with_context(|| stamp.display().to_string())?;
    Ok(broken)
}

fn known(stamp: &Path, key: &str) -> Option<Broken> {
    let stamp: Value = serde_json::from_slice(&fs::read(stamp).ok()?).ok()?;
    let is_same = stamp["key"].as_str() == Some(key);
    is_same.then_some(Broken { lines: stamp["lines"].as_u64()?, syntax: stamp["syntax"].as_u64()? })
}

/// A file, or all files below a folder in the order of their names.
fn add(path: &Path, hasher: &mut DefaultHasher) -> anyhow::Result<()> {
    path.hash(hasher);
    if !path.is_dir() {
        fs::read(path).with_context(|| path.display().to_string())?.hash(hasher);
        return Ok(());
    }
    let mut inside: Vec<PathBuf> =
        fs::read_dir(path)?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>()?;
    inside.sort();
    inside.iter().try_for_each(|path| add(path, hasher))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_made_once_for_the_same_catalog_and_options() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let catalog = root.join("tests/catalogs/parcel");
        let folder = std::env::temp_dir().join(format!("tidings-bench-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let file = folder.join("events.jsonl");
        let mut made = 0;
        for options in ["1", "1", "2"] {
            let broken = unless_there(root, &file, &catalog, options, || {
                made += 1;
                fs::write(&file, "{}\n")?;
                Ok(Broken { lines: 3, syntax: 1 })
            });
            assert_eq!(broken.unwrap(), Broken { lines: 3, syntax: 1 });
        }
        assert_eq!(made, 2);
        fs::remove_dir_all(&folder).unwrap();
    }
}
