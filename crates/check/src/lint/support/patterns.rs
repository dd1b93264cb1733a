//! Patterns: what doesn't mean the same in ECMA-262, RE2 and Rust, and how long a string a pattern lets through.

use regex_syntax::hir::{Hir, Look};

/// The largest number of repetitions that RE2 takes.
const RE2_REPETITIONS: u32 = 1000;

/// A part of a pattern that isn't portable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unportable {
    /// The part.
    pub(crate) part: String,
    /// Why.
    pub(crate) why: &'static str,
    /// What to write, where there is something that means the same everywhere.
    pub(crate) instead: Option<&'static str>,
}

/// The first part of a pattern that doesn't mean the same in ECMA-262, RE2 and Rust, if there is one.
pub(crate) fn unportable(pattern: &str) -> Option<Unportable> {
    let mut scan = Scan { rest: pattern, in_class: false, before: Before::Other };
    let mut found = None;
    while found.is_none() && !scan.rest.is_empty() {
        found = scan.step();
    }
    if found.is_some() {
        return found;
    }
    // What no list of differences has: whatever Rust can't read.
    regex_syntax::Parser::new().parse(pattern).err().map(|_| Unportable {
        part: pattern.to_owned(),
        why: "Rust can't read it",
        instead: None,
    })
}

/// A pattern with what ECMA-262 means by `\d`, `\w` and `\u00…` written out, if that changes it.
pub(crate) fn portable(pattern: &str) -> Option<String> {
    let mut written = String::with_capacity(pattern.len());
    let (mut rest, mut in_class) = (pattern, false);
    while let Some(first) = rest.chars().next() {
        let escaped = if first == '\\' { rest[1..].chars().next() } else { None };
        let length = first.len_utf8() + escaped.map_or(0, char::len_utf8);
        let (part, after) = rest.split_at(length);
        // Beside a `-`, a class could be taken for the end of a range.
        let beside_dash = in_class && (written.ends_with('-') || after.starts_with('-'));
        match escaped {
            Some('d' | 'w') if beside_dash => return None,
            Some('d') => written.push_str(if in_class { "0-9" } else { "[0-9]" }),
            Some('w') => written.push_str(if in_class { "A-Za-z0-9_" } else { "[A-Za-z0-9_]" }),
            Some('D' | 'W') if in_class => return None,
            Some('D') => written.push_str("[^0-9]"),
            Some('W') => written.push_str("[^A-Za-z0-9_]"),
            Some('u') if is_low(after) => {
                written.push_str("\\x");
                written.push_str(&after[2..4]);
                rest = &after[4..];
                continue;
            }
            _ => written.push_str(part),
        }
        in_class = if in_class { part != "]" } else { part == "[" };
        rest = after;
    }
    (written != pattern).then_some(written)
}

/// Whether the four digits of a `\u` that begin a text can be written as the two of a `\x`.
fn is_low(text: &str) -> bool {
    text.starts_with("00") && text.len() >= 4 && text.bytes().take(4).all(|byte| byte.is_ascii_hexdigit())
}

struct Scan<'p> {
    rest: &'p str,
    in_class: bool,
    /// What stands before the rest.
    before: Before,
}

/// What a quantifier may follow.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    /// A quantifier, which a `?` may make lazy.
    Quantifier,
    /// A lazy quantifier.
    Lazy,
    Other,
}

