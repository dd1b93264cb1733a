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

/// Bytes that are no UTF-8, or odd in it: cut short, overlong, half of a surrogate pair, too high, a mark, a NUL.
const BYTES: &[&[u8]] = &[
    b"\xC3",
    b"\xE6\xBC",
    b"\xF0\x9F\x98",
    b"\x80",
    b"\xC0\xA2",
    b"\xE0\x80\xA2",
    b"\xF0\x80\x80\xA2",
    b"\xED\xA0\x80",
    b"\xED\xB0\x80",
    b"\xF4\x90\x80\x80",
    b"\xFF",
    b"\xEF\xBB\xBF",
    b"\x00",
    b"\x01",
    b"\x0B",
    b"\x0C",
    b"\x7F",
    b"\xC2\xA0",
    b"\xE2\x80\xA8",
];

/// Numbers in forms that are odd or none.
const NUMBERS: &[&str] = &[
    "-0",
    "0.0",
    "1.0",
    "1e0",
    "1E+0",
    "10e-1",
    "01",
    "+1",
    "1.",
    ".5",
    "-",
    "0x1",
    "1e400",
    "-1e-400",
    "NaN",
    "Infinity",
    "123456789012345678901234567890",
    "0.1000000000000000055511151231257827",
];

/// Lengths of texts at which something changes somewhere.
const LENGTHS: [usize; 16] = [15, 16, 31, 32, 47, 48, 63, 64, 65, 127, 128, 129, 255, 256, 4095, 65_536];

/// Makes changed events of others.
pub(crate) struct Mutator {
    events: Vec<Vec<u8>>,
    chance: Chance,
}

impl Mutator {
    /// A mutator of these events, none of which is empty.
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
        match self.below(12) {
            0 | 1 => {}
            10 | 11 => self.hostile(&mut event),
            2..=7 => {
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
                let digits = places(event, u8::is_ascii_digit);
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

    /// A change of the kind that somebody thinks of who wants to be let through.
    fn hostile(&mut self, event: &mut Vec<u8>) {
        let at = self.below(event.len());
        match self.below(16) {
            0 => {
                let bytes = BYTES[self.below(BYTES.len())];
                let at = if self.below(4) == 0 { 0 } else { at };
                event.splice(at..at, bytes.iter().copied());
            }
            1 => {
                // One character of a text or a name, as an escape.
                let places = places(event, u8::is_ascii_alphanumeric);
                if let Some(place) = places.get(self.below(places.len())) {
                    let escape = match self.below(3) {
                        0 => format!("\\u{:04X}", event[*place]),
                        1 => format!("\\u{:04x}", event[*place]),
                        _ => format!("\\{}", char::from(event[*place])),
                    };
                    event.splice(*place..=*place, escape.into_bytes());
                }
            }
            2 => {
                let numbers = places(event, u8::is_ascii_digit);
                if let Some(start) = numbers.get(self.below(numbers.len())) {
                    let rest = &event[*start..];
                    let length = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
                    let number = NUMBERS[self.below(NUMBERS.len())];
                    event.splice(*start..*start + length, number.bytes());
                }
            }
            3 | 4 => {
                // A text of a length at which something may change. Long ones take long.
                let quotes = places(event, |byte| *byte == b'"');
                if quotes.len() > 2 {
                    let from = self.below(quotes.len() - 1);
                    let last = if self.below(64) == 0 { LENGTHS.len() } else { LENGTHS.len() - 2 };
                    let length = LENGTHS[self.below(last)];
                    let letter = ["a", "7", "é", "-"][self.below(4)];
                    let text = letter.repeat(length / letter.len());
                    event.splice(quotes[from] + 1..quotes[from + 1], text.into_bytes());
                }
            }
            5 => {
                // Nested around the limit, which is 128.
                let starts = places(event, |byte| *byte == b':');
                if let Some(place) = starts.get(self.below(starts.len())) {
                    let depth = 124 + self.below(6);
                    let (open, close) = if self.below(2) == 0 { ("[", "]") } else { ("{\"a\":", "}") };
                    let inside = if open == "[" { "" } else { "1" };
                    let text = format!("{}{inside}{}", open.repeat(depth), close.repeat(depth));
                    let length = event[place + 1..].iter().position(|byte| matches!(byte, b',' | b'}'));
                    let end = place + 1 + length.unwrap_or(0);
                    event.splice(place + 1..end, text.into_bytes());
                }
            }
            6 => {
                let structural = places(event, |byte| b",:{}[]\"".contains(byte));
                if let Some(place) = structural.get(self.below(structural.len())) {
                    event[*place] = b",:{}[]\" '"[self.below(9)];
                }
            }
            7 => {
                // A member less.
                let commas = places(event, |byte| *byte == b',');
                if commas.len() > 1 {
                    let from = self.below(commas.len() - 1);
                    event.drain(commas[from]..commas[from + 1]);
                }
            }
            8 => event.extend(event.clone()),
            9 => {
                let other = self.below(self.events.len());
                let other = &self.events[other];
                event.truncate(at);
                event.extend_from_slice(&other[at.min(other.len())..]);
            }
            10 => event.extend_from_slice([&b"\r"[..], b"\r\r", b" \r", b"\0", b",", b"\n"][self.below(6)]),
            11 => event.truncate(at + 1),
            12 => event.insert(at, b'\n'),
            13 => {
                // White space everywhere.
                let mut spaced = Vec::new();
                for byte in event.iter() {
                    spaced.push(*byte);
                    if matches!(byte, b',' | b':' | b'{' | b'[') {
                        spaced.push(b" \t\r "[self.below(4)]);
                    }
                }
                *event = spaced;
            }
            14 if self.below(512) == 0 => {
                // As large as may be, or a little larger.
                let length = (1 << 20) - 2 + self.below(5);
                let place = places(event, |byte| *byte == b':').first().map_or(0, |place| place + 1);
                let more = length.saturating_sub(event.len());
                event.splice(place..place, std::iter::repeat_n(b' ', more));
            }
            _ => {
                // A member under an escaped name beside itself.
                let quotes = places(event, |byte| *byte == b'"');
                if quotes.len() > 4 {
                    let name = event[quotes[0] + 1..quotes[1]].to_vec();
                    if let Some(first) = name.first() {
                        let escaped = format!("\\u{first:04x}{}", String::from_utf8_lossy(&name[1..]));
                        let member = format!("\"{escaped}\":1,");
                        event.splice(quotes[0]..quotes[0], member.into_bytes());
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
