//! A page in the making: blocks one after another, with the empty lines that Markdown wants between them.

use std::fmt::Write as _;

use super::table::Table;
use super::wrap::{bullet, paragraph};

/// A page. What it is given is Markdown.
#[derive(Debug, Default)]
pub(crate) struct Page {
    text: String,
}

impl Page {
    /// A heading; the title of the page is of level 1.
    pub(crate) fn heading(&mut self, level: usize, markdown: &str) {
        self.block(&format!("{} {markdown}\n", "#".repeat(level)));
    }

    /// A paragraph.
    pub(crate) fn paragraph(&mut self, markdown: &str) {
        self.block(&paragraph(markdown));
    }

    /// A list. Nothing if it is empty.
    pub(crate) fn list<T: AsRef<str>>(&mut self, items: &[T]) {
        self.block(&items.iter().map(|item| bullet(item.as_ref())).collect::<String>());
    }

    /// A list whose items may have lists of their own.
    pub(crate) fn nested_list(&mut self, items: &[(String, Vec<String>)]) {
        let mut text = String::new();
        for (item, inner) in items {
            text.push_str(&bullet(item));
            for line in
                inner.iter().flat_map(|item| bullet(item).lines().map(str::to_owned).collect::<Vec<_>>())
            {
                let _ = writeln!(text, "  {line}");
            }
        }
        self.block(&text);
    }

    /// A table. Nothing if it is empty.
    pub(crate) fn table(&mut self, table: &Table) {
        if !table.is_empty() {
            self.block(&table.render());
        }
    }

    /// Text in another language, which must not hold a line of three backticks.
    pub(crate) fn fence(&mut self, language: &str, text: &str) {
        self.block(&format!("```{language}\n{}\n```\n", text.trim_end_matches('\n')));
    }

    /// Lines that are for no reader.
    pub(crate) fn comment(&mut self, text: &str) {
        self.block(&format!("<!-- {text} -->\n"));
    }

    /// The page's text.
    pub(crate) fn into_text(self) -> String {
        self.text
    }

    fn block(&mut self, text: &str) {
        if !text.is_empty() {
            if !self.text.is_empty() {
                self.text.push('\n');
            }
            self.text.push_str(text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_stand_apart() {
        let mut page = Page::default();
        page.heading(1, "Lamps");
        page.list::<&str>(&[]);
        page.table(&Table::new(["a"]));
        page.paragraph("All of them.");
        page.nested_list(&[("hall:".to_owned(), vec!["one".to_owned()]), ("room".to_owned(), Vec::new())]);
        page.fence("text", "a\nb\n");
        assert_eq!(
            page.into_text(),
            "# Lamps\n\nAll of them.\n\n- hall:\n  - one\n- room\n\n```text\na\nb\n```\n"
        );
    }
}
