//! Each step of the audit does what it says and nothing else.

use tidings_audit::Options;

use crate::rooms::{MANIFEST, audit_ulids, audit_with, audited, lines};

#[test]
fn an_event_with_an_error_is_neither_remembered_nor_applied() {
    // The hook is no integer, so the lamp is not hung, its id stays free, and lighting it finds no lamp.
    let audited =
        audited(&["room-built a h room=r", "lamp-hung b h room=r lamp=l hook=1.5", "lamp-lit b h lamp=l"]);
    assert_eq!(audited.told(), ["2 schema/type /hook", "3 lifecycle/unknown-aggregate /lamp"]);
}

#[test]
fn an_unknown_field_does_not_keep_an_event_from_being_applied() {
    let audited = audited(&["room-built a h room=r colour=red", "room-shut b h room=r"]);
    assert_eq!(audited.told(), ["1 schema/unknown-field /colour"]);
}

#[test]
fn the_same_value_under_the_same_id_is_a_redelivery_however_it_is_written() {
    let text = lines(&["room-built a h room=1", "room-shut b h room=1"])
        + "{\"room\":1.0,\"house\":\"h\",\"id\":\"\\u0061\",\"kind\":\"room-built\"}\n";
    let audited = audit_with(MANIFEST, &text, Options::default(), 1);
    assert!(audited.findings.is_empty(), "{:?}", audited.told());
    assert_eq!(audited.summary.stream.unwrap().redelivered, 1);
}

#[test]
fn another_value_under_the_same_id_is_a_conflict_and_the_first_stays() {
    let audited = audited(&[
        "room-built a h room=r",
        "room-built a h room=s",
        "room-shut b h room=s",
        "room-built a h room=r",
        "room-built a h room=s",
    ]);
    assert_eq!(
        audited.told(),
        [
            "2 dedupe/event-id-conflict /id",
            "3 lifecycle/unknown-aggregate /room",
            "5 dedupe/event-id-conflict /id"
        ],
    );
    assert_eq!(audited.summary.stream.unwrap().redelivered, 1);
}

#[test]
fn an_event_is_remembered_even_if_a_later_step_refuses_it() {
    let audited = audited(&["room-shut a h room=r", "room-built b h room=r", "room-shut a h room=r"]);
    assert_eq!(audited.told(), ["1 lifecycle/unknown-aggregate /room"]);
    assert_eq!(audited.summary.stream.unwrap().redelivered, 1);
}

#[test]
fn a_key_is_taken_by_scope_and_event_name_even_by_a_refused_event() {
    let audited = audited(&[
        "room-shut a h room=r key=k",
        "room-built b h room=r key=k",
        "room-shut c h room=r key=k",
        "room-built d g room=s key=k",
        "room-shut e g room=s key=k",
    ]);
    assert_eq!(audited.told(), ["1 lifecycle/unknown-aggregate /room", "3 dedupe/logical-duplicate /key"]);
}

#[test]
fn a_reference_must_exist_share_the_scope_and_for_a_new_aggregate_be_live() {
    let audited = audited(&[
        "room-built a h room=r",
        "lamp-hung b h room=x lamp=l hook=1",
        "lamp-lit c h lamp=l",
        "lamp-hung d g room=r lamp=m hook=1",
        "room-shut e h room=r",
        "lamp-hung f g room=r lamp=n hook=2",
        "lamp-lit i h lamp=l room=r",
    ]);
    assert_eq!(
        audited.told(),
        [
            "2 reference/missing /room",
            "4 reference/other-scope /room",
            "6 reference/not-live /room",
            "6 reference/other-scope /room",
            // Neither a missing nor a dark reference ended the event; and an event that creates nothing may refer to a
            // shut room. But the lamp is lit already.
            "7 lifecycle/transition /kind",
        ],
    );
}

#[test]
fn an_event_of_another_scope_than_its_aggregate_is_found_at_the_scope_and_applied() {
    let audited = audited(&["room-built a h room=r", "room-shut b g room=r", "room-opened c h room=r"]);
    assert_eq!(audited.told(), ["2 reference/other-scope /house"]);
}

#[test]
fn a_lifecycle_error_ends_the_event_and_leaves_the_state() {
    let audited = audited(&[
        "room-shut a h room=r",
        "room-built b h room=r",
        "room-built c h room=r",
        "room-opened d h room=r",
        "room-shut e h room=r",
        "room-shut f h room=r",
        "room-opened g h room=r",
        "room-razed h h room=r",
        "room-opened i h room=r",
        "room-built j h room=r",
    ]);
    assert_eq!(
        audited.told(),
        [
            "1 lifecycle/unknown-aggregate /room",
            "3 lifecycle/already-exists /room",
            "4 lifecycle/transition /kind",
            "6 lifecycle/transition /kind",
            "9 lifecycle/transition /kind",
            "10 lifecycle/already-exists /room",
        ],
    );
}

#[test]
fn an_identity_is_taken_until_a_final_state_and_the_new_aggregate_is_applied_all_the_same() {
    let audited = audited(&[
        "room-built a h room=r",
        "lamp-hung b h room=r lamp=l hook=1",
        "lamp-hung c h room=r lamp=m hook=1",
        "lamp-lit d h lamp=m",
        "lamp-broke e h lamp=l",
        "lamp-hung f h room=r lamp=n hook=1",
        "lamp-broke g h lamp=m",
        "lamp-broke h h lamp=n",
        "lamp-hung i h room=r lamp=o hook=1",
        "lamp-hung j h room=r lamp=p hook=2",
    ]);
    assert_eq!(audited.told(), ["3 lifecycle/identity-taken /lamp", "6 lifecycle/identity-taken /lamp"]);
}

