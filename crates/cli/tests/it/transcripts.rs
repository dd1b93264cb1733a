//! The transcripts in `tests/cmd`, which are also the manual: each command in them prints what stands below it.
//!
//! `TRYCMD=overwrite cargo test -p tidings-cli transcripts` writes them anew. Look at the difference: where many lines
//! changed, a `[..]` (any text, such as a duration) or a `...` (any lines) may have to be put back.

use std::env;
use std::path::{Path, PathBuf};

#[test]
fn transcripts_print_what_they_say() {
    let tidings = Path::new(env!("CARGO_BIN_EXE_tidings"));
    // For the pipes of the transcripts, which a shell must make.
    let mut folders = vec![tidings.parent().unwrap().to_owned()];
    folders.extend(env::split_paths(&env::var_os("PATH").unwrap_or_default()).collect::<Vec<PathBuf>>());
    let path = env::join_paths(folders).unwrap();
    trycmd::TestCases::new()
        .register_bin("tidings", tidings)
        .register_bin("sh", Path::new("/bin/sh"))
        .env("PATH", path.to_str().unwrap())
        .env("TIDINGS_CATALOG", "")
        .env("NO_COLOR", "1")
        .env("COLUMNS", "100")
        .case(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cmd/*.md"));
}
