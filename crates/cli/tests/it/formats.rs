//! The formats as what they are: JSON parses, XML is well-formed, and all of them tell the same.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::Path;

use quick_xml::events::Event;
use serde_json::Value;

use crate::events::{CLOSED, CREATED, MAPPED, edited, lines, with};
use crate::tidings::{Folder, Run};

/// A folder with events that break many rules in many ways.
fn folder() -> Folder {
    let mut events = vec![CLOSED.to_owned(), edited(MAPPED, "+12025550123", "202-555-0123")];
    for field in
        ["ConversationClosed", "01K9A52DR0GCGDN5X153JAXQ3Y", "conv_777", "2025-11-05T14:00:00Z", "cust_123"]
    {
        events.push(edited(CLOSED, field, "ÄÖ <&\\\"'>\\n]]>% ::error::,"));
        events.push(edited(CLOSED, field, ""));
        events.push(edited(CLOSED, &format!("\"{field}\""), "[null, {\"a\": 1.5e3}]"));
    }
    events.push(with(CLOSED, "\"version\":3,\"<&]]>\":1,\"reason\":\"mail to jo@example.com\""));
    events.push(with(CREATED, "\"nmae\":1"));
    events.push(edited(CLOSED, "\"version\":1", "\"version\":2"));
    events.push("{\"event_name\":".to_owned());
    events.push("[1]".to_owned());
    let folder = Folder::with("a.ndjson", lines(&events));
    folder.write("b.json", format!("[{},\n{},]", events[3], events[4]));
    folder.write("sub folder/ü%20&.ndjson", lines(["\0", CLOSED, "{}"]));
    folder
}

fn run(format: &str) -> Run {
    folder().validate(["--format", format, "--max-findings", "0", "."]).run().ends_with(1)
}

/// All findings as rule, source and line, and how many of each rule the summary has.
fn reference() -> (Vec<(String, String, u64)>, Value) {
    let (findings, summary) = run("json").json();
    let text = |finding: &Value, key: &str| finding[key].as_str().unwrap().to_owned();
    let findings = findings
        .iter()
        .map(|finding| (text(finding, "rule"), text(finding, "source"), finding["line"].as_u64().unwrap()))
        .collect();
    (findings, summary)
}

#[test]
fn json_lines_have_exactly_the_keys_of_the_design_in_their_order() {
    let (findings, summary) = run("json").json();
    assert!(findings.len() > 30, "{}", findings.len());
    for finding in &findings {
        let keys: Vec<&str> = finding.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(
            keys,
            [
                "rule",
                "severity",
                "source",
                "line",
                "column",
                "event_name",
                "event_id",
                "pointer",
                "message",
                "help"
            ]
        );
        let object = finding.as_object().unwrap();
        for key in ["rule", "severity", "source", "message"] {
            assert!(object[key].is_string(), "{finding}");
        }
        for key in ["event_name", "event_id", "pointer", "help"] {
            assert!(object[key].is_string() || object[key].is_null(), "{finding}");
        }
        assert!(["error", "warning"].contains(&object["severity"].as_str().unwrap()));
        assert!(object["line"].as_u64() > Some(0) && object["column"].as_u64() > Some(0), "{finding}");
        let pointer = object["pointer"].as_str().unwrap_or_default();
        assert!(pointer.is_empty() || pointer.starts_with('/'), "{finding}");
    }
    let keys: Vec<&str> = summary.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["events", "valid", "invalid", "findings", "bytes", "seconds", "incomplete"]);
}

#[test]
fn a_summary_agrees_with_the_findings() {
    let (findings, summary) = run("json").json();
    let mut counted: BTreeMap<&str, u64> = BTreeMap::new();
    let mut invalid = HashSet::new();
    for finding in &findings {
        *counted.entry(finding["rule"].as_str().unwrap()).or_default() += 1;
        // An event is a line here, but for what is wrong around the events of the array.
        let around =
            finding["source"] == "./b.json" && finding["message"].as_str().unwrap().contains("after `,`");
        if finding["severity"] == "error" && !around {
            invalid.insert((finding["source"].to_string(), finding["line"].to_string()));
        }
    }
    assert_eq!(summary["findings"], serde_json::to_value(counted).unwrap());
    let [events, valid, bad] = ["events", "valid", "invalid"].map(|key| summary[key].as_u64().unwrap());
    assert_eq!((events, bad), (valid + bad, invalid.len() as u64));
    assert_eq!(summary["incomplete"], false);
    assert!(summary["seconds"].as_f64().unwrap() > 0.0);
    // What is not shown is counted all the same.
    let (few, of_few) = folder().validate(["--format", "json", "--max-findings", "3", "."]).run().json();
    assert_eq!(few, findings[..3]);
    assert_eq!(of_few["findings"], summary["findings"]);
}

#[test]
fn every_rule_that_is_found_is_explained() {
    let folder = Folder::new();
    let rules: BTreeSet<String> = reference().0.into_iter().map(|(rule, _, _)| rule).collect();
    assert!(rules.len() >= 10, "{rules:?}");
    for rule in rules {
        let run = folder.tidings(["rules", &rule]).run().ends_with(0);
        assert!(run.stdout.starts_with(&format!("{rule} (")), "{}", run.stdout);
    }
}

#[test]
fn people_are_told_the_same() {
    let run = run("human");
    let mut found = Vec::new();
    let mut rule = None;
    for line in run.stdout.lines() {
        if let Some((head, _)) = line.split_once("]: ")
            && let Some(id) = head.strip_prefix("error[").or(head.strip_prefix("warning["))
        {
            rule = Some(id.to_owned());
        } else if let (Some(place), Some(id)) = (line.trim_start().strip_prefix("--> "), rule.take()) {
            let mut parts = place.rsplitn(3, ':');
            let (_, line, source) = (parts.next(), parts.next().unwrap(), parts.next().unwrap());
            found.push((id, source.to_owned(), line.parse().unwrap()));
        }
    }
    assert_eq!(found, reference().0);
}

