//! Detectors: texts that look like personal data or secrets.
//!
//! A detector looks at one decoded string and says whether something in it has the shape of an e-mail address, a
//! telephone number, a payment card number, an IBAN, or one of the well-known shapes of secrets. It must stay silent on
//! what events are full of: order numbers, dates, UUIDs, ULIDs, versions. `tests::TABLE` lists both kinds. A detector
//! never says what it found, so nothing it saw can reach an output.

mod card;
mod email;
mod iban;
mod phone;
mod secret;
mod signs;

/// What a text may hold that it should not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PersonalData {
    Email,
    Phone,
    Card,
    Iban,
}

impl PersonalData {
    /// The words for it in a message, with their article.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Email => "an e-mail address",
            Self::Phone => "a telephone number",
            Self::Card => "a payment card number",
            Self::Iban => "an IBAN",
        }
    }
}

/// The first kind of personal data that the text seems to hold.
pub(crate) fn personal_data(text: &str) -> Option<PersonalData> {
    let found = |kind: &PersonalData| match kind {
        PersonalData::Email => email::found(text),
        PersonalData::Iban => iban::found(text),
        PersonalData::Card => card::found(text),
        PersonalData::Phone => phone::found(text),
    };
    [PersonalData::Email, PersonalData::Iban, PersonalData::Card, PersonalData::Phone].into_iter().find(found)
}

/// Whether the text seems to hold an e-mail address.
pub(crate) fn email(text: &str) -> bool {
    email::found(text)
}

/// The kind of secret that the text seems to hold, in words with their article.
pub(crate) fn secret(text: &str) -> Option<&'static str> {
    secret::found(text)
}

/// Whether a text should not be shown, whatever field it stands in.
pub(crate) fn is_suspect(text: &str) -> bool {
    personal_data(text).is_some() || secret(text).is_some()
}

/// Runs of ASCII digits in which single or double separators may stand: how many digits each has, and its byte range. A run
/// neither begins nor ends beside a letter, a digit or an underscore.
fn digit_runs<'t>(
    text: &'t str,
    separators: &'t str,
) -> impl Iterator<Item = (usize, std::ops::Range<usize>)> + 't {
    let mut at = 0;
    std::iter::from_fn(move || {
        while let Some(offset) = text[at..].find(|c: char| c.is_ascii_digit()) {
            let start = at + offset;
            let mut digits = 0;
            let mut end = start;
            let mut gap = 0;
            for (position, c) in text[start..].char_indices() {
                if c.is_ascii_digit() {
                    digits += 1;
                    end = start + position + 1;
                    gap = 0;
                } else if gap < 2 && separators.contains(c) {
                    gap += 1;
                } else {
                    break;
                }
            }
            at = end;
            if !touches_word(text, start, end) {
                return Some((digits, start..end));
            }
        }
        None
    })
}

