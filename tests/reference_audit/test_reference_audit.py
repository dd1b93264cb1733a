"""The reference auditor, on streams written by hand: each sentence of the rules has a case.

Tidings is held to the same expectations, with the binary that `TIDINGS_BIN` names, else `target/release/tidings`;
without one its part is skipped, and so is step 1, which is the binary's.
"""

from __future__ import annotations

import os
import tempfile
import unittest
from pathlib import Path

import binary
from finding import Finding
from manifest import load
from reference_audit import MAX_SKEW_MS, audit, follow
from story import MESSAGING, Story, ulid, write_boxes

BIN = Path(os.environ.get("TIDINGS_BIN", Path(__file__).resolve().parents[2] / "target/release/tidings"))
STREAM_RULES = ("dedupe/", "reference/", "lifecycle/", "order/")
NOON = "2025-11-05T12:00:00Z"


class Stream(unittest.TestCase):
    """A story and what is to be found in it."""

    catalog = MESSAGING

    def setUp(self) -> None:
        self.story = Story()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def finds(
        self,
        *expected: tuple[int, str, str],
        order: str = "delivery",
        max_skew_ms: int = MAX_SKEW_MS,
        redelivered: int = 0,
        step_1: bool = False,
    ) -> None:
        """Both sides find this and nothing else, validation apart."""
        wanted = sorted(Finding(*finding) for finding in expected)
        if not step_1:
            reference = follow(load(self.catalog), self.story.events(), order, max_skew_ms)
            self.assertEqual(sorted(reference.findings), wanted)
            self.assertEqual(reference.redelivered, redelivered)
        if not BIN.exists():
            if step_1:
                self.skipTest("no binary")
            return
        events = self.folder / "events.ndjson"
        events.write_bytes(self.story.text())
        found = audit(self.catalog, events, order, max_skew_ms, tidings=BIN)
        self.assertEqual(sorted(_of_stream(found)), wanted, "the reference")
        ours, totals = binary.audit(BIN, self.catalog, events, order, max_skew_ms, 1)
        self.assertEqual(sorted(_of_stream(ours)), wanted, "tidings")
        self.assertEqual(totals["redelivered"], redelivered, "tidings")


