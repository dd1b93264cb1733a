"""Compares `tidings audit` with the reference auditor on random streams.

    python compare.py --tidings BIN --catalog DIR --streams 100 --seed 1 [--keep DIR]

Half of the streams are audited in delivery order and half in the order of occurrence, with one thread and two in turn.
The multisets of (line, rule, pointer), the order of the findings and the totals have to be the same. Where they are
not, the stream is cut down to as few events as still differ, kept and printed, and the exit code is 1. It is also 1 if
a rule that the catalog can have was never found.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import binary
from base_stream import valid_stream
from finding import Finding, in_output_order
from manifest import Manifest, load
from reference_audit import MAX_SKEW_MS, Audited, whole_audit
from streams import random_stream

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "oracles"))
from strict_json import Json, write  # noqa: E402

ORDERS = ("delivery", "occurred")

SHOWN = 12
"""How many events of a stream that differs are printed."""


@dataclass(frozen=True)
class Run:
    """How a stream is audited."""

    order: str
    max_skew_ms: int
    threads: int


@dataclass
class Sides:
    """What both sides say about one stream."""

    ours: list[Finding]
    totals: dict[str, Any]
    reference: Audited

    def difference(self) -> str | None:
        """What isn't the same, in words."""
        ours, theirs = Counter(self.ours), Counter(self.reference.findings)
        if ours != theirs:
            lines = sorted({finding.line for finding in (ours - theirs) + (theirs - ours)})
            return f"findings differ at line{'s' * (len(lines) > 1)} {', '.join(map(str, lines[:SHOWN]))}"
        if self.ours != sorted(self.ours, key=in_output_order):
            return "findings are in another order"
        if self.totals["redelivered"] != self.reference.redelivered:
            return (
                f"tidings counts {self.totals['redelivered']} redelivered, the reference {self.reference.redelivered}"
            )
        for aggregate in self.totals["aggregates"]:
            name = aggregate["name"]
            states = Counter(aggregate["states"])
            if +states != self.reference.states[name]:
                return f"{name}: tidings has {dict(+states)}, the reference {dict(self.reference.states[name])}"
            steps = Counter({(it["event"], it["from"], it["to"]): it["count"] for it in aggregate["transitions"]})
            if +steps != self.reference.transitions[name]:
                return f"{name}: tidings counts {dict(+steps)}, the reference {dict(self.reference.transitions[name])}"
        return None


@dataclass
class Comparison:
    """One catalog, audited by both sides."""

    manifest: Manifest
    tidings: Path
    folder: Path

    def sides(self, text: bytes, run: Run) -> Sides:
        """Both sides' word on a stream."""
        events = self.folder / "events.ndjson"
        events.write_bytes(text)
        ours, totals = binary.audit(
            self.tidings, self.manifest.catalog.folder, events, run.order, run.max_skew_ms, run.threads
        )
        reference = whole_audit(self.manifest, events, run.order, run.max_skew_ms, tidings=self.tidings)
        return Sides(ours, totals, reference)

    def shrunk(self, text: bytes, run: Run) -> bytes:
        """As few of the stream's events as still differ."""
        return b"".join(_shrink(text.splitlines(keepends=True), lambda lines: self._differs(b"".join(lines), run)))

    def _differs(self, text: bytes, run: Run) -> bool:
        try:
            return self.sides(text, run).difference() is not None
        except binary.TidingsError:
            return False


def expected_rules(manifest: Manifest, stream: list[Json]) -> set[str]:
    """The rules of steps 2 to 8 that streams of the catalog can break."""
    roles, aggregates = manifest.roles, manifest.aggregates.values()
    rules = {"lifecycle/already-exists", "lifecycle/unknown-aggregate", "lifecycle/transition"}
    rules |= {"dedupe/event-id-conflict"} if "event_id" in roles else set()
    rules |= {"dedupe/logical-duplicate"} if {"event_id", "idempotency_key"} <= roles.keys() else set()
    rules |= {"order/time-regression"} if "occurred_at" in roles else set()
    if "occurred_at" in roles and "event_id" in roles and any(map(manifest.has_ulid, stream)):
        rules.add("order/ulid-time-skew")
    if any(aggregate.get("references") for aggregate in aggregates):
        rules |= {"reference/missing", "reference/not-live"}
        rules |= {"reference/other-scope"} if "scope" in roles else set()
    rules |= {"lifecycle/identity-taken"} if any(aggregate.get("identity") for aggregate in aggregates) else set()
    rules |= {"lifecycle/membership"} if any(aggregate.get("members") for aggregate in aggregates) else set()
    return rules


