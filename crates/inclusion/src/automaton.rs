//! Patterns as automata over characters, made state by state as a search needs them.

use std::collections::HashMap;

use regex_syntax::hir::{Class, Hir, HirKind, Look};

use crate::ecma;

/// Names a state of one [`Automaton`].
pub(crate) type State = u32;

/// A run of characters, both ends included, and the state that they lead to.
pub(crate) type Arc = (u32, u32, State);

/// No text goes on from here to a match.
pub(crate) const DEAD: State = 0;
/// Every text that comes here matches, whatever follows.
pub(crate) const SURE: State = 1;
/// Where every text begins.
pub(crate) const START: State = 2;

/// How many parts the automaton of one pattern may have.
const MAX_SIZE: usize = 20_000;
/// How many parts all its states together may stand for, so that memory stays bounded.
const MAX_STORED: usize = 500_000;

#[derive(Clone, Debug)]
enum Part {
    /// Goes on in each of these, without reading.
    Split(Vec<usize>),
    /// Reads a character of these runs.
    Read(Vec<(u32, u32)>, usize),
    /// Goes on at the beginning only.
    AtStart(usize),
    /// Goes on at the end only.
    AtEnd(usize),
    Match,
}

/// The automaton of one pattern. It reads a text from the left and tells whether the pattern matches anywhere in it.
#[derive(Debug)]
pub(crate) struct Automaton {
    parts: Vec<Part>,
    /// The parts that each state stands for.
    states: Vec<Box<[usize]>>,
    known: HashMap<Box<[usize]>, State>,
    arcs: Vec<Option<std::sync::Arc<[Arc]>>>,
    accepting: Vec<bool>,
    /// How many parts the states stand for.
    stored: usize,
    /// How much work was done since it was last asked.
    work: u64,
}

impl Automaton {
    /// The automaton of a pattern; `None` if the pattern isn't regular, or too large.
    pub(crate) fn new(ecma: &str) -> Option<Self> {
        let hir = ecma::parse(ecma)?;
        let mut parts = vec![Part::Match];
        let body = build(&hir, 0, &mut parts)?;
        // The match may begin anywhere.
        let start = parts.len();
        parts.push(Part::Split(vec![body, start + 1]));
        parts.push(Part::Read(vec![(0, 0x10_FFFF)], start));
        let mut automaton = Self {
            parts,
            states: Vec::new(),
            known: HashMap::new(),
            arcs: Vec::new(),
            accepting: Vec::new(),
            stored: 0,
            work: 0,
        };
        automaton.intern(Box::from([]));
        automaton.intern(Box::from([0]));
        let first = automaton.closure(&[start], true);
        // No other state is the same, even if it stands for the same parts: only here is the beginning.
        automaton.accepting.push(automaton.ends(&first, true));
        automaton.states.push(first);
        automaton.arcs.push(None);
        Some(automaton)
    }

    /// Whether a text matches; `None` if the automaton has become too large to tell.
    pub(crate) fn matches(&mut self, text: &str) -> Option<bool> {
        let mut state = START;
        for c in text.chars() {
            state = self.next(state, c)?;
            if state == DEAD || state == SURE {
                break;
            }
        }
        Some(self.accepts(state))
    }

    /// How much work was done since this was last asked.
    pub(crate) fn take_work(&mut self) -> u64 {
        std::mem::take(&mut self.work)
    }

    /// Whether a text that ends in this state matches.
    pub(crate) fn accepts(&self, state: State) -> bool {
        self.accepting[state as usize]
    }

    /// The state after a character; `None` if the automaton has become too large.
    pub(crate) fn next(&mut self, state: State, c: char) -> Option<State> {
        let code = u32::from(c);
        let arcs = self.arcs(state)?;
        let at = arcs.partition_point(|(_, last, _)| *last < code);
        Some(arcs.get(at).filter(|(first, _, _)| *first <= code).map_or(DEAD, |(_, _, state)| *state))
    }

