//! Why a catalog could not be loaded.

use std::fmt;

/// One thing that keeps a catalog from being loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file, as a path inside the catalog folder.
    pub path: String,
    /// Line and column, both from 1, where they are known.
    pub place: Option<(u64, u64)>,
    /// What is wrong: a lower-case phrase without a full stop.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place {
            Some((line, column)) => write!(f, "{}:{line}:{column}: {}", self.path, self.message),
            None => write!(f, "{}: {}", self.path, self.message),
        }
    }
}

/// A catalog could not be loaded: everything that was found wrong with it, at least one thing.
#[derive(Clone, Debug)]
pub struct LoadError {
    problems: Vec<Problem>,
}

impl LoadError {
    /// An error of these problems, which must be at least one. Other crates that check a catalog (the engine, when it
    /// compiles the schemas) report in the same form.
    pub fn new(problems: Vec<Problem>) -> Self {
        debug_assert!(!problems.is_empty(), "an error says what is wrong");
        Self { problems }
    }

    /// The same, with this before each path: where the catalog is.
    #[must_use]
    pub fn inside(mut self, prefix: &str) -> Self {
        for problem in &mut self.problems {
            problem.path.insert_str(0, prefix);
        }
        self
    }

    /// What was found wrong, in the order of the files and places.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        for problem in &self.problems {
            write!(f, "{separator}{problem}")?;
            separator = "\n";
        }
        Ok(())
    }
}

impl std::error::Error for LoadError {}
