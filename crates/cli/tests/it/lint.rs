//! `tidings lint`: how it ends, what it writes, and that all formats tell the same.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::tidings::{Folder, Run, root};

const CATALOGS: [&str; 3] =
    ["specs/004-create-domain-events/contracts/events", "tests/catalogs/wallet", "tests/catalogs/parcel"];

/// A copy of the catalog of the transcripts, in `lamps`.
fn lamps() -> Folder {
    let folder = Folder::new();
    copy(&root().join("crates/cli/tests/cmd/lint.in/lamps"), &folder, "lamps");
    folder
}

fn copy(from: &Path, folder: &Folder, to: &str) {
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let to = format!("{to}/{}", path.file_name().unwrap().to_str().unwrap());
        if path.is_dir() { copy(&path, folder, &to) } else { folder.write(&to, fs::read(&path).unwrap()) }
    }
}

/// `tidings lint` of the lamps on a day on which the waiver holds.
fn lint(folder: &Folder, arguments: &[&str]) -> Run {
    folder.tidings(["lint", "--catalog", "lamps", "--today", "2026-11-24"]).and(arguments).run()
}

#[test]
fn the_catalogs_of_this_repository_are_clean_in_every_format() {
    for catalog in CATALOGS {
        for format in ["human", "json", "github", "gitlab", "sarif", "junit"] {
            let catalog = root().join(catalog);
            let arguments = ["lint", "--deny-warnings", "--format", format, "--catalog"];
            let run = Folder::new().tidings(arguments).and(&[&catalog]).run().ends_with(0);
            assert_eq!(run.stderr, "", "{format}");
        }
    }
    let run = Folder::new().tidings(["lint"]).run().ends_with(0);
    assert!(run.stdout.starts_with("no findings"), "{}", run.stdout);
}

#[test]
fn the_exit_code_says_whether_an_error_or_a_denied_warning_was_found() {
    let folder = lamps();
    for (code, arguments) in [
        (1, &[][..]),
        (0, &["--select", "naming"]),
        (1, &["--select", "schema"]),
        (0, &["--select", "unportable-pattern"]),
        (1, &["--select", "lint/unportable-pattern", "--deny-warnings"]),
        (0, &["--select", "schema", "--ignore", "ref-siblings"]),
        (2, &["--select", "schemata"]),
        (2, &["--today", "yesterday"]),
        (2, &["--catalog", "nowhere"]),
    ] {
        let run = folder.tidings(["lint", "--today", "2026-11-24"]).and(arguments);
        let run = if arguments.contains(&"--catalog") { run } else { run.and(&["--catalog", "lamps"]) }.run();
        assert_eq!(run.code, code, "{arguments:?}: {}", run.all());
    }
}

#[test]
fn every_format_tells_of_every_finding() {
    let folder = lamps();
    let findings = lint(&folder, &["--format", "json"]).json().0;
    assert!(findings.len() > 3);
    for format in ["human", "github", "gitlab", "sarif", "junit"] {
        let run = lint(&folder, &["--format", format]).ends_with(1);
        for finding in &findings {
            let rule = finding["rule"].as_str().unwrap();
            assert!(run.stdout.contains(rule), "{format} lacks {rule}");
            let source = finding["source"].as_str().unwrap();
            assert!(source.starts_with("lamps/") && run.stdout.contains(source), "{format} lacks {source}");
        }
        if ["gitlab", "sarif"].contains(&format) {
            serde_json::from_str::<Value>(&run.stdout).unwrap();
        }
    }
    let summary = lint(&folder, &["--format", "json"]).json().1;
    assert_eq!((&summary["waived"], &summary["events"]), (&Value::from(1), &Value::from(0)));
}

#[test]
fn a_fix_writes_whole_files_and_leaves_nothing_else_behind() {
    let folder = lamps();
    let path = folder.path().join("lamps/schemas/lamp_lit.schema.json");
    let before = fs::read_to_string(&path).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    }
    let run = lint(&folder, &["--fix"]).ends_with(1);
    assert!(run.stderr.contains("mended lamps/schemas/lamp_lit.schema.json"), "{}", run.stderr);
    let after = fs::read_to_string(&path).unwrap();
    assert_ne!(after, before);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
    }
    let names: Vec<_> =
        fs::read_dir(path.parent().unwrap()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names.len(), 3, "{names:?}");
    let again = lint(&folder, &["--fix"]).ends_with(1);
    assert!(!again.stderr.contains("mended"), "{}", again.stderr);
    assert_eq!(fs::read_to_string(&path).unwrap(), after);
}

#[test]
fn a_page_that_is_not_there_is_written_and_the_catalog_is_clean_then() {
    let folder = Folder::new();
    copy(&root().join("crates/check/tests/lamps"), &folder, "lamps");
    let run = lint(&folder, &[]).ends_with(1);
    assert!(run.stdout.contains("lint/stale-docs"), "{}", run.stdout);
    lint(&folder, &["--fix", "--deny-warnings"]).ends_with(0);
    assert!(folder.path().join("lamps/catalog.md").exists());
}

#[test]
fn what_is_built_in_can_not_be_mended() {
    let run = Folder::new().tidings(["lint", "--fix"]).run().ends_with(2);
    assert!(run.stderr.contains("the built-in catalog can't be changed"), "{}", run.stderr);
}

#[test]
fn a_baseline_keeps_known_findings_quiet() {
    let folder = lamps();
    lint(&folder, &["--baseline", "known.json", "--write-baseline"]).ends_with(0);
    let run = lint(&folder, &["--baseline", "known.json"]).ends_with(0);
    assert!(run.stdout.contains("known from the baseline"), "{}", run.stdout);
}

#[test]
fn a_folder_without_a_manifest_is_a_bad_call() {
    let folder = Folder::with("empty/x.txt", "");
    let run = folder.tidings(["lint", "--catalog", "empty"]).run().ends_with(2);
    assert!(run.stderr.contains("catalog.toml: there is no such file"), "{}", run.stderr);
    assert_eq!(run.stdout, "");
}
