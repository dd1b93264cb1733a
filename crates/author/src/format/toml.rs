//! The one form of a catalog's TOML: `key = value`, one blank line at most, an array or an inline table that is written
//! on more than one line has each element on a line of its own. Comments, order, keys and values stay as they are written.

use toml_edit::{Array, Decor, DocumentMut, InlineTable, Item, RawString, Table, TomlError, Value};

/// The text in its form.
///
/// # Errors
/// What keeps it from being read as TOML.
pub(super) fn formatted(text: &str) -> Result<String, TomlError> {
    let mut document: DocumentMut = text.replace("\r\n", "\n").parse()?;
    let trailing = spaced(raw(document.trailing()), "");
    table(document.as_table_mut());
    document.set_trailing(trailing);
    let out = document.to_string();
    let out = out.trim();
    Ok(if out.is_empty() { String::new() } else { format!("{out}\n") })
}

/// A table's keys and what is below them.
fn table(table: &mut Table) {
    for (mut key, item) in table.iter_mut() {
        key.dotted_decor_mut().clear();
        match item {
            Item::Table(inner) => {
                if inner.is_dotted() {
                    own_line(key.leaf_decor_mut(), "", " ");
                } else {
                    key.leaf_decor_mut().clear();
                    header(inner);
                }
                self::table(inner);
            }
            Item::ArrayOfTables(tables) => {
                key.leaf_decor_mut().clear();
                for inner in tables.iter_mut() {
                    header(inner);
                    self::table(inner);
                }
            }
            Item::Value(value) => {
                own_line(key.leaf_decor_mut(), "", " ");
                self::value(value, 0);
                let comment = comment(value.decor().suffix());
                *value.decor_mut() = Decor::new(" ", comment);
            }
            Item::None => {}
        }
    }
}

/// What stands around a table's header. One that isn't written has nothing around it.
fn header(table: &mut Table) {
    let before = spaced(raw_or_empty(table.decor().prefix()), "");
    let before = if before.starts_with('\n') { before } else { format!("\n{before}") };
    let after = comment(table.decor().suffix());
    *table.decor_mut() = Decor::new(before, after);
}

/// What stands before a key that begins a line, and what between it and `=`.
fn own_line(decor: &mut Decor, indent: &str, before_equals: &str) {
    let before = spaced(raw_or_empty(decor.prefix()), indent);
    *decor = Decor::new(before, before_equals);
}

fn value(value: &mut Value, level: usize) {
    match value {
        Value::Array(inner) => array(inner, level),
        Value::InlineTable(inner) => inline_table(inner, level),
        _ => {}
    }
}

fn array(array: &mut Array, level: usize) {
    let trailing = raw(array.trailing()).to_owned();
    let broken = trailing.contains('\n') || array.iter().any(|item| has_line_break(item.decor()));
    let indent = "  ".repeat(level + 1);
    let mut carried = String::new();
    for (at, item) in array.iter_mut().enumerate() {
        value(item, if broken { level + 1 } else { level });
        *item.decor_mut() = if broken {
            let (before, after) = element(item.decor(), &indent, &mut carried);
            Decor::new(before, after)
        } else {
            Decor::new(if at == 0 { "" } else { " " }, "")
        };
    }
    let (trailing, comma) = end(&trailing, &carried, broken, array.is_empty(), level);
    array.set_trailing(trailing);
    array.set_trailing_comma(comma);
}

fn inline_table(table: &mut InlineTable, level: usize) {
    let trailing = raw(table.trailing()).to_owned();
    let mut broken = trailing.contains('\n');
    let mut count = 0;
    leaves(table, &mut |key, item| {
        broken |= has_line_break(key) || has_line_break(item.decor());
        count += 1;
    });
    let indent = "  ".repeat(level + 1);
    let mut carried = String::new();
    let mut at = 0;
    leaves(table, &mut |key, item| {
        at += 1;
        value(item, if broken { level + 1 } else { level });
        if broken {
            let around = Decor::new(raw_or_empty(key.prefix()), raw_or_empty(item.decor().suffix()));
            let (before, after) = element(&around, &indent, &mut carried);
            *key = Decor::new(before, " ");
            *item.decor_mut() = Decor::new(" ", after);
        } else {
            *key = Decor::new(" ", " ");
            *item.decor_mut() = Decor::new(" ", if at == count { " " } else { "" });
        }
    });
    let (trailing, comma) = end(&trailing, &carried, broken, count == 0, level);
    table.set_trailing(trailing);
    table.set_trailing_comma(comma);
}

/// Calls `each` with what stands around every key of an inline table and with its value. A key with dots is one.
fn leaves(table: &mut InlineTable, each: &mut dyn FnMut(&mut Decor, &mut Value)) {
    for (mut key, item) in table.iter_mut() {
        key.dotted_decor_mut().clear();
        match item {
            Value::InlineTable(inner) if inner.is_dotted() => leaves(inner, each),
            item => each(key.leaf_decor_mut(), item),
        }
    }
}

/// What stands before and after an element on a line of its own. What stood behind it, before its comma, belongs behind
/// the comma, which is where the next element's text begins: it is carried there.
fn element(decor: &Decor, indent: &str, carried: &mut String) -> (String, String) {
    let before = joined(&std::mem::take(carried), raw_or_empty(decor.prefix()));
    let (same_line, own_lines) = before.split_once('\n').unwrap_or(("", &before));
    let before = format!("{}\n{}{indent}", comment_text(same_line), spaced(own_lines, indent));
    raw_or_empty(decor.suffix()).clone_into(carried);
    (before, String::new())
}

