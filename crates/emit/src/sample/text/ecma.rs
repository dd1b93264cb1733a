//! ECMA-262 patterns, as schemas have them, in the syntax of the `regex` crate.

use regex::Regex;
use regex_syntax::hir::Hir;

/// A pattern of a schema.
#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    pub(crate) regex: Regex,
    pub(crate) hir: Hir,
}

impl Pattern {
    /// Reads a pattern; `None` if it asks for what only backtracking engines do (look-around, references back).
    pub(crate) fn new(ecma: &str) -> Option<Self> {
        let translated = translate(ecma);
        let hir = regex_syntax::Parser::new().parse(&translated).ok()?;
        Some(Self { regex: Regex::new(&translated).ok()?, hir })
    }
}

/// The same pattern in the other syntax, where the two differ: `\d`, `\w` and their like mean ASCII in ECMA-262, and
/// inside a class only `\`, `]`, `^` and `-` are special there.
fn translate(ecma: &str) -> String {
    let mut out = String::with_capacity(ecma.len() + 8);
    let mut in_class = false;
    let mut chars = ecma.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some(escaped) => escape(escaped, in_class, &mut out),
                None => out.push('\\'),
            },
            '[' if in_class => out.push_str("\\["),
            '[' => {
                in_class = true;
                out.push('[');
                if chars.peek() == Some(&'^') {
                    out.push('^');
                    chars.next();
                }
            }
            ']' => {
                in_class = false;
                out.push(']');
            }
            '&' | '~' if in_class => {
                out.push('\\');
                out.push(c);
            }
            _ => out.push(c),
        }
    }
    out
}

fn escape(escaped: char, in_class: bool, out: &mut String) {
    let (inside, outside) = match escaped {
        'd' => ("0-9", "[0-9]"),
        'D' => ("\\x00-/:-\\x{10FFFF}", "[^0-9]"),
        'w' => ("A-Za-z0-9_", "[A-Za-z0-9_]"),
        'W' => ("\\x00-/:-@\\[-\\^`{-\\x{10FFFF}", "[^A-Za-z0-9_]"),
        'b' if in_class => ("\\x08", ""),
        'b' => ("", "(?-u:\\b)"),
        'B' => ("", "(?-u:\\B)"),
        '0' => ("\\x00", "\\x00"),
        _ => {
            out.push('\\');
            out.push(escaped);
            return;
        }
    };
    out.push_str(if in_class { inside } else { outside });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_means_what_it_means_in_ecma_262() {
        for (ecma, yes, no) in [
            (r"^\d+$", "12", "١٢"),
            (r"^[\d-]+$", "1-2", "1_2"),
            (r"^\w$", "a", "é"),
            (r"^[^\W_]$", "a", "_"),
            (r"^[[&]$", "[", "a"),
            (r"^a\/b$", "a/b", "a\\/b"),
            (r"^[^\u0000-\u001f]*$", "a b", "a\tb"),
            (r"^[\D]$", "x", "1"),
            (r"\bid\b", "my id", "idle"),
        ] {
            let pattern = Pattern::new(ecma).expect(ecma);
            assert!(pattern.regex.is_match(yes), "{ecma} and {yes}");
            assert!(!pattern.regex.is_match(no), "{ecma} and {no}");
        }
        assert!(Pattern::new("^(?=.*a).*$").is_none());
        assert!(Pattern::new(r"^(a)\1$").is_none());
    }
}
