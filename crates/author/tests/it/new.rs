//! New event types in copies of the three catalogs.

use std::fs;
use std::path::Path;

use tempfile::TempDir;
use tidings_author::{About, Edits, Error, NewEvent, new_event};
use tidings_catalog::{Catalog, DiskTree, Effect, MemoryTree, Tree as _};

use crate::catalogs::{copy, files};
use crate::held::hold;

fn named(name: &str) -> NewEvent {
    NewEvent { name: name.to_owned(), ..NewEvent::default() }
}

fn moves(from: &[&str], to: &str) -> Effect {
    Effect::Moves { from: from.iter().map(|state| (*state).to_owned()).collect(), to: to.to_owned() }
}

fn try_in(folder: &Path, request: &NewEvent) -> Result<Edits, Error> {
    new_event(&DiskTree::new(folder), request)
}

/// Adds the event type to a copy of a catalog, holds the result, and gives the copy and the catalog.
fn add(catalog: &str, request: &NewEvent) -> (TempDir, Catalog) {
    let folder = copy(catalog);
    let before = files(folder.path());
    let edits = try_in(folder.path(), request).unwrap_or_else(|error| panic!("{}: {error}", request.name));
    assert_eq!(files(folder.path()), before, "nothing is written before it is told to be");
    edits.write(folder.path()).unwrap();
    let loaded = hold(folder.path());
    assert!(loaded.event_types.contains_key(&request.name));
    let after = files(folder.path());
    for (path, old) in &before {
        let new = &after.iter().find(|(known, _)| known == path).unwrap().1;
        if old == new {
            continue;
        }
        assert!(
            ["catalog.toml", "CHANGELOG.md", "catalog.md", "near-misses/expected.json", "events.schema.json"]
                .contains(&path.as_str()),
            "{path} changed"
        );
        if path != "catalog.md" {
            only_more_lines(path, old, new);
        }
    }
    (folder, loaded)
}

/// Whether the old text is the new one without some lines; a comma may have come to the end of one.
fn only_more_lines(path: &str, old: &[u8], new: &[u8]) {
    let (old, new) = (std::str::from_utf8(old).unwrap(), std::str::from_utf8(new).unwrap());
    let mut new = new.lines();
    for line in old.lines() {
        assert!(
            new.any(|other| other == line || other.strip_suffix(',') == Some(line)),
            "{path}: `{line}` is not there any more, or not in its place"
        );
    }
}

