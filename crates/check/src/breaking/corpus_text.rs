//! What a replay came to, for people.

use std::fmt::Write as _;

use super::corpus::{Corpus, Group, Seen, Side};

impl Corpus {
    /// The whole result as text: the totals, then the reasons, each with the first lines that have it. Ends with a line
    /// break.
    pub fn describe(&self) -> String {
        let Self { old, new, events, accepted, only_old, only_new, both_old, both_new, incomplete } = self;
        let mut text = format!(
            "{}: {accepted} accepted by both, {} refused by {new} only, {} by {old} only, {} by both\n",
            counted(*events, "recorded event"),
            only_new.events,
            only_old.events,
            both_new.events,
        );
        section(&mut text, &format!("accepted by {old}, refused by {new}"), only_new);
        section(&mut text, &format!("refused by {old}, accepted by {new}"), only_old);
        if both_old == both_new {
            section(&mut text, "refused by both, for the same reasons", both_new);
        } else {
            section(&mut text, &format!("refused by both, as {old} says"), both_old);
            section(&mut text, &format!("refused by both, as {new} says"), both_new);
        }
        if *incomplete {
            text.push_str("\nnot all of the input could be read\n");
        }
        text
    }
}

fn section(text: &mut String, title: &str, side: &Side) {
    if side.reasons.groups.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n{title}:");
    let cells: Vec<[String; 4]> = side.reasons.groups.iter().map(cells).collect();
    let width = |column: usize| cells.iter().map(|cells| cells[column].chars().count()).max().unwrap_or(0);
    let widths = [width(0), width(1), width(2)];
    for (cells, group) in cells.iter().zip(&side.reasons.groups) {
        let [events, name, pointer, rule] = cells;
        let [events_width, name_width, pointer_width] = widths;
        let _ =
            writeln!(text, "  {events:>events_width$}  {name:name_width$}  {pointer:pointer_width$}  {rule}");
        let more = if group.events > group.first.len() as u64 { ", …" } else { "" };
        let _ = writeln!(text, "  {:events_width$}  {}{more}", "", places(&group.first));
    }
    if side.reasons.others > 0 {
        let _ = writeln!(
            text,
            "  and {} for reasons that are not told apart",
            counted(side.reasons.others, "refusal")
        );
    }
}

fn cells(group: &Group) -> [String; 4] {
    let name = group.event_name.as_deref().map_or_else(|| "(no name)".to_owned(), plain);
    let pointer = match group.pointer.as_deref() {
        None => "(not JSON)".to_owned(),
        Some("") => "(the event)".to_owned(),
        Some(pointer) => plain(pointer),
    };
    [group.events.to_string(), name, pointer, group.rule.to_owned()]
}

/// Where events stand: `a.ndjson:3, a.ndjson:9`.
pub(super) fn places(seen: &[Seen]) -> String {
    let places = seen.iter().map(|seen| {
        let source = seen.source.as_deref().map_or_else(|| "-".to_owned(), plain);
        match seen.line {
            Some(line) => format!("{source}:{line}"),
            None => source,
        }
    });
    places.collect::<Vec<_>>().join(", ")
}

