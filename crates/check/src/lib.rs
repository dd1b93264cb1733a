//! What is wrong with one catalog ([`lint`]), or between two ([`breaking`]).
//!
//! ```text
//! Tree ─→ what can be read of the catalog ─→ a rule each ─→ findings ─→ waivers taken out ─→ Report
//! ```
//!
//! In goes a folder of files, out come findings with file, line and column, and the edits that would mend what is
//! mechanical. Nothing here writes a file, prints, or asks what day it is.

pub mod breaking;
pub mod lint;
pub mod waivers;

use tidings_finding::Rule;

/// The rules of this crate, sorted by id.
pub fn rules() -> Vec<&'static Rule> {
    let mut rules: Vec<&'static Rule> = lint::LINTS.iter().map(|lint| &lint.rule).collect();
    rules.extend(breaking::BREAKING.iter().map(|breaking| &breaking.rule));
    rules.push(breaking::CORPUS);
    rules.extend(waivers::RULES);
    rules.sort_by_key(|rule| rule.id);
    rules
}