fn read(folder: &TempDir, path: &str) -> String {
    fs::read_to_string(folder.path().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn an_event_type_finds_its_place_by_its_name() {
    let (folder, catalog) = add("messaging", &named("ConversationFlagged"));
    let event_type = &catalog.event_types["ConversationFlagged"];
    assert_eq!(event_type.aggregate.as_deref(), Some("Conversation"));
    assert_eq!(event_type.schema_path, "schemas/conversation_flagged.schema.json");
    let transitions = &catalog.aggregates["Conversation"].transitions;
    let states = ["open", "closed", "reopened"].map(str::to_owned).to_vec();
    assert_eq!(transitions.last().unwrap().effect, Effect::Keeps { from: states });
    let manifest = read(&folder, "catalog.toml");
    let behind = manifest.find("[events.ConversationFlagged]").unwrap();
    assert!(behind > manifest.find("[events.ConversationParticipantRemoved]").unwrap());
    assert_eq!(
        &manifest[behind..],
        r#"[events.ConversationFlagged]
schema = "schemas/conversation_flagged.schema.json"
version = 1
aggregate = "Conversation"
purpose = "Conversation: flagged."
invariants = [
  "`aggregate_id` equals `conversation_id`.",
  "The conversation is open, closed or reopened, and stays so.",
  "`customer_id` is the same in every event of the conversation.",
]
"#
    );
    assert!(manifest.contains(
        "  { event = \"ConversationParticipantRemoved\", from = [\"open\", \"reopened\"] },\n  \
         { event = \"ConversationFlagged\", from = [\"open\", \"closed\", \"reopened\"] },\n]"
    ));
    let schema = read(&folder, "schemas/conversation_flagged.schema.json");
    assert_eq!(
        schema,
        r#"{
  "$schema": "http://json-schema.org/draft-07/schema#",
  "$id": "https://events.example/messaging/schemas/conversation_flagged.schema.json",
  "title": "ConversationFlagged",
  "description": "Conversation: flagged.",
  "type": "object",
  "allOf": [
    {
      "$ref": "../envelope.schema.json"
    }
  ],
  "properties": {
    "event_name": {
      "description": "Always `ConversationFlagged`.",
      "x-privacy": "public",
      "type": "string",
      "const": "ConversationFlagged"
    },
    "conversation_id": {
      "$ref": "../envelope.schema.json#/definitions/conversation_id"
    },
    "customer_id": {
      "$ref": "../envelope.schema.json#/definitions/customer_id"
    }
  },
  "required": [
    "conversation_id",
    "customer_id"
  ]
}
"#
    );
    assert!(
        read(&folder, "CHANGELOG.md")
            .contains("## [Unreleased]\n\n### Added\n\n- `ConversationFlagged` is new.\n\n## [1.0.0]")
    );
    let examples: Vec<&str> = catalog
        .examples
        .iter()
        .map(|example| example.path.as_str())
        .filter(|path| path.contains("conversation_flagged"))
        .collect();
    assert_eq!(
        examples,
        [
            "examples/conversation_flagged.closed.example.json",
            "examples/conversation_flagged.example.json",
            "examples/conversation_flagged.reopened.example.json"
        ]
    );
}

#[test]
fn it_works_in_catalogs_of_any_make() {
    for (catalog, name) in [
        ("messaging", "CustomerSuspended"),
        ("messaging", "ChannelVerified"),
        ("wallet", "wallet.statement_sent"),
        ("wallet", "payment.reminded"),
        ("parcel", "parcel-weighed"),
        ("parcel", "courier-praised"),
    ] {
        add(catalog, &named(name));
    }
}

#[test]
fn a_transition_that_the_story_has_no_room_for_comes_with_a_story_of_its_own() {
    for (catalog, name, effects) in [
        ("messaging", "ConversationMerged", vec![moves(&["open", "reopened"], "archived")]),
        (
            "messaging",
            "ConversationSettled",
            vec![moves(&["closed"], "archived"), moves(&["open"], "closed")],
        ),
        ("messaging", "CustomerFrozen", vec![moves(&["enabled"], "disabled")]),
        ("wallet", "wallet.seized", vec![moves(&["open", "frozen", "locked"], "closed")]),
        (
            "wallet",
            "payment.forgiven",
            vec![moves(&["disputed"], "refunded"), Effect::Keeps { from: vec!["settled".to_owned()] }],
        ),
        ("parcel", "parcel-lost", vec![moves(&["moving", "held"], "withdrawn")]),
    ] {
        add(catalog, &NewEvent { effects, ..named(name) });
    }
}

#[test]
fn an_event_type_that_creates_begins_with_what_its_family_is_created_with() {
    for (catalog, name, state) in [
        ("messaging", "ConversationImported", "open"),
        ("messaging", "ChannelPorted", "mapped"),
        ("wallet", "wallet.imported", "frozen"),
        ("parcel", "parcel-found", "held"),
        ("parcel", "depot-rented", "open"),
    ] {
        add(catalog, &NewEvent { effects: vec![Effect::Creates(state.to_owned())], ..named(name) });
    }
}

#[test]
fn an_event_type_can_begin_with_the_payload_of_another_and_does_to_the_state_what_that_does() {
    for (catalog, name, from) in [
        ("messaging", "ConversationClosedByAgent", "ConversationClosed"),
        ("messaging", "CustomerCreatedByImport", "CustomerCreated"),
        ("wallet", "card.issued_again", "card.issued"),
        ("wallet", "holder.verified_anew", "holder.verified"),
        ("parcel", "parcel-registered-online", "parcel-registered"),
        // Its examples need what the examples in its other states need: the same depots.
        ("parcel", "parcel-returned-again", "parcel-returned"),
        ("parcel", "weather-warned-again", "weather-warned"),
    ] {
        let about = if name.starts_with("weather") { About::Nothing } else { About::Inferred };
        let request = NewEvent { from: Some(from.to_owned()), about, ..named(name) };
        let (_, loaded) = add(catalog, &request);
        let effects = |name: &str| {
            let transitions = loaded.aggregates.values().flat_map(|aggregate| &aggregate.transitions);
            let own = transitions.filter(|transition| transition.event == name);
            own.map(|transition| transition.effect.clone()).collect::<Vec<_>>()
        };
        assert_eq!(effects(name), effects(from), "{name}");
    }
}

#[test]
fn an_event_type_may_be_about_nothing() {
    let (folder, catalog) = add("parcel", &NewEvent { about: About::Nothing, ..named("strike-announced") });
    assert_eq!(catalog.event_types["strike-announced"].aggregate, None);
    let schema = read(&folder, "events.schema.json");
    assert!(schema.contains("\"$ref\": \"#/definitions/strike_announced\""), "it is one of the alternatives");
    assert!(
        read(&folder, "CHANGELOG.md")
            .starts_with("# Changelog\n\n## Unreleased\n\n- `strike-announced` is new.\n\n## 0.5.0\n")
    );
}

#[test]
fn one_after_the_other_all_are_held() {
    let folder = copy("messaging");
    for name in ["ConversationFlagged", "ConversationUnflagged", "CustomerRated"] {
        try_in(folder.path(), &named(name)).unwrap().write(folder.path()).unwrap();
        hold(folder.path());
    }
    let changelog = read(&folder, "CHANGELOG.md");
    assert!(changelog.contains("- `ConversationFlagged` is new.\n- `ConversationUnflagged` is new.\n- `CustomerRated` is new.\n\n## [1.0.0]"));
}

#[test]
fn what_is_asked_for_twice_comes_out_the_same() {
    let folder = copy("wallet");
    let request = NewEvent { effects: vec![moves(&["open"], "closed")], ..named("wallet.seized") };
    let once: Vec<_> =
        try_in(folder.path(), &request).unwrap().iter().map(|(p, c)| (p.to_owned(), c.to_vec())).collect();
    let again: Vec<_> =
        try_in(folder.path(), &request).unwrap().iter().map(|(p, c)| (p.to_owned(), c.to_vec())).collect();
    assert_eq!(once, again);
}

#[test]
fn what_can_t_be_is_told_and_nothing_is_written() {
    let state = |state: &str| vec![Effect::Creates(state.to_owned())];
    for (catalog, request, wanted) in [
        ("messaging", named("ConversationClosed"), "there is an event type `ConversationClosed` already"),
        (
            "messaging",
            named("conversation_flagged"),
            "`conversation_flagged` is not in PascalCase, as the catalog's other event types are",
        ),
        (
            "messaging",
            named("ConversationFlaggedEvent"),
            "`ConversationFlaggedEvent` ends in `Event`, which every event type is: leave it out",
        ),
        (
            "messaging",
            named("Conversation/../x"),
            "`Conversation/../x` is no name: letters, digits, `.`, `_`, `-` and `:`",
        ),
        ("messaging", named(""), "`` is no name: letters, digits, `.`, `_`, `-` and `:`"),
        (
            "messaging",
            named("OrderPlaced"),
            "`OrderPlaced` begins with no family's name, so its aggregate isn't known: there are `Customer`, `Contact`, \
             `Provider`, `Channel`, `Conversation`; name one with `--aggregate`, or say `--no-aggregate`",
        ),
        (
            "messaging",
            NewEvent { about: About::Aggregate("Order".to_owned()), ..named("OrderPlaced") },
            "there is no aggregate `Order`; there are `Customer`, `Contact`, `Provider`, `Channel`, `Conversation`",
        ),
        (
            "messaging",
            NewEvent { about: About::Aggregate("Contact".to_owned()), ..named("OrderPlaced") },
            "`OrderPlaced` must begin with `Contact`, as the names of the other event types begin with their family's",
        ),
        (
            "messaging",
            NewEvent { from: Some("ContactMoved".to_owned()), ..named("ContactFound") },
            "there is no event type `ContactMoved` to begin from; there are `CustomerCreated`, ",
        ),
        (
            "messaging",
            NewEvent { effects: state("gone"), ..named("ContactFound") },
            "`Contact` has no state `gone`; it has `active`, `deleted`",
        ),
        (
            "messaging",
            NewEvent { effects: vec![moves(&["deleted"], "active")], ..named("ContactFound") },
            "`deleted` is a final state: nothing may happen in it",
        ),
        (
            "messaging",
            NewEvent { purpose: Some("a\nb".to_owned()), ..named("ContactFound") },
            "the purpose is a sentence on one line",
        ),
        (
            "messaging",
            NewEvent { purpose: Some(" ".to_owned()), ..named("ContactFound") },
            "the purpose is empty",
        ),
        (
            "parcel",
            NewEvent { about: About::Nothing, effects: state("open"), ..named("strike-announced") },
            "an event type that is about no aggregate has no transitions",
        ),
        (
            "parcel",
            named("parcel_weighed"),
            "`parcel_weighed` is not in kebab-case, as the catalog's other event types are",
        ),
        (
            "wallet",
            named("wallet"),
            "`wallet` is not in lower case with dots (`order.placed`), as the catalog's other event types are",
        ),
        (
            "messaging",
            NewEvent { about: About::Nothing, ..named("StrikeAnnounced") },
            "nothing was written, since the envelope refuses the name: ",
        ),
    ] {
        let folder = copy(catalog);
        let before = files(folder.path());
        let error = try_in(folder.path(), &request).unwrap_err().to_string();
        assert!(error.starts_with(wanted), "{}: {error}", request.name);
        assert_eq!(files(folder.path()), before);
    }
}

#[test]
fn a_name_that_the_changelog_knows_is_not_used_again() {
    let folder = copy("messaging");
    let changelog = folder.path().join("CHANGELOG.md");
    let text = fs::read_to_string(&changelog).unwrap();
    fs::write(&changelog, text.replace("## [1.0.0]", "- `ContactMoved` is gone.\n\n## [1.0.0]")).unwrap();
    let error = try_in(folder.path(), &named("ContactMoved")).unwrap_err().to_string();
    assert_eq!(
        error,
        "`ContactMoved` was used before: CHANGELOG.md names it in line 12, and a name is never used again"
    );
}

#[test]
fn a_catalog_that_can_t_be_used_is_told_of() {
    let folder = copy("messaging");
    fs::write(folder.path().join("envelope.schema.json"), "{").unwrap();
    let error = try_in(folder.path(), &named("ContactMoved")).unwrap_err().to_string();
    assert!(error.starts_with("the catalog can't be used:\nenvelope.schema.json:1:2: "), "{error}");
}

#[test]
fn comments_and_order_of_the_manifest_are_kept_however_it_is_written() {
    let schema = r#"{"type": "object", "properties": {"kind": {"type": "string", "maxLength": 40}, "lamp": {"type": "string", "pattern": "^[a-z]+-[0-9a-f]{12}$"}, "at": {"type": "string", "format": "date-time"}}, "required": ["kind", "lamp", "at"]}"#;
    let head = "# The lamps.\r\n[catalog]\r\nname='lamps'\r\ntitle='Lamps'\r\nversion='1'\r\n[roles]\r\nevent_name='/kind'\r\noccurred_at='/at'\r\n";
    let lamp = "[aggregates.lamp] # a lamp\r\nid='/lamp'\r\nstates=['lit']\r\n";
    let event = "[events.lamp-lit]\r\n# the one\r\nschema='lamp.schema.json'\r\nversion=1\r\naggregate='lamp'\r\npurpose='A lamp was lit.'\r\n";
    let inline = "[events]\r\nlamp-lit={schema='lamp.schema.json',version=1,aggregate='lamp',purpose='A lamp was lit.'}# the one\r\n";
    for (manifest, wanted) in [
        (
            format!("{head}{event}{lamp}transitions=[{{event='lamp-lit',creates='lit'}}] # one\r\n# end\r\n"),
            format!(
                "{head}{event}\r\n[events.lamp-dimmed]\r\nschema = \"lamp_dimmed.schema.json\"\r\nversion = 1\r\naggregate = \"lamp\"\r\npurpose = \"Lamp: dimmed.\"\r\n{lamp}transitions=[{{event='lamp-lit',creates='lit'}}, {{ event = \"lamp-dimmed\", from = [\"lit\"] }}] # one\r\n# end\r\n"
            ),
        ),
        (
            format!(
                "{head}{inline}{lamp}transitions=[\r\n\t# first\r\n\t{{event='lamp-lit',creates='lit'}} # behind\r\n\t# end\r\n]\r\n"
            ),
            format!(
                "{head}{inline}lamp-dimmed = {{ schema = \"lamp_dimmed.schema.json\", version = 1, aggregate = \"lamp\", purpose = \"Lamp: dimmed.\" }}\r\n{lamp}transitions=[\r\n\t# first\r\n\t{{event='lamp-lit',creates='lit'}}, # behind\r\n\t# end\r\n\t{{ event = \"lamp-dimmed\", from = [\"lit\"] }},\r\n]\r\n"
            ),
        ),
        (
            format!(
                "{head}{event}{lamp}[[aggregates.lamp.transitions]]\r\nevent='lamp-lit' # behind\r\ncreates='lit'\r\n"
            ),
            format!(
                "{head}{event}\r\n[events.lamp-dimmed]\r\nschema = \"lamp_dimmed.schema.json\"\r\nversion = 1\r\naggregate = \"lamp\"\r\npurpose = \"Lamp: dimmed.\"\r\n{lamp}[[aggregates.lamp.transitions]]\r\nevent='lamp-lit' # behind\r\ncreates='lit'\r\n\r\n[[aggregates.lamp.transitions]]\r\nevent = \"lamp-dimmed\"\r\nfrom = [\"lit\"]\r\n"
            ),
        ),
    ] {
        let tree = MemoryTree::new().with("catalog.toml", manifest.clone()).with("lamp.schema.json", schema);
        Catalog::from_tree(&tree).unwrap_or_else(|error| panic!("{error}\n{manifest}"));
        let edits =
            new_event(&tree, &named("lamp-dimmed")).unwrap_or_else(|error| panic!("{error}\n{manifest}"));
        let (_, new) = edits.iter().find(|(path, _)| *path == "catalog.toml").unwrap();
        assert_eq!(std::str::from_utf8(new).unwrap(), wanted);
        assert!(tree.list().unwrap().contains(&"lamp.schema.json".to_owned()));
    }
}

/// A small catalog of lamps, with more in its manifest.
fn lamps(more: &str, examples: &[(&str, &str)]) -> MemoryTree {
    let manifest = format!(
        "[catalog]\nname = \"lamps\"\ntitle = \"Lamps\"\nversion = \"1\"\n\n[roles]\nevent_name = \"/kind\"\n{more}"
    );
    let schema = |kind: &str| {
        format!(
            r#"{{
  "type": "object",
  "properties": {{
    "kind": {{"const": "{kind}"}},
    "at": {{"type": "string", "format": "date-time"}},
    "lamp": {{"type": "string", "pattern": "^[a-z]+-[0-9a-f]{{8}}$"}}
  }},
  "required": ["kind", "lamp"]
}}"#
        )
    };
    let mut tree = MemoryTree::new().with("catalog.toml", manifest);
    for kind in ["lamp-hung", "lamp-lit"] {
        tree = tree.with(format!("schemas/{}.schema.json", kind.replace('-', "_")), schema(kind));
    }
    for (path, content) in examples {
        tree = tree.with(*path, *content);
    }
    tree
}

