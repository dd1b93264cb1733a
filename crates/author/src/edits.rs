//! Changes to the files of a folder, made all or not at all: each file is written beside its place under another name, and
//! only when all are there do they take their places. If one can't, those that did are put back.

use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;
use tidings_catalog::{OverlayTree, Tree};

use crate::Error;
use crate::error::Kind;

/// What is to become of some files: path → content, sorted by path. Paths are relative to the folder, with `/` between
/// their parts.
#[derive(Clone, Debug, Default)]
pub struct Edits {
    files: BTreeMap<String, Edit>,
}

#[derive(Clone, Debug)]
struct Edit {
    content: Vec<u8>,
    /// Whether the file must not be there yet.
    new: bool,
}

impl Edits {
    /// The file is made; that it is there already is an error when the edits are written.
    pub(crate) fn create(&mut self, path: impl Into<String>, content: impl Into<Vec<u8>>) {
        self.files.insert(path.into(), Edit { content: content.into(), new: true });
    }

    /// The file gets another content.
    pub(crate) fn change(&mut self, path: impl Into<String>, content: impl Into<Vec<u8>>) {
        let new = false;
        self.files.insert(path.into(), Edit { content: content.into(), new });
    }

    /// A tree with the edits made to it.
    pub(crate) fn over<'t>(&'t self, tree: &'t dyn Tree) -> OverlayTree<'t> {
        OverlayTree::new(tree, self.iter())
    }

    /// The paths and contents, sorted by path.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.files.iter().map(|(path, edit)| (path.as_str(), edit.content.as_slice()))
    }

    /// Whether the file is one that is made, not one that is changed.
    pub fn is_new(&self, path: &str) -> bool {
        self.files.get(path).is_some_and(|edit| edit.new)
    }

    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Makes the changes in a folder, which is made too if it isn't there.
    ///
    /// # Errors
    /// If a file can't be written, or is there though it was to be made. The folder is then as it was.
    pub fn write(&self, folder: &Path) -> Result<(), Error> {
        let mut writing = Writing::default();
        let written = self.files.iter().try_for_each(|(path, edit)| {
            writing.stage(folder, path, edit).map_err(|error| Kind::Write { path: path.clone(), error })
        });
        let written = written.and_then(|()| writing.take_places());
        if let Err(error) = written {
            writing.put_back();
            return Err(error.into());
        }
        Ok(())
    }
}

impl FromIterator<(String, Vec<u8>)> for Edits {
    /// The edits that give files these contents, whether they are there or not.
    fn from_iter<I: IntoIterator<Item = (String, Vec<u8>)>>(files: I) -> Self {
        let mut edits = Self::default();
        files.into_iter().for_each(|(path, content)| edits.change(path, content));
        edits
    }
}

/// Edits while they are made.
#[derive(Default)]
struct Writing {
    folders: Vec<PathBuf>,
    staged: Vec<Staged>,
    /// Files in their places, with what was there.
    placed: Vec<(PathBuf, Option<Vec<u8>>)>,
}

struct Staged {
    path: String,
    full: PathBuf,
    file: NamedTempFile,
    before: Option<Vec<u8>>,
}

