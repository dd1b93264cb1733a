//! Shortest texts that some automata accept and others refuse.

use std::collections::{HashMap, HashSet};

use crate::automaton::{Automaton, DEAD, START, SURE, State};

/// What a text must be.
#[derive(Debug)]
pub(crate) struct Wanted<'a> {
    /// Automata, with whether they must accept the text.
    pub(crate) automata: Vec<(&'a mut Automaton, bool)>,
    /// Texts that it must not be.
    pub(crate) except: Vec<&'a str>,
    /// How many characters it must have at least.
    pub(crate) min: u64,
    /// How many it may have.
    pub(crate) max: u64,
}

/// What a search for a text came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Word {
    Found(String),
    /// There is none.
    None,
    /// The steps did not suffice.
    GaveUp,
}

/// The states of all automata, and which of the excepted texts the text so far is the beginning of.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Position {
    states: Box<[State]>,
    /// Bit by bit would not do: there may be many. These are indexes into `except`.
    prefix_of: Box<[u32]>,
}

impl Wanted<'_> {
    /// A shortest such text; one that begins as `near` does as far as it can. Each character that is tried takes a step.
    pub(crate) fn find(&mut self, near: Option<&str>, steps: &mut u64) -> Word {
        if let Some(near) = near {
            let mut positions = vec![self.start()];
            for c in near.chars().take(256) {
                let Some(last) = positions.last().cloned() else { break };
                let length = positions.len() as u64 - 1;
                match self.step(&last, c, length) {
                    Some(next) if length < self.max => positions.push(next),
                    _ => break,
                }
            }
            // The longest beginnings first; most of them can't be completed, or at once.
            let tried = positions.len().saturating_sub(24).max(1);
            for at in (tried..positions.len()).rev() {
                let prefix: String = near.chars().take(at).collect();
                let mut share = (*steps / 64).min(4_000);
                let before = share;
                let word = self.complete(&positions[at], at as u64, near, &mut share);
                *steps = steps.saturating_sub(before - share);
                if let Word::Found(rest) = word {
                    return Word::Found(prefix + &rest);
                }
            }
        }
        let start = self.start();
        self.complete(&start, 0, near.unwrap_or_default(), steps)
    }

    fn start(&self) -> Position {
        Position {
            states: self.automata.iter().map(|_| START).collect(),
            prefix_of: (0..u32::try_from(self.except.len()).unwrap_or(0)).collect(),
        }
    }

    fn step(&mut self, from: &Position, c: char, length: u64) -> Option<Position> {
        let mut states = from.states.clone();
        for (state, (automaton, wanted)) in states.iter_mut().zip(&mut self.automata) {
            *state = automaton.next(*state, c)?;
            if (*wanted && *state == DEAD) || (!*wanted && *state == SURE) {
                return None;
            }
        }
        let at = usize::try_from(length).unwrap_or(usize::MAX);
        let goes_on =
            |index: &&u32| self.except.get(**index as usize).and_then(|text| text.chars().nth(at)) == Some(c);
        Some(Position { states, prefix_of: from.prefix_of.iter().filter(goes_on).copied().collect() })
    }

    fn accepts(&self, position: &Position, length: u64) -> bool {
        let is_except = |index: &u32| {
            self.except.get(*index as usize).is_some_and(|text| text.chars().count() as u64 == length)
        };
        length >= self.min
            && position
                .states
                .iter()
                .zip(&self.automata)
                .all(|(state, (automaton, wanted))| automaton.accepts(*state) == *wanted)
            && !position.prefix_of.iter().any(is_except)
    }

    /// The shortest way on from a position.
    fn complete(&mut self, from: &Position, length: u64, near: &str, steps: &mut u64) -> Word {
        // Each has the one before it and the character between them.
        let mut visited: Vec<(Position, usize, char)> = vec![(from.clone(), usize::MAX, ' ')];
        let mut seen: HashSet<Position> = HashSet::new();
        let mut level = 0..1;
        let mut length = length;
        loop {
            for at in level.clone() {
                if self.accepts(&visited[at].0, length) {
                    return Word::Found(trace(&visited, at));
                }
            }
            if length >= self.max || level.is_empty() {
                return Word::None;
            }
            // Before the least length is reached, the same position at another length is another.
            if length < self.min {
                seen.clear();
            }
            let near_here = usize::try_from(length).ok().and_then(|at| near.chars().nth(at));
            let end = level.end;
            for at in level {
                let position = visited[at].0.clone();
                let characters = self.characters(&position, length, near_here, steps);
                if *steps == 0 {
                    return Word::GaveUp;
                }
                *steps = steps.saturating_sub(characters.len() as u64);
                for c in characters {
                    if let Some(next) = self.step(&position, c, length)
                        && seen.insert(next.clone())
                    {
                        visited.push((next, at, c));
                    }
                }
            }
            level = end..visited.len();
            length += 1;
        }
    }

    /// One character for each way in which the automata and the excepted texts go on; the most readable of its like.
    fn characters(&mut self, from: &Position, length: u64, near: Option<char>, steps: &mut u64) -> Vec<char> {
        let mut bounds: Vec<u32> = vec![0, 0xD800, 0xE000];
        for (state, (automaton, _)) in from.states.iter().zip(&mut self.automata) {
            let Some(arcs) = automaton.arcs(*state) else {
                // It has become too large to go on.
                *steps = 0;
                return Vec::new();
            };
            bounds.extend(arcs.iter().flat_map(|(first, last, _)| [*first, last + 1]));
            *steps = steps.saturating_sub(automaton.take_work() / 64);
        }
        let at = usize::try_from(length).unwrap_or(usize::MAX);
        for index in &from.prefix_of {
            if let Some(c) = self.except.get(*index as usize).and_then(|text| text.chars().nth(at)) {
                bounds.extend([u32::from(c), u32::from(c) + 1]);
            }
        }
        bounds.sort_unstable();
        bounds.dedup();
        *steps = steps.saturating_sub(bounds.len() as u64 / 16);
        // Where two runs lead to the same, the more readable stands for both.
        let mut best: HashMap<Position, (u32, char)> = HashMap::new();
        for (at, first) in bounds.iter().enumerate() {
            let last = bounds.get(at + 1).map_or(0x10_FFFF, |next| next - 1);
            let Some(c) = readable(*first, last, near) else { continue };
            let Some(next) = self.step(from, c.1, length) else { continue };
            let known = best.entry(next).or_insert(c);
            *known = c.min(*known);
        }
        let mut found: Vec<(u32, char)> = best.into_values().collect();
        found.sort_unstable();
        found.into_iter().map(|(_, c)| c).collect()
    }
}

