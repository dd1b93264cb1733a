//! Events that are delivered late: others come before them that they have nothing to do with.

use std::collections::{BTreeSet, VecDeque};

use super::faults::Line;
use super::random::Random;

/// How many lines an event is late at most.
const MAX_DELAY: u64 = 32;

/// Holds events back. Two that share an aggregate, what they refer to, an identity, an id or a key stay in their order.
#[derive(Debug)]
pub(super) struct Late {
    /// In millionths.
    share: u32,
    random: Random,
    now: u64,
    /// What is held back, and till when. No two of them touch the same.
    held: Vec<(Line, u64)>,
    touched: BTreeSet<u64>,
}

impl Late {
    pub(super) fn new(share: u32, seed: u64) -> Self {
        let random = Random::new(seed, 4);
        Self { share, random, now: 0, held: Vec::new(), touched: BTreeSet::new() }
    }

    /// Takes the next line, and gives what is delivered now.
    pub(super) fn take(&mut self, line: Line, out: &mut VecDeque<Line>) {
        self.now += 1;
        let now = self.now;
        let conflicts = line.touches.iter().any(|touched| self.touched.contains(touched));
        self.release(out, |held, until| {
            until <= now || conflicts && held.touches.iter().any(|touched| line.touches.contains(touched))
        });
        if self.random.chance(u64::from(self.share), u64::from(super::WHOLE)) {
            let until = now + 1 + self.random.below(MAX_DELAY);
            self.touched.extend(&line.touches);
            self.held.push((line, until));
        } else {
            out.push_back(line);
        }
    }

    /// Gives all that is held back.
    pub(super) fn end(&mut self, out: &mut VecDeque<Line>) {
        self.release(out, |_, _| true);
    }

    fn release(&mut self, out: &mut VecDeque<Line>, is_due: impl Fn(&Line, u64) -> bool) {
        let mut kept = Vec::with_capacity(self.held.len());
        for (line, until) in self.held.drain(..) {
            if is_due(&line, until) {
                for touched in &line.touches {
                    self.touched.remove(touched);
                }
                out.push_back(line);
            } else {
                kept.push((line, until));
            }
        }
        self.held = kept;
    }
}
