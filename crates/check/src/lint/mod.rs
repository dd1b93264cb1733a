//! The catalog held to its own policy.
//!
//! ```text
//! Tree ─→ Loaded (what can be read) ─→ Context (nodes, places, fields, examples) ─→ a rule each ─→ findings, fixes
//! ```
//!
//! A rule is a file: a `static RULE` and one function that decides, with its explanation beside it, whose example and
//! counter-example are its test. Rules run on whatever can be read of a catalog, so one fault doesn't hide the others.

mod fixes;
mod selection;
pub(crate) mod support;

mod ambiguous_transition;
mod changelog;
mod closed_schema;
mod consumers;
mod dead_end_state;
mod event_name_case;
mod event_name_family;
mod event_suffix;
mod example_story;
mod field_meaning;
mod field_name_case;
mod field_type;
mod file_name;
mod identity_field;
mod inapplicable_keyword;
mod invalid_catalog;
mod invalid_example;
mod missing_description;
mod missing_example;
mod near_miss;
mod no_creating_event;
mod personal_data;
mod pinned_version;
mod privacy_class;
mod ref_siblings;
mod reference_to_nothing;
mod schema_draft;
mod sensitive_name;
mod stale_docs;
mod stale_example_version;
mod unbounded_array;
mod unbounded_string;
mod unexercised_transition;
mod unknown_keyword;
mod unportable_pattern;
mod unreachable_state;
mod unsatisfiable_schema;
mod unused_event_type;

use tidings_catalog::{LoadError, Tree};
use tidings_finding::{Finding, Rule};

pub use fixes::{Fixed, fix};
pub use selection::{Selection, UnknownSelector};

use crate::waivers::{Date, Waivers};
use support::sink::Found;
use support::{Context, Loaded, Sink};

/// One rule of lint.
#[derive(Debug)]
pub struct Lint {
    /// The rule that its findings carry.
    pub rule: Rule,
    /// The category that it can be chosen by.
    pub category: Category,
    check: fn(&Context<'_>, &mut Sink<'_>),
}

/// The categories that rules can be chosen by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Category {
    /// Whether the catalog can be read at all. Always chosen.
    Catalog,
    /// Names of event types, fields and files.
    Naming,
    /// What schemas say, and whether they can mean it.
    Schema,
    /// Privacy classes, and data that must not stand in a catalog.
    Privacy,
    /// Examples and near misses.
    Examples,
    /// States, transitions, references and identities.
    Lifecycle,
    /// The pages beside the catalog.
    Docs,
}

impl Category {
    /// Every category that can be chosen.
    pub const ALL: [Self; 6] =
        [Self::Naming, Self::Schema, Self::Privacy, Self::Examples, Self::Lifecycle, Self::Docs];

    /// Its name on a command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Catalog => "catalog",
            Self::Naming => "naming",
            Self::Schema => "schema",
            Self::Privacy => "privacy",
            Self::Examples => "examples",
            Self::Lifecycle => "lifecycle",
            Self::Docs => "docs",
        }
    }
}

/// Every rule of lint, sorted by id.
pub static LINTS: &[&Lint] = &[
    &ambiguous_transition::RULE,
    &changelog::RULE,
    &closed_schema::RULE,
    &consumers::RULE,
    &dead_end_state::RULE,
    &event_name_case::RULE,
    &event_name_family::RULE,
    &event_suffix::RULE,
    &example_story::RULE,
    &field_meaning::RULE,
    &field_name_case::RULE,
    &field_type::RULE,
    &file_name::RULE,
    &identity_field::RULE,
    &inapplicable_keyword::RULE,
    &invalid_catalog::RULE,
    &invalid_example::RULE,
    &missing_description::RULE,
    &missing_example::RULE,
    &near_miss::RULE,
    &no_creating_event::RULE,
    &personal_data::RULE,
    &pinned_version::RULE,
    &privacy_class::RULE,
    &ref_siblings::RULE,
    &reference_to_nothing::RULE,
    &schema_draft::RULE,
    &sensitive_name::RULE,
    &stale_docs::RULE,
    &stale_example_version::RULE,
    &unbounded_array::RULE,
    &unbounded_string::RULE,
    &unexercised_transition::RULE,
    &unknown_keyword::RULE,
    &unportable_pattern::RULE,
    &unreachable_state::RULE,
    &unsatisfiable_schema::RULE,
    &unused_event_type::RULE,
];

/// What lint says of a catalog.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// What is wrong, by file and place, with the paths inside the catalog as sources.
    pub findings: Vec<Finding>,
    /// How many findings were waived.
    pub waived: u64,
    /// How many of the findings [`fix`] would mend.
    pub fixable: u64,
}

/// Holds a catalog to the rules that were chosen. `today` decides which waivers hold.
///
/// # Errors
/// If there is no catalog: no manifest, or a folder that can't be read. Everything else is a finding.
pub fn lint(tree: &dyn Tree, selection: &Selection, today: Date) -> Result<Report, LoadError> {
    let (found, waived) = find(tree, selection, today)?;
    let fixable = found.iter().filter(|found| found.fix.is_some()).count() as u64;
    Ok(Report { findings: found.into_iter().map(|found| found.finding).collect(), waived, fixable })
}

/// What is found and isn't waived, sorted, with what mends it; and how much is waived.
fn find(tree: &dyn Tree, selection: &Selection, today: Date) -> Result<(Vec<Found>, u64), LoadError> {
    let loaded = Loaded::of(tree)?;
    let context = Context::new(&loaded, tree);
    let mut sink = Sink::new(tree, &invalid_catalog::RULE.rule);
    for lint in LINTS.iter().filter(|lint| selection.has(lint)) {
        sink.now(&lint.rule);
        (lint.check)(&context, &mut sink);
    }
    let chosen = |rule: &str| LINTS.iter().any(|lint| lint.rule.id == rule && selection.has(lint));
    let waivers = Waivers::load(tree);
    let (mut found, mut judged) = (Vec::new(), waivers.judge(today));
    for one in sink.found {
        if !judged.waives(&one.finding) {
            found.push(one);
        }
    }
    let (waived, own) = judged.finish(&chosen);
    found.extend(own.into_iter().map(|finding| Found { finding, fix: None }));
    found.sort_by(|a, b| key(&a.finding).cmp(&key(&b.finding)));
    Ok((found, waived))
}

type Order<'f> = (Option<&'f str>, Option<u64>, Option<u64>, Option<&'f str>, &'static str, &'f str);

/// By file and place, then by rule.
fn key(finding: &Finding) -> Order<'_> {
    let Finding { source, line, column, pointer, rule, message, .. } = finding;
    (source.as_deref(), *line, *column, pointer.as_deref(), rule.id, message)
}

#[cfg(test)]
pub(crate) mod tests;
