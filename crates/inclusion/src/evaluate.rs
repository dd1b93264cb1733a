//! Whether a formula holds of a value. The answer is left open where a format or a pattern can't be told.

use crate::answer::Oracle;
use crate::formats;
use crate::formula::{Formulas, Statement, Term};
use crate::json::Json;
use crate::patterns::Patterns;

/// What it takes to evaluate formulas.
pub(crate) struct Evaluator<'e> {
    pub(crate) formulas: &'e Formulas,
    pub(crate) patterns: &'e mut Patterns,
    pub(crate) oracle: &'e dyn Oracle,
    /// How much work is left.
    pub(crate) steps: &'e mut u64,
    /// How deep it may go: definitions may refer to themselves without end.
    pub(crate) depth: usize,
}

impl Evaluator<'_> {
    /// Whether a term holds of a value.
    pub(crate) fn holds(&mut self, term: Term, value: &Json) -> Option<bool> {
        if self.depth == 0 || *self.steps == 0 {
            return None;
        }
        *self.steps -= 1;
        self.depth -= 1;
        let said = self.statement(term, value);
        self.depth += 1;
        if term.is_negated() { said.map(|said| !said) } else { said }
    }

    /// Whether all of some terms hold.
    pub(crate) fn all(&mut self, terms: &[Term], value: &Json) -> Option<bool> {
        let mut open = false;
        for term in terms {
            match self.holds(*term, value) {
                Some(true) => {}
                Some(false) => return Some(false),
                None => open = true,
            }
        }
        (!open).then_some(true)
    }

    fn statement(&mut self, term: Term, value: &Json) -> Option<bool> {
        let formulas = self.formulas;
        let statement = formulas.statement(term);
        if statement.speaks_of().is_some_and(|kind| kind != value.kind()) {
            return Some(true);
        }
        match (statement, value) {
            (Statement::True, _) => Some(true),
            (Statement::All(terms), _) => self.all(terms, value),
            (Statement::One(terms), _) => {
                let (mut held, mut open) = (0, false);
                for term in terms.iter() {
                    match self.holds(*term, value) {
                        Some(true) => held += 1,
                        Some(false) => {}
                        None => open = true,
                    }
                }
                if held > 1 { Some(false) } else { (!open).then_some(held == 1) }
            }
            (Statement::Defined(number), _) => self.holds(formulas.definition(*number), value),
            (Statement::Type(types), _) => Some(types.has(value.kind())),
            (Statement::Enum(values), _) => Some(values.binary_search(value).is_ok()),
            (Statement::AtLeast { bound, strict }, Json::Number(number)) => {
                Some(if *strict { number > bound } else { number >= bound })
            }
            (Statement::AtMost { bound, strict }, Json::Number(number)) => {
                Some(if *strict { number < bound } else { number <= bound })
            }
            (Statement::MultipleOf(step), Json::Number(number)) => Some(number.is_multiple_of(step)),
            (Statement::MinLength(least), Json::String(text)) => Some(text.chars().count() as u64 >= *least),
            (Statement::MaxLength(most), Json::String(text)) => Some(text.chars().count() as u64 <= *most),
            (Statement::Pattern(pattern), Json::String(text)) => self.patterns.matches(pattern, text),
            (Statement::Format(name), Json::String(text)) => self.is_format(name, text),
            (Statement::Elements { from, to, schema }, Json::Array(items)) => {
                let inside = within(items, *from, *to);
                self.each(*schema, inside, true)
            }
            (Statement::Contains { from, to, schema }, Json::Array(items)) => {
                let inside = within(items, *from, *to);
                self.each(!*schema, inside, true).map(|none| !none)
            }
            (Statement::Unique, Json::Array(items)) => {
                let mut sorted: Vec<&Json> = items.iter().collect();
                sorted.sort();
                Some(sorted.windows(2).all(|pair| pair[0] != pair[1]))
            }
            (Statement::Members { names, schema }, Json::Object(members)) => {
                if let Some(name) = formulas.single_name(*names) {
                    return members.get(name).map_or(Some(true), |value| self.holds(*schema, value));
                }
                let mut open = false;
                for (name, value) in members {
                    let named = self.holds(*names, &Json::String(name.clone()));
                    let held = if named == Some(false) { Some(true) } else { self.holds(*schema, value) };
                    match (named, held) {
                        (_, Some(true)) => {}
                        (Some(true), Some(false)) => return Some(false),
                        _ => open = true,
                    }
                }
                (!open).then_some(true)
            }
            (Statement::Required(name), Json::Object(members)) => Some(members.contains_key(&**name)),
            (Statement::MinMembers(least), Json::Object(members)) => Some(members.len() as u64 >= *least),
            (Statement::MaxMembers(most), Json::Object(members)) => Some(members.len() as u64 <= *most),
            _ => None,
        }
    }

    fn each(&mut self, schema: Term, items: &[Json], wanted: bool) -> Option<bool> {
        let mut open = false;
        for item in items {
            match self.holds(schema, item) {
                Some(held) if held == wanted => {}
                Some(_) => return Some(false),
                None => open = true,
            }
        }
        (!open).then_some(true)
    }

    /// Whether a text is of a format.
    fn is_format(&mut self, name: &str, text: &str) -> Option<bool> {
        let format = formats::named(name)?;
        if self.patterns.matches(&format.narrow(), text) == Some(true) {
            Some(true)
        } else if self.patterns.matches(&format.wide(), text) == Some(false) {
            Some(false)
        } else {
            self.oracle.is_format(name, text)
        }
    }
}

/// The elements from one index to before another.
fn within(items: &[Json], from: u64, to: Option<u64>) -> &[Json] {
    let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX).min(items.len());
    let (from, to) = (place(from), place(to.unwrap_or(u64::MAX)));
    items.get(from..to.max(from)).unwrap_or_default()
}
