//! `tidings rules [ID]`: explains the rules that findings name.

use std::io::{self, Write};

use anyhow::anyhow;

use crate::args::{Args, Rules};
use crate::exit::Outcome;
use crate::output::stdout;

pub(crate) fn run(_: &Args, command: &Rules) -> anyhow::Result<Outcome> {
    let rules = tidings::rules();
    let mut out = stdout();
    match &command.id {
        None => {
            let width = rules.iter().map(|rule| rule.id.len()).max().unwrap_or_default();
            for rule in &rules {
                writeln!(out, "{:width$}  {:7}  {}", rule.id, rule.severity.as_str(), rule.summary)?;
            }
        }
        Some(id) => {
            let rule = rules
                .iter()
                .find(|rule| rule.id == id)
                .ok_or_else(|| anyhow!("there is no rule `{id}`; `tidings rules` lists all"))?;
            let width = terminal_size::terminal_size_of(std::io::stdout())
                .map_or(100, |(width, _)| usize::from(width.0))
                .clamp(40, 100);
            writeln!(out, "{} ({}): {}", rule.id, rule.severity, rule.summary)?;
            explain(&mut out, rule.explanation, width)?;
        }
    }
    out.flush()?;
    Ok(Outcome::Clean)
}

/// Shows an explanation: paragraphs are filled, code stays as it is, and the title, which is the id, is left out.
fn explain(out: &mut impl Write, markdown: &str, width: usize) -> io::Result<()> {
    let mut paragraph = String::new();
    let mut in_code = false;
    for line in markdown.lines().chain([""]) {
        let is_fence = line.starts_with("```");
        if in_code || is_fence || line.is_empty() || line.starts_with('#') {
            if !paragraph.is_empty() {
                writeln!(out, "\n{}", textwrap::fill(&paragraph, width))?;
                paragraph.clear();
            }
            if is_fence && !in_code {
                writeln!(out)?;
            }
            if in_code || is_fence {
                writeln!(out, "{line}")?;
            } else if line.starts_with("##") {
                writeln!(out, "\n{line}")?;
            }
            in_code ^= is_fence;
        } else {
            if !paragraph.is_empty() {
                paragraph.push(' ');
            }
            paragraph.push_str(line);
        }
    }
    Ok(())
}
