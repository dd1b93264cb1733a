//! Which catalog a command uses: `--catalog`, else `TIDINGS_CATALOG`, else the nearest `tidings.toml` upward, else the one
//! that is built in.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, anyhow};
use serde::Deserialize;
use tidings::catalog::MANIFEST;
use tidings::{Catalog, DiskTree, Engine, Finding, LoadError, Options, Tree};

use crate::args::Args;
use crate::output::note;

/// The name of the file that says which catalog a project uses.
pub(crate) const CONFIG: &str = "tidings.toml";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    /// The catalog's folder, relative to the file.
    catalog: PathBuf,
}

/// A catalog that was loaded, and from where.
pub(crate) struct Loaded {
    pub(crate) catalog: Arc<Catalog>,
    /// `None` for the one that is built in.
    folder: Option<PathBuf>,
}

/// Loads the catalog that the arguments and the environment name.
pub(crate) fn load(args: &Args) -> anyhow::Result<Loaded> {
    let folder = folder(args)?;
    let catalog = if let Some(folder) = &folder {
        Catalog::load(folder).map_err(|error| unusable(&error, Some(folder)))?
    } else {
        let catalog = Catalog::messaging()?;
        note(&format!("using the built-in catalog `{}` {}", catalog.name, catalog.version));
        catalog
    };
    Ok(Loaded { catalog: Arc::new(catalog), folder })
}

/// The catalog's folder that the arguments and the environment name; `None` for the catalog that is built in.
pub(crate) fn folder(args: &Args) -> anyhow::Result<Option<PathBuf>> {
    let folder = match (&args.catalog, std::env::var_os("TIDINGS_CATALOG")) {
        (Some(folder), _) => Some(folder.clone()),
        (None, Some(folder)) if !folder.is_empty() => Some(PathBuf::from(folder)),
        _ => configured()?,
    };
    match folder {
        Some(folder) if !folder.is_dir() => Err(anyhow!("there is no catalog folder `{}`", folder.display())),
        folder => Ok(folder),
    }
}

/// The folder of the catalog, to write in it.
pub(crate) fn writable(args: &Args) -> anyhow::Result<PathBuf> {
    folder(args)?.ok_or_else(|| {
        anyhow!(
            "the built-in catalog can't be changed: name a catalog's folder with `--catalog`, or in {CONFIG}"
        )
    })
}

/// The files of the catalog in a folder; of the one that is built in without one.
pub(crate) fn tree(folder: Option<&Path>) -> Box<dyn Tree> {
    match folder {
        Some(folder) => Box::new(DiskTree::new(folder)),
        None => Box::new(*Catalog::messaging_tree()),
    }
}

/// Lets a finding about a file of the catalog say where editors and people find it from here.
pub(crate) fn place(finding: &mut Finding, folder: Option<&Path>) {
    if let (Some(folder), Some(path)) = (folder, &finding.source) {
        finding.source = Some(folder.join(path.as_ref()).display().to_string().into());
    }
}

impl Loaded {
    /// Compiles the catalog.
    pub(crate) fn engine(&self, options: Options) -> anyhow::Result<Engine> {
        Engine::new(Arc::clone(&self.catalog), options)
            .map_err(|error| unusable(&error, self.folder.as_deref()))
    }
}

/// Everything that is wrong with a catalog. Each problem names its file inside the folder; the folder goes before it, so
/// that editors and people can go there.
pub(crate) fn unusable(error: &LoadError, folder: Option<&Path>) -> anyhow::Error {
    anyhow!("the catalog can't be used:\n{}", problems(error, folder.unwrap_or(Path::new(""))))
}

/// The problems of an error, a line each, with a folder before each file.
pub(crate) fn problems(error: &LoadError, folder: &Path) -> String {
    let problems =
        error.problems().iter().map(|problem| folder.join(problem.to_string()).display().to_string());
    problems.collect::<Vec<_>>().join("\n")
}

/// The catalog folder that the nearest `tidings.toml` upward names, if there is one.
fn configured() -> anyhow::Result<Option<PathBuf>> {
    let here = std::env::current_dir().context("the current folder can't be found")?;
    let Some(file) = config(&here) else { return Ok(None) };
    let text = std::fs::read_to_string(&file).with_context(|| format!("{} can't be read", file.display()))?;
    let config: Config = toml::from_str(&text).with_context(|| file.display().to_string())?;
    let project = file.parent().unwrap_or(Path::new("."));
    let folder = project.join(config.catalog);
    // Shown relative to where the user is, where it lies below.
    let shown = folder.strip_prefix(&here).unwrap_or(&folder);
    let mut around = here.ancestors().take_while(|around| around.starts_with(project));
    if let Some(near) = around.find(|around| around.join(MANIFEST).is_file())
        && !is_same_folder(near, &folder)
    {
        note(&format!(
            "using the catalog in `{}`, which `{}` names, not the one in `{}`: `--catalog` names another",
            shown.display(),
            file.display(),
            near.display()
        ));
    }
    Ok(Some(shown.to_owned()))
}

/// Whether two paths lead to one folder.
fn is_same_folder(one: &Path, other: &Path) -> bool {
    matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}

/// The nearest configuration file upward from a folder.
pub(crate) fn config(folder: &Path) -> Option<PathBuf> {
    folder.ancestors().map(|folder| folder.join(CONFIG)).find(|file| file.is_file())
}
