//! Tidings' library, as one that is measured: all events in memory, all checks on, an engine that has seen no event.
//!
//!     bench-tidings THREADS CATALOG EVENTS FINDINGS
//!
//! It is built as the released command is: the same profile, no flags for this machine's processor.

use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::sync::Arc;

use anyhow::{Context as _, bail};
use tidings::render::{self, Format, Renderer};
use tidings::{Catalog, Engine, Finding, Observer, Options, Source, SourceKind, Summary, run};
use tidings_bench_protocol::{Clock, Pass, serve};

/// That of the command.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Writes what is found, as the command does with `--format json`.
struct Writing(Box<dyn Renderer>, Option<String>);

impl Observer for Writing {
    fn finding(&mut self, finding: &Finding) -> io::Result<()> {
        self.0.finding(finding)
    }

    fn unreadable(&mut self, source: &str, error: &io::Error) {
        self.1 = Some(format!("{source}: {error}"));
    }

    fn empty(&mut self, source: &str) {
        self.1 = Some(format!("{source} is empty"));
    }

    fn progress(&mut self, _summary: &Summary) {}
}

fn main() -> anyhow::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [threads, catalog, events, findings] = args.as_slice() else {
        bail!("usage: bench-tidings THREADS CATALOG EVENTS FINDINGS")
    };
    let threads: usize = threads.parse()?;
    let catalog = Arc::new(Catalog::load(catalog)?);
    let source = Source::memory(events, &fs::read(events).context(events.clone())?, SourceKind::Lines);
    serve(env!("CARGO_PKG_VERSION"), || -> anyhow::Result<Pass> {
        let engine = Engine::new(Arc::clone(&catalog), Options::default())?;
        // As the peers do with their schemas. Of events nothing is known yet.
        engine.prepare();
        let file = BufWriter::with_capacity(1 << 16, File::create(findings)?);
        let clock = Clock::start();
        let mut observer =
            Writing(render::renderer(Format::Json, Box::new(file), render::Options::default()), None);
        let summary = run(&engine, std::iter::once(source.clone()), threads, &mut observer)?;
        let Writing(renderer, problem) = observer;
        // This flushes the file, too.
        renderer.finish(&summary)?;
        let pass = clock.stop(Some(summary.events), Some(summary.valid));
        if let Some(problem) = problem {
            bail!(problem);
        }
        Ok(pass)
    })
}
