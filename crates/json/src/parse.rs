//! The reader: bytes become a [`Value`], strictly by RFC 8259.

use std::borrow::Cow;
use std::collections::HashSet;

use crate::{Kind, Member, Span, Value};

/// What was read, and what was wrong with it that did not keep it from being read.
#[derive(Clone, Debug)]
pub struct Parsed<'a> {
    /// The value.
    pub value: Value<'a>,
    /// Duplicate keys and a byte order mark, in the order of the text.
    pub problems: Vec<Problem>,
}

/// One thing wrong with a JSON text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What kind of thing.
    pub kind: ProblemKind,
    /// Where.
    pub span: Span,
    /// For a duplicate key: the object's path to it as a JSON Pointer. Empty otherwise.
    pub pointer: String,
    /// What was expected, or which key was there twice: a lower-case phrase without a full stop. It quotes no more of
    /// the text than one character.
    pub message: String,
}

/// The kinds of things wrong with a JSON text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProblemKind {
    /// Not JSON's grammar; also a control character in a string and half of a surrogate pair.
    Syntax,
    /// Bytes that are not UTF-8.
    InvalidUtf8,
    /// A byte order mark before the value (RFC 8259, section 8.1).
    ByteOrderMark,
    /// Something after the value.
    TrailingData,
    /// A member name that the object already has.
    DuplicateKey,
    /// Arrays and objects nested deeper than allowed.
    TooDeep,
}

/// Reads one JSON value from `text`, which is all of the text; white space may stand around the value. Arrays and
/// objects may be nested `max_depth` deep.
///
/// # Errors
/// The first [`Problem`] that makes it impossible to go on, after any problems that didn't: so at least one, the last
/// of which is fatal.
pub fn parse(text: &[u8], max_depth: usize) -> Result<Parsed<'_>, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut start = 0;
    if text.starts_with(b"\xEF\xBB\xBF") {
        start = 3;
        problems.push(Problem {
            kind: ProblemKind::ByteOrderMark,
            span: Span { start: 0, end: 3 },
            pointer: String::new(),
            message: "a byte order mark stands before the value".to_owned(),
        });
    }
    let text = match std::str::from_utf8(text) {
        Ok(text) => text,
        Err(error) => {
            let start = error.valid_up_to();
            let end = error.error_len().map_or(text.len(), |len| start + len);
            problems.push(Problem {
                kind: ProblemKind::InvalidUtf8,
                span: Span { start, end },
                pointer: String::new(),
                message: utf8_message(text, start),
            });
            return Err(problems);
        }
    };
    let mut reader =
        Reader { text, at: start, max_depth, path: Vec::new(), open: Vec::new(), problems, told: 0 };
    match reader.document() {
        Ok(value) => Ok(Parsed { value, problems: reader.problems }),
        Err(fatal) => {
            reader.problems.push(fatal);
            Err(reader.problems)
        }
    }
}

fn utf8_message(text: &[u8], at: usize) -> String {
    if text.starts_with(b"\xFF\xFE") || text.starts_with(b"\xFE\xFF") {
        return "the text begins with a UTF-16 byte order mark".to_owned();
    }
    format!("byte 0x{:02X} is not UTF-8 here", text[at])
}

/// How many bytes the pointers of duplicate keys may have together before no more are told of. A long name above many of them
/// would otherwise take memory without bounds.
const MOST_TOLD: usize = 8 << 20;

/// One step of the path to the value being read, kept only to name the place of a duplicate key.
enum Step<'a> {
    Name(Cow<'a, str>),
    Index(usize),
}

fn lone_surrogate(start: usize, code: u32) -> Problem {
    let span = Span { start, end: start + 6 };
    let message = format!("`\\u{code:04X}` is half of a surrogate pair and stands for no character");
    problem(ProblemKind::Syntax, span, message)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    max_depth: usize,
    path: Vec<Step<'a>>,
    /// The members of the objects that aren't at their end yet, those of the innermost last: an object takes its own when
    /// it is known how many they are.
    open: Vec<Member<'a>>,
    problems: Vec<Problem>,
    /// How many bytes the pointers of the problems have together.
    told: usize,
}

type Read<T> = Result<T, Problem>;

/// How many bytes stand in a string as they are: up to its end, an escape or a control character.
fn plain_length(rest: &[u8]) -> usize {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    const HIGHEST: u64 = ONES << 7;
    // The highest bit of each byte that is less than `least`; above the first such byte it may be set for others, too.
    let below = |word: u64, least: u8| word.wrapping_sub(ONES * u64::from(least)) & !word & HIGHEST;
    let is = |word: u64, byte: u8| below(word ^ (ONES * u64::from(byte)), 1);
    let (blocks, last) = rest.as_chunks::<8>();
    for (at, block) in blocks.iter().enumerate() {
        let word = u64::from_le_bytes(*block);
        let ends = is(word, b'"') | is(word, b'\\') | below(word, b' ');
        if ends != 0 {
            return at * 8 + (ends.trailing_zeros() / 8) as usize;
        }
    }
    let ends = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..=0x1F);
    blocks.len() * 8 + last.iter().position(ends).unwrap_or(last.len())
}

