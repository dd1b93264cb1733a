//! The other ways in which each rule can be broken, besides the one that its explanation shows: a change of one file of
//! the small catalog, and what is told.

use tidings_check::lint::{Selection, lint};

use crate::catalogs::{lamps, report, today, told, tree};

/// The findings after some text of a file was replaced, or all of it if `old` is empty.
#[track_caller]
fn after(path: &str, old: &str, new: &str) -> Vec<String> {
    let mut files = lamps();
    let text = files.get(path).map(|text| String::from_utf8(text.clone()).unwrap()).unwrap_or_default();
    assert!(text.contains(old), "{old}");
    let text = if old.is_empty() { new.to_owned() } else { text.replacen(old, new, 1) };
    files.insert(path.to_owned(), text.into_bytes());
    report(&files)
        .findings
        .iter()
        .map(|finding| format!("{}: {}", finding.rule.id, finding.message))
        .collect()
}

const LIT: &str = "schemas/lamp_lit.schema.json";
const FIRST: &str = "\"event_name\": { \"const\": \"LampLit\" }";

/// The findings when the lit lamp has a field `x` of this schema.
#[track_caller]
fn field(schema: &str) -> Vec<String> {
    let base = "\"description\": \"X.\", \"x-privacy\": \"public\"";
    after(LIT, FIRST, &format!("{FIRST}, \"x\": {{ {base}, {schema} }}"))
}

#[test]
fn what_no_value_satisfies_is_found_even_where_no_two_keywords_show_it() {
    let never = "lint/unsatisfiable-schema: no value can satisfy all that this schema says";
    for (schema, is_never) in [
        // Three bounds that leave no multiple.
        ("\"type\": \"integer\", \"minimum\": 11, \"maximum\": 19, \"multipleOf\": 10", true),
        ("\"type\": \"string\", \"pattern\": \"^a{5}$\", \"maxLength\": 4", true),
        ("\"type\": \"string\", \"maxLength\": 9, \"not\": { \"type\": \"string\" }", true),
        ("\"type\": \"integer\", \"minimum\": 11, \"maximum\": 20, \"multipleOf\": 10", false),
        ("\"type\": \"string\", \"pattern\": \"^a{4}$\", \"maxLength\": 4", false),
    ] {
        let found = field(schema);
        assert_eq!(found.iter().any(|told| told == never), is_never, "{schema}: {found:#?}");
        assert!(found.len() <= 1, "{schema}: {found:#?}");
    }
}

#[test]
fn the_small_catalog_is_clean() {
    assert_eq!(told(&report(&lamps()).findings), [""; 0]);
}

#[test]
fn contradictions_are_found_and_what_only_looks_like_one_is_not() {
    for (schema, why) in [
        (
            "\"type\": \"integer\", \"minimum\": 5, \"maximum\": 4",
            "`minimum` 5 leaves nothing below `maximum` 4",
        ),
        (
            "\"type\": \"integer\", \"exclusiveMinimum\": 5, \"maximum\": 5",
            "`exclusiveMinimum` 5 leaves nothing below `maximum` 5",
        ),
        (
            "\"type\": \"number\", \"exclusiveMinimum\": 1e1, \"exclusiveMaximum\": 10.0",
            "`exclusiveMinimum` 1e1 leaves nothing below `exclusiveMaximum` 10.0",
        ),
        ("\"type\": \"string\", \"enum\": [\"a\", 1]", "`type` refuses a value of `enum`, a number"),
        ("\"type\": \"integer\", \"const\": 1.5", "`type` refuses the one value of `const`, a number"),
        (
            "\"type\": \"object\", \"required\": [\"a\", \"b\"], \"maxProperties\": 1",
            "`required` asks for 2 members and `maxProperties` allows 1",
        ),
        (
            "\"type\": \"object\", \"required\": [\"a\"], \"properties\": {\"a\": false}",
            "`a` must be there and `properties` forbids it",
        ),
        (
            "\"type\": \"array\", \"minItems\": 1, \"items\": false",
            "`minItems` asks for 1 and `items` forbids any",
        ),
        ("\"enum\": []", "`enum` lists no value"),
        (
            "\"type\": \"array\", \"maxItems\": 1, \"contains\": false",
            "`contains` asks for an item that nothing can be",
        ),
    ] {
        assert_eq!(field(schema), [format!("lint/unsatisfiable-schema: {why}")], "{schema}");
    }
    for schema in [
        "\"type\": \"integer\", \"minimum\": 5, \"maximum\": 5.0",
        "\"type\": [\"string\", \"null\"], \"enum\": [\"a\", null]",
        "\"type\": \"integer\", \"const\": 1.0",
        "\"type\": \"array\", \"minItems\": 0, \"items\": false",
        "\"type\": \"number\", \"minimum\": 12345678901234567890, \"maximum\": 12345678901234567890",
    ] {
        assert_eq!(field(schema), [""; 0], "{schema}");
    }
}

