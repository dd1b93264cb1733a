//! Whom a break hurts: `consumers.toml` of a catalog lists who reads which fields.
//!
//! In goes the file, out come the consumers that use a place in events, and what is wrong with the file, for `lint`. It
//! is read leniently: one faulty entry doesn't hide the others.

use std::collections::BTreeSet;
use std::io;
use std::ops::Range;

use tidings_catalog::Tree;
use tidings_finding::Severity;
use tidings_json::Pointer;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Outcome, Version};

/// The name of the file in a catalog folder.
pub const CONSUMERS: &str = "consumers.toml";

/// How many consumers a help names.
const NAMED: usize = 10;

/// How many characters a name may have.
const LONGEST: usize = 100;

/// What to write.
const FORM: &str = "a consumer is `[[consumer]]` with `name = \"…\"` and `owner = \"…\"`, then `[consumer.events]` with a line like \
                    `EventName = [\"/field\", \"/list/*/field\"]` for each event type";

/// The consumers that a catalog lists.
#[derive(Clone, Debug, Default)]
pub struct Consumers {
    consumers: Vec<Consumer>,
    /// What is wrong with the file.
    pub(crate) wrong: Vec<Wrong>,
}

/// One of them.
#[derive(Clone, Debug, Default)]
struct Consumer {
    name: String,
    events: Vec<Used>,
}

/// An event type that a consumer uses, and what of it.
#[derive(Clone, Debug)]
pub(crate) struct Used {
    /// The event type's name.
    pub(crate) event: String,
    /// Where the name stands in the file.
    pub(crate) span: Range<usize>,
    /// The fields with their places in the file; none for the whole event.
    pub(crate) fields: Vec<(Pointer, Range<usize>)>,
}

/// Something that is wrong with the file.
#[derive(Clone, Debug)]
pub(crate) struct Wrong {
    pub(crate) span: Range<usize>,
    pub(crate) message: String,
    pub(crate) help: String,
}

