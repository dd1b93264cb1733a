//! No catalog brings lint down, and each fault is told of once, with its place.

use std::path::Path;

use tidings_catalog::{DiskTree, MemoryTree};
use tidings_check::lint::{Selection, fix, lint};

use crate::catalogs::{Numbers, files, lamps, report, today, told, tree};

#[test]
fn catalogs_with_bytes_changed_lines_lost_and_files_gone_are_told_of_and_never_end_it() {
    let parcel =
        files(&DiskTree::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/catalogs/parcel")));
    let mut numbers = Numbers(7);
    for (catalog, rounds) in [(lamps(), 250), (parcel, 40)] {
        let paths: Vec<String> = catalog.keys().cloned().collect();
        for round in 0..rounds {
            let mut broken = catalog.clone();
            for _ in 0..=numbers.below(3) {
                // What the others hang on is broken more often.
                let path = if numbers.below(3) == 0 { "catalog.toml" } else { numbers.one_of(&paths) };
                let Some(text) = broken.get_mut(path).filter(|text| !text.is_empty()) else { continue };
                let at = numbers.below(text.len());
                match numbers.below(6) {
                    0 => text.truncate(at),
                    1 => text[at] = *numbers.one_of(b"{}[],:\"\\0x\n \xFF"),
                    2 => drop(text.remove(at)),
                    3 => {
                        let line = text[at..]
                            .iter()
                            .position(|byte| *byte == b'\n')
                            .map_or(text.len(), |end| at + end);
                        text.drain(at..line);
                    }
                    4 => {
                        let copy = text.clone();
                        text.splice(at..at, copy);
                    }
                    _ => drop(broken.remove(path)),
                }
            }
            let tree = tree(&broken);
            let Ok(report) = lint(&tree, &Selection::default(), today()) else {
                assert!(!broken.contains_key("catalog.toml"), "round {round}");
                continue;
            };
            for finding in &report.findings {
                assert!(finding.line.is_some() && finding.column.is_some(), "{finding:?}");
            }
            fix(&tree, &Selection::default(), today()).unwrap();
        }
    }
}

#[test]
fn schemas_that_lead_back_to_themselves_end() {
    let manifest = "[catalog]\nname = \"x\"\ntitle = \"X\"\nversion = \"1\"\n[events.X]\nschema = \"x.schema.json\"\nversion = 1\npurpose = \"X.\"\n";
    let names: Vec<String> = (0..12).map(|at| format!("n{at}")).collect();
    let each = |of: &str| names.iter().map(|name| format!("\"{name}\": {of}")).collect::<Vec<_>>().join(", ");
    let all = names
        .iter()
        .map(|name| format!("\"p{name}\": {{\"$ref\": \"#/definitions/{name}\"}}"))
        .collect::<Vec<_>>()
        .join(", ");
    for schema in [
        "{\"properties\": {\"a\": {\"$ref\": \"#\"}}}".to_owned(),
        "{\"items\": {\"$ref\": \"#\"}, \"additionalProperties\": {\"$ref\": \"#\"}}".to_owned(),
        "{\"allOf\": [{\"$ref\": \"#\"}]}".to_owned(),
        format!(
            "{{\"properties\": {{{all}}}, \"definitions\": {{{}}}}}",
            each(&format!("{{\"properties\": {{{all}}}}}"))
        ),
        format!("{}{{}}{}", "{\"not\": ".repeat(100), "}".repeat(100)),
    ] {
        let tree = MemoryTree::new().with("catalog.toml", manifest).with("x.schema.json", schema);
        let started = std::time::Instant::now();
        lint(&tree, &Selection::default(), today()).unwrap();
        assert!(started.elapsed().as_secs() < 60);
    }
}

#[test]
fn rules_run_on_a_catalog_that_can_not_be_loaded() {
    let mut files = lamps();
    let manifest = String::from_utf8(files["catalog.toml"].clone()).unwrap();
    let manifest =
        manifest.replace("creates = \"dark\"", "creates = \"drak\"").replace("LampLit]", "LampLitEvent]");
    files.insert("catalog.toml".to_owned(), manifest.into_bytes());
    let schema = "{\"$schema\": \"http://json-schema.org/draft-04/schema#\", \"x-privacy\": \"secret\", \"minlenght\": 1, \"description\": \"d\"}";
    files.insert("schemas/lamp_removed.schema.json".to_owned(), schema.as_bytes().to_vec());
    let findings = told(&report(&files).findings);
    let wanted = [
        "lint/event-suffix catalog.toml:23:9",
        "lint/unused-event-type catalog.toml:23:9",
        "lint/file-name catalog.toml:24:10",
        "lint/reference-to-nothing catalog.toml:43:40",
        "lint/reference-to-nothing catalog.toml:44:13",
        "lint/file-name near-misses/lamp_lit.too-bright.json:1:1",
        "lint/schema-draft schemas/lamp_removed.schema.json:1:13",
        "lint/privacy-class schemas/lamp_removed.schema.json:1:69",
        "lint/unknown-keyword schemas/lamp_removed.schema.json:1:79",
    ];
    assert_eq!(findings, wanted);
}

#[test]
fn a_broken_schema_does_not_hide_what_is_wrong_with_the_manifest() {
    let mut files = lamps();
    files.insert("schemas/lamp_lit.schema.json".to_owned(), b"{\"type\": }".to_vec());
    let manifest = String::from_utf8(files["catalog.toml"].clone()).unwrap();
    files.insert(
        "catalog.toml".to_owned(),
        manifest.replace("from = [\"dark\"]", "from = [\"drak\"]").into_bytes(),
    );
    let findings = told(&report(&files).findings);
    assert_eq!(
        findings,
        [
            "lint/reference-to-nothing catalog.toml:44:32",
            "lint/invalid-catalog schemas/lamp_lit.schema.json:1:10"
        ],
    );
}
