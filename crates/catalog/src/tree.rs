//! Where a catalog's files come from.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// A folder of files, wherever it lives. Paths are relative to the folder, with `/` between their parts.
pub trait Tree {
    /// The paths of all files, sorted.
    ///
    /// # Errors
    /// If the folder can't be listed.
    fn list(&self) -> io::Result<Vec<String>>;

    /// The content of the file at `path`.
    ///
    /// # Errors
    /// If there is no such file or it can't be read.
    fn read(&self, path: &str) -> io::Result<Vec<u8>>;
}

/// A folder on disk.
#[derive(Clone, Debug)]
pub struct DiskTree {
    root: PathBuf,
}

impl DiskTree {
    /// The folder at `root`.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }
}

impl Tree for DiskTree {
    fn list(&self) -> io::Result<Vec<String>> {
        let mut found = Vec::new();
        let mut folders = vec![(self.root.clone(), String::new())];
        while let Some((folder, prefix)) = folders.pop() {
            for entry in std::fs::read_dir(&folder)? {
                let entry = entry?;
                // A name that is not UTF-8 is none that a manifest or a `$ref` can mean; nor is a hidden one.
                let Some(name) = entry.file_name().to_str().map(str::to_owned) else { continue };
                if name.starts_with('.') || name == "node_modules" {
                    continue;
                }
                let path = format!("{prefix}{name}");
                // Links are followed to files but not to folders, so that a loop of links can't hold us.
                if entry.file_type()?.is_dir() {
                    folders.push((entry.path(), format!("{path}/")));
                } else if entry.path().is_file() {
                    found.push(path);
                }
            }
        }
        found.sort_unstable();
        Ok(found)
    }

    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        std::fs::read(self.root.join(Path::new(path)))
    }
}

/// A folder compiled into the binary: paths, sorted, and contents.
#[derive(Clone, Copy, Debug)]
pub struct EmbeddedTree(pub &'static [(&'static str, &'static [u8])]);

impl Tree for EmbeddedTree {
    fn list(&self) -> io::Result<Vec<String>> {
        Ok(self.0.iter().map(|(path, _)| (*path).to_owned()).collect())
    }

    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        let found = self.0.iter().find(|(known, _)| *known == path);
        found.map(|(_, content)| content.to_vec()).ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

/// Another tree with some files anew.
pub struct OverlayTree<'t> {
    base: &'t dyn Tree,
    files: BTreeMap<&'t str, &'t [u8]>,
}

impl<'t> OverlayTree<'t> {
    /// The tree with these contents in place of its own, or beside them.
    pub fn new(base: &'t dyn Tree, files: impl IntoIterator<Item = (&'t str, &'t [u8])>) -> Self {
        Self { base, files: files.into_iter().collect() }
    }
}

impl fmt::Debug for OverlayTree<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OverlayTree").field("files", &self.files.keys()).finish_non_exhaustive()
    }
}

impl Tree for OverlayTree<'_> {
    fn list(&self) -> io::Result<Vec<String>> {
        let mut paths = self.base.list()?;
        paths.extend(self.files.keys().map(|path| (*path).to_owned()));
        paths.sort_unstable();
        paths.dedup();
        Ok(paths)
    }

    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        self.files.get(path).map_or_else(|| self.base.read(path), |content| Ok(content.to_vec()))
    }
}

/// A folder in memory: what tests and generators make.
#[derive(Clone, Debug, Default)]
pub struct MemoryTree {
    files: BTreeMap<String, Vec<u8>>,
}

impl MemoryTree {
    /// An empty folder.
    pub fn new() -> Self {
        Self::default()
    }

    /// The folder with this file in it.
    #[must_use]
    pub fn with(mut self, path: impl Into<String>, content: impl Into<Vec<u8>>) -> Self {
        self.files.insert(path.into(), content.into());
        self
    }
}

impl Tree for MemoryTree {
    fn list(&self) -> io::Result<Vec<String>> {
        Ok(self.files.keys().cloned().collect())
    }

    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        self.files.get(path).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}
