//! `init`, `new` and `fmt` where they can't do what they are asked to: the exit code, the message, and that nothing changed.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::tidings::root;

/// Runs `tidings` in a folder, and gives the exit code and all it printed.
fn run(folder: &Path, args: &[&str]) -> (i32, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_tidings"))
        .args(args)
        .current_dir(folder)
        .env_remove("TIDINGS_CATALOG")
        .env("NO_COLOR", "1")
        .output()
        .unwrap();
    let printed = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap(), String::from_utf8(printed).unwrap())
}

fn listed(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_catalog_is_made_here_beside_what_is_hidden_and_used_from_below() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join(".git")).unwrap();
    let (code, printed) = run(folder.path(), &["init", "."]);
    assert_eq!(code, 0, "{printed}");
    assert_eq!(
        fs::read_to_string(folder.path().join("tidings.toml")).unwrap(),
        "# Which catalog `tidings` uses here.\ncatalog = \".\"\n"
    );
    let below = folder.path().join("examples");
    let (code, printed) = run(&below, &["validate", "--deny-warnings", "."]);
    assert_eq!(code, 0, "{printed}");
    assert!(!printed.contains("built-in"), "{printed}");
}

#[test]
fn a_tidings_toml_that_is_there_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("tidings.toml"), "catalog = \"mine\"\n").unwrap();
    assert_eq!(run(folder.path(), &["init", "other"]).0, 0);
    assert_eq!(fs::read_to_string(folder.path().join("tidings.toml")).unwrap(), "catalog = \"mine\"\n");
}

#[test]
fn init_writes_over_nothing() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("notes.txt"), "mine").unwrap();
    for (args, wanted) in [
        (&["init", "."][..], "error: `.` is not empty: there is `notes.txt`\n"),
        (&["init", "notes.txt"], "error: notes.txt: Not a directory"),
        (&["init", "new", "--from", "missing.json"], "error: missing.json: No such file"),
        (
            &["init", "new", "--from", "notes.txt"],
            "error: the bundle can't be used:\n       notes.txt:1:1: it is not JSON",
        ),
    ] {
        let (code, printed) = run(folder.path(), args);
        assert_eq!(code, 2, "{printed}");
        assert!(printed.starts_with(wanted), "{printed}");
        assert_eq!(listed(folder.path()), ["notes.txt"]);
    }
}

#[test]
fn the_built_in_catalog_is_not_changed() {
    let folder = tempfile::tempdir().unwrap();
    for args in [&["new", "CustomerSeen"][..], &["fmt"]] {
        let (code, printed) = run(folder.path(), args);
        assert_eq!(code, 2, "{printed}");
        assert!(printed.starts_with("error: the built-in catalog can't be changed: "), "{printed}");
    }
}

#[test]
fn calls_that_make_no_sense_are_told_of() {
    let catalog = root().join("tests/catalogs/parcel");
    let catalog = catalog.to_str().unwrap();
    for args in [
        &["new"][..],
        &["new", "parcel-found", "--transition", "->open"],
        &["new", "parcel-found", "--transition", "open->"],
        &["new", "parcel-found", "--creates", "open", "--transition", "open"],
        &["new", "parcel-found", "--no-aggregate", "--aggregate", "parcel"],
        &["init", "x", "--event-name", "/kind"],
        &["fmt", "no-such-folder"],
    ] {
        let folder = tempfile::tempdir().unwrap();
        let (code, printed) = run(folder.path(), &[args, &["--catalog", catalog]].concat());
        assert_eq!(code, 2, "{args:?}: {printed}");
        assert!(printed.starts_with("error: "), "{args:?}: {printed}");
        assert!(listed(folder.path()).is_empty());
    }
}

#[test]
fn a_file_that_has_no_form_is_told_of_and_the_others_get_theirs() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.json"), "{\"a\": }").unwrap();
    fs::write(folder.path().join("b.json"), "{\"a\":1.0}").unwrap();
    fs::write(folder.path().join("c.toml"), "a = = 1\n").unwrap();
    for (args, b) in [(&["fmt", "--check", "."][..], "{\"a\":1.0}"), (&["fmt", "."], "{\n  \"a\": 1.0\n}\n")]
    {
        let (code, printed) = run(folder.path(), args);
        assert_eq!(code, 2, "{printed}");
        assert!(printed.contains("error: ./a.json:1:7: it is not JSON: "), "{printed}");
        assert!(printed.contains("error: ./c.toml:1:5: it is not TOML: "), "{printed}");
        assert_eq!(fs::read_to_string(folder.path().join("a.json")).unwrap(), "{\"a\": }");
        assert_eq!(fs::read_to_string(folder.path().join("b.json")).unwrap(), b);
    }
}

#[cfg(unix)]
#[test]
fn if_a_file_can_t_be_written_the_catalog_is_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(run(folder.path(), &["init", "tasks"]).0, 0);
    let tasks = folder.path().join("tasks");
    // A folder stands where a file is to be; not even root can write it.
    fs::remove_file(tasks.join("catalog.md")).unwrap();
    fs::create_dir(tasks.join("catalog.md")).unwrap();
    let manifest = fs::read(tasks.join("catalog.toml")).unwrap();
    let (code, printed) = run(folder.path(), &["new", "TaskSeen"]);
    assert_eq!(code, 2, "{printed}");
    assert!(printed.starts_with("error: `catalog.md` can't be written: "), "{printed}");
    assert_eq!(fs::read(tasks.join("catalog.toml")).unwrap(), manifest);
    assert_eq!(listed(&tasks.join("schemas")).len(), 3);
    assert_eq!(listed(&tasks).iter().filter(|name| name.starts_with('.')).count(), 0);
}
