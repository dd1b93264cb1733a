"""A catalog's manifest as the audit needs it: plain dictionaries, read with `tomllib`, nothing checked.

In: a catalog's folder. Out: a `Manifest`. What stands where in an event is looked up by JSON Pointer; a place that
isn't there is `None`, which no JSON value is in its `exact` form.
"""

from __future__ import annotations

import re
import sys
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from exact import Exact, exact

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "oracles"))
from catalog import Catalog  # noqa: E402
from catalog import load as load_catalog  # noqa: E402
from schema_facts import SchemaFacts  # noqa: E402
from strict_json import Json, resolve  # noqa: E402

ULIDS = ("01ARZ3NDEKTSV4RRFFQ69G5FAV", "00000000000000000000000000", "7ZZZZZZZZZZZZZZZZZZZZZZZZZ")
NOT_ULIDS = (
    "8ZZZZZZZZZZZZZZZZZZZZZZZZZ",
    "01ARZ3NDEKTSV4RRFFQ69G5FA",
    "01ARZ3NDEKTSV4RRFFQ69G5FAVV",
    *(f"01ARZ3NDEKTSV4RRFFQ69G5FA{letter}" for letter in "ILOU-"),
)


@dataclass
class Manifest:
    """Roles, event types and aggregates, as they stand in `catalog.toml`."""

    catalog: Catalog
    roles: dict[str, str]
    events: dict[str, dict[str, Any]]
    aggregates: dict[str, dict[str, Any]]
    _facts: SchemaFacts
    _patterns: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def name(self, event: Json) -> str:
        """The event's type."""
        if "event_name" not in self.roles:
            return next(iter(self.events))
        name = resolve(event, self.roles["event_name"])
        assert isinstance(name, str)
        return name

    def type_of(self, event: Json) -> str | None:
        """The type of the aggregate that the event is about."""
        return self.events[self.name(event)].get("aggregate")

    def lifecycle(self, event: Json) -> dict[str, Any] | None:
        """What the manifest says of the event's aggregate; `None` if it has none, or one without transitions."""
        aggregate = self.aggregates.get(self.type_of(event) or "")
        return aggregate if aggregate and aggregate.get("transitions") else None

    def role(self, role: str, event: Json) -> Exact | None:
        """What plays the role in the event."""
        return self.at(self.roles[role], event) if role in self.roles else None

    def at(self, place: str, event: Json) -> Exact | None:
        """The value at a pointer."""
        try:
            return exact(resolve(event, place))
        except LookupError:
            return None

    def id_at(self, place: str, event: Json) -> Exact | None:
        """The id at a pointer: a string or a number."""
        value = self.at(place, event)
        return value if value and value[0] in ("string", "number") else None

    def patterns(self, event: Json, place: str) -> list[str]:
        """The patterns that the event type's schema has for the place."""
        key = (self.name(event), place)
        if key not in self._patterns:
            facts = self._facts.of(event).get(place)
            if facts is None:
                return []
            self._patterns[key] = facts.all("pattern")
        return self._patterns[key]

    def fits(self, event: Json, place: str, text: str) -> bool:
        """Whether a string is right for the place, as far as patterns say."""
        return all(re.search(pattern, text) for pattern in self.patterns(event, place))

    def has_ulid(self, event: Json) -> bool:
        """Whether the event's id is a ULID: a pattern there allows ULIDs and nothing that is nearly one."""
        return any(
            all(re.search(pattern, ulid) for ulid in ULIDS)
            and not any(re.search(pattern, other) for other in NOT_ULIDS)
            for pattern in self.patterns(event, self.roles["event_id"])
        )

    def id_places(self, event: Json) -> dict[str, str]:
        """Pointer → whose ids stand there: an aggregate type's, `scope`, or a member set's."""
        places: dict[str, str] = {}
        if "scope" in self.roles:
            places[self.roles["scope"]] = "scope"
        aggregate = self.lifecycle(event)
        if aggregate:
            places |= {members["field"]: f"members {members['name']}" for members in aggregate.get("members", [])}
            places |= {reference["field"]: reference["to"] for reference in aggregate.get("references", [])}
            places[aggregate["id"]] = self.type_of(event) or ""
        return {place: whose for place, whose in places.items() if self.id_at(place, event)}


def load(folder: Path) -> Manifest:
    """Reads the catalog in a folder."""
    manifest = tomllib.loads((folder / "catalog.toml").read_text("utf-8"))
    catalog = load_catalog(folder)
    return Manifest(
        catalog, manifest.get("roles", {}), manifest["events"], manifest.get("aggregates", {}), SchemaFacts(catalog)
    )
