//! What an audit says about a whole stream, for people: where the aggregates stand, and which transitions never happened.
//!
//! In go [`StreamTotals`], out come a few lines. Names come from the catalog, not from events.

use std::fmt::Write as _;

use annotate_snippets::renderer::{DEFAULT_EMPHASIS_STYLE, DEFAULT_NOTE_STYLE};

use super::text::{counted, grouped};
use super::totals::Paint;
use crate::{AggregateTotals, StreamTotals, TransitionTotals};

/// A paragraph for the stream: a line for each aggregate type, and one for what was delivered again or adopted.
pub(super) fn stream_lines(stream: &StreamTotals, paint: Paint) -> String {
    let mut lines = String::new();
    for aggregate in &stream.aggregates {
        let name = paint.paint(DEFAULT_EMPHASIS_STYLE, &aggregate.name);
        let _ = writeln!(lines, "{name}: {}", states(aggregate));
        let never = never_exercised(&aggregate.transitions);
        let missing = aggregate.transitions.iter().filter(|transition| transition.count == 0).count();
        let note = |text: &str| paint.paint(DEFAULT_NOTE_STYLE, text);
        match (missing, aggregate.transitions.len()) {
            (_, 0) => {}
            (0, all) => {
                let _ = writeln!(
                    lines,
                    "  {}",
                    note(&format!("all {} exercised", counted(all as u64, "transition")))
                );
            }
            (_, all) => {
                let exercised = all - missing;
                let _ = writeln!(
                    lines,
                    "  {exercised} of {} exercised; never: {}",
                    counted(all as u64, "transition"),
                    never.join(", ")
                );
            }
        }
    }
    let mut others = Vec::new();
    if stream.redelivered > 0 {
        others.push(format!("{} delivered again", counted(stream.redelivered, "event")));
    }
    if stream.adopted > 0 {
        others.push(format!("{} taken to have been there before", counted(stream.adopted, "aggregate")));
    }
    if !others.is_empty() {
        let _ = writeln!(lines, "{}", others.join(", "));
    }
    if !lines.is_empty() {
        lines.push('\n');
    }
    lines
}

/// `12 open, 3 closed`.
fn states(aggregate: &AggregateTotals) -> String {
    let mut states: Vec<String> = aggregate
        .states
        .iter()
        .filter(|(_, count)| *count > 0)
        .map(|(name, count)| format!("{} {name}", grouped(*count)))
        .collect();
    if aggregate.unsure > 0 {
        states.push(format!("{} in one of several states", grouped(aggregate.unsure)));
    }
    if states.is_empty() { "none".to_owned() } else { states.join(", ") }
}

/// The transitions that never happened, an event type each: `CardBlocked (from issued, active)`.
fn never_exercised(transitions: &[TransitionTotals]) -> Vec<String> {
    let mut never: Vec<(&str, Vec<&str>)> = Vec::new();
    for transition in transitions.iter().filter(|transition| transition.count == 0) {
        let from = transition.from.as_deref();
        match never.last_mut() {
            Some((event, states)) if *event == transition.event => states.extend(from),
            _ => never.push((&transition.event, from.into_iter().collect())),
        }
    }
    let words = |(event, states): (&str, Vec<&str>)| {
        if states.is_empty() { event.to_owned() } else { format!("{event} (from {})", states.join(", ")) }
    };
    never.into_iter().map(words).collect()
}
