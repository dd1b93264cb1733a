//! Collects what rules find, each with its verdict and its witness.

use std::collections::BTreeSet;
use std::ops::Range;

use serde_json::Value;
use tidings_catalog::Tree;
use tidings_finding::{Excerpt, Finding, Rule};

use super::context::{Context, Direction};
use crate::lint::support::{Sink as Places, Target};

/// How much of a witness people are shown, in bytes.
const SHOWN: usize = 300;

/// What a comparison came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Proven.
    Compatible,
    /// With a witness wherever one event or stream can show it.
    Breaking,
    /// Neither could be shown.
    Unproven,
}

impl Verdict {
    /// Its name in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Compatible => "compatible",
            Self::Breaking => "breaking",
            Self::Unproven => "unproven",
        }
    }
}

/// What proves that something breaks: one side accepts it and the other refuses it.
#[derive(Clone, Debug, PartialEq)]
pub enum Witness {
    /// An event.
    Event(Value),
    /// A stream that one side audits clean and the other doesn't.
    Stream(Vec<Value>),
}

/// One comparison, or one thing that is wrong.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The event type that it is about, if it is about one.
    pub event_name: Option<String>,
    /// The direction in which it was compared, if that matters.
    pub direction: Option<Direction>,
    /// What it came to.
    pub verdict: Verdict,
    /// What is wrong; none if it is compatible.
    pub finding: Option<Finding>,
    /// What proves it.
    pub witness: Option<Witness>,
    /// The place in the event, as a JSON Pointer.
    pub pointer: Option<String>,
    /// The consumers that it hurts, by name, where the catalog lists them (see [`Consumers`](super::Consumers)); none
    /// where it lists none, or what is wrong is no break of one event type.
    pub hurts: Option<Vec<String>>,
}

/// What a rule says about what it found.
pub(super) struct Break {
    pub(super) target: Target,
    pub(super) direction: Option<Direction>,
    pub(super) verdict: Verdict,
    pub(super) witness: Option<Witness>,
    /// The place in the event, as a JSON Pointer.
    pub(super) pointer: Option<String>,
    pub(super) message: String,
    pub(super) help: String,
    /// The same for what follows from one cause, such as a change of the envelope.
    pub(super) cause: Option<String>,
}

impl Break {
    /// Something that breaks, in no direction of its own and without a witness.
    pub(super) fn new(target: Target, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            target,
            direction: None,
            verdict: Verdict::Breaking,
            witness: None,
            pointer: None,
            message: message.into(),
            help: help.into(),
            cause: None,
        }
    }
}

/// Collects outcomes.
pub(super) struct Sink<'t> {
    places: Places<'t>,
    pub(super) outcomes: Vec<Outcome>,
}

impl<'t> Sink<'t> {
    pub(super) fn new(tree: &'t dyn Tree, rule: &'static Rule) -> Self {
        Self { places: Places::new(tree, rule), outcomes: Vec::new() }
    }

    /// From here on, another rule is at work.
    pub(super) fn now(&mut self, rule: &'static Rule) {
        self.places.now(rule);
    }

    pub(super) fn report(&mut self, found: Break) {
        let Break { target, direction, verdict, witness, pointer, message, help, cause } = found;
        let event_name = target.event.clone();
        self.places.report(target, message).help(help);
        let Some(mut finding) = self.places.found.pop().map(|found| found.finding) else { return };
        finding.cause = cause.map(Into::into);
        // Of a stream the last event, which is the one that the other side refuses.
        let shown = match &witness {
            Some(Witness::Event(event)) => Some(event),
            Some(Witness::Stream(events)) => events.last(),
            None => None,
        };
        if let Some(event) = shown {
            finding.witness = Some(excerpt(event, pointer.as_deref().unwrap_or_default()));
        }
        self.outcomes.push(Outcome {
            event_name,
            direction,
            verdict,
            finding: Some(finding),
            witness,
            pointer,
            hurts: None,
        });
    }

    /// Adds what is proven to be compatible: event types of which no rule found anything in a direction.
    pub(super) fn compatible(&mut self, context: &Context<'_>) {
        let wrong: BTreeSet<(Option<&str>, Option<Direction>)> =
            self.outcomes.iter().map(|outcome| (outcome.event_name.as_deref(), outcome.direction)).collect();
        let mut compatible = Vec::new();
        for pair in &context.pairs {
            for direction in context.options.mode.directions() {
                if !wrong.contains(&(Some(&pair.new.name), Some(*direction))) {
                    compatible.push(Outcome {
                        event_name: Some(pair.new.name.clone()),
                        direction: Some(*direction),
                        verdict: Verdict::Compatible,
                        finding: None,
                        witness: None,
                        pointer: None,
                        hurts: None,
                    });
                }
            }
        }
        self.outcomes.extend(compatible);
    }
}

/// An event as people are shown it, with the value at a place marked.
fn excerpt(event: &Value, pointer: &str) -> Excerpt {
    let text = event.to_string();
    let mark = mark(&text, pointer);
    if text.len() <= SHOWN {
        return Excerpt { text, mark };
    }
    let half = SHOWN.saturating_sub(mark.len()) / 2;
    let start = text.floor_char_boundary(mark.start.saturating_sub(half));
    let end = text.ceil_char_boundary((start + SHOWN).max(mark.end).min(text.len()));
    let (before, after) = (if start > 0 { "…" } else { "" }, if end < text.len() { "…" } else { "" });
    let shift = |at: usize| at - start + before.len();
    let mark = shift(mark.start)..shift(mark.end.min(end));
    Excerpt { text: format!("{before}{}{after}", &text[start..end]), mark }
}

/// Where the value at a place stands in a text; around it if it is missing.
fn mark(text: &str, pointer: &str) -> Range<usize> {
    let Ok(parsed) = tidings_json::parse(text.as_bytes(), 256) else { return 0..0 };
    let mut pointer = pointer;
    loop {
        match parsed.value.pointer(pointer) {
            // Of a whole object only the brace, which is all that a missing member leaves.
            Some(value) if value.as_object().is_some() => return value.span.start..value.span.start + 1,
            Some(value) => return value.span.range(),
            None => pointer = pointer.rsplit_once('/').map_or("", |(parent, _)| parent),
        }
    }
}
