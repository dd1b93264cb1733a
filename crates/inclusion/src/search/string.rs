//! Strings: lengths, patterns as automata, formats between a narrower and a wider pattern.

use std::collections::HashSet;
use std::sync::Arc;

use super::{Found, Search, gave_up};
use crate::formats;
use crate::formula::{Statement, Term};
use crate::json::Json;
use crate::words::{Wanted, Word};

/// Strings are not made longer than this.
const MAX_LENGTH: u64 = 1_000_000;
/// Nor than this where patterns are to be kept to.
const MAX_PATTERNED: u64 = 20_000;
/// How many words are tried where only trying helps.
const SAMPLES: usize = 24;

/// Patterns, with whether a text must match.
type Wishes = Vec<(Arc<str>, bool)>;

/// What a string must be.
#[derive(Debug, Default)]
struct Wish {
    min: u64,
    max: u64,
    regular: Wishes,
    irregular: Wishes,
    formats: Wishes,
}

impl Search<'_> {
    pub(super) fn string(&mut self, said: &[Term], except: &HashSet<Json>, near: Option<&Json>) -> Found {
        let wish = self.wish(said);
        if wish.min > wish.max {
            return Found::None;
        }
        let near = if let Some(Json::String(near)) = near { Some(near.as_str()) } else { None };
        for candidate in candidates(&wish, near) {
            let candidate = Json::String(candidate);
            if self.all_hold(said, &candidate) == Some(true) {
                return Found::Value(candidate);
            }
        }
        let plain = wish.regular.is_empty() && wish.irregular.is_empty() && wish.formats.is_empty();
        if wish.min > if plain { MAX_LENGTH } else { MAX_PATTERNED } {
            return Found::Unknown("its shortest text is too long to write".into());
        }
        if plain && except.is_empty() {
            let length = usize::try_from(wish.min).unwrap_or(0);
            return Found::Value(Json::String("x".repeat(length)));
        }
        let mut texts: Vec<&str> = except
            .iter()
            .filter_map(|value| if let Json::String(text) = value { Some(text.as_str()) } else { None })
            .collect();
        texts.sort_unstable();
        // First where the formats surely hold, and surely don't.
        let mut narrow = wish.regular.clone();
        let mut wide = wish.regular.clone();
        for (name, wanted) in &wish.formats {
            let Some(format) = formats::named(name) else { continue };
            let (inner, outer) = (format.narrow().into(), format.wide().into());
            narrow.push((if *wanted { Arc::clone(&inner) } else { Arc::clone(&outer) }, *wanted));
            wide.push((if *wanted { outer } else { inner }, *wanted));
        }
        let sure = self.word(&narrow, &texts, &wish, near);
        match sure {
            Word::Found(word) => {
                let word = Json::String(word);
                if wish.irregular.is_empty() || self.all_hold(said, &word) == Some(true) {
                    return Found::Value(word);
                }
            }
            Word::None if wish.formats.is_empty() => return Found::None,
            Word::GaveUp => return gave_up(),
            Word::None => {}
        }
        self.sample(said, &wide, &texts, &wish, near)
    }

    fn wish(&mut self, said: &[Term]) -> Wish {
        let mut wish = Wish { max: u64::MAX, ..Wish::default() };
        for term in said {
            let wanted = !term.is_negated();
            match (self.formulas.statement(*term), wanted) {
                (Statement::MinLength(least), true) => wish.min = wish.min.max(*least),
                // Nothing of length zero is negated: that would be `FALSE`.
                (Statement::MinLength(least), false) => wish.max = wish.max.min(least.saturating_sub(1)),
                (Statement::MaxLength(most), true) => wish.max = wish.max.min(*most),
                (Statement::MaxLength(most), false) => wish.min = wish.min.max(most.saturating_add(1)),
                (Statement::Pattern(pattern), _) => {
                    let pattern = Arc::clone(pattern);
                    if self.patterns.is_regular(&pattern) {
                        wish.regular.push((pattern, wanted));
                    } else {
                        wish.irregular.push((pattern, wanted));
                    }
                }
                (Statement::Format(name), _) => wish.formats.push((Arc::clone(name), wanted)),
                _ => {}
            }
        }
        wish
    }

    /// Where a format or an irregular pattern is left open: tries the shortest words.
    fn sample(
        &mut self,
        said: &[Term],
        wide: &Wishes,
        texts: &[&str],
        wish: &Wish,
        near: Option<&str>,
    ) -> Found {
        let mut tried: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
        let mut open = None;
        for round in 0..SAMPLES {
            let except: Vec<&str> = tried.iter().map(String::as_str).collect();
            match self.word(wide, &except, wish, near.filter(|_| round < 8)) {
                Word::Found(word) => {
                    let value = Json::String(word.clone());
                    match self.all_hold(said, &value) {
                        Some(true) => return Found::Value(value),
                        Some(false) => {}
                        None => open = open.or(Some(value)),
                    }
                    tried.push(word);
                }
                Word::None => match open {
                    None => return Found::None,
                    Some(_) => break,
                },
                Word::GaveUp => break,
            }
        }
        if let Some(value) = open {
            self.doubt = true;
            return Found::Value(value);
        }
        let name = |kind: &str, wishes: &Wishes| {
            wishes.first().map(|(text, _)| format!("no text was found for the {kind} `{text}`"))
        };
        let why = name("format", &wish.formats).or_else(|| name("pattern", &wish.irregular));
        why.map_or_else(gave_up, |why| Found::Unknown(why.into()))
    }

    /// A shortest word of some regular patterns.
    fn word(&mut self, wishes: &Wishes, except: &[&str], wish: &Wish, near: Option<&str>) -> Word {
        let mut wishes = wishes.clone();
        wishes.sort();
        wishes.dedup();
        if wishes.windows(2).any(|pair| pair[0].0 == pair[1].0) {
            return Word::None;
        }
        let mut taken = Vec::with_capacity(wishes.len());
        for (pattern, wanted) in wishes {
            if let Some(automaton) = self.patterns.take(&pattern) {
                taken.push((pattern, automaton, wanted));
            }
        }
        let automata = taken.iter_mut().map(|(_, automaton, wanted)| (&mut **automaton, *wanted)).collect();
        let mut wanted = Wanted { automata, except: except.to_vec(), min: wish.min, max: wish.max };
        let word = wanted.find(near, &mut self.steps);
        for (pattern, automaton, _) in taken {
            self.patterns.give_back(&pattern, automaton);
        }
        word
    }
}

/// Texts that may do as they are: the near one, cut or filled up, and samples of formats.
fn candidates(wish: &Wish, near: Option<&str>) -> Vec<String> {
    let mut found = Vec::new();
    if let Some(near) = near {
        let length = near.chars().count() as u64;
        found.push(near.to_owned());
        if length > wish.max {
            found.push(near.chars().take(usize::try_from(wish.max).unwrap_or(0)).collect());
        }
        if length < wish.min && wish.min <= MAX_LENGTH {
            let missing = usize::try_from(wish.min - length).unwrap_or(0);
            let last = near.chars().last().unwrap_or('x');
            found.extend(['x', last].map(|c| near.chars().chain(std::iter::repeat_n(c, missing)).collect()));
        }
    }
    for (name, wanted) in &wish.formats {
        let Some(format) = formats::named(name) else { continue };
        let samples = if *wanted { format.samples } else { format.others };
        found.extend(samples.iter().map(|sample| (*sample).to_owned()));
    }
    found
}