#[test]
fn an_event_type_that_contradicts_its_envelope_is_found_where_it_does() {
    for (schema, why) in [
        (
            "\"event_name\": { \"type\": \"integer\" }",
            "no value is number and string, which envelope.schema.json:8 asks for",
        ),
        ("\"event_name\": { \"const\": 1 }", "`const` has no value of the type string"),
        ("\"version\": { \"maximum\": 0 }", "`minimum` 1 leaves nothing below `maximum` 0"),
        (
            "\"lamp_id\": { \"allOf\": [{ \"const\": \"lamp_1\" }, { \"const\": \"lamp_2\" }] }",
            "`const` has no value of the `const`",
        ),
    ] {
        let found = after(LIT, FIRST, schema);
        let found: Vec<&String> =
            found.iter().filter(|found| found.starts_with("lint/unsatisfiable")).collect();
        assert_eq!(found.len(), 1, "{schema}: {found:?}");
        assert!(found[0].contains(why) && found[0].ends_with(" asks for"), "{found:?}");
    }
}

#[test]
fn what_no_two_keywords_tell_is_proven_and_told_of_where_it_is() {
    let alone = "lint/unsatisfiable-schema: no value can satisfy all that this schema says";
    for schema in [
        "\"type\": \"string\", \"enum\": [\"abc\", \"abd\"], \"maxLength\": 2",
        "\"type\": \"string\", \"const\": \"b\", \"pattern\": \"^a$\"",
        "\"type\": \"integer\", \"multipleOf\": 10, \"minimum\": 11, \"maximum\": 19",
        "\"type\": \"object\", \"required\": [\"ab\"], \"propertyNames\": {\"maxLength\": 1}",
        "\"type\": \"integer\", \"not\": {\"type\": \"number\"}",
    ] {
        assert_eq!(field(schema), [alone], "{schema}");
    }
    let found = after(LIT, FIRST, &format!("{FIRST}, \"event_id\": {{ \"pattern\": \"^x\" }}"));
    let found: Vec<&String> = found.iter().filter(|found| found.contains("unsatisfiable")).collect();
    assert_eq!(found, ["lint/unsatisfiable-schema: no value satisfies all that applies to `event_id`"]);
    for schema in [
        "\"type\": \"string\", \"enum\": [\"abc\", \"b\"], \"maxLength\": 2",
        "\"not\": {}",
        "\"type\": \"integer\", \"multipleOf\": 10, \"minimum\": 11",
    ] {
        assert_eq!(field(schema), [""; 0], "{schema}");
    }
}

#[test]
fn keywords_that_ask_for_nothing_are_found() {
    for (schema, keyword) in [
        (
            "\"type\": \"integer\", \"pattern\": \"^a$\"",
            "`pattern` is about strings, which there can't be here",
        ),
        (
            "\"type\": \"array\", \"maxItems\": 2, \"additionalItems\": false",
            "`additionalItems` is about the items after a list of `items`, which there can't be here",
        ),
        ("\"type\": \"integer\", \"if\": {\"minimum\": 2}", "`if` asks for nothing without `then` or `else`"),
        ("\"type\": \"integer\", \"else\": {\"minimum\": 2}", "`else` asks for nothing without `if`"),
    ] {
        assert_eq!(field(schema), [format!("lint/inapplicable-keyword: {keyword}")], "{schema}");
    }
    // With a misspelt type nobody knows what can be there.
    let misspelt = field("\"type\": \"int\", \"minimum\": 2, \"maxLength\": 3");
    assert!(!misspelt.iter().any(|told| told.contains("inapplicable")), "{misspelt:?}");
    for schema in [
        "\"type\": [\"integer\", \"string\"], \"maxLength\": 2",
        "\"type\": \"array\", \"items\": [true], \"additionalItems\": false",
        "\"type\": \"integer\", \"if\": {\"minimum\": 2}, \"else\": {\"maximum\": 1}",
    ] {
        assert_eq!(field(schema), [""; 0], "{schema}");
    }
}

