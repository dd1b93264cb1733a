//! Timing, not committed.
#![allow(clippy::all, clippy::pedantic, clippy::unwrap_used, clippy::print_stdout, reason = "a scratch file")]
use std::sync::Arc;
use std::time::Instant;
use tidings_catalog::Catalog;
use tidings_engine::*;
use tidings_finding::*;
struct Null;
impl Observer for Null {
    fn finding(&mut self, _: &Finding) -> std::io::Result<()> {
        Ok(())
    }
    fn unreadable(&mut self, _: &str, _: &std::io::Error) {}
    fn empty(&mut self, _: &str) {}
    fn progress(&mut self, _: &Summary) {}
}
fn cpu() -> f64 {
    let s = std::fs::read_to_string("/proc/self/schedstat").unwrap();
    s.split(' ').next().unwrap().parse::<f64>().unwrap() / 1e9
}
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let catalog = Arc::new(Catalog::load(&args[1]).unwrap());
    let t = cpu();
    let engine = Engine::new(Arc::clone(&catalog), Options::default()).unwrap();
    println!("compile {:.1} ms", (cpu() - t) * 1e3);
    let t = cpu();
    let _ = Engine::new(
        Arc::clone(&catalog),
        Options { paths: Paths { fast: FastPath::AuthorityOnly, ..Paths::default() }, ..Options::default() },
    )
    .unwrap();
    println!("compile authority {:.1} ms", (cpu() - t) * 1e3);
    for e in engine.explain() {
        if !e.is_fast || !e.left.is_empty() {
            println!("{} {} {:?}", e.event_type, e.is_fast, e.left);
        }
    }
    for file in &args[2..] {
        let text = std::fs::read(file).unwrap();
        let only = std::env::var("ONLY").is_ok();
        for (fast, level) in [
            (FastPath::All, Level::Best),
            (FastPath::OrderFree, Level::Best),
            (FastPath::All, Level::Avx2),
            (FastPath::OrderFree, Level::Avx2),
            (FastPath::All, Level::Scalar),
            (FastPath::AuthorityOnly, Level::Best),
        ] {
            if only && (fast, level) != (FastPath::All, Level::Best) {
                continue;
            }
            let engine = Engine::new(
                Arc::clone(&catalog),
                Options { paths: Paths { level, fast }, ..Options::default() },
            )
            .unwrap();
            let mut best = f64::MAX;
            let mut sum = None;
            for _ in 0..(if fast == FastPath::AuthorityOnly { 1 } else { 7 }) {
                let t = cpu();
                let w = Instant::now();
                let source = Source::file(std::path::Path::new(file), SourceKind::Lines);
                let summary = run(&engine, std::iter::once(source), 1, &mut Null).unwrap();
                let s = cpu() - t;
                best = best.min(s);
                let _ = w;
                sum = Some(summary);
            }
            let sum = sum.unwrap();
            println!(
                "{file} {fast:?} {level:?} run: {} events {} valid {:.0} MB/s {:.1} ns/line",
                sum.events,
                sum.valid,
                text.len() as f64 / best / 1e6,
                best * 1e9 / sum.events as f64
            );
        }
        let mut best = f64::MAX;
        let mut n = 0;
        let mut proven = 0;
        for _ in 0..3 {
            n = 0;
            proven = 0;
            let t = cpu();
            for line in text.split(|b| *b == b'\n').filter(|l| !l.is_empty()) {
                n += 1;
                proven += usize::from(engine.is_proven(line));
            }
            best = best.min(cpu() - t);
        }
        println!(
            "is_proven {n} {proven} {:.0} MB/s {:.1} ns/line",
            text.len() as f64 / best / 1e6,
            best * 1e9 / n as f64
        );
        let mut best = f64::MAX;
        for _ in 0..5 {
            let t = cpu();
            n = memchr::memchr_iter(b'\n', &text).count();
            best = best.min(cpu() - t);
        }
        println!("newlines {n} {:.0} MB/s", text.len() as f64 / best / 1e6);
    }
}
