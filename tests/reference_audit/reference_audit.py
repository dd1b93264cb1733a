"""The reference auditor: the rules of a stream step by step, with dictionaries. Simple, slow, nothing of Tidings' own.

    python reference_audit.py --tidings BIN --catalog DIR [--order occurred] [--max-skew-ms N] FILE.ndjson

In: a catalog's folder and an NDJSON file. Out: all findings. Step 1, the validation of each event by itself, is taken
from `tidings validate`, which has oracles of its own; steps 2 to 8 are here, and a comment at each says which.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import binary
from exact import Exact, Instant, instant, milliseconds, ulid_milliseconds
from finding import Finding, in_output_order
from manifest import Manifest, load

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "oracles"))
from strict_json import Json, read  # noqa: E402

MAX_SKEW_MS = 300_000


@dataclass
class Aggregate:
    """One aggregate as the events so far left it."""

    type: str
    state: str
    scope: Exact | None
    identity: tuple[Exact, ...] | None
    latest: Instant | None = None
    members: dict[str, set[Exact]] = field(default_factory=dict)


@dataclass
class Audited:
    """What an audit comes to."""

    findings: list[Finding]
    """As they are printed: by line, pointer and rule."""
    redelivered: int
    states: dict[str, Counter[str]]
    """Aggregate type → state → how many aggregates are in it at the end."""
    transitions: dict[str, Counter[tuple[str, str | None, str]]]
    """Aggregate type → (event type, state before, state after) → how often."""


def audit(
    catalog_dir: Path,
    events_file: Path,
    order: str = "delivery",
    max_skew_ms: int = MAX_SKEW_MS,
    *,
    tidings: Path,
) -> list[Finding]:
    """All findings about a stream."""
    return whole_audit(load(catalog_dir), events_file, order, max_skew_ms, tidings=tidings).findings


def whole_audit(manifest: Manifest, events_file: Path, order: str, max_skew_ms: int, *, tidings: Path) -> Audited:
    """All findings and totals."""
    # Step 1: an event with an error is left out, unless its only errors are unknown fields.
    validated = binary.validate(tidings, manifest.catalog.folder, events_file)
    unsound = {
        finding.line
        for finding, severity in validated
        if severity == "error" and finding.rule != "schema/unknown-field"
    }
    lines = enumerate(events_file.read_bytes().split(b"\n"), 1)
    sound = [(line, read(text)) for line, text in lines if text.strip() and line not in unsound]
    audited = follow(manifest, sound, order, max_skew_ms)
    audited.findings = sorted([*(finding for finding, _ in validated), *audited.findings], key=in_output_order)
    return audited


def follow(manifest: Manifest, sound: list[tuple[int, Json]], order: str, max_skew_ms: int) -> Audited:
    """Steps 2 to 8 over the events that step 1 lets through."""
    auditor = Auditor(manifest, max_skew_ms)
    if order == "occurred":
        sound = sorted(sound, key=lambda numbered: auditor.occurred_order(numbered[1]))
    for line, event in sound:
        auditor.take(line, event)
    states: dict[str, Counter[str]] = {kind: Counter() for kind in manifest.aggregates}
    for aggregate in auditor.aggregates.values():
        states[aggregate.type][aggregate.state] += 1
    found = sorted(auditor.findings, key=in_output_order)
    return Audited(found, auditor.redelivered, states, auditor.transitions)


class Auditor:
    """The state of an audit, and the steps that read and change it."""

    def __init__(self, manifest: Manifest, max_skew_ms: int) -> None:
        self.manifest = manifest
        self.max_skew_ms = max_skew_ms
        self.findings: list[Finding] = []
        self.redelivered = 0
        self.values: dict[Exact, Exact] = {}
        """Event id → the event that first had it."""
        self.keys: set[tuple[Exact | None, str, Exact]] = set()
        """(scope, event type, idempotency key), seen; what comes again under its own id was ended by step 2."""
        self.aggregates: dict[tuple[str, Exact], Aggregate] = {}
        """(aggregate type, id) → the aggregate."""
        self.transitions: dict[str, Counter[tuple[str, str | None, str]]] = {
            kind: Counter() for kind in manifest.aggregates
        }

    def occurred_order(self, event: Json) -> tuple[bool, Instant, str]:
        """What `--order occurred` sorts by: the instant, then the event id; events that don't say when come first."""
        at, event_id = self.occurred_at(event), self.manifest.role("event_id", event)
        return (at is not None, at or (0, Fraction(0)), str(event_id[1]) if event_id else "")

    def occurred_at(self, event: Json) -> Instant | None:
        """When the event happened, as far as it says."""
        at = self.manifest.role("occurred_at", event)
        try:
            return instant(str(at[1])) if at and at[0] == "string" else None
        except ValueError:
            return None

    def take(self, line: int, event: Json) -> None:
        """Steps 2 to 8 for one event."""

        def found(rule: str, pointer: str) -> None:
            self.findings.append(Finding(line, rule, pointer))

        manifest, roles = self.manifest, self.manifest.roles
        name, event_id = manifest.name(event), manifest.role("event_id", event)
        scope = manifest.role("scope", event)
        value = manifest.at("", event)
        assert value is not None

        # Step 2: redelivery.
        if event_id is not None:
            if event_id in self.values:
                if self.values[event_id] == value:
                    self.redelivered += 1
                else:
                    found("dedupe/event-id-conflict", roles["event_id"])
                return
            self.values[event_id] = value

        # Step 3: idempotency.
        key = manifest.role("idempotency_key", event)
        if key is not None:
            if (scope, name, key) in self.keys:
                found("dedupe/logical-duplicate", roles["idempotency_key"])
                return
            self.keys.add((scope, name, key))

        declared = manifest.lifecycle(event)
        own_id = manifest.id_at(declared["id"], event) if declared else None
        if declared is None or own_id is None:
            self._ulid_skew(event, found)
            return

        kind = manifest.type_of(event)
        assert kind is not None
        transitions = [transition for transition in declared["transitions"] if transition["event"] == name]
        creating = [transition for transition in transitions if "creates" in transition]
        aggregate = self.aggregates.get((kind, own_id))

        # Step 4: references. These errors don't end the event.
        for reference in declared.get("references", []):
            target_id = manifest.id_at(reference["field"], event)
            if target_id is None:
                continue
            target = self.aggregates.get((reference["to"], target_id))
            if target is None:
                found("reference/missing", reference["field"])
                continue
            if target.scope != scope:
                found("reference/other-scope", reference["field"])
            if creating and target.state not in manifest.aggregates[reference["to"]].get("live", []):
                found("reference/not-live", reference["field"])
        if aggregate is not None and aggregate.scope != scope:
            found("reference/other-scope", roles["scope"])

        # Step 5: lifecycle.
        if creating:
            if aggregate is not None:
                found("lifecycle/already-exists", declared["id"])
                return
            before, after = None, creating[0]["creates"]
        else:
            if aggregate is None:
                found("lifecycle/unknown-aggregate", declared["id"])
                return
            before = aggregate.state
            allowed = [transition for transition in transitions if before in transition.get("from", [])]
            if not allowed:
                found("lifecycle/transition", roles.get("event_name", ""))
                return
            after = allowed[0].get("to", before)

        # Step 6: identity. The event is applied all the same.
        if creating:
            identity = self._identity(declared, event)
            if identity is not None and self._is_taken(kind, identity):
                found("lifecycle/identity-taken", declared["id"])
            aggregate = Aggregate(kind, after, scope, identity)

        # Step 7: members. An error ends the event and leaves everything as it is.
        assert aggregate is not None
        changes = [
            (aggregate.members.setdefault(members["name"], set()), members, member)
            for members in declared.get("members", [])
            if name in (members["add"], members["remove"])
            if (member := manifest.id_at(members["field"], event)) is not None
        ]
        wrong = [
            members["field"] for inside, members, member in changes if (member in inside) == (name == members["add"])
        ]
        for pointer in wrong:
            found("lifecycle/membership", pointer)
        if wrong:
            return

        # Now it is applied.
        for inside, members, member in changes:
            if name == members["add"]:
                inside.add(member)
            else:
                inside.remove(member)
        aggregate.state = after
        self.aggregates[kind, own_id] = aggregate
        self.transitions[kind][name, before, after] += 1

        # Step 8: order.
        at = self.occurred_at(event)
        if at is not None:
            if aggregate.latest is not None and at < aggregate.latest:
                found("order/time-regression", roles["occurred_at"])
            aggregate.latest = at if aggregate.latest is None else max(at, aggregate.latest)
        self._ulid_skew(event, found)

    def _identity(self, declared: dict[str, Any], event: Json) -> tuple[Exact, ...] | None:
        """The identity tuple; `None` unless every field of it is there."""
        parts = [self.manifest.at(place, event) for place in declared.get("identity", [])]
        whole = tuple(part for part in parts if part is not None)
        return whole if whole and len(whole) == len(parts) else None

    def _is_taken(self, kind: str, identity: tuple[Exact, ...]) -> bool:
        final = self.manifest.aggregates[kind].get("final", [])
        return any(
            other.type == kind and other.identity == identity and other.state not in final
            for other in self.aggregates.values()
        )

    def _ulid_skew(self, event: Json, found: Callable[[str, str], None]) -> None:
        at, event_id = self.occurred_at(event), self.manifest.role("event_id", event)
        if at is None or event_id is None or not self.manifest.has_ulid(event):
            return
        if abs(ulid_milliseconds(str(event_id[1])) - milliseconds(at)) > self.max_skew_ms:
            found("order/ulid-time-skew", self.manifest.roles["event_id"])


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description="Audit a stream by the book.")
    parser.add_argument("--tidings", type=Path, required=True, metavar="BIN")
    parser.add_argument("--catalog", type=Path, required=True, metavar="DIR")
    parser.add_argument("--order", choices=("delivery", "occurred"), default="delivery")
    parser.add_argument("--max-skew-ms", type=int, default=MAX_SKEW_MS, metavar="N")
    parser.add_argument("file", type=Path)
    arguments = parser.parse_args()
    found = audit(arguments.catalog, arguments.file, arguments.order, arguments.max_skew_ms, tidings=arguments.tidings)
    for finding in found:
        print(finding.line, finding.rule, finding.pointer)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
