//! Rules: the stable ids that findings carry. A rule is a `static` beside the code that finds it.

use std::fmt;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth a look; fails a run only under `--deny-warnings`.
    Warning,
    /// The event (or catalog) is wrong.
    Error,
}

impl Severity {
    /// The word that every output format uses: `warning` or `error`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One kind of thing that can be wrong, with a stable id.
///
/// Rules are statics; a [`Finding`](crate::Finding) can only be made from one, so an id that is not registered can't be
/// reported. Help texts, documentation and SARIF all read the same table of rules.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// The stable id, a kebab-case name in a group: `schema/unknown-field`.
    pub id: &'static str,
    /// How bad each finding of this rule is.
    pub severity: Severity,
    /// One line: what is wrong when this rule reports. A lower-case phrase without a full stop.
    pub summary: &'static str,
    /// A paragraph or more of Markdown: what it means, why it matters, how to mend it.
    pub explanation: &'static str,
}

impl Rule {
    /// The part of the id before the slash: `schema` of `schema/unknown-field`.
    pub fn group(&self) -> &'static str {
        self.id.split_once('/').map_or(self.id, |(group, _)| group)
    }
}