impl Scan<'_> {
    /// Looks at the next part of the pattern, and passes it.
    fn step(&mut self) -> Option<Unportable> {
        let part = |part: &str, why, instead| Some(Unportable { part: part.to_owned(), why, instead });
        let before = std::mem::replace(&mut self.before, Before::Other);
        let (found, length) = if let Some(escape) = self.rest.strip_prefix('\\') {
            let Some(kind) = escape.chars().next() else {
                return part("\\", "it escapes nothing", None);
            };
            (of_escape(kind, &escape[kind.len_utf8()..]), 1 + kind.len_utf8())
        } else if self.in_class {
            let found = match self.rest.as_bytes() {
                [b'[', ..] => part("[", "in a class, Rust begins another class with it", Some("\\[")),
                [b'&', b'&', ..] => part("&&", "in a class, Rust takes what both sides have", None),
                [b'-', b'-', ..] => part("--", "in a class, Rust takes the right side away", None),
                [b'~', b'~', ..] => part("~~", "in a class, Rust takes what one side has", None),
                _ => None,
            };
            self.in_class = !self.rest.starts_with(']');
            (found, self.rest.chars().next().map_or(1, char::len_utf8))
        } else if let Some(length) = quantifier(self.rest) {
            let is_lazy = self.rest.starts_with('?') && before == Before::Quantifier;
            self.before = if is_lazy { Before::Lazy } else { Before::Quantifier };
            let found = if before != Before::Other && !is_lazy {
                part(&self.rest[..length], "ECMA-262 has no quantifier right after another", None)
            } else {
                too_many(&self.rest[..length])
            };
            (found, length)
        } else {
            self.outside(part)
        };
        self.rest = &self.rest[length..];
        found
    }

    fn outside(
        &mut self,
        part: impl Fn(&str, &'static str, Option<&'static str>) -> Option<Unportable>,
    ) -> (Option<Unportable>, usize) {
        const GROUPS: [(&str, &str); 9] = [
            ("(?=", "RE2 and Rust have no look-ahead"),
            ("(?!", "RE2 and Rust have no look-ahead"),
            ("(?<=", "RE2 and Rust have no look-behind"),
            ("(?<!", "RE2 and Rust have no look-behind"),
            ("(?>", "none of them has atomic groups"),
            ("(?P", "ECMA-262 has no such groups"),
            ("(?<", "older RE2 has no such groups"),
            ("(?i", "ECMA-262 has no flags in patterns"),
            ("(?#", "none of them has comments in groups"),
        ];
        if let Some((group, why)) = GROUPS.iter().find(|(group, _)| self.rest.starts_with(group)) {
            return (part(group, why, None), group.len());
        }
        if self.rest.starts_with("(?:") {
            return (None, 3);
        }
        if self.rest.starts_with("(?") {
            return (part("(?", "ECMA-262 has no flags in patterns", None), 2);
        }
        if let Some(inside) = self.rest.strip_prefix('[') {
            self.in_class = true;
            if inside.starts_with("^]") || inside.starts_with(']') {
                return (part("[]", "an empty class is one only in ECMA-262", Some("\\]")), 1);
            }
            if inside.starts_with("[:") {
                return (part("[[:", "ECMA-262 has no named classes", None), 1);
            }
            return (None, 1 + usize::from(inside.starts_with('^')));
        }
        if self.rest.starts_with('.') {
            let why = "ECMA-262 leaves out more ends of lines than RE2 and Rust do";
            return (part(".", why, None), 1);
        }
        (None, self.rest.chars().next().map_or(1, char::len_utf8))
    }
}

/// What is wrong with an escape.
fn of_escape(kind: char, after: &str) -> Option<Unportable> {
    let (why, instead): (&'static str, Option<&'static str>) = match kind {
        'd' => ("Rust takes the digits of every script for it", Some("[0-9]")),
        'w' => ("Rust takes the letters of every script for it", Some("[A-Za-z0-9_]")),
        'D' => ("Rust takes the digits of every script for its contrary", Some("[^0-9]")),
        'W' => ("Rust takes the letters of every script for its contrary", Some("[^A-Za-z0-9_]")),
        's' | 'S' => ("each takes other characters for white space", Some("[ \\t\\n\\r]")),
        'b' | 'B' => ("Rust takes the letters of every script for parts of words", None),
        'u' => ("RE2 doesn't know it", Some("\\x and two digits, up to \\xff")),
        'p' | 'P' => ("ECMA-262 knows it only under a flag that schemas can't set", None),
        'c' => ("only ECMA-262 has it", None),
        'A' | 'z' | 'Z' => ("ECMA-262 means the letter by it", Some("^ and $")),
        'Q' | 'E' | 'a' => ("ECMA-262 means the letter by it", None),
        'x' if after.len() < 2 || !after.bytes().take(2).all(|byte| byte.is_ascii_hexdigit()) => {
            ("ECMA-262 takes only two digits after it", Some("\\x and two digits"))
        }
        '<' | '>' => ("Rust means the beginning or end of a word by it", Some("the character itself")),
        'k' | '1'..='9' => ("RE2 and Rust have no references back", None),
        _ => return None,
    };
    Some(Unportable { part: format!("\\{kind}"), why, instead })
}

/// How long the quantifier is that begins a text, if one does.
fn quantifier(text: &str) -> Option<usize> {
    if text.starts_with(['*', '+', '?']) {
        return Some(1);
    }
    let inside = text.strip_prefix('{')?.split_once('}')?.0;
    let is_one = !inside.is_empty() && inside.chars().all(|c| c.is_ascii_digit() || c == ',');
    is_one.then_some(inside.len() + 2)
}