fn problem(kind: ProblemKind, span: Span, message: String) -> Problem {
    Problem { kind, span, pointer: String::new(), message }
}

impl<'a> Reader<'a> {
    fn document(&mut self) -> Read<Value<'a>> {
        self.skip_space();
        let value = self.value()?;
        self.skip_space();
        if self.at < self.text.len() {
            let found = self.found();
            return Err(problem(
                ProblemKind::TrailingData,
                self.here(),
                format!("expected nothing after the value, found {found}"),
            ));
        }
        Ok(value)
    }

    fn value(&mut self) -> Read<Value<'a>> {
        let start = self.at;
        let kind = match self.peek() {
            Some(b'{') => Kind::Object(self.nested(Self::members)?),
            Some(b'[') => Kind::Array(self.nested(Self::elements)?),
            Some(b'"') => Kind::String(self.string()?),
            Some(b'-' | b'0'..=b'9') => Kind::Number(Cow::Borrowed(self.number()?)),
            Some(b't') => self.word("true", Kind::Bool(true))?,
            Some(b'f') => self.word("false", Kind::Bool(false))?,
            Some(b'n') => self.word("null", Kind::Null)?,
            _ => return Err(self.expected("a value")),
        };
        Ok(Value { span: Span { start, end: self.at }, kind })
    }

    /// Reads what stands between a pair of brackets, one level deeper.
    fn nested<T>(&mut self, read: fn(&mut Self) -> Read<T>) -> Read<T> {
        if self.max_depth == 0 {
            return Err(problem(
                ProblemKind::TooDeep,
                self.here(),
                "arrays and objects are nested too deep".to_owned(),
            ));
        }
        self.max_depth -= 1;
        self.at += 1;
        let read = read(self)?;
        self.at += 1;
        self.max_depth += 1;
        Ok(read)
    }

    fn elements(&mut self) -> Read<Vec<Value<'a>>> {
        let mut items = Vec::new();
        self.skip_space();
        if self.peek() == Some(b']') {
            return Ok(items);
        }
        loop {
            self.skip_space();
            self.path.push(Step::Index(items.len()));
            items.push(self.value()?);
            self.path.pop();
            self.skip_space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => return Ok(items),
                _ => return Err(self.expected("`,` or `]` after an element")),
            }
        }
    }

    fn members(&mut self) -> Read<Vec<Member<'a>>> {
        let own = self.open.len();
        let mut names: HashSet<Cow<'a, str>> = HashSet::new();
        self.skip_space();
        if self.peek() == Some(b'}') {
            return Ok(Vec::new());
        }
        // Most objects have no more, and what isn't an object, such as a string of the fast path, needs none of it.
        self.open.reserve(16);
        loop {
            self.skip_space();
            if self.peek() != Some(b'"') {
                let what = if self.open.len() == own {
                    "a member name in quotes or `}`"
                } else {
                    "a member name in quotes"
                };
                return Err(self.expected(what));
            }
            let name_start = self.at;
            let name = self.string()?;
            let name_span = Span { start: name_start, end: self.at };
            // Small objects are compared member by member, large ones (hostile or not) through a set.
            let members = &self.open[own..];
            let known = if members.len() < 16 {
                members.iter().any(|member| member.name == name)
            } else {
                if names.is_empty() {
                    names.extend(members.iter().map(|member| member.name.clone()));
                }
                !names.insert(name.clone())
            };
            self.skip_space();
            if self.peek() != Some(b':') {
                return Err(self.expected("`:` after a member name"));
            }
            self.at += 1;
            self.skip_space();
            self.path.push(Step::Name(name));
            if known && self.told < MOST_TOLD {
                let pointer = self.pointer();
                self.told += pointer.len();
                let problem = Problem {
                    kind: ProblemKind::DuplicateKey,
                    span: name_span,
                    pointer,
                    message: "the object already has a member of this name".to_owned(),
                };
                self.problems.push(problem);
            }
            let value = self.value()?;
            let Some(Step::Name(name)) = self.path.pop() else {
                return Err(self.expected("a member"));
            };
            self.open.push(Member { name, name_span, value });
            self.skip_space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => return Ok(self.open.drain(own..).collect()),
                _ => return Err(self.expected("`,` or `}` after a member")),
            }
        }
    }

    fn string(&mut self) -> Read<Cow<'a, str>> {
        self.at += 1;
        let start = self.at;
        let plain = plain_length(&self.text.as_bytes()[start..]);
        self.at += plain;
        if self.peek() == Some(b'"') {
            self.at += 1;
            return Ok(Cow::Borrowed(&self.text[start..start + plain]));
        }
        let mut text = self.text[start..self.at].to_owned();
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(Cow::Owned(text));
                }
                Some(b'\\') => text.push(self.escape()?),
                Some(control @ 0..=0x1F) => {
                    return Err(problem(
                        ProblemKind::Syntax,
                        self.here(),
                        format!(
                            "control character U+{control:04X} in a string must be escaped as `\\u{control:04x}`"
                        ),
                    ));
                }
                Some(_) => {
                    let plain = plain_length(&self.text.as_bytes()[self.at..]);
                    text.push_str(&self.text[self.at..self.at + plain]);
                    self.at += plain;
                }
                None => return Err(self.expected("`\"` at the end of a string")),
            }
        }
    }

    fn escape(&mut self) -> Read<char> {
        let start = self.at;
        self.at += 1;
        let resolved = match self.peek() {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{C}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                self.at += 1;
                return self.unicode_escape(start);
            }
            _ => return Err(self.expected("one of `\"\\/bfnrtu` after `\\`")),
        };
        self.at += 1;
        Ok(resolved)
    }

    fn unicode_escape(&mut self, start: usize) -> Read<char> {
        let first = self.hex4()?;
        let code = match first {
            0xD800..=0xDBFF if self.text[self.at..].starts_with("\\u") => {
                self.at += 2;
                let second = self.hex4()?;
                if !(0xDC00..=0xDFFF).contains(&second) {
                    return Err(lone_surrogate(start, first));
                }
                0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00)
            }
            _ => first,
        };
        char::from_u32(code).ok_or_else(|| lone_surrogate(start, first))
    }

    fn hex4(&mut self) -> Read<u32> {
        let digits = self.text.as_bytes().get(self.at..self.at + 4).unwrap_or_default();
        let mut code = 0;
        if digits.len() < 4 || !digits.iter().all(u8::is_ascii_hexdigit) {
            return Err(self.expected("four hexadecimal digits after `\\u`"));
        }
        for &digit in digits {
            code = code * 16 + char::from(digit).to_digit(16).unwrap_or(0);
        }
        self.at += 4;
        Ok(code)
    }

    fn number(&mut self) -> Read<&'a str> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        if self.peek() == Some(b'0') {
            self.at += 1;
            if matches!(self.peek(), Some(b'0'..=b'9')) {
                return Err(self.expected("no digit after a leading zero"));
            }
        } else {
            self.digits()?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(&self.text[start..self.at])
    }

    fn digits(&mut self) -> Read<()> {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        if self.at == start { Err(self.expected("a digit")) } else { Ok(()) }
    }

    fn word(&mut self, word: &str, kind: Kind<'a>) -> Read<Kind<'a>> {
        if !self.text[self.at..].starts_with(word) {
            return Err(self.expected("a value"));
        }
        self.at += word.len();
        Ok(kind)
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// The span of the character at the cursor; empty at the end.
    fn here(&self) -> Span {
        let len = self.text.get(self.at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        Span { start: self.at, end: self.at + len }
    }

    fn found(&self) -> String {
        match self.text.get(self.at..).and_then(|rest| rest.chars().next()) {
            None => "the end of the text".to_owned(),
            Some('\'') => "a single quote".to_owned(),
            Some('\n' | '\r') => "the end of the line".to_owned(),
            Some(shown) if shown.is_ascii_punctuation() => format!("`{shown}`"),
            Some(letter) if letter.is_ascii_alphanumeric() => format!("`{letter}`"),
            Some(other) => format!("U+{:04X}", u32::from(other)),
        }
    }

    fn expected(&self, what: &str) -> Problem {
        let message = format!("expected {what}, found {}", self.found());
        problem(ProblemKind::Syntax, self.here(), message)
    }

    fn pointer(&self) -> String {
        let token = |step: &Step<'_>| match step {
            Step::Name(name) => format!("/{}", crate::escape_token(name)),
            Step::Index(index) => format!("/{index}"),
        };
        self.path.iter().map(token).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_a_string_as_it_is_ends_where_it_must() {
        for end in 0..=u8::MAX {
            for at in 0..20 {
                // What looks most like an end, and isn't, stands around it.
                for around in [b' ', b'!', b'#', b'[', b']', 0x7F, 0x80, 0xA2, 0xFF] {
                    let mut text = [around; 24];
                    text[at] = end;
                    let ends = matches!(end, b'"' | b'\\' | 0..=0x1F);
                    assert_eq!(plain_length(&text), if ends { at } else { 24 }, "{end} at {at} in {around}");
                    assert_eq!(
                        plain_length(&text[..=at]),
                        if ends { at } else { at + 1 },
                        "{end} at {at} in {around}"
                    );
                }
            }
        }
    }

    fn fatal(text: &[u8]) -> Problem {
        parse(text, 4).expect_err("not JSON").pop().expect("a problem")
    }

    #[test]
    fn what_rfc_8259_defines_is_read() {
        for text in [
            "null",
            " true ",
            "-0",
            "1E+2",
            "0.5e-7",
            "\"\"",
            "[]",
            "{}",
            "[ ]",
            "{ }",
            "\"\\ud83d\\ude00\"",
            "\"\u{7f}\u{2028}\"",
            "{\"a\":[1,{\"b\":\"\\u0000\"}]}",
            "\t[1 ,\r\n2]\n",
            "\"\\/\\b\\f\"",
        ] {
            let parsed = parse(text.as_bytes(), 4).expect(text);
            let peer: serde_json::Value = serde_json::from_str(text).expect(text);
            assert_eq!(parsed.value.to_serde(), peer, "{text}");
            assert!(parsed.problems.is_empty());
        }
    }

    #[test]
    fn what_is_not_json_is_refused_with_its_place() {
        for (text, at, message) in [
            ("", 0, "expected a value, found the end of the text"),
            ("{\"a\" 1}", 5, "expected `:` after a member name, found `1`"),
            ("{\"a\":1,}", 7, "expected a member name in quotes, found `}`"),
            ("{'a':1}", 1, "expected a member name in quotes or `}`, found a single quote"),
            ("[1 2]", 3, "expected `,` or `]` after an element, found `2`"),
            ("[1,]", 3, "expected a value, found `]`"),
            ("01", 1, "expected no digit after a leading zero, found `1`"),
            ("-", 1, "expected a digit, found the end of the text"),
            ("1.", 2, "expected a digit, found the end of the text"),
            ("+1", 0, "expected a value, found `+`"),
            ("NaN", 0, "expected a value, found `N`"),
            ("nul", 0, "expected a value, found `n`"),
            ("\"a", 2, "expected `\"` at the end of a string, found the end of the text"),
            ("\"\\x\"", 2, "expected one of `\"\\/bfnrtu` after `\\`, found `x`"),
            ("\"\\u12G4\"", 3, "expected four hexadecimal digits after `\\u`, found `1`"),
            ("\"a\tb\"", 2, "control character U+0009 in a string must be escaped as `\\u0009`"),
            ("\"\\ud800x\"", 1, "`\\uD800` is half of a surrogate pair and stands for no character"),
            ("\"\\udc00\"", 1, "`\\uDC00` is half of a surrogate pair and stands for no character"),
            ("\"\\ud800\\u0041\"", 1, "`\\uD800` is half of a surrogate pair and stands for no character"),
            ("\u{a0}1", 0, "expected a value, found U+00A0"),
        ] {
            let problem = fatal(text.as_bytes());
            assert_eq!((problem.span.start, problem.message.as_str()), (at, message), "{text}");
            assert_eq!(problem.kind, ProblemKind::Syntax, "{text}");
        }
    }

    #[test]
    fn each_other_kind_of_problem_has_its_name() {
        assert_eq!(fatal(b"{} {}").kind, ProblemKind::TrailingData);
        assert_eq!(fatal(b"[[[[[]]]]]").kind, ProblemKind::TooDeep);
        assert_eq!(fatal(b"\"\xff\"").kind, ProblemKind::InvalidUtf8);
        assert_eq!(fatal(b"\"\xed\xa0\x80\"").kind, ProblemKind::InvalidUtf8);
        assert!(fatal(b"\xff\xfe{\0").message.contains("UTF-16"));
        assert!(parse(b"[[[[]]]]", 4).is_ok());
        let parsed = parse(b"\xEF\xBB\xBF{}", 4).expect("a mark before a value");
        assert_eq!(parsed.problems[0].kind, ProblemKind::ByteOrderMark);
    }

    #[test]
    fn every_duplicate_key_is_told_with_its_pointer() {
        let text = br#"{"a":1,"b":[{"c":1,"\u0063":2}],"a":2,"a":3}"#;
        let pointers: Vec<_> =
            parse(text, 4).expect("JSON").problems.into_iter().map(|p| p.pointer).collect();
        assert_eq!(pointers, ["/b/0/c", "/a", "/a"]);
        let many: Vec<String> = (0..40).map(|i| format!("\"k{i}\":0,")).collect();
        let many = many.concat();
        let text = format!("{{{many}\"k3\":0,\"k39\":0}}");
        let pointers: Vec<_> =
            parse(text.as_bytes(), 4).expect("JSON").problems.into_iter().map(|p| p.pointer).collect();
        assert_eq!(pointers, ["/k3", "/k39"]);
    }
}
