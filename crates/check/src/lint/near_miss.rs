//! `lint/near-miss`: a near miss does not give the findings that it is expected to give.

use tidings_catalog::{ExpectedFinding, FaultKind};
use tidings_finding::{Rule, Severity};

use super::support::{Context, Sink, Target};
use super::{Category, Lint};

pub(crate) static RULE: Lint = Lint {
    rule: Rule {
        id: "lint/near-miss",
        severity: Severity::Error,
        summary: "a near miss does not give the findings that it is expected to give",
        explanation: include_str!("near_miss.md"),
    },
    category: Category::Examples,
    check,
};

/// Where the expectations stand.
const EXPECTED: &str = "near-misses/expected.json";

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    for problem in context.faults_of(FaultKind::Expectation) {
        sink.report(Target::problem(problem), problem.message.clone())
            .help("`\"<event_type>.<what>.json\": [{ \"rule\": \"schema/…\", \"pointer\": \"/…\" }]`");
    }
    let Some(engine) = context.engine else { return };
    let text = context.text(EXPECTED).unwrap_or_default();
    let expectations = tidings_json::parse(text.as_bytes(), 128).ok();
    for near_miss in &engine.catalog().near_misses {
        let name = near_miss.path.strip_prefix("near-misses/").unwrap_or(&near_miss.path);
        let mut found: Vec<ExpectedFinding> = engine
            .validate(&near_miss.content)
            .into_findings()
            .into_iter()
            .map(|finding| ExpectedFinding { pointer: finding.pointer, rule: finding.rule.id.to_owned() })
            .collect();
        found.sort();
        let Some(expected) = &near_miss.expected else {
            sink.report(Target::file(&near_miss.path), format!("`{name}` is not listed in `{EXPECTED}`"))
                .help(format!("`{}`", entry(name, &found)));
            continue;
        };
        if found == *expected {
            continue;
        }
        let member = expectations.as_ref().and_then(|parsed| parsed.value.member(name));
        let target = member.map_or_else(
            || Target::file(EXPECTED),
            |member| {
                Target::json(EXPECTED, format!("/{}", tidings_json::escape_token(name)), member.name_span)
            },
        );
        let message = if found.is_empty() {
            format!("`{name}` is valid, and a near miss must not be")
        } else {
            format!("`{name}` gives {} and not {}", told(&found), told(expected))
        };
        let report = sink.report(target, message);
        report.help(if found.is_empty() {
            "make the event break what it is named for, or the schema refuse it".to_owned()
        } else {
            format!("mend the event, or, if that is right: `{}`", entry(name, &found))
        });
    }
}

fn told(findings: &[ExpectedFinding]) -> String {
    if findings.is_empty() {
        return "nothing".to_owned();
    }
    let each = findings.iter().map(|ExpectedFinding { pointer, rule }| match pointer.as_deref() {
        None | Some("") => rule.clone(),
        Some(pointer) => format!("{rule} at {pointer}"),
    });
    each.collect::<Vec<_>>().join(", ")
}

/// A near miss with its findings as `expected.json` has it.
fn entry(name: &str, findings: &[ExpectedFinding]) -> String {
    let text = |text: &str| serde_json::Value::from(text).to_string();
    let each = findings.iter().map(|ExpectedFinding { pointer, rule }| {
        let pointer = pointer.as_deref().map_or_else(|| "null".to_owned(), text);
        format!("{{ \"rule\": {}, \"pointer\": {pointer} }}", text(rule))
    });
    format!("{}: [{}]", text(name), each.collect::<Vec<_>>().join(", "))
}
