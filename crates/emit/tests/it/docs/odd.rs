//! A catalog with names and texts that would break a page that trusted them.

use std::collections::HashSet;

use tidings_catalog::{Catalog, MemoryTree};
use tidings_emit::docs::catalog_md;

fn odd() -> Catalog {
    let manifest = r##"
        [catalog]
        name = "odd"
        title = "Odd *events* & <more>"
        version = "1.0.0"

        [roles]
        event_name = "/kind"

        [events."a|b`c"]
        schema = "odd.schema.json"
        version = 1
        aggregate = "Envelope"
        purpose = "It <b>begins</b> | with `a|b`.\n- And goes on."
        invariants = ["1. Not a list.", "# Not a heading, see https://odd.example and <script>.", "`kind` isn't *emphasised*."]

        [events."in transit"]
        schema = "odd.schema.json"
        version = 2
        aggregate = "Envelope"
        purpose = "It goes on."

        [events.Envelope]
        schema = "odd.schema.json"
        version = 1
        aggregate = "Envelope"
        purpose = "Its name is that of its aggregate."

        [events.Versions]
        schema = "odd.schema.json"
        version = 1
        purpose = "Its name is that of a heading."

        [aggregates.Envelope]
        description = "Something odd."
        id = "/the id"
        states = ["end", "in; transit", "called-off"]
        transitions = [
            { event = "a|b`c", creates = "end" },
            { event = "in transit", from = ["end"], to = "in; transit" },
            { event = "in transit", from = ["in; transit"] },
            { event = "Envelope", from = ["end", "in; transit"], to = "called-off" },
        ]
    "##;
    let schema = r#"{
        "required": ["kind"],
        "properties": {
            "kind": {"type": "string"},
            "the id": {"description": "A | B\n<i>", "pattern": "^(a|b\\|c)`$"},
            "a.b": {"enum": ["x|y", "`", "", " ", "a\\|b", "<b>"]}
        }
    }"#;
    let events = r#"[{"kind": "a|b`c", "a.b": "```"}, {"kind": "in transit"}, {"kind": "in transit"}]"#;
    let tree = MemoryTree::new()
        .with("catalog.toml", manifest)
        .with("odd.schema.json", schema)
        .with("examples/a story (1).json", events)
        .with("near-misses/nothing.json", "{")
        .with("near-misses/other.json", r#"{"kind": "other"}"#)
        .with(
            "near-misses/expected.json",
            r#"{"other.json": [{"rule": "envelope/unknown-event", "pointer": "/kind"}]}"#,
        );
    Catalog::from_tree(&tree).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn the_page_of_an_odd_catalog() {
    insta::assert_snapshot!(catalog_md(&odd()));
}

#[test]
fn every_row_of_a_table_has_as_many_cells_as_its_head() {
    let page = catalog_md(&odd());
    let cells = |row: &str| row.replace("\\|", "").matches('|').count();
    let mut head = 0;
    for line in page.lines() {
        head = match (line.starts_with("| "), head) {
            (false, _) => 0,
            (true, 0) => cells(line),
            (true, head) => {
                assert_eq!(cells(line), head, "{line}");
                head
            }
        };
    }
}

#[test]
fn every_link_on_the_page_leads_to_a_heading() {
    let page = catalog_md(&odd());
    let mut anchors = HashSet::new();
    for heading in page.lines().filter(|line| line.starts_with('#')) {
        let text = heading.trim_start_matches('#').trim_start().to_lowercase();
        let slug: String = text.chars().filter(|c| c.is_alphanumeric() || "-_ ".contains(*c)).collect();
        let slug = slug.replace(' ', "-");
        let taken = (0..).map(|at| if at == 0 { slug.clone() } else { format!("{slug}-{at}") });
        let free = taken.into_iter().find(|anchor| !anchors.contains(anchor)).unwrap();
        anchors.insert(free);
    }
    let links: Vec<&str> = page.split("](#").skip(1).map(|rest| rest.split(')').next().unwrap()).collect();
    assert!(links.len() > 10);
    for link in links {
        assert!(anchors.contains(link), "{link}");
    }
}
