//! One event while it is being checked: what was found so far, and what of it must not be shown.

use std::cell::{Cell, RefCell};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;

use tidings_finding::{Finding, Rule};
use tidings_json::{Problem, ProblemKind, Span, Value};

use super::Authority;
use super::hide;
use super::place::{Origin, Places};
use crate::frames::{Frame, FrameProblem};
use crate::rules::json as json_rule;
use crate::show;

/// What is known of an event besides its findings.
#[derive(Clone, Debug, Default)]
pub(super) struct Head {
    pub(super) name: Option<Arc<str>>,
    pub(super) id: Option<Arc<str>>,
}

/// A finding before it has its line, its column and its excerpt.
pub(super) struct Raw {
    pub(super) rule: &'static Rule,
    /// As it may be shown.
    pointer: Option<String>,
    /// The digest of the pointer as it is.
    place: u64,
    span: Span,
    message: String,
    help: Option<String>,
}

/// What pointers were shown last: a finding shows one several times, and findings often have all but the last step in common.
struct Shown<'e> {
    /// The last pointer, and how it is shown.
    last: (String, String),
    /// Where one led, but for its last step.
    parent: (String, hide::Way<'e>),
}

impl<'e> Shown<'e> {
    fn new(event: Option<&'e Value<'e>>) -> RefCell<Self> {
        RefCell::new(Self {
            last: (String::new(), String::new()),
            parent: (String::new(), hide::Way::new(event)),
        })
    }
}

/// One event while it is being checked.
pub(super) struct Event<'e> {
    authority: &'e Authority,
    frame: &'e Frame<'e>,
    origin: Origin,
    pub(super) head: Head,
    pub(super) found: Vec<Raw>,
    /// The event, if it could be parsed.
    value: Option<&'e Value<'e>>,
    /// The places that must not be shown because of what fields they are, sorted, without overlaps. What looks like
    /// personal data or a secret comes on top, and is looked for only where something is to be shown.
    restricted: Vec<Span>,
    shown: RefCell<Shown<'e>>,
    /// The place of the value that was asked for last whether it may be shown, and whether.
    asked: Cell<Option<(Span, bool)>>,
}

impl<'e> Event<'e> {
    pub(super) fn new(authority: &'e Authority, frame: &'e Frame<'e>, value: Option<&'e Value<'e>>) -> Self {
        Self {
            authority,
            frame,
            origin: Origin { line: frame.line, column: frame.column, exact: frame.exact },
            head: Head::default(),
            found: Vec::new(),
            value,
            restricted: Vec::new(),
            shown: Shown::new(value),
            asked: Cell::new(None),
        }
    }

    /// Notes the places that must not be shown because of what fields they are.
    pub(super) fn restrict(&mut self, mut places: Vec<Span>) {
        hide::normalise(&mut places);
        self.restricted = places;
        self.shown = Shown::new(self.value);
        self.asked.set(None);
    }

    /// All that is never shown, sorted, without overlaps: the restricted places, and whatever else looks like personal data
    /// or a secret.
    fn hidden(&self) -> Vec<Span> {
        let Some(value) = self.value else {
            return hide::all_but_known_words(self.frame.bytes, self.authority.known_words());
        };
        let mut hidden = self.restricted.clone();
        hide::suspects(value, &mut hidden);
        hide::normalise(&mut hidden);
        hidden
    }

    /// Whether a value may be shown: no part of it is restricted, or looks like personal data or a secret.
    pub(super) fn may_show(&self, value: &Value<'_>) -> bool {
        // A name that is judged like a value has no place of its own.
        if value.span.end <= value.span.start {
            return true;
        }
        match self.asked.get() {
            Some((place, answer)) if place == value.span => answer,
            _ => {
                let answer = !(hide::overlaps(&self.restricted, value.span) || hide::has_suspect(value));
                self.asked.set(Some((value.span, answer)));
                answer
            }
        }
    }

    /// A value as a message may show it: `None` if it must not be shown.
    pub(super) fn shown(&self, value: &Value<'_>) -> Option<String> {
        self.may_show(value).then(|| match value.as_str() {
            Some(text) => show::quoted(text),
            None => show::quoted(&String::from_utf8_lossy(&self.frame.bytes[value.span.range()])),
        })
    }

    /// A pointer as a finding may show it.
    pub(super) fn pointer(&self, pointer: &str) -> String {
        let Some((parent, last)) = pointer.rsplit_once('/') else { return String::new() };
        let mut known = self.shown.borrow_mut();
        if known.last.0 != pointer {
            if known.parent.0 != parent {
                let mut way = hide::Way::new(self.value);
                parent.split('/').skip(1).for_each(|token| way.follow(token, &self.restricted));
                known.parent = (parent.to_owned(), way);
            }
            let shown = known.parent.1.shown(last, &self.restricted);
            known.last = (pointer.to_owned(), shown);
        }
        known.last.1.clone()
    }