#[test]
fn strings_and_arrays_are_bounded_by_whatever_applies_to_them() {
    for schema in [
        "\"type\": \"string\", \"format\": \"uuid\"",
        "\"type\": \"string\", \"pattern\": \"^[a-z]{1,3}$\"",
        "\"type\": \"string\", \"allOf\": [{\"maxLength\": 3}]",
        "\"oneOf\": [{\"type\": \"string\", \"maxLength\": 3}, {\"type\": \"string\", \"const\": \"longer\"}]",
        "\"type\": [\"string\", \"null\"], \"enum\": [\"a\", null]",
        "\"type\": \"array\", \"items\": [{\"type\": \"integer\"}], \"additionalItems\": false",
        "\"not\": {\"type\": \"string\"}, \"type\": \"integer\"",
    ] {
        assert_eq!(field(schema), [""; 0], "{schema}");
    }
    for (schema, what) in [
        ("\"type\": \"string\", \"pattern\": \"^[a-z]+$\"", "string: the string `x` may"),
        (
            "\"type\": \"string\", \"anyOf\": [{\"maxLength\": 3}, {\"minLength\": 5}]",
            "string: the string `x` may",
        ),
        (
            "\"type\": \"array\", \"maxItems\": 3, \"items\": {\"type\": \"string\"}",
            "string: the string `x[]` may",
        ),
        (
            "\"type\": \"object\", \"additionalProperties\": {\"type\": \"string\"}",
            "string: the string `x.*` may",
        ),
        (
            "\"oneOf\": [{\"type\": \"string\", \"maxLength\": 3}, {\"type\": \"array\"}]",
            "array: the array `x` may",
        ),
        ("\"type\": \"array\", \"items\": [{\"type\": \"integer\"}]", "array: the array `x` may"),
    ] {
        let found = field(schema);
        assert_eq!(found.len(), 1, "{schema}: {found:?}");
        assert!(found[0].starts_with(&format!("lint/unbounded-{what}")), "{schema}: {found:?}");
    }
}

#[test]
fn an_event_that_closes_itself_is_found_whatever_the_policy() {
    let closed =
        after(LIT, "\"type\": \"object\",", "\"type\": \"object\", \"additionalProperties\": false,");
    assert!(
        closed.contains(
            &"lint/closed-schema: the event refuses fields that the schema does not list".to_owned()
        ),
        "{closed:#?}"
    );
    let envelope = after(
        "envelope.schema.json",
        "\"type\": \"object\",",
        "\"type\": \"object\", \"additionalProperties\": false,",
    );
    assert!(envelope.iter().any(|found| found.starts_with("lint/closed-schema")), "{envelope:#?}");
}

#[test]
fn a_version_may_have_no_upper_bound() {
    for (pin, keyword) in [("\"maximum\": 1", "maximum"), ("\"enum\": [1]", "enum")] {
        let found = after(LIT, FIRST, &format!("{FIRST}, \"version\": {{ {pin} }}"));
        assert_eq!(found, [format!("lint/pinned-version: `{keyword}` pins the version of `LampLit`")]);
    }
}

