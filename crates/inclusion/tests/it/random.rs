//! Random pairs of schemas: what the prover says of them against what a validator says of many values.
//!
//! `TIDINGS_PAIRS` sets how many pairs are made for each keyword, `TIDINGS_VALUES` how many values that the left schema
//! accepts are looked for, in eight times as many tries, for each pair that is said to be compatible, `TIDINGS_SEED` where to begin. With `--nocapture` the counts are shown.
//! `TIDINGS_WITNESSES` names a file for what is said to break, a pair a line, for the validators in
//! `tests/oracles/random_pairs.py`.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::time::Instant;

use serde_json::{Value, json};
use tidings_inclusion::{Comparison, Verdict};

use crate::schemas::{Chance, KEYWORDS, altered, edit, guided, schema, value};
use crate::support::{compare, validator};

fn setting(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// One line for the validators of others.
fn tell(out: &mut impl Write, keyword: &str, seed: u64, left: &Value, right: &Value, found: &Comparison) {
    let witnesses: Vec<Value> = found
        .witnesses
        .iter()
        .map(
            |witness| json!({"value": witness.value, "pointer": witness.pointer, "keyword": witness.keyword}),
        )
        .collect();
    let line =
        json!({"keyword": keyword, "seed": seed, "left": left, "right": right, "witnesses": witnesses});
    writeln!(out, "{line}").expect("a file that can be written");
}

#[derive(Default)]
struct Counts {
    compatible: u32,
    breaking: u32,
    unproven: u32,
    /// Values that the left schema accepted, of pairs said to be compatible.
    tried: u64,
    /// Pairs said to be compatible for which as many values as were asked for were found, and for which none was.
    full: u32,
    none: u32,
}

#[test]
#[allow(clippy::print_stdout, reason = "the counts are for people")]
fn no_value_contradicts_what_is_said_of_random_pairs() {
    let (pairs, values, first) =
        (setting("TIDINGS_PAIRS", 25), setting("TIDINGS_VALUES", 120), setting("TIDINGS_SEED", 0));
    let mut counts: BTreeMap<&str, Counts> = BTreeMap::new();
    let mut unproven: BTreeMap<String, u32> = BTreeMap::new();
    let mut slowest = (0.0, String::new());
    let mut witnesses = std::env::var_os("TIDINGS_WITNESSES")
        .map(|path| BufWriter::new(File::create(path).expect("a file that can be made")));
    for (index, keyword) in KEYWORDS.iter().enumerate() {
        let counts = counts.entry(keyword).or_default();
        for pair in 0..pairs {
            let seed = (first + pair) * 100 + index as u64;
            let mut chance = Chance::new(seed);
            let left = schema(&mut chance, keyword, 2);
            let right = if chance.one_in(6) {
                schema(&mut chance, keyword, 2)
            } else {
                edit(&mut chance, &left, keyword)
            };
            let (left, right) = if chance.one_in(2) { (left, right) } else { (right, left) };
            let (Some(accepts), Some(refuses)) = (validator(&left), validator(&right)) else { continue };
            let near =
                (0..20).map(|_| guided(&mut chance, &left, &left, 4)).find(|near| accepts.is_valid(near));
            let started = Instant::now();
            // Every witness is confirmed in there.
            let found = compare(&left, &right, near.as_ref().filter(|_| pair % 2 == 0));
            let seconds = started.elapsed().as_secs_f64();
            if seconds > slowest.0 {
                slowest = (seconds, format!("seed {seed}: {left} and {right}"));
            }
            match found.verdict() {
                Verdict::Breaking => {
                    counts.breaking += 1;
                    if let Some(out) = &mut witnesses {
                        tell(out, keyword, seed, &left, &right, &found);
                    }
                }
                Verdict::Unproven => {
                    counts.unproven += 1;
                    let why = &found.unproven[0];
                    *unproven.entry(format!("{}: {}", why.keyword, why.reason)).or_default() += 1;
                    if std::env::var("TIDINGS_SHOW").is_ok() {
                        println!("seed {seed}: {left} and {right}\n  {:?}", found.unproven);
                    }
                }
                Verdict::Compatible => {
                    counts.compatible += 1;
                    let (mut tried, mut accepted) = (0, Vec::new());
                    for turn in 0..8 * values {
                        let value = match turn % 8 {
                            0 => value(&mut chance, 3),
                            1 | 2 => guided(&mut chance, &right, &right, 4),
                            3..5 if !accepted.is_empty() => {
                                let at = chance.below(accepted.len());
                                altered(&mut chance, &accepted[at])
                            }
                            _ => guided(&mut chance, &left, &left, 4),
                        };
                        if accepts.is_valid(&value) {
                            assert!(
                                refuses.is_valid(&value),
                                "seed {seed}: {value} contradicts that {left}\n is within {right}"
                            );
                            tried += 1;
                            if accepted.len() < 100 {
                                accepted.push(value);
                            }
                        }
                        if tried == values {
                            counts.full += 1;
                            break;
                        }
                    }
                    counts.tried += tried;
                    counts.none += u32::from(tried == 0);
                }
            }
        }
    }
    if let Some(out) = &mut witnesses {
        out.flush().expect("a file that can be written");
    }
    println!("{:22} compatible  (full) (none) breaking unproven   values", "keyword");
    for (keyword, counts) in &counts {
        println!(
            "{keyword:22} {:10} {:7} {:6} {:8} {:8} {:8}",
            counts.compatible, counts.full, counts.none, counts.breaking, counts.unproven, counts.tried
        );
    }
    println!("{unproven:#?}\nslowest: {slowest:?}");
    let all: u32 = counts.values().map(|counts| counts.compatible + counts.breaking + counts.unproven).sum();
    let undecided: u32 = counts.values().map(|counts| counts.unproven).sum();
    let sum = |of: fn(&Counts) -> u64| counts.values().map(of).sum::<u64>();
    println!(
        "{undecided} of {all} unproven; {} compatible, {} of them with {values} values each, {} with none; {} values",
        sum(|counts| counts.compatible.into()),
        sum(|counts| counts.full.into()),
        sum(|counts| counts.none.into()),
        sum(|counts| counts.tried),
    );
    assert!(undecided * 50 <= all, "more than two in a hundred are undecided");
    assert!(
        counts.values().all(|counts| counts.compatible > 0 && counts.breaking > 0),
        "each keyword has both"
    );
}
