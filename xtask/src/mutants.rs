//! `cargo xtask mutants`: negates each step of the audit in a copy of the tree, one at a time, and wants a test to fail.

use std::fs;
use std::process::{Command, Stdio};

use anyhow::{Context, bail};

use crate::apart::{Apart, apart};
use crate::run::root;

/// What is changed: the file, the text, what stands for it in the mutant.
type Mutant = (&'static str, &'static str, &'static str);

const AUDITOR: &str = "crates/audit/src/auditor.rs";
const FACTS: &str = "crates/audit/src/facts.rs";
const RUN: &str = "crates/audit/src/run.rs";
const STATE: &str = "crates/audit/src/state.rs";

/// One for each step of the audit, in the order of the steps, and for each half of a step that has two.
const MUTANTS: [Mutant; 26] = [
    // 1. Validate.
    (RUN, "if facts.sound {", "if true {"),
    // 2. Redelivery.
    (
        AUDITOR,
        "Some(seen) if seen.digest == step.facts.digest =>",
        "Some(seen) if seen.digest != step.facts.digest =>",
    ),
    (
        AUDITOR,
        "self.totals.redelivered += 1;\n                true",
        "self.totals.redelivered += 1;\n                false",
    ),
    (AUDITOR, "self.state.remember_event(event_id.clone(), seen);", "let _ = seen;"),
    (
        STATE,
        "self.events.insert(event_id, seen);",
        "self.events.clear();\n        self.events.insert(event_id, seen);",
    ),
    // 3. Idempotency.
    (
        AUDITOR,
        "let key = (step.facts.scope.clone(), step.facts.event, key.clone());",
        "let key = (None, step.facts.event, key.clone());",
    ),
    (
        AUDITOR,
        "let key = (step.facts.scope.clone(), step.facts.event, key.clone());",
        "let key = (step.facts.scope.clone(), 0, key.clone());",
    ),
    (AUDITOR, "self.state.remember_key(key, step.place.clone());", "let _ = key;"),
    // 4. References.
    (
        AUDITOR,
        "if self.roles.scope.is_some() && found.scope != step.facts.scope {",
        "if self.roles.scope.is_some() && found.scope == step.facts.scope {",
    ),
    (
        AUDITOR,
        "            if !creates {\n                continue;\n            }",
        "            if creates {\n                continue;\n            }",
    ),
    (AUDITOR, "if live.is_empty() {", "if !live.is_empty() {"),
    (AUDITOR, "if aggregate.scope != step.facts.scope {", "if aggregate.scope == step.facts.scope {"),
    // 5. Lifecycle.
    (
        AUDITOR,
        "                step.report(&lifecycle::ALREADY_EXISTS",
        "                return Some(found.clone());\n                #[allow(unreachable_code)]\n                step.report(&lifecycle::ALREADY_EXISTS",
    ),
    (AUDITOR, "if from.is_empty() {", "if !from.is_empty() {"),
    (AUDITOR, "next.states = step.rule.step(from);", "next.states = from;"),
    // 6. Identity.
    (AUDITOR, "self.state.hold(kind, identity, id.clone());", "let _ = identity;"),
    (AUDITOR, "self.state.release(kind, &identity, id);", "let _ = identity;"),
    (AUDITOR, "self.identity(&mut step, kind);", ""),
    // 7. Members.
    (
        AUDITOR,
        "if known.or((!aggregate.adopted).then_some(false)) != Some(*add) {",
        "if known.or((!aggregate.adopted).then_some(false)) == Some(*add) {",
    ),
    (AUDITOR, "            fits = false;", ""),
    (AUDITOR, "self.state.set_member(kind, id, *set, member.clone(), *add);", "let _ = (set, add, member);"),
    // 8. Order.
    (AUDITOR, "&& time < latest", "&& time <= latest"),
    (AUDITOR, "&& time < latest", "&& time > latest"),
    (AUDITOR, "if next.latest < step.facts.occurred_at {", "if true {"),
    (AUDITOR, "if skew.abs() > self.max_skew {", "if skew.abs() >= self.max_skew {"),
    (FACTS, ".filter(|_| ids_are_ulids)", ".filter(|_| true)"),
];

/// Runs the mutants. Each must make a test of the audit fail, and the tree as it is must make none fail.
pub(crate) fn run() -> anyhow::Result<()> {
    let Apart { clone, target } = apart(&root().join("target/tools/mutants"))?;
    let tests_pass = |also: &[&str]| -> anyhow::Result<bool> {
        let tests = Command::new("cargo")
            .args(["test", "--quiet", "--package", "tidings-audit"])
            .args(also)
            .current_dir(&clone)
            .env("CARGO_TARGET_DIR", &target)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()?;
        Ok(tests.success())
    };
    if !tests_pass(&[])? {
        bail!("the tests of the audit fail already");
    }
    let mut survived = 0;
    for (number, (file, from, to)) in (1..).zip(MUTANTS) {
        let path = clone.join(file);
        let text = fs::read_to_string(&path).with_context(|| file.to_owned())?;
        if text.matches(from).count() != 1 {
            bail!("mutant {number}: {file} has `{from}` not just once");
        }
        fs::write(&path, text.replacen(from, to, 1))?;
        // One that doesn't compile would prove nothing.
        if !tests_pass(&["--no-run"])? {
            bail!("mutant {number} does not compile: {to}");
        }
        let passed = tests_pass(&[])?;
        fs::write(&path, text)?;
        let verdict = if passed { "SURVIVED" } else { "caught" };
        println!("mutant {number}: {verdict}: {}", from.trim().lines().next().unwrap_or_default());
        survived += usize::from(passed);
    }
    println!("{} passed, {survived} failed", MUTANTS.len() - survived);
    if survived > 0 {
        bail!("{survived} mutants survived");
    }
    Ok(())
}
