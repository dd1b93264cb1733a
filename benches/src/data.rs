//! The events that all are measured on, made by `tidings sample`, and how many of them are valid by the sampler's word.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};
use serde_json::Value;
use tidings::Catalog;

use crate::bundle;
use crate::peers::Tools;

/// The catalogs, by their folders.
pub(crate) const MESSAGING: &str = "specs/004-create-domain-events/contracts/events";
const WALLET: &str = "tests/catalogs/wallet";

/// What is wrong with 1 % of the events: what every validator of schemas has to find, since all are held to the same
/// number. (What only Tidings finds is left out.)
const FAULTS: &[(&str, f64)] = &[
    ("envelope/unknown-event", 0.001),
    ("json/syntax", 0.0005),
    ("schema/const", 0.001),
    ("schema/enum", 0.001),
    ("schema/format", 0.001),
    ("schema/max-length", 0.0005),
    ("schema/min-items", 0.0005),
    ("schema/min-length", 0.0005),
    ("schema/minimum", 0.0005),
    ("schema/pattern", 0.0015),
    ("schema/required", 0.001),
    ("schema/type", 0.0005),
    ("schema/unique-items", 0.0005),
];

/// The rule that parsers enforce too.
const SYNTAX: &str = "json/syntax";

/// How much is measured.
#[derive(Debug)]
pub(crate) struct Scale {
    pub(crate) events: u64,
    /// How often each is run.
    pub(crate) runs: usize,
    /// How often the command is started on one event.
    pub(crate) starts: usize,
    /// How large the file is whose reading must not take memory.
    pub(crate) large: u64,
}

impl Scale {
    pub(crate) const FULL: Self = Self { events: 600_000, runs: 7, starts: 50, large: 2_000_000_000 };
    pub(crate) const QUICK: Self = Self { events: 50_000, runs: 3, starts: 10, large: 100_000_000 };
}

/// Which set it is; the goals compare them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Name {
    Ordered,
    Shuffled,
    Spaced,
    Faulty,
    Wallet,
}

impl Name {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Ordered => "ordered",
            Self::Shuffled => "shuffled",
            Self::Spaced => "spaced",
            Self::Faulty => "faulty",
            Self::Wallet => "wallet",
        }
    }

    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Ordered => "messaging, keys in order",
            Self::Shuffled => "messaging, keys in any order",
            Self::Spaced => "messaging, with Python's spaces",
            Self::Faulty => "messaging, 1 % faulty (Tidings writes the findings)",
            Self::Wallet => "the second catalog, wallet",
        }
    }
}

/// Events of one kind.
#[derive(Debug)]
pub(crate) struct Set {
    pub(crate) name: Name,
    /// The catalog's folder.
    pub(crate) catalog: PathBuf,
    /// The catalog as other validators use it.
    pub(crate) bundle: PathBuf,
    /// One event a line.
    pub(crate) file: PathBuf,
    pub(crate) bytes: u64,
    pub(crate) events: u64,
    pub(crate) valid: u64,
    /// How many are JSON at all.
    pub(crate) well_formed: u64,
}

/// Makes all sets.
pub(crate) fn make(tools: &Tools, root: &Path, work: &Path, scale: &Scale) -> anyhow::Result<Vec<Set>> {
    let names = [Name::Ordered, Name::Shuffled, Name::Spaced, Name::Faulty, Name::Wallet];
    names.into_iter().map(|name| make_one(tools, root, work, scale.events, name)).collect()
}

fn make_one(tools: &Tools, root: &Path, work: &Path, events: u64, name: Name) -> anyhow::Result<Set> {
    let folder = root.join(if name == Name::Wallet { WALLET } else { MESSAGING });
    let catalog = Catalog::load(&folder)?;
    let bundle = work.join(format!("{}.bundle.json", catalog.name));
    fs::write(&bundle, bundle::of(&catalog)?.to_string())?;
    let file = work.join(format!("{}.jsonl", name.as_str()));
    let broken = match name {
        Name::Spaced => {
            space(&work.join(format!("{}.jsonl", Name::Ordered.as_str())), &file)?;
            Broken::default()
        }
        Name::Faulty => sample(tools, &folder, &file, events, &[], FAULTS)?,
        Name::Shuffled => sample(tools, &folder, &file, events, &["--shuffle-keys"], &[])?,
        Name::Ordered | Name::Wallet => sample(tools, &folder, &file, events, &[], &[])?,
    };
    let share = broken.lines.len() as f64 / events as f64;
    ensure!(
        name != Name::Faulty || (0.008..0.012).contains(&share),
        "{share} of the events are faulty, not 1 %"
    );
    Ok(Set {
        name,
        bytes: fs::metadata(&file)?.len(),
        catalog: folder,
        bundle,
        file,
        events,
        valid: events - broken.lines.len() as u64,
        well_formed: events - broken.syntax.len() as u64,
    })
}

