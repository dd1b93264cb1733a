//! `lint/stale-docs`: `catalog.md` is not what the catalog says.

use tidings_finding::{Rule, Severity};

use super::support::{Context, Fix, Sink, Target, edits};
use super::{Category, Lint};

pub(crate) static RULE: Lint = Lint {
    rule: Rule {
        id: "lint/stale-docs",
        severity: Severity::Error,
        summary: "`catalog.md` is not what the catalog says",
        explanation: include_str!("stale_docs.md"),
    },
    category: Category::Docs,
    check,
};

/// The reference page of a catalog.
const PAGE: &str = "catalog.md";

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    let Some(engine) = context.engine else { return };
    let page = tidings_emit::docs::catalog_md(engine.catalog());
    let current = context.text(PAGE);
    // Line ends are the repository's, whatever the checkout made of them.
    if current.as_ref().is_some_and(|current| current.replace("\r\n", "\n") == page) {
        return;
    }
    let message = match &current {
        None => format!("there is no `{PAGE}`"),
        Some(_) => format!("`{PAGE}` is not what the catalog says now"),
    };
    let different = |(at, line): (usize, &str)| (page.lines().nth(at) != Some(line)).then_some(at);
    let lines = current.as_deref().unwrap_or_default().lines().enumerate();
    let line = lines.into_iter().find_map(different).unwrap_or(0) as u64 + 1;
    let target = Target { place: Some((line, 1)), ..Target::file(PAGE) };
    let fix = Fix { path: PAGE.to_owned(), change: edits::Change::Anew(page.into_bytes()) };
    sink.report(target, message).help("`tidings lint --fix` writes it").fix(Some(fix));
}
