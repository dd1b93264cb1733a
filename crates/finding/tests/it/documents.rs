//! Whether the machine formats are what they say: JSON that parses, XML that is well-formed, lines that are commands.

use std::collections::HashSet;

use serde_json::Value;
use tidings_finding::render::{Format, Options};
use tidings_finding::{Finding, Summary};

use crate::{cases, options, render};

fn rendered(format: Format) -> String {
    render(format, options(), &cases::findings(), &cases::summary())
}

fn parsed(format: Format) -> Value {
    serde_json::from_str(&rendered(format)).unwrap()
}

#[test]
fn no_format_lets_a_control_or_an_invisible_character_through() {
    for format in Format::ALL {
        for character in rendered(format).chars().filter(|c| *c != '\n') {
            assert!(!character.is_control(), "{format}: {character:?}");
            let invisible = ['\u{202e}', '\u{200b}', '\u{e0041}', '\u{fffe}'];
            assert!(!invisible.contains(&character), "{format}: {character:?}");
        }
    }
}

#[test]
fn the_only_escapes_of_the_coloured_format_are_colours() {
    let options = Options { color: true, ..options() };
    let shown = render(Format::Human, options, &cases::findings(), &cases::summary());
    let mut escapes = shown.split('\u{1b}');
    let mut plain = escapes.next().unwrap().to_owned();
    for rest in escapes {
        let (color, text) = rest.split_once('m').unwrap();
        let numbers = color.strip_prefix('[').unwrap();
        assert!(numbers.chars().all(|c| c.is_ascii_digit() || c == ';'), "{color:?}");
        plain.push_str(text);
    }
    assert_eq!(plain, rendered(Format::Human), "colour changes nothing else");
}

#[test]
fn json_has_one_object_a_line_and_keeps_every_text() {
    let text = rendered(Format::Json);
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let findings = cases::findings();
    assert_eq!(lines.len(), findings.len() + 1);
    for (line, finding) in lines.iter().zip(&findings) {
        assert_eq!(line["source"].as_str(), finding.source.as_deref());
        assert_eq!(line["pointer"].as_str(), finding.pointer.as_deref());
        assert_eq!(line["message"], finding.message.as_str());
        let keys: Vec<_> = line.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(
            keys.join(" "),
            "rule severity source line column event_name event_id pointer message help"
        );
    }
    let summary = lines.last().unwrap()["summary"].as_object().unwrap();
    let keys: Vec<_> = summary.keys().map(String::as_str).collect();
    assert_eq!(keys.join(" "), "events valid invalid findings bytes seconds incomplete");
}

#[test]
fn github_has_one_command_a_finding_and_no_other() {
    let text = rendered(Format::Github);
    let commands = text.lines().filter(|line| line.starts_with("::error ") || line.starts_with("::warning "));
    assert_eq!(commands.count(), cases::findings().len());
    assert_eq!(text.lines().filter(|line| line.contains("::")).count(), cases::findings().len());
    assert_eq!(text.lines().count(), cases::findings().len() + 2);
}

#[test]
fn gitlab_has_an_object_a_finding_and_each_a_fingerprint_of_its_own() {
    let report = parsed(Format::Gitlab);
    let issues = report.as_array().unwrap();
    assert_eq!(issues.len(), cases::findings().len());
    let fingerprints: HashSet<_> = issues.iter().map(|issue| issue["fingerprint"].to_string()).collect();
    assert_eq!(fingerprints.len(), issues.len());
    assert!(issues.iter().all(|issue| issue["location"]["lines"]["begin"].as_u64() > Some(0)));
    assert_eq!(issues[0]["location"]["path"], "events/2025-11.ndjson");
}

#[test]
fn sarif_has_a_result_a_finding_that_refers_to_its_rule() {
    let log = parsed(Format::Sarif);
    let run = &log["runs"][0];
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), cases::findings().len());
    for (result, finding) in results.iter().zip(cases::findings()) {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(run["tool"]["driver"]["rules"][index]["id"], finding.rule.id);
        assert_eq!(result["ruleId"], finding.rule.id);
    }
    assert_eq!(run["invocations"][0]["executionSuccessful"], false);
}

#[test]
fn sarif_reports_a_rule_that_is_not_in_the_table_by_its_id_alone() {
    let options = Options { rules: Vec::new(), ..options() };
    let text = render(Format::Sarif, options, &cases::findings()[..1], &Summary::default());
    let log: Value = serde_json::from_str(&text).unwrap();
    let result = &log["runs"][0]["results"][0];
    assert_eq!(result["ruleId"], "schema/pattern");
    assert_eq!(result.get("ruleIndex"), None);
    assert_eq!(log["runs"][0]["invocations"][0]["executionSuccessful"], true);
}

#[test]
fn junit_is_well_formed_and_its_counts_are_those_of_its_cases() {
    let text = rendered(Format::Junit);
    let mut suites = Vec::new();
    let mut names = HashSet::new();
    let mut reader = quick_xml::Reader::from_str(&text);
    loop {
        match reader.read_event().unwrap() {
            quick_xml::events::Event::Start(start) => {
                let value = |name: &str| {
                    let attribute = start.try_get_attribute(name).unwrap();
                    attribute.map(|a| String::from_utf8(a.value.into_owned()).unwrap()).unwrap_or_default()
                };
                match start.name().as_ref() {
                    b"testsuites" | b"testsuite" => {
                        let counts: [u64; 3] =
                            ["tests", "failures", "errors"].map(|name| value(name).parse().unwrap());
                        suites.push((counts, [0; 3]));
                    }
                    element => {
                        let counted = match element {
                            b"testcase" => 0,
                            b"failure" => 1,
                            b"error" => 2,
                            _ => continue,
                        };
                        if counted == 0 {
                            assert!(names.insert((value("classname"), value("name"))), "a name twice");
                        }
                        suites[0].1[counted] += 1;
                        suites.last_mut().unwrap().1[counted] += 1;
                    }
                }
            }
            quick_xml::events::Event::Text(text) => {
                text.decode().unwrap();
            }
            quick_xml::events::Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(suites.len(), 1 + 4 + 1, "the root, a suite a source, and the run's");
    for (written, counted) in suites {
        assert_eq!(written, counted);
    }
}

#[test]
fn junit_has_one_case_for_an_event_that_goes_over_several_lines() {
    let first = cases::findings()[0].clone();
    let second = Finding { line: Some(9), ..first.clone() };
    let without_id = Finding { line: Some(9), event_id: None, ..first.clone() };
    let next = Finding { line: Some(10), ..without_id.clone() };
    let text = render(Format::Junit, options(), &[first, second, without_id, next], &cases::summary());
    let names: Vec<_> =
        text.lines().filter_map(|line| line.trim().strip_prefix("<testcase name=\"")).collect();
    assert_eq!(names.len(), 3 + 2, "{names:?}");
    assert!(names[0].starts_with("line 3: "));
    assert!(names[1].starts_with("line 9: ConversationClosed\""));
    assert!(names[2].starts_with("line 10: ConversationClosed\""));
}
