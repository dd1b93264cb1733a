//! E-mail addresses: something, an `@`, and a domain of at least two labels, the last of letters.

use std::sync::LazyLock;

use regex::Regex;

#[expect(clippy::unwrap_used, reason = "the tests compile it")]
static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"[\p{L}\p{N}._%+'-]+@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?\.)+\p{L}{2,}").unwrap()
});

pub(super) fn found(text: &str) -> bool {
    // Most texts have no `@`, and a search for a byte is all they cost.
    memchr::memchr(b'@', text.as_bytes()).is_some()
        && ADDRESS.find_iter(text).any(|hit| !is_password_of_url(&text[..hit.start()]))
}

/// Whether the text before ends in `scheme://user:`, so that what follows is a password and a host, not an address.
fn is_password_of_url(before: &str) -> bool {
    let word = before.rsplit(char::is_whitespace).next().unwrap_or_default();
    word.ends_with(':') && word.contains("://")
}
