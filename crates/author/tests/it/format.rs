//! Formatting never changes a value, and what is formatted stays as it is.

use std::fmt::Write as _;

use tidings_author::format;
use tidings_catalog::{DiskTree, MemoryTree};

use crate::catalogs;
use crate::random::Random;

/// The content of a file after formatting.
fn formatted(path: &str, text: &str) -> String {
    let formatting = format(&MemoryTree::new().with(path, text)).unwrap();
    assert!(formatting.problems.is_empty(), "{:?}:\n{text}", formatting.problems);
    let changed =
        formatting.edits.iter().next().map(|(_, content)| String::from_utf8(content.to_vec()).unwrap());
    changed.unwrap_or_else(|| text.to_owned())
}

/// White space of JSON, most often little.
fn space(random: &mut Random) -> &'static str {
    random.pick(&["", "", "", " ", "\n", "\t", "\r\n", "  \n\n "])
}

/// A random JSON text, and the same without any white space.
fn json(random: &mut Random, depth: u64, text: &mut String, bare: &mut String) {
    text.push_str(space(random));
    let kind = random.below(if depth == 0 { 6 } else { 10 });
    if kind < 6 {
        let scalar = random.pick(&[
            "null",
            "true",
            "false",
            "0",
            "-0.0",
            "1.50",
            "1e400",
            "1E-07",
            "12345678901234567890123",
            "\"\"",
            "\"é\"",
            "\"\\u00e9\\/\"",
            "\"a  b\"",
            "\"{ [\\\" : ,\"",
            "\"\u{2028}\"",
        ]);
        text.push_str(scalar);
        bare.push_str(scalar);
    } else {
        let object = kind >= 8;
        let (open, close) = if object { ('{', '}') } else { ('[', ']') };
        text.push(open);
        bare.push(open);
        for at in 0..random.below(4) {
            if at > 0 {
                text.push(',');
                bare.push(',');
            }
            if object {
                // The same name may come twice: that is not ours to mend.
                let name = random.pick(&["\"a\"", "\"b\\n\"", "\"\"", "\"a b\"", "\"\\u0041\""]);
                let _ = write!(text, "{}{name}{}:", space(random), space(random));
                let _ = write!(bare, "{name}:");
            }
            json(random, depth - 1, text, bare);
        }
        text.push_str(space(random));
        text.push(close);
        bare.push(close);
    }
    text.push_str(space(random));
}

/// The JSON text without white space between its tokens.
fn without_space(text: &str) -> String {
    let mut out = String::new();
    let (mut in_string, mut escaped) = (false, false);
    for c in text.chars() {
        if in_string || !c.is_ascii_whitespace() {
            out.push(c);
        }
        (in_string, escaped) = match c {
            '"' if !escaped => (!in_string, false),
            '\\' if in_string => (true, !escaped),
            _ => (in_string, false),
        };
    }
    out
}

#[test]
fn json_keeps_every_token_and_what_is_formatted_stays_as_it_is() {
    let mut random = Random(1);
    for _ in 0..3000 {
        let (mut text, mut bare) = (String::new(), String::new());
        json(&mut random, 5, &mut text, &mut bare);
        let once = formatted("a.json", &text);
        assert_eq!(without_space(&once), bare, "{text:?}");
        assert_eq!(formatted("a.json", &once), once, "{text:?}");
        assert_eq!(formatted("a.json", &bare), once, "{text:?}");
    }
}

/// White space and comments of TOML where line breaks may stand.
fn toml_space(random: &mut Random, number: &mut u32) -> String {
    let mut space = String::new();
    for _ in 0..random.below(3) {
        match random.below(5) {
            0 => space.push_str("\n\n\n"),
            1 => space.push_str("\r\n"),
            2 => space.push_str("\n\t"),
            3 => space.push(' '),
            _ => {
                *number += 1;
                let _ = writeln!(space, " #  c{number} ");
            }
        }
    }
    space
}

fn toml_value(random: &mut Random, depth: u64, number: &mut u32) -> String {
    match random.below(if depth == 0 { 4 } else { 7 }) {
        0 => random.pick(&["1", "0xFF", "1_000", "-0.0", "inf", "2026-01-31", "07:30:00"]).to_owned(),
        1 => random
            .pick(&["\"a\"", "'a # b'", "\"\\u00e9\"", "\"\"\"\n a\n\n\n  b \"\"\"", "'''\n  x'''"])
            .to_owned(),
        2 => "true".to_owned(),
        3 => "[]".to_owned(),
        4 | 5 => {
            let mut text = "[".to_owned();
            let count = random.below(4);
            for at in 0..count {
                text.push_str(&toml_space(random, number));
                text.push_str(&toml_value(random, depth - 1, number));
                text.push_str(&toml_space(random, number));
                if at + 1 < count || random.below(2) == 0 {
                    text.push(',');
                }
            }
            text.push_str(&toml_space(random, number));
            text.push(']');
            text
        }
        _ => {
            let mut text = "{".to_owned();
            let count = random.below(4);
            let broken = random.below(3) == 0;
            let mut between = |random: &mut Random| {
                if broken { toml_space(random, number) } else { random.pick(&["", " ", "  "]).to_owned() }
            };
            let mut parts = Vec::new();
            for _ in 0..=count {
                parts.push((between(random), between(random)));
            }
            for at in 0..count {
                let (before, after) = &parts[usize::try_from(at).unwrap()];
                let key = random.pick(&["k", "\"k k\"", "k . l", "k.m"]);
                let key = if key.contains('.') {
                    format!("d{at}.{key}")
                } else {
                    key.replace('k', &format!("k{at}"))
                };
                let _ = write!(text, "{before}{key}{}={}", random.pick(&["", " "]), random.pick(&["", " "]));
                text.push_str(&toml_value(random, depth - 1, number));
                text.push_str(after);
                if at + 1 < count {
                    text.push(',');
                }
            }
            if broken {
                text.push_str(&parts[usize::try_from(count).unwrap()].0);
            }
            text.push('}');
            text
        }
    }
}

