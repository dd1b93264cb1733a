//! `breaking/corpus`: recorded events that the old catalog accepts and the new one refuses.
//!
//! In go streams, read once and in constant memory; out comes how many events each catalog refuses, and why. Each judges
//! them as its consumers do, who bear fields that they don't know: in the open view. What is kept of an event is only
//! where it stands, which rule it breaks and at which place, as the engine's findings show it.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use serde::Serialize;
use tidings_engine::{Engine, Frame, Observer, Source, survey};
use tidings_finding::{Finding, Rule, Severity};
use tidings_json::Pointer;

use super::{Consumers, Version};

pub(super) static RULE: Rule = Rule {
    id: "breaking/corpus",
    severity: Severity::Error,
    summary: "recorded events that the old catalog accepts are refused by the new one",
    explanation: include_str!("corpus.md"),
};

/// How many reasons are told apart; what comes for others is counted together.
const GROUPS: usize = 500;

/// How many events of a group are named.
const NAMED: usize = 5;

/// How long the place of a group may be, in bytes.
const PLACE: usize = 500;

/// What recorded events came to under two catalogs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Corpus {
    /// What people call the old catalog.
    pub old: String,
    /// What people call the new one.
    pub new: String,
    /// How many events there were, those included that are no JSON.
    pub events: u64,
    /// How many both accept.
    pub accepted: u64,
    /// Those that only the old catalog refuses.
    pub only_old: Side,
    /// Those that only the new catalog refuses: what the change broke.
    pub only_new: Side,
    /// Those that both refuse, with what the old catalog has against them.
    pub both_old: Side,
    /// The same events, with what the new catalog has against them.
    pub both_new: Side,
    /// Whether some of the input could not be read.
    pub incomplete: bool,
}

/// Events that a catalog refuses.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Side {
    /// How many.
    pub events: u64,
    /// Why.
    #[serde(flatten)]
    pub reasons: Reasons,
}

/// Why a catalog refuses events. An event may be in several groups.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Reasons {
    /// The reasons, those with the most events first.
    pub groups: Vec<Group>,
    /// How often there was a reason that came when so many were known that it isn't told apart.
    pub others: u64,
}

/// One reason for which a catalog refuses events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Group {
    /// The name of the event type, where the event has one that may be shown.
    pub event_name: Option<Arc<str>>,
    /// The id of the rule that is broken.
    pub rule: &'static str,
    /// The place in the event, as a JSON Pointer with `*` for any element; none where the event isn't JSON.
    pub pointer: Option<String>,
    /// How many events.
    pub events: u64,
    /// Where the first of them stand.
    pub first: Vec<Seen>,
}

/// Where an event stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Seen {
    /// The source, as the engine's findings name it.
    pub source: Option<Arc<str>>,
    /// The line of what is wrong in it.
    pub line: Option<u64>,
    /// The column.
    pub column: Option<u64>,
}

/// Judges recorded events by both catalogs, with `threads` threads (at least one). With `event_at` each stands there in a
/// wrapper. The observer is told of sources that
/// can't be read or are empty, and how far it is; of findings it is not.
///
/// # Errors
/// None of its own: what can't be read is the observer's to know, and makes the result incomplete.
pub fn replay(
    old: &Version,
    new: &Version,
    sources: impl Iterator<Item = Source> + Send,
    event_at: Option<&Pointer>,
    threads: usize,
    observer: &mut dyn Observer,
) -> io::Result<Corpus> {
    let engines = [&old.open, &new.open].map(|engine| engine.with_event_at(event_at.cloned()));
    let look = |frame: &Frame<'_>| engines.each_ref().map(|engine| reasons(engine, frame));
    let [mut only_old, mut only_new, mut both_old, mut both_new] = [(); 4].map(|()| Counter::default());
    let mut accepted = 0;
    let summary =
        survey(old.open.limits(), sources, threads, observer, look, |frame, [by_old, by_new], totals, _| {
            // What stands around events belongs to none of them.
            let one = u64::from(frame.is_event());
            totals.events += one;
            match (by_old.is_empty(), by_new.is_empty()) {
                (true, true) => accepted += one,
                (false, true) => only_old.add(one, by_old),
                (true, false) => only_new.add(one, by_new),
                (false, false) => {
                    both_old.add(one, by_old);
                    both_new.add(one, by_new);
                }
            }
            Ok(())
        })?;
    Ok(Corpus {
        old: old.name.clone(),
        new: new.name.clone(),
        events: summary.events,
        accepted,
        only_old: only_old.side(),
        only_new: only_new.side(),
        both_old: both_old.side(),
        both_new: both_new.side(),
        incomplete: summary.incomplete,
    })
}