#[test]
fn names_of_personal_data_are_found_in_any_form_at_the_end_of_a_name() {
    for name in [
        "email",
        "reply_email",
        "first_name",
        "signup_ip",
        "dob",
        "ssn",
        "display_name",
        "contact_phone_number",
    ] {
        let found = after(
            LIT,
            FIRST,
            &format!(
                "{FIRST}, \"{name}\": {{ \"description\": \"X.\", \"x-privacy\": \"public\", \"type\": \"string\", \"maxLength\": 9 }}"
            ),
        );
        assert_eq!(found.len(), 1, "{name}: {found:?}");
        assert!(found[0].starts_with("lint/sensitive-name"), "{found:?}");
    }
    for name in ["ip_country", "email_verified", "shipped", "phone_model", "username_rule", "tip"] {
        let found = after(
            LIT,
            FIRST,
            &format!(
                "{FIRST}, \"{name}\": {{ \"description\": \"X.\", \"x-privacy\": \"public\", \"type\": \"string\", \"maxLength\": 9 }}"
            ),
        );
        assert_eq!(found, [""; 0], "{name}");
    }
    let boolean = after(
        LIT,
        FIRST,
        &format!(
            "{FIRST}, \"has_email\": {{ \"description\": \"X.\", \"x-privacy\": \"public\", \"type\": \"boolean\" }}"
        ),
    );
    assert_eq!(boolean, [""; 0]);
}

#[test]
fn personal_data_is_found_in_defaults_examples_events_and_the_manifest_and_never_shown() {
    let secret = "AKIAIOSFODNN7EXAMPLE";
    for found in [
        field("\"type\": \"string\", \"maxLength\": 99, \"default\": \"jane@corp-mail.com\""),
        field("\"type\": \"string\", \"maxLength\": 99, \"examples\": [\"AKIAIOSFODNN7EXAMPLE\"]"),
        field("\"type\": \"string\", \"enum\": [\"+46 8 663 25 00\"]"),
        after("catalog.toml", "A lamp was switched on.", "A lamp was switched on, says jane@corp-mail.com."),
    ] {
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with("lint/personal-data: "), "{found:?}");
        assert!(!found[0].contains(secret) && !found[0].contains("corp-mail"), "{found:?}");
    }
    assert_eq!(
        field(
            "\"type\": \"string\", \"maxLength\": 99, \"default\": \"jane@mail.example.com, +1 202 555 0123\""
        ),
        [""; 0]
    );
}

#[test]
fn near_misses_are_held_to_what_is_expected() {
    let near = "near-misses/lamp_lit.too-bright.json";
    assert_eq!(
        after(near, "101", "100"),
        ["lint/near-miss: `lamp_lit.too-bright.json` is valid, and a near miss must not be"]
    );
    assert_eq!(
        after("near-misses/expected.json", "too-bright", "too-dark"),
        ["lint/near-miss: it lists `lamp_lit.too-dark.json`, but there is no such near miss",]
    );
    assert_eq!(
        after("near-misses/lamp_lit.new.json", "", "{}"),
        ["lint/near-miss: `lamp_lit.new.json` is not listed in `near-misses/expected.json`"]
    );
    let named = after("near-misses/lamp.new.json", "", "{}");
    assert!(
        named.contains(&"lint/file-name: `lamp.new.json` begins with no event type's name".to_owned()),
        "{named:#?}"
    );
}

#[test]
fn pointers_of_roles_members_and_ids_must_lead_to_a_field() {
    for (old, new, place) in [
        ("\"/event_id\"", "\"/event_uid\"", "events has anything at `/event_uid`"),
        ("id = \"/lamp_id\"", "id = \"/lamp\"", "events of the family Lamp has anything at `/lamp`"),
        (
            "identity = [\"/socket\"]",
            "identity = [\"/socket\"]\nmembers = [{ name = \"shades\", field = \"/shade\", add = \"LampLit\", remove = \"LampRemoved\" }]",
            "events that add or remove has anything at `/shade`",
        ),
    ] {
        let found = after("catalog.toml", old, new);
        assert!(
            found.contains(&format!("lint/reference-to-nothing: no schema of the {place}")),
            "{found:#?}"
        );
    }
}

#[test]
fn a_name_of_a_file_a_state_or_an_event_type_that_leads_nowhere_is_told_with_what_was_meant() {
    let mut files = lamps();
    let text = String::from_utf8(files["catalog.toml"].clone()).unwrap();
    files.insert(
        "catalog.toml".to_owned(),
        text.replacen("lamp_lit.schema", "lamp_lid.schema", 1).into_bytes(),
    );
    let found = report(&files).findings;
    let help: Vec<_> = found.iter().filter_map(|finding| finding.help.as_deref()).collect();
    assert!(help.contains(&"did you mean `schemas/lamp_lit.schema.json`?"), "{help:?}");
}

