//! The edges of memory: events that end where the process may not read on, and that begin where it may not read before.
//! A read too far ends the test run.
#![allow(unsafe_code, reason = "pages that nobody may read are made by the system")]

use std::ffi::c_void;
use std::ptr;

use rustix::mm::{MapFlags, MprotectFlags, ProtFlags, mmap_anonymous, mprotect, munmap};
use tidings::{Engine, Finding};
use tidings_engine::{FastPath, Level};

use crate::fast::{Pair, engine, pairs};

const PAGE: usize = 4096;

/// How many pages may be read; one on each side may not.
const PAGES: usize = 8;

struct Guarded(*mut c_void);

impl Guarded {
    fn new() -> Self {
        let (all, inside) = ((PAGES + 2) * PAGE, PAGES * PAGE);
        // SAFETY: a new mapping, and access to a part of it that lies within.
        unsafe {
            let base = mmap_anonymous(ptr::null_mut(), all, ProtFlags::empty(), MapFlags::PRIVATE).unwrap();
            mprotect(base.byte_add(PAGE), inside, MprotectFlags::READ | MprotectFlags::WRITE).unwrap();
            Self(base)
        }
    }

    /// The text, so that it begins or ends right beside a page that nobody may read.
    fn holding(&mut self, text: &[u8], at_end: bool) -> &[u8] {
        assert!(text.len() <= PAGES * PAGE);
        let skipped = if at_end { PAGES * PAGE - text.len() } else { 0 };
        // SAFETY: these bytes are within the pages that may be read and written, and nobody else has them.
        unsafe {
            let place = self.0.byte_add(PAGE + skipped).cast::<u8>();
            ptr::copy_nonoverlapping(text.as_ptr(), place, text.len());
            std::slice::from_raw_parts(place, text.len())
        }
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        // SAFETY: it was mapped with this length, and nobody has a part of it any more.
        unsafe { munmap(self.0, (PAGES + 2) * PAGE).unwrap() };
    }
}

/// What the system lets this process do at an address.
fn access_of(address: usize) -> Option<String> {
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
    maps.lines().find_map(|line| {
        let (range, rest) = line.split_once(' ')?;
        let (start, end) = range.split_once('-')?;
        let number = |text| usize::from_str_radix(text, 16).unwrap();
        (number(start)..number(end)).contains(&address).then(|| rest[..4].to_owned())
    })
}

/// What an engine says of lines, and of the text as one event.
fn told(engine: &Engine, text: &[u8]) -> (u64, Vec<(u64, Vec<Finding>)>, bool) {
    let mut told = Vec::new();
    let count = engine.validate_lines(text, |line, verdict| told.push((line, verdict.into_findings())));
    (count, told, engine.is_proven(text))
}

fn tried(pair: &Pair, way: &Engine, guarded: &mut Guarded, before: &[u8], event: &[u8]) -> usize {
    let mut tried = 0;
    for length in 0..=event.len().min(300) {
        for cut in [&event[..length], &event[event.len() - length..]] {
            let text = [before, cut].concat();
            let expected = told(way, &text);
            for at_end in [true, false] {
                assert_eq!(told(way, guarded.holding(&text, at_end)), expected, "{}: {length}", pair.name);
                tried += 1;
            }
        }
    }
    tried
}

#[test]
fn nothing_is_read_behind_the_last_page_or_before_the_first() {
    let mut guarded = Guarded::new();
    let first = guarded.0 as usize;
    for (page, access) in [(first, "---p"), (first + PAGE, "rw-p"), (first + (PAGES + 1) * PAGE, "---p")] {
        assert_eq!(access_of(page).as_deref(), Some(access));
    }
    let mut count = 0;
    for pair in pairs() {
        let mut events = pair.sample(40, false);
        events.sort_by_key(Vec::len);
        let lines = [events.join(&b'\n'), b"\n".to_vec()].concat();
        for fast in [FastPath::All, FastPath::Steps, FastPath::OrderFree] {
            for level in [Level::Best, Level::Avx2, Level::Scalar] {
                let way = engine(&pair.catalog, fast, level);
                way.validate_lines(&lines, |line, verdict| panic!("{line}: {verdict:?}"));
                // Alone, where it is copied, and behind lines that are read where they stand.
                count += tried(&pair, &way, &mut guarded, b"", &events[0]);
                let some = [events[1..4].join(&b'\n'), b"\n".to_vec()].concat();
                count += tried(&pair, &way, &mut guarded, &some, &events[4]);
            }
        }
        // Whole events, one after the other, at each distance from the end.
        let way = &pair.fast;
        for spaces in 0..=300 {
            let text = [&lines[..], &vec![b' '; spaces]].concat();
            let text = &text[text.len().saturating_sub(PAGES * PAGE)..];
            let text = &text[text.iter().position(|byte| *byte == b'\n').map_or(0, |at| at + 1)..];
            assert!(told(way, guarded.holding(text, true)).1.is_empty(), "{}: {spaces}", pair.name);
            count += 1;
        }
    }
    assert!(count > 10_000, "{count}");
}
