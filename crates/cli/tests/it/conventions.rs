//! What holds for every crate of this workspace: which may use which, who may name what, and how long a file may be.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use toml::Table;

use crate::tidings::root;

/// Which crates a crate may use. An arrow that is not here is a decision: make it in the table of the rooms first.
const ARROWS: &[(&str, &[&str])] = &[
    ("json", &[]),
    ("finding", &[]),
    ("catalog", &["json"]),
    ("engine", &["catalog", "finding", "json"]),
    ("audit", &["catalog", "engine", "finding", "json"]),
    ("emit", &["catalog", "engine", "finding", "json"]),
    ("inclusion", &["json"]),
    ("check", &["audit", "catalog", "emit", "engine", "finding", "inclusion", "json"]),
    ("author", &["audit", "catalog", "emit", "engine", "finding", "json"]),
    ("tidings", &["audit", "author", "catalog", "check", "emit", "engine", "finding", "inclusion", "json"]),
    ("cli", &["tidings"]),
];

/// How many lines of code a file may have before its tests: at so many, look for the second idea in it.
const MAX_LINES: usize = 500;

/// The crates by the names of their folders, with their manifests.
fn crates() -> BTreeMap<String, Table> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(root().join("crates")).unwrap() {
        let folder = entry.unwrap();
        let Ok(manifest) = fs::read_to_string(folder.path().join("Cargo.toml")) else { continue };
        found.insert(folder.file_name().into_string().unwrap(), manifest.parse().unwrap());
    }
    found
}

/// What follows `tidings-` in a package's name, which is the name of its folder.
fn room(package: &str) -> Option<&str> {
    if package == "tidings" { Some(package) } else { package.strip_prefix("tidings-") }
}

/// The crates of this workspace that a manifest names, in whichever table of dependencies.
fn used(manifest: &Table) -> BTreeSet<String> {
    let mut tables: Vec<&Table> = vec![manifest];
    if let Some(targets) = manifest.get("target").and_then(toml::Value::as_table) {
        tables.extend(targets.values().filter_map(toml::Value::as_table));
    }
    let mut used = BTreeSet::new();
    for table in tables {
        for kind in ["dependencies", "dev-dependencies", "build-dependencies"] {
            for (name, dependency) in table.get(kind).and_then(toml::Value::as_table).into_iter().flatten() {
                let package = dependency.get("package").and_then(toml::Value::as_str).unwrap_or(name);
                used.extend(room(package).map(str::to_owned));
            }
        }
    }
    used
}

#[test]
fn no_crate_uses_another_that_the_table_of_the_rooms_does_not_let_it() {
    let crates = crates();
    assert!(crates.len() >= ARROWS.len());
    let mut wrong = Vec::new();
    for (name, manifest) in &crates {
        let package = manifest["package"]["name"].as_str().unwrap();
        assert_eq!(room(package), Some(name.as_str()), "a folder has its package's name");
        let Some((_, allowed)) = ARROWS.iter().find(|(room, _)| room == name) else {
            wrong.push(format!("`{name}` has no row: say there what it may use"));
            continue;
        };
        for other in used(manifest).iter().filter(|other| !allowed.contains(&other.as_str())) {
            wrong.push(format!("`{name}` → `{other}`"));
        }
    }
    assert!(wrong.is_empty(), "not in ARROWS of {}:\n{}", file!(), wrong.join("\n"));
}

/// The Rust files below the `src` folders of all crates, with their paths from `crates`.
fn sources() -> Vec<(String, String)> {
    let crates = root().join("crates");
    let mut files = Vec::new();
    for name in self::crates().keys() {
        walk(&crates.join(name).join("src"), &mut files);
    }
    files.sort();
    assert!(files.len() > 50);
    files
        .into_iter()
        .map(|path| {
            let name = path.strip_prefix(&crates).unwrap().to_str().unwrap().to_owned();
            (name, fs::read_to_string(path).unwrap())
        })
        .collect()
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// The lines that are code, with their numbers: no comments, no blank lines, and nothing from the tests on, which stand
/// last.
fn code(source: &str) -> impl Iterator<Item = (usize, &str)> {
    let before_tests = |lines: &[&str]| {
        lines.first().is_some_and(|line| line.trim_start().starts_with("#[cfg(test)]"))
            && lines[1..]
                .iter()
                .find(|line| !line.trim_start().starts_with('#'))
                .is_some_and(|line| line.contains("mod "))
    };
    let lines: Vec<&str> = source.lines().collect();
    let end = (0..lines.len()).find(|&at| before_tests(&lines[at..])).unwrap_or(lines.len());
    lines.into_iter().take(end).zip(1..).filter_map(|(line, number)| {
        // A comment follows white space; `//` in the text of a URL does not.
        let line = line.split(" //").next().unwrap_or_default().trim();
        (!line.is_empty() && !line.starts_with("//")).then_some((number, line))
    })
}

#[test]
fn no_file_has_more_than_five_hundred_lines_of_code_before_its_tests() {
    let long: Vec<String> = sources()
        .iter()
        .map(|(name, source)| (name, code(source).count()))
        .filter(|(_, count)| *count > MAX_LINES)
        .map(|(name, count)| format!("{name}: {count}"))
        .collect();
    assert!(long.is_empty(), "look for the second idea in\n{}", long.join("\n"));
}

/// Whether a word stands in a line, not as a part of a longer one.
fn has_word(line: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word)
        .any(|(at, _)| !line[..at].ends_with(is_part) && !line[at + word.len()..].starts_with(is_part))
}

