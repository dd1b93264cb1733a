//! What was to be reached, and what was. All of it by medians.

use crate::data::{Name, Set};
use crate::measure::{Measured, Times};
use crate::peers::{Kind, NEWLINES, OVER_SERDE, PEERS, Peer, SONIC, TIDINGS, TIDINGS_2};
use crate::process::Processes;

/// How a number is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    /// So many times as fast; more is better.
    TimesAsFast,
    /// So many times as long; less is better.
    TimesAsLong,
    /// A share, in percent; more is better.
    Percent,
    /// Less is better.
    Mebibytes,
    /// Less is better.
    Milliseconds,
}

impl Unit {
    fn is_met(self, reached: f64, goal: f64) -> bool {
        match self {
            Self::TimesAsFast | Self::Percent => reached >= goal,
            Self::TimesAsLong | Self::Mebibytes | Self::Milliseconds => reached <= goal,
        }
    }

    pub(crate) fn show(self, number: f64) -> String {
        match self {
            Self::TimesAsFast | Self::TimesAsLong if number < 10.0 => format!("{number:.2}×"),
            Self::TimesAsFast | Self::TimesAsLong => format!("{number:.1}×"),
            Self::Percent => format!("{number:.0} %"),
            Self::Mebibytes => format!("{number:.1} MiB"),
            Self::Milliseconds => format!("{number:.1} ms"),
        }
    }
}

/// One row of the table.
#[derive(Debug)]
pub(crate) struct Goal {
    pub(crate) title: String,
    pub(crate) unit: Unit,
    pub(crate) at_least: f64,
    pub(crate) then: f64,
    /// By the clock, which is what counts. Nothing if what it takes to tell was not measured.
    pub(crate) reached: Option<f64>,
    /// By the time that processors worked, which a busy machine changes little. Nothing where that says something else, as
    /// with two threads, or was not measured.
    pub(crate) by_cpu: Option<f64>,
}

impl Goal {
    /// How it stands, in a word.
    pub(crate) fn standing(&self) -> &'static str {
        match self.reached {
            None => "not measured",
            Some(reached) if self.unit.is_met(reached, self.then) => "passed",
            Some(reached) if self.unit.is_met(reached, self.at_least) => "reached",
            Some(_) => "missed",
        }
    }
}

/// What was measured in memory: each set with those that went through it.
pub(crate) type Measurements = [(Set, Vec<Measured>)];

/// All goals, with what was reached.
pub(crate) fn reached(measured: &Measurements, processes: Option<&Processes>) -> Vec<Goal> {
    let by_cpu = told(&Results { measured, of: |measured| &measured.cpu }, None);
    let mut goals = told(&Results { measured, of: |measured| &measured.times }, processes);
    for (goal, by_cpu) in goals.iter_mut().zip(by_cpu) {
        goal.by_cpu = by_cpu.reached.filter(|_| goal.title != TWO_THREADS);
    }
    goals
}

const TWO_THREADS: &str = "2 threads against 1";

/// All goals by one kind of time.
fn told(results: &Results<'_>, processes: Option<&Processes>) -> Vec<Goal> {
    let ordered = Name::Ordered;
    let mut goals = Vec::new();
    let four = [(20.0, 30.0), (12.0, 18.0), (4.0, 6.0), (4.5, 3.0)];
    results.against_peers(ordered, "ordered keys", four, &mut goals);
    let four = [(10.0, 15.0), (6.0, 9.0), (2.0, 3.0), (10.0, 6.0)];
    results.against_peers(Name::Shuffled, "shuffled keys", four, &mut goals);
    let mut add = |title: &str, unit, (at_least, then), reached| {
        goals.push(Goal { title: title.to_owned(), unit, at_least, then, reached, by_cpu: None });
    };
    let share =
        |part: Option<f64>, whole: Option<f64>| part.zip(whole).map(|(part, whole)| part / whole * 100.0);
    let events = |name| results.a_second(name, |set| set.events);
    let bytes = |name| results.a_second(name, |set| set.bytes);
    let spaced = share(events(Name::Spaced), events(ordered));
    add("Python's spaces, events/s against compact", Unit::Percent, (60.0, 85.0), spaced);
    let faulty = share(events(Name::Faulty), events(ordered));
    add("1 % faulty, events/s against all valid", Unit::Percent, (60.0, 80.0), faulty);
    let wallet = share(bytes(Name::Wallet), bytes(ordered));
    add("second catalog, bytes/s against messaging", Unit::Percent, (60.0, 90.0), wallet);
    let threads = results.ratio(ordered, TIDINGS, TIDINGS_2);
    add(TWO_THREADS, Unit::TimesAsFast, (1.8, 1.95), threads);
    let against_wc = processes.map(|processes| processes.tidings.median() / processes.wc.median());
    add("whole process against `wc -l`, its time", Unit::TimesAsLong, (2.0, 1.3), against_wc);
    let sourcemeta = processes.map(|processes| processes.sourcemeta.median() / processes.tidings.median());
    add("whole process against the sourcemeta command", Unit::TimesAsFast, (50.0, 70.0), sourcemeta);
    let memory = processes.map(|processes| processes.memory.own as f64 / f64::from(1 << 20));
    add("own memory on a file of 2 GB", Unit::Mebibytes, (64.0, 32.0), memory);
    let start = processes.map(|processes| processes.start.median() * 1e3);
    add("start to verdict on one event, process and all", Unit::Milliseconds, (10.0, 3.0), start);
    goals
}

