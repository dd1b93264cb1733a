//! Telephone numbers, as people write them: international with `+` or `00`, North American, or national with a leading
//! zero. Ten digits in a row are no telephone number here: they are far more often an order number.

use std::sync::LazyLock;

use regex::Regex;

use super::signs;

#[expect(clippy::unwrap_used, reason = "the tests compile it")]
static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?x)
        \+[1-9][0-9\ ./()\u{2010}-\u{2015}-]{5,22}[0-9]                  # +44 (0)20 7946 0958
        | 00[\ ]?[1-9][0-9]{0,2}[\ -][0-9\ ./-]{5,18}[0-9]               # 00 44 20 7946 0958
        | (?:1[\ .-])?(?:\([2-9][0-9]{2}\)[\ -]?|[2-9][0-9]{2}[\ .-])[2-9][0-9]{2}[\ .-][0-9]{4}   # 202-555-0123
        | 0[1-9][0-9]{1,4}[\ /-][0-9]{3,8}(?:[\ -][0-9]{3,5})?           # 020 7946 0958
        ",
    )
    .unwrap()
});

/// Words that make the digits behind them the number of something else.
const OTHER_NUMBERS: [&str; 13] = [
    "order",
    "invoice",
    "ticket",
    "case",
    "ref",
    "reference",
    "po",
    "rma",
    "tracking",
    "parcel",
    "serial",
    "sku",
    "isbn",
];

pub(super) fn found(text: &str) -> bool {
    // Most texts have too few digits for one, or none of the characters between them.
    signs::digits(text) >= 8 && signs::has_telephone_mark(text) && looked_for(text)
}

pub(super) fn looked_for(text: &str) -> bool {
    NUMBER.find_iter(text).any(|hit| {
        let digits = hit.as_str().bytes().filter(u8::is_ascii_digit).count();
        (8..=15).contains(&digits)
            && !super::touches_word(text, hit.start(), hit.end())
            && !continues(text, hit.start(), hit.end())
            && !is_another_number(&text[..hit.start()])
    })
}

/// Whether the digits are only a part of something longer, such as a UUID or a date range.
fn continues(text: &str, start: usize, end: usize) -> bool {
    let joint = |c: char| matches!(c, '-' | '.' | '/' | ':' | '+' | '_');
    let mut before = text[..start].chars().rev();
    let mut after = text[end..].chars();
    let word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let joined_before = before.next().is_some_and(|c| joint(c) && c != ':') && word(before.next());
    let joined_after = after.next().is_some_and(joint) && word(after.next());
    joined_before || joined_after
}

/// Whether the words before say that a number of another kind follows: `order #`, `invoice no.`, `№`.
fn is_another_number(before: &str) -> bool {
    let before = before.trim_end_matches([' ', ':', '.']);
    if before.ends_with(['#', '№', '-', '_']) {
        return true;
    }
    let mut words = before.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).rev();
    let mut word = words.next().map(str::to_lowercase);
    if matches!(word.as_deref(), Some("number" | "no" | "nr" | "id")) {
        word = words.next().map(str::to_lowercase);
    }
    word.is_some_and(|word| OTHER_NUMBERS.contains(&word.as_str()))
}