#[test]
fn members_come_and_go_in_turn() {
    let audited = audited(&[
        "room-built a h room=r",
        "guest-went b h room=r guest=x",
        "guest-came c h room=r guest=x",
        "guest-came d h room=r guest=x",
        "guest-came e h room=r guest=y",
        "guest-went f h room=r guest=x",
        "guest-came g h room=r guest=x",
    ]);
    assert_eq!(audited.told(), ["2 lifecycle/membership /guest", "4 lifecycle/membership /guest"]);
}

#[test]
fn time_goes_on_for_each_aggregate_at_full_precision_on_applied_events_only() {
    let audited = audited(&[
        "room-built a h room=r at=2025-01-01T10:00:00Z",
        "room-built b h room=s at=2025-01-01T09:00:00Z",
        "room-shut c h room=r at=2025-01-01T10:59:59.999999999+01:00",
        // Refused, so its time does not count.
        "room-shut d h room=r at=2025-01-01T12:00:00Z",
        "room-opened e h room=r at=2025-01-01T10:00:00.000000001Z",
        "guest-came f h room=r guest=x at=2025-01-01T10:00:00Z",
        "guest-went g h room=r guest=x at=2025-01-01T10:00:00.0000000010Z",
    ]);
    assert_eq!(
        audited.told(),
        ["3 order/time-regression /at", "4 lifecycle/transition /kind", "6 order/time-regression /at"],
    );
}

#[test]
fn an_event_without_an_aggregate_is_still_held_to_ids_and_keys() {
    let audited = audited(&[
        "clock-struck a h key=k",
        "clock-struck a h key=k",
        "clock-struck a h key=l",
        "clock-struck b h key=k",
    ]);
    assert_eq!(audited.told(), ["3 dedupe/event-id-conflict /id", "4 dedupe/logical-duplicate /key"]);
}

#[test]
fn a_ulid_may_be_off_by_the_tolerance_but_not_by_more() {
    // 01ARZ3NDEK is 2016-07-30T23:54:10.259Z.
    let told = |at: &str, ids_are_ulids: bool| {
        let text = lines(&[&format!("room-built 01ARZ3NDEKTSV4RRFFQ69G5FAV h room=r at={at}")]);
        let options = Options { max_skew: 1000, ..Options::default() };
        let audited =
            if ids_are_ulids { audit_ulids(&text, options) } else { audit_with(MANIFEST, &text, options, 1) };
        audited.told()
    };
    for at in ["2016-07-30T23:54:11.259Z", "2016-07-30T23:54:11.2599Z", "2016-07-30T23:54:09.259Z"] {
        assert!(told(at, true).is_empty(), "{at}");
    }
    for at in ["2016-07-30T23:54:11.260Z", "2016-07-30T23:54:09.258Z", "2016-07-31T01:54:12+01:00"] {
        assert_eq!(told(at, true), ["1 order/ulid-time-skew /id"], "{at}");
        // Where the pattern of the ids allows more than ULIDs, they say nothing about time.
        assert!(told(at, false).is_empty(), "{at}");
    }
}

#[test]
fn a_refused_member_ends_the_event_before_its_time_counts() {
    let audited = audited(&[
        "room-built a h room=r at=2025-01-01T10:00:00Z",
        "guest-went b h room=r guest=x at=2025-01-01T12:00:00Z",
        "guest-came c h room=r guest=x at=2025-01-01T11:00:00Z",
    ]);
    assert_eq!(audited.told(), ["2 lifecycle/membership /guest"]);
}

#[test]
fn the_latest_time_is_the_greatest_not_the_last() {
    let audited = audited(&[
        "room-built a h room=r at=2025-01-01T10:00:00Z",
        "room-shut b h room=r at=2025-01-01T08:00:00Z",
        "room-opened c h room=r at=2025-01-01T09:00:00Z",
    ]);
    assert_eq!(audited.told(), ["2 order/time-regression /at", "3 order/time-regression /at"]);
}

#[test]
fn any_json_values_may_make_an_identity() {
    // The hook may be anything here, and an identity is compared as JSON values are.
    let schema_free =
        MANIFEST.replace("identity = [\"/room\", \"/hook\"]", "identity = [\"/room\", \"/spot\"]");
    let line = |id: &str, lamp: &str, spot: &str| {
        format!(
            "{{\"kind\":\"lamp-hung\",\"id\":\"{id}\",\"house\":\"h\",\"room\":\"r\",\"lamp\":\"{lamp}\",\"spot\":{spot}}}\n"
        )
    };
    let mut text = lines(&["room-built a h room=r"]);
    for (number, spot) in ["[1]", "[1.0]", "null", "null", "{}", "false"].iter().enumerate() {
        text += &line(&format!("b{number}"), &format!("l{number}"), spot);
    }
    let told = audit_with(&schema_free, &text, Options::default(), 1).told();
    let told: Vec<&String> = told.iter().filter(|told| !told.contains("unknown-field")).collect();
    assert_eq!(told, ["3 lifecycle/identity-taken /lamp", "5 lifecycle/identity-taken /lamp"]);
}
