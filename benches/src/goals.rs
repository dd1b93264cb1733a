//! What was to be reached, and what was. All of it by medians.

use anyhow::{Context as _, bail};

use crate::data::{Name, Set};
use crate::measure::Measured;
use crate::peers::{Kind, NEWLINES, OVER_SERDE, SONIC, TIDINGS, TIDINGS_2};
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
    pub(crate) reached: f64,
}

impl Goal {
    /// How it stands, in a word.
    pub(crate) fn standing(&self) -> &'static str {
        if self.unit.is_met(self.reached, self.then) {
            "passed"
        } else if self.unit.is_met(self.reached, self.at_least) {
            "reached"
        } else {
            "missed"
        }
    }
}

/// All goals, with what was reached.
pub(crate) fn reached(
    sets: &[Set],
    measured: &[Vec<Measured>],
    processes: &Processes,
) -> anyhow::Result<Vec<Goal>> {
    let results = Results { sets, measured };
    let mut goals = Vec::new();
    results.against_peers(
        Name::Ordered,
        "ordered keys",
        [(20.0, 30.0), (12.0, 18.0), (4.0, 6.0), (4.5, 3.0)],
        &mut goals,
    )?;
    results.against_peers(
        Name::Shuffled,
        "shuffled keys",
        [(10.0, 15.0), (6.0, 9.0), (2.0, 3.0), (10.0, 6.0)],
        &mut goals,
    )?;
    let mut add = |title: &str, unit, (at_least, then), reached| {
        goals.push(Goal { title: title.to_owned(), unit, at_least, then, reached });
    };
    let ordered = Name::Ordered;
    let events = |name| results.events_a_second(name);
    let spaced = events(Name::Spaced)? / events(ordered)? * 100.0;
    add("Python's spaces, events/s against compact", Unit::Percent, (60.0, 85.0), spaced);
    let faulty = events(Name::Faulty)? / events(ordered)? * 100.0;
    add("1 % faulty, events/s against all valid", Unit::Percent, (60.0, 80.0), faulty);
    let wallet = results.bytes_a_second(Name::Wallet)? / results.bytes_a_second(ordered)? * 100.0;
    add("second catalog, bytes/s against messaging", Unit::Percent, (60.0, 90.0), wallet);
    let threads = results.median(ordered, TIDINGS)? / results.median(ordered, TIDINGS_2)?;
    add("2 threads against 1", Unit::TimesAsFast, (1.8, 1.95), threads);
    let tidings = processes.tidings.median();
    add(
        "whole process against `wc -l`, its time",
        Unit::TimesAsLong,
        (2.0, 1.3),
        tidings / processes.wc.median(),
    );
    let sourcemeta = processes.sourcemeta.median() / tidings;
    add("whole process against the sourcemeta command", Unit::TimesAsFast, (50.0, 70.0), sourcemeta);
    let mebibytes = processes.memory.own as f64 / f64::from(1 << 20);
    let title = format!("own memory on a file of {:.1} GB", processes.large as f64 / 1e9);
    add(&title, Unit::Mebibytes, (64.0, 32.0), mebibytes);
    let start = processes.start.median() * 1e3;
    add("start to verdict on one event, process and all", Unit::Milliseconds, (10.0, 3.0), start);
    Ok(goals)
}

/// What was measured in memory, to look up.
struct Results<'r> {
    sets: &'r [Set],
    measured: &'r [Vec<Measured>],
}

impl Results<'_> {
    fn set(&self, name: Name) -> anyhow::Result<(&Set, &[Measured])> {
        let found = self.sets.iter().zip(self.measured).find(|(set, _)| set.name == name);
        found
            .map(|(set, measured)| (set, &**measured))
            .with_context(|| format!("{} was not measured", name.as_str()))
    }

    fn median(&self, name: Name, id: &str) -> anyhow::Result<f64> {
        let (_, measured) = self.set(name)?;
        match measured.iter().find(|measured| measured.peer.id == id) {
            Some(measured) => Ok(measured.times.median()),
            None => bail!("{id} was not measured"),
        }
    }

    fn events_a_second(&self, name: Name) -> anyhow::Result<f64> {
        Ok(self.set(name)?.0.events as f64 / self.median(name, TIDINGS)?)
    }

    fn bytes_a_second(&self, name: Name) -> anyhow::Result<f64> {
        Ok(self.set(name)?.0.bytes as f64 / self.median(name, TIDINGS)?)
    }

    fn against_peers(
        &self,
        name: Name,
        what: &str,
        goals: [(f64, f64); 4],
        out: &mut Vec<Goal>,
    ) -> anyhow::Result<()> {
        let tidings = self.median(name, TIDINGS)?;
        let by_schema = self.set(name)?.1.iter().filter(|measured| measured.peer.kind == Kind::BySchema);
        let fastest = by_schema.min_by(|a, b| a.times.median().total_cmp(&b.times.median()));
        let fastest = fastest.context("no peer is driven by schemas")?;
        let rows = [
            (format!("{what}, 1 thread, against jsonschema over serde_json"), self.median(name, OVER_SERDE)?),
            (format!("… the fastest schema-driven peer ({})", fastest.peer.title), fastest.times.median()),
            ("… sonic-rs `Value`, parse only".to_owned(), self.median(name, SONIC)?),
            ("… the newline count, its time".to_owned(), self.median(name, NEWLINES)?),
        ];
        for (at, ((title, peer), (at_least, then))) in rows.into_iter().zip(goals).enumerate() {
            // Nobody is faster than the newline count, so that row says how much longer Tidings takes.
            let (unit, reached) = if at == 3 {
                (Unit::TimesAsLong, tidings / peer)
            } else {
                (Unit::TimesAsFast, peer / tidings)
            };
            out.push(Goal { title, unit, at_least, then, reached });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_is_better_of_speed_and_less_of_time_and_memory() {
        let standing = |unit, reached| {
            let (at_least, then) = if unit == Unit::Percent { (60.0, 85.0) } else { (64.0, 32.0) };
            Goal { title: String::new(), unit, at_least, then, reached }.standing()
        };
        assert_eq!(standing(Unit::Percent, 59.0), "missed");
        assert_eq!(standing(Unit::Percent, 60.0), "reached");
        assert_eq!(standing(Unit::Percent, 85.0), "passed");
        assert_eq!(standing(Unit::Mebibytes, 65.0), "missed");
        assert_eq!(standing(Unit::Mebibytes, 64.0), "reached");
        assert_eq!(standing(Unit::Mebibytes, 31.0), "passed");
    }
}