/// What was measured in memory, to look up.
struct Results<'r> {
    measured: &'r Measurements,
    /// Which kind of time is looked up.
    of: fn(&Measured) -> &Times,
}

impl Results<'_> {
    fn set(&self, name: Name) -> Option<&(Set, Vec<Measured>)> {
        self.measured.iter().find(|(set, _)| set.name == name)
    }

    fn median(&self, name: Name, id: &str) -> Option<f64> {
        let measured = self.set(name)?.1.iter().find(|measured| measured.peer.id == id)?;
        Some((self.of)(measured).median())
    }

    /// How much of a set Tidings takes in a second.
    fn a_second(&self, name: Name, what: impl Fn(&Set) -> u64) -> Option<f64> {
        Some(what(&self.set(name)?.0) as f64 / self.median(name, TIDINGS)?)
    }

    /// How many times as long as the other one somebody takes.
    fn ratio(&self, name: Name, id: &str, other: &str) -> Option<f64> {
        Some(self.median(name, id)? / self.median(name, other)?)
    }

    /// The fastest peer that is driven by schemas, if all were measured.
    fn fastest(&self, name: Name) -> Option<&Peer> {
        let all = PEERS.iter().filter(|peer| peer.kind == Kind::BySchema);
        let medians: Option<Vec<_>> = all.map(|peer| Some((self.median(name, peer.id)?, peer))).collect();
        medians?.into_iter().min_by(|(a, _), (b, _)| a.total_cmp(b)).map(|(_, peer)| peer)
    }

    fn against_peers(&self, name: Name, what: &str, goals: [(f64, f64); 4], out: &mut Vec<Goal>) {
        let fastest = self.fastest(name);
        let named = fastest.map_or(String::new(), |peer| format!(" ({})", peer.title));
        let rows = [
            ("jsonschema over serde_json".to_owned(), Some(OVER_SERDE)),
            (format!("fastest by schema{named}"), fastest.map(|peer| peer.id)),
            ("sonic-rs `Value`, parse only".to_owned(), Some(SONIC)),
            ("the newline count, its time".to_owned(), Some(NEWLINES)),
        ];
        for ((peer_title, peer), (at_least, then)) in rows.into_iter().zip(goals) {
            // Nobody is faster than the newline count, so that row says how much longer Tidings takes.
            let (unit, reached) = if peer == Some(NEWLINES) {
                (Unit::TimesAsLong, self.ratio(name, TIDINGS, NEWLINES))
            } else {
                (Unit::TimesAsFast, peer.and_then(|peer| self.ratio(name, peer, TIDINGS)))
            };
            let title = format!("{what} against {peer_title}");
            out.push(Goal { title, unit, at_least, then, reached, by_cpu: None });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_is_better_of_speed_and_less_of_time_and_memory() {
        let standing = |unit, reached| {
            let (at_least, then) = if unit == Unit::Percent { (60.0, 85.0) } else { (64.0, 32.0) };
            Goal { title: String::new(), unit, at_least, then, reached: Some(reached), by_cpu: None }
                .standing()
        };
        assert_eq!(standing(Unit::Percent, 59.0), "missed");
        assert_eq!(standing(Unit::Percent, 60.0), "reached");
        assert_eq!(standing(Unit::Percent, 85.0), "passed");
        assert_eq!(standing(Unit::Mebibytes, 65.0), "missed");
        assert_eq!(standing(Unit::Mebibytes, 64.0), "reached");
        assert_eq!(standing(Unit::Mebibytes, 31.0), "passed");
    }
    #[test]
    fn what_was_not_measured_is_neither_reached_nor_missed() {
        let goals = reached(&[], None);
        assert_eq!(goals.len(), 16);
        assert!(goals.iter().all(|goal| goal.standing() == "not measured"));
    }
}