fn toml(random: &mut Random) -> String {
    let mut number = 0;
    let mut text = String::new();
    for table in 0..random.below(4) {
        text.push_str(&toml_space(random, &mut number));
        text.push('\n');
        if table > 0 {
            let header = random.pick(&["[t]", "[ t . u ]", "[[a]]", "  [t.'v w']"]);
            text.push_str(&header.replace('t', &format!("t{table}")).replace("[a]", &format!("[a{table}]")));
            text.push_str(random.pick(&["\n", "  # header\n", "\r\n"]));
        }
        for key in 0..random.below(4) {
            text.push_str(&toml_space(random, &mut number));
            text.push('\n');
            let name = random.pick(&["k", "  k", "'k k'", "k.l . m"]).replace('k', &format!("k{key}"));
            let value = toml_value(random, 3, &mut number);
            let after = random.pick(&["", "   ", " # after", "# after"]);
            let _ = writeln!(
                text,
                "{name}{}={}{value}{after}",
                random.pick(&["", "  "]),
                random.pick(&["", " "])
            );
        }
    }
    text.push_str(&toml_space(random, &mut number));
    text
}

/// What stands in the comments, in order.
fn comments(text: &str) -> Vec<String> {
    let marks = text.split('#').skip(1).map(|rest| rest.lines().next().unwrap_or_default().trim().to_owned());
    marks.filter(|comment| !comment.starts_with('b')).collect()
}

#[test]
fn toml_keeps_every_value_and_every_comment_and_what_is_formatted_stays_as_it_is() {
    let mut random = Random(2);
    let mut tried = 0;
    for _ in 0..5000 {
        let text = toml(&mut random);
        let Ok(before) = text.parse::<toml::Table>() else { continue };
        tried += 1;
        let once = formatted("a.toml", &text);
        let after =
            once.parse::<toml::Table>().unwrap_or_else(|error| panic!("{error}\n{text}\n---\n{once}"));
        assert_eq!(format!("{before:?}"), format!("{after:?}"), "\n{text}\n---\n{once}");
        assert_eq!(comments(&text), comments(&once), "\n{text}\n---\n{once}");
        assert_eq!(formatted("a.toml", &once), once, "\n{text}\n---\n{once}");
        assert!(!once.contains("\n\n\n") || text.contains("\"\"\""), "\n{text}\n---\n{once}");
    }
    assert!(tried > 4000, "{tried}");
}

#[test]
fn the_catalogs_of_this_repository_have_the_form() {
    for (name, folder) in catalogs::folders() {
        let formatting = format(&DiskTree::new(folder)).unwrap();
        assert!(formatting.files > 30, "{name}");
        assert!(formatting.problems.is_empty() && formatting.edits.is_empty(), "{name}: {formatting:?}");
    }
}

#[test]
fn a_broken_file_is_told_of_and_left_alone() {
    let tree = MemoryTree::new()
        .with("schemas/a.json", "{\n  \"a\": \n}")
        .with("catalog.toml", "[catalog]\nname = \n")
        .with("waivers.toml", &b"a = '\xff'"[..])
        .with("near-misses/expected.json", "[1,]")
        .with("near-misses/a.comma.json", "{\"a\":1,}")
        .with("near-misses/a.bom.json", "\u{feff}{\"a\":1}")
        .with("near-misses/a.twice.json", "{\"a\":1,\"a\":2}")
        .with("notes.txt", "{");
    let formatting = format(&tree).unwrap();
    let problems: Vec<String> = formatting.problems.iter().map(ToString::to_string).collect();
    assert_eq!(problems.len(), 4, "{problems:#?}");
    assert!(problems[0].starts_with("catalog.toml:2:8: it is not TOML: "), "{problems:#?}");
    assert!(problems[1].starts_with("near-misses/expected.json:1:4: it is not JSON: "), "{problems:#?}");
    assert!(problems[2].starts_with("schemas/a.json:3:1: it is not JSON: "), "{problems:#?}");
    assert_eq!(problems[3], "waivers.toml: it is not UTF-8");
    let changed: Vec<&str> = formatting.edits.iter().map(|(path, _)| path).collect();
    assert_eq!(changed, ["near-misses/a.twice.json"]);
}
