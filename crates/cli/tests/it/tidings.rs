//! Runs the command as a person or a script does, and keeps it to what holds however it is called: it ends in time with
//! one of the design's exit codes, and it never panics.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{Read as _, Seek as _, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

/// How long a run may take, on a slow machine in a debug build.
const TIME: Duration = Duration::from_mins(2);

/// A folder of its own for one test, gone when the test ends.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    /// A folder with one file.
    pub(crate) fn with(name: impl AsRef<Path>, content: impl AsRef<[u8]>) -> Self {
        let folder = Self::new();
        folder.write(name, content);
        folder
    }

    /// Writes a file, with the folders it lies in.
    pub(crate) fn write(&self, name: impl AsRef<Path>, content: impl AsRef<[u8]>) {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// `tidings` with these arguments, run in this folder, with nothing to read on standard input.
    pub(crate) fn tidings<I: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = I>) -> Tidings {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tidings"));
        command.current_dir(self.path()).args(arguments).stdin(Stdio::null());
        // What the person who runs the tests has set is not what is tested.
        for variable in ["TIDINGS_CATALOG", "CLICOLOR_FORCE", "COLUMNS", "RUST_BACKTRACE"] {
            command.env_remove(variable);
        }
        Tidings(command)
    }

    /// `tidings validate` with these arguments.
    pub(crate) fn validate<I: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = I>) -> Tidings {
        let mut tidings = self.tidings(["validate"]);
        tidings.0.args(arguments);
        tidings
    }
}

/// A call of the command.
pub(crate) struct Tidings(Command);

impl Tidings {
    /// With more arguments.
    pub(crate) fn and<I: AsRef<OsStr>>(mut self, arguments: &[I]) -> Self {
        self.0.args(arguments);
        self
    }

    pub(crate) fn env(mut self, variable: &str, value: impl AsRef<OsStr>) -> Self {
        self.0.env(variable, value);
        self
    }

    /// In this folder below the test's own.
    pub(crate) fn inside(mut self, folder: impl AsRef<Path>) -> Self {
        let here = self.0.get_current_dir().unwrap_or(Path::new("")).join(folder);
        self.0.current_dir(here);
        self
    }

    /// Runs it to its end.
    pub(crate) fn run(self) -> Run {
        self.finish(None)
    }

    /// Runs it with this on standard input.
    pub(crate) fn read(self, input: impl AsRef<[u8]> + Sync) -> Run {
        self.read_from(|stdin| stdin.write_all(input.as_ref()))
    }

    /// Runs it with whatever is written on standard input, which ends when the writer does. It need not read all.
    pub(crate) fn read_from(
        mut self,
        write: impl FnOnce(&mut dyn Write) -> std::io::Result<()> + Send,
    ) -> Run {
        self.0.stdin(Stdio::piped());
        self.finish(Some(Box::new(write)))
    }

    /// The call itself, for a test that takes the ends of it into its own hands.
    pub(crate) fn command(self) -> Command {
        self.0
    }

    fn finish(mut self, write: Option<Writer<'_>>) -> Run {
        let [mut stdout, mut stderr] = [(); 2].map(|()| tempfile::tempfile().unwrap());
        self.0.stdout(stdout.try_clone().unwrap()).stderr(stderr.try_clone().unwrap());
        let started = Instant::now();
        let mut child = self.0.spawn().unwrap();
        let mut stdin = child.stdin.take();
        let (code, memory) = std::thread::scope(|scope| {
            if let (Some(write), Some(mut stdin)) = (write, stdin.take()) {
                // Ends with a broken pipe if the command stops reading.
                scope.spawn(move || write(&mut stdin));
            }
            watch(&mut child, started, &self.0)
        });
        let run = Run {
            code: code.unwrap_or(-1),
            stdout: content(&mut stdout),
            stderr: content(&mut stderr),
            memory,
        };
        assert!(!run.stderr.contains("panicked"), "{:?} panicked:\n{}", self.0, run.stderr);
        assert!((0..=2).contains(&run.code), "{:?} ended with {}:\n{}", self.0, run.code, run.stderr);
        run
    }
}

type Writer<'w> = Box<dyn FnOnce(&mut dyn Write) -> std::io::Result<()> + Send + 'w>;

/// Waits for the command to end, and looks now and then how much memory it has needed at most so far.
fn watch(child: &mut Child, started: Instant, command: &Command) -> (Option<i32>, u64) {
    let mut memory = 0;
    loop {
        memory = memory.max(high_water_mark(child.id()));
        if let Some(status) = child.try_wait().unwrap() {
            return (status.code(), memory);
        }
        if started.elapsed() > TIME {
            child.kill().unwrap();
            child.wait().unwrap();
            panic!("{command:?} takes longer than {TIME:?}");
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// The most memory that a process had at once so far, in bytes; 0 where the system doesn't tell.
fn high_water_mark(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    kilobytes.unwrap_or_default() * 1024
}

fn content(file: &mut File) -> String {
    let mut bytes = Vec::new();
    file.rewind().unwrap();
    file.read_to_end(&mut bytes).unwrap();
    String::from_utf8(bytes).expect("all that is printed is UTF-8")
}

/// How a run ended.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    /// The most memory that was seen in use at once, in bytes.
    pub(crate) memory: u64,
}

impl Run {
    /// Standard output and standard error.
    pub(crate) fn all(&self) -> String {
        format!("{}\n{}", self.stdout, self.stderr)
    }

    /// Of `--format json`: the findings and the summary.
    pub(crate) fn json(&self) -> (Vec<Value>, Value) {
        let mut lines: Vec<Value> = self
            .stdout
            .lines()
            .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
            .collect();
        let mut last = lines.pop().unwrap_or_else(|| panic!("no summary: {}", self.stderr));
        (lines, last["summary"].take())
    }

    /// Of `--format json`: each finding as `rule line:column pointer`, as much of it as is known.
    pub(crate) fn found(&self) -> Vec<String> {
        let (findings, _) = self.json();
        findings
            .iter()
            .map(|finding| {
                let text = |key: &str| finding[key].as_str().unwrap_or_default().to_owned();
                let mut place = format!("{}:{}", finding["line"], finding["column"]);
                if !text("pointer").is_empty() {
                    place.push(' ');
                    place.push_str(&text("pointer"));
                }
                format!("{} {place}", text("rule"))
            })
            .collect()
    }

    /// Whether it ended with this code; tells all that it printed if not.
    #[track_caller]
    pub(crate) fn ends_with(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{}", cut(&self.all()));
        self
    }

    /// Whether it needed less than so many mebibytes of memory at once.
    #[track_caller]
    pub(crate) fn within_mebibytes(self, limit: u64) -> Self {
        assert!(self.memory < limit << 20, "{} MiB", self.memory >> 20);
        self
    }
}

/// The beginning of a long text.
pub(crate) fn cut(text: &str) -> String {
    text.chars().take(4000).collect()
}

/// The root of this repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}