/// A number of things.
pub(super) fn counted(number: u64, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

/// Somebody's text on one line.
fn plain(text: &str) -> String {
    text.replace(char::is_control, "\u{FFFD}")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tidings_catalog::Catalog;
    use tidings_engine::{Source, SourceKind};

    use super::super::tests::Quiet;
    use super::super::{Consumers, Version, replay};
    use super::*;
    use crate::lint::tests::Files;

    /// The lamps, and a change of them.
    fn versions(change: &str) -> (Version, Version) {
        let version = |name: &str, section: &str| {
            let catalog =
                Catalog::from_tree(&Files::lamps().with_section(section).tree()).expect("a catalog");
            Version::new(name, Arc::new(catalog)).expect("schemas")
        };
        (version("git:v1", ""), version("the new catalog", change))
    }

    /// Brightness is 10 to 1000 now; the lamp's id may be anything.
    const CHANGE: &str = "`schemas/lamp_lit.schema.json`:\n```json\n{\"properties\": {\"brightness\": {\"minimum\": 10, \
                          \"maximum\": 1000}}}\n```\n";

    fn lit(brightness: &str) -> String {
        format!(
            r#"{{"event_name":"LampLit","event_id":"evt_7","occurred_at":"2026-01-01T00:00:00Z","version":1,"lamp_id":"lamp_1","brightness":{brightness}}}"#
        )
    }

    fn recorded() -> String {
        let unknown = lit("80").replace("LampLit", "LampThrown");
        let odd = lit("80")
            .replace("lamp_1", "someone@example.com")
            .replace("\"version\"", "\"colour\":1,\"version\"");
        let lines = [
            lit("80"),
            lit("5"),
            lit("500"),
            lit("5000"),
            lit("\"x\""),
            lit("6"),
            unknown,
            odd,
            "{".to_owned(),
        ];
        lines.join("\n") + "\n"
    }

    fn replayed(threads: usize, text: &str) -> Corpus {
        let (old, new) = versions(CHANGE);
        let source = Source::memory("a\u{1b}.ndjson", text.as_bytes(), SourceKind::Lines);
        let again = Source::memory("b.ndjson", text.as_bytes(), SourceKind::Lines);
        replay(&old, &new, [source, again].into_iter(), None, threads, &mut Quiet).expect("in memory")
    }

    #[test]
    fn a_replay_in_words() {
        insta::assert_snapshot!(replayed(1, &recorded()).describe());
    }

    #[test]
    fn a_replay_as_json() {
        let corpus = replayed(1, &lit("5"));
        insta::assert_snapshot!(serde_json::to_string_pretty(&corpus).expect("JSON"));
    }

    #[test]
    fn the_result_is_the_same_at_any_number_of_threads() {
        let many = recorded().repeat(700);
        let one = replayed(1, &many);
        assert_eq!(one.events, 2 * 9 * 700);
        assert_eq!(one.only_new.events, 2 * 2 * 700);
        for threads in [2, 5] {
            assert_eq!(replayed(threads, &many), one);
        }
    }

    #[test]
    fn what_the_new_catalog_alone_refuses_is_a_finding_a_reason_and_names_whom_it_hurts() {
        let corpus = replayed(1, &recorded());
        let told: Vec<_> = corpus
            .findings(None)
            .into_iter()
            .map(|found| (found.rule.id, found.line, found.pointer, found.message, found.help))
            .collect();
        let message = "4 recorded events `LampLit` that git:v1 accepts are refused by the new catalog at `brightness` \
                       (schema/minimum)";
        let help = "let the new catalog accept what was recorded, or mend the events before it is in use; the first are: \
                    a\u{FFFD}.ndjson:2, a\u{FFFD}.ndjson:6, b.ndjson:2, b.ndjson:6";
        let wanted = (
            "breaking/corpus",
            Some(2),
            Some("/brightness".to_owned()),
            message.to_owned(),
            Some(help.to_owned()),
        );
        assert_eq!(told, [wanted]);
        let listed = "[[consumer]]\nname = \"wall\"\n[consumer.events]\nLampLit = [\"/brightness\"]\n";
        let tree = tidings_catalog::MemoryTree::new().with("consumers.toml", listed);
        let findings = corpus.findings(Consumers::load(&tree).as_ref());
        assert!(
            findings[0].help.as_deref().is_some_and(|help| help.ends_with("; hurts `wall`")),
            "{findings:?}"
        );
    }

    #[test]
    fn nothing_of_an_events_values_is_in_the_result() {
        let secret = lit("\"someone@example.com\"")
            .replace("\"event_name\"", "\"someone@example.com\":1,\"event_name\"");
        let corpus = replayed(1, &secret);
        let shown = format!("{corpus:?}{}", corpus.describe());
        assert_eq!(corpus.both_new.events, 2);
        assert!(!shown.contains("someone"), "{shown}");
    }

    #[test]
    fn reasons_are_told_apart_up_to_a_number_and_the_rest_is_counted() {
        let text: String =
            (0..600).map(|number| lit("1").replace("LampLit", &format!("Lamp{number:03}")) + "\n").collect();
        let corpus = replayed(3, &text);
        assert_eq!(corpus.both_new.events, 1200);
        assert_eq!(corpus.both_new.reasons.groups.len(), 500);
        assert_eq!(corpus.both_new.reasons.others, 200);
        assert!(corpus.describe().contains("and 200 refusals for reasons that are not told apart"));
        // The first that came are told apart, whatever order threads have.
        assert_eq!(corpus, replayed(1, &text));
    }

    #[test]
    fn hostile_streams_are_counted_like_any_other() {
        let deep = "[".repeat(100_000);
        let (large, good) = (lit(&"9".repeat(2 << 20)), lit("20"));
        let text = [deep.as_bytes(), b"\xFF\xFE", b"\0", b"[]", b"null", large.as_bytes(), good.as_bytes()];
        let text = text.join(&b"\n"[..]);
        let (old, new) = versions(CHANGE);
        let mut results = [1, 4].map(|threads| {
            let lines = Source::memory("x", &text, SourceKind::Lines);
            let document = Source::memory("y", &text, SourceKind::Document);
            let wide = Source::memory("z", b"\xFF\xFEx\0", SourceKind::Lines);
            replay(&old, &new, [lines, document, wide].into_iter(), None, threads, &mut Quiet)
                .expect("in memory")
        });
        let [one, four] = &mut results;
        assert_eq!(one, four);
        assert!(one.events >= 7 && one.accepted >= 1 && one.only_new.events == 0, "{}", one.describe());
    }

    #[test]
    fn elements_of_arrays_are_one_place_and_long_places_are_cut() {
        assert_eq!(super::super::corpus::general("/items/12/a1/0"), "/items/*/a1/*");
        let long = super::super::corpus::general(&format!("/{}", "é".repeat(400)));
        assert!(long.len() < 510 && long.ends_with('…'));
    }
}
