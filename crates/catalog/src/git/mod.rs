//! A catalog's folder as it is in a commit of a git repository.
//!
//! In go a folder of the repository, a reference and a path; out comes a [`Tree`]. Nothing is checked out and nothing
//! changed: `git ls-tree` lists, `git cat-file` reads. The repository may be bare, a worktree, or be entered at any
//! folder. Links and submodules in the tree are no files of a catalog and are left out.

mod command;
mod error;

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

pub use error::GitError;

use crate::{Catalog, LoadError, MANIFEST, Tree};
use command::{Git, Objects};
use error::Kind;

/// How large a file of a catalog may be, in bytes.
const MAX_FILE: u64 = 16 << 20;

/// How many near names a reference that isn't there is compared with.
const MAX_REFERENCES: usize = 10_000;

/// A folder in a commit.
#[derive(Debug)]
pub struct GitTree {
    /// `git:REF:path`, for messages.
    name: String,
    /// What stands before the path of a file in messages.
    prefix: String,
    files: BTreeMap<String, Blob>,
    objects: Mutex<Objects>,
}

#[derive(Debug)]
struct Blob {
    id: String,
    size: u64,
}

impl GitTree {
    /// The parts of `git:REF` and `git:REF:PATH`; `None` for what doesn't begin with `git:`. A colon in the braces of a
    /// reference, as in `main@{12:00}`, is a part of it.
    ///
    /// ```
    /// use tidings_catalog::GitTree;
    ///
    /// assert_eq!(GitTree::address("git:v1.2.0"), Some(("v1.2.0", None)));
    /// assert_eq!(GitTree::address("git:main:contracts/events"), Some(("main", Some("contracts/events"))));
    /// assert_eq!(GitTree::address("../events"), None);
    /// ```
    pub fn address(text: &str) -> Option<(&str, Option<&str>)> {
        let rest = text.strip_prefix("git:")?;
        let mut in_braces = false;
        let colon = rest.find(|c| {
            in_braces = (in_braces || c == '{') && c != '}';
            c == ':' && !in_braces
        });
        Some(colon.map_or((rest, None), |at| (&rest[..at], Some(&rest[at + 1..]))))
    }

    /// The catalog folder `path` of the commit that `reference` names, in the repository that `folder` lies in. `path` goes
    /// from the repository's root; without one it is the path of `folder` itself.
    ///
    /// # Errors
    /// If there is no git, no repository, no such reference, or no catalog there.
    pub fn open(folder: &Path, reference: &str, path: Option<&str>) -> Result<Self, GitError> {
        Self::open_with(Git::new("git", folder), reference, path)
    }

    fn open_with(git: Git, reference: &str, path: Option<&str>) -> Result<Self, GitError> {
        let git = in_repository(git)?;
        let path = match path {
            Some(path) => normalized(path)?,
            None => own_path(&git)?,
        };
        let commit = commit(&git, reference)?;
        let (name, prefix) = if path.is_empty() {
            (format!("git:{reference}"), format!("git:{reference}:"))
        } else {
            (format!("git:{reference}:{path}"), format!("git:{reference}:{path}/"))
        };
        let tree = git.run(&["rev-parse", "--verify", "--quiet", &format!("{commit}:{path}")])?;
        let mut files = BTreeMap::new();
        if tree.success
            && let Some(tree) = object_id(&tree.line())
        {
            // Not a folder: nothing is listed.
            let listed = git.run(&["ls-tree", "-r", "-l", "-z", "--full-tree", &tree])?;
            files = listed.stdout.split(|byte| *byte == 0).filter_map(file).collect();
        }
        if !files.contains_key(MANIFEST) {
            let others = catalogs(&git, &commit)?;
            let path = if path.is_empty() { ".".to_owned() } else { path };
            return Err(Kind::NoCatalog { reference: reference.to_owned(), path, others }.into());
        }
        Ok(Self { name, prefix, files, objects: Mutex::new(git.objects()?) })
    }

