//! What an audit says about a stream as a whole.

use std::fmt::Write as _;

use tidings_audit::{Options, Order};

use crate::rooms::{MANIFEST, audit_with, audited, lines};

#[test]
fn totals_tell_states_transitions_and_redeliveries() {
    let audited = audited(&[
        "room-built a h room=r",
        "room-built b h room=s",
        "room-shut c h room=s",
        "room-built a h room=r",
        "lamp-hung d h room=r lamp=l hook=1",
    ]);
    let stream = audited.summary.stream.unwrap();
    assert_eq!((stream.redelivered, stream.adopted), (1, 0));
    let room = &stream.aggregates[0];
    assert_eq!(room.states, [("open".to_owned(), 1), ("shut".to_owned(), 1), ("razed".to_owned(), 0)]);
    let counts: Vec<(String, u64)> = room
        .transitions
        .iter()
        .map(|t| (format!("{} {}-{}", t.event, t.from.as_deref().unwrap_or(""), t.to), t.count))
        .collect();
    let expected = [
        ("room-built -open", 2),
        ("room-shut open-shut", 1),
        ("room-opened shut-open", 0),
        ("room-razed open-razed", 0),
        ("room-razed shut-razed", 0),
        ("guest-came open-open", 0),
        ("guest-went open-open", 0),
    ];
    assert_eq!(counts, expected.map(|(name, count)| (name.to_owned(), count)));
    assert_eq!(stream.aggregates[1].states[0], ("dark".to_owned(), 1));
}

#[test]
fn a_stream_that_starts_in_the_middle_adopts_what_it_meets_in_any_state_the_event_allows() {
    let options = Options { starts_mid_stream: true, ..Options::default() };
    let text = lines(&[
        "room-razed a h room=q",              // open or shut before, razed now
        "room-opened b h room=q",             // not allowed any more
        "lamp-lit c h lamp=l",                // was dark
        "lamp-lit d h lamp=l",                // is lit
        "lamp-hung e h room=r lamp=m hook=1", // adopts the room as live, so open
        "room-opened f h room=r",             // which is not allowed when it is open
        "guest-went g h room=r guest=x",      // may have been in before
        "guest-went h h room=r guest=x",      // but is out now
    ]);
    let audited = audit_with(MANIFEST, &text, options, 1);
    assert_eq!(
        audited.told(),
        [
            "2 lifecycle/transition /kind",
            "4 lifecycle/transition /kind",
            "6 lifecycle/transition /kind",
            "8 lifecycle/membership /guest",
        ],
    );
    assert_eq!(audited.summary.stream.unwrap().adopted, 3);
}

#[test]
fn an_event_that_creates_what_it_refers_to_refers_to_nothing_wherever_the_stream_starts() {
    let manifest =
        MANIFEST.replace(r#"identity = ["/door"]"#, r#"references = [{ field = "/door", to = "room" }]"#);
    for starts_mid_stream in [false, true] {
        let options = Options { starts_mid_stream, ..Options::default() };
        let text = lines(&["room-built a h room=r door=r", "room-shut b h room=r door=r"]);
        let audited = audit_with(&manifest, &text, options, 1);
        assert_eq!(audited.told(), ["1 reference/missing /door"], "{starts_mid_stream}");
    }
    let options = Options { starts_mid_stream: true, ..Options::default() };
    let audited = audit_with(&manifest, &lines(&["room-shut b h room=r door=r"]), options, 1);
    assert_eq!(audited.told(), [""; 0]);
}

#[test]
fn by_occurrence_events_are_sorted_but_told_in_the_order_of_the_input() {
    let text = lines(&[
        "room-opened c h room=r at=2025-01-03T00:00:00Z",
        "room-razed d h room=s at=2025-01-03T00:00:00Z",
        "room-shut b h room=r at=2025-01-02T00:00:00Z",
        "room-built a h room=r at=2025-01-01T00:00:00Z",
    ]);
    let options = Options { order: Order::Occurred, ..Options::default() };
    let audited = audit_with(MANIFEST, &text, options, 1);
    assert_eq!(audited.told(), ["2 lifecycle/unknown-aggregate /room"]);
    assert_eq!((audited.summary.events, audited.summary.invalid), (4, 1));
}

#[test]
fn a_timeline_has_every_event_of_the_aggregate_with_the_states_around_it() {
    let text = lines(&[
        "room-built a h room=r",
        "room-built b h room=s",
        "room-opened c h room=r",
        "room-shut d h room=r",
        "room-shut e h room=r hook=1.5",
    ]);
    let options = Options { trace: Some("r".to_owned()), ..Options::default() };
    let told: Vec<String> = audit_with(MANIFEST, &text, options, 1)
        .trace
        .iter()
        .map(|entry| {
            let state = |state: &Option<String>| state.clone().unwrap_or_default();
            let rules: Vec<&str> = entry.findings.iter().map(|finding| finding.rule.id).collect();
            format!(
                "{} {} {}-{} {}",
                entry.line,
                entry.event_name,
                state(&entry.before),
                state(&entry.after),
                rules.join(" ")
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            "1 room-built -open ",
            "3 room-opened open-open lifecycle/transition",
            "4 room-shut open-shut ",
            "5 room-shut shut-shut schema/type",
        ],
    );
}

#[test]
fn findings_of_one_cause_have_the_same_cause() {
    let audited = audited(&["lamp-lit a h lamp=l", "lamp-lit b h lamp=l", "lamp-lit c h lamp=m"]);
    let causes: Vec<_> = audited.findings.iter().map(|finding| finding.cause.clone()).collect();
    assert!(causes[0].is_some() && causes[0] == causes[1] && causes[0] != causes[2], "{causes:?}");
}

#[test]
fn a_finding_names_the_aggregate_its_state_and_where_it_was_put_there() {
    let audited =
        audited(&["room-built a h room=r", "room-shut b h room=r", "guest-came c h room=r guest=x"]);
    let finding = &audited.findings[0];
    assert_eq!(finding.message, "`guest-came` is not allowed while the room `r` is `shut`");
    let help = finding.help.as_deref().unwrap();
    assert!(help.starts_with("it became so at ") && help.contains("rooms.ndjson:2"), "{help}");
    assert!(help.ends_with("allowed then: `room-opened`, `room-razed`"), "{help}");
}

#[test]
fn output_is_the_same_at_any_number_of_threads() {
    let mut text = String::new();
    for number in 0..4000 {
        let kind = ["room-built", "room-shut", "room-opened", "guest-came"][number % 4];
        let _ = writeln!(
            text,
            "{{\"kind\":\"{kind}\",\"id\":\"{number}\",\"house\":\"h\",\"room\":{},\"guest\":\"g\"}}",
            number % 7
        );
    }
    let told = |threads| audit_with(MANIFEST, &text, Options::default(), threads).told();
    let one = told(1);
    assert!(one.len() > 1000);
    for threads in [2, 5] {
        assert_eq!(told(threads), one);
    }
}