    /// Where characters lead from a state, sorted; those that aren't there lead to `DEAD`. `None` if the automaton has
    /// become too large.
    pub(crate) fn arcs(&mut self, state: State) -> Option<std::sync::Arc<[Arc]>> {
        if let Some(arcs) = &self.arcs[state as usize] {
            return Some(arcs.clone());
        }
        if self.stored > MAX_STORED {
            return None;
        }
        let arcs: std::sync::Arc<[Arc]> = self.make_arcs(state).into();
        self.arcs[state as usize] = Some(arcs.clone());
        Some(arcs)
    }

    fn make_arcs(&mut self, state: State) -> Vec<Arc> {
        if *self.states[state as usize] == [0] {
            return vec![(0, 0x10_FFFF, SURE)];
        }
        let parts = self.states[state as usize].clone();
        let mut bounds = Vec::new();
        for part in &parts {
            if let Part::Read(runs, _) = &self.parts[*part] {
                bounds.extend(runs.iter().flat_map(|(first, last)| [*first, last + 1]));
            }
        }
        bounds.sort_unstable();
        bounds.dedup();
        self.work += (bounds.len() * parts.len()) as u64;
        let mut arcs: Vec<Arc> = Vec::new();
        for pair in bounds.windows(2) {
            let (first, last) = (pair[0], pair[1] - 1);
            let mut targets = Vec::new();
            for part in &parts {
                if let Part::Read(runs, target) = &self.parts[*part] {
                    let at = runs.partition_point(|(_, last)| *last < first);
                    if runs.get(at).is_some_and(|(from, _)| *from <= first) {
                        targets.push(*target);
                    }
                }
            }
            if targets.is_empty() {
                continue;
            }
            let closed = self.closure(&targets, false);
            let target = self.intern(closed);
            match arcs.last_mut() {
                Some((_, end, known)) if *known == target && *end + 1 == first => *end = last,
                _ => arcs.push((first, last, target)),
            }
        }
        arcs
    }

    /// The parts that are reached without reading; only the match, once that is certain.
    fn closure(&self, from: &[usize], at_start: bool) -> Box<[usize]> {
        let mut found = Vec::new();
        let mut pending = from.to_vec();
        let mut marks = std::collections::HashSet::new();
        while let Some(part) = pending.pop() {
            if !marks.insert(part) {
                continue;
            }
            match &self.parts[part] {
                Part::Split(next) => pending.extend(next),
                Part::AtStart(next) if at_start => pending.push(*next),
                Part::AtStart(_) => {}
                Part::Read(..) | Part::AtEnd(_) => found.push(part),
                Part::Match => return Box::from([0]),
            }
        }
        found.sort_unstable();
        found.into()
    }

    /// Whether a match is reached if the text ends here.
    fn ends(&self, parts: &[usize], at_start: bool) -> bool {
        let mut pending: Vec<usize> = parts.to_vec();
        let mut marks = std::collections::HashSet::new();
        while let Some(part) = pending.pop() {
            if !marks.insert(part) {
                continue;
            }
            match &self.parts[part] {
                Part::Match => return true,
                Part::AtEnd(next) => pending.push(*next),
                // Only what comes after an `AtEnd` goes on without reading; before it the closure did.
                Part::Split(next) => pending.extend(next),
                Part::AtStart(next) if at_start => pending.push(*next),
                Part::AtStart(_) | Part::Read(..) => {}
            }
        }
        false
    }

    fn intern(&mut self, parts: Box<[usize]>) -> State {
        if let Some(known) = self.known.get(&parts) {
            return *known;
        }
        let state = State::try_from(self.states.len()).unwrap_or(DEAD);
        self.accepting.push(self.ends(&parts, false));
        self.stored += parts.len() + 1;
        self.states.push(parts.clone());
        self.known.insert(parts, state);
        self.arcs.push(None);
        state
    }
}

