//! Runs the quickstart as a new user would: every `sh` block, in order, in a fresh clone; where a `text` block follows, it
//! must be the output.

use std::fs;
use std::process::{Command, Stdio};

use anyhow::bail;

use crate::apart::{Apart, apart};
use crate::run::root;
use crate::tools::tidings;

const PAGE: &str = "specs/004-create-domain-events/quickstart.md";

/// A block of commands, and what it must print.
#[derive(Debug, PartialEq, Eq)]
struct Block {
    /// The line in the page, from 1.
    line: usize,
    commands: String,
    expected: Option<String>,
}

pub(crate) fn run() -> anyhow::Result<()> {
    let work = root().join("target/tools/quickstart");
    let Apart { clone, target } = apart(&work)?;
    let bin = work.join("bin");
    fs::create_dir_all(&bin)?;
    fs::copy(tidings()?, bin.join("tidings"))?;
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap_or_default());

    let page = fs::read_to_string(clone.join(PAGE))?;
    let blocks = blocks(&page);
    if blocks.len() < 5 {
        bail!("{PAGE} has only {} blocks of commands", blocks.len());
    }
    for block in &blocks {
        let output = Command::new("bash")
            .args(["-euo", "pipefail", "-c", &block.commands])
            .current_dir(&clone)
            .env("PATH", &path)
            .env("CARGO_TARGET_DIR", &target)
            .env_remove("TIDINGS_CATALOG")
            .stdin(Stdio::null())
            .stderr(Stdio::inherit())
            .output()?;
        let found = String::from_utf8_lossy(&output.stdout);
        if !output.status.success() {
            bail!("{PAGE}:{}: the commands failed ({}) and printed:\n{found}", block.line, output.status);
        }
        if let Some(expected) = &block.expected
            && !matches(expected, &found)
        {
            bail!("{PAGE}:{}: expected\n{expected}\nfound\n{found}", block.line);
        }
    }
    println!("{} blocks of commands ran", blocks.len());
    Ok(())
}

/// The `sh` blocks of a page, each with the `text` block that directly follows it.
fn blocks(page: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut open: Option<(usize, String, String)> = None;
    let mut follows = false;
    for (number, line) in (1..).zip(page.lines()) {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(language)) => open = Some((number, language.trim().to_owned(), String::new())),
            (Some(_), Some("")) => {
                let Some((line, language, content)) = open.take() else { continue };
                match (language.as_str(), blocks.last_mut()) {
                    ("sh", _) => {
                        blocks.push(Block { line, commands: content, expected: None });
                        follows = true;
                        continue;
                    }
                    ("text", Some(block)) if follows => block.expected = Some(content),
                    _ => {}
                }
                follows = false;
            }
            (Some((_, _, content)), _) => {
                content.push_str(line);
                content.push('\n');
            }
            (None, None) => follows &= line.trim().is_empty(),
        }
    }
    blocks
}

/// Whether the output is the expected one, in which `[..]` stands for any part of a line.
fn matches(expected: &str, found: &str) -> bool {
    let (expected, found): (Vec<&str>, Vec<&str>) =
        (expected.trim_end().lines().collect(), found.trim_end().lines().collect());
    expected.len() == found.len()
        && expected.iter().zip(found).all(|(expected, found)| line_matches(expected, found))
}

fn line_matches(expected: &str, found: &str) -> bool {
    let mut parts = expected.split("[..]");
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = found.strip_prefix(first) else { return false };
    let mut last = first;
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
        last = part;
    }
    // A pattern that ends in `[..]` takes what is left.
    rest.is_empty() || (last.is_empty() && expected.ends_with("[..]"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_text_block_that_directly_follows_is_the_output() {
        let page = "a\n```sh\none\n```\n\n```text\n1\n```\n```sh\ntwo\n```\nprose\n```text\n2\n```\n```json\n{}\n```\n";
        let expected = [
            Block { line: 2, commands: "one\n".to_owned(), expected: Some("1\n".to_owned()) },
            Block { line: 9, commands: "two\n".to_owned(), expected: None },
        ];
        assert_eq!(blocks(page), expected);
    }

    #[test]
    fn wildcards_stand_for_parts_of_lines() {
        assert!(matches("a [..] c\nd[..]", "a b b c\nd and more\n"));
        assert!(matches("same", "same\n"));
        assert!(!matches("a [..] c", "a b d"));
        assert!(!matches("a", "a\nb"));
        assert!(!matches("a", "ab"));
    }
}
