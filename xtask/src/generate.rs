//! `cargo xtask gen [--check]`: every generated file, from the one source of each.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, bail};
use tidings::Catalog;

use crate::run::root;

/// The catalogs of the repository.
pub(crate) const CATALOGS: [&str; 3] =
    ["specs/004-create-domain-events/contracts/events", "tests/catalogs/wallet", "tests/catalogs/parcel"];

/// Writes the generated files, or with `check` only says which are stale.
pub(crate) fn run(check: bool) -> anyhow::Result<()> {
    let mut stale = Vec::new();
    for (path, content) in files()? {
        let full = root().join(&path);
        // Line ends are the repository's, whatever the checkout made of them.
        let current = fs::read_to_string(&full).unwrap_or_default().replace("\r\n", "\n");
        if current == content {
            continue;
        }
        if check {
            stale.push(path.display().to_string());
        } else {
            if let Some(folder) = full.parent() {
                fs::create_dir_all(folder)?;
            }
            fs::write(&full, content).with_context(|| full.display().to_string())?;
            println!("wrote {}", path.display());
        }
    }
    if !stale.is_empty() {
        bail!("stale, run `cargo xtask gen`: {}", stale.join(", "));
    }
    Ok(())
}

/// Every generated file with its content.
fn files() -> anyhow::Result<Vec<(PathBuf, String)>> {
    let mut files = Vec::new();
    for folder in CATALOGS {
        let catalog = Catalog::load(root().join(folder)).with_context(|| folder.to_owned())?;
        files.push((PathBuf::from(folder).join("catalog.md"), tidings::emit::docs::catalog_md(&catalog)));
    }
    let schema = serde_json::to_string_pretty(&tidings_catalog::json_schema())?;
    files.push((PathBuf::from("schemas/catalog.schema.json"), format!("{schema}\n")));
    files.push((PathBuf::from("docs/rules.md"), rules()));
    Ok(files)
}

/// The page of all rules.
fn rules() -> String {
    let mut page = String::from(
        "<!-- Written by `cargo xtask gen` from the table of rules; do not edit. -->\n\n# Rules\n\n\
         `tidings rules ID` shows the same at a terminal.\n",
    );
    let mut group = "";
    for rule in tidings::rules() {
        if rule.group() != group {
            group = rule.group();
            page.extend(["\n## `", group, "`\n"]);
        }
        let summary = textwrap::fill(&format!("*{}*: {}.", rule.severity, rule.summary), 110);
        let explanation = explanation(rule.explanation);
        page.extend(["\n### `", rule.id, "`\n\n", &summary, "\n\n", &explanation, "\n"]);
    }
    page
}

/// A rule's explanation as a part of the page: one that is a page itself without its title, its headings two levels down.
fn explanation(markdown: &str) -> String {
    let Some((_, body)) = markdown.strip_prefix("# ").and_then(|page| page.split_once("\n\n")) else {
        return textwrap::fill(markdown, 110);
    };
    let mut in_code = false;
    let lines = body.trim_end().lines().map(|line| {
        in_code ^= line.starts_with("```");
        if line.starts_with("## ") && !in_code { format!("##{line}") } else { line.to_owned() }
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_of_the_manifest_accepts_our_manifests_and_refuses_slips() {
        let validator = jsonschema::draft7::new(&tidings_catalog::json_schema()).expect("a good schema");
        for folder in CATALOGS {
            let text = fs::read_to_string(root().join(folder).join("catalog.toml")).expect(folder);
            let manifest: serde_json::Value = toml::from_str(&text).expect(folder);
            let errors: Vec<String> =
                validator.iter_errors(&manifest).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{folder}: {errors:#?}");
            for (slip, mend) in
                [("title =", "titel ="), ("version = 1\n", "version = 0\n"), ("purpose =", "porpuse =")]
            {
                let manifest: serde_json::Value = toml::from_str(&text.replace(slip, mend)).expect(folder);
                assert!(!validator.is_valid(&manifest), "{folder}: {mend}");
            }
        }
    }
}
