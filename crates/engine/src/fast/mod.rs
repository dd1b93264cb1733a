//! The fast path: proves events valid, or doesn't know.
//!
//! ```text
//! bytes ─→ index (where lines end and strings begin and end)
//!           ├→ templates (lines that are like one before) ─────────────────────────────┐
//!           ├→ steps (members in an order that was seen before) ───────────────────────┼→ checks of values
//!           └→ walk (members in any order: which value is in which slot), then learned ┘
//! ```
//!
//! It may say only *valid*, which means that the authority would find nothing, not even a warning. Whatever is odd about
//! an event (an escape in a name, an exponent, an unknown field, a detector's hit) it doesn't prove, and the authority
//! has it. It makes no finding and keeps nothing of an event but the order of its members and words that the catalog has.

mod check;
mod groups;
mod index;
mod inside;
mod learn;
mod level;
mod lines;
mod pace;
#[cfg(test)]
mod random_patterns;
mod scan;
mod steps;
mod templates;
mod text;
mod times;
mod walk;

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use tidings_catalog::Catalog;

use crate::Limits;
use crate::compile::{self, Program};
use index::Marks;
use level::Choice;
pub(crate) use lines::{Line, Lines, Seen, is_blank};
use steps::Steps;
use templates::Templates;
use times::Hour;
use walk::Spot;

/// How many bytes behind a text may be read, though they are no part of it.
pub(crate) const PADDING: usize = 128;

/// How deep the fast path follows nested values at most, whatever the limits allow.
const MAX_DEPTH: usize = 128;

/// The fast path of a catalog.
#[derive(Debug)]
pub(crate) struct Fast {
    program: Program,
    limits: Limits,
    level: Choice,
    learns: Learns,
    /// For each event type what the learned order has to bring.
    demands: Vec<Option<learn::Demands>>,
}

/// How many events of a catalog with one event type are left to the authority before the fast path is made. That takes about
/// as long.
const EVENTS_BEFORE: usize = 16;

/// A fast path that is made when it pays: whoever asks of a few events only doesn't wait for it.
#[derive(Debug)]
pub(crate) struct Pending {
    made: OnceLock<Fast>,
    /// Of how many events was asked so far.
    asked: AtomicUsize,
    /// Of how many it must be.
    enough: usize,
    limits: Limits,
    level: Choice,
    learns: Learns,
}

/// What is learned of events that were proven.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Learns {
    Nothing,
    /// The order of members, and it is tried however little it pays.
    Orders,
    /// That and whole lines, as far as it pays.
    Lines,
}

impl Pending {
    /// The way to the fast path that is asked for, if it is any.
    pub(crate) fn new(catalog: &Catalog, limits: Limits, paths: crate::Paths) -> Option<Self> {
        let enough = match paths.fast {
            crate::FastPath::WhenItPays => EVENTS_BEFORE * catalog.event_types.len(),
            crate::FastPath::All | crate::FastPath::Steps | crate::FastPath::OrderFree => 0,
            crate::FastPath::AuthorityOnly => return None,
        };
        let learns = match paths.fast {
            crate::FastPath::OrderFree => Learns::Nothing,
            crate::FastPath::Steps => Learns::Orders,
            _ => Learns::Lines,
        };
        Some(Self {
            made: OnceLock::new(),
            asked: AtomicUsize::new(0),
            enough,
            limits,
            level: Choice::of(paths.level),
            learns,
        })
    }

    /// The fast path of the catalog, if it pays now that so many more events are asked of.
    #[inline]
    pub(crate) fn for_events(&self, events: impl FnOnce() -> usize, catalog: &Catalog) -> Option<&Fast> {
        if let Some(made) = self.made.get() {
            return Some(made);
        }
        let events = events();
        let asked = self.asked.fetch_add(events, Ordering::Relaxed) + events;
        (asked >= self.enough).then(|| self.at_once(catalog))
    }

    /// The fast path of the catalog.
    pub(crate) fn at_once(&self, catalog: &Catalog) -> &Fast {
        self.made.get_or_init(|| Fast::compile(catalog, self.limits, self.level, self.learns))
    }
}

/// What the fast path works in. Every thread has its own.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    marks: Marks,
    /// For each line of a piece the template that it may be like.
    chosen: Vec<templates::Choice>,
    /// Which lines of a piece are not proven yet.
    open: Vec<u32>,
    work: Work,
    /// A copy of a text that comes without padding.
    copy: Vec<u8>,
}

/// What one event after the other is proven in.
#[derive(Debug, Default)]
struct Work {
    /// What is in which slot: those of the event, and above them those of the elements that are being looked at.
    spots: Vec<Spot>,
    /// For each node which members were seen.
    seen: Vec<u128>,
    /// A date and hour that was proven to be one of the calendar: `2025-11-05T14:`.
    hour: Hour,
    /// What was learned of the order of members, and of whole lines.
    steps: Steps,
    templates: Templates,
}

