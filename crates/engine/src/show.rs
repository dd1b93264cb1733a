//! How values of events are shown in messages: quoted, escaped, and cut.

/// How many characters of a value or a name a message shows.
const SHOWN: usize = 60;

/// A text in backticks, cut, with what can't be seen escaped.
pub(crate) fn quoted(text: &str) -> String {
    let mut shown = String::with_capacity(text.len().min(SHOWN * 4) + 2);
    shown.push('`');
    push_plain(&mut shown, text);
    shown.push('`');
    shown
}

/// Appends a text, cut, with what can't be seen escaped.
pub(crate) fn push_plain(shown: &mut String, text: &str) {
    if text.len() <= SHOWN && text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        shown.push_str(text);
        return;
    }
    for (count, c) in text.chars().enumerate() {
        if count == SHOWN {
            shown.push('…');
            break;
        }
        if is_visible(c) {
            shown.push(c);
        } else {
            shown.extend(c.escape_default());
        }
    }
}

/// A text cut and with what can't be seen replaced, for the fields of a finding that hold a bare value.
pub(crate) fn plain(text: &str) -> String {
    let mut shown = String::with_capacity(text.len().min(SHOWN * 4));
    push_plain(&mut shown, text);
    shown
}

/// Whether a character is shown as what it is: no control character, no mark that turns the direction of text or has
/// no width, no line separator.
pub(crate) fn is_visible(c: char) -> bool {
    !(c.is_control()
        || matches!(c, '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}'))
}

/// A number with its noun, in the plural where it must be: `1 character`, `1,234 characters`.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    let digits = count.to_string();
    let mut shown = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    let plural = if count == 1 { "" } else { "s" };
    format!("{shown} {noun}{plural}")
}

/// The one of `known` that was most likely meant by `name`: the same but for case and punctuation, or else a few slips
/// of the pen away.
pub(crate) fn nearest<'k>(name: &str, known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    // A name far longer than any of ours is no slip of the pen, and comparing is quadratic.
    if name.len() > 200 {
        return None;
    }
    let wanted = bare(name);
    if wanted.is_empty() {
        return None;
    }
    let letters = letters(name);
    let mut nearest: Option<(usize, &str)> = None;
    for candidate in known {
        let bearable = (candidate.chars().count() / 3).clamp(1, 4);
        let bearable = nearest.map_or(bearable, |(distance, _)| bearable.min(distance));
        // Comparing is slow, and most names are so unlike that a count of their letters tells.
        if least_distance(&letters, candidate) > bearable {
            continue;
        }
        let distance = distance(&wanted, &bare(candidate));
        if distance <= bearable && nearest.is_none_or(|nearest| (distance, candidate) < nearest) {
            nearest = Some((distance, candidate));
        }
    }
    nearest.map(|(_, candidate)| candidate)
}

/// The letters and digits of a name, without case.
fn bare(name: &str) -> String {
    let mut bare = String::with_capacity(name.len());
    each_bare(name, |c| bare.push(c));
    bare
}

/// Calls `then` with each letter and digit of a name, without case.
fn each_bare(name: &str, mut then: impl FnMut(char)) {
    if name.is_ascii() {
        let bytes = name.bytes().filter(u8::is_ascii_alphanumeric);
        bytes.for_each(|byte| then(char::from(byte.to_ascii_lowercase())));
    } else {
        name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).for_each(then);
    }
}

/// How often each letter and digit stands in a name, whatever its case; those that are one modulo 32 count as the same.
fn letters(name: &str) -> [i32; 32] {
    let mut letters = [0; 32];
    each_bare(name, |c| letters[c as usize % 32] += 1);
    letters
}

/// How many slips of the pen at least lie between the letters and digits of two names, of which one is given by how often it
/// has each: one adds a letter, takes one away, or both.
fn least_distance(letters: &[i32; 32], other: &str) -> usize {
    let mut letters = *letters;
    each_bare(other, |c| letters[c as usize % 32] -= 1);
    let more = letters.iter().map(|count| (*count).max(0)).sum::<i32>();
    let fewer = letters.iter().map(|count| (-*count).max(0)).sum::<i32>();
    usize::try_from(more.max(fewer)).unwrap_or_default()
}

/// How many slips of the pen lie between two names. Where they begin and end alike there is none.
fn distance(one: &str, other: &str) -> usize {
    let alike = one.chars().zip(other.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum();
    let (one, other) = (&one[alike..], &other[alike..]);
    let pairs = one.chars().rev().zip(other.chars().rev());
    let alike: usize = pairs.take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum();
    strsim::damerau_levenshtein(&one[..one.len() - alike], &other[..other.len() - alike])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_cut_and_escaped() {
        assert_eq!(quoted("conv_777"), "`conv_777`");
        assert_eq!(quoted("a\u{1b}[31m\n\u{202e}"), "`a\\u{1b}[31m\\n\\u{202e}`");
        assert_eq!(quoted(&"é".repeat(61)), format!("`{}…`", "é".repeat(60)));
    }

    #[test]
    fn a_near_name_is_found_and_a_far_one_is_not() {
        let known = ["wallet.opened", "wallet.closed", "card.issued"];
        for (name, meant) in [
            ("WalletClosed", Some("wallet.closed")),
            ("wallet_closed", Some("wallet.closed")),
            ("wallet.clsoed", Some("wallet.closed")),
            ("walet.opend", Some("wallet.opened")),
            ("card.issue", Some("card.issued")),
            ("payment.made", None),
            ("", None),
        ] {
            assert_eq!(nearest(name, known.into_iter()), meant, "{name}");
        }
    }

    #[test]
    fn the_short_ways_to_a_distance_lead_to_the_same() {
        let mut state = 1_u64;
        let mut below = move |count: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(state >> 33).unwrap() % count
        };
        let alphabet = ['a', 'b', 'c', 'é', '1'];
        for _ in 0..20_000 {
            let one: Vec<char> = (0..below(9)).map(|_| alphabet[below(5)]).collect();
            let mut other = one.clone();
            for _ in 0..below(5) {
                let (at, letter) = (below(other.len() + 1), alphabet[below(5)]);
                match below(4) {
                    0 => other.insert(at, letter),
                    1 if at < other.len() => drop(other.remove(at)),
                    2 if at + 1 < other.len() => other.swap(at, at + 1),
                    _ if at < other.len() => other[at] = letter,
                    _ => {}
                }
            }
            let (one, other): (String, String) = (one.iter().collect(), other.iter().collect());
            let whole = strsim::damerau_levenshtein(&one, &other);
            assert_eq!(distance(&one, &other), whole, "{one} {other}");
            assert!(least_distance(&letters(&one), &other) <= whole, "{one} {other}");
        }
    }

    #[test]
    fn counts_read_well() {
        assert_eq!(counted(1, "character"), "1 character");
        assert_eq!(counted(1_234_567, "byte"), "1,234,567 bytes");
    }
}
