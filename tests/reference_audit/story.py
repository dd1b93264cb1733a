"""Hand-written streams for the tests: short calls that make whole events.

Every event gets a time a minute after the one before, and an event id of its own whose time is the event's; both can be
given.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from exact import CROCKFORD, instant, milliseconds

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "oracles"))
from strict_json import Json, read  # noqa: E402

MESSAGING = Path(__file__).resolve().parents[2] / "specs/004-create-domain-events/contracts/events"

OWN = {
    "Customer": "customer_id",
    "Contact": "contact_id",
    "Provider": "provider_id",
    "Channel": "channel_id",
    "Conversation": "conversation_id",
}
PAYLOADS: dict[str, dict[str, Any]] = {
    "CustomerCreated": {"name": "Harbour Linen Ltd"},
    "ProviderConfigured": {"kind": "sms"},
    "ChannelMapped": {"kind": "sms", "address": "12 345", "normalized": "12345", "provider_id": "prov_1"},
    "ConversationCreated": {"channel_id": "chan_1", "contact_id": "cont_1", "status": "open"},
    "ConversationParticipantAdded": {"participant_id": "agent_1"},
    "ConversationParticipantRemoved": {"participant_id": "agent_1"},
}


def ulid(at: str, number: int) -> str:
    """A ULID with the time of an RFC 3339 text."""
    total = (milliseconds(instant(at)) << 80) + number
    return "".join(CROCKFORD[total >> 5 * place & 31] for place in reversed(range(26)))


@dataclass
class Story:
    """Messaging events, one a line."""

    lines: list[str] = field(default_factory=list)

    def __call__(self, name: str, own_id: str, customer: str = "cust_1", /, **fields: Any) -> int:
        """Adds an event and answers its line. A field that is `None` is left out."""
        family = next(family for family in OWN if name.startswith(family))
        number = len(self.lines) + 1
        at = fields.get("occurred_at", f"2025-11-05T{14 + number // 60}:{number % 60:02}:00Z")
        event = {
            "event_name": name,
            "event_id": ulid(at, number),
            "aggregate_type": family,
            "aggregate_id": own_id,
            "occurred_at": at,
            "actor": "system",
            "version": 1,
            "customer_id": customer,
            OWN[family]: own_id,
            **PAYLOADS.get(name, {"changed_fields": ["tags"]} if name.endswith("Updated") else {}),
            **fields,
        }
        if family == "Customer":
            event["customer_id"] = own_id
        return self.line(json.dumps({key: value for key, value in event.items() if value is not None}))

    def line(self, text: str) -> int:
        """Adds a line as it is."""
        self.lines.append(text)
        return len(self.lines)

    def again(self, line: int, **changes: Any) -> int:
        """Adds an earlier event again, with changes."""
        return self.line(json.dumps({**json.loads(self.lines[line - 1]), **changes}))

    def value(self, line: int, key: str) -> Any:
        """A field of an earlier event."""
        return json.loads(self.lines[line - 1])[key]

    def world(self, customer: str = "cust_1", suffix: str = "1") -> None:
        """A customer with a provider, a channel and a contact."""
        self("CustomerCreated", customer)
        self("ProviderConfigured", f"prov_{suffix}", customer)
        self("ChannelMapped", f"chan_{suffix}", customer, provider_id=f"prov_{suffix}")
        self("ContactCreated", f"cont_{suffix}", customer)

    def text(self) -> bytes:
        """The stream."""
        return "".join(line + "\n" for line in self.lines).encode()

    def events(self) -> list[tuple[int, Json]]:
        """The events with their lines."""
        return [(number, read(line)) for number, line in enumerate(self.lines, 1)]


BOXES = """\
[catalog]
name = "boxes"
title = "Boxes"
version = "1.0.0"

[roles]
event_name = "/n"
event_id = "/id"
occurred_at = "/at"
idempotency_key = "/key"
scope = "/s"

[events.made]
schema = "boxes.schema.json#/definitions/made"
version = 1
aggregate = "box"
purpose = "There is a box."

[events.filled]
schema = "boxes.schema.json#/definitions/filled"
version = 1
aggregate = "box"
purpose = "Something is put into it; the first thing fills it."

[events.burnt]
schema = "boxes.schema.json#/definitions/burnt"
version = 1
aggregate = "box"
purpose = "It is gone."

[events.rained]
schema = "boxes.schema.json#/definitions/rained"
version = 1
purpose = "It rained on no box."

[events.seen]
schema = "boxes.schema.json#/definitions/seen"
version = 1
aggregate = "bird"
purpose = "A bird was seen."

[events.cut]
schema = "boxes.schema.json#/definitions/cut"
version = 1
aggregate = "lid"
purpose = "There is a lid, which has its place too."

[aggregates.lid]
id = "/lid"
states = ["there"]
identity = ["/place", "/shelf"]
transitions = [{ event = "cut", creates = "there" }]

[aggregates.bird]
id = "/bird"
states = ["there"]
transitions = []

[aggregates.box]
id = "/box"
states = ["empty", "full", "gone"]
live = ["empty", "full"]
final = ["gone"]
identity = ["/place", "/shelf"]
transitions = [
  { event = "made", creates = "empty" },
  { event = "filled", from = ["empty"], to = "full" },
  { event = "filled", from = ["full"] },
  { event = "burnt", from = ["empty", "full"], to = "gone" },
]
references = [{ field = "/in", to = "box" }]
members = [
  { name = "things", field = "/thing", add = "filled", remove = "burnt" },
]
"""
"""The manifest of a catalog in which nearly every field may be missing, and ids are strings or numbers."""


def write_boxes(folder: Path, without_role: str = "", event_id_pattern: str = "^[0-7][0-9A-HJKMNP-TV-Z]{25}$") -> Path:
    """Writes the catalog of boxes into a folder."""
    manifest = [line for line in BOXES.splitlines() if not without_role or not line.startswith(f"{without_role} = ")]
    (folder / "catalog.toml").write_text("\n".join(manifest) + "\n", "utf-8")
    an_id = {"type": ["string", "number", "null"]}
    definitions = {
        name: {
            "type": "object",
            "required": ["n"],
            "properties": {
                "n": {"type": "string", "const": name},
                "id": {"type": "string", "pattern": event_id_pattern},
                "at": {"type": "string", "format": "date-time"},
                "key": an_id,
                "s": an_id,
                **{key: an_id for key in ("box", "lid", "bird", "in", "place", "shelf", "thing", "note")},
            },
        }
        for name in ("made", "filled", "burnt", "cut", "rained", "seen")
    }
    schema = {"$schema": "http://json-schema.org/draft-07/schema#", "definitions": definitions}
    (folder / "boxes.schema.json").write_text(json.dumps(schema), "utf-8")
    return folder
