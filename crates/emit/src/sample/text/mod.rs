//! Strings: what a schema says about one becomes a way to make such strings.
//!
//! Where a format or a pattern leaves a choice, what is reserved for examples is chosen. What a way of making can't
//! promise (two patterns at once, a length beside a pattern) is looked at after making, and made again.

pub(crate) mod ecma;
mod facets;
pub(crate) mod formats;
pub(crate) mod pattern;
pub(crate) mod words;

use tidings_catalog::PrivacyClass;

use super::random::Random;
pub(crate) use facets::TextFacets;
use formats::Format;
use pattern::Generator;
use words::Kind;

/// How often a string is made again before it is given up.
const TRIES: u32 = 64;

/// How many strings are made to see whether a way of making them works.
const ROUNDS: u32 = 16;

/// A way to make strings.
#[derive(Clone, Debug)]
pub(crate) struct TextPlan {
    facets: TextFacets,
    source: Source,
    /// Whether what is made has to be looked at.
    check: bool,
}

#[derive(Clone, Debug)]
enum Source {
    Words(Kind),
    Pattern(Generator),
    Format(Format),
    Encoded,
    /// Found once by searching, where hardly anything made is accepted.
    Found(Vec<String>),
}

impl TextPlan {
    /// The plan for strings of which all of it allows and that have this privacy class. The error says why there is none.
    pub(crate) fn new(facets: TextFacets, class: Option<PrivacyClass>) -> Result<Self, String> {
        if facets.most.is_some_and(|most| most < facets.least) {
            return Err("no string is as long and as short as it must be".to_owned());
        }
        let (source, check) = source(&facets, class)?;
        let mut plan = Self { facets, source, check };
        if plan.check {
            plan.search()?;
        }
        Ok(plan)
    }

    /// Looks whether making and looking finds strings; keeps what it found if that is not always something.
    fn search(&mut self) -> Result<(), String> {
        let mut random = Random::new(0, 0);
        let mut found: Vec<String> = Vec::new();
        let mut failed = 0;
        for round in 0..4 * ROUNDS {
            let mut text = String::new();
            if !self.make(0, &mut random, &mut text) {
                failed += 1;
            } else if !found.contains(&text) {
                found.push(text);
            }
            if round + 1 == ROUNDS && (failed == 0 || found.is_empty()) {
                break;
            }
        }
        if found.is_empty() {
            return Err("no string was found that its `pattern`, `format` and lengths allow".to_owned());
        }
        if failed > 0 {
            self.source = Source::Found(found);
            self.check = false;
        }
        Ok(())
    }

    /// Whether a string is allowed, as far as can be told here.
    pub(crate) fn accepts(&self, text: &str) -> bool {
        self.facets.accepts(text)
    }

    /// Whether a detector of personal data might suspect a string made by this plan.
    pub(crate) fn is_risky(&self) -> bool {
        !matches!(self.source, Source::Words(_))
    }

    /// Whether something that was said could not be told.
    pub(crate) fn is_inexact(&self) -> bool {
        self.facets.inexact
    }

    /// At least so many bits of chance are in a string.
    pub(crate) fn bits(&self) -> u32 {
        match &self.source {
            Source::Pattern(generator) => generator.bits(),
            Source::Format(Format::Uuid) => 122,
            _ => 0,
        }
    }

    /// Adds a string. False if none was found.
    pub(crate) fn make(&self, now: i64, random: &mut Random, out: &mut String) -> bool {
        let start = out.len();
        // How far repetitions go on is fitted to the length that is asked for.
        let mut stretch = 8;
        for _ in 0..TRIES {
            self.make_once(stretch, now, random, out);
            let Some(text) = out.get(start..) else { return false };
            if !self.check || self.facets.accepts(text) {
                return true;
            }
            let length = text.chars().count() as u64;
            if length < self.facets.least {
                stretch = stretch * 2 + 1;
            } else if self.facets.most.is_some_and(|most| length > most) {
                stretch /= 2;
            } else {
                stretch = 8;
            }
            out.truncate(start);
        }
        false
    }

    fn make_once(&self, stretch: u32, now: i64, random: &mut Random, out: &mut String) {
        match &self.source {
            Source::Words(kind) => words::make(*kind, self.facets.least, self.facets.most, random, out),
            Source::Pattern(generator) => generator.make(stretch, random, out),
            Source::Format(format) => format.make(now, random, out),
            Source::Encoded => encoded(self.facets.base64, self.facets.json, random, out),
            Source::Found(found) => out.extend(random.pick(found).map(String::as_str)),
        }
    }
}

