//! `cargo xtask test`: every test there is, step by step. A step that can't run fails; none is skipped.

use std::fs;
use std::time::Instant;

use anyhow::{Context, bail};

use crate::generate::CATALOGS;
use crate::run::{cargo, command, root, succeed, target};
use crate::tools::{self, node, python, tidings, venv};
use crate::{generate, quickstart};

/// How many sampled events each catalog's schemas are compared on with the other validators.
const COMPARED: &str = "6000";

/// How many random pairs of schemas are made for each keyword, whose witnesses the other validators must confirm.
const PAIRS: &str = "60";

type Step = (&'static str, fn() -> anyhow::Result<()>);

const STEPS: [Step; 19] = [
    ("generated files", || generate::run(true)),
    ("format", || cargo(&["fmt", "--all", "--check"])),
    ("clippy", || cargo(&["clippy", "--workspace", "--all-targets", "--quiet", "--", "--deny", "warnings"])),
    ("rust tests", || cargo(&["test", "--workspace", "--quiet"])),
    ("rust documentation", rust_documentation),
    ("release build", || cargo(&["build", "--release", "--quiet"])),
    ("tools", tools::set_up),
    ("catalogs", catalogs),
    ("agent context", agent_context),
    ("markdown", markdown),
    ("oracles' own tests", oracles),
    ("oracles", compare),
    ("official suite", suite),
    ("random pairs", random_pairs),
    ("published schemas", published),
    ("reference audit", reference_audit),
    ("sarif", sarif),
    ("integrations", integrations),
    ("quickstart", quickstart::run),
];

/// Runs the steps, all of them or those whose names contain `only`, and says at the end what passed.
pub(crate) fn run(only: Option<&str>) -> anyhow::Result<()> {
    let (mut passed, mut failed) = (0, Vec::new());
    for (name, step) in STEPS.iter().filter(|(name, _)| only.is_none_or(|only| name.contains(only))) {
        println!("--- {name}");
        let started = Instant::now();
        let outcome = step();
        let seconds = started.elapsed().as_secs_f64();
        match outcome {
            Ok(()) => {
                println!("--- {name}: passed in {seconds:.1} s");
                passed += 1;
            }
            Err(error) => {
                println!("--- {name}: FAILED in {seconds:.1} s: {error:#}");
                failed.push(*name);
            }
        }
    }
    println!("{passed} passed, {} failed", failed.len());
    match (passed, failed.as_slice()) {
        (0, []) => bail!("there is no such step"),
        (_, []) => Ok(()),
        (_, failed) => bail!("failed: {}", failed.join(", ")),
    }
}

fn rust_documentation() -> anyhow::Result<()> {
    let mut doc = command("cargo", &["doc", "--workspace", "--no-deps", "--quiet"]);
    succeed(doc.env("RUSTDOCFLAGS", "--deny warnings"))
}

/// What a user sees: each catalog lints clean, and its examples are valid.
fn catalogs() -> anyhow::Result<()> {
    let binary = tidings()?;
    for folder in CATALOGS {
        succeed(&mut command(&binary, &["lint", "--deny-warnings", "--catalog", folder]))?;
        let examples = format!("{folder}/examples");
        succeed(&mut command(&binary, &["validate", "--deny-warnings", "--catalog", folder, &examples]))?;
    }
    Ok(())
}

fn agent_context() -> anyhow::Result<()> {
    let scripts = ".specify/scripts/bash";
    succeed(&mut command("bash", &[&format!("{scripts}/test-update-agent-context.sh")]))?;
    succeed(&mut command("bash", &[&format!("{scripts}/update-agent-context.sh"), "--check", "copilot"]))
}

fn markdown() -> anyhow::Result<()> {
    succeed(&mut command(node("markdownlint-cli2"), &["**/*.md"]))?;
    let files =
        command("git", &["ls-files", "--cached", "--others", "--exclude-standard", "*.md"]).output()?;
    let files = String::from_utf8(files.stdout)?;
    let files: Vec<&str> = files.lines().collect();
    if files.is_empty() {
        bail!("git lists no Markdown");
    }
    let args = ["--offline", "--include-fragments", "--no-progress", "--hidden"];
    succeed(command(venv("lychee"), &args).args(files))
}

fn oracles() -> anyhow::Result<()> {
    let mut tests = command(python(), &["-m", "unittest", "discover", "--start-directory", "tests/oracles"]);
    succeed(tests.env("TIDINGS_BIN", tidings()?))
}

fn compare() -> anyhow::Result<()> {
    let binary = tidings()?.display().to_string();
    for folder in CATALOGS {
        let mut check =
            command(python(), &["tests/oracles/check.py", "--tidings", &binary, "--catalog", folder]);
        succeed(check.args(["--events", COMPARED, "--seed", "1"])).with_context(|| folder.to_owned())?;
    }
    Ok(())
}

/// The audit and an independent one in Python agree on random streams.
fn reference_audit() -> anyhow::Result<()> {
    let folder = "tests/reference_audit";
    let mut tests = command(python(), &["-m", "unittest", "discover", "--start-directory", folder]);
    succeed(tests.env("TIDINGS_BIN", tidings()?))?;
    let binary = tidings()?.display().to_string();
    for catalog in CATALOGS {
        let program = format!("{folder}/compare.py");
        let mut compare = command(python(), &[&program, "--tidings", &binary, "--catalog", catalog]);
        succeed(compare.args(["--streams", "100", "--seed", "1"])).with_context(|| catalog.to_owned())?;
    }
    Ok(())
}

fn sarif() -> anyhow::Result<()> {
    let binary = tidings()?.display().to_string();
    for folder in CATALOGS {
        let near_misses = format!("{folder}/near-misses");
        let mut check =
            command(python(), &["tests/oracles/sarif.py", "--tidings", &binary, "--catalog", folder]);
        succeed(check.arg(&near_misses)).with_context(|| folder.to_owned())?;
    }
    Ok(())
}

/// The hooks, the action and the snippets that other people's builds use.
fn integrations() -> anyhow::Result<()> {
    let folder = "tests/integrations";
    let mut tests = command(python(), &["-m", "unittest", "discover", "--start-directory", folder]);
    succeed(tests.env("TIDINGS_BIN", tidings()?))
}

fn suite() -> anyhow::Result<()> {
    let binary = tidings()?.display().to_string();
    let cache = root().join("target/tools/suite");
    fs::create_dir_all(&cache)?;
    let cache = cache.display().to_string();
    let script = "tests/oracles/suite.py";
    succeed(&mut command(python(), &[script, "--all-ways", "--tidings", &binary, "--cache", &cache]))
}

/// What the prover shows of random pairs of schemas, held to the other validators.
fn random_pairs() -> anyhow::Result<()> {
    let witnesses = root().join("target/tools/random_pairs.ndjson");
    // Of all packages, since their features are those of the Rust tests together; so nothing is compiled again.
    let name = "random::no_value_contradicts_what_is_said_of_random_pairs";
    let mut pairs =
        command("cargo", &["test", "--workspace", "--quiet", "--test", "it", "--", "--exact", name]);
    succeed(pairs.env("TIDINGS_WITNESSES", &witnesses).env("TIDINGS_PAIRS", PAIRS))?;
    succeed(command(python(), &["tests/oracles/random_pairs.py"]).arg(&witnesses))
}

/// The same of real changes to schemas that others publish, by what the Rust tests have built.
fn published() -> anyhow::Result<()> {
    let (program, cache) = (target().join("debug/examples/compare"), root().join("target/tools/published"));
    cargo(&["build", "--workspace", "--quiet", "--example", "compare"])?;
    let mut published = command(python(), &["tests/oracles/published.py", "--few", "--compare"]);
    succeed(published.arg(program).arg("--cache").arg(cache))
}