#[test]
fn no_name_of_the_messaging_catalog_stands_in_the_code() {
    let names = messaging_names();
    assert!(names.contains("ConversationClosed") && names.contains("customer_id"), "{names:?}");
    assert!(!names.contains("event_name") && !names.contains("version"), "{names:?}");
    let mut wrong = Vec::new();
    let is_test = |file: &str| file.contains("/tests/") || file.ends_with("/tests.rs");
    for (file, source) in sources().into_iter().filter(|(file, _)| !is_test(file)) {
        for (number, line) in code(&source) {
            for name in names.iter().filter(|name| has_word(line, name)) {
                wrong.push(format!("{file}:{number}: {name}"));
            }
        }
    }
    assert!(wrong.is_empty(), "the code knows no catalog's names:\n{}", wrong.join("\n"));
}

/// The names of its event types, and of the fields that no other catalog need have: those with a `_` in them that are no
/// role of the manifest.
fn messaging_names() -> BTreeSet<String> {
    let catalog = root().join("specs/004-create-domain-events/contracts/events");
    let manifest: Table = fs::read_to_string(catalog.join("catalog.toml")).unwrap().parse().unwrap();
    let mut names: BTreeSet<String> = manifest["events"].as_table().unwrap().keys().cloned().collect();
    let mut schemas = vec![catalog.join("envelope.schema.json")];
    schemas.extend(fs::read_dir(catalog.join("schemas")).unwrap().map(|entry| entry.unwrap().path()));
    for path in schemas {
        let schema: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        fields(&schema, &mut names);
    }
    for role in manifest["roles"].as_table().unwrap().keys() {
        names.remove(role);
    }
    names
}

fn fields(schema: &Value, names: &mut BTreeSet<String>) {
    if let Some(properties) = schema["properties"].as_object() {
        names.extend(properties.keys().filter(|name| name.contains('_')).cloned());
    }
    match schema {
        Value::Object(members) => members.values().for_each(|member| fields(member, names)),
        Value::Array(items) => items.iter().for_each(|item| fields(item, names)),
        _ => {}
    }
}

#[test]
fn only_one_file_names_the_crate_that_validates_by_schemas() {
    let naming: Vec<String> = sources()
        .into_iter()
        .filter(|(_, source)| code(source).any(|(_, line)| has_word(line, "jsonschema")))
        .map(|(file, _)| file)
        .collect();
    assert_eq!(naming, ["engine/src/authority/schema.rs"]);
}

#[test]
fn only_the_command_prints_reads_the_environment_or_exits() {
    let mut wrong = Vec::new();
    for (file, source) in sources() {
        if file.starts_with("cli/") {
            continue;
        }
        for (number, line) in code(&source) {
            for word in
                ["println", "eprintln", "print", "eprint", "dbg", "env::var", "env::args", "process::exit"]
            {
                let call = format!("{word}{}", if word.contains("::") { "" } else { "!" });
                if line.contains(&call) && has_word(line, word) {
                    wrong.push(format!("{file}:{number}: {line}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_reader_of_this_file_skips_comments_and_tests_and_nothing_else() {
    let source = "\
//! About x.

use a::b; // an x
/// An x.
const X: &str = \"https://x\";
#[cfg(test)]
use c;
    // x

#[cfg(test)]
#[allow(x)]
mod tests {
    x
}
";
    let lines: Vec<_> = code(source).collect();
    assert_eq!(
        lines,
        [(3, "use a::b;"), (5, "const X: &str = \"https://x\";"), (6, "#[cfg(test)]"), (7, "use c;")]
    );
    assert!(has_word("an x.", "x") && !has_word("xx x_y", "x"));
}
