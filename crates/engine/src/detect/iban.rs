//! IBANs (ISO 13616): a country, two check digits, the country's length, and the remainder by 97 right.

use super::signs;

/// The countries that have IBANs, with their lengths (SWIFT's IBAN registry, release 99).
const LENGTHS: &[(&str, usize)] = &[
    ("AD", 24),
    ("AE", 23),
    ("AL", 28),
    ("AT", 20),
    ("AZ", 28),
    ("BA", 20),
    ("BE", 16),
    ("BG", 22),
    ("BH", 22),
    ("BI", 27),
    ("BR", 29),
    ("BY", 28),
    ("CH", 21),
    ("CR", 22),
    ("CY", 28),
    ("CZ", 24),
    ("DE", 22),
    ("DJ", 27),
    ("DK", 18),
    ("DO", 28),
    ("EE", 20),
    ("EG", 29),
    ("ES", 24),
    ("FI", 18),
    ("FK", 18),
    ("FO", 18),
    ("FR", 27),
    ("GB", 22),
    ("GE", 22),
    ("GI", 23),
    ("GL", 18),
    ("GR", 27),
    ("GT", 28),
    ("HR", 21),
    ("HU", 28),
    ("IE", 22),
    ("IL", 23),
    ("IQ", 23),
    ("IS", 26),
    ("IT", 27),
    ("JO", 30),
    ("KW", 30),
    ("KZ", 20),
    ("LB", 28),
    ("LC", 32),
    ("LI", 21),
    ("LT", 20),
    ("LU", 20),
    ("LV", 21),
    ("LY", 25),
    ("MC", 27),
    ("MD", 24),
    ("ME", 22),
    ("MK", 19),
    ("MN", 20),
    ("MR", 27),
    ("MT", 31),
    ("MU", 30),
    ("NI", 28),
    ("NL", 18),
    ("NO", 15),
    ("OM", 23),
    ("PK", 24),
    ("PL", 28),
    ("PS", 29),
    ("PT", 25),
    ("QA", 29),
    ("RO", 24),
    ("RS", 22),
    ("RU", 33),
    ("SA", 24),
    ("SC", 31),
    ("SD", 18),
    ("SE", 24),
    ("SI", 19),
    ("SK", 24),
    ("SM", 27),
    ("SO", 23),
    ("ST", 25),
    ("SV", 28),
    ("TL", 23),
    ("TN", 24),
    ("TR", 26),
    ("UA", 29),
    ("VA", 22),
    ("VG", 24),
    ("XK", 20),
    ("YE", 30),
];

pub(super) fn found(text: &str) -> bool {
    signs::has_beginning_of_iban(text) && looked_for(text)
}

pub(super) fn looked_for(text: &str) -> bool {
    let bytes = text.as_bytes();
    // The digits come first, since they are rarer than beginnings of words.
    bytes.windows(4).enumerate().any(|(start, four)| {
        four[2].is_ascii_digit()
            && four[3].is_ascii_digit()
            && (start == 0 || !bytes[start - 1].is_ascii_alphanumeric())
            && begins_with_iban(&bytes[start..])
    })
}

fn begins_with_iban(bytes: &[u8]) -> bool {
    let [first, second, third, fourth, ..] = bytes else { return false };
    let country = [first.to_ascii_uppercase(), second.to_ascii_uppercase()];
    if !(third.is_ascii_digit() && fourth.is_ascii_digit()) {
        return false;
    }
    let Some((_, length)) = LENGTHS.iter().find(|(code, _)| code.as_bytes() == country) else { return false };
    let mut compact = Vec::with_capacity(*length);
    let mut end = 0;
    while compact.len() < *length {
        match bytes.get(end) {
            Some(byte) if byte.is_ascii_alphanumeric() => compact.push(byte.to_ascii_uppercase()),
            Some(b' ') => {}
            _ => return false,
        }
        end += 1;
    }
    let ends_word = !bytes.get(end).is_some_and(u8::is_ascii_alphanumeric);
    ends_word && remainder(&compact) == 1
}

/// The remainder by 97, with the first four characters moved to the end and letters as 10 to 35 (ISO/IEC 7064).
fn remainder(compact: &[u8]) -> u32 {
    let (head, rest) = compact.split_at(4);
    rest.iter().chain(head).fold(0, |sum, byte| match byte {
        b'0'..=b'9' => (sum * 10 + u32::from(byte - b'0')) % 97,
        _ => (sum * 100 + u32::from(byte - b'A') + 10) % 97,
    })
}
