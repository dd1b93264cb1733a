//! A run: sources are read, their events checked, and what is found delivered in the order of the input.
//!
//! There is one loop. With several threads it is fed by workers through [`ordered`], which keeps the order and bounds how
//! much is under way.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use crossbeam_channel::bounded;
use tidings_catalog::EventType;
use tidings_finding::{Finding, Summary};
use tidings_json::Value;

use crate::fast::Seen;
use crate::frames::{self, Batch, Counting, Frame, Source};
use crate::{Engine, Limits};

/// After about how many events that aren't proven to be valid the rest of a batch waits until their findings are told.
const MOST_UNPROVEN: u64 = 4096;

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

/// What a batch comes to, where each event is looked at.
struct Outcome<T> {
    batch: Batch,
    /// For each frame what was seen.
    events: Vec<T>,
}

/// What a batch comes to, where only findings matter.
struct Found {
    bytes: u64,
    /// How many lines were looked at.
    lines: u64,
    /// How many events there was nothing to say of.
    silent: u64,
    /// What was found elsewhere, with whether it is about an event. Lines are counted from the beginning of the batch.
    findings: Vec<(bool, Vec<Finding>)>,
    /// The batch, if not all of it was looked at.
    rest: Option<(Batch, Seen)>,
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
        (engine.limits(), Counting::Taker),
        sources,
        threads,
        observer,
        |batch| find(engine, batch, None),
        |mut found, before, totals, observer| {
            totals.bytes += found.bytes;
            loop {
                totals.count_silent(found.silent);
                for (is_event, mut findings) in found.findings {
                    for line in findings.iter_mut().filter_map(|finding| finding.line.as_mut()) {
                        *line += *before;
                    }
                    findings.retain(|finding| observer.wants(finding));
                    totals.count(is_event, &findings);
                    findings.iter().try_for_each(|finding| observer.finding(finding))?;
                }
                let Some((batch, seen)) = found.rest else { break };
                found = find(engine, batch, Some(seen));
            }
            *before += found.lines;
            Ok(())
        },
    )
}

/// Looks for what is wrong with the events of a batch, or with those of its lines that come behind some.
fn find(engine: &Engine, batch: Batch, behind: Option<Seen>) -> Found {
    let mut found = Found { bytes: batch.bytes, lines: 0, silent: 0, findings: Vec::new(), rest: None };
    let mut add = |frame: &Frame<'_>| {
        let mut findings = Vec::new();
        engine.check_unproven(frame, &mut findings);
        if findings.is_empty() && frame.is_event() {
            found.silent += 1;
        } else {
            found.findings.push((frame.is_event(), findings));
        }
    };
    let all = batch.lines();
    let lines = behind.map_or(all, |seen| all.behind(seen));
    let mut seen = engine.prove_lines(&lines, MOST_UNPROVEN, &mut |line| add(&batch.line_frame(&line)));
    if behind.is_none() {
        batch.other_frames().for_each(|frame| add(&frame));
    }
    found.silent += seen.proven;
    seen.lines += lines.first - all.first;
    // Also those that were passed over before the batch's first line.
    found.lines = seen.lines + all.first - 1;
    if seen.end < all.end {
        found.rest = Some((batch, seen));
    }
    found
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
    let look = |frame: &Frame<'_>| {
        let mut findings = Vec::new();
        let facts = engine.check_then(frame, &mut findings, &extract);
        (findings, facts)
    };
    let mut findings = Vec::new();
    survey(engine.limits(), sources, threads, observer, look, |frame, (found, facts), totals, observer| {
        let is_event = frame.is_event();
        findings.clear();
        each(Checked { frame, findings: found, facts }, &mut findings);
        findings.retain(|finding| observer.wants(finding));
        totals.count(is_event, &findings);
        findings.iter().try_for_each(|finding| observer.finding(finding))
    })
}

