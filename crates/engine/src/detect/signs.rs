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
