//! The command line.

use std::path::PathBuf;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{Parser, Subcommand, ValueEnum};
use tidings::author::Effect;
use tidings::check::breaking::Mode;
use tidings::check::waivers::Date;
use tidings::emit::sample::Faults;
use tidings::{FastPath, Level, Paths, Pointer, render::Format};

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

/// Holds events to a catalog of domain events.
#[derive(Debug, Parser)]
#[command(name = "tidings", version, styles = STYLES, max_term_width = 110)]
#[command(
    after_help = "Exit codes: 0 no error found, 1 an error found, 2 a bad call or input that can't be read."
)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,

    /// The catalog's folder [default: `$TIDINGS_CATALOG`, else what the nearest tidings.toml says, else the messaging
    /// catalog that is built in]
    #[arg(long, value_name = "DIR", global = true, display_order = 900)]
    pub(crate) catalog: Option<PathBuf>,

    /// Whether to use colours
    #[arg(long, value_name = "WHEN", global = true, display_order = 901, value_enum, default_value_t = When::Auto)]
    pub(crate) color: When,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Check events one by one
    Validate(Validate),
    /// Check a stream as a whole: lifecycles, references, duplicates, order
    Audit(Audit),
    /// Check the catalog itself: names, schemas, privacy, examples, lifecycles, docs
    Lint(Lint),
    /// Show what a change of the catalog would break, with events that prove it
    Breaking(Breaking),
    /// Write a made-up stream of valid events
    Sample(Sample),
    /// Make a small catalog, or one that takes over a bundle of schemas
    Init(Init),
    /// Add an event type to a catalog
    New(New),
    /// Bring the files of a catalog into one form
    Fmt(Fmt),
    /// Explain the rules that findings name
    Rules(Rules),
}

/// Check events one by one.
///
/// Each event is checked for strict JSON, a known event type, its schema with formats asserted, fields that the catalog
/// does not know, agreement about its aggregate, and personal data or secrets in free text.
#[derive(Debug, clap::Args)]
pub(crate) struct Validate {
    #[command(flatten)]
    pub(crate) reading: Reading,

    /// Read no events; tell for each event type what is checked on the fast path, and what is not, and why
    #[arg(long)]
    pub(crate) explain_engine: bool,

    #[command(flatten)]
    pub(crate) output: Output,
}

/// Check a stream as a whole.
///
/// Each event is checked as `validate` does, and then against what the stream has left: whether it was seen before, whether
/// what it refers to exists and is of the same scope, whether its aggregate's state allows it, whether an identity is taken,
/// whether members come and go in turn, and whether time goes on. All of that is declared in the catalog's manifest.
#[derive(Debug, clap::Args)]
pub(crate) struct Audit {
    #[command(flatten)]
    pub(crate) reading: Reading,

    /// The order in which events are taken
    #[arg(long, value_name = "ORDER", value_enum, default_value_t = Order::Delivery)]
    pub(crate) order: Order,

    /// How far the time in a ULID may be from the event's own: a number and ms, s, min or h
    #[arg(long, value_name = "SPAN", default_value = "5min", value_parser = milliseconds)]
    pub(crate) max_skew: u64,

    /// Take aggregates that are not known to have been there before the stream
    #[arg(long)]
    pub(crate) starts_mid_stream: bool,

    /// Show the timeline of the aggregate with this id instead of findings
    #[arg(long, value_name = "ID")]
    pub(crate) trace: Option<String>,

    /// Show every consequence of one cause, not only the first
    #[arg(long)]
    pub(crate) all: bool,

    #[command(flatten)]
    pub(crate) output: Output,
}

/// Check the catalog itself.
///
/// Its names, schemas, privacy classes, examples, near misses, lifecycles and docs are held to rules; `tidings rules` explains
/// each. What is to stay for a while stands in the catalog's waivers.toml, with a reason and a day.
#[derive(Debug, clap::Args)]
pub(crate) struct Lint {
    /// Only these categories (naming, schema, privacy, examples, lifecycle, docs) and rules, with commas between
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub(crate) select: Vec<String>,

    /// All but these categories and rules; a rule's own name counts before its category's
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub(crate) ignore: Vec<String>,

