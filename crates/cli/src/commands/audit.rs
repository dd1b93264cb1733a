//! `tidings audit`: checks a stream as a whole.

use std::io::{self, Write};

use tidings::render::{Format, sanitize};
use tidings::{AuditOptions, Finding, Observer, Severity, Summary, TraceEntry};

use crate::args::{Args, Audit, Order};
use crate::console::Console;
use crate::exit::Outcome;
use crate::{output, reading};

pub(crate) fn run(args: &Args, command: &Audit) -> anyhow::Result<Outcome> {
    let Audit { reading, output, .. } = command;
    let engine = reading::engine(args, reading, output)?;
    let (sources, all_found) = reading::sources(reading)?;
    let threads = reading::threads(reading);
    let options = AuditOptions {
        order: match command.order {
            Order::Delivery => tidings::Order::Delivery,
            Order::Occurred => tidings::Order::Occurred,
        },
        max_skew: command.max_skew,
        starts_mid_stream: command.starts_mid_stream,
        trace: command.trace.clone(),
    };
    if let Some(id) = &command.trace {
        let mut quiet = Quiet { all_read: all_found };
        let (_, trace) = tidings::audit(&engine, sources.into_iter(), threads, options, &mut quiet)?;
        return show_trace(id, &trace, command.output.format, quiet.all_read);
    }
    let mut console = Console::new(args, output, !command.all)?;
    let (summary, _) = tidings::audit(&engine, sources.into_iter(), threads, options, &mut console)?;
    console.finish(summary, all_found, output)
}

/// Shows the timeline of one aggregate.
fn show_trace(id: &str, trace: &[TraceEntry], format: Format, all_read: bool) -> anyhow::Result<Outcome> {
    let mut out = output::stdout();
    for entry in trace {
        match format {
            Format::Json => writeln!(out, "{}", as_json(id, entry))?,
            _ => show_entry(&mut out, entry)?,
        }
    }
    if trace.is_empty() {
        output::note(&format!("no event of the stream is about an aggregate with the id {id}"));
    }
    out.flush()?;
    let found =
        trace.iter().flat_map(|entry| &entry.findings).any(|finding| finding.severity() == Severity::Error);
    Ok(match (all_read, found) {
        (false, _) => Outcome::Incomplete,
        (true, true) => Outcome::Found,
        (true, false) => Outcome::Clean,
    })
}

/// An entry for people: when, what, from which state to which, where; and what was wrong beneath it.
fn show_entry(out: &mut impl Write, entry: &TraceEntry) -> io::Result<()> {
    let change = match (&entry.before, &entry.after) {
        (None, None) => "does not exist".to_owned(),
        (None, Some(after)) => format!("→ {after}"),
        (Some(before), Some(after)) if before != after => format!("{before} → {after}"),
        (Some(before), _) => format!("{before} stays"),
    };
    let line = format!(
        "{}  {} {}: {change}  ({}:{})",
        entry.occurred_at.as_deref().unwrap_or("-"),
        entry.event_name,
        entry.event_id.as_deref().unwrap_or("-"),
        entry.source.as_deref().unwrap_or("-"),
        entry.line,
    );
    writeln!(out, "{}", sanitize(&line))?;
    for Finding { rule, message, help, .. } in &entry.findings {
        let help = help.as_ref().map_or(String::new(), |help| format!(" ({help})"));
        writeln!(out, "    {}[{}]: {}", rule.severity, rule.id, sanitize(&format!("{message}{help}")))?;
    }
    Ok(())
}

fn as_json(id: &str, entry: &TraceEntry) -> serde_json::Value {
    let finding = |finding: &Finding| {
        serde_json::json!({
            "rule": finding.rule.id,
            "severity": finding.severity().as_str(),
            "pointer": finding.pointer,
            "message": finding.message,
            "help": finding.help,
        })
    };
    serde_json::json!({
        "aggregate_type": entry.aggregate_type,
        "aggregate_id": id,
        "source": entry.source.as_deref(),
        "line": entry.line,
        "event_name": entry.event_name,
        "event_id": entry.event_id,
        "occurred_at": entry.occurred_at,
        "before": entry.before,
        "after": entry.after,
        "findings": entry.findings.iter().map(finding).collect::<Vec<_>>(),
    })
}

/// Shows nothing but what could not be read.
struct Quiet {
    all_read: bool,
}

impl Observer for Quiet {
    fn finding(&mut self, _: &Finding) -> io::Result<()> {
        Ok(())
    }

    fn unreadable(&mut self, source: &str, error: &io::Error) {
        self.all_read = false;
        output::unreadable(&format!("{source}: {error}"));
    }

    fn empty(&mut self, _: &str) {}

    fn progress(&mut self, _: &Summary) {}
}
