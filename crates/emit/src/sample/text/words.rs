//! Harmless words in several scripts, without digits: no detector of personal data finds anything in them.

use super::super::random::Random;

/// Words of free text.
const WORDS: &[&str] = &[
    "harbour",
    "linen",
    "north window",
    "quiet morning",
    "Bücherregal",
    "café",
    "niño",
    "łódka",
    "Øresund",
    "čaj",
    "день",
    "северный ветер",
    "книга",
    "θάλασσα",
    "φάρος",
    "港",
    "本屋",
    "静かな朝",
    "春天",
    "푸른 공방",
    "나무",
    "نخيل",
    "صباح",
    "שלום",
    "बस्ती",
    "पुस्तक",
    "ต้นไม้",
    "🌿",
    "🐙",
];

/// Words for what anyone may see.
const PLAIN: &[&str] = &[
    "amber", "birch", "cedar", "delta", "ember", "fern", "grove", "heron", "iris", "juniper", "kelp",
    "linden", "maple", "nettle", "olive", "pine", "quartz", "reed", "sage", "tide",
];

/// What kind of words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// In several scripts, for people to read.
    Free,
    /// Plain lower-case words in ASCII.
    Plain,
    /// One token of lower-case letters and digits, as identifiers are.
    Token,
}

/// Adds a text of at least `least` characters and at most `most`. Only 0 and 1 at most may leave nothing to choose.
pub(crate) fn make(kind: Kind, least: u64, most: Option<u64>, random: &mut Random, out: &mut String) {
    let most = usize::try_from(most.unwrap_or(u64::MAX)).unwrap_or(usize::MAX);
    let least = usize::try_from(least).unwrap_or(usize::MAX).min(most);
    let mut text = String::new();
    let mut length = 0;
    let mut wanted = 1 + random.index(3);
    while wanted > 0 || length < least {
        let mut part = String::new();
        match kind {
            Kind::Token => token(8, random, &mut part),
            Kind::Free => part.extend(random.pick(WORDS).copied()),
            Kind::Plain => part.extend(random.pick(PLAIN).copied()),
        }
        if length > 0 && kind != Kind::Token {
            part.insert(0, ' ');
        }
        let added = part.chars().count();
        if length >= least && length > 0 && length + added > most {
            break;
        }
        text.push_str(&part);
        length += added;
        wanted = wanted.saturating_sub(if kind == Kind::Token { 3 } else { 1 });
    }
    let mut cut: String = text.chars().take(most).collect();
    if cut.ends_with(' ') {
        cut.pop();
        cut.push('a');
    }
    out.push_str(&cut);
}

/// Adds lower-case letters and digits, beginning with a letter.
pub(crate) fn token(length: usize, random: &mut Random, out: &mut String) {
    const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut bits = random.bits();
    for at in 0..length {
        if at % 12 == 11 {
            bits = random.bits();
        }
        let letters = if at == 0 { 24 } else { 32 };
        let chosen = usize::try_from(bits % letters).unwrap_or(0);
        out.push(char::from(ALPHABET[chosen]));
        bits >>= 5;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_is_kept_in_characters() {
        let mut random = Random::new(9, 0);
        for kind in [Kind::Free, Kind::Plain, Kind::Token] {
            for (least, most) in
                [(0, Some(0)), (1, Some(1)), (1, Some(4)), (30, Some(30)), (200, None), (0, None)]
            {
                for _ in 0..50 {
                    let mut text = String::new();
                    make(kind, least, most, &mut random, &mut text);
                    let length = text.chars().count() as u64;
                    assert!(length >= least && most.is_none_or(|most| length <= most), "{text:?}");
                    assert_eq!(text.trim(), text);
                }
            }
        }
    }
}
