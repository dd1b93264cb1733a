//! Findings as text: one file per output format.
//!
//! In go findings, one at a time and in the order in which they are to be shown, and at the end the [`Summary`]; out
//! comes text in one [`Format`], to the writer that was given. A renderer holds no more than one event's findings in
//! memory, however many it shows. It must never decide anything: what is wrong, how bad it is and how many findings are
//! shown is settled before.
//!
//! Text of hostile input cannot break out of any format: each escapes by its own rules, and no control character, no
//! terminal escape and no invisible character is written as it is (see [`sanitize`]).

mod fingerprint;
mod github;
mod gitlab;
mod human;
mod json;
mod json_text;
mod junit;
mod sarif;
mod stream;
mod text;
mod totals;

use std::fmt;
use std::io::{self, Write};
use std::str::FromStr;

use crate::{Finding, Rule, Summary};

pub use text::sanitize;

/// The output formats.
///
/// ```
/// use tidings_finding::render::Format;
///
/// assert_eq!("sarif".parse(), Ok(Format::Sarif));
/// assert_eq!("SARIF".parse::<Format>().unwrap_err().to_string(), "unknown format `SARIF`");
/// assert_eq!(Format::ALL.map(Format::as_str).join("|"), "human|json|github|gitlab|sarif|junit");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// For people: the source line with the place marked, as a compiler shows it.
    Human,
    /// One JSON object a line, the summary last.
    Json,
    /// Workflow commands, which GitHub Actions shows beside the lines of a change.
    Github,
    /// A Code Quality report, which GitLab shows in a merge request.
    Gitlab,
    /// SARIF 2.1.0, which code-scanning services and editors read.
    Sarif,
    /// `JUnit` XML, which Jenkins, GitLab and most other CI servers read.
    Junit,
}

impl Format {
    /// Every format, the default one first.
    pub const ALL: [Self; 6] =
        [Self::Human, Self::Json, Self::Github, Self::Gitlab, Self::Sarif, Self::Junit];

    /// The name, as it is given on a command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Json => "json",
            Self::Github => "github",
            Self::Gitlab => "gitlab",
            Self::Sarif => "sarif",
            Self::Junit => "junit",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Self, UnknownFormat> {
        Self::ALL
            .into_iter()
            .find(|format| format.as_str() == name)
            .ok_or_else(|| UnknownFormat(name.to_owned()))
    }
}

/// A name that no [`Format`] has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownFormat(String);

impl fmt::Display for UnknownFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown format `{}`", sanitize(&self.0))
    }
}

impl std::error::Error for UnknownFormat {}

/// What a renderer has to know besides the findings.
#[derive(Clone, Debug)]
pub struct Options {
    /// Whether the human format is coloured. The other formats never are.
    pub color: bool,
    /// The width of the terminal in columns, which the source lines of the human format are cut to. `None` where there
    /// is no terminal: then 140.
    pub width: Option<usize>,
    /// All rules that findings may have, in the order in which SARIF lists them.
    pub rules: Vec<&'static Rule>,
    /// The version of the tool, for SARIF.
    pub tool_version: &'static str,
}

impl Default for Options {
    /// No colour, no terminal, no rules, this crate's version.
    fn default() -> Self {
        Self { color: false, width: None, rules: Vec::new(), tool_version: env!("CARGO_PKG_VERSION") }
    }
}

/// Writes findings in one format.
///
/// Give it each finding, then [`finish`](Self::finish) it: only then is the output whole. The formats that are one
/// document (gitlab, sarif, junit) are broken without it, so finish also when the input ended early, with
/// [`Summary::incomplete`] set.
///
/// The only error is the writer's (and, for junit, that of a temporary file).
pub trait Renderer {
    /// Writes one finding, after those before it in the order of the input.
    fn finding(&mut self, finding: &Finding) -> io::Result<()>;

    /// Writes the summary and whatever closes the document, and flushes the writer.
    fn finish(self: Box<Self>, summary: &Summary) -> io::Result<()>;
}

/// The renderer of a format.
///
/// A renderer writes a finding in a few calls, so give it a buffered writer where many are expected.
///
/// ```
/// use tidings_finding::render::{Format, Options, renderer};
/// use tidings_finding::{Finding, Rule, Severity, Summary};
///
/// static TOO_LARGE: Rule = Rule {
///     id: "json/too-large",
///     severity: Severity::Error,
///     summary: "event larger than the limit",
///     explanation: "",
/// };
///
/// let mut out = Vec::new();
/// let mut renderer = renderer(Format::Human, Box::new(&mut out), Options::default());
/// renderer.finding(&Finding {
///     rule: &TOO_LARGE,
///     source: Some("-".into()), // standard input
///     line: Some(3),
///     column: None,
///     event_name: None,
///     event_id: None,
///     pointer: None,
///     message: "event of 17 MB, larger than the limit of 16 MB".to_owned(),
///     help: None,
///     excerpt: None,
///     cause: None,
///     witness: None,
/// })?;
/// let events = Summary { events: 3, valid: 2, invalid: 1, errors: 1, sources: 1, ..Summary::default() };
/// renderer.finish(&events)?;
///
/// assert_eq!(
///     String::from_utf8_lossy(&out),
///     "error[json/too-large]: event of 17 MB, larger than the limit of 16 MB\n \
///       --> <stdin>:3\n\n\
///      3 events: 2 valid, 1 invalid (1 error) in 0.00 s\n"
/// );
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn renderer<'w>(format: Format, out: Box<dyn Write + 'w>, options: Options) -> Box<dyn Renderer + 'w> {
    match format {
        Format::Human => Box::new(human::Human::new(out, &options)),
        Format::Json => Box::new(json::Json::new(out)),
        Format::Github => Box::new(github::Github::new(out)),
        Format::Gitlab => Box::new(gitlab::Gitlab::new(out)),
        Format::Sarif => Box::new(sarif::Sarif::new(out, options)),
        Format::Junit => Box::new(junit::Junit::new(out)),
    }
}