/// Where strings come from, and whether they have to be looked at.
fn source(facets: &TextFacets, class: Option<PrivacyClass>) -> Result<(Source, bool), String> {
    let unmade = !facets.excluded.is_empty() || !facets.not_patterns.is_empty();
    let bounded = facets.least > 0 || facets.most.is_some();
    if facets.base64 || facets.json {
        return Ok((Source::Encoded, true));
    }
    if let Some(format) = facets.formats.iter().find_map(|name| Format::named(name)) {
        let check = unmade || bounded || !facets.patterns.is_empty() || facets.formats.len() > 1;
        return Ok((Source::Format(format), check));
    }
    let Some(first) = facets.patterns.first() else {
        let kind = match class {
            Some(PrivacyClass::FreeText) => Kind::Free,
            Some(PrivacyClass::Identifier) => Kind::Token,
            Some(PrivacyClass::ContactAddress) if reserved(Format::Email, facets) => {
                return Ok((Source::Format(Format::Email), true));
            }
            Some(PrivacyClass::Public | PrivacyClass::ContactAddress) | None => Kind::Plain,
        };
        return Ok((Source::Words(kind), unmade));
    };
    if let Some(format) =
        [Format::Phone, Format::Email, Format::Uri].into_iter().find(|form| reserved(*form, facets))
    {
        // Anything at all would match, so that matching tells nothing.
        let says_nothing = facets.patterns.iter().all(|pattern| pattern.regex.is_match("a b"));
        if !says_nothing && (class == Some(PrivacyClass::ContactAddress) || !facets.accepts("a1-b2")) {
            return Ok((Source::Format(format), true));
        }
    }
    if facets.patterns.iter().all(|pattern| pattern.regex.is_match("a b") && pattern.regex.is_match("été"))
    {
        let kind = if class == Some(PrivacyClass::FreeText) { Kind::Free } else { Kind::Plain };
        return Ok((Source::Words(kind), true));
    }
    let generator = Generator::new(&first.hir).ok_or("nothing matches its `pattern`")?;
    let check = unmade || bounded || facets.patterns.len() > 1 || !generator.exact;
    Ok((Source::Pattern(generator), check))
}

/// Whether the reserved texts of a format are all allowed.
fn reserved(format: Format, facets: &TextFacets) -> bool {
    let mut random = Random::new(0, 0);
    (0..16).all(|_| {
        let mut text = String::new();
        format.make(0, &mut random, &mut text);
        facets.accepts(&text)
    })
}

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Adds JSON, or base64 of JSON or of words.
fn encoded(base64: bool, json: bool, random: &mut Random, out: &mut String) {
    let mut text = String::new();
    words::make(Kind::Plain, 1, None, random, &mut text);
    if json {
        text = format!("{{\"note\":\"{text}\"}}");
    }
    if !base64 {
        out.push_str(&text);
        return;
    }
    for chunk in text.as_bytes().chunks(3) {
        let bits = chunk
            .iter()
            .chain([0, 0].iter())
            .take(3)
            .fold(0_usize, |bits, byte| (bits << 8) | usize::from(*byte));
        for place in 0..4 {
            let digit = BASE64[(bits >> (18 - 6 * place)) & 63];
            out.push(if place <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facets(set: impl FnOnce(&mut TextFacets)) -> TextFacets {
        let mut facets = TextFacets::default();
        set(&mut facets);
        facets
    }

    fn made(facets: &TextFacets, class: Option<PrivacyClass>) -> Vec<String> {
        let plan = TextPlan::new(facets.clone(), class).expect("there are such strings");
        let mut random = Random::new(5, 0);
        let mut make = || {
            let mut text = String::new();
            assert!(plan.make(1_762_329_600_000_000_000, &mut random, &mut text));
            text
        };
        (0..200).map(|_| make()).collect()
    }

    #[test]
    fn every_string_made_is_accepted() {
        let cases: [fn(&mut TextFacets); 12] = [
            |f| f.at_most(3),
            |f| {
                f.pattern("^[!-~]+$", true);
                f.at_least(40);
                f.at_most(42);
            },
            |f| {
                f.pattern("^[a-z]+(-[a-z]+)*$", true);
                f.at_least(3);
                f.at_most(5);
            },
            |f| {
                f.pattern("^[a-c]{2}$", true);
                f.pattern("b", true);
            },
            |f| {
                f.pattern("^[A-C]$", true);
                f.excluded.push("B".to_owned());
            },
            |f| {
                f.format("date-time");
                f.pattern("^[0-9-]+T[0-9:]+\\.[0-9]{3}Z$", true);
            },
            |f| f.format("email"),
            |f| f.format("ipv6"),
            |f| f.format("uri"),
            |f| f.format("something else"),
            |f| f.pattern("^[^\\u0000-\\u001f]*$", true),
            |f| f.encoding("base64"),
        ];
        for set in cases {
            let facets = facets(set);
            for text in made(&facets, None) {
                assert!(facets.accepts(&text), "{text:?} by {facets:?}");
            }
        }
    }

    #[test]
    fn what_is_reserved_for_examples_is_chosen() {
        let phone = facets(|f| f.pattern("^\\+[1-9][0-9]{6,14}$", true));
        assert!(made(&phone, None).iter().all(|text| text.starts_with("+120255501")));
        let email = facets(|f| f.pattern("^[^@]+@[^@]+\\.[a-z]+$", true));
        assert!(made(&email, None).iter().all(|text| text.contains("@example.")));
        let address = made(&TextFacets::default(), Some(PrivacyClass::ContactAddress));
        assert!(address.iter().all(|text| text.contains("@example.")));
    }

    #[test]
    fn names_come_in_several_scripts() {
        let made = made(&facets(|f| f.at_least(1)), Some(PrivacyClass::FreeText));
        assert!(made.iter().any(|text| text.is_ascii()) && made.iter().any(|text| !text.is_ascii()));
    }

    #[test]
    fn what_no_string_can_be_is_an_error() {
        let never: [fn(&mut TextFacets); 3] = [
            |f| {
                f.at_least(3);
                f.at_most(2);
            },
            |f| {
                f.pattern("^a", true);
                f.pattern("^b", true);
            },
            |f| {
                f.pattern("^a$", true);
                f.excluded.push("a".to_owned());
            },
        ];
        for set in never {
            assert!(TextPlan::new(facets(set), None).is_err());
        }
    }
}
