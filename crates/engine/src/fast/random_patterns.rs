//! Random patterns: a text that the fast path proves is matched.

use std::fmt::Write as _;

use regex::Regex;
use serde_json::json;

use super::level::tests::random;
use super::*;
use crate::small;

/// Random numbers, the same each time.
struct Chance(u64);

impl Chance {
    /// A number below another.
    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(random(&mut self.0) >> 33).expect("31 bits") % limit
    }

    fn pick<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())].clone()
    }
}

/// A part of a pattern.
enum Part {
    Text(&'static str),
    /// What stands in the brackets, and some of its characters.
    Class(&'static str, &'static str),
    /// A part so many times, at least and at most.
    Times(Box<Part>, usize, Option<usize>),
    Either(Vec<Part>),
    Sequence(Vec<Part>),
}

const CLASSES: &[(&str, &str)] = &[
    ("a-z", "abz"),
    ("a-z0-9", "az09"),
    ("0-9", "0123456789"),
    ("A-Za-z0-9_-", "AZaz09_-"),
    ("!-~", "!~\"\\@a"),
    ("^\\x00-\\x1f", "a \"é日\u{7f}"),
    ("ab", "ab"),
    ("@.", "@."),
    ("\"\\\\", "\"\\"),
    ("é-ü", "éü"),
    (":", ":"),
    ("-_:", "-_:"),
];

fn part(chance: &mut Chance, depth: usize) -> Part {
    match chance.below(if depth == 0 { 4 } else { 10 }) {
        0 => Part::Text(chance.pick(&[
            "a",
            ":",
            "-",
            "id-",
            "service/",
            "staff",
            "abcdefghij",
            "@",
            "x.y",
            "é",
        ])),
        1..=3 => {
            let (class, some) = chance.pick(CLASSES);
            Part::Class(class, some)
        }
        4 | 5 => {
            let least = chance.pick(&[0, 0, 0, 1, 1, 2, 3, 8, 31, 62, 63, 64, 65, 70]);
            let more =
                chance.pick(&[Some(0), Some(1), Some(1), Some(3), Some(30), Some(63), Some(64), None, None]);
            let most = more.map(|more| least + more);
            // What is repeated is short, or there would be no end of it.
            Part::Times(Box::new(part(chance, 0)), least, most)
        }
        6 => Part::Either((0..2 + chance.below(2)).map(|_| part(chance, depth - 1)).collect()),
        7 => {
            // Words with separators between.
            let (class, some) = chance.pick(&CLASSES[..3]);
            let word = || Box::new(Part::Class(class, some));
            let separated =
                vec![Part::Text(chance.pick(&["-", "_", ":", "a"])), Part::Times(word(), 1, None)];
            let rest = Part::Times(Box::new(Part::Sequence(separated)), 0, None);
            Part::Sequence(vec![Part::Times(word(), chance.below(2), None), rest])
        }
        8 => {
            // Two parts with a separator between.
            let simple = |chance: &mut Chance| {
                let least = chance.pick(&[1, 1, 2, 64, 70]);
                Part::Times(Box::new(part(chance, 0)), least, chance.pick(&[None, None, Some(least + 9)]))
            };
            Part::Sequence(vec![simple(chance), Part::Text(chance.pick(&[":", "/", "-"])), simple(chance)])
        }
        _ => Part::Sequence((0..=chance.below(4)).map(|_| part(chance, depth - 1)).collect()),
    }
}

impl Part {
    fn pattern(&self) -> String {
        match self {
            Self::Text(text) => text.replace('.', "[.]"),
            Self::Class(class, _) => format!("[{class}]"),
            Self::Times(part, least, most) => {
                let part = part.pattern();
                match (least, most) {
                    (0, None) => format!("({part})*"),
                    (1, None) => format!("({part})+"),
                    (0, Some(1)) => format!("({part})?"),
                    (least, None) => format!("({part}){{{least},}}"),
                    (least, Some(most)) => format!("({part}){{{least},{most}}}"),
                }
            }
            Self::Either(parts) => {
                format!("({})", parts.iter().map(Self::pattern).collect::<Vec<_>>().join("|"))
            }
            Self::Sequence(parts) => parts.iter().map(Self::pattern).collect(),
        }
    }