const LAMP: &str = r#"
[events.lamp-hung]
schema = "schemas/lamp_hung.schema.json"
version = 1
aggregate = "lamp"
purpose = "A lamp was hung."

[events.lamp-lit]
schema = "schemas/lamp_lit.schema.json"
version = 1
aggregate = "lamp"
purpose = "A lamp was lit."

[aggregates.lamp]
id = "/lamp"
states = ["dark", "lit", "broken"]
final = ["broken"]
transitions = [
  { event = "lamp-hung", creates = "dark" },
  { event = "lamp-lit", from = ["dark"], to = "lit" },
]
"#;

/// The paths of the edits' examples, once the edits are made to a tree and held.
fn examples_of(tree: &MemoryTree, request: &NewEvent) -> Vec<String> {
    let edits = new_event(tree, request).unwrap_or_else(|error| panic!("{}: {error}", request.name));
    let mut after = tree.clone();
    for (path, content) in edits.iter() {
        after = after.with(path, content);
    }
    let catalog = Catalog::from_tree(&after).unwrap();
    assert!(catalog.event_types.contains_key(&request.name));
    edits.iter().map(|(path, _)| path.to_owned()).filter(|path| path.starts_with("examples/")).collect()
}

#[test]
fn a_catalog_without_examples_gets_those_that_the_new_one_needs() {
    let tree = lamps(&format!("occurred_at = \"/at\"\n{LAMP}"), &[]);
    let request = NewEvent { effects: vec![moves(&["lit"], "broken")], ..named("lamp-broken") };
    let wanted = [
        "examples/lamp_broken.example.json",
        "examples/lamp_hung.for-lamp-broken.example.json",
        "examples/lamp_lit.for-lamp-broken.example.json",
    ];
    assert_eq!(examples_of(&tree, &request), wanted);
    // Without times a story is told in the order of its files, which can't be that of this one.
    let error = new_event(&lamps(LAMP, &[]), &request).unwrap_err().to_string();
    assert!(
        error.ends_with(
            "the manifest has no role `occurred_at`, so examples happen in the order of their files' names"
        ),
        "{error}"
    );
}