impl Consumers {
    /// Reads the consumers of a catalog; `None` if it lists none.
    pub fn load(tree: &dyn Tree) -> Option<Self> {
        let text = match tree.read(CONSUMERS) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
            Err(error) => return Some(Self::unreadable(format!("it can't be read: {error}"))),
        };
        Some(match std::str::from_utf8(&text) {
            Ok(text) => Self::read(text),
            Err(_) => Self::unreadable("it is not UTF-8".to_owned()),
        })
    }

    fn unreadable(message: String) -> Self {
        let mut consumers = Self::default();
        consumers.wrong(0..0, message);
        consumers
    }

    /// Whether the whole file could be understood, so that who isn't listed isn't there.
    pub fn is_complete(&self) -> bool {
        self.wrong.is_empty()
    }

    /// The names of those that use the place in events of a type that a break is at, in the order of the file: they use
    /// it, something in it, or what it is in. The empty pointer is the whole event.
    pub fn hurt(&self, event_name: &str, pointer: &str) -> Vec<String> {
        let broken: Pointer = pointer.parse().unwrap_or_default();
        let uses = |used: &Used| {
            used.event == event_name
                && (used.fields.is_empty() || used.fields.iter().any(|(field, _)| touches(field, &broken)))
        };
        let hurt = self.consumers.iter().filter(|consumer| consumer.events.iter().any(uses));
        hurt.map(|consumer| consumer.name.clone()).collect()
    }

    /// Everything that any of them uses.
    pub(crate) fn uses(&self) -> impl Iterator<Item = &Used> {
        self.consumers.iter().flat_map(|consumer| &consumer.events)
    }

    /// Whom a break hurts, in words, for a help.
    pub fn in_words(&self, hurt: &[String]) -> String {
        let named: Vec<String> = hurt.iter().take(NAMED).map(|name| format!("`{name}`")).collect();
        let mut words = match (hurt.len(), self.is_complete()) {
            (0, true) => return "no listed consumer uses it".to_owned(),
            (0, false) => return NOT_KNOWN.to_owned(),
            (1..=NAMED, _) => format!("hurts {}", named.join(", ")),
            (all, _) => format!("hurts {} and {} more", named.join(", "), all - NAMED),
        };
        if !self.is_complete() {
            words = format!("{words}, perhaps more: `{CONSUMERS}` is faulty, as `tidings lint` says");
        }
        words
    }

    /// Adds to what breaks whom it hurts.
    pub(super) fn judge(&self, outcomes: &mut [Outcome], versions: &[&Version]) {
        for outcome in outcomes {
            let (Some(name), Some(finding)) = (&outcome.event_name, &mut outcome.finding) else { continue };
            if finding.severity() != Severity::Error {
                continue;
            }
            let pointer = outcome.pointer.as_deref().unwrap_or_default();
            // Who can't tell what an event is can't use anything of it.
            let roles = versions.iter().filter_map(|version| version.catalog.roles.event_name.as_ref());
            let is_name = roles.into_iter().any(|role| role.to_string() == pointer);
            let hurt = self.hurt(name, if is_name { "" } else { pointer });
            let words = self.in_words(&hurt);
            finding.help = Some(match finding.help.take() {
                Some(help) => format!("{help}; {words}"),
                None => words,
            });
            if self.is_complete() || !hurt.is_empty() {
                outcome.hurts = Some(hurt);
            }
        }
    }

    fn wrong(&mut self, span: Range<usize>, message: impl Into<String>) {
        self.wrong.push(Wrong { span, message: message.into(), help: FORM.to_owned() });
    }

    fn read(text: &str) -> Self {
        let mut consumers = Self::default();
        let root = match DeTable::parse(text) {
            Ok(root) => root,
            Err(error) => {
                consumers.wrong(error.span().unwrap_or(0..0), error.message().replace('\n', ", "));
                return consumers;
            }
        };
        let mut names = BTreeSet::new();
        for (key, value) in root.get_ref() {
            match value.get_ref() {
                DeValue::Array(entries) if key.get_ref() == "consumer" => {
                    for entry in entries {
                        consumers.entry(entry, &mut names);
                    }
                }
                _ if key.get_ref() == "consumer" => {
                    consumers.wrong(key.span(), "`consumer` must be a list of tables: `[[consumer]]`");
                }
                _ => consumers.wrong(key.span(), format!("there is no `{}` here", plain(key.get_ref()))),
            }
        }
        consumers
    }

    fn entry(&mut self, entry: &Spanned<DeValue<'_>>, names: &mut BTreeSet<String>) {
        let DeValue::Table(table) = entry.get_ref() else {
            return self.wrong(entry.span(), "a consumer must be a table: `[[consumer]]`");
        };
        let mut consumer = Consumer::default();
        let mut has_name = false;
        for (key, value) in table {
            match (key.get_ref().as_ref(), value.get_ref()) {
                ("name", DeValue::String(name)) => {
                    has_name = true;
                    if !is_name(name) {
                        let what =
                            format!("a name must have 1 to {LONGEST} characters, none a control character");
                        self.wrong(value.span(), what);
                    } else if !names.insert(name.to_string()) {
                        self.wrong(value.span(), format!("there is a consumer `{name}` already"));
                    } else {
                        consumer.name = name.to_string();
                    }
                }
                ("owner", DeValue::String(_)) => {}
                ("name" | "owner", _) => {
                    has_name |= key.get_ref() == "name";
                    self.wrong(value.span(), format!("`{}` must be a text", key.get_ref()));
                }
                ("events", DeValue::Table(events)) => self.events(events, &mut consumer),
                ("events", _) => self.wrong(value.span(), "`events` must be a table: `[consumer.events]`"),
                (other, _) => self.wrong(key.span(), format!("a consumer has no `{}`", plain(other))),
            }
        }
        if !has_name {
            self.wrong(entry.span(), "a consumer must have a `name`");
        }
        if !consumer.name.is_empty() {
            self.consumers.push(consumer);
        }
    }

    fn events(&mut self, events: &DeTable<'_>, consumer: &mut Consumer) {
        for (key, value) in events {
            let event = key.get_ref().to_string();
            let DeValue::Array(list) = value.get_ref() else {
                self.wrong(
                    value.span(),
                    format!("what is used of `{}` must be a list of JSON Pointers", plain(&event)),
                );
                continue;
            };
            let mut used = Used { event, span: key.span(), fields: Vec::new() };
            let (mut whole, mut good) = (list.is_empty(), true);
            for field in list {
                let DeValue::String(text) = field.get_ref() else {
                    self.wrong(
                        field.span(),
                        "a field must be a JSON Pointer in quotes, such as `\"/field\"`",
                    );
                    good = false;
                    continue;
                };
                match text.parse::<Pointer>() {
                    _ if text == "*" => whole = true,
                    Ok(pointer) if pointer.is_root() => whole = true,
                    Ok(pointer) => used.fields.push((pointer, field.span())),
                    Err(_) => {
                        let what = format!("`{}` is not a JSON Pointer, such as `/field`", plain(text));
                        self.wrong(field.span(), what);
                        good = false;
                    }
                }
            }
            if whole {
                used.fields.clear();
            }
            // One whose fields are all faulty doesn't use the whole event for that.
            if whole || good || !used.fields.is_empty() {
                consumer.events.push(used);
            }
        }
    }
}

const NOT_KNOWN: &str = "whom it hurts is not known: `consumers.toml` is faulty, as `tidings lint` says";

fn is_name(name: &str) -> bool {
    !name.trim().is_empty() && name.chars().count() <= LONGEST && !name.chars().any(char::is_control)
}

/// Somebody's text as a message may show it.
fn plain(text: &str) -> String {
    let short: String = text.chars().take(LONGEST).collect();
    short.replace(char::is_control, " ")
}

/// Whether one place is the other, in it, or around it.
fn touches(used: &Pointer, broken: &Pointer) -> bool {
    used.tokens().iter().zip(broken.tokens()).all(|(used, broken)| same(used, broken))
}