def lines_of(events: list[Json]) -> bytes:
    """The events, one a line."""
    return b"".join(write(event).encode() + b"\n" for event in events)


def runs(seed: int) -> Iterator[Run]:
    """How the streams are audited, one after another."""
    threads = (1, 2)
    skews = (MAX_SKEW_MS, MAX_SKEW_MS, MAX_SKEW_MS, 1_500, 0)
    for number in itertools.count(seed):
        yield Run(ORDERS[number // 2 % 2], skews[number // 4 % len(skews)], threads[number % 2])


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description="Compare `tidings audit` with the reference auditor.")
    parser.add_argument("--tidings", type=Path, required=True, metavar="BIN")
    parser.add_argument("--catalog", type=Path, required=True, metavar="DIR")
    parser.add_argument("--streams", type=int, default=100, metavar="N")
    parser.add_argument("--seed", type=int, default=1, metavar="S")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="where streams that differ are kept")
    arguments = parser.parse_args()

    manifest = load(arguments.catalog)
    found: Counter[str] = Counter()
    problems = []
    events = 0
    seeds = range(arguments.seed, arguments.seed + arguments.streams)
    with tempfile.TemporaryDirectory() as folder:
        comparison = Comparison(manifest, arguments.tidings, Path(folder))
        for seed, run in zip(seeds, runs(arguments.seed), strict=False):
            text = random_stream(manifest, arguments.tidings, seed)
            events += text.count(b"\n")
            try:
                sides = comparison.sides(text, run)
            except binary.TidingsError as error:
                problems.append(f"seed {seed}, {run}: {error}")
                continue
            found.update(finding.rule for finding in sides.reference.findings)
            if sides.difference() is not None:
                problems.append(_problem(comparison, text, run, seed, arguments.keep))
        rules: set[str] = set()
        for seed, order in itertools.product((arguments.seed, arguments.seed + 1), ORDERS):
            clean = valid_stream(manifest, arguments.tidings, 200, seed)
            rules |= expected_rules(manifest, clean)
            sides = comparison.sides(lines_of(clean), Run(order, MAX_SKEW_MS, 1))
            if sides.reference.findings or sides.difference() is not None:
                problems.append(f"the valid stream of seed {seed}, {order}: {sides.reference.findings[:3]}")
    missed = sorted(rules - found.keys())
    problems += [f"{rule} was never found" for rule in missed]

    for rule, count in sorted(found.items()):
        print(f"{count:8} {rule}")
    for problem in problems:
        print(f"problem: {problem}")
    print(f"{arguments.streams} streams, {events} events")
    checks = arguments.streams + 4 + len(rules)
    print(f"{checks - len(problems)} passed, {len(problems)} failed")
    return 1 if problems else 0


def _problem(comparison: Comparison, text: bytes, run: Run, seed: int, keep: Path | None) -> str:
    text = comparison.shrunk(text, run)
    sides = comparison.sides(text, run)
    keep = keep or Path(tempfile.mkdtemp(prefix="reference-audit-"))
    keep.mkdir(parents=True, exist_ok=True)
    kept = keep / f"{comparison.manifest.catalog.folder.name}-{seed}.ndjson"
    kept.write_bytes(text)
    lines = [f"seed {seed}, {run}: {sides.difference()}", f"  kept as {kept}"]
    for number, line in enumerate(text.splitlines()[:SHOWN], 1):
        lines.append(f"  {number:4} {line.decode(errors='backslashreplace')}")
    for side, findings in (("tidings", sides.ours), ("reference", sides.reference.findings)):
        lines.append(f"  {side}:")
        lines += [f"    {finding.line} {finding.rule} {finding.pointer}" for finding in findings]
    return "\n".join(lines)


def _shrink(lines: list[bytes], differs: Callable[[list[bytes]], bool]) -> list[bytes]:
    """Leaves out halves, quarters, … single lines, as long as it still differs."""
    size = len(lines) // 2
    while size:
        start = 0
        while start < len(lines):
            fewer = lines[:start] + lines[start + size :]
            if fewer and differs(fewer):
                lines = fewer
            else:
                start += size
        size //= 2
    return lines


if __name__ == "__main__":
    sys.exit(main())