    /// Mend what is mechanical and changes nothing that a schema accepts, then show what is left
    #[arg(long)]
    pub(crate) fix: bool,

    /// The day by which waivers are judged [default: today, in UTC]
    #[arg(long, value_name = "DATE", hide = true)]
    pub(crate) today: Option<Date>,

    #[command(flatten)]
    pub(crate) output: Output,
}

/// Show what a change of the catalog would break.
///
/// The catalog is compared with earlier versions of it. What is said to be compatible is proven; what is breaking comes with a
/// witness: an event, or a stream, that one side accepts and the other refuses. Where neither can be shown, that is an error
/// too, until a waiver says that somebody looked.
#[derive(Debug, clap::Args)]
pub(crate) struct Breaking {
    /// What to compare with: a catalog's folder, or `git:REF[:PATH]`; repeated, the latest version first
    #[arg(long, value_name = "DIR|git:REF[:PATH]", required_unless_present_any = ["transitive", "schema"])]
    pub(crate) against: Vec<String>,

    /// Compare two bare Draft-07 schemas exactly as they are written, instead of catalogs
    #[arg(long, value_names = ["OLD", "NEW"], num_args = 2, conflicts_with_all = ["against", "transitive", "corpus"])]
    pub(crate) schema: Vec<PathBuf>,

    /// Recorded events, files or folders, that both catalogs judge: how many the new one refuses, and why
    #[arg(long, value_name = "PATH", num_args = 1..)]
    pub(crate) corpus: Vec<PathBuf>,

    /// Where a recorded event stands in a wrapper, as a JSON Pointer (/data, /Body); a string there is parsed
    #[arg(long, value_name = "POINTER", requires = "corpus")]
    pub(crate) event_at: Option<Pointer>,

    /// Compare with every tag of the repository that has the catalog, too
    #[arg(long)]
    pub(crate) transitive: bool,

    /// Which way events must go: old ones to consumers with the new catalog, new ones to consumers with the old, or both
    #[arg(long, value_name = "MODE", value_enum, default_value_t = CompatibilityMode::Full)]
    mode: CompatibilityMode,

    /// Show every event type that a change of something shared breaks, not only the first
    #[arg(long)]
    pub(crate) all: bool,

    /// Where to write the witnesses, a file each, one event a line
    #[arg(long, value_name = "DIR")]
    pub(crate) witness_dir: Option<PathBuf>,

    /// The day by which waivers are judged [default: today, in UTC]
    #[arg(long, value_name = "DATE", hide = true)]
    pub(crate) today: Option<Date>,

    #[command(flatten)]
    pub(crate) output: Output,
}

impl Breaking {
    /// Which way events must go.
    pub(crate) fn mode(&self) -> Mode {
        match self.mode {
            CompatibilityMode::Backward => Mode::Backward,
            CompatibilityMode::Forward => Mode::Forward,
            CompatibilityMode::Full => Mode::Full,
        }
    }
}

/// [`Mode`] as an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum CompatibilityMode {
    Backward,
    Forward,
    Full,
}

/// Which events are read, and how.
#[derive(Debug, clap::Args)]
pub(crate) struct Reading {
    /// Files and folders: .json holds one event or an array of events, .ndjson and .jsonl one event a line, each also with
    /// .gz or .zst; a folder is read recursively; - is standard input, also when no path is given
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,

    /// How events stand in standard input, and in files whose names don't tell
    #[arg(long, value_name = "KIND", value_enum, default_value_t = Input::Lines)]
    pub(crate) input: Input,

    /// Where the event stands in a wrapper, as a JSON Pointer (/data, /Body); a string there is parsed
    #[arg(long, value_name = "POINTER")]
    pub(crate) event_at: Option<Pointer>,

    /// Whether fields that the catalog does not know are errors (a producer's view) or not (a consumer's)
    #[arg(long, value_name = "WHAT", value_enum, default_value_t = UnknownFields::Refuse)]
    pub(crate) unknown_fields: UnknownFields,

    /// How many threads check events [default: as many as there are cores]
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<usize>,

    /// Which way through the engine is taken. The answer is the same, which is what this is for: tests compare
    #[arg(long, value_name = "WAY", value_enum, default_value_t = Way::Usual, hide = true)]
    pub(crate) engine_way: Way,
}

