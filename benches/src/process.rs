//! Measures whole processes, from start to exit: on a file, on one event, and what memory they take.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use serde_json::Value;
use tidings::Catalog;

use crate::bundle;
use crate::data::{self, MESSAGING, Scale, Set};
use crate::measure::Times;
use crate::peers::Tools;

/// What was measured of whole processes.
#[derive(Debug)]
pub(crate) struct Processes {
    pub(crate) bytes: u64,
    pub(crate) events: u64,
    /// `tidings validate` as it is called, which uses all cores.
    pub(crate) tidings: Times,
    pub(crate) tidings_1: Times,
    pub(crate) wc: Times,
    pub(crate) sourcemeta: Times,
    pub(crate) sourcemeta_version: String,
    /// Until a process that does nothing is over.
    pub(crate) nothing: Times,
    /// Until `tidings validate` has said what it thinks of one event.
    pub(crate) start: Times,
    /// How large the large file is.
    pub(crate) large: u64,
    pub(crate) memory: Memory,
}

/// What memory a process took at most.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Memory {
    /// Its own, in bytes: what isn't backed by a file.
    pub(crate) own: u64,
    /// All that was resident, mapped files too.
    pub(crate) resident: u64,
    pub(crate) seconds: f64,
}

/// Measures all of it.
pub(crate) fn compare(
    tools: &Tools,
    set: &Set,
    root: &Path,
    work: &Path,
    scale: &Scale,
) -> anyhow::Result<Processes> {
    if !tools.sourcemeta.exists() {
        bail!("{} is missing; npm's package for this machine holds it", tools.sourcemeta.display());
    }
    let schema = work.join("all.schema.json");
    fs::write(&schema, bundle::single(&Catalog::load(&set.catalog)?)?.to_string())?;
    let canary = data::canary(tools, root, work, set.name)?;
    let (file, times) = enlarge(set, &work.join("processes.jsonl"), scale.file)?;
    let events = set.events * times;

    let tidings = |file: &Path| validate(tools, &set.catalog, file);
    let tidings_1 = |file: &Path| {
        let mut command = validate(tools, &set.catalog, file)?;
        command.args(["--threads", "1"]);
        Ok(command)
    };
    let wc = |file: &Path| {
        let mut command = Command::new("wc");
        command.arg("-l").arg(file);
        Ok(command)
    };
    let sourcemeta = |file: &Path| {
        let mut command = Command::new(&tools.sourcemeta);
        command.arg("validate").arg(&schema).arg(file).args(["--fast", "--format-assertion", "--continue"]);
        Ok(command)
    };
    // What validates nothing is no peer: on a file with faults, each must find as many as there are.
    for (output, parse) in [
        (output(&mut tidings(&canary.file)?)?, said_by_tidings as Parse),
        (output(&mut tidings_1(&canary.file)?)?, said_by_tidings),
        (output(&mut sourcemeta(&canary.file)?)?, said_by_sourcemeta),
    ] {
        hold(&output, parse, (canary.events, Some(canary.valid)))?;
    }

    let all: [(Call<'_>, Parse, Option<u64>); 4] = [
        (&tidings, said_by_tidings, Some(events)),
        (&tidings_1, said_by_tidings, Some(events)),
        (&wc, said_by_wc, None),
        (&sourcemeta, said_by_sourcemeta, Some(events)),
    ];
    let mut seconds = [const { Vec::new() }; 4];
    for run in 0..scale.runs {
        for turn in 0..all.len() {
            let which = (run + turn) % all.len();
            let (command, parse, valid) = &all[which];
            let output = output(&mut command(&file)?)?;
            hold(&output, *parse, (events, *valid))?;
            seconds[which].push(output.seconds);
        }
    }
    let [tidings, tidings_1, wc, sourcemeta] = seconds.map(Times::new);
    let (nothing, start) = starts(tools, root, work, set, scale.starts)?;
    let bytes = fs::metadata(&file)?.len();
    fs::remove_file(&file)?;
    let (large, times) = enlarge(set, &work.join("large.jsonl"), scale.large)?;
    let memory = memory(&mut validate(tools, &set.catalog, &large)?, set.events * times)?;
    let size = fs::metadata(&large)?.len();
    fs::remove_file(&large)?;
    Ok(Processes {
        bytes,
        events,
        tidings: tidings?,
        tidings_1: tidings_1?,
        wc: wc?,
        sourcemeta: sourcemeta?,
        sourcemeta_version: output(Command::new(&tools.sourcemeta).arg("version"))?.text.trim().to_owned(),
        nothing,
        start,
        large: size,
        memory,
    })
}

fn validate(tools: &Tools, catalog: &Path, file: &Path) -> anyhow::Result<Command> {
    let mut command = tools.tidings(catalog, "validate")?;
    command.args(["--format", "json"]).arg(file);
    Ok(command)
}

/// A process that is over.
struct Output {
    shown: String,
    seconds: f64,
    /// All that it said.
    text: String,
}

fn output(command: &mut Command) -> anyhow::Result<Output> {
    let shown = format!("{command:?}");
    let started = Instant::now();
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("{shown} can't be run"))?;
    let seconds = started.elapsed().as_secs_f64();
    let text = [output.stdout, output.stderr].concat();
    Ok(Output { shown, seconds, text: String::from_utf8_lossy(&text).into_owned() })
}

