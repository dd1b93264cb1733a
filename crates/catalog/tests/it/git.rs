//! Catalogs in real git repositories, made in temporary folders.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;
use tidings_catalog::{GitTree, Tree, tags};

const MANIFEST: &str = r#"[catalog]
name = "lamps"
title = "Lamps"
version = "1.0.0"

[roles]
event_name = "/kind"

[events.lamp-lit]
schema = "lamp.schema.json"
version = 1
purpose = "A lamp was lit."
"#;

/// Runs git without the user's own configuration, and with it that links and commits are made alike everywhere.
fn git(folder: &Path, args: &[&str]) {
    let output = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(["-c", "user.name=T", "-c", "user.email=t@tidings.example", "-c", "protocol.file.allow=always"])
        .args(args)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env_remove("GIT_DIR")
        .env_remove("GIT_INDEX_FILE")
        .output()
        .unwrap();
    assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
}

fn write(root: &Path, path: &str, content: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

fn commit(root: &Path, message: &str) {
    git(root, &["add", "--all"]);
    git(root, &["commit", "--quiet", "--no-verify", "--message", message]);
}

/// A repository with a catalog in `contracts/lamps`, tagged `v1`; in the commit after it, on `main`, its title is another.
fn repository() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    git(root, &["init", "--quiet", "--initial-branch=main"]);
    write(root, "contracts/lamps/catalog.toml", MANIFEST);
    write(root, "contracts/lamps/lamp.schema.json", "{\"type\": \"object\"}\n");
    commit(root, "one");
    git(root, &["tag", "v1"]);
    write(root, "contracts/lamps/catalog.toml", &MANIFEST.replace("\"Lamps\"", "\"All lamps\""));
    commit(root, "two");
    folder
}

fn lamps(folder: &TempDir) -> PathBuf {
    folder.path().join("contracts/lamps")
}

fn error(folder: &Path, reference: &str, path: Option<&str>) -> String {
    GitTree::open(folder, reference, path).unwrap_err().to_string()
}

/// All there is in a repository's folder, its own included, with times.
fn snapshot(folder: &Path) -> Vec<(PathBuf, std::time::SystemTime)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            found.push((entry.path(), entry.metadata().unwrap().modified().unwrap()));
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
            }
        }
    }
    found.sort();
    found
}

#[test]
fn a_catalog_is_read_as_it_was_at_a_reference_and_nothing_changes() {
    let folder = repository();
    write(folder.path(), "contracts/lamps/catalog.toml", "broken in the working tree");
    let before = snapshot(folder.path());
    for (reference, title) in
        [("v1", "Lamps"), ("main", "All lamps"), ("HEAD~1", "Lamps"), ("main@{0}", "All lamps")]
    {
        let tree = GitTree::open(&lamps(&folder), reference, None).unwrap();
        assert_eq!(tree.load().unwrap().title, title, "{reference}");
        assert_eq!(tree.name(), format!("git:{reference}:contracts/lamps"));
        assert_eq!(tree.list().unwrap(), ["catalog.toml", "lamp.schema.json"]);
        // A file may be read more than once.
        assert_eq!(tree.read("lamp.schema.json").unwrap(), tree.read("lamp.schema.json").unwrap());
    }
    assert_eq!(snapshot(folder.path()), before);
}

#[test]
fn the_path_may_be_given_from_the_root_wherever_the_repository_is_entered() {
    let folder = repository();
    for inside in [
        folder.path().to_owned(),
        folder.path().join("contracts"),
        lamps(&folder),
        folder.path().join(".git"),
    ] {
        let tree = GitTree::open(&inside, "v1", Some("./contracts/lamps/")).unwrap();
        assert_eq!(tree.load().unwrap().title, "Lamps", "{}", inside.display());
    }
}

#[test]
fn bare_repositories_and_worktrees_do_as_well() {
    let folder = repository();
    let elsewhere = tempfile::tempdir().unwrap();
    let (bare, worktree) = (elsewhere.path().join("bare.git"), elsewhere.path().join("worktree"));
    git(folder.path(), &["clone", "--quiet", "--bare", ".", bare.to_str().unwrap()]);
    git(folder.path(), &["worktree", "add", "--quiet", "--detach", worktree.to_str().unwrap(), "v1"]);
    assert_eq!(GitTree::open(&bare, "v1", Some("contracts/lamps")).unwrap().load().unwrap().title, "Lamps");
    let tree = GitTree::open(&worktree.join("contracts/lamps"), "main", None).unwrap();
    assert_eq!(tree.load().unwrap().title, "All lamps");
}