#[test]
fn states_that_no_file_s_name_tells_apart_have_files_of_their_own() {
    let odd = LAMP
        .replace("\"lit\"", "\"Δ\"")
        .replace("\"dark\"", "\"a b\"")
        .replace("states = [", "states = [\"a-b\", ");
    let odd = odd.replace(
        "  { event = \"lamp-hung\"",
        "  { event = \"lamp-lit\", from = [\"a-b\"], to = \"Δ\" },\n  { event = \"lamp-hung\"",
    );
    let odd = odd.replace("from = [\"a b\"], to = \"Δ\"", "from = [\"a b\"], to = \"a-b\"");
    let tree = lamps(&format!("occurred_at = \"/at\"\n{odd}"), &[]);
    let examples = examples_of(&tree, &named("lamp-wiped"));
    let own: Vec<&String> = examples
        .iter()
        .filter(|path| path.starts_with("examples/lamp_wiped.") && !path.contains(".for-"))
        .collect();
    assert_eq!(own.len(), 3, "{examples:?}");
}

#[test]
fn an_example_may_be_an_array_of_events() {
    let story = r#"[
  {"kind": "lamp-hung", "lamp": "hall-0123abcd", "at": "2026-02-01T10:00:00Z"},
  {"kind": "lamp-lit", "lamp": "hall-0123abcd", "at": "2026-02-01T10:00:01Z"}
]"#;
    let tree = lamps(&format!("occurred_at = \"/at\"\n{LAMP}"), &[("examples/story.json", story)]);
    // There is no second between the two, so it comes before neither: the story ends lit, and so it is broken then.
    let request = NewEvent { effects: vec![moves(&["lit"], "broken")], ..named("lamp-broken") };
    assert_eq!(examples_of(&tree, &request), ["examples/lamp_broken.example.json"]);
    let request =
        NewEvent { effects: vec![Effect::Keeps { from: vec!["dark".to_owned()] }], ..named("lamp-wiped") };
    assert_eq!(examples_of(&tree, &request).len(), 2, "with another lamp");
}

