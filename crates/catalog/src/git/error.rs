//! Why a catalog could not be read from git.

/// A catalog could not be read from git.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct GitError(#[from] Kind);

impl GitError {
    /// Whether the reference holds no catalog at the path, though repository and reference are there.
    pub fn is_no_catalog(&self) -> bool {
        matches!(self.0, Kind::NoCatalog { .. })
    }
}

#[derive(Debug, thiserror::Error)]
pub(super) enum Kind {
    #[error("git is needed for catalogs of a git repository, but there is no `git` on the PATH")]
    NoGit,
    #[error("`{folder}` is not in a git repository{}", because(.why))]
    NoRepository { folder: String, why: String },
    #[error("`{0}` is no name of a commit, a branch or a tag")]
    BadReference(String),
    #[error("there is no commit, branch or tag `{reference}` in the repository of `{folder}`{}", hint(.near, *.shallow))]
    NoReference { reference: String, folder: String, near: Vec<String>, shallow: bool },
    #[error("the repository of `{0}` has no tags here{hint}", hint = hint(&[], true))]
    NoTags(String),
    #[error("there is no catalog at `{path}` in `{reference}`: {}", elsewhere(.others))]
    NoCatalog { reference: String, path: String, others: Vec<String> },
    #[error(
        "`{0}` is no path in a repository: it goes from the repository's root, with `/` between its parts"
    )]
    BadPath(String),
    #[error("git {what} failed{}", because(.why))]
    Failed { what: String, why: String },
}

fn because(why: &str) -> String {
    if why.is_empty() { String::new() } else { format!(": {}", why.lines().collect::<Vec<_>>().join("; ")) }
}

fn hint(near: &[String], shallow: bool) -> String {
    let mut hint = String::new();
    if !near.is_empty() {
        hint = format!("; did you mean {}?", listed(near, "or"));
    }
    if shallow {
        hint.push_str(
            "; it is a shallow clone, which has only a part of the history: fetch the rest with \
             `git fetch --unshallow`, or in a workflow check out with `fetch-depth: 0`",
        );
    }
    hint
}

fn elsewhere(others: &[String]) -> String {
    if others.is_empty() {
        return "it holds no catalog.toml at all".to_owned();
    }
    format!("catalog.toml stands in {}; name the folder after the reference", listed(others, "and"))
}

/// The first few, in backticks.
fn listed(all: &[String], word: &str) -> String {
    const SHOWN: usize = 5;
    let mut shown: Vec<String> = all.iter().take(SHOWN).map(|one| format!("`{one}`")).collect();
    if all.len() > SHOWN {
        shown.push(format!("{} more", all.len() - SHOWN));
    }
    match shown.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} {word} {last}", rest.join(", ")),
        _ => shown.concat(),
    }
}