#[test]
fn a_catalog_may_be_the_whole_repository() {
    let folder = tempfile::tempdir().unwrap();
    git(folder.path(), &["init", "--quiet", "--initial-branch=main"]);
    write(folder.path(), "catalog.toml", MANIFEST);
    commit(folder.path(), "broken");
    let tree = GitTree::open(folder.path(), "main", None).unwrap();
    assert_eq!(tree.name(), "git:main");
    let error = tree.load().unwrap_err().to_string();
    assert!(error.starts_with("git:main:catalog.toml:10:10: there is no file `lamp.schema.json`"), "{error}");
}

#[test]
fn what_is_wrong_with_a_catalog_at_a_reference_is_told_with_the_reference() {
    let folder = repository();
    write(folder.path(), "contracts/lamps/lamp.schema.json", "{\n  \"type\":\n}\n");
    commit(folder.path(), "broken");
    let error = GitTree::open(&lamps(&folder), "main", None).unwrap().load().unwrap_err().to_string();
    assert!(error.starts_with("git:main:contracts/lamps/lamp.schema.json:3:1: "), "{error}");
}

#[test]
fn links_and_submodules_are_left_out() {
    let folder = repository();
    let module = repository();
    git(
        folder.path(),
        &["submodule", "--quiet", "add", module.path().to_str().unwrap(), "contracts/lamps/module"],
    );
    #[cfg(unix)]
    std::os::unix::fs::symlink("lamp.schema.json", lamps(&folder).join("link.schema.json")).unwrap();
    commit(folder.path(), "odd");
    let tree = GitTree::open(&lamps(&folder), "main", None).unwrap();
    assert_eq!(tree.list().unwrap(), ["catalog.toml", "lamp.schema.json"]);
    assert!(tree.load().is_ok());
}

#[test]
fn a_folder_outside_any_repository_is_told_of() {
    let folder = tempfile::tempdir().unwrap();
    let shown = folder.path().display();
    assert_eq!(error(folder.path(), "main", None), format!("`{shown}` is not in a git repository"));
    let missing = folder.path().join("missing");
    let wanted = format!("`{}` is not in a git repository: there is no such folder", missing.display());
    assert_eq!(error(&missing, "main", None), wanted);
    assert!(tags(folder.path()).is_err());
}

#[test]
fn a_reference_that_is_not_there_is_told_of_with_names_like_it() {
    let folder = repository();
    git(folder.path(), &["branch", "release"]);
    git(folder.path(), &["update-ref", "refs/remotes/origin/next", "main"]);
    let shown = folder.path().display();
    for (reference, hint) in [
        ("relaese", "; did you mean `release`?"),
        ("next", "; did you mean `origin/next`?"),
        ("v1:contracts", ""),
        ("v1..main", ""),
        ("0123456789012345678901234567890123456789", ""),
    ] {
        let wanted =
            format!("there is no commit, branch or tag `{reference}` in the repository of `{shown}`{hint}");
        assert_eq!(error(folder.path(), reference, None), wanted);
    }
}

#[test]
fn a_reference_is_never_taken_for_an_option() {
    let folder = repository();
    for reference in ["--all", "-h", "--git-dir=/", "", "a\nb", "a\0b"] {
        let found = error(folder.path(), reference, None);
        assert!(found.ends_with("is no name of a commit, a branch or a tag"), "{reference:?}: {found}");
    }
    // Here is one that begins so, since nothing keeps a tag from it.
    git(folder.path(), &["update-ref", "refs/tags/--help", "v1"]);
    assert!(GitTree::open(&lamps(&folder), "refs/tags/--help", None).is_ok());
}

