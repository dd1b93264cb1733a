//! The patterns of all schemas, each with its automaton or, where it has none, an engine that backtracks.

use std::collections::HashMap;

use crate::automaton::Automaton;

/// How many steps back the engine may take for one text.
const BACKTRACKS: usize = 100_000;

/// Patterns by their texts.
#[derive(Debug, Default)]
pub(crate) struct Patterns {
    known: HashMap<Box<str>, Pattern>,
}

/// A pattern.
#[derive(Debug)]
pub(crate) enum Pattern {
    Regular(Box<Automaton>),
    /// It can be tried on a text, no more.
    Engine(Box<fancy_regex::Regex>),
    /// Not even that.
    Unknown,
}

/// The engine that validators try a pattern with: on the same translation, since what it says counts as a fact.
fn engine(ecma: &str) -> Option<fancy_regex::Regex> {
    let translated = jsonschema_regex::to_rust_regex(ecma).ok()?;
    fancy_regex::RegexBuilder::new(&translated).backtrack_limit(BACKTRACKS).build().ok()
}

impl Patterns {
    /// The pattern of a text.
    pub(crate) fn get(&mut self, ecma: &str) -> &mut Pattern {
        self.known.entry(ecma.into()).or_insert_with(|| match Automaton::new(ecma) {
            Some(automaton) => Pattern::Regular(Box::new(automaton)),
            None => engine(ecma).map_or(Pattern::Unknown, |engine| Pattern::Engine(Box::new(engine))),
        })
    }

    pub(crate) fn is_regular(&mut self, ecma: &str) -> bool {
        matches!(self.get(ecma), Pattern::Regular(_))
    }

    /// Whether a text matches; `None` if that can't be told.
    pub(crate) fn matches(&mut self, ecma: &str, text: &str) -> Option<bool> {
        match self.get(ecma) {
            Pattern::Regular(automaton) => automaton.matches(text),
            Pattern::Engine(engine) => engine.is_match(text).ok(),
            Pattern::Unknown => None,
        }
    }

    /// Takes automata out, to be used side by side; they must be given back. Irregular ones stay away.
    pub(crate) fn take(&mut self, ecma: &str) -> Option<Box<Automaton>> {
        self.get(ecma);
        match self.known.remove(ecma) {
            Some(Pattern::Regular(automaton)) => Some(automaton),
            Some(other) => {
                self.known.insert(ecma.into(), other);
                None
            }
            None => None,
        }
    }

    pub(crate) fn give_back(&mut self, ecma: &str, automaton: Box<Automaton>) {
        self.known.insert(ecma.into(), Pattern::Regular(automaton));
    }
}