/// Adds the parts for an expression that goes on with `next`; gives where it begins.
fn build(hir: &Hir, next: usize, parts: &mut Vec<Part>) -> Option<usize> {
    let mut add = |part: Part| {
        parts.push(part);
        (parts.len() <= MAX_SIZE).then(|| parts.len() - 1)
    };
    match hir.kind() {
        HirKind::Empty => Some(next),
        HirKind::Literal(literal) => {
            let mut next = next;
            for c in std::str::from_utf8(&literal.0).ok()?.chars().rev() {
                next = add(Part::Read(vec![(u32::from(c), u32::from(c))], next))?;
            }
            Some(next)
        }
        HirKind::Class(class) => {
            let runs = match class {
                Class::Unicode(class) => {
                    class.ranges().iter().map(|run| (u32::from(run.start()), u32::from(run.end()))).collect()
                }
                Class::Bytes(class) if class.is_ascii() => {
                    class.ranges().iter().map(|run| (u32::from(run.start()), u32::from(run.end()))).collect()
                }
                Class::Bytes(_) => return None,
            };
            add(Part::Read(runs, next))
        }
        HirKind::Look(Look::Start) => add(Part::AtStart(next)),
        HirKind::Look(Look::End) => add(Part::AtEnd(next)),
        HirKind::Look(_) => None,
        HirKind::Capture(group) => build(&group.sub, next, parts),
        HirKind::Concat(items) => items.iter().rev().try_fold(next, |next, item| build(item, next, parts)),
        HirKind::Alternation(items) => {
            let starts = items.iter().map(|item| build(item, next, parts)).collect::<Option<Vec<_>>>()?;
            parts.push(Part::Split(starts));
            Some(parts.len() - 1)
        }
        HirKind::Repetition(repetition) => {
            let mut next = next;
            match repetition.max {
                None => {
                    let again = parts.len();
                    parts.push(Part::Split(Vec::new()));
                    let body = build(&repetition.sub, again, parts)?;
                    parts[again] = Part::Split(vec![body, next]);
                    next = again;
                }
                Some(max) => {
                    let end = next;
                    for _ in repetition.min..max {
                        let body = build(&repetition.sub, next, parts)?;
                        parts.push(Part::Split(vec![body, end]));
                        next = parts.len() - 1;
                    }
                }
            }
            for _ in 0..repetition.min {
                next = build(&repetition.sub, next, parts)?;
                if parts.len() > MAX_SIZE {
                    return None;
                }
            }
            (parts.len() <= MAX_SIZE).then_some(next)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_automaton_agrees_with_the_regex_engine() {
        let patterns = [
            "",
            "^$",
            "^",
            "$",
            "a",
            "^a",
            "a$",
            "^a$",
            "a|^b|c$",
            "^(a|b)*abb$",
            "^[0-7][0-9A-F]{3}$",
            "^a{2,4}$",
            "^(ab?)+$",
            "(^a|b$)",
            "x*",
            "^(x*)*$",
            "^[^a]*$",
            "a.c",
            "^(?:a$|b)",
            "^.{2}$",
            "(a|b)(c|$)",
            "$^",
        ];
        let texts = [
            "", "a", "b", "c", "ab", "abb", "aabb", "xabbx", "aaa", "aaaaa", "0ABF", "a\nc", "abc", "é",
            "ba", "bc",
        ];
        for pattern in patterns {
            let mut automaton = Automaton::new(pattern).expect(pattern);
            let regex = fancy_regex::Regex::new(pattern).expect(pattern);
            for text in texts {
                assert_eq!(automaton.matches(text), regex.is_match(text).ok(), "{pattern} on {text}");
            }
        }
    }

    #[test]
    fn an_automaton_that_grows_too_large_gives_up() {
        let mut automaton = Automaton::new("^(?:a|b)*a(?:a|b){4000}$").expect("it is regular");
        let text: String = (0..8_000_u32).map(|at| if at * at % 7 < 3 { 'a' } else { 'b' }).collect();
        assert_eq!(automaton.matches(&text), None);
        assert!(automaton.take_work() > 0);
    }

    #[test]
    fn what_is_not_regular_or_too_large_is_not_made() {
        for pattern in ["^(?=a)b", r"^(a)\1$", r"\bid\b", "^(?:[a-z]{1000}){1000}$", "(?m)^a$"] {
            assert!(Automaton::new(pattern).is_none(), "{pattern}");
        }
    }
}
