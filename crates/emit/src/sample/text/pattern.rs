//! Patterns turned round: from what a regular expression accepts, a text that it accepts.
//!
//! ```text
//! pattern ─→ HIR ─→ pieces (literals, characters to choose from, repetitions, alternatives) ─→ texts
//! ```
//!
//! Where a class allows nearly anything, letters and digits are taken: they harm nobody.

use regex_syntax::hir::{Class, Hir, HirKind, Look};

use super::super::random::Random;

/// Makes texts that a pattern accepts.
#[derive(Clone, Debug)]
pub(crate) struct Generator {
    piece: Piece,
    /// Whether every text made is accepted; otherwise it is worth a look.
    pub(crate) exact: bool,
}

#[derive(Clone, Debug)]
enum Piece {
    Nothing,
    Literal(String),
    /// One of these characters.
    Choice(Vec<char>),
    Repeat {
        piece: Box<Piece>,
        least: u32,
        most: Option<u32>,
    },
    Sequence(Vec<Piece>),
    Alternatives(Vec<Piece>),
}

/// How many characters of a class are kept to choose from.
const MAX_CHOICE: usize = 256;

/// A class with more printable ASCII characters than letters, digits, `_`, `-` and `.` allows nearly anything.
const BROAD: usize = 65;

impl Generator {
    /// The generator of an expression; `None` if nothing fits it.
    pub(crate) fn new(hir: &Hir) -> Option<Self> {
        let mut exact = true;
        let piece = piece(hir, true, true, &mut exact)?;
        Some(Self { piece, exact })
    }

    /// Adds a text. Repetitions go on for at most `stretch` times more than they must.
    pub(crate) fn make(&self, stretch: u32, random: &mut Random, out: &mut String) {
        self.piece.make(stretch, random, out);
    }

    /// At least so many bits of chance are in a text.
    pub(crate) fn bits(&self) -> u32 {
        self.piece.bits()
    }
}

impl Piece {
    fn make(&self, stretch: u32, random: &mut Random, out: &mut String) {
        match self {
            Self::Nothing => {}
            Self::Literal(text) => out.push_str(text),
            Self::Choice(characters) => out.extend(random.pick(characters)),
            Self::Repeat { piece, least, most } => {
                let more = most.map_or(stretch, |most| stretch.min(most.saturating_sub(*least)));
                for _ in 0..u64::from(*least) + random.below(u64::from(more) + 1) {
                    piece.make(stretch, random, out);
                }
            }
            Self::Sequence(pieces) => pieces.iter().for_each(|piece| piece.make(stretch, random, out)),
            Self::Alternatives(pieces) => {
                if let Some(piece) = random.pick(pieces) {
                    piece.make(stretch, random, out);
                }
            }
        }
    }

    fn bits(&self) -> u32 {
        match self {
            Self::Nothing | Self::Literal(_) => 0,
            Self::Choice(characters) => characters.len().max(1).ilog2(),
            Self::Repeat { piece, least, .. } => piece.bits().saturating_mul(*least),
            Self::Sequence(pieces) => pieces.iter().fold(0, |sum, piece| piece.bits().saturating_add(sum)),
            Self::Alternatives(pieces) => pieces.iter().map(Self::bits).min().unwrap_or(0),
        }
    }
}

/// The piece of an expression; `None` if nothing fits it. `first` and `last` say whether it stands at the beginning
/// and the end of the whole, where anchors ask for nothing.
fn piece(hir: &Hir, first: bool, last: bool, exact: &mut bool) -> Option<Piece> {
    match hir.kind() {
        HirKind::Empty => Some(Piece::Nothing),
        HirKind::Literal(literal) => match std::str::from_utf8(&literal.0) {
            Ok(text) => Some(Piece::Literal(text.to_owned())),
            Err(_) => None,
        },
        HirKind::Class(class) => choice(class),
        HirKind::Look(look) => {
            *exact &= match look {
                Look::Start => first,
                Look::End => last,
                _ => false,
            };
            Some(Piece::Nothing)
        }
        HirKind::Repetition(repetition) => {
            let anchors = repetition.max == Some(1);
            match piece(&repetition.sub, first && anchors, last && anchors, exact) {
                Some(piece) => Some(Piece::Repeat {
                    piece: Box::new(piece),
                    least: repetition.min,
                    most: repetition.max,
                }),
                None if repetition.min == 0 => Some(Piece::Nothing),
                None => None,
            }
        }
        HirKind::Capture(capture) => piece(&capture.sub, first, last, exact),
        HirKind::Concat(parts) => {
            let end = parts.len().saturating_sub(1);
            let parts = parts.iter().enumerate();
            let pieces = parts.map(|(at, part)| piece(part, first && at == 0, last && at == end, exact));
            Some(Piece::Sequence(pieces.collect::<Option<_>>()?))
        }
        HirKind::Alternation(parts) => {
            let pieces: Vec<Piece> =
                parts.iter().filter_map(|part| piece(part, first, last, exact)).collect();
            if pieces.is_empty() { None } else { Some(Piece::Alternatives(pieces)) }
        }
    }
}

