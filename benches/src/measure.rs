//! Measures in memory: all peers on one set of events, taking turns, so that a noisy minute hits all alike.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, ensure};

use crate::data::Set;
use crate::peers::{Kind, Peer, Tools};
use crate::selection::Selection;
use crate::worker::Worker;

/// How long something took, each time.
#[derive(Clone, Debug)]
pub(crate) struct Times(Vec<f64>);

impl Times {
    /// Times in seconds, at least one.
    pub(crate) fn new(mut seconds: Vec<f64>) -> anyhow::Result<Self> {
        ensure!(!seconds.is_empty(), "nothing was measured");
        seconds.sort_by(f64::total_cmp);
        Ok(Self(seconds))
    }

    pub(crate) fn minimum(&self) -> f64 {
        self.0.first().copied().unwrap_or(f64::NAN)
    }

    pub(crate) fn median(&self) -> f64 {
        let half = self.0.len() / 2;
        if self.0.len() % 2 == 1 { self.0[half] } else { f64::midpoint(self.0[half - 1], self.0[half]) }
    }

    /// All of them, the shortest first.
    pub(crate) fn all(&self) -> &[f64] {
        &self.0
    }
}

/// What one peer took for one set of events.
#[derive(Debug)]
pub(crate) struct Measured {
    pub(crate) peer: &'static Peer,
    pub(crate) version: String,
    pub(crate) times: Times,
    /// How long its threads ran: what its times were on a quiet machine, but for two threads.
    pub(crate) cpu: Times,
}

/// Measures all chosen peers that take these events. Each first has to find what is wrong with the canary, a few events of
/// the same catalog: who finds all events valid might not have looked.
pub(crate) fn in_memory(
    tools: &Tools,
    selection: &Selection,
    set: &Set,
    canary: &Set,
    work: &Path,
    runs: usize,
) -> anyhow::Result<Vec<Measured>> {
    let mut workers = Vec::new();
    for &peer in selection.peers.iter().filter(|peer| peer.takes(set)) {
        let findings = work.join(format!("{}.findings", peer.id));
        let mut worker = Worker::start(&mut peer.command(tools, canary, &findings)).context(peer.title)?;
        let pass = worker.pass().context(peer.title)?;
        hold(peer, canary, pass.events, pass.valid)?;
        drop(worker);
        if peer.kind == Kind::Tidings {
            let lines = fs::read_to_string(&findings)?.lines().count() as u64;
            let wrong = canary.events - canary.valid;
            ensure!(lines > wrong, "{}: {lines} lines tell of {wrong} events that are wrong", peer.title);
        }
        let worker = Worker::start(&mut peer.command(tools, set, &findings)).context(peer.title)?;
        workers.push((peer, worker, Vec::new(), Vec::new()));
    }
    let count = workers.len();
    for run in 0..runs {
        // Each run begins with another one, so that nobody always follows the same.
        for turn in 0..count {
            let (peer, worker, seconds, cpu) = &mut workers[(run + turn) % count];
            let pass = worker.pass().context(peer.title)?;
            hold(peer, set, pass.events, pass.valid)?;
            seconds.push(pass.seconds);
            cpu.push(pass.cpu);
        }
    }
    workers
        .into_iter()
        .map(|(peer, worker, seconds, cpu)| {
            let version = worker.version.clone();
            Ok(Measured { peer, version, times: Times::new(seconds)?, cpu: Times::new(cpu)? })
        })
        .collect()
}

/// A peer that counts otherwise did something else than the others, and can't be compared.
fn hold(peer: &Peer, set: &Set, events: Option<u64>, valid: Option<u64>) -> anyhow::Result<()> {
    let is_right = (events == Some(set.events) || (peer.kind == Kind::Limit && events.is_none()))
        && valid == peer.expected(set);
    ensure!(
        is_right,
        "{} on {}: it saw {events:?} events and found {valid:?} valid; right are {} and {:?}",
        peer.title,
        set.name.as_str(),
        set.events,
        peer.expected(set),
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::data::Name;
    use crate::peers::PEERS;

    #[test]
    fn the_median_is_in_the_middle_and_the_minimum_first() {
        let times = Times::new(vec![3.0, 1.0, 2.0]).unwrap();
        assert_eq!([times.minimum(), times.median()].map(f64::to_bits), [1.0, 2.0].map(f64::to_bits));
        let even = Times::new(vec![4.0, 1.0, 2.0, 3.0]).unwrap().median();
        assert_eq!(even.to_bits(), 2.5_f64.to_bits());
        assert!(Times::new(Vec::new()).is_err());
    }

    #[test]
    fn a_peer_that_counts_otherwise_is_refused() {
        let set = Set {
            name: Name::Faulty,
            catalog: PathBuf::new(),
            bundle: PathBuf::new(),
            file: PathBuf::new(),
            bytes: 1000,
            events: 10,
            valid: 7,
            well_formed: 9,
        };
        let peer = |kind| PEERS.iter().find(|peer| peer.kind == kind).unwrap();
        assert!(hold(peer(Kind::BySchema), &set, Some(10), Some(7)).is_ok());
        assert!(hold(peer(Kind::BySchema), &set, Some(10), Some(10)).is_err());
        assert!(hold(peer(Kind::BySchema), &set, Some(9), Some(7)).is_err());
        assert!(hold(peer(Kind::BySchema), &set, None, Some(7)).is_err());
        assert!(hold(peer(Kind::Parser), &set, Some(10), Some(9)).is_ok());
        assert!(hold(peer(Kind::Parser), &set, Some(10), Some(7)).is_err());
        assert!(hold(peer(Kind::Limit), &set, None, None).is_ok());
        assert!(hold(peer(Kind::Limit), &set, Some(11), None).is_err());
    }
}
