//! JSON values in words.

use tidings_json::{Kind, Value};

use crate::docs::markdown::code;

/// How long a value may be shown.
const SHOWN: usize = 80;

/// A value as code: strings without quotes where nobody can take them for something else.
pub(crate) fn literal(value: &Value<'_>) -> String {
    let text = match &value.kind {
        Kind::String(text) if !is_misread(text) => text.to_string(),
        _ => value.to_serde().to_string(),
    };
    if text.chars().count() <= SHOWN {
        return code(&text);
    }
    let start: String = text.chars().take(SHOWN - 1).collect();
    code(&format!("{start}…"))
}

/// Whether a string without its quotes would be taken for something else.
fn is_misread(text: &str) -> bool {
    let odd = |c: char| c.is_control() || matches!(c, '"' | '\\' | '`' | '{' | '[');
    text.trim() != text
        || text.is_empty()
        || text.contains(odd)
        || tidings_json::parse(text.as_bytes(), 8).is_ok()
}

/// `a`, `a or b`, `a, b or c`.
pub(crate) fn one_of<T: AsRef<str>>(items: &[T]) -> String {
    join(items, "or")
}

/// `a`, `a and b`, `a, b and c`.
pub(crate) fn all_of<T: AsRef<str>>(items: &[T]) -> String {
    join(items, "and")
}

fn join<T: AsRef<str>>(items: &[T], last: &str) -> String {
    match items {
        [] => String::new(),
        [one] => one.as_ref().to_owned(),
        [first @ .., end] => {
            let first: Vec<&str> = first.iter().map(AsRef::as_ref).collect();
            format!("{} {last} {}", first.join(", "), end.as_ref())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_that_could_be_misread_keep_their_quotes() {
        for (json, shown) in [
            (r#""open""#, "`open`"),
            (r#""two words""#, "`two words`"),
            (r#""1""#, "`\"1\"`"),
            ("1.50", "`1.50`"),
            (r#""true""#, "`\"true\"`"),
            ("true", "`true`"),
            ("null", "`null`"),
            (r#""""#, "`\"\"`"),
            (r#"" x""#, "`\" x\"`"),
            (r#""a\\|b""#, r#"`"a\\|b"`"#),
            (r#"["a", {"b": 1}]"#, r#"`["a",{"b":1}]`"#),
        ] {
            let parsed = tidings_json::parse(json.as_bytes(), 8).unwrap();
            assert_eq!(literal(&parsed.value), shown, "{json}");
        }
    }

    #[test]
    fn lists_read_as_people_write_them() {
        assert_eq!(one_of(&["a"]), "a");
        assert_eq!(one_of(&["a", "b", "c"]), "a, b or c");
        assert_eq!(all_of(&["a", "b"]), "a and b");
    }
}
