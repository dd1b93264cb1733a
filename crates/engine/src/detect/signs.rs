//! What each detector needs at least, seen in one look at the bytes: most texts lack it, and no expression is tried on them.
//!
//! A sign says *may be there* or *isn't there*. It must never say that something isn't there which the detector would find;
//! `detect::tests` holds the two together.

use crate::bytes;

/// How many ASCII digits the text has.
pub(super) fn digits(text: &str) -> usize {
    bytes::count(text.as_bytes(), |byte| byte.is_ascii_digit())
}

/// Whether the text has a character that stands in every telephone number.
pub(super) fn has_telephone_mark(text: &str) -> bool {
    // Without an exit, so that many bytes are looked at in one go.
    text.bytes().fold(false, |found, byte| found | matches!(byte, b'+' | b' ' | b'-' | b'.' | b'/'))
}

/// Whether two letters and two digits stand behind one another, and there is room for the shortest IBAN.
pub(super) fn has_beginning_of_iban(text: &str) -> bool {
    let bytes = text.as_bytes();
    let letter = |byte: &u8| byte.is_ascii_alphabetic();
    let digit = |byte: &u8| byte.is_ascii_digit();
    bytes.len() >= 15
        && bytes.windows(4).fold(false, |found, four| {
            found | letter(&four[0]) & letter(&four[1]) & digit(&four[2]) & digit(&four[3])
        })
}

/// Whether a text has the beginning of a secret, or the word before one.
pub(super) fn has_secret_mark(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.windows(3).enumerate().any(|(at, three)| match three {
        // Keys of AWS, Google and SendGrid; tokens of Slack, JSON Web Tokens, private keys, URLs; tokens of npm, API keys,
        // keys of Stripe.
        b"AKI" | b"ASI" | b"AIz" | b"SG." | b"xox" | b"eyJ" | b"---" | b"://" | b"npm" | b"sk-" | b"sk_"
        | b"rk_" => true,
        // Tokens of GitHub, GitLab and PyPI.
        b"ghp" | b"gho" | b"ghu" | b"ghs" | b"ghr" => bytes.get(at + 3) == Some(&b'_'),
        b"git" => bytes[at..].starts_with(b"github_pat_"),
        b"glp" => bytes[at..].starts_with(b"glpat-"),
        b"pyp" => bytes[at..].starts_with(b"pypi-"),
        [b'b' | b'B', b'e' | b'E', b'a' | b'A'] => {
            bytes.get(at..at + 6).is_some_and(|word| word.eq_ignore_ascii_case(b"bearer"))
        }
        _ => false,
    })
}
