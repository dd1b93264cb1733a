//! `tidings validate`: checks events one by one.

use std::io::Write as _;

use tidings::Engine;

use crate::args::{Args, Validate};
use crate::console::Console;
use crate::exit::Outcome;
use crate::{output, reading};

pub(crate) fn run(args: &Args, command: &Validate) -> anyhow::Result<Outcome> {
    let Validate { reading, explain_engine, output } = command;
    let engine = reading::engine(args, reading, output)?;
    if *explain_engine {
        return explain(&engine);
    }
    let (sources, all_found) = reading::sources(reading)?;
    let mut console = Console::new(args, output, false)?;
    let summary = tidings::run(&engine, sources.into_iter(), reading::threads(reading), &mut console)?;
    console.finish(summary, all_found, output)
}

/// Tells for each event type what the fast path proves, and what only the authority can tell.
fn explain(engine: &Engine) -> anyhow::Result<Outcome> {
    let mut out = output::stdout();
    for event_type in engine.explain() {
        let name = &event_type.event_type;
        if event_type.is_fast {
            let slower: Vec<&str> = event_type
                .places
                .iter()
                .filter(|(_, quick)| !quick)
                .map(|(place, _)| place.as_str())
                .collect();
            let quick = event_type.places.len() - slower.len();
            writeln!(
                out,
                "{name}: fast, {quick} of {} places with one quick check",
                event_type.places.len()
            )?;
            if !slower.is_empty() {
                writeln!(out, "  several checks: {}", slower.join(", "))?;
            }
        } else {
            writeln!(out, "{name}: authority only")?;
        }
        for (place, why) in &event_type.left {
            let place = if place.is_empty() { "the event" } else { place };
            writeln!(out, "  authority only where {place} is there: {why}")?;
        }
    }
    out.flush()?;
    Ok(Outcome::Clean)
}
