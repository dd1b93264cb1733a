//! What the prover knows of formats: texts that are surely of one, texts that surely are not.
//!
//! Each known format has two patterns, a narrower and a wider one. A text that matches the narrower is of the format, one
//! that doesn't match the wider is not. For some the two are the same, so that nothing is left open.

/// A format that Draft-07 defines and validators assert, or an encoding.
#[derive(Debug)]
pub(crate) struct Format {
    name: &'static str,
    /// What it matches is of the format.
    narrow: &'static str,
    /// What is of the format, it matches.
    wide: &'static str,
    /// Texts of the format.
    pub(crate) samples: &'static [&'static str],
    /// Texts that are not.
    pub(crate) others: &'static [&'static str],
}

const ANY: &str = "";
const DATE: &str = "(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)\
    |02-(?:0[1-9]|1[0-9]|2[0-8]))|(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])\
    |(?:[02468][048]|[13579][26])00)-02-29)";
const TIME: &str =
    "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\\.[0-9]+)?(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])";
/// A leap second stands only where it is the last of a day in UTC.
const LEAP_TIME: &str = "(?:[01][0-9]|2[0-3]):[0-5][0-9]:(?:[0-5][0-9]|60)(?:\\.[0-9]+)?(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])";
const BYTE: &str = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
const HOST: &str = "[a-z][a-z0-9]{0,19}(?:\\.[a-z]{2,12}){0,3}";
const POINTER: &str = "(?:/(?:[^~/]|~[01])*)*";

/// The patterns of a format that are made of the parts above.
fn made(name: &str) -> Option<(String, String)> {
    let exactly = |body: &str| format!("^(?:{body})$");
    let same = |body: &str| Some((exactly(body), exactly(body)));
    match name {
        "date" => same(DATE),
        "time" => Some((exactly(TIME), exactly(LEAP_TIME))),
        "date-time" => {
            Some((exactly(&format!("{DATE}[Tt]{TIME}")), exactly(&format!("{DATE}[Tt]{LEAP_TIME}"))))
        }
        "ipv4" => same(&format!("{BYTE}(?:\\.{BYTE}){{3}}")),
        "json-pointer" => same(POINTER),
        "hostname" => Some((exactly(HOST), "^[A-Za-z0-9._-]{1,255}$".to_owned())),
        "idn-hostname" => Some((exactly(HOST), ANY.to_owned())),
        "relative-json-pointer" => Some((
            exactly(&format!("(?:0|[1-9][0-9]{{0,8}})(?:#|{POINTER})")),
            exactly(&format!("[0-9+-]+(?:#|{POINTER})")),
        )),
        _ => None,
    }
}