/// A way through the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Way {
    Usual,
    All,
    Steps,
    OrderFree,
    Avx2,
    Avx2OrderFree,
    Scalar,
    ScalarOrderFree,
    Authority,
}

impl Way {
    pub(crate) fn paths(self) -> Paths {
        let (fast, level) = match self {
            Self::Usual => (FastPath::WhenItPays, Level::Best),
            Self::All => (FastPath::All, Level::Best),
            Self::Steps => (FastPath::Steps, Level::Best),
            Self::OrderFree => (FastPath::OrderFree, Level::Best),
            Self::Avx2 => (FastPath::All, Level::Avx2),
            Self::Avx2OrderFree => (FastPath::OrderFree, Level::Avx2),
            Self::Scalar => (FastPath::All, Level::Scalar),
            Self::ScalarOrderFree => (FastPath::OrderFree, Level::Scalar),
            Self::Authority => (FastPath::AuthorityOnly, Level::Best),
        };
        Paths { fast, level }
    }
}

/// How findings are shown.
#[derive(Debug, clap::Args)]
pub(crate) struct Output {
    /// How findings are shown
    #[arg(long, value_name = "FORMAT", default_value = "human", value_parser = format_parser())]
    pub(crate) format: Format,

    /// How many findings are shown, 0 for all [default: 100 for human, else all]
    #[arg(long, value_name = "N")]
    pub(crate) max_findings: Option<u64>,

    /// Fail on warnings too
    #[arg(long)]
    pub(crate) deny_warnings: bool,

    /// Leave out the findings that this file knows, so that only new ones count
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: Option<PathBuf>,

    /// Write what is found to the baseline's file instead, and succeed
    #[arg(long, requires = "baseline")]
    pub(crate) write_baseline: bool,
}

/// Write a made-up stream of valid events, one a line, to standard output.
///
/// The same catalog, number and seed always give the same stream.
#[derive(Debug, clap::Args)]
pub(crate) struct Sample {
    /// How many events
    #[arg(long, value_name = "N")]
    pub(crate) events: u64,

    /// What to begin with: another seed gives another stream
    #[arg(long, value_name = "S", default_value_t = 0)]
    pub(crate) seed: u64,

    /// Which share of the events is delivered again, from 0 to 1
    #[arg(long, value_name = "SHARE", default_value_t = 0.0, value_parser = share)]
    pub(crate) redelivered: f64,

    /// What is to be wrong: rules with the share of the lines that break each (RULE=0.01), or all
    #[arg(long, value_name = "RULE[=SHARE],…|all")]
    pub(crate) faults: Option<Faults>,

    /// Where to write every finding that an audit of the stream must have: line, rule, pointer
    #[arg(long, value_name = "FILE")]
    pub(crate) truth: Option<PathBuf>,

    /// The members of each object come in any order
    #[arg(long)]
    pub(crate) shuffle_keys: bool,

    /// Which share of the events comes late, after others that it has nothing to do with
    #[arg(long, value_name = "SHARE", default_value_t = 0.0, value_parser = share)]
    pub(crate) late: f64,
}

/// Make a small catalog to begin with.
///
/// It has an envelope, one aggregate with three event types, examples and near misses. With `--from` it takes over a bundle
/// of Draft-07 schemas instead, in which each event type is one of the `definitions`; what the bundle doesn't say, such as
/// lifecycles and privacy classes, stays open. A tidings.toml that names the catalog is made too, where there is none.
#[derive(Debug, clap::Args)]
pub(crate) struct Init {
    /// The catalog's folder, which must be empty or not there yet
    #[arg(value_name = "DIR")]
    pub(crate) folder: PathBuf,

    /// A JSON file with the schemas to take over
    #[arg(long, value_name = "FILE")]
    pub(crate) from: Option<PathBuf>,

    /// Where events have the name of their type, as a JSON Pointer [default: the place where each of the schemas has a
    /// constant of its own]
    #[arg(long, value_name = "POINTER", requires = "from")]
    pub(crate) event_name: Option<Pointer>,
}

