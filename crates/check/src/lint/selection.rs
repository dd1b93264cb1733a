//! Which rules run: chosen by category or by id.

use super::{Category, LINTS, Lint};

/// Which rules run. Without a choice, all do.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    select: Vec<Selector>,
    ignore: Vec<Selector>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Selector {
    Category(Category),
    Rule(&'static str),
}

/// A name that is neither a category nor a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownSelector(String);

impl std::fmt::Display for UnknownSelector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let categories = Category::ALL.map(Category::as_str);
        let names = categories.into_iter().chain(LINTS.iter().map(|lint| lint.rule.id));
        write!(f, "there is no category and no rule `{}`", self.0)?;
        match tidings_engine::nearest(&self.0, names) {
            Some(near) => write!(f, "; did you mean `{near}`?"),
            None => write!(f, "; the categories are {}", categories.join(", ")),
        }
    }
}

impl std::error::Error for UnknownSelector {}

impl Selection {
    /// The rules that `select` names (all, if it names none) without those that `ignore` names. Each name is a category
    /// or a rule's id. Where both name a rule, the nearer name counts: a rule's own before its category's.
    ///
    /// # Errors
    /// If a name is neither.
    pub fn new(select: &[String], ignore: &[String]) -> Result<Self, UnknownSelector> {
        let read = |names: &[String]| names.iter().map(|name| selector(name)).collect::<Result<Vec<_>, _>>();
        Ok(Self { select: read(select)?, ignore: read(ignore)? })
    }

    /// Whether a rule runs.
    pub fn has(&self, lint: &Lint) -> bool {
        if lint.category == Category::Catalog {
            return true;
        }
        let selected = if self.select.is_empty() { Some(0) } else { nearness(&self.select, lint) };
        selected > nearness(&self.ignore, lint)
    }
}

/// How near the nearest name is that means the rule, if any does.
fn nearness(selectors: &[Selector], lint: &Lint) -> Option<u8> {
    let each = selectors.iter().filter_map(|selector| match selector {
        Selector::Rule(id) if *id == lint.rule.id => Some(2),
        Selector::Category(category) if *category == lint.category => Some(1),
        _ => None,
    });
    each.max()
}

fn selector(name: &str) -> Result<Selector, UnknownSelector> {
    if let Some(category) = Category::ALL.into_iter().find(|category| category.as_str() == name) {
        return Ok(Selector::Category(category));
    }
    let rule = LINTS
        .iter()
        .map(|lint| lint.rule.id)
        .find(|id| *id == name || id.strip_prefix("lint/") == Some(name));
    rule.map(Selector::Rule).ok_or_else(|| UnknownSelector(name.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(select: &[&str], ignore: &[&str]) -> Vec<&'static str> {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let selection = Selection::new(&names(select), &names(ignore)).expect("known names");
        let chosen = LINTS.iter().filter(|lint| selection.has(lint) && lint.category != Category::Catalog);
        chosen.map(|lint| lint.rule.id).collect()
    }

    #[test]
    fn rules_are_chosen_by_category_and_by_id_and_the_nearer_name_counts() {
        let all = LINTS.len() - 1;
        assert_eq!(chosen(&[], &[]).len(), all);
        assert_eq!(chosen(&["docs"], &[]), ["lint/changelog", "lint/consumers", "lint/stale-docs"]);
        assert_eq!(chosen(&["docs"], &["lint/changelog", "consumers"]), ["lint/stale-docs"]);
        assert_eq!(chosen(&["docs", "changelog"], &["docs"]), ["lint/changelog"]);
        assert_eq!(chosen(&[], &["docs"]).len(), all - 3);
        assert_eq!(chosen(&["docs"], &["docs"]), [""; 0]);
    }

    #[test]
    fn a_name_that_is_neither_is_told_with_what_was_meant() {
        let error = |name: &str| Selection::new(&[name.to_owned()], &[]).expect_err(name).to_string();
        assert_eq!(error("nameing"), "there is no category and no rule `nameing`; did you mean `naming`?");
        assert!(
            error("xyz").ends_with("the categories are naming, schema, privacy, examples, lifecycle, docs")
        );
    }
}
