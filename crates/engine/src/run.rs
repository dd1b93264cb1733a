//! A run: sources are read, their events checked, and what is found delivered in the order of the input.
//!
//! There is one loop. With several threads it is fed by workers through [`ordered`], which keeps the order and bounds how
//! much is under way.

use std::collections::BTreeMap;
use std::io;
use std::time::Instant;

use crossbeam_channel::bounded;
use tidings_catalog::EventType;
use tidings_finding::{Finding, Summary};
use tidings_json::Value;

use crate::Engine;
use crate::frames::{self, Batch, Frame, Source};

/// Is told what a run finds, in the order of the input.
pub trait Observer {
    /// Whether a finding is wanted. What is not is as if it had never been found.
    fn wants(&mut self, finding: &Finding) -> bool {
        let _ = finding;
        true
    }

    /// Something is wrong with an event.
    ///
    /// # Errors
    /// An error ends the run.
    fn finding(&mut self, finding: &Finding) -> io::Result<()>;

    /// A source could not be read, or not to its end. The run goes on with the next.
    fn unreadable(&mut self, source: &str, error: &io::Error);

    /// A source was read that has no events.
    fn empty(&mut self, source: &str);

    /// So many bytes and events were checked so far.
    fn progress(&mut self, summary: &Summary);
}

/// One event of a run, with what validation found.
#[derive(Debug)]
pub struct Checked<'b, T> {
    /// Its text and its place.
    pub frame: Frame<'b>,
    /// What was found, sorted by pointer, then rule.
    pub findings: Vec<Finding>,
    /// What was extracted from it, if it is of a known type (see [`Engine::check_then`]).
    pub facts: Option<T>,
}

/// What a batch comes to, where each event is followed.
struct Outcome<T> {
    batch: Batch,
    /// For each frame what was found and extracted.
    events: Vec<(Vec<Finding>, Option<T>)>,
}

/// What a batch comes to, where only findings matter.
struct Findings {
    bytes: u64,
    /// How many events there was nothing to say of.
    silent: u64,
    /// What was found, with whether it is about an event.
    found: Vec<(bool, Vec<Finding>)>,
}

/// What the reader passes on.
enum Read {
    Batch(Batch),
    Unreadable(String, io::Error),
    End(String),
}

/// What the loop takes.
enum Step<T> {
    Checked(T),
    Unreadable(String, io::Error),
    End(String),
}

/// Checks all events of the sources with `threads` threads (at least one).
///
/// # Errors
/// The observer's.
pub fn run(
    engine: &Engine,
    sources: impl Iterator<Item = Source> + Send,
    threads: usize,
    observer: &mut dyn Observer,
) -> io::Result<Summary> {
    drive(
        engine,
        sources,
        threads,
        observer,
        |batch| look(engine, &batch),
        |findings: Findings, totals| {
            totals.summary.bytes += findings.bytes;
            totals.count_silent(findings.silent);
            findings.found.into_iter().try_for_each(|(is_event, found)| totals.add(is_event, found))
        },
    )
}