/// What is wrong with the numbers of a quantifier such as `{2,5}`.
fn too_many(quantifier: &str) -> Option<Unportable> {
    let inside = quantifier.strip_prefix('{')?.strip_suffix('}')?;
    let unportable = |why, instead| Some(Unportable { part: quantifier.to_owned(), why, instead });
    if inside.starts_with(',') {
        return unportable("RE2 and ECMA-262 take it for the characters themselves", Some("{0,…}"));
    }
    let mut numbers = inside.split(',').filter(|part| !part.is_empty());
    let too_many =
        numbers.any(|part| part.parse().is_ok_and(|count: u32| count > RE2_REPETITIONS) || part.len() > 9);
    if too_many { unportable("RE2 takes no more than 1,000 repetitions", Some("maxLength")) } else { None }
}

/// Whether a pattern lets through only strings up to some length.
pub(crate) fn is_bounded(pattern: &str) -> bool {
    // Classes that mean something else in Rust have the same lengths there; look-around has none.
    regex_syntax::Parser::new().parse(pattern).is_ok_and(|hir| {
        let properties = hir.properties();
        properties.look_set_prefix().contains(Look::Start)
            && properties.look_set_suffix().contains(Look::End)
            && longest(&hir).is_some()
    })
}

fn longest(hir: &Hir) -> Option<usize> {
    hir.properties().maximum_len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_means_the_same_everywhere_is_portable() {
        for pattern in [
            "^[0-7][0-9A-HJKMNP-TV-Z]{25}$",
            "^(a|b)+c?$",
            "^\\+[1-9][0-9]{6,14}$",
            "^[^\\n\\r]*$",
            "^(?:x\\.y|z)$",
            "^[!-~]+$",
            "^[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}$",
            "^[^\\x00-\\x1f]*$",
            "^[\\]x]$",
            "^a*?b+?c??d{2}?$",
            "^\\x41\\.$",
            "^(?:a|b)?$",
        ] {
            assert_eq!(unportable(pattern), None, "{pattern}");
        }
    }

    #[test]
    fn what_means_something_else_somewhere_is_found() {
        for (pattern, part) in [
            ("^\\d+$", "\\d"),
            ("^[\\w-]+$", "\\w"),
            ("^a.c$", "."),
            ("^(?!x)a$", "(?!"),
            ("^(?<=x)a$", "(?<="),
            ("^(?P<n>a)$", "(?P"),
            ("^(?i)a$", "(?i"),
            ("^(?s:a)$", "(?"),
            ("(a)\\1", "\\1"),
            ("^[[:alpha:]]$", "[[:"),
            ("^[a-z&&[^b]]$", "&&"),
            ("^[a[]$", "["),
            ("^\\p{L}$", "\\p"),
            ("^a{1,2000}$", "{1,2000}"),
            ("\\Aa\\z", "\\A"),
            ("^a++$", "+"),
            ("^a{2}*$", "*"),
            ("^a{,3}$", "{,3}"),
            ("^\\x{41}$", "\\x"),
            ("^\\<a$", "\\<"),
            ("^\\u00e9$", "\\u"),
            ("^a$\\", "\\"),
            ("^(a$", "^(a$"),
            ("^[]$", "[]"),
        ] {
            assert_eq!(unportable(pattern).map(|found| found.part).as_deref(), Some(part), "{pattern}");
        }
    }

    #[test]
    fn what_can_be_written_out_is() {
        for (pattern, written) in [
            (r"^\d+$", Some("^[0-9]+$")),
            (r"^[\d_]\w$", Some("^[0-9_][A-Za-z0-9_]$")),
            (r"^[^\u0000-\u001f]\W$", Some(r"^[^\x00-\x1f][^A-Za-z0-9_]$")),
            (r"^\\d$", None),
            (r"^[\w-]$", None),
            (r"^[\D]$", None),
            (r"^\u20ac$", None),
            (r"^[\]]\d$", Some(r"^[\]][0-9]$")),
            ("^a$", None),
            ("\\", None),
        ] {
            assert_eq!(portable(pattern).as_deref(), written, "{pattern}");
        }
    }

    #[test]
    fn a_pattern_is_bounded_if_both_ends_are_held_and_nothing_repeats_without_end() {
        for pattern in ["^[a-z]{2}$", "^(a|bc){1,3}$", "^$", "^a$|^b$"] {
            assert!(is_bounded(pattern), "{pattern}");
        }
        for pattern in ["^[a-z]+$", "[a-z]", "^a", "a$", "^a|b$", "^(?!x)a$"] {
            assert!(!is_bounded(pattern), "{pattern}");
        }
    }
}
