//! What the fuzzer begins with: the catalogs' examples and near misses, sampled events, and the words in them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, ensure};
use serde_json::Value;
use tidings::Catalog;
use tidings::emit::sample::{Options, Sampler};

use crate::generate::CATALOGS;
use crate::run::{root, target};

/// How many sampled events a seed has. A fuzzer prefers small ones.
const LINES: usize = 3;

/// What the first byte of a seed says besides the catalog: one way after the other, and sometimes a file.
const CHOICES: [u8; 6] = [0x00, 0x04, 0x08, 0x0C, 0x10, 0xC0];

/// Writes the seeds into a folder that may hold others, and a dictionary, whose path is returned. The first byte of a seed
/// is what `fuzz/targets/law.rs` takes it for.
pub(super) fn write(corpus: &Path) -> anyhow::Result<PathBuf> {
    fs::create_dir_all(corpus)?;
    let mut words = BTreeSet::new();
    for (number, folder) in (0_u8..).zip(CATALOGS) {
        let folder = root().join(folder);
        let mut events = Vec::new();
        for kind in ["examples", "near-misses"] {
            written(&folder.join(kind), &mut events)?;
        }
        ensure!(!events.is_empty(), "{} has no examples", folder.display());
        let catalog = Arc::new(Catalog::load(&folder)?);
        let faults = "all=0.3".parse().map_err(anyhow::Error::msg)?;
        let options = Options { events: 600, seed: 1, faults, ..Options::default() };
        let mut sampler = Sampler::new(&catalog, &options)?;
        let mut stream = Vec::new();
        while let Some(event) = sampler.next_event()? {
            stream.push(event.to_vec());
        }
        for event in &events {
            if let Ok(value) = serde_json::from_slice(event) {
                collect(&value, &mut words);
            }
        }
        let streams = stream.chunks(LINES).map(|events| events.join(&b'\n'));
        let single = events.iter().chain(&stream).cloned();
        for (at, text) in single.chain(streams).enumerate() {
            let choice = number | CHOICES[at % CHOICES.len()];
            fs::write(corpus.join(format!("seed-{number}-{at}")), [&[choice], &*text].concat())?;
        }
    }
    let dictionary = target().join("soak/law.dict");
    fs::create_dir_all(target().join("soak"))?;
    let lines: Vec<String> = words.iter().map(|word| format!("\"{}\"\n", escaped(word))).collect();
    fs::write(&dictionary, lines.concat()).with_context(|| dictionary.display().to_string())?;
    Ok(dictionary)
}

/// How large `fuzz/kept.txt` may be.
const KEPT: usize = 250_000;

/// Writes what the fuzzer found worth keeping to `fuzz/kept.txt`, which a test reads: of what is no seed the shortest, as
/// much as there is room for, besides what stands there already. Tells how many there are.
pub(super) fn keep(corpus: &Path) -> anyhow::Result<usize> {
    let path = root().join("fuzz/kept.txt");
    let before = if path.exists() { fs::read_to_string(&path)? } else { String::new() };
    let mut inputs = Vec::new();
    for entry in fs::read_dir(corpus)? {
        let path = entry?.path();
        if !path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("seed-")) {
            inputs.push(as_line(&fs::read(path)?));
        }
    }
    inputs.sort_by(|a, b| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
    let mut kept: BTreeSet<&str> = before.lines().collect();
    let mut size = before.len();
    for input in &inputs {
        if size + input.len() + 1 > KEPT {
            break;
        }
        if kept.insert(input) {
            size += input.len() + 1;
        }
    }
    let text: Vec<&str> = kept.iter().copied().flat_map(|line| [line, "\n"]).collect();
    fs::write(&path, text.concat()).with_context(|| path.display().to_string())?;
    Ok(kept.len())
}

/// An input as a line of ASCII, escaped as in a byte string, but for quotes.
fn as_line(input: &[u8]) -> String {
    let mut line = String::with_capacity(input.len());
    for byte in input {
        match byte {
            b'\\' => line.push_str("\\\\"),
            b' '..=b'~' => line.push(char::from(*byte)),
            _ => line.extend(['\\', 'x'].into_iter().chain([byte >> 4, byte & 15].map(hex))),
        }
    }
    line
}

fn hex(digit: u8) -> char {
    char::from_digit(digit.into(), 16).unwrap_or_default()
}

/// The events in the files below a folder, on one line each where they are JSON. (What is none is a seed as it is.)
fn written(folder: &Path, events: &mut Vec<Vec<u8>>) -> anyhow::Result<()> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .with_context(|| folder.display().to_string())?
        .map(|entry| Ok(entry?.path()))
        .collect::<std::io::Result<_>>()?;
    paths.sort();
    for path in paths {
        if path.is_dir() {
            written(&path, events)?;
            continue;
        }
        let text = fs::read(&path)?;
        match serde_json::from_slice(&text) {
            Ok(Value::Array(several)) => {
                events.extend(several.iter().map(|event| event.to_string().into_bytes()));
            }
            Ok(event) => events.push(event.to_string().into_bytes()),
            Err(_) => events.push(text),
        }
    }
    Ok(())
}

/// The names of members, and texts that are short enough to be a word.
fn collect(value: &Value, words: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                words.insert(format!("\"{name}\":"));
                collect(member, words);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, words)),
        Value::String(text) if text.len() <= 32 => {
            words.insert(format!("\"{text}\""));
        }
        _ => {}
    }
}

/// A text as libFuzzer's dictionaries have it.
fn escaped(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'"' | b'\\' => format!("\\{}", char::from(byte)),
            b' '..=b'~' => char::from(byte).to_string(),
            _ => format!("\\x{byte:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_dictionary_are_escaped() {
        assert_eq!(escaped("\"é\\\""), r#"\"\xC3\xA9\\\""#);
    }

    #[test]
    fn an_input_is_one_line() {
        assert_eq!(as_line(b"\0a\\\n\"\xFF"), r#"\x00a\\\x0a"\xff"#);
    }

    #[test]
    fn names_and_short_texts_are_words() {
        let mut words = BTreeSet::new();
        let value = serde_json::json!({"a": ["b", {"c": "d".repeat(40)}], "n": 1});
        collect(&value, &mut words);
        assert_eq!(words.into_iter().collect::<Vec<_>>(), ["\"a\":", "\"b\"", "\"c\":", "\"n\":"]);
    }
}