impl Fast {
    fn compile(catalog: &Catalog, limits: Limits, level: Choice, learns: Learns) -> Self {
        let limits = Limits { max_depth: limits.max_depth.min(MAX_DEPTH), ..limits };
        let program = compile::compile(catalog);
        let demands = (0..program.events.len()).map(|event| learn::Demands::of(&program, event)).collect();
        Self { program, limits, level, learns, demands }
    }

    pub(crate) fn program(&self) -> &Program {
        &self.program
    }

    /// The index of the event type, if the event that is the text is surely valid.
    pub(crate) fn prove(&self, scratch: &mut Scratch, text: &[u8]) -> Option<usize> {
        if text.len() > self.limits.max_event_bytes || u32::try_from(text.len() + PADDING).is_err() {
            return None;
        }
        scratch.copy.clear();
        scratch.copy.reserve(text.len() + PADDING);
        scratch.copy.extend_from_slice(text);
        scratch.copy.resize(text.len() + PADDING, b' ');
        level::prove(self, scratch, text.len())
    }

    /// Tries to prove the lines of a text, and hands over those that it can't, but for blank ones. When these have become
    /// `most`, it soon stops.
    pub(crate) fn prove_lines(
        &self,
        scratch: &mut Scratch,
        lines: &Lines<'_>,
        most: u64,
        unproven: &mut dyn FnMut(Line),
    ) -> Seen {
        if u32::try_from(lines.text.len()).is_err() {
            return lines.each(most, unproven);
        }
        let padded = lines.with_padding();
        let mut seen = level::prove_lines(self, scratch, &padded, most, unproven);
        if seen.end == padded.end {
            let mut proven = 0;
            let last = lines.behind(seen).each(most.saturating_sub(seen.unproven), &mut |line| {
                if self.prove(scratch, &lines.text[line.range.clone()]).is_some() {
                    proven += 1;
                } else {
                    unproven(line);
                }
            });
            seen = seen.and(last, proven);
        }
        seen
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;
    use crate::{FastPath, Paths, small};

    #[test]
    fn the_fast_path_is_made_when_enough_events_were_asked_of_or_at_once() {
        let catalog = small::catalog("{}").expect("a catalog");
        let pending = |fast| Pending::new(&catalog, Limits::default(), Paths { fast, ..Paths::default() });
        let lazy = pending(FastPath::WhenItPays).expect("a fast path");
        assert!(lazy.for_events(|| EVENTS_BEFORE - 1, &catalog).is_none());
        assert!(lazy.for_events(|| 1, &catalog).is_some());
        assert!(pending(FastPath::All).expect("a fast path").for_events(|| 1, &catalog).is_some());
        assert!(pending(FastPath::AuthorityOnly).is_none());
    }

    #[test]
    fn lines_that_are_like_one_before_are_proven_by_its_template() {
        let schema = r#"{"properties": {"id": {"type": "string", "pattern": "^[a-z]{1,9}$"}, "n": {"type": "integer"},
            "of": {"type": "array", "items": {"type": "string"}}, "in": {"properties": {"at": {"format": "date-time",
            "type": "string", "pattern": "Z$"}}}}}"#;
        let catalog = small::catalog(schema).expect("a catalog");
        for level in [crate::Level::Best, crate::Level::Avx2, crate::Level::Scalar] {
            let fast = Fast::compile(&catalog, Limits::default(), Choice::of(level), Learns::Lines);
            let mut scratch = Scratch::default();
            let mut text = String::new();
            for n in 0..50 {
                let id = "abcdefghi".get(..1 + n % 9).expect("letters");
                let at = format!("2026-01-{:02}T00:00:00Z", 1 + n % 28);
                writeln!(text, r#"{{"id":"{id}","n":{},"in":{{"at":"{at}"}}}}"#, n * 77).expect("a text");
                write!(text, "{{\"of\":[\"{at}\",\"{n}\"],\"id\":\"{id}\"}}\r\n").expect("a text");
            }
            let end = text.len();
            text += &" ".repeat(PADDING);
            let lines = Lines { text: text.as_bytes(), start: 0, end, first: 1 };
            let seen = fast.prove_lines(&mut scratch, &lines, u64::MAX, &mut |line| panic!("{line:?}"));
            // Two orders of members are learned, and of one that there are numbers of one digit and of more.
            assert_eq!(
                (seen.proven, seen.lines, scratch.work.templates.pace.hits()),
                (100, 100, 97),
                "{level:?}"
            );
        }
    }
}
