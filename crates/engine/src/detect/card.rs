//! Payment card numbers: the right length for the issuer's first digits, grouped as cards are, and Luhn's digit right.

use super::{digit_runs, signs};

/// First digits, from and to, and the lengths that cards of them have (ISO/IEC 7812; the large schemes).
const ISSUERS: [(u32, u32, &[usize]); 12] = [
    (4, 4, &[13, 16, 19]),
    (51, 55, &[16]),
    (2221, 2720, &[16]),
    (34, 34, &[15]),
    (37, 37, &[15]),
    (6011, 6011, &[16, 19]),
    (644, 659, &[16, 19]),
    (3528, 3589, &[16, 19]),
    (300, 305, &[14]),
    (36, 36, &[14]),
    (38, 39, &[14]),
    (62, 62, &[16, 17, 18, 19]),
];

pub(super) fn found(text: &str) -> bool {
    signs::digits(text) >= 13 && looked_for(text)
}

pub(super) fn looked_for(text: &str) -> bool {
    digit_runs(text, " -").any(|(digits, range)| {
        let written = &text[range];
        (13..=19).contains(&digits) && is_grouped_like_a_card(written) && {
            let digits: String = written.chars().filter(char::is_ascii_digit).collect();
            ISSUERS.iter().any(|issuer| issued_by(&digits, *issuer)) && luhn(&digits)
        }
    })
}

/// Whether the digits stand together, or in groups of four or more with one kind of single separator.
fn is_grouped_like_a_card(written: &str) -> bool {
    let Some(separator) = written.chars().find(|c| !c.is_ascii_digit()) else { return true };
    let groups: Vec<&str> = written.split(separator).collect();
    let whole = groups.len() - 1;
    groups[0].len() == 4
        && groups.iter().all(|group| group.bytes().all(|b| b.is_ascii_digit()))
        && groups[..whole].iter().all(|group| (4..=6).contains(&group.len()))
        && (1..=6).contains(&groups[whole].len())
}

fn issued_by(digits: &str, (from, to, lengths): (u32, u32, &[usize])) -> bool {
    let prefix = digits.get(..from.to_string().len()).and_then(|prefix| prefix.parse::<u32>().ok());
    lengths.contains(&digits.len()) && prefix.is_some_and(|prefix| (from..=to).contains(&prefix))
}

/// Luhn's check digit (ISO/IEC 7812-1, annex B).
fn luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| {
            let digit = u32::from(byte - b'0');
            match place % 2 {
                0 => digit,
                _ if digit < 5 => digit * 2,
                _ => digit * 2 - 9,
            }
        })
        .sum();
    sum.is_multiple_of(10)
}
