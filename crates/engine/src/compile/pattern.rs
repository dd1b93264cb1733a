//! Patterns: a regular expression of ECMA-262 becomes an automaton on bytes, and where it can a [`Sequence`].
//!
//! Only expressions are taken that mean the same in ECMA-262 and in the `regex` crate, judged by their syntax tree; the
//! authority has the others. An automaton is exact on any decoded text. A [`Sequence`] is faster and looks at texts
//! without escapes that stand in the event as they are: classes of ASCII characters with counts, found by analysing the
//! expression. It answers for texts of at most 64 bytes.

use std::sync::OnceLock;

use regex_automata::dfa::Automaton as _;
use regex_automata::dfa::StartKind;
use regex_automata::dfa::dense::{Config, DFA};
use regex_automata::util::start::Config as Start;
use regex_automata::{Anchored, Input};
use regex_syntax::ast::{self, Ast};
use regex_syntax::hir::{Class, Hir, HirKind, Look};

use super::program::{Part, Row, Sequence, Shape};

/// How large an automaton may be. Patterns of events need a few kilobytes.
const MAX_AUTOMATON: usize = 1 << 18;

/// How many pairs of states are looked at for each length, to tell what of another pattern a pattern misses.
const MAX_PAIRS: usize = 1 << 12;

/// How many sequences one pattern may come to, and of how many parts.
const MAX_SEQUENCES: usize = 8;
const MAX_PARTS: usize = 48;

/// A compiled pattern. Its automaton is made when it is first needed, since most patterns have a shape as well.
#[derive(Debug)]
pub(crate) struct Pattern {
    text: Box<str>,
    automaton: OnceLock<Option<DFA<Vec<u32>>>>,
    /// Which UTC timestamps it takes, by the number of digits of their fraction, a bit each. Told when first asked, since
    /// many fields ask.
    pub(super) timestamps: OnceLock<u16>,
    /// The same as sequences, one of which must fit; none if it has no such form.
    pub(crate) shape: Option<Shape>,
}

impl Pattern {
    /// Compiles a pattern; the error says why the authority must have it.
    pub(crate) fn new(pattern: &str) -> Result<Self, String> {
        is_portable(pattern)?;
        let hir = regex_syntax::Parser::new().parse(pattern).map_err(|_| "it can't be read".to_owned())?;
        Ok(Self {
            text: pattern.into(),
            automaton: OnceLock::new(),
            timestamps: OnceLock::new(),
            shape: shape(&hir),
        })
    }

    fn automaton(&self) -> Option<&DFA<Vec<u32>>> {
        let build = || {
            let limits = Config::new()
                .dfa_size_limit(Some(MAX_AUTOMATON))
                .determinize_size_limit(Some(4 * MAX_AUTOMATON))
                .start_kind(StartKind::Unanchored);
            DFA::builder().configure(limits).build(&self.text).ok()
        };
        self.automaton.get_or_init(build).as_ref()
    }

    /// Whether a decoded text matches; `None` if the automaton would be too large.
    pub(crate) fn matches(&self, text: &[u8]) -> Option<bool> {
        // Searches fail only for bytes that an automaton was told to quit at, and this one wasn't.
        Some(self.automaton()?.try_search_fwd(&Input::new(text).earliest(true)).ok()?.is_some())
    }

    /// How long those texts are that `part` matches as a whole and this doesn't match, a bit for each length; all bits where that
    /// isn't known. `part` must be anchored at both ends, and take no text of more than 31 bytes.
    pub(crate) fn missing(&self, part: &Self) -> u32 {
        let (Some(own), Some(other)) = (self.automaton(), part.automaton()) else { return u32::MAX };
        let start =
            |automaton: &DFA<Vec<u32>>| automaton.start_state(&Start::new().anchored(Anchored::No)).ok();
        let (Some(own_start), Some(other_start)) = (start(own), start(other)) else { return u32::MAX };
        let mut missing = 0;
        // The states after all texts of a length with which `part` may go on.
        let mut states = vec![(own_start, other_start, false)];
        for length in 0..u32::BITS {
            let mut next = Vec::new();
            for (at, beside, matched) in states {
                // A match state tells of a match that ended a byte before.
                let matched = matched || own.is_match_state(at);
                let at_end = matched || own.is_match_state(own.next_eoi_state(at));
                if other.is_match_state(other.next_eoi_state(beside)) && !at_end {
                    missing |= 1 << length;
                }
                for byte in 0..=255 {
                    let beside = other.next_state(beside, byte);
                    if !other.is_dead_state(beside) {
                        next.push((own.next_state(at, byte), beside, matched));
                    }
                }
            }
            next.sort_unstable();
            next.dedup();
            if next.len() > MAX_PAIRS {
                return u32::MAX;
            }
            states = next;
        }
        if states.is_empty() { missing } else { u32::MAX }
    }
}

