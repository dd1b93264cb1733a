//! What schemas say about a string, put together, and whether a string keeps to it.

use super::ecma::Pattern;
use super::formats;

/// What schemas say about a string.
#[derive(Clone, Debug, Default)]
pub(crate) struct TextFacets {
    /// The least length, in characters.
    pub(crate) least: u64,
    /// The most, in characters.
    pub(crate) most: Option<u64>,
    pub(crate) patterns: Vec<Pattern>,
    /// Patterns that it must not match.
    pub(crate) not_patterns: Vec<Pattern>,
    pub(crate) formats: Vec<String>,
    /// Values that it must not be.
    pub(crate) excluded: Vec<String>,
    pub(super) base64: bool,
    pub(super) json: bool,
    /// Something that is said can't be told here.
    pub(crate) inexact: bool,
}

impl TextFacets {
    pub(crate) fn at_least(&mut self, length: u64) {
        self.least = self.least.max(length);
    }

    pub(crate) fn at_most(&mut self, length: u64) {
        self.most = Some(self.most.map_or(length, |most| most.min(length)));
    }

    /// Notes a pattern.
    pub(crate) fn pattern(&mut self, ecma: &str, allowed: bool) {
        match (Pattern::new(ecma), allowed) {
            (None, _) => self.inexact = true,
            (Some(pattern), true) if self.patterns.iter().all(|known| known.hir != pattern.hir) => {
                self.patterns.push(pattern);
            }
            (Some(_), true) => {}
            (Some(pattern), false) => self.not_patterns.push(pattern),
        }
    }

    pub(crate) fn format(&mut self, name: &str) {
        if !self.formats.iter().any(|known| known == name) {
            self.formats.push(name.to_owned());
        }
    }

    pub(crate) fn encoding(&mut self, name: &str) {
        self.base64 |= name.eq_ignore_ascii_case("base64");
    }

    pub(crate) fn media_type(&mut self, name: &str) {
        self.json |= name.eq_ignore_ascii_case("application/json");
    }

    /// Whether anything is said at all.
    pub(crate) fn is_free(&self) -> bool {
        self.least == 0 && self.most.is_none() && self.patterns.is_empty() && self.formats.is_empty()
    }

    /// Whether a string is allowed, as far as can be told here.
    pub(crate) fn accepts(&self, text: &str) -> bool {
        self.has_length(text)
            && self.patterns.iter().all(|pattern| pattern.regex.is_match(text))
            && !self.not_patterns.iter().any(|pattern| pattern.regex.is_match(text))
            && self.formats.iter().all(|format| formats::accepts(format, text))
            && !self.excluded.iter().any(|excluded| excluded == text)
    }

    fn has_length(&self, text: &str) -> bool {
        if self.least == 0 && self.most.is_none() {
            return true;
        }
        let length = text.chars().count() as u64;
        length >= self.least && self.most.is_none_or(|most| length <= most)
    }
}