/// What stands after the last element, and whether that has a comma.
fn end(trailing: &str, carried: &str, broken: bool, empty: bool, level: usize) -> (String, bool) {
    if !broken {
        return (String::new(), false);
    }
    let trailing = joined(carried, trailing);
    let (same_line, own_lines) = trailing.split_once('\n').unwrap_or((&trailing, ""));
    let lines = spaced(own_lines, &"  ".repeat(level + 1));
    let comments = lines.trim_end_matches('\n');
    let comments = if comments.trim().is_empty() { String::new() } else { format!("{comments}\n") };
    let same_line = comment_text(same_line);
    if empty && comments.is_empty() && same_line.is_empty() {
        return (String::new(), false);
    }
    (format!("{same_line}\n{comments}{}", "  ".repeat(level)), !empty)
}

/// What stood before a comma and what stood after it, as one text.
fn joined(before: &str, after: &str) -> String {
    let ends_line = after.split_once('\n').is_some_and(|(first, _)| first.trim().is_empty());
    let before = if ends_line { before.trim_end() } else { before };
    format!("{before}{after}")
}

/// Comments and blank lines before something, each comment indented alike, no two blank lines in a row.
fn spaced(text: &str, indent: &str) -> String {
    let mut out = String::new();
    // What stands after the last line break is only indentation.
    let complete = text.rfind('\n').map_or("", |end| &text[..end]);
    let mut blank = false;
    let lines = if complete.is_empty() && !text.contains('\n') { None } else { Some(complete.split('\n')) };
    for line in lines.into_iter().flatten() {
        let line = line.trim();
        if line.is_empty() {
            if !blank {
                out.push('\n');
            }
            blank = true;
        } else {
            blank = false;
            out.push_str(indent);
            out.push_str(line);
            out.push('\n');
        }
    }
    // A comment at the very end of a file has no line break after it.
    let rest = text.rsplit('\n').next().unwrap_or_default().trim();
    if rest.starts_with('#') {
        out.push_str(indent);
        out.push_str(rest);
        out.push('\n');
    }
    out
}

fn comment(suffix: Option<&RawString>) -> String {
    comment_text(raw_or_empty(suffix))
}

/// A comment on the same line, with one space before it.
fn comment_text(text: &str) -> String {
    let text = text.trim();
    if text.starts_with('#') { format!(" {text}") } else { String::new() }
}

fn has_line_break(decor: &Decor) -> bool {
    raw_or_empty(decor.prefix()).contains('\n') || raw_or_empty(decor.suffix()).contains('\n')
}

fn raw_or_empty(text: Option<&RawString>) -> &str {
    text.map(raw).unwrap_or_default()
}

fn raw(text: &RawString) -> &str {
    text.as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, wanted: &str) {
        let once = formatted(text).unwrap();
        assert_eq!(once, wanted, "{text}");
        assert_eq!(formatted(&once).unwrap(), once, "again");
        let values = |text: &str| toml::from_str::<toml::Table>(text).unwrap();
        assert_eq!(values(text), values(&once));
    }

    #[test]
    fn keys_and_tables_have_one_form() {
        check(
            "#:schema x\r\n\r\n\r\n[ a ]   # of a\r\nb=1\r\n  c   = 'x'# why\n\n\n  # about d\n  d . e=2\n[a.f]\ng=0x10\n[[h]]\n[[h]]\ni=1",
            "#:schema x\n\n[a] # of a\nb = 1\nc = 'x' # why\n\n# about d\nd.e = 2\n\n[a.f]\ng = 0x10\n\n[[h]]\n\n[[h]]\ni = 1\n",
        );
        check("", "");
        check("\n\n# only this", "# only this\n");
        check("a = 1\n\n\n# the end\n\n", "a = 1\n\n# the end\n");
    }

    #[test]
    fn an_array_stays_on_its_line_or_has_a_line_for_each_element() {
        check("a=[ 1,2 ,3, ]\nb=[]\nc=[\n]", "a = [1, 2, 3]\nb = []\nc = []\n");
        check(
            "a=[1,\n{b=[2,3],c=\"x\"} # why\n,\n # before\n\n\n  4, # last\n  # end\n]",
            "a = [\n  1,\n  { b = [2, 3], c = \"x\" }, # why\n  # before\n\n  4, # last\n  # end\n]\n",
        );
        check("a = [[\n1],[2]]", "a = [[\n  1,\n], [2]]\n");
        check("a = [\n# nothing yet\n]", "a = [\n  # nothing yet\n]\n");
    }

    #[test]
    fn an_inline_table_does_likewise() {
        check("a={b=1,  c . d=2}\ne={ }", "a = { b = 1, c.d = 2 }\ne = {}\n");
        check("a={b=1,c=2}", "a = { b = 1, c = 2 }\n");
        check(
            "a={\nb=1, # one\n# two\nc=[\n2]\n}",
            "a = {\n  b = 1, # one\n  # two\n  c = [\n    2,\n  ],\n}\n",
        );
    }

    #[test]
    fn what_is_no_toml_has_no_form() {
        for text in ["a", "a = ", "[a\n", "a = 1\na = 2"] {
            assert!(formatted(text).is_err(), "{text}");
        }
    }
}