/// How something is called on a file.
type Call<'c> = &'c dyn Fn(&Path) -> anyhow::Result<Command>;

/// How many events a process said there are, and how many valid ones, if it says that.
type Parse = fn(&str) -> Option<(u64, Option<u64>)>;

fn said_by_tidings(text: &str) -> Option<(u64, Option<u64>)> {
    let line: Value =
        serde_json::from_str(text.lines().rfind(|line| line.starts_with(r#"{"summary""#))?).ok()?;
    Some((line["summary"]["events"].as_u64()?, Some(line["summary"]["valid"].as_u64()?)))
}

fn said_by_wc(text: &str) -> Option<(u64, Option<u64>)> {
    Some((text.split_whitespace().next()?.parse().ok()?, None))
}

/// `20000 validated, 19579 passed, 421 failed`
fn said_by_sourcemeta(text: &str) -> Option<(u64, Option<u64>)> {
    let line = text.lines().rfind(|line| line.contains(" validated, "))?;
    let mut parts = line.split(", ");
    let mut number = |what: &str| parts.next()?.trim().strip_suffix(what)?.trim().parse().ok();
    Some((number("validated")?, Some(number("passed")?)))
}

fn hold(output: &Output, parse: Parse, right: (u64, Option<u64>)) -> anyhow::Result<()> {
    let said = parse(&output.text);
    if said != Some(right) {
        let end: String = output.text.lines().rev().take(5).collect::<Vec<_>>().join("\n");
        bail!("{}: it counted {said:?} events, valid ones; right are {right:?}\n{end}", output.shown);
    }
    Ok(())
}

/// How long it takes to start and exit: a process that does nothing, and `tidings validate` on one event.
fn starts(
    tools: &Tools,
    root: &Path,
    work: &Path,
    set: &Set,
    count: usize,
) -> anyhow::Result<(Times, Times)> {
    let one = work.join("one.jsonl");
    let text = fs::read(&set.file)?;
    let event = text.split_inclusive(|byte| *byte == b'\n').next().context("there is no event")?;
    fs::write(&one, event)?;
    let (mut nothing, mut start) = (Vec::new(), Vec::new());
    for _ in 0..count {
        nothing.push(output(&mut Command::new("true"))?.seconds);
        let output = output(&mut validate(tools, &root.join(MESSAGING), &one)?)?;
        hold(&output, said_by_tidings, (1, Some(1)))?;
        start.push(output.seconds);
    }
    Ok((Times::new(nothing)?, Times::new(start)?))
}

/// A file of at least so many bytes: the same events again and again, so many times. It is in the page cache then.
fn enlarge(set: &Set, file: &Path, bytes: u64) -> anyhow::Result<(PathBuf, u64)> {
    let mut large = File::create(file).with_context(|| file.display().to_string())?;
    let times = bytes.div_ceil(set.bytes);
    for _ in 0..times {
        io::copy(&mut File::open(&set.file)?, &mut large)?;
    }
    large.flush()?;
    Ok((file.to_owned(), times))
}

/// Runs `tidings validate`, and looks at its memory every now and then. What this shows is only what it had when somebody
/// looked, but validation takes long and its memory grows once.
fn memory(command: &mut Command, events: u64) -> anyhow::Result<Memory> {
    let started = Instant::now();
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let status = format!("/proc/{}/status", child.id());
    let mut most = Memory::default();
    let mut looks = 0;
    while child.try_wait()?.is_none() {
        let text = fs::read_to_string(&status).unwrap_or_default();
        if let (Some(anonymous), Some(shared)) = (field(&text, "RssAnon:"), field(&text, "RssShmem:")) {
            most.own = most.own.max(anonymous + shared);
            looks += 1;
        }
        most.resident = most.resident.max(field(&text, "VmHWM:").unwrap_or_default());
        std::thread::sleep(Duration::from_millis(2));
    }
    most.seconds = started.elapsed().as_secs_f64();
    // It says little, since all events are valid, so nobody has to read its pipes before it is over.
    let said = child.wait_with_output()?;
    let text = String::from_utf8_lossy(&[said.stdout, said.stderr].concat()).into_owned();
    let output = Output { shown: format!("{command:?}"), seconds: most.seconds, text };
    hold(&output, said_by_tidings, (events, Some(events)))?;
    ensure!(looks >= 10, "{status} could be read only {looks} times; the benchmark needs Linux");
    Ok(most)
}

/// A field of `/proc/PID/status`, in bytes.
fn field(status: &str, name: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_processes_say_is_understood() {
        let tidings = "note: x\n{\"rule\":\"a\"}\n{\"summary\":{\"events\":3,\"valid\":2,\"invalid\":1}}\n";
        assert_eq!(said_by_tidings(tidings), Some((3, Some(2))));
        assert_eq!(said_by_wc("  42 /x/y.jsonl\n"), Some((42, None)));
        let sourcemeta = "fail: x\n20000 validated, 19579 passed, 421 failed\n";
        assert_eq!(said_by_sourcemeta(sourcemeta), Some((20_000, Some(19_579))));
        assert_eq!(said_by_sourcemeta("error: no such file"), None);
    }

    #[test]
    fn the_status_of_a_process_tells_its_memory() {
        assert_eq!(field("VmHWM:\t   10 kB\nRssAnon:\t     4 kB\n", "RssAnon:"), Some(4096));
        assert_eq!(field("VmHWM:\t   10 kB\n", "RssAnon:"), None);
    }
}