#[test]
fn an_aggregate_that_has_no_event_type_yet_gets_its_first() {
    let shade = r#"
[aggregates.shade]
id = "/shade"
states = ["new"]
"#;
    let tree = lamps(&format!("occurred_at = \"/at\"\n{LAMP}{shade}"), &[]);
    let request = NewEvent { effects: vec![Effect::Creates("new".to_owned())], ..named("shade-bought") };
    let edits = new_event(&tree, &request).unwrap_or_else(|error| panic!("{error}"));
    let content = |path: &str| {
        let (_, content) = edits.iter().find(|(known, _)| *known == path).unwrap_or_else(|| panic!("{path}"));
        std::str::from_utf8(content).unwrap().to_owned()
    };
    let schema: serde_json::Value =
        serde_json::from_str(&content("schemas/shade_bought.schema.json")).unwrap();
    assert_eq!(schema["properties"]["kind"]["const"], "shade-bought");
    assert_eq!(schema["properties"]["shade"]["x-privacy"], "identifier");
    assert!(schema["required"].as_array().unwrap().contains(&"shade".into()));
    assert!(content("catalog.toml").ends_with(
        "states = [\"new\"]\ntransitions = [\n  { event = \"shade-bought\", creates = \"new\" },\n]\n"
    ));
}
