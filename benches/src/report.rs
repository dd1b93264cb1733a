//! Shows what was measured: tables for people, JSON for programs.

use serde_json::{Value, json};

use crate::data::{Scale, Set};
use crate::goals::{Goal, Measurements};
use crate::machine;
use crate::measure::{Measured, Times};
use crate::peers::TIDINGS;
use crate::process::Processes;

pub(crate) fn head(machine: &Value, scale: &Scale) {
    let text = |key: &str| machine[key].as_str().unwrap_or("?").to_owned();
    println!("{}, {} cores, {}, {}", text("processor"), machine["cores"], text("kernel"), text("rustc"));
    println!("commit {}{}", text("commit"), if machine["dirty"] == true { ", changed" } else { "" });
    println!(
        "{} events, {} runs each, taking turns; MB are millions of bytes",
        grouped(scale.events),
        scale.runs
    );
    warn_if_busy(machine);
}

/// Numbers of a busy machine are worth little, those of two threads nothing.
pub(crate) fn warn_if_busy(machine: &Value) {
    // What the benchmark itself keeps busy comes to about one core.
    let before = machine["load_before"].as_f64().unwrap_or_default();
    if before > 0.5 {
        println!(
            "NOT QUIET: {before:.1} other processes wanted to run before it began (now {:.1} with its own) on {} cores. \
             Trust the ratios a little, the rest less.",
            machine::load().unwrap_or_default(),
            machine::cores(),
        );
    }
}

pub(crate) fn set(set: &Set, results: &[Measured]) {
    let (events, bytes) = (set.events as f64, set.bytes as f64);
    println!(
        "\n{}: {} events, {} valid, {:.1} MB, {:.0} bytes each",
        set.name.title(),
        grouped(set.events),
        grouped(set.valid),
        bytes / 1e6,
        bytes / events
    );
    println!(
        "  {:33} {:>9} {:>9} {:>12} {:>16} {:>9} {:>16}",
        "in memory, medians", "MB/s", "at best", "events/s", "Tidings is", "MB/CPU-s", "Tidings is"
    );
    let tidings = results.iter().find(|measured| measured.peer.id == TIDINGS);
    for measured in results {
        let median = measured.times.median();
        let cpu = measured.cpu.median();
        let ratio = tidings.map(|tidings| median / tidings.times.median());
        let cpu_ratio = tidings.map(|tidings| cpu / tidings.cpu.median());
        println!(
            "  {:33} {:>9.0} {:>9.0} {:>12} {:>16} {:>9.0} {:>16}",
            measured.peer.title,
            bytes / 1e6 / median,
            bytes / 1e6 / measured.times.minimum(),
            grouped((events / median) as u64),
            as_fast(ratio),
            bytes / 1e6 / cpu,
            as_fast(cpu_ratio),
        );
    }
}

fn as_fast(ratio: Option<f64>) -> String {
    let Some(ratio) = ratio else { return "–".to_owned() };
    format!("{ratio:.*}× as fast", if ratio < 1.0 { 3 } else { 2 })
}

pub(crate) fn processes(processes: &Processes) {
    println!("\nwhole processes, on {:.1} MB in the page cache", processes.bytes as f64 / 1e6);
    println!(
        "  {:33} {:>9} {:>9} {:>12} {:>16}",
        "from start to exit, medians", "MB/s", "at best", "events/s", "Tidings is"
    );
    for (title, times) in [
        ("tidings validate", &processes.tidings),
        ("tidings validate --threads 1", &processes.tidings_1),
        ("wc -l", &processes.wc),
        ("sourcemeta jsonschema validate", &processes.sourcemeta),
    ] {
        println!(
            "  {title:33} {:>9.0} {:>9.0} {:>12} {:>16}",
            processes.bytes as f64 / 1e6 / times.median(),
            processes.bytes as f64 / 1e6 / times.minimum(),
            grouped((processes.events as f64 / times.median()) as u64),
            as_fast(Some(times.median() / processes.tidings.median())),
        );
    }
    let milliseconds =
        |times: &Times| format!("{:.2} ms ({:.2} at best)", times.median() * 1e3, times.minimum() * 1e3);
    println!(
        "  start to verdict on one event: {}; `true`: {}",
        milliseconds(&processes.start),
        milliseconds(&processes.nothing)
    );
    let memory = processes.memory;
    println!(
        "  memory on {:.2} GB: {:.1} MiB of its own, {:.1} MiB resident at most; {:.1} s",
        processes.large as f64 / 1e9,
        memory.own as f64 / f64::from(1 << 20),
        memory.resident as f64 / f64::from(1 << 20),
        memory.seconds,
    );
}

