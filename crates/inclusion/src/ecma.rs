//! ECMA-262 patterns, as schemas have them, read by the parser of the `regex` crate.

use std::fmt::Write as _;

use regex_syntax::hir::Hir;

/// What a pattern asks for, split into what automata can do.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Split {
    /// A pattern without the look-around that stood at its beginning and end.
    pub(crate) rest: String,
    /// Patterns that must match too (or must not).
    pub(crate) beside: Vec<(bool, String)>,
}

/// Takes the look-ahead from the beginning, after `^`, and the look-behind from the end, before `$`: each asks the same
/// as a pattern of its own. `None` if there is none, or if it has a class that validators read otherwise beside look-around:
/// then `\d`, `\w`, `\s` and their like are Unicode's.
pub(crate) fn split(ecma: &str) -> Option<Split> {
    if ["\\d", "\\D", "\\w", "\\W", "\\s", "\\S"].iter().any(|class| ecma.contains(class)) {
        return None;
    }
    let mut rest = ecma.strip_prefix('^')?;
    let mut beside = Vec::new();
    while let Some((wanted, inner, after)) = leading(rest) {
        beside.push((wanted, format!("^(?:{inner})")));
        rest = after;
    }
    let mut rest = rest.to_owned();
    while let Some((wanted, inner, before)) = trailing(&rest) {
        beside.push((wanted, format!("(?:{inner})$")));
        rest = format!("{before}$");
    }
    // An alternative at the top would have the look-around to itself.
    (!beside.is_empty() && !has_alternatives(&rest)).then(|| Split { rest: format!("^{rest}"), beside })
}

fn leading(text: &str) -> Option<(bool, &str, &str)> {
    let (wanted, body) = match (text.strip_prefix("(?="), text.strip_prefix("(?!")) {
        (Some(body), _) => (true, body),
        (_, Some(body)) => (false, body),
        _ => return None,
    };
    let end = closing(body)?;
    let after = &body[end + 1..];
    (!after.starts_with(['*', '+', '?', '{'])).then_some((wanted, &body[..end], after))
}

fn trailing(text: &str) -> Option<(bool, &str, &str)> {
    let body = text.strip_suffix(")$")?;
    for (opening, wanted) in [("(?<=", true), ("(?<!", false)] {
        if let Some(at) = body.rfind(opening)
            && closing(&text[at + opening.len()..]) == Some(body.len() - at - opening.len())
        {
            return Some((wanted, &body[at + opening.len()..], &body[..at]));
        }
    }
    None
}

/// Each character outside of classes, unescaped, with its offset and how many groups are open before it.
fn structure(text: &str) -> impl Iterator<Item = (usize, char, usize)> {
    let (mut escaped, mut in_class, mut depth) = (false, false, 0_usize);
    text.char_indices().filter_map(move |(at, c)| {
        if escaped {
            escaped = false;
            return None;
        }
        match c {
            '\\' => escaped = true,
            ']' if in_class => in_class = false,
            _ if in_class => {}
            '[' => in_class = true,
            '(' => {
                depth += 1;
                return Some((at, c, depth - 1));
            }
            ')' => {
                let before = depth;
                depth = depth.saturating_sub(1);
                return Some((at, c, before));
            }
            _ => return Some((at, c, depth)),
        }
        None
    })
}

/// Where the group ends that was opened just before.
fn closing(text: &str) -> Option<usize> {
    structure(text).find(|(_, c, depth)| *c == ')' && *depth == 0).map(|(at, _, _)| at)
}

fn has_alternatives(text: &str) -> bool {
    structure(text).any(|(_, c, depth)| c == '|' && depth == 0)
}

/// Reads a pattern; `None` if it asks for what only backtracking engines do (look-around, references back), or is none.
pub(crate) fn parse(ecma: &str) -> Option<Hir> {
    regex_syntax::ParserBuilder::new().nest_limit(100).build().parse(&translate(ecma)?).ok()
}

const SPACE: &str =
    r"\x09-\x0D\x20\xA0\x{1680}\x{2000}-\x{200A}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000}\x{FEFF}";

