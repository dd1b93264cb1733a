//! The steps of `cargo xtask soak`, and what each runs.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail, ensure};

use super::{Budget, Ran, cargo_fuzz, seeds};
use crate::generate::CATALOGS;
use crate::run::{cargo, command, root, target};
use crate::tools::{self, python, tidings};

/// Something that takes long.
#[derive(Clone, Copy)]
pub(super) struct Step {
    pub(super) name: &'static str,
    /// What it holds to what, in a few words.
    pub(super) what: &'static str,
    pub(super) run: fn(Budget) -> anyhow::Result<Ran>,
}

pub(super) const STEPS: [Step; 10] = [
    Step {
        name: "pairs",
        what: "the prover's word on random pairs of schemas, tried with values",
        run: pairs,
    },
    Step { name: "truth", what: "what the audit finds in sampled streams is what was planted", run: truth },
    Step {
        name: "oracles",
        what: "verdicts on mutated events are those of two other validators",
        run: oracles,
    },
    Step { name: "reference", what: "the audit and one in Python agree on random streams", run: reference },
    Step { name: "schemas", what: "the engine's law on random catalogs", run: schemas },
    Step { name: "changed", what: "the engine's law on changed events of the three catalogs", run: changed },
    Step { name: "address", what: "the engine's tests under AddressSanitizer", run: address },
    Step { name: "neon", what: "the engine's law on 64-bit ARM, under an emulator", run: neon },
    Step { name: "fuzz", what: "the engine's law, hunted by libFuzzer", run: fuzz },
    Step { name: "corpus", what: "what the fuzzer has kept, under AddressSanitizer", run: corpus_watched },
];

/// 10,240 pairs, with 10,000 values for each that is said to be compatible.
fn pairs(budget: Budget) -> anyhow::Result<Ran> {
    // With fewer, some keyword might have no pair of each kind, which the test wants.
    let pairs = budget.of(320).max(25);
    let settings =
        [("TIDINGS_PAIRS", pairs), ("TIDINGS_VALUES", 10_000), ("TIDINGS_SEED", budget.seed * 100_000)];
    let name = "random::no_value_contradicts_what_is_said_of_random_pairs";
    let ran = test(&["--release", "--package", "tidings-inclusion"], name, &settings)?;
    // `3 of 10240 unproven`, perhaps behind what the test runner says.
    let count = ran.lines.iter().find_map(|line| line.strip_suffix(" unproven")?.rsplit_once(" of "));
    let (before, all) = count.context("the test told no counts")?;
    let undecided = before.rsplit(' ').next().unwrap_or_default();
    Ok(Ran { shown: vec![ran.shown], count: format!("{all} pairs, {undecided} of them undecided") })
}

/// Streams of 400 events with all faults, of each catalog.
fn truth(budget: Budget) -> anyhow::Result<Ran> {
    // With fewer, some rule might not be broken, which the test wants.
    let streams = budget.of(5_000).max(50);
    let settings = [("TIDINGS_STREAMS", streams), ("TIDINGS_SEED", budget.seed * 1_000_000)];
    let name = "truth::the_findings_of_a_stream_with_all_faults_are_the_truth";
    let ran = test(&["--release", "--package", "tidings"], name, &settings)?;
    let count = ran.lines.iter().find_map(|line| line.split_once("compared: "));
    let (_, count) = count.context("the test told no counts")?;
    Ok(Ran { shown: vec![ran.shown], count: count.to_owned() })
}

/// A million events or so; with ten times the budget, ten.
fn oracles(budget: Budget) -> anyhow::Result<Ran> {
    in_python("tests/oracles/check.py", &["--events", &budget.of(340_000).to_string()], budget, |line| {
        line.starts_with("all ").then(|| line.split_whitespace().nth(1).map(|all| format!("{all} events")))?
    })
}

fn reference(budget: Budget) -> anyhow::Result<Ran> {
    let streams = budget.of(10_000).to_string();
    in_python("tests/reference_audit/compare.py", &["--streams", &streams], budget, |line| {
        line.contains(" streams, ").then(|| line.to_owned())
    })
}

/// 100,000 random catalogs, with ten million events or so.
fn schemas(budget: Budget) -> anyhow::Result<Ran> {
    // With fewer, some keyword might not be met, which the test wants.
    let catalogs = budget.of(100_000).max(300);
    let settings = [("TIDINGS_CATALOGS", catalogs), ("TIDINGS_SEED", budget.seed)];
    let name = "random::whatever_is_proven_by_random_schemas_is_valid";
    let ran = test(&["--release", "--package", "tidings"], name, &settings)?;
    let count = ran.lines.iter().find_map(|line| line.contains(" events of ").then(|| line.clone()));
    Ok(Ran { shown: vec![ran.shown], count: count.context("the test told no counts")? })
}