/// Whether two steps may lead to the same place: any element of an array stands for all.
fn same(used: &str, broken: &str) -> bool {
    let is_index = |token: &str| !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_digit());
    // What a finding doesn't show of a name may be any.
    let is_any = |token: &str| token == "*" || token == "•••" || token.ends_with('…');
    used == broken || is_any(used) || is_any(broken) || is_index(used) && is_index(broken)
}

#[cfg(test)]
mod tests {
    use tidings_catalog::MemoryTree;

    use super::*;

    const LISTED: &str = r#"
[[consumer]]
name = "billing"
owner = "the accountants"
[consumer.events]
LampLit = ["/brightness", "/wires/0/colour"]

[[consumer]]
name = "search"
[consumer.events]
LampLit = ["*"]
LampRemoved = []

[[consumer]]
name = "wall"
[consumer.events]
LampLit = ["/wires"]
"#;

    fn load(text: &str) -> Consumers {
        Consumers::load(&MemoryTree::new().with(CONSUMERS, text)).expect("a file")
    }

    #[test]
    fn a_break_hurts_who_uses_the_place_something_in_it_or_what_it_is_in() {
        let consumers = load(LISTED);
        assert!(consumers.is_complete(), "{:?}", consumers.wrong);
        for (event, pointer, hurt) in [
            ("LampLit", "/brightness", &["billing", "search"][..]),
            ("LampLit", "/brightness/unit", &["billing", "search"]),
            ("LampLit", "/brightnes", &["search"]),
            ("LampLit", "", &["billing", "search", "wall"]),
            ("LampLit", "/wires/3/colour", &["billing", "search", "wall"]),
            ("LampLit", "/wires/*", &["billing", "search", "wall"]),
            ("LampLit", "/wires/3/length", &["search", "wall"]),
            ("LampLit", "/•••/length", &["billing", "search", "wall"]),
            ("LampRemoved", "/lamp_id", &["search"]),
            ("LampInstalled", "", &[]),
        ] {
            assert_eq!(consumers.hurt(event, pointer), hurt, "{event} {pointer}");
        }
    }

    #[test]
    fn whom_a_break_hurts_is_said_in_words_and_not_more_than_is_known() {
        let consumers = load(LISTED);
        assert_eq!(consumers.in_words(&[]), "no listed consumer uses it");
        assert_eq!(consumers.in_words(&["a".to_owned(), "b".to_owned()]), "hurts `a`, `b`");
        let many: Vec<String> = (0..13).map(|number| number.to_string()).collect();
        assert!(consumers.in_words(&many).ends_with("`9` and 3 more"));
        let faulty = load("[[consumer]]\n");
        assert!(faulty.in_words(&[]).starts_with("whom it hurts is not known"));
        assert!(faulty.in_words(&["a".to_owned()]).starts_with("hurts `a`, perhaps more"));
    }

    #[test]
    fn everything_that_is_wrong_is_found_and_the_rest_still_counts() {
        let text = r#"
colour = 1
[[consumer]]
name = ""
[[consumer]]
name = "a"
colour = 2
[consumer.events]
LampLit = ["brightness", 7, "/brightness"]
LampRemoved = "all"
[[consumer]]
name = "a"
owner = 1
[[consumer]]
events = 3
"#;
        let consumers = load(text);
        let told: Vec<String> = consumers
            .wrong
            .iter()
            .map(|wrong| {
                let line = text[..wrong.span.start].matches('\n').count() + 1;
                format!("{line}: {}", wrong.message)
            })
            .collect();
        assert_eq!(
            told,
            [
                "2: there is no `colour` here",
                "4: a name must have 1 to 100 characters, none a control character",
                "7: a consumer has no `colour`",
                "9: `brightness` is not a JSON Pointer, such as `/field`",
                "9: a field must be a JSON Pointer in quotes, such as `\"/field\"`",
                "10: what is used of `LampRemoved` must be a list of JSON Pointers",
                "12: there is a consumer `a` already",
                "13: `owner` must be a text",
                "15: `events` must be a table: `[consumer.events]`",
                "14: a consumer must have a `name`",
            ]
        );
        assert_eq!(consumers.hurt("LampLit", "/brightness"), ["a"]);
        assert_eq!(consumers.hurt("LampLit", "/other"), Vec::<String>::new());
    }

    #[test]
    fn what_is_no_table_of_consumers_is_told_of_and_nothing_panics() {
        for text in
            ["[[consumer]\n", "consumer = 1", "consumer = [1, [2]]", "\u{feff}x", "[consumer]\nname = \"a\""]
        {
            let consumers = load(text);
            assert!(!consumers.is_complete(), "{text}");
            assert!(consumers.hurt("LampLit", "").is_empty());
        }
        let tree = MemoryTree::new().with(CONSUMERS, b"name = \"\xFF\"".to_vec());
        assert_eq!(Consumers::load(&tree).expect("a file").wrong[0].message, "it is not UTF-8");
        assert!(Consumers::load(&MemoryTree::new()).is_none());
    }
}
