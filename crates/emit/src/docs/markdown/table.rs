//! Tables.

use std::fmt::Write as _;

/// A table in the making. Its cells are Markdown; what would end a cell is escaped here.
#[derive(Debug)]
pub(crate) struct Table {
    head: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with these column heads.
    pub(crate) fn new<I: IntoIterator<Item: Into<String>>>(head: I) -> Self {
        Self { head: head.into_iter().map(Into::into).collect(), rows: Vec::new() }
    }

    /// Adds a row.
    pub(crate) fn row<I: IntoIterator<Item: Into<String>>>(&mut self, cells: I) {
        self.rows.push(cells.into_iter().map(Into::into).collect());
    }

    /// Whether it has no row.
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The table without the columns that are empty in every row.
    pub(crate) fn compact(mut self) -> Self {
        let filled =
            |column: usize| self.rows.iter().any(|row| row.get(column).is_some_and(|cell| !cell.is_empty()));
        for column in (0..self.head.len()).rev().filter(|column| !filled(*column)).collect::<Vec<_>>() {
            self.head.remove(column);
            for row in &mut self.rows {
                if column < row.len() {
                    row.remove(column);
                }
            }
        }
        self
    }

    /// The table, with a line break at its end.
    pub(crate) fn render(&self) -> String {
        let line = |cells: &[String]| {
            let shown: Vec<String> = (0..self.head.len())
                .map(|column| cell(cells.get(column).map_or("", String::as_str)))
                .collect();
            format!("| {} |\n", shown.join(" | "))
        };
        let mut out = line(&self.head);
        let _ = writeln!(out, "| {} |", vec!["---"; self.head.len()].join(" | "));
        for row in &self.rows {
            out.push_str(&line(row));
        }
        out
    }
}

/// Markdown as the content of a cell.
///
/// A pipe ends a cell even in code, unless there is a backslash before it. Whether a backslash that is itself escaped
/// counts is something that parsers don't agree on; so a backslash before a pipe, which only code has, is written as the
/// escape that regular expressions and JSON share.
fn cell(markdown: &str) -> String {
    if markdown.is_empty() {
        return "–".to_owned();
    }
    let mut out = String::with_capacity(markdown.len());
    let mut rest = markdown.chars().peekable();
    while let Some(c) = rest.next() {
        match (c, rest.peek()) {
            ('\\', Some('|')) => {
                rest.next();
                out.push_str("\\u007c");
            }
            ('\\', Some('\\')) => {
                rest.next();
                out.push_str(if rest.peek() == Some(&'|') { "\\u005c" } else { "\\\\" });
            }
            ('|', _) => out.push_str("\\|"),
            ('\n' | '\r', _) => out.push(' '),
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_cell_early() {
        assert_eq!(cell("`^(a|b)$`"), "`^(a\\|b)$`");
        assert_eq!(cell("two\nlines"), "two lines");
        assert_eq!(cell(""), "–");
        assert_eq!(cell(r"`a\|b`"), r"`a\u007cb`");
        assert_eq!(cell(r"`a\\|b`"), r"`a\u005c\|b`");
        assert_eq!(cell(r"`a\\\|b`"), r"`a\\\u007cb`");
        assert_eq!(cell(r"`\\.`"), r"`\\.`");
    }

    #[test]
    fn a_compact_table_has_no_empty_columns() {
        let mut table = Table::new(["a", "b", "c"]);
        assert!(table.is_empty());
        table.row(["1", "", "x"]);
        table.row(["2", "", ""]);
        assert_eq!(table.render(), "| a | b | c |\n| --- | --- | --- |\n| 1 | – | x |\n| 2 | – | – |\n");
        assert_eq!(table.compact().render(), "| a | c |\n| --- | --- |\n| 1 | x |\n| 2 | – |\n");
    }
}
