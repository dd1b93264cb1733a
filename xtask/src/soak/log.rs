//! The log of long runs, `docs/soak.log.md`: a row for each step that ran.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;

use anyhow::Context as _;

use super::{Budget, Ran};
use crate::run::root;

const HEAD: &str = "\
# Long runs

What `cargo xtask soak` ran, on which commit, and how it ended; it adds the rows itself. The share is that of a step's
budget; rows with other seeds add up. A commit that is *changed* was tested with changes that are not in it.

| commit | step | share, seed | count | seconds | result | command |
| --- | --- | --- | --- | --- | --- | --- |
";

/// What is told of one step.
pub(super) struct Row<'r> {
    pub(super) commit: &'r str,
    pub(super) step: &'r str,
    pub(super) budget: Budget,
    pub(super) ran: &'r Ran,
    pub(super) seconds: u64,
    pub(super) result: &'r str,
}

/// Adds a row.
pub(super) fn add(row: &Row<'_>) -> anyhow::Result<()> {
    add_to(&root().join("docs/soak.log.md"), row)
}

fn add_to(path: &Path, row: &Row<'_>) -> anyhow::Result<()> {
    let Row { commit, step, budget, ran, seconds, result } = row;
    let (result, count) = (cell(result), cell(&ran.count));
    let shown: Vec<String> = ran.shown.iter().map(|shown| format!("`{}`", cell(shown))).collect();
    let shown = if shown.is_empty() { "–".to_owned() } else { shown.join("<br>") };
    let Budget { share, seed } = budget;
    let row = format!("| {commit} | {step} | {share}, {seed} | {count} | {seconds} | {result} | {shown} |\n");
    // Several may end at once, and each row must stay.
    let mut log = File::options().append(true).create(true).open(path)?;
    let head = if log.metadata()?.len() == 0 { HEAD } else { "" };
    log.write_all([head, &row].concat().as_bytes()).with_context(|| path.display().to_string())
}

/// A text in a cell of a table.
fn cell(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn rows_are_added_below_each_other_and_stay_in_their_cells() {
        let path = std::env::temp_dir().join(format!("tidings-soak-{}.md", std::process::id()));
        let ran = Ran { shown: vec!["a | b".to_owned(), "c".to_owned()], count: "7 events".to_owned() };
        let budget = Budget { share: 0.5, seed: 3 };
        let row =
            Row { commit: "abc", step: "fuzz", budget, ran: &ran, seconds: 9, result: "FAILED: one\ntwo" };
        add_to(&path, &row).unwrap();
        add_to(&path, &row).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        fs::remove_file(&path).unwrap();
        let expected = "| abc | fuzz | 0.5, 3 | 7 events | 9 | FAILED: one two | `a \\| b`<br>`c` |\n";
        assert_eq!(text, format!("{HEAD}{expected}{expected}"));
    }
}
