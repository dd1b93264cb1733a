//! Runs `git`: in go arguments, out comes what it printed. Nothing here changes a repository, its index or its files.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use super::error::{GitError, Kind};

/// Variables by which an outer `git`, such as one that runs a hook, says which repository it works on. The repository here
/// is the one that the folder lies in.
const OF_AN_OUTER_GIT: [&str; 5] =
    ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR"];

/// `git` in a folder.
#[derive(Clone, Debug)]
pub(super) struct Git {
    program: PathBuf,
    folder: PathBuf,
}

/// What `git` printed, and whether it succeeded.
pub(super) struct Printed {
    pub(super) success: bool,
    pub(super) stdout: Vec<u8>,
    pub(super) stderr: String,
}

impl Printed {
    /// The first line of what it printed, without the line break.
    pub(super) fn line(&self) -> String {
        String::from_utf8_lossy(&self.stdout).lines().next().unwrap_or_default().to_owned()
    }
}

impl Git {
    pub(super) fn new(program: impl Into<PathBuf>, folder: &Path) -> Self {
        Self { program: program.into(), folder: folder.to_owned() }
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Runs a command to its end.
    pub(super) fn run(&self, args: &[&str]) -> Result<Printed, GitError> {
        let output =
            self.command(args).stdin(Stdio::null()).output().map_err(|error| self.not_run(&error))?;
        Ok(Printed {
            success: output.status.success(),
            stdout: output.stdout,
            stderr: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
        })
    }

    /// Runs a command that must succeed.
    pub(super) fn succeed(&self, args: &[&str]) -> Result<Printed, GitError> {
        let printed = self.run(args)?;
        if printed.success {
            return Ok(printed);
        }
        let what = args.first().copied().unwrap_or_default().to_owned();
        Err(Kind::Failed { what, why: printed.stderr }.into())
    }

    /// Starts a reader of objects.
    pub(super) fn objects(&self) -> Result<Objects, GitError> {
        let mut child = self
            .command(&["cat-file", "--batch"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| self.not_run(&error))?;
        match (child.stdin.take(), child.stdout.take()) {
            (Some(asked), Some(answers)) => {
                Ok(Objects { child, asked: Some(asked), answers: BufReader::new(answers) })
            }
            _ => Err(self.not_run(&io::Error::other("it has no pipes"))),
        }
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command
            .arg("-C")
            .arg(&self.folder)
            // No program of the user's runs on the way, nothing is locked, fetched or asked for.
            .args(["--no-pager", "-c", "core.fsmonitor=false", "-c", "versionsort.suffix=-"])
            .args(args)
            .env("GIT_OPTIONAL_LOCKS", "0")
            .env("GIT_NO_LAZY_FETCH", "1")
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("LC_ALL", "C");
        for name in OF_AN_OUTER_GIT {
            command.env_remove(name);
        }
        command
    }

    fn not_run(&self, error: &io::Error) -> GitError {
        if error.kind() == io::ErrorKind::NotFound {
            return Kind::NoGit.into();
        }
        Kind::Failed { what: self.program.display().to_string(), why: error.to_string() }.into()
    }
}

/// A running `git cat-file --batch`, which gives one object after another, as it is stored: no filter is applied.
#[derive(Debug)]
pub(super) struct Objects {
    child: Child,
    asked: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Objects {
    /// The content of the object of this id, which has at most `most` bytes.
    pub(super) fn read(&mut self, id: &str, most: u64) -> io::Result<Vec<u8>> {
        let ended = || io::Error::new(io::ErrorKind::UnexpectedEof, "git ended early");
        let asked = self.asked.as_mut().ok_or_else(ended)?;
        asked.write_all(format!("{id}\n").as_bytes())?;
        asked.flush()?;
        let mut head = String::new();
        self.answers.by_ref().take(1024).read_line(&mut head)?;
        let size = head.trim_end().rsplit(' ').next().and_then(|size| size.parse::<u64>().ok());
        let Some(size) = size else {
            let what = if head.is_empty() { "git ended early" } else { "git doesn't have the object here" };
            return Err(io::Error::new(io::ErrorKind::NotFound, what));
        };
        if size > most {
            // What follows on the pipe can't be used any more.
            self.asked = None;
            return Err(io::Error::other("the object is larger than git said"));
        }
        let mut content = Vec::new();
        self.answers.by_ref().take(size).read_to_end(&mut content)?;
        let mut end = [0];
        self.answers.read_exact(&mut end)?;
        if content.len() as u64 == size { Ok(content) } else { Err(ended()) }
    }
}

impl Drop for Objects {
    fn drop(&mut self) {
        // At the end of its input it ends by itself; where it doesn't read it any more it has to be made to.
        self.asked = None;
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
