//! Who is measured, and how each is called.

use std::cell::OnceCell;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, ensure};

use crate::Args;
use crate::data::{Name, Set};

/// Where the programs are.
#[derive(Debug)]
pub(crate) struct Tools {
    root: PathBuf,
    tidings: PathBuf,
    is_built: OnceCell<()>,
    library: PathBuf,
    crates: PathBuf,
    python: PathBuf,
    scripts: PathBuf,
    /// The sourcemeta command: its program itself, not npm's wrapper, which starts Node first.
    pub(crate) sourcemeta: PathBuf,
}

impl Tools {
    pub(crate) fn new(args: &Args) -> Self {
        let architecture = if cfg!(target_arch = "aarch64") { "arm64" } else { "x86_64" };
        let package = args.node_modules.join("@sourcemeta/jsonschema/build/github-releases");
        Self {
            root: args.root.clone(),
            tidings: args.tidings.clone(),
            is_built: OnceCell::new(),
            library: args.library.clone(),
            crates: args.crates.clone(),
            python: args.python.clone(),
            scripts: args.root.join("benches/scripts"),
            sourcemeta: package.join(format!("jsonschema-linux-{architecture}")),
        }
    }

    /// The `tidings` command with a catalog. It is built the first time that it is needed: to build it takes longer than
    /// to measure one thing about the library, which is what somebody does who tunes it.
    pub(crate) fn tidings(&self, catalog: &Path, subcommand: &str) -> anyhow::Result<Command> {
        if self.is_built.get().is_none() {
            let mut build = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
            build.args(["build", "--release", "--quiet", "--package", "tidings-cli"]).current_dir(&self.root);
            let status = build.status().context("cargo can't be run")?;
            ensure!(status.success() && self.tidings.exists(), "{} was not built", self.tidings.display());
            let _ = self.is_built.set(());
        }
        let mut command = Command::new(&self.tidings);
        command.arg("--catalog").arg(catalog).arg(subcommand);
        Ok(command)
    }
}

/// What a peer does with an event, and so what it is held to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Validates, with all of Tidings' checks.
    Tidings,
    /// Only looks at bytes.
    Limit,
    /// Only parses.
    Parser,
    /// Validates one catalog's events, by code written for it.
    ByHand,
    /// Validates by schemas.
    BySchema,
}

/// One that is measured in memory.
#[derive(Debug)]
pub(crate) struct Peer {
    /// Its name in JSON, and by which the goals look it up.
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
    pub(crate) kind: Kind,
}

pub(crate) const TIDINGS: &str = "tidings-1";
pub(crate) const TIDINGS_2: &str = "tidings-2";
pub(crate) const NEWLINES: &str = "newlines";
pub(crate) const SONIC: &str = "sonic-value";
pub(crate) const OVER_SERDE: &str = "jsonschema-serde";

/// All that are measured in memory, Tidings first.
pub(crate) const PEERS: &[Peer] = &[
    Peer { id: TIDINGS, title: "Tidings, 1 thread", kind: Kind::Tidings },
    Peer { id: TIDINGS_2, title: "Tidings, 2 threads", kind: Kind::Tidings },
    Peer { id: NEWLINES, title: "limit: count newlines (memchr)", kind: Kind::Limit },
    Peer { id: "utf8", title: "limit: check UTF-8 (simdutf8)", kind: Kind::Limit },
    Peer { id: SONIC, title: "sonic-rs Value, parse only", kind: Kind::Parser },
    Peer { id: "simd-json", title: "simd-json tape, parse only", kind: Kind::Parser },
    Peer { id: "by-hand", title: "sonic-rs struct, checks by hand", kind: Kind::ByHand },
    Peer { id: OVER_SERDE, title: "jsonschema over serde_json", kind: Kind::BySchema },
    Peer { id: "jsonschema-sonic", title: "jsonschema over sonic-rs", kind: Kind::BySchema },
    Peer { id: "boon", title: "boon over serde_json", kind: Kind::BySchema },
    Peer { id: "ajv", title: "AJV, in Node", kind: Kind::BySchema },
    Peer { id: "jsonschema-rs", title: "jsonschema-rs, in Python", kind: Kind::BySchema },
];

impl Peer {
    /// Whether it can be measured on these events at all. What was written by hand for one catalog knows no other.
    pub(crate) fn takes(&self, set: &Set) -> bool {
        self.kind != Kind::ByHand || !matches!(set.name, Name::Wallet | Name::Parcel)
    }

    /// How it is started on these events. `findings` is where Tidings writes what it finds.
    pub(crate) fn command(&self, tools: &Tools, set: &Set, findings: &Path) -> Command {
        let (program, first) = match self.id {
            TIDINGS | TIDINGS_2 => {
                let mut command = Command::new(&tools.library);
                command.arg(if self.id == TIDINGS { "1" } else { "2" });
                command.arg(&set.catalog).arg(&set.file).arg(findings);
                return command;
            }
            "ajv" => (Path::new("node"), tools.scripts.join("peer_ajv.mjs")),
            "jsonschema-rs" => (&*tools.python, tools.scripts.join("peer_jsonschema_rs.py")),
            id => (&*tools.crates, PathBuf::from(id)),
        };
        let mut command = Command::new(program);
        command.arg(first).arg(&set.bundle).arg(&set.file);
        command
    }

    /// How many events it must find valid; `None` if it judges none.
    pub(crate) fn expected(&self, set: &Set) -> Option<u64> {
        match self.kind {
            Kind::Limit => None,
            Kind::Parser => Some(set.well_formed),
            Kind::Tidings | Kind::ByHand | Kind::BySchema => Some(set.valid),
        }
    }
}
