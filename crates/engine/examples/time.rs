//! Times the ways through the engine.
#![allow(missing_docs, clippy::all, clippy::pedantic, clippy::unwrap_used, clippy::print_stdout, unsafe_code)]
use std::sync::Arc;
use tidings_catalog::Catalog;
use tidings_engine::*;
#[repr(C)]
struct Ts {
    s: i64,
    n: i64,
}
unsafe extern "C" {
    fn clock_gettime(c: i32, t: *mut Ts) -> i32;
}
fn cpu() -> f64 {
    let mut t = Ts { s: 0, n: 0 };
    unsafe {
        clock_gettime(3, &mut t);
    }
    t.s as f64 + t.n as f64 / 1e9
}
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let catalog = Arc::new(Catalog::load(&args[1]).unwrap());
    let text = std::fs::read(&args[2]).unwrap();
    let rounds: usize = args.get(3).map_or(7, |n| n.parse().unwrap());
    let ways: Vec<(&str, Paths)> = vec![
        ("all", Paths::default()),
        ("order-free", Paths { fast: FastPath::OrderFree, level: Level::Best }),
        ("avx2", Paths { fast: FastPath::All, level: Level::Avx2 }),
        ("avx2 order-free", Paths { fast: FastPath::OrderFree, level: Level::Avx2 }),
        ("scalar", Paths { fast: FastPath::All, level: Level::Scalar }),
    ];
    let only = args.get(4).cloned();
    let ways: Vec<_> = ways.into_iter().filter(|w| only.as_deref().is_none_or(|o| o == w.0)).collect();
    let engines: Vec<_> = ways
        .iter()
        .map(|(_, paths)| {
            Engine::new(Arc::clone(&catalog), Options { paths: *paths, ..Options::default() }).unwrap()
        })
        .collect();
    let mut times = vec![Vec::new(); ways.len() + 1];
    let mut facts = vec![(0, 0); ways.len()];
    for _ in 0..rounds {
        let t = cpu();
        std::hint::black_box(memchr::memchr_iter(b'\n', &text).count());
        times[0].push((cpu() - t));
        for (i, e) in engines.iter().enumerate() {
            let t = cpu();
            let mut bad = 0;
            let events = e.validate_lines(&text, |_, _| bad += 1);
            times[i + 1].push((cpu() - t));
            facts[i] = (events, bad);
        }
    }
    let med = |v: &mut Vec<f64>| {
        v.sort_by(f64::total_cmp);
        v[v.len() / 2]
    };
    let base = med(&mut times[0]);
    println!(
        "newlines {:.1} GB/s (min {:.1} max {:.1} ms)",
        text.len() as f64 / base / 1e9,
        times[0][0] * 1e3,
        times[0].last().unwrap() * 1e3
    );
    for (i, w) in ways.iter().enumerate() {
        let m = med(&mut times[i + 1]);
        println!(
            "{:18} {:.2} GB/s  {:.1} ns/event  {:.1}x newline  events {} bad {}",
            w.0,
            text.len() as f64 / m / 1e9,
            m * 1e9 / facts[i].0 as f64,
            m / base,
            facts[i].0,
            facts[i].1
        );
    }
}
