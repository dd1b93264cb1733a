//! Changed events: a byte, a token, a member at a time, so that many stay valid and the others are nearly so.

use crate::chance::Chance;

/// Texts that are put in place of others, or between them.
const TOKENS: &[&str] = &[
    "\"",
    "\\",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    " ",
    "\t",
    "\n",
    "\r",
    "0",
    "1",
    "-",
    "1.0",
    "1.5",
    "0.1",
    "-0",
    "01",
    "1e2",
    "1E400",
    "12345678901234567890",
    "9007199254740993",
    "null",
    "true",
    "false",
    "\"\"",
    "\"a\"",
    "[]",
    "{}",
    "[[]]",
    "{\"a\":1}",
    "\\u0041",
    "\\u00e9",
    "\\ud83d\\ude00",
    "\\ud800",
    "\\n",
    "\\/",
    "\\\"",
    "é",
    "漢",
    "😀",
    "\u{7f}",
    "\u{80}",
    "\u{2028}",
    "\u{0}",
    "\u{1f}",
    "@",
    "a@b.example",
    " jane.doe@example.com ",
    "+1 804 555 0142",
    "4111 1111 1111 1111",
    "GB82 WEST 1234 5698 7654 32",
    "AKIAIOSFODNN7EXAMPLE",
    "bearer abcdef0123456789",
    "-----BEGIN PRIVATE KEY-----",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2ln",
    "_",
    "__",
    "-",
    ".",
    "Z",
    "T",
    "z",
    "2025-02-29",
    "2024-02-29T23:59:60Z",
    "24:00",
    "+01:00",
    "2025-11-05T14:00:00.000Z",
    "2025-11-05T14:00:00.1234567890Z",
    "system",
];

/// Makes changed events of others.
pub(crate) struct Mutator {
    events: Vec<Vec<u8>>,
    chance: Chance,
}

impl Mutator {
    pub(crate) fn new(events: Vec<Vec<u8>>, seed: u64) -> Self {
        Self { events, chance: Chance::new(seed) }
    }

    fn below(&mut self, bound: usize) -> usize {
        self.chance.below(bound)
    }

    /// An event with something changed; some are left as they are.
    pub(crate) fn next_event(&mut self) -> Vec<u8> {
        let at = self.below(self.events.len());
        let mut event = self.events[at].clone();
        // White space and values that keep to their form leave most events valid, anything else few.
        match self.below(10) {
            0 => {}
            1..=5 => {
                for _ in 0..=self.below(3) {
                    self.gently(&mut event);
                }
            }
            _ => {
                for _ in 0..=self.below(2) {
                    self.change(&mut event);
                }
            }
        }
        event
    }

    /// A change that often keeps an event valid.
    fn gently(&mut self, event: &mut Vec<u8>) {
        let at = self.below(event.len());
        match self.below(4) {
            0 => {
                let structural: Vec<usize> = places(event, |byte| matches!(byte, b',' | b':' | b'{' | b'}'));
                if let Some(place) = structural.get(self.below(structural.len())) {
                    event.insert(place + self.below(2), b" \t\n\r"[self.below(4)]);
                }
            }
            1 => {
                let digits = places(event, |byte| byte.is_ascii_digit());
                if let Some(place) = digits.get(self.below(digits.len())) {
                    event[*place] = b'0' + u8::try_from(self.below(10)).unwrap();
                }
            }
            2 => {
                if event.get(at).is_some_and(u8::is_ascii_lowercase) {
                    event[at] = b'a' + u8::try_from(self.below(26)).unwrap();
                }
            }
            _ => self.swap_members(event),
        }
    }

    fn change(&mut self, event: &mut Vec<u8>) {
        let at = self.below(event.len());
        let token = TOKENS[self.below(TOKENS.len())];
        match self.below(8) {
            0 => event[at] ^= 1 << self.below(8),
            1 => {
                event.remove(at);
            }
            2 => event.insert(at, u8::try_from(self.below(256)).unwrap()),
            3 => {
                let end = (at + self.below(12)).min(event.len());
                event.splice(at..end, token.bytes());
            }
            4 => {
                event.splice(at..at, token.bytes());
            }
            5 => {
                let ends = places(event, |byte| *byte == b'"');
                if let Some(place) = ends.get(self.below(ends.len())) {
                    event.splice(*place..*place, token.bytes());
                }
            }
            6 => {
                // A value becomes another one.
                let starts = places(event, |byte| *byte == b':');
                if let Some(place) = starts.get(self.below(starts.len())) {
                    let rest = &event[place + 1..];
                    let length =
                        rest.iter().position(|byte| matches!(byte, b',' | b'}')).unwrap_or(rest.len());
                    event.splice(place + 1..place + 1 + length, token.bytes());
                }
            }
            _ => {
                // A member comes twice, or from elsewhere.
                let other = self.below(self.events.len());
                let source = if self.below(2) == 0 { event.clone() } else { self.events[other].clone() };
                let commas = places(&source, |byte| *byte == b',');
                if commas.len() > 1 {
                    let from = self.below(commas.len() - 1);
                    let member = source[commas[from]..commas[from + 1]].to_vec();
                    let own = places(event, |byte| matches!(byte, b',' | b'}'));
                    if let Some(place) = own.get(self.below(own.len())) {
                        event.splice(*place..*place, member);
                    }
                }
            }
        }
        if event.is_empty() {
            event.push(b'{');
        }
    }

    /// Two neighbouring texts between commas change places.
    fn swap_members(&mut self, event: &mut Vec<u8>) {
        let commas = places(event, |byte| *byte == b',');
        if commas.len() > 2 {
            let from = self.below(commas.len() - 2);
            let first = event[commas[from]..commas[from + 1]].to_vec();
            let second = event[commas[from + 1]..commas[from + 2]].to_vec();
            event.splice(commas[from]..commas[from + 2], [second, first].concat());
        }
    }
}

fn places(event: &[u8], is: impl Fn(&u8) -> bool) -> Vec<usize> {
    (0..event.len()).filter(|at| is(&event[*at])).collect()
}