/// Whether a letter, a digit or an underscore stands directly before `start` or after `end`.
fn touches_word(text: &str, start: usize, end: usize) -> bool {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    text[..start].chars().next_back().is_some_and(word) || text[end..].chars().next().is_some_and(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Texts that must be found, with what they are found as.
    const HITS: &[(&str, &str)] = &[
        ("an e-mail address", "write to jane.doe@example.com today"),
        ("an e-mail address", "<jane+shop@mail.example.co.uk>"),
        ("an e-mail address", "jürgen@bücher.example"),
        ("an e-mail address", "mailto:x@example.org"),
        ("an e-mail address", "x_1%y@sub-domain.example.info."),
        ("an e-mail address", "order:42:jane@example.com"),
        ("an e-mail address", "x://a:p@b.cc q:r@c.dd"),
        ("a telephone number", "call +1 804 555 0142"),
        ("a telephone number", "+12025550123"),
        ("a telephone number", "+44 (0)20 7946 0958"),
        ("a telephone number", "+49-30-23125-000"),
        ("a telephone number", "(202) 555-0123"),
        ("a telephone number", "202-555-0123"),
        ("a telephone number", "202.555.0123"),
        ("a telephone number", "1-202-555-0123"),
        ("a telephone number", "ring 020 7946 0958 after six"),
        ("a telephone number", "01632 960123"),
        ("a telephone number", "030/23125000"),
        ("a telephone number", "00 44 20 7946 0958"),
        ("a telephone number", "tel:+81-3-0000-1234"),
        ("a payment card number", "card 4111 1111 1111 1111"),
        ("a payment card number", "4111111111111111"),
        ("a payment card number", "5555-5555-5555-4444"),
        ("a payment card number", "amex 3782 822463 10005"),
        ("a payment card number", "6011111111111117."),
        ("an IBAN", "GB82 WEST 1234 5698 7654 32"),
        ("an IBAN", "pay to DE89370400440532013000 please"),
        ("an IBAN", "NO9386011117947"),
        ("an IBAN", "gb82 west 1234 5698 7654 32"),
        ("an AWS access key id", "key AKIAIOSFODNN7EXAMPLE leaked"),
        ("a GitHub token", "ghp_0123456789abcdefghijABCDEFGHIJ012345"),
        ("a GitHub token", "github_pat_11ABCDEFG0abcdefghijkl_0123456789"),
        ("a GitLab token", "glpat-ABCDEFGHIJKLMNOPQRST"),
        ("a Slack token", "xoxb-123456789012-abcdefABCDEF"),
        ("a Stripe key", "sk_live_0123456789abcdefABCDEF01"),
        ("a Google API key", "AIzaSyA0123456789abcdefghijklmnopqrstuv"),
        ("a JSON Web Token", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJlLXNpZw"),
        ("a private key", "-----BEGIN RSA PRIVATE KEY-----"),
        ("a private key", "-----BEGIN PRIVATE KEY-----"),
        ("an npm token", "npm_0123456789abcdefghijABCDEFGHIJ012345"),
        ("a PyPI token", "pypi-AgEIcHlwaS5vcmcCJDAwMDAwMDAw"),
        ("an API key", "sk-ant-api03-0123456789abcdefghij"),
        ("a SendGrid key", "SG.0123456789abcdefABCDEF.0123456789abcdefABCDEF0123456789abcdefABCDE"),
        ("a URL with a password", "postgres://app:hunter2@db.example/prod"),
        ("a URL with a password", "x://a:p@b.cc:q@c.dd"),
        ("a URL with a password", "a://b:c@"),
        ("a bearer token", "Authorization: Bearer 0123456789abcdefABCDEF"),
    ];

    /// Texts that must stay silent.
    const NEAR_HITS: &[&str] = &[
        "",
        "order 12345678901 was paid",
        "order number 020 7946 0958",
        "order #202-555-0123",
        "ORD-2025-000123456",
        "invoice 0123-456789",
        "114-1234567-1234567",
        "2025-11-05",
        "05.11.2025 14:00",
        "2025-11-05T14:00:00Z",
        "2025-11-05 14:00:00.123456789",
        "20251105140000",
        "1730812800000",
        "11/05/2025 - 11/06/2025",
        "123e4567-e89b-12d3-a456-426614174000",
        "00000000-0000-0000-0000-000000000000",
        "01K9A5E8R0ABCDEFGHJKMNPQRS",
        "01234567890123456789012345",
        "v1.2.3",
        "10.0.19041.1237",
        "1.2.3-rc.4+build.5678",
        "192.168.100.200",
        "2001:db8::1",
        "prov_9876543210",
        "conv_777",
        "42",
        "the +1 vote",
        "+49 is the prefix",
        "10 000 000 000",
        "1,234,567,890.12",
        "4111 1111 1111 1112",
        "1234567812345670",
        "room 404-200-1",
        "ISBN 978-3-16-148410-0",
        "@channel please look",
        "pkg@1.2.3",
        "meet me @ noon",
        "a@b",
        "user@localhost",
        "GB82 WEST 1234 5698 7654 33",
        "GB82 is a prefix",
        "XX82WEST12345698765432",
        "AKIA is a prefix",
        "sk_live_ is a prefix",
        "eyJ.eyJ.x",
        "-----BEGIN CERTIFICATE-----",
        "-----BEGIN PUBLIC KEY-----",
        "https://example.com/a@b",
        "http://db.example:5432/x",
        "the bearer of the news",
        "part 555-0123",
        "3.14159265358979",
        "lat 52.520008, lon 13.404954",
        "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "9f86d081884c7d659a2feaa0c55ad015",
        "0x00ff00ff",
        "ticket 0171-1234567",
        "case no 030 23125000",
        "customer asked twice, 3 of 5, 10:30-11:45",
        "2025-W45-3",
        "1/2/2025",
        "№ 202 555 0123",
    ];

    fn found(text: &str) -> Option<&'static str> {
        personal_data(text).map(PersonalData::name).or_else(|| secret(text))
    }

    #[test]
    fn every_hit_is_found_as_what_it_is() {
        for (kind, text) in HITS {
            assert_eq!(found(text), Some(*kind), "{text}");
        }
    }

    /// Texts near those of the tables: pieces of two of them, with a character changed here and there.
    fn near_texts() -> impl Iterator<Item = String> {
        let texts: Vec<Vec<char>> =
            HITS.iter().map(|(_, text)| text).chain(NEAR_HITS).map(|text| text.chars().collect()).collect();
        let mut state = 1_u64;
        let mut below = move |count: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(state >> 33).unwrap() % count
        };
        let changes: Vec<char> = "0157+-./ _:@#AKIzSGbBeyJé\u{212A}".chars().collect();
        (0..100_000).map(move |_| {
            let (one, other) = (&texts[below(texts.len())], &texts[below(texts.len())]);
            let mut text = one[..below(one.len() + 1)].to_vec();
            text.extend(&other[below(other.len() + 1)..]);
            for _ in 0..below(3) {
                let (at, change) = (below(text.len() + 1), changes[below(changes.len())]);
                match text.get_mut(at) {
                    Some(place) => *place = change,
                    None => text.push(change),
                }
            }
            text.into_iter().collect()
        })
    }

    #[test]
    fn what_lacks_a_detectors_sign_holds_nothing_that_it_finds() {
        let mut found = [0; 4];
        for text in near_texts() {
            found[0] += u32::from(phone::looked_for(&text));
            found[1] += u32::from(card::looked_for(&text));
            found[2] += u32::from(secret::looked_for(&text).is_some());
            found[3] += u32::from(iban::looked_for(&text));
            assert_eq!(phone::found(&text), phone::looked_for(&text), "{text}");
            assert_eq!(card::found(&text), card::looked_for(&text), "{text}");
            assert_eq!(secret::found(&text), secret::looked_for(&text), "{text}");
            assert_eq!(iban::found(&text), iban::looked_for(&text), "{text}");
        }
        assert!(found.iter().all(|count| *count > 200), "{found:?}");
    }

    #[test]
    fn every_near_hit_stays_silent() {
        for text in NEAR_HITS {
            assert_eq!(found(text), None, "{text}");
        }
    }
}