/// 10,200,000 changed events.
fn changed(budget: Budget) -> anyhow::Result<Ran> {
    let settings = [("TIDINGS_CHANGED", budget.of(3_400_000).max(1000)), ("TIDINGS_SEED", budget.seed)];
    let name = "fast::what_is_proven_is_valid_however_events_are_changed";
    let ran = test(&["--release", "--package", "tidings"], name, &settings)?;
    let told = |line: &String| {
        let (before, _) = line.split_once(';').filter(|(before, _)| before.contains(" changed events, "))?;
        // The name of the first test stands before.
        Some(before.rsplit(" ... ").next().unwrap_or(before).to_owned())
    };
    let counts: Vec<String> = ran.lines.iter().filter_map(told).collect();
    ensure!(counts.len() == CATALOGS.len(), "the test told no counts");
    Ok(Ran { shown: vec![ran.shown], count: counts.join("; ") })
}

/// The tests of the engine (but for its documentation's, which are built otherwise) in a build in which each access to memory is watched. That this watches is seen first.
fn address(_: Budget) -> anyhow::Result<Ran> {
    sanitizer_watches()?;
    let target_dir = target().join("soak/address");
    let mut tests = sanitized(&["test", "--target", &host()?, "--package", "tidings-engine", "--tests"]);
    tests_of(tests.arg("--target-dir").arg(target_dir).args(["--", "--test-threads", "2"]))
}

/// The tests of the engine and those of its law as a 64-bit ARM processor runs them, with NEON and without. It needs a
/// compiler that has the target (`rustup target add`, or one that `RUSTC` names), a linker and an emulator. A whole budget
/// is what each test run has on this machine's own processor.
fn neon(budget: Budget) -> anyhow::Result<Ran> {
    const TARGET: &str = "aarch64-unknown-linux-gnu";
    const LINKER: &str = "aarch64-linux-gnu-gcc";
    let output = command(
        std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()),
        &["--print", "target-libdir", "--target", TARGET],
    )
    .output()
    .context("rustc can't be run")?;
    let library = PathBuf::from(String::from_utf8(output.stdout)?.trim());
    ensure!(
        library.is_dir(),
        "the compiler has no {TARGET}: `rustup target add {TARGET}`; docs/performance.md tells of another way"
    );
    for tool in [LINKER, "qemu-aarch64"] {
        let there = Command::new(tool).arg("--version").output();
        there.with_context(|| {
            format!("{tool} can't be run: Debian has it in gcc-aarch64-linux-gnu and qemu-user")
        })?;
    }
    let mut tests = command("cargo", &["test", "--target", TARGET, "--package", "tidings-engine"]);
    tests
        .args(["--package", "tidings", "--lib", "--test", "it", "--target-dir"])
        .arg(target().join("soak/neon"))
        // What the audit says is the same on any processor.
        .args(["--", "--skip", "truth::"]);
    tests.env("CC_aarch64_unknown_linux_gnu", LINKER);
    tests.env("CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER", LINKER);
    // The libraries of the target stand where Debian's cross compilers have them.
    tests.env("CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER", "qemu-aarch64 -L /usr/aarch64-linux-gnu");
    let settings =
        [("CHANGED", budget.of(67_000)), ("CATALOGS", budget.of(150)), ("SEED", budget.seed * 1_000)];
    tests.envs(settings.map(|(name, value)| (format!("TIDINGS_{name}"), value.to_string())));
    tests_of(&mut tests)
}

/// Runs tests of Rust's, and tells how many there were.
fn tests_of(tests: &mut Command) -> anyhow::Result<Ran> {
    let ran = listen(tests)?;
    let counts: Option<Vec<u64>> = ran
        .lines
        .iter()
        .filter_map(|line| line.strip_prefix("test result: ok. "))
        .map(|line| line.split_whitespace().next()?.parse().ok())
        .collect();
    let count: u64 = counts.unwrap_or_default().iter().sum();
    ensure!(count > 0, "no test ran");
    Ok(Ran { shown: vec![ran.shown], count: format!("{count} tests") })
}

