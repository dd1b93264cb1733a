//! Sets up the tools of the test run from the package registries, in `target/tools` and `tests/oracles/node_modules`.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, bail};

use crate::run::{cargo, command, root, succeed, target};

/// The release of cargo-deny that CI uses.
const CARGO_DENY: &str = "0.20.2";

/// The Python of the virtual environment.
pub(crate) fn python() -> PathBuf {
    root().join("target/tools/venv/bin/python")
}

/// A program of the virtual environment.
pub(crate) fn venv(program: &str) -> PathBuf {
    root().join("target/tools/venv/bin").join(program)
}

/// A program of the node modules.
pub(crate) fn node(program: &str) -> PathBuf {
    root().join("tests/oracles/node_modules/.bin").join(program)
}

/// Makes the virtual environment and the node modules, unless they are there for these very versions.
pub(crate) fn set_up() -> anyhow::Result<()> {
    let tools = root().join("target/tools");
    fs::create_dir_all(&tools)?;
    let requirements =
        ["tests/oracles/requirements.txt", "tests/integrations/requirements.txt", "xtask/requirements.txt"];
    let wanted = requirements
        .map(|path| fs::read_to_string(root().join(path)).context(path))
        .into_iter()
        .collect::<Result<String, _>>()?;
    let stamp = tools.join("venv.stamp");
    if fs::read_to_string(&stamp).unwrap_or_default() != wanted || !python().exists() {
        let venv = tools.join("venv");
        if venv.is_symlink() {
            // `--clear` would empty what it leads to, and then refuse to fill it again.
            bail!("{} is a link, maybe to another tree's; remove it", venv.display());
        }
        let venv = venv.display().to_string();
        succeed(&mut command("python3", &["-m", "venv", "--clear", &venv]))
            .context("Python 3.11 or newer with venv is needed")?;
        let mut install = command(python(), &["-m", "pip", "install", "--quiet"]);
        succeed(install.args(requirements.iter().flat_map(|path| ["-r", path])))?;
        fs::write(&stamp, wanted)?;
    }
    let wanted = fs::read_to_string(root().join("tests/oracles/package-lock.json"))?;
    let stamp = tools.join("node.stamp");
    if fs::read_to_string(&stamp).unwrap_or_default() != wanted || !node("markdownlint-cli2").exists() {
        let prefix = root().join("tests/oracles").display().to_string();
        succeed(&mut command("npm", &["ci", "--silent", "--no-audit", "--no-fund", "--prefix", &prefix]))
            .context("Node 20 or newer with npm is needed")?;
        fs::write(&stamp, wanted)?;
    }
    Ok(())
}

/// Checks the licences and sources of all dependencies. Installs cargo-deny, which takes minutes, so only CI does this; it
/// is fast enough without optimisation, and built in half the time.
pub(crate) fn cargo_deny() -> anyhow::Result<()> {
    let home = root().join("target/tools/cargo-deny");
    let binary = home.join("bin/cargo-deny");
    let version = command(&binary, &["--version"]).output().map(|output| output.stdout).unwrap_or_default();
    if !String::from_utf8_lossy(&version).contains(CARGO_DENY) {
        let home = home.display().to_string();
        let target = root().join("target/tools/cargo-deny-build").display().to_string();
        cargo(&[
            "install",
            "--quiet",
            "--locked",
            "--debug",
            "cargo-deny",
            "--version",
            CARGO_DENY,
            "--root",
            &home,
            "--target-dir",
            &target,
        ])?;
    }
    // cargo-deny reads the manifests of all platforms' dependencies; a build fetches those of its own only.
    cargo(&["fetch", "--quiet", "--locked"])?;
    succeed(&mut command(&binary, &["--offline", "check", "licenses", "bans", "sources"]))
}

/// The release build of the command.
pub(crate) fn tidings() -> anyhow::Result<PathBuf> {
    let binary = target().join("release/tidings");
    if !binary.exists() {
        bail!("{} was not built", binary.display());
    }
    Ok(binary)
}