impl Writing {
    /// Writes a file beside its place.
    fn stage(&mut self, folder: &Path, path: &str, edit: &Edit) -> io::Result<()> {
        let mut full = folder.join(path);
        if full.is_symlink() {
            // The link stays one.
            full = full.canonicalize()?;
        }
        let parent = full.parent().unwrap_or(folder).to_owned();
        self.make_folders(&parent)?;
        let before = match std::fs::read(&full) {
            Ok(_) if edit.new => return Err(io::ErrorKind::AlreadyExists.into()),
            Ok(before) => Some(before),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        let mut builder = tempfile::Builder::new();
        builder.prefix(".tidings-");
        // What a new file would have; a temporary one is for its owner only.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let mut file = builder.tempfile_in(&parent)?;
        file.write_all(&edit.content)?;
        if let Ok(metadata) = std::fs::metadata(&full) {
            file.as_file().set_permissions(metadata.permissions())?;
        }
        self.staged.push(Staged { path: path.to_owned(), full, file, before });
        Ok(())
    }

    fn make_folders(&mut self, folder: &Path) -> io::Result<()> {
        let missing: Vec<&Path> =
            folder.ancestors().take_while(|path| !path.as_os_str().is_empty() && !path.exists()).collect();
        for path in missing.into_iter().rev() {
            std::fs::create_dir(path)?;
            self.folders.push(path.to_owned());
        }
        Ok(())
    }

    fn take_places(&mut self) -> Result<(), Kind> {
        for Staged { path, full, file, before } in self.staged.drain(..) {
            let placed = match before {
                Some(_) => file.persist(&full),
                None => file.persist_noclobber(&full),
            };
            placed.map_err(|error| Kind::Write { path, error: error.error })?;
            self.placed.push((full, before));
        }
        Ok(())
    }

    /// Takes everything back, as far as the system lets us. Files that are only staged go by themselves.
    fn put_back(&mut self) {
        self.staged.clear();
        for (path, before) in self.placed.drain(..).rev() {
            let _ = match before {
                Some(content) => std::fs::write(&path, content),
                None => std::fs::remove_file(&path),
            };
        }
        for folder in self.folders.drain(..).rev() {
            let _ = std::fs::remove_dir(folder);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn all_files_get_their_content() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a"), "old").unwrap();
        let mut edits = Edits::default();
        edits.change("a", "new");
        edits.create("x/y/b", "made");
        edits.write(folder.path()).unwrap();
        assert_eq!(fs::read_to_string(folder.path().join("a")).unwrap(), "new");
        assert_eq!(fs::read_to_string(folder.path().join("x/y/b")).unwrap(), "made");
        assert_eq!(names(folder.path()), ["a", "x"]);
        assert_eq!(names(&folder.path().join("x/y")), ["b"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_changed_file_keeps_its_permissions_and_its_links_and_a_new_one_may_be_read_by_others() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let old = folder.path().join("old");
        fs::write(&old, "").unwrap();
        fs::set_permissions(&old, fs::Permissions::from_mode(0o666)).unwrap();
        let mut edits = Edits::default();
        edits.change("old", "new");
        edits.create("new", "new");
        edits.write(folder.path()).unwrap();
        let mode = |name: &str| fs::metadata(folder.path().join(name)).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode("old"), 0o666);
        fs::write(folder.path().join("like"), "").unwrap();
        assert_eq!(mode("new"), mode("like"));

        std::os::unix::fs::symlink("old", folder.path().join("link")).unwrap();
        let mut edits = Edits::default();
        edits.change("link", "newer");
        edits.write(folder.path()).unwrap();
        assert_eq!(fs::read_to_string(&old).unwrap(), "newer");
        assert!(folder.path().join("link").is_symlink());
    }

    #[test]
    fn if_one_file_can_t_be_written_none_is() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a"), "old").unwrap();
        fs::write(folder.path().join("file"), "").unwrap();
        for wrong in ["file/below", "a"] {
            let mut edits = Edits::default();
            edits.change("0", "new");
            edits.create("made/b", "made");
            edits.create(wrong, "made");
            let error = edits.write(folder.path()).unwrap_err();
            assert!(error.to_string().contains(wrong), "{error}");
            assert_eq!(names(folder.path()), ["a", "file"]);
            assert_eq!(fs::read_to_string(folder.path().join("a")).unwrap(), "old");
        }
    }

    #[test]
    fn what_took_its_place_is_put_back_if_a_later_file_can_t_take_its() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a"), "old").unwrap();
        let mut edits = Edits::default();
        edits.change("a", "new");
        edits.create("b", "made");
        let mut writing = Writing::default();
        for (path, edit) in &edits.files {
            writing.stage(folder.path(), path, edit).unwrap();
        }
        // Somebody else was faster.
        fs::write(folder.path().join("b"), "theirs").unwrap();
        assert!(writing.take_places().is_err());
        assert_eq!(fs::read_to_string(folder.path().join("a")).unwrap(), "new");
        writing.put_back();
        assert_eq!(names(folder.path()), ["a", "b"]);
        assert_eq!(fs::read_to_string(folder.path().join("a")).unwrap(), "old");
        assert_eq!(fs::read_to_string(folder.path().join("b")).unwrap(), "theirs");
    }
}