#[test]
fn github_gets_one_command_a_finding() {
    let run = run("github");
    let commands: Vec<&str> = run.stdout.lines().filter(|line| line.starts_with("::")).collect();
    let (findings, _) = reference();
    assert_eq!(commands.len(), findings.len());
    for (command, (rule, source, line)) in commands.iter().zip(&findings) {
        let (properties, message) = command[2..].split_once("::").unwrap();
        assert!(
            properties.starts_with("error file=") || properties.starts_with("warning file="),
            "{command}"
        );
        assert!(properties.contains(&format!(",line={line},col=")), "{command}");
        assert!(properties.ends_with(&format!(",title={rule}")), "{command}");
        let file = source.strip_prefix("./").unwrap().replace('%', "%25");
        assert!(properties.contains(&format!("file={file},")), "{command}");
        assert!(!message.is_empty());
    }
    assert_eq!(run.stdout.lines().count(), commands.len() + 1, "and the summary");
}

#[test]
fn gitlab_gets_one_array() {
    let report: Value = serde_json::from_str(&run("gitlab").stdout).unwrap();
    let issues = report.as_array().unwrap();
    let (findings, _) = reference();
    assert_eq!(issues.len(), findings.len());
    let mut fingerprints = HashSet::new();
    for (issue, (rule, source, line)) in issues.iter().zip(&findings) {
        assert_eq!(
            (issue["check_name"].as_str(), issue["location"]["lines"]["begin"].as_u64()),
            (Some(rule.as_str()), Some(*line))
        );
        assert_eq!(issue["location"]["path"].as_str(), source.strip_prefix("./"));
        assert!(["major", "minor"].contains(&issue["severity"].as_str().unwrap()));
        assert!(fingerprints.insert(issue["fingerprint"].as_str().unwrap()), "{issue}");
    }
    let none = Folder::with("good.ndjson", CLOSED).validate(["--format", "gitlab", "good.ndjson"]).run();
    assert_eq!(none.ends_with(0).stdout.trim(), "[]");
}

/// Against its JSON Schema it is held by `cargo xtask test`, which has the schema from a registry.
#[test]
fn sarif_has_a_result_a_finding_whose_rule_is_in_the_table() {
    let log: Value = serde_json::from_str(&run("sarif").stdout).unwrap();
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    let results = run["results"].as_array().unwrap();
    let (findings, _) = reference();
    assert_eq!(results.len(), findings.len());
    for (result, (rule, source, line)) in results.iter().zip(&findings) {
        assert_eq!(result["ruleId"].as_str(), Some(rule.as_str()));
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(run["tool"]["driver"]["rules"][index]["id"], rule.as_str());
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["region"]["startLine"].as_u64(), Some(*line));
        let uri = place["artifactLocation"]["uri"].as_str().unwrap();
        assert!(uri.bytes().all(|byte| byte.is_ascii_graphic()), "{uri}");
        assert_eq!(Path::new(uri).extension(), Path::new(source).extension());
    }
}

#[test]
fn junit_is_well_formed_and_its_counts_are_those_of_its_cases() {
    let text = run("junit").stdout;
    let mut reader = quick_xml::Reader::from_str(&text);
    reader.config_mut().check_end_names = true;
    let mut suites: Vec<([u64; 3], [u64; 3])> = Vec::new();
    let mut depth = 0;
    loop {
        let (element, opens) = match reader.read_event().unwrap() {
            Event::Start(element) => (element.into_owned(), true),
            Event::Empty(element) => (element.into_owned(), false),
            Event::End(_) => {
                depth -= 1;
                continue;
            }
            Event::Text(text) => {
                text.decode().unwrap();
                continue;
            }
            Event::Eof => break,
            _ => continue,
        };
        depth += i32::from(opens);
        let attributes: BTreeMap<String, String> = element
            .attributes()
            .map(|attribute| {
                let attribute = attribute.unwrap();
                let name = String::from_utf8(attribute.key.as_ref().to_vec()).unwrap();
                (name, String::from_utf8(attribute.value.into_owned()).unwrap())
            })
            .collect();
        let counted = match element.name().as_ref() {
            b"testsuites" | b"testsuite" => {
                let written = ["tests", "failures", "errors"].map(|name| attributes[name].parse().unwrap());
                suites.push((written, [0; 3]));
                continue;
            }
            b"testcase" => 0,
            b"failure" => 1,
            b"error" => 2,
            _ => continue,
        };
        suites[0].1[counted] += 1;
        suites.last_mut().unwrap().1[counted] += 1;
    }
    assert_eq!(depth, 0);
    assert_eq!(suites.len(), 1 + 3 + 1, "the root, a suite a source, and the run's");
    for (written, counted) in suites {
        assert_eq!(written, counted);
    }
    let (findings, _) = reference();
    for (rule, _, _) in findings {
        assert!(text.contains(&format!("[{rule}]: ")), "{rule}");
    }
}

#[test]
fn junit_has_a_case_for_each_event_also_where_events_have_one_id() {
    let wrong = edited(CLOSED, "\"version\":1", "\"version\":\"x\"");
    let folder = Folder::with("a.ndjson", lines([&wrong, &wrong, &wrong]));
    folder.write("b.json", format!("[\n{wrong},\n{wrong}]"));
    let text = folder.validate(["--format", "junit", "."]).run().ends_with(1).stdout;
    for counts in ["tests=\"3\" failures=\"3\"", "tests=\"2\" failures=\"2\""] {
        assert!(text.contains(counts), "{text}");
    }
}