/// Add an event type to a catalog.
///
/// It gets a schema, examples that fit into the story of the others, near misses and what they must give, an entry in the
/// manifest and a line in the changelog, and catalog.md is made again. All files are written or none. What isn't said is
/// taken from the event types that are there.
#[derive(Debug, clap::Args)]
pub(crate) struct New {
    /// The event type's name
    #[arg(value_name = "EVENT")]
    pub(crate) name: String,

    /// The aggregate that it is about [default: the one that its name begins with]
    #[arg(long, value_name = "NAME")]
    pub(crate) aggregate: Option<String>,

    /// It is about no aggregate
    #[arg(long, conflicts_with_all = ["aggregate", "transitions", "creates"])]
    pub(crate) no_aggregate: bool,

    /// The states in which it is allowed, and the one that it leads to if the state doesn't stay: `open,held->closed`; may
    /// be repeated [default: what the event type of `--from` does, else every state that isn't final, and it stays]
    #[arg(long = "transition", value_name = "STATES[->STATE]", value_parser = transition)]
    pub(crate) transitions: Vec<Effect>,

    /// The state in which it creates the aggregate
    #[arg(long, value_name = "STATE", conflicts_with = "transitions")]
    pub(crate) creates: Option<String>,

    /// The event type whose payload it begins with [default: none, so it has what every event of its family has]
    #[arg(long, value_name = "EVENT")]
    pub(crate) from: Option<String>,

    /// What it says, in one sentence [default: made of its name]
    #[arg(long, value_name = "TEXT")]
    pub(crate) purpose: Option<String>,
}

/// Bring the JSON and TOML files of a catalog into one form.
///
/// Only white space changes: names, strings, numbers, comments and the order of everything stay as they are written. Near
/// misses that are no JSON are left alone.
#[derive(Debug, clap::Args)]
pub(crate) struct Fmt {
    /// The folder [default: the catalog's]
    #[arg(value_name = "DIR")]
    pub(crate) folder: Option<PathBuf>,

    /// Change nothing; list the files that would change, and fail if there are any
    #[arg(long)]
    pub(crate) check: bool,
}

/// Explain the rules that findings name.
#[derive(Debug, clap::Args)]
pub(crate) struct Rules {
    /// The rule, such as schema/pattern; without one, all are listed
    #[arg(value_name = "ID")]
    pub(crate) id: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum When {
    /// Where the output is a terminal
    Auto,
    Always,
    Never,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Input {
    /// One event a line
    Lines,
    /// One JSON document: an event or an array of events
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Order {
    /// As they come: paths as given, a folder sorted
    Delivery,
    /// By when they happened, then by event id, for streams that were collected out of order
    Occurred,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum UnknownFields {
    Refuse,
    Allow,
}

fn format_parser() -> impl clap::builder::TypedValueParser<Value = Format> {
    use clap::builder::TypedValueParser as _;
    clap::builder::PossibleValuesParser::new(Format::ALL.map(Format::as_str))
        .try_map(|name| name.parse::<Format>())
}

/// Some states, and perhaps one that they lead to.
fn transition(text: &str) -> Result<Effect, String> {
    let (from, to) = match text.split_once("->") {
        Some((from, to)) => (from, Some(to.trim())),
        None => (text, None),
    };
    let from: Vec<String> = from.split(',').map(|state| state.trim().to_owned()).collect();
    if from.iter().any(String::is_empty) || to.is_some_and(str::is_empty) {
        return Err(
            "a transition is one or more states, and perhaps `->` and another: open,held->closed".to_owned()
        );
    }
    Ok(match to {
        Some(to) => Effect::Moves { from, to: to.to_owned() },
        None => Effect::Keeps { from },
    })
}

fn share(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(share) if (0.0..=1.0).contains(&share) => Ok(share),
        _ => Err("a share is a number from 0 to 1".to_owned()),
    }
}

/// A span of time: a whole number and its unit.
fn milliseconds(text: &str) -> Result<u64, String> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let factor = match unit {
        "ms" => 1,
        "s" => 1000,
        "min" => 60_000,
        "h" => 3_600_000,
        _ => return Err("a span of time is a whole number and ms, s, min or h, such as 5min".to_owned()),
    };
    number
        .parse::<u64>()
        .ok()
        .and_then(|number| number.checked_mul(factor))
        .ok_or_else(|| "the number is too large".to_owned())
}