fn trace(visited: &[(Position, usize, char)], at: usize) -> String {
    let mut characters = Vec::new();
    let mut at = at;
    while let Some((_, before, c)) = visited.get(at)
        && *before != usize::MAX
    {
        characters.push(*c);
        at = *before;
    }
    characters.iter().rev().collect()
}

/// The most readable character of a run, with how little readable it is.
fn readable(first: u32, last: u32, near: Option<char>) -> Option<(u32, char)> {
    let inside = |c: &char| (first..=last).contains(&u32::from(*c));
    if let Some(near) = near.filter(inside) {
        return Some((0, near));
    }
    let preferred =
        [('x', 'z'), ('a', 'w'), ('0', '9'), ('A', 'Z'), ('!', '~'), (' ', ' '), ('\u{A1}', '\u{D7FF}')];
    for (rank, (from, to)) in (1..).zip(preferred) {
        let start = first.max(u32::from(from));
        if start <= last.min(u32::from(to))
            && let Some(c) = char::from_u32(start)
        {
            return Some((rank, c));
        }
    }
    char::from_u32(first).or_else(|| char::from_u32(last)).map(|c| (10, c))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(patterns: &[(&str, bool)], except: &[&str], min: u64, max: u64, near: Option<&str>) -> Word {
        let mut automata: Vec<(Automaton, bool)> = patterns
            .iter()
            .map(|(pattern, wanted)| (Automaton::new(pattern).expect(pattern), *wanted))
            .collect();
        let automata = automata.iter_mut().map(|(automaton, wanted)| (automaton, *wanted)).collect();
        Wanted { automata, except: except.to_vec(), min, max }.find(near, &mut 100_000)
    }

    #[test]
    fn shortest_texts_are_found_or_there_are_none() {
        let found = |text: &str| Word::Found(text.to_owned());
        assert_eq!(find(&[("^[0-9]+$", true)], &[], 0, 9, None), found("0"));
        assert_eq!(find(&[("^[0-9]+$", true), ("^[0-8]+$", false)], &[], 0, 9, None), found("9"));
        assert_eq!(find(&[("^[0-9]+$", true), ("^\\d+$", false)], &[], 0, 9, None), Word::None);
        assert_eq!(find(&[("^a*$", true)], &["", "a", "aa"], 0, 9, None), found("aaa"));
        assert_eq!(find(&[("^a?$", true)], &["", "a"], 0, u64::MAX, None), Word::None);
        assert_eq!(find(&[("^(aa)*$", true)], &[], 5, 5, None), Word::None);
        assert_eq!(find(&[("^(aa)*$", true)], &[], 5, 6, None), found("aaaaaa"));
        assert_eq!(find(&[], &[], 3, 3, None), found("xxx"));
        assert_eq!(find(&[("a", false), ("^[a-c]", true)], &[], 2, 9, None), found("bx"));
    }

    #[test]
    fn a_text_is_like_the_near_one_as_far_as_it_can() {
        let near = Some("conv_777");
        assert_eq!(
            find(&[("^[a-z_0-9]{1,64}$", true), ("^[a-z_0-9]{1,32}$", false)], &[], 0, 99, near),
            Word::Found(format!("conv_777{}", "x".repeat(25)))
        );
        assert_eq!(
            find(&[("^[a-z_0-9.]+$", true), ("^[a-z_0-9]+$", false)], &[], 0, 99, near),
            Word::Found("conv_777.".to_owned())
        );
    }
}