/// Whether an expression means the same in ECMA-262 and in the `regex` crate.
fn is_portable(pattern: &str) -> Result<(), String> {
    // Here an upper bound alone is a bound, there it is the text itself. Hyphens that a class begins with are themselves here,
    // and the first the least of a range there; a bracket that it begins with ends it there.
    if let Some(odd) = ["{,", "[--", "[^--", "[]", "[^]"].iter().find(|odd| pattern.contains(**odd)) {
        return Err(format!("it has a `{odd}`"));
    }
    let tree =
        ast::parse::Parser::new().parse(pattern).map_err(|_| "it has look-around or the like".to_owned())?;
    portable(&tree).map_err(str::to_owned)
}

fn portable(tree: &Ast) -> Result<(), &'static str> {
    match tree {
        Ast::Empty(_) => Ok(()),
        Ast::Literal(literal) => portable_literal(literal),
        Ast::Flags(_) => Err("it has flags"),
        Ast::Dot(_) => Err("`.` is read in more than one way"),
        Ast::ClassUnicode(_) | Ast::ClassPerl(_) => Err("it has a class that is read in more than one way"),
        Ast::Assertion(assertion) => match assertion.kind {
            ast::AssertionKind::StartLine | ast::AssertionKind::EndLine => Ok(()),
            _ => Err("it has an assertion that is read in more than one way"),
        },
        Ast::ClassBracketed(class) => match &class.kind {
            ast::ClassSet::Item(item) => portable_item(item),
            ast::ClassSet::BinaryOp(_) => Err("it has an operation on classes"),
        },
        Ast::Repetition(repetition) => portable(&repetition.ast),
        Ast::Group(group) => match &group.kind {
            ast::GroupKind::CaptureIndex(_) => portable(&group.ast),
            ast::GroupKind::NonCapturing(flags) if flags.items.is_empty() => portable(&group.ast),
            _ => Err("it has a group with a name or flags"),
        },
        Ast::Alternation(several) => several.asts.iter().try_for_each(portable),
        Ast::Concat(several) => several.asts.iter().try_for_each(portable),
    }
}

fn portable_literal(literal: &ast::Literal) -> Result<(), &'static str> {
    match literal.kind {
        ast::LiteralKind::Verbatim
        | ast::LiteralKind::Meta
        | ast::LiteralKind::HexFixed(ast::HexLiteralKind::X) => Ok(()),
        ast::LiteralKind::Superfluous if literal.c.is_ascii_punctuation() => Ok(()),
        _ => Err("it has an escape that is read in more than one way"),
    }
}

fn portable_item(item: &ast::ClassSetItem) -> Result<(), &'static str> {
    match item {
        ast::ClassSetItem::Empty(_) => Ok(()),
        ast::ClassSetItem::Literal(literal) => portable_literal(literal),
        ast::ClassSetItem::Range(range) => {
            portable_literal(&range.start)?;
            portable_literal(&range.end)
        }
        ast::ClassSetItem::Union(union) => union.items.iter().try_for_each(portable_item),
        _ => Err("it has a class that is read in more than one way"),
    }
}

/// An expression that is anchored at both ends as sequences.
fn shape(hir: &Hir) -> Option<Shape> {
    let mut alternatives = vec![Vec::new()];
    expand(hir, &mut alternatives)?;
    let sequences: Option<Vec<Sequence>> = alternatives.iter().map(|steps| sequence(steps)).collect();
    let sequences = sequences?;
    Some(Shape { sequences })
}

/// A step of an expanded expression.
#[derive(Clone, Debug)]
enum Step {
    Start,
    End,
    Run {
        row: Row,
        min: u32,
        max: Option<u32>,
    },
    /// `(separator class+)*`
    Joined {
        row: Row,
        separator: u8,
    },
}

