//! E-mail addresses: something, an `@`, and a domain of at least two labels, the last of letters.

use std::sync::LazyLock;

use regex::Regex;

#[expect(clippy::unwrap_used, reason = "the tests compile it")]
static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"[\p{L}\p{N}._%+'-]+@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?\.)+\p{L}{2,}").unwrap()
});

pub(super) fn found(text: &str) -> bool {
    // Most texts have no `@`, and a search for a byte is all they cost.
    if memchr::memchr(b'@', text.as_bytes()).is_none() {
        return false;
    }
    let mut before = Before::default();
    ADDRESS.find_iter(text).any(|hit| !before.is_url_with_user(text, hit.start()))
}

/// What is known of a text up to a place, so that of many addresses each is looked at from the one before.
#[derive(Default)]
struct Before {
    at: usize,
    /// Whether there was `://` in the word so far.
    has_scheme: bool,
}

impl Before {
    /// Whether the word before a place, which is no earlier than the last, ends in `scheme://user:`, so that what follows is a
    /// password and a host, not an address.
    fn is_url_with_user(&mut self, text: &str, place: usize) -> bool {
        // An address has no `/`, so that none begins within `://`.
        let new = &text[self.at..place];
        let in_word = new.rsplit(char::is_whitespace).next().unwrap_or_default();
        self.has_scheme = in_word.contains("://") || self.has_scheme && in_word.len() == new.len();
        self.at = place;
        self.has_scheme && text[..place].ends_with(':')
    }
}