/// 10⁸ inputs or eight hours by the clock, whichever comes first; what a run keeps, the next begins with, and the rows of the
/// log, which tell how long a processor worked, add up. Without a sanitizer, which makes it several times as slow, and in one process: to compile all engines
/// takes so long that one for each round (`-fork`) does nothing else. Who has more processors runs it with several seeds at
/// once; they share the corpus. Neither compares are traced nor features counted by how rare they are: both together take
/// more than half of the time, and what the corpus has by now needs tries more than aim. `SIGUSR1` ends the fuzzer early and in good order; one that is halted for longer than an
/// input may take fails.
fn fuzz(budget: Budget) -> anyhow::Result<Ran> {
    let dictionary = seeds::write(&corpus())?;
    let mut fuzz = fuzzer("none", "fuzz")?;
    fuzz.arg(format!("-runs={}", budget.of(100_000_000)));
    fuzz.arg(format!("-max_total_time={}", budget.of(8 * 60 * 60)));
    fuzz.arg(format!("-seed={}", budget.seed)).arg(format!("-dict={}", dictionary.display()));
    let ran =
        hunt(fuzz.args(["-max_len=4096", "-timeout=20", "-rss_limit_mb=4096", "-reload=60", "-entropic=0"]))?;
    let kept = seeds::keep(&corpus())?;
    Ok(Ran { count: format!("{}, {kept} in fuzz/kept.txt", ran.count), ..ran })
}

/// All that the fuzzer has kept so far, once, in a build in which each access to memory is watched.
fn corpus_watched(_: Budget) -> anyhow::Result<Ran> {
    seeds::write(&corpus())?;
    sanitizer_watches()?;
    hunt(fuzzer("address", "fuzz-address")?.arg("-runs=0"))
}

/// Runs the fuzzer, which tells at its end how many inputs it tried.
fn hunt(fuzz: &mut Command) -> anyhow::Result<Ran> {
    let before = seconds_of_children()?;
    let heard = listen(fuzz.arg("-print_final_stats=1"))
        .context("an input that fails is in fuzz/artifacts/law; keep it as a test")?;
    let seconds = seconds_of_children()?.saturating_sub(before);
    let count = heard.lines.iter().find_map(|line| line.strip_prefix("stat::number_of_executed_units:"));
    let count = count.context("libFuzzer told no number of inputs")?.trim();
    Ok(Ran { shown: vec![heard.shown], count: format!("{count} inputs in {seconds} s of a processor") })
}

/// How long the commands ran that have ended, by their processors' time.
fn seconds_of_children() -> anyhow::Result<u64> {
    let told = fs::read_to_string("/proc/self/stat").context("Linux tells how long a process ran")?;
    // The name of the program, in brackets, may have spaces. `cutime` and `cstime` are the 16th and 17th field, in hundredths
    // of a second (proc_pid_stat(5)).
    let fields = told.rsplit_once(')').map(|(_, fields)| fields.split_whitespace().skip(13).take(2));
    let hundredths: Option<Vec<u64>> = fields.and_then(|two| two.map(|one| one.parse().ok()).collect());
    Ok(hundredths.context("`/proc/self/stat` has another form")?.iter().sum::<u64>() / 100)
}

/// What the fuzzer keeps: inputs that reach what no others do.
fn corpus() -> PathBuf {
    root().join("fuzz/corpus/law")
}

/// The fuzz target in a build of its own, which is made here, on the corpus, ready for options of libFuzzer.
fn fuzzer(sanitizer: &str, folder: &str) -> anyhow::Result<Command> {
    let program = cargo_fuzz()?;
    let cargo_fuzz = |verb: &str| {
        let mut command = Command::new(&program);
        // cargo-fuzz asks for a nightly compiler, or for a stable one that is told to take its flags.
        command.current_dir(root().join("fuzz")).env("RUSTC_BOOTSTRAP", "1");
        command
            .args(["fuzz", verb, "--sanitizer", sanitizer, "--no-trace-compares", "--target-dir"])
            .arg(target().join(folder))
            .arg("law");
        command
    };
    listen(&mut cargo_fuzz("build"))?;
    let mut run = cargo_fuzz("run");
    run.arg(corpus()).arg("--");
    Ok(run)
}