fn choice(class: &Class) -> Option<Piece> {
    let class = match class {
        Class::Unicode(class) => class.clone(),
        Class::Bytes(class) => class.to_unicode_class()?,
    };
    let of = |allowed: &dyn Fn(char) -> bool| -> Vec<char> {
        let characters = class.ranges().iter().flat_map(|range| range.start()..=range.end());
        characters.filter(|c| allowed(*c)).take(MAX_CHOICE).collect()
    };
    let printable: Vec<char> = (' '..='~')
        .filter(|c| class.ranges().iter().any(|range| (range.start()..=range.end()).contains(c)))
        .collect();
    let characters = if printable.len() > BROAD {
        printable.into_iter().filter(char::is_ascii_alphanumeric).collect()
    } else if printable.is_empty() {
        let visible = of(&|c| !c.is_control());
        if visible.is_empty() { of(&|_| true) } else { visible }
    } else {
        printable
    };
    if characters.is_empty() { None } else { Some(Piece::Choice(characters)) }
}

#[cfg(test)]
mod tests {
    use super::super::ecma::Pattern;
    use super::*;

    #[test]
    fn every_text_made_is_accepted_by_the_pattern() {
        let mut random = Random::new(11, 0);
        for ecma in [
            "^[0-7][0-9A-HJKMNP-TV-Z]{25}$",
            "^(system|[a-z][a-z0-9_]{0,31}:[A-Za-z0-9][A-Za-z0-9_-]{0,63})$",
            "^[a-z][a-z0-9]*(_[a-z0-9]+)*$",
            "^([0-9a-f]{2}){16}$",
            r"^(\+[1-9][0-9]{6,14}|[0-9]{3,8})$",
            r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])$",
            "^20[2-4][0-9]-(0[1-9]|1[0-2])$",
            "^[^\\u0000-\\u001f]*$",
            "^[!-~]+$",
            r"^\S+\s\S+$",
            "^[äöü]{3}$",
            "^[\\u4e00-\\u9fff]{2,4}$",
            "(foo|bar)",
            "^a?b*c+$",
            "",
            "^$",
            r"^.{3}\.$",
            "^(a$|b$)",
        ] {
            let pattern = Pattern::new(ecma).expect(ecma);
            let generator = Generator::new(&pattern.hir).expect(ecma);
            assert!(generator.exact, "{ecma}");
            for stretch in [0, 1, 8, 40] {
                for _ in 0..50 {
                    let mut text = String::new();
                    generator.make(stretch, &mut random, &mut text);
                    assert!(pattern.regex.is_match(&text), "{text:?} by {ecma}");
                    assert!(!text.chars().any(char::is_control), "{text:?} by {ecma}");
                }
            }
        }
    }

    #[test]
    fn what_may_fail_says_so_and_what_never_fits_makes_nothing() {
        for ecma in ["^a*$b", r"^[a-z ]+\bx$"] {
            let pattern = Pattern::new(ecma).expect(ecma);
            assert!(!Generator::new(&pattern.hir).expect(ecma).exact, "{ecma}");
        }
        let never = Pattern::new("^[^\\u0000-\\u{10FFFF}]$").expect("a pattern");
        assert!(Generator::new(&never.hir).is_none());
    }

    #[test]
    fn the_chance_in_a_text_is_never_said_to_be_more_than_it_is() {
        for (ecma, bits) in
            [("^c[0-9]{5}$", 15), ("^hld-[0-9a-z]{8}$", 40), ("^(a|[0-9]{9})$", 0), ("^x*$", 0)]
        {
            let pattern = Pattern::new(ecma).expect(ecma);
            assert_eq!(Generator::new(&pattern.hir).expect(ecma).bits(), bits, "{ecma}");
        }
    }
}