/// Checks all events of the sources like [`run`], and follows the stream: `extract` takes from each event of a known
/// type what is needed of it, on any thread (it is told whether the event is sound); `each` is called with every event in the order of the input, and passes on the findings
/// that it is to have in the end.
///
/// # Errors
/// The observer's.
pub fn follow<T: Send>(
    engine: &Engine,
    sources: impl Iterator<Item = Source> + Send,
    threads: usize,
    observer: &mut dyn Observer,
    extract: impl Fn(&EventType, &Value<'_>, bool) -> T + Sync,
    mut each: impl FnMut(Checked<'_, T>, &mut Vec<Finding>),
) -> io::Result<Summary> {
    drive(
        engine,
        sources,
        threads,
        observer,
        |batch| check(engine, batch, &extract),
        |outcome: Outcome<T>, totals| {
            totals.summary.bytes += outcome.batch.bytes;
            for (frame, (found, facts)) in outcome.batch.frames().zip(outcome.events) {
                let is_event = frame.is_event();
                let mut findings = Vec::new();
                each(Checked { frame, findings: found, facts }, &mut findings);
                totals.add(is_event, findings)?;
            }
            Ok(())
        },
    )
}

/// What a run comes to so far, and who is told.
struct Totals<'o> {
    summary: Summary,
    /// Events of the source, and findings where there was none.
    seen_of_source: u64,
    observer: &'o mut dyn Observer,
}

impl Totals<'_> {
    fn count_silent(&mut self, events: u64) {
        self.seen_of_source += events;
        self.summary.events += events;
        self.summary.valid += events;
    }

    fn add(&mut self, is_event: bool, mut findings: Vec<Finding>) -> io::Result<()> {
        findings.retain(|finding| self.observer.wants(finding));
        self.seen_of_source += u64::from(is_event) + findings.len() as u64;
        self.summary.count(is_event, &findings);
        findings.iter().try_for_each(|finding| self.observer.finding(finding))
    }
}

/// The loop: `map` sees each batch, on any thread, and `deliver` what it made of it, in the order of the input.
fn drive<T: Send>(
    engine: &Engine,
    sources: impl Iterator<Item = Source> + Send,
    threads: usize,
    observer: &mut dyn Observer,
    map: impl Fn(Batch) -> T + Sync,
    mut deliver: impl FnMut(T, &mut Totals<'_>) -> io::Result<()>,
) -> io::Result<Summary> {
    let started = Instant::now();
    let mut totals = Totals { summary: Summary::default(), seen_of_source: 0, observer };
    let map = |read: Read| match read {
        Read::Batch(batch) => Step::Checked(map(batch)),
        Read::Unreadable(source, error) => Step::Unreadable(source, error),
        Read::End(source) => Step::End(source),
    };
    ordered(threads, reads(engine, sources), map, |step| {
        match step {
            Step::Checked(outcome) => {
                deliver(outcome, &mut totals)?;
                totals.observer.progress(&totals.summary);
            }
            Step::Unreadable(source, error) => {
                totals.summary.incomplete = true;
                totals.observer.unreadable(&source, &error);
            }
            Step::End(source) => {
                totals.summary.sources += 1;
                if totals.seen_of_source == 0 {
                    totals.observer.empty(&source);
                }
                totals.seen_of_source = 0;
            }
        }
        Ok(())
    })?;
    totals.summary.seconds = started.elapsed().as_secs_f64();
    Ok(totals.summary)
}

/// Reads the sources, one after the other.
fn reads(engine: &Engine, mut sources: impl Iterator<Item = Source>) -> impl Iterator<Item = Read> {
    let limits = engine.limits();
    let pool = frames::Pool::default();
    let mut open: Option<(String, Box<dyn frames::Splitter>)> = None;
    std::iter::from_fn(move || {
        let Some((name, splitter)) = &mut open else {
            let source = sources.next()?;
            return Some(match source.open() {
                Ok(reader) => {
                    let name = source.name.to_string();
                    let mut splitter = frames::splitter(source.name, source.kind, reader, limits, &pool);
                    let read = next(&name, &mut *splitter);
                    if matches!(read, Read::Batch(_)) {
                        open = Some((name, splitter));
                    }
                    read
                }
                Err(error) => Read::Unreadable(source.name.to_string(), error),
            });
        };
        let read = next(name, &mut **splitter);
        if !matches!(read, Read::Batch(_)) {
            open = None;
        }
        Some(read)
    })
}

fn next(name: &str, splitter: &mut dyn frames::Splitter) -> Read {
    match splitter.next() {
        Ok(Some(batch)) => Read::Batch(batch),
        Ok(None) => Read::End(name.to_owned()),
        Err(error) => Read::Unreadable(name.to_owned(), error),
    }
}

/// Looks for what is wrong with the events of a batch.
fn look(engine: &Engine, batch: &Batch) -> Findings {
    let mut findings = Findings { bytes: batch.bytes, silent: 0, found: Vec::new() };
    let mut add = |frame: &Frame<'_>, silent: &mut u64| {
        let mut found = Vec::new();
        engine.check_unproven(frame, &mut found);
        if found.is_empty() && frame.is_event() {
            *silent += 1;
        } else {
            findings.found.push((frame.is_event(), found));
        }
    };
    let mut silent = engine.prove_lines(batch, |line, silent| add(&batch.line_frame(&line), silent));
    batch.other_frames().for_each(|frame| add(&frame, &mut silent));
    findings.silent = silent;
    findings
}

