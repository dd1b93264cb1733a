//! What each detector needs at least, seen in one look at the bytes: most texts lack it, and no expression is tried on them.
//!
//! A sign says *may be there* or *isn't there*. It must never say that something isn't there which the detector would find;
//! `detect::tests` holds the two together.

/// How many ASCII digits the text has.
pub(super) fn digits(text: &str) -> usize {
    text.bytes().filter(u8::is_ascii_digit).count()
}

/// Whether the text has a character that stands in every telephone number.
pub(super) fn has_telephone_mark(text: &str) -> bool {
    text.bytes().any(|byte| matches!(byte, b'+' | b' ' | b'-' | b'.' | b'/'))
}

/// Whether a text has the beginning of a secret, or the word before one.
pub(super) fn has_secret_mark(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.windows(3).enumerate().any(|(at, three)| match three {
        // Keys of AWS and of Google, keys of SendGrid.
        [b'A', b'K' | b'S', b'I'] | [b'A', b'I', b'z'] | [b'S', b'G', b'.'] => true,
        // Tokens of Slack, JSON Web Tokens, private keys, URLs.
        [b'x', b'o', b'x'] | [b'e', b'y', b'J'] | [b'-', b'-', b'-'] | [b':', b'/', b'/'] => true,
        // Tokens of npm, API keys, keys of Stripe.
        [b'n', b'p', b'm'] | [b's', b'k', b'-'] | [b's' | b'r', b'k', b'_'] => true,
        // Tokens of GitHub, GitLab and PyPI.
        [b'g', b'h', b'p' | b'o' | b'u' | b's' | b'r'] => bytes.get(at + 3) == Some(&b'_'),
        [b'g', b'i', b't'] => bytes[at..].starts_with(b"github_pat_"),
        [b'g', b'l', b'p'] => bytes[at..].starts_with(b"glpat-"),
        [b'p', b'y', b'p'] => bytes[at..].starts_with(b"pypi-"),
        [b'b' | b'B', b'e' | b'E', b'a' | b'A'] => {
            bytes.get(at..at + 6).is_some_and(|word| word.eq_ignore_ascii_case(b"bearer"))
        }
        _ => false,
    })
}
