//! How values of events are shown in messages: quoted, escaped, and cut.

/// How many characters of a value or a name a message shows.
const SHOWN: usize = 60;

/// A text in backticks, cut, with what can't be seen escaped.
pub(crate) fn quoted(text: &str) -> String {
    let mut shown = String::with_capacity(text.len().min(SHOWN * 4) + 2);
    shown.push('`');
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
    shown.push('`');
    shown
}

/// A text cut and with what can't be seen replaced, for the fields of a finding that hold a bare value.
pub(crate) fn plain(text: &str) -> String {
    let quoted = quoted(text);
    quoted[1..quoted.len() - 1].to_owned()
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
    let bare = |name: &str| -> String {
        name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    let wanted = bare(name);
    if wanted.is_empty() {
        return None;
    }
    known
        .map(|candidate| (strsim::damerau_levenshtein(&wanted, &bare(candidate)), candidate))
        .filter(|(distance, candidate)| *distance <= (candidate.chars().count() / 3).clamp(1, 4))
        .min_by_key(|(distance, candidate)| (*distance, *candidate))
        .map(|(_, candidate)| candidate)
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
    fn counts_read_well() {
        assert_eq!(counted(1, "character"), "1 character");
        assert_eq!(counted(1_234_567, "byte"), "1,234,567 bytes");
    }
}