    /// `git:REF:path`, for messages.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Loads the catalog.
    ///
    /// # Errors
    /// As [`Catalog::load`]; each path in it begins with the tree's name.
    pub fn load(&self) -> Result<Catalog, LoadError> {
        Catalog::from_tree(self).map_err(|error| error.inside(&self.prefix))
    }
}

impl Tree for GitTree {
    fn list(&self) -> io::Result<Vec<String>> {
        Ok(self.files.keys().cloned().collect())
    }

    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        let blob = self.files.get(path).ok_or(io::ErrorKind::NotFound)?;
        if blob.size > MAX_FILE {
            let message = format!("it has {} bytes; a file of a catalog may have {MAX_FILE}", blob.size);
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, message));
        }
        self.objects.lock().unwrap_or_else(PoisonError::into_inner).read(&blob.id, MAX_FILE)
    }
}

/// The tags of the repository that `folder` lies in, in the order of their versions: `v1.9`, `v1.10-rc1`, `v1.10`.
///
/// # Errors
/// If there is no git or no repository, or if it is a shallow clone, which has no tags for that reason.
pub fn tags(folder: &Path) -> Result<Vec<String>, GitError> {
    let git = in_repository(Git::new("git", folder))?;
    let args = ["for-each-ref", "--sort=version:refname", "--format=%(refname:strip=2)", "refs/tags"];
    let tags: Vec<String> =
        String::from_utf8_lossy(&git.succeed(&args)?.stdout).lines().map(str::to_owned).collect();
    if tags.is_empty() && is_shallow(&git)? {
        return Err(Kind::NoTags(folder.display().to_string()).into());
    }
    Ok(tags)
}

/// Whether only a part of the history is there.
fn is_shallow(git: &Git) -> Result<bool, GitError> {
    Ok(git.run(&["rev-parse", "--is-shallow-repository"])?.line() == "true")
}

/// The same `git`, if its folder is in a repository.
fn in_repository(git: Git) -> Result<Git, GitError> {
    let folder = git.folder().display().to_string();
    if !git.folder().is_dir() {
        return Err(Kind::NoRepository { folder, why: "there is no such folder".to_owned() }.into());
    }
    let found = git.run(&["rev-parse", "--git-dir"])?;
    if found.success {
        return Ok(git);
    }
    let said = found.stderr.trim_start_matches("fatal: ");
    // Anything else than that there is none is worth telling, such as a folder of another user's.
    let why = if said.starts_with("not a git repository") { String::new() } else { said.to_owned() };
    Err(Kind::NoRepository { folder, why }.into())
}

/// The path of git's folder from the repository's root; at the root, and in a bare repository, empty.
fn own_path(git: &Git) -> Result<String, GitError> {
    let printed = git.succeed(&["rev-parse", "--show-prefix"])?;
    let prefix = String::from_utf8_lossy(&printed.stdout).into_owned();
    Ok(prefix.trim_end_matches(['\n', '\r']).trim_end_matches('/').to_owned())
}

/// The path with `/` between its parts and nothing else around them.
fn normalized(path: &str) -> Result<String, GitError> {
    let path = if cfg!(windows) { path.replace('\\', "/") } else { path.to_owned() };
    let bad = path.starts_with('/') || path.contains('\0');
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    if bad || parts.contains(&"..") {
        return Err(Kind::BadPath(path).into());
    }
    Ok(parts.join("/"))
}

/// The id of the commit that a reference names.
fn commit(git: &Git, reference: &str) -> Result<String, GitError> {
    if reference.is_empty() || reference.starts_with('-') || reference.contains(char::is_control) {
        return Err(Kind::BadReference(reference.to_owned()).into());
    }
    let wanted = format!("{reference}^{{commit}}");
    let found = git.run(&["rev-parse", "--verify", "--quiet", "--end-of-options", &wanted])?;
    if found.success
        && let Some(id) = object_id(&found.line())
    {
        return Ok(id);
    }
    Err(Kind::NoReference {
        reference: reference.to_owned(),
        folder: git.folder().display().to_string(),
        near: near(git, reference)?,
        shallow: is_shallow(git)?,
    }
    .into())
}

