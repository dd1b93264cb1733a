//! What is reserved for examples and can be nobody's: names of domains (RFC 2606, RFC 6761) and telephone numbers set aside
//! for fiction.

/// Ends of the digits of telephone numbers set aside for fiction, `#` for any digit: by the numbering plan of North
/// America, by Ofcom (United Kingdom), PTS (Sweden), Arcep (France), Bundesnetzagentur (Germany) and `ComReg` (Ireland).
const NUMBERS: [&str; 14] = [
    "55501##",
    "7700900###",
    "2079460###",
    "1632960###",
    "1144960###",
    "1314960###",
    "1914980###",
    "7017406##",
    "8465004##",
    "26191####",
    "63998####",
    "19900####",
    "3023125###",
    "2091#####",
];

/// Second-level names set aside for examples.
const NAMES: [&str; 3] = ["example.com", "example.net", "example.org"];

/// Top-level names set aside.
const TOPS: [&str; 4] = ["example", "invalid", "test", "localhost"];

/// The text without what is reserved for examples.
pub(crate) fn removed(text: &str) -> String {
    without_numbers(&without_addresses(text))
}

/// The text without e-mail addresses at reserved names.
fn without_addresses(text: &str) -> String {
    let mut left = String::with_capacity(text.len());
    for word in text.split_inclusive(|c: char| c.is_whitespace() || "<>()[],;\"'`".contains(c)) {
        let bare = word.trim_end_matches(|c: char| !c.is_alphanumeric());
        let reserved = bare.rsplit_once('@').is_some_and(|(_, domain)| is_reserved(&domain.to_lowercase()));
        left.push_str(if reserved { &word[bare.len()..] } else { word });
    }
    left
}

fn is_reserved(domain: &str) -> bool {
    let below = |name: &str| {
        domain.strip_suffix(name).is_some_and(|before| before.is_empty() || before.ends_with('.'))
    };
    NAMES.iter().chain(&TOPS).any(|name| below(name))
}

/// The text without runs of digits that end as a reserved telephone number does.
fn without_numbers(text: &str) -> String {
    let part_of_number = |c: char| c.is_ascii_digit() || "+()-./ \u{a0}".contains(c);
    let mut left = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let is_number = part_of_number(first);
        let end = rest.find(|c: char| part_of_number(c) != is_number).unwrap_or(rest.len());
        let (run, after) = rest.split_at(end);
        let digits: String = run.chars().filter(char::is_ascii_digit).collect();
        if is_number && NUMBERS.iter().any(|end| ends_as(&digits, end)) {
            left.push(' ');
        } else {
            left.push_str(run);
        }
        rest = after;
    }
    left
}

fn ends_as(digits: &str, end: &str) -> bool {
    let Some(start) = digits.len().checked_sub(end.len()) else { return false };
    digits[start..].bytes().zip(end.bytes()).all(|(digit, wanted)| wanted == b'#' || digit == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_reserved_goes_and_all_else_stays() {
        for (text, left) in [
            ("write to jane@example.com.", "write to ."),
            ("<jane@mail.example.org>, x@shop.example", "<>, "),
            ("jane@notexample.com", "jane@notexample.com"),
            ("call +1 (202) 555-0123 now", "call now"),
            ("07700 900123", " "),
            ("+46 8 663 25 00", "+46 8 663 25 00"),
            ("version 1.2", "version 1.2"),
            ("", ""),
        ] {
            assert_eq!(removed(text), left, "{text}");
        }
    }
}
