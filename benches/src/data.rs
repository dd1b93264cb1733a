//! The events that all are measured on, made by `tidings sample`, and how many of them are valid by the sampler's word.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};
use serde_json::Value;
use tidings::Catalog;

use crate::peers::Tools;
use crate::{bundle, cache};

/// The catalogs, by their folders.
pub(crate) const MESSAGING: &str = "specs/004-create-domain-events/contracts/events";
const WALLET: &str = "tests/catalogs/wallet";
const PARCEL: &str = "tests/catalogs/parcel";

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
    /// How large the file is that whole processes read, at least.
    pub(crate) file: u64,
    /// How large the file is whose reading must not take memory.
    pub(crate) large: u64,
}

impl Scale {
    pub(crate) const FULL: Self =
        Self { events: 600_000, runs: 7, starts: 50, file: 200_000_000, large: 2_000_000_000 };
    pub(crate) const QUICK: Self = Self { events: 50_000, ..Self::FULL };
}

/// Which set it is; the goals compare them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Name {
    Ordered,
    Shuffled,
    Spaced,
    Faulty,
    Wallet,
    Parcel,
    /// Few events that are often wrong: what each has to find before it is measured.
    Canary,
}

impl Name {
    /// Those that are measured.
    pub(crate) const ALL: [Self; 6] =
        [Self::Ordered, Self::Shuffled, Self::Spaced, Self::Faulty, Self::Wallet, Self::Parcel];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Ordered => "ordered",
            Self::Shuffled => "shuffled",
            Self::Spaced => "spaced",
            Self::Faulty => "faulty",
            Self::Wallet => "wallet",
            Self::Parcel => "parcel",
            Self::Canary => "canary",
        }
    }

    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Ordered => "messaging, keys in order",
            Self::Shuffled => "messaging, keys in any order",
            Self::Spaced => "messaging, with Python's spaces",
            Self::Faulty => "messaging, 1 % faulty (Tidings writes the findings)",
            Self::Wallet => "the second catalog, wallet",
            Self::Parcel => "the third catalog, parcel",
            Self::Canary => "a canary",
        }
    }

    /// The folder of its catalog.
    fn catalog(self) -> &'static str {
        match self {
            Self::Wallet => WALLET,
            Self::Parcel => PARCEL,
            _ => MESSAGING,
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

/// Makes a set, unless it is there already.
pub(crate) fn make(tools: &Tools, root: &Path, work: &Path, events: u64, name: Name) -> anyhow::Result<Set> {
    let file = work.join(format!("{}.jsonl", name.as_str()));
    let (folder, bundle) = catalog(root, work, name)?;
    let faults = if name == Name::Faulty { FAULTS } else { &[] };
    let options: &[&str] = if name == Name::Shuffled { &["--shuffle-keys"] } else { &[] };
    let broken =
        cache::unless_there(root, &file, &folder, &format!("{events} {options:?} {faults:?}"), || {
            if name == Name::Spaced {
                let compact = make(tools, root, work, events, Name::Ordered)?;
                space(&compact.file, &file)?;
                return Ok(Broken::default());
            }
            sample(tools, &folder, &file, events, options, faults)
        })?;
    let share = broken.lines as f64 / events as f64;
    ensure!(
        name != Name::Faulty || (0.008..0.012).contains(&share),
        "{share} of the events are faulty, not 1 %"
    );
    set(name, folder, bundle, file, events, broken)
}

/// A small set of the same catalog in which much is wrong.
pub(crate) fn canary(tools: &Tools, root: &Path, work: &Path, name: Name) -> anyhow::Result<Set> {
    let (folder, bundle) = catalog(root, work, name)?;
    let file = bundle.with_extension("canary.jsonl");
    // Some validators stop at an event that isn't JSON.
    let faults: Vec<_> = FAULTS
        .iter()
        .filter(|(rule, _)| *rule != SYNTAX)
        .map(|(rule, share)| (*rule, share * 10.0))
        .collect();
    let broken = cache::unless_there(root, &file, &folder, &format!("{CANARY} {faults:?}"), || {
        sample(tools, &folder, &file, CANARY, &[], &faults)
    })?;
    ensure!(broken.lines > CANARY / 50, "only {} of the canary's events are wrong", broken.lines);
    set(Name::Canary, folder, bundle, file, CANARY, broken)
}

/// How many events a canary has.
const CANARY: u64 = 10_000;

fn set(
    name: Name,
    catalog: PathBuf,
    bundle: PathBuf,
    file: PathBuf,
    events: u64,
    broken: Broken,
) -> anyhow::Result<Set> {
    Ok(Set {
        name,
        bytes: fs::metadata(&file)?.len(),
        catalog,
        bundle,
        file,
        events,
        valid: events - broken.lines,
        well_formed: events - broken.syntax,
    })
}

/// The folder of a set's catalog, and where the catalog is written for other validators.
fn catalog(root: &Path, work: &Path, name: Name) -> anyhow::Result<(PathBuf, PathBuf)> {
    let folder = root.join(name.catalog());
    let catalog = Catalog::load(&folder)?;
    let bundle = work.join(format!("{}.bundle.json", catalog.name));
    fs::write(&bundle, bundle::of(&catalog)?.to_string())?;
    Ok((folder, bundle))
}

/// How many lines of a stream are wrong, and how many of those aren't even JSON.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Broken {
    pub(crate) lines: u64,
    pub(crate) syntax: u64,
}

fn sample(
    tools: &Tools,
    catalog: &Path,
    file: &Path,
    events: u64,
    options: &[&str],
    faults: &[(&str, f64)],
) -> anyhow::Result<Broken> {
    let mut command = tools.tidings(catalog, "sample")?;
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
    let (mut lines, mut syntax) = (BTreeSet::new(), BTreeSet::new());
    for told in truth.lines() {
        let told: Value = serde_json::from_str(told)?;
        let (Some(line), Some(rule)) = (told["line"].as_u64(), told["rule"].as_str()) else {
            bail!("the sampler's truth has another form: {told}")
        };
        if ["json/", "schema/", "envelope/"].iter().any(|group| rule.starts_with(group)) {
            lines.insert(line);
        }
        if rule == SYNTAX {
            syntax.insert(line);
        }
    }
    Ok(Broken { lines: lines.len() as u64, syntax: syntax.len() as u64 })
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
        assert_eq!(broken(truth).unwrap(), Broken { lines: 2, syntax: 1 });
        assert!(broken(r#"{"rule":"json/syntax"}"#).is_err());
    }
}