type Reason = (Option<Arc<str>>, Option<String>, &'static str);

/// Why an engine refuses an event: each reason once, with the first place that has it.
fn reasons(engine: &Engine, frame: &Frame<'_>) -> BTreeMap<Reason, Seen> {
    let mut findings = Vec::new();
    engine.check(frame, &mut findings);
    let mut reasons = BTreeMap::new();
    for finding in findings.into_iter().filter(|finding| finding.severity() == Severity::Error) {
        let Finding { rule, source, line, column, event_name, pointer, .. } = finding;
        let reason = (event_name, pointer.as_deref().map(general), rule.id);
        reasons.entry(reason).or_insert(Seen { source, line, column });
    }
    reasons
}

/// A place with any element in the place of each, and not too long.
pub(super) fn general(pointer: &str) -> String {
    let is_index = |token: &str| !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_digit());
    let tokens: Vec<&str> =
        pointer.split('/').map(|token| if is_index(token) { "*" } else { token }).collect();
    let mut general = tokens.join("/");
    if general.len() > PLACE {
        general.truncate(general.floor_char_boundary(PLACE));
        general.push('…');
    }
    general
}

/// Counts events by their reasons, up to a number of them.
#[derive(Default)]
struct Counter {
    events: u64,
    groups: BTreeMap<Reason, (u64, Vec<Seen>)>,
    others: u64,
}

impl Counter {
    fn add(&mut self, one: u64, reasons: BTreeMap<Reason, Seen>) {
        self.events += one;
        for (reason, seen) in reasons {
            if self.groups.len() >= GROUPS && !self.groups.contains_key(&reason) {
                self.others += 1;
                continue;
            }
            let (events, first) = self.groups.entry(reason).or_default();
            *events += 1;
            if first.len() < NAMED {
                first.push(seen);
            }
        }
    }

    fn side(self) -> Side {
        let groups = self.groups.into_iter().map(|((event_name, pointer, rule), (events, first))| Group {
            event_name,
            rule,
            pointer,
            events,
            first,
        });
        let mut groups: Vec<Group> = groups.collect();
        // Those with as many events stay in the order of their names and places.
        groups.sort_by_key(|group| std::cmp::Reverse(group.events));
        Side { events: self.events, reasons: Reasons { groups, others: self.others } }
    }
}

impl Corpus {
    /// What the change broke, a finding a reason, with whom it hurts where the catalog lists its consumers.
    pub fn findings(&self, consumers: Option<&Consumers>) -> Vec<Finding> {
        let Self { old, new, only_new, .. } = self;
        let mut findings: Vec<Finding> = only_new
            .reasons
            .groups
            .iter()
            .map(|group| {
                let seen = group.first.first();
                let events = super::corpus_text::counted(group.events, "recorded event");
                let are = if group.events == 1 { "is" } else { "are" };
                let name = group.event_name.as_deref();
                let of = name.map(|name| format!(" `{name}`")).unwrap_or_default();
                let place = match group.pointer.as_deref() {
                    Some("") | None => String::new(),
                    Some(pointer) => format!(" at `{}`", super::proof::label(pointer)),
                };
                let mut help = format!(
                    "let {new} accept what was recorded, or mend the events before it is in use; the first {are_}: {}",
                    super::corpus_text::places(&group.first),
                    are_ = if group.first.len() == 1 { "is" } else { "are" },
                );
                if let (Some(consumers), Some(name)) = (consumers, name) {
                    let hurt = consumers.hurt(name, group.pointer.as_deref().unwrap_or_default());
                    help = format!("{help}; {}", consumers.in_words(&hurt));
                }
                Finding {
                    rule: &RULE,
                    source: seen.and_then(|seen| seen.source.clone()),
                    line: seen.and_then(|seen| seen.line),
                    column: seen.and_then(|seen| seen.column),
                    event_name: group.event_name.clone(),
                    event_id: None,
                    pointer: group.pointer.clone(),
                    message: format!(
                        "{events}{of} that {old} accepts {are} refused by {new}{place} ({})",
                        group.rule
                    ),
                    help: Some(help),
                    excerpt: None,
                    witness: None,
                    cause: None,
                }
            })
            .collect();
        // The groups are full then, so that this is never the only one.
        if only_new.reasons.others > 0
            && let Some(last) = findings.last_mut()
        {
            let others = super::corpus_text::counted(only_new.reasons.others, "refusal");
            let help = last.help.take().unwrap_or_default();
            last.help = Some(format!("{help}; {others} for other reasons are not told apart"));
        }
        findings
    }
}