fn check<T>(
    engine: &Engine,
    batch: Batch,
    extract: impl Fn(&EventType, &Value<'_>, bool) -> T,
) -> Outcome<T> {
    let events = batch
        .frames()
        .map(|frame| {
            let mut findings = Vec::new();
            let facts = engine.check_then(&frame, &mut findings, &extract);
            (findings, facts)
        })
        .collect();
    Outcome { batch, events }
}

/// Maps items with several threads and delivers the results in the order of the items. At most a few items for each
/// thread are under way at once, however unevenly they take time.
fn ordered<T: Send, U: Send>(
    threads: usize,
    items: impl Iterator<Item = T> + Send,
    map: impl Fn(T) -> U + Sync,
    mut deliver: impl FnMut(U) -> io::Result<()>,
) -> io::Result<()> {
    if threads <= 1 {
        return items.map(map).try_for_each(deliver);
    }
    let under_way = threads * 4;
    let (to_workers, work) = bounded::<(u64, T)>(under_way);
    let (to_loop, done) = bounded::<(u64, U)>(under_way);
    let (permits, permit) = bounded::<()>(under_way);
    for _ in 0..under_way {
        let _ = permits.send(());
    }
    std::thread::scope(|scope| {
        // Dropped when the loop ends, however it ends, so that a reader that waits for a permit ends too.
        let permits = permits;
        scope.spawn(move || {
            for (number, item) in (0..).zip(items) {
                // Either fails only when the loop has ended early.
                if permit.recv().is_err() || to_workers.send((number, item)).is_err() {
                    return;
                }
            }
        });
        for _ in 0..threads {
            let (work, to_loop, map) = (work.clone(), to_loop.clone(), &map);
            scope.spawn(move || {
                for (number, item) in work {
                    if to_loop.send((number, map(item))).is_err() {
                        return;
                    }
                }
            });
        }
        drop((work, to_loop));
        let mut waiting = BTreeMap::new();
        let mut wanted = 0;
        for (number, result) in done {
            waiting.insert(number, result);
            while let Some(result) = waiting.remove(&wanted) {
                deliver(result)?;
                wanted += 1;
                let _ = permits.try_send(());
            }
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_items_at_any_number_of_threads() {
        for threads in [0, 1, 2, 5] {
            let mut seen = Vec::new();
            let slow_first = |n: u64| {
                if n == 0 {
                    std::thread::sleep(std::time::Duration::from_millis(20));
                }
                n * 2
            };
            ordered(threads, 0..1000u64, slow_first, |n| {
                seen.push(n);
                Ok(())
            })
            .expect("no errors");
            assert!(seen.into_iter().eq((0..1000).map(|n| n * 2)), "{threads}");
        }
    }

    #[test]
    fn an_error_of_the_observer_ends_the_run() {
        for threads in [1, 3] {
            let mut seen = 0;
            let result = ordered(
                threads,
                0..,
                |n: u64| n,
                |n| {
                    seen += 1;
                    if n == 100 { Err(io::Error::other("enough")) } else { Ok(()) }
                },
            );
            assert!(result.is_err());
            assert_eq!(seen, 101);
        }
    }
}
