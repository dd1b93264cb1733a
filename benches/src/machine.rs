//! What the numbers were measured on.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

/// The machine and the state of the tree.
pub(crate) fn describe(root: &Path) -> Value {
    let said = |program: &str, args: &[&str]| {
        let output = Command::new(program).args(args).current_dir(root).output().ok();
        output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let value = |name: &str| {
        let line = info.lines().find(|line| line.starts_with(name))?;
        Some(line.split_once(':')?.1.trim().to_owned())
    };
    json!({
        "processor": value("model name"),
        "family": value("cpu family"),
        "model": value("model\t"),
        "cores": cores(),
        "kernel": said("uname", &["-sr"]),
        "rustc": said("rustc", &["--version"]),
        "commit": said("git", &["rev-parse", "HEAD"]),
        "dirty": said("git", &["status", "--porcelain", "--untracked-files=no"]).map(|text| !text.is_empty()),
        "load_before": load(),
    })
}

pub(crate) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// How many processes wanted to run, on average of the last minute.
pub(crate) fn load() -> Option<f64> {
    fs::read_to_string("/proc/loadavg").ok()?.split(' ').next()?.parse().ok()
}