/// Whether the sanitizer is there and tells of what it is there for.
fn sanitizer_watches() -> anyhow::Result<()> {
    let folder = target().join("soak/canary");
    fs::create_dir_all(&folder)?;
    let source = folder.join("canary.rs");
    let text = "fn main() { let one = vec![1u8].into_boxed_slice(); let two = std::hint::black_box(one.as_ptr()); \
                println!(\"{}\", unsafe { two.add(std::env::args().count()).read_volatile() }); }";
    fs::write(&source, text)?;
    let program = folder.join("canary");
    let mut build = Command::new("rustc");
    build.args(["--edition", "2024", "-Zsanitizer=address", "-o"]).arg(&program).arg(&source);
    crate::run::succeed(build.env("RUSTC_BOOTSTRAP", "1"))
        .context("AddressSanitizer is missing: this compiler has it on x86_64 and aarch64 Linux")?;
    let output = Command::new(&program).output()?;
    let told = String::from_utf8_lossy(&output.stderr).contains("AddressSanitizer");
    ensure!(told && !output.status.success(), "AddressSanitizer doesn't see a read past the end of a buffer");
    Ok(())
}

/// A cargo command whose build has `AddressSanitizer`. `RUSTC_BOOTSTRAP` lets a stable compiler take the flag.
fn sanitized(args: &[&str]) -> Command {
    let mut command = command("cargo", args);
    command.env("RUSTC_BOOTSTRAP", "1").env("RUSTFLAGS", "-Zsanitizer=address");
    command
}

/// What this machine is called. The sanitizer must not be in what runs while building, so the target is told.
fn host() -> anyhow::Result<String> {
    let output = Command::new("rustc").arg("-vV").output().context("rustc can't be run")?;
    let text = String::from_utf8(output.stdout)?;
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc tells no host")?.to_owned())
}

/// One test of Rust's, by its whole name, with settings in the environment.
fn test(args: &[&str], name: &str, settings: &[(&str, u64)]) -> anyhow::Result<Heard> {
    let mut test = command("cargo", &["test"]);
    test.args(args).args(["--test", "it", "--", "--exact", name, "--nocapture"]);
    for (key, value) in settings {
        test.env(key, value.to_string());
    }
    let mut heard = listen(&mut test)?;
    // A name that no test has would pass.
    ensure!(
        heard.lines.iter().any(|line| line.starts_with("test result: ok. 1 passed")),
        "there is no test `{name}`"
    );
    let settings: Vec<String> = settings.iter().map(|(key, value)| format!("{key}={value}")).collect();
    heard.shown = format!("{} {}", settings.join(" "), heard.shown);
    Ok(heard)
}

/// A comparison with something in Python, for each catalog.
fn in_python(
    script: &str,
    args: &[&str],
    budget: Budget,
    count: impl Fn(&str) -> Option<String>,
) -> anyhow::Result<Ran> {
    cargo(&["build", "--release", "--quiet"])?;
    tools::set_up()?;
    let (mut shown, mut counts) = (Vec::new(), Vec::new());
    for catalog in CATALOGS {
        let mut compare = command(python(), &[script, "--tidings"]);
        compare.arg(tidings()?).args(["--catalog", catalog]).args(args);
        let heard = listen(compare.args(["--seed", &budget.seed.to_string()]))?;
        let told = heard.lines.iter().find_map(|line| count(line));
        counts.push(told.with_context(|| format!("{script} told no counts"))?);
        shown.push(heard.shown);
    }
    Ok(Ran { shown, count: counts.join("; ") })
}

/// What a command said.
struct Heard {
    shown: String,
    lines: Vec<String>,
}

/// Runs a command, keeps what it says in `target/soak`, in a file of this process, and fails if it does.
fn listen(command: &mut Command) -> anyhow::Result<Heard> {
    let arguments = command.get_args().map(|argument| argument.to_string_lossy());
    let program = Path::new(command.get_program()).file_name().unwrap_or_default().to_string_lossy();
    let shown = std::iter::once(program).chain(arguments).collect::<Vec<_>>().join(" ");
    let shown = shown.replace(&format!("{}/", root().display()), "");
    println!("    {shown}");
    let folder = target().join("soak");
    fs::create_dir_all(&folder)?;
    let path = folder.join(format!("{}.log", std::process::id()));
    let mut log = File::create(&path)?;
    writeln!(log, "{shown}")?;
    let status = command
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log)
        .status()
        .with_context(|| format!("{shown} can't be run"))?;
    // Fuzzers print what they read.
    let lines = BufReader::new(File::open(&path)?).split(b'\n');
    let lines: Vec<String> =
        lines.map(|line| Ok(String::from_utf8_lossy(&line?).into_owned())).collect::<std::io::Result<_>>()?;
    if !status.success() {
        for line in lines.iter().rev().take(30).rev() {
            println!("    {line}");
        }
        bail!("{status}: {shown}");
    }
    Ok(Heard { shown, lines })
}