/// The same pattern in the other syntax, where the two differ: `\d`, `\w` and their like mean ASCII in ECMA-262, `\s`
/// has characters of its own, and inside a class only `\`, `]`, `^` and `-` are special there.
fn translate(ecma: &str) -> Option<String> {
    let mut out = String::with_capacity(ecma.len() + 8);
    let mut in_class = false;
    // Whether a class has begun just now, and whether a hyphen stands before, but not as its first character.
    let (mut is_first, mut is_range) = (false, false);
    let mut chars = ecma.chars().peekable();
    while let Some(c) = chars.next() {
        let was_first = std::mem::take(&mut is_first);
        match c {
            '\\' => {
                let escaped = chars.next()?;
                // Behind a hyphen it would be the end of a range in the other syntax; here that hyphen is itself.
                if is_range && matches!(escaped, 'd' | 'D' | 'w' | 'W' | 's' | 'S') {
                    return None;
                }
                if escaped == 'c' {
                    let letter = chars.next().filter(char::is_ascii_alphabetic)?;
                    write!(out, "\\x{:02X}", u32::from(letter) % 32).ok()?;
                } else {
                    escape(escaped, in_class, &mut out)?;
                }
            }
            '[' if in_class => out.push_str("\\["),
            '[' => {
                (in_class, is_first) = (true, true);
                out.push('[');
                if chars.next_if_eq(&'^').is_some() {
                    out.push('^');
                }
                // An empty class matches nothing, its negation anything; the other syntax reads them otherwise.
                if chars.peek() == Some(&']') {
                    return None;
                }
            }
            ']' if in_class => {
                in_class = false;
                out.push(']');
            }
            '&' | '~' if in_class => {
                out.push('\\');
                out.push(c);
            }
            // Twice the same is an operator in the other syntax, and what it is here depends on what is around it.
            '-' if in_class && chars.peek() == Some(&'-') => return None,
            _ => out.push(c),
        }
        is_range = in_class && c == '-' && !was_first;
    }
    Some(out)
}

fn escape(escaped: char, in_class: bool, out: &mut String) -> Option<()> {
    let (inside, outside) = match escaped {
        'd' => ("0-9", "[0-9]"),
        // As classes in classes: written out, what they leave out would come back where case is ignored.
        'D' => ("[^0-9]", "[^0-9]"),
        'w' => ("A-Za-z0-9_", "[A-Za-z0-9_]"),
        'W' => ("[^A-Za-z0-9_]", "[^A-Za-z0-9_]"),
        's' | 'S' => {
            out.push_str(if escaped == 's' { "[" } else { "[^" });
            out.push_str(SPACE);
            out.push(']');
            return Some(());
        }
        // What counts as a word differs between the engines outside of ASCII.
        'b' if in_class => ("\\x08", ""),
        'b' | 'B' => return None,
        '0' => ("\\x00", "\\x00"),
        _ => {
            out.push('\\');
            out.push(escaped);
            return Some(());
        }
    };
    out.push_str(if in_class { inside } else { outside });
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn look_around_at_the_ends_is_split_off() {
        let split_of = |ecma: &str| split(ecma).map(|split| (split.rest, split.beside));
        assert_eq!(
            split_of("^(?!a|b$)(?=.{3})[^)(]+(?<!-)$"),
            Some((
                "^[^)(]+$".to_owned(),
                vec![
                    (false, "^(?:a|b$)".to_owned()),
                    (true, "^(?:.{3})".to_owned()),
                    (false, "(?:-)$".to_owned())
                ]
            ))
        );
        for ecma in ["^a$", "(?!a)b", "^(?!a)b|c", "^a(?!b)c$", "^(?!a", "^(?=a)*b"] {
            assert_eq!(split_of(ecma), None, "{ecma}");
        }
    }

    #[test]
    fn what_needs_backtracking_is_not_read() {
        for ecma in [
            "^(?=.*a).*$",
            r"^(a)\1$",
            r"\bid\b",
            "a{2,1}",
            "(",
            "[]",
            "[^]",
            r"[!-\s]",
            r"[!-\D]",
            r"[!-\d]",
            r"[\[-\d]",
            r"[\\-\d]",
        ] {
            assert_eq!(parse(ecma), None, "{ecma}");
        }
        for ecma in [
            r"^[\d-]+$",
            r"^a\/b$",
            r"^[[&]$",
            r"^\S+\s$",
            r"^\u0041\cJ$",
            r"^[\w.\-]{1,64}$",
            r"\p{L}",
            r"[-\s]",
            r"[^-\W]",
            r"[a\-\d]",
            r"[a-z\W]",
        ] {
            assert!(parse(ecma).is_some(), "{ecma}");
        }
    }
}