/// A small set without broken JSON, at which some validators stop: `(file, events, valid)`.
pub(crate) fn canary(tools: &Tools, root: &Path, work: &Path) -> anyhow::Result<(PathBuf, u64, u64)> {
    let file = work.join("canary.jsonl");
    let faults: Vec<_> = FAULTS.iter().filter(|(rule, _)| *rule != SYNTAX).copied().collect();
    let events = 20_000;
    let broken = sample(tools, &root.join(MESSAGING), &file, events, &[], &faults)?;
    ensure!(!broken.lines.is_empty(), "the canary has no faults");
    Ok((file, events, events - broken.lines.len() as u64))
}

/// Which lines of a stream are wrong, from 1.
#[derive(Debug, Default, PartialEq)]
struct Broken {
    lines: BTreeSet<u64>,
    syntax: BTreeSet<u64>,
}

fn sample(
    tools: &Tools,
    catalog: &Path,
    file: &Path,
    events: u64,
    options: &[&str],
    faults: &[(&str, f64)],
) -> anyhow::Result<Broken> {
    let mut command = tools.tidings(catalog, "sample");
    command.args(["--events", &events.to_string(), "--seed", "1"]).args(options).stdout(File::create(file)?);
    let truth = file.with_extension("truth");
    if !faults.is_empty() {
        let faults: Vec<String> = faults.iter().map(|(rule, share)| format!("{rule}={share}")).collect();
        command.arg("--faults").arg(faults.join(",")).arg("--truth").arg(&truth);
    }
    let status = command.status().context("`tidings sample`")?;
    if !status.success() {
        bail!("{command:?} failed: {status}");
    }
    if faults.is_empty() { Ok(Broken::default()) } else { broken(&fs::read_to_string(&truth)?) }
}

/// What the sampler's truth says of single events. (What it says of the stream as a whole is the audit's.)
fn broken(truth: &str) -> anyhow::Result<Broken> {
    let mut broken = Broken::default();
    for told in truth.lines() {
        let told: Value = serde_json::from_str(told)?;
        let (Some(line), Some(rule)) = (told["line"].as_u64(), told["rule"].as_str()) else {
            bail!("the sampler's truth has another form: {told}")
        };
        if ["json/", "schema/", "envelope/"].iter().any(|group| rule.starts_with(group)) {
            broken.lines.insert(line);
        }
        if rule == SYNTAX {
            broken.syntax.insert(line);
        }
    }
    Ok(broken)
}

/// Writes events as Python's `json.dumps` separates them.
fn space(compact: &Path, spaced: &Path) -> anyhow::Result<()> {
    let mut input = BufReader::new(File::open(compact)?);
    let mut output = BufWriter::new(File::create(spaced)?);
    let (mut line, mut out) = (Vec::new(), Vec::new());
    while input.read_until(b'\n', &mut line)? > 0 {
        out.clear();
        space_line(&line, &mut out);
        output.write_all(&out)?;
        line.clear();
    }
    Ok(output.flush()?)
}

fn space_line(line: &[u8], out: &mut Vec<u8>) {
    let (mut in_string, mut is_escaped) = (false, false);
    for &byte in line {
        out.push(byte);
        if in_string {
            in_string = is_escaped || byte != b'"';
            is_escaped = !is_escaped && byte == b'\\';
        } else if byte == b'"' {
            in_string = true;
        } else if matches!(byte, b',' | b':') {
            out.push(b' ');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaces_follow_commas_and_colons_but_not_inside_strings() {
        let mut out = Vec::new();
        space_line(br#"{"a:,":[1,"\",:\\",{"b":null}]}"#, &mut out);
        assert_eq!(String::from_utf8(out).unwrap(), r#"{"a:,": [1, "\",:\\", {"b": null}]}"#);
    }

    #[test]
    fn the_truth_counts_each_line_once_and_leaves_the_stream_to_the_audit() {
        let truth = r#"{"line":3,"rule":"schema/pattern","pointer":"/a"}
{"line":3,"rule":"schema/format","pointer":"/a"}
{"line":5,"rule":"json/syntax","pointer":null}
{"line":9,"rule":"reference/missing","pointer":"/b"}"#;
        assert_eq!(
            broken(truth).unwrap(),
            Broken { lines: BTreeSet::from([3, 5]), syntax: BTreeSet::from([5]) }
        );
        assert!(broken(r#"{"rule":"json/syntax"}"#).is_err());
    }
}