/// Appends an expression to each of the alternatives, multiplying them where it has some itself.
fn expand(hir: &Hir, alternatives: &mut Vec<Vec<Step>>) -> Option<()> {
    let push = |alternatives: &mut Vec<Vec<Step>>, step: Step| {
        for steps in alternatives.iter_mut() {
            steps.push(step.clone());
        }
    };
    match hir.kind() {
        HirKind::Empty => {}
        HirKind::Look(Look::Start) => push(alternatives, Step::Start),
        HirKind::Look(Look::End) => push(alternatives, Step::End),
        HirKind::Look(_) => return None,
        HirKind::Literal(literal) => {
            for byte in &literal.0 {
                push(alternatives, Step::Run { row: Row::of(*byte..=*byte)?, min: 1, max: Some(1) });
            }
        }
        HirKind::Class(class) => push(alternatives, Step::Run { row: row(class), min: 1, max: Some(1) }),
        HirKind::Capture(group) => expand(&group.sub, alternatives)?,
        HirKind::Concat(parts) => parts.iter().try_for_each(|part| expand(part, alternatives))?,
        HirKind::Alternation(several) => {
            let before = std::mem::take(alternatives);
            for one in several {
                let mut branch = before.clone();
                expand(one, &mut branch)?;
                alternatives.append(&mut branch);
            }
        }
        HirKind::Repetition(repetition) => {
            let mut inner = vec![Vec::new()];
            expand(&repetition.sub, &mut inner)?;
            match (inner.as_slice(), repetition.min, repetition.max) {
                ([steps], min, max)
                    if matches!(steps.as_slice(), [Step::Run { min: 1, max: Some(1), .. }]) =>
                {
                    if let [Step::Run { row, .. }] = steps.as_slice() {
                        push(alternatives, Step::Run { row: *row, min, max });
                    }
                }
                ([steps], 0, None) => match steps.as_slice() {
                    [
                        Step::Run { row: separator, min: 1, max: Some(1) },
                        Step::Run { row, min: 1, max: None },
                    ] => {
                        let separator = separator.only()?;
                        if row.has(separator) {
                            return None;
                        }
                        push(alternatives, Step::Joined { row: *row, separator });
                    }
                    _ => return None,
                },
                // Something that may be there is two alternatives; a few times the same is written out.
                (_, 0, Some(1)) => {
                    let mut with = alternatives.clone();
                    expand(&repetition.sub, &mut with)?;
                    alternatives.append(&mut with);
                }
                (_, min, Some(max)) if min <= max && max <= 4 => {
                    let mut all = Vec::new();
                    for count in 0..=max {
                        if count >= min {
                            all.extend(alternatives.iter().cloned());
                        }
                        if count < max {
                            expand(&repetition.sub, alternatives)?;
                        }
                    }
                    *alternatives = all;
                }
                _ => return None,
            }
        }
    }
    let fits =
        alternatives.len() <= MAX_SEQUENCES && alternatives.iter().all(|steps| steps.len() <= MAX_PARTS);
    fits.then_some(())
}

/// The characters of a class that are ASCII and stand in JSON as they are. Texts with others are none of the shape, though the
/// pattern may take them.
fn row(class: &Class) -> Row {
    let mut row = Row::default();
    let has = |byte: u8| match class {
        Class::Unicode(class) => {
            let character = char::from(byte);
            class.ranges().iter().any(|range| (range.start()..=range.end()).contains(&character))
        }
        Class::Bytes(class) => {
            class.ranges().iter().any(|range| (range.start()..=range.end()).contains(&byte))
        }
    };
    for byte in (0..0x80).filter(|byte| has(*byte)) {
        // What stands in JSON only with an escape is left out.
        let _ = row.add(byte..=byte);
    }
    row
}

/// The steps of one alternative as a sequence that can be read from the left without looking back.
fn sequence(steps: &[Step]) -> Option<Sequence> {
    let [Step::Start, middle @ .., Step::End] = steps else { return None };
    let mut parts: Vec<Part> = Vec::new();
    for (at, step) in middle.iter().enumerate() {
        match step {
            Step::Run { row, min, max } => match parts.last_mut() {
                // `x x*` is `x+`.
                Some(Part::Run { row: before, min: low, max: high }) if before == row => {
                    *low = low.checked_add(*min)?;
                    *high = match high.zip(*max) {
                        Some((a, b)) => Some(a.checked_add(b)?),
                        None => None,
                    };
                }
                _ => parts.push(Part::Run { row: *row, min: *min, max: *max }),
            },
            Step::Joined { row, separator } => {
                if at + 1 != middle.len() {
                    return None;
                }
                // What goes on in the same class is part of what is joined.
                let mut open = false;
                if let Some(Part::Run { row: before, min, max: max @ None }) = parts.last_mut()
                    && before == row
                {
                    *max = Some(*min);
                    open = true;
                }
                parts.push(Part::Joined { row: *row, with_separator: row.with(*separator), open });
            }
            Step::Start | Step::End => return None,
        }
    }
    parts.retain(|part| !matches!(part, Part::Run { max: Some(0), .. }));
    let sequence = Sequence { parts };
    is_deterministic(&sequence).then_some(sequence)
}

/// Whether a part can be left only where the next can't go on with the same character.
fn is_deterministic(sequence: &Sequence) -> bool {
    sequence.parts.iter().enumerate().all(|(at, part)| {
        let Part::Run { row, min, max } = part else { return true };
        if *max == Some(*min) {
            return true;
        }
        for next in &sequence.parts[at + 1..] {
            match next {
                Part::Joined { with_separator, .. } => return !row.meets(with_separator),
                Part::Run { row: other, min, .. } => {
                    if row.meets(other) {
                        return false;
                    }
                    if *min > 0 {
                        return true;
                    }
                }
            }
        }
        true
    })
}