    /// Adds a text that fits, most of the time.
    fn text(&self, chance: &mut Chance, text: &mut String) {
        match self {
            Self::Text(own) => text.push_str(own),
            Self::Class(_, some) => text.push(chance.pick(&some.chars().collect::<Vec<_>>())),
            Self::Times(part, least, most) => {
                let least = if chance.below(8) == 0 { chance.below(least + 1) } else { *least };
                let more =
                    most.map_or(4, |most| most - least + chance.below(2)).min(chance.pick(&[1, 4, 70]));
                for _ in 0..least + chance.below(more + 1) {
                    part.text(chance, text);
                }
            }
            Self::Either(parts) => parts[chance.below(parts.len())].text(chance, text),
            Self::Sequence(parts) => parts.iter().for_each(|part| part.text(chance, text)),
        }
    }
}

/// Changes a character, most often of those that matter.
fn change(chance: &mut Chance, text: &str) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    let other = chance.pick(&['a', '0', ':', '-', '@', '"', '\\', '/', 'é', 'Z', '\u{1f}']);
    let at = chance.below(characters.len() + 1);
    match (chance.below(3), characters.get_mut(at)) {
        (0, Some(_)) => {
            characters.remove(at);
        }
        (1, Some(character)) => *character = other,
        _ => characters.insert(at, other),
    }
    characters.into_iter().collect()
}

#[test]
fn what_is_proven_of_random_patterns_is_matched_by_them() {
    let chance = &mut Chance(0x5DEE_CE66_D1CE_4E5B);
    let mut counts = [0usize; 3];
    for _ in 0..800 {
        let root = Part::Sequence((0..=chance.below(3)).map(|_| part(chance, 2)).collect());
        let pattern = format!("^{}$", root.pattern());
        // One that is too large is none for the authority either.
        let Ok(matches) = Regex::new(&pattern) else { continue };
        let (least, more) = (chance.pick(&[0, 0, 1, 6, 60]), chance.pick(&[1usize << 16, 1 << 16, 4, 60]));
        let schema = json!({"properties": {"n": {
            "type": "string", "pattern": pattern, "minLength": least, "maxLength": least + more}}});
        let Ok(catalog) = small::catalog(&schema.to_string()) else { continue };
        let mut lines = String::new();
        let mut fits = Vec::new();
        for _ in 0..24 {
            let mut text = String::new();
            root.text(chance, &mut text);
            for _ in 0..chance.below(3) {
                text = change(chance, &text);
            }
            let length = text.chars().count();
            for _ in 0..2 {
                writeln!(lines, "{}", json!({"n": text})).expect("a text");
                fits.push(matches.is_match(&text) && (least..=least + more).contains(&length));
            }
        }
        let end = lines.len();
        lines += &" ".repeat(PADDING);
        for level in [crate::Level::Best, crate::Level::Scalar] {
            let fast = Fast::compile(&catalog, Limits::default(), Choice::of(level), Learns::Lines);
            let all = Lines { text: lines.as_bytes(), start: 0, end, first: 0 };
            let mut is_proven = vec![true; fits.len()];
            let mut scratch = Scratch::default();
            fast.prove_lines(&mut scratch, &all, u64::MAX, &mut |line| {
                is_proven[usize::try_from(line.number).expect("few")] = false;
            });
            for ((line, is_proven), fits) in lines.lines().zip(is_proven).zip(&fits) {
                assert!(*fits || !is_proven, "{level:?} {pattern} {least} {more}: {line}");
                counts[if is_proven { 2 } else { usize::from(*fits) }] += 1;
            }
        }
    }
    let [wrong, _, proven] = counts;
    assert!(wrong > 5000 && proven > 5000, "{counts:?}");
}
