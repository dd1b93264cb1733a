//! `tidings rules [ID]`: explains the rules that findings name.

use std::io::Write as _;

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
            writeln!(out, "{} ({}): {}\n", rule.id, rule.severity, rule.summary)?;
            writeln!(out, "{}", textwrap::fill(rule.explanation, width))?;
        }
    }
    out.flush()?;
    Ok(Outcome::Clean)
}