/// Reads all events of the sources once, within these limits, and looks at each with `look`, on any thread. `each` takes
/// what was seen, in the order of the input, and counts the event and its findings in the totals. Whatever judges events
/// stands on this, be it one engine ([`follow`]) or several.
///
/// # Errors
/// Those of `each`.
pub fn survey<T: Send>(
    limits: Limits,
    sources: impl Iterator<Item = Source> + Send,
    threads: usize,
    observer: &mut dyn Observer,
    look: impl Fn(&Frame<'_>) -> T + Sync,
    mut each: impl FnMut(Frame<'_>, T, &mut Summary, &mut dyn Observer) -> io::Result<()>,
) -> io::Result<Summary> {
    drive(
        (limits, Counting::Splitter),
        sources,
        threads,
        observer,
        |batch| {
            let events = batch.frames().map(|frame| look(&frame)).collect();
            Outcome { batch, events }
        },
        |outcome, _, totals, observer| {
            totals.bytes += outcome.batch.bytes;
            let mut seen = outcome.batch.frames().zip(outcome.events);
            seen.try_for_each(|(frame, seen)| each(frame, seen, totals, observer))
        },
    )
}

/// The loop: `map` sees each batch, on any thread, and `deliver` what it made of it, in the order of the input, with how many
/// lines of the source come before it. If it is the taker that counts them, it has to add to that.
fn drive<T: Send>(
    frames: (Limits, Counting),
    sources: impl Iterator<Item = Source> + Send,
    threads: usize,
    observer: &mut dyn Observer,
    map: impl Fn(Batch) -> T + Sync,
    mut deliver: impl FnMut(T, &mut u64, &mut Summary, &mut dyn Observer) -> io::Result<()>,
) -> io::Result<Summary> {
    let started = Instant::now();
    let mut summary = Summary::default();
    // Events, and findings where there was none, when the source began.
    let seen = |summary: &Summary| summary.events + summary.errors + summary.warnings;
    let mut before = 0;
    let mut lines = 0;
    let map = |read: Read| match read {
        Read::Batch(batch) => Step::Checked(map(batch)),
        Read::Unreadable(source, error) => Step::Unreadable(source, error),
        Read::End(source) => Step::End(source),
    };
    ordered(threads, reads(frames, sources), map, |step| {
        if !matches!(step, Step::Checked(_)) {
            lines = 0;
        }
        match step {
            Step::Checked(outcome) => {
                deliver(outcome, &mut lines, &mut summary, observer)?;
                observer.progress(&summary);
            }
            Step::Unreadable(source, error) => {
                summary.incomplete = true;
                before = seen(&summary);
                observer.unreadable(&source, &error);
            }
            Step::End(source) => {
                summary.sources += 1;
                if seen(&summary) == before {
                    observer.empty(&source);
                }
                before = seen(&summary);
            }
        }
        Ok(())
    })?;
    summary.seconds = started.elapsed().as_secs_f64();
    Ok(summary)
}

/// Reads the sources, one after the other.
fn reads(
    (limits, counting): (Limits, Counting),
    mut sources: impl Iterator<Item = Source>,
) -> impl Iterator<Item = Read> {
    let pool = frames::Pool::default();
    let mut open: Option<(String, Box<dyn frames::Splitter>)> = None;
    std::iter::from_fn(move || {
        let Some((name, splitter)) = &mut open else {
            let source = sources.next()?;
            return Some(match frames::open(&source, limits, counting, &pool) {
                Ok(mut splitter) => {
                    let name = source.name.to_string();
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

/// Maps items with so many threads, of which this is one, and delivers the results here, in the order of the items. At most a
/// few items for each thread are under way at once, however unevenly they take time.
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
    let (to_loop, done) = bounded::<(u64, U)>(under_way);
    let (permits, permit) = bounded::<()>(under_way);
    for _ in 0..under_way {
        let _ = permits.send(());
    }
    // Whoever has nothing to do reads the next item, so that what was read is already where it is looked at.
    let items = Mutex::new((0..).zip(items).fuse());
    let next = || items.lock().unwrap_or_else(PoisonError::into_inner).next();
    std::thread::scope(|scope| {
        // Dropped when the loop ends, however it ends, so that who waits for a permit ends too.
        let permits = permits;
        for _ in 1..threads {
            let (next, permit, to_loop, map) = (&next, permit.clone(), to_loop.clone(), &map);
            let help = move || {
                // The first fails only when the loop has ended early, as does what is sent to it.
                while permit.recv().is_ok()
                    && let Some((number, item)) = next()
                    && to_loop.send((number, map(item))).is_ok()
                {}
            };
            // Where the system has no thread left, those that there are do.
            if std::thread::Builder::new().spawn_scoped(scope, help).is_err() {
                break;
            }
        }
        drop(to_loop);
        let mut waiting = BTreeMap::new();
        let mut wanted = 0;
        let mut is_over = false;
        loop {
            waiting.extend(done.try_iter());
            while let Some(result) = waiting.remove(&wanted) {
                deliver(result)?;
                wanted += 1;
                let _ = permits.try_send(());
            }
            // With no permit left all items under way are others' work, or wait for it.
            if !is_over && permit.try_recv().is_ok() {
                match next() {
                    Some((number, item)) => _ = waiting.insert(number, map(item)),
                    None => is_over = true,
                }
            } else if let Ok((number, result)) = done.recv() {
                waiting.insert(number, result);
            } else {
                return Ok(());
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Keeps what it is told of sources.
    #[derive(Default)]
    struct Told(Vec<String>);

    impl Observer for Told {
        fn finding(&mut self, _: &Finding) -> io::Result<()> {
            Ok(())
        }
        fn unreadable(&mut self, source: &str, _: &io::Error) {
            self.0.push(format!("{source} unreadable"));
        }
        fn empty(&mut self, source: &str) {
            self.0.push(format!("{source} empty"));
        }
        fn progress(&mut self, _: &Summary) {}
    }

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut zipped = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        io::Write::write_all(&mut zipped, text).expect("in memory");
        zipped.finish().expect("in memory")
    }

    #[test]
    fn an_empty_source_is_told_of_even_after_one_that_broke_off() {
        use crate::{Compression, SourceKind};
        let mut cut = gzip(b"{}\n");
        cut.truncate(cut.len() - 4);
        let broken =
            Source { compression: Compression::Gzip, ..Source::memory("broken", &cut, SourceKind::Lines) };
        let empty = Source::memory("empty", b"", SourceKind::Lines);
        for threads in [1, 3] {
            let mut told = Told::default();
            let mut events = 0;
            let sources = [broken.clone(), empty.clone()].into_iter();
            let summary = survey(
                Limits::default(),
                sources,
                threads,
                &mut told,
                |_| (),
                |_, (), totals, _| {
                    events += 1;
                    totals.count(true, &[]);
                    Ok(())
                },
            )
            .expect("no errors");
            assert!(summary.incomplete);
            assert_eq!((events, told.0), (1, vec!["broken unreadable".to_owned(), "empty empty".to_owned()]));
        }
    }

    /// Keeps where findings are.
    #[derive(Default)]
    struct Places(Vec<(Option<u64>, &'static str)>);

    impl Observer for Places {
        fn finding(&mut self, finding: &Finding) -> io::Result<()> {
            self.0.push((finding.line, finding.rule.id));
            Ok(())
        }
        fn unreadable(&mut self, _: &str, _: &io::Error) {}
        fn empty(&mut self, _: &str) {}
        fn progress(&mut self, _: &Summary) {}
    }

    #[test]
    fn findings_have_the_lines_that_their_events_are_on_however_many_there_are() {
        use crate::{Compression, FastPath, Options, Paths, SourceKind};
        let schema = r#"{"type": "object", "properties": {"n": {"type": "integer"}}}"#;
        let catalog = std::sync::Arc::new(crate::small::catalog(schema).expect("a catalog"));
        // Whole batches of nothing but findings, none, and a line that is too large, of which nobody sees the end at once.
        let wrong = "{\"n\":\"\"}\n\n{\"n\":1}\r\n".repeat(30_000);
        let right = "{\"n\":1}\n".repeat(70_000);
        let large = format!("{{\"n\":{}}}\n", "1".repeat(2_000_000));
        let text = [wrong.as_str(), &right, &large, "1\n", &large, &large, &right, &wrong, "{"].concat();
        let zipped = gzip(text.as_bytes());
        for fast in [FastPath::All, FastPath::AuthorityOnly] {
            let limits = Limits { max_event_bytes: 1000, ..Limits::default() };
            let paths = Paths { fast, ..Paths::default() };
            let engine = Engine::new(catalog.clone(), Options { limits, paths, ..Options::default() });
            let engine = engine.expect("a schema");
            let shared = Source::memory("x", text.as_bytes(), SourceKind::Lines);
            // What is packed is read.
            let packed =
                Source { compression: Compression::Gzip, ..Source::memory("x", &zipped, shared.kind) };
            let sources = [shared, packed];
            let told = |threads, follows: bool| {
                let mut places = Places::default();
                let sources = sources.clone().into_iter();
                let totals = if follows {
                    follow(
                        &engine,
                        sources,
                        threads,
                        &mut places,
                        |_, _, _| (),
                        |checked, findings| {
                            findings.extend(checked.findings);
                        },
                    )
                } else {
                    run(&engine, sources, threads, &mut places)
                };
                let totals = totals.expect("no errors");
                (places.0, totals.events, totals.valid, totals.bytes)
            };
            let expected = told(1, true);
            assert_eq!((expected.0.len(), expected.1), (2 * 60_005, 2 * 260_005));
            for threads in [1, 3] {
                // No `assert_eq`, which would print them all.
                assert!(told(threads, false) == expected, "{fast:?} {threads}");
            }
        }
    }

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