    /// The name that a pointer ends in, as a message may show it.
    pub(super) fn name(&self, pointer: &str) -> String {
        let shown = self.pointer(pointer);
        match shown.rsplit('/').next().unwrap_or_default() {
            hide::MASKED => "(a name not shown)".to_owned(),
            token => show::quoted(&hide::name_of(token)),
        }
    }

    /// A place as people name it, as a message may show it: `meta.subject.key`, `changed_fields[2]`.
    pub(super) fn label(&self, pointer: &str) -> String {
        super::messages::label(&self.pointer(pointer))
    }

    /// Whether an object in the event has two members of one name.
    pub(super) fn has_duplicates(&self) -> bool {
        self.found.iter().any(|found| *found.rule == json_rule::DUPLICATE_KEY)
    }

    /// Whether something was found at this very place by a rule of this group.
    pub(super) fn has_found(&self, group: &str, pointer: &str) -> bool {
        let place = digest(pointer);
        self.found.iter().any(|found| found.place == place && found.rule.group() == group)
    }

    pub(super) fn report(
        &mut self,
        rule: &'static Rule,
        pointer: &str,
        span: Span,
        text: impl FnOnce(&Self) -> (String, Option<String>),
    ) {
        let (message, help) = text(self);
        let place = digest(pointer);
        let pointer = Some(self.pointer(pointer));
        self.found.push(Raw { rule, pointer, place, span, message, help });
    }

    pub(super) fn problems(&mut self, problems: &[Problem]) {
        for problem in problems {
            let (rule, help) = match problem.kind {
                ProblemKind::Syntax => (&json_rule::SYNTAX, after_comma(&problem.message)),
                ProblemKind::InvalidUtf8 => (
                    &json_rule::INVALID_UTF8,
                    Some(if problem.message.contains("UTF-16") {
                        "convert it, for instance with `iconv -f UTF-16 -t UTF-8`"
                    } else {
                        "write events as UTF-8"
                    }),
                ),
                ProblemKind::ByteOrderMark => {
                    (&json_rule::BYTE_ORDER_MARK, Some("write the text as UTF-8 without a mark"))
                }
                ProblemKind::TrailingData => (
                    &json_rule::TRAILING_DATA,
                    Some("put each event on a line of its own, or all into one array"),
                ),
                ProblemKind::DuplicateKey => {
                    (&json_rule::DUPLICATE_KEY, Some("keep one: parsers differ in which of them they take"))
                }
                ProblemKind::TooDeep => {
                    (&json_rule::TOO_DEEP, Some("nothing that an event says needs so many levels"))
                }
            };
            let named = problem.kind == ProblemKind::DuplicateKey;
            let message = if named {
                format!("the object already has a member {}", self.name(&problem.pointer))
            } else {
                problem.message.clone()
            };
            self.found.push(Raw {
                rule,
                pointer: named.then(|| self.pointer(&problem.pointer)),
                place: digest(&problem.pointer),
                span: problem.span,
                message,
                help: help.map(str::to_owned),
            });
        }
    }

    /// Notes what the reader of frames has to say of this one.
    pub(super) fn problem(&mut self, problem: &FrameProblem) {
        self.found.push(Raw {
            rule: problem.rule,
            pointer: None,
            place: 0,
            span: problem.span,
            message: problem.message.clone(),
            help: problem.help.clone(),
        });
    }

    /// Sorts what was found and gives each its place. `value` is the event, if it could be parsed.
    pub(super) fn finish(mut self, excerpts: bool, findings: &mut Vec<Finding>) {
        if self.found.is_empty() {
            return;
        }
        self.found.sort_by(|a, b| {
            (&a.pointer, a.rule.id, a.span.start, &a.message).cmp(&(
                &b.pointer,
                b.rule.id,
                b.span.start,
                &b.message,
            ))
        });
        self.found.dedup_by(|a, b| a.pointer == b.pointer && a.rule == b.rule && a.message == b.message);
        let places = Places::new(self.frame.bytes, self.origin);
        let hidden = (excerpts && !self.frame.bytes.is_empty()).then(|| self.hidden());
        for raw in self.found {
            let (line, column) = places.of(raw.span.start);
            let excerpt = hidden.as_ref().map(|hidden| places.excerpt(raw.span, hidden));
            findings.push(Finding {
                rule: raw.rule,
                source: self.frame.source.clone(),
                line: Some(line),
                column: Some(column),
                event_name: self.head.name.clone(),
                event_id: self.head.id.clone(),
                pointer: raw.pointer,
                message: raw.message,
                help: raw.help,
                excerpt,
                witness: None,
                cause: None,
            });
        }
    }
}

/// What tells a pointer from others.
fn digest(pointer: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    pointer.hash(&mut hasher);
    hasher.finish()
}

/// The likeliest cause of what the reader of JSON expected.
fn after_comma(message: &str) -> Option<&'static str> {
    let after = message.ends_with("found `}`") && message.starts_with("expected a member name in quotes,")
        || message == "expected a value, found `]`";
    after.then_some("remove the `,` before it")
}