def _of_stream(findings: list[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.rule.startswith(STREAM_RULES)]


class Validation(Stream):
    """Step 1."""

    def test_an_event_with_an_error_is_not_applied(self) -> None:
        self.story("CustomerCreated", "cust_1", name="")
        line = self.story("ContactCreated", "cont_1")
        self.finds((line, "reference/missing", "/customer_id"), step_1=True)

    def test_an_event_with_an_error_is_not_remembered(self) -> None:
        first = self.story("CustomerCreated", "cust_1", name="", idempotency_key="once")
        self.story.again(first, name="Harbour Linen Ltd")
        self.finds(step_1=True)

    def test_what_is_not_json_is_not_applied(self) -> None:
        line = self.story("CustomerCreated", "cust_1")
        self.story.lines[line - 1] = self.story.lines[line - 1].replace("{", '{"twice":1,"twice":1,', 1)
        self.story.line("{")
        line = self.story("CustomerUpdated", "cust_1")
        self.finds((line, "lifecycle/unknown-aggregate", "/customer_id"), step_1=True)

    def test_an_envelope_error_counts(self) -> None:
        self.story("CustomerCreated", "cust_1", aggregate_type="Contact")
        line = self.story("CustomerUpdated", "cust_1")
        self.finds((line, "lifecycle/unknown-aggregate", "/customer_id"), step_1=True)

    def test_an_unknown_field_alone_does_not(self) -> None:
        self.story("CustomerCreated", "cust_1", colour="sea green")
        self.story("CustomerUpdated", "cust_1")
        self.finds()

    def test_an_unknown_field_beside_an_error_does(self) -> None:
        self.story("CustomerCreated", "cust_1", colour="sea green", name="")
        line = self.story("CustomerUpdated", "cust_1")
        self.finds((line, "lifecycle/unknown-aggregate", "/customer_id"), step_1=True)

    def test_warnings_do_not(self) -> None:
        self.story("CustomerCreated", "cust_1", version=99)
        self.story("CustomerUpdated", "cust_1")
        self.finds()


class Redelivery(Stream):
    """Step 2."""

    def test_the_same_value_is_counted_and_nothing_found(self) -> None:
        line = self.story("CustomerCreated", "cust_1")
        self.story.again(line)
        self.story.again(line)
        self.finds(redelivered=2)

    def test_the_same_value_may_be_written_otherwise(self) -> None:
        line = self.story("CustomerCreated", "cust_1", name="é")
        text = self.story.lines[line - 1].replace('"version": 1', '"version": 1.0')
        self.story.line("{" + ", ".join(reversed(text[1:-1].split(", "))) + "}")
        self.finds(redelivered=1)

    def test_another_value_is_a_conflict_and_ends_the_event(self) -> None:
        first = self.story("CustomerCreated", "cust_1")
        conflict = self.story("CustomerDisabled", "cust_1", event_id=self.story.value(first, "event_id"))
        line = self.story("CustomerEnabled", "cust_1")
        self.finds((conflict, "dedupe/event-id-conflict", "/event_id"), (line, "lifecycle/transition", "/event_name"))

    def test_an_array_in_another_order_is_another_value(self) -> None:
        line = self.story("CustomerUpdated", "cust_1", changed_fields=["a", "b"])
        conflict = self.story.again(line, changed_fields=["b", "a"])
        self.finds(
            (line, "lifecycle/unknown-aggregate", "/customer_id"),
            (conflict, "dedupe/event-id-conflict", "/event_id"),
        )

    def test_true_is_not_one(self) -> None:
        line = self.story("CustomerCreated", "cust_1", colour=1)
        conflict = self.story.again(line, colour=True)
        self.finds((conflict, "dedupe/event-id-conflict", "/event_id"))

    def test_the_first_value_stays_the_one_remembered(self) -> None:
        first = self.story("CustomerCreated", "cust_1")
        conflict = self.story.again(first, name="Another")
        again = self.story.again(conflict)
        self.story.again(first)
        self.finds(
            (conflict, "dedupe/event-id-conflict", "/event_id"),
            (again, "dedupe/event-id-conflict", "/event_id"),
            redelivered=1,
        )

    def test_an_event_that_a_later_step_refuses_is_remembered(self) -> None:
        refused = self.story("CustomerUpdated", "cust_1")
        self.story.again(refused)
        self.story("CustomerCreated", "cust_1")
        conflict = self.story.again(refused, changed_fields=["other"])
        self.finds(
            (refused, "lifecycle/unknown-aggregate", "/customer_id"),
            (conflict, "dedupe/event-id-conflict", "/event_id"),
            redelivered=1,
        )

    def test_a_logical_duplicate_is_remembered_too(self) -> None:
        self.story("CustomerCreated", "cust_1", idempotency_key="once")
        duplicate = self.story("CustomerCreated", "cust_1", idempotency_key="once")
        self.story.again(duplicate)
        self.finds((duplicate, "dedupe/logical-duplicate", "/idempotency_key"), redelivered=1)

    def test_a_conflict_leaves_no_idempotency_key_behind(self) -> None:
        first = self.story("CustomerCreated", "cust_1")
        conflict = self.story.again(first, idempotency_key="once")
        line = self.story("CustomerCreated", "cust_1", idempotency_key="once")
        self.finds(
            (conflict, "dedupe/event-id-conflict", "/event_id"),
            (line, "lifecycle/already-exists", "/customer_id"),
        )


class Idempotency(Stream):
    """Step 3."""

    def test_the_same_key_under_another_event_id_ends_the_event(self) -> None:
        self.story("CustomerCreated", "cust_1")
        self.story("CustomerDisabled", "cust_1", idempotency_key="off")
        self.story("CustomerEnabled", "cust_1")
        line = self.story("CustomerDisabled", "cust_1", idempotency_key="off")
        self.story("CustomerDisabled", "cust_1")
        self.finds((line, "dedupe/logical-duplicate", "/idempotency_key"))

    def test_another_event_name_has_keys_of_its_own(self) -> None:
        self.story("CustomerCreated", "cust_1", idempotency_key="one")
        self.story("CustomerUpdated", "cust_1", idempotency_key="one")
        self.finds()

    def test_another_scope_has_keys_of_its_own(self) -> None:
        self.story("CustomerCreated", "cust_1", idempotency_key="one")
        self.story("CustomerCreated", "cust_2", idempotency_key="one")
        self.finds()

    def test_the_key_is_remembered_though_a_later_step_refuses_the_event(self) -> None:
        refused = self.story("CustomerUpdated", "cust_1", idempotency_key="one")
        self.story("CustomerCreated", "cust_1")
        line = self.story("CustomerUpdated", "cust_1", idempotency_key="one")
        self.finds(
            (refused, "lifecycle/unknown-aggregate", "/customer_id"),
            (line, "dedupe/logical-duplicate", "/idempotency_key"),
        )


class References(Stream):
    """Step 4."""

    def test_a_target_that_does_not_exist_is_missing_and_nothing_more(self) -> None:
        self.story("CustomerCreated", "cust_1")
        line = self.story("ChannelMapped", "chan_1", provider_id="prov_9")
        self.finds((line, "reference/missing", "/provider_id"))

    def test_a_target_of_another_type_does_not_count(self) -> None:
        self.story("CustomerCreated", "cust_1")
        self.story("ContactCreated", "same_1")
        line = self.story("ChannelMapped", "chan_1", provider_id="same_1")
        self.finds((line, "reference/missing", "/provider_id"))

    def test_these_errors_do_not_end_the_event(self) -> None:
        line = self.story("ContactCreated", "cont_1")
        self.story("CustomerCreated", "cust_1")
        self.story("ContactDeleted", "cont_1")
        self.finds((line, "reference/missing", "/customer_id"))

    def test_every_missing_reference_is_found(self) -> None:
        line = self.story("ConversationCreated", "conv_1")
        self.finds(*((line, "reference/missing", place) for place in ("/customer_id", "/channel_id", "/contact_id")))

    def test_a_target_of_another_scope(self) -> None:
        self.story("CustomerCreated", "cust_1")
        self.story("CustomerCreated", "cust_2")
        self.story("ProviderConfigured", "prov_2", "cust_2")
        line = self.story("ChannelMapped", "chan_1", "cust_1", provider_id="prov_2")
        self.finds((line, "reference/other-scope", "/provider_id"))

    def test_a_target_that_is_not_live_for_a_creating_event(self) -> None:
        self.story("CustomerCreated", "cust_1")
        self.story("CustomerDisabled", "cust_1")
        line = self.story("ContactCreated", "cont_1")
        self.story("ContactUpdated", "cont_1")
        self.finds((line, "reference/not-live", "/customer_id"))

    def test_other_scope_and_not_live_can_both_be_found(self) -> None:
        self.story("CustomerCreated", "cust_1")
        self.story("CustomerCreated", "cust_2")
        self.story("ProviderConfigured", "prov_2", "cust_2")
        self.story("ProviderDisabled", "prov_2", "cust_2")
        line = self.story("ChannelMapped", "chan_1", "cust_1", provider_id="prov_2")
        self.finds((line, "reference/not-live", "/provider_id"), (line, "reference/other-scope", "/provider_id"))

    def test_an_event_of_another_scope_than_its_own_aggregate(self) -> None:
        self.story("CustomerCreated", "cust_1")
        self.story("CustomerCreated", "cust_2")
        self.story("ContactCreated", "cont_1", "cust_1")
        line = self.story("ContactDeleted", "cont_1", "cust_2")
        late = self.story("ContactUpdated", "cont_1", "cust_1")
        self.finds((line, "reference/other-scope", "/customer_id"), (late, "lifecycle/transition", "/event_name"))

    def test_the_recorded_scope_is_the_first(self) -> None:
        self.story("CustomerCreated", "cust_1")
        self.story("CustomerCreated", "cust_2")
        self.story("ContactCreated", "cont_1", "cust_1")
        lines = [self.story("ContactUpdated", "cont_1", "cust_2") for _ in range(2)]
        self.finds(*((line, "reference/other-scope", "/customer_id") for line in lines))

    def test_creating_what_exists_in_another_scope_is_both(self) -> None:
        self.story("CustomerCreated", "cust_1")
        self.story("CustomerCreated", "cust_2")
        self.story("ContactCreated", "cont_1", "cust_1")
        line = self.story("ContactCreated", "cont_1", "cust_2")
        self.finds((line, "reference/other-scope", "/customer_id"), (line, "lifecycle/already-exists", "/contact_id"))


class Lifecycles(Stream):
    """Step 5."""

    def test_a_creating_event_needs_an_aggregate_that_does_not_exist(self) -> None:
        self.story("CustomerCreated", "cust_1")
        self.story("CustomerDisabled", "cust_1")
        line = self.story("CustomerCreated", "cust_1")
        self.story("CustomerEnabled", "cust_1")
        self.finds((line, "lifecycle/already-exists", "/customer_id"))

    def test_an_aggregate_in_a_final_state_exists(self) -> None:
        self.story.world()
        self.story("ContactDeleted", "cont_1")
        line = self.story("ContactCreated", "cont_1")
        self.finds((line, "lifecycle/already-exists", "/contact_id"))

    def test_any_other_event_needs_one_that_does(self) -> None:
        line = self.story("CustomerDisabled", "cust_1")
        self.story("CustomerCreated", "cust_1")
        self.story("CustomerDisabled", "cust_1")
        self.finds((line, "lifecycle/unknown-aggregate", "/customer_id"))

    def test_the_state_has_to_allow_it(self) -> None:
        self.story("CustomerCreated", "cust_1")
        line = self.story("CustomerEnabled", "cust_1")
        self.story("CustomerDisabled", "cust_1")
        twice = self.story("CustomerDisabled", "cust_1")
        self.story("CustomerUpdated", "cust_1")
        self.story("CustomerEnabled", "cust_1")
        self.finds((line, "lifecycle/transition", "/event_name"), (twice, "lifecycle/transition", "/event_name"))

    def test_an_error_ends_the_event_before_the_order_is_looked_at(self) -> None:
        self.story("CustomerCreated", "cust_1")
        line = self.story("CustomerEnabled", "cust_1", occurred_at="2025-01-01T00:00:00Z", event_id=ulid(NOON, 9))
        self.finds((line, "lifecycle/transition", "/event_name"))

    def test_an_error_leaves_the_latest_time(self) -> None:
        self.story("CustomerCreated", "cust_1")
        line = self.story("CustomerEnabled", "cust_1", occurred_at="2025-12-01T00:00:00Z")
        self.story("CustomerDisabled", "cust_1")
        self.finds((line, "lifecycle/transition", "/event_name"))

    def test_an_error_ends_the_event_before_identity_and_members(self) -> None:
        self.story.world()
        self.story("ConversationCreated", "conv_1")
        again = self.story("ConversationCreated", "conv_1")
        self.story("ConversationClosed", "conv_1")
        added = self.story("ConversationParticipantAdded", "conv_1")
        self.story("ConversationReopened", "conv_1")
        removed = self.story("ConversationParticipantRemoved", "conv_1")
        self.finds(
            (again, "lifecycle/already-exists", "/conversation_id"),
            (added, "lifecycle/transition", "/event_name"),
            (removed, "lifecycle/membership", "/participant_id"),
        )


class Identity(Stream):
    """Step 6."""

    def setUp(self) -> None:
        super().setUp()
        self.story.world()
        self.story("ConversationCreated", "conv_1")

    def test_it_is_taken_and_applied_all_the_same(self) -> None:
        line = self.story("ConversationCreated", "conv_2")
        self.story("ConversationClosed", "conv_2")
        self.finds((line, "lifecycle/identity-taken", "/conversation_id"))

    def test_a_state_that_is_not_final_still_has_it(self) -> None:
        self.story("ConversationClosed", "conv_1")
        line = self.story("ConversationCreated", "conv_2")
        self.finds((line, "lifecycle/identity-taken", "/conversation_id"))

    def test_a_final_state_releases_it(self) -> None:
        self.story("ConversationArchived", "conv_1")
        self.story("ConversationCreated", "conv_2")
        self.finds()

    def test_any_of_several_that_have_it_keeps_it(self) -> None:
        second = self.story("ConversationCreated", "conv_2")
        self.story("ConversationArchived", "conv_1")
        third = self.story("ConversationCreated", "conv_3")
        self.story("ConversationArchived", "conv_2")
        self.story("ConversationArchived", "conv_3")
        self.story("ConversationCreated", "conv_4")
        self.finds(*((line, "lifecycle/identity-taken", "/conversation_id") for line in (second, third)))

    def test_the_whole_tuple_counts(self) -> None:
        self.story("ContactCreated", "cont_2")
        self.story("ConversationCreated", "conv_2", contact_id="cont_2")
        self.finds()

    def test_the_event_goes_on_to_the_order(self) -> None:
        line = self.story("ConversationCreated", "conv_2", event_id=ulid(NOON, 7))
        self.finds((line, "lifecycle/identity-taken", "/conversation_id"), (line, "order/ulid-time-skew", "/event_id"))


class Members(Stream):
    """Step 7."""

    def setUp(self) -> None:
        super().setUp()
        self.story.world()
        self.story("ConversationCreated", "conv_1")

    def test_adding_who_is_in(self) -> None:
        self.story("ConversationParticipantAdded", "conv_1")
        line = self.story("ConversationParticipantAdded", "conv_1")
        self.story("ConversationParticipantRemoved", "conv_1")
        self.finds((line, "lifecycle/membership", "/participant_id"))

    def test_removing_who_is_not(self) -> None:
        line = self.story("ConversationParticipantRemoved", "conv_1")
        self.story("ConversationParticipantAdded", "conv_1")
        self.story("ConversationParticipantRemoved", "conv_1")
        gone = self.story("ConversationParticipantRemoved", "conv_1")
        self.story("ConversationParticipantAdded", "conv_1")
        self.finds(*((number, "lifecycle/membership", "/participant_id") for number in (line, gone)))

    def test_each_aggregate_has_members_of_its_own(self) -> None:
        self.story("ContactCreated", "cont_2")
        self.story("ConversationCreated", "conv_2", contact_id="cont_2")
        self.story("ConversationParticipantAdded", "conv_1")
        self.story("ConversationParticipantAdded", "conv_2")
        self.finds()

    def test_an_error_ends_the_event(self) -> None:
        self.story("ConversationParticipantAdded", "conv_1")
        later = self.story("ConversationParticipantAdded", "conv_1", occurred_at="2025-12-01T00:00:00Z")
        early = self.story(
            "ConversationParticipantAdded", "conv_1", occurred_at="2025-01-01T00:00:00Z", event_id=ulid(NOON, 9)
        )
        self.story("ConversationClosed", "conv_1")
        self.finds(*((line, "lifecycle/membership", "/participant_id") for line in (later, early)))


class Order(Stream):
    """Step 8."""

    def test_before_the_latest_is_a_regression_and_the_latest_is_the_maximum(self) -> None:
        self.story("CustomerCreated", "cust_1", occurred_at="2025-11-05T14:00:10Z")
        second = self.story("CustomerUpdated", "cust_1", occurred_at="2025-11-05T14:00:05Z")
        third = self.story("CustomerUpdated", "cust_1", occurred_at="2025-11-05T14:00:07Z")
        self.story("CustomerUpdated", "cust_1", occurred_at="2025-11-05T14:00:10Z")
        self.finds(*((line, "order/time-regression", "/occurred_at") for line in (second, third)))

    def test_it_is_applied_all_the_same(self) -> None:
        self.story("CustomerCreated", "cust_1", occurred_at="2025-11-05T14:00:10Z")
        line = self.story("CustomerDisabled", "cust_1", occurred_at="2025-11-05T14:00:05Z")
        self.story("CustomerEnabled", "cust_1", occurred_at="2025-11-05T14:00:10Z")
        self.finds((line, "order/time-regression", "/occurred_at"))

    def test_full_precision(self) -> None:
        self.story("CustomerCreated", "cust_1", occurred_at="2025-11-05T14:00:10.5Z")
        self.story("CustomerUpdated", "cust_1", occurred_at="2025-11-05T14:00:10.500000000Z")
        self.story("CustomerUpdated", "cust_1", occurred_at="2025-11-05T14:00:10.500000002Z")
        line = self.story("CustomerUpdated", "cust_1", occurred_at="2025-11-05T14:00:10.500000001Z")
        self.finds((line, "order/time-regression", "/occurred_at"))

    def test_each_aggregate_has_a_latest_of_its_own(self) -> None:
        self.story("CustomerCreated", "cust_2", occurred_at="2025-11-05T14:00:10Z")
        self.story("CustomerCreated", "cust_1", occurred_at="2025-11-05T14:00:05Z")
        self.finds()

    def test_the_skew_has_to_be_strictly_more(self) -> None:
        for number, at in enumerate(("11:55:00Z", "12:05:00Z", "12:05:00.0009Z", "11:55:00.999Z"), 1):
            self.story("CustomerCreated", f"cust_{number}", occurred_at=f"2025-11-05T{at}", event_id=ulid(NOON, number))
        lines = [
            self.story("CustomerCreated", f"cust_{number}", occurred_at=f"2025-11-05T{at}", event_id=ulid(NOON, number))
            for number, at in enumerate(("12:05:00.001Z", "11:54:59.999Z", "11:54:59.9999Z"), 5)
        ]
        self.finds(*((line, "order/ulid-time-skew", "/event_id") for line in lines))

    def test_the_tolerance_can_be_chosen(self) -> None:
        self.story("CustomerCreated", "cust_1", occurred_at="2025-11-05T12:00:01Z", event_id=ulid(NOON, 1))
        line = self.story("CustomerCreated", "cust_2", occurred_at="2025-11-05T12:00:01.001Z", event_id=ulid(NOON, 2))
        self.finds((line, "order/ulid-time-skew", "/event_id"), max_skew_ms=1000)

    def test_both_warnings_can_be_found(self) -> None:
        self.story("CustomerCreated", "cust_1", occurred_at="2025-11-05T14:00:10Z")
        line = self.story("CustomerUpdated", "cust_1", occurred_at=NOON, event_id=ulid("2025-11-05T14:00:00Z", 2))
        self.finds((line, "order/time-regression", "/occurred_at"), (line, "order/ulid-time-skew", "/event_id"))


class OccurredOrder(Stream):
    """`--order occurred`."""

    def test_events_are_taken_by_when_they_happened(self) -> None:
        self.story("CustomerDisabled", "cust_1", occurred_at="2025-11-05T14:00:00.10Z")
        self.story("CustomerCreated", "cust_1", occurred_at="2025-11-05T14:00:00.099Z")
        self.finds(order="occurred")

    def test_then_by_event_id(self) -> None:
        self.story("CustomerDisabled", "cust_1", occurred_at=NOON, event_id=ulid(NOON, 2))
        self.story("CustomerCreated", "cust_1", occurred_at="2025-11-05T12:00:00.000Z", event_id=ulid(NOON, 1))
        self.finds(order="occurred")

    def test_then_as_delivered(self) -> None:
        self.story("CustomerCreated", "cust_1", occurred_at=NOON, event_id=ulid(NOON, 1))
        line = self.story.again(1, name="Another")
        self.finds((line, "dedupe/event-id-conflict", "/event_id"), order="occurred")

    def test_delivery_order_does_not_sort(self) -> None:
        line = self.story("CustomerDisabled", "cust_1", occurred_at="2025-11-05T14:00:02Z")
        self.story("CustomerCreated", "cust_1", occurred_at="2025-11-05T14:00:01Z")
        self.finds((line, "lifecycle/unknown-aggregate", "/customer_id"))


class Boxes(Stream):
    """What the rules say of catalogs in which things may be missing."""

    def setUp(self) -> None:
        super().setUp()
        self.catalog = write_boxes(self.folder)
        self.number = 0

    def event(self, text: str) -> int:
        """A line; `@` in it is an event id of its own with a time that is its own."""
        self.number += 1
        return self.story.line(text.replace("@", f'"id":"{ulid(NOON, self.number)}","at":"{NOON}"'))

    def test_ids_are_compared_by_value(self) -> None:
        self.event('{"n":"made","box":1,@}')
        self.event('{"n":"filled","box":1.0,"in":10e-1,@}')
        self.event('{"n":"burnt","box":"1",@}')
        self.finds((3, "lifecycle/unknown-aggregate", "/box"))

    def test_ids_are_not_doubles(self) -> None:
        self.event('{"n":"made","box":9007199254740993,@}')
        self.event('{"n":"filled","box":9007199254740992,@}')
        self.finds((2, "lifecycle/unknown-aggregate", "/box"))

    def test_an_event_type_without_aggregate_is_checked_for_all_the_rest(self) -> None:
        first = self.event('{"n":"rained","key":"k",@}')
        self.event(self.story.lines[first - 1])
        duplicate = self.event('{"n":"rained","key":"k",@}')
        skew = self.event('{"n":"rained",@}'.replace("@", f'"id":"{ulid(NOON, 7)}","at":"2025-11-05T12:05:00.001Z"'))
        early = self.event('{"n":"rained",@}'.replace("@", f'"id":"{ulid(NOON, 8)}","at":"2025-11-05T11:55:00Z"'))
        conflict = self.event(self.story.lines[early - 1].replace("{", '{"note":"x",', 1))
        self.finds(
            (duplicate, "dedupe/logical-duplicate", "/key"),
            (skew, "order/ulid-time-skew", "/id"),
            (conflict, "dedupe/event-id-conflict", "/id"),
            redelivered=1,
        )

    def test_so_is_an_event_whose_aggregate_has_no_transitions(self) -> None:
        self.event('{"n":"seen","bird":"b","key":"k",@}')
        duplicate = self.event('{"n":"seen","bird":"b","key":"k",@}')
        self.finds((duplicate, "dedupe/logical-duplicate", "/key"))

    def test_so_is_an_event_without_its_aggregates_id(self) -> None:
        self.event('{"n":"filled","key":"k","in":"nowhere",@}')
        duplicate = self.event('{"n":"filled","key":"k",@}')
        skew = self.event(f'{{"n":"burnt","box":null,"id":"{ulid(NOON, 9)}","at":"2025-11-05T14:00:00Z"}}')
        self.finds((duplicate, "dedupe/logical-duplicate", "/key"), (skew, "order/ulid-time-skew", "/id"))

    def test_an_identity_counts_only_whole(self) -> None:
        self.event('{"n":"made","box":1,"place":"p",@}')
        self.event('{"n":"made","box":2,"place":"p",@}')
        self.event('{"n":"made","box":3,"place":"p","shelf":1,@}')
        line = self.event('{"n":"made","box":4,"place":"p","shelf":1.0,@}')
        self.finds((line, "lifecycle/identity-taken", "/box"))

    def test_an_aggregate_of_another_type_takes_no_identity(self) -> None:
        self.event('{"n":"made","box":1,"place":"p","shelf":1,@}')
        self.event('{"n":"cut","lid":1,"place":"p","shelf":1,@}')
        line = self.event('{"n":"cut","lid":2,"place":"p","shelf":1,@}')
        self.finds((line, "lifecycle/identity-taken", "/lid"))

    def test_an_aggregate_refers_to_itself_only_after_it_was_created(self) -> None:
        self.event('{"n":"made","box":1,"in":1,@}')
        self.event('{"n":"filled","box":1,"in":1,@}')
        self.finds((1, "reference/missing", "/in"))

    def test_only_a_creating_events_target_has_to_be_live(self) -> None:
        self.event('{"n":"made","box":1,@}')
        self.event('{"n":"burnt","box":1,@}')
        self.event('{"n":"made","box":2,@}')
        self.event('{"n":"filled","box":2,"in":1,@}')
        line = self.event('{"n":"made","box":3,"in":1,@}')
        self.finds((line, "reference/not-live", "/in"))

    def test_a_membership_error_leaves_the_state(self) -> None:
        self.event('{"n":"made","box":1,@}')
        removed = self.event('{"n":"burnt","box":1,"thing":"t",@}')
        self.event('{"n":"filled","box":1,"thing":"t",@}')
        self.event('{"n":"burnt","box":1,"thing":"t",@}')
        late = self.event('{"n":"burnt","box":1,@}')
        self.finds((removed, "lifecycle/membership", "/thing"), (late, "lifecycle/transition", "/n"))

    def test_offsets_and_any_number_of_digits(self) -> None:
        at = '"at":"2025-11-05T{}"'
        self.event('{"n":"made","box":1,' + at.format("13:00:00.00000000000000000002+01:00") + "}")
        line = self.event('{"n":"filled","box":1,' + at.format("12:00:00.00000000000000000001Z") + "}")
        self.event('{"n":"filled","box":1,' + at.format("06:30:00.00000000000000000002-05:30") + "}")
        self.finds((line, "order/time-regression", "/at"))

    def test_a_leap_second_comes_before_the_next_minute(self) -> None:
        self.event('{"n":"made","box":1,"at":"2016-12-31T23:59:59.9Z"}')
        self.event('{"n":"filled","box":1,"at":"2016-12-31T23:59:60.5Z"}')
        self.event('{"n":"filled","box":1,"at":"2017-01-01T00:00:00.2Z"}')
        line = self.event('{"n":"filled","box":1,"at":"2017-01-01T00:59:60.9+01:00"}')
        self.finds((line, "order/time-regression", "/at"))

    def test_without_event_ids_nothing_is_delivered_again(self) -> None:
        self.catalog = write_boxes(self.folder, without_role="event_id")
        self.event('{"n":"made","box":1}')
        line = self.event('{"n":"made","box":1}')
        self.finds((line, "lifecycle/already-exists", "/box"))

    def test_without_scopes_nothing_is_of_another(self) -> None:
        self.catalog = write_boxes(self.folder, without_role="scope")
        self.event('{"n":"made","box":1,"s":"x","key":"k",@}')
        self.event('{"n":"filled","box":1,"in":1,"s":"y",@}')
        line = self.event('{"n":"made","box":2,"s":"y","key":"k",@}')
        self.finds((line, "dedupe/logical-duplicate", "/key"))

    def test_without_ulids_nothing_is_skewed(self) -> None:
        self.catalog = write_boxes(self.folder, event_id_pattern="^[0-9A-Z]{26}$")
        self.story.line(f'{{"n":"rained","id":"{ulid(NOON, 1)}","at":"2020-01-01T00:00:00Z"}}')
        self.finds()


if __name__ == "__main__":
    unittest.main()