#[test]
fn what_must_not_be_shown_is_not_in_the_source_line_of_another_finding_either() {
    let mut files = lamps();
    let text = String::from_utf8(files[LIT].clone()).unwrap();
    let field = "\"x\": { \"type\": \"string\", \"examples\": [\"jane@corp-mail.com\"] }";
    files.insert(LIT.to_owned(), text.replacen(FIRST, &format!("{FIRST}, {field}"), 1).into_bytes());
    let findings = report(&files).findings;
    assert!(findings.len() >= 3, "{findings:#?}");
    assert!(!format!("{findings:?}").contains("corp-mail"), "{findings:#?}");
}

#[test]
fn a_field_has_one_unit_one_format_and_refers_to_one_kind_of_thing() {
    let removed = "schemas/lamp_removed.schema.json";
    let name = "\"event_name\": { \"const\": \"LampRemoved\" }";
    let base = "\"x-privacy\": \"public\", \"type\"";
    let found = after(
        removed,
        name,
        &format!("{name}, \"brightness\": {{ \"description\": \"In degrees.\", {base}: \"integer\" }}"),
    );
    assert_eq!(
        found,
        [
            "lint/field-meaning: `brightness` is measured in degrees in `LampRemoved`, and measured in percent in `LampLit`",
        ]
    );
    let text = "\"socket\": { \"description\": \"S.\", \"x-privacy\": \"identifier\", \"type\": \"string\", \"format\":";
    let mut files = lamps();
    for (path, format) in [(LIT, "date"), (removed, "date-time")] {
        let old = String::from_utf8(files[path].clone()).unwrap();
        let new =
            old.replacen("\"properties\": {", &format!("\"properties\": {{ {text} \"{format}\" }},"), 1);
        files.insert(path.to_owned(), new.into_bytes());
    }
    let found = report(&files).findings;
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(
        found[0].message,
        "`socket` is of the format `date-time` in `LampRemoved`, and of the format `date` in `LampLit`"
    );
}

#[test]
fn consumers_are_held_to_the_catalog_and_to_their_form() {
    let found = |text: &str| {
        let mut files = lamps();
        files.insert("consumers.toml".to_owned(), text.as_bytes().to_vec());
        let selection = Selection::new(&["lint/consumers".to_owned()], &[]).unwrap();
        let report = lint(&tree(&files), &selection, today()).unwrap();
        let told = report.findings.iter().map(|finding| format!("{}: {}", finding.rule.id, finding.message));
        told.collect::<Vec<_>>()
    };
    let listed =
        |events: &str| found(&format!("[[consumer]]\nname = \"billing\"\n[consumer.events]\n{events}\n"));
    for good in [
        "",
        "LampLit = [\"*\"]",
        "LampLit = []",
        "LampLit = [\"/lamp_id\", \"/brightness\"]",
        "LampLit = [\"\"]",
    ] {
        assert_eq!(listed(good), [""; 0], "{good}");
    }
    for (events, told) in [
        ("LampThrown = []", "the catalog has no event type `LampThrown`"),
        ("LampLit = [\"/brightness/unit\"]", "`LampLit` has no field at `/brightness/unit`"),
        ("LampLit = [\"/wires/*\"]", "`LampLit` has no field at `/wires/*`"),
        ("LampLit = \"/lamp_id\"", "what is used of `LampLit` must be a list of JSON Pointers"),
        ("LampLit = [\"lamp_id\"]", "`lamp_id` is not a JSON Pointer, such as `/field`"),
        ("LampLit = [1]", "a field must be a JSON Pointer in quotes, such as `\"/field\"`"),
    ] {
        assert_eq!(listed(events), [format!("lint/consumers: {told}")]);
    }
    for text in [
        "[[consumer]]\n",
        "[[consumer]]\nname = \"\\n\"\n",
        "[[consumer]\n",
        "consumer = 1\n",
        "[[reader]]\n",
    ] {
        let found = found(text);
        assert!(found.len() == 1 && found[0].starts_with("lint/consumers: "), "{text}: {found:?}");
    }
}