/// An object's id as git prints it, in SHA-1 or SHA-256.
fn object_id(line: &str) -> Option<String> {
    let is_id = matches!(line.len(), 40 | 64) && line.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_id.then(|| line.to_owned())
}

/// The references that were probably meant: the same name elsewhere, such as `origin/main`, and names much like it.
fn near(git: &Git, reference: &str) -> Result<Vec<String>, GitError> {
    let count = format!("--count={MAX_REFERENCES}");
    let known = git.succeed(&["for-each-ref", &count, "--format=%(refname:short)"])?;
    let known = String::from_utf8_lossy(&known.stdout).into_owned();
    let mut near: Vec<(bool, f64, &str)> = known
        .lines()
        .map(|name| {
            let elsewhere = name.ends_with(&format!("/{reference}"));
            (!elsewhere, 1.0 - strsim::normalized_damerau_levenshtein(name, reference), name)
        })
        .filter(|(not_elsewhere, distance, _)| !not_elsewhere || *distance <= 0.4)
        .collect();
    near.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.cmp(b.2)));
    Ok(near.into_iter().take(3).map(|(_, _, name)| name.to_owned()).collect())
}

/// A line of `git ls-tree -l`: mode, type, id and size, a tab, the path.
fn file(line: &[u8]) -> Option<(String, Blob)> {
    let (facts, path) = std::str::from_utf8(line).ok()?.split_once('\t')?;
    let mut facts = facts.split_ascii_whitespace();
    let (mode, kind, id, size) = (facts.next()?, facts.next()?, facts.next()?, facts.next()?);
    // 120000 is a link, 160000 a submodule; what is hidden is left out on disk too.
    let plain = kind == "blob" && mode.starts_with("100");
    let hidden = path.split('/').any(|part| part.starts_with('.') || part == "node_modules");
    (plain && !hidden).then_some(())?;
    Some((path.to_owned(), Blob { id: id.to_owned(), size: size.parse().ok()? }))
}

/// The folders of a commit that hold a manifest.
fn catalogs(git: &Git, commit: &str) -> Result<Vec<String>, GitError> {
    let listed = git.succeed(&["ls-tree", "-r", "-z", "--name-only", "--full-tree", commit])?;
    let manifests = listed.stdout.split(|byte| *byte == 0).filter_map(|path| std::str::from_utf8(path).ok());
    let folder = |path: &str| match path.strip_suffix(MANIFEST)? {
        "" => Some(".".to_owned()),
        folder => folder.strip_suffix('/').map(str::to_owned),
    };
    Ok(manifests.filter_map(folder).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_git_on_the_path_the_error_says_so() {
        let git = Git::new("no-such-git-anywhere", Path::new("."));
        let error = GitTree::open_with(git, "HEAD", None).unwrap_err();
        assert_eq!(
            error.to_string(),
            "git is needed for catalogs of a git repository, but there is no `git` on the PATH"
        );
    }

    #[test]
    fn a_path_goes_down_from_the_root() {
        for (path, wanted) in [("", ""), (".", ""), ("./a//b/", "a/b"), ("a/b", "a/b")] {
            assert_eq!(normalized(path).unwrap(), wanted);
        }
        for path in ["/a", "../a", "a/../b", "a\0b"] {
            assert!(normalized(path).is_err(), "{path}");
        }
    }

    #[test]
    fn links_submodules_and_hidden_files_are_no_files_of_a_catalog() {
        let id = "0".repeat(40);
        for line in [
            format!("120000 blob {id}       5\tlink.json"),
            format!("160000 commit {id}       -\tmodule"),
            format!("100644 blob {id}       5\t.hidden/a.json"),
            format!("100644 blob {id}       5\tnode_modules/a.json"),
            format!("100644 blob {id}"),
            String::new(),
        ] {
            assert!(file(line.as_bytes()).is_none(), "{line}");
        }
        let (path, blob) = file(format!("100755 blob {id}      12\ta b.json").as_bytes()).unwrap();
        assert_eq!((path.as_str(), blob.size), ("a b.json", 12));
    }
}