#[test]
fn a_shallow_clone_says_how_to_get_the_rest() {
    let folder = repository();
    let elsewhere = tempfile::tempdir().unwrap();
    let shallow = elsewhere.path().join("shallow");
    let url = format!("file://{}", folder.path().display());
    git(folder.path(), &["clone", "--quiet", "--depth=1", &url, shallow.to_str().unwrap()]);
    assert!(GitTree::open(&shallow.join("contracts/lamps"), "HEAD", None).is_ok());
    for reference in ["v1", "HEAD~1"] {
        let found = error(&shallow, reference, None);
        assert!(found.contains(&format!("there is no commit, branch or tag `{reference}`")), "{found}");
        assert!(found.contains("`git fetch --unshallow`") && found.contains("`fetch-depth: 0`"), "{found}");
    }
    let found = tags(&shallow).unwrap_err().to_string();
    assert!(found.contains("has no tags here; it is a shallow clone"), "{found}");
    git(&shallow, &["fetch", "--quiet", "--tags"]);
    assert!(!tags(&shallow).unwrap().is_empty());
}

#[test]
fn a_catalog_that_is_elsewhere_at_the_reference_is_found() {
    let folder = repository();
    git(folder.path(), &["mv", "contracts/lamps", "contracts/lights"]);
    commit(folder.path(), "moved");
    let moved = GitTree::open(&folder.path().join("contracts/lights"), "v1", None).unwrap_err();
    assert!(moved.is_no_catalog());
    assert_eq!(
        moved.to_string(),
        "there is no catalog at `contracts/lights` in `v1`: catalog.toml stands in `contracts/lamps`; name the folder \
         after the reference"
    );
    assert!(
        error(folder.path(), "v1", Some("contracts/lamps/catalog.toml")).contains("there is no catalog at")
    );
    for path in ["../lamps", "/contracts/lamps"] {
        assert!(error(folder.path(), "v1", Some(path)).contains("is no path in a repository"), "{path}");
    }
    git(folder.path(), &["rm", "-r", "--quiet", "contracts"]);
    commit(folder.path(), "gone");
    assert_eq!(
        error(folder.path(), "main", Some("contracts")),
        "there is no catalog at `contracts` in `main`: it holds no catalog.toml at all"
    );
}

#[test]
fn a_file_that_is_too_large_is_not_read() {
    let folder = repository();
    write(folder.path(), "contracts/lamps/lamp.schema.json", &" ".repeat((16 << 20) + 1));
    commit(folder.path(), "large");
    let error = GitTree::open(&lamps(&folder), "main", None).unwrap().load().unwrap_err().to_string();
    let wanted = "git:main:contracts/lamps/lamp.schema.json: it can't be read: it has 16777217 bytes; a file of a \
                  catalog may have 16777216";
    assert_eq!(error, wanted);
}

#[test]
fn filters_and_line_ends_of_the_checkout_are_not_applied() {
    let folder = repository();
    write(folder.path(), ".gitattributes", "*.json text eol=crlf filter=break\n");
    git(folder.path(), &["config", "filter.break.smudge", "false"]);
    git(folder.path(), &["config", "filter.break.required", "true"]);
    git(folder.path(), &["config", "filter.break.clean", "cat"]);
    commit(folder.path(), "filters");
    let tree = GitTree::open(&lamps(&folder), "main", None).unwrap();
    assert_eq!(tree.read("lamp.schema.json").unwrap(), b"{\"type\": \"object\"}\n");
}

#[test]
fn tags_come_in_the_order_of_their_versions() {
    let folder = repository();
    for tag in ["v1.10.0", "v1.9.0", "v1.10.0-rc.1", "v0.2"] {
        git(folder.path(), &["tag", tag]);
    }
    assert_eq!(tags(&lamps(&folder)).unwrap(), ["v0.2", "v1", "v1.9.0", "v1.10.0-rc.1", "v1.10.0"]);
}

#[test]
fn an_address_is_taken_apart_at_the_colon_that_is_not_of_the_reference() {
    for (text, wanted) in [
        ("git:", Some(("", None))),
        ("git:main", Some(("main", None))),
        ("git:main:", Some(("main", Some("")))),
        ("git:main:a:b", Some(("main", Some("a:b")))),
        ("git:main@{2026-01-01 12:00}", Some(("main@{2026-01-01 12:00}", None))),
        ("git:main@{12:00}:a", Some(("main@{12:00}", Some("a")))),
        ("main", None),
    ] {
        assert_eq!(GitTree::address(text), wanted, "{text}");
    }
}