/// What can be told of the goals. Those that were not measured are left out.
pub(crate) fn goals(goals: &[Goal]) {
    let told: Vec<(&Goal, f64)> = goals.iter().filter_map(|goal| Some((goal, goal.reached?))).collect();
    if told.is_empty() {
        return;
    }
    println!("\n{:68} {:>9} {:>9} {:>10} {:>10}", "goal (medians)", "at least", "then", "now", "by CPU");
    for (goal, reached) in told {
        println!(
            "{:68} {:>9} {:>9} {:>10} {:>10}  {}",
            goal.title,
            goal.unit.show(goal.at_least),
            goal.unit.show(goal.then),
            goal.unit.show(reached),
            goal.by_cpu.map_or("–".to_owned(), |by_cpu| goal.unit.show(by_cpu)),
            goal.standing(),
        );
    }
    let count = |standing: &str| goals.iter().filter(|goal| goal.standing() == standing).count();
    println!("{} missed, {} reached, {} passed", count("missed"), count("reached"), count("passed"));
}

/// All numbers, each run's too.
pub(crate) fn json(
    machine: &Value,
    scale: &Scale,
    measured: &Measurements,
    processes: Option<&Processes>,
    goals: &[Goal],
) -> Value {
    let sets: Vec<Value> = measured.iter().map(|(set, measured)| set_json(set, measured)).collect();
    let goals: Vec<Value> = goals
        .iter()
        .map(|goal| {
            json!({
                "goal": goal.title,
                "unit": format!("{:?}", goal.unit),
                "at_least": goal.at_least,
                "then": goal.then,
                "reached": goal.reached,
                "by_cpu": goal.by_cpu,
                "standing": goal.standing(),
            })
        })
        .collect();
    json!({
        "machine": machine,
        "load_after": machine::load(),
        "events": scale.events,
        "runs": scale.runs,
        "in_memory": sets,
        "processes": processes.map(processes_json),
        "goals": goals,
    })
}

fn processes_json(processes: &Processes) -> Value {
    let times =
        |times: &Times| json!({"minimum": times.minimum(), "median": times.median(), "runs": times.all()});
    json!({
        "bytes": processes.bytes,
        "tidings": times(&processes.tidings),
        "tidings_1_thread": times(&processes.tidings_1),
        "wc": times(&processes.wc),
        "sourcemeta": times(&processes.sourcemeta),
        "sourcemeta_version": processes.sourcemeta_version,
        "start": times(&processes.start),
        "true": times(&processes.nothing),
        "events": processes.events,
        "large_file_bytes": processes.large,
        "own_memory_bytes": processes.memory.own,
        "resident_bytes": processes.memory.resident,
        "large_file_seconds": processes.memory.seconds,
    })
}

fn set_json(set: &Set, measured: &[Measured]) -> Value {
    let peers: Vec<Value> = measured
        .iter()
        .map(|measured| {
            let (minimum, median) = (measured.times.minimum(), measured.times.median());
            json!({
                "peer": measured.peer.id,
                "version": measured.version,
                "seconds": {"minimum": minimum, "median": median, "runs": measured.times.all()},
                "cpu_seconds": {"minimum": measured.cpu.minimum(), "median": measured.cpu.median(), "runs": measured.cpu.all()},
                "megabytes_per_second": {"best": set.bytes as f64 / 1e6 / minimum, "median": set.bytes as f64 / 1e6 / median},
                "events_per_second": {"best": set.events as f64 / minimum, "median": set.events as f64 / median},
            })
        })
        .collect();
    json!({
        "set": set.name.as_str(),
        "events": set.events,
        "valid": set.valid,
        "bytes": set.bytes,
        "peers": peers,
    })
}

/// A number with commas between thousands.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn thousands_are_grouped() {
        for (number, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(number), text);
        }
    }
}