const FORMATS: &[Format] = &[
    Format { name: "date", narrow: ANY, wide: ANY, samples: &["2025-11-05"], others: &["2025-02-30"] },
    Format {
        name: "time",
        narrow: ANY,
        wide: ANY,
        samples: &["14:00:00Z", "23:59:60Z"],
        others: &["14:00", "12:00:60Z"],
    },
    Format {
        name: "date-time",
        narrow: ANY,
        wide: ANY,
        samples: &["2025-11-05T14:00:00Z", "2025-11-05T14:00:00.123+01:00", "1998-12-31T23:59:60Z"],
        others: &["2025-11-05", "2025-11-05 14:00:00Z", "2025-11-05T12:00:60Z"],
    },
    Format {
        name: "email",
        narrow: "^[a-z0-9]{1,32}@[a-z]{1,20}\\.(?:com|org|net)$",
        wide: "^[\\s\\S]+@[\\s\\S]+$",
        samples: &["someone@example.com", "a.b+c@mail.example.org"],
        others: &["@", "a@", "a b@example.com"],
    },
    Format {
        name: "idn-email",
        narrow: "^[a-z0-9]{1,32}@[a-z]{1,20}\\.(?:com|org|net)$",
        wide: "^[\\s\\S]+@[\\s\\S]+$",
        samples: &["someone@example.com", "a.b+c@mail.example.org"],
        others: &["@", "a@", "a b@example.com"],
    },
    Format {
        name: "hostname",
        narrow: ANY,
        wide: ANY,
        samples: &["example.com", "a-b.example.org", "localhost"],
        others: &["-", "a..b", "-a", "a-"],
    },
    Format {
        name: "idn-hostname",
        narrow: ANY,
        wide: ANY,
        samples: &["example.com", "localhost"],
        others: &["-", "a b", "a..b", ""],
    },
    Format {
        name: "ipv4",
        narrow: ANY,
        wide: ANY,
        samples: &["192.0.2.1"],
        others: &["192.0.2.256", "1.2.3"],
    },
    Format {
        name: "ipv6",
        narrow: "^(?:::1|(?:[1-9a-f][0-9a-f]{0,3}:){7}[1-9a-f][0-9a-f]{0,3})$",
        wide: "^[0-9A-Fa-f:.]{2,45}$",
        samples: &["2001:db8::1", "::", "::ffff:192.0.2.1"],
        others: &["1::2::3", "12345::", "..", ":1"],
    },
    Format {
        name: "uri",
        narrow: "^(?:https?://[a-z]{1,20}\\.com(?:/[a-z0-9]{1,20}){0,5}|urn:[a-z]{2,9}:[a-z0-9]{1,30})$",
        wide: "^[A-Za-z][A-Za-z0-9+.-]*:[!#-;=?-\\[\\]_a-z~]*$",
        samples: &[
            "https://example.com/a/1",
            "urn:example:1",
            "http://example.com",
            "mailto:someone@example.com",
        ],
        others: &["a:%", "a:[", "http://[", "a:#a#"],
    },
    Format {
        name: "uri-reference",
        narrow: "^(?:(?:/?[a-z0-9]{1,20}){1,5}|https?://[a-z]{1,20}\\.com(?:/[a-z0-9]{1,20}){0,5})$",
        wide: "^[!#-;=?-\\[\\]_a-z~]*$",
        samples: &["/a/1", "https://example.com/a", "a", "#a", ""],
        others: &["%", "[", "http://[", "a#a#"],
    },
    Format {
        name: "iri",
        narrow: "^(?:https?://[a-z]{1,20}\\.com(?:/[a-z0-9]{1,20}){0,5}|urn:[a-z]{2,9}:[a-z0-9]{1,30})$",
        wide: "^[A-Za-z][A-Za-z0-9+.-]*:[^ \"<>]*$",
        samples: &["https://example.com/a/1", "urn:example:1"],
        others: &["a:%", "http://["],
    },
    Format {
        name: "iri-reference",
        narrow: "^(?:(?:/?[a-z0-9]{1,20}){1,5}|https?://[a-z]{1,20}\\.com(?:/[a-z0-9]{1,20}){0,5})$",
        wide: "^[^ \"<>]*$",
        samples: &["/a/1", "https://example.com/a"],
        others: &["%", "http://["],
    },
    Format {
        name: "uri-template",
        narrow: "^[a-z0-9/]{0,60}$",
        wide: "^[^\\x00-\\x20\"<>\\\\^`]*$",
        samples: &["/a/{id}", "https://example.com/{id}"],
        others: &["{", "}", "%"],
    },
    Format { name: "json-pointer", narrow: ANY, wide: ANY, samples: &["/a/1", ""], others: &["a", "/~"] },
    Format {
        name: "relative-json-pointer",
        narrow: ANY,
        wide: ANY,
        samples: &["1/a", "0#"],
        others: &["a", "01", "-1"],
    },
    Format {
        name: "regex",
        narrow: "^[a-z0-9]{0,40}$",
        wide: ANY,
        samples: &["^[a-z]+$", "a"],
        others: &["(", "[", "*", "\\", "a{2,1}"],
    },
    Format {
        name: "contentEncoding base64",
        narrow: "^(?:[A-Za-z0-9]{4}){0,40}$",
        wide: "^[A-Za-z0-9+/=]*$",
        samples: &["aGk=", "aA=="],
        others: &["a", "="],
    },
    Format {
        name: "contentEncoding base64url",
        narrow: "^(?:[A-Za-z0-9]{4}){0,40}$",
        wide: "^[A-Za-z0-9_=-]*$",
        samples: &["aGk=", "__-_"],
        others: &["a", "=", "+///"],
    },
    Format {
        name: "contentEncoding base32",
        narrow: "^(?:[A-Z2-7]{8}){0,20}$",
        wide: "^[A-Z2-7=]*$",
        samples: &["MZXW6YTBOI======"],
        others: &["A", "=", "mzxw6ytb"],
    },
    Format {
        name: "contentEncoding base32hex",
        narrow: "^(?:[0-9A-V]{8}){0,20}$",
        wide: "^[0-9A-V=]*$",
        samples: &["CPNMUOJ1E8======"],
        others: &["A", "=", "cpnmuoj1"],
    },
    Format {
        name: "contentEncoding base16",
        narrow: "^(?:[0-9A-Fa-f]{2}){0,80}$",
        // What becomes a digit in upper case is one.
        wide: ANY,
        samples: &["00fF"],
        others: &["0", "0g"],
    },
    Format {
        name: "contentMediaType application/json",
        narrow: "^(?:0|[1-9][0-9]{0,8}|true|false|null|\"[a-z]*\")$",
        wide: "^[\\s\\S]+$",
        samples: &["{}", "[1]"],
        others: &["x", "{", "01"],
    },
];

/// What is known of a format; nothing if validators do not assert it.
pub(crate) fn named(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.name == name)
}

impl Format {
    /// The pattern whose texts are all of the format.
    pub(crate) fn narrow(&self) -> String {
        made(self.name).map_or_else(|| self.narrow.to_owned(), |(narrow, _)| narrow)
    }

    /// The pattern that all texts of the format match.
    pub(crate) fn wide(&self) -> String {
        made(self.name).map_or_else(|| self.wide.to_owned(), |(_, wide)| wide)
    }
}

#[cfg(test)]
mod tests {
    use jsonschema::Draft;
    use serde_json::{Value, json};

    use super::*;
    use crate::automaton::Automaton;

    /// Texts near those of a format: samples with a character taken out, put in or changed, all of them once.
    fn near(samples: &[&str]) -> Vec<String> {
        let mut found = vec![String::new()];
        for sample in samples {
            found.push((*sample).to_owned());
            let characters: Vec<char> = sample.chars().collect();
            for at in 0..characters.len() {
                for change in
                    ["", "-", ".", ":", "/", "0", "9", "a", "Z", "@", "~", "%", "#", " ", "é", "00", "--"]
                {
                    for taken in [0, 1] {
                        let before: String = characters[..at].iter().collect();
                        let after: String = characters[at + taken..].iter().collect();
                        found.push(format!("{before}{change}{after}"));
                    }
                }
            }
        }
        found
    }

    #[test]
    fn the_validator_is_between_the_narrower_and_the_wider_pattern() {
        for format in FORMATS {
            let mut narrow = Automaton::new(&format.narrow()).expect(format.name);
            let mut wide = Automaton::new(&format.wide()).expect(format.name);
            let schema = match format.name.split_once(' ') {
                Some((keyword, value)) => json!({keyword: value}),
                None => json!({"format": format.name}),
            };
            let options = jsonschema::options().with_draft(Draft::Draft7).should_validate_formats(true);
            let validator = options.build(&schema).expect(format.name);
            let accepts = |text: &str| validator.is_valid(&Value::from(text));
            let narrow_words = ["aaaa", "a/b", "urn:a:b", "1:2:3:4:5:6:7:8", "a.bc", "x9@y.org", "0", "true"];
            for text in near(format.samples)
                .iter()
                .map(String::as_str)
                .chain(format.others.iter().copied())
                .chain(narrow_words)
            {
                if narrow.matches(text) == Some(true) {
                    assert!(accepts(text), "{}: {text}", format.name);
                }
                // The engine has stricter checks of its own for these three.
                if wide.matches(text) == Some(false) && !["date", "time", "date-time"].contains(&format.name)
                {
                    assert!(!accepts(text), "{}: {text}", format.name);
                }
            }
            for sample in format.samples {
                assert!(accepts(sample), "{}: {sample}", format.name);
            }
            for other in format.others {
                assert!(!accepts(other), "{}: {other}", format.name);
            }
        }
    }
}
